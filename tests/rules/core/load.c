/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * load: every form of a need as it stands in memory, what roles share, and a site's own rules on
 * top
 */
#include "small.h"

static const struct role *load_needs_text(void **state, struct small *small, const char *needs)
{
	small_write(state, small, needs);
	small_load(state, small, NULL);
	return &small->rules.deployments[0].roles[0];
}

/* Behind the architecture and the threads. */
static const struct use *asked(const struct role *role, size_t index)
{
	assert_true(role->n_uses > index + 2);
	return &role->uses[index + 2];
}

static void a_need_is_named_for_what_it_asks(void **state)
{
	static const struct {
		const char *need, *id;
		enum need_op op;
	} cases[] = {
		{ "- {need: memory.total, minimum: 8 GB}", "memory.total>=8GB", OP_MINIMUM },
		{ "- {need: swap.total, maximum: 0}", "swap.total<=0", OP_MAXIMUM },
		{ "- {need: os.id, equals: debian}", "os.id==debian", OP_EQUALS },
		{ "- {need: host.bmc, equals: true}", "host.bmc", OP_EQUALS },
		{ "- {need: cpu.smt, equals: false}", "cpu.smt==false", OP_EQUALS },
		{ "- {need: os.id, not: alpine}", "os.id!=alpine", OP_NOT },
		{ "- {need: os.id, in: [debian, ubuntu]}", "os.id in debian,ubuntu", OP_IN },
		{ "- {need: os.id, not_in: [alpine]}", "os.id not in alpine", OP_NOT_IN },
		{ "- {need: cpu.features, has: [aes, avx]}", "cpu.features has aes,avx", OP_HAS },
		{ "- {need: cpu.vendor, present: true}", "cpu.vendor present", OP_PRESENT },
		{ "- {need: cpu.vendor, absent: true}", "cpu.vendor absent", OP_ABSENT },
		{ "- {need: memory.total, minimum: 8 GB, seen: true}", "memory.total>=8GB seen",
		  OP_MINIMUM },
		{ "- {ports: 80/tcp}", "port.free.80/tcp", OP_EQUALS },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		auto_small struct small small = { 0 };
		const struct use *use = asked(load_needs_text(state, &small, cases[i].need), 0);

		assert_string_equal(use->need->id, cases[i].id);
		assert_int_equal(use->need->op, cases[i].op);
		assert_int_equal(use->weight, WEIGHT_HARD);
		assert_string_equal(use->why, "so");
		assert_string_equal(use->sources[0], "seed");
	}
}

static void a_recommended_value_is_a_need_of_its_own(void **state)
{
	auto_small struct small small = { 0 };
	const struct role *role =
		load_needs_text(state, &small,
				"- {need: memory.total, minimum: 8 GB, recommended: 16 GB}\n"
				"- {need: cpu.cores, recommended: 8}\n"
				"- {need: os.id, recommended: [debian, ubuntu]}\n"
				"- {need: cpu.features, recommended: [aes]}\n"
				"- {need: host.bmc, recommended: true}\n");

	assert_int_equal(role->n_uses, 8);
	assert_string_equal(asked(role, 1)->need->id, "memory.total>=16GB");
	assert_int_equal(asked(role, 1)->weight, WEIGHT_RECOMMENDED);
	assert_int_equal(asked(role, 2)->need->op, OP_MINIMUM);
	assert_int_equal(asked(role, 3)->need->op, OP_IN);
	assert_int_equal(asked(role, 4)->need->op, OP_HAS);
	assert_int_equal(asked(role, 5)->need->op, OP_EQUALS);
	for (size_t i = 1; i < 6; i++)
		assert_int_equal(asked(role, i)->weight, WEIGHT_RECOMMENDED);
}

static void a_count_keeps_its_condition_and_recommends_under_another_id(void **state)
{
	auto_small struct small small = { 0 };
	const struct role *role = load_needs_text(
		state, &small,
		"- {count: nics, id: fast, title: fast ports, where: speed >= 10 * Gbps, minimum: "
		"1, recommended: 2}");

	assert_string_equal(asked(role, 0)->need->id, "fast");
	assert_string_equal(asked(role, 0)->need->title, "fast ports");
	assert_non_null(asked(role, 0)->need->expr);
	assert_int_equal(asked(role, 0)->need->operand.i, 1);
	assert_string_equal(asked(role, 1)->need->id, "fast.recommended");
	assert_int_equal(asked(role, 1)->need->operand.i, 2);
	assert_int_equal(asked(role, 1)->weight, WEIGHT_RECOMMENDED);
}

static void short_forms_are_one_need_for_each_name(void **state)
{
	auto_small struct small small = { 0 };
	const struct role *role;

	fixture_write(state, "/features.yaml",
		      "features:\n"
		      "  overlay: {title: overlayfs, filesystem: overlay, module: overlay, config: "
		      "OVERLAY_FS}\n"
		      "  bridge: {title: bridges, works: \"path.exists['/sys/class/net/br0']\", "
		      "module: [bridge, br_netfilter]}\n");
	role = load_needs_text(
		state, &small,
		"- {features: [overlay, bridge]}\n- {ports: [80/tcp, 2379-2380/tcp]}\n"
		"- {feature: overlay, optional: layers of images}\n");
	assert_int_equal(role->n_uses, 6);
	assert_string_equal(asked(role, 0)->need->id, "feature.overlay");
	assert_string_equal(asked(role, 1)->need->id, "feature.bridge");
	assert_true(asked(role, 1)->need->deferred);
	assert_string_equal(asked(role, 3)->need->fact, "port.free.2379-2380/tcp");
	/* The option stands for nothing new beside the need. */
	assert_int_equal(asked(role, 0)->weight, WEIGHT_HARD);
}

static bool asks_the_probes_for(const struct rules *rules, const char *name)
{
	for (size_t i = 0; i < rules->n_names; i++)
		if (strcmp(rules->names[i], name) == 0)
			return true;
	return false;
}

static void open_ended_names_are_collected_for_the_probes(void **state)
{
	auto_small struct small small = { 0 };

	load_needs_text(
		state, &small,
		"- {ports: 80/tcp}\n"
		"- {need: cpu.cores, minimum: 2, when: \"dev['net/tun']\"}\n"
		"- {check: cpu.smt, id: c, title: T, diagnosis: [{cause: too-old, remedy: {kind: "
		"setup, text: 'see {kernel.sysctl.vm.swappiness}'}}]}\n");
	assert_true(asks_the_probes_for(&small.rules, "port.free.80/tcp"));
	assert_true(asks_the_probes_for(&small.rules, "dev.net/tun"));
	assert_true(asks_the_probes_for(&small.rules, "kernel.sysctl.vm.swappiness"));
	assert_false(asks_the_probes_for(&small.rules, "cpu.cores"));
	for (size_t i = 1; i < small.rules.n_names; i++)
		assert_true(strcmp(small.rules.names[i - 1], small.rules.names[i]) < 0);
}

static void a_bundle_stands_for_its_needs_with_the_weight_and_condition_of_its_place(void **state)
{
	auto_small struct small small = { 0 };
	const struct role *role;

	fixture_write(state, "/inner.yaml",
		      "capabilities:\n"
		      "- capability: inner\n"
		      "  title: inner\n"
		      "  why: within\n"
		      "  source: book\n"
		      "  needs:\n"
		      "  - {need: cpu.cores, minimum: 4, when: cpu.smt}\n"
		      "  - {need: host.bmc, equals: true, weight: recommended, why: own}\n"
		      "  - {need: cpu.vendor, present: true}\n");
	role = load_needs_text(
		state, &small,
		"- {capability: inner, when: host.vm == 'none', weight: recommended}");
	assert_int_equal(role->n_uses, 5);
	assert_string_equal(asked(role, 0)->when_text, "(host.vm == 'none') && (cpu.smt)");
	assert_string_equal(asked(role, 0)->why, "within");
	assert_string_equal(asked(role, 0)->sources[0], "book");
	assert_string_equal(asked(role, 1)->why, "own");
	assert_string_equal(asked(role, 2)->when_text, "host.vm == 'none'");
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(asked(role, i)->weight, WEIGHT_RECOMMENDED);
}

static void a_conditional_bundle_applies_only_where_both_conditions_hold(void **state)
{
	static const struct small_case cases[] = {
		{ "- {capability: inner, when: cpu.smt}",
		  "{'cpu.smt': true, 'host.bmc': true, 'cpu.cores': 1}", "unmet no", 0 },
		{ NULL, "{'cpu.smt': true, 'host.bmc': false, 'cpu.cores': 1}",
		  "not-applicable ready", 0 },
		{ NULL, "{'cpu.smt': false, 'host.bmc': true, 'cpu.cores': 1}",
		  "not-applicable ready", 0 },
		{ NULL, "{'cpu.smt': true, 'cpu.cores': 1}", "unknown no..ready", 0 },
	};

	fixture_write(state, "/inner.yaml",
		      "capabilities:\n- capability: inner\n  title: inner\n  why: w\n  source: s\n"
		      "  needs:\n  - {need: cpu.cores, minimum: 4, when: host.bmc}\n");
	SMALL_CASES(state, cases);
}

static void the_same_need_is_one_and_its_stronger_weight_wins(void **state)
{
	auto_small struct small small = { 0 };
	const struct role *role = load_needs_text(state, &small,
						  "- {need: cpu.cores, recommended: 4}\n"
						  "- {need: cpu.cores, minimum: 4}\n"
						  "- {need: cpu.cores, minimum: 4, optional: x}\n");

	assert_int_equal(role->n_uses, 3);
	assert_int_equal(asked(role, 0)->weight, WEIGHT_HARD);
}

static void a_condition_does_not_take_the_place_of_always(void **state)
{
	auto_small struct small small = { 0 };
	const struct role *role =
		load_needs_text(state, &small,
				"- {need: cpu.cores, minimum: 4, weight: recommended}\n"
				"- {need: cpu.cores, minimum: 4, when: cpu.smt}\n"
				"- {need: host.bmc, equals: true, when: cpu.smt}\n"
				"- {need: host.bmc, equals: true}\n");

	/* Recommended always, hard where it has SMT: both stand. */
	assert_int_equal(role->n_uses, 5);
	assert_ptr_equal(asked(role, 0)->need, asked(role, 1)->need);
	assert_non_null(asked(role, 1)->when);
	/* Always and as strongly: the condition is gone. */
	assert_null(asked(role, 2)->when);
}

static void roles_and_deployments_share_their_needs(void **state)
{
	auto_small struct small small = { 0 };
	const struct deployment *seven, *eight;

	small_write(state, &small, "- {need: cpu.cores, minimum: 4}");
	fixture_write(
		state, "/eight.yaml",
		SMALL_HEAD("8", "eight") SMALL_ROLE(
			"node", "    - {need: cpu.cores, minimum: 4, why: other, source: x}\n"));
	small_load(state, &small, NULL);
	seven = rules_deployment(&small.rules, "seven");
	eight = rules_deployment(&small.rules, "8");
	assert_non_null(seven);
	assert_non_null(eight);
	assert_ptr_equal(seven->roles[0].uses[2].need, eight->roles[0].uses[2].need);
	assert_string_equal(eight->roles[0].uses[2].why, "other");
	assert_int_equal(small.rules.n_needs, 3);
	assert_null(rules_deployment(&small.rules, "9"));
	assert_null(deployment_role(seven, "nobody"));
}

static void a_confirmation_and_an_option_are_needs_too(void **state)
{
	auto_small struct small small = { 0 };
	const struct role *role = load_needs_text(
		state, &small,
		"- {confirm: may be wiped, id: wipe, fact: os.replaceable, destroys: true}\n"
		"- {optional: guests on huge pages}\n"
		"- {need: cpu.smt, equals: true, optional: more threads}\n");

	assert_string_equal(asked(role, 0)->need->id, "confirm.wipe");
	assert_true(asked(role, 0)->need->destroys);
	assert_int_equal(asked(role, 1)->need->kind, NEED_NOTE);
	assert_int_equal(asked(role, 1)->weight, WEIGHT_OPTIONAL);
	assert_int_equal(asked(role, 2)->weight, WEIGHT_OPTIONAL);
}

static void a_role_may_want_an_architecture_of_its_own(void **state)
{
	auto_small struct small small = { 0 };

	fixture_write(state, "/facts.yaml", SMALL_FACTS);
	fixture_write(state, "/seven.yaml",
		      SMALL_HEAD("7", "seven") SMALL_ROLE("one", "")
			      SMALL_ROLE("two", "  arch: [aarch64, riscv64]\n"));
	small_load(state, &small, NULL);
	assert_string_equal(small.rules.deployments[0].roles[0].uses[0].need->id,
			    "host.arch in x86_64");
	assert_string_equal(small.rules.deployments[0].roles[1].uses[0].need->id,
			    "host.arch in aarch64,riscv64");
}

static void an_alternative_may_be_a_capability_and_all_a_bundle(void **state)
{
	auto_small struct small small = { 0 };
	const struct need *any, *all;

	fixture_write(state, "/inner.yaml",
		      "capabilities:\n"
		      "- {capability: smt, title: S, check: cpu.smt, diagnosis: [{cause: too-old, "
		      "remedy: {kind: hardware, text: t}}]}\n"
		      "- {capability: both, title: B, why: w, source: s, needs: [{need: cpu.cores, "
		      "minimum: 2}, {need: host.bmc, equals: true}]}\n");
	any = asked(load_needs_text(
			    state, &small,
			    "- {any: [{capability: smt}, {all: [{capability: both}], id: a, title: "
			    "A}], id: g, title: G}"),
		    0)
		      ->need;
	assert_int_equal(any->n_parts, 2);
	assert_string_equal(any->parts[0]->id, "smt");
	all = any->parts[1];
	assert_int_equal(all->kind, NEED_ALL);
	assert_int_equal(all->n_parts, 2);
}

/* --- a site's own --- */

static void load_site(void **state, struct small *site, const struct rules *base)
{
	unlink(PATH("%s/facts.yaml", fixture_path(state)));
	unlink(PATH("%s/bundle.yaml", fixture_path(state)));
	unlink(PATH("%s/seven.yaml", fixture_path(state)));
	small_load(state, site, base);
}

static void a_site_uses_shipped_capabilities_and_replaces_by_name(void **state)
{
	auto_small struct small base = { 0 }, site = { 0 };
	const struct deployment *own;

	small_write(state, &base, "- {need: cpu.cores, minimum: 4}");
	fixture_write(state, "/eight.yaml", SMALL_HEAD("8", "eight") SMALL_ROLE("node", ""));
	small_load(state, &base, NULL);
	fixture_write(state, "/eight.yaml",
		      SMALL_HEAD("1000", "eight") SMALL_ROLE(
			      "node", "    - {capability: asked}\n"
				      "    - {need: memory.total, minimum: 4 GB, why: w, "
				      "source: site}\n"));
	load_site(state, &site, &base.rules);
	assert_int_equal(site.rules.n_deployments, 2);
	own = rules_deployment(&site.rules, "eight");
	assert_int_equal(own->id, 1000);
	assert_true(own->from_site);
	assert_non_null(strstr(own->file, "eight.yaml"));
	assert_null(rules_deployment(&site.rules, "8"));
	/* Shared with the shipped ones: the very same need. */
	assert_ptr_equal(own->roles[0].uses[2].need,
			 rules_deployment(&base.rules, "seven")->roles[0].uses[2].need);
	assert_false(rules_deployment(&site.rules, "seven")->from_site);
	assert_string_not_equal(site.rules.digest, base.rules.digest);
}

static void a_site_replaces_by_number_and_adds(void **state)
{
	auto_small struct small base = { 0 }, site = { 0 };

	small_write(state, &base, "- {need: cpu.cores, minimum: 4}");
	small_load(state, &base, NULL);
	fixture_write(state, "/a.yaml", SMALL_HEAD("7", "mine") SMALL_ROLE("node", ""));
	fixture_write(state, "/b.yaml", SMALL_HEAD("1001", "more") SMALL_ROLE("node", ""));
	load_site(state, &site, &base.rules);
	assert_int_equal(site.rules.n_deployments, 2);
	assert_string_equal(rules_deployment(&site.rules, "7")->name, "mine");
	assert_non_null(rules_deployment(&site.rules, "more"));
	small_judge(&site, "{}", BASIS_RUNNING);
	assert_int_equal(site.judgement->deployments[0].verdict, VERDICT_READY);
}

static void a_site_may_not_give_a_shipped_name_another_meaning(void **state)
{
	auto_small struct small base = { 0 }, site = { 0 };
	struct error err = { 0 };

	small_write(state, &base,
		    "- {count: nics, id: fast, title: T, where: speed > 1, minimum: 1}");
	small_load(state, &base, NULL);
	unlink(PATH("%s/facts.yaml", fixture_path(state)));
	unlink(PATH("%s/bundle.yaml", fixture_path(state)));
	fixture_write(state, "/seven.yaml",
		      SMALL_HEAD("7", "seven")
			      SMALL_ROLE("node", "    - {count: nics, id: fast, title: T, where: "
						 "speed > 2, minimum: 1, why: w, source: s}\n"));
	assert_int_equal(small_try_load(state, &site, &base.rules, &err), -EINVAL);
	assert_non_null(strstr(err.text, "id 'fast' stands for another need already"));
}

static void a_site_upon_a_site_still_knows_the_shipped_shortfalls(void **state)
{
	auto_small struct small base = { 0 }, first = { 0 }, second = { 0 };

	small_write(state, &base, "- {need: cpu.cores, minimum: 4}");
	small_load(state, &base, NULL);
	fixture_write(state, "/a.yaml", SMALL_HEAD("1000", "first") SMALL_ROLE("node", ""));
	load_site(state, &first, &base.rules);
	fixture_write(state, "/a.yaml",
		      SMALL_HEAD("1001", "second")
			      SMALL_ROLE("node", "    - {need: cpu.cores, minimum: 64, why: w, "
						 "source: s}\n"));
	small_load(state, &second, &first.rules);
	assert_int_equal(second.rules.n_deployments, 3);
}

static void names_of_the_closed_lists_go_both_ways(void **state)
{
	(void)state;
	for (enum cause cause = 0; cause < N_CAUSES; cause++)
		assert_int_equal(cause_of_name(cause_name(cause)), cause);
	for (enum remedy_kind kind = 0; kind < N_REMEDY_KINDS; kind++)
		assert_int_equal(remedy_kind_of_name(remedy_kind_name(kind)), kind);
	for (enum weight weight = 0; weight < N_WEIGHTS; weight++)
		assert_int_equal(weight_of_name(weight_name(weight)), weight);
	for (enum verdict verdict = 0; verdict < N_VERDICTS; verdict++)
		assert_non_null(verdict_name(verdict));
	for (enum outcome outcome = 0; outcome < N_OUTCOMES; outcome++)
		assert_non_null(outcome_name(outcome));
	for (enum need_kind kind = 0; kind < N_NEED_KINDS; kind++)
		assert_non_null(need_kind_name(kind));
	assert_int_equal(cause_of_name("rust"), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_need_is_named_for_what_it_asks),
		TEST(a_recommended_value_is_a_need_of_its_own),
		TEST(a_count_keeps_its_condition_and_recommends_under_another_id),
		TEST(short_forms_are_one_need_for_each_name),
		TEST(open_ended_names_are_collected_for_the_probes),
		TEST(a_bundle_stands_for_its_needs_with_the_weight_and_condition_of_its_place),
		TEST(a_conditional_bundle_applies_only_where_both_conditions_hold),
		TEST(the_same_need_is_one_and_its_stronger_weight_wins),
		TEST(a_condition_does_not_take_the_place_of_always),
		TEST(roles_and_deployments_share_their_needs),
		TEST(a_confirmation_and_an_option_are_needs_too),
		TEST(a_role_may_want_an_architecture_of_its_own),
		TEST(an_alternative_may_be_a_capability_and_all_a_bundle),
		TEST(a_site_uses_shipped_capabilities_and_replaces_by_name),
		TEST(a_site_replaces_by_number_and_adds),
		TEST(a_site_may_not_give_a_shipped_name_another_meaning),
		TEST(a_site_upon_a_site_still_knows_the_shipped_shortfalls),
		cmocka_unit_test(names_of_the_closed_lists_go_both_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
