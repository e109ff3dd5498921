/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz: any text as an expression, typed or dynamic, evaluated among facts of every kind */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cel/cel.h"
#include "core/util.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct cel_type int_type = { .kind = VALUE_INT };
static const struct cel_type string_type = { .kind = VALUE_STRING };
static const struct cel_type list_type = { .kind = VALUE_LIST, .element = &int_type };
static const struct cel_field fields[] = { { "a", &int_type }, { "b", &list_type } };
static const struct cel_type record_type = { .kind = VALUE_MAP, .fields = fields, .n_fields = 2 };

static const struct value_unknown why = { .reason = UNKNOWN_PERMISSION };

static const struct value items[] = { { .kind = VALUE_INT, .i = 1 },
				      { .kind = VALUE_UNKNOWN, .unknown = &why },
				      { .kind = VALUE_INT, .i = 3 } };

static const struct value_entry entries[] = {
	{ { .kind = VALUE_STRING, .len = 1, .s = "a" },
	  { .kind = VALUE_UNKNOWN, .unknown = &why } },
	{ { .kind = VALUE_STRING, .len = 1, .s = "b" }, { .kind = VALUE_NULL } },
};

static const struct {
	const char *name;
	const struct cel_type *type;
	struct value value;
} facts[] = {
	{ "i", &int_type, { .kind = VALUE_INT, .i = 7 } },
	{ "s", &string_type, { .kind = VALUE_STRING, .len = 3, .s = "a\xff\0" } },
	{ "u", &int_type, { .kind = VALUE_UNKNOWN, .unknown = &why } },
	{ "n", &list_type, { .kind = VALUE_NULL } },
	{ "l", &list_type, { .kind = VALUE_LIST, .len = 3, .items = items } },
	{ "p", &list_type, { .kind = VALUE_LIST, .partial = true, .len = 3, .items = items } },
	{ "r", &record_type, { .kind = VALUE_MAP, .len = 2, .entries = entries } },
	{ "a.b", &string_type, { .kind = VALUE_STRING, .len = 4, .s = "5.10" } },
};

static const struct cel_type *declare(void *ctx, const char *name)
{
	(void)ctx;
	for (size_t i = 0; i < ARRAY_SIZE(facts); i++)
		if (strcmp(facts[i].name, name) == 0)
			return facts[i].type;
	return NULL;
}

static bool resolve(void *ctx, const char *name, struct value *ret)
{
	(void)ctx;
	for (size_t i = 0; i < ARRAY_SIZE(facts); i++) {
		if (strcmp(facts[i].name, name) == 0) {
			*ret = facts[i].value;
			return true;
		}
	}
	return false;
}

static void run(struct arena *arena, const char *text, size_t len, bool dynamic)
{
	const struct cel_env env = { .declare = declare, .dynamic = dynamic };
	const struct cel_scope scope = { .resolve = resolve, .max_steps = 50000 };
	struct cel_expr expr;
	struct error err = { 0 };
	struct value value;
	unsigned line, column;

	if (cel_compile_n(arena, text, len, &env, &expr, &err) < 0) {
		cel_error_at(err.text, &line, &column);
		if (line == 0 || column == 0)
			abort(); /* each message says where */
		return;
	}
	value = cel_eval(&expr, &scope, arena);
	/* A typed condition comes to what it was declared to be, or to nothing. */
	if (!dynamic && expr.kind == VALUE_BOOL && value.kind != VALUE_BOOL &&
	    value.kind != VALUE_UNKNOWN && value.kind != VALUE_ERROR)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	char *text = arena_strndup(&arena, (const char *)data, size);

	run(&arena, text, size, true);
	run(&arena, text, size, false);
	arena_free(&arena);
	return 0;
}
