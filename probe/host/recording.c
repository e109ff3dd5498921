/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * host: what a recording holds beside files, in its .stackcheck folder:
 *   absent    paths that were asked for and were not there, one a line; a trailing star stands for all below a folder
 *   errors    path<TAB>EACCES: reads that failed
 *   answers   key<TAB>text: answers to questions that are no file ("!EACCES" is an error)
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/util.h"
#include "host/private.h"

/* The errors a recording can name; strerrorname_np() has no inverse. */
static const struct errno_name {
	const char *name;
	int code;
} errno_names[] = {
	{ "EACCES", -EACCES },	     { "EBUSY", -EBUSY },
	{ "EINVAL", -EINVAL },	     { "EIO", -EIO },
	{ "ENODEV", -ENODEV },	     { "ENOENT", -ENOENT },
	{ "ENOMEM", -ENOMEM },	     { "ENOSYS", -ENOSYS },
	{ "ENOTTY", -ENOTTY },	     { "ENXIO", -ENXIO },
	{ "EPERM", -EPERM },	     { "EOPNOTSUPP", -EOPNOTSUPP },
	{ "ETIMEDOUT", -ETIMEDOUT },
};

static int errno_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(errno_names); i++)
		if (strcmp(errno_names[i].name, name) == 0)
			return errno_names[i].code;
	return -EIO;
}

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct recorded_line *)a)->key,
		      ((const struct recorded_line *)b)->key);
}

static void split_lines(struct recorded_lines *lines)
{
	char *rest = lines->buffer, *line;

	while ((line = strsep(&rest, "\n"))) {
		char *tab = strchr(line, '\t');

		if (!*line || *line == '#')
			continue;
		if (tab)
			*tab = '\0';
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
	int r = host_open_fd(host, PATH("/.stackcheck/%s", name), O_RDONLY);

	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return error_set(err, r, "%s/.stackcheck/%s: %s", host->root, name, strerror(-r));
	close(r);
	r = host_read(host, PATH("/.stackcheck/%s", name), &lines->buffer, NULL, err);
	if (r < 0)
		return r;
	for (const char *c = lines->buffer; *c; c++)
		count += *c == '\n';
	lines->lines = calloc(count, sizeof(*lines->lines));
	if (!lines->lines)
		return error_set(err, -ENOMEM, "out of memory");
	split_lines(lines);
	return 0;
}

int recorded_load(struct host *host, struct error *err)
{
	int r = load_lines(host, "absent", &host->absent, err);

	if (r >= 0)
		r = load_lines(host, "errors", &host->errors, err);
	if (r >= 0)
		r = load_lines(host, "answers", &host->answers, err);
	return r;
}

void recorded_free(struct host *host)
{
	struct recorded_lines *all[] = { &host->absent, &host->errors, &host->answers };

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		free(all[i]->buffer);
		free(all[i]->lines);
	}
}

static const struct recorded_line *find(const struct recorded_lines *lines, const char *key)
{
	const struct recorded_line wanted = { .key = key };

	if (!lines->len)
		return NULL;
	return bsearch(&wanted, lines->lines, lines->len, sizeof(wanted), by_key);
}

int recorded_error(const struct host *host, const char *path)
{
	const struct recorded_line *line = find(&host->errors, path);

	return line ? errno_of(line->text) : 0;
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

int recorded_missing(const struct host *host, const char *path, struct error *err)
{
	if (is_absent(host, path))
		return error_set(err, -ENOENT, "%s: no such file", path);
	return error_set(err, -ENODATA, "%s: not in the recording", path);
}

int host_recorded_answer(const struct host *host, const char *key, char **ret, struct error *err)
{
	const struct recorded_line *line = find(&host->answers, key);
	char *text;

	if (!line)
		return error_set(err, -ENODATA, "%s: not in the recording", key);
	if (line->text[0] == '!') {
		int code = errno_of(line->text + 1);

		return error_set(err, code, "%s: %s", key, strerror(-code));
	}
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
