/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * unknown: the chains of facts that a result hangs on (cel-spec proto/cel/expr/eval.proto,
 * ExprValue.unknown)
 */
#include "cel/internal.h"

#include <string.h>

#include "core/util.h"

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/*
 * A list of thousands has as many causes that differ in their detail alone; so many of them are
 * kept, and of every kind one.
 */
#define CAUSES_MAX 16

static bool holds(const struct value_unknown *chain, const struct value_unknown *one)
{
	bool kind = false;
	unsigned int n = 0;

	for (; chain; chain = chain->next, n++) {
		if (chain == one)
			return true;
		if (chain->reason != one->reason || !same_text(chain->fact, one->fact))
			continue;
		if (same_text(chain->detail, one->detail))
			return true;
		kind = true;
	}
	return kind && n >= CAUSES_MAX;
}

struct value cel_unknown_merge(struct arena *arena, const struct value *a, const struct value *b)
{
	struct value merged = { .kind = VALUE_UNKNOWN, .unknown = b->unknown };
	const struct value_unknown **end = &merged.unknown;
	bool more = false;

	if (a->unknown == b->unknown)
		return *a;
	for (const struct value_unknown *from = b->unknown; from; from = from->next)
		more |= !holds(a->unknown, from);
	if (!more)
		return *a;
	/* What `a` has and `b` has not, copied, in front of `b` as it is. */
	for (const struct value_unknown *from = a->unknown; from; from = from->next) {
		struct value_unknown *node;

		if (holds(b->unknown, from))
			continue;
		node = arena_alloc(arena, sizeof(*node));
		*node = *from;
		node->next = b->unknown;
		*end = node;
		end = &node->next;
	}
	return merged;
}

struct value cel_undecided(struct arena *arena, const struct value *a, const struct value *b)
{
	if (a->kind == VALUE_UNKNOWN && b->kind == VALUE_UNKNOWN)
		return cel_unknown_merge(arena, a, b);
	if (a->kind == VALUE_UNKNOWN || (a->kind == VALUE_ERROR && b->kind != VALUE_UNKNOWN))
		return *a;
	return *b;
}

struct value cel_worst_member(struct cel_eval_state *eval, const struct value *worst,
			      const struct value *list)
{
	struct value result = *worst;

	for (uint32_t i = 0; i < list->len; i++)
		if (list->items[i].kind == VALUE_UNKNOWN)
			result = cel_undecided(eval->arena, &result, &list->items[i]);
	return result;
}

/* The name of the list that `node` is made from; NULL: it has none. */
static const char *list_name(const struct cel_eval_state *eval, const struct cel_node *node)
{
	while (node->op != CEL_NAME && node->kid)
		node = &eval->nodes[node->kid];
	return node->op == CEL_NAME ? node->value.s : NULL;
}

struct value cel_incomplete(struct cel_eval_state *eval, const struct cel_node *node,
			    const struct value *list)
{
	const struct cel_scope *scope = eval->scope;
	const char *name = list_name(eval, node);
	const struct value_unknown *why = NULL;
	const struct value none = value_null();
	/* A list that filter() left partial says so by its undecided members. */
	struct value result = cel_worst_member(eval, &none, list);

	if (name && scope->incomplete)
		why = scope->incomplete(scope->ctx, name);
	if (why) {
		struct value reason = { .kind = VALUE_UNKNOWN, .unknown = why };

		return cel_undecided(eval->arena, &reason, &result);
	}
	if (result.kind == VALUE_UNKNOWN)
		return result;
	return value_unknown(eval->arena, UNKNOWN_HIDDEN, name,
			     "the list is not known to be complete");
}
