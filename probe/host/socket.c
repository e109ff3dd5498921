/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/socket: walks /proc/pid/fd for the sockets that are asked for */
#include "host/socket.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>

#include "core/util.h"
#include "host/private.h"

static void close_dir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}
#define auto_dir __attribute__((cleanup(close_dir)))

/* One walk: what is looked for, and how far it got. */
struct walk {
	struct host_socket *sockets;
	size_t n, missing;
	bool denied; /* some process did not let us look */
};

static int by_inode(const void *a, const void *b)
{
	uint64_t x = ((const struct host_socket *)a)->inode;
	uint64_t y = ((const struct host_socket *)b)->inode;

	return (x > y) - (x < y);
}

const struct host_socket *host_socket_find(const struct host_socket *sockets, size_t n,
					   uint64_t inode)
{
	const struct host_socket wanted = { .inode = inode };

	return n ? bsearch(&wanted, sockets, n, sizeof(wanted), by_inode) : NULL;
}

static int by_number_downwards(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x < y) - (x > y);
}

/* A folder below an open one; NULL with errno set. */
static DIR *open_folder(int fd, const char *path)
{
	int folder = openat(fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = folder >= 0 ? fdopendir(folder) : NULL;

	if (folder >= 0 && !dir)
		close(folder);
	return dir;
}

/* The names in /proc that are numbers, the youngest first; how many. */
static size_t list_processes(DIR *proc, uint64_t **ret)
{
	const struct dirent *entry;
	size_t n = 0, size = 0;
	uint64_t pid;

	while ((entry = readdir(proc))) {
		if (parse_u64(entry->d_name, 10, &pid) < 0)
			continue;
		if (n == size) {
			uint64_t *grown = reallocarray(*ret, size += 512, sizeof(pid));

			if (!grown)
				break;
			*ret = grown;
		}
		(*ret)[n++] = pid;
	}
	if (n)
		qsort(*ret, n, sizeof(pid), by_number_downwards);
	return n;
}

static void read_first_line(int fd, const char *path, char *buffer, size_t size)
{
	auto_close int file = openat(fd, path, O_RDONLY | O_CLOEXEC);
	ssize_t len = file >= 0 ? read(file, buffer, size - 1) : 0;

	buffer[len > 0 ? len : 0] = '\0';
	buffer[strcspn(buffer, "\n")] = '\0';
}

/* "0::/system.slice/ssh.service", on a v1 or hybrid hierarchy "1:name=systemd:/…" (cgroups(7)). */
static void find_unit(char *cgroups, char *unit, size_t size)
{
	char *rest = cgroups, *line, *part, *found = NULL;

	while ((line = strsep(&rest, "\n"))) {
		char *path = strstr(line, ":/");

		if (!path || (!starts_with(line, "0:") && !strstr(line, ":name=systemd:")))
			continue;
		while ((part = strsep(&path, "/")))
			if (ends_with(part, ".service") || ends_with(part, ".scope"))
				found = part;
		if (found)
			break;
	}
	if (found)
		snprintf(unit, size, "%s", found);
}

static void name_holder(int proc, uint64_t pid, struct host_socket *socket)
{
	char path[64], cgroups[4096] = "";
	int fd;

	snprintf(path, sizeof(path), "%" PRIu64 "/comm", pid);
	read_first_line(proc, path, socket->process, sizeof(socket->process));
	snprintf(path, sizeof(path), "%" PRIu64 "/cgroup", pid);
	fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (read(fd, cgroups, sizeof(cgroups) - 1) > 0)
		find_unit(cgroups, socket->unit, sizeof(socket->unit));
	close(fd);
}

/* The inode in the text of a link, "socket:[12345]"; 0 where it is none. */
static uint64_t inode_of(int folder, const char *name)
{
	char text[64] = "";
	uint64_t inode = 0;
	char *end;

	if (readlinkat(folder, name, text, sizeof(text) - 1) <= 0 || !starts_with(text, "socket:["))
		return 0;
	end = strchr(text, ']');
	if (end)
		*end = '\0';
	return parse_u64(text + strlen("socket:["), 10, &inode) < 0 ? 0 : inode;
}

static void look_at(int proc, uint64_t pid, struct walk *walk)
{
	auto_dir DIR *folder = NULL;
	const struct dirent *entry;
	char path[64];

	snprintf(path, sizeof(path), "%" PRIu64 "/fd", pid);
	folder = open_folder(proc, path);
	if (!folder) {
		walk->denied |= errno == EACCES || errno == EPERM;
		return;
	}
	while (walk->missing && (entry = readdir(folder))) {
		const uint64_t inode = inode_of(dirfd(folder), entry->d_name);
		struct host_socket *socket =
			(struct host_socket *)host_socket_find(walk->sockets, walk->n, inode);

		if (!inode || !socket || *socket->process)
			continue;
		name_holder(proc, pid, socket);
		walk->missing--;
	}
}

static void walk_live(const struct host *host, struct walk *walk)
{
	auto_close int fd = host_open_fd(host, "/proc", O_RDONLY | O_DIRECTORY);
	auto_dir DIR *proc = fd >= 0 ? open_folder(fd, ".") : NULL;
	auto_free uint64_t *pids = NULL;
	size_t n = proc ? list_processes(proc, &pids) : 0;

	for (size_t i = 0; i < n && walk->missing; i++)
		look_at(dirfd(proc), pids[i], walk);
	for (size_t i = 0; i < walk->n; i++)
		if (!*walk->sockets[i].process && (walk->denied || !proc))
			walk->sockets[i].reason = UNKNOWN_PERMISSION;
}

static void read_answer(const struct host *host, struct host_socket *socket)
{
	auto_free char *answer = NULL;
	struct error err = { 0 };
	char *process;

	if (host_recorded_answer(host, PATH("socket.%" PRIu64, socket->inode), &answer, &err) < 0) {
		socket->reason = err.reason;
		return;
	}
	process = strchr(answer, ' ');
	if (process)
		*process++ = '\0';
	if (strcmp(answer, "-") != 0)
		snprintf(socket->unit, sizeof(socket->unit), "%s", answer);
	snprintf(socket->process, sizeof(socket->process), "%s", process ? process : "");
}

void host_socket_holders(const struct host *host, struct host_socket *sockets, size_t n)
{
	struct walk walk = { .sockets = sockets, .n = n, .missing = n };

	if (!n)
		return;
	qsort(sockets, n, sizeof(*sockets), by_inode);
	if (host_is_live(host))
		walk_live(host, &walk);
	else
		for (size_t i = 0; i < n; i++)
			read_answer(host, &sockets[i]);
}
