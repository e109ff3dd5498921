/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/yaml.h"

#include <errno.h>
#include <libfyaml.h>
#include <stdlib.h>
#include <string.h>

/* A text, list or mapping that has a name (&name), for the places where it stands again (*name). */
struct anchor {
	struct anchor *next;
	const char *name;
	size_t len;
	struct yaml node;
	size_t n_nodes; /* in it, what its own aliases stand for counted each time */
};

struct reader {
	struct arena *arena;
	const char *file;
	struct error *err;
	struct fy_diag *diag;
	struct fy_parser *parser;
	struct fy_event *event; /* the next one */
	struct anchor *anchors;
	size_t n_nodes;
	/* Members of what is not read to its end yet: those of the innermost are on top. */
	struct yaml *stack;
	size_t top, size;
	int line,
		column; /* of the scalar that was met last: what has no place of its own is near it */
};

int yaml_error(const struct yaml *at, struct error *err, const char *format, ...)
{
	char text[sizeof(err->text)];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return error_set(err, -EINVAL, "%s:%d:%d: %s", at->file, at->line, at->column, text);
}

const char *yaml_kind_name(const struct yaml *node)
{
	switch (node->kind) {
	case YAML_LIST:
		return "a list";
	case YAML_MAP:
		return "a mapping";
	case YAML_TEXT:
		break;
	}
	return "a text";
}

const struct yaml *yaml_get(const struct yaml *map, const char *key)
{
	if (map->kind != YAML_MAP)
		return NULL;
	for (size_t i = 0; i < map->len; i++)
		if (strcmp(map->keys[i].text, key) == 0)
			return &map->items[i];
	return NULL;
}

/* Moves on to the next event; at the end of the file there is none. */
static int next(struct reader *reader)
{
	const struct fy_diag_error *found;
	void *at = NULL;

	if (reader->event)
		fy_parser_event_free(reader->parser, reader->event);
	reader->event = fy_parser_parse(reader->parser);
	if (reader->event || !fy_diag_got_error(reader->diag))
		return 0;
	found = fy_diag_errors_iterate(reader->diag, &at);
	if (!found)
		return error_set(reader->err, -EINVAL, "%s:1:1: not YAML", reader->file);
	return error_set(reader->err, -EINVAL, "%s:%d:%d: not YAML: %s", reader->file,
			 found->line + (found->line == 0), found->column + (found->column == 0),
			 found->msg);
}

static bool is(const struct reader *reader, enum fy_event_type type)
{
	return reader->event && reader->event->type == type;
}

static int push(struct reader *reader, const struct yaml *node)
{
	if (reader->top == reader->size) {
		size_t size = reader->size ? reader->size * 2 : 256;
		struct yaml *larger = realloc(reader->stack, size * sizeof(*larger));

		if (!larger)
			return error_set(reader->err, -ENOMEM, "%s: out of memory", reader->file);
		reader->stack = larger;
		reader->size = size;
	}
	reader->stack[reader->top++] = *node;
	return 0;
}

static int read_node(struct reader *reader, struct yaml *ret, int depth);

static int read_scalar(struct reader *reader, struct yaml *ret)
{
	struct fy_token *token = reader->event->scalar.value;
	const struct fy_mark *mark = token ? fy_token_start_mark(token) : NULL;
	size_t len = 0;
	const char *text = token ? fy_token_get_text(token, &len) : NULL;

	ret->quoted = token && fy_token_scalar_style(token) != FYSS_PLAIN;
	ret->text = arena_strndup(reader->arena, text ? text : "", len);
	if (mark) {
		ret->line = reader->line = mark->line + 1;
		ret->column = reader->column = mark->column + 1;
	}
	if (strlen(ret->text) != len)
		return yaml_error(ret, reader->err, "a NUL byte in a text");
	return next(reader);
}

/* Takes the members above `bottom` off the stack, every `step`th from `first` on. */
static const struct yaml *members(struct reader *reader, size_t bottom, size_t first, size_t step)
{
	size_t n = (reader->top - bottom) / step;
	struct yaml *items = arena_alloc(reader->arena, n * sizeof(*items));

	for (size_t i = 0; i < n; i++)
		items[i] = reader->stack[bottom + i * step + first];
	return items;
}

/* Positions are those of scalars alone: a list or map stands where the first thing in it does. */
static void place_at_first(struct yaml *node, const struct yaml *first)
{
	if (node->len) {
		node->line = first->line;
		node->column = first->column;
	}
}

static int read_list(struct reader *reader, struct yaml *ret, int depth)
{
	size_t bottom = reader->top;
	struct yaml item;

	if (next(reader) < 0)
		return reader->err->code;
	while (!is(reader, FYET_SEQUENCE_END))
		if (read_node(reader, &item, depth + 1) < 0 || push(reader, &item) < 0)
			return reader->err->code;
	ret->kind = YAML_LIST;
	ret->len = reader->top - bottom;
	ret->items = members(reader, bottom, 0, 1);
	place_at_first(ret, ret->items);
	reader->top = bottom;
	return next(reader);
}

static int read_key(struct reader *reader, size_t bottom, int depth)
{
	struct yaml key;

	if (read_node(reader, &key, depth) < 0)
		return reader->err->code;
	if (key.kind != YAML_TEXT)
		return yaml_error(&key, reader->err, "a key must be a text");
	for (size_t i = bottom; i < reader->top; i += 2)
		if (strcmp(reader->stack[i].text, key.text) == 0)
			return yaml_error(&key, reader->err, "not YAML: duplicate key");
	return push(reader, &key);
}

static int read_map(struct reader *reader, struct yaml *ret, int depth)
{
	size_t bottom = reader->top;
	struct yaml value;

	if (next(reader) < 0)
		return reader->err->code;
	while (!is(reader, FYET_MAPPING_END))
		if (read_key(reader, bottom, depth + 1) < 0 ||
		    read_node(reader, &value, depth + 1) < 0 || push(reader, &value) < 0)
			return reader->err->code;
	ret->kind = YAML_MAP;
	ret->len = (reader->top - bottom) / 2;
	ret->keys = members(reader, bottom, 0, 2);
	ret->items = members(reader, bottom, 1, 2);
	place_at_first(ret, ret->keys);
	reader->top = bottom;
	return next(reader);
}

static const struct anchor *anchor_named(const struct reader *reader, const char *name, size_t len)
{
	const struct anchor *anchor = reader->anchors;

	while (anchor && (anchor->len != len || memcmp(anchor->name, name, len) != 0))
		anchor = anchor->next;
	return anchor;
}

static int read_alias(struct reader *reader, struct yaml *ret)
{
	struct fy_token *token = reader->event->alias.anchor;
	const struct fy_mark *mark = fy_token_start_mark(token);
	size_t len = 0;
	const char *name = fy_token_get_text(token, &len);
	const struct anchor *anchor = anchor_named(reader, name, len);

	if (mark) {
		ret->line = mark->line + 1;
		ret->column = mark->column + 1;
	}
	if (!anchor)
		return yaml_error(ret, reader->err, "there is no &%.*s above", (int)len, name);
	reader->n_nodes += anchor->n_nodes;
	if (reader->n_nodes > YAML_MAX_NODES)
		return yaml_error(ret, reader->err, "with this alias more than %d parts",
				  YAML_MAX_NODES);
	*ret = anchor->node;
	return next(reader);
}

/* The name that the next event gives to its node, as a new anchor; NULL: it gives none. */
static struct anchor *anchor_of(struct reader *reader)
{
	const struct fy_event *event = reader->event;
	struct fy_token *token = event->type == FYET_SCALAR	      ? event->scalar.anchor
				 : event->type == FYET_SEQUENCE_START ? event->sequence_start.anchor
				 : event->type == FYET_MAPPING_START  ? event->mapping_start.anchor
								      : NULL;
	struct anchor *anchor;
	size_t len = 0;
	const char *name = token ? fy_token_get_text(token, &len) : NULL;

	if (!name)
		return NULL;
	anchor = arena_alloc(reader->arena, sizeof(*anchor));
	anchor->name = arena_strndup(reader->arena, name, len);
	anchor->len = len;
	return anchor;
}

static int read_event(struct reader *reader, struct yaml *ret, int depth)
{
	switch (reader->event->type) {
	case FYET_SEQUENCE_START:
		return read_list(reader, ret, depth);
	case FYET_MAPPING_START:
		return read_map(reader, ret, depth);
	case FYET_ALIAS:
		return read_alias(reader, ret);
	default:
		return read_scalar(reader, ret);
	}
}

static int read_node(struct reader *reader, struct yaml *ret, int depth)
{
	struct anchor *anchor = anchor_of(reader);
	size_t before = reader->n_nodes++;

	*ret = (struct yaml){
		.file = reader->file, .text = "", .line = reader->line, .column = reader->column
	};
	if (depth > YAML_MAX_DEPTH)
		return yaml_error(ret, reader->err, "nested deeper than %d", YAML_MAX_DEPTH);
	if (read_event(reader, ret, depth) < 0)
		return reader->err->code;
	if (reader->n_nodes > YAML_MAX_NODES)
		return yaml_error(ret, reader->err, "more than %d parts", YAML_MAX_NODES);
	if (anchor) {
		anchor->node = *ret;
		anchor->n_nodes = reader->n_nodes - before;
		anchor->next = reader->anchors;
		reader->anchors = anchor;
	}
	return 0;
}

/* The one document of a file; a second one would be left out in silence. */
static int read_file(struct reader *reader, struct yaml *ret)
{
	struct yaml second;

	if (next(reader) < 0 || (is(reader, FYET_STREAM_START) && next(reader) < 0))
		return reader->err->code;
	if (!is(reader, FYET_DOCUMENT_START))
		return error_set(reader->err, -EINVAL, "%s:1:1: empty", reader->file);
	if (next(reader) < 0 || read_node(reader, ret, 0) < 0 || next(reader) < 0)
		return reader->err->code;
	if (!is(reader, FYET_DOCUMENT_START))
		return 0;
	if (next(reader) < 0 || read_node(reader, &second, 0) < 0)
		return reader->err->code;
	return yaml_error(&second, reader->err, "a second document: expected one in each file");
}

static void reader_free(struct reader *reader)
{
	if (reader->event)
		fy_parser_event_free(reader->parser, reader->event);
	if (reader->parser)
		fy_parser_destroy(reader->parser);
	if (reader->diag)
		fy_diag_destroy(reader->diag);
	free(reader->stack);
}

/* No rule needs a directive, and over one without a name libfyaml 0.7.12 never comes to an end. */
static int refuse_directives(const char *file, const char *bytes, size_t len, struct error *err)
{
	const char *end = bytes + len, *at = bytes;
	int line = 1;

	while (at < end && (at = memchr(at, '%', (size_t)(end - at)))) {
		if (at == bytes || at[-1] == '\n' || at[-1] == '\r')
			break;
		at++;
	}
	if (!at || at == end)
		return 0;
	for (const char *before = bytes; before < at; before++)
		line += *before == '\n';
	return error_set(err, -EINVAL, "%s:%d:1: a line must not begin with '%%'", file, line);
}

static struct fy_diag *quiet_diag(void)
{
	struct fy_diag_cfg cfg;
	struct fy_diag *diag;

	fy_diag_cfg_default(&cfg);
	cfg.fp = NULL;
	diag = fy_diag_create(&cfg);
	if (diag)
		fy_diag_set_collect_errors(diag, true);
	return diag;
}

int yaml_parse(struct arena *arena, const char *file, const char *bytes, size_t len,
	       struct yaml *ret, struct error *err)
{
	/* By events: libfyaml's document of its own would be made only to be copied. */
	__attribute__((cleanup(reader_free))) struct reader reader = {
		.arena = arena, .file = file, .err = err, .line = 1, .column = 1
	};
	struct fy_parse_cfg cfg = {
		.flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_DEFAULT_VERSION_1_2,
	};

	if (len > YAML_MAX_BYTES)
		return error_set(err, -EFBIG, "%s: larger than %zu bytes", file, YAML_MAX_BYTES);
	if (refuse_directives(file, bytes, len, err) < 0)
		return err->code;
	cfg.diag = reader.diag = quiet_diag();
	reader.parser = reader.diag ? fy_parser_create(&cfg) : NULL;
	if (!reader.parser || fy_parser_set_string(reader.parser, bytes, len) < 0)
		return error_set(err, -ENOMEM, "%s: out of memory", file);
	return read_file(&reader, ret);
}
