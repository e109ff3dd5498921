/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * folder: the folders that were looked into last, kept open. A probe asks for many files of one
 * device, and most of what opening a file of sysfs costs is the way to its folder.
 */
#include "host/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "core/util.h"
#include "host/private.h"

enum {
	FOLDER_SEEN = -1, /* named once: not yet worth a descriptor */
};

struct folder {
	char path[FOLDER_PATH_MAX]; /* without a slash at its end: that of "/" is empty */
	size_t len;
	int fd; /* or FOLDER_SEEN, or why it does not open */
	int fs; /* 1: `magic` is known; 0: not asked yet; or why it is not */
	unsigned long magic;
};

struct folders {
	uint64_t marks[FOLDERS_KEPT]; /* of each: another one is passed without looking at it */
	struct folder items[FOLDERS_KEPT];
	size_t used, next;
};

/* Its length and its end, in which folders differ most. */
static uint64_t mark_of(const char *path, size_t len)
{
	uint64_t mark = 0;
	size_t n = len < sizeof(mark) ? len : sizeof(mark);

	memcpy(&mark, path + len - n, n);
	return mark ^ (uint64_t)len << 56;
}

struct folders *folders_new(void)
{
	return calloc(1, sizeof(struct folders));
}

static void folder_close(struct folder *folder)
{
	if (folder->fd >= 0)
		close(folder->fd);
}

void folders_free(struct folders *folders)
{
	if (!folders)
		return;
	for (size_t i = 0; i < folders->used; i++)
		folder_close(&folders->items[i]);
	free(folders);
}

/* NULL where it is not kept. */
static struct folder *folder_find(struct folders *folders, const char *path, size_t len)
{
	const uint64_t mark = mark_of(path, len);

	for (size_t i = 0; i < folders->used; i++) {
		struct folder *folder = &folders->items[i];

		if (folders->marks[i] == mark && folder->len == len &&
		    memcmp(folder->path, path, len) == 0)
			return folder;
	}
	return NULL;
}

/* The oldest one makes room. */
static struct folder *folder_add(struct folders *folders, const char *path, size_t len)
{
	struct folder *folder = &folders->items[folders->next];

	folders->next = (folders->next + 1) % FOLDERS_KEPT;
	if (folders->used < FOLDERS_KEPT)
		folders->used++;
	else
		folder_close(folder);
	folders->marks[folder - folders->items] = mark_of(path, len);
	memcpy(folder->path, path, len);
	folder->path[len] = '\0';
	folder->len = len;
	folder->fd = FOLDER_SEEN;
	folder->fs = 0;
	return folder;
}

static void folder_open(const struct host *host, struct folder *folder)
{
	folder->fd =
		host_open_from_root(host, *folder->path ? folder->path : "/", O_PATH | O_DIRECTORY);
	/* Of no use to remember; the file's own opening says it again. */
	if (folder->fd == -EMFILE || folder->fd == -ENFILE || folder->fd == -ENOMEM)
		folder->fd = FOLDER_SEEN;
}

/* From its second naming on a folder is opened. */
static struct folder *folder_named(const struct host *host, const char *path, size_t len, bool need)
{
	struct folders *folders = host->cache->folders;
	struct folder *folder;

	if (len >= FOLDER_PATH_MAX)
		return NULL;
	folder = folder_find(folders, path, len);
	if (!folder) {
		folder = folder_add(folders, path, len);
		if (!need)
			return folder;
	}
	if (folder->fd == FOLDER_SEEN)
		folder_open(host, folder);
	return folder;
}

struct place place_of(const struct host *host, const char *path, bool need)
{
	const char *slash = strrchr(path, '/');
	struct place place = { .fd = host->at_slash ? AT_FDCWD : host->root_fd, .name = path };
	struct folder *folder;

	/* The root itself, and folders written with a slash at their end, have no name in one. */
	if (!slash || !slash[1])
		return place;
	folder = folder_named(host, path, (size_t)(slash - path), need);
	if (!folder || folder->fd == FOLDER_SEEN)
		return place;
	return (struct place){ .fd = folder->fd, .name = slash + 1, .in_folder = true };
}

int folder_fs(const struct host *host, const char *path, unsigned long *ret_magic)
{
	struct folder *folder = folder_named(host, path, strlen(path), true);
	struct statfs fs;

	if (!folder)
		return -ENAMETOOLONG;
	if (folder->fd < 0)
		return folder->fd == FOLDER_SEEN ? -EMFILE : folder->fd;
	if (folder->fs == 0)
		folder->fs = fstatfs(folder->fd, &fs) < 0 ? -errno : 1;
	else
		fs.f_type = (__typeof__(fs.f_type))folder->magic;
	if (folder->fs < 0)
		return folder->fs;
	*ret_magic = folder->magic = (unsigned long)fs.f_type;
	return 0;
}
