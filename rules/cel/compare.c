/* SPDX-License-Identifier: GPL-2.0-or-later */
/* compare: equality, order and membership (cel-spec doc/langdef.md, "Equality" and "Ordering") */
#include "cel/internal.h"

#include <string.h>

#include "core/util.h"

static bool is_number(const struct value *value)
{
	return value->kind == VALUE_INT || value->kind == VALUE_UINT || value->kind == VALUE_DOUBLE;
}

static double as_double(const struct value *value)
{
	if (value->kind == VALUE_INT)
		return (double)value->i;
	return value->kind == VALUE_UINT ? (double)value->u : value->d;
}

static enum cel_order order(bool less, bool more)
{
	return less ? CEL_ORDER_LESS : more ? CEL_ORDER_MORE : CEL_ORDER_SAME;
}

/* int and uint exactly; with a double both as doubles, which the conformance suite asks for. */
static enum cel_order compare_numbers(const struct value *a, const struct value *b)
{
	double x, y;

	if (a->kind == VALUE_INT && b->kind == VALUE_INT)
		return order(a->i<b->i, a->i> b->i);
	if (a->kind == VALUE_INT && b->kind == VALUE_UINT)
		return a->i < 0 ? CEL_ORDER_LESS : order((uint64_t)a->i<b->u, (uint64_t)a->i> b->u);
	if (a->kind == VALUE_UINT && b->kind == VALUE_INT)
		return b->i < 0 ? CEL_ORDER_MORE : order(a->u<(uint64_t)b->i, a->u>(uint64_t) b->i);
	if (a->kind == VALUE_UINT && b->kind == VALUE_UINT)
		return order(a->u<b->u, a->u> b->u);
	x = as_double(a);
	y = as_double(b);
	if (x != x || y != y)
		return CEL_ORDER_NONE;
	return order(x<y, x> y);
}

static enum cel_order compare_bytes(const struct value *a, const struct value *b)
{
	uint32_t len = a->len < b->len ? a->len : b->len;
	int r = len ? memcmp(a->s, b->s, len) : 0;

	return r ? order(r<0, r> 0) : order(a->len<b->len, a->len> b->len);
}

enum cel_order cel_compare(const struct value *a, const struct value *b)
{
	if (is_number(a) && is_number(b))
		return compare_numbers(a, b);
	if (a->kind == VALUE_BOOL)
		return order(a->b<b->b, a->b> b->b);
	return compare_bytes(a, b);
}

const struct value_entry *cel_entry(struct cel_eval_state *eval, const struct value *map,
				    const struct value *key)
{
	size_t longest = key->kind == VALUE_STRING ? key->len : 0;

	/* Every key is looked at, the last of them down to its end. */
	cel_charge(eval, map->len * (2 + longest / 16));
	for (uint32_t i = 0; i < map->len; i++) {
		const struct value *own = &map->entries[i].key;

		if (!(own->kind == key->kind || (is_number(own) && is_number(key))))
			continue;
		if (own->kind == VALUE_LIST || own->kind == VALUE_MAP || own->kind == VALUE_NULL)
			continue;
		if (cel_compare(own, key) == CEL_ORDER_SAME)
			return &map->entries[i];
	}
	return NULL;
}

/* The same, at the price of how long both are the same at most. */
static enum cel_order compared(struct cel_eval_state *eval, const struct value *a,
			       const struct value *b)
{
	if (a->kind == VALUE_STRING || a->kind == VALUE_BYTES)
		cel_charge(eval, a->len < b->len ? a->len : b->len);
	return cel_compare(a, b);
}

/* Folds one member's equality into the whole's; true: it decides. */
static bool member_differs(struct cel_eval_state *eval, const struct cel_node *node,
			   const struct value *a, const struct value *b, struct value *result)
{
	struct value equal = cel_equal(eval, node, a, b);

	if (equal.kind == VALUE_BOOL && !equal.b)
		return true;
	if (equal.kind != VALUE_BOOL)
		*result = cel_undecided(eval->arena, result, &equal);
	return false;
}

static struct value equal_maps(struct cel_eval_state *eval, const struct cel_node *node,
			       const struct value *a, const struct value *b)
{
	struct value result = value_bool(true);

	if (a->len != b->len)
		return value_bool(false);
	if (!cel_charge(eval, (size_t)a->len * b->len * 16))
		return cel_value_error(eval, node, "the step limit is reached");
	for (uint32_t i = 0; i < a->len; i++) {
		const struct value_entry *entry = cel_entry(eval, b, &a->entries[i].key);

		if (!entry ||
		    member_differs(eval, node, &a->entries[i].value, &entry->value, &result))
			return value_bool(false);
	}
	return result;
}

/* How many members are there for certain. */
static uint32_t certain(const struct value *list)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < list->len; i++)
		n += !list->partial || list->items[i].kind != VALUE_UNKNOWN;
	return n;
}

/* Lists of which one is partial: unequal where one has more already than the other can have. */
static struct value equal_partial(struct cel_eval_state *eval, const struct cel_node *node,
				  const struct value *a, const struct value *b)
{
	struct value result = value_null(), why;

	if ((!a->partial && certain(b) > a->len) || (!b->partial && certain(a) > b->len))
		return value_bool(false);
	if (a->partial) {
		why = cel_incomplete(eval, &eval->nodes[node->kid], a);
		result = cel_undecided(eval->arena, &result, &why);
	}
	if (b->partial) {
		why = cel_incomplete(eval, &eval->nodes[node->kid], b);
		result = cel_undecided(eval->arena, &result, &why);
	}
	return result;
}

static struct value equal_lists(struct cel_eval_state *eval, const struct cel_node *node,
				const struct value *a, const struct value *b)
{
	struct value result = value_bool(true);

	if (a->partial || b->partial)
		return equal_partial(eval, node, a, b);
	if (a->len != b->len)
		return value_bool(false);
	if (!cel_charge(eval, (size_t)a->len * 16))
		return cel_value_error(eval, node, "the step limit is reached");
	for (uint32_t i = 0; i < a->len; i++)
		if (member_differs(eval, node, &a->items[i], &b->items[i], &result))
			return value_bool(false);
	return result;
}

struct value cel_equal(struct cel_eval_state *eval, const struct cel_node *node,
		       const struct value *a, const struct value *b)
{
	struct value undecided = value_null();

	if (a->kind == VALUE_UNKNOWN || b->kind == VALUE_UNKNOWN) {
		if (a->kind == VALUE_UNKNOWN)
			undecided = *a;
		return b->kind == VALUE_UNKNOWN ? cel_undecided(eval->arena, &undecided, b)
						: undecided;
	}
	if (is_number(a) && is_number(b))
		return value_bool(compare_numbers(a, b) == CEL_ORDER_SAME);
	if (a->kind != b->kind)
		return value_bool(false);
	if (a->kind == VALUE_LIST)
		return equal_lists(eval, node, a, b);
	if (a->kind == VALUE_MAP)
		return equal_maps(eval, node, a, b);
	if (a->kind == VALUE_TYPE)
		return value_bool(a->type == b->type);
	return value_bool(a->kind == VALUE_NULL || compared(eval, a, b) == CEL_ORDER_SAME);
}

/* Both operands as versions; false: *ret_error says which is none. */
static bool order_versions(struct cel_eval_state *eval, const struct cel_node *node,
			   const struct value *args, int *ret_order, struct value *ret_error)
{
	for (size_t i = 0; i < 2; i++) {
		if (args[i].kind != VALUE_STRING || !cel_version_valid(args[i].s)) {
			*ret_error = args[i].kind == VALUE_STRING
					     ? cel_value_error(eval, node, "'%.60s' is no version",
							       args[i].s)
					     : cel_value_error(
						       eval, node,
						       "a version compares with a string, not %s",
						       cel_kind_name(args[i].kind));
			return false;
		}
	}
	*ret_order = cel_version_compare(args[0].s, args[1].s);
	return true;
}

struct value cel_equality(struct cel_eval_state *eval, const struct cel_node *node,
			  const struct value *args)
{
	struct value equal;
	int versions;

	if (node->flags & CEL_VERSIONS && args[0].kind != VALUE_NULL &&
	    args[1].kind != VALUE_NULL) {
		if (!order_versions(eval, node, args, &versions, &equal))
			return equal;
		equal = value_bool(versions == 0);
	} else {
		equal = cel_equal(eval, node, &args[0], &args[1]);
	}
	if (equal.kind == VALUE_BOOL && node->arg == CEL_FN_NOT_EQUAL)
		return value_bool(!equal.b);
	return equal;
}

struct value cel_ordering(struct cel_eval_state *eval, const struct cel_node *node,
			  const struct value *args)
{
	/* Which of less, same and more each of the four operators is true for. */
	static const bool truths[][3] = {
		[CEL_FN_LESS] = { true, false, false },
		[CEL_FN_LESS_EQUAL] = { true, true, false },
		[CEL_FN_GREATER] = { false, false, true },
		[CEL_FN_GREATER_EQUAL] = { false, true, true },
	};
	struct value error;
	int found;

	if (node->flags & CEL_VERSIONS) {
		if (!order_versions(eval, node, args, &found, &error))
			return error;
	} else {
		found = compared(eval, &args[0], &args[1]);
	}
	return value_bool(found != CEL_ORDER_NONE && truths[node->arg][found + 1]);
}

struct value cel_in(struct cel_eval_state *eval, const struct cel_node *node,
		    const struct value *args)
{
	const struct value *list = &args[1];
	struct value result = value_bool(false), equal;

	if (!cel_charge(eval, (size_t)list->len * 16))
		return cel_value_error(eval, node, "the step limit is reached");
	if (list->kind == VALUE_MAP)
		return value_bool(cel_entry(eval, list, &args[0]));
	for (uint32_t i = 0; i < list->len; i++) {
		equal = cel_equal(eval, node, &args[0], &list->items[i]);
		if (equal.kind == VALUE_BOOL && equal.b)
			return equal;
		if (equal.kind != VALUE_BOOL)
			result = cel_undecided(eval->arena, &result, &equal);
	}
	if (!list->partial)
		return result;
	equal = cel_incomplete(eval, &eval->nodes[eval->nodes[node->kid].next], list);
	return cel_undecided(eval->arena, &result, &equal);
}

/* A list's index as any number that is whole; -1: it is none. */
static int64_t whole(const struct value *index)
{
	if (index->kind == VALUE_INT)
		return index->i;
	if (index->kind == VALUE_UINT)
		return index->u <= UINT32_MAX ? (int64_t)index->u : -1;
	if (index->d >= 0 && index->d <= UINT32_MAX && index->d == (double)(int64_t)index->d)
		return (int64_t)index->d;
	return -1;
}

struct value cel_index(struct cel_eval_state *eval, const struct cel_node *node,
		       const struct value *args)
{
	const struct value_entry *entry;
	int64_t at;

	if (args[0].kind == VALUE_MAP) {
		entry = cel_entry(eval, &args[0], &args[1]);
		return entry ? entry->value : cel_value_error(eval, node, "there is no such key");
	}
	/* Records that are missing may stand before the one asked for. */
	if (args[0].partial)
		return cel_incomplete(eval, &eval->nodes[node->kid], &args[0]);
	at = whole(&args[1]);
	if (at < 0 || at >= args[0].len)
		return cel_value_error(eval, node, "the list has %u members, and no such one",
				       args[0].len);
	return args[0].items[at];
}
