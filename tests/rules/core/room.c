/* SPDX-License-Identifier: GPL-2.0-or-later */
/* room: how many units a host carries, sizes asked for each of something, and what is not known */
#include "small.h"

#define ROOM(limits)             \
	SMALL_HEAD("7", "seven") \
	SMALL_ROLE("node", "")   \
	"  room:\n"              \
	"  - unit: box\n"        \
	"    units: boxes\n"     \
	"    why: so\n"          \
	"    source: [seed]\n"   \
	"    limits:\n" limits

#define MEMORY "    - {of: memory.total, each: 2 GB, host: 1 GB}\n"
#define CORES  "    - {of: cpu.cores * 4, title: vCPUs, each: 2}\n"
#define DISKS  "    - {count: disks, where: unused}\n"
#define GIB    INT64_C(1073741824)

static struct room_finding room_in(struct small *small)
{
	const struct role_finding *role = &small->judgement->deployments[0].roles[0];

	return judge_room(small->judgement, role, &role->role->rooms[0]);
}

static struct room_finding room_on(void **state, struct small *small, const char *deployment,
				   const char *facts)
{
	fixture_write(state, "/facts.yaml", SMALL_FACTS);
	fixture_write(state, "/seven.yaml", deployment);
	small_load(state, small, NULL);
	small_judge(small, facts, BASIS_RUNNING);
	return room_in(small);
}

static void assert_units(const struct room_finding *found, int64_t least, int64_t most)
{
	if (found->units.least != least || found->units.most != most)
		fail_msg("%" PRId64 " to %" PRId64 ", expected %" PRId64 " to %" PRId64,
			 found->units.least, found->units.most, least, most);
}

static void the_scarcest_resource_decides_and_is_named(void **state)
{
	auto_small struct small small = { 0 };
	struct room_finding found =
		room_on(state, &small, ROOM(MEMORY CORES),
			PATH("{'memory.total': %" PRId64 ", 'cpu.cores': 8}", 9 * GIB));

	assert_units(&found, 4, 4);
	assert_true(found.decided);
	assert_string_equal(found.first->limit->title, "memory");
	assert_int_equal(found.limits[1].units.most, 16);
}

static void what_the_host_keeps_leaves_no_less_than_nothing(void **state)
{
	auto_small struct small small = { 0 };
	struct room_finding found = room_on(state, &small, ROOM(MEMORY), "{'memory.total': 5}");

	assert_units(&found, 0, 0);
}

static void an_unknown_resource_leaves_a_bound(void **state)
{
	auto_small struct small small = { 0 };
	struct room_finding found = room_on(state, &small, ROOM(MEMORY CORES), "{'cpu.cores': 8}");

	assert_units(&found, 0, 16);
	assert_false(found.decided);
	assert_non_null(found.limits[0].unknown);
}

static void nothing_known_is_nothing_said(void **state)
{
	auto_small struct small small = { 0 };
	struct room_finding found = room_on(state, &small, ROOM(MEMORY), "{}");

	assert_units(&found, 0, INT64_MAX);
	assert_null(found.first);
}

static void records_that_may_fit_are_an_upper_bound(void **state)
{
	auto_small struct small small = { 0 };
	struct room_finding found =
		room_on(state, &small, ROOM(DISKS),
			"{'disks': [{'unused': true}, {'unused': {'unknown': 'permission'}}, "
			"{'unused': false}]}");

	assert_units(&found, 1, 2);
	small_judge(&small, "{'disks': [{'unused': true}, '...']}", BASIS_RUNNING);
	found = room_in(&small);
	assert_units(&found, 1, INT64_MAX);
}

static void a_new_system_gives_its_disks_back(void **state)
{
	auto_small struct small small = { 0 };
	struct room_finding found =
		room_on(state, &small, ROOM(DISKS), "{'disks': [{'unused': false}]}");

	assert_units(&found, 0, 0);
	small_judge(&small, "{'disks': [{'unused': false}]}", BASIS_NEW);
	found = room_in(&small);
	assert_units(&found, 1, 1);
}

static void a_field_is_summed_over_the_records_that_fit(void **state)
{
	auto_small struct small small = { 0 };
	struct room_finding found = room_on(
		state, &small, ROOM("    - {sum: disks, of: size, where: unused, each: 10 GB}\n"),
		"{'disks': [{'unused': true, 'size': 15000000000}, {'unused': true, 'size': "
		"26000000000}, {'unused': false, 'size': 99000000000}]}");

	assert_units(&found, 4, 4);
}

static void units_that_stay_on_a_node_waste_what_is_left_of_each(void **state)
{
	static const char room[] = SMALL_HEAD("7", "seven") SMALL_ROLE(
		"node", "") "  room:\n  - {unit: VM, within: numa, why: w, source: [seed], "
			    "limits: [{of: memory, title: memory of a node, each: 3 * GiB}]}\n";
	auto_small struct small small = { 0 };
	struct room_finding found =
		room_on(state, &small, room,
			PATH("{'numa': [{'memory': %" PRId64 "}, {'memory': %" PRId64 "}]}",
			     5 * GIB, 5 * GIB));

	assert_units(&found, 2, 2);
	small_judge(&small, "{}", BASIS_RUNNING);
	found = room_in(&small);
	assert_units(&found, 0, INT64_MAX);
}

/* Whatever is learnt, in whichever order, what was excluded before stays so. */
static void learning_more_only_narrows_the_room(void **state)
{
	static const char *const known[] = {
		"'memory.total': 21474836480",
		"'cpu.cores': 3",
		"'disks': [{'unused': true}, {'unused': true}, {'unused': false}]",
	};
	auto_small struct small small = { 0 };
	struct amount at[8];

	room_on(state, &small, ROOM(MEMORY CORES DISKS), "{}");
	for (unsigned set = 0; set < 8; set++) {
		struct room_finding found;
		const char *text = "{'cpu.sockets': 1";

		for (unsigned i = 0; i < 3; i++)
			if (set & 1U << i)
				text = arena_printf(&small.arena, "%s, %s", text, known[i]);
		small_judge(&small, arena_printf(&small.arena, "%s}", text), BASIS_RUNNING);
		found = room_in(&small);
		at[set] = found.units;
	}
	for (unsigned less = 0; less < 8; less++)
		for (unsigned more = 0; more < 8; more++)
			if ((less & more) == less)
				assert_true(at[more].least >= at[less].least &&
					    at[more].most <= at[less].most);
	assert_int_equal(at[7].least, 2);
	assert_int_equal(at[7].most, 2);
}

/* --- the shipped ones --- */

#define OF_NODE(n)                                                                         \
	"{'node': " #n ", 'size': 1073741824, 'total': 20, 'free': 20}, {'node': " #n ", " \
	"'size': 2097152, 'total': 0, 'free': 0}"
#define DATA_DISK "{'size': 4000000000000, 'kind': 'hdd', 'unused': true, 'used_by': null}"
#define FOUR	  DATA_DISK ", " DATA_DISK ", " DATA_DISK ", " DATA_DISK

static void the_designs_own_hosts_carry_what_the_design_says(void **state)
{
	static const struct {
		const char *role, *facts;
		int64_t least, most;
		const char *first;
	} cases[] = {
		/* 128 GB for a thousand of 128 MB, less what their monitors take. */
		{ "62/node", "{'memory.total': 137438953472}", 985, 985, "memory" },
		/* 64 GB, 16 cores, 12 disks: a fifth in reserve leaves 51 GB, for 6 times 8. */
		{ "58/storage",
		  "{'memory.total': 68719476736, 'cpu.cores': 16, 'process.running.ceph-osd': "
		  "false, "
		  "'disks': [" FOUR ", " FOUR ", " FOUR "]}",
		  6, 6, "memory" },
		/* Sixteen cores know nothing of the disks. */
		{ "58/storage", "{'cpu.cores': 16}", 0, 8, NULL },
		/* 512 GB and 128 threads: eight workers. */
		{ "34/hypervisor", "{'memory.total': 549755813888, 'cpu.threads': 128}", 8, 8,
		  "memory" },
		{ "46/compute", "{'memory.total': 549755813888, 'cpu.threads': 128}", 255, 255,
		  "memory" },
		/* Nine isolated CPUs and 20 pages of 1 GiB on each node: two functions a node. */
		{ "70/nfvi-compute",
		  "{'numa': [{'node': 0, 'isolated': 9}, {'node': 1, 'isolated': 9}], 'hugepages': "
		  "[" OF_NODE(0) ", " OF_NODE(1) "]}",
		  4, 4, "isolated CPUs of a NUMA node" },
		{ "39/worker", "{'memory.total': 1099511627776, 'cpu.threads': 256}", 110, 110,
		  "Kubernetes' own limit" },
		{ "61/satellite",
		  "{'memory.total': 68719476736, 'service.active.linstor-satellite': false, "
		  "'disks': "
		  "[{'size': 1099511627776, 'unused': true, 'used_by': null}]}",
		  1024, 1024, "room on the pool's disks" },
	};
	auto_small struct small small = { 0 };
	struct error err = { 0 };

	(void)state;
	if (rules_load(&small.arena, "rules", NULL, &small.rules, &err) < 0)
		fail_msg("%s", err.text);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *slash = strchr(cases[i].role, '/');
		const struct deployment *deployment = rules_deployment(
			&small.rules, arena_strndup(&small.arena, cases[i].role,
						    (size_t)(slash - cases[i].role)));
		const struct role *role = deployment_role(deployment, slash + 1);
		const struct role_finding *finding;
		struct room_finding found;

		assert_true(role->n_rooms > 0);
		small_judge(&small, cases[i].facts, BASIS_RUNNING);
		finding = &small.judgement->deployments[deployment - small.rules.deployments]
				   .roles[role - deployment->roles];
		found = judge_room(small.judgement, finding, &role->rooms[0]);
		assert_units(&found, cases[i].least, cases[i].most);
		assert_int_equal(found.decided, cases[i].first != NULL);
		if (cases[i].first)
			assert_string_equal(found.first->limit->title, cases[i].first);
	}
}

/* --- a size for each --- */

#define PER_DISK                                                                               \
	"- {need: memory.total, minimum: 4 GB, per: {unit: OSD, count: disks, where: unused, " \
	"plus: 2 GB}}\n"
#define PER_TERABYTE \
	"- {need: cpu.cores, minimum: 2, per: {unit: TB, sum: disks, of: size, each: 1 TB}}\n"
#define TWO_DISKS "'disks': [{'unused': true}, {'unused': true}, {'unused': false}]"

static void a_size_for_each_disk_grows_with_the_disks(void **state)
{
	/* 2 × 4 GiB + 2 GiB */
	static const struct small_case cases[] = {
		{ PER_DISK, "{'memory.total': 10737418240, " TWO_DISKS "}", "met ready", 0 },
		{ NULL, "{'memory.total': 8737418240, " TWO_DISKS "}", "unmet no", 0 },
		{ NULL, "{'memory.total': 10737418240}", "unknown no..ready", 0 },
		{ NULL, "{'memory.total': 10737418240, 'disks': [{'unused': true}, '...']}",
		  "unknown no..ready", 0 },
		{ NULL, "{'memory.total': 1073741824}", "unmet no", 0 },
		{ NULL, "{" TWO_DISKS "}", "unknown no..ready", 0 },
		{ NULL,
		  "{'memory.total': 10737418240, 'disks': [{'unused': false}, {'unused': true}]}",
		  "met ready", BASIS_NEW },
		{ NULL,
		  "{'memory.total': 10737418240, 'disks': [{'unused': false}, {'unused': true}, "
		  "{'unused': false}]}",
		  "unmet no", BASIS_NEW },
		{ PER_TERABYTE, "{'cpu.cores': 3, 'disks': [{'size': 1500000000000}]}", "met ready",
		  0 },
		{ NULL, "{'cpu.cores': 2, 'disks': [{'size': 1500000000000}]}", "unmet no", 0 },
	};

	SMALL_CASES(state, cases);
}

static void what_a_size_for_each_comes_to_stands_in_the_finding(void **state)
{
	auto_small struct small small = { 0 };
	const struct role_finding *role;

	small_write(state, &small, PER_DISK);
	small_load(state, &small, NULL);
	small_judge(&small, "{'memory.total': 8737418240, " TWO_DISKS "}", BASIS_RUNNING);
	role = &small.judgement->deployments[0].roles[0];
	assert_int_equal(role->uses[role->role->n_uses - 1].finding->asked.i, 10 * GIB);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_scarcest_resource_decides_and_is_named),
		TEST(what_the_host_keeps_leaves_no_less_than_nothing),
		TEST(an_unknown_resource_leaves_a_bound),
		TEST(nothing_known_is_nothing_said),
		TEST(records_that_may_fit_are_an_upper_bound),
		TEST(a_new_system_gives_its_disks_back),
		TEST(a_field_is_summed_over_the_records_that_fit),
		TEST(units_that_stay_on_a_node_waste_what_is_left_of_each),
		TEST(learning_more_only_narrows_the_room),
		TEST(the_designs_own_hosts_carry_what_the_design_says),
		TEST(a_size_for_each_disk_grows_with_the_disks),
		TEST(what_a_size_for_each_comes_to_stands_in_the_finding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
