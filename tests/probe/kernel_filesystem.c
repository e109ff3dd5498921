/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel_filesystem: registered, to be had as a module, or neither */
#include "../fixture.h"

extern const struct probe probe_kernel_filesystem;

static struct facts *ask(void **state)
{
	static const char *const names[] = {
		"kernel.filesystem.ext4",      "kernel.filesystem.fuse",
		"kernel.filesystem.overlay",   "kernel.filesystem.xfs",
		"kernel.filesystem.iso9660",   "kernel.filesystem.zfs",
		"kernel.filesystem.hugetlbfs", "kernel.filesystem.ext"
	};

	return fixture_run_all(state, names, ARRAY_SIZE(names));
}

static void machine(void **state)
{
	fixture_write(state, "/proc/sys/kernel/osrelease", "6.1.0\n");
	fixture_write(state, "/proc/filesystems", "nodev\tsysfs\n\text4\nnodev\tfuse\n");
}

static void nothing_is_blocked(void **state)
{
	static const char *const folders[] = { "/etc/modprobe.d", "/run/modprobe.d",
					       "/usr/local/lib/modprobe.d", "/lib/modprobe.d" };

	fixture_write(state, "/proc/cmdline", "quiet\n");
	fixture_write(state, "/proc/sys/kernel/modules_disabled", "0\n");
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		fixture_absent(state, folders[i]);
}

static void a_filesystem_whose_module_may_not_be_loaded_cannot_be_mounted(void **state)
{
	struct facts *facts;

	machine(state);
	nothing_is_blocked(state);
	fixture_write(state, "/proc/cmdline", "module_blacklist=overlay\n");
	fixture_write(state, "/proc/modules", "");
	fixture_write(state, "/lib/modules/6.1.0/modules.builtin", "");
	fixture_write(state, "/lib/modules/6.1.0/modules.dep",
		      "kernel/fs/overlayfs/overlay.ko:\nkernel/fs/isofs/isofs.ko:\n");
	facts = ask(state);
	assert_bool(facts, "kernel.filesystem.overlay", false);
	assert_bool(facts, "kernel.filesystem.iso9660", true);
}

static void a_filesystem_may_be_registered_or_a_module(void **state)
{
	struct facts *facts;

	machine(state);
	nothing_is_blocked(state);
	fixture_write(state, "/proc/modules", "");
	fixture_write(state, "/lib/modules/6.1.0/modules.builtin", "kernel/fs/ext4/ext4.ko\n");
	fixture_write(state, "/lib/modules/6.1.0/modules.dep",
		      "kernel/fs/overlayfs/overlay.ko:\nkernel/fs/isofs/isofs.ko:\n");
	facts = ask(state);
	assert_bool(facts, "kernel.filesystem.ext4", true);
	assert_bool(facts, "kernel.filesystem.fuse", true);
	assert_bool(facts, "kernel.filesystem.overlay", true);
	assert_bool(facts, "kernel.filesystem.iso9660", true);
	assert_bool(facts, "kernel.filesystem.xfs", false);
	assert_bool(facts, "kernel.filesystem.zfs", false);
	assert_bool(facts, "kernel.filesystem.ext", false);
	assert_bool(facts, "kernel.filesystem.hugetlbfs", false);
}

static void without_an_index_a_module_may_still_bring_it(void **state)
{
	struct facts *facts;

	machine(state);
	fixture_write(state, "/proc/modules", "");
	facts = ask(state);
	assert_bool(facts, "kernel.filesystem.ext4", true);
	assert_unknown(facts, "kernel.filesystem.overlay", UNKNOWN_NOT_RECORDED);
	assert_bool(facts, "kernel.filesystem.hugetlbfs", false); /* never a module */
}

static void a_kernel_that_loads_nothing_has_what_it_lists(void **state)
{
	struct facts *facts;

	machine(state);
	fixture_absent(state, "/proc/modules");
	facts = ask(state);
	assert_bool(facts, "kernel.filesystem.ext4", true);
	assert_bool(facts, "kernel.filesystem.xfs", false);
}

static void no_list_is_no_answer(void **state)
{
	assert_unknown(ask(state), "kernel.filesystem.ext4", UNKNOWN_NOT_RECORDED);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_filesystem_whose_module_may_not_be_loaded_cannot_be_mounted),
		TEST(a_filesystem_may_be_registered_or_a_module),
		TEST(without_an_index_a_module_may_still_bring_it),
		TEST(a_kernel_that_loads_nothing_has_what_it_lists),
		TEST(no_list_is_no_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
