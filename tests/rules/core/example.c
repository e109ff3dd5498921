/* SPDX-License-Identifier: GPL-2.0-or-later */
/* example: made-up hosts, their facts and what they come to; and that the shipped ones are complete */
#include "small.h"

#include "example.h"

static void free_examples(struct examples *examples)
{
	examples_free(examples);
}
#define auto_examples __attribute__((cleanup(free_examples)))

static void load_examples(void **state, struct small *small, struct examples *examples,
			  const char *text)
{
	struct error err = { 0 };

	small_load(state, small, NULL);
	if (examples_parse(examples, "made-up.yaml", text, strlen(text), &err) < 0 ||
	    examples_resolve(examples, &small->rules, &err) < 0)
		fail_msg("%s", err.text);
}

/* The facts of the last example. */
static struct facts *facts_of(const struct small *small, const struct examples *examples)
{
	struct facts *facts = facts_new();

	example_facts(examples->items[examples->len - 1], &small->rules, facts);
	return facts;
}

#define HOSTS "hosts:\n"

static void values_are_of_their_facts_types(void **state)
{
	auto_examples struct examples examples = { 0 };
	auto_small struct small small = { 0 };
	auto_facts struct facts *facts = NULL;

	small_write(state, &small, "- {need: memory.total, minimum: 8 GB}\n");
	load_examples(
		state, &small, &examples,
		HOSTS
		"- host: one\n  facts: {memory.total: 8 GB, cpu.smt: true, os.id: debian, "
		"kernel.version: '6.1', cpu.features: [nx, sse2], swap.total: absent, "
		"cpu.cores: unknown, cpu.vendor: {unknown: permission}, os.name: 'absent'}\n");
	facts = facts_of(&small, &examples);
	assert_int_equal(facts_int(facts, "memory.total", 0), INT64_C(8) << 30);
	assert_true(facts_is_true(facts, "cpu.smt"));
	assert_string_equal(facts_string(facts, "os.id"), "debian");
	assert_string_equal(facts_string(facts, "kernel.version"), "6.1");
	assert_int_equal(facts_get(facts, "cpu.features")->value.len, 2);
	assert_int_equal(facts_get(facts, "swap.total")->value.kind, VALUE_NULL);
	assert_int_equal(facts_get(facts, "cpu.cores")->value.kind, VALUE_UNKNOWN);
	assert_int_equal(facts_get(facts, "cpu.vendor")->value.unknown->reason, UNKNOWN_PERMISSION);
	/* In quotes it is a text. */
	assert_string_equal(facts_string(facts, "os.name"), "absent");
}

static void what_follows_from_facts_follows_from_an_examples_facts(void **state)
{
	auto_examples struct examples examples = { 0 };
	auto_small struct small small = { 0 };
	auto_facts struct facts *facts = NULL;

	small_write(state, &small, "- {need: port.free.80/tcp, equals: true}\n");
	load_examples(state, &small, &examples,
		      HOSTS
		      "- host: one\n  facts:\n    ports: [{proto: tcp, address: 0.0.0.0, port: 80, "
		      "process: nginx, unit: absent}]\n    swaps: []\n");
	facts = facts_of(&small, &examples);
	assert_true(facts_is_false(facts, "port.free.80/tcp"));
	assert_true(facts_is_true(facts, "port.free.81/tcp"));
}

static void the_later_of_those_it_is_like_wins_and_its_own_facts_over_all(void **state)
{
	auto_examples struct examples examples = { 0 };
	auto_small struct small small = { 0 };
	auto_facts struct facts *facts = NULL;

	small_write(state, &small, "- {need: memory.total, minimum: 8 GB}\n");
	load_examples(state, &small, &examples,
		      HOSTS "- host: a\n  facts: {cpu.cores: 1, cpu.threads: 1, os.id: debian}\n"
			    "- host: b\n  facts: {cpu.cores: 2, cpu.threads: 2}\n"
			    "- host: c\n  like: [a, b]\n  facts: {cpu.threads: 3}\n");
	facts = facts_of(&small, &examples);
	assert_int_equal(facts_int(facts, "cpu.cores", 0), 2);
	assert_int_equal(facts_int(facts, "cpu.threads", 0), 3);
	assert_string_equal(facts_string(facts, "os.id"), "debian");
}

static void a_kind_of_facts_has_the_value_where_none_is_given_to_the_name(void **state)
{
	auto_examples struct examples examples = { 0 };
	auto_small struct small small = { 0 };
	auto_facts struct facts *facts = NULL;

	small_write(state, &small,
		    "- {need: kernel.sysctl.vm.swappiness, minimum: 10}\n"
		    "- {need: kernel.sysctl.fs.file-max, minimum: 10}\n");
	load_examples(state, &small, &examples,
		      HOSTS
		      "- host: a\n  facts: {kernel.sysctl.: 99, kernel.sysctl.fs.file-max: 5}\n"
		      "- host: b\n  like: a\n");
	facts = facts_of(&small, &examples);
	assert_int_equal(facts_int(facts, "kernel.sysctl.vm.swappiness", 0), 99);
	assert_int_equal(facts_int(facts, "kernel.sysctl.fs.file-max", 0), 5);
}

static void records_are_taken_changed_and_added(void **state)
{
	auto_examples struct examples examples = { 0 };
	auto_small struct small small = { 0 };
	auto_facts struct facts *facts = NULL;
	const struct value *disks;

	small_write(state, &small, "- {need: memory.total, minimum: 8 GB}\n");
	load_examples(state, &small, &examples,
		      HOSTS
		      "- host: a\n  facts:\n    disks:\n"
		      "    - &d {name: a, size: 1 TB, kind: ssd}\n    - {<<: *d, name: b}\n"
		      "    - {<<: *d, name: c}\n"
		      "- host: b\n  like: a\n  facts:\n    disks: {take: 2, each: {kind: hdd}, "
		      "first: {size: 2 TB}, add: [{name: z, size: absent}], partial: true}\n");
	facts = facts_of(&small, &examples);
	disks = &facts_get(facts, "disks")->value;
	assert_int_equal(disks->len, 3);
	assert_true(disks->partial);
	assert_true(value_is(value_get(&disks->items[0], "name"), "a"));
	assert_int_equal(value_get(&disks->items[0], "size")->i, INT64_C(2000000000000));
	assert_true(value_is(value_get(&disks->items[1], "name"), "b"));
	assert_int_equal(value_get(&disks->items[1], "size")->i, INT64_C(1000000000000));
	assert_true(value_is(value_get(&disks->items[1], "kind"), "hdd"));
	assert_int_equal(value_get(&disks->items[2], "size")->kind, VALUE_NULL);
	/* What is not said of a record is not known. */
	assert_int_equal(value_get(&disks->items[2], "kind")->kind, VALUE_UNKNOWN);
}

/* --- what they come to --- */

#define NEEDS                                                         \
	"- {need: memory.total, minimum: 8 GB, recommended: 16 GB}\n" \
	"- {need: port.free.80/tcp, equals: true}\n"                  \
	"- {need: swap.total, maximum: 1 GB}\n"

#define EXAMPLE                                                                                  \
	"deployment: 7\nexamples:\n- example: ideal\n  facts: {host.arch: x86_64, cpu.threads: " \
	"4, "                                                                                    \
	"memory.total: 16 GB, ports: [], swap.total: 0}\n  expect: ready\n"

struct run_case {
	const char *example; /* behind the ideal one */
	const char *expected; /* NULL: as expected */
};

static void each_difference_is_told_in_words(void **state)
{
	static const struct run_case cases[] = {
		{ "  expect: ready\n", NULL },
		{ "  expect: {node: ready}\n", NULL },
		{ "  expect: no\n", "node: expected no, is ready" },
		{ "  facts: {memory.total: 4 GB}\n  expect: {node: {verdict: no, need: "
		  "memory.total>=8GB, cause: too-small, remedy: hardware}}\n",
		  NULL },
		{ "  facts: {memory.total: 4 GB}\n  expect: ready\n",
		  "node: expected ready, is no (memory.total>=8GB too-small)" },
		{ "  facts: {memory.total: 8 GB}\n  expect: {verdict: limited, need: "
		  "memory.total>=16GB}\n",
		  NULL },
		{ "  facts: {memory.total: 8 GB}\n  expect: {verdict: limited, need: "
		  "memory.total>=8GB}\n",
		  "node: 'memory.total>=8GB' is not in its way: limited (memory.total>=16GB "
		  "too-small)" },
		{ "  facts: {memory.total: 4 GB}\n  expect: {verdict: no, need: memory.total>=8GB, "
		  "cause: busy}\n",
		  "node: 'memory.total>=8GB' for too-small, expected busy" },
		{ "  facts: {memory.total: unknown}\n  expect: {verdict: unknown, need: "
		  "memory.total>=8GB}\n",
		  NULL },
		{ "  facts: {memory.total: unknown}\n  expect: limited\n",
		  "node: expected limited, is unknown (memory.total>=8GB too-small?)" },
		{ "  facts: {ports: [{proto: tcp, address: '::', port: 80, process: nginx, unit: "
		  "absent}]}\n  expect: {verdict: fixable, remedy: setup, need: port.free.80/tcp, "
		  "cause: busy}\n",
		  NULL },
		{ "  facts: {ports: [{proto: tcp, address: '::', port: 80, process: nginx, unit: "
		  "absent}]}\n  expect: {verdict: fixable, remedy: reboot}\n",
		  "node: fixable:setup (port.free.80/tcp busy), expected a remedy of kind reboot" },
		{ "  expect: {verdict: ready, installed: true}\n", "node: not found installed" },
		{ "  expect: {verdict: ready, in_use: [port.free.80/tcp]}\n",
		  "node: 'port.free.80/tcp' is met, expected to be in use by the role itself" },
		/* The port is a matter of the system that is still to be installed. */
		{ "  os: new\n  facts: {ports: [{proto: tcp, address: '::', port: 80, process: "
		  "nginx, unit: absent}]}\n  expect: ready\n",
		  NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		auto_examples struct examples examples = { 0 };
		auto_small struct small small = { 0 };
		const char *found;

		small_write(state, &small, NEEDS);
		load_examples(state, &small, &examples,
			      arena_printf(&small.arena,
					   EXAMPLE "- example: other\n  like: ideal\n%s",
					   cases[i].example));
		found = example_run(examples.items[1], &small.rules, &small.arena);
		if (found ? !cases[i].expected || strcmp(found, cases[i].expected) != 0
			  : cases[i].expected != NULL)
			fail_msg("%s: %s, expected %s", cases[i].example,
				 found ? found : "as expected",
				 cases[i].expected ? cases[i].expected : "that all is as it says");
	}
}

/* --- those that are shipped --- */

static void load_shipped(void **state, struct examples *examples)
{
	struct small *small = *state;
	struct error err = { 0 };

	if (examples_read(examples, "rules", &err) < 0 ||
	    examples_resolve(examples, &small->rules, &err) < 0)
		fail_msg("%s", err.text);
}

static bool expects(const struct expectation *expected, const struct role *role,
		    enum verdict verdict)
{
	return expected->verdict == verdict &&
	       (!expected->role || strcmp(expected->role, role->name) == 0);
}

/* Is there an example in which the role comes to that? */
static bool has_example(const struct examples *examples, const struct deployment *deployment,
			const struct role *role, enum verdict verdict, bool installed)
{
	for (size_t i = 0; i < examples->len; i++) {
		const struct example *example = examples->items[i];

		for (size_t k = 0; example->deployment == deployment && k < example->n_expected;
		     k++)
			if (expects(&example->expected[k], role, verdict) &&
			    (!installed || example->expected[k].installed))
				return true;
	}
	return false;
}

static void every_role_has_an_example_host_that_is_ready(void **state)
{
	auto_examples struct examples examples = { 0 };
	const struct small *small = *state;

	load_shipped(state, &examples);
	for (size_t i = 0; i < small->rules.n_deployments; i++) {
		const struct deployment *deployment = &small->rules.deployments[i];

		for (size_t r = 0; r < deployment->n_roles; r++)
			if (!has_example(&examples, deployment, &deployment->roles[r],
					 VERDICT_READY, false))
				fail_msg("%s/%s has none", deployment->name,
					 deployment->roles[r].name);
	}
}

static void every_deployment_has_an_example_of_each_verdict(void **state)
{
	auto_examples struct examples examples = { 0 };
	const struct small *small = *state;

	load_shipped(state, &examples);
	for (size_t i = 0; i < small->rules.n_deployments; i++) {
		const struct deployment *deployment = &small->rules.deployments[i];

		for (enum verdict verdict = VERDICT_NO; verdict < N_VERDICTS; verdict++) {
			bool found = false;

			for (size_t r = 0; r < deployment->n_roles; r++)
				found |= deployment->roles[r].primary &&
					 has_example(&examples, deployment, &deployment->roles[r],
						     verdict, false);
			if (!found)
				fail_msg("%s: no primary role is %s", deployment->name,
					 verdict_name(verdict));
		}
	}
}

/* Of those whose installation can be told from outside. */
static void every_deployment_has_an_example_where_it_runs(void **state)
{
	auto_examples struct examples examples = { 0 };
	const struct small *small = *state;

	load_shipped(state, &examples);
	for (size_t i = 0; i < small->rules.n_deployments; i++) {
		const struct deployment *deployment = &small->rules.deployments[i];
		bool can_be_told = false, found = false;

		for (size_t r = 0; r < deployment->n_roles; r++) {
			const struct role *role = &deployment->roles[r];

			can_be_told |= role->n_marks && !role->brings_os;
			found |= has_example(&examples, deployment, role, VERDICT_READY, true);
		}
		if (can_be_told && !found)
			fail_msg("%s has none", deployment->name);
	}
}

static void what_is_not_ready_says_which_need_keeps_it_from_that(void **state)
{
	auto_examples struct examples examples = { 0 };

	load_shipped(state, &examples);
	assert_true(examples.len > 200);
	for (size_t i = 0; i < examples.len; i++) {
		const struct example *example = examples.items[i];

		for (size_t k = 0; k < example->n_expected; k++)
			if (example->expected[k].verdict != VERDICT_READY &&
			    !example->expected[k].need)
				fail_msg("%s: %s", example->deployment->name, example->name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(values_are_of_their_facts_types),
		TEST(what_follows_from_facts_follows_from_an_examples_facts),
		TEST(the_later_of_those_it_is_like_wins_and_its_own_facts_over_all),
		TEST(a_kind_of_facts_has_the_value_where_none_is_given_to_the_name),
		TEST(records_are_taken_changed_and_added),
		TEST(each_difference_is_told_in_words),
	};
	const struct CMUnitTest shipped[] = {
		cmocka_unit_test(every_role_has_an_example_host_that_is_ready),
		cmocka_unit_test(every_deployment_has_an_example_of_each_verdict),
		cmocka_unit_test(every_deployment_has_an_example_where_it_runs),
		cmocka_unit_test(what_is_not_ready_says_which_need_keeps_it_from_that),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) +
	       cmocka_run_group_tests(shipped, small_setup_shipped, small_teardown);
}
