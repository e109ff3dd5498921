/* SPDX-License-Identifier: GPL-2.0-or-later */
/* security: SELinux and AppArmor, on, off and untold */
#include "../fixture.h"

extern const struct probe probe_security;

static struct facts *run(void **state)
{
	return fixture_run(state, &probe_security);
}

static void selinux_enforces_or_permits(void **state)
{
	fixture_write(state, "/sys/fs/selinux/enforce", "1");
	assert_text(run(state), "security.selinux", "enforcing");
	fixture_write(state, "/sys/fs/selinux/enforce", "0");
	assert_text(run(state), "security.selinux", "permissive");
}

static void selinux_is_off_where_the_kernel_does_not_list_its_filesystem(void **state)
{
	fixture_absent(state, "/sys/fs/selinux/enforce");
	fixture_write(state, "/proc/filesystems", "nodev\tsysfs\n\text4\n");
	assert_text(run(state), "security.selinux", "disabled");
}

static void selinux_that_is_on_and_not_mounted_is_unknown(void **state)
{
	fixture_absent(state, "/sys/fs/selinux/enforce");
	fixture_write(state, "/proc/filesystems", "nodev\tsysfs\nnodev\tselinuxfs\n");
	assert_unknown(run(state), "security.selinux", UNKNOWN_UNSUPPORTED);
}

static void apparmor_says_itself_whether_it_is_on(void **state)
{
	fixture_write(state, "/sys/module/apparmor/parameters/enabled", "Y\n");
	assert_bool(run(state), "security.apparmor", true);
	fixture_write(state, "/sys/module/apparmor/parameters/enabled", "N\n");
	assert_bool(run(state), "security.apparmor", false);
}

static void a_kernel_without_apparmor_has_it_off(void **state)
{
	fixture_absent(state, "/sys/module/apparmor/parameters/enabled");
	assert_bool(run(state), "security.apparmor", false);
}

static void what_was_not_recorded_is_unknown(void **state)
{
	assert_unknown(run(state), "security.selinux", UNKNOWN_NOT_RECORDED);
	assert_unknown(run(state), "security.apparmor", UNKNOWN_NOT_RECORDED);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(selinux_enforces_or_permits),
		TEST(selinux_is_off_where_the_kernel_does_not_list_its_filesystem),
		TEST(selinux_that_is_on_and_not_mounted_is_unknown),
		TEST(apparmor_says_itself_whether_it_is_on),
		TEST(a_kernel_without_apparmor_has_it_off),
		TEST(what_was_not_recorded_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
