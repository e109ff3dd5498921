/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load: operators and the values they stand with */
#include <errno.h>
#include <string.h>

#include "core/load_need.h"
#include "core/quantity.h"
#include "core/util.h"

int read_operator(const struct entry *entry, struct operand *ret)
{
	*ret = (struct operand){ 0 };
	for (enum need_op op = OP_MINIMUM; op < N_NEED_OPS; op++) {
		const struct yaml *node = yaml_get(entry->node, need_op_name(op));

		if (!node)
			continue;
		if (ret->op)
			return yaml_error(node, entry->loader->err,
					  "'%s' and '%s': expected one operator",
					  need_op_name(ret->op), need_op_name(op));
		*ret = (struct operand){ op, node };
	}
	return 0;
}

/* What each operator may stand with. */
bool op_fits(enum need_op op, const struct fact_def *def)
{
	switch (op) {
	case OP_MINIMUM:
	case OP_MAXIMUM:
		return def->type == FACT_COUNT || def->type == FACT_VERSION ||
		       def->type == FACT_SCALAR || (def->type == FACT_STRING && def->values);
	case OP_EQUALS:
	case OP_NOT:
		return def->type != FACT_RECORDS && def->type != FACT_MAP &&
		       def->type != FACT_STRINGS;
	case OP_IN:
	case OP_NOT_IN:
		return def->type == FACT_COUNT || def->type == FACT_STRING ||
		       def->type == FACT_VERSION || def->type == FACT_SCALAR;
	case OP_HAS:
		return def->type == FACT_STRINGS;
	case OP_PRESENT:
	case OP_ABSENT:
		return def->type != FACT_BOOL;
	case OP_NONE:
	case N_NEED_OPS:
		break;
	}
	return false;
}

static bool is_value_of(const char *text, const char *values)
{
	size_t len = strlen(text);

	for (const char *at = values; at && (at = strstr(at, text)); at += len)
		if ((at == values || at[-1] == ' ') && (at[len] == ' ' || !at[len]))
			return true;
	return !values;
}

int read_fact_value(struct loader *loader, const struct fact_def *def, const struct yaml *node,
		    struct value *ret)
{
	struct error err;
	int64_t number;

	if (node->kind != YAML_TEXT || !*node->text)
		return yaml_error(node, loader->err, "%s: expected a %s, found %s", def->name,
				  fact_type_name(def->type), yaml_kind_name(node));
	switch (def->type) {
	case FACT_BOOL:
		if (strcmp(node->text, "true") != 0 && strcmp(node->text, "false") != 0)
			return yaml_error(node, loader->err, "%s: expected true or false, not '%s'",
					  def->name, node->text);
		*ret = value_bool(*node->text == 't');
		return 0;
	case FACT_COUNT:
		if (quantity_parse(node->text, def, &number, &err) < 0)
			return yaml_error(node, loader->err, "%s: %s", def->name, err.text);
		*ret = value_int(number);
		return 0;
	case FACT_SCALAR:
		if (parse_i64(node->text, 10, &number) == 0)
			*ret = value_int(number);
		else
			*ret = value_string(node->text);
		return 0;
	case FACT_STRING:
		if (!is_value_of(node->text, def->values))
			return yaml_error(node, loader->err, "%s: '%s' is none of: %s", def->name,
					  node->text, def->values);
		*ret = value_string(node->text);
		return 0;
	case FACT_VERSION:
	case FACT_STRINGS:
	case FACT_RECORDS:
	case FACT_MAP:
	case N_FACT_TYPES:
		break;
	}
	*ret = value_string(node->text);
	return 0;
}

static int read_list(struct loader *loader, const struct fact_def *def, const struct yaml *node,
		     struct need *need)
{
	const struct yaml *items = node->kind == YAML_LIST ? node->items : node;
	size_t len = node->kind == YAML_LIST ? node->len : 1;
	struct value *values = arena_alloc(loader->arena, len * sizeof(*values));
	const char *text = NULL;

	for (size_t i = 0; i < len; i++) {
		if (read_fact_value(loader, def, &items[i], &values[i]) < 0)
			return -EINVAL;
		text = text ? arena_printf(loader->arena, "%s, %s", text, items[i].text)
			    : items[i].text;
	}
	need->operand = value_list(values, len);
	need->asked = text;
	return 0;
}

int read_operand(struct loader *loader, const struct fact_def *def, const struct operand *operand,
		 struct need *need)
{
	need->op = operand->op;
	if (!op_fits(operand->op, def))
		return yaml_error(operand->node, loader->err, "%s is a %s: '%s' does not fit it",
				  def->name, fact_type_name(def->type), need_op_name(operand->op));
	switch (operand->op) {
	case OP_IN:
	case OP_NOT_IN:
	case OP_HAS:
		return read_list(loader, def, operand->node, need);
	case OP_PRESENT:
	case OP_ABSENT:
		if (operand->node->kind != YAML_TEXT || strcmp(operand->node->text, "true") != 0)
			return yaml_error(operand->node, loader->err, "%s: expected true",
					  need_op_name(operand->op));
		return 0;
	default:
		need->asked = operand->node->text;
		return read_fact_value(loader, def, operand->node, &need->operand);
	}
}

/* "8 GB" in an id: without the space. */
static const char *squeezed(struct arena *arena, const char *text)
{
	char *copy = arena_strdup(arena, text), *to = copy;

	for (const char *from = copy; *from; from++)
		if (*from != ' ')
			*to++ = *from;
	*to = '\0';
	return copy;
}

const char *need_id(struct loader *loader, const struct need *need, const char *subject)
{
	static const char *const signs[N_NEED_OPS] = {
		[OP_MINIMUM] = ">=", [OP_MAXIMUM] = "<=",	[OP_EQUALS] = "==",
		[OP_NOT] = "!=",     [OP_IN] = " in ",		[OP_NOT_IN] = " not in ",
		[OP_HAS] = " has ",  [OP_PRESENT] = " present", [OP_ABSENT] = " absent",
	};

	/* A fact that is to be true is its own name. */
	if (need->op == OP_EQUALS && need->operand.kind == VALUE_BOOL && need->operand.b)
		return subject;
	return arena_printf(loader->arena, "%s%s%s%s%s%s", subject, signs[need->op],
			    need->asked ? squeezed(loader->arena, need->asked) : "",
			    need->scale ? " per " : "", need->scale ? need->scale->unit : "",
			    need->exact ? " seen" : "");
}
