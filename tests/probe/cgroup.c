/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cgroup: versions by what is mounted, controllers hierarchy by hierarchy */
#include "../fixture.h"

#include <string.h>

extern const struct probe probe_cgroup;

static void unified(void **state)
{
	fixture_write(state, "/proc/mounts",
		      "sysfs /sys sysfs rw 0 0\n"
		      "cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid,nsdelegate 0 0\n");
	fixture_write(state, "/sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory pids\n");
	fixture_absent(state, "/sys/fs/cgroup/cgroup.type");
}

static void one_hierarchy_at_the_root_is_version_2(void **state)
{
	struct facts *facts;

	unified(state);
	fixture_write(state, "/sys/fs/cgroup/init.scope/cgroup.type", "domain\n");
	fixture_write(state, "/sys/fs/cgroup/init.scope/cgroup.freeze", "0\n");
	facts = fixture_run(state, &probe_cgroup);
	assert_text(facts, "cgroup.version", "v2");
	assert_list(facts, "cgroup.controllers", "cpuset cpu io memory pids");
	assert_list(facts, "cgroup.v1.controllers", "");
	assert_bool(facts, "cgroup.freezer", true);
	assert_false(facts_get(facts, "cgroup.controllers")->value.partial);
}

static void version_2_stays_it_beside_a_stray_hierarchy(void **state)
{
	unified(state);
	fixture_write(state, "/proc/mounts",
		      "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n"
		      "net_cls /run/vpn/net_cls cgroup rw,net_cls 0 0\n");
	assert_text(fixture_run(state, &probe_cgroup), "cgroup.version", "v2");
}

/* Linux 4.19 with version 2: cpuset is not there yet, nor is the freezer. */
static void version_2_of_an_old_kernel_lacks_what_it_lacks(void **state)
{
	struct facts *facts;

	unified(state);
	fixture_write(state, "/sys/fs/cgroup/cgroup.controllers", "cpu io memory pids rdma\n");
	fixture_write(state, "/sys/fs/cgroup/user/cgroup.type", "domain\n");
	fixture_absent(state, "/sys/fs/cgroup/*");
	facts = fixture_run(state, &probe_cgroup);
	assert_list(facts, "cgroup.controllers", "cpu io memory pids rdma");
	assert_bool(facts, "cgroup.freezer", false);
}

static void below_the_real_root_the_list_is_not_complete(void **state)
{
	unified(state);
	fixture_write(state, "/sys/fs/cgroup/cgroup.type", "domain\n");
	assert_true(
		facts_get(fixture_run(state, &probe_cgroup), "cgroup.controllers")->value.partial);
}

static void both_versions_are_hybrid_and_count_together(void **state)
{
	struct facts *facts;

	fixture_write(state, "/proc/mounts",
		      "tmpfs /sys/fs/cgroup tmpfs ro,mode=755 0 0\n"
		      "cgroup2 /sys/fs/cgroup/unified cgroup2 rw,nsdelegate 0 0\n"
		      "cgroup /sys/fs/cgroup/systemd cgroup rw,xattr,name=systemd 0 0\n"
		      "cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,cpu,cpuacct 0 0\n"
		      "cgroup /sys/fs/cgroup/blkio cgroup rw,blkio 0 0\n"
		      "cgroup /sys/fs/cgroup/freezer cgroup rw,freezer 0 0\n");
	fixture_write(state, "/sys/fs/cgroup/unified/cgroup.controllers", "hugetlb\n");
	fixture_absent(state, "/sys/fs/cgroup/unified/cgroup.type");
	facts = fixture_run(state, &probe_cgroup);
	assert_text(facts, "cgroup.version", "hybrid");
	assert_list(facts, "cgroup.v1.controllers", "cpu cpuacct blkio freezer");
	assert_list(facts, "cgroup.v2.controllers", "hugetlb");
	assert_list(facts, "cgroup.controllers", "cpu cpuacct io freezer hugetlb");
	assert_bool(facts, "cgroup.freezer", true);
}

static void controllers_that_were_not_recorded_are_unknown(void **state)
{
	struct facts *facts;

	fixture_write(state, "/proc/mounts", "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n");
	facts = fixture_run(state, &probe_cgroup);
	assert_text(facts, "cgroup.version", "v2");
	assert_unknown(facts, "cgroup.controllers", UNKNOWN_NOT_RECORDED);
	assert_unknown(facts, "cgroup.freezer", UNKNOWN_UNSUPPORTED);
}

static void a_kernel_without_control_groups_has_none(void **state)
{
	struct facts *facts;

	fixture_write(state, "/proc/mounts", "sysfs /sys sysfs rw 0 0\n");
	fixture_absent(state, "/proc/self/cgroup");
	facts = fixture_run(state, &probe_cgroup);
	assert_text(facts, "cgroup.version", "none");
	assert_list(facts, "cgroup.controllers", "");
	assert_bool(facts, "cgroup.freezer", false);
}

static void mount_tables_of_the_field_read_right(void **state)
{
	static const struct {
		const char *name, *version, *v1;
	} rows[] = {
		{ "all-in-one", "v1", "blkio devices memory cpuacct cpu cpuset" },
		{ "fedora-18", "v1",
		  "cpuset cpuacct cpu memory devices freezer net_cls blkio perf_event" },
		{ "fedora-21", "v1",
		  "cpuset cpu cpuacct memory devices freezer net_cls net_prio blkio perf_event "
		  "hugetlb" },
		{ "ovirt-node-6.6", "v1",
		  "cpuset cpu cpuacct memory devices freezer net_cls blkio" },
		{ "no-cgroups", "none", "" },
		{ "unified", "v2", "" },
	};

	fixture_machine(state, "libvirt/cgroup-mounts.tar.xz", "cgroup-mounts");
	fixture_write(state, "/proc/self/cgroup", "0::/\n");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		auto_free char *mounts = NULL;
		struct facts *facts;

		assert_int_equal(host_read(fixture_host(state), PATH("/%s.mounts", rows[i].name),
					   &mounts, NULL, NULL),
				 0);
		fixture_write(state, "/proc/mounts", mounts);
		facts = fixture_run(state, &probe_cgroup);
		assert_text(facts, "cgroup.version", rows[i].version);
		assert_list(facts, "cgroup.v1.controllers", rows[i].v1);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(one_hierarchy_at_the_root_is_version_2),
		TEST(version_2_stays_it_beside_a_stray_hierarchy),
		TEST(version_2_of_an_old_kernel_lacks_what_it_lacks),
		TEST(below_the_real_root_the_list_is_not_complete),
		TEST(both_versions_are_hybrid_and_count_together),
		TEST(controllers_that_were_not_recorded_are_unknown),
		TEST(a_kernel_without_control_groups_has_none),
		TEST(mount_tables_of_the_field_read_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
