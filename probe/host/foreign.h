/* SPDX-License-Identifier: GPL-2.0-or-later */
/* foreign: machines that came as one file, or in the form of another tool */
#ifndef STACKCHECK_HOST_FOREIGN_H
#define STACKCHECK_HOST_FOREIGN_H

#include <stdbool.h>

#include "core/error.h"
#include "host/store.h"

/*
 * Reads the file into a store whose root is the machine's, told by its content: an archive
 * (host/archive.h) of a recording, of a tree as hwloc-gather-topology and lscpu's tests keep it, or of a sosreport; CPUID
 * as libcpuid writes it; the output of lspci -xxx. -EINVAL: none of that, with what was expected; -EFBIG, -EOPNOTSUPP,
 * -ENOMEM, and what open(2) and read(2) answer.
 */
int foreign_read(const char *path, struct store *store, struct error *err);

/* Is this folder a sosreport? Then foreign_read_folder() reads it as foreign_read() does its archive. */
bool foreign_is_sosreport(int folder);
int foreign_read_folder(int folder, const char *path, struct store *store, struct error *err);

#endif
