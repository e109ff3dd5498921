/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * capabilities/platform: control groups, swap, clock and user namespaces, each with its own way out
 */
#include "causes.h"

#define CGROUPS "host.container=none; kernel.version=6.1.0; host.init=systemd; host.model=~; "

static void cgroup_v2_is_a_boot_option_away_on_a_system_that_has_it(void **state)
{
	assert_running("cgroup-v2",
		       CGROUPS "cgroup.version=hybrid; kernel.version=4.18.0; "
			       "kernel.cmdline.systemd.unified_cgroup_hierarchy=~",
		       "unmet: not-configured/reboot");
	assert_running("cgroup-v2",
		       CGROUPS "cgroup.version=v1; "
			       "kernel.cmdline.systemd.unified_cgroup_hierarchy=0",
		       "unmet: disabled-cmdline/reboot");
}

static void a_memory_controller_that_the_command_line_turned_off_is_no_missing_feature(void **state)
{
	assert_running("cgroup-controllers-basic",
		       CGROUPS
		       "cgroup.controllers=cpu,cpuset,pids; kernel.cmdline.cgroup_disable=memory",
		       "unmet: disabled-cmdline/reboot");
	assert_running("cgroup-controllers-basic",
		       CGROUPS "cgroup.controllers=cpu,cpuset,pids; cgroup.version=v2; "
			       "kernel.cmdline.cgroup_disable=~",
		       "unmet: not-built/reboot");
}

static void controllers_of_either_hierarchy_count(void **state)
{
	assert_running("cgroup-controllers-basic",
		       CGROUPS "cgroup.controllers=blkio,cpu,cpuset,freezer,memory,pids", "met");
}

static void swap_of_a_container_is_its_hosts(void **state)
{
	assert_running("no-swap", "swap.total=4096; host.container=lxc",
		       "unmet: in-conflict/platform");
	assert_running("no-swap", "swap.total=4096; host.container=none",
		       "unmet: in-conflict/setup");
	assert_running("no-swap", "swap.total=0", "met");
}

static void user_namespaces_of_root_are_not_those_of_others(void **state)
{
	const char *const ubuntu = "host.container=none; kernel.namespace.user=true; "
				   "kernel.sysctl.user.max_user_namespaces=127000; "
				   "kernel.sysctl.kernel.unprivileged_userns_clone=1; "
				   "kernel.sysctl.kernel.apparmor_restrict_unprivileged_userns=1; "
				   "kernel.namespace_unprivileged=false";

	assert_running("user-namespaces", ubuntu, "met");
	assert_running("unprivileged-user-namespaces", ubuntu, "unmet: not-configured/setup");
}

static void a_bmc_that_nothing_shows_may_still_be_there(void **state)
{
	assert_running("bmc", "host.vm=none",
		       "unknown: disabled-firmware/firmware, absent-hardware/hardware");
}

static void a_bios_that_knows_uefi_is_told_from_one_that_does_not(void **state)
{
	assert_running("uefi", "host.vm=none; host.firmware=bios; host.uefi_supported=true",
		       "unmet: disabled-firmware/reinstall");
	assert_running("uefi", "host.vm=none; host.firmware=bios; host.uefi_supported=false",
		       "unmet: absent-hardware/hardware");
	assert_running("uefi", "host.vm=none; host.firmware=bios",
		       "unmet: disabled-firmware/reinstall, absent-hardware/hardware");
}

static void the_installed_system_does_not_count_before_there_is_one(void **state)
{
	assert_new("cgroup-v2", CGROUPS "cgroup.version=v1", "deferred");
	assert_new("no-swap", "swap.total=4096", "deferred");
	assert_new("uefi", "host.firmware=uefi", "met");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cgroup_v2_is_a_boot_option_away_on_a_system_that_has_it),
		cmocka_unit_test(
			a_memory_controller_that_the_command_line_turned_off_is_no_missing_feature),
		cmocka_unit_test(controllers_of_either_hierarchy_count),
		cmocka_unit_test(swap_of_a_container_is_its_hosts),
		cmocka_unit_test(user_namespaces_of_root_are_not_those_of_others),
		cmocka_unit_test(a_bmc_that_nothing_shows_may_still_be_there),
		cmocka_unit_test(a_bios_that_knows_uefi_is_told_from_one_that_does_not),
		cmocka_unit_test(the_installed_system_does_not_count_before_there_is_one),
	};

	return cmocka_run_group_tests(tests, shipped_setup, shipped_teardown);
}
