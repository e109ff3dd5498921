/* SPDX-License-Identifier: GPL-2.0-or-later */
/* waive: what a waived need contributes to its role, and where a waiver holds */
#include "small.h"

/* Two deployments that ask the same, the second of them of two roles. */
static void setup(void **state, struct small *small, const char *needs)
{
	small_write(state, small, needs);
	fixture_write(state, "/eight.yaml",
		      SMALL_HEAD("8", "eight") SMALL_ROLE("node", "    - {capability: asked}\n")
			      SMALL_ROLE("other", "    - {capability: asked}\n"));
	small_load(state, small, NULL);
}

/* The need that a role asks behind the one that each has. */
static const struct need *asked(const struct small *small)
{
	const struct role *role = &small->rules.deployments[0].roles[0];

	return role->uses[role->n_uses - 1].need;
}

static void judge_waived(struct small *small, const char *facts, const struct waiver *waiver)
{
	const struct waivers waivers = { .items = waiver, .len = 1 };

	small->facts = facts_new();
	small_facts(small->facts, "{'host.arch': 'x86_64', 'cpu.threads': 4, 'ports': []}");
	small_facts(small->facts, facts);
	small->judgement = judge_with(&small->rules, small->facts, BASIS_RUNNING, &waivers);
	/* Only its marks and what they did are looked at: the list itself may go. */
	small->judgement->waivers = NULL;
}

struct waived_case {
	const char *need, *facts;
	const char *expected; /* of the use */
	enum verdict verdict; /* of its role */
	bool waived;
};

static void judge_case(void **state, const struct waived_case *this)
{
	auto_small struct small small = { 0 };
	struct waiver waiver = { .reason = "r", .owner = "o", .until = "2099-01-01" };
	const struct role_finding *role;
	const char *found;

	setup(state, &small, this->need);
	waiver.need = asked(&small);
	judge_waived(&small, this->facts, &waiver);
	role = &small.judgement->deployments[0].roles[0];
	found = small_use_text(&small, role, -1);
	if (strcmp(found, this->expected) != 0 || role->verdict != this->verdict ||
	    (role->uses[role->role->n_uses - 1].waiver != NULL) != this->waived)
		fail_msg("%s on %s: %s, %s, %swaived", this->need, this->facts, found,
			 verdict_name(role->verdict),
			 role->uses[role->role->n_uses - 1].waiver ? "" : "not ");
}

static void a_waived_need_caps_its_role_at_limited(void **state)
{
	static const char hard[] = "- {need: cpu.cores, minimum: 8}\n";
	static const char recommended[] = "- {need: cpu.cores, minimum: 8, weight: recommended}\n";
	static const char optional[] = "- {need: cpu.cores, minimum: 8, weight: optional}\n";
	static const struct waived_case cases[] = {
		{ hard, "{'cpu.cores': 4}", "unmet limited", VERDICT_LIMITED, true },
		{ hard, "{'cpu.cores': 8}", "met ready", VERDICT_READY, false },
		{ hard, "{'cpu.cores': {'unknown': 'permission'}}", "unknown limited..ready",
		  VERDICT_LIMITED, true },
		{ recommended, "{'cpu.cores': 4}", "unmet limited", VERDICT_LIMITED, true },
		{ recommended, "{'cpu.cores': {'unknown': 'hidden'}}", "unknown limited..ready",
		  VERDICT_LIMITED, true },
		{ optional, "{'cpu.cores': 4}", "unmet ready", VERDICT_READY, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		judge_case(state, &cases[i]);
}

static void what_is_not_asked_here_is_not_waived(void **state)
{
	static const struct waived_case cases[] = {
		{ "- {need: cpu.cores, minimum: 8, when: cpu.threads > 9}\n", "{'cpu.cores': 4}",
		  "not-applicable ready", VERDICT_READY, false },
		{ "- {confirm: is it so, id: so}\n", "{}", "to-confirm ready", VERDICT_READY,
		  false },
		{ "- {confirm: is it so, id: so}\n", "{'confirm.so': false}", "unmet limited",
		  VERDICT_LIMITED, true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		judge_case(state, &cases[i]);
}

/* Which roles' verdicts a waiver turns, as "7/node 8/node 8/other". */
static const char *turned(struct small *small)
{
	const char *text = "";

	for (size_t i = 0; i < small->rules.n_deployments; i++) {
		const struct deployment_finding *finding = &small->judgement->deployments[i];

		for (size_t k = 0; k < finding->deployment->n_roles; k++)
			if (finding->roles[k].verdict == VERDICT_LIMITED)
				text = arena_printf(&small->arena, "%s %" PRId64 "/%s", text,
						    finding->deployment->id,
						    finding->roles[k].role->name);
	}
	return text;
}

static void a_waiver_holds_where_it_says(void **state)
{
	auto_small struct small small = { 0 };
	struct waiver waiver = { .reason = "r", .owner = "o", .until = "2099-01-01" };

	setup(state, &small, "- {need: cpu.cores, minimum: 8}\n");
	waiver.need = asked(&small);
	judge_waived(&small, "{'cpu.cores': 4}", &waiver);
	assert_string_equal(turned(&small), " 7/node 8/node 8/other");
	small_judge(&small, "{'cpu.cores': 4}", BASIS_RUNNING);
	assert_string_equal(turned(&small), "");

	waiver.deployment = &small.rules.deployments[1];
	judgement_free(small.judgement);
	facts_free(small.facts);
	judge_waived(&small, "{'cpu.cores': 4}", &waiver);
	assert_string_equal(turned(&small), " 8/node 8/other");

	waiver.role = &waiver.deployment->roles[1];
	judgement_free(small.judgement);
	facts_free(small.facts);
	judge_waived(&small, "{'cpu.cores': 4}", &waiver);
	assert_string_equal(turned(&small), " 8/other");
}

static void what_would_lose_data_is_known_in_alternatives_too(void **state)
{
	auto_small struct small small = { 0 };

	small_write(state, &small,
		    "- any:\n"
		    "  - {need: cpu.cores, minimum: 8}\n"
		    "  - {confirm: all is wiped, id: wiped, destroys: true}\n"
		    "  id: either\n"
		    "  title: either\n");
	small_load(state, &small, NULL);
	assert_string_equal(asked(&small)->id, "either");
	assert_true(need_destroys(asked(&small)));
	assert_false(need_destroys(asked(&small)->parts[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_waived_need_caps_its_role_at_limited),
		TEST(what_is_not_asked_here_is_not_waived),
		TEST(a_waiver_holds_where_it_says),
		TEST(what_would_lose_data_is_known_in_alternatives_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
