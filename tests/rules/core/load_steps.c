/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load_steps: what a remedy does, as it stands in memory */
#include "small.h"

#define CAPABILITY                                                                     \
	"capabilities:\n- capability: a\n  title: A\n  check: cpu.smt\n  diagnosis:\n" \
	"  - cause: not-configured\n    remedy:\n      kind: reboot\n      text: t\n      do:\n"

static const struct remedy *load_do(void **state, struct small *small, const char *steps)
{
	fixture_write(state, "/packages.yaml",
		      "packages:\n"
		      "  clock: {title: a clock, names: {apt: chrony, apk: chrony},"
		      " unit: {apt: chrony}, source: seed}\n");
	fixture_write(state, "/firmware.yaml",
		      "vendors: {dell: {title: Dell, match: [Dell]}}\n"
		      "settings: {iommu: {title: the IOMMU, menus: {dell: {menu: A > B, source: "
		      "seed}}}}\n");
	fixture_write(state, "/a.yaml", PATH(CAPABILITY "        %s\n", steps));
	small_load(state, small, NULL);
	return &small->rules.capabilities[0].need->diagnoses[0].causes[0].remedy;
}

static void each_key_becomes_steps_of_its_kind(void **state)
{
	static const struct {
		const char *steps;
		enum step_kind kind;
		const char *name, *value;
	} cases[] = {
		{ "packages: [clock]", STEP_PACKAGE, "clock", NULL },
		{ "modules: vxlan", STEP_MODULE, "vxlan", NULL },
		{ "module_options: {kvm_intel: nested=1}", STEP_MODULE_OPTION, "kvm_intel",
		  "nested=1" },
		{ "unblock: [kvm]", STEP_UNBLOCK, "kvm", NULL },
		{ "sysctl: {net.ipv4.ip_forward: 1}", STEP_SYSCTL, "net.ipv4.ip_forward", "1" },
		{ "sysctl: {'{name}': '{value}'}", STEP_SYSCTL, "{name}", "{value}" },
		{ "cmdline: [intel_iommu=on]", STEP_CMDLINE, "intel_iommu", "on" },
		{ "cmdline: [nosmt]", STEP_CMDLINE, "nosmt", NULL },
		{ "cmdline_remove: [iommu=off]", STEP_CMDLINE_REMOVE, "iommu", "off" },
		{ "cmdline_remove: [clearcpuid]", STEP_CMDLINE_REMOVE, "clearcpuid", NULL },
		{ "enable: clock", STEP_ENABLE, "clock", NULL },
		{ "disable: [firewalld]", STEP_DISABLE, "firewalld", NULL },
		{ "hugepages: [1G]", STEP_HUGEPAGES, "1G", NULL },
		{ "swap: off", STEP_SWAP_OFF, NULL, NULL },
		{ "firmware: {iommu: on}", STEP_FIRMWARE, "iommu", "on" },
		{ "run: [udevadm trigger]", STEP_RUN, "udevadm trigger", NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		auto_small struct small small = { 0 };
		const struct remedy *remedy = load_do(state, &small, cases[i].steps);

		assert_int_equal(remedy->n_steps, 1);
		assert_int_equal(remedy->steps[0].kind, cases[i].kind);
		if (cases[i].name)
			assert_string_equal(remedy->steps[0].name, cases[i].name);
		if (cases[i].value)
			assert_string_equal(remedy->steps[0].value, cases[i].value);
		else
			assert_null(remedy->steps[0].value);
	}
}

static void what_a_remedy_gives_has_the_type_of_its_fact(void **state)
{
	auto_small struct small small = { 0 };
	const struct remedy *remedy =
		load_do(state, &small,
			"gives: {cpu.smt: true, memory.total: 8 GiB, cpu.vendor: '{asked}'}");

	assert_int_equal(remedy->n_steps, 3);
	assert_true(remedy->steps[0].operand.b);
	assert_int_equal(remedy->steps[1].operand.i, INT64_C(8) << 30);
	assert_int_equal(remedy->steps[2].operand.kind, VALUE_NULL);
}

static void tables_know_each_name_where_it_is_known(void **state)
{
	auto_small struct small small = { 0 };
	const struct package *package;

	load_do(state, &small, "packages: [clock]");
	package = rules_package(&small.rules, "clock");
	assert_string_equal(package->names[MANAGER_APT], "chrony");
	assert_null(package->names[MANAGER_DNF]);
	assert_string_equal(package->units[MANAGER_APT], "chrony");
	assert_string_equal(rules_setting(&small.rules, "iommu")->menus[0].text, "A > B");
	assert_string_equal(rules_vendor(&small.rules, "dell")->title, "Dell");
	assert_null(rules_package(&small.rules, "watch"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_key_becomes_steps_of_its_kind),
		TEST(what_a_remedy_gives_has_the_type_of_its_fact),
		TEST(tables_know_each_name_where_it_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
