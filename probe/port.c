/* SPDX-License-Identifier: GPL-2.0-or-later */
/* port: who listens where, and so which ports are free for a service to come */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <string.h>

#include "core/text.h"
#include "host/network.h"
#include "host/socket.h"
#include "probe.h"

static int ask_free(const struct host *host, struct facts *facts, const char *name,
		    const char *rest);

static const struct field_def fields_of_port[] = {
	{ "proto", FACT_STRING, NULL, "tcp or udp" },
	{ "address", FACT_STRING, NULL, "the local address; 0.0.0.0 and :: stand for all" },
	{ "port", FACT_COUNT, NULL, "the port" },
	{ "process", FACT_STRING, NULL, "the process that listens; absent: the kernel itself" },
	{ "unit", FACT_STRING, NULL, "the systemd unit or scope it runs in" },
	{ 0 },
};

static const struct fact_def facts_of_port[] = {
	{ "ports", FACT_RECORDS, SCOPE_STATE, .meaning = "ports that something listens on",
	  .source = "/proc/net/{tcp,tcp6,udp,udp6}, holders from /proc/*/fd",
	  .privilege = "root, for other users' processes", .fields = fields_of_port },
	{ "port.free.", FACT_BOOL, SCOPE_STATE,
	  .meaning = "a service may listen there: \"6443/tcp\", \"5250-5270/udp\"; what listens "
		     "on all addresses or on another one than its own loopback address takes it",
	  .source = "ports", .ask = ask_free },
};

/*
 * Tables of sockets; the state of those that take a port: TCP_LISTEN, and TCP_CLOSE for UDP without
 * a peer (net/tcp_states.h).
 */
static const struct socket_table {
	const char *name;
	const char *proto;
	unsigned int state;
} socket_tables[] = {
	{ "tcp", "tcp", TCP_LISTEN },
	{ "tcp6", "tcp", TCP_LISTEN },
	{ "udp", "udp", TCP_CLOSE },
	{ "udp6", "udp", TCP_CLOSE },
};

#define LINE_ROOM 256 /* more than a line of them takes */

/* --- reading --- */

struct listener {
	const char *proto;
	char address[INET6_ADDRSTRLEN];
	unsigned int port;
	uint64_t inode;
};

struct listeners {
	struct listener *list;
	size_t len, size;
	bool partial; /* a table could not be read */
};

/*
 * An address of /proc/net/tcp: words of 32 bits in the byte order of the machine, as hexadecimal
 * digits (proc(5)). One of IPv4 that was mapped into IPv6 is told as IPv4.
 */
static int address_of(const char *digits, char *ret)
{
	struct in6_addr address = { 0 };
	const size_t words = strlen(digits) / 8;

	if (strlen(digits) != 8 && strlen(digits) != 32)
		return -EINVAL;
	for (size_t i = 0; i < words; i++) {
		uint64_t word;
		char digits_of_word[9] = "";

		memcpy(digits_of_word, digits + 8 * i, 8);
		if (parse_u64(digits_of_word, 16, &word) < 0)
			return -EINVAL;
		address.s6_addr32[i] = (uint32_t)word;
	}
	if (words == 1)
		inet_ntop(AF_INET, &address.s6_addr32[0], ret, INET6_ADDRSTRLEN);
	else if (IN6_IS_ADDR_V4MAPPED(&address))
		inet_ntop(AF_INET, &address.s6_addr32[3], ret, INET6_ADDRSTRLEN);
	else
		inet_ntop(AF_INET6, &address, ret, INET6_ADDRSTRLEN);
	return 0;
}

/*
 * Of a connection; sockets before them are listeners, and in kernels before 4.4 their requests
 * (SYN_RECV) in between.
 */
static bool is_connection(unsigned int state)
{
	return state != TCP_LISTEN && state != TCP_SYN_RECV;
}

/* 1: a listener, 0: another socket, -EINVAL: no line of such a table. */
static int parse_line(const char *line, const struct socket_table *table, unsigned int *ret_state,
		      struct listener *ret)
{
	char local[33], remote[33];
	unsigned int port, remote_port, state;
	uint64_t inode;

	if (sscanf(line, " %*d: %32[0-9A-F]:%X %32[0-9A-F]:%X %X %*s %*s %*s %*u %*u %" SCNu64,
		   local, &port, remote, &remote_port, &state, &inode) != 6)
		return -EINVAL;
	*ret_state = state;
	if (state != table->state || !port)
		return 0;
	*ret = (struct listener){ .proto = table->proto, .port = port, .inode = inode };
	return address_of(local, ret->address) < 0 ? -EINVAL : 1;
}

static void add_listener(struct arena *arena, struct listeners *listeners,
			 const struct listener *listener)
{
	if (listeners->len == listeners->size) {
		const size_t size = listeners->size ? listeners->size * 2 : 64;
		struct listener *grown = arena_alloc(arena, size * sizeof(*grown));

		if (listeners->len)
			memcpy(grown, listeners->list, listeners->len * sizeof(*grown));
		listeners->list = grown;
		listeners->size = size;
	}
	listeners->list[listeners->len++] = *listener;
}

/*
 * TCP's tables have the listening sockets first (Documentation/networking/proc_net_tcp.rst), so
 * that connections, of which there may be very many, need not be read. Nor is the end:
 * seq_read_iter() of fs/seq_file.c fills a page as long as lines fit, so that one with room for a
 * line was the last, while asking for more walks the table of connections again.
 */
static bool has_listeners(const char *text, size_t len, size_t last_read)
{
	unsigned int state;
	const char *line;

	if (last_read + LINE_ROOM < HOST_READ_ROOM)
		return true;
	/* The last line that is there as a whole. */
	while (len && text[len - 1] != '\n')
		len--;
	if (!len)
		return false;
	line = memrchr(text, '\n', len - 1);
	return line && sscanf(line, " %*d: %*[^ ] %*[^ ] %X", &state) == 1 && is_connection(state);
}

static int read_table(const struct host *host, struct arena *arena,
		      const struct socket_table *table, struct listeners *listeners,
		      struct error *err)
{
	const char *path = PATH("%s/%s", host_network_folder(host), table->name);
	auto_free char *text = NULL;
	const bool is_tcp = table->state == TCP_LISTEN;
	char *rest, *line;
	int r = is_tcp ? host_read_until(host, path, has_listeners, &text, err)
		       : host_read(host, path, &text, NULL, err);

	if (r < 0)
		return r;
	rest = text;
	text_line(&rest); /* the heading */
	while ((line = text_line(&rest))) {
		struct listener listener;
		unsigned int state;

		r = parse_line(line, table, &state, &listener);
		if (r < 0)
			return error_set(err, r, "%s: a line makes no sense", path);
		if (r)
			add_listener(arena, listeners, &listener);
		else if (is_tcp && is_connection(state))
			break;
	}
	return 0;
}

/*
 * A kernel without IPv6 has no tables of it, and needs none. Where a table of IPv4 cannot be read
 * nothing is known, where one of IPv6 cannot, the list is short of it.
 */
static int read_tables(const struct host *host, struct arena *arena, struct listeners *listeners,
		       struct error *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(socket_tables); i++) {
		const struct socket_table *table = &socket_tables[i];
		struct error why = { 0 };
		int r = read_table(host, arena, table, listeners, &why);

		if (r == -ENOENT)
			continue;
		if (r < 0 && i == 0) {
			*err = why;
			return r;
		}
		listeners->partial |= r < 0;
	}
	return 0;
}

/* --- telling --- */

static struct value holder_field(struct arena *arena, const struct host_socket *socket,
				 const char *text)
{
	if (socket && socket->reason != UNKNOWN_NONE)
		return value_unknown(arena, socket->reason, NULL,
				     "the process belongs to another user");
	if (!socket || !*text)
		return value_null();
	return value_string(arena_strdup(arena, text));
}

static struct value record_of(struct arena *arena, const struct listener *listener,
			      const struct host_socket *socket)
{
	struct record record = { 0 };

	record_add(arena, &record, "proto", value_string(listener->proto));
	record_add(arena, &record, "address", value_string(arena_strdup(arena, listener->address)));
	record_add(arena, &record, "port", value_int(listener->port));
	record_add(arena, &record, "process",
		   holder_field(arena, socket, socket ? socket->process : ""));
	record_add(arena, &record, "unit", holder_field(arena, socket, socket ? socket->unit : ""));
	return record_value(&record);
}

static int run(const struct host *host, struct facts *facts, struct error *err)
{
	struct arena *arena = facts_arena(facts);
	struct listeners listeners = { 0 };
	struct host_socket *sockets;
	struct list ports = { 0 };
	struct value value;
	const char *why = NULL;
	int r;

	if (host_confined(host, &why) > 0)
		return error_because(err, -ENODATA, UNKNOWN_HIDDEN, "%s", why);
	r = read_tables(host, arena, &listeners, err);
	if (r < 0)
		return r;
	sockets = arena_alloc(arena, (listeners.len + 1) * sizeof(*sockets));
	for (size_t i = 0; i < listeners.len; i++)
		sockets[i].inode = listeners.list[i].inode;
	host_socket_holders(host, sockets, listeners.len);
	for (size_t i = 0; i < listeners.len; i++) {
		const struct listener *listener = &listeners.list[i];

		list_add(arena, &ports,
			 record_of(arena, listener,
				   host_socket_find(sockets, listeners.len, listener->inode)));
	}
	value = list_value(&ports);
	value.partial = listeners.partial;
	return facts_set_value(facts, "ports", value, host_network_folder(host));
}

/* --- what is free --- */

struct range {
	uint64_t first, last;
	const char *proto;
};

/* "6443/tcp" or "5250-5270/udp" */
static int parse_range(const char *text, struct range *ret, char *buffer, size_t size)
{
	char *slash, *dash;

	if (strlen(text) >= size)
		return -EINVAL;
	strcpy(buffer, text);
	slash = strchr(buffer, '/');
	if (!slash || (strcmp(slash, "/tcp") != 0 && strcmp(slash, "/udp") != 0))
		return -EINVAL;
	*slash = '\0';
	ret->proto = slash + 1;
	dash = strchr(buffer, '-');
	if (dash)
		*dash++ = '\0';
	if (parse_u64(buffer, 10, &ret->first) < 0 ||
	    parse_u64(dash ? dash : buffer, 10, &ret->last) < 0 || !ret->first ||
	    ret->first > ret->last || ret->last > UINT16_MAX)
		return -EINVAL;
	return 0;
}

/*
 * Addresses of 127.0.0.0/8 beside 127.0.0.1 are somebody's private corner, as systemd-resolved's
 * 127.0.0.53: a service that listens on the host's own addresses does not meet it.
 */
static bool is_private_corner(const char *address)
{
	return starts_with(address, "127.") && strcmp(address, "127.0.0.1") != 0;
}

static bool is_in(const struct value *port, const struct range *range)
{
	const struct value *number = value_get(port, "port");

	return number && number->kind == VALUE_INT && number->i >= (int64_t)range->first &&
	       number->i <= (int64_t)range->last &&
	       value_is(value_get(port, "proto"), range->proto) && value_get(port, "address") &&
	       value_get(port, "address")->kind == VALUE_STRING;
}

static const char *text_or_null(const struct value *port, const char *field)
{
	const struct value *value = value_get(port, field);

	return value && value->kind == VALUE_STRING ? value->s : NULL;
}

/* "0.0.0.0:6443, kube-apiserver in kubelet.service" */
static const char *describe(struct arena *arena, const struct value *port)
{
	const char *address = value_get(port, "address")->s;
	const char *process = text_or_null(port, "process"), *unit = text_or_null(port, "unit");

	return arena_printf(arena, strchr(address, ':') ? "[%s]:%d%s%s%s%s" : "%s:%d%s%s%s%s",
			    address, (int)value_get(port, "port")->i, process ? ", " : "",
			    process ? process : "", unit ? " in " : "", unit ? unit : "");
}

static int set_free(struct facts *facts, const char *name, const struct range *range)
{
	const struct fact *ports = facts_get(facts, "ports");
	const char *corner = NULL;

	for (uint32_t i = 0; i < ports->value.len; i++) {
		const struct value *port = &ports->value.items[i];

		if (!is_in(port, range))
			continue;
		if (!is_private_corner(value_get(port, "address")->s))
			return facts_set_bool(facts, name, false,
					      describe(facts_arena(facts), port));
		corner = describe(facts_arena(facts), port);
	}
	if (ports->value.partial)
		return facts_set_reason(facts, name, UNKNOWN_NOT_RECORDED,
					"not every table of sockets could be read");
	if (corner)
		corner = arena_printf(facts_arena(facts),
				      "%s listens there alone; other addresses are free", corner);
	return facts_set_bool(facts, name, true, corner ? corner : ports->source);
}

static int ask_free(const struct host *host, struct facts *facts, const char *name,
		    const char *rest)
{
	const struct fact *ports = facts_get(facts, "ports");
	struct range range;
	char buffer[32];

	(void)host;
	if (parse_range(rest, &range, buffer, sizeof(buffer)) < 0)
		return facts_set_unsupported(facts, name,
					     "not written as PORT/tcp, PORT/udp or FIRST-LAST/…");
	if (ports->value.kind == VALUE_UNKNOWN)
		return facts_set_value(facts, name, ports->value, NULL);
	return set_free(facts, name, &range);
}

const struct probe probe_port = { .name = "port", PROVIDES(facts_of_port), .run = run };
