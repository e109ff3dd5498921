/* SPDX-License-Identifier: GPL-2.0-or-later */
/* compile: from text to the flat table of nodes, and what can be asked of it */
#include "cel/internal.h"

#include <stdlib.h>
#include <string.h>

#include "core/util.h"

struct table {
	struct cel_node *nodes;
	uint16_t n;
};

/* Puts a node and, behind it, its operands; nodes that nothing refers to any more stay out. */
static uint16_t put(struct table *table, const struct cel_tree *tree, uint16_t at)
{
	uint16_t self = table->n++, last = 0;

	table->nodes[self] = tree->nodes[at];
	table->nodes[self].kid = 0;
	table->nodes[self].next = 0;
	table->nodes[self].flags &= (uint8_t)~CEL_ROOTED;
	for (uint16_t kid = tree->nodes[at].kid; kid; kid = tree->nodes[kid].next) {
		uint16_t placed = put(table, tree, kid);

		*(last ? &table->nodes[last].next : &table->nodes[self].kid) = placed;
		last = placed;
	}
	return self;
}

int cel_compile(struct arena *arena, const char *text, const struct cel_env *env,
		struct cel_expr *ret, struct error *err)
{
	return cel_compile_n(arena, text, strlen(text), env, ret, err);
}

int cel_compile_n(struct arena *arena, const char *text, size_t len, const struct cel_env *env,
		  struct cel_expr *ret, struct error *err)
{
	struct error unheard = { 0 };
	struct cel_tree tree = { .arena = arena, .err = err ? err : &unheard };
	uint16_t root = cel_parse(&tree, text, len);
	const struct cel_type *type = root ? cel_check(&tree, env, root) : NULL;
	struct table table = { 0 };

	if (!type)
		return tree.err->code;
	table.nodes = arena_alloc(arena, tree.n_nodes * sizeof(*table.nodes));
	put(&table, &tree, root);
	*ret = (struct cel_expr){ .nodes = table.nodes,
				  .n_nodes = table.n,
				  .kind = type->kind == VALUE_NULL ? CEL_DYN : type->kind };
	return 0;
}

/* A number and the colon behind it; NULL: something else. */
static const char *read_number(const char *text, unsigned *ret)
{
	char *end;

	*ret = (unsigned)strtoul(text, &end, 10);
	return end > text && *end == ':' ? end + 1 : NULL;
}

const char *cel_error_at(const char *message, unsigned *ret_line, unsigned *ret_column)
{
	const char *rest = read_number(message, ret_line);

	rest = rest ? read_number(rest, ret_column) : NULL;
	if (rest && *rest == ' ')
		return rest + 1;
	*ret_line = 0;
	*ret_column = 0;
	return message;
}

static bool names_fact(const struct cel_node *node)
{
	return node->op == CEL_NAME || node->op == CEL_PRESENT;
}

const char *cel_expr_name(const struct cel_expr *expr, uint16_t *ret_at)
{
	while (*ret_at < expr->n_nodes) {
		const struct cel_node *node = &expr->nodes[(*ret_at)++];
		const struct cel_node *before = expr->nodes;

		if (!names_fact(node))
			continue;
		while (before < node &&
		       !(names_fact(before) && strcmp(before->value.s, node->value.s) == 0))
			before++;
		if (before == node)
			return node->value.s;
	}
	return NULL;
}
