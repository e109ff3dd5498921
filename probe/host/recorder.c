/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/recorder.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "core/util.h"
#include "host/archive.h"
#include "host/private.h"

/* A file larger than this is not kept, as none is read that is (host.c). */
#define FILE_LIMIT ((size_t)64 * 1024 * 1024)

enum {
	KEPT_FILES,
	KEPT_ABSENT,
	KEPT_ERRORS,
	KEPT_ANSWERS,
	N_KEPT,
};

/* Those that are written as lines of one file. */
static const char *const line_files[N_KEPT] = {
	[KEPT_ABSENT] = "/.stackcheck/absent",
	[KEPT_ERRORS] = "/.stackcheck/errors",
	[KEPT_ANSWERS] = "/.stackcheck/answers",
};

struct recorder {
	struct store kept[N_KEPT];
	size_t marks[N_KEPT]; /* up to there another process has them */
	bool failed; /* out of memory once: the recording would lack something */
};

struct recorder *recorder_new(void)
{
	return calloc(1, sizeof(struct recorder));
}

void recorder_free(struct recorder *recorder)
{
	for (size_t i = 0; recorder && i < N_KEPT; i++)
		store_free(&recorder->kept[i]);
	free(recorder);
}

static void keep(struct recorder *recorder, size_t what, const char *key, const char *bytes,
		 size_t len)
{
	if (store_put(&recorder->kept[what], key, STORE_FILE, bytes, len) < 0)
		recorder->failed = true;
}

/* "EACCES permission /proc/x: Permission denied", as recording.c reads it. */
static void keep_error(struct recorder *recorder, size_t what, const char *key, const char *mark,
		       int code, const struct error *err)
{
	const char *name = strerrorname_np(-code);
	const char *reason = err ? unknown_reason_name(err->reason) : NULL;
	char text[sizeof(err->text) + 64];
	int len = snprintf(text, sizeof(text), "%s%s", mark, name ? name : "EIO");

	if (reason)
		len = snprintf(text, sizeof(text), "%s%s %s %s", mark, name ? name : "EIO", reason,
			       err->text);
	keep(recorder, what, key, text, (size_t)len);
}

void host_keep_text(const struct host *host, const char *key, const char *text)
{
	if (host->recorder)
		keep(host->recorder, KEPT_ANSWERS, key, text, strlen(text));
}

void host_keep_i64(const struct host *host, const char *key, int64_t number)
{
	char text[24];

	if (!host->recorder)
		return;
	snprintf(text, sizeof(text), "%" PRId64, number);
	host_keep_text(host, key, text);
}

int host_keep_failure(const struct host *host, const char *key, int r, const struct error *err)
{
	if (host->recorder)
		keep_error(host->recorder, KEPT_ANSWERS, key, "!", r, err);
	return r;
}

void host_keep_file(const struct host *host, const char *path, const void *bytes, size_t len)
{
	if (host->recorder)
		keep(host->recorder, KEPT_FILES, path, bytes, len);
}

int host_keep_number(const struct host *host, const char *key, int r, int64_t number,
		     const struct error *err)
{
	if (r < 0)
		return host_keep_failure(host, key, r, err);
	host_keep_i64(host, key, number);
	return r;
}

bool host_is_recording(const struct host *host)
{
	return host->recorder != NULL;
}

int recorder_reply(const struct host *host, const char *kind, const char *path, int r,
		   const char *text, const struct error *local, struct error *err)
{
	const char *key = PATH("%s %s", kind, path);

	if (r == -ENOENT)
		keep(host->recorder, KEPT_ABSENT, path, "", 0);
	else if (r < 0)
		host_keep_failure(host, key, r, local);
	else
		host_keep_text(host, key, text);
	if (r < 0 && err)
		*err = *local;
	return r;
}

/* --- files --- */

/* Of process 1's environment, which is nobody's business, only what says that it is a container. */
static void only_container(char *bytes, size_t *len)
{
	static const char name[] = "container=";

	for (size_t at = 0; at < *len; at += strlen(bytes + at) + 1) {
		if (!starts_with(bytes + at, name))
			continue;
		*len = strlen(bytes + at);
		memmove(bytes, bytes + at, *len);
		return;
	}
	*len = 0;
}

/* The whole of a file, NUL behind it. */
static int read_whole(int fd, const char *path, char **ret, size_t *ret_len, struct error *err)
{
	size_t size = 4096, len = 0;
	auto_free char *bytes = malloc(size + 1);

	for (;;) {
		char *larger;
		ssize_t n;

		if (!bytes)
			return error_set(err, -ENOMEM, "%s: out of memory", path);
		n = read(fd, bytes + len, size - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_set(err, -errno, "%s: %s", path, strerror(errno));
		if (n == 0)
			break;
		len += (size_t)n;
		if (len < size)
			continue;
		if (size > FILE_LIMIT)
			return error_set(err, -EFBIG, "%s: larger than expected", path);
		larger = realloc(bytes, size * 4 + 1);
		if (!larger)
			return error_set(err, -ENOMEM, "%s: out of memory", path);
		bytes = larger;
		size *= 4;
	}
	bytes[len] = '\0';
	*ret = take(bytes);
	*ret_len = len;
	return 0;
}

static int keep_failed_read(struct recorder *recorder, const char *path, int r,
			    const struct error *local, struct error *err)
{
	if (r == -ENOENT)
		keep(recorder, KEPT_ABSENT, path, "", 0);
	else
		keep_error(recorder, KEPT_ERRORS, path, "", r, local);
	if (err)
		*err = *local;
	return r;
}

static int open_item(const struct recorder *recorder, const char *path, struct error *err)
{
	const struct store_item *item = store_find(&recorder->kept[KEPT_FILES], path);
	int fd = item ? store_open(item) : -ENOMEM;

	return fd < 0 ? error_set(err, fd, "%s: %s", path, strerror(-fd)) : fd;
}

int recorder_open(const struct host *host, const char *path,
		  int (*open_plain)(const struct host *host, const char *path, struct error *err),
		  struct error *err)
{
	struct recorder *recorder = host->recorder;
	auto_free char *bytes = NULL;
	auto_close int fd = -1;
	struct error local = { 0 };
	struct stat st;
	size_t len = 0;
	int r;

	if (store_find(&recorder->kept[KEPT_FILES], path))
		return open_item(recorder, path, err);
	if (store_find(&recorder->kept[KEPT_ABSENT], path))
		return error_set(err, -ENOENT, "%s: no such file", path);
	fd = open_plain(host, path, &local);
	if (fd < 0)
		return keep_failed_read(recorder, path, fd, &local, err);
	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return take_fd(&fd);
	r = read_whole(fd, path, &bytes, &len, &local);
	if (r < 0)
		return keep_failed_read(recorder, path, r, &local, err);
	if (ends_with(path, "/environ"))
		only_container(bytes, &len);
	keep(recorder, KEPT_FILES, path, bytes, len);
	return open_item(recorder, path, err);
}

/* --- from a worker --- */

struct news_head {
	uint32_t what, key_len, len;
};

void recorder_mark(const struct host *host)
{
	for (size_t i = 0; host->recorder && i < N_KEPT; i++)
		host->recorder->marks[i] = host->recorder->kept[i].len;
}

int recorder_put_news(const struct host *host, struct wire *wire)
{
	for (size_t i = 0; host->recorder && i < N_KEPT; i++) {
		const struct store *store = &host->recorder->kept[i];

		for (size_t k = host->recorder->marks[i]; k < store->len; k++) {
			const struct store_item *item = &store->items[k];
			const struct news_head head = { (uint32_t)i, (uint32_t)strlen(item->key),
							(uint32_t)item->len };

			if (wire_put(wire, &head, sizeof(head)) < 0 ||
			    wire_put(wire, item->key, head.key_len + 1) < 0 ||
			    wire_put(wire, item->bytes, item->len) < 0)
				return -ENOMEM;
		}
	}
	recorder_mark(host);
	return 0;
}

int recorder_get_news(const struct host *host, const char *bytes, size_t len)
{
	while (len) {
		struct news_head head;
		const char *key = bytes + sizeof(head);

		if (len < sizeof(head))
			return -EBADMSG;
		memcpy(&head, bytes, sizeof(head));
		len -= sizeof(head);
		if (!host->recorder || head.what >= N_KEPT || head.key_len >= len ||
		    key[head.key_len] || head.len > len - head.key_len - 1)
			return -EBADMSG;
		keep(host->recorder, head.what, key, key + head.key_len + 1, head.len);
		bytes = key + head.key_len + 1 + head.len;
		len -= (size_t)head.key_len + 1 + head.len;
	}
	return 0;
}

/* --- the file --- */

/* A tab, a line's end and a backslash within a text, as recording.c reads them. */
static void put_escaped(FILE *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '\n':
			fputs("\\n", out);
			break;
		case '\t':
			fputs("\\t", out);
			break;
		case '\\':
			fputs("\\\\", out);
			break;
		default:
			fputc(*text, out);
		}
	}
}

static int save_lines(struct store *lines, const char *path, struct store *into)
{
	auto_free char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return -ENOMEM;
	if (store_sort(lines) < 0) {
		fclose(out);
		return -ENOMEM;
	}
	for (size_t i = 0; i < lines->len; i++) {
		const struct store_item *line = &lines->items[lines->order[i]];

		put_escaped(out, line->key);
		if (line->len) {
			fputc('\t', out);
			put_escaped(out, line->bytes);
		}
		fputc('\n', out);
	}
	if (fclose(out) != 0)
		return -ENOMEM;
	return store_put(into, path, STORE_FILE, text, len) < 0 ? -ENOMEM : 0;
}

/* With its domain, and without. */
static int add_host(struct identity *identity, char *name)
{
	int r = identity_add_name(identity, name);

	name[strcspn(name, ".")] = '\0';
	return r < 0 ? r : identity_add_name(identity, name);
}

/* The machine's names, which are not recorded unless a probe asked: in a copy of the host that keeps nothing. */
static int learn_names(const struct host *host, struct identity *identity)
{
	static const char *const places[] = { "/proc/sys/kernel/hostname", "/etc/hostname" };
	struct host quiet = *host;
	struct utsname system;
	int r = 0;

	quiet.recorder = NULL;
	/* No file may be waited for where a system call tells. */
	if (host->at_slash && uname(&system) == 0)
		return add_host(identity, system.nodename);
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(places); i++) {
		auto_free char *name = NULL;

		if (host_read_line(&quiet, places[i], &name, NULL) < 0)
			continue;
		r = add_host(identity, name);
	}
	return r;
}

/* What was kept, without what identifies. */
static int blank(const struct host *host, const struct identity_options *options,
		 struct store blanked[N_KEPT])
{
	const struct recorder *recorder = host->recorder;
	struct identity *identity = identity_new(options);
	int r = identity ? learn_names(host, identity) : -ENOMEM;

	if (r >= 0)
		r = identity_learn(identity, &recorder->kept[KEPT_FILES]);
	for (size_t i = 0; r >= 0 && i < N_KEPT; i++)
		r = identity_blank(identity, &recorder->kept[i], i == KEPT_FILES, &blanked[i]);
	identity_free(identity);
	return r;
}

/* Lines go into files of their own, and all of it into the archive. */
static int pack(struct store kept[N_KEPT], char **ret_bytes, size_t *ret_len, struct error *err)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < N_KEPT; i++)
		if (line_files[i])
			r = save_lines(&kept[i], line_files[i], &kept[KEPT_FILES]);
	if (r < 0 || store_sort(&kept[KEPT_FILES]) < 0)
		return error_set(err, -ENOMEM, "out of memory");
	return archive_write(&kept[KEPT_FILES], ret_bytes, ret_len, err);
}

int host_save(const struct host *host, const struct identity_options *identity, char **ret_bytes,
	      size_t *ret_len, struct error *err)
{
	struct recorder *recorder = host->recorder;
	struct store blanked[N_KEPT] = { 0 };
	int r;

	if (!recorder)
		return error_set(err, -EINVAL, "this host is not recorded");
	if (identity->mode == IDENTITY_PLAIN && !recorder->failed)
		return pack(recorder->kept, ret_bytes, ret_len, err);
	r = recorder->failed ? -ENOMEM : blank(host, identity, blanked);
	if (r >= 0)
		r = pack(blanked, ret_bytes, ret_len, err);
	else
		error_set(err, r, "out of memory");
	for (size_t i = 0; i < N_KEPT; i++)
		store_free(&blanked[i]);
	return r;
}
