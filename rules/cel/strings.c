/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * strings: what can be asked of strings, and sizes (cel-spec doc/langdef.md, "Standard
 * Definitions")
 */
#include "cel/internal.h"

#include <errno.h>
#include <string.h>

static struct value too_many_steps(struct cel_eval_state *eval, const struct cel_node *node)
{
	return cel_value_error(eval, node, "the step limit is reached");
}

struct value cel_size(struct cel_eval_state *eval, const struct cel_node *node,
		      const struct value *args)
{
	if (args[0].kind == VALUE_LIST && args[0].partial)
		return cel_incomplete(eval, &eval->nodes[node->kid], &args[0]);
	if (args[0].kind != VALUE_STRING)
		return value_int(args[0].len);
	if (!cel_charge(eval, args[0].len))
		return too_many_steps(eval, node);
	return value_int((int64_t)cel_utf8_length(args[0].s, args[0].len));
}

struct value cel_contains(struct cel_eval_state *eval, const struct cel_node *node,
			  const struct value *args)
{
	if (!cel_charge(eval, (size_t)args[0].len + args[1].len))
		return too_many_steps(eval, node);
	return value_bool(memmem(args[0].s, args[0].len, args[1].s, args[1].len));
}

struct value cel_starts_with(struct cel_eval_state *eval, const struct cel_node *node,
			     const struct value *args)
{
	(void)node;
	cel_charge(eval, args[1].len);
	return value_bool(args[1].len <= args[0].len &&
			  memcmp(args[0].s, args[1].s, args[1].len) == 0);
}

struct value cel_ends_with(struct cel_eval_state *eval, const struct cel_node *node,
			   const struct value *args)
{
	(void)node;
	cel_charge(eval, args[1].len);
	return value_bool(args[1].len <= args[0].len &&
			  memcmp(args[0].s + args[0].len - args[1].len, args[1].s, args[1].len) ==
				  0);
}

struct value cel_matches(struct cel_eval_state *eval, const struct cel_node *node,
			 const struct value *args)
{
	const char *why = NULL;
	size_t work = 0;
	int r = cel_regex_match(args[1].s, args[1].len, args[0].s, args[0].len,
				(size_t)eval->steps * 16, &work, &why);

	if (!cel_charge(eval, work) || r == -E2BIG)
		return too_many_steps(eval, node);
	return r < 0 ? cel_value_error(eval, node, "matches(): %s", why) : value_bool(r > 0);
}
