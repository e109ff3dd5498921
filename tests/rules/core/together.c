/* SPDX-License-Identifier: GPL-2.0-or-later */
/* together: roles on one host: sums, what they want for themselves, what contradicts, what is open */
#include "small.h"

#define NEED(text, why)	  "    - {" text ", why: " why ", source: seed}\n"
#define MEMORY(size, why) NEED("need: memory.total, minimum: " size, why)
#define PORTS(ports, why) NEED("ports: [" ports "]", why)
#define DISK(id, where) \
	NEED("count: disks, id: " id ", title: a disk, where: \"" where "\", minimum: 1", "w")
#define GIB INT64_C(1073741824)

/* Two deployments with a role each, 7/one and 8/two, and what stands behind their needs. */
static struct together judged(void **state, struct small *small, const char *one, const char *two,
			      const char *facts)
{
	struct tenant *tenants = arena_alloc(&small->arena, 2 * sizeof(*tenants));

	fixture_write(state, "/facts.yaml", SMALL_FACTS);
	fixture_write(
		state, "/seven.yaml",
		arena_printf(&small->arena, SMALL_HEAD("7", "seven") SMALL_ROLE("one", "%s"), one));
	fixture_write(
		state, "/eight.yaml",
		arena_printf(&small->arena, SMALL_HEAD("8", "eight") SMALL_ROLE("two", "%s"), two));
	small_load(state, small, NULL);
	small_judge(small, facts, BASIS_RUNNING);
	for (size_t i = 0; i < 2; i++)
		tenants[i] = (struct tenant){ small->judgement->deployments[i].deployment,
					      &small->judgement->deployments[i].roles[0] };
	return judge_together(small->judgement, tenants, 2);
}

/* "ready", or what stands between the two: "no port", "unknown size". */
static const char *between(void **state, struct small *small, const char *one, const char *two,
			   const char *facts)
{
	const struct together found = judged(state, small, one, two, facts);
	const char *verdict = verdict_name(verdict_of(found.between));

	for (size_t i = 0; i < found.n_reasons; i++)
		if (found.reasons[i].kind != TOGETHER_ROLE)
			return arena_printf(&small->arena, "%s %s", verdict,
					    together_kind_name(found.reasons[i].kind));
	return verdict;
}

struct pair_case {
	const char *one, *two, *facts, *expected;
};

static void all_of(void **state, const struct pair_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		auto_small struct small small = { 0 };
		const char *found =
			between(state, &small, cases[i].one, cases[i].two, cases[i].facts);

		if (strcmp(found, cases[i].expected) != 0)
			fail_msg("case %zu on %s: %s, expected %s", i, cases[i].facts, found,
				 cases[i].expected);
	}
}

#define ALL_OF(state, cases) all_of(state, cases, ARRAY_SIZE(cases))

static void sizes_are_added_up(void **state)
{
	static const char one[] = MEMORY("8 GB", "its data"), two[] = MEMORY("4 GB", "its guests");
	static const struct pair_case cases[] = {
		{ one, two, "{'memory.total': 12884901888}", "ready" },
		{ one, two, "{'memory.total': 8589934592}", "no size" },
		{ one, two, "{'memory.total': 12400000000}", "unknown size" },
		{ one, two, "{}", "unknown size" },
		{ one, "", "{}", "ready" },
	};

	ALL_OF(state, cases);
}

static void recommended_sizes_make_it_limited_at_most(void **state)
{
	static const char one[] = NEED("need: cpu.cores, recommended: 8", "w");
	static const char two[] = NEED("need: cpu.cores, recommended: 4", "v");
	static const struct pair_case cases[] = {
		{ one, two, "{'cpu.cores': 12}", "ready" },
		{ one, two, "{'cpu.cores': 8}", "limited size" },
		{ one, two, "{}", "limited size" },
	};

	ALL_OF(state, cases);
}

static void what_both_say_of_the_host_counts_once(void **state)
{
	static const char host[] = MEMORY("8 GB", "the least of any host");
	static const struct pair_case cases[] = {
		{ host, host, "{'memory.total': 8589934592}", "ready" },
		{ host, MEMORY("8 GB", "its own"), "{'memory.total': 8589934592}", "no size" },
	};

	ALL_OF(state, cases);
}

static void the_sum_names_what_is_asked_and_what_helps(void **state)
{
	auto_small struct small small = { 0 };
	const struct together found = judged(state, &small, MEMORY("8 GB", "a"),
					     MEMORY("8 GB", "b"), "{'memory.total': 9000000000}");

	assert_int_equal(found.n_reasons, 1);
	assert_int_equal(found.reasons[0].need->operand.i, 16 * GIB);
	assert_string_equal(found.reasons[0].need->asked, "16 GiB");
	assert_int_equal(found.reasons[0].finding->n_causes, 1);
	assert_int_equal(found.verdict, VERDICT_NO);
}

static void space_adds_up_where_the_file_system_is_the_same(void **state)
{
	static const char one[] = NEED("need: disk.free./a, minimum: 10 GB", "w");
	static const char two[] = NEED("need: disk.free./b, minimum: 10 GB", "v");
	static const struct pair_case cases[] = {
		{ one, two, "{'disk.free./a': 15000000000, 'disk.free./b': 15000000000}",
		  "no size" },
		{ one, two, "{'disk.free./a': 25000000000, 'disk.free./b': 25000000000}", "ready" },
		/* Written to while it was looked at, or another one: that is not told. */
		{ one, two, "{'disk.free./a': 15000000000, 'disk.free./b': 15000100000}",
		  "unknown size" },
		{ one, two, "{'disk.free./a': 15000000000, 'disk.free./b': 99000000000}", "ready" },
		{ one, two, "{'disk.free./a': 15000000000}", "unknown size" },
	};

	ALL_OF(state, cases);
}

static void a_port_has_one_listener(void **state)
{
	static const struct pair_case cases[] = {
		{ PORTS("80/tcp", "w"), PORTS("80/tcp", "v"), "{}", "no port" },
		{ PORTS("80/tcp", "w"), PORTS("70-90/tcp", "v"), "{}", "no port" },
		{ PORTS("80/tcp", "w"), PORTS("80/udp", "v"), "{}", "ready" },
		{ PORTS("80/tcp", "w"), PORTS("81/tcp", "v"), "{}", "ready" },
		/* The very same words: the agent that both use. */
		{ PORTS("80/tcp", "w"), PORTS("80/tcp", "w"), "{}", "ready" },
		{ PORTS("80/tcp", "w"), NEED("ports: [80/tcp], weight: recommended", "v"), "{}",
		  "limited port" },
		{ PORTS("80/tcp", "w"), NEED("ports: [80/tcp], weight: optional", "v"), "{}",
		  "ready" },
		{ PORTS("80/tcp", "w"), NEED("ports: [80/tcp], when: host.bmc", "v"),
		  "{'host.bmc': false}", "ready" },
		{ PORTS("80/tcp", "w"), NEED("ports: [80/tcp], when: host.bmc", "v"), "{}",
		  "unknown port" },
	};

	ALL_OF(state, cases);
}

static void a_raw_disk_is_of_one_role(void **state)
{
	static const char any[] = DISK("any", "unused"),
			  nvme[] = DISK("nvme", "unused && kind == 'nvme'");
	static const char shared[] = DISK("shared", "unused || used_by == 'lvm'");
	static const struct pair_case cases[] = {
		{ any, nvme, "{'disks': [{'unused': true, 'kind': 'nvme'}]}", "no disks" },
		/* Whichever is looked at first: the other one suits only the first role. */
		{ any, nvme,
		  "{'disks': [{'unused': true, 'kind': 'nvme'}, {'unused': true, 'kind': 'hdd'}]}",
		  "ready" },
		{ nvme, any,
		  "{'disks': [{'unused': true, 'kind': 'nvme'}, {'unused': true, 'kind': "
		  "{'unknown': 'hidden'}}]}",
		  "ready" },
		{ nvme, nvme,
		  "{'disks': [{'unused': true, 'kind': 'nvme'}, {'unused': true, 'kind': "
		  "{'unknown': 'hidden'}}]}",
		  "unknown disks" },
		{ any, nvme, "{'disks': [{'unused': true, 'kind': 'nvme'}, '...']}",
		  "unknown disks" },
		{ any, any, "{}", "unknown disks" },
		/* A volume group has room for many. */
		{ shared, shared, "{'disks': [{'unused': false, 'used_by': 'lvm'}]}", "ready" },
		{ shared, shared, "{'disks': [{'unused': true, 'used_by': null}]}", "no disks" },
		{ shared, shared,
		  "{'disks': [{'unused': false, 'used_by': {'unknown': 'permission'}}]}",
		  "unknown disks" },
	};

	ALL_OF(state, cases);
}

static void contradictions_are_found_unless_both_are_content(void **state)
{
	static const char debian[] = NEED("need: os.id, in: [debian, ubuntu]", "w");
	static const char rhel[] = NEED("need: os.id, equals: rhel", "w");
	static const char old[] = NEED("need: cpu.cores, maximum: 4", "w");
	static const char new[] = NEED("need: cpu.cores, minimum: 8", "w");
	static const struct pair_case cases[] = {
		{ debian, rhel, "{'os.id': 'debian'}", "no distribution" },
		{ debian, rhel, "{}", "no distribution" },
		{ debian, NEED("need: os.id, equals: ubuntu", "w"), "{}", "ready" },
		{ debian,
		  NEED("check: os.id == 'ubuntu' || os.id == 'sles', id: c, title: T, diagnosis: "
		       "[{cause: too-old, remedy: {kind: reinstall, text: t}}]",
		       "w"),
		  "{}", "ready" },
		{ rhel,
		  NEED("check: os.id == 'ubuntu' || os.id == 'sles', id: c, title: T, diagnosis: "
		       "[{cause: too-old, remedy: {kind: reinstall, text: t}}]",
		       "w"),
		  "{}", "no distribution" },
		{ old, new, "{'cpu.cores': 4}", "no value" },
		{ NEED("need: cpu.smt, equals: true", "w"),
		  NEED("need: cpu.smt, equals: false", "w"), "{'cpu.smt': true}", "no value" },
		{ NEED("need: cpu.cores, not: 4", "w"), new, "{'cpu.cores': 4}", "ready" },
	};

	ALL_OF(state, cases);
}

static void what_one_brings_the_other_does_not_want(void **state)
{
	static const char none[] = NEED("need: process.running.x, equals: false", "w");
	static const char brings[] = "  installed: {processes: [x]}\n";
	static const struct pair_case cases[] = {
		{ none, brings, "{'process.running.x': false}", "no absent" },
		{ brings, none, "{'process.running.x': false}", "no absent" },
		{ none, "  installed: {processes: [y]}\n", "{'process.running.x': false}",
		  "ready" },
		{ NEED("need: process.running.x, equals: false, weight: recommended", "w"), brings,
		  "{'process.running.x': false}", "limited absent" },
	};

	fixture_write(state, "/more.yaml", PLAIN("process.running.", "process"));
	ALL_OF(state, cases);
}

static void a_role_that_brings_its_system_stands_alone(void **state)
{
	static const struct pair_case cases[] = {
		{ "  brings_os: true\n", "", "{}", "no system" },
		{ "", "  brings_os: true\n", "{}", "no system" },
		{ "  brings_os: true\n", "  brings_os: true\n", "{}", "no system" },
	};

	ALL_OF(state, cases);
}

static void an_exclusion_holds_both_ways(void **state)
{
	static const struct pair_case cases[] = {
		{ "  excludes: [{role: 8/two, why: w, source: seed}]\n", "", "{}", "no excludes" },
		{ "", "  excludes: [{role: 7/one, why: w, source: seed}]\n", "{}", "no excludes" },
		{ "  excludes: [{role: 7/one, why: w, source: seed}]\n", "", "{}", "ready" },
		{ "  excludes: [{role: 8/two, weight: recommended, why: w, source: seed}]\n", "",
		  "{}", "limited excludes" },
	};

	ALL_OF(state, cases);
}

static void a_capability_excludes_another(void **state)
{
	static const char checks[] =
		"capabilities:\n"
		"- {capability: a, title: A, check: cpu.smt, diagnosis: [{cause: too-old, remedy: "
		"{kind: setup, text: t}}], excludes: [{capability: b, why: w, source: seed}]}\n"
		"- {capability: b, title: B, check: host.bmc, diagnosis: [{cause: too-old, remedy: "
		"{kind: setup, text: t}}]}\n";
	static const struct pair_case cases[] = {
		{ NEED("capability: a", "w"), NEED("capability: b", "w"), "{}", "no excludes" },
		{ NEED("capability: b", "w"), NEED("capability: a", "w"), "{}", "no excludes" },
		{ NEED("capability: a", "w"), NEED("capability: a", "w"), "{}", "ready" },
		/* Where either will do the other is taken. */
		{ NEED("any: [{capability: a}, {capability: b}], id: x, title: X", "w"),
		  NEED("capability: a", "w"), "{}", "ready" },
	};

	fixture_write(state, "/checks.yaml", checks);
	ALL_OF(state, cases);
}

/* Whatever is learnt, what was excluded before stays so. */
static void learning_more_only_narrows(void **state)
{
	static const char one[] = MEMORY("8 GB", "a") DISK("any", "unused")
		NEED("need: cpu.cores, recommended: 4", "a");
	static const char two[] = MEMORY("4 GB", "b") DISK("nvme", "unused && kind == 'nvme'")
		NEED("need: cpu.cores, recommended: 4", "b");
	static const char *const known[] = {
		"'memory.total': 13000000000",
		"'cpu.cores': 6",
		/* in parentheses: two texts that make one are no two members */
		("'disks': [{'unused': true, 'kind': {'unknown': 'hidden'}}, {'unused': true, "
		 "'kind': 'hdd'}]"),
		"'os.id': 'debian'",
	};
	auto_small struct small small = { 0 };
	struct interval at[16];

	for (unsigned set = 0; set < 16; set++) {
		const char *text = "{'cpu.sockets': 1";

		for (unsigned i = 0; i < 4; i++)
			if (set & 1U << i)
				text = arena_printf(&small.arena, "%s, %s", text, known[i]);
		at[set] = judged(state, &small, one, two, arena_printf(&small.arena, "%s}", text))
				  .interval;
	}
	for (unsigned less = 0; less < 16; less++)
		for (unsigned more = 0; more < 16; more++)
			if ((less & more) == less)
				assert_true(at[more].worst >= at[less].worst &&
					    at[more].best <= at[less].best);
	assert_int_equal(at[15].best, LEVEL_LIMITED);
}

static void pairs_come_to_what_each_two_do(void **state)
{
	auto_small struct small small = { 0 };
	struct tenant tenants[3];
	struct together *pairs;

	judged(state, &small, PORTS("80/tcp", "w"), PORTS("80/tcp", "v"), "{}");
	for (size_t i = 0; i < 3; i++)
		tenants[i] = (struct tenant){ small.judgement->deployments[i % 2].deployment,
					      &small.judgement->deployments[i % 2].roles[0] };
	pairs = judge_pairs(small.judgement, tenants, 3);
	assert_int_equal(pairs[1].verdict, VERDICT_NO);
	assert_int_equal(pairs[1].reasons[0].kind == TOGETHER_PORT ||
				 pairs[1].reasons[0].kind == TOGETHER_ROLE,
			 true);
	/* A role beside itself shares all that it asks for. */
	assert_int_equal(verdict_of(pairs[2].between), VERDICT_READY);
	assert_int_equal(verdict_of(pairs[3 + 2].between), VERDICT_NO);
}

static void the_whole_says_why_one_host_does_not_do(void **state)
{
	auto_small struct small small = { 0 };
	struct together found;

	judged(state, &small, "  hosts: {minimum: 3}\n", "", "{}");
	found = judge_whole(small.judgement, &small.judgement->deployments[0]);
	assert_int_equal(found.verdict, VERDICT_NO);
	assert_int_equal(found.n_reasons, 1);
	assert_int_equal(found.reasons[0].kind, TOGETHER_HOSTS);
	assert_int_equal(found.reasons[0].asked, 3);
	assert_int_equal(small.judgement->deployments[0].alone, ALONE_NO);
	found = judge_whole(small.judgement, &small.judgement->deployments[1]);
	assert_int_equal(found.verdict, VERDICT_READY);
	assert_int_equal(found.n_reasons, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(sizes_are_added_up),
		TEST(recommended_sizes_make_it_limited_at_most),
		TEST(what_both_say_of_the_host_counts_once),
		TEST(the_sum_names_what_is_asked_and_what_helps),
		TEST(space_adds_up_where_the_file_system_is_the_same),
		TEST(a_port_has_one_listener),
		TEST(a_raw_disk_is_of_one_role),
		TEST(contradictions_are_found_unless_both_are_content),
		TEST(what_one_brings_the_other_does_not_want),
		TEST(a_role_that_brings_its_system_stands_alone),
		TEST(an_exclusion_holds_both_ways),
		TEST(a_capability_excludes_another),
		TEST(learning_more_only_narrows),
		TEST(pairs_come_to_what_each_two_do),
		TEST(the_whole_says_why_one_host_does_not_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
