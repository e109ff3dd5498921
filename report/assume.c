/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "assume.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "core/quantity.h"
#include "core/util.h"
#include "facts_file.h"

static int parse_texts(struct facts *facts, const char *text, struct value *ret)
{
	struct list list = { 0 };
	char *rest = arena_strdup(facts_arena(facts), text), *item;

	while ((item = strsep(&rest, ",")))
		if (*item)
			list_add(facts_arena(facts), &list, value_string(strip(item)));
	*ret = list_value(&list);
	return 0;
}

static int parse_json(struct facts *facts, const char *text, const struct fact_def *def,
		      struct value *ret, struct error *err)
{
	json_error_t found;
	json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, &found);
	int r;

	if (!json)
		return error_set(err, -EINVAL, "%s is a %s: expected JSON: %s at column %d",
				 def->name, def->type == FACT_MAP ? "map" : "list of records",
				 found.text, found.column);
	r = facts_value_of_json(facts_arena(facts), json, ret);
	json_decref(json);
	if (r < 0 || ret->kind != (def->type == FACT_MAP ? VALUE_MAP : VALUE_LIST))
		return error_set(err, -EINVAL, "%s: expected a JSON %s", def->name,
				 def->type == FACT_MAP ? "object" : "array of objects");
	return 0;
}

/* A word of a list with spaces between. */
static bool is_one_of(const char *text, const char *values)
{
	size_t len = strlen(text);

	for (const char *at = values; *at;) {
		size_t word = strcspn(at, " ");

		if (word == len && strncmp(at, text, len) == 0)
			return true;
		at += word + (at[word] == ' ');
	}
	return false;
}

static int parse_value(struct facts *facts, const struct fact_def *def, const char *text,
		       struct value *ret, struct error *err)
{
	int64_t number;
	int r;

	if (strcmp(text, "absent") == 0 && def->type != FACT_BOOL) {
		*ret = value_null();
		return 0;
	}
	switch (def->type) {
	case FACT_BOOL:
		if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
			return error_set(err, -EINVAL, "expected true or false, not '%s'", text);
		*ret = value_bool(*text == 't');
		return 0;
	case FACT_COUNT:
		r = quantity_parse(text, def, &number, err);
		*ret = value_int(number);
		return r;
	case FACT_SCALAR:
		if (parse_i64(text, 10, &number) == 0) {
			*ret = value_int(number);
			return 0;
		}
		break;
	case FACT_STRINGS:
		return parse_texts(facts, text, ret);
	case FACT_RECORDS:
	case FACT_MAP:
		return parse_json(facts, text, def, ret, err);
	case FACT_STRING:
		if (def->values && !is_one_of(text, def->values))
			return error_set(err, -EINVAL, "'%s' is none of: %s", text, def->values);
		break;
	case FACT_VERSION:
	case N_FACT_TYPES:
		break;
	}
	*ret = value_string(arena_strdup(facts_arena(facts), text));
	return 0;
}

int assume_fact(struct facts *facts, const char *name, const char *text, const char *source,
		struct error *err)
{
	const struct fact_def *def = fact_def_of(name, NULL);
	struct value value = value_null();
	int r;

	if (!def) {
		const char *near = fact_name_near(name);

		return error_set(err, -EINVAL, "there is no fact '%s'%s%s%s", name,
				 near ? "; did you mean '" : "", near ? near : "",
				 near ? "'?" : "");
	}
	r = parse_value(facts, def, text, &value, err);
	if (r < 0)
		return r;
	r = facts_set_assumed(facts, name, value, source);
	if (r < 0)
		return error_set(err, r, "%s: not what `stackcheck facts --describe %s` says", name,
				 def->name);
	return 0;
}

int assume(struct facts *facts, const char *assignment, struct error *err)
{
	const char *equals = strchr(assignment, '=');
	const char *name;

	if (!equals || equals == assignment)
		return error_set(err, -EINVAL, "expected FACT=VALUE");
	name = arena_strndup(facts_arena(facts), assignment, (size_t)(equals - assignment));
	return assume_fact(facts, name, equals + 1, "assumed", err);
}
