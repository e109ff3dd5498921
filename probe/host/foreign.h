/* SPDX-License-Identifier: GPL-2.0-or-later */
/* foreign: machines that came as one file */
#ifndef STACKCHECK_HOST_FOREIGN_H
#define STACKCHECK_HOST_FOREIGN_H

#include "core/error.h"
#include "host/store.h"

/*
 * Reads the file into a store whose root is the machine's, told by its content: an archive
 * (host/archive.h). -EINVAL: none of that, with what was expected; -EFBIG, -EOPNOTSUPP, -ENOMEM, and what open(2) and
 * read(2) answer.
 */
int foreign_read(const char *path, struct store *store, struct error *err);

#endif
