/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hints: the change that opens most deployments, the need that stands in the way, what more
 * privilege would decide
 */
#include "../rules/core/small.h"

#include "hints.h"

#define MEMORY(size) "    - {need: memory.total, minimum: " size ", why: w, source: s}\n"
#define BMC	     "    - {need: host.bmc, equals: true, why: w, source: s}\n"
#define PORT	     "    - {ports: 80/tcp, why: w, source: s}\n"

/* Three deployments: two want memory, one a port. */
static void three(void **state, struct small *small, const char *facts)
{
	fixture_write(state, "/facts.yaml", SMALL_FACTS);
	fixture_write(state, "/1.yaml", SMALL_HEAD("1", "one") SMALL_ROLE("node", MEMORY("8 GB")));
	fixture_write(state, "/2.yaml", SMALL_HEAD("2", "two") SMALL_ROLE("node", MEMORY("32 GB")));
	fixture_write(state, "/3.yaml",
		      SMALL_HEAD("3", "three") SMALL_ROLE("big", MEMORY("64 GB") BMC)
			      SMALL_ROLE("small", PORT));
	small_load(state, small, NULL);
	small_judge(small, facts, BASIS_RUNNING);
}

static void the_change_that_opens_most_is_named_for_the_most_it_must_be(void **state)
{
	auto_small struct small small = { 0 };
	struct hint opens, blocks;

	three(state, &small,
	      "{'memory.total': 4294967296, 'port.free.80/tcp': false, 'host.bmc': false}");
	assert_true(hints_of(small.judgement, &opens, &blocks));
	assert_int_equal(opens.opens, 2);
	assert_string_equal(opens.finding->blamed->fact, "memory.total");
	assert_string_equal(opens.finding->blamed->asked, "32 GB");
	assert_int_equal(blocks.blocks, 2);
	assert_string_equal(blocks.finding->blamed->fact, "memory.total");
}

static void a_machine_that_hosts_all_needs_no_hint(void **state)
{
	auto_small struct small small = { 0 };
	struct hint opens, blocks;

	three(state, &small,
	      "{'memory.total': 68719476736, 'port.free.80/tcp': true, 'host.bmc': true}");
	assert_false(hints_of(small.judgement, &opens, &blocks));
	assert_null(hints_obstacle(&small.judgement->deployments[0].roles[0]));
}

static void the_obstacle_is_the_worst_need_of_the_best_role(void **state)
{
	auto_small struct small small = { 0 };
	const struct deployment_finding *third;
	const struct role_finding *best;

	three(state, &small,
	      "{'memory.total': 4294967296, 'port.free.80/tcp': false, 'host.bmc': false}");
	third = &small.judgement->deployments[2];
	best = hints_best_role(third);
	assert_string_equal(best->role->name, "small");
	assert_string_equal(hints_obstacle(best)->use->need->id, "port.free.80/tcp");
	assert_int_equal(hints_obstacle(&third->roles[0])->interval.worst, LEVEL_NO);
}

static void only_want_of_permission_is_counted_as_such(void **state)
{
	auto_small struct small permission = { 0 }, other = { 0 };

	three(state, &permission,
	      "{'memory.total': {'unknown': 'permission'}, 'port.free.80/tcp': true}");
	assert_int_equal(hints_permission(permission.judgement), 2);
	three(state, &other, "{'memory.total': {'unknown': 'error'}, 'port.free.80/tcp': true}");
	assert_int_equal(hints_permission(other.judgement), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_change_that_opens_most_is_named_for_the_most_it_must_be),
		TEST(a_machine_that_hosts_all_needs_no_hint),
		TEST(the_obstacle_is_the_worst_need_of_the_best_role),
		TEST(only_want_of_permission_is_counted_as_such),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
