/* SPDX-License-Identifier: GPL-2.0-or-later */
/* firmware: settings under the names that makers' drivers show */
#include "../fixture.h"

#define CLASS "/sys/class/firmware-attributes"

extern const struct probe probe_firmware;

static struct facts *run(void **state)
{
	return fixture_run(state, &probe_firmware);
}

static void a_machine_without_such_a_driver_names_no_setting(void **state)
{
	struct facts *facts;

	fixture_absent(state, CLASS);
	facts = run(state);
	assert_list(facts, "firmware.settings", "");
	assert_absent(facts, "firmware.virtualization");
}

static void settings_are_known_by_the_names_that_makers_give_them(void **state)
{
	struct facts *facts;

	fixture_write(state, CLASS "/thinklmi/attributes/VirtualizationTechnology/current_value",
		      "Disable\n");
	fixture_write(state, CLASS "/thinklmi/attributes/VTdFeature/current_value", "Enable\n");
	fixture_write(state, CLASS "/thinklmi/attributes/AlarmTime/current_value", "0\n");
	facts = run(state);
	assert_text(facts, "firmware.virtualization", "VirtualizationTechnology");
	assert_text(facts, "firmware.iommu", "VTdFeature");
	assert_absent(facts, "firmware.tpm");
	assert_field(facts, "firmware.settings", 1, "value", "Disable");
}

static void a_value_that_only_root_may_read_leaves_the_name_known(void **state)
{
	static const char *const folder = CLASS "/dell-wmi-sysman/attributes/Virtualization";
	struct facts *facts;

	fixture_folder(state, folder);
	fixture_error(state, PATH("%s/current_value", folder), "EACCES");
	facts = run(state);
	assert_text(facts, "firmware.virtualization", "Virtualization");
	assert_field(facts, "firmware.settings", 0, "value", "unknown:permission");
}

static void a_slash_in_a_name_is_another_letter_in_its_file(void **state)
{
	fixture_folder(state, CLASS "/hp-bioscfg/attributes/"
				    "Virtualization Technology for Directed I!O (VTd)");
	assert_text(run(state), "firmware.iommu",
		    "Virtualization Technology for Directed I/O (VTd)");
}

static void what_may_not_be_listed_is_unknown(void **state)
{
	fixture_error(state, CLASS, "EACCES");
	assert_unknown(run(state), "firmware.virtualization", UNKNOWN_PERMISSION);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_machine_without_such_a_driver_names_no_setting),
		TEST(settings_are_known_by_the_names_that_makers_give_them),
		TEST(a_value_that_only_root_may_read_leaves_the_name_known),
		TEST(a_slash_in_a_name_is_another_letter_in_its_file),
		TEST(what_may_not_be_listed_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
