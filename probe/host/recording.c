/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * host: what a recording holds beside files, in its .stackcheck folder:
 *   absent    paths that were asked for and were not there, one a line; a trailing star stands for all below a folder
 *   errors    path<TAB>EACCES, or path<TAB>EACCES permission SENTENCE: reads that failed
 *   answers   key<TAB>text: answers to questions that are no file ("!EACCES" is an error, with a reason and a sentence
 *             behind it or not)
 * A tab, a line's end and a backslash within a key or text are \t, \n and \\. What a recorder asked about a path and is no
 * content stands in answers too: "link PATH", "links PATH", "list PATH" (each name behind a slash), "stat PATH", "access
 * PATH"; and "probe NAME" of one that did not end.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/util.h"
#include "host/private.h"

/* Of Linux's numbers, which end at EHWPOISON; EOPNOTSUPP has two names, of which strerrorname_np() tells one. */
static int errno_of(const char *name, size_t len)
{
	for (int code = 1; code <= EHWPOISON; code++) {
		const char *known = strerrorname_np(code);

		if (known && strlen(known) == len && memcmp(known, name, len) == 0)
			return -code;
	}
	return len == 10 && memcmp(name, "EOPNOTSUPP", len) == 0 ? -EOPNOTSUPP : -EIO;
}

/* "EACCES", or "EACCES permission SENTENCE"; `what` failed. */
static int set_error(const char *text, const char *what, struct error *err)
{
	size_t len = strcspn(text, " ");
	const int code = errno_of(text, len);
	char reason[32];
	int behind = 0;

	if (sscanf(text + len, " %31s %n", reason, &behind) == 1 && behind > 0 &&
	    text[len + (size_t)behind])
		return error_because(err, code, unknown_reason_of(reason), "%s",
				     text + len + behind);
	return error_set(err, code, "%s: %s", what, strerror(-code));
}

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct recorded_line *)a)->key,
		      ((const struct recorded_line *)b)->key);
}

/* In place; an unknown escape stays as it is. */
static void unescape(char *text)
{
	char *to = text;

	if (!strchr(text, '\\'))
		return;
	for (const char *from = text; *from; from++) {
		static const char marks[] = "nt\\", meant[] = "\n\t\\";
		const char *mark = from[0] == '\\' && from[1] ? strchr(marks, from[1]) : NULL;

		*to++ = mark ? meant[mark - marks] : *from;
		from += mark ? 1 : 0;
	}
	*to = '\0';
}

static void split_lines(struct recorded_lines *lines)
{
	char *rest = lines->buffer, *line;

	while ((line = strsep(&rest, "\n"))) {
		char *tab = strchr(line, '\t');

		if (!*line || *line == '#')
			continue;
		if (tab) {
			*tab = '\0';
			unescape(tab + 1);
		}
		unescape(line);
		lines->lines[lines->len++] =
			(struct recorded_line){ .key = line, .text = tab ? tab + 1 : "" };
	}
	qsort(lines->lines, lines->len, sizeof(*lines->lines), by_key);
}

static int load_lines(struct host *host, const char *name, struct recorded_lines *lines,
		      struct error *err)
{
	size_t count = 1;
	/* A recording of others has no such folder: nothing is known beside its files. */
	int r = host_read(host, PATH("/.stackcheck/%s", name), &lines->buffer, NULL, err);

	if (r == -ENODATA || r == -ENOENT)
		return 0;
	if (r < 0)
		return error_wrap(err, "%s", host->root);
	for (const char *c = lines->buffer; *c; c++)
		count += *c == '\n';
	lines->lines = calloc(count, sizeof(*lines->lines));
	if (!lines->lines)
		return error_set(err, -ENOMEM, "out of memory");
	split_lines(lines);
	return 0;
}

static const struct recorded_line *find(const struct recorded_lines *lines, const char *key)
{
	const struct recorded_line wanted = { .key = key };

	if (!lines->len)
		return NULL;
	return bsearch(&wanted, lines->lines, lines->len, sizeof(wanted), by_key);
}

/* What the process that recorded saw of the machine, and from where. */
static void load_view(struct host *host)
{
	const struct recorded_line *confined = find(&host->answers, "host.confined");

	host->elsewhere = find(&host->answers, "host.elsewhere") != NULL;
	host->cache->view = (struct host_view){
		.looked = true,
		.confined = confined != NULL,
		.confined_why = confined ? confined->text : NULL,
	};
}

int recorded_load(struct host *host, struct error *err)
{
	int r = load_lines(host, "absent", &host->absent, err);

	if (r >= 0)
		r = load_lines(host, "errors", &host->errors, err);
	if (r >= 0)
		r = load_lines(host, "answers", &host->answers, err);
	if (r >= 0)
		load_view(host);
	return r;
}

void recorded_free(struct host *host)
{
	struct recorded_lines *all[] = { &host->absent, &host->errors, &host->answers };

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		free(all[i]->buffer);
		free(all[i]->lines);
	}
	if (host->files)
		store_free(host->files);
	free(host->files);
}

int recorded_error(const struct host *host, const char *path, struct error *err)
{
	const struct recorded_line *line = find(&host->errors, path);

	return line ? set_error(line->text, path, err) : 0;
}

int recorded_reply(const struct host *host, const char *kind, const char *path, char **ret,
		   struct error *err)
{
	int r;

	if (!host->answers.len)
		return 0;
	r = host_recorded_answer(host, PATH("%s %s", kind, path), ret, err);
	if (r == -ENODATA && !find(&host->answers, PATH("%s %s", kind, path)))
		return 0;
	return r < 0 ? r : 1;
}

/* Listed itself, or below a folder that is listed with a star. */
static bool is_absent(const struct host *host, const char *path)
{
	char pattern[HOST_PATH_MAX + 2];
	char *slash;

	if (find(&host->absent, path))
		return true;
	if (strlen(path) >= HOST_PATH_MAX)
		return false;
	strcpy(pattern, path);
	while ((slash = strrchr(pattern, '/'))) {
		strcpy(slash, "/*");
		if (find(&host->absent, pattern))
			return true;
		*slash = '\0';
	}
	return false;
}

/*
 * A folder that the recorder listed was seen whole: what it has not is not there. In a container that is
 * true of the kernel's own trees alone, and of /dev nowhere, as somebody may have put his own there (live.c).
 */
static bool is_unlisted(const struct host *host, const char *path)
{
	char folder[HOST_PATH_MAX];
	char *slash;

	if (!host->answers.len || strlen(path) >= sizeof(folder) || starts_with(path, "/dev/") ||
	    (live_view(host)->confined && !starts_with(path, "/sys/") &&
	     !starts_with(path, "/proc/")))
		return false;
	strcpy(folder, path);
	while ((slash = strrchr(folder, '/')) && slash > folder) {
		const struct recorded_line *list;
		const char *at;
		const size_t len = strlen(slash);

		*slash = '\0';
		list = find(&host->answers, PATH("list %s", folder));
		if (!list || list->text[0] == '!')
			continue;
		*slash = '/';
		for (at = list->text; (at = strstr(at, slash)); at += len)
			if (!at[len] || at[len] == '/')
				break;
		if (!at)
			return true;
		*slash = '\0';
	}
	return false;
}

int recorded_missing(const struct host *host, const char *path, struct error *err)
{
	if (is_absent(host, path) || is_unlisted(host, path))
		return error_set(err, -ENOENT, "%s: no such file", path);
	return error_set(err, -ENODATA, "%s: not in the recording", path);
}

/* hwloc-gather-topology keeps what is no file in one of its own, "OSRelease: 5.15.0". */
static const struct {
	const char *key, *line;
} hwloc_lines[] = {
	{ "uname.machine", "Architecture: " },
	{ "uname.release", "OSRelease: " },
};

static int hwloc_answer(const struct host *host, const char *key, char **ret)
{
	auto_free char *text = NULL;
	const char *at;

	for (size_t i = 0; i < ARRAY_SIZE(hwloc_lines); i++) {
		if (strcmp(key, hwloc_lines[i].key) != 0 ||
		    host_read(host, "/proc/hwloc-nofile-info", &text, NULL, NULL) < 0)
			continue;
		at = strstr(text, hwloc_lines[i].line);
		if (!at)
			return -ENODATA;
		at += strlen(hwloc_lines[i].line);
		*ret = strndup(at, strcspn(at, "\n"));
		return *ret ? 0 : -ENOMEM;
	}
	return -ENODATA;
}

int host_recorded_answer(const struct host *host, const char *key, char **ret, struct error *err)
{
	const struct recorded_line *line = find(&host->answers, key);
	char *text;

	if (!line && hwloc_answer(host, key, ret) == 0)
		return 0;
	if (!line)
		return error_set(err, -ENODATA, "%s: not in the recording", key);
	if (line->text[0] == '!')
		return set_error(line->text + 1, key, err);
	text = strdup(line->text);
	if (!text)
		return error_set(err, -ENOMEM, "%s: out of memory", key);
	*ret = text;
	return 0;
}

int host_recorded_i64(const struct host *host, const char *key, int64_t *ret, struct error *err)
{
	auto_free char *text = NULL;
	int r = host_recorded_answer(host, key, &text, err);

	if (r < 0)
		return r;
	r = parse_i64(text, starts_with(text, "0x") ? 16 : 10, ret);
	if (r < 0)
		return error_set(err, r, "%s: '%s' is not a number", key, text);
	return 0;
}
