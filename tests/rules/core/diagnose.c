/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diagnose: which causes are named, in which order, and what they span */
#include "small.h"

#define ROWS                                                                    \
	"- check: kvm.usable\n"                                                 \
	"  id: c\n"                                                             \
	"  title: T\n"                                                          \
	"  diagnosis:\n"                                                        \
	"  - {when: host.vm != 'none', cause: hidden-by-hypervisor,\n"          \
	"     remedy: {kind: platform, text: ask}}\n"                           \
	"  - when: cpu.virt == 'none'\n"                                        \
	"    cause: absent-hardware\n"                                          \
	"    remedy: {kind: hardware, text: buy}\n"                             \
	"  - when: cpu.virt.enabled\n"                                          \
	"    causes:\n"                                                         \
	"    - {cause: module-not-loaded, remedy: {kind: setup, text: load}}\n" \
	"    - {cause: not-built, remedy: {kind: reboot, text: boot}}\n"        \
	"  - {cause: disabled-firmware, remedy: {kind: firmware, text: turn it on}}\n"

static const char *causes_text(struct small *small)
{
	const struct role_finding *role = &small->judgement->deployments[0].roles[0];
	const struct finding *finding = role->uses[role->role->n_uses - 1].finding;
	const char *text = small_use_text(small, role, -1);

	for (size_t i = 0; i < finding->n_causes; i++)
		text = arena_printf(&small->arena, "%s, %s", text,
				    cause_name(finding->causes[i]->cause));
	return text;
}

static void assert_causes(void **state, const char *facts, const char *expected)
{
	auto_small struct small small = { 0 };

	small_write(state, &small, ROWS);
	small_load(state, &small, NULL);
	small_judge(&small, facts, BASIS_RUNNING);
	assert_string_equal(causes_text(&small), expected);
}

static void the_first_row_that_holds_is_the_cause(void **state)
{
	assert_causes(state, "{'kvm.usable': false, 'host.vm': 'kvm', 'cpu.virt': 'none'}",
		      "unmet platform, hidden-by-hypervisor");
	assert_causes(state, "{'kvm.usable': false, 'host.vm': 'none', 'cpu.virt': 'none'}",
		      "unmet no, absent-hardware");
	assert_causes(
		state,
		"{'kvm.usable': false, 'host.vm': 'none', 'cpu.virt': 'vmx', 'cpu.virt.enabled': "
		"false}",
		"unmet firmware, disabled-firmware");
}

static void causes_that_cannot_be_told_apart_stand_beside_each_other(void **state)
{
	assert_causes(
		state,
		"{'kvm.usable': false, 'host.vm': 'none', 'cpu.virt': 'vmx', 'cpu.virt.enabled': "
		"true}",
		"unmet reboot..setup, module-not-loaded, not-built");
}

static void a_condition_that_is_open_keeps_the_later_causes(void **state)
{
	assert_causes(state, "{'kvm.usable': false, 'host.vm': 'none', 'cpu.virt.enabled': true}",
		      "unmet no..setup, absent-hardware, module-not-loaded, not-built");
	assert_causes(state, "{'kvm.usable': false, 'cpu.virt': 'none'}",
		      "unmet no..platform, hidden-by-hypervisor, absent-hardware");
	assert_causes(state, "{'kvm.usable': false}",
		      "unmet no..setup, hidden-by-hypervisor, absent-hardware, "
		      "module-not-loaded, not-built, disabled-firmware");
}

static void what_is_unknown_spans_from_its_worst_cause_to_ready(void **state)
{
	assert_causes(state, "{'host.vm': 'kvm'}", "unknown platform..ready, hidden-by-hypervisor");
	assert_causes(state, "{'host.vm': 'none', 'cpu.virt': 'svm', 'cpu.virt.enabled': true}",
		      "unknown reboot..ready, module-not-loaded, not-built");
}

static void what_is_met_has_no_cause(void **state)
{
	assert_causes(state, "{'kvm.usable': true, 'host.vm': 'kvm'}", "met ready");
}

static void a_remedy_costs_what_its_level_says(void **state)
{
	(void)state;
	for (enum remedy_kind kind = REMEDY_SETUP; kind < REMEDY_HARDWARE; kind++) {
		assert_true(remedy_level(kind) > remedy_level(kind + 1));
		assert_int_equal(level_remedy(remedy_level(kind)), kind);
	}
	assert_int_equal(remedy_level(REMEDY_HARDWARE), LEVEL_NO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_first_row_that_holds_is_the_cause),
		TEST(causes_that_cannot_be_told_apart_stand_beside_each_other),
		TEST(a_condition_that_is_open_keeps_the_later_causes),
		TEST(what_is_unknown_spans_from_its_worst_cause_to_ready),
		TEST(what_is_met_has_no_cause),
		cmocka_unit_test(a_remedy_costs_what_its_level_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
