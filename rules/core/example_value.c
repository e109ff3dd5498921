/* SPDX-License-Identifier: GPL-2.0-or-later */
/* example: the facts that an example gives, out of YAML */
#include <errno.h>
#include <string.h>

#include "core/load_example.h"
#include "core/load_need.h"
#include "core/util.h"

static bool is_word(const struct yaml *node, const char *word)
{
	return node->kind == YAML_TEXT && !node->quoted && strcmp(node->text, word) == 0;
}

/* "unknown", or {unknown: permission}. */
static int read_unknown(struct loader *loader, const struct yaml *node, struct value *ret)
{
	const struct yaml *reason = yaml_get(node, "unknown");
	enum unknown_reason code = UNKNOWN_NOT_RECORDED;

	if (reason) {
		code = reason->kind == YAML_TEXT ? unknown_reason_of(reason->text) : UNKNOWN_NONE;
		if (code == UNKNOWN_NONE)
			return yaml_error(reason, loader->err,
					  "unknown: expected permission, unsupported, hidden, "
					  "error, timeout or not-recorded");
	}
	*ret = value_unknown(loader->arena, code, NULL, "so the example has it");
	return 0;
}

static bool is_unknown(const struct yaml *node)
{
	return is_word(node, "unknown") ||
	       (node->kind == YAML_MAP && node->len == 1 && yaml_get(node, "unknown"));
}

/* A value that is no list of records: of a fact, or of a record's field. */
static int read_plain(struct loader *loader, const struct fact_def *def, const struct yaml *node,
		      struct value *ret)
{
	const struct yaml *items = node->kind == YAML_LIST ? node->items : node;
	struct list list = { 0 };

	if (is_unknown(node))
		return read_unknown(loader, node, ret);
	if (is_word(node, "absent") && def->type != FACT_BOOL) {
		*ret = value_null();
		return 0;
	}
	if (def->type != FACT_STRINGS)
		return read_fact_value(loader, def, node, ret);
	for (size_t i = 0; i < (node->kind == YAML_LIST ? node->len : 1); i++) {
		if (items[i].kind != YAML_TEXT)
			return yaml_error(&items[i], loader->err, "%s: expected a list of texts",
					  def->name);
		list_add(loader->arena, &list, value_string(items[i].text));
	}
	*ret = list_value(&list);
	return 0;
}

static int read_field(struct loader *loader, const struct fact_def *list, const struct yaml *key,
		      const struct yaml *node, struct value *ret)
{
	const struct field_def *field = list->fields;
	const char *names[64];
	struct fact_def def;
	const char *near;
	size_t n = 0;

	while (field->name && strcmp(field->name, key->text) != 0)
		field++;
	if (field->name && is_word(node, "absent")) {
		*ret = value_null();
		return 0;
	}
	if (field->name) {
		def = (struct fact_def){ .name = arena_printf(loader->arena, "%s.%s", list->name,
							      field->name),
					 .type = field->type,
					 .unit = field->unit };
		return read_plain(loader, &def, node, ret);
	}
	for (field = list->fields; field->name && n < ARRAY_SIZE(names); field++)
		names[n++] = field->name;
	near = cel_nearest(key->text, names, n);
	return yaml_error(key, loader->err, "records of %s have no '%s'%s%s%s", list->name,
			  key->text, near ? "; did you mean '" : "", near ? near : "",
			  near ? "'?" : "");
}

/* The merge key of YAML 1.1 (yaml.org/type/merge.html): what stands there, but for fields beside it. */
#define MERGE "<<"

/* The fields of `node`, which replace those of `base` (NULL: none). */
static int read_record(struct loader *loader, const struct fact_def *def, const struct yaml *node,
		       const struct value *base, struct value *ret)
{
	const struct yaml *merged = yaml_get(node, MERGE);
	struct record record = { 0 };
	struct value other = value_null();

	if (node->kind != YAML_MAP)
		return yaml_error(node, loader->err, "%s: expected a record, found %s", def->name,
				  yaml_kind_name(node));
	if (merged && read_record(loader, def, merged, base, &other) < 0)
		return -EINVAL;
	if (merged)
		base = &other;
	for (uint32_t i = 0; base && i < base->len; i++)
		if (!yaml_get(node, base->entries[i].key.s))
			record_add(loader->arena, &record, base->entries[i].key.s,
				   base->entries[i].value);
	for (size_t i = 0; i < node->len; i++) {
		struct value value = value_null();

		if (&node->items[i] == merged)
			continue;
		if (read_field(loader, def, &node->keys[i], &node->items[i], &value) < 0)
			return -EINVAL;
		record_add(loader->arena, &record, node->keys[i].text, value);
	}
	*ret = record_value(&record);
	return 0;
}

/* A change of records is tried on an empty one, so that a mistake in it is found now. */
static int check_change(struct loader *loader, const struct fact_def *def, const struct yaml *node)
{
	static const char *const records[] = { "each", "first" };
	struct value value;
	bool partial;
	int64_t number;

	if (read_keys(loader, node, "take each first add partial") < 0 ||
	    read_int(loader, node, "take", &number) < 0 ||
	    read_bool(loader, node, "partial", &partial) < 0)
		return -EINVAL;
	for (size_t i = 0; i < ARRAY_SIZE(records); i++) {
		const struct yaml *record = yaml_get(node, records[i]);

		if (record && read_record(loader, def, record, NULL, &value) < 0)
			return -EINVAL;
	}
	if (yaml_get(node, "add"))
		return read_records(loader, def, yaml_get(node, "add"), &value);
	return 0;
}

int read_records(struct loader *loader, const struct fact_def *def, const struct yaml *node,
		 struct value *ret)
{
	struct list list = { 0 };

	if (node->kind != YAML_LIST)
		return yaml_error(node, loader->err, "%s: expected a list of records, found %s",
				  def->name, yaml_kind_name(node));
	for (size_t i = 0; i < node->len; i++) {
		struct value record = value_null();

		if (read_record(loader, def, &node->items[i], NULL, &record) < 0)
			return -EINVAL;
		list_add(loader->arena, &list, record);
	}
	*ret = list_value(&list);
	return 0;
}

static int read_map(struct loader *loader, const struct fact_def *def, const struct yaml *node,
		    struct value *ret)
{
	struct record record = { 0 };

	if (node->kind != YAML_MAP)
		return yaml_error(node, loader->err, "%s: expected names and values, found %s",
				  def->name, yaml_kind_name(node));
	for (size_t i = 0; i < node->len; i++) {
		if (node->items[i].kind != YAML_TEXT)
			return yaml_error(&node->items[i], loader->err, "%s: expected a text",
					  def->name);
		record_add(loader->arena, &record, node->keys[i].text,
			   value_string(node->items[i].text));
	}
	*ret = record_value(&record);
	return 0;
}

/* --- facts --- */

/* The row of an open-ended name, by its name with the dot. */
static const struct fact_def *prefix_of(const char *name)
{
	for (size_t i = 0; ends_with(name, ".") && i < fact_defs_count(); i++)
		if (strcmp(fact_def_at(i)->name, name) == 0)
			return fact_def_at(i);
	return NULL;
}

int read_given(struct loader *loader, const struct yaml *key, const struct yaml *node,
	       struct given *ret)
{
	ret->name = key->text;
	ret->def = prefix_of(key->text);
	if (!ret->def)
		ret->def = fact_def_of(key->text, NULL);
	if (!ret->def)
		return no_fact(loader, key, key->text);
	if (is_unknown(node))
		return read_unknown(loader, node, &ret->value);
	if (ret->def->type == FACT_RECORDS && node->kind == YAML_MAP) {
		ret->change = node;
		return check_change(loader, ret->def, node);
	}
	if (ret->def->type == FACT_RECORDS)
		return read_records(loader, ret->def, node, &ret->value);
	if (ret->def->type == FACT_MAP)
		return read_map(loader, ret->def, node, &ret->value);
	return read_plain(loader, ret->def, node, &ret->value);
}

/* --- changes of lists --- */

struct value change_records(struct arena *arena, const struct fact_def *def,
			    const struct yaml *node, const struct value *base)
{
	const struct yaml *each = yaml_get(node, "each"), *first = yaml_get(node, "first");
	const struct yaml *add = yaml_get(node, "add"), *partial = yaml_get(node, "partial");
	struct error err = { 0 };
	struct loader loader = { .arena = arena, .err = &err };
	int64_t take = base->kind == VALUE_LIST ? base->len : 0;
	struct value more = value_list(NULL, 0), all;
	struct list list = { 0 };

	read_int(&loader, node, "take", &take);
	for (uint32_t i = 0; base->kind == VALUE_LIST && i < base->len && i < take; i++) {
		struct value record = base->items[i];

		if (each)
			read_record(&loader, def, each, &base->items[i], &record);
		if (first && i == 0) {
			struct value changed = record;

			read_record(&loader, def, first, &record, &changed);
			record = changed;
		}
		list_add(arena, &list, record);
	}
	if (add)
		read_records(&loader, def, add, &more);
	for (uint32_t i = 0; i < more.len; i++)
		list_add(arena, &list, more.items[i]);
	all = list_value(&list);
	all.partial = partial && strcmp(partial->text, "true") == 0;
	return all;
}
