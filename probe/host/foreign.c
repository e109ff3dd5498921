/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/foreign.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/util.h"
#include "host/archive.h"
#include "host/foreign-text.h"
#include "host/host.h"

/* No recording is larger, packed or not. */
#define FILE_MAX ((off_t)ARCHIVE_BYTES_MAX)

/* Folders in folders: none that is meant to be read goes deeper. */
#define DEPTH_MAX 32

static int read_fd(int fd, const char *path, char **ret, size_t *ret_len, struct error *err)
{
	auto_free char *bytes = NULL;
	struct stat st;
	size_t len = 0;

	if (fstat(fd, &st) < 0)
		return error_set(err, -errno, "%s: %s", path, strerror(errno));
	if (st.st_size > FILE_MAX)
		return error_set(err, -EFBIG, "%s: larger than any recording", path);
	bytes = malloc((size_t)st.st_size + 1);
	if (!bytes)
		return error_set(err, -ENOMEM, "%s: out of memory", path);
	while (len < (size_t)st.st_size) {
		ssize_t n = read(fd, bytes + len, (size_t)st.st_size - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_set(err, -errno, "%s: %s", path, strerror(errno));
		if (n == 0)
			break;
		len += (size_t)n;
	}
	bytes[len] = '\0';
	*ret = take(bytes);
	*ret_len = len;
	return 0;
}

static int read_file(const char *path, char **ret, size_t *ret_len, struct error *err)
{
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return error_set(err, -errno, "%s: %s", path, strerror(errno));
	return read_fd(fd, path, ret, ret_len, err);
}

static bool is_text(const char *bytes, size_t len)
{
	return len && !memchr(bytes, 0, len < 4096 ? len : 4096);
}

int foreign_read(const char *path, struct store *store, struct error *err)
{
	auto_free char *bytes = NULL;
	size_t len = 0;
	int r = read_file(path, &bytes, &len, err);

	if (r < 0)
		return r;
	if (is_text(bytes, len) && text_is_cpuid(bytes))
		r = text_read_cpuid(bytes, len, store);
	else if (is_text(bytes, len) && text_is_lspci(bytes))
		r = text_read_lspci(bytes, store);
	else
		r = archive_read(bytes, len, store, err);
	if (r == -EINVAL)
		return error_set(
			err, r,
			"%s: expected a recording (a tar or a folder with proc or sys), a facts "
			"file "
			"(JSON), CPUID as libcpuid writes it, the output of lspci -xxxx, or a "
			"sosreport; as a tar: %s",
			path, PATH("%s", err ? err->text : ""));
	if (r == -ENOMEM)
		return error_set(err, r, "%s: out of memory", path);
	if (r < 0)
		return error_wrap(err, "%s", path);
	r = store_find(store, "/sos_commands") ? text_complete_sosreport(store) : 0;
	if (r >= 0)
		r = store_sort(store);
	return r < 0 ? error_set(err, r, "%s: out of memory", path) : 0;
}

/* --- the folder of a sosreport --- */

bool foreign_is_sosreport(int folder)
{
	struct stat st;

	return fstatat(folder, "sos_commands", &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISDIR(st.st_mode);
}

struct walk {
	struct store *store;
	struct error *err;
	size_t entries;
	int depth;
};

static int walk_folder(struct walk *walk, int fd, const char *path);

static int walk_link(const struct walk *walk, int folder, const char *name, const char *path)
{
	char text[HOST_PATH_MAX];
	ssize_t n = readlinkat(folder, name, text, sizeof(text) - 1);

	if (n < 0)
		return 0;
	return store_put(walk->store, path, STORE_LINK, text, (size_t)n);
}

/* Opened without following a link: another one may have come there since it was looked at. */
static int walk_file(const struct walk *walk, int folder, const char *name, const char *path)
{
	auto_close int fd =
		openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	auto_free char *bytes = NULL;
	struct stat st;
	size_t len = 0;

	/* One that may not be read is as one that was not collected. */
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ||
	    read_fd(fd, path, &bytes, &len, NULL) < 0)
		return 0;
	if (len > ARCHIVE_BYTES_MAX - walk->store->total)
		return error_set(walk->err, -EFBIG, "%s: more than a recording holds", path);
	return store_put(walk->store, path, STORE_FILE, bytes, len);
}

static int walk_entry(struct walk *walk, int folder, const char *name, const char *path)
{
	auto_close int fd = -1;
	struct stat st;
	int r;

	if (++walk->entries > ARCHIVE_ENTRIES_MAX)
		return error_set(walk->err, -EFBIG, "%s: more files than a recording holds", path);
	if (strlen(path) >= HOST_PATH_MAX - 1 || archive_passes_over(path) ||
	    fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	if (S_ISLNK(st.st_mode))
		return walk_link(walk, folder, name, path);
	if (!S_ISDIR(st.st_mode))
		return walk_file(walk, folder, name, path);
	fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || walk->depth >= DEPTH_MAX)
		return 0;
	r = store_put(walk->store, path, STORE_FOLDER, "", 0);
	walk->depth++;
	if (r >= 0)
		r = walk_folder(walk, take_fd(&fd), path);
	walk->depth--;
	return r;
}

/* Takes the descriptor. */
static int walk_folder(struct walk *walk, int fd, const char *path)
{
	DIR *stream = fdopendir(fd);
	struct dirent *entry;
	int r = 0;

	if (!stream) {
		close(fd);
		return -errno;
	}
	while (r >= 0 && (entry = readdir(stream)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			r = walk_entry(walk, dirfd(stream), entry->d_name,
				       PATH("%s/%s", path, entry->d_name));
	closedir(stream);
	return r < 0 ? r : 0;
}

int foreign_read_folder(int folder, const char *path, struct store *store, struct error *err)
{
	struct walk walk = { .store = store, .err = err };
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = fd < 0 ? -errno : store_put(store, "/", STORE_FOLDER, "", 0);

	if (fd < 0)
		return error_set(err, r, "%s: %s", path, strerror(-r));
	if (r >= 0)
		r = walk_folder(&walk, fd, "");
	else
		close(fd);
	if (r >= 0)
		r = text_complete_sosreport(store);
	if (r >= 0)
		r = store_sort(store);
	if (r == -EFBIG)
		return error_wrap(err, "%s", path);
	return r < 0 ? error_set(err, r, "%s: %s", path, strerror(-r)) : 0;
}
