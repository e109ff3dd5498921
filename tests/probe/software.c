/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * software: packages and their upstream versions, programs by their files, and what cannot be told
 */
#include "../fixture.h"

extern const struct probe probe_software;

static struct facts *ask(void **state, const char *name)
{
	return fixture_run_asking(state, &probe_software, &name, 1);
}

static void debian(void **state)
{
	fixture_write(state, "/var/lib/dpkg/status",
		      "Package: docker-ce\nStatus: install ok installed\nArchitecture: amd64\n"
		      "Version: 5:27.3.1-1~debian.12~bookworm\nDescription: x\n .\n Version: 1\n\n"
		      "Package: podman\nStatus: deinstall ok config-files\nVersion: 4.3.1+ds1-8\n\n"
		      "Package: containerd.io\nStatus: hold ok installed\nVersion: 1.7.22-1\n\n"
		      "Package: dmsetup\nStatus: install ok installed\nVersion: 2:1.02.185-2\n");
	fixture_absent(state, "/usr/*");
	fixture_absent(state, "/snap/*");
}

static void versions_are_the_publisher_s(void **state)
{
	static const struct {
		const char *name, *version;
	} rows[] = {
		{ "software.docker", "27.3.1" },
		{ "software.containerd", "1.7.22" },
		{ "software.dmsetup", "1.02.185" },
	};

	debian(state);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_text(ask(state, rows[i].name), rows[i].name, rows[i].version);
}

static void what_was_removed_or_never_there_is_absent(void **state)
{
	debian(state);
	assert_absent(ask(state, "software.podman"), "software.podman");
	assert_absent(ask(state, "software.docker.io"), "software.docker.io");
	assert_absent(ask(state, "software.libvirt"), "software.libvirt");
}

static void a_program_beside_the_packages_has_no_told_version(void **state)
{
	debian(state);
	fixture_write(state, "/usr/local/bin/nomad", "");
	assert_text(ask(state, "software.nomad"), "software.nomad", "");
}

static void an_rpm_host_shows_its_programs_by_their_files(void **state)
{
	fixture_absent(state, "/var/lib/*");
	fixture_absent(state, "/lib/*");
	fixture_absent(state, "/usr/*");
	fixture_write(state, "/usr/libexec/qemu-kvm", "");
	fixture_write(state, "/usr/bin/python3.9", "");
	fixture_link(state, "/usr/bin/python3", "python3.9");
	fixture_write(state, "/usr/lib/systemd/systemd", "");
	fixture_write(state, "/usr/lib/systemd/libsystemd-shared-252-32.el9.so", "");
	assert_text(ask(state, "software.qemu"), "software.qemu", "");
	assert_text(ask(state, "software.python3"), "software.python3", "3.9");
	assert_text(ask(state, "software.systemd"), "software.systemd", "252");
	assert_absent(ask(state, "software.docker.io"), "software.docker.io");
	assert_absent(ask(state, "software.firewalld"), "software.firewalld");
}

static void what_nixos_has_for_people_is_found_and_what_services_have_is_unknown(void **state)
{
	fixture_absent(state, "/var/lib/*");
	fixture_absent(state, "/lib/*");
	fixture_absent(state, "/usr/*");
	fixture_absent(state, "/snap/*");
	fixture_absent(state, "/run/current-system/*");
	fixture_write(state, "/run/current-system/sw/bin/podman", "");
	assert_text(ask(state, "software.podman"), "software.podman", "");
	assert_unknown(ask(state, "software.docker"), "software.docker", UNKNOWN_UNSUPPORTED);
}

static void alpine_and_arch_have_databases_of_their_own(void **state)
{
	fixture_absent(state, "/var/lib/dpkg/status");
	fixture_write(state, "/lib/apk/db/installed",
		      "C:Q1\nP:docker\nV:27.3.1-r0\nA:x86_64\n\nC:Q2\nP:lvm2\nV:2.03.23-r3\n\n");
	assert_text(ask(state, "software.docker"), "software.docker", "27.3.1");
	assert_text(ask(state, "software.lvm2"), "software.lvm2", "2.03.23");
	fixture_teardown(state);
	fixture_setup(state);
	fixture_absent(state, "/var/lib/dpkg/status");
	fixture_absent(state, "/lib/apk/db/installed");
	fixture_folder(state, "/var/lib/pacman/local/qemu-system-x86-9.1.0-2");
	assert_text(ask(state, "software.qemu"), "software.qemu", "9.1.0");
}

static void nothing_recorded_is_nothing_known(void **state)
{
	assert_unknown(ask(state, "software.docker"), "software.docker", UNKNOWN_NOT_RECORDED);
	assert_unknown(ask(state, "software.docker.io"), "software.docker.io",
		       UNKNOWN_NOT_RECORDED);
}

static void a_database_that_does_not_open_is_no_missing_one(void **state)
{
	debian(state);
	fixture_error(state, "/var/lib/dpkg/status", "EOPNOTSUPP");
	assert_unknown(ask(state, "software.docker.io"), "software.docker.io", UNKNOWN_ERROR);
}

static void a_hypervisor_s_module_shows_another_hypervisor(void **state)
{
	debian(state);
	fixture_folder(state, "/sys/module/vboxdrv");
	assert_text(ask(state, "software.other-hypervisor"), "software.other-hypervisor", "");
}

static void a_facts_file_answers_for_packages(void **state)
{
	auto_facts struct facts *loaded = facts_new();

	debian(state);
	facts_merge(loaded, fixture_run(state, &probe_software));
	assert_text(loaded, "software.docker", "27.3.1");
	assert_unknown(loaded, "software.libvirt", UNKNOWN_NOT_RECORDED);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(versions_are_the_publisher_s),
		TEST(what_was_removed_or_never_there_is_absent),
		TEST(a_program_beside_the_packages_has_no_told_version),
		TEST(an_rpm_host_shows_its_programs_by_their_files),
		TEST(what_nixos_has_for_people_is_found_and_what_services_have_is_unknown),
		TEST(alpine_and_arch_have_databases_of_their_own),
		TEST(nothing_recorded_is_nothing_known),
		TEST(a_database_that_does_not_open_is_no_missing_one),
		TEST(a_hypervisor_s_module_shows_another_hypervisor),
		TEST(a_facts_file_answers_for_packages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
