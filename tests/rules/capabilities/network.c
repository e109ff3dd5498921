/* SPDX-License-Identifier: GPL-2.0-or-later */
/* capabilities/network and facts/nic: why virtual functions, DPDK or RDMA fall short */
#include "causes.h"

#define SERVER "host.vm=none; host.container=none; kernel.cmdline.pci=~; "

static void a_model_known_for_sriov_that_hides_it_is_firmwares_matter(void **state)
{
	assert_running("nic.sriov.usable>=1",
		       SERVER "nic.sriov.usable=0; nics=[vendor=15b3|sriov_known=true]",
		       "unmet: disabled-firmware/firmware");
	assert_running("nic.sriov.usable>=1",
		       SERVER "nic.sriov.usable=0; nics=[vendor=8086|sriov_known=true]",
		       "unmet: disabled-firmware/firmware");
}

static void a_model_nothing_is_known_of_may_lack_sriov(void **state)
{
	assert_running("nic.sriov.usable>=1",
		       SERVER "nic.sriov.usable=0; nics=[vendor=1924|sriov_known=?]",
		       "unmet: disabled-firmware/firmware, absent-hardware/hardware");
	assert_running("nic.sriov>=1", SERVER "nic.sriov=0; nics=[vendor=1924|sriov_known=?]",
		       "unmet: disabled-firmware/firmware, absent-hardware/hardware");
}

static void a_model_known_to_lack_sriov_is_replaced(void **state)
{
	assert_running("nic.sriov>=1", SERVER "nic.sriov=0; nics=[vendor=10ec|sriov_known=false]",
		       "unmet: absent-hardware/hardware");
}

static void virtual_functions_without_addresses_need_firmware_or_the_kernel(void **state)
{
	assert_running("nic.sriov.usable>=1",
		       SERVER
		       "nic.sriov.usable=0; nics=[sriov=true|sriov_known=true|sriov_reach=63]",
		       "unmet: disabled-firmware/firmware, not-configured/reboot");
	assert_running("nic.sriov.usable>=1",
		       SERVER "nic.sriov.usable=0; kernel.cmdline.pci=realloc; "
			      "nics=[sriov=true|sriov_known=true|sriov_reach=63]",
		       "unmet: disabled-firmware/firmware");
}

static void virtual_functions_that_the_port_above_keeps_away_need_ari(void **state)
{
	assert_running("nic.sriov.usable>=1",
		       SERVER "nic.sriov.usable=0; "
			      "nics=[sriov=true|sriov_known=true|sriov_room=true|sriov_reach=0]",
		       "unmet: disabled-firmware/firmware, absent-hardware/hardware");
}

static void a_guest_is_given_sriov_by_its_platform(void **state)
{
	assert_running("nic.sriov.usable>=1", "host.vm=kvm; nic.sriov.usable=0; nics=[virtio=true]",
		       "unmet: hidden-by-hypervisor/platform");
}

#define ON_ONE_NODE "port-pages-and-cores-on-one-node"
#define TWO_NODES   "numa=[node=0|isolated=8][node=1|isolated=0]; nics=[dpdk=true|numa_node=1]"

static void a_port_wants_pages_and_cores_of_its_own_node(void **state)
{
	assert_running(ON_ONE_NODE, SERVER TWO_NODES "; hugepages=[node=1|free=8]",
		       "unmet: not-configured/reboot");
	assert_running(ON_ONE_NODE,
		       SERVER "numa=[node=0|isolated=8][node=1|isolated=4]; "
			      "nics=[dpdk=true|numa_node=1]; hugepages=[node=1|free=8]",
		       "met");
	assert_running(ON_ONE_NODE,
		       SERVER "numa=[node=0|isolated=8]; nics=[dpdk=true]; hugepages=[node=0]",
		       "met");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_model_known_for_sriov_that_hides_it_is_firmwares_matter),
		cmocka_unit_test(a_model_nothing_is_known_of_may_lack_sriov),
		cmocka_unit_test(a_model_known_to_lack_sriov_is_replaced),
		cmocka_unit_test(virtual_functions_without_addresses_need_firmware_or_the_kernel),
		cmocka_unit_test(virtual_functions_that_the_port_above_keeps_away_need_ari),
		cmocka_unit_test(a_guest_is_given_sriov_by_its_platform),
		cmocka_unit_test(a_port_wants_pages_and_cores_of_its_own_node),
	};

	return cmocka_run_group_tests(tests, shipped_setup, shipped_teardown);
}
