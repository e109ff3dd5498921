/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nic: ports joined from PCI functions and interfaces, each counted once, wherever it is used */
#include "fixture.h"

#include <errno.h>
#include <string.h>

#include "host/ethtool.h"

#define ROOT_PORT "/sys/devices/pci0000:00/"

/* A PCI function; `text` is its uevent. */
static void add_function(void **state, const char *address, const char *text)
{
	fixture_write(state, PATH(ROOT_PORT "%s/uevent", address), text);
	fixture_link(state, PATH("/sys/bus/pci/devices/%s", address),
		     PATH("../../../devices/pci0000:00/%s", address));
	fixture_absent(state, PATH("/sys/bus/pci/devices/%s/*", address));
}

/* An interface on a device (a path below /sys/devices) that tells nothing yet. */
static void add_bare_netdev(void **state, const char *name, const char *device, const char *driver)
{
	fixture_link(state, PATH("/sys/devices/%s/net/%s/device", device, name), "../..");
	if (access(PATH("%s/sys/devices/%s/uevent", fixture_path(state), device), F_OK) < 0 ||
	    strcmp(driver, "virtio_net") == 0)
		fixture_link(state, PATH("/sys/devices/%s/driver", device),
			     PATH("/sys/bus/x/%s", driver));
	fixture_link(state, PATH("/sys/class/net/%s", name),
		     PATH("../../devices/%s/net/%s", device, name));
}

static void add_netdev(void **state, const char *name, const char *device, const char *driver,
		       const char *speed)
{
	fixture_write(state, PATH("/sys/devices/%s/net/%s/carrier", device, name), "1\n");
	fixture_write(state, PATH("/sys/devices/%s/net/%s/speed", device, name), speed);
	add_bare_netdev(state, name, device, driver);
	fixture_absent(state, PATH("/sys/class/net/%s/*", name));
}

static struct facts *facts_of(void **state)
{
	fixture_absent(state, "/sys/class/infiniband");
	fixture_absent(state, "/sys/bus/auxiliary/devices");
	fixture_absent(state, "/sys/bus/pci/devices");
	fixture_folder(state, "/sys/class/net");
	return fixture_run_all(state, NULL, 0);
}

static void a_port_has_what_its_function_and_its_interface_tell(void **state)
{
	struct facts *facts;

	add_function(state, "0000:00:04.0", "DRIVER=ixgbe\nPCI_CLASS=20000\nPCI_ID=8086:10FB\n");
	fixture_write(state, ROOT_PORT "0000:00:04.0/sriov_totalvfs", "63\n");
	fixture_write(state, ROOT_PORT "0000:00:04.0/numa_node", "1\n");
	add_netdev(state, "eth0", "pci0000:00/0000:00:04.0", "ixgbe", "1000\n");
	fixture_answer(state, "ethtool link-modes eth0", "0x1020 0x0");
	facts = facts_of(state);
	assert_field(facts, "nics", 0, "name", "eth0");
	assert_field(facts, "nics", 0, "address", "0000:00:04.0");
	assert_field(facts, "nics", 0, "driver", "ixgbe");
	assert_field(facts, "nics", 0, "held_by", "null");
	assert_field(facts, "nics", 0, "physical", "true");
	assert_field(facts, "nics", 0, "speed", "1000000000");
	assert_field(facts, "nics", 0, "speed_max", "10000000000");
	assert_field(facts, "nics", 0, "numa_node", "1");
	assert_field(facts, "nics", 0, "sriov", "true");
	assert_field(facts, "nics", 0, "dpdk", "true");
	assert_field(facts, "nics", 0, "rdma", "false");
	assert_count(facts, "nic.count", 1);
	assert_count(facts, "nic.speed", 10000000000);
	assert_count(facts, "nic.speed_now", 1000000000);
	assert_count(facts, "nic.sriov", 1);
	assert_count(facts, "nic.dpdk", 1);
	assert_bool(facts, "nic.rdma", false);
}

static void a_port_that_is_down_still_can_what_it_can(void **state)
{
	struct facts *facts;

	add_function(state, "0000:00:04.0", "DRIVER=i40e\nPCI_CLASS=20000\nPCI_ID=8086:1572\n");
	add_bare_netdev(state, "eth0", "pci0000:00/0000:00:04.0", "i40e");
	fixture_error(state, "/sys/class/net/eth0/speed", "EINVAL");
	fixture_error(state, "/sys/class/net/eth0/carrier", "EINVAL");
	fixture_absent(state, "/sys/class/net/eth0/*");
	fixture_answer(state, "ethtool link-modes eth0", "0x1000");
	facts = facts_of(state);
	assert_field(facts, "nics", 0, "link", "false");
	assert_field(facts, "nics", 0, "speed", "unknown:unsupported");
	assert_count(facts, "nic.speed", 10000000000);
	assert_absent(facts, "nic.speed_now");
}

static void a_port_on_vfio_is_a_port_that_vfio_holds(void **state)
{
	struct facts *facts;

	add_function(state, "0000:00:04.0", "DRIVER=vfio-pci\nPCI_CLASS=20000\nPCI_ID=8086:1583\n");
	facts = facts_of(state);
	assert_count(facts, "nic.count", 1);
	assert_count(facts, "nic.dpdk", 1);
	assert_field(facts, "nics", 0, "name", "null");
	assert_field(facts, "nics", 0, "held_by", "vfio-pci");
	assert_field(facts, "nics", 0, "speed_max", "unknown:unsupported");
	assert_unknown(facts, "nic.speed", UNKNOWN_UNSUPPORTED);
	assert_non_null(strstr(facts_get(facts, "nic.speed")->value.unknown->detail,
			       "the model does 40 Gbit/s at most"));
}

static void a_port_in_another_network_namespace_is_held_by_that(void **state)
{
	struct facts *facts;

	add_function(state, "0000:00:04.0", "DRIVER=igb\nPCI_CLASS=20000\nPCI_ID=8086:1521\n");
	facts = facts_of(state);
	assert_count(facts, "nic.count", 1);
	assert_field(facts, "nics", 0, "held_by", "netns");
}

static void a_function_without_driver_is_a_port_that_nobody_holds(void **state)
{
	struct facts *facts;

	add_function(state, "0000:00:04.0", "PCI_CLASS=20000\nPCI_ID=8086:1521\n");
	facts = facts_of(state);
	assert_count(facts, "nic.count", 1);
	assert_field(facts, "nics", 0, "held_by", "null");
	assert_field(facts, "nics", 0, "driver", "null");
}

static void virtual_functions_of_a_visible_function_are_not_counted(void **state)
{
	struct facts *facts;

	add_function(state, "0000:00:04.0", "DRIVER=igb\nPCI_CLASS=20000\nPCI_ID=8086:10C9\n");
	add_netdev(state, "eth0", "pci0000:00/0000:00:04.0", "igb", "1000\n");
	add_function(state, "0000:00:05.0", "DRIVER=igbvf\nPCI_CLASS=20000\nPCI_ID=8086:10CA\n");
	fixture_link(state, ROOT_PORT "0000:00:05.0/physfn", "../0000:00:04.0");
	add_netdev(state, "eth1", "pci0000:00/0000:00:05.0", "igbvf", "1000\n");
	add_function(state, "0000:00:06.0", "DRIVER=vfio-pci\nPCI_CLASS=20000\nPCI_ID=8086:10CA\n");
	fixture_link(state, ROOT_PORT "0000:00:06.0/physfn", "../0000:00:04.0");
	facts = facts_of(state);
	assert_count(facts, "nic.count", 1);
	assert_field(facts, "nics", 0, "name", "eth0");
}

static void a_virtual_function_alone_in_a_guest_is_its_port(void **state)
{
	add_function(state, "0000:00:05.0", "DRIVER=igbvf\nPCI_CLASS=20000\nPCI_ID=8086:10CA\n");
	add_netdev(state, "eth0", "pci0000:00/0000:00:05.0", "igbvf", "1000\n");
	assert_count(facts_of(state), "nic.count", 1);
}

static void bonds_bridges_and_veth_are_no_ports(void **state)
{
	static const char *const names[] = { "bond0", "br0", "veth1", "lo", "eth0.5" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		fixture_folder(state, PATH("/sys/devices/virtual/net/%s", names[i]));
		fixture_link(state, PATH("/sys/class/net/%s", names[i]),
			     PATH("../../devices/virtual/net/%s", names[i]));
	}
	assert_count(facts_of(state), "nic.count", 0);
}

static void wifi_and_the_usb_link_to_a_bmc_do_not_count(void **state)
{
	struct facts *facts;

	add_function(state, "0000:00:07.0", "DRIVER=iwlwifi\nPCI_CLASS=28000\nPCI_ID=8086:2725\n");
	add_netdev(state, "wlan0", "pci0000:00/0000:00:07.0", "iwlwifi", "-1\n");
	fixture_folder(state, ROOT_PORT "0000:00:07.0/net/wlan0/phy80211");
	add_netdev(state, "usb0", "pci0000:00/0000:00:14.0/usb1/1-11/1-11:2.0", "cdc_ether",
		   "-1\n");
	add_netdev(state, "usb1", "pci0000:00/0000:00:14.0/usb1/1-12/1-12:1.0", "r8152", "1000\n");
	facts = facts_of(state);
	assert_field(facts, "nics", 0, "name", "usb0");
	assert_field(facts, "nics", 0, "physical", "false");
	assert_field(facts, "nics", 1, "physical", "true");
	assert_field(facts, "nics", 2, "wireless", "true");
	assert_field(facts, "nics", 2, "physical", "false");
	assert_count(facts, "nic.count", 1);
	assert_count(facts, "nic.speed_now", 1000000000);
}

static void two_functions_on_one_physical_port_are_one(void **state)
{
	struct facts *facts;

	add_function(state, "0000:00:04.0", "DRIVER=bnx2x\nPCI_CLASS=20000\nPCI_ID=14E4:168E\n");
	add_function(state, "0000:00:04.1", "DRIVER=bnx2x\nPCI_CLASS=20000\nPCI_ID=14E4:168E\n");
	add_netdev(state, "eth0", "pci0000:00/0000:00:04.0", "bnx2x", "10000\n");
	add_netdev(state, "eth1", "pci0000:00/0000:00:04.1", "bnx2x", "10000\n");
	fixture_write(state, ROOT_PORT "0000:00:04.0/net/eth0/phys_port_id", "aabbccddeeff\n");
	fixture_write(state, ROOT_PORT "0000:00:04.1/net/eth1/phys_port_id", "aabbccddeeff\n");
	facts = facts_of(state);
	assert_count(facts, "nic.count", 1);
	assert_field(facts, "netdevs", 1, "port_of", "eth0");
}

static void two_ports_of_one_function_are_two(void **state)
{
	add_function(state, "0000:00:04.0",
		     "DRIVER=mlx4_core\nPCI_CLASS=20000\nPCI_ID=15B3:1007\n");
	add_netdev(state, "eth0", "pci0000:00/0000:00:04.0", "mlx4_core", "40000\n");
	add_netdev(state, "eth1", "pci0000:00/0000:00:04.0", "mlx4_core", "40000\n");
	fixture_write(state, ROOT_PORT "0000:00:04.0/net/eth0/dev_port", "0\n");
	fixture_write(state, ROOT_PORT "0000:00:04.0/net/eth1/dev_port", "1\n");
	assert_count(facts_of(state), "nic.count", 2);
}

static void representors_are_no_ports(void **state)
{
	add_function(state, "0000:00:04.0",
		     "DRIVER=mlx5_core\nPCI_CLASS=20000\nPCI_ID=15B3:101D\n");
	add_netdev(state, "eth0", "pci0000:00/0000:00:04.0", "mlx5_core", "25000\n");
	add_netdev(state, "eth0_0", "pci0000:00/0000:00:04.0", "mlx5_core", "25000\n");
	fixture_write(state, ROOT_PORT "0000:00:04.0/net/eth0/phys_port_name", "p0\n");
	fixture_write(state, ROOT_PORT "0000:00:04.0/net/eth0_0/phys_port_name", "pf0vf0\n");
	fixture_write(state, ROOT_PORT "0000:00:04.0/net/eth0_0/dev_port", "1\n");
	assert_count(facts_of(state), "nic.count", 1);
}

static void a_guests_virtio_interface_is_its_port(void **state)
{
	struct facts *facts;

	add_function(state, "0000:00:03.0",
		     "DRIVER=virtio-pci\nPCI_CLASS=20000\nPCI_ID=1AF4:1041\n");
	add_netdev(state, "eth0", "pci0000:00/0000:00:03.0/virtio0", "virtio_net", "-1\n");
	fixture_answer(state, "ethtool link-modes eth0", "0x0");
	facts = facts_of(state);
	assert_count(facts, "nic.count", 1);
	assert_field(facts, "nics", 0, "virtio", "true");
	assert_field(facts, "nics", 0, "address", "0000:00:03.0");
	assert_unknown(facts, "nic.speed", UNKNOWN_UNSUPPORTED);
	assert_unknown(facts, "nic.speed_now", UNKNOWN_UNSUPPORTED);
}

static void an_rdma_device_makes_its_port_one_for_rdma(void **state)
{
	struct facts *facts;

	add_function(state, "0000:00:04.0",
		     "DRIVER=mlx5_core\nPCI_CLASS=20000\nPCI_ID=15B3:101D\n");
	add_netdev(state, "eth0", "pci0000:00/0000:00:04.0", "mlx5_core", "25000\n");
	fixture_folder(state, ROOT_PORT "0000:00:04.0/infiniband/mlx5_0");
	fixture_link(state, "/sys/class/infiniband/mlx5_0",
		     "../../devices/pci0000:00/0000:00:04.0/infiniband/mlx5_0");
	facts = facts_of(state);
	assert_field(facts, "nics", 0, "rdma", "true");
	assert_bool(facts, "nic.rdma", true);
}

static void a_model_that_may_have_rdma_is_not_denied_it(void **state)
{
	add_function(state, "0000:00:04.0",
		     "DRIVER=mlx5_core\nPCI_CLASS=20000\nPCI_ID=15B3:1025\n");
	add_netdev(state, "eth0", "pci0000:00/0000:00:04.0", "mlx5_core", "25000\n");
	assert_unknown(facts_of(state), "nic.rdma", UNKNOWN_UNSUPPORTED);
}

static void a_known_model_has_rdma_or_none_whatever_driver_is_bound(void **state)
{
	struct facts *facts;

	add_function(state, "0000:00:04.0", "DRIVER=vfio-pci\nPCI_CLASS=20000\nPCI_ID=15B3:101D\n");
	add_function(state, "0000:00:05.0", "DRIVER=vfio-pci\nPCI_CLASS=20000\nPCI_ID=8086:1572\n");
	facts = facts_of(state);
	assert_field(facts, "nics", 0, "rdma", "true");
	assert_field(facts, "nics", 0, "rdma_kind", "null");
	assert_field(facts, "nics", 1, "rdma", "false");
	assert_bool(facts, "nic.rdma", true);
}

/* An RDMA device on the function at `address`, with one port. */
static void add_rdma(void **state, const char *name, const char *address, const char *type,
		     const char *layer, const char *link, const char *rate)
{
	const char *folder = PATH(ROOT_PORT "%s/infiniband/%s", address, name);

	fixture_write(state, PATH("%s/node_type", folder), type);
	fixture_write(state, PATH("%s/ports/1/link_layer", folder), layer);
	fixture_write(state, PATH("%s/ports/1/state", folder), link);
	fixture_write(state, PATH("%s/ports/1/rate", folder), rate);
	fixture_link(state, PATH("/sys/class/infiniband/%s", name),
		     PATH("../../devices/pci0000:00/%s/infiniband/%s", address, name));
}

static void rdma_is_told_by_kind_and_rate(void **state)
{
	struct facts *facts;

	add_function(state, "0000:00:04.0",
		     "DRIVER=mlx5_core\nPCI_CLASS=20700\nPCI_ID=15B3:101B\n");
	add_function(state, "0000:00:05.0",
		     "DRIVER=mlx5_core\nPCI_CLASS=20000\nPCI_ID=15B3:101D\n");
	add_function(state, "0000:00:06.0", "DRIVER=i40e\nPCI_CLASS=20000\nPCI_ID=8086:37D0\n");
	add_function(state, "0000:00:07.0", "DRIVER=hfi1\nPCI_CLASS=20800\nPCI_ID=8086:24F0\n");
	add_rdma(state, "mlx5_0", "0000:00:04.0", "1: CA\n", "InfiniBand\n", "4: ACTIVE\n",
		 "200 Gb/sec (4X HDR)\n");
	add_rdma(state, "mlx5_1", "0000:00:05.0", "1: CA\n", "Ethernet\n", "4: ACTIVE\n",
		 "25 Gb/sec (1X EDR)\n");
	add_rdma(state, "irdma0", "0000:00:06.0", "4: RNIC\n", "Ethernet\n", "1: DOWN\n",
		 "2.5 Gb/sec (1X SDR)\n");
	add_rdma(state, "hfi1_0", "0000:00:07.0", "1: CA\n", "InfiniBand\n", "4: ACTIVE\n",
		 "100 Gb/sec (4X EDR)\n");
	facts = facts_of(state);
	assert_field(facts, "nics", 0, "rdma_kind", "InfiniBand");
	assert_field(facts, "nics", 0, "rdma_rate", "200000000000");
	assert_field(facts, "nics", 1, "rdma_kind", "RoCE");
	assert_field(facts, "nics", 2, "rdma_kind", "iWARP");
	assert_field(facts, "nics", 2, "rdma_rate", "null");
	assert_field(facts, "nics", 3, "rdma_kind", "Omni-Path");
	assert_field(facts, "rdma_ports", 0, "active", "true");
	assert_int_equal(facts_get(facts, "rdma_ports")->value.len, 4);
}

static void an_empty_cage_leaves_open_what_its_port_can_do(void **state)
{
	struct facts *facts;

	add_function(state, "0000:00:04.0", "DRIVER=ixgbe\nPCI_CLASS=20000\nPCI_ID=8086:10FB\n");
	add_bare_netdev(state, "eth0", "pci0000:00/0000:00:04.0", "ixgbe");
	fixture_error(state, "/sys/class/net/eth0/speed", "EINVAL");
	fixture_error(state, "/sys/class/net/eth0/carrier", "EINVAL");
	fixture_absent(state, "/sys/class/net/eth0/*");
	/* Fibre, 1000 and 10000 Mbit/s. */
	fixture_answer(state, "ethtool link-modes eth0", "0x1420 0x0 port-none");
	facts = facts_of(state);
	assert_field(facts, "nics", 0, "speed_max", "unknown:unsupported");
	assert_field(facts, "nics", 0, "speed_most", "10000000000");
	assert_unknown(facts, "nic.speed", UNKNOWN_UNSUPPORTED);
	assert_non_null(strstr(facts_get(facts, "nic.speed")->value.unknown->detail, "10000"));
}

static void an_empty_cage_beside_a_faster_port_does_not_matter(void **state)
{
	struct facts *facts;

	add_function(state, "0000:00:04.0", "DRIVER=vfio-pci\nPCI_CLASS=20000\nPCI_ID=8086:1572\n");
	add_function(state, "0000:00:05.0",
		     "DRIVER=mlx5_core\nPCI_CLASS=20000\nPCI_ID=15B3:1015\n");
	add_netdev(state, "eth1", "pci0000:00/0000:00:05.0", "mlx5_core", "25000\n");
	fixture_answer(state, "ethtool link-modes eth1", "0x80000400 0x0");
	facts = facts_of(state);
	assert_count(facts, "nic.count", 2);
	assert_count(facts, "nic.speed", 25000000000);
}

static void a_backplane_without_connector_is_no_empty_cage(void **state)
{
	add_function(state, "0000:00:04.0", "DRIVER=i40e\nPCI_CLASS=20000\nPCI_ID=8086:1581\n");
	add_netdev(state, "eth0", "pci0000:00/0000:00:04.0", "i40e", "-1\n");
	fixture_write(state, ROOT_PORT "0000:00:04.0/net/eth0/carrier", "0\n");
	/* Backplane, 10000baseKR. */
	fixture_answer(state, "ethtool link-modes eth0", "0x90000 port-none");
	assert_count(facts_of(state), "nic.speed", 10000000000);
}

/* The default route goes through a VLAN on a bond of eth0 and eth1. */
static void ports_below_the_default_route_are_named(void **state)
{
	static const char *const names[] = { "eth0", "eth1", "eth2" };
	struct facts *facts;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *address = PATH("0000:00:0%zu.0", 4 + i);

		add_function(state, address, "DRIVER=ixgbe\nPCI_CLASS=20000\nPCI_ID=8086:10FB\n");
		add_netdev(state, names[i], PATH("pci0000:00/%s", address), "ixgbe", "10000\n");
		fixture_answer(state, PATH("ethtool link-modes %s", names[i]), "0x1020 0x0");
	}
	fixture_link(state, "/sys/class/net/bond0", "../../devices/virtual/net/bond0");
	fixture_link(state, "/sys/devices/virtual/net/bond0/lower_eth0", "../eth0");
	fixture_link(state, "/sys/devices/virtual/net/bond0/lower_eth1", "../eth1");
	fixture_link(state, "/sys/class/net/bond0.7", "../../devices/virtual/net/bond0.7");
	fixture_link(state, "/sys/devices/virtual/net/bond0.7/lower_bond0", "../bond0");
	fixture_write(state, "/proc/net/route",
		      "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\n"
		      "bond0.7\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\n"
		      "eth2\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\n");
	fixture_write(
		state, "/proc/net/ipv6_route",
		"00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
		"00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo\n");
	facts = facts_of(state);
	assert_list(facts, "net.default", "bond0.7 bond0 eth0 eth1");
	assert_list(facts, "nic.default_route", "eth0 eth1");
	assert_field(facts, "nics", 2, "default_route", "false");
	assert_count(facts, "nic.dpdk", 3);
	assert_count(facts, "nic.dpdk.free", 1);
	assert_count(facts, "nic.dpdk.bifurcated", 0);
}

static void dpdk_shares_some_ports_with_the_kernel(void **state)
{
	struct facts *facts;

	add_function(state, "0000:00:04.0",
		     "DRIVER=mlx5_core\nPCI_CLASS=20000\nPCI_ID=15B3:1017\n");
	add_function(state, "0000:00:05.0", "DRIVER=ixgbe\nPCI_CLASS=20000\nPCI_ID=8086:10FB\n");
	facts = facts_of(state);
	assert_count(facts, "nic.dpdk", 2);
	assert_count(facts, "nic.dpdk.bifurcated", 1);
	assert_field(facts, "nics", 0, "dpdk_bifurcated", "true");
	assert_field(facts, "nics", 1, "dpdk_bifurcated", "false");
}

static void a_port_whose_virtual_functions_have_no_room_offers_sriov_in_vain(void **state)
{
	struct facts *facts;

	add_function(state, "0000:00:04.0", "DRIVER=ixgbe\nPCI_CLASS=20000\nPCI_ID=8086:10FB\n");
	fixture_write(state, ROOT_PORT "0000:00:04.0/sriov_totalvfs", "63\n");
	fixture_write(state, ROOT_PORT "0000:00:04.0/sriov_numvfs", "0\n");
	fixture_write(state, ROOT_PORT "0000:00:04.0/resource",
		      "0x0 0x0 0x0\n0x0 0x0 0x0\n0x0 0x0 0x0\n0x0 0x0 0x0\n0x0 0x0 0x0\n"
		      "0x0 0x0 0x0\n0x0 0x0 0x0\n0x0 0xfffff 0x20140204\n0x0 0x0 0x0\n"
		      "0x0 0x0 0x0\n0x0 0x0 0x0\n0x0 0x0 0x0\n0x0 0x0 0x0\n");
	facts = facts_of(state);
	assert_count(facts, "nic.sriov", 1);
	assert_count(facts, "nic.sriov.usable", 0);
	fixture_write(state, ROOT_PORT "0000:00:04.0/sriov_numvfs", "4\n");
	assert_count(facts_of(state), "nic.sriov.usable", 1);
}

static void an_nvme_drive_with_sriov_is_no_port_with_sriov(void **state)
{
	struct facts *facts;

	add_function(state, "0000:00:04.0", "DRIVER=nvme\nPCI_CLASS=10802\nPCI_ID=144D:A824\n");
	fixture_write(state, ROOT_PORT "0000:00:04.0/sriov_totalvfs", "32\n");
	facts = facts_of(state);
	assert_field(facts, "pci", 0, "sriov_total", "32");
	assert_count(facts, "nic.sriov", 0);
	assert_count(facts, "nic.count", 0);
}

static void a_device_for_rdma_alone_is_in_no_other_namespace(void **state)
{
	struct facts *facts;

	fixture_folder(state, "/sys/class/net");
	add_function(state, "0000:00:05.0", "DRIVER=efa\nPCI_CLASS=20000\nPCI_ID=1D0F:EFA0\n");
	facts = facts_of(state);
	assert_field(facts, "nics", 0, "rdma", "true");
	assert_field(facts, "nics", 0, "held_by", "null");
}

static void the_fastest_of_all_known_modes_counts(void **state)
{
	const uint32_t modes[1] = { 0x1020 };
	const uint32_t none[1] = { 1 << 6 };
	const uint32_t newer[16] = { [15] = 1U << 31 };
	struct error err = { 0 };
	uint64_t mbits = 0;

	(void)state;
	assert_int_equal(ethtool_fastest(modes, 1, &mbits, &err), 0);
	assert_int_equal(mbits, 10000);
	assert_int_equal(
		ethtool_fastest((const uint32_t[]){ 0, 0, 1U << (93 - 64), 0 }, 4, &mbits, &err),
		0);
	assert_int_equal(mbits, 800000);
	assert_int_equal(ethtool_fastest((const uint32_t[]){ 1U << 31 }, 1, &mbits, &err), 0);
	assert_int_equal(mbits, 25000);
	assert_int_equal(ethtool_fastest(none, 1, &mbits, &err), -EOPNOTSUPP);
	assert_int_equal(ethtool_fastest(newer, 16, &mbits, &err), -EOPNOTSUPP);
}

static void without_interfaces_the_functions_are_at_least_there(void **state)
{
	struct facts *facts;

	add_function(state, "0000:00:04.0", "DRIVER=igb\nPCI_CLASS=20000\nPCI_ID=8086:1521\n");
	facts = fixture_run_all(state, NULL, 0);
	assert_true(facts_get(facts, "nics")->value.partial);
	assert_field(facts, "nics", 0, "physical", "true");
	assert_field(facts, "nics", 0, "held_by", "null");
	assert_unknown(facts, "nic.count", UNKNOWN_UNSUPPORTED);
}

static void a_recorded_server_has_two_ethernet_ports_and_infiniband(void **state)
{
	struct facts *facts;

	fixture_machine(state, "hwloc/32em64t-2n8c+dax+nvme+mic+dimms.tar.xz", "32em64t-2n8c+1mic");
	facts = fixture_run_all(state, NULL, 0);
	assert_count(facts, "nic.count", 3);
	assert_field(facts, "nics", 0, "name", "eth0");
	assert_field(facts, "nics", 0, "speed", "1000000000");
	assert_field(facts, "nics", 2, "name", "ib0");
	assert_bool(facts, "nic.rdma", true);
}

static void a_model_known_for_sriov_may_have_it_switched_off(void **state)
{
	struct facts *facts;

	add_function(state, "0000:00:02.0", "DRIVER=igb\nPCI_CLASS=20000\nPCI_ID=8086:1521\n");
	fixture_write(state, ROOT_PORT "0000:00:02.0/sriov_totalvfs", "7\n");
	add_function(state, "0000:00:04.0",
		     "DRIVER=mlx5_core\nPCI_CLASS=20000\nPCI_ID=15B3:1017\n");
	add_netdev(state, "eth0", "pci0000:00/0000:00:04.0", "mlx5_core", "25000\n");
	facts = facts_of(state);
	assert_field(facts, "nics", 0, "name", "eth0");
	assert_field(facts, "nics", 0, "sriov", "false");
	assert_field(facts, "nics", 0, "sriov_known", "true");
	assert_field(facts, "nics", 1, "sriov", "true");
	assert_count(facts, "nic.sriov", 1);
}

static void of_some_models_it_is_known_that_they_have_no_sriov(void **state)
{
	struct facts *facts;

	add_function(state, "0000:00:02.0", "DRIVER=r8169\nPCI_CLASS=20000\nPCI_ID=10EC:8168\n");
	add_function(state, "0000:00:03.0", "DRIVER=vfio-pci\nPCI_CLASS=20000\nPCI_ID=8086:1533\n");
	add_function(state, "0000:00:04.0", "DRIVER=sfc\nPCI_CLASS=20000\nPCI_ID=1924:0903\n");
	facts = facts_of(state);
	assert_field(facts, "nics", 0, "sriov_known", "false");
	assert_field(facts, "nics", 1, "sriov_known", "false");
	assert_field(facts, "nics", 2, "sriov_known", "unknown:unsupported");
}

static void a_recorded_server_offers_sriov_on_two_of_six_ports(void **state)
{
	struct facts *facts;

	fixture_machine(state, "ghw/xeon-L5640-sriov.tar.gz", ".");
	facts = fixture_run_all(state, NULL, 0);
	assert_int_equal(facts_get(facts, "nics")->value.len, 6);
	assert_field(facts, "nics", 4, "sriov_total", "7");
	assert_field(facts, "nics", 5, "sriov_enabled", "4");
}

static void a_recorded_pc_has_four_ports(void **state)
{
	fixture_machine(state, "ghw/ryzen-1600.tar.gz", ".");
	assert_count(fixture_run_all(state, NULL, 0), "nic.count", 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_port_has_what_its_function_and_its_interface_tell),
		TEST(a_port_that_is_down_still_can_what_it_can),
		TEST(a_port_on_vfio_is_a_port_that_vfio_holds),
		TEST(a_port_in_another_network_namespace_is_held_by_that),
		TEST(a_function_without_driver_is_a_port_that_nobody_holds),
		TEST(virtual_functions_of_a_visible_function_are_not_counted),
		TEST(a_virtual_function_alone_in_a_guest_is_its_port),
		TEST(bonds_bridges_and_veth_are_no_ports),
		TEST(wifi_and_the_usb_link_to_a_bmc_do_not_count),
		TEST(two_functions_on_one_physical_port_are_one),
		TEST(two_ports_of_one_function_are_two),
		TEST(representors_are_no_ports),
		TEST(a_guests_virtio_interface_is_its_port),
		TEST(an_rdma_device_makes_its_port_one_for_rdma),
		TEST(a_model_that_may_have_rdma_is_not_denied_it),
		TEST(a_known_model_has_rdma_or_none_whatever_driver_is_bound),
		TEST(rdma_is_told_by_kind_and_rate),
		TEST(an_empty_cage_leaves_open_what_its_port_can_do),
		TEST(an_empty_cage_beside_a_faster_port_does_not_matter),
		TEST(a_backplane_without_connector_is_no_empty_cage),
		TEST(ports_below_the_default_route_are_named),
		TEST(dpdk_shares_some_ports_with_the_kernel),
		TEST(a_port_whose_virtual_functions_have_no_room_offers_sriov_in_vain),
		TEST(an_nvme_drive_with_sriov_is_no_port_with_sriov),
		TEST(a_device_for_rdma_alone_is_in_no_other_namespace),
		TEST(the_fastest_of_all_known_modes_counts),
		TEST(without_interfaces_the_functions_are_at_least_there),
		TEST(a_recorded_server_has_two_ethernet_ports_and_infiniband),
		TEST(a_model_known_for_sriov_may_have_it_switched_off),
		TEST(of_some_models_it_is_known_that_they_have_no_sriov),
		TEST(a_recorded_server_offers_sriov_on_two_of_six_ports),
		TEST(a_recorded_pc_has_four_ports),
	};

	return cmocka_run_group_tests_name("probe/nic", tests, NULL, NULL);
}
