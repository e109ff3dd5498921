/* SPDX-License-Identifier: GPL-2.0-or-later */
/* compiled-in: the rules in the program are those of the rule files, and judge as these do */
#include "../rules/core/random.h"

static void the_program_carries_the_rule_files_as_they_are(void **state)
{
	struct error err = { 0 };
	struct arena arena = { 0 };
	struct rules rules;

	(void)state;
	if (rules_load(&arena, "rules", NULL, &rules, &err) < 0)
		fail_msg("%s", err.text);
	assert_string_equal(rules_compiled_in.digest, rules.digest);
	assert_string_equal(rules_compiled_in.version, rules.version);
	assert_int_equal(rules_compiled_in.n_needs, rules.n_needs);
	assert_int_equal(rules_compiled_in.n_names, rules.n_names);
	assert_int_equal(rules_compiled_in.n_capabilities, rules.n_capabilities);
	assert_int_equal(rules_compiled_in.n_deployments, rules.n_deployments);
	assert_int_equal(rules_compiled_in.n_exclusions, rules.n_exclusions);
	for (size_t i = 0; i < rules.n_exclusions; i++) {
		const struct exclusion *a = &rules_compiled_in.exclusions[i];
		const struct exclusion *b = &rules.exclusions[i];

		assert_string_equal(a->name, b->name);
		assert_string_equal(a->other_name, b->other_name);
		assert_int_equal(a->weight, b->weight);
		if (b->need)
			assert_string_equal(a->need->id, b->need->id);
	}
	arena_free(&arena);
}

static void assert_same_rooms(struct judgement *a, const struct role_finding *one,
			      struct judgement *b, const struct role_finding *other)
{
	assert_int_equal(one->role->n_rooms, other->role->n_rooms);
	for (size_t i = 0; i < one->role->n_rooms; i++) {
		const struct room_finding left = judge_room(a, one, &one->role->rooms[i]);
		const struct room_finding right = judge_room(b, other, &other->role->rooms[i]);

		assert_string_equal(left.room->units, right.room->units);
		assert_int_equal(left.units.least, right.units.least);
		assert_int_equal(left.units.most, right.units.most);
	}
}

static void assert_same_uses(const struct role_finding *a, const struct role_finding *b)
{
	assert_string_equal(a->role->name, b->role->name);
	assert_int_equal(a->role->n_uses, b->role->n_uses);
	assert_int_equal(a->verdict, b->verdict);
	for (size_t i = 0; i < a->role->n_uses; i++) {
		assert_string_equal(a->uses[i].use->need->id, b->uses[i].use->need->id);
		assert_string_equal(a->uses[i].use->why, b->uses[i].use->why);
		assert_int_equal(a->uses[i].use->weight, b->uses[i].use->weight);
		assert_int_equal(a->uses[i].outcome, b->uses[i].outcome);
		assert_int_equal(a->uses[i].interval.worst, b->uses[i].interval.worst);
		assert_int_equal(a->uses[i].interval.best, b->uses[i].interval.best);
		assert_int_equal(a->uses[i].finding->n_causes, b->uses[i].finding->n_causes);
	}
}

static void both_judge_the_same(void **state)
{
	struct chance chance = { UINT64_C(0xc0de) };
	auto_small struct small small = { 0 };
	struct error err = { 0 };

	(void)state;
	if (rules_load(&small.arena, "rules", NULL, &small.rules, &err) < 0)
		fail_msg("%s", err.text);
	for (int i = 0; i < 10; i++) {
		auto_judgement struct judgement *other = NULL;
		enum basis basis = i & 1 ? BASIS_NEW : BASIS_RUNNING;
		struct world world;

		random_world(&chance, &world);
		small_judge(&small, world_text(&small.arena, &world), basis);
		other = judge(&rules_compiled_in, small.facts, basis);
		for (size_t d = 0; d < small.rules.n_deployments; d++) {
			const struct deployment_finding *a = &small.judgement->deployments[d];

			assert_int_equal(a->verdict, other->deployments[d].verdict);
			assert_int_equal(a->alone, other->deployments[d].alone);
			for (size_t r = 0; r < a->deployment->n_roles; r++) {
				assert_same_uses(&a->roles[r], &other->deployments[d].roles[r]);
				assert_same_rooms(small.judgement, &a->roles[r], other,
						  &other->deployments[d].roles[r]);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_program_carries_the_rule_files_as_they_are),
		cmocka_unit_test(both_judge_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
