/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/live: what a container's view of the kernel's own files is worth */
#include <errno.h>

#include "fixture.h"
#include "host/private.h"

/*
 * A live machine whose proc is some other filesystem: what a container's manager lays over files of
 * the kernel's.
 */
static struct host *masked(void **state, bool confined)
{
	const struct host_options options = { 0 };
	struct error err = { 0 };
	struct host *host = NULL;

	fixture_write(state, "/proc/meminfo", "MemTotal: 4 kB\n");
	fixture_write(state, "/etc/os-release", "ID=x\n");
	if (host_open_live(fixture_path(state), &options, &host, &err) < 0)
		fail_msg("%s", err.text);
	host->cache->view = (struct host_view){ .looked = true,
						.confined = confined,
						.confined_why = "a test" };
	return host;
}

static void a_file_that_a_container_is_shown_instead_of_the_kernels_is_hidden(void **state)
{
	auto_host struct host *host = masked(state, true);
	auto_free char *text = NULL;
	struct error err = { 0 };

	assert_int_equal(host_read(host, "/proc/meminfo", &text, NULL, &err), -ENODATA);
	assert_int_equal(err.reason, UNKNOWN_HIDDEN);
	assert_int_equal(host_read(host, "/etc/os-release", &text, NULL, &err), 0);
}

static void a_tree_that_was_handed_over_is_what_counts(void **state)
{
	auto_host struct host *host = masked(state, false);
	auto_free char *text = NULL;
	struct error err = { 0 };

	assert_int_equal(host_read(host, "/proc/meminfo", &text, NULL, &err), 0);
}

static void layers_and_a_managers_file_together_are_a_containers_root(void **state)
{
	auto_host struct host *host = masked(state, false);

	fixture_write(state, "/proc/1/mounts", "overlay / overlay rw,lowerdir=/a:/b 0 0\n");
	assert_false(live_root_is_layered(host));
	fixture_write(state, "/.dockerenv", "");
	assert_true(live_root_is_layered(host));
}

static void layers_elsewhere_are_no_containers_root(void **state)
{
	auto_host struct host *host = masked(state, false);

	fixture_write(state, "/.dockerenv", "");
	fixture_write(state, "/proc/1/mounts",
		      "/dev/sda1 / ext4 rw 0 0\noverlay /x overlay rw 0 0\n");
	assert_false(live_root_is_layered(host));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_that_a_container_is_shown_instead_of_the_kernels_is_hidden),
		TEST(a_tree_that_was_handed_over_is_what_counts),
		TEST(layers_and_a_managers_file_together_are_a_containers_root),
		TEST(layers_elsewhere_are_no_containers_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
