/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/socket: walks /proc/pid/fd for the sockets that are asked for */
#include "host/socket.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "core/util.h"
#include "host/private.h"

/* One walk: what is looked for, and how far it got. */
struct walk {
	const struct host *host;
	uint64_t pid; /* where it is */
	struct host_socket *sockets;
	size_t n, missing;
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

static void name_holder(const struct host *host, uint64_t pid, struct host_socket *socket)
{
	auto_free char *name = NULL, *cgroups = NULL;

	if (host_read_line(host, PATH("/proc/%" PRIu64 "/comm", pid), &name, NULL) == 0)
		snprintf(socket->process, sizeof(socket->process), "%s", name);
	if (host_read(host, PATH("/proc/%" PRIu64 "/cgroup", pid), &cgroups, NULL, NULL) == 0)
		find_unit(cgroups, socket->unit, sizeof(socket->unit));
}

/* The inode in the text of a link, "socket:[12345]"; 0 where it is none. */
static uint64_t inode_of(const char *text)
{
	uint64_t inode;

	return sscanf(text, "socket:[%" SCNu64 "]", &inode) == 1 ? inode : 0;
}

static bool look_at(void *ctx, const char *text)
{
	struct walk *walk = ctx;
	const uint64_t inode = inode_of(text);
	struct host_socket *socket;

	if (!inode)
		return true;
	socket = (struct host_socket *)host_socket_find(walk->sockets, walk->n, inode);
	if (!socket || *socket->process)
		return true;
	name_holder(walk->host, walk->pid, socket);
	walk->missing--;
	return walk->missing > 0;
}

static void walk_live(struct walk *walk)
{
	auto_names struct host_names names = { 0 };
	/*
	 * Process 1 is always there: a list without it is short of others' processes (hidepid,
	 * proc(5)).
	 */
	bool failed = host_list(walk->host, "/proc", &names, NULL) < 0 ||
		      host_exists(walk->host, "/proc/1", NULL) <= 0;

	/*
	 * host_list() sorts by number: the youngest stand last, as long as numbers have not started
	 * again.
	 */
	for (size_t i = names.len; i-- > 0 && walk->missing;) {
		int r;

		if (parse_u64(names.names[i], 10, &walk->pid) < 0)
			continue;
		r = host_each_link(walk->host, PATH("/proc/%s/fd", names.names[i]), look_at, walk,
				   NULL);
		failed |= r == -EACCES || r == -EPERM;
	}
	for (size_t i = 0; i < walk->n; i++)
		if (!*walk->sockets[i].process && failed)
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

static void keep_answer(const struct host *host, const struct host_socket *socket)
{
	const char *key = PATH("socket.%" PRIu64, socket->inode);
	struct error err;

	if (!host->recorder)
		return;
	if (socket->reason != UNKNOWN_NONE) {
		error_because(&err, -EACCES, socket->reason, "%s: not to be seen", key);
		host_keep_failure(host, key, err.code, &err);
		return;
	}
	host_keep_text(host, key,
		       PATH("%s %s", *socket->unit ? socket->unit : "-", socket->process));
}

void host_socket_holders(const struct host *host, struct host_socket *sockets, size_t n)
{
	struct host quiet = *host;
	struct walk walk = { .host = host, .sockets = sockets, .n = n, .missing = n };

	if (!n)
		return;
	qsort(sockets, n, sizeof(*sockets), by_inode);
	if (host_is_live(host)) {
		/* What other processes hold open beside these is not kept. */
		quiet.recorder = NULL;
		walk.host = &quiet;
		walk_live(&walk);
		for (size_t i = 0; i < n; i++)
			keep_answer(host, &sockets[i]);
	} else {
		for (size_t i = 0; i < n; i++)
			read_answer(host, &sockets[i]);
	}
}
