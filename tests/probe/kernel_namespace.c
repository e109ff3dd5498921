/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel_namespace: what the kernel has, and what an ordinary user may make of it */
#include "../fixture.h"

extern const struct probe probe_kernel_namespace;

static struct facts *ask(void **state)
{
	static const char *const names[] = { "kernel.namespace.user", "kernel.namespace.time" };

	return fixture_run_asking(state, &probe_kernel_namespace, names, ARRAY_SIZE(names));
}

static void machine(void **state)
{
	static const char *const names[] = { "cgroup", "ipc", "mnt",  "net",
					     "pid",    "uts", "user", "pid_for_children" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		fixture_link(state, PATH("/proc/self/ns/%s", names[i]), "x:[1]");
	fixture_absent(state, "/proc/self/ns/*");
}

static void a_link_for_each_namespace(void **state)
{
	struct facts *facts;

	machine(state);
	facts = ask(state);
	assert_bool(facts, "kernel.namespace.user", true);
	assert_bool(facts, "kernel.namespace.time", false);
}

static void three_settings_decide_who_makes_user_namespaces(void **state)
{
	static const struct {
		const char *max, *clone, *apparmor;
		bool expected;
	} rows[] = {
		{ "15000", NULL, NULL, true }, /* most */
		{ "15000", "1", NULL, true }, /* Debian */
		{ "15000", "1", "0", true },   { "15000", "1", "1", false }, /* Ubuntu 24.04 */
		{ "15000", "0", NULL, false }, /* Debian before 11 */
		{ "0", NULL, NULL, false }, /* Enterprise Linux 7 */
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		machine(state);
		fixture_absent(state, "/proc/sys/kernel/*");
		fixture_write(state, "/proc/sys/user/max_user_namespaces", rows[i].max);
		if (rows[i].clone)
			fixture_write(state, "/proc/sys/kernel/unprivileged_userns_clone",
				      rows[i].clone);
		if (rows[i].apparmor)
			fixture_write(state,
				      "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
				      rows[i].apparmor);
		assert_bool(ask(state), "kernel.namespace_unprivileged", rows[i].expected);
		fixture_teardown(state);
		fixture_setup(state);
	}
}

static void a_setting_that_was_not_read_leaves_it_open(void **state)
{
	machine(state);
	fixture_write(state, "/proc/sys/user/max_user_namespaces", "15000\n");
	assert_unknown(ask(state), "kernel.namespace_unprivileged", UNKNOWN_NOT_RECORDED);
}

static void a_closed_door_counts_though_another_was_not_read(void **state)
{
	machine(state);
	fixture_write(state, "/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n");
	assert_bool(ask(state), "kernel.namespace_unprivileged", false);
}

static void a_kernel_without_user_namespaces_makes_none(void **state)
{
	struct facts *facts;

	fixture_link(state, "/proc/self/ns/mnt", "mnt:[1]");
	facts = ask(state);
	assert_bool(facts, "kernel.namespace.user", false);
	assert_bool(facts, "kernel.namespace_unprivileged", false);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_link_for_each_namespace),
		TEST(three_settings_decide_who_makes_user_namespaces),
		TEST(a_setting_that_was_not_read_leaves_it_open),
		TEST(a_closed_door_counts_though_another_was_not_read),
		TEST(a_kernel_without_user_namespaces_makes_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
