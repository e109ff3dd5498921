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
		TEST(a_size_for_each_disk_grows_with_the_disks),
		TEST(what_a_size_for_each_comes_to_stands_in_the_finding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
