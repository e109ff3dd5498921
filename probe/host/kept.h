/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kept: what several probes ask a machine for and is asked for once; part of the host's door */
#ifndef STACKCHECK_HOST_KEPT_H
#define STACKCHECK_HOST_KEPT_H

#include "host/host.h"
#include "host/store.h"

/*
 * What was kept of a path: a file's bytes, or a folder's names, a slash in front of each. NULL where
 * it was not asked for yet, and for paths that are always asked for.
 */
const struct store_item *kept_find(const struct host *host, const char *path);

/* Keeps it for the next one who asks; nothing for paths that are always asked for. */
void kept_file(const struct host *host, const char *path, const char *bytes, size_t len);
void kept_folder(const struct host *host, const char *path, const struct host_names *names);

#endif
