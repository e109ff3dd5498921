/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nic: the machine's network ports: PCI functions of class 02 and interfaces with a device, joined,
 * so that a port which vfio-pci or another network namespace holds is still one.
 */
#include <string.h>

#include "core/text_map.h"
#include "field.h"
#include "nic_model.h"
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

/* Drivers that give a function away: to a guest, or to a program in user space. */
static const char *const giving_drivers[] = {
	"vfio-pci", "uio_pci_generic", "igb_uio",	"pci-stub",
	"pciback",  "xen-pciback",     "mlx5_vfio_pci", "nfp_uio",
};

/*
 * The drivers of USB's own classes for networks: at the other end is no network but another
 * computer, here the BMC (or a telephone). Adapters with a port have drivers of their own (r8152,
 * ax88179_178a, …).
 */
static const char *const usb_link_drivers[] = {
	"cdc_ether", "cdc_ncm", "cdc_eem", "cdc_subset", "rndis_host", "cdc_mbim", "qmi_wwan",
};

static const char *const paravirtual_drivers[] = {
	"virtio_net", "virtio-pci", "vmxnet3", "vif", "hv_netvsc", "ena", "gve", "mana", "efa",
};

/*
 * Drivers of devices that are for RDMA alone and have no interface (Linux drivers/infiniband/hw).
 */
static const char *const pure_rdma_drivers[] = { "efa", "erdma" };

/*
 * Drivers whose devices can have an RDMA half that is not loaded, and vendors where no such driver
 * is bound.
 */
static const char *const rdma_drivers[] = {
	"mlx4_core", "mlx5_core", "bnxt_en", "cxgb4",  "qede", "ice",	 "i40e",
	"hns3",	     "ionic",	  "enic",    "be2net", "mana", "hinic3", "bnge",
};
static const char *const rdma_vendors[] = {
	"15b3", "14e4", "1425", "1077", "8086", "19e5", "1dd8",
	"10df", "19a2", "1137", "1d0f", "1ded", "1414",
};

static bool is_one_of(const char *text, const char *const *names, size_t n_names)
{
	for (size_t i = 0; text && i < n_names; i++) {
		if (strcmp(text, names[i]) == 0)
			return true;
	}
	return false;
}
#define IS_ONE_OF(text, table) is_one_of(text, table, ARRAY_SIZE(table))

/* What a port is joined from; either may be NULL. */
struct halves {
	const struct value *function, *netdev;
	struct value
		/* why no interface is known, where there is none; absent: there is none */
		no_netdev;
	const struct nic_model *model; /* NULL: nothing is known of it */
	const struct value *rdma; /* the port of an RDMA device on the same function, or NULL */
	const struct value *defaults; /* the fact net.default */
};

static struct value of_function(const struct halves *port, const char *key)
{
	return port->function ? field_get(port->function, key) : value_null();
}

static struct value of_netdev(const struct halves *port, const char *key)
{
	return port->netdev ? field_get(port->netdev, key) : port->no_netdev;
}

static const char *driver_of(const struct halves *port)
{
	const char *driver = port->netdev ? field_text(port->netdev, "driver") : NULL;

	if (!driver && port->function)
		driver = field_text(port->function, "driver");
	return driver;
}

/*
 * The poll-mode driver for the port; absent where there is none, unknown where that cannot be told.
 */
static struct value dpdk_driver_of(struct arena *arena, const struct halves *port)
{
	struct value vendor = of_function(port, "vendor"), device = of_function(port, "device");

	if (!port->function) {
		const char *bus = field_text(port->netdev, "bus");

		/* Hyper-V's interfaces have no PCI id: DPDK drivers/net/netvsc. */
		if (bus && strcmp(bus, "vmbus") == 0)
			return value_string("netvsc");
		if (bus && (strcmp(bus, "platform") == 0 || strcmp(bus, "other") == 0))
			return field_untold(arena,
					    "not a PCI function, and DPDK's list is of those");
		return value_null();
	}
	if (vendor.kind != VALUE_STRING || device.kind != VALUE_STRING)
		return vendor.kind != VALUE_STRING ? vendor : device;
	return value_string(nic_model_dpdk_driver(vendor.s, device.s));
}

/* InfiniBand is class 0207, fabrics such as Omni-Path 0208 (pci.ids). */
static struct value rdma_of(struct arena *arena, const struct halves *port)
{
	const char *class = port->function ? field_text(port->function, "class") : NULL;
	const char *vendor = port->function ? field_text(port->function, "vendor") : NULL;
	struct value device = of_netdev(port, "rdma");
	const char *driver = driver_of(port);
	bool may_be = driver && !IS_ONE_OF(driver, giving_drivers)
			      ? IS_ONE_OF(driver, rdma_drivers)
			      : IS_ONE_OF(vendor, rdma_vendors);

	if ((class && (strcmp(class, "0207") == 0 || strcmp(class, "0208") == 0)) ||
	    IS_ONE_OF(driver, pure_rdma_drivers))
		return value_bool(true);
	if (device.kind == VALUE_BOOL && device.b)
		return device;
	if (port->model && port->model->rdma != NIC_MODEL_UNTOLD)
		return value_bool(port->model->rdma == NIC_MODEL_YES);
	if (may_be)
		return field_untold(arena,
				    "no driver for RDMA is loaded, which its model may have");
	return value_bool(false);
}

/*
 * Drivers of whose models none has a virtual function in the PCI ID database: whole families of
 * cards for desktops and of Gigabit ports. Both the kernel's names and DPDK's.
 */
static const char *const no_sriov_drivers[] = {
	"r8169", "8139too", "8139cp", "e1000",	  "e1000e",
	"igc",	 "tg3",	    "bnx2",   "e1000_em", "e1000_igc",
};

/* Whether the model has SR-IOV, offered or not. */
static enum nic_model_has model_sriov(const struct halves *port)
{
	const char *vendor = port->function ? field_text(port->function, "vendor") : NULL;
	const char *device = port->function ? field_text(port->function, "device") : NULL;

	if (port->model && port->model->sriov != NIC_MODEL_UNTOLD)
		return port->model->sriov;
	if (!port->function || IS_ONE_OF(driver_of(port), no_sriov_drivers) ||
	    IS_ONE_OF(nic_model_dpdk_driver(vendor, device), no_sriov_drivers))
		return NIC_MODEL_NO;
	return NIC_MODEL_UNTOLD;
}

static struct value sriov_of(const struct halves *port)
{
	struct value total = of_function(port, "sriov_total");

	if (total.kind == VALUE_UNKNOWN)
		return model_sriov(port) == NIC_MODEL_NO ? value_bool(false) : total;
	return value_bool(total.kind == VALUE_INT && total.i > 0);
}

/* What the function offers it has; what it does not offer its model tells. */
static struct value sriov_known(struct arena *arena, const struct halves *port,
				const struct value *sriov)
{
	enum nic_model_has model = model_sriov(port);

	if (sriov->kind == VALUE_BOOL && sriov->b)
		return value_bool(true);
	return model == NIC_MODEL_UNTOLD ? field_untold(arena, "nothing is known of this model")
					 : value_bool(model == NIC_MODEL_YES);
}

/*
 * What has been enabled can be; else bus numbers and addresses decide, one as well as the other.
 */
static struct value sriov_usable(const struct halves *port, const struct value *sriov)
{
	struct value enabled = of_function(port, "sriov_enabled");
	struct value reach = of_function(port, "sriov_reach");
	struct value room = of_function(port, "sriov_room");

	if (sriov->kind != VALUE_BOOL || !sriov->b)
		return *sriov;
	if (enabled.kind == VALUE_INT && enabled.i > 0)
		return value_bool(true);
	if ((reach.kind == VALUE_INT && reach.i == 0) || (room.kind == VALUE_BOOL && !room.b))
		return value_bool(false);
	if (reach.kind == VALUE_UNKNOWN)
		return reach;
	return room.kind == VALUE_UNKNOWN ? room : value_bool(true);
}

#define GBIT INT64_C(1000000000)

/* By its model, else by what its driver names. */
static struct value speed_most(const struct halves *port)
{
	struct value most = port->netdev ? field_get(port->netdev, "speed_most") : value_null();

	if (port->model && port->model->gbits)
		return value_int(port->model->gbits * GBIT);
	return most.kind == VALUE_INT ? most : value_null();
}

/* What it can do; where that is not told, the reason ends with what is known all the same. */
static struct value speed_max(struct arena *arena, const struct value *speed,
			      const struct value *most)
{
	const struct value_unknown *why = speed->kind == VALUE_UNKNOWN ? speed->unknown : NULL;

	if (!why || most->kind != VALUE_INT || (why->detail && strstr(why->detail, "at most")))
		return *speed;
	return value_unknown(arena, why->reason, why->fact,
			     arena_printf(arena, "%s; the model does %lld Gbit/s at most",
					  why->detail ? why->detail : "not told",
					  (long long)(most->i / GBIT)));
}

static struct value default_route_of(struct arena *arena, const struct halves *port)
{
	const char *name = port->netdev ? field_text(port->netdev, "name") : NULL;
	const char *upper = port->netdev ? field_text(port->netdev, "upper") : NULL;

	if (!name)
		return value_bool(false);
	if (port->defaults->kind != VALUE_LIST)
		return *port->defaults;
	for (uint32_t i = 0; i < port->defaults->len; i++) {
		if (value_is(&port->defaults->items[i], name))
			return value_bool(true);
	}
	/* The ports of all its bridges have this one above them. */
	if (port->defaults->len > 0 && upper && strcmp(upper, "ovs-system") == 0)
		return field_untold(arena, "Open vSwitch does not show where its bridges lead to");
	return value_bool(false);
}

static bool is_usb(const struct halves *port)
{
	const char *bus = port->netdev ? field_text(port->netdev, "bus") : NULL;

	return bus && strcmp(bus, "usb") == 0;
}

static struct value wireless_of(struct arena *arena, const struct halves *port, bool dpdk)
{
	const char *class = port->function ? field_text(port->function, "class") : NULL;
	struct value told = port->netdev ? field_get(port->netdev, "wireless") : value_null();

	if (told.kind == VALUE_BOOL)
		return told;
	/*
	 * Wi-Fi is class 0280, as are a few others: where no interface tells, only DPDK's list
	 * does.
	 */
	if (is_usb(port) || (class && strcmp(class, "0280") == 0 && !dpdk))
		return field_untold(arena, "a network controller whose kind nothing tells");
	return value_bool(false);
}

static struct value physical_of(const struct halves *port, const struct value *wireless)
{
	if (wireless->kind == VALUE_UNKNOWN)
		return *wireless;
	return value_bool(!wireless->b &&
			  !(is_usb(port) && IS_ONE_OF(driver_of(port), usb_link_drivers)));
}

static struct value held_by(const struct halves *port)
{
	const char *class, *driver;

	if (port->netdev || port->no_netdev.kind == VALUE_UNKNOWN)
		return value_null();
	driver = field_text(port->function, "driver");
	class = field_text(port->function, "class");
	if (IS_ONE_OF(driver, giving_drivers))
		return value_string(driver);
	/*
	 * A driver for Ethernet makes an interface; if it is not here it is in another namespace.
	 */
	if (driver && class && strcmp(class, "0200") == 0 && !IS_ONE_OF(driver, pure_rdma_drivers))
		return value_string("netns");
	return value_null();
}

static struct value paravirtual_of(const struct halves *port)
{
	const char *bus = port->netdev ? field_text(port->netdev, "bus") : NULL;

	return value_bool(IS_ONE_OF(driver_of(port), paravirtual_drivers) ||
			  (bus && (strcmp(bus, "virtio") == 0 || strcmp(bus, "vmbus") == 0 ||
				   strcmp(bus, "xen") == 0)));
}

static struct value dpdk_free(const struct value *dpdk, const struct value *default_route)
{
	if ((dpdk->kind == VALUE_BOOL && !dpdk->b) ||
	    (default_route->kind == VALUE_BOOL && default_route->b))
		return value_bool(false);
	if (dpdk->kind == VALUE_UNKNOWN)
		return *dpdk;
	return default_route->kind == VALUE_UNKNOWN ? *default_route : value_bool(true);
}

static struct value nic_of(struct arena *arena, const struct halves *port)
{
	struct record nic = { 0 };
	struct value dpdk_driver = dpdk_driver_of(arena, port);
	bool has_dpdk = dpdk_driver.kind == VALUE_STRING;
	struct value dpdk = dpdk_driver.kind == VALUE_UNKNOWN ? dpdk_driver : value_bool(has_dpdk);
	struct value default_route = default_route_of(arena, port);
	struct value wireless = wireless_of(arena, port, has_dpdk);
	const char *driver = driver_of(port);
	struct value no_speed = field_untold(arena, "no interface of it is seen");
	struct value can = port->netdev ? of_netdev(port, "speed_max") : no_speed;
	struct value most = speed_most(port);
	struct value sriov = sriov_of(port);

	record_add(arena, &nic, "name", of_netdev(port, "name"));
	record_add(arena, &nic, "address",
		   port->function ? of_function(port, "address") : of_netdev(port, "address"));
	record_add(arena, &nic, "driver",
		   driver ? value_string(driver) : of_function(port, "driver"));
	record_add(arena, &nic, "held_by", held_by(port));
	record_add(arena, &nic, "physical", physical_of(port, &wireless));
	record_add(arena, &nic, "speed", port->netdev ? of_netdev(port, "speed") : no_speed);
	record_add(arena, &nic, "speed_max", speed_max(arena, &can, &most));
	record_add(arena, &nic, "speed_most", most);
	record_add(arena, &nic, "link", port->netdev ? of_netdev(port, "link") : no_speed);
	record_add(arena, &nic, "numa_node", of_function(port, "numa_node"));
	record_add(arena, &nic, "default_route", default_route);
	record_add(arena, &nic, "isolated", of_function(port, "isolated"));
	record_add(arena, &nic, "sriov", sriov);
	record_add(arena, &nic, "sriov_known", sriov_known(arena, port, &sriov));
	record_add(arena, &nic, "sriov_total", of_function(port, "sriov_total"));
	record_add(arena, &nic, "sriov_enabled", of_function(port, "sriov_enabled"));
	record_add(arena, &nic, "sriov_reach", of_function(port, "sriov_reach"));
	record_add(arena, &nic, "sriov_room", of_function(port, "sriov_room"));
	record_add(arena, &nic, "sriov_usable", sriov_usable(port, &sriov));
	record_add(arena, &nic, "rdma", rdma_of(arena, port));
	record_add(arena, &nic, "rdma_kind",
		   port->rdma ? field_get(port->rdma, "kind") : value_null());
	record_add(arena, &nic, "rdma_rate",
		   port->rdma ? field_get(port->rdma, "rate") : value_null());
	record_add(arena, &nic, "dpdk", dpdk);
	record_add(arena, &nic, "dpdk_free", dpdk_free(&dpdk, &default_route));
	record_add(arena, &nic, "dpdk_driver", dpdk_driver);
	record_add(arena, &nic, "dpdk_bifurcated",
		   dpdk_driver.kind == VALUE_UNKNOWN
			   ? dpdk_driver
			   : value_bool(has_dpdk && nic_model_is_bifurcated(dpdk_driver.s)));
	record_add(arena, &nic, "vendor", of_function(port, "vendor"));
	record_add(arena, &nic, "device", of_function(port, "device"));
	record_add(arena, &nic, "wireless", wireless);
	record_add(arena, &nic, "usb", value_bool(is_usb(port)));
	record_add(arena, &nic, "virtio", paravirtual_of(port));
	return record_value(&nic);
}

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

static void add_nic(struct arena *arena, struct sources *sources, struct halves *port)
{
	const char *address = port->function ? field_text(port->function, "address") : NULL;

	if (port->function)
		port->model = nic_model_of(field_text(port->function, "vendor"),
					   field_text(port->function, "device"));
	port->rdma = text_map_get(&sources->rdma_at, address);
	port->defaults = sources->defaults;
	list_add(arena, &sources->nics, nic_of(arena, port));
}

/*
 * Interfaces first. Those of virtual functions whose physical function is in the list are left out.
 */
static void add_netdevs(struct arena *arena, struct sources *sources)
{
	for (uint32_t i = 0; i < sources->netdevs->len; i++) {
		const struct value *netdev = &sources->netdevs->items[i];
		struct halves port = { .netdev = netdev };

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
		struct halves port = { .function = function, .no_netdev = *no_netdev };

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
