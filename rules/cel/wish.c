/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cel/wish.h"

#include <string.h>

#include "cel/internal.h"
#include "core/util.h"

/* A macro's variable whose record may still be changed. */
struct variable {
	struct cel_frame frame; /* first: an evaluation sees only this */
};

struct wishing {
	const struct cel_wisher *wisher;
	const struct cel_node *nodes;
	struct cel_wishes *wishes;
	bool strict; /* what is given stays */
};

static bool make(struct wishing *state, const struct cel_node *node, struct variable *frame,
		 bool want);

/* --- what is, with what was wished for --- */

static bool resolve(void *ctx, const char *name, struct value *ret)
{
	const struct wishing *state = ctx;
	const struct cel_scope *scope = state->wisher->scope;

	for (size_t i = 0; i < state->wishes->len; i++) {
		if (strcmp(state->wishes->items[i].name, name) != 0)
			continue;
		*ret = state->wishes->items[i].value;
		return true;
	}
	return scope->resolve(scope->ctx, name, ret);
}

static struct value now(struct wishing *state, const struct cel_node *node,
			const struct variable *frame)
{
	const struct cel_scope scope = { .resolve = resolve, .ctx = state };
	struct cel_eval_state eval = { .nodes = state->nodes,
				       .scope = &scope,
				       .arena = state->wisher->arena,
				       .steps = CEL_MAX_STEPS };

	return cel_run(&eval, node, frame ? &frame->frame : NULL);
}

static bool is_now(struct wishing *state, const struct cel_node *node, const struct variable *frame,
		   bool want)
{
	struct value value = now(state, node, frame);

	return value.kind == VALUE_BOOL && value.b == want;
}

static const struct cel_node *kid_of(const struct wishing *state, const struct cel_node *node)
{
	return &state->nodes[node->kid];
}

static const struct cel_node *next_of(const struct wishing *state, const struct cel_node *node)
{
	return node->next ? &state->nodes[node->next] : NULL;
}

static bool decided(const struct value *value)
{
	return value->kind != VALUE_UNKNOWN && value->kind != VALUE_ERROR;
}

/* --- names and fields that get a value --- */

static bool wish(struct wishing *state, const char *name, struct value value)
{
	struct cel_wishes *wishes = state->wishes;
	struct arena *arena = state->wisher->arena;

	if (state->strict && state->wisher->given(state->wisher->ctx, name))
		return false;
	for (size_t i = 0; i < wishes->len; i++) {
		if (strcmp(wishes->items[i].name, name) != 0)
			continue;
		wishes->items[i].value = value;
		return true;
	}
	wishes->items = arena_grown(arena, wishes->items, wishes->len, &wishes->size,
				    sizeof(*wishes->items));
	wishes->items[wishes->len++] = (struct cel_wish){ name, value };
	return true;
}

/* The record with one field another. */
static struct value with_field(struct arena *arena, const struct value *record, const char *field,
			       struct value value)
{
	struct record changed = { 0 };
	bool there = false;

	for (uint32_t i = 0; i < record->len; i++) {
		bool same = value_is(&record->entries[i].key, field);

		record_add(arena, &changed, record->entries[i].key.s,
			   same ? value : record->entries[i].value);
		there |= same;
	}
	if (!there)
		record_add(arena, &changed, field, value);
	return record_value(&changed);
}

static struct variable *variable_of(const struct cel_node *local, struct variable *frame)
{
	const struct cel_frame *at = &frame->frame;

	for (uint8_t up = local->arg; up > 0 && at; up--)
		at = at->up;
	return (struct variable *)at;
}

static bool assign_size(struct wishing *state, const struct cel_node *list, struct variable *frame,
			struct value size);

static bool assign(struct wishing *state, const struct cel_node *node, struct variable *frame,
		   struct value value)
{
	const struct cel_node *kid = node->kid ? kid_of(state, node) : NULL;
	struct variable *variable;

	if (node->op == CEL_NAME)
		return wish(state, node->value.s, value);
	if (!kid)
		return false;
	if (node->op == CEL_CALL && node->arg == CEL_FN_SIZE)
		return assign_size(state, kid, frame, value);
	if (node->op == CEL_CALL && (node->arg == CEL_FN_VERSION || node->arg == CEL_FN_DYN))
		return assign(state, kid, frame, value);
	if (node->op != CEL_SELECT || kid->op != CEL_LOCAL || !frame)
		return false;
	variable = variable_of(kid, frame);
	if (!variable || variable->frame.value.kind != VALUE_MAP)
		return false;
	variable->frame.value =
		with_field(state->wisher->arena, &variable->frame.value, node->value.s, value);
	return true;
}

static bool is_assignable(const struct wishing *state, const struct cel_node *node)
{
	if (node->op == CEL_CALL &&
	    (node->arg == CEL_FN_VERSION || node->arg == CEL_FN_DYN || node->arg == CEL_FN_SIZE))
		return true;
	return node->op == CEL_NAME ||
	       (node->op == CEL_SELECT && kid_of(state, node)->op == CEL_LOCAL);
}

static struct value some(struct wishing *state, const struct cel_node *node)
{
	return state->wisher->some(state->wisher->ctx, node->value.s);
}

/* --- comparisons --- */

static bool make_unequal(struct wishing *state, const struct cel_node *node, struct variable *frame,
			 const struct value *other)
{
	switch ((enum value_kind)other->kind) {
	case VALUE_BOOL:
		return assign(state, node, frame, value_bool(!other->b));
	case VALUE_INT:
		return assign(state, node, frame, value_int(other->i ? 0 : 1));
	case VALUE_STRING:
		return assign(state, node, frame, value_null());
	case VALUE_NULL: {
		struct value value = some(state, node);

		return value.kind != VALUE_NULL && assign(state, node, frame, value);
	}
	default:
		return false;
	}
}

/* The side that is a name or field, and what the other is now. */
static const struct cel_node *sides(struct wishing *state, const struct cel_node *node,
				    struct variable *frame, struct value *ret_other,
				    bool *ret_swapped)
{
	const struct cel_node *left = kid_of(state, node), *right = next_of(state, left);

	*ret_swapped = !is_assignable(state, left) ||
		       (right && right->op == CEL_NAME && left->op == CEL_CONST);
	*ret_other = now(state, *ret_swapped ? left : right, frame);
	if (!decided(ret_other))
		return NULL;
	return *ret_swapped ? right : left;
}

static bool make_equality(struct wishing *state, const struct cel_node *node,
			  struct variable *frame, bool want)
{
	struct value other;
	bool swapped;
	const struct cel_node *side = sides(state, node, frame, &other, &swapped);

	if (!side || !is_assignable(state, side))
		return false;
	if ((node->arg == CEL_FN_EQUAL) == want)
		return assign(state, side, frame, other);
	return make_unequal(state, side, frame, &other);
}

/* The value next to `limit` that is beyond it, up or down; null: there is none. */
static struct value beyond(struct arena *arena, const struct value *limit, bool up)
{
	switch ((enum value_kind)limit->kind) {
	case VALUE_INT:
		return value_int(up ? limit->i + 1 : limit->i - 1);
	case VALUE_STRING: /* a version */
		return up ? value_string(arena_printf(arena, "%s.1", limit->s)) : value_null();
	default:
		return value_null();
	}
}

static bool make_order(struct wishing *state, const struct cel_node *node, struct variable *frame,
		       bool want)
{
	bool less = node->arg == CEL_FN_LESS || node->arg == CEL_FN_LESS_EQUAL;
	bool with_equal = node->arg == CEL_FN_LESS_EQUAL || node->arg == CEL_FN_GREATER_EQUAL;
	struct value other;
	bool swapped;
	const struct cel_node *side = sides(state, node, frame, &other, &swapped);

	if (!side || !is_assignable(state, side))
		return false;
	if (!want) {
		less = !less;
		with_equal = !with_equal;
	}
	if (swapped)
		less = !less;
	if (!with_equal)
		other = beyond(state->wisher->arena, &other, !less);
	return other.kind != VALUE_NULL && assign(state, side, frame, other);
}

/* --- lists --- */

static struct value changed_list(struct arena *arena, const struct value *list,
				 const struct value *item, bool add)
{
	struct list changed = { 0 };

	for (uint32_t i = 0; list->kind == VALUE_LIST && i < list->len; i++)
		if (add ||
		    !value_is(item, list->items[i].kind == VALUE_STRING ? list->items[i].s : ""))
			list_add(arena, &changed, list->items[i]);
	if (add)
		list_add(arena, &changed, *item);
	return list_value(&changed);
}

static bool make_in(struct wishing *state, const struct cel_node *node, struct variable *frame,
		    bool want)
{
	const struct cel_node *item = kid_of(state, node), *list = next_of(state, item);
	struct value items = now(state, list, frame), value;

	if (is_assignable(state, item) && items.kind == VALUE_LIST) {
		if (want)
			return items.len && assign(state, item, frame, items.items[0]);
		return items.len && make_unequal(state, item, frame, &items.items[0]);
	}
	value = now(state, item, frame);
	if (!is_assignable(state, list) || value.kind != VALUE_STRING)
		return false;
	return assign(state, list, frame, changed_list(state->wisher->arena, &items, &value, want));
}

static bool make_text(struct wishing *state, const struct cel_node *node, struct variable *frame,
		      bool want)
{
	const struct cel_node *text = kid_of(state, node);
	struct value part = now(state, next_of(state, text), frame);

	if (!is_assignable(state, text) || part.kind != VALUE_STRING)
		return false;
	if (!want)
		return assign(state, text, frame, value_string(""));
	return node->arg != CEL_FN_MATCHES && assign(state, text, frame, part);
}

/* A record of its own that fits; null: none can be made. */
static struct value new_record(struct wishing *state, const struct cel_node *list,
			       const struct cel_node *condition, struct variable *frame)
{
	struct variable variable = { .frame = { .up = frame ? &frame->frame : NULL } };

	if (list->op != CEL_NAME)
		return value_null();
	variable.frame.value = state->wisher->blank(state->wisher->ctx, list->value.s);
	if (variable.frame.value.kind != VALUE_MAP || !make(state, condition, &variable, true) ||
	    !is_now(state, condition, &variable, true))
		return value_null();
	return variable.frame.value;
}

/* The list without the members that do not fit. */
static struct value kept(struct wishing *state, const struct value *items,
			 const struct cel_node *condition, struct variable *frame, bool fitting)
{
	struct list list = { 0 };

	for (uint32_t i = 0; i < items->len; i++) {
		struct variable variable = { .frame = { .up = frame ? &frame->frame : NULL,
							.value = items->items[i] } };

		if (is_now(state, condition, &variable, fitting))
			list_add(state->wisher->arena, &list, items->items[i]);
	}
	return list_value(&list);
}

/* Over a list that stands in the expression: every member, or one. */
static bool make_members(struct wishing *state, const struct value *items,
			 const struct cel_node *condition, struct variable *frame, bool every,
			 bool want)
{
	for (uint32_t i = 0; i < items->len; i++) {
		struct variable variable = { .frame = { .up = frame ? &frame->frame : NULL,
							.value = items->items[i] } };

		if (make(state, condition, &variable, want) != every)
			return !every;
	}
	return every;
}

static bool make_macro(struct wishing *state, const struct cel_node *node, struct variable *frame,
		       bool want)
{
	const struct cel_node *list = kid_of(state, node), *condition = next_of(state, list);
	struct value items = now(state, list, frame), record;
	bool exists = node->op == CEL_EXISTS;

	if (items.kind != VALUE_LIST)
		return false;
	if (!is_assignable(state, list))
		return make_members(state, &items, condition, frame, exists != want, want);
	/* None does, or all do: the others go. */
	if (exists != want)
		return assign(state, list, frame, kept(state, &items, condition, frame, want));
	if (!want)
		return false;
	record = new_record(state, list, condition, frame);
	if (record.kind == VALUE_NULL)
		return false;
	return assign(state, list, frame,
		      changed_list(state->wisher->arena, &items, &record, true));
}

/* So many members, of a list or of those that a filter lets through. */
static bool assign_size(struct wishing *state, const struct cel_node *list, struct variable *frame,
			struct value size)
{
	const struct cel_node *name = list->op == CEL_FILTER ? kid_of(state, list) : NULL;
	struct value record, items, fitting = now(state, list, frame);

	if (!name || name->op != CEL_NAME || fitting.kind != VALUE_LIST || size.kind != VALUE_INT ||
	    (int64_t)fitting.len > size.i)
		return false;
	record = new_record(state, name, next_of(state, name), frame);
	items = now(state, name, frame);
	if (record.kind == VALUE_NULL || items.kind != VALUE_LIST)
		return false;
	for (int64_t i = fitting.len; i < size.i; i++)
		items = changed_list(state->wisher->arena, &items, &record, true);
	return assign(state, name, frame, items);
}

/* --- the whole --- */

static bool make_call(struct wishing *state, const struct cel_node *node, struct variable *frame,
		      bool want)
{
	switch ((enum cel_function_id)node->arg) {
	case CEL_FN_EQUAL:
	case CEL_FN_NOT_EQUAL:
		return make_equality(state, node, frame, want);
	case CEL_FN_LESS:
	case CEL_FN_LESS_EQUAL:
	case CEL_FN_GREATER:
	case CEL_FN_GREATER_EQUAL:
		return make_order(state, node, frame, want);
	case CEL_FN_IN:
		return make_in(state, node, frame, want);
	case CEL_FN_CONTAINS:
	case CEL_FN_STARTS_WITH:
	case CEL_FN_ENDS_WITH:
	case CEL_FN_MATCHES:
		return make_text(state, node, frame, want);
	default:
		return false;
	}
}

static bool make_every(struct wishing *state, const struct cel_node *node, struct variable *frame,
		       bool want)
{
	for (const struct cel_node *kid = kid_of(state, node); kid; kid = next_of(state, kid))
		if (!make(state, kid, frame, want))
			return false;
	return true;
}

static struct cel_wishes copy_of(struct wishing *state, const struct cel_wishes *wishes)
{
	struct cel_wishes copy = { .len = wishes->len, .size = wishes->len };

	if (!wishes->len)
		return copy;
	copy.items = arena_alloc(state->wisher->arena, wishes->len * sizeof(*copy.items));
	memcpy(copy.items, wishes->items, wishes->len * sizeof(*copy.items));
	return copy;
}

/* What an alternative that fails had wished for is taken back. */
static bool make_one(struct wishing *state, const struct cel_node *node, struct variable *frame,
		     bool want)
{
	const struct cel_wishes before = copy_of(state, state->wishes);
	const struct value record = frame ? frame->frame.value : value_null();

	for (const struct cel_node *kid = kid_of(state, node); kid; kid = next_of(state, kid)) {
		if (make(state, kid, frame, want))
			return true;
		*state->wishes = copy_of(state, &before);
		if (frame)
			frame->frame.value = record;
	}
	return false;
}

static bool make_conditional(struct wishing *state, const struct cel_node *node,
			     struct variable *frame, bool want)
{
	const struct cel_node *condition = kid_of(state, node);
	const struct cel_node *yes = next_of(state, condition);
	struct value value = now(state, condition, frame);

	if (value.kind != VALUE_BOOL)
		return false;
	return make(state, value.b ? yes : next_of(state, yes), frame, want);
}

static bool make(struct wishing *state, const struct cel_node *node, struct variable *frame,
		 bool want)
{
	if (is_now(state, node, frame, want))
		return true;
	switch ((enum cel_op)node->op) {
	case CEL_NAME:
	case CEL_SELECT:
		return assign(state, node, frame, value_bool(want));
	case CEL_PRESENT:
		return wish(state, node->value.s, want ? some(state, node) : value_null());
	case CEL_NOT:
		return make(state, kid_of(state, node), frame, !want);
	case CEL_AND:
	case CEL_OR:
		return (node->op == CEL_AND) == want ? make_every(state, node, frame, want)
						     : make_one(state, node, frame, want);
	case CEL_COND:
		return make_conditional(state, node, frame, want);
	case CEL_CALL:
		return make_call(state, node, frame, want);
	case CEL_ALL:
	case CEL_EXISTS:
		return make_macro(state, node, frame, want);
	default:
		return false;
	}
}

bool cel_wish(const struct cel_expr *expr, const struct cel_wisher *wisher, struct cel_wishes *ret)
{
	for (int strict = 1; strict >= 0; strict--) {
		struct cel_wishes wishes = { 0 };
		struct wishing state = {
			.wisher = wisher, .nodes = expr->nodes, .wishes = &wishes, .strict = strict
		};

		if (make(&state, expr->nodes, NULL, true) &&
		    is_now(&state, expr->nodes, NULL, true)) {
			state.wishes = ret;
			state.strict = false;
			for (size_t i = 0; i < wishes.len; i++)
				wish(&state, wishes.items[i].name, wishes.items[i].value);
			return true;
		}
	}
	return false;
}
