/* SPDX-License-Identifier: GPL-2.0-or-later */
/* convert: from one type to another (cel-spec doc/langdef.md, "Standard Definitions") */
#include "cel/internal.h"

#include <string.h>

#include "core/util.h"

/* The first doubles that are beyond an int (and below it, negative) and a uint: 2^63 and 2^64. */
#define INT_END	 9223372036854775808.0
#define UINT_END 18446744073709551616.0

static struct value out_of_range(struct cel_eval_state *eval, const struct cel_node *node)
{
	return cel_value_error(eval, node, "%s() of a number that is out of its range",
			       cel_functions[node->arg].name);
}

static struct value no_form(struct cel_eval_state *eval, const struct cel_node *node,
			    const struct value *from)
{
	return cel_value_error(eval, node, "'%.60s' is no %s", from->s,
			       cel_functions[node->arg].name);
}

/* A NUL within would end the text early and let the rest pass unread. */
static bool is_plain(const struct value *text)
{
	return strlen(text->s) == text->len;
}

struct value cel_identity(struct cel_eval_state *eval, const struct cel_node *node,
			  const struct value *args)
{
	(void)eval;
	(void)node;
	return args[0];
}

struct value cel_type_of(struct cel_eval_state *eval, const struct cel_node *node,
			 const struct value *args)
{
	(void)eval;
	(void)node;
	return (struct value){ .kind = VALUE_TYPE, .type = args[0].kind };
}

/* Texts that are longer than any number or truth, and their NULs, are looked for to the end. */
static void charge_text(struct cel_eval_state *eval, const struct value *from)
{
	if (from->kind == VALUE_STRING)
		cel_charge(eval, from->len);
}

struct value cel_to_bool(struct cel_eval_state *eval, const struct cel_node *node,
			 const struct value *args)
{
	static const char *const truths[] = { "1", "t", "true", "TRUE", "True" };
	static const char *const lies[] = { "0", "f", "false", "FALSE", "False" };

	charge_text(eval, &args[0]);
	if (args[0].kind == VALUE_BOOL)
		return args[0];
	for (size_t i = 0; i < ARRAY_SIZE(truths); i++) {
		if (value_is(&args[0], truths[i]) && is_plain(&args[0]))
			return value_bool(true);
		if (value_is(&args[0], lies[i]) && is_plain(&args[0]))
			return value_bool(false);
	}
	return no_form(eval, node, &args[0]);
}

struct value cel_to_bytes(struct cel_eval_state *eval, const struct cel_node *node,
			  const struct value *args)
{
	struct value bytes = args[0];

	(void)eval;
	(void)node;
	bytes.kind = VALUE_BYTES;
	return bytes;
}

struct value cel_to_double(struct cel_eval_state *eval, const struct cel_node *node,
			   const struct value *args)
{
	struct value result = { .kind = VALUE_DOUBLE };

	charge_text(eval, &args[0]);
	if (args[0].kind == VALUE_INT)
		result.d = (double)args[0].i;
	else if (args[0].kind == VALUE_UINT)
		result.d = (double)args[0].u;
	else if (args[0].kind == VALUE_DOUBLE)
		result.d = args[0].d;
	else if (!is_plain(&args[0]) || cel_parse_double(args[0].s, &result.d) < 0)
		return no_form(eval, node, &args[0]);
	return result;
}

struct value cel_to_int(struct cel_eval_state *eval, const struct cel_node *node,
			const struct value *args)
{
	int64_t number;

	charge_text(eval, &args[0]);
	if (args[0].kind == VALUE_INT)
		return args[0];
	if (args[0].kind == VALUE_UINT)
		return args[0].u <= INT64_MAX ? value_int((int64_t)args[0].u)
					      : out_of_range(eval, node);
	if (args[0].kind == VALUE_DOUBLE)
		/* Neither end is in: "Overflow" in the specification says why. */
		return args[0].d > -INT_END && args[0].d < INT_END ? value_int((int64_t)args[0].d)
								   : out_of_range(eval, node);
	if (!is_plain(&args[0]) || parse_i64(args[0].s, 10, &number) < 0)
		return no_form(eval, node, &args[0]);
	return value_int(number);
}

struct value cel_to_uint(struct cel_eval_state *eval, const struct cel_node *node,
			 const struct value *args)
{
	struct value result = { .kind = VALUE_UINT, .u = args[0].u };

	charge_text(eval, &args[0]);
	if (args[0].kind == VALUE_INT && args[0].i < 0)
		return out_of_range(eval, node);
	if (args[0].kind == VALUE_DOUBLE) {
		if (!(args[0].d > -1 && args[0].d < UINT_END))
			return out_of_range(eval, node);
		result.u = (uint64_t)args[0].d;
	}
	if (args[0].kind == VALUE_STRING &&
	    (!is_plain(&args[0]) || parse_u64(args[0].s, 10, &result.u) < 0))
		return no_form(eval, node, &args[0]);
	return result;
}

/* Bytes are a string where they are UTF-8. */
static struct value string_of_bytes(struct cel_eval_state *eval, const struct cel_node *node,
				    const struct value *bytes)
{
	struct value string = *bytes;

	if (!cel_charge(eval, bytes->len))
		return cel_value_error(eval, node, "the step limit is reached");
	if (!cel_utf8_valid(bytes->s, bytes->len))
		return cel_value_error(eval, node, "the bytes are not UTF-8");
	string.kind = VALUE_STRING;
	return string;
}

struct value cel_to_string(struct cel_eval_state *eval, const struct cel_node *node,
			   const struct value *args)
{
	switch (args[0].kind) {
	case VALUE_BOOL:
		return value_string(args[0].b ? "true" : "false");
	case VALUE_INT:
		return value_string(arena_printf(eval->arena, "%lld", (long long)args[0].i));
	case VALUE_UINT:
		return value_string(
			arena_printf(eval->arena, "%llu", (unsigned long long)args[0].u));
	case VALUE_DOUBLE:
		return value_string(cel_print_double(eval->arena, args[0].d));
	case VALUE_BYTES:
		return string_of_bytes(eval, node, &args[0]);
	default:
		return args[0];
	}
}
