/* SPDX-License-Identifier: GPL-2.0-or-later */
/* field: what a record's field is when its file says something, is not there, or cannot be read */
#include "field.h"

#include <errno.h>
#include <string.h>

#include "core/util.h"

struct value field_unknown(struct arena *arena, const struct error *err)
{
	return value_unknown(arena, err->reason, NULL, err->text);
}

struct value field_failed(struct arena *arena, int code, const struct error *err)
{
	return code == -ENOENT ? value_null() : field_unknown(arena, err);
}

struct value field_untold(struct arena *arena, const char *detail)
{
	return value_unknown(arena, UNKNOWN_UNSUPPORTED, NULL, detail);
}

struct value field_string(struct arena *arena, const char *text)
{
	return value_string(text ? arena_strdup(arena, text) : NULL);
}

struct value field_count(const struct host *host, struct arena *arena, const char *path)
{
	struct error err = { 0 };
	int64_t number;
	int r = host_read_i64(host, path, &number, &err);

	return r < 0 ? field_failed(arena, r, &err) : value_int(number);
}

struct value field_line(const struct host *host, struct arena *arena, const char *path)
{
	struct error err = { 0 };
	auto_free char *line = NULL;
	int r = host_read_line(host, path, &line, &err);

	return r < 0 ? field_failed(arena, r, &err) : field_string(arena, line);
}

struct value field_link(const struct host *host, struct arena *arena, const char *path)
{
	struct error err = { 0 };
	auto_free char *name = NULL;
	int r = host_read_link_name(host, path, &name, &err);

	return r < 0 ? field_failed(arena, r, &err) : field_string(arena, name);
}

struct value field_node(const struct host *host, struct arena *arena, const char *path)
{
	struct value node = field_count(host, arena, path);

	return node.kind == VALUE_INT && node.i < 0 ? value_null() : node;
}

struct value field_get(const struct value *record, const char *key)
{
	const struct value *value = value_get(record, key);

	return value ? *value : value_null();
}

const char *field_text(const struct value *record, const char *key)
{
	const struct value *value = value_get(record, key);

	return value && value->kind == VALUE_STRING ? value->s : NULL;
}

bool field_true(const struct value *record, const char *key)
{
	const struct value *value = value_get(record, key);

	return value && value->kind == VALUE_BOOL && value->b;
}

const char *field_of_lines(struct arena *arena, const char *lines, const char *key)
{
	size_t len = strlen(key);

	while (lines && *lines) {
		if (strncmp(lines, key, len) == 0 && lines[len] == '=') {
			const char *text = lines + len + 1;

			return arena_strndup(arena, text, strcspn(text, "\n"));
		}
		lines = strchr(lines, '\n');
		lines = lines ? lines + 1 : NULL;
	}
	return NULL;
}

struct value field_count_true(struct arena *arena, const struct value *list, const char *key)
{
	int64_t count = 0;

	for (uint32_t i = 0; i < list->len; i++) {
		struct value field = field_get(&list->items[i], key);

		if (field.kind == VALUE_UNKNOWN)
			return value_unknown(arena, field.unknown->reason, NULL,
					     field.unknown->detail);
		count += field.kind == VALUE_BOOL && field.b;
	}
	if (list->partial)
		return field_untold(arena, "the list may not hold all that are there");
	return value_int(count);
}
