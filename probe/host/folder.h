/* SPDX-License-Identifier: GPL-2.0-or-later */
/* folder: the folders that were looked into last, kept open; part of the host's door */
#ifndef STACKCHECK_HOST_FOLDER_H
#define STACKCHECK_HOST_FOLDER_H

#include <stdbool.h>
#include <stdlib.h>

struct host;
struct folders;

#define FOLDERS_KEPT	64 /* a probe goes to and fro between a few, and many come back to some */
#define FOLDER_PATH_MAX 232 /* longer ones are not kept */

/* NULL: out of memory. */
struct folders *folders_new(void);
void folders_free(struct folders *folders);

/* Where a file is looked up: a descriptor and a name from there. */
struct place {
	int fd; /* -errno: its folder does not open, so the file does not either */
	const char *name;
	bool in_folder; /* `fd` is the file's folder; else the root, or AT_FDCWD */
};

/*
 * The place of `path`, an absolute path of this host. With `need` its folder is opened in any case,
 * as far as it can be kept.
 */
struct place place_of(const struct host *host, const char *path, bool need);

/*
 * The type of the filesystem on which a folder lies (statfs(2)), "" being the root: 0, or -errno
 * where the folder does not open.
 */
int folder_fs(const struct host *host, const char *path, unsigned long *ret_magic);

#endif
