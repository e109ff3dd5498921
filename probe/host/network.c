/* SPDX-License-Identifier: GPL-2.0-or-later */
/* network: where /proc shows the machine's own network, and not that of this process */
#include "host/network.h"

#include <string.h>

#include "core/util.h"

const char *host_network_folder(const struct host *host)
{
	auto_free char *ours = NULL, *inits = NULL;

	if (strcmp(host_process(host), "/proc/1") == 0)
		return "/proc/1/net";
	if (host_read_link(host, "/proc/self/ns/net", &ours, NULL) == 0 &&
	    host_read_link(host, "/proc/1/ns/net", &inits, NULL) == 0 && strcmp(ours, inits) != 0)
		return "/proc/1/net";
	return "/proc/net";
}
