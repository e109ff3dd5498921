/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load: texts, numbers, lists and expressions out of YAML */
#include <errno.h>
#include <string.h>

#include "core/lint.h"
#include "core/loader.h"
#include "core/util.h"

void pointers_add(struct arena *arena, struct pointers *pointers, void *item)
{
	pointers->items =
		arena_grown(arena, pointers->items, pointers->len, &pointers->size, sizeof(void *));
	pointers->items[pointers->len++] = item;
}

/* Is `key` a word of `allowed`? */
static bool is_word_of(const char *key, const char *allowed)
{
	size_t len = strlen(key);

	for (const char *at = allowed; len > 0 && (at = strstr(at, key)); at += len)
		if ((at == allowed || at[-1] == ' ') && (at[len] == ' ' || !at[len]))
			return true;
	return false;
}

int read_keys(struct loader *loader, const struct yaml *map, const char *allowed)
{
	if (map->kind != YAML_MAP)
		return yaml_error(map, loader->err, "expected a mapping with some of: %s; found %s",
				  allowed, yaml_kind_name(map));
	for (size_t i = 0; i < map->len; i++)
		if (!is_word_of(map->keys[i].text, allowed))
			return unknown_key(loader, &map->keys[i], allowed);
	return 0;
}

int read_text(struct loader *loader, const struct yaml *map, const char *key, bool required,
	      const char **ret)
{
	const struct yaml *node = yaml_get(map, key);

	*ret = NULL;
	if (!node && required)
		return yaml_error(map, loader->err, "'%s' is missing", key);
	if (!node)
		return 0;
	if (node->kind != YAML_TEXT || !*node->text)
		return yaml_error(node, loader->err, "%s: expected a text, found %s", key,
				  node->kind == YAML_TEXT ? "nothing" : yaml_kind_name(node));
	*ret = node->text;
	return 0;
}

int read_bool(struct loader *loader, const struct yaml *map, const char *key, bool *ret)
{
	const struct yaml *node = yaml_get(map, key);

	if (!node)
		return 0;
	if (node->kind == YAML_TEXT && !node->quoted && strcmp(node->text, "true") == 0)
		*ret = true;
	else if (node->kind == YAML_TEXT && !node->quoted && strcmp(node->text, "false") == 0)
		*ret = false;
	else
		return yaml_error(node, loader->err, "%s: expected true or false", key);
	return 0;
}

int read_int(struct loader *loader, const struct yaml *map, const char *key, int64_t *ret)
{
	const struct yaml *node = yaml_get(map, key);

	if (!node)
		return 0;
	if (node->kind != YAML_TEXT || parse_i64(node->text, 10, ret) < 0 || *ret < 0)
		return yaml_error(node, loader->err, "%s: expected a whole number, not '%s'", key,
				  node->text);
	return 0;
}

int read_texts(struct loader *loader, const struct yaml *map, const char *key,
	       const char *const **ret, size_t *ret_len)
{
	const struct yaml *node = yaml_get(map, key);
	const struct yaml *items = node;
	const char **texts;
	size_t len = 1;

	if (!node)
		return 0;
	if (node->kind == YAML_LIST) {
		items = node->items;
		len = node->len;
	}
	texts = arena_alloc(loader->arena, len * sizeof(*texts));
	for (size_t i = 0; i < len; i++) {
		if (items[i].kind != YAML_TEXT || !*items[i].text)
			return yaml_error(&items[i], loader->err,
					  "%s: expected a text or a list of texts", key);
		texts[i] = items[i].text;
	}
	*ret = texts;
	*ret_len = len;
	return 0;
}

/* --- expressions --- */

/* What the checker knows of a list of records: made once for each list. */
struct list_type {
	const struct fact_def *def;
	struct cel_type type;
	struct cel_type record;
	struct cel_field *fields;
};

static const struct cel_type *scalar_type(enum fact_type type)
{
	static const struct cel_type string = { .kind = VALUE_STRING };
	static const struct cel_type strings = { .kind = VALUE_LIST, .element = &string };
	static const struct cel_type version = { .kind = VALUE_STRING, .is_version = true };

	switch (type) {
	case FACT_BOOL:
		return cel_type(VALUE_BOOL);
	case FACT_COUNT:
		return cel_type(VALUE_INT);
	case FACT_STRING:
		return cel_type(VALUE_STRING);
	case FACT_VERSION:
		return &version;
	case FACT_STRINGS:
		return &strings;
	case FACT_MAP:
		return cel_type(VALUE_MAP);
	case FACT_SCALAR:
	case FACT_RECORDS:
	case N_FACT_TYPES:
		break;
	}
	return cel_type(CEL_DYN);
}

static const struct cel_type *list_type_of(struct loader *loader, const struct fact_def *def)
{
	struct list_type *made;
	size_t n = 0;

	for (size_t i = 0; i < loader->types.len; i++) {
		made = loader->types.items[i];
		if (made->def == def)
			return &made->type;
	}
	while (def->fields && def->fields[n].name)
		n++;
	made = arena_alloc(loader->arena, sizeof(*made));
	made->def = def;
	made->fields = arena_alloc(loader->arena, n * sizeof(*made->fields));
	for (size_t i = 0; i < n; i++)
		made->fields[i] =
			(struct cel_field){ def->fields[i].name, scalar_type(def->fields[i].type) };
	made->record =
		(struct cel_type){ .kind = VALUE_MAP, .fields = made->fields, .n_fields = n };
	made->type = (struct cel_type){ .kind = VALUE_LIST, .element = &made->record };
	pointers_add(loader->arena, &loader->types, made);
	return &made->type;
}

struct declare_context {
	struct loader *loader;
	const struct fact_def *list; /* whose fields are in sight */
};

static const struct field_def *field_of(const struct fact_def *list, const char *name)
{
	for (const struct field_def *field = list ? list->fields : NULL; field && field->name;
	     field++)
		if (strcmp(field->name, name) == 0)
			return field;
	return NULL;
}

/* The same as fact_def_of(), which looks at every fact there is; most names are met again and again. */
static const struct fact_def *known_fact(struct loader *loader, const char *name)
{
	const struct fact_def *def = index_get(&loader->facts, name);

	if (def)
		return def;
	def = fact_def_of(name, NULL);
	if (def)
		index_add(loader->arena, &loader->facts, arena_strdup(loader->arena, name),
			  (void *)def);
	return def;
}

static const struct cel_type *declare(void *ctx, const char *name)
{
	const struct declare_context *context = ctx;
	const struct field_def *field = field_of(context->list, name);
	const struct fact_def *def;

	if (field)
		return scalar_type(field->type);
	def = known_fact(context->loader, name);
	if (!def)
		return NULL;
	return def->type == FACT_RECORDS ? list_type_of(context->loader, def)
					 : scalar_type(def->type);
}

static const char *suggest(void *ctx, const char *name)
{
	const struct declare_context *context = ctx;
	const char *fields[64];
	const char *near;
	size_t n = 0;

	for (const struct field_def *field = context->list ? context->list->fields : NULL;
	     field && field->name && n < ARRAY_SIZE(fields); field++)
		fields[n++] = field->name;
	near = cel_nearest(name, fields, n);
	return near ? near : fact_name_near(name);
}

void add_name(struct loader *loader, const char *name)
{
	pointers_add(loader->arena, &loader->names, (void *)name);
	index_add(loader->arena, &loader->names_seen, name, (void *)name);
}

void note_name(struct loader *loader, const char *name)
{
	const char *rest = NULL;

	if (index_get(&loader->names_seen, name))
		return;
	name = arena_strdup(loader->arena, name);
	if (fact_def_of(name, &rest) && rest)
		add_name(loader, name);
	else
		index_add(loader->arena, &loader->names_seen, name, (void *)name);
}

/*
 * Where in the YAML file a place in an expression is; exact for texts on one line without escapes.
 */
static int expr_error(struct loader *loader, const struct yaml *at)
{
	char message[sizeof(loader->err->text)];
	unsigned line, column;
	const char *text;

	memcpy(message, loader->err->text, sizeof(message));
	text = cel_error_at(message, &line, &column);
	if (!line)
		return yaml_error(at, loader->err, "%s", message);
	return error_set(loader->err, -EINVAL, "%s:%d:%d: %s", at->file, at->line + (int)line - 1,
			 line == 1 ? at->column + (int)column - 1 : (int)column, text);
}

/* What an expression must come to. */
static int compile_kind(struct loader *loader, const struct yaml *at, const char *text,
			const char *list, unsigned kind, const struct cel_expr **ret)
{
	struct declare_context context = { loader, list ? fact_def_of(list, NULL) : NULL };
	const struct cel_env env = { .declare = declare, .suggest = suggest, .ctx = &context };
	struct cel_expr *expr = arena_alloc(loader->arena, sizeof(*expr));
	uint16_t next = 0;
	const char *name;

	if (cel_compile(loader->arena, text, &env, expr, loader->err) < 0)
		return expr_error(loader, at);
	if (expr->kind != kind && expr->kind != CEL_DYN)
		return yaml_error(at, loader->err, "'%s' is %s; expected %s %s", text,
				  cel_kind_name(expr->kind), kind == VALUE_INT ? "an" : "a",
				  cel_kind_name(kind));
	while ((name = cel_expr_name(expr, &next)))
		note_name(loader, name);
	*ret = expr;
	return 0;
}

int compile_text(struct loader *loader, const struct yaml *at, const char *text, const char *list,
		 const struct cel_expr **ret)
{
	return compile_kind(loader, at, text, list, VALUE_BOOL, ret);
}

int compile_number(struct loader *loader, const struct yaml *at, const char *text, const char *list,
		   const struct cel_expr **ret)
{
	return compile_kind(loader, at, text, list, VALUE_INT, ret);
}

int read_expr(struct loader *loader, const struct yaml *node, const char *list,
	      const struct cel_expr **ret)
{
	if (node->kind != YAML_TEXT || !*node->text)
		return yaml_error(node, loader->err, "expected an expression, found %s",
				  yaml_kind_name(node));
	if (compile_text(loader, node, node->text, list, ret) < 0)
		return -EINVAL;
	lint_expr(loader, node, list, *ret);
	return 0;
}

bool expr_is_deferred(const struct cel_expr *expr, const char *list)
{
	const struct fact_def *records = list ? fact_def_of(list, NULL) : NULL;
	uint16_t at = 0;
	const char *name;

	while (expr && (name = cel_expr_name(expr, &at))) {
		const struct fact_def *def =
			field_of(records, name) ? records : fact_def_of(name, NULL);

		if (def && (def->scope == SCOPE_OS || def->scope == SCOPE_STATE))
			return true;
	}
	return false;
}
