/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netdev: the network interfaces that stand for a device, and which of them share a physical port
 */
#include <errno.h>
#include <string.h>

#include "core/text_map.h"
#include "field.h"
#include "host/ethtool.h"
#include "host/pci.h"
#include "probe.h"

static const struct field_def fields_of_netdevs[] = {
	{ "name", FACT_STRING, NULL, "the interface's name" },
	{ "address", FACT_STRING, NULL, "of the PCI function it stands on; absent where on none" },
	{ "bus", FACT_STRING, NULL, "pci, usb, virtio, vmbus, xen, platform, …" },
	{ "driver", FACT_STRING, NULL, "of the device right below the interface" },
	{ "speed", FACT_COUNT, "bit/s", "what its link does now" },
	{ "speed_max", FACT_COUNT, "bit/s", "the fastest mode that the port supports" },
	{ "speed_most", FACT_COUNT, "bit/s",
	  "the fastest mode that its driver names, whatever is plugged in; absent where it names "
	  "none" },
	{ "link", FACT_BOOL, NULL, "the link is up" },
	{ "wireless", FACT_BOOL, NULL, "it is Wi-Fi" },
	{ "rdma", FACT_BOOL, NULL, "an RDMA device stands on the same function" },
	{ "upper", FACT_STRING, NULL,
	  "the bond, bridge or switch that it is a port of; absent where of none" },
	{ "port_of", FACT_STRING, NULL,
	  "the interface of this list that stands for the same physical port; absent for the "
	  "first" },
	{ 0 },
};

static const struct field_def fields_of_rdma[] = {
	{ "name", FACT_STRING, NULL, "the RDMA device's name" },
	{ "port", FACT_STRING, NULL, "which of its ports; absent where it shows none" },
	{ "address", FACT_STRING, NULL, "of the PCI function it stands on; absent where on none" },
	{ "kind", FACT_STRING, NULL, "InfiniBand, RoCE, iWARP, Omni-Path or other" },
	{ "rate", FACT_COUNT, "bit/s", "what its link does now; absent while it has none" },
	{ "active", FACT_BOOL, NULL, "its link carries data" },
	{ 0 },
};

static const struct fact_def facts_of_netdev[] = {
	{ "rdma_ports", FACT_RECORDS, SCOPE_STATE,
	  .meaning = "ports of RDMA devices with their driver", .source = "/sys/class/infiniband",
	  .fields = fields_of_rdma },
	{ "netdevs", FACT_RECORDS, SCOPE_STATE,
	  .meaning = "the network interfaces that stand for a device", .source = "/sys/class/net",
	  .fields = fields_of_netdevs },
};

#define MBIT 1000000

struct ports {
	struct list list;
	/*
	 * The interface of each port, by what tells the port apart; that may hold an identity and is
	 * no fact.
	 */
	struct text_map ports;
	struct value
		no_rdma; /* what an interface is that `rdma` does not name: false, or unknown */
	const char *rdma; /* the functions that RDMA devices stand on, a line each */
};

/* The parts of a device's path, from the inside, that say what bus it is on. */
static const struct {
	const char *part, *bus;
} buses[] = {
	{ "/virtio", "virtio" }, /* before pci: the virtio device is a child of its PCI function */
	{ "/usb", "usb" },
	{ "/VMBUS:", "vmbus" },
	{ "/MSFT1000:", "vmbus" },
	{ "/vmbus_", "vmbus" },
	{ "/vif-", "xen" },
	{ "/pci", "pci" },
	{ "/platform/", "platform" },
};

static const char *bus_of(const char *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(buses); i++) {
		if (strstr(path, buses[i].part))
			return buses[i].bus;
	}
	return "other";
}

/*
 * Interfaces above others have no device of their own. Representors of functions
 * (Documentation/networking/representors.rst) stood on the port's own function in older drivers;
 * they are named "pf0", "pf0vf1", the port itself "p0" (__devlink_port_phys_port_name_get(), Linux
 * net/devlink). The halves of guests' interfaces that a Xen control domain sees are not ports
 * either.
 */
static bool is_no_port(const struct host *host, const char *name, const char *path)
{
	auto_free char *port = NULL, *subsystem = NULL;

	if (strstr(path, "/devices/virtual/"))
		return true;
	if (strstr(path, "/vif-") &&
	    host_read_link_name(host, PATH("/sys/class/net/%s/device/subsystem", name), &subsystem,
				NULL) == 0 &&
	    strcmp(subsystem, "xen-backend") == 0)
		return true;
	if (host_read_line(host, PATH("/sys/class/net/%s/phys_port_name", name), &port, NULL) < 0)
		return false;
	return strstr(port, "pf") != NULL;
}

/*
 * A virtual function that an interface with a device of its own drives (netvsc, failover) is that
 * interface's port.
 */
static const char *driven_by(const struct host *host, const struct value *upper)
{
	return upper->kind == VALUE_STRING &&
			       host_exists(host, PATH("/sys/class/net/%s/device", upper->s),
					   NULL) == 1
		       ? upper->s
		       : NULL;
}

/* What is the same for two interfaces on one physical port. */
static const char *key_of_port(const struct host *host, struct arena *arena, const char *name,
			       const char *device)
{
	auto_free char *id = NULL;
	int64_t port;

	if (host_read_line(host, PATH("/sys/class/net/%s/phys_port_id", name), &id, NULL) == 0 &&
	    *id)
		return arena_printf(arena, "id %s", id);
	if (host_read_i64(host, PATH("/sys/class/net/%s/dev_port", name), &port, NULL) < 0)
		port = 0;
	return arena_printf(arena, "%s %lld", device, (long long)port);
}

/*
 * EINVAL tells of an interface that is down, as it does of "carrier", but also of a driver that
 * knows no speed (net/core/net-sysfs.c, speed_show() and carrier_show()).
 */
static struct value read_speed(const struct host *host, struct arena *arena, const char *path)
{
	struct error err = { 0 };
	int64_t number;
	int r = host_read_i64(host, path, &number, &err);

	if (r == -EINVAL)
		return field_untold(arena, "the interface is down, or its driver does not tell");
	if (r == -ENOENT || r == -EOPNOTSUPP)
		return field_untold(arena, "its driver does not tell");
	return r < 0 ? field_unknown(arena, &err) : value_int(number);
}

static struct value speed_of(const struct host *host, struct arena *arena, const char *name)
{
	struct value speed = read_speed(host, arena, PATH("/sys/class/net/%s/speed", name));

	if (speed.kind != VALUE_INT)
		return speed;
	/* SPEED_UNKNOWN is -1, which older kernels print without its sign. */
	if (speed.i <= 0 || speed.i >= INT32_MAX)
		return field_untold(arena, "its driver does not tell, or the link is down");
	return value_int(speed.i * MBIT);
}

/* An interface that is down has no link, whatever is plugged in. */
static struct value link_of(const struct host *host, struct arena *arena, const char *name)
{
	const char *path = PATH("/sys/class/net/%s/carrier", name);
	struct error err = { 0 };
	int64_t number;
	int r = host_read_i64(host, path, &number, &err);

	if (r == -EINVAL)
		return value_bool(false);
	return r < 0 ? field_unknown(arena, &err) : value_bool(number != 0);
}

/* What the port can do is at least what it does, and without a transceiver is open. */
static void add_speeds(const struct host *host, struct arena *arena, struct record *record,
		       const char *name, const struct value *speed, const struct value *link)
{
	struct error err = { 0 };
	struct host_ethtool port;
	struct value most;

	if (host_ethtool(host, name, &port, &err) < 0) {
		record_add(arena, record, "speed_max", field_unknown(arena, &err));
		record_add(arena, record, "speed_most", value_null());
		return;
	}
	most = value_int((int64_t)port.mbits * MBIT);
	if (speed->kind == VALUE_INT && speed->i > most.i)
		most = *speed;
	record_add(arena, record, "speed_max",
		   port.no_connector && link->kind == VALUE_BOOL && !link->b
			   ? field_untold(arena, arena_printf(arena,
							      "no transceiver is in its cage; with "
							      "one it does %llu Mbit/s at most",
							      (unsigned long long)port.mbits))
			   : most);
	record_add(arena, record, "speed_most", most);
}

static struct value wireless_of(const struct host *host, struct arena *arena, const char *name)
{
	struct error err = { 0 };
	int r = host_exists(host, PATH("/sys/class/net/%s/phy80211", name), &err);

	return r < 0 ? field_unknown(arena, &err) : value_bool(r > 0);
}

static bool has_line(const char *lines, const char *text)
{
	size_t len = strlen(text);

	for (const char *at = lines; text[0] && (at = strstr(at, text)); at += len) {
		if (at[len] == '\n')
			return true;
	}
	return false;
}

static void add_port(const struct host *host, struct arena *arena, struct ports *ports,
		     const char *name, const char *path)
{
	const char *end = strstr(path, "/net/");
	const char *device = arena_strndup(arena, path, end ? (size_t)(end - path) : strlen(path));
	const char *address = pci_address_in(arena, device);
	const char *key = key_of_port(host, arena, name, device);
	struct value upper = field_link(host, arena, PATH("/sys/class/net/%s/master", name));
	const char *port_of = driven_by(host, &upper);
	struct value speed = speed_of(host, arena, name);
	struct value link = link_of(host, arena, name);
	struct record record = { 0 };

	if (!port_of)
		port_of = text_map_get(&ports->ports, key);
	record_add(arena, &record, "name", field_string(arena, name));
	record_add(arena, &record, "address", value_string(address));
	record_add(arena, &record, "bus", value_string(bus_of(device)));
	record_add(arena, &record, "driver",
		   field_link(host, arena, PATH("/sys/class/net/%s/device/driver", name)));
	record_add(arena, &record, "speed", speed);
	add_speeds(host, arena, &record, name, &speed, &link);
	record_add(arena, &record, "link", link);
	record_add(arena, &record, "wireless", wireless_of(host, arena, name));
	record_add(arena, &record, "rdma",
		   address && has_line(ports->rdma, address) ? value_bool(true) : ports->no_rdma);
	record_add(arena, &record, "upper", upper);
	record_add(arena, &record, "port_of", value_string(port_of));
	list_add(arena, &ports->list, record_value(&record));
	text_map_put(arena, &ports->ports, key, arena_strdup(arena, name));
}

/*
 * Kinds by node type and link layer, as they are spelled in drivers/infiniband/core/sysfs.c; NULL
 * stands for any. Omni-Path shows as InfiniBand, by hfi1 alone.
 */
static const struct {
	const char *name, *node_type, *link_layer, *kind;
} rdma_kinds[] = {
	{ "hfi1", NULL, NULL, "Omni-Path" },
	{ "", "4", NULL, "iWARP" },
	{ "", "1", "InfiniBand", "InfiniBand" },
	{ "", "1", "Ethernet", "RoCE" },
};

static struct value kind_of(const char *name, const struct value *node_type,
			    const struct value *link_layer)
{
	for (size_t i = 0; i < ARRAY_SIZE(rdma_kinds); i++) {
		const char *type = rdma_kinds[i].node_type, *layer = rdma_kinds[i].link_layer;

		if (!starts_with(name, rdma_kinds[i].name))
			continue;
		if (type && node_type->kind != VALUE_STRING)
			return *node_type;
		if (type && !starts_with(node_type->s, type))
			continue;
		if (layer && link_layer->kind != VALUE_STRING)
			return *link_layer;
		if (!layer || strcmp(link_layer->s, layer) == 0)
			return value_string(rdma_kinds[i].kind);
	}
	return value_string("other");
}

/* "100 Gb/sec (4X EDR)", "2.5 Gb/sec (1X SDR)"; an inactive port shows what is least. */
static struct value rate_of(struct arena *arena, const struct value *line)
{
	double gbits;

	if (line->kind != VALUE_STRING)
		return *line;
	if (sscanf(line->s, "%lf Gb/sec", &gbits) != 1 || gbits < 0 || gbits > 1e6)
		return field_untold(arena, "the port's rate is no number");
	return value_int((int64_t)(gbits * 1000 + 0.5) * MBIT);
}

static void add_rdma_port(const struct host *host, struct arena *arena, struct list *list,
			  const char *name, const char *port, const char *address)
{
	const char *folder = PATH("/sys/class/infiniband/%s", name);
	struct value type = field_line(host, arena, PATH("%s/node_type", folder));
	struct value layer = field_line(host, arena, PATH("%s/ports/%s/link_layer", folder, port));
	struct value state = field_line(host, arena, PATH("%s/ports/%s/state", folder, port));
	struct value rate = field_line(host, arena, PATH("%s/ports/%s/rate", folder, port));
	bool active = state.kind == VALUE_STRING && strstr(state.s, "ACTIVE") != NULL;
	struct record record = { 0 };

	record_add(arena, &record, "name", field_string(arena, name));
	record_add(arena, &record, "port", field_string(arena, port));
	record_add(arena, &record, "address", value_string(address));
	record_add(arena, &record, "kind", kind_of(name, &type, &layer));
	record_add(arena, &record, "rate",
		   state.kind == VALUE_STRING && !active ? value_null() : rate_of(arena, &rate));
	record_add(arena, &record, "active",
		   state.kind == VALUE_STRING ? value_bool(active) : state);
	list_add(arena, list, record_value(&record));
}

static void add_rdma_address(struct arena *arena, struct ports *ports, const char *link)
{
	const char *address = pci_address_in(arena, link);

	if (address)
		ports->rdma = arena_printf(arena, "%s%s\n", ports->rdma, address);
}

/* RDMA devices with their driver, and where they stand. */
static void set_rdma(const struct host *host, struct facts *facts, struct ports *ports)
{
	struct arena *arena = facts_arena(facts);
	auto_names struct host_names names = { 0 };
	struct error err = { 0 };
	struct list list = { 0 };
	int r = host_list(host, "/sys/class/infiniband", &names, &err);

	/* Without the class no driver for RDMA is loaded. */
	if (r == -ENOENT)
		r = 0;
	if (r < 0)
		ports->no_rdma = field_unknown(arena, &err);
	for (size_t i = 0; i < names.len; i++) {
		const char *device = PATH("/sys/class/infiniband/%s", names.names[i]);
		auto_names struct host_names its_ports = { 0 };
		auto_free char *link = NULL;

		if (host_read_link(host, device, &link, NULL) == 0)
			add_rdma_address(arena, ports, link);
		if (r == 0)
			r = host_list(host, PATH("%s/ports", device), &its_ports, &err);
		for (size_t k = 0; k < its_ports.len; k++)
			add_rdma_port(host, arena, &list, names.names[i], its_ports.names[k],
				      link ? pci_address_in(arena, link) : NULL);
	}
	if (r < 0)
		facts_set_unknown(facts, "rdma_ports", &err);
	else
		facts_set_value(facts, "rdma_ports", list_value(&list), "/sys/class/infiniband");
}

/* What a driver offers for RDMA before its RDMA half is loaded. */
static void find_rdma_offers(const struct host *host, struct arena *arena, struct ports *ports)
{
	static const char *const kinds[] = { ".rdma.", ".roce.", ".iwarp." };
	const char *folder = "/sys/bus/auxiliary/devices";
	auto_names struct host_names names = { 0 };
	struct error err = { 0 };
	int r = host_list(host, folder, &names, &err);

	if (r < 0 && r != -ENOENT)
		ports->no_rdma = field_unknown(arena, &err);
	for (size_t i = 0; i < names.len; i++) {
		auto_free char *link = NULL;
		bool offers = false;

		for (size_t k = 0; k < ARRAY_SIZE(kinds); k++)
			offers |= strstr(names.names[i], kinds[k]) != NULL;
		if (offers &&
		    host_read_link(host, PATH("%s/%s", folder, names.names[i]), &link, NULL) == 0)
			add_rdma_address(arena, ports, link);
	}
}

static int run(const struct host *host, struct facts *facts, struct error *err)
{
	struct arena *arena = facts_arena(facts);
	auto_names struct host_names names = { 0 };
	struct ports ports = { .rdma = "", .no_rdma = value_bool(false) };
	const char *why = NULL;
	struct value netdevs;
	bool incomplete = false;
	int r;

	/* A container has interfaces of its own, which stand for no port of the machine. */
	if (host_confined(host, &why) > 0) {
		facts_set_hidden(facts, "rdma_ports", why);
		return facts_set_hidden(facts, "netdevs", why);
	}
	r = host_list(host, "/sys/class/net", &names, err);
	if (r < 0) {
		facts_set_unknown(facts, "rdma_ports", err);
		return facts_set_unknown(facts, "netdevs", err);
	}
	set_rdma(host, facts, &ports);
	find_rdma_offers(host, arena, &ports);
	for (size_t i = 0; i < names.len; i++) {
		auto_free char *path = NULL;
		const char *name = names.names[i];

		/* bonding_masters and the like are files, not links. */
		r = host_read_link(host, PATH("/sys/class/net/%s", name), &path, NULL);
		incomplete |= r < 0 && r != -ENOENT && r != -EINVAL;
		if (r < 0 || is_no_port(host, name, path))
			continue;
		add_port(host, arena, &ports, name, path);
	}
	netdevs = list_value(&ports.list);
	netdevs.partial = incomplete;
	return facts_set_value(facts, "netdevs", netdevs, "/sys/class/net");
}

const struct probe probe_netdev = {
	.name = "netdev",
	PROVIDES(facts_of_netdev),
	.run = run,
};
