/* SPDX-License-Identifier: GPL-2.0-or-later */
/* net: bridges that lead somewhere, and networks that a route already takes */
#include "fixture.h"

extern const struct probe probe_net;

static void add_virtual(void **state, const char *name)
{
	fixture_folder(state, PATH("/sys/devices/virtual/net/%s", name));
	fixture_link(state, PATH("/sys/class/net/%s", name),
		     PATH("../../devices/virtual/net/%s", name));
	fixture_absent(state, PATH("/sys/class/net/%s/brif", name));
}

static void add_port(void **state, const char *name)
{
	fixture_folder(state, PATH("/sys/devices/pci0000:00/0000:00:04.0/net/%s", name));
	fixture_link(state, PATH("/sys/class/net/%s", name),
		     PATH("../../devices/pci0000:00/0000:00:04.0/net/%s", name));
}

static void a_bridge_counts_when_it_leads_to_a_port(void **state)
{
	add_port(state, "eth0");
	add_virtual(state, "br0");
	fixture_folder(state, "/sys/devices/virtual/net/br0/brif/eth0");
	assert_count(fixture_run(state, &probe_net), "net.bridge", 1);
}

static void a_bridge_of_veth_ends_leads_nowhere(void **state)
{
	add_virtual(state, "docker0");
	add_virtual(state, "veth1");
	fixture_folder(state, "/sys/devices/virtual/net/docker0/brif/veth1");
	assert_count(fixture_run(state, &probe_net), "net.bridge", 0);
}

static void a_vlan_of_a_bond_leads_to_a_port(void **state)
{
	add_port(state, "eth0");
	add_virtual(state, "bond0");
	fixture_folder(state, "/sys/devices/virtual/net/bond0/lower_eth0");
	add_virtual(state, "bond0.7");
	fixture_folder(state, "/sys/devices/virtual/net/bond0.7/lower_bond0");
	add_virtual(state, "br0");
	fixture_folder(state, "/sys/devices/virtual/net/br0/brif/bond0.7");
	assert_count(fixture_run(state, &probe_net), "net.bridge", 1);
}

/*
 * 192.0.2.0/24 and 10.244.1.0/24 behind a default route; fd00::/64. Addresses as a little-endian
 * machine prints them.
 */
static void write_routes(void **state)
{
	fixture_write(state, "/proc/net/route",
		      "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\n"
		      "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
		      "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
		      "cni0\t0001F40A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n");
	fixture_write(
		state, "/proc/net/ipv6_route",
		"fd000000000000000000000000000000 40 00000000000000000000000000000000 00 "
		"00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0\n"
		"00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
		"fd000000000000000000000000000001 00000400 00000002 00000000 00000003     eth0\n"
		"ff000000000000000000000000000000 08 00000000000000000000000000000000 00 "
		"00000000000000000000000000000000 00000100 00000002 00000000 00000001     eth0\n"
		"fd990000000000000000000000000002 80 00000000000000000000000000000000 00 "
		"00000000000000000000000000000000 00000000 00000002 00000000 80200001     eth0\n");
}

static void a_route_takes_every_network_that_overlaps_it(void **state)
{
	static const char *const names[] = {
		"net.route.free.10.244.0.0/16", "net.route.free.10.244.1.128/25",
		"net.route.free.10.96.0.0/12",	"net.route.free.10.244.2.0/23",
		"net.route.free.fd00::/48",	"net.route.free.fd01::/48",
		"net.route.free.ff02::/16",
	};
	struct facts *facts;

	write_routes(state);
	facts = fixture_run_asking(state, &probe_net, names, ARRAY_SIZE(names));
	assert_bool(facts, "net.route.free.10.244.0.0/16", false);
	assert_string_equal(facts_get(facts, "net.route.free.10.244.0.0/16")->source,
			    "route 10.244.1.0/24 on cni0");
	assert_bool(facts, "net.route.free.10.244.1.128/25", false);
	assert_bool(facts, "net.route.free.10.96.0.0/12", true);
	assert_bool(facts, "net.route.free.10.244.2.0/23", true);
	assert_bool(facts, "net.route.free.fd00::/48", false);
	assert_bool(facts, "net.route.free.fd01::/48", true);
	assert_bool(facts, "net.route.free.ff02::/16", true);
}

static void routes_are_listed_without_the_default_ones(void **state)
{
	struct facts *facts;

	write_routes(state);
	facts = fixture_run(state, &probe_net);
	assert_field(facts, "net.routes", 0, "prefix", "192.0.2.0/24");
	assert_field(facts, "net.routes", 1, "device", "cni0");
	assert_field(facts, "net.routes", 2, "prefix", "fd00::/64");
	assert_int_equal(facts_get(facts, "net.routes")->value.len, 3);
}

static void routes_that_were_not_recorded_leave_networks_open(void **state)
{
	static const char *const names[] = { "net.route.free.10.244.0.0/16",
					     "net.route.free.everything" };
	struct facts *facts = fixture_run_asking(state, &probe_net, names, ARRAY_SIZE(names));

	assert_unknown(facts, "net.route.free.10.244.0.0/16", UNKNOWN_NOT_RECORDED);
	assert_unknown(facts, "net.route.free.everything", UNKNOWN_UNSUPPORTED);
	assert_unknown(facts, "net.address.static", UNKNOWN_UNSUPPORTED);
}

static void a_kernel_without_ipv6_has_no_routes_of_it(void **state)
{
	static const char *const names[] = { "net.route.free.fd00::/48" };
	struct facts *facts;

	write_routes(state);
	assert_int_equal(unlink(PATH("%s/proc/net/ipv6_route", fixture_path(state))), 0);
	fixture_absent(state, "/proc/net/ipv6_route");
	facts = fixture_run_asking(state, &probe_net, names, ARRAY_SIZE(names));
	assert_bool(facts, "net.route.free.fd00::/48", true);
}

static void a_bridge_whose_ports_were_not_recorded_is_open(void **state)
{
	fixture_machine(state, "hwloc/32em64t-2n8c+dax+nvme+mic+dimms.tar.xz", "32em64t-2n8c+1mic");
	assert_unknown(fixture_run(state, &probe_net), "net.bridge", UNKNOWN_NOT_RECORDED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_bridge_counts_when_it_leads_to_a_port),
		TEST(a_bridge_of_veth_ends_leads_nowhere),
		TEST(a_vlan_of_a_bond_leads_to_a_port),
		TEST(a_route_takes_every_network_that_overlaps_it),
		TEST(routes_are_listed_without_the_default_ones),
		TEST(routes_that_were_not_recorded_leave_networks_open),
		TEST(a_kernel_without_ipv6_has_no_routes_of_it),
		TEST(a_bridge_whose_ports_were_not_recorded_is_open),
	};

	return cmocka_run_group_tests_name("probe/net", tests, NULL, NULL);
}
