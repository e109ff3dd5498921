/* SPDX-License-Identifier: GPL-2.0-or-later */
/* archive: a compressed tar, read into memory and written from it, by libarchive */
#ifndef STACKCHECK_HOST_ARCHIVE_H
#define STACKCHECK_HOST_ARCHIVE_H

#include <stdbool.h>

#include "core/error.h"
#include "host/store.h"

/* What is kept of an archive may come to that; more is refused, whatever it claims to be. */
#define ARCHIVE_BYTES_MAX   ((size_t)256 * 1024 * 1024)
#define ARCHIVE_ENTRIES_MAX ((size_t)400 * 1000)

/*
 * The files, links and folders of a tar (plain, or by gzip, bzip2, xz or zstd) of `len` bytes, put into
 * `store` with their paths from the machine's root: "/proc/cpuinfo". Folders above are put too. Where the archive has
 * its machine in a folder, that is the root.
 * -EINVAL: it is no tar, breaks off, or holds neither proc nor sys. -EFBIG: more than the limits
 * above. -EOPNOTSUPP: libarchive is not installed. -ENOMEM.
 */
int archive_read(const void *bytes, size_t len, struct store *store, struct error *err);

/* Logs and dumps, which no probe reads: they are most of a sosreport. */
bool archive_passes_over(const char *path);

/* The sorted store as a tar by gzip; the caller's to free. -EOPNOTSUPP, -ENOMEM. */
int archive_write(const struct store *store, char **ret_bytes, size_t *ret_len, struct error *err);

#endif
