/* SPDX-License-Identifier: GPL-2.0-or-later */
/* macro: all, exists, exists_one, map and filter over what may be unknown or partial (cel.h) */
#include "cel/internal.h"

struct macro {
	struct cel_eval_state *eval;
	const struct cel_node *node;
	const struct cel_node *condition; /* of map() with two arguments: NULL */
	const struct cel_node *transform; /* of map() only */
	const struct value *range;
	const struct cel_frame *frame;
};

static bool undecided(const struct value *value)
{
	return value->kind == VALUE_UNKNOWN || value->kind == VALUE_ERROR;
}

static struct value with_member(const struct macro *macro, const struct cel_node *expr, uint32_t i)
{
	struct cel_frame frame = { .up = macro->frame };

	frame.value = macro->range->kind == VALUE_MAP ? macro->range->entries[i].key
						      : macro->range->items[i];
	return cel_run(macro->eval, expr, &frame);
}

/* The condition for one member: a bool, unknown, or an error. */
static struct value condition_of(const struct macro *macro, uint32_t i)
{
	struct value value;

	if (!macro->condition)
		return value_bool(true);
	value = with_member(macro, macro->condition, i);
	if (value.kind == VALUE_BOOL || undecided(&value))
		return value;
	return cel_value_error(macro->eval, macro->condition, "a condition was expected, not %s",
			       cel_kind_name(value.kind));
}

static struct value incomplete(const struct macro *macro)
{
	return cel_incomplete(macro->eval, &macro->eval->nodes[macro->node->kid], macro->range);
}

/* `result` where nothing decided before the end: over a partial list that is no end. */
static struct value at_end(const struct macro *macro, struct value result)
{
	struct value why;

	if (!macro->range->partial)
		return result;
	why = incomplete(macro);
	return cel_undecided(macro->eval->arena, &result, &why);
}

/* An unknown member of a partial list may turn out not to be there, so that it decides nothing. */
static bool may_decide(const struct macro *macro, uint32_t i)
{
	return macro->range->kind == VALUE_MAP || !macro->range->partial ||
	       macro->range->items[i].kind != VALUE_UNKNOWN;
}

static struct value run_all_exists(const struct macro *macro)
{
	bool deciding = macro->node->op == CEL_EXISTS;
	struct value result = value_bool(!deciding);

	for (uint32_t i = 0; i < macro->range->len; i++) {
		struct value value;

		if (!may_decide(macro, i))
			continue;
		value = condition_of(macro, i);
		if (value.kind == VALUE_BOOL && value.b == deciding)
			return value;
		if (undecided(&value))
			result = cel_undecided(macro->eval->arena, &result, &value);
	}
	return at_end(macro, result);
}

/*
 * No error is absorbed, as the specification has it, but one more that is true is already too many.
 */
static struct value run_exists_one(const struct macro *macro)
{
	struct value worst = value_null();
	uint32_t n = 0;

	for (uint32_t i = 0; i < macro->range->len; i++) {
		struct value value;

		if (!may_decide(macro, i))
			continue;
		value = condition_of(macro, i);
		if (value.kind == VALUE_BOOL)
			n += value.b;
		else
			worst = cel_undecided(macro->eval->arena, &worst, &value);
	}
	if (worst.kind == VALUE_ERROR)
		return worst;
	if (n > 1 && worst.kind == VALUE_NULL)
		return value_bool(false);
	return at_end(macro, undecided(&worst) ? worst : value_bool(n == 1));
}

/* The result of map() or filter() while it is built. */
struct result {
	struct value list, worst;
	struct value *items;
};

/* What member `i` of the range is in the result, where its condition holds. */
static struct value transformed(const struct macro *macro, uint32_t i, bool *ret_settled)
{
	struct cel_frame frame = { .up = macro->frame };

	frame.value = macro->range->kind == VALUE_MAP ? macro->range->entries[i].key
						      : macro->range->items[i];
	*ret_settled = true;
	if (!macro->transform)
		return frame.value;
	*ret_settled = cel_settled(macro->eval, macro->transform, &frame);
	return cel_run(macro->eval, macro->transform, &frame);
}

static void add_member(const struct macro *macro, struct result *result, uint32_t i)
{
	struct value value = condition_of(macro, i);
	bool settled = true;

	if (value.kind == VALUE_BOOL && !value.b)
		return;
	/* Not decided whether it is a member: an unknown stands for it, and the list is partial. */
	result->list.partial |= value.kind == VALUE_UNKNOWN;
	/*
	 * A member of the range that may not be there is the same in the result, whatever it is
	 * made into.
	 */
	if (value.kind == VALUE_BOOL)
		value = may_decide(macro, i) ? transformed(macro, i, &settled)
					     : macro->range->items[i];
	if (value.kind == VALUE_ERROR || (value.kind == VALUE_UNKNOWN && !settled))
		result->worst = cel_undecided(macro->eval->arena, &result->worst, &value);
	result->items[result->list.len++] = value;
}

static struct value run_list(const struct macro *macro)
{
	struct result result = { .worst = value_null() };

	result.items = arena_alloc(macro->eval->arena, macro->range->len * sizeof(struct value));
	result.list = value_list(result.items, 0);
	result.list.partial = macro->range->partial;
	for (uint32_t i = 0; i < macro->range->len; i++)
		add_member(macro, &result, i);
	if (!undecided(&result.worst))
		return result.list;
	/* An unknown member wins over another's error, wherever it stands. */
	for (uint32_t i = 0; i < result.list.len; i++)
		if (result.items[i].kind == VALUE_UNKNOWN)
			result.worst =
				cel_undecided(macro->eval->arena, &result.worst, &result.items[i]);
	return result.worst;
}

struct value cel_run_macro(struct cel_eval_state *eval, const struct cel_node *node,
			   const struct cel_frame *frame)
{
	const struct cel_node *kid = &eval->nodes[node->kid];
	struct value range = cel_run(eval, kid, frame);
	struct macro macro = { .eval = eval, .node = node, .range = &range, .frame = frame };

	if (undecided(&range))
		return range;
	if (range.kind != VALUE_LIST && range.kind != VALUE_MAP)
		return cel_value_error(eval, node, "a list or a map was expected, not %s",
				       cel_kind_name(range.kind));
	kid = &eval->nodes[kid->next];
	if (node->op == CEL_TRANSFORM)
		macro.transform = kid->next ? &eval->nodes[kid->next] : kid;
	if (macro.transform != kid)
		macro.condition = kid;
	if (node->op == CEL_EXISTS_ONE)
		return run_exists_one(&macro);
	if (node->op == CEL_ALL || node->op == CEL_EXISTS)
		return run_all_exists(&macro);
	return cel_charge(eval, range.len * sizeof(struct value))
		       ? run_list(&macro)
		       : cel_value_error(eval, node, "the step limit is reached");
}
