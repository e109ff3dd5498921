/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host: opening a machine, and the reads that are the same for all kinds of it */
#include "host/host.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/util.h"
#include "host/folder.h"
#include "host/foreign.h"
#include "host/kept.h"
#include "host/private.h"

/* A file larger than this is not one that a probe means to read. */
#define READ_LIMIT ((size_t)64 * 1024 * 1024)

/* Of a file that is read in pieces. */
#define PIECE_SIZE  ((size_t)64 * 1024)
#define PIECE_LIMIT ((size_t)1024 * 1024)

/* Formats that have nothing but %s, as nearly all: the length, or -1 for any other. */
static int join_strings(char *buffer, const char *format, va_list args)
{
	size_t len = 0;

	while (*format && len < HOST_PATH_MAX) {
		const char *part = format;
		size_t n = strcspn(format, "%");

		if (n == 0 && format[1] == 's') {
			part = va_arg(args, const char *);
			n = strlen(part);
			format += 2;
		} else if (n == 0) {
			return -1;
		} else {
			format += n;
		}
		if (n >= HOST_PATH_MAX - len)
			return HOST_PATH_MAX;
		memcpy(buffer + len, part, n);
		len += n;
	}
	buffer[len] = '\0';
	return (int)len;
}

const char *host_path(char *buffer, const char *format, ...)
{
	va_list args, again;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = join_strings(buffer, format, args);
	if (len < 0)
		len = vsnprintf(buffer, HOST_PATH_MAX, format, again);
	va_end(again);
	va_end(args);
	/* Too long: no such path is ever looked up, the read fails with ENAMETOOLONG. */
	if (len < 0 || len >= HOST_PATH_MAX)
		memset(buffer, 'x', HOST_PATH_MAX - 1);
	return buffer;
}

static struct host *host_new(const char *root)
{
	struct host *host = calloc(1, sizeof(*host));
	size_t len = strlen(root);

	if (!host)
		return NULL;
	host->root_fd = -1;
	while (len > 0 && root[len - 1] == '/')
		len--;
	host->root = strndup(root, len);
	host->cache = malloc(sizeof(*host->cache));
	if (host->cache)
		*host->cache =
			(struct host_cache){ .kvm_fd = -1, .vm_fd = -1, .folders = folders_new() };
	if (!host->root || !host->cache || !host->cache->folders) {
		free(host->root);
		free(host->cache);
		free(host);
		return NULL;
	}
	return host;
}

static int open_root(struct host *host, struct error *err)
{
	const char *root = *host->root ? host->root : "/";

	host->root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (host->root_fd < 0)
		return error_set(err, -errno, "%s: %s", root, strerror(errno));
	return 0;
}

/* What this process sees of the machine is a part of what was read. */
static void record_view(const struct host *host)
{
	if (host->elsewhere)
		host_keep_text(host, "host.elsewhere", "1");
	if (live_view(host)->confined)
		host_keep_text(host, "host.confined", live_view(host)->confined_why);
}

int host_open_live(const char *root, const struct host_options *options, struct host **ret,
		   struct error *err)
{
	auto_host struct host *host = host_new(root ? root : "/");

	if (!host)
		return error_set(err, -ENOMEM, "out of memory");
	host->live = true;
	host->at_slash = *host->root == '\0';
	host->elsewhere = !host->at_slash;
	if (options)
		host->options = *options;
	if (open_root(host, err) < 0)
		return err ? err->code : -EIO;
	if (host->options.record) {
		live_view(
			host); /* before anything is kept: what it reads is no part of the machine */
		host->recorder = recorder_new();
		if (!host->recorder)
			return error_set(err, -ENOMEM, "out of memory");
		record_view(host);
	}
	*ret = take(host);
	return 0;
}

static int open_archive(struct host *host, const char *path, struct error *err)
{
	host->files = calloc(1, sizeof(*host->files));
	if (!host->files)
		return error_set(err, -ENOMEM, "out of memory");
	return foreign_read(path, host->files, err);
}

static int open_sosreport(struct host *host, const char *path, struct error *err)
{
	host->files = calloc(1, sizeof(*host->files));
	if (!host->files)
		return error_set(err, -ENOMEM, "out of memory");
	return foreign_read_folder(host->root_fd, path, host->files, err);
}

static bool is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

int host_open_recording(const char *path, struct host **ret, struct error *err)
{
	auto_host struct host *host = host_new(path);
	int r;

	if (!host)
		return error_set(err, -ENOMEM, "out of memory");
	host->options.no_guest = true;
	r = is_file(path) ? open_archive(host, path, err) : open_root(host, err);
	if (r >= 0 && !host->files && foreign_is_sosreport(host->root_fd))
		r = open_sosreport(host, path, err);
	if (r < 0)
		return r;
	if (!host->files && faccessat(host->root_fd, "proc", F_OK, 0) < 0 &&
	    faccessat(host->root_fd, "sys", F_OK, 0) < 0)
		return error_set(err, -EINVAL,
				 "%s: not a recording: expected a folder that holds proc or sys",
				 path);
	r = recorded_load(host, err);
	if (r < 0)
		return r;
	*ret = take(host);
	return 0;
}

static void reap(pid_t pid)
{
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

void host_reap_later(const struct host *host, pid_t pid)
{
	reap(host->cache->child);
	host->cache->child = pid;
}

void host_close(struct host *host)
{
	if (!host)
		return;
	reap(host->cache->child);
	recorded_free(host);
	recorder_free(host->recorder);
	close_fd(&host->root_fd);
	close_fd(&host->cache->vm_fd);
	close_fd(&host->cache->kvm_fd);
	kmod_close(host->cache->kmod);
	pci_close(host->cache->pci);
	udev_close(host->cache->udev);
	folders_free(host->cache->folders);
	free(host->cache->cpuid);
	store_free(&host->cache->kept);
	free(host->cache);
	free(host->root);
	free(host);
}

bool host_is_live(const struct host *host)
{
	return host->live;
}

bool host_is_this_system(const struct host *host)
{
	return host->at_slash && !host->recorder;
}

bool host_is_elsewhere(const struct host *host)
{
	return host->elsewhere;
}

bool host_may_run_guest(const struct host *host)
{
	return host->live && !host->options.no_guest;
}

const char *host_root(const struct host *host)
{
	return host->root;
}

int host_confined(const struct host *host, const char **ret_why)
{
	const struct host_view *view = live_view(host);

	if (ret_why)
		*ret_why = view->confined_why;
	return view->confined;
}

int host_open_from_root(const struct host *host, const char *path, int flags)
{
	/* openat2(2): links of a recording, absolute ones too, stay inside it. */
	struct open_how how = {
		.flags = (uint64_t)(flags | O_CLOEXEC),
		.resolve = RESOLVE_IN_ROOT,
	};
	int fd;

	if (host->at_slash)
		fd = open(path, flags | O_CLOEXEC);
	else
		fd = (int)syscall(SYS_openat2, host->root_fd, path, &how, sizeof(how));
	return fd < 0 ? -errno : fd;
}

/* A name in an open folder. Where it is a link, a recording's root is needed to follow it: -ELOOP. */
static int open_in_folder(const struct host *host, const struct place *place, int flags)
{
	struct open_how how = {
		.flags = (uint64_t)(flags | O_CLOEXEC),
		.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH,
	};
	int fd;

	if (host->at_slash)
		fd = openat(place->fd, place->name, flags | O_CLOEXEC);
	else
		fd = (int)syscall(SYS_openat2, place->fd, place->name, &how, sizeof(how));
	return fd < 0 ? -errno : fd;
}

int host_open_fd(const struct host *host, const char *path, int flags)
{
	const struct place place = place_of(host, path, false);
	int fd = recorded_error(host, path, NULL);

	if (fd < 0)
		return fd;
	if (!place.in_folder)
		return host_open_from_root(host, path, flags);
	if (place.fd < 0)
		return place.fd;
	fd = open_in_folder(host, &place, flags);
	/* ".." as a name leads out of the folder. */
	if ((fd == -ELOOP || fd == -EXDEV) && !host->at_slash)
		return host_open_from_root(host, path, flags);
	return fd;
}

int host_failure(const struct host *host, const char *path, int code, struct error *err)
{
	int recorded = recorded_error(host, path, err);

	if (recorded < 0)
		return recorded;
	if (code != -ENOENT && code != -ENOTDIR)
		return error_set(err, code, "%s: %s", path, strerror(-code));
	return host->live ? live_missing(host, path, err) : recorded_missing(host, path, err);
}

/* Of an archive: a copy of the file. */
static int open_copy(const struct host *host, const char *path, struct error *err)
{
	const struct store_item *item = NULL;
	int r = host_find(host, path, true, &item);

	if (r == 0)
		r = item->kind == STORE_FOLDER ? -EISDIR : store_open(item);
	return r < 0 ? host_failure(host, path, r, err) : r;
}

/* A FIFO in a recording must not block, nor a terminal become ours. */
static int open_plain(const struct host *host, const char *path, struct error *err)
{
	int fd = host_open_fd(host, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	int r;

	if (fd < 0)
		return host_failure(host, path, fd, err);
	/* A container's manager lays files of its own, or none, over single files too. */
	r = host->live && live_view(host)->confined ? live_masked(host, path, fd, err) : 0;
	if (r < 0) {
		close(fd);
		return r;
	}
	return fd;
}

int host_open_file(const struct host *host, const char *path, struct error *err)
{
	if (host->recorder)
		return recorder_open(host, path, open_plain, err);
	return host->files ? open_copy(host, path, err) : open_plain(host, path, err);
}

/* Files of proc and sysfs tell no size: read until the end, or until it is enough. */
static int read_all(int fd, const char *path, host_enough enough, char **ret, size_t *ret_len,
		    struct error *err)
{
	size_t size = HOST_READ_ROOM, len = 0;
	const size_t room = enough ? HOST_READ_ROOM : 1;
	auto_free char *buffer = malloc(size + 1);

	for (;;) {
		ssize_t n;
		char *larger;

		if (!buffer)
			return error_set(err, -ENOMEM, "%s: out of memory", path);
		n = read(fd, buffer + len, size - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_set(err, -errno, "%s: %s", path, strerror(errno));
		len += (size_t)n;
		buffer[len] = '\0';
		if (n == 0 || (enough && enough(buffer, len, (size_t)n)))
			break;
		if (size - len >= room)
			continue;
		if (size > READ_LIMIT)
			return error_set(err, -EFBIG, "%s: larger than expected", path);
		larger = realloc(buffer, size * 4 + 1);
		if (!larger)
			return error_set(err, -ENOMEM, "%s: out of memory", path);
		buffer = larger;
		size *= 4;
	}
	*ret = take(buffer);
	if (ret_len)
		*ret_len = len;
	return 0;
}

static int copy_of(const struct store_item *item, char **ret, size_t *ret_len, struct error *err)
{
	char *copy = malloc(item->len + 1);

	if (!copy)
		return error_set(err, -ENOMEM, "%s: out of memory", item->key);
	memcpy(copy, item->bytes, item->len + 1);
	*ret = copy;
	if (ret_len)
		*ret_len = item->len;
	return 0;
}

int host_read(const struct host *host, const char *path, char **ret, size_t *ret_len,
	      struct error *err)
{
	const struct store_item *kept = kept_find(host, path);
	auto_close int fd = kept ? -1 : host_open_file(host, path, err);
	size_t len = 0;
	int r;

	if (kept)
		return copy_of(kept, ret, ret_len, err);
	if (fd < 0)
		return fd;
	r = read_all(fd, path, NULL, ret, &len, err);
	if (r < 0)
		return r;
	kept_file(host, path, *ret, len);
	if (ret_len)
		*ret_len = len;
	return 0;
}

int host_read_until(const struct host *host, const char *path, host_enough enough, char **ret,
		    struct error *err)
{
	auto_close int fd = host_open_file(host, path, err);

	return fd < 0 ? fd : read_all(fd, path, enough, ret, NULL, err);
}

int host_read_pieces(const struct host *host, const char *path, host_piece take_piece, void *ctx,
		     struct error *err)
{
	auto_close int fd = host_open_file(host, path, err);
	size_t size = PIECE_SIZE, len = 0;
	auto_free char *buffer = fd < 0 ? NULL : malloc(size + 1);
	ssize_t n;

	if (fd < 0)
		return fd;
	do {
		size_t taken;

		if (!buffer)
			return error_set(err, -ENOMEM, "%s: out of memory", path);
		do
			n = read(fd, buffer + len, size - len);
		while (n < 0 && errno == EINTR);
		if (n < 0)
			return error_set(err, -errno, "%s: %s", path, strerror(errno));
		len += (size_t)n;
		buffer[len] = '\0';
		taken = take_piece(ctx, buffer, len, n == 0);
		len -= taken;
		memmove(buffer, buffer + taken, len);
		if (len == size) {
			char *larger;

			if (size >= PIECE_LIMIT)
				return error_set(err, -EFBIG, "%s: a piece is larger than expected",
						 path);
			larger = realloc(buffer, size * 2 + 1);
			if (larger) {
				buffer = larger;
				size *= 2;
			} else {
				free(take(buffer));
			}
		}
	} while (n > 0);
	return 0;
}

static ssize_t read_part(const struct host *host, const char *path, void *buffer, size_t size,
			 off_t offset, struct error *err)
{
	auto_close int fd = host_open_file(host, path, err);
	size_t len = 0;

	if (fd < 0)
		return fd;
	while (len < size) {
		ssize_t n = pread(fd, (char *)buffer + len, size - len, offset + (off_t)len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_set(err, -errno, "%s: %s", path, strerror(errno));
		if (n == 0)
			break;
		len += (size_t)n;
	}
	return (ssize_t)len;
}

ssize_t host_read_at(const struct host *host, const char *path, void *buffer, size_t size,
		     off_t offset, struct error *err)
{
	const struct store_item *kept = offset ? NULL : kept_find(host, path);
	ssize_t n;

	if (kept) {
		n = (ssize_t)(kept->len < size ? kept->len : size);
		memcpy(buffer, kept->bytes, (size_t)n);
		return n;
	}
	n = read_part(host, path, buffer, size, offset, err);
	/* One that ends here is whole. */
	if (n >= 0 && (size_t)n < size && offset == 0)
		kept_file(host, path, buffer, (size_t)n);
	return n;
}

/* A sysfs attribute fits a page: one read, no growing. */
static int read_short(const struct host *host, const char *path, char *buffer, size_t size,
		      struct error *err)
{
	const struct store_item *kept = kept_find(host, path);
	auto_close int fd = kept ? -1 : host_open_file(host, path, err);
	ssize_t n;

	if (kept) {
		snprintf(buffer, size, "%.*s", (int)strcspn(kept->bytes, "\n"), kept->bytes);
		return 0;
	}
	if (fd < 0)
		return fd;
	do
		n = read(fd, buffer, size - 1);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return error_set(err, -errno, "%s: %s", path, strerror(errno));
	buffer[n] = '\0';
	buffer[strcspn(buffer, "\n")] = '\0';
	return 0;
}

int host_read_line(const struct host *host, const char *path, char **ret, struct error *err)
{
	char buffer[4096];
	int r = read_short(host, path, buffer, sizeof(buffer), err);
	char *line;

	if (r < 0)
		return r;
	line = strdup(strip(buffer));
	if (!line)
		return error_set(err, -ENOMEM, "%s: out of memory", path);
	*ret = line;
	return 0;
}

int host_read_u64(const struct host *host, const char *path, uint64_t *ret, struct error *err)
{
	char buffer[128];
	int r = read_short(host, path, buffer, sizeof(buffer), err);

	if (r < 0)
		return r;
	r = parse_u64(strip(buffer), starts_with(strip(buffer), "0x") ? 16 : 10, ret);
	if (r < 0)
		return error_set(err, r, "%s: '%s' is not a number", path, strip(buffer));
	return 0;
}

int host_read_i64(const struct host *host, const char *path, int64_t *ret, struct error *err)
{
	char buffer[128];
	int r = read_short(host, path, buffer, sizeof(buffer), err);

	if (r < 0)
		return r;
	r = parse_i64(strip(buffer), starts_with(strip(buffer), "0x") ? 16 : 10, ret);
	if (r < 0)
		return error_set(err, r, "%s: '%s' is not a number", path, strip(buffer));
	return 0;
}
