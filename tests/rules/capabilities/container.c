/* SPDX-License-Identifier: GPL-2.0-or-later */
/* capabilities/container: kernel features by what there is, under whatever name */
#include "causes.h"

#define MODULES "host.container=none; kernel.modules_disabled=false; "
#define NFT                                                                                  \
	"kernel.module.nf_tables=available; kernel.module_blocked.nf_tables=false; "         \
	"kernel.module.nft_compat=available; kernel.module_blocked.nft_compat=false; "       \
	"kernel.module.nft_chain_nat=available; kernel.module_blocked.nft_chain_nat=false; " \
	"kernel.module.nf_conntrack=available; kernel.module_blocked.nf_conntrack=false; "
#define NO_LEGACY                                                                    \
	"kernel.module.ip_tables=missing; kernel.module.iptable_filter=missing; "    \
	"kernel.module.iptable_nat=missing; kernel.config.IP_NF_IPTABLES_LEGACY=~; " \
	"kernel.config.IP_NF_IPTABLES=~; kernel.config.IP_NF_FILTER=~; "             \
	"kernel.config.IP_NF_NAT=~; "

static void a_kernel_without_legacy_tables_filters_by_nf_tables(void **state)
{
	assert_running("tables-for-iptables", MODULES NFT NO_LEGACY, "met");
}

static void a_kernel_with_neither_kind_of_tables_is_replaced(void **state)
{
	assert_running("tables-for-iptables",
		       MODULES NFT NO_LEGACY
		       "kernel.module.nft_compat=missing; kernel.config.NFT_COMPAT=~",
		       "unmet: not-built/reboot");
}

static void a_feature_is_there_under_the_name_it_had(void **state)
{
	assert_running("feature.nat",
		       MODULES "kernel.module.nf_nat=missing; kernel.module.nf_nat_ipv4=loaded",
		       "met");
}

static void a_feature_that_works_needs_no_module_and_no_option(void **state)
{
	assert_running("feature.tun", "dev.net/tun=true", "met");
	assert_running("feature.overlay", "kernel.filesystem.overlay=true", "met");
}

static void a_feature_is_not_missing_because_its_option_cannot_be_read(void **state)
{
	assert_running("feature.cgroup-bpf", "host.container=none", "unknown: not-built/reboot");
}

static void a_controller_that_the_command_line_turned_off_is_built_in(void **state)
{
	assert_running("feature.memory-cgroup",
		       "host.container=none; cgroup.controllers=cpu,pids; "
		       "kernel.cmdline.cgroup_disable=memory",
		       "unmet: disabled-cmdline/reboot");
	assert_running("feature.pids-cgroup",
		       "host.container=none; cgroup.controllers=cpu,cpuset; "
		       "kernel.cmdline.cgroup_disable=memory",
		       "unmet: not-built/reboot");
}

static void io_uring_that_a_setting_forbids_is_built_in(void **state)
{
	assert_running("feature.io-uring",
		       "host.container=none; kernel.io_uring=false; "
		       "kernel.sysctl.kernel.io_uring_disabled=2",
		       "unmet: not-configured/setup");
}

static void a_module_without_a_trusted_signature_is_blocked(void **state)
{
	assert_running("feature.zfs",
		       MODULES "kernel.filesystem.zfs=false; kernel.module.zfs=available; "
			       "kernel.module_blocked.zfs=true; kernel.modules.refused=zfs; "
			       "kernel.cmdline.module_blacklist=~",
		       "unmet: module-blocked/reboot");
}

static void a_feature_outside_a_container_is_its_hosts(void **state)
{
	assert_running("feature.vxlan",
		       "host.container=podman; kernel.module.vxlan=missing; kernel.config.VXLAN=~",
		       "unmet: hidden-by-container/platform");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_controller_that_the_command_line_turned_off_is_built_in),
		cmocka_unit_test(io_uring_that_a_setting_forbids_is_built_in),
		cmocka_unit_test(a_module_without_a_trusted_signature_is_blocked),
		cmocka_unit_test(a_kernel_without_legacy_tables_filters_by_nf_tables),
		cmocka_unit_test(a_kernel_with_neither_kind_of_tables_is_replaced),
		cmocka_unit_test(a_feature_is_there_under_the_name_it_had),
		cmocka_unit_test(a_feature_that_works_needs_no_module_and_no_option),
		cmocka_unit_test(a_feature_is_not_missing_because_its_option_cannot_be_read),
		cmocka_unit_test(a_feature_outside_a_container_is_its_hosts),
	};

	return cmocka_run_group_tests(tests, shipped_setup, shipped_teardown);
}
