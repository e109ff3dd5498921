/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kmod: how this system's kernel has a module, by libkmod; part of the host's door */
#ifndef STACKCHECK_HOST_KMOD_H
#define STACKCHECK_HOST_KMOD_H

#include "host/host.h"

/*
 * "builtin", "loaded", "available" or "missing"; `folder` is the running kernel's folder of
 * modules, with the indexes that depmod(8) writes. Nothing is loaded.
 * -EOPNOTSUPP: libkmod cannot tell: this is another system than the one it would look at, it is not installed, /sys is not
 * mounted, there are no indexes, or the kernel shows something of that name that no index has. The texts beside the
 * indexes tell then.
 */
int host_kmod_state(const struct host *host, const char *folder, const char *name,
		    const char **ret_state, struct error *err);

#endif
