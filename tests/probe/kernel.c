/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel: releases as distributions spell them, command lines, and the switches of the running
 * kernel
 */
#include "../fixture.h"

#include "kernel.h"

extern const struct probe probe_kernel, probe_kernel_config;

static struct facts *ask(void **state, const char *name)
{
	return fixture_run_asking(state, &probe_kernel, &name, 1);
}

static void the_version_is_what_the_release_starts_with(void **state)
{
	struct facts *facts;

	fixture_write(state, "/proc/sys/kernel/osrelease", "5.14.0-503.11.1.el9_5.x86_64\n");
	fixture_write(state, "/proc/sys/kernel/version", "#1 SMP PREEMPT_DYNAMIC Tue Nov 12\n");
	fixture_absent(state, "/proc/version_signature");
	facts = fixture_run(state, &probe_kernel);
	assert_text(facts, "kernel.version", "5.14.0");
	assert_text(facts, "kernel.release", "5.14.0-503.11.1.el9_5.x86_64");
}

static void hwlocs_trees_keep_the_release_in_a_file_of_their_own(void **state)
{
	struct facts *facts;

	fixture_write(state, "/proc/hwloc-nofile-info",
		      "OSName: Linux\nOSRelease: 3.10.0-957.el7.x86_64\nArchitecture: x86_64\n");
	facts = fixture_run(state, &probe_kernel);
	assert_text(facts, "kernel.release", "3.10.0-957.el7.x86_64");
}

static void debian_says_beside_its_abi_which_version_it_is(void **state)
{
	fixture_write(state, "/proc/sys/kernel/osrelease", "6.1.0-18-amd64\n");
	fixture_write(state, "/proc/sys/kernel/version",
		      "#1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01)\n");
	assert_text(fixture_run(state, &probe_kernel), "kernel.version", "6.1.76");
}

static void ubuntu_says_it_in_its_signature(void **state)
{
	fixture_write(state, "/proc/sys/kernel/osrelease", "5.15.0-91-generic\n");
	fixture_write(state, "/proc/version_signature", "Ubuntu 5.15.0-91.101-generic 5.15.131\n");
	assert_text(fixture_run(state, &probe_kernel), "kernel.version", "5.15.131");
}

static void another_series_in_the_signature_is_not_believed(void **state)
{
	fixture_write(state, "/proc/sys/kernel/osrelease", "6.8.0-1-custom\n");
	fixture_write(state, "/proc/version_signature", "Ubuntu 5.15.0-91.101-generic 5.15.131\n");
	assert_text(fixture_run(state, &probe_kernel), "kernel.version", "6.8.0");
}

static void a_release_that_was_not_recorded_is_unknown(void **state)
{
	struct facts *facts = fixture_run(state, &probe_kernel);

	assert_unknown(facts, "kernel.version", UNKNOWN_NOT_RECORDED);
	assert_unknown(facts, "kernel.cmdline", UNKNOWN_NOT_RECORDED);
}

static void boot_parameters_are_found_by_name(void **state)
{
	static const struct {
		const char *name, *value;
	} rows[] = {
		{ "kernel.cmdline.intel_iommu", "on" }, { "kernel.cmdline.intel-iommu", "on" },
		{ "kernel.cmdline.quiet", "" },		{ "kernel.cmdline.dyndbg", "file a.c +p" },
		{ "kernel.cmdline.hugepages", "1024" }, /* the last one counts */
		{ "kernel.cmdline.root", "UUID=a=b" },
	};

	fixture_write(state, "/proc/cmdline",
		      "root=UUID=a=b hugepages=8 intel_iommu=on quiet dyndbg=\"file a.c +p\" "
		      "hugepages=1024 -- iommu=off\n");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_text(ask(state, rows[i].name), rows[i].name, rows[i].value);
	assert_absent(ask(state, "kernel.cmdline.intel"), "kernel.cmdline.intel");
	assert_absent(ask(state, "kernel.cmdline.iommu"), "kernel.cmdline.iommu");
}

static void a_parameter_of_an_unread_command_line_is_unknown(void **state)
{
	fixture_error(state, "/proc/cmdline", "EACCES");
	assert_unknown(ask(state, "kernel.cmdline.quiet"), "kernel.cmdline.quiet",
		       UNKNOWN_PERMISSION);
}

static void page_size_comes_from_the_auxiliary_vector(void **state)
{
	static const unsigned long vector[] = { 16, 0xbfebfbff, 6, 65536, 17, 100, 0, 0 };

	fixture_write_bytes(state, "/proc/self/auxv", vector, sizeof(vector));
	assert_count(fixture_run(state, &probe_kernel), "kernel.page_size", 65536);
}

static void a_page_size_that_is_none_is_unknown(void **state)
{
	static const unsigned long vector[] = { 6, 12345, 0, 0 };

	fixture_write_bytes(state, "/proc/self/auxv", vector, sizeof(vector));
	assert_unknown(fixture_run(state, &probe_kernel), "kernel.page_size", UNKNOWN_UNSUPPORTED);
}

static void without_securityfs_no_security_module_is_denied(void **state)
{
	struct facts *facts;

	fixture_folder(state, "/sys/kernel/security");
	fixture_absent(state, "/sys/kernel/security/*");
	facts = fixture_run(state, &probe_kernel);
	assert_unknown(facts, "kernel.lsm", UNKNOWN_UNSUPPORTED);
	assert_unknown(facts, "kernel.lockdown", UNKNOWN_UNSUPPORTED);
}

static void the_level_of_lockdown_stands_in_brackets(void **state)
{
	struct facts *facts;

	fixture_write(state, "/sys/kernel/security/lsm", "lockdown,capability,apparmor\n");
	fixture_write(state, "/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	facts = fixture_run(state, &probe_kernel);
	assert_list(facts, "kernel.lsm", "lockdown capability apparmor");
	assert_text(facts, "kernel.lockdown", "integrity");
}

static void a_kernel_without_the_lockdown_module_locks_nothing(void **state)
{
	fixture_write(state, "/sys/kernel/security/lsm", "capability,selinux\n");
	fixture_absent(state, "/sys/kernel/security/lockdown");
	assert_text(fixture_run(state, &probe_kernel), "kernel.lockdown", "none");
}

static void seccomp_filters_show_in_the_status(void **state)
{
	fixture_write(state, "/proc/self/status", "Name:\tx\nSeccomp:\t0\nSeccomp_filters:\t0\n");
	assert_bool(fixture_run(state, &probe_kernel), "kernel.seccomp", true);
}

static void a_kernel_without_seccomp_shows_no_line(void **state)
{
	fixture_write(state, "/proc/self/status", "Name:\tx\nNoNewPrivs:\t0\n");
	assert_bool(fixture_run(state, &probe_kernel), "kernel.seccomp", false);
}

/* Enterprise Linux 5 and 6: the line came with 3.8. */
static void a_kernel_too_old_for_the_lines_disproves_nothing(void **state)
{
	fixture_write(state, "/proc/self/status", "Name:\tx\nSigCgt:\t0\nCapBnd:\tff\n");
	fixture_absent(state, "/proc/sys/kernel/*");
	assert_unknown(fixture_run(state, &probe_kernel), "kernel.seccomp", UNKNOWN_UNSUPPORTED);
}

static void seccomp_of_an_old_kernel_shows_in_its_settings(void **state)
{
	fixture_write(state, "/proc/self/status", "Name:\tx\nSeccomp:\t0\n");
	fixture_write(state, "/proc/sys/kernel/seccomp/actions_avail", "kill errno allow\n");
	assert_bool(fixture_run(state, &probe_kernel), "kernel.seccomp", true);
}

static void io_uring_for_root_alone_is_enough_for_services(void **state)
{
	fixture_write(state, "/proc/sys/kernel/io_uring_disabled", "1\n");
	assert_bool(fixture_run(state, &probe_kernel), "kernel.io_uring", true);
}

static void io_uring_can_be_off_for_everybody(void **state)
{
	fixture_write(state, "/proc/sys/kernel/io_uring_disabled", "2\n");
	assert_bool(fixture_run(state, &probe_kernel), "kernel.io_uring", false);
}

static void what_the_kernel_does_not_tell_follows_from_its_configuration(void **state)
{
	struct facts *facts;

	fixture_absent(state, "/proc/sys/kernel/io_uring_disabled");
	fixture_write(state, "/proc/sys/kernel/osrelease", "5.10.0-28-amd64\n");
	fixture_absent(state, "/proc/config.gz");
	fixture_absent(state, "/lib/modules/*");
	fixture_absent(state, "/usr/lib/*");
	fixture_write(state, "/proc/mounts", "proc /proc proc rw 0 0\n");
	fixture_write(state, "/boot/config-5.10.0-28-amd64", "CONFIG_IO_URING=y\n");
	facts = fixture_run_all(state, NULL, 0);
	assert_bool(facts, "kernel.io_uring", true);
	assert_list(facts, "kernel.lsm", "");
	assert_text(facts, "kernel.lockdown", "none");
	assert_bool(facts, "kernel.seccomp", false);
}

static void page_merging_is_off_without_its_switch(void **state)
{
	fixture_absent(state, "/sys/kernel/mm/ksm/run");
	assert_bool(fixture_run(state, &probe_kernel), "kernel.ksm", false);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(the_version_is_what_the_release_starts_with),
		TEST(hwlocs_trees_keep_the_release_in_a_file_of_their_own),
		TEST(debian_says_beside_its_abi_which_version_it_is),
		TEST(ubuntu_says_it_in_its_signature),
		TEST(another_series_in_the_signature_is_not_believed),
		TEST(a_release_that_was_not_recorded_is_unknown),
		TEST(boot_parameters_are_found_by_name),
		TEST(a_parameter_of_an_unread_command_line_is_unknown),
		TEST(page_size_comes_from_the_auxiliary_vector),
		TEST(a_page_size_that_is_none_is_unknown),
		TEST(without_securityfs_no_security_module_is_denied),
		TEST(the_level_of_lockdown_stands_in_brackets),
		TEST(a_kernel_without_the_lockdown_module_locks_nothing),
		TEST(seccomp_filters_show_in_the_status),
		TEST(a_kernel_without_seccomp_shows_no_line),
		TEST(a_kernel_too_old_for_the_lines_disproves_nothing),
		TEST(seccomp_of_an_old_kernel_shows_in_its_settings),
		TEST(io_uring_for_root_alone_is_enough_for_services),
		TEST(io_uring_can_be_off_for_everybody),
		TEST(what_the_kernel_does_not_tell_follows_from_its_configuration),
		TEST(page_merging_is_off_without_its_switch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
