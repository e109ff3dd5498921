/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host: links, folders, existence, filesystems: what asks about files without reading them */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "core/util.h"
#include "host/folder.h"
#include "host/host.h"
#include "host/kept.h"
#include "host/private.h"

/*
 * The link itself lies in a folder that may be reached through other links: open that folder first.
 */
static int read_link_at(const struct host *host, const char *path, char *buffer, size_t size)
{
	const struct place place = place_of(host, path, !host->at_slash);
	auto_close int folder = -1;
	const char *name = place.name;
	ssize_t n = recorded_error(host, path, NULL);

	if (n < 0)
		return (int)n;
	if (place.in_folder || host->at_slash) {
		if (place.fd < 0 && place.in_folder)
			return place.fd;
		n = readlinkat(place.fd, name, buffer, size - 1);
	} else {
		name = strrchr(path, '/') + 1;
		folder = host_open_fd(host, PATH("%.*s", (int)(name - path), path),
				      O_PATH | O_DIRECTORY);
		if (folder < 0)
			return folder;
		n = readlinkat(folder, name, buffer, size - 1);
	}
	if (n < 0)
		return -errno;
	buffer[n] = '\0';
	return 0;
}

/* Of an archive. */
static int find_link(const struct host *host, const char *path, char *buffer, size_t size)
{
	const struct store_item *item = NULL;
	int r = host_find(host, path, false, &item);

	if (r < 0)
		return r;
	if (item->kind != STORE_LINK)
		return -EINVAL;
	if (item->len >= size)
		return -ENAMETOOLONG;
	strcpy(buffer, item->bytes);
	return 0;
}

static int read_link_text(const struct host *host, const char *path, char **ret, struct error *err)
{
	char buffer[HOST_PATH_MAX * 4];
	int r = host->files ? find_link(host, path, buffer, sizeof(buffer))
			    : read_link_at(host, path, buffer, sizeof(buffer));
	char *text;

	if (r < 0)
		return host_failure(host, path, r, err);
	text = strdup(buffer);
	if (!text)
		return error_set(err, -ENOMEM, "%s: out of memory", path);
	*ret = text;
	return 0;
}

int host_read_link(const struct host *host, const char *path, char **ret, struct error *err)
{
	struct error local = { 0 };
	int r = recorded_reply(host, "link", path, ret, err);

	if (r != 0)
		return r < 0 ? r : 0;
	if (!host->recorder)
		return read_link_text(host, path, ret, err);
	r = read_link_text(host, path, ret, &local);
	return recorder_reply(host, "link", path, r, r < 0 ? NULL : *ret, &local, err);
}

int host_read_link_name(const struct host *host, const char *path, char **ret, struct error *err)
{
	auto_free char *target = NULL;
	int r = host_read_link(host, path, &target, err);
	const char *slash;
	char *name;

	if (r < 0 || !target)
		return r;
	slash = strrchr(target, '/');
	name = strdup(slash ? slash + 1 : target);
	if (!name)
		return error_set(err, -ENOMEM, "%s: out of memory", path);
	*ret = name;
	return 0;
}

/* Of an archive: what is not a folder is a file. */
static int find_stat(const struct host *host, const char *path, struct host_stat *ret,
		     struct error *err)
{
	const struct store_item *item = NULL;
	int r = host_find(host, path, true, &item);

	if (r < 0)
		return host_failure(host, path, r, err);
	*ret = (struct host_stat){
		.mode = item->kind == STORE_FOLDER ? S_IFDIR | 0755 : S_IFREG | 0644,
		.size = (off_t)item->len,
	};
	return 0;
}

static int stat_file(const struct host *host, const char *path, struct host_stat *ret,
		     struct error *err)
{
	auto_close int fd = -1;
	struct stat st;

	if (host->files)
		return find_stat(host, path, ret, err);
	if (host->at_slash) {
		const struct place place = place_of(host, path, false);

		if (place.in_folder && place.fd < 0)
			return host_failure(host, path, place.fd, err);
		if (fstatat(place.fd, place.name, &st, 0) < 0)
			return host_failure(host, path, -errno, err);
	} else {
		/* O_PATH opens no device and no FIFO: it only names the file. */
		fd = host_open_fd(host, path, O_PATH);
		if (fd < 0)
			return host_failure(host, path, fd, err);
		if (fstat(fd, &st) < 0)
			return host_failure(host, path, -errno, err);
	}
	*ret = (struct host_stat){
		.mode = st.st_mode,
		.uid = st.st_uid,
		.gid = st.st_gid,
		.rdev = st.st_rdev,
		.size = st.st_size,
	};
	return 0;
}

/* Mode, owner, group, device and size, as recorded. */
#define STAT_FORMAT "%jo %ju %ju %ju %jd"

static int parse_stat(const char *text, const char *path, struct host_stat *ret, struct error *err)
{
	uintmax_t mode, uid, gid, rdev;
	intmax_t size;

	if (sscanf(text, STAT_FORMAT, &mode, &uid, &gid, &rdev, &size) != 5)
		return error_set(err, -EINVAL, "stat %s: '%s' is not what was expected", path,
				 text);
	*ret = (struct host_stat){
		.mode = (mode_t)mode,
		.uid = (uid_t)uid,
		.gid = (gid_t)gid,
		.rdev = (dev_t)rdev,
		.size = (off_t)size,
	};
	return 0;
}

static int keep_stat(const struct host *host, const char *path, struct host_stat *ret,
		     struct error *err)
{
	struct error local = { 0 };
	struct host_stat st = { 0 };
	char text[128];
	int r = stat_file(host, path, &st, &local);

	snprintf(text, sizeof(text), STAT_FORMAT, (uintmax_t)st.mode, (uintmax_t)st.uid,
		 (uintmax_t)st.gid, (uintmax_t)st.rdev, (intmax_t)st.size);
	if (r >= 0)
		*ret = st;
	return recorder_reply(host, "stat", path, r, text, &local, err);
}

int host_stat(const struct host *host, const char *path, struct host_stat *ret, struct error *err)
{
	auto_free char *recorded = NULL;
	int r = recorded_reply(host, "stat", path, &recorded, err);

	if (r != 0)
		return r < 0 ? r : parse_stat(recorded, path, ret, err);
	return host->recorder ? keep_stat(host, path, ret, err) : stat_file(host, path, ret, err);
}

int host_exists(const struct host *host, const char *path, struct error *err)
{
	struct host_stat st;
	int r = host_stat(host, path, &st, err);

	if (r == -ENOENT)
		return 0;
	return r < 0 ? r : 1;
}

static int may_write(const struct host *host, const char *path, struct error *err)
{
	if (!host->at_slash)
		path = PATH("%s%s", host->root, path);
	if (faccessat(AT_FDCWD, path, R_OK | W_OK, AT_EACCESS) == 0)
		return 1;
	if (errno == EACCES || errno == EROFS)
		return 0;
	return host_failure(host, path, -errno, err);
}

int host_may_write(const struct host *host, const char *path, struct error *err)
{
	auto_free char *answer = NULL;
	struct error local = { 0 };
	int r;

	if (!host->live) {
		r = host_recorded_answer(host, PATH("access %s", path), &answer, err);
		return r < 0 ? r : *answer == '1';
	}
	if (!host->recorder)
		return may_write(host, path, err);
	r = may_write(host, path, &local);
	return recorder_reply(host, "access", path, r, r > 0 ? "1" : "0", &local, err);
}

/* As strverscmp(3), which begins where they differ: in a number at its start. */
static int by_version(const void *a, const void *b)
{
	const char *one = *(char *const *)a, *other = *(char *const *)b;
	size_t at = 0;

	while (one[at] && one[at] == other[at])
		at++;
	while (at && isdigit((unsigned char)one[at - 1]))
		at--;
	return strverscmp(one + at, other + at);
}

/* Much is: processes come by number, and many a folder in the order in which it was made. */
static bool is_sorted(const struct host_names *names)
{
	for (size_t i = 1; i < names->len; i++)
		if (by_version(&names->names[i - 1], &names->names[i]) > 0)
			return false;
	return true;
}

static int names_add(struct host_names *names, size_t *size, const char *name)
{
	char **larger;

	if (names->len == *size) {
		*size = *size ? *size * 2 : 32;
		larger = realloc(names->names, *size * sizeof(*larger));
		if (!larger)
			return -ENOMEM;
		names->names = larger;
	}
	names->names[names->len] = strdup(name);
	if (!names->names[names->len])
		return -ENOMEM;
	names->len++;
	return 0;
}

/*
 * Calls `each` with every entry but "." and "..", until it returns something but 0, and returns
 * that, or -errno.
 */
static int each_entry(int fd, int (*each)(void *ctx, const struct dirent64 *entry), void *ctx)
{
	/* What fdopendir() would allocate for each folder, without its two system calls. */
	_Alignas(struct dirent64) char buffer[8192];

	for (;;) {
		ssize_t len = getdents64(fd, buffer, sizeof(buffer));

		if (len <= 0)
			return len < 0 ? -errno : 0;
		for (ssize_t at = 0; at < len;) {
			const struct dirent64 *entry = (const struct dirent64 *)(buffer + at);
			int r = 0;

			at += entry->d_reclen;
			if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
				r = each(ctx, entry);
			if (r != 0)
				return r;
		}
	}
}

struct growing_names {
	struct host_names names;
	size_t size;
};

static int add_entry(void *ctx, const struct dirent64 *entry)
{
	struct growing_names *names = ctx;

	return names_add(&names->names, &names->size, entry->d_name);
}

static int open_folder(const struct host *host, const char *path, struct error *err)
{
	int fd = host_open_fd(host, path, O_RDONLY | O_DIRECTORY | O_NONBLOCK);

	return fd < 0 ? host_failure(host, path, fd, err) : fd;
}

static int hand_on(struct growing_names *names, const char *path, int r, struct host_names *ret,
		   struct error *err)
{
	if (r < 0) {
		host_names_free(&names->names);
		return error_set(err, r, "%s: %s", path, strerror(-r));
	}
	if (names->names.names && !is_sorted(&names->names))
		qsort(names->names.names, names->names.len, sizeof(*names->names.names),
		      by_version);
	*ret = names->names;
	return 0;
}

static int ask_folder(const struct host *host, const char *path, struct host_names *ret,
		      struct error *err)
{
	auto_close int fd = open_folder(host, path, err);
	struct growing_names names = { 0 };
	int r;

	if (fd < 0)
		return fd;
	if (host->live) {
		r = live_masked(host, path, fd, err);
		if (r < 0)
			return r;
	}
	return hand_on(&names, path, each_entry(fd, add_entry, &names), ret, err);
}

/* Each name behind a slash, which no name has. */
static int split_names(char *text, const char *path, struct host_names *ret, struct error *err)
{
	struct growing_names names = { 0 };
	char *name;
	int r = 0;

	while (r == 0 && (name = strsep(&text, "/")))
		if (*name)
			r = names_add(&names.names, &names.size, name);
	return hand_on(&names, path, r, ret, err);
}

static int list_folder(const struct host *host, const char *path, struct host_names *ret,
		       struct error *err)
{
	const struct store_item *kept = kept_find(host, path);
	auto_free char *text = kept ? strdup(kept->bytes) : NULL;
	int r;

	if (text)
		return split_names(text, path, ret, err);
	r = ask_folder(host, path, ret, err);
	if (r == 0)
		kept_folder(host, path, ret);
	return r;
}

/* Of an archive: what stands below the folder and not below a folder in it. */
static int find_names(const struct host *host, const char *path, struct host_names *ret,
		      struct error *err)
{
	const struct store *files = host->files;
	const struct store_item *folder = NULL;
	struct growing_names names = { 0 };
	int r = host_find(host, path, true, &folder);
	const char *prefix;
	size_t len;

	if (r == 0 && folder->kind != STORE_FOLDER)
		r = -ENOTDIR;
	if (r < 0)
		return host_failure(host, path, r, err);
	prefix = folder->key[1] ? PATH("%s/", folder->key) : "/";
	len = strlen(prefix);
	for (size_t i = store_first(files, prefix); r == 0 && i < files->len; i++) {
		const char *key = files->items[files->order[i]].key;

		if (strncmp(key, prefix, len) != 0)
			break;
		if (key[len] && !strchr(key + len, '/'))
			r = names_add(&names.names, &names.size, key + len);
	}
	return hand_on(&names, path, r, ret, err);
}

static int keep_names(const struct host *host, const char *path, struct host_names *ret,
		      struct error *err)
{
	struct host_names names = { 0 };
	auto_free char *text = NULL;
	struct error local = { 0 };
	int r = list_folder(host, path, &names, &local);
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	for (size_t i = 0; out && i < names.len; i++)
		fprintf(out, "/%s", names.names[i]);
	if (!out || fclose(out) != 0) {
		host_names_free(&names);
		return error_set(err, -ENOMEM, "%s: out of memory", path);
	}
	if (r >= 0)
		*ret = names;
	return recorder_reply(host, "list", path, r, text, &local, err);
}

int host_list(const struct host *host, const char *path, struct host_names *ret, struct error *err)
{
	auto_free char *recorded = NULL;
	int r = recorded_reply(host, "list", path, &recorded, err);

	if (r != 0)
		return r < 0 ? r : split_names(recorded, path, ret, err);
	if (host->recorder)
		return keep_names(host, path, ret, err);
	return host->files ? find_names(host, path, ret, err) : list_folder(host, path, ret, err);
}

struct link_walk {
	int fd;
	const char *path;
	host_link_seen seen;
	void *ctx;
	struct error *err;
	int refused;
};

static int see_link(void *ctx, const struct dirent64 *entry)
{
	struct link_walk *walk = ctx;
	char text[HOST_PATH_MAX];
	ssize_t len;

	/* Some filesystems do not tell the type. */
	if (entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN)
		return 0;
	len = readlinkat(walk->fd, entry->d_name, text, sizeof(text) - 1);
	/* proc_fd_access_allowed() of fs/proc/base.c asks for the process: the others are refused too. */
	if (len < 0 && (errno == EACCES || errno == EPERM))
		walk->refused = error_set(walk->err, -errno, "%s/%s: %s", walk->path, entry->d_name,
					  strerror(errno));
	if (len < 0)
		return walk->refused;
	text[len] = '\0';
	return !walk->seen(walk->ctx, text);
}

static int walk_links(const struct host *host, const char *path, host_link_seen seen, void *ctx,
		      struct error *err)
{
	auto_close int fd = open_folder(host, path, err);
	struct link_walk walk = { fd, path, seen, ctx, err, 0 };
	int r;

	if (fd < 0)
		return fd;
	r = each_entry(fd, see_link, &walk);
	if (r < 0 && !walk.refused)
		return error_set(err, r, "%s: %s", path, strerror(-r));
	return walk.refused;
}

/* A process's files are its own business: kept is only what has no path, as anon_inode:kvm-vm. */
static bool note_link(void *ctx, const char *text)
{
	if (!strchr(text, '/'))
		fprintf(ctx, "%s\n", text);
	return true;
}

/* The links as lines. */
static bool show_links(char *lines, host_link_seen seen, void *ctx)
{
	char *line;

	while ((line = strsep(&lines, "\n")))
		if (*line && !seen(ctx, line))
			return false;
	return true;
}

static int keep_links(const struct host *host, const char *path, host_link_seen seen, void *ctx,
		      struct error *err)
{
	auto_free char *text = NULL;
	struct error local = { 0 };
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	int r = out ? walk_links(host, path, note_link, out, &local) : -ENOMEM;

	if (!out || fclose(out) != 0)
		return error_set(err, -ENOMEM, "%s: out of memory", path);
	r = recorder_reply(host, "links", path, r, text, &local, err);
	if (r >= 0)
		show_links(text, seen, ctx);
	return r;
}

int host_each_link(const struct host *host, const char *path, host_link_seen seen, void *ctx,
		   struct error *err)
{
	auto_free char *recorded = NULL;
	int r = recorded_reply(host, "links", path, &recorded, err);

	if (r > 0)
		show_links(recorded, seen, ctx);
	if (r != 0)
		return r < 0 ? r : 0;
	if (host->files)
		return host_failure(host, path, -ENOENT, err);
	return host->recorder ? keep_links(host, path, seen, ctx, err)
			      : walk_links(host, path, seen, ctx, err);
}

void host_names_free(struct host_names *names)
{
	for (size_t i = 0; i < names->len; i++)
		free(names->names[i]);
	free(names->names);
	*names = (struct host_names){ 0 };
}

/* A folder that the software is yet to make lies on its parent's filesystem. */
static int open_nearest(const struct host *host, const char *path)
{
	char folder[HOST_PATH_MAX];
	int fd;

	if (strlen(path) >= sizeof(folder))
		return -ENAMETOOLONG;
	strcpy(folder, path);
	for (;;) {
		char *slash;

		fd = host_open_fd(host, *folder ? folder : "/", O_PATH);
		if (fd != -ENOENT || !*folder)
			return fd;
		slash = strrchr(folder, '/');
		*(slash ? slash : folder) = '\0';
	}
}

static int live_space(const struct host *host, const char *path, struct host_space *ret,
		      struct error *err)
{
	auto_close int fd = open_nearest(host, path);
	struct statfs fs;

	if (fd < 0)
		return host_failure(host, path, fd, err);
	if (fstatfs(fd, &fs) < 0)
		return error_set(err, -errno, "%s: %s", path, strerror(errno));
	*ret = (struct host_space){
		.magic = (uint64_t)fs.f_type,
		.total = (uint64_t)fs.f_blocks * (uint64_t)fs.f_frsize,
		.free = (uint64_t)fs.f_bavail * (uint64_t)fs.f_frsize,
	};
	return 0;
}

int host_space(const struct host *host, const char *path, struct host_space *ret, struct error *err)
{
	struct error local = { 0 };
	int r;

	if (!host->live) {
		int64_t magic, total, free_bytes;

		r = host_recorded_i64(host, PATH("space.magic %s", path), &magic, err);

		if (r >= 0)
			r = host_recorded_i64(host, PATH("space.total %s", path), &total, err);
		if (r >= 0)
			r = host_recorded_i64(host, PATH("space.free %s", path), &free_bytes, err);
		if (r < 0)
			return r;
		*ret = (struct host_space){ (uint64_t)magic, (uint64_t)total,
					    (uint64_t)free_bytes };
		return 0;
	}
	if (!host->recorder)
		return live_space(host, path, ret, err);
	r = live_space(host, path, ret, &local);
	if (r < 0 && err)
		*err = local;
	if (r < 0)
		return host_keep_failure(host, PATH("space.magic %s", path), r, &local);
	host_keep_i64(host, PATH("space.magic %s", path), (int64_t)ret->magic);
	host_keep_i64(host, PATH("space.total %s", path), (int64_t)ret->total);
	host_keep_i64(host, PATH("space.free %s", path), (int64_t)ret->free);
	return 0;
}
