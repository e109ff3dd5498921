/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * eval: what an expression comes to (cel-spec doc/langdef.md, "Evaluation"), with unknown as cel.h
 * has it
 */
#include "cel/internal.h"

#include <stdarg.h>
#include <string.h>

#include "core/util.h"

/* So many members of a literal list behind `in` need no memory. */
#define SMALL_LIST 16

static const struct cel_node *node_at(const struct cel_eval_state *eval, uint16_t at)
{
	return &eval->nodes[at];
}

static struct value error_value(const char *message)
{
	return (struct value){ .kind = VALUE_ERROR,
			       .len = (uint32_t)strlen(message),
			       .s = message };
}

struct value cel_value_error(struct cel_eval_state *eval, const struct cel_node *node,
			     const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	/* Errors that something absorbs cost time and memory too. */
	cel_charge(eval, sizeof(text));
	return error_value(arena_printf(eval->arena, "%u:%u: %s", node->line, node->column, text));
}

bool cel_charge(struct cel_eval_state *eval, size_t bytes)
{
	size_t steps = bytes / 16;

	if (steps >= eval->steps) {
		eval->steps = 0;
		return false;
	}
	eval->steps -= (uint32_t)steps;
	return true;
}

static struct value run_const(struct cel_eval_state *eval, const struct cel_node *node,
			      const struct cel_frame *frame)
{
	(void)eval;
	(void)frame;
	return node->value;
}

static struct value run_unbound(struct cel_eval_state *eval, const struct cel_node *node,
				const struct cel_frame *frame)
{
	(void)frame;
	return cel_value_error(eval, node, "%s", node->value.s);
}

static struct value run_local(struct cel_eval_state *eval, const struct cel_node *node,
			      const struct cel_frame *frame)
{
	(void)eval;
	for (uint8_t up = node->arg; up > 0; up--)
		frame = frame->up;
	return frame->value;
}

/* An unknown whose fact nobody has named yet gets this name. */
static struct value named(struct cel_eval_state *eval, struct value value, const char *name)
{
	const struct value_unknown *why = value.unknown;

	if (value.kind != VALUE_UNKNOWN || (why && (why->fact || why->next)))
		return value;
	return value_unknown(eval->arena, why ? why->reason : UNKNOWN_ERROR, name,
			     why ? why->detail : NULL);
}

static struct value resolve(struct cel_eval_state *eval, const struct cel_node *node)
{
	const struct cel_scope *scope = eval->scope;
	struct value value = value_null();

	if (!scope->resolve || !scope->resolve(scope->ctx, node->value.s, &value))
		return cel_value_error(eval, node, "there is no value for '%s'", node->value.s);
	return named(eval, value, node->value.s);
}

static struct value empty_if_absent(const struct cel_node *node, struct value value)
{
	if (node->flags & CEL_LIST_EMPTY && value.kind == VALUE_NULL)
		return value_list(NULL, 0);
	return value;
}

static struct value run_name(struct cel_eval_state *eval, const struct cel_node *node,
			     const struct cel_frame *frame)
{
	(void)frame;
	return empty_if_absent(node, resolve(eval, node));
}

static bool undecided(const struct value *value)
{
	return value->kind == VALUE_UNKNOWN || value->kind == VALUE_ERROR;
}

static struct value run_present(struct cel_eval_state *eval, const struct cel_node *node,
				const struct cel_frame *frame)
{
	struct value value = resolve(eval, node);

	(void)frame;
	return undecided(&value) ? value : value_bool(value.kind != VALUE_NULL);
}

static struct value run_select(struct cel_eval_state *eval, const struct cel_node *node,
			       const struct cel_frame *frame)
{
	struct value operand = cel_run(eval, node_at(eval, node->kid), frame);
	const struct value_entry *entry;

	if (undecided(&operand))
		return operand;
	if (operand.kind != VALUE_MAP)
		return cel_value_error(eval, node, "%s has no field '%s'",
				       cel_kind_name(operand.kind), node->value.s);
	entry = cel_entry(eval, &operand, &node->value);
	if (!entry)
		return cel_value_error(eval, node, "there is no field '%s'", node->value.s);
	return empty_if_absent(node, entry->value);
}

static struct value run_has(struct cel_eval_state *eval, const struct cel_node *node,
			    const struct cel_frame *frame)
{
	struct value operand = cel_run(eval, node_at(eval, node->kid), frame);
	const struct value_entry *entry;
	bool record = node->flags & CEL_RECORD;

	if (undecided(&operand))
		return operand;
	if (record && operand.kind == VALUE_NULL)
		return value_bool(false);
	if (operand.kind != VALUE_MAP)
		return cel_value_error(eval, node, "%s has no field '%s'",
				       cel_kind_name(operand.kind), node->value.s);
	entry = cel_entry(eval, &operand, &node->value);
	if (entry && entry->value.kind == VALUE_UNKNOWN)
		return entry->value;
	return value_bool(entry && !(record && entry->value.kind == VALUE_NULL));
}

bool cel_settled(struct cel_eval_state *eval, const struct cel_node *node,
		 const struct cel_frame *frame)
{
	struct value operand;

	if (node->op != CEL_SELECT)
		return node->op == CEL_NAME || node->op == CEL_LOCAL;
	operand = cel_run(eval, node_at(eval, node->kid), frame);
	return !undecided(&operand);
}

/*
 * The members of a list. One that is unknown stays, as what is asked of the list may not hang on
 * it; but where it could yet become an error the whole is unknown, as it is an error where a member
 * is one.
 */
static struct value list_of(struct cel_eval_state *eval, const struct cel_node *node,
			    const struct cel_frame *frame, struct value *items)
{
	struct value worst = value_null(), list;
	uint32_t n = 0;

	for (uint16_t kid = node->kid; kid; kid = node_at(eval, kid)->next, n++) {
		items[n] = cel_run(eval, node_at(eval, kid), frame);
		if (items[n].kind == VALUE_ERROR || (items[n].kind == VALUE_UNKNOWN &&
						     !cel_settled(eval, node_at(eval, kid), frame)))
			worst = cel_undecided(eval->arena, &worst, &items[n]);
	}
	list = value_list(items, n);
	return undecided(&worst) ? cel_worst_member(eval, &worst, &list) : list;
}

static uint32_t count_kids(const struct cel_eval_state *eval, const struct cel_node *node)
{
	uint32_t n = 0;

	for (uint16_t kid = node->kid; kid; kid = node_at(eval, kid)->next)
		n++;
	return n;
}

static struct value run_list(struct cel_eval_state *eval, const struct cel_node *node,
			     const struct cel_frame *frame)
{
	struct value *items =
		arena_alloc(eval->arena, count_kids(eval, node) * sizeof(struct value));

	return list_of(eval, node, frame, items);
}

/*
 * The entry whose key and value stand next to each other in a list; an error: it cannot be a key.
 */
static struct value put_entry(struct cel_eval_state *eval, const struct cel_node *node,
			      struct value *map, struct value_entry *entries,
			      const struct value *pair)
{
	uint8_t kind = pair->kind;

	if (kind != VALUE_BOOL && kind != VALUE_INT && kind != VALUE_UINT && kind != VALUE_STRING)
		return cel_value_error(eval, node, "a key is bool, int, uint or string, not %s",
				       cel_kind_name(kind));
	if (cel_entry(eval, map, pair))
		return cel_value_error(eval, node, "two entries have the same key");
	entries[map->len++] = (struct value_entry){ pair[0], pair[1] };
	return *map;
}

static struct value run_map(struct cel_eval_state *eval, const struct cel_node *node,
			    const struct cel_frame *frame)
{
	struct value pairs = run_list(eval, node, frame), map, result;
	struct value_entry *entries;

	if (pairs.kind != VALUE_LIST)
		return pairs;
	for (uint32_t i = 0; i < pairs.len; i += 2)
		if (pairs.items[i].kind == VALUE_UNKNOWN)
			return pairs.items[i];
	entries = arena_alloc(eval->arena, pairs.len / 2 * sizeof(*entries));
	map = result = value_map(entries, 0);
	for (uint32_t i = 0; i < pairs.len && result.kind == VALUE_MAP; i += 2) {
		if (!cel_charge(eval, (size_t)i * 8))
			return cel_value_error(eval, node, "the step limit is reached");
		result = put_entry(eval, node, &map, entries, &pairs.items[i]);
	}
	return result;
}

/*
 * What an operand of a logical operator is, where it does not decide: itself, or the error it
 * makes.
 */
static struct value logic_operand(struct cel_eval_state *eval, const struct cel_node *node,
				  const char *what, struct value value)
{
	if (value.kind == VALUE_BOOL || undecided(&value))
		return value;
	return cel_value_error(eval, node, "%s takes bool, not %s", what,
			       cel_kind_name(value.kind));
}

static struct value run_not(struct cel_eval_state *eval, const struct cel_node *node,
			    const struct cel_frame *frame)
{
	struct value value =
		logic_operand(eval, node, "'!'", cel_run(eval, node_at(eval, node->kid), frame));

	return value.kind == VALUE_BOOL ? value_bool(!value.b) : value;
}

static struct value run_and_or(struct cel_eval_state *eval, const struct cel_node *node,
			       const struct cel_frame *frame)
{
	bool deciding = node->op == CEL_OR;
	struct value result = value_bool(!deciding);

	for (uint16_t kid = node->kid; kid; kid = node_at(eval, kid)->next) {
		struct value value = cel_run(eval, node_at(eval, kid), frame);

		if (value.kind == VALUE_BOOL && value.b == deciding)
			return value;
		value = logic_operand(eval, node, deciding ? "'||'" : "'&&'", value);
		if (undecided(&value))
			result = cel_undecided(eval->arena, &result, &value);
	}
	return result;
}

static struct value run_conditional(struct cel_eval_state *eval, const struct cel_node *node,
				    const struct cel_frame *frame)
{
	const struct cel_node *condition = node_at(eval, node->kid);
	const struct cel_node *yes = node_at(eval, condition->next);
	struct value value = logic_operand(eval, node, "'?'", cel_run(eval, condition, frame));

	if (value.kind != VALUE_BOOL)
		return value;
	return cel_run(eval, value.b ? yes : node_at(eval, yes->next), frame);
}

struct value cel_call(struct cel_eval_state *eval, const struct cel_node *node,
		      const struct value *args)
{
	const struct cel_function *function = &cel_functions[node->arg];
	uint8_t kinds[CEL_MAX_ARGS], kind;
	size_t n = cel_function_args(function);

	for (size_t i = 0; i < n; i++)
		kinds[i] = args[i].kind;
	if (!cel_function_takes(function, kinds, &kind)) {
		cel_charge(eval, 2048); /* the list of what it takes is made piece by piece */
		return cel_value_error(eval, node, "%s",
				       cel_function_mismatch(eval->arena, function, kinds));
	}
	return function->call(eval, node, args);
}

static struct value run_call(struct cel_eval_state *eval, const struct cel_node *node,
			     const struct cel_frame *frame)
{
	struct value args[CEL_MAX_ARGS] = { 0 }, items[SMALL_LIST], worst = value_null();
	size_t n = 0;

	for (uint16_t at = node->kid; at; at = node_at(eval, at)->next, n++) {
		const struct cel_node *kid = node_at(eval, at);

		if (node->arg == CEL_FN_IN && n == 1 && kid->op == CEL_LIST &&
		    count_kids(eval, kid) <= SMALL_LIST)
			args[n] = list_of(eval, kid, frame, items);
		else
			args[n] = cel_run(eval, kid, frame);
		if (undecided(&args[n]))
			worst = cel_undecided(eval->arena, &worst, &args[n]);
	}
	return undecided(&worst) ? worst : cel_call(eval, node, args);
}

struct value cel_run(struct cel_eval_state *eval, const struct cel_node *node,
		     const struct cel_frame *frame)
{
	static struct value (*const runs[N_CEL_OPS])(struct cel_eval_state * eval,
						     const struct cel_node *node,
						     const struct cel_frame *frame) = {
		[CEL_CONST] = run_const,
		[CEL_NAME] = run_name,
		[CEL_PRESENT] = run_present,
		[CEL_LOCAL] = run_local,
		[CEL_UNBOUND] = run_unbound,
		[CEL_SELECT] = run_select,
		[CEL_HAS] = run_has,
		[CEL_LIST] = run_list,
		[CEL_MAP] = run_map,
		[CEL_NOT] = run_not,
		[CEL_AND] = run_and_or,
		[CEL_OR] = run_and_or,
		[CEL_COND] = run_conditional,
		[CEL_CALL] = run_call,
		[CEL_ALL] = cel_run_macro,
		[CEL_EXISTS] = cel_run_macro,
		[CEL_EXISTS_ONE] = cel_run_macro,
		[CEL_TRANSFORM] = cel_run_macro,
		[CEL_FILTER] = cel_run_macro,
		[CEL_IDENT] = run_unbound,
	};

	if (eval->steps == 0)
		return error_value("the step limit is reached");
	eval->steps--;
	return runs[node->op](eval, node, frame);
}

struct value cel_eval(const struct cel_expr *expr, const struct cel_scope *scope,
		      struct arena *arena)
{
	struct cel_eval_state eval = { .nodes = expr->nodes, .scope = scope, .arena = arena };
	struct value value;

	eval.steps = (scope->max_steps ? scope->max_steps : CEL_MAX_STEPS) + 1;
	value = cel_run(&eval, expr->nodes, NULL);
	/*
	 * Even where something absorbed it: what a hostile rule comes to may not hang on the order.
	 */
	if (eval.steps == 0)
		return cel_value_error(&eval, expr->nodes, "the step limit is reached");
	return value;
}
