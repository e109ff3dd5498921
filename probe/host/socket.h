/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/socket: which process holds a socket */
#ifndef STACKCHECK_HOST_SOCKET_H
#define STACKCHECK_HOST_SOCKET_H

#include <stdbool.h>

#include "host/host.h"

struct host_socket {
	uint64_t inode; /* as /proc/net/tcp numbers it */
	char process[16]; /* its name; empty: not found, see `reason` */
	char unit[128]; /* the systemd unit or scope it runs in; empty: none */
	enum unknown_reason
		/* why no process is told; UNKNOWN_NONE: it is known, or the kernel itself has it */
		reason;
};

/*
 * Finds the processes that hold these sockets, in one walk over the file descriptors of all
 * processes (/proc/pid/fd, proc(5)), which ends when all are found. Of several holders the youngest
 * process counts: systemd keeps the sockets it hands out. Sorts `sockets` by inode. Recordings: the
 * answers "socket.<inode>", the unit or "-", a space, and the process.
 */
void host_socket_holders(const struct host *host, struct host_socket *sockets, size_t n);

/* The holder of an inode in the sorted array; NULL when it is not in it. */
const struct host_socket *host_socket_find(const struct host_socket *sockets, size_t n,
					   uint64_t inode);

#endif
