/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/socket: this very test holds a socket, and is found */
#include "host/socket.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "fixture.h"

static struct host *live(const char *root)
{
	const struct host_options options = { 0 };
	struct error err = { 0 };
	struct host *host = NULL;

	if (host_open_live(root, &options, &host, &err) < 0)
		fail_msg("%s", err.text);
	return host;
}

static void the_process_that_holds_a_socket_is_named(void **state)
{
	auto_close int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	auto_host struct host *host = live(NULL);
	auto_free char *comm = NULL;
	struct host_socket sockets[2] = { 0 };
	const struct host_socket *found;
	struct stat stat;

	(void)state;
	assert_int_equal(fstat(fd, &stat), 0);
	assert_int_equal(host_read_line(host, "/proc/self/comm", &comm, NULL), 0);
	/* An inode that no process can have, beside our own. */
	sockets[0].inode = UINT64_MAX;
	sockets[1].inode = stat.st_ino;
	host_socket_holders(host, sockets, ARRAY_SIZE(sockets));
	found = host_socket_find(sockets, ARRAY_SIZE(sockets), stat.st_ino);
	assert_non_null(found);
	assert_string_equal(found->process, comm);
	assert_int_equal(found->reason, UNKNOWN_NONE);
	found = host_socket_find(sockets, ARRAY_SIZE(sockets), UINT64_MAX);
	assert_string_equal(found->process, "");
	assert_null(host_socket_find(sockets, ARRAY_SIZE(sockets), 1));
}

static void write_process(void **state, int pid, const char *comm, const char *cgroup)
{
	fixture_write(state, PATH("/proc/%d/comm", pid), comm);
	fixture_write(state, PATH("/proc/%d/cgroup", pid), cgroup);
	fixture_link(state, PATH("/proc/%d/fd/0", pid), "/dev/null");
}

/*
 * Another root, whose processes are made up: systemd listens for sshd, and a container's process
 * has a scope.
 */
static void the_service_counts_and_not_systemd_that_opened_its_socket(void **state)
{
	struct host_socket sockets[3] = { { .inode = 71 }, { .inode = 72 }, { .inode = 73 } };
	auto_host struct host *host = NULL;

	write_process(state, 1, "systemd\n", "0::/init.scope\n");
	write_process(state, 700, "sshd\n", "0::/system.slice/ssh.service\n");
	write_process(state, 800, "nginx\n",
		      "12:pids:/elsewhere.slice/x.service\n"
		      "1:name=systemd:/system.slice/docker-4711.scope/deeper\n0::/\n");
	fixture_link(state, "/proc/1/fd/30", "socket:[71]");
	fixture_link(state, "/proc/1/fd/31", "socket:[73]");
	fixture_link(state, "/proc/700/fd/3", "socket:[71]");
	fixture_link(state, "/proc/800/fd/4", "socket:[72]");
	host = live(fixture_path(state));
	host_socket_holders(host, sockets, ARRAY_SIZE(sockets));
	assert_string_equal(sockets[0].process, "sshd");
	assert_string_equal(sockets[0].unit, "ssh.service");
	assert_string_equal(sockets[1].process, "nginx");
	assert_string_equal(sockets[1].unit, "docker-4711.scope");
	assert_string_equal(sockets[2].process, "systemd");
	assert_string_equal(sockets[2].unit, "init.scope");
}

static void a_holder_among_processes_that_are_not_shown_is_unknown(void **state)
{
	struct host_socket sockets[2] = { { .inode = 71 }, { .inode = 72 } };
	auto_host struct host *host = NULL;

	write_process(state, 700, "sshd\n", "0::/system.slice/ssh.service\n");
	fixture_link(state, "/proc/700/fd/3", "socket:[71]");
	host = live(fixture_path(state));
	host_socket_holders(host, sockets, ARRAY_SIZE(sockets));
	assert_string_equal(sockets[0].process, "sshd");
	assert_int_equal(sockets[0].reason, UNKNOWN_NONE);
	assert_int_equal(sockets[1].reason, UNKNOWN_PERMISSION);
}

static void a_recorded_holder_comes_with_its_unit(void **state)
{
	struct host_socket sockets[3] = { { .inode = 30 }, { .inode = 20 }, { .inode = 10 } };

	fixture_answer(state, "socket.10", "php-fpm.service php-fpm: pool w");
	fixture_answer(state, "socket.20", "- nginx");
	host_socket_holders(fixture_host(state), sockets, ARRAY_SIZE(sockets));
	assert_string_equal(sockets[0].unit, "php-fpm.service");
	assert_string_equal(sockets[0].process, "php-fpm: pool w");
	assert_string_equal(sockets[1].unit, "");
	assert_string_equal(sockets[1].process, "nginx");
	assert_int_equal(sockets[2].reason, UNKNOWN_NOT_RECORDED);
}

static void nothing_asked_walks_nowhere(void **state)
{
	host_socket_holders(fixture_host(state), NULL, 0);
	assert_null(host_socket_find(NULL, 0, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_process_that_holds_a_socket_is_named),
		TEST(the_service_counts_and_not_systemd_that_opened_its_socket),
		TEST(a_holder_among_processes_that_are_not_shown_is_unknown),
		TEST(a_recorded_holder_comes_with_its_unit),
		TEST(nothing_asked_walks_nowhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
