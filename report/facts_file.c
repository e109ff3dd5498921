/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts_file.h"

#include <errno.h>
#include <string.h>

#include "clock.h"
#include "core/util.h"

/* A set with more entries than this travels in full only when asked for. */
#define LARGE_SET 512

/* Records in a list, strings in a record: nothing that facts hold nests deeper. */
#define MAX_DEPTH 4

/* --- writing --- */

/* JSON is UTF-8; a kernel file need not be. Bytes that are not become U+FFFD. */
static json_t *text_json(const char *text, size_t len)
{
	json_t *json = json_stringn(text, len);
	auto_free char *copy = NULL;
	size_t n = 0;

	if (json)
		return json;
	copy = malloc(len * 3 + 1);
	for (size_t i = 0; copy && i < len; i++) {
		if ((unsigned char)text[i] < 0x80) {
			copy[n++] = text[i];
		} else {
			strcpy(copy + n, "\xef\xbf\xbd");
			n += 3;
		}
	}
	return copy ? json_stringn(copy, n) : json_null();
}

static json_t *unknown_json(const struct value_unknown *unknown)
{
	json_t *json = json_object();

	json_object_set_new(json, "state", json_string("unknown"));
	json_object_set_new(json, "reason", json_string(unknown_reason_name(unknown->reason)));
	if (unknown->detail)
		json_object_set_new(json, "detail",
				    text_json(unknown->detail, strlen(unknown->detail)));
	return json;
}

json_t *facts_value_json(const struct value *value)
{
	json_t *json;

	switch ((enum value_kind)value->kind) {
	case VALUE_BOOL:
		return json_boolean(value->b);
	case VALUE_INT:
		return json_integer(value->i);
	case VALUE_STRING:
		return text_json(value->s, value->len);
	case VALUE_UNKNOWN:
		return unknown_json(value->unknown);
	case VALUE_LIST:
		json = json_array();
		for (uint32_t i = 0; i < value->len; i++)
			json_array_append_new(json, facts_value_json(&value->items[i]));
		return json;
	case VALUE_MAP:
		json = json_object();
		for (uint32_t i = 0; i < value->len; i++)
			json_object_set_new(json, value->entries[i].key.s,
					    facts_value_json(&value->entries[i].value));
		return json;
	default:
		return json_null();
	}
}

json_t *facts_fact_json(const struct fact *fact)
{
	json_t *json;

	if (fact->value.kind == VALUE_UNKNOWN)
		return unknown_json(fact->value.unknown);
	json = json_object();
	json_object_set_new(json, "state",
			    json_string(fact->value.kind == VALUE_NULL ? "absent" : "known"));
	if (fact->value.kind != VALUE_NULL)
		json_object_set_new(json, "value", facts_value_json(&fact->value));
	if (fact->value.partial)
		json_object_set_new(json, "partial", json_true());
	if (fact->def->unit)
		json_object_set_new(json, "unit", json_string(fact->def->unit));
	if (fact->source)
		json_object_set_new(json, "source", text_json(fact->source, strlen(fact->source)));
	if (fact->assumed)
		json_object_set_new(json, "assumed", json_true());
	return json;
}

json_t *facts_json(struct facts *facts, time_t collected_at, bool full)
{
	json_t *json = json_object(), *all = json_object();
	const struct fact *fact = NULL;
	char when[CLOCK_TEXT];
	size_t index = 0;

	json_object_set_new(json, "schema", json_string(FACTS_SCHEMA));
	json_object_set_new(json, "version", json_string(STACKCHECK_VERSION));
	json_object_set_new(json, "collected_at", json_string(clock_text(when, collected_at)));
	while (facts_next(facts, &index, &fact)) {
		json_t *one;

		if (!full && fact->value.kind == VALUE_MAP && fact->value.len > LARGE_SET) {
			one = json_object();
			json_object_set_new(one, "state", json_string("known"));
			json_object_set_new(one, "entries", json_integer(fact->value.len));
			json_object_set_new(one, "source", json_string(fact->source));
		} else {
			one = facts_fact_json(fact);
		}
		json_object_set_new(all, fact->name, one);
	}
	json_object_set_new(json, "facts", all);
	return json;
}

/* --- reading --- */

static int unknown_of_json(struct arena *arena, const json_t *json, const char *name,
			   struct value *ret)
{
	const char *reason = json_string_value(json_object_get(json, "reason"));
	enum unknown_reason code = reason ? unknown_reason_of(reason) : UNKNOWN_NONE;

	if (code == UNKNOWN_NONE)
		return -EINVAL;
	*ret = value_unknown(arena, code, name, json_string_value(json_object_get(json, "detail")));
	return 0;
}

static int value_of(struct arena *arena, const json_t *json, int depth, struct value *ret);

static int list_of(struct arena *arena, const json_t *json, int depth, struct value *ret)
{
	size_t n = json_array_size(json);
	struct value *items = arena_alloc(arena, n * sizeof(*items));

	for (size_t i = 0; i < n; i++)
		if (value_of(arena, json_array_get(json, i), depth + 1, &items[i]) < 0)
			return -EINVAL;
	*ret = value_list(items, n);
	return 0;
}

static int map_of(struct arena *arena, const json_t *json, int depth, struct value *ret)
{
	struct value_entry *entries = arena_alloc(arena, json_object_size(json) * sizeof(*entries));
	const char *key;
	json_t *item;
	size_t n = 0;

	json_object_foreach((json_t *)json, key, item)
	{
		entries[n].key = value_string(arena_strdup(arena, key));
		if (value_of(arena, item, depth + 1, &entries[n].value) < 0)
			return -EINVAL;
		n++;
	}
	*ret = value_map(entries, n);
	return 0;
}

static int value_of(struct arena *arena, const json_t *json, int depth, struct value *ret)
{
	const char *state = json_string_value(json_object_get(json, "state"));

	if (depth > MAX_DEPTH)
		return -EINVAL;
	switch (json_typeof(json)) {
	case JSON_NULL:
		*ret = value_null();
		return 0;
	case JSON_TRUE:
	case JSON_FALSE:
		*ret = value_bool(json_is_true(json));
		return 0;
	case JSON_INTEGER:
		*ret = value_int(json_integer_value(json));
		return 0;
	case JSON_STRING:
		*ret = value_string(arena_strdup(arena, json_string_value(json)));
		return 0;
	case JSON_ARRAY:
		return list_of(arena, json, depth, ret);
	case JSON_OBJECT:
		if (depth > 0 && state && strcmp(state, "unknown") == 0)
			return unknown_of_json(arena, json, NULL, ret);
		return map_of(arena, json, depth, ret);
	case JSON_REAL:
		break;
	}
	return -EINVAL;
}

int facts_value_of_json(struct arena *arena, const json_t *json, struct value *ret)
{
	return value_of(arena, json, 0, ret);
}

/* known with a value, absent, or unknown with a reason; -EINVAL for anything else. */
static int fact_of_json(struct facts *facts, const char *name, const json_t *json,
			struct value *ret)
{
	const char *state = json_string_value(json_object_get(json, "state"));
	const json_t *value = json_object_get(json, "value");
	int r = -EINVAL;

	if (!state)
		return -EINVAL;
	if (strcmp(state, "unknown") == 0)
		return unknown_of_json(facts_arena(facts), json, name, ret);
	*ret = value_null();
	if (strcmp(state, "absent") == 0)
		return 0;
	if (strcmp(state, "known") == 0 && value)
		r = facts_value_of_json(facts_arena(facts), value, ret);
	/* A set given by its size alone tells nothing of its entries. */
	else if (strcmp(state, "known") == 0 && json_object_get(json, "entries"))
		return -ENODATA;
	ret->partial = json_is_true(json_object_get(json, "partial"));
	return r;
}

static int read_fact(const char *path, struct facts *facts, const char *name, const json_t *json,
		     struct error *err)
{
	const char *source = json_string_value(json_object_get(json, "source"));
	struct value value;
	int r;

	if (!fact_def_of(name, NULL))
		return 0;
	r = fact_of_json(facts, name, json, &value);
	if (r == -ENODATA)
		return 0;
	if (r >= 0)
		r = facts_set_recorded(facts, name, value,
				       source ? arena_strdup(facts_arena(facts), source) : NULL);
	if (r < 0)
		return error_set(err, -EINVAL,
				 "%s: facts.%s: expected {\"state\": \"known\", \"value\": a %s}, "
				 "or absent, or unknown with its reason",
				 path, name, fact_type_name(fact_def_of(name, NULL)->type));
	return 0;
}

static int read_document(const char *path, const json_t *json, struct facts *facts,
			 time_t *ret_collected_at, struct error *err)
{
	const char *schema = json_string_value(json_object_get(json, "schema"));
	const char *when = json_string_value(json_object_get(json, "collected_at"));
	json_t *all = json_object_get(json, "facts"), *one;
	const char *name;

	if (!schema || strcmp(schema, FACTS_SCHEMA) != 0)
		return error_set(err, -EINVAL, "%s: schema is '%s'; expected '" FACTS_SCHEMA "'",
				 path, schema ? schema : "missing");
	if (!json_is_object(all))
		return error_set(err, -EINVAL, "%s: 'facts' is missing", path);
	if (when)
		*ret_collected_at = clock_of_text(when);
	json_object_foreach(all, name, one)
	{
		int r = read_fact(path, facts, name, one, err);

		if (r < 0)
			return r;
	}
	return 0;
}

int facts_file_read(const char *path, struct facts *facts, time_t *ret_collected_at,
		    struct error *err)
{
	json_error_t found;
	json_t *json = json_load_file(path, JSON_REJECT_DUPLICATES, &found);
	int r;

	if (!json)
		return error_set(err, -EINVAL, "%s:%d:%d: not a facts file: %s", path, found.line,
				 found.column, found.text);
	r = read_document(path, json, facts, ret_collected_at, err);
	json_decref(json);
	return r;
}
