/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nic_port: what one network port can do and does, from its PCI function, its interface, its model */
#include "nic_port.h"

#include <string.h>

#include "core/util.h"
#include "field.h"

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

static struct value of_function(const struct nic_port *port, const char *key)
{
	return port->function ? field_get(port->function, key) : value_null();
}

static struct value of_netdev(const struct nic_port *port, const char *key)
{
	return port->netdev ? field_get(port->netdev, key) : port->no_netdev;
}

static const char *driver_of(const struct nic_port *port)
{
	const char *driver = port->netdev ? field_text(port->netdev, "driver") : NULL;

	if (!driver && port->function)
		driver = field_text(port->function, "driver");
	return driver;
}

/*
 * The poll-mode driver for the port; absent where there is none, unknown where that cannot be told.
 */
static struct value dpdk_driver_of(struct arena *arena, const struct nic_port *port)
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
static struct value rdma_of(struct arena *arena, const struct nic_port *port)
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
static enum nic_model_has model_sriov(const struct nic_port *port)
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

static struct value sriov_of(const struct nic_port *port)
{
	struct value total = of_function(port, "sriov_total");

	if (total.kind == VALUE_UNKNOWN)
		return model_sriov(port) == NIC_MODEL_NO ? value_bool(false) : total;
	return value_bool(total.kind == VALUE_INT && total.i > 0);
}

/* What the function offers it has; what it does not offer its model tells. */
static struct value sriov_known(struct arena *arena, const struct nic_port *port,
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
static struct value sriov_usable(const struct nic_port *port, const struct value *sriov)
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
static struct value speed_most(const struct nic_port *port)
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

static struct value default_route_of(struct arena *arena, const struct nic_port *port)
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

static bool is_usb(const struct nic_port *port)
{
	const char *bus = port->netdev ? field_text(port->netdev, "bus") : NULL;

	return bus && strcmp(bus, "usb") == 0;
}

static struct value wireless_of(struct arena *arena, const struct nic_port *port, bool dpdk)
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

static struct value physical_of(const struct nic_port *port, const struct value *wireless)
{
	if (wireless->kind == VALUE_UNKNOWN)
		return *wireless;
	return value_bool(!wireless->b &&
			  !(is_usb(port) && IS_ONE_OF(driver_of(port), usb_link_drivers)));
}

static struct value held_by(const struct nic_port *port)
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

static struct value paravirtual_of(const struct nic_port *port)
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

struct value nic_port_record(struct arena *arena, const struct nic_port *port)
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
