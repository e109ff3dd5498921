/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * arithmetic: + - * / % with overflow an error (cel-spec doc/langdef.md, "Overflow"), and
 * concatenation
 */
#include "cel/internal.h"

#include <string.h>

static struct value overflow(struct cel_eval_state *eval, const struct cel_node *node)
{
	return cel_value_error(eval, node, "the result is larger than 64 bits hold");
}

static struct value of_ints(struct cel_eval_state *eval, const struct cel_node *node, int64_t a,
			    int64_t b)
{
	int64_t result;
	bool bad;

	if ((node->arg == CEL_FN_DIVIDE || node->arg == CEL_FN_MODULO) && b == 0)
		return cel_value_error(eval, node, "division by zero");
	switch (node->arg) {
	case CEL_FN_ADD:
		bad = __builtin_add_overflow(a, b, &result);
		break;
	case CEL_FN_SUBTRACT:
		bad = __builtin_sub_overflow(a, b, &result);
		break;
	case CEL_FN_MULTIPLY:
		bad = __builtin_mul_overflow(a, b, &result);
		break;
	default:
		/* C computes the remainder by the quotient, and leaves open what is beyond it. */
		bad = b == -1 && a == INT64_MIN && node->arg == CEL_FN_DIVIDE;
		if (!bad)
			result = node->arg == CEL_FN_DIVIDE ? a / b : b == -1 ? 0 : a % b;
	}
	return bad ? overflow(eval, node) : value_int(result);
}

static struct value of_uints(struct cel_eval_state *eval, const struct cel_node *node, uint64_t a,
			     uint64_t b)
{
	struct value result = { .kind = VALUE_UINT };
	bool bad = false;

	if ((node->arg == CEL_FN_DIVIDE || node->arg == CEL_FN_MODULO) && b == 0)
		return cel_value_error(eval, node, "division by zero");
	switch (node->arg) {
	case CEL_FN_ADD:
		bad = __builtin_add_overflow(a, b, &result.u);
		break;
	case CEL_FN_SUBTRACT:
		bad = __builtin_sub_overflow(a, b, &result.u);
		break;
	case CEL_FN_MULTIPLY:
		bad = __builtin_mul_overflow(a, b, &result.u);
		break;
	default:
		result.u = node->arg == CEL_FN_DIVIDE ? a / b : a % b;
	}
	return bad ? overflow(eval, node) : result;
}

static double divide(double a, double b)
{
	/* By IEEE 754; C leaves division by zero open. */
	if (b != 0)
		return a / b;
	if (a == 0 || a != a)
		return __builtin_nan("");
	return __builtin_signbit(a) == __builtin_signbit(b) ? __builtin_inf() : -__builtin_inf();
}

static struct value of_doubles(const struct cel_node *node, double a, double b)
{
	struct value result = { .kind = VALUE_DOUBLE };

	if (node->arg == CEL_FN_ADD)
		result.d = a + b;
	else if (node->arg == CEL_FN_SUBTRACT)
		result.d = a - b;
	else
		result.d = node->arg == CEL_FN_MULTIPLY ? a * b : divide(a, b);
	return result;
}

struct value cel_arithmetic(struct cel_eval_state *eval, const struct cel_node *node,
			    const struct value *args)
{
	if (args[0].kind == VALUE_INT)
		return of_ints(eval, node, args[0].i, args[1].i);
	if (args[0].kind == VALUE_UINT)
		return of_uints(eval, node, args[0].u, args[1].u);
	return of_doubles(node, args[0].d, args[1].d);
}

static struct value concatenated(struct cel_eval_state *eval, const struct value *args)
{
	uint32_t len = args[0].len + args[1].len;
	char *text = arena_alloc(eval->arena, (size_t)len + 1);

	if (args[0].len)
		memcpy(text, args[0].s, args[0].len);
	if (args[1].len)
		memcpy(text + args[0].len, args[1].s, args[1].len);
	return (struct value){ .kind = args[0].kind, .len = len, .s = text };
}

static struct value joined(struct cel_eval_state *eval, const struct value *args)
{
	struct value *items =
		arena_alloc(eval->arena, ((size_t)args[0].len + args[1].len) * sizeof(*items));
	struct value list = value_list(items, (size_t)args[0].len + args[1].len);

	if (args[0].len)
		memcpy(items, args[0].items, args[0].len * sizeof(*items));
	if (args[1].len)
		memcpy(items + args[0].len, args[1].items, args[1].len * sizeof(*items));
	list.partial = args[0].partial || args[1].partial;
	return list;
}

struct value cel_add(struct cel_eval_state *eval, const struct cel_node *node,
		     const struct value *args)
{
	size_t len = (size_t)args[0].len + args[1].len;

	if (args[0].kind != VALUE_STRING && args[0].kind != VALUE_BYTES &&
	    args[0].kind != VALUE_LIST)
		return cel_arithmetic(eval, node, args);
	if (!cel_charge(eval, args[0].kind == VALUE_LIST ? len * sizeof(struct value) : len))
		return cel_value_error(eval, node, "the step limit is reached");
	return args[0].kind == VALUE_LIST ? joined(eval, args) : concatenated(eval, args);
}

struct value cel_negate(struct cel_eval_state *eval, const struct cel_node *node,
			const struct value *args)
{
	if (args[0].kind == VALUE_DOUBLE)
		return (struct value){ .kind = VALUE_DOUBLE, .d = -args[0].d };
	if (args[0].i == INT64_MIN)
		return overflow(eval, node);
	return value_int(-args[0].i);
}
