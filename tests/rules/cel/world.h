/* SPDX-License-Identifier: GPL-2.0-or-later */
/* world: a few facts to evaluate expressions in, for the tests of rules/cel */
#ifndef STACKCHECK_TESTS_CEL_WORLD_H
#define STACKCHECK_TESTS_CEL_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cel/cel.h"
#include "core/util.h"

struct binding {
	const char *name;
	const struct cel_type *type;
	struct value value;
};

struct world {
	struct arena arena;
	struct binding bindings[32];
	size_t n;
	bool dynamic;
	uint32_t max_steps;
	struct error err;
};

static inline void world_free(struct world *world)
{
	arena_free(&world->arena);
}

#define auto_world __attribute__((cleanup(world_free)))

static inline void bind(struct world *world, const char *name, const struct cel_type *type,
			struct value value)
{
	assert_true(world->n < ARRAY_SIZE(world->bindings));
	world->bindings[world->n++] = (struct binding){ name, type, value };
}

static inline struct value unknown_of(struct world *world, const char *fact)
{
	return value_unknown(&world->arena, UNKNOWN_PERMISSION, fact, NULL);
}

static inline const struct binding *binding_of(const struct world *world, const char *name)
{
	for (size_t i = 0; i < world->n; i++)
		if (strcmp(world->bindings[i].name, name) == 0)
			return &world->bindings[i];
	return NULL;
}

static inline const struct cel_type *world_declare(void *ctx, const char *name)
{
	const struct binding *binding = binding_of(ctx, name);

	return binding ? binding->type : NULL;
}

static inline const char *world_suggest(void *ctx, const char *name)
{
	const struct world *world = ctx;
	const char *names[ARRAY_SIZE(world->bindings)];

	for (size_t i = 0; i < world->n; i++)
		names[i] = world->bindings[i].name;
	return cel_nearest(name, names, world->n);
}

static inline bool world_resolve(void *ctx, const char *name, struct value *ret)
{
	const struct binding *binding = binding_of(ctx, name);

	if (binding)
		*ret = binding->value;
	return binding;
}

static inline int compile(struct world *world, const char *text, struct cel_expr *ret)
{
	const struct cel_env env = { .declare = world_declare,
				     .suggest = world_suggest,
				     .ctx = world,
				     .dynamic = world->dynamic };

	world->err = (struct error){ 0 };
	return cel_compile(&world->arena, text, &env, ret, &world->err);
}

static inline struct value eval(struct world *world, const struct cel_expr *expr)
{
	const struct cel_scope scope = { .resolve = world_resolve,
					 .ctx = world,
					 .max_steps = world->max_steps };

	return cel_eval(expr, &scope, &world->arena);
}

/* The value of `text`; that it does not compile fails the test. */
static inline struct value value_of(struct world *world, const char *text)
{
	struct cel_expr expr;

	if (compile(world, text, &expr) < 0)
		fail_msg("%s: %s", text, world->err.text);
	return eval(world, &expr);
}

/* "true", "false", "unknown", "error", or the kind of anything else. */
static inline const char *outcome(const struct value *value)
{
	if (value->kind == VALUE_BOOL)
		return value->b ? "true" : "false";
	return cel_kind_name(value->kind);
}

static inline void expect(struct world *world, const char *text, const char *wanted)
{
	struct value value = value_of(world, text);

	if (strcmp(outcome(&value), wanted) != 0)
		fail_msg("%s is %s%s%s, not %s", text, outcome(&value),
			 value.kind == VALUE_ERROR ? ": " : "",
			 value.kind == VALUE_ERROR ? value.s : "", wanted);
}

/* That `text` is refused, with this message. */
static inline void refuse(struct world *world, const char *text, const char *message)
{
	struct cel_expr expr;

	if (compile(world, text, &expr) >= 0)
		fail_msg("%s was taken", text);
	assert_string_equal(world->err.text, message);
}

#endif
