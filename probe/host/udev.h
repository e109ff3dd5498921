/* SPDX-License-Identifier: GPL-2.0-or-later */
/* udev: what the device database keeps of a device; part of the host's door */
#ifndef STACKCHECK_HOST_UDEV_H
#define STACKCHECK_HOST_UDEV_H

#include "host/host.h"

/*
 * Of the block device `number` ("8:0"): its properties, "KEY=value" a line, the caller's to free.
 * Asks libudev on this system, reads /run/udev/data elsewhere (the same records; a line
 * "E:KEY=value" is a property).
 * -EOPNOTSUPP: there is no database, or it has no record of the device, as nothing has looked at it yet.
 */
int host_udev_block(const struct host *host, const char *number, char **ret_lines,
		    struct error *err);

#endif
