/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * net: bridges that lead to a physical port, routes, and what of a network only its operator can
 * tell
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/ipv6_route.h>
#include <linux/route.h>
#include <string.h>

#include "field.h"
#include "host/network.h"
#include "probe.h"

static int ask_route_free(const struct host *host, struct facts *facts, const char *name,
			  const char *rest);
static int ask_reachable(const struct host *host, struct facts *facts, const char *name,
			 const char *rest);

static const struct field_def fields_of_routes[] = {
	{ "prefix", FACT_STRING, NULL, "the network it leads to, address/length" },
	{ "device", FACT_STRING, NULL, "the interface it goes through" },
	{ 0 },
};

static const struct fact_def facts_of_net[] = {
	{ "net.bridge", FACT_COUNT, SCOPE_STATE, "bridges",
	  .meaning = "Linux bridges with a physical port, or a bond or VLAN of one",
	  .source = "/sys/class/net/*/brif" },
	{ "net.routes", FACT_RECORDS, SCOPE_STATE,
	  .meaning = "routes of the main table, without the default ones",
	  .source = "/proc/net/route, /proc/net/ipv6_route", .fields = fields_of_routes },
	{ "net.default", FACT_STRINGS, SCOPE_STATE,
	  .meaning = "interfaces that the default routes go through, and what those stand on",
	  .source = "/proc/net/route, /proc/net/ipv6_route, /sys/class/net/*/lower_*" },
	{ "net.route.free.", FACT_BOOL, SCOPE_STATE, .meaning = "no route overlaps that network",
	  .source = "net.routes", .ask = ask_route_free },
	{ "net.hostname_fqdn", FACT_BOOL, SCOPE_OPERATOR,
	  .meaning = "the host's name is fully qualified, and resolves", .source = "the operator" },
	{ "net.address.static", FACT_BOOL, SCOPE_OPERATOR, .meaning = "the host keeps its address",
	  .source = "the operator" },
	{ "net.peer_latency", FACT_COUNT, SCOPE_OPERATOR, "microseconds",
	  .meaning = "round trip to the other hosts", .source = "the fleet" },
	{ "network.internet", FACT_BOOL, SCOPE_OPERATOR,
	  .meaning = "the host reaches the Internet, or a mirror of what it needs",
	  .source = "the operator" },
	{ "port.reachable.", FACT_BOOL, SCOPE_OPERATOR,
	  .meaning = "no firewall keeps the other hosts from that port", .source = "the fleet",
	  .ask = ask_reachable },
};

/* --- bridges --- */

#define DEPTH_MAX 4 /* a VLAN on a bond on a port, and one to spare */

/*
 * An interface on a device, or one above such: lower_X links lead down (netdev_adjacent_sysfs_add()
 * in Linux net/core/dev.c).
 */
static bool leads_to_port(const struct host *host, const char *name, int depth)
{
	auto_names struct host_names names = { 0 };
	auto_free char *link = NULL;

	if (host_read_link(host, PATH("/sys/class/net/%s", name), &link, NULL) < 0)
		return false;
	if (!strstr(link, "/devices/virtual/"))
		return true;
	if (depth == 0 || host_list(host, PATH("/sys/class/net/%s", name), &names, NULL) < 0)
		return false;
	for (size_t i = 0; i < names.len; i++) {
		const char *below = names.names[i] + strlen("lower_");

		if (starts_with(names.names[i], "lower_") && leads_to_port(host, below, depth - 1))
			return true;
	}
	return false;
}

static void set_bridges(const struct host *host, struct facts *facts)
{
	auto_names struct host_names names = { 0 };
	struct error err = { 0 };
	int64_t count = 0;

	if (host_list(host, "/sys/class/net", &names, &err) < 0) {
		facts_set_unknown(facts, "net.bridge", &err);
		return;
	}
	for (size_t i = 0; i < names.len; i++) {
		auto_names struct host_names ports = { 0 };
		auto_free char *link = NULL;
		bool leads = false;
		int r;

		/* bonding_masters and the like are files; what stands on a device is no bridge. */
		if (host_read_link(host, PATH("/sys/class/net/%s", names.names[i]), &link, NULL) <
			    0 ||
		    !strstr(link, "/devices/virtual/"))
			continue;
		r = host_list(host, PATH("/sys/class/net/%s/brif", names.names[i]), &ports, &err);
		if (r < 0 && r != -ENOENT) {
			facts_set_unknown(facts, "net.bridge", &err);
			return;
		}
		for (size_t j = 0; j < ports.len && !leads; j++)
			leads = leads_to_port(host, ports.names[j], DEPTH_MAX);
		count += leads;
	}
	facts_set_int(facts, "net.bridge", count, "/sys/class/net/*/brif");
}

/* --- routes --- */

struct routes {
	struct list list;
	struct list defaults; /* names of interfaces, each once */
};

struct network {
	int family;
	uint8_t address[16];
	unsigned int length; /* of the prefix, in bits */
};

static bool parse_network(const char *text, struct network *ret)
{
	char address[INET6_ADDRSTRLEN];
	const char *slash = strchr(text, '/');
	uint64_t length;

	if (!slash || (size_t)(slash - text) >= sizeof(address) ||
	    parse_u64(slash + 1, 10, &length) < 0)
		return false;
	snprintf(address, sizeof(address), "%.*s", (int)(slash - text), text);
	memset(ret, 0, sizeof(*ret));
	ret->family = strchr(address, ':') ? AF_INET6 : AF_INET;
	ret->length = (unsigned int)length;
	return length <= (ret->family == AF_INET ? 32 : 128) &&
	       inet_pton(ret->family, address, ret->address) == 1;
}

static bool overlap(const struct network *a, const struct network *b)
{
	unsigned int length = a->length < b->length ? a->length : b->length;
	unsigned int bytes = length / 8, bits = length % 8;
	uint8_t mask = (uint8_t)(0xff << (8 - bits));

	return a->family == b->family && memcmp(a->address, b->address, bytes) == 0 &&
	       (bits == 0 || (a->address[bytes] & mask) == (b->address[bytes] & mask));
}

static bool add_device(struct arena *arena, struct list *devices, const char *device)
{
	for (size_t i = 0; i < devices->len; i++) {
		if (value_is(&devices->items[i], device))
			return false;
	}
	list_add(arena, devices, field_string(arena, device));
	return true;
}

static void add_route(struct arena *arena, struct list *list, const char *prefix,
		      const char *device)
{
	struct record record = { 0 };

	record_add(arena, &record, "prefix", value_string(prefix));
	record_add(arena, &record, "device", field_string(arena, device));
	list_add(arena, list, record_value(&record));
}

/*
 * "eth0 000200C0 gateway flags … mask": addresses as the machine keeps them in memory. Lines that
 * are none are passed over.
 */
static void add_ipv4_line(struct arena *arena, struct routes *routes, const char *line)
{
	char device[64], address[INET_ADDRSTRLEN];
	unsigned int destination, mask;
	struct in_addr in;

	if (sscanf(line, "%63s %x %*s %*s %*s %*s %*s %x", device, &destination, &mask) != 3)
		return;
	if (mask == 0) {
		add_device(arena, &routes->defaults, device);
		return;
	}
	in.s_addr = destination;
	inet_ntop(AF_INET, &in, address, sizeof(address));
	add_route(arena, &routes->list,
		  arena_printf(arena, "%s/%d", address, __builtin_popcount(mask)), device);
}

/*
 * Multicast, and the host's own addresses, which the kernel lists as routes (linux/ipv6_route.h).
 */
static bool is_no_network(const struct in6_addr *address, unsigned int flags)
{
	return address->s6_addr[0] == 0xff || (flags & RTF_LOCAL);
}

/* "fe800000… 40 source length next metric reference use flags eth0" */
static void add_ipv6_line(struct arena *arena, struct routes *routes, const char *line)
{
	char digits[33], device[64], address[INET6_ADDRSTRLEN];
	unsigned int length, flags;
	struct in6_addr in;

	if (sscanf(line, "%32[0-9a-f] %x %*s %*s %*s %*s %*s %*s %x %63s", digits, &length, &flags,
		   device) != 4 ||
	    strlen(digits) != 32)
		return;
	if (length == 0) {
		/* Where there is no default route the kernel lists one that leads nowhere. */
		if (!(flags & RTF_REJECT))
			add_device(arena, &routes->defaults, device);
		return;
	}
	for (size_t i = 0; i < sizeof(in.s6_addr); i++) {
		char byte[3] = { digits[2 * i], digits[2 * i + 1], '\0' };

		in.s6_addr[i] = (uint8_t)strtoul(byte, NULL, 16);
	}
	if (is_no_network(&in, flags))
		return;
	inet_ntop(AF_INET6, &in, address, sizeof(address));
	add_route(arena, &routes->list, arena_printf(arena, "%s/%u", address, length), device);
}

static int add_routes(const struct host *host, struct arena *arena, struct routes *routes,
		      const char *path,
		      void (*add)(struct arena *arena, struct routes *routes, const char *line),
		      struct error *err)
{
	auto_free char *text = NULL;
	char *save = NULL;
	int r = host_read(host, path, &text, NULL, err);

	if (r < 0)
		return r == -ENOENT ? 0 : r; /* this family is not in the kernel */
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		add(arena, routes, line);
	return 0;
}

/*
 * What an interface stands on: the ports of a bond, the interface below a VLAN (lower_X links). A
 * bridge of Open vSwitch has no such links; its ports then say nothing of it.
 */
static void add_lower(const struct host *host, struct arena *arena, struct list *devices,
		      const char *name, int depth)
{
	auto_names struct host_names names = { 0 };

	if (depth == 0 || host_list(host, PATH("/sys/class/net/%s", name), &names, NULL) < 0)
		return;
	for (size_t i = 0; i < names.len; i++) {
		const char *below = names.names[i] + strlen("lower_");

		if (starts_with(names.names[i], "lower_") && add_device(arena, devices, below))
			add_lower(host, arena, devices, below, depth - 1);
	}
}

static void set_routes(const struct host *host, struct facts *facts)
{
	struct arena *arena = facts_arena(facts);
	struct error err = { 0 };
	struct routes routes = { 0 };
	const char *folder = host_network_folder(host);
	const char *source = arena_printf(arena, "%s/route, %s/ipv6_route", folder, folder);
	int r = add_routes(host, arena, &routes, PATH("%s/route", folder), add_ipv4_line, &err);
	size_t n;

	if (r == 0)
		r = add_routes(host, arena, &routes, PATH("%s/ipv6_route", folder), add_ipv6_line,
			       &err);
	if (r < 0) {
		facts_set_unknown(facts, "net.routes", &err);
		facts_set_unknown(facts, "net.default", &err);
		return;
	}
	n = routes.defaults.len;
	for (size_t i = 0; i < n; i++)
		add_lower(host, arena, &routes.defaults, routes.defaults.items[i].s, DEPTH_MAX);
	facts_set_value(facts, "net.routes", list_value(&routes.list), source);
	facts_set_value(facts, "net.default", list_value(&routes.defaults), source);
}

static int ask_route_free(const struct host *host, struct facts *facts, const char *name,
			  const char *rest)
{
	const struct value *routes = &facts_get(facts, "net.routes")->value;
	struct arena *arena = facts_arena(facts);
	struct network asked, route;

	(void)host;
	if (!parse_network(rest, &asked))
		return facts_set_unsupported(facts, name, "not a network: address/length");
	if (routes->kind == VALUE_UNKNOWN)
		return facts_set_value(facts, name, *routes, NULL);
	for (uint32_t i = 0; routes->kind == VALUE_LIST && i < routes->len; i++) {
		const char *prefix = field_text(&routes->items[i], "prefix");
		const char *device = field_text(&routes->items[i], "device");

		if (prefix && parse_network(prefix, &route) && overlap(&asked, &route))
			return facts_set_bool(facts, name, false,
					      arena_printf(arena, "route %s on %s", prefix,
							   device ? device : "?"));
	}
	return facts_set_bool(facts, name, true, "net.routes");
}

static int ask_reachable(const struct host *host, struct facts *facts, const char *name,
			 const char *rest)
{
	(void)host;
	(void)rest;
	return facts_set_unsupported(facts, name, "only the other hosts can tell");
}

static int run(const struct host *host, struct facts *facts, struct error *err)
{
	const char *why = NULL;

	(void)err;
	facts_set_unsupported(facts, "net.hostname_fqdn", "only the operator can tell");
	facts_set_unsupported(facts, "net.address.static", "only the operator can tell");
	facts_set_unsupported(facts, "net.peer_latency", "only the fleet can tell");
	facts_set_unsupported(facts, "network.internet", "only the operator can tell");
	if (host_confined(host, &why) > 0) {
		facts_set_hidden(facts, "net.bridge", why);
		facts_set_hidden(facts, "net.default", why);
		return facts_set_hidden(facts, "net.routes", why);
	}
	set_bridges(host, facts);
	set_routes(host, facts);
	return 0;
}

const struct probe probe_net = { .name = "net", PROVIDES(facts_of_net), .run = run };
