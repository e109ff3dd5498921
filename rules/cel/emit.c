/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * emit: a compiled expression as C source, so that the program that holds it has nothing to compile
 */
#include "cel/internal.h"

#include <errno.h>
#include <inttypes.h>

#include "core/util.h"

static const char *const op_names[N_CEL_OPS] = {
#define CEL_OP(name) [CEL_##name] = "CEL_" #name,
	CEL_OPS(CEL_OP)
#undef CEL_OP
};

static const char *const function_names[N_CEL_FUNCTIONS] = {
#define CEL_FUNCTION(id, ...) [CEL_FN_##id] = "CEL_FN_" #id,
#include "cel/functions.def"
#undef CEL_FUNCTION
};

static const char *const kind_names[] = {
	[VALUE_NULL] = "VALUE_NULL",	 [VALUE_BOOL] = "VALUE_BOOL",
	[VALUE_INT] = "VALUE_INT",	 [VALUE_UINT] = "VALUE_UINT",
	[VALUE_DOUBLE] = "VALUE_DOUBLE", [VALUE_STRING] = "VALUE_STRING",
	[VALUE_BYTES] = "VALUE_BYTES",	 [VALUE_LIST] = "VALUE_LIST",
	[VALUE_MAP] = "VALUE_MAP",	 [VALUE_TYPE] = "VALUE_TYPE",
	[VALUE_UNKNOWN] = "CEL_DYN",	 [VALUE_ERROR] = "CEL_DYN",
	[CEL_DYN] = "CEL_DYN",
};

/* Octal escapes end after three digits, whatever follows; no ? either, for trigraphs. */
static void emit_text(FILE *out, const struct value *text)
{
	fprintf(out, ", .len = %u, .s = \"", text->len);
	for (uint32_t i = 0; i < text->len; i++) {
		unsigned char c = (unsigned char)text->s[i];

		if (c < ' ' || c >= 0x7f || c == '"' || c == '\\' || c == '?')
			fprintf(out, "\\%03o", c);
		else
			putc(c, out);
	}
	putc('"', out);
}

static void emit_value(FILE *out, const struct value *value)
{
	fprintf(out, ", .value = { .kind = %s", kind_names[value->kind]);
	switch ((enum value_kind)value->kind) {
	case VALUE_BOOL:
		fprintf(out, ", .b = %s", value->b ? "true" : "false");
		break;
	case VALUE_INT:
		/* The least int has no literal. */
		if (value->i == INT64_MIN)
			fputs(", .i = INT64_MIN", out);
		else
			fprintf(out, ", .i = INT64_C(%" PRId64 ")", value->i);
		break;
	case VALUE_UINT:
		fprintf(out, ", .u = UINT64_C(%" PRIu64 ")", value->u);
		break;
	case VALUE_DOUBLE:
		fprintf(out, ", .d = %a", value->d);
		break;
	case VALUE_STRING:
	case VALUE_BYTES:
		emit_text(out, value);
		break;
	case VALUE_TYPE:
		fprintf(out, ", .type = %s", kind_names[value->type]);
		break;
	case VALUE_NULL:
	case VALUE_LIST:
	case VALUE_MAP:
	case VALUE_UNKNOWN:
	case VALUE_ERROR:
		break;
	}
	fputs(" }", out);
}

static void emit_node(FILE *out, const struct cel_node *node)
{
	fprintf(out, "\t{ .op = %s", op_names[node->op]);
	if (node->op == CEL_CALL)
		fprintf(out, ", .arg = %s", function_names[node->arg]);
	else if (node->arg)
		fprintf(out, ", .arg = %u", node->arg);
	if (node->flags)
		fprintf(out, ", .flags = %u", node->flags);
	if (node->kid)
		fprintf(out, ", .kid = %u", node->kid);
	if (node->next)
		fprintf(out, ", .next = %u", node->next);
	fprintf(out, ", .line = %u, .column = %u", node->line, node->column);
	if (node->value.kind != VALUE_NULL)
		emit_value(out, &node->value);
	fputs(" },\n", out);
}

int cel_emit(FILE *out, const struct cel_expr *expr, const char *symbol)
{
	fprintf(out, "static const struct cel_node %s[] = {\n", symbol);
	for (uint16_t i = 0; i < expr->n_nodes; i++)
		emit_node(out, &expr->nodes[i]);
	fputs("};\n", out);
	return ferror(out) ? -EIO : 0;
}

int cel_emit_expr(FILE *out, const struct cel_expr *expr, const char *symbol)
{
	fprintf(out, "{ .nodes = %s, .n_nodes = %u, .kind = %s }", symbol, expr->n_nodes,
		kind_names[expr->kind]);
	return ferror(out) ? -EIO : 0;
}
