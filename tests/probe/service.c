/* SPDX-License-Identifier: GPL-2.0-or-later */
/* service: units by their control groups, OpenRC's folder, and processes where there is neither */
#include "../fixture.h"

extern const struct probe probe_service;

static struct facts *ask(void **state)
{
	static const char *const names[] = { "service.active.libvirtd",
					     "service.active.libvirtd.service",
					     "service.active.kubelet", "service.active.docker",
					     "service.active.systemd-timesyncd" };

	return fixture_run_asking(state, &probe_service, names, ARRAY_SIZE(names));
}

static void systemd_s_units_have_control_groups(void **state)
{
	struct facts *facts;

	fixture_folder(state, "/run/systemd/system");
	fixture_folder(state, "/sys/fs/cgroup/system.slice/libvirtd.service");
	fixture_folder(state, "/sys/fs/cgroup/system.slice/system-getty.slice/getty@tty1.service");
	fixture_folder(state, "/sys/fs/cgroup/podruntime.slice/kubelet.service");
	fixture_folder(state, "/sys/fs/cgroup/user.slice/user-1000.slice/docker.service");
	fixture_absent(state, "/sys/fs/cgroup/*");
	facts = ask(state);
	assert_list(facts, "services", "kubelet libvirtd getty@tty1");
	assert_bool(facts, "service.active.libvirtd", true);
	assert_bool(facts, "service.active.libvirtd.service", true);
	assert_bool(facts, "service.active.kubelet", true);
	assert_bool(facts, "service.active.docker", false); /* a user's, not the host's */
}

static void with_version_1_they_lie_in_systemd_s_hierarchy(void **state)
{
	fixture_folder(state, "/run/systemd/system");
	fixture_absent(state, "/sys/fs/cgroup/*");
	fixture_folder(state, "/sys/fs/cgroup/systemd/system.slice/libvirtd.service");
	assert_bool(ask(state), "service.active.libvirtd", true);
}

static void openrc_keeps_a_folder(void **state)
{
	struct facts *facts;

	fixture_absent(state, "/run/systemd/*");
	fixture_write(state, "/run/openrc/started/docker", "");
	facts = ask(state);
	assert_bool(facts, "service.active.docker", true);
	assert_bool(facts, "service.active.libvirtd", false);
}

static void elsewhere_processes_are_asked(void **state)
{
	struct facts *facts;

	fixture_absent(state, "/run/*");
	fixture_absent(state, "/proc/*");
	fixture_write(state, "/proc/1/comm", "init\n");
	fixture_write(state, "/proc/77/comm", "libvirtd\n");
	fixture_write(state, "/proc/78/comm", "systemd-timesyn\n");
	facts = ask(state);
	assert_bool(facts, "service.active.libvirtd", true);
	assert_bool(facts, "service.active.systemd-timesyncd", true);
	assert_bool(facts, "service.active.docker", false);
}

static void hidden_processes_disprove_nothing(void **state)
{
	struct facts *facts;

	fixture_absent(state, "/run/*");
	fixture_absent(state, "/proc/*");
	fixture_write(state, "/proc/77/comm", "libvirtd\n");
	facts = ask(state);
	assert_bool(facts, "service.active.libvirtd", true);
	assert_unknown(facts, "service.active.docker", UNKNOWN_PERMISSION);
}

static void nothing_recorded_is_nothing_known(void **state)
{
	assert_unknown(ask(state), "service.active.docker", UNKNOWN_NOT_RECORDED);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(systemd_s_units_have_control_groups),
		TEST(with_version_1_they_lie_in_systemd_s_hierarchy),
		TEST(openrc_keeps_a_folder),
		TEST(elsewhere_processes_are_asked),
		TEST(hidden_processes_disprove_nothing),
		TEST(nothing_recorded_is_nothing_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
