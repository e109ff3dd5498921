/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nic: the machine's network ports: PCI functions of class 02 and interfaces with a device, joined,
 * so that a port which vfio-pci or another network namespace holds is still one.
 */
#include <string.h>

#include "core/text_map.h"
#include "field.h"
#include "nic_port.h"
#include "probe.h"

static const struct field_def fields_of_nics[] = {
	{ "name", FACT_STRING, NULL, "its network interface; absent where none is seen" },
	{ "address", FACT_STRING, NULL, "of its PCI function; absent where it is none" },
	{ "driver", FACT_STRING, NULL, "the driver that is bound; absent when none is" },
	{ "held_by", FACT_STRING, NULL,
	  "vfio-pci, uio_pci_generic, … or netns (another network namespace); absent when the host "
	  "uses it" },
	{ "physical", FACT_BOOL, NULL,
	  "a port of this machine that counts; not Wi-Fi, not the USB link to a BMC" },
	{ "speed", FACT_COUNT, "bit/s", "what its link does now" },
	{ "speed_max", FACT_COUNT, "bit/s",
	  "the fastest mode that the port supports, with the transceiver that is plugged in" },
	{ "speed_most", FACT_COUNT, "bit/s",
	  "the most that its model or driver can do; absent where that is not known" },
	{ "link", FACT_BOOL, NULL, "the link is up" },
	{ "numa_node", FACT_COUNT, NULL, "number of the NUMA node that is near" },
	{ "default_route", FACT_BOOL, NULL, "a default route goes through it" },
	{ "isolated", FACT_BOOL, NULL, "alone in its IOMMU group; absent where no PCI function" },
	{ "sriov", FACT_BOOL, NULL, "its function offers SR-IOV" },
	{ "sriov_known", FACT_BOOL, NULL,
	  "the model has SR-IOV, whether or not its firmware offers it" },
	{ "sriov_total", FACT_COUNT, "virtual functions", "what it, or its driver, offers" },
	{ "sriov_enabled", FACT_COUNT, "virtual functions", "how many there are now" },
	{ "sriov_reach", FACT_COUNT, "virtual functions",
	  "how many bus numbers and the port above let through; absent without SR-IOV" },
	{ "sriov_room", FACT_BOOL, NULL,
	  "its virtual functions' memory has got addresses; absent without SR-IOV" },
	{ "sriov_usable", FACT_BOOL, NULL,
	  "virtual functions have been enabled, or there is room for one" },
	{ "rdma", FACT_BOOL, NULL, "InfiniBand, RoCE, iWARP or Omni-Path" },
	{ "rdma_kind", FACT_STRING, NULL,
	  "InfiniBand, RoCE, iWARP or Omni-Path; absent while no RDMA driver tells" },
	{ "rdma_rate", FACT_COUNT, "bit/s",
	  "of its RDMA link now; absent while that is down or no RDMA driver tells" },
	{ "dpdk", FACT_BOOL, NULL, "a DPDK poll-mode driver claims its PCI id" },
	{ "dpdk_driver", FACT_STRING, NULL, "that driver; absent where none is known" },
	{ "dpdk_bifurcated", FACT_BOOL, NULL,
	  "that driver works beside the kernel's and needs no vfio-pci" },
	{ "dpdk_free", FACT_BOOL, NULL, "DPDK has a driver for it, and no default route needs it" },
	{ "vendor", FACT_STRING, NULL, "vendor id, four hexadecimal digits" },
	{ "device", FACT_STRING, NULL, "device id, four hexadecimal digits" },
	{ "wireless", FACT_BOOL, NULL, "it is Wi-Fi" },
	{ "usb", FACT_BOOL, NULL, "it is on a USB bus" },
	{ "virtio", FACT_BOOL, NULL, "paravirtual: virtio, vmxnet3, Xen, Hyper-V, ENA, …" },
	{ 0 },
};

static const struct fact_def facts_of_nic[] = {
	{ "nics", FACT_RECORDS, SCOPE_HARDWARE, .meaning = "the machine's network ports",
	  .source = "/sys/bus/pci/devices and /sys/class/net, joined",
	  .privilege = "root, for SR-IOV where the kernel shows none", .fields = fields_of_nics },
	{ "nic.count", FACT_COUNT, SCOPE_HARDWARE, "ports", .meaning = "physical network ports",
	  .source = "nics" },
	{ "nic.speed", FACT_COUNT, SCOPE_HARDWARE, "bit/s",
	  .meaning = "what the fastest port can do", .source = "nics" },
	{ "nic.speed_now", FACT_COUNT, SCOPE_STATE, "bit/s",
	  .meaning = "what the fastest link does now", .source = "nics" },
	{ "nic.sriov", FACT_COUNT, SCOPE_HARDWARE, "ports",
	  .meaning = "ports whose PCI function offers SR-IOV", .source = "nics",
	  .privilege = "root, where the kernel shows none" },
	{ "nic.sriov.usable", FACT_COUNT, SCOPE_FIRMWARE, "ports",
	  .meaning = "ports on which virtual functions can be enabled", .source = "nics",
	  .privilege = "root, where firmware gave them no addresses" },
	{ "nic.dpdk", FACT_COUNT, SCOPE_HARDWARE, "ports",
	  .meaning = "ports with a DPDK poll-mode driver", .source = "nics" },
	{ "nic.dpdk.bifurcated", FACT_COUNT, SCOPE_HARDWARE, "ports",
	  .meaning = "those of them that DPDK shares with the kernel", .source = "nics" },
	{ "nic.dpdk.free", FACT_COUNT, SCOPE_STATE, "ports",
	  .meaning = "those of them that no default route goes through", .source = "nics" },
	{ "nic.default_route", FACT_STRINGS, SCOPE_STATE,
	  .meaning = "ports that a default route goes through", .source = "nics" },
	{ "nic.rdma", FACT_BOOL, SCOPE_HARDWARE, .meaning = "a port can do RDMA",
	  .source = "nics" },
};

/* Records by their addresses. */
static struct text_map by_address(struct arena *arena, const struct value *records)
{
	struct text_map map = { 0 };

	for (uint32_t i = 0; i < records->len; i++) {
		const char *address = field_text(&records->items[i], "address");

		if (address)
			text_map_put(arena, &map, address, &records->items[i]);
	}
	return map;
}

/* What all ports are joined from. */
struct sources {
	const struct value *functions, *netdevs, *defaults;
	struct text_map function_at, netdev_at, rdma_at; /* by address */
	struct list nics;
};

static void add_nic(struct arena *arena, struct sources *sources, struct nic_port *port)
{
	const char *address = port->function ? field_text(port->function, "address") : NULL;

	if (port->function)
		port->model = nic_model_of(field_text(port->function, "vendor"),
					   field_text(port->function, "device"));
	port->rdma = text_map_get(&sources->rdma_at, address);
	port->defaults = sources->defaults;
	list_add(arena, &sources->nics, nic_port_record(arena, port));
}

/*
 * Interfaces first. Those of virtual functions whose physical function is in the list are left out.
 */
static void add_netdevs(struct arena *arena, struct sources *sources)
{
	for (uint32_t i = 0; i < sources->netdevs->len; i++) {
		const struct value *netdev = &sources->netdevs->items[i];
		struct nic_port port = { .netdev = netdev };

		port.function = text_map_get(&sources->function_at, field_text(netdev, "address"));
		if (field_text(netdev, "port_of") ||
		    (port.function && field_true(port.function, "physfn")))
			continue;
		add_nic(arena, sources, &port);
	}
}

static void add_functions(struct arena *arena, struct sources *sources,
			  const struct value *no_netdev)
{
	for (uint32_t i = 0; i < sources->functions->len; i++) {
		const struct value *function = &sources->functions->items[i];
		const char *class = field_text(function, "class");
		struct nic_port port = { .function = function, .no_netdev = *no_netdev };

		if (!class || !starts_with(class, "02") || field_true(function, "physfn") ||
		    text_map_get(&sources->netdev_at, field_text(function, "address")))
			continue;
		add_nic(arena, sources, &port);
	}
}

static void derive_nics(struct facts *facts)
{
	const struct value *pci = &facts_get(facts, "pci")->value;
	const struct value *netdevs = &facts_get(facts, "netdevs")->value;
	const struct value *rdma = &facts_get(facts, "rdma_ports")->value;
	const struct value none = value_list(NULL, 0);
	const struct value absent = value_null();
	struct arena *arena = facts_arena(facts);
	const struct value unseen = field_untold(arena, "an interface could not be looked at");
	struct sources sources = {
		.functions = pci->kind == VALUE_LIST ? pci : &none,
		.netdevs = netdevs->kind == VALUE_LIST ? netdevs : &none,
		.defaults = &facts_get(facts, "net.default")->value,
	};
	struct value nics;

	/*
	 * In a container the functions of PCI are the machine's, but whether they are in use is not
	 * to be seen.
	 */
	if (netdevs->kind != VALUE_LIST &&
	    (pci->kind != VALUE_LIST || netdevs->unknown->reason == UNKNOWN_HIDDEN)) {
		facts_set_reason(facts, "nics", netdevs->unknown->reason, netdevs->unknown->detail);
		return;
	}
	sources.function_at = by_address(arena, sources.functions);
	sources.netdev_at = by_address(arena, sources.netdevs);
	sources.rdma_at = by_address(arena, rdma->kind == VALUE_LIST ? rdma : &none);
	add_netdevs(arena, &sources);
	add_functions(arena, &sources,
		      netdevs->kind != VALUE_LIST ? netdevs
		      : netdevs->partial	  ? &unseen
						  : &absent);
	nics = list_value(&sources.nics);
	/*
	 * A kernel that shows no PCI bus at all runs on a machine that has none, or its ports are
	 * beyond this system.
	 */
	nics.partial = netdevs->kind != VALUE_LIST || netdevs->partial ||
		       (pci->kind != VALUE_LIST && pci->unknown->reason != UNKNOWN_UNSUPPORTED);
	facts_set_value(facts, "nics", nics, "/sys/bus/pci/devices, /sys/class/net");
}

/* The ports that count, with undecided ones among them. */
static struct value ports_with(struct arena *arena, const struct value *nics, const char *key)
{
	struct list ports = { 0 };
	struct value value;

	for (uint32_t i = 0; i < nics->len; i++) {
		struct value physical = field_get(&nics->items[i], "physical");
		struct value field = field_get(&nics->items[i], key);
		struct record port = { 0 };

		if ((physical.kind == VALUE_BOOL && !physical.b) ||
		    (field.kind == VALUE_BOOL && !field.b))
			continue;
		record_add(arena, &port, key, physical.kind == VALUE_UNKNOWN ? physical : field);
		list_add(arena, &ports, record_value(&port));
	}
	value = list_value(&ports);
	value.partial = nics->partial;
	return value;
}

static void derive_count(struct facts *facts, const struct value *nics, const char *name,
			 const char *key)
{
	struct arena *arena = facts_arena(facts);
	struct value ports = ports_with(arena, nics, key);

	facts_set_value(facts, name, field_count_true(arena, &ports, key), "nics");
}

/* Does this port count for what all do, or for what they do now? One without a link does nothing. */
static bool counts(const struct value *nic, bool now)
{
	struct value physical = field_get(nic, "physical");
	struct value link = field_get(nic, "link");

	return !(physical.kind == VALUE_BOOL && !physical.b) &&
	       !(now && link.kind == VALUE_BOOL && !link.b);
}

/*
 * The largest of what the ports that count have in `key`; unknown while it is unknown of one of
 * them whose model may do more.
 */
static struct value fastest_of(struct arena *arena, const struct value *nics, const char *key,
			       bool now)
{
	struct value fastest = value_null();

	for (uint32_t i = 0; i < nics->len; i++) {
		struct value speed = field_get(&nics->items[i], key);

		if (counts(&nics->items[i], now) && speed.kind == VALUE_INT &&
		    (fastest.kind != VALUE_INT || speed.i > fastest.i))
			fastest = speed;
	}
	for (uint32_t i = 0; i < nics->len; i++) {
		struct value speed = field_get(&nics->items[i], key);
		struct value most = field_get(&nics->items[i], "speed_most");

		if (!counts(&nics->items[i], now) || speed.kind != VALUE_UNKNOWN)
			continue;
		if (most.kind != VALUE_INT || fastest.kind != VALUE_INT || most.i > fastest.i)
			return speed;
	}
	return nics->partial ? field_untold(arena, "there may be ports that are not seen")
			     : fastest;
}

static void derive_default_route(struct facts *facts, const struct value *nics)
{
	struct arena *arena = facts_arena(facts);
	struct list names = { 0 };
	struct value list;

	for (uint32_t i = 0; i < nics->len; i++) {
		struct value carries = field_get(&nics->items[i], "default_route");

		if (carries.kind == VALUE_UNKNOWN) {
			facts_set_value(facts, "nic.default_route", carries, "nics");
			return;
		}
		if (carries.b)
			list_add(arena, &names, field_get(&nics->items[i], "name"));
	}
	list = list_value(&names);
	list.partial = nics->partial;
	facts_set_value(facts, "nic.default_route", list, "nics");
}

static void derive_rdma(struct facts *facts, const struct value *nics)
{
	struct arena *arena = facts_arena(facts);
	struct value ports = ports_with(arena, nics, "rdma");
	struct value count;

	for (uint32_t i = 0; i < ports.len; i++) {
		if (field_true(&ports.items[i], "rdma")) {
			facts_set_bool(facts, "nic.rdma", true, "nics");
			return;
		}
	}
	count = field_count_true(arena, &ports, "rdma");
	if (count.kind == VALUE_INT)
		facts_set_bool(facts, "nic.rdma", false, "nics");
	else
		facts_set_value(facts, "nic.rdma", count, "nics");
}

static void derive(struct facts *facts)
{
	static const struct {
		const char *name, *key;
	} counted[] = {
		{ "nic.count", "physical" },
		{ "nic.sriov", "sriov" },
		{ "nic.sriov.usable", "sriov_usable" },
		{ "nic.dpdk", "dpdk" },
		{ "nic.dpdk.bifurcated", "dpdk_bifurcated" },
		{ "nic.dpdk.free", "dpdk_free" },
	};
	static const char *const others[] = { "nic.speed", "nic.speed_now", "nic.rdma",
					      "nic.default_route" };
	struct arena *arena = facts_arena(facts);
	const struct value *nics;

	derive_nics(facts);
	nics = &facts_get(facts, "nics")->value;
	if (nics->kind != VALUE_LIST) {
		for (size_t i = 0; i < ARRAY_SIZE(counted); i++)
			facts_set_value(facts, counted[i].name, *nics, NULL);
		for (size_t i = 0; i < ARRAY_SIZE(others); i++)
			facts_set_value(facts, others[i], *nics, NULL);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(counted); i++)
		derive_count(facts, nics, counted[i].name, counted[i].key);
	facts_set_value(facts, "nic.speed", fastest_of(arena, nics, "speed_max", false), "nics");
	facts_set_value(facts, "nic.speed_now", fastest_of(arena, nics, "speed", true), "nics");
	derive_rdma(facts, nics);
	derive_default_route(facts, nics);
}

const struct probe probe_nic = { .name = "nic", PROVIDES(facts_of_nic), .derive = derive };
