/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan: what is planned for roles, in which order, what it comes to, and what it leaves open
 */
#include "small.h"

#include "plan.h"

/* The texts of remedies as the rules have them, in memory that goes with what was judged. */
static const char *remedy_text(struct judgement *judgement, const struct finding *finding,
			       const struct possible_cause *cause)
{
	(void)finding;
	return arena_strdup(&judgement->arena, cause->remedy.text);
}

static const char *same_text(struct judgement *judgement, const struct finding *finding,
			     const char *text)
{
	(void)finding;
	return arena_strdup(&judgement->arena, text);
}

static const char *id_of(struct arena *arena, const struct need *need,
			 const struct finding *finding)
{
	(void)arena;
	(void)finding;
	return need->id;
}

/* The plan for every role of deployment 7 on these facts. */
static struct plan *planned(void **state, struct small *small, const char *needs, const char *facts,
			    bool strictly)
{
	const struct plan_options options = {
		.strictly = strictly, .remedy = remedy_text, .fill = same_text, .reason = id_of
	};
	const struct deployment *deployment;
	struct planned_role roles[4] = { 0 };

	small_write(state, small, needs);
	small_load(state, small, NULL);
	small_judge(small, facts, BASIS_RUNNING);
	deployment = &small->rules.deployments[0];
	for (size_t i = 0; i < deployment->n_roles; i++)
		roles[i] = (struct planned_role){ .deployment = deployment,
						  .role = &deployment->roles[i] };
	return plan_make(small->judgement, roles, deployment->n_roles, &options);
}

/* Which fact is assumed to be what: "memory.total=8". */
static const struct value *assumed(const struct plan *plan, const char *fact)
{
	for (size_t i = 0; i < plan->n_assumptions; i++)
		if (strcmp(plan->assumptions[i].fact, fact) == 0)
			return &plan->assumptions[i].value;
	return NULL;
}

/* One remedy for whatever is asked, of a kind and with steps. */
#define CHECK(id, check, kind, steps)                                                              \
	"- {check: \"" check "\", id: " id ", title: " id                                          \
	", diagnosis: [{cause: not-configured, remedy: {kind: " kind ", text: " id ", do: {" steps \
	"}}}]}\n"

static void the_largest_of_a_size_is_asked_for_once(void **state)
{
	auto_small struct small small = { 0 };
	const struct plan *plan = planned(state, &small,
					  "- {need: memory.total, minimum: 8 GB}\n"
					  "- {need: memory.total, minimum: 32 GB}\n",
					  "{'memory.total': 4294967296}", false);

	assert_int_equal(plan->n_changes, 1);
	assert_int_equal(plan->changes[0].n_needs, 1);
	assert_string_equal(plan->changes[0].needs[0]->id, "memory.total>=32GB");
	assert_int_equal(assumed(plan, "memory.total")->i, INT64_C(32) << 30);
	assert_int_equal(plan->roles[0].verdict_before, VERDICT_NO);
	assert_int_equal(plan->roles[0].verdict_after, VERDICT_READY);
}

static void records_that_fit_are_added_to_a_list(void **state)
{
	auto_small struct small small = { 0 };
	const struct plan *plan =
		planned(state, &small,
			"- {count: nics, where: physical, id: any-port, title: ports, minimum: 3}\n"
			"- {count: nics, where: physical && speed_max >= 10 * Gbps, id: fast,\n"
			"   title: fast ports, minimum: 2}\n",
			"{'nics': [{'physical': true, 'speed_max': 1000000000}]}", false);

	assert_int_equal(assumed(plan, "nics")->len, 3);
	assert_int_equal(plan->roles[0].verdict_after, VERDICT_READY);
	/* Two of the fast ones make three ports: nothing more is asked for. */
	assert_int_equal(plan->n_changes, 1);
	assert_string_equal(plan->changes[0].needs[0]->id, "fast");
}

static void changes_come_cheapest_first_and_alike_ones_as_one(void **state)
{
	auto_small struct small small = { 0 };
	const struct plan *plan = planned(
		state, &small,
		CHECK("b", "storage.rwx", "reboot", "cmdline: [a=1]")
			CHECK("c", "storage.parallel_fs", "setup", "modules: [x]")
				CHECK("d", "lxd.same_pools", "setup", "modules: [x]"),
		"{'storage.rwx': false, 'storage.parallel_fs': false, 'lxd.same_pools': false}",
		false);

	assert_int_equal(plan->n_changes, 2);
	assert_int_equal(plan->changes[0].kind, REMEDY_SETUP);
	assert_int_equal(plan->changes[0].n_needs, 2);
	assert_int_equal(plan->changes[1].kind, REMEDY_REBOOT);
	assert_string_equal(assumed(plan, "kernel.module.x")->s, "loaded");
	assert_string_equal(assumed(plan, "kernel.cmdline.a")->s, "1");
	assert_true(assumed(plan, "storage.rwx")->b);
}

static void what_a_remedy_gives_uncovers_the_next_cause(void **state)
{
	auto_small struct small small = { 0 };
	const struct plan *plan = planned(
		state, &small,
		"- check: storage.rwx && storage.parallel_fs\n  id: two\n  title: two\n  "
		"diagnosis:\n"
		"  - when: '!storage.rwx'\n    cause: disabled-firmware\n"
		"    remedy: {kind: firmware, text: first, do: {gives: {storage.rwx: true}}}\n"
		"  - cause: not-configured\n    remedy: {kind: setup, text: second}\n",
		"{'storage.rwx': false, 'storage.parallel_fs': false}", false);

	assert_int_equal(plan->n_changes, 2);
	assert_string_equal(plan->changes[0].text, "second");
	assert_string_equal(plan->changes[1].text, "first");
	assert_int_equal(plan->roles[0].verdict_after, VERDICT_READY);
}

static void of_alternatives_the_one_that_is_paid_for_is_taken(void **state)
{
	auto_small struct small small = { 0 };
	const struct plan *plan =
		planned(state, &small,
			"- any:\n"
			"  - {need: swap.total, maximum: 0}\n"
			"  - {need: memory.total, minimum: 8 GB}\n"
			"  id: either\n  title: either\n"
			"- {need: memory.total, minimum: 16 GB}\n",
			"{'memory.total': 4294967296, 'swap.total': 1024}", false);

	assert_int_equal(plan->n_changes, 1);
	assert_null(assumed(plan, "swap.total"));
}

static void of_alike_alternatives_the_one_that_serves_most_is_taken(void **state)
{
	auto_small struct small small = { 0 };
	const struct plan *plan =
		planned(state, &small,
			"- any:\n"
			"  - {need: cpu.cores, minimum: 8}\n"
			"  - {need: memory.total, minimum: 8 GB}\n"
			"  id: one\n  title: one\n"
			"- any:\n"
			"  - {need: cpu.threads, minimum: 16}\n"
			"  - {need: memory.total, minimum: 8 GB}\n"
			"  id: two\n  title: two\n",
			"{'memory.total': 4294967296, 'cpu.cores': 2, 'cpu.threads': 4}", false);

	assert_int_equal(plan->n_changes, 1);
	assert_int_equal(plan->n_assumptions, 1);
	assert_string_equal(plan->assumptions[0].fact, "memory.total");
}

static void needs_that_contradict_each_other_are_named(void **state)
{
	auto_small struct small small = { 0 };
	const struct plan *plan = planned(state, &small,
					  "- {need: os.id, equals: debian}\n"
					  "- {need: os.id, equals: alpine}\n",
					  "{'os.id': 'arch'}", false);

	assert_true(plan->n_open > 0);
	assert_int_equal(plan->open[0].kind, OPEN_CONFLICT);
	assert_int_equal(plan->roles[0].verdict_after, VERDICT_NO);
}

static void recommendations_are_planned_for_where_they_are_asked_for(void **state)
{
	static const char needs[] = "- {need: memory.total, minimum: 2 GB, recommended: 8 GB}\n";
	static const char facts[] = "{'memory.total': 4294967296}";
	auto_small struct small small = { 0 }, strict = { 0 };
	const struct plan *plan = planned(state, &small, needs, facts, false);

	assert_int_equal(plan->n_changes, 0);
	assert_int_equal(plan->n_open, 1);
	assert_int_equal(plan->open[0].kind, OPEN_RECOMMENDED);
	assert_int_equal(plan->roles[0].verdict_after, VERDICT_LIMITED);
	plan = planned(state, &strict, needs, facts, true);
	assert_int_equal(plan->n_changes, 1);
	assert_int_equal(plan->roles[0].verdict_after, VERDICT_READY);
}

static void what_is_not_known_stays_open_and_is_not_planned_for(void **state)
{
	auto_small struct small small = { 0 };
	const struct plan *plan =
		planned(state, &small,
			"- {need: swap.total, maximum: 0}\n"
			"- {confirm: the disk may be wiped, id: wipe, destroys: true}\n",
			"{'swap.total': {'unknown': 'permission'}}", false);

	assert_int_equal(plan->n_changes, 0);
	assert_int_equal(plan->n_open, 2);
	assert_int_equal(plan->open[0].kind, OPEN_UNKNOWN);
	assert_int_equal(plan->open[1].kind, OPEN_CONFIRM);
	assert_true(plan->open[1].destroys);
}

static void a_value_goes_out_of_a_parameter_that_has_several(void **state)
{
	auto_small struct small small = { 0 };
	const struct plan *plan = planned(
		state, &small,
		CHECK("a", "storage.rwx", "reboot", "cmdline_remove: [module_blacklist=kvm]"),
		"{'storage.rwx': false, 'kernel.cmdline.module_blacklist': 'a,kvm,b'}", false);

	assert_string_equal(assumed(plan, "kernel.cmdline.module_blacklist")->s, "a,b");
}

static void a_module_that_this_kernel_does_not_have_is_not_loaded(void **state)
{
	auto_small struct small small = { 0 };
	const struct plan *plan =
		planned(state, &small, CHECK("a", "storage.rwx", "setup", "modules: [new, old]"),
			"{'storage.rwx': false, 'kernel.module.new': 'missing',"
			" 'kernel.module.old': 'available'}",
			false);

	assert_int_equal(plan->changes[0].n_steps, 1);
	assert_string_equal(plan->changes[0].steps[0].name, "old");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_largest_of_a_size_is_asked_for_once),
		TEST(records_that_fit_are_added_to_a_list),
		TEST(changes_come_cheapest_first_and_alike_ones_as_one),
		TEST(what_a_remedy_gives_uncovers_the_next_cause),
		TEST(of_alternatives_the_one_that_is_paid_for_is_taken),
		TEST(of_alike_alternatives_the_one_that_serves_most_is_taken),
		TEST(needs_that_contradict_each_other_are_named),
		TEST(recommendations_are_planned_for_where_they_are_asked_for),
		TEST(what_is_not_known_stays_open_and_is_not_planned_for),
		TEST(a_module_that_this_kernel_does_not_have_is_not_loaded),
		TEST(a_value_goes_out_of_a_parameter_that_has_several),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
