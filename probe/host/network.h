/* SPDX-License-Identifier: GPL-2.0-or-later */
/* network: where /proc shows the machine's own network, and not that of this process */
#ifndef STACKCHECK_HOST_NETWORK_H
#define STACKCHECK_HOST_NETWORK_H

#include "host/host.h"

/*
 * "/proc/net", which is that of the process that reads (proc(5)); "/proc/1/net" where that is
 * another one: below another root, whose "self" is not of that machine, and in a network namespace
 * of its own (ip-netns(8), PrivateNetwork= of systemd.exec(5)), as far as this user may see which
 * one process 1 has.
 */
const char *host_network_folder(const struct host *host);

#endif
