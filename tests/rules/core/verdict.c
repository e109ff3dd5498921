/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * verdict: roles out of needs by weight and condition, deployments out of roles, and what the role
 * holds itself
 */
#include "small.h"

#define NODE(needs)              \
	SMALL_HEAD("7", "seven") \
	SMALL_ROLE("node", needs)

#define CORES(more) "    - {need: cpu.cores, minimum: 4, why: w, source: seed" more "}\n"
#define BMC(more)   "    - {need: host.bmc, equals: true, why: w, source: seed" more "}\n"
#define PORT(more)  "    - {ports: 80/tcp, why: w, source: seed" more "}\n"

static void load_deployment_text(void **state, struct small *small, const char *deployment)
{
	fixture_write(state, "/facts.yaml", SMALL_FACTS);
	fixture_write(state, "/seven.yaml", deployment);
	small_load(state, small, NULL);
}

static const struct deployment_finding *judged(struct small *small, const char *facts)
{
	small_judge(small, facts, BASIS_RUNNING);
	return &small->judgement->deployments[0];
}

static enum verdict verdict_on(void **state, const char *deployment, const char *facts)
{
	auto_small struct small small = { 0 };

	load_deployment_text(state, &small, deployment);
	return judged(&small, facts)->verdict;
}

static void a_verdict_is_the_common_value_of_its_interval(void **state)
{
	(void)state;
	for (enum level worst = LEVEL_NO; worst <= LEVEL_READY; worst++) {
		for (enum level best = worst; best <= LEVEL_READY; best++) {
			enum verdict verdict = verdict_of((struct interval){ worst, best });
			bool fixable = worst > LEVEL_NO && best < LEVEL_LIMITED;

			if (fixable)
				assert_int_equal(verdict, VERDICT_FIXABLE);
			else if (worst == LEVEL_NO && best == LEVEL_NO)
				assert_int_equal(verdict, VERDICT_NO);
			else if (worst == LEVEL_READY)
				assert_int_equal(verdict, VERDICT_READY);
			else if (worst == LEVEL_LIMITED)
				assert_int_equal(verdict, VERDICT_LIMITED);
			else
				assert_int_equal(verdict, VERDICT_UNKNOWN);
		}
	}
}

static void a_role_is_as_good_as_its_worst_need(void **state)
{
	const char *both = NODE(CORES("") BMC("") PORT(""));
	const char *ports = "'ports': [{'port': 80, 'proto': 'tcp', 'address': '0.0.0.0', "
			    "'process': 'x', 'unit': null}]";

	assert_int_equal(verdict_on(state, both, "{'cpu.cores': 4, 'host.bmc': true}"),
			 VERDICT_READY);
	assert_int_equal(verdict_on(state, both, "{'cpu.cores': 2, 'host.bmc': true}"), VERDICT_NO);
	assert_int_equal(verdict_on(state, both, "{'cpu.cores': 4}"), VERDICT_UNKNOWN);
	/* One that is certainly not met decides, whatever is unknown beside it. */
	assert_int_equal(verdict_on(state, both, "{'cpu.cores': 2}"), VERDICT_NO);
	assert_int_equal(verdict_on(state, NODE(CORES("") PORT("")),
				    PATH("{'cpu.cores': 4, 'port.free.80/tcp': false, %s}", ports)),
			 VERDICT_FIXABLE);
	assert_int_equal(verdict_on(state, NODE(CORES("") PORT("")),
				    PATH("{'port.free.80/tcp': false, %s}", ports)),
			 VERDICT_UNKNOWN);
}

static void a_recommendation_never_takes_more_than_ready(void **state)
{
	const char *recommended = NODE(CORES("") BMC(", weight: recommended"));

	assert_int_equal(verdict_on(state, recommended, "{'cpu.cores': 4, 'host.bmc': false}"),
			 VERDICT_LIMITED);
	assert_int_equal(verdict_on(state, recommended, "{'cpu.cores': 4}"), VERDICT_LIMITED);
	assert_int_equal(verdict_on(state, recommended, "{'cpu.cores': 4, 'host.bmc': true}"),
			 VERDICT_READY);
	assert_int_equal(verdict_on(state, recommended, "{'cpu.cores': 2, 'host.bmc': true}"),
			 VERDICT_NO);
}

static void an_option_never_counts(void **state)
{
	const char *optional = NODE(CORES("") BMC(", optional: remote power"));

	assert_int_equal(verdict_on(state, optional, "{'cpu.cores': 4, 'host.bmc': false}"),
			 VERDICT_READY);
	assert_int_equal(verdict_on(state, optional, "{'cpu.cores': 4}"), VERDICT_READY);
	assert_int_equal(verdict_on(state,
				    NODE("    - {optional: huge pages, why: w, source: seed}\n"),
				    "{}"),
			 VERDICT_READY);
}

static void a_deployment_is_as_good_as_its_best_primary_role(void **state)
{
	const char *two = SMALL_HEAD("7", "seven") SMALL_ROLE("big", CORES(""))
		SMALL_ROLE("managed", BMC("")) "- role: helper\n  layers: [{layer: machine, needs: "
					       "[{need: cpu.smt, equals: true, why: w, source: "
					       "seed}]}]\n";

	assert_int_equal(verdict_on(state, two, "{'cpu.cores': 4, 'host.bmc': false}"),
			 VERDICT_READY);
	assert_int_equal(verdict_on(state, two, "{'cpu.cores': 2, 'host.bmc': true}"),
			 VERDICT_READY);
	assert_int_equal(verdict_on(state, two, "{'cpu.cores': 2, 'host.bmc': false}"), VERDICT_NO);
	assert_int_equal(verdict_on(state, two, "{'cpu.cores': 2}"), VERDICT_UNKNOWN);
	/* A role that is not primary changes nothing. */
	assert_int_equal(
		verdict_on(state, two, "{'cpu.cores': 4, 'host.bmc': true, 'cpu.smt': false}"),
		VERDICT_READY);
}

static void counts_say_how_many_needs_came_to_what(void **state)
{
	auto_small struct small small = { 0 };
	const struct role_finding *role;

	load_deployment_text(
		state, &small,
		NODE(CORES("") BMC("") PORT(
			", when: cpu.smt") "    - {optional: x, why: w, source: seed}\n"));
	role = &judged(&small, "{'cpu.cores': 2, 'cpu.smt': false}")->roles[0];
	assert_int_equal(role->counts[OUTCOME_MET], 2); /* architecture and threads */
	assert_int_equal(role->counts[OUTCOME_UNMET], 1);
	assert_int_equal(role->counts[OUTCOME_UNKNOWN], 1);
	assert_int_equal(role->counts[OUTCOME_NOT_APPLICABLE], 1);
	assert_int_equal(role->counts[OUTCOME_NOTED], 1);
}

/* --- what an installation of the role holds --- */

#define INSTALLED                                                                       \
	SMALL_HEAD("7", "seven")                                                        \
	"- role: node\n"                                                                \
	"  primary: true\n"                                                             \
	"  installed: {units: [k3s], processes: [k3s-server], holders: [containerd]}\n" \
	"  layers:\n"                                                                   \
	"  - layer: machine\n"                                                          \
	"    needs:\n"                                                                  \
	"    - {need: cpu.threads, minimum: 1, why: w, source: seed}\n"                 \
	"    - {ports: 6443/tcp, why: w, source: seed}\n"

#define HELD(process, unit)                                                        \
	"{'port': 6443, 'proto': 'tcp', 'address': '0.0.0.0', 'process': " process \
	", 'unit': " unit "}"

static void assert_port(void **state, const char *facts, const char *expected)
{
	auto_small struct small small = { 0 };

	load_deployment_text(state, &small, INSTALLED);
	assert_string_equal(small_use_text(&small, &judged(&small, facts)->roles[0], -1), expected);
}

static void a_port_of_the_roles_own_is_in_use_as_it_should_be(void **state)
{
	assert_port(state,
		    "{'service.active.k3s': true, 'port.free.6443/tcp': false, 'ports': "
		    "[" HELD("'k3s-server'", "null") "]}",
		    "met ready (in use)");
	assert_port(state,
		    "{'process.running.k3s-server': true, 'port.free.6443/tcp': false, 'ports': "
		    "[" HELD("'other'", "'k3s.service'") "]}",
		    "met ready (in use)");
	assert_port(state,
		    "{'service.active.k3s': true, 'port.free.6443/tcp': false, 'ports': "
		    "[" HELD("'containerd'", "null") "]}",
		    "met ready (in use)");
}

static void a_port_of_anything_else_is_taken(void **state)
{
	/* Not installed: a process of that name alone may be another's. */
	assert_port(state,
		    "{'service.active.k3s': false, 'process.running.k3s-server': false, "
		    "'port.free.6443/tcp': false, 'ports': [" HELD("'k3s-server'", "null") "]}",
		    "unmet setup");
	assert_port(state,
		    "{'service.active.k3s': true, 'port.free.6443/tcp': false, 'ports': "
		    "[" HELD("'nginx'", "'nginx.service'") "]}",
		    "unmet setup");
	/* One of two holders is a stranger. */
	assert_port(state,
		    "{'service.active.k3s': true, 'port.free.6443/tcp': false, 'ports': "
		    "[" HELD("'k3s-server'", "null") ", " HELD("'nginx'", "null") "]}",
		    "unmet setup");
	/* Another port of its own says nothing of this one. */
	assert_port(state,
		    "{'service.active.k3s': true, 'port.free.6443/tcp': false, 'ports': "
		    "[{'port': 6444, 'proto': 'tcp', 'process': 'k3s-server'}]}",
		    "unmet setup");
	assert_port(state,
		    "{'service.active.k3s': true, 'port.free.6443/tcp': false, 'ports': "
		    "[{'port': 6443, 'proto': 'udp', 'process': 'k3s-server'}]}",
		    "unmet setup");
}

/* --- a system of its own --- */

static void a_role_that_brings_its_system_is_judged_as_new(void **state)
{
	auto_small struct small small = { 0 };
	const struct role_finding *role;

	load_deployment_text(
		state, &small,
		SMALL_HEAD("7", "seven") "- role: node\n  primary: true\n  brings_os: true\n"
					 "  layers:\n  - layer: machine\n    needs:\n" CORES("")
						 PORT("") "    - {need: kernel.version, minimum: "
							  "5.4, why: w, source: seed}\n");
	role = &judged(&small, "{'cpu.cores': 4, 'kernel.version': '2.6.32'}")->roles[0];
	assert_int_equal(role->basis, BASIS_NEW);
	assert_int_equal(role->verdict, VERDICT_READY);
	assert_int_equal(role->counts[OUTCOME_DEFERRED], 2);
}

/* --- alone --- */

#define TWO(first, second) \
	SMALL_HEAD("7", "seven") SMALL_ROLE("one", first) SMALL_ROLE("two", second)

#define MEMORY(size, why) \
	"    - {need: memory.total, minimum: " size ", why: " why ", source: seed}\n"
#define DISK(id, where)                                              \
	"    - {count: disks, id: " id ", title: T, where: \"" where \
	"\", minimum: 1, why: w, source: seed}\n"

static enum alone alone_on(void **state, const char *deployment, const char *facts)
{
	auto_small struct small small = { 0 };

	load_deployment_text(state, &small, deployment);
	return judged(&small, facts)->alone;
}

static void one_host_carries_all_where_the_sum_fits(void **state)
{
	const char *two = TWO(MEMORY("8 GB", "its data"), MEMORY("8 GB", "its guests"));

	assert_int_equal(alone_on(state, two, "{'memory.total': 17179869184}"), ALONE_YES);
	assert_int_equal(alone_on(state, two, "{'memory.total': 10737418240}"), ALONE_NO);
	assert_int_equal(alone_on(state, two, "{}"), ALONE_UNKNOWN);
	/* Each role fits by itself, as sold the sum does too. */
	assert_int_equal(alone_on(state, two, "{'memory.total': 16900000000}"), ALONE_YES);
	assert_int_equal(alone_on(state, two, "{'memory.total': 16000000000}"), ALONE_UNKNOWN);
	assert_int_equal(alone_on(state, two,
				  "{'memory.total': 16000000000, 'memory.installed': 17179869184}"),
			 ALONE_YES);
}

#define HOST_MEMORY MEMORY("4 GB", "the least of any host")

static void what_both_say_of_the_host_itself_counts_once(void **state)
{
	const char *same = TWO(HOST_MEMORY, HOST_MEMORY);
	const char *more = TWO(HOST_MEMORY, HOST_MEMORY MEMORY("10 GB", "its guests"));

	assert_int_equal(alone_on(state, same, "{'memory.total': 4294967296}"), ALONE_YES);
	assert_int_equal(alone_on(state, more, "{'memory.total': 10737418240}"), ALONE_YES);
}

static void disks_add_up_where_the_same_are_asked_for(void **state)
{
	const char *same = TWO(DISK("a", "unused"), DISK("a", "unused"));
	const char *other = TWO(DISK("a", "kind == 'ssd'"), DISK("b", "kind == 'hdd'"));

	assert_int_equal(alone_on(state, same, "{'disks': [{'unused': true}]}"), ALONE_NO);
	assert_int_equal(alone_on(state, same, "{'disks': [{'unused': true}, {'unused': true}]}"),
			 ALONE_YES);
	/* Perhaps there is a second one. */
	assert_int_equal(alone_on(state, same, "{'disks': [{'unused': true}, '...']}"),
			 ALONE_UNKNOWN);
	assert_int_equal(alone_on(state, other, "{'disks': [{'kind': 'ssd'}, {'kind': 'hdd'}]}"),
			 ALONE_YES);
}

static void one_host_is_not_two(void **state)
{
	const char *three =
		SMALL_HEAD("7", "seven") SMALL_ROLE("node", "") "  hosts: {minimum: 3}\n";

	assert_int_equal(alone_on(state, three, "{}"), ALONE_NO);
	assert_int_equal(alone_on(state, SMALL_HEAD("7", "seven") SMALL_ROLE("node", ""), "{}"),
			 ALONE_YES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_verdict_is_the_common_value_of_its_interval),
		TEST(a_role_is_as_good_as_its_worst_need),
		TEST(a_recommendation_never_takes_more_than_ready),
		TEST(an_option_never_counts),
		TEST(a_deployment_is_as_good_as_its_best_primary_role),
		TEST(counts_say_how_many_needs_came_to_what),
		TEST(a_port_of_the_roles_own_is_in_use_as_it_should_be),
		TEST(a_port_of_anything_else_is_taken),
		TEST(a_role_that_brings_its_system_is_judged_as_new),
		TEST(one_host_carries_all_where_the_sum_fits),
		TEST(what_both_say_of_the_host_itself_counts_once),
		TEST(disks_add_up_where_the_same_are_asked_for),
		TEST(one_host_is_not_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
