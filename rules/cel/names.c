/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * names: what a name in an expression can mean beside a function's (cel-spec doc/langdef.md, "Name
 * Resolution")
 */
#include "cel/internal.h"

#include <string.h>

#include "core/util.h"

#define KILO INT64_C(1000)

static const struct {
	const char *name;
	struct value value;
} constants[] = {
	{ "bool", { .kind = VALUE_TYPE, .type = VALUE_BOOL } },
	{ "bytes", { .kind = VALUE_TYPE, .type = VALUE_BYTES } },
	{ "double", { .kind = VALUE_TYPE, .type = VALUE_DOUBLE } },
	{ "int", { .kind = VALUE_TYPE, .type = VALUE_INT } },
	{ "list", { .kind = VALUE_TYPE, .type = VALUE_LIST } },
	{ "map", { .kind = VALUE_TYPE, .type = VALUE_MAP } },
	{ "null_type", { .kind = VALUE_TYPE, .type = VALUE_NULL } },
	{ "string", { .kind = VALUE_TYPE, .type = VALUE_STRING } },
	{ "type", { .kind = VALUE_TYPE, .type = VALUE_TYPE } },
	{ "uint", { .kind = VALUE_TYPE, .type = VALUE_UINT } },
	/*
	 * Sizes in powers of two; GB is not here because it means another thing for memory than for
	 * disks.
	 */
	{ "KiB", { .kind = VALUE_INT, .i = INT64_C(1) << 10 } },
	{ "MiB", { .kind = VALUE_INT, .i = INT64_C(1) << 20 } },
	{ "GiB", { .kind = VALUE_INT, .i = INT64_C(1) << 30 } },
	{ "TiB", { .kind = VALUE_INT, .i = INT64_C(1) << 40 } },
	{ "Kbps", { .kind = VALUE_INT, .i = KILO } },
	{ "Mbps", { .kind = VALUE_INT, .i = KILO * KILO } },
	{ "Gbps", { .kind = VALUE_INT, .i = KILO * KILO * KILO } },
};

bool cel_constant(const char *name, struct value *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(constants); i++) {
		if (strcmp(constants[i].name, name) == 0) {
			*ret = constants[i].value;
			return true;
		}
	}
	return false;
}

static bool is_local(const struct cel_local *locals, const char *name)
{
	for (; locals; locals = locals->up)
		if (strcmp(locals->name, name) == 0)
			return true;
	return false;
}

/* Appends ".part"; false: it does not fit, or is no text that a name could hold. */
static bool append(char ret[CEL_MAX_NAME], const struct value *part)
{
	size_t len = strlen(ret);

	if (part->kind != VALUE_STRING || part->len == 0 || strlen(part->s) != part->len ||
	    len + 1 + part->len >= CEL_MAX_NAME)
		return false;
	ret[len] = '.';
	memcpy(ret + len + 1, part->s, part->len + 1);
	return true;
}

bool cel_dotted(const struct cel_tree *tree, uint16_t at, const struct cel_local *locals,
		char ret[CEL_MAX_NAME])
{
	const struct cel_node *node = &tree->nodes[at];
	const struct cel_node *key;

	if (node->op == CEL_IDENT) {
		if ((!(node->flags & CEL_ROOTED) && is_local(locals, node->value.s)) ||
		    node->value.len >= CEL_MAX_NAME)
			return false;
		memcpy(ret, node->value.s, node->value.len + 1);
		return true;
	}
	if (node->op == CEL_SELECT)
		return cel_dotted(tree, node->kid, locals, ret) && append(ret, &node->value);
	if (node->op != CEL_CALL || node->arg != CEL_FN_INDEX)
		return false;
	key = &tree->nodes[tree->nodes[node->kid].next];
	return key->op == CEL_CONST && cel_dotted(tree, node->kid, locals, ret) &&
	       append(ret, &key->value);
}
