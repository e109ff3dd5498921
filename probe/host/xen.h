/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * xen: whether this is Xen's control domain, which sees a share of the machine and not the machine
 */
#ifndef STACKCHECK_HOST_XEN_H
#define STACKCHECK_HOST_XEN_H

#include "host/host.h"

/*
 * 1: this system is Xen's control domain (Dom0); 0: it is not; -errno: cannot be told. Bit 11 of
 * /sys/hypervisor/properties/features (XENFEAT_dom0, Xen xen/include/public/features.h), else
 * "control_d" in /proc/xen/capabilities.
 */
int host_xen_dom0(const struct host *host, struct error *err);

#endif
