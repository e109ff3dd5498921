/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/yaml.h"

#include <errno.h>
#include <libfyaml.h>
#include <string.h>

struct context {
	struct arena *arena;
	const char *file;
	struct error *err;
	int line,
		/* of the scalar that was met last: what has no place of its own is near it */
		column;
};

static void destroy_document(struct fy_document **document)
{
	if (*document)
		fy_document_destroy(*document);
}

static void destroy_parser(struct fy_parser **parser)
{
	if (*parser)
		fy_parser_destroy(*parser);
}

static void destroy_diag(struct fy_diag **diag)
{
	if (*diag)
		fy_diag_destroy(*diag);
}

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

static int convert(struct context *context, struct fy_node *from, struct yaml *to, int depth);

/*
 * libfyaml gives positions of scalars alone: a list or map stands where the first thing in it does.
 */
static void place_at_first(struct yaml *node)
{
	const struct yaml *first = node->kind == YAML_MAP ? node->keys : node->items;

	if (node->len) {
		node->line = first->line;
		node->column = first->column;
	}
}

static int convert_scalar(struct context *context, struct fy_node *from, struct yaml *to)
{
	struct fy_token *token = fy_node_get_scalar_token(from);
	const struct fy_mark *mark = token ? fy_token_start_mark(token) : NULL;
	size_t len = 0;
	const char *text = fy_node_get_scalar(from, &len);

	to->kind = YAML_TEXT;
	to->quoted = fy_node_get_style(from) != FYNS_PLAIN;
	to->text = arena_strndup(context->arena, text ? text : "", len);
	if (mark) {
		to->line = context->line = mark->line + 1;
		to->column = context->column = mark->column + 1;
	}
	if (strlen(to->text) != len)
		return yaml_error(to, context->err, "a NUL byte in a text");
	return 0;
}

static int convert_list(struct context *context, struct fy_node *from, struct yaml *to, int depth)
{
	size_t count = (size_t)fy_node_sequence_item_count(from);
	struct yaml *items = arena_alloc(context->arena, count * sizeof(*items));
	struct fy_node *item;
	void *at = NULL;

	to->kind = YAML_LIST;
	to->items = items;
	while ((item = fy_node_sequence_iterate(from, &at))) {
		int r = convert(context, item, &items[to->len], depth + 1);

		if (r < 0)
			return r;
		to->len++;
	}
	place_at_first(to);
	return 0;
}

static int convert_map(struct context *context, struct fy_node *from, struct yaml *to, int depth)
{
	size_t count = (size_t)fy_node_mapping_item_count(from);
	struct yaml *keys = arena_alloc(context->arena, count * sizeof(*keys));
	struct yaml *items = arena_alloc(context->arena, count * sizeof(*items));
	struct fy_node_pair *pair;
	void *at = NULL;

	to->kind = YAML_MAP;
	to->keys = keys;
	to->items = items;
	while ((pair = fy_node_mapping_iterate(from, &at))) {
		struct yaml *key = &keys[to->len];
		int r = convert(context, fy_node_pair_key(pair), key, depth + 1);

		if (r < 0)
			return r;
		if (key->kind != YAML_TEXT)
			return yaml_error(key, context->err, "a key must be a text");
		r = convert(context, fy_node_pair_value(pair), &items[to->len], depth + 1);
		if (r < 0)
			return r;
		to->len++;
	}
	place_at_first(to);
	return 0;
}

static int convert(struct context *context, struct fy_node *from, struct yaml *to, int depth)
{
	*to = (struct yaml){
		.file = context->file, .text = "", .line = context->line, .column = context->column
	};
	if (!from)
		return 0;
	if (depth > YAML_MAX_DEPTH)
		return yaml_error(to, context->err, "nested deeper than %d", YAML_MAX_DEPTH);
	switch (fy_node_get_type(from)) {
	case FYNT_SEQUENCE:
		return convert_list(context, from, to, depth);
	case FYNT_MAPPING:
		return convert_map(context, from, to, depth);
	case FYNT_SCALAR:
		break;
	}
	return convert_scalar(context, from, to);
}

static int syntax_error(struct context *context, struct fy_diag *diag)
{
	void *at = NULL;
	const struct fy_diag_error *found = fy_diag_errors_iterate(diag, &at);

	if (!found)
		return error_set(context->err, -EINVAL, "%s:1:1: empty", context->file);
	return error_set(context->err, -EINVAL, "%s:%d:%d: not YAML: %s", context->file,
			 found->line + (found->line == 0), found->column + (found->column == 0),
			 found->msg);
}

/* A second document in the file would be left out in silence. */
static int refuse_second(struct context *context, struct fy_parser *parser, struct fy_diag *diag)
{
	__attribute__((cleanup(destroy_document))) struct fy_document *document =
		fy_parse_load_document(parser);
	struct yaml second;

	if (!document)
		return fy_diag_got_error(diag) ? syntax_error(context, diag) : 0;
	if (convert(context, fy_document_root(document), &second, 0) < 0)
		return context->err->code;
	return yaml_error(&second, context->err, "a second document: expected one in each file");
}

/* No rule needs a directive, and over one without a name libfyaml 0.7.12 never comes to an end. */
static int refuse_directives(const char *file, const char *bytes, size_t len, struct error *err)
{
	int line = 1;

	for (size_t i = 0; i < len; i++) {
		if (bytes[i] == '%' && (i == 0 || bytes[i - 1] == '\n' || bytes[i - 1] == '\r'))
			return error_set(err, -EINVAL, "%s:%d:1: a line must not begin with '%%'",
					 file, line);
		line += bytes[i] == '\n';
	}
	return 0;
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
	struct context context = { arena, file, err, 1, 1 };
	__attribute__((cleanup(destroy_diag))) struct fy_diag *diag = quiet_diag();
	const struct fy_parse_cfg cfg = {
		.flags = FYPCF_QUIET | FYPCF_RESOLVE_DOCUMENT | FYPCF_COLLECT_DIAG |
			 FYPCF_DEFAULT_VERSION_1_2,
		.diag = diag,
	};
	__attribute__((cleanup(destroy_parser))) struct fy_parser *parser = NULL;
	__attribute__((cleanup(destroy_document))) struct fy_document *document = NULL;

	if (len > YAML_MAX_BYTES)
		return error_set(err, -EFBIG, "%s: larger than %zu bytes", file, YAML_MAX_BYTES);
	if (refuse_directives(file, bytes, len, err) < 0)
		return err->code;
	parser = diag ? fy_parser_create(&cfg) : NULL;
	if (!parser || fy_parser_set_string(parser, bytes, len) < 0)
		return error_set(err, -ENOMEM, "%s: out of memory", file);
	document = fy_parse_load_document(parser);
	if (!document)
		return syntax_error(&context, diag);
	if (!fy_document_root(document))
		return error_set(err, -EINVAL, "%s:1:1: empty", file);
	if (convert(&context, fy_document_root(document), ret, 0) < 0)
		return err->code;
	return refuse_second(&context, parser, diag);
}
