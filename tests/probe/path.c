/* SPDX-License-Identifier: GPL-2.0-or-later */
/* path: there or not, empty or not */
#include "../fixture.h"

extern const struct probe probe_path;

static struct facts *ask(void **state, const char *name)
{
	return fixture_run_asking(state, &probe_path, &name, 1);
}

static void a_path_is_there_or_not(void **state)
{
	fixture_write(state, "/etc/ceph/ceph.conf", "");
	fixture_absent(state, "/etc/nothing");
	assert_bool(ask(state, "path.exists./etc/ceph/ceph.conf"),
		    "path.exists./etc/ceph/ceph.conf", true);
	assert_bool(ask(state, "path.exists./etc/nothing"), "path.exists./etc/nothing", false);
	assert_unknown(ask(state, "path.exists./etc/other"), "path.exists./etc/other",
		       UNKNOWN_NOT_RECORDED);
}

static void a_folder_is_empty_or_missing_or_neither(void **state)
{
	static const char *const name = "dir.empty./var/lib/etcd";

	fixture_absent(state, "/var/lib/etcd");
	fixture_absent(state, "/var/lib/etcd/*");
	assert_bool(ask(state, name), name, true);
	fixture_folder(state, "/var/lib/etcd");
	assert_bool(ask(state, name), name, true);
	fixture_write(state, "/var/lib/etcd/.lock", "");
	assert_bool(ask(state, name), name, false);
}

static void a_file_in_the_way_is_no_empty_folder(void **state)
{
	fixture_write(state, "/var/lib/etcd", "a");
	assert_bool(ask(state, "dir.empty./var/lib/etcd"), "dir.empty./var/lib/etcd", false);
}

static void a_folder_for_root_alone_is_unknown(void **state)
{
	fixture_error(state, "/var/lib/etcd", "EACCES");
	assert_unknown(ask(state, "dir.empty./var/lib/etcd"), "dir.empty./var/lib/etcd",
		       UNKNOWN_PERMISSION);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_path_is_there_or_not),
		TEST(a_folder_is_empty_or_missing_or_neither),
		TEST(a_file_in_the_way_is_no_empty_folder),
		TEST(a_folder_for_root_alone_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
