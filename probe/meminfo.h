/* SPDX-License-Identifier: GPL-2.0-or-later */
/* meminfo: the lines of /proc/meminfo, for the probes of memory, swap and huge pages */
#ifndef STACKCHECK_MEMINFO_H
#define STACKCHECK_MEMINFO_H

#include <stdint.h>

/*
 * The number behind "<field>:" in the text of /proc/meminfo (proc(5)): bytes where the line is in
 * kB, else a plain count. -ENOENT: no such line. -EINVAL: no number stands there, or one too large
 * for bytes.
 */
int meminfo_field(const char *text, const char *field, int64_t *ret);

#endif
