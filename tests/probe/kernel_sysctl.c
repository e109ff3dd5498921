/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel_sysctl: dotted names, numbers and texts */
#include "../fixture.h"

extern const struct probe probe_kernel_sysctl;

static struct facts *ask(void **state, const char *name)
{
	return fixture_run_asking(state, &probe_kernel_sysctl, &name, 1);
}

static void a_number_is_a_number(void **state)
{
	fixture_write(state, "/proc/sys/net/ipv4/ip_forward", "1\n");
	fixture_write(state, "/proc/sys/vm/dirty", "-1\n");
	assert_count(ask(state, "kernel.sysctl.net.ipv4.ip_forward"),
		     "kernel.sysctl.net.ipv4.ip_forward", 1);
	assert_count(ask(state, "kernel.sysctl.vm.dirty"), "kernel.sysctl.vm.dirty", -1);
}

static void anything_else_is_the_text_of_the_file(void **state)
{
	fixture_write(state, "/proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n");
	assert_text(ask(state, "kernel.sysctl.net.ipv4.ip_local_port_range"),
		    "kernel.sysctl.net.ipv4.ip_local_port_range", "32768\t60999");
}

static void a_slash_stands_for_a_dot_in_an_interface_name(void **state)
{
	fixture_write(state, "/proc/sys/net/ipv4/conf/eth0.100/forwarding", "0\n");
	assert_count(ask(state, "kernel.sysctl.net.ipv4.conf.eth0/100.forwarding"),
		     "kernel.sysctl.net.ipv4.conf.eth0/100.forwarding", 0);
}

static void a_setting_that_is_not_there_is_absent(void **state)
{
	fixture_absent(state, "/proc/sys/net/bridge/bridge-nf-call-iptables");
	assert_absent(ask(state, "kernel.sysctl.net.bridge.bridge-nf-call-iptables"),
		      "kernel.sysctl.net.bridge.bridge-nf-call-iptables");
}

static void a_setting_for_root_alone_is_unknown(void **state)
{
	fixture_error(state, "/proc/sys/kernel/secret", "EACCES");
	assert_unknown(ask(state, "kernel.sysctl.kernel.secret"), "kernel.sysctl.kernel.secret",
		       UNKNOWN_PERMISSION);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_number_is_a_number),
		TEST(anything_else_is_the_text_of_the_file),
		TEST(a_slash_stands_for_a_dot_in_an_interface_name),
		TEST(a_setting_that_is_not_there_is_absent),
		TEST(a_setting_for_root_alone_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
