/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * xen: whether this is Xen's control domain, which sees a share of the machine and not the machine
 */
#include <errno.h>
#include <string.h>

#include "core/util.h"
#include "host/xen.h"

#define XENFEAT_dom0 11

int host_xen_dom0(const struct host *host, struct error *err)
{
	auto_free char *type = NULL, *features = NULL, *capabilities = NULL;
	uint64_t bits;
	int r = host_read_line(host, "/sys/hypervisor/type", &type, err);

	/* A kernel without CONFIG_XEN_SYS_HYPERVISOR shows only what xenfs shows. */
	if (r == 0 && strcmp(type, "xen") != 0)
		return 0;
	if (r == 0 &&
	    host_read_line(host, "/sys/hypervisor/properties/features", &features, NULL) == 0 &&
	    parse_u64(features, 16, &bits) == 0)
		return (bits >> XENFEAT_dom0 & 1) != 0;
	if (host_read_line(host, "/proc/xen/capabilities", &capabilities, NULL) == 0)
		return strstr(capabilities, "control_d") != NULL;
	if (r == -ENOENT)
		return 0;
	return r < 0 ? r
		     : error_set(err, -EOPNOTSUPP,
				 "Xen's features are not shown and xenfs is not mounted");
}
