/* SPDX-License-Identifier: GPL-2.0-or-later */
/* port: which listeners take a port and which do not, and who they are */
#include "fixture.h"

extern const struct probe probe_port;

#define TCP                                                                                   \
	"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  " \
	"timeout inode\n"
#define LISTEN " 0A 00000000:00000000 00:00000000 00000000     0        0 "
#define OPEN   " 01 00000000:00000000 00:00000000 00000000     0        0 "
#define CLOSED " 07 00000000:00000000 00:00000000 00000000     0        0 "
#define TAIL   " 1 0000000000000000 100 0 0 10 0\n"

static const char *const asked[] = {
	"port.free.53/tcp",	   "port.free.53/udp",	      "port.free.6443/tcp",
	"port.free.6443/udp",	   "port.free.2379/tcp",      "port.free.5250-5270/tcp",
	"port.free.5261-5270/tcp", "port.free.8080/tcp",      "port.free.nfs/tcp",
	"port.free.70000/tcp",	   "port.free.5270-5250/tcp",
};

/* A machine with resolved on 127.0.0.53, an API server on all addresses and some more. */
static void write_tables(void **state)
{
	fixture_write(state, "/proc/net/tcp",
		      TCP "   0: 3500007F:0035 00000000:0000" LISTEN "101" TAIL
			  "   1: 0100007F:094B 00000000:0000" LISTEN "102" TAIL
			  "   2: 0A01A8C0:148C 00000000:0000" LISTEN "103" TAIL
			  "   3: 0A01A8C0:1F90 0B01A8C0:C350" OPEN "104" TAIL);
	fixture_write(state, "/proc/net/tcp6",
		      TCP "   0: 00000000000000000000000000000000:192B "
			  "00000000000000000000000000000000:0000" LISTEN "105" TAIL
			  "   1: 0000000000000000FFFF00000A01A8C0:148D "
			  "00000000000000000000000000000000:0000" LISTEN "106" TAIL);
	fixture_write(state, "/proc/net/udp",
		      TCP "   0: 3500007F:0035 00000000:0000" CLOSED "107" TAIL
			  "   1: 0A01A8C0:192B 0B01A8C0:0035" OPEN "108" TAIL);
	fixture_absent(state, "/proc/net/udp6");
	fixture_answer(state, "socket.101", "systemd-resolved.service systemd-resolve");
	fixture_answer(state, "socket.105", "cri-containerd-4711.scope kube-apiserver");
	fixture_answer(state, "socket.103", "- rpc.mountd");
	fixture_answer(state, "socket.102", "-");
}

static struct facts *run(void **state)
{
	write_tables(state);
	return fixture_run_asking(state, &probe_port, asked, ARRAY_SIZE(asked));
}

static void listeners_come_with_address_and_holder(void **state)
{
	struct facts *facts = run(state);

	assert_field(facts, "ports", 0, "proto", "tcp");
	assert_field(facts, "ports", 0, "address", "127.0.0.53");
	assert_field(facts, "ports", 0, "port", "53");
	assert_field(facts, "ports", 0, "process", "systemd-resolve");
	assert_field(facts, "ports", 0, "unit", "systemd-resolved.service");
	assert_field(facts, "ports", 2, "unit", "null");
	assert_field(facts, "ports", 3, "address", "::");
	assert_field(facts, "ports", 4, "address", "192.168.1.10");
	assert_int_equal(facts_get(facts, "ports")->value.len, 6);
}

static void a_listener_of_the_kernel_has_no_process(void **state)
{
	assert_field(run(state), "ports", 1, "process", "null");
}

static void a_holder_that_was_not_recorded_is_unknown(void **state)
{
	assert_field(run(state), "ports", 4, "process", "unknown:not-recorded");
}

static void resolveds_corner_of_loopback_leaves_the_port_free_and_says_so(void **state)
{
	struct facts *facts = run(state);

	assert_bool(facts, "port.free.53/tcp", true);
	assert_bool(facts, "port.free.53/udp", true);
	assert_string_equal(facts_get(facts, "port.free.53/tcp")->source,
			    "127.0.0.53:53, systemd-resolve in systemd-resolved.service listens "
			    "there alone; other addresses are free");
}

static void a_listener_on_all_addresses_takes_the_port_and_is_named(void **state)
{
	struct facts *facts = run(state);

	assert_bool(facts, "port.free.6443/tcp", false);
	assert_string_equal(facts_get(facts, "port.free.6443/tcp")->source,
			    "[::]:6443, kube-apiserver in cri-containerd-4711.scope");
}

static void the_hosts_own_loopback_address_takes_the_port(void **state)
{
	assert_bool(run(state), "port.free.2379/tcp", false);
}

static void a_connection_is_no_listener(void **state)
{
	struct facts *facts = run(state);

	assert_bool(facts, "port.free.8080/tcp", true);
	assert_bool(facts, "port.free.6443/udp", true);
}

static void one_listener_takes_a_whole_range(void **state)
{
	struct facts *facts = run(state);

	assert_bool(facts, "port.free.5250-5270/tcp", false);
	assert_bool(facts, "port.free.5261-5270/tcp", false);
}

static void names_that_are_no_ports_are_not_understood(void **state)
{
	struct facts *facts = run(state);

	assert_unknown(facts, "port.free.nfs/tcp", UNKNOWN_UNSUPPORTED);
	assert_unknown(facts, "port.free.70000/tcp", UNKNOWN_UNSUPPORTED);
	assert_unknown(facts, "port.free.5270-5250/tcp", UNKNOWN_UNSUPPORTED);
}

static void without_the_tables_nothing_is_free(void **state)
{
	struct facts *facts = fixture_run_asking(state, &probe_port, asked, ARRAY_SIZE(asked));

	assert_unknown(facts, "ports", UNKNOWN_NOT_RECORDED);
	assert_unknown(facts, "port.free.6443/tcp", UNKNOWN_NOT_RECORDED);
}

static void without_the_table_of_ipv6_only_taken_ports_are_certain(void **state)
{
	struct facts *facts;

	fixture_write(state, "/proc/net/tcp",
		      TCP "   0: 00000000:192B 00000000:0000" LISTEN "1" TAIL);
	facts = fixture_run_asking(state, &probe_port, asked, ARRAY_SIZE(asked));
	assert_bool(facts, "port.free.6443/tcp", false);
	assert_unknown(facts, "port.free.8080/tcp", UNKNOWN_NOT_RECORDED);
}

static void a_line_that_makes_no_sense_is_an_error(void **state)
{
	fixture_write(state, "/proc/net/tcp", TCP "   0: garbage\n");
	assert_unknown(fixture_run(state, &probe_port), "ports", UNKNOWN_ERROR);
}

static void listeners_are_found_on_every_page_of_a_long_table(void **state)
{
	static const char *const late[] = { "port.free.9999/tcp", "port.free.80/tcp" };
	auto_free char *text = NULL;
	size_t len;
	FILE *stream = open_memstream(&text, &len);
	struct facts *facts;

	fputs(TCP, stream);
	for (int i = 0; i < 200; i++)
		fprintf(stream, "%4d: 00000000:%04X 00000000:0000" LISTEN "%d" TAIL, i, 10000 + i,
			1000 + i);
	/* A request that waits to be accepted stands between listeners in old kernels. */
	fputs(" 200: 0A01A8C0:1F90 0B01A8C0:C350 03 00000000:00000000 00:00000000 00000000 "
	      "    0        0 0" TAIL,
	      stream);
	fputs(" 201: 00000000:270F 00000000:0000" LISTEN "2000" TAIL, stream);
	for (int i = 0; i < 200; i++)
		fprintf(stream, "%4d: 0A01A8C0:0050 0B01A8C0:%04X" OPEN "%d" TAIL, 202 + i,
			20000 + i, 3000 + i);
	fclose(stream);
	fixture_write(state, "/proc/net/tcp", text);
	fixture_write(state, "/proc/net/udp", TCP);
	fixture_absent(state, "/proc/net/tcp6");
	fixture_absent(state, "/proc/net/udp6");
	facts = fixture_run_asking(state, &probe_port, late, ARRAY_SIZE(late));
	assert_int_equal(facts_get(facts, "ports")->value.len, 201);
	assert_bool(facts, "port.free.9999/tcp", false);
	assert_bool(facts, "port.free.80/tcp", true);
}

static void ports_of_a_network_namespace_are_not_the_machines(void **state)
{
	struct facts *facts;

	fixture_link(state, "/proc/self/ns/net", "net:[4026532500]");
	fixture_link(state, "/proc/1/ns/net", "net:[4026531833]");
	fixture_write(state, "/proc/net/tcp", TCP);
	fixture_write(state, "/proc/1/net/tcp",
		      TCP "   0: 00000000:192B 00000000:0000 0A 00000000:00000000 00:00000000 "
			  "00000000     0        0 10\n");
	fixture_absent(state, "/proc/1/net/*");
	facts = fixture_run_asking(state, &probe_port,
				   (const char *const[]){ "port.free.6443/tcp" }, 1);
	assert_bool(facts, "port.free.6443/tcp", false);
	assert_string_equal(facts_get(facts, "ports")->source, "/proc/1/net");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(listeners_come_with_address_and_holder),
		TEST(a_listener_of_the_kernel_has_no_process),
		TEST(a_holder_that_was_not_recorded_is_unknown),
		TEST(resolveds_corner_of_loopback_leaves_the_port_free_and_says_so),
		TEST(a_listener_on_all_addresses_takes_the_port_and_is_named),
		TEST(the_hosts_own_loopback_address_takes_the_port),
		TEST(a_connection_is_no_listener),
		TEST(one_listener_takes_a_whole_range),
		TEST(names_that_are_no_ports_are_not_understood),
		TEST(without_the_tables_nothing_is_free),
		TEST(without_the_table_of_ipv6_only_taken_ports_are_certain),
		TEST(a_line_that_makes_no_sense_is_an_error),
		TEST(listeners_are_found_on_every_page_of_a_long_table),
		TEST(ports_of_a_network_namespace_are_not_the_machines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
