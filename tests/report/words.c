/* SPDX-License-Identifier: GPL-2.0-or-later */
/* words: what is asked, what there is, why not and what to do, as sentences */
#include "../rules/core/small.h"

#include "words.h"

static const struct finding *found(void **state, struct small *small, const char *need,
				   const char *facts)
{
	small_write(state, small, need);
	small_load(state, small, NULL);
	small_judge(small, facts, BASIS_RUNNING);
	return small->judgement->deployments[0].roles[0].uses[2].finding;
}

static void a_need_reads_as_people_say_it(void **state)
{
	static const struct {
		const char *need, *words;
	} cases[] = {
		{ "- {need: memory.total, minimum: 8 GB}", "memory at least 8 GB" },
		{ "- {need: swap.total, maximum: 0}", "swap at most 0" },
		{ "- {need: cpu.vendor, equals: GenuineIntel}", "maker GenuineIntel" },
		{ "- {need: os.id, not: alpine}", "distribution not alpine" },
		{ "- {need: os.id, in: [debian, ubuntu]}", "distribution one of debian, ubuntu" },
		{ "- {need: os.id, not_in: [alpine]}", "distribution none of alpine" },
		{ "- {need: cpu.features, has: [aes, avx2]}", "features with aes, avx2" },
		{ "- {need: cpu.vendor, present: true}", "maker present" },
		{ "- {need: cpu.vendor, absent: true}", "maker not there" },
		{ "- {need: host.bmc, equals: true}", "BMC" },
		{ "- {need: cpu.smt, equals: false}", "no SMT" },
		{ "- {need: cpu.threads, equals: 4}", "threads = 4" },
		{ "- {need: os.id, in: [debian]}", "distribution debian" },
		{ "- {ports: 6443/tcp}", "free port 6443/tcp" },
		{ "- {count: nics, id: n, title: two fast ports, minimum: 2}", "two fast ports" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		auto_small struct small small = { 0 };
		const struct finding *finding = found(state, &small, cases[i].need, "{}");

		assert_string_equal(words_need(&small.arena, finding->blamed), cases[i].words);
	}
}

static void a_reason_says_what_is_there_and_what_is_asked(void **state)
{
	static const struct {
		const char *need, *facts, *words;
	} cases[] = {
		/* 62.5 GiB are never called 64. */
		{ "- {need: memory.total, minimum: 128 GB}", "{'memory.total': 67108864000}",
		  "memory: 62.5 GiB, 128 GB asked" },
		{ "- {need: cpu.cores, minimum: 8}", "{'cpu.cores': 4}", "cores: 4, 8 asked" },
		{ "- {need: cpu.vendor, equals: GenuineIntel}", "{'cpu.vendor': 'AuthenticAMD'}",
		  "maker GenuineIntel: it is AuthenticAMD" },
		{ "- {need: cpu.cores, minimum: 8}", "{'cpu.cores': {'unknown': 'permission'}}",
		  "cores at least 8: not permitted to look: the test" },
		{ "- {need: os.id, present: true}", "{'os.id': null}",
		  "distribution present: too small" },
		{ "- {count: nics, id: n, title: two ports, minimum: 2}", "{'nics': [{}]}",
		  "two ports (1 here)" },
		{ "- {count: nics, id: n, title: two ports, minimum: 2}", "{'nics': [{}, '...']}",
		  "two ports (1 seen, perhaps more)" },
		{ "- {any: [{need: host.bmc, equals: true}, {ports: 80/tcp}], id: g, title: G}",
		  "{'host.bmc': false, 'port.free.80/tcp': false}", "free port 80/tcp: in use" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		auto_small struct small small = { 0 };
		const struct finding *finding = found(state, &small, cases[i].need, cases[i].facts);
		const struct need *need =
			small.judgement->deployments[0].roles[0].uses[2].use->need;

		assert_string_equal(words_reason(&small.arena, need, finding), cases[i].words);
	}
}

static const char *remedy(struct small *small, const struct finding *finding)
{
	assert_true(finding->n_causes > 0);
	return words_remedy(small->judgement, finding, finding->causes[0]);
}

static void a_remedy_says_how_much_and_of_what(void **state)
{
	auto_small struct small memory = { 0 }, port = { 0 }, check = { 0 };

	assert_string_equal(
		remedy(&memory, found(state, &memory, "- {need: memory.total, minimum: 16 GB}",
				      "{'memory.total': 8589934592}")),
		"Fit 8 GiB more.");
	assert_string_equal(remedy(&port, found(state, &port, "- {ports: 6443/tcp}",
						"{'port.free.6443/tcp': false}")),
			    "Stop what holds 6443/tcp.");
	assert_string_equal(
		remedy(&check,
		       found(state, &check,
			     "- {check: cpu.smt, id: c, title: T, diagnosis: [{cause: too-old, "
			     "remedy: {kind: setup, text: '{cpu.model} has {cpu.cores}, "
			     "{os.id}.'}}]}",
			     "{'cpu.smt': false, 'cpu.model': 'Xeon', 'cpu.cores': 4}")),
		"Xeon has 4, unknown.");
}

static void values_are_told_with_their_units(void **state)
{
	struct arena arena = { 0 };
	const struct value texts[] = { value_string("a"), value_string("b") };
	const struct value list = value_list(texts, 2), none = value_list(NULL, 0);
	const struct value size = value_int(INT64_C(67108864000)), empty = value_string("");
	const struct value yes = value_bool(true), absent = value_null();

	(void)state;
	assert_string_equal(words_value(&arena, &size, "bytes", "memory.total"), "62.5 GiB");
	assert_string_equal(words_value(&arena, &size, "bytes", "disk.size"), "67.1 GB");
	assert_string_equal(words_value(&arena, &list, NULL, "cpu.features"), "a, b");
	assert_string_equal(words_value(&arena, &none, NULL, "cpu.features"), "none");
	assert_string_equal(words_value(&arena, &yes, NULL, "cpu.smt"), "yes");
	assert_string_equal(words_value(&arena, &absent, NULL, "os.id"), "none");
	assert_string_equal(words_value(&arena, &empty, NULL, "kernel.cmdline.quiet"), "there");
	arena_free(&arena);
}

static void a_verdict_says_both_ends_where_it_is_open(void **state)
{
	static const struct {
		struct interval interval;
		const char *words;
	} cases[] = {
		{ { LEVEL_NO, LEVEL_NO }, "no" },
		{ { LEVEL_READY, LEVEL_READY }, "ready" },
		{ { LEVEL_LIMITED, LEVEL_READY }, "limited" },
		{ { LEVEL_REBOOT, LEVEL_SETUP }, "fixable: reboot" },
		{ { LEVEL_NO, LEVEL_FIRMWARE }, "unknown: at best fixable: firmware, at worst no" },
		{ { LEVEL_SETUP, LEVEL_READY }, "unknown: at best ready, at worst fixable: setup" },
	};
	struct arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_string_equal(
			words_verdict(&arena, verdict_of(cases[i].interval), cases[i].interval),
			cases[i].words);
	for (enum cause cause = 0; cause < N_CAUSES; cause++)
		assert_true(strlen(words_cause(cause)) > 3);
	arena_free(&arena);
}

static void a_system_that_is_an_image_is_given_no_command(void **state)
{
	static const struct command commands[] = { { "apt", "apt install x" },
						   { "dnf", "dnf install x" } };
	static const struct remedy install = { .commands = commands, .n_commands = 2 };
	static const struct {
		const char *facts, *command;
	} cases[] = {
		{ "{'os.image_based': false, 'os.package_manager': 'dnf'}", "dnf install x" },
		{ "{'os.image_based': false, 'os.package_manager': 'apk'}", NULL },
		{ "{'os.image_based': true, 'os.package_manager': 'dnf'}", NULL },
		/* Perhaps an image: a wrong command is worse than none. */
		{ "{'os.package_manager': 'dnf'}", NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		auto_small struct small small = { 0 };
		const struct finding *finding;
		const char *command;

		finding = found(state, &small, "- {need: cpu.cores, minimum: 2}", cases[i].facts);
		command = words_command(small.judgement, finding, &install);
		if (cases[i].command)
			assert_string_equal(command, cases[i].command);
		else
			assert_null(command);
	}
}

static void a_command_is_made_of_steps_where_the_rule_has_none(void **state)
{
	static const struct step steps[] = {
		{ .kind = STEP_MODULE, .name = "vxlan" },
		{ .kind = STEP_SYSCTL, .name = "net.ipv4.ip_forward", .value = "1" },
		{ .kind = STEP_ENABLE, .name = "cron" },
		{ .kind = STEP_UNBLOCK, .name = "vxlan" },
	};
	static const struct step unnamed[] = { { .kind = STEP_PACKAGE, .name = "of-no-table" } };
	static const struct {
		const char *facts, *command;
		const struct step *steps;
		size_t n_steps;
	} cases[] = {
		{ "{'os.image_based': false, 'host.container': 'none', 'host.init': 'systemd'}",
		  "modprobe vxlan && sysctl -w net.ipv4.ip_forward=1 && "
		  "systemctl enable --now cron",
		  steps, 3 },
		/* Of a service in another init system, or a file to be changed, nothing is said. */
		{ "{'os.image_based': false, 'host.container': 'none', 'host.init': 'openrc'}",
		  NULL, steps, 3 },
		{ "{'os.image_based': false, 'host.init': 'openrc'}",
		  "modprobe vxlan && sysctl -w net.ipv4.ip_forward=1", steps, 2 },
		{ "{'os.image_based': false, 'host.init': 'systemd'}", NULL, steps, 4 },
		{ "{'os.image_based': false, 'host.container': 'lxc'}", NULL, steps, 2 },
		{ "{'os.image_based': true}", NULL, steps, 2 },
		{ "{'os.image_based': false, 'os.package_manager': 'apt'}", NULL, unnamed, 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		auto_small struct small small = { 0 };
		const struct remedy remedy = { .steps = cases[i].steps,
					       .n_steps = cases[i].n_steps };
		const struct finding *finding;
		const char *command;

		finding = found(state, &small, "- {need: cpu.cores, minimum: 2}", cases[i].facts);
		command = words_command(small.judgement, finding, &remedy);
		if (cases[i].command)
			assert_string_equal(command, cases[i].command);
		else
			assert_null(command);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_need_reads_as_people_say_it),
		TEST(a_reason_says_what_is_there_and_what_is_asked),
		TEST(a_remedy_says_how_much_and_of_what),
		cmocka_unit_test(values_are_told_with_their_units),
		cmocka_unit_test(a_verdict_says_both_ends_where_it_is_open),
		TEST(a_system_that_is_an_image_is_given_no_command),
		TEST(a_command_is_made_of_steps_where_the_rule_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
