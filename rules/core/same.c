/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/same.h"

#include <string.h>

bool text_same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool items_same(const struct value *a, const struct value *b)
{
	for (uint32_t i = 0; i < a->len; i++)
		if (!value_same(&a->items[i], &b->items[i]))
			return false;
	return true;
}

bool value_same(const struct value *a, const struct value *b)
{
	if (a->kind != b->kind)
		return false;
	switch ((enum value_kind)a->kind) {
	case VALUE_NULL:
		return true;
	case VALUE_BOOL:
		return a->b == b->b;
	case VALUE_INT:
	case VALUE_UINT:
	case VALUE_DOUBLE:
	case VALUE_TYPE:
		return a->u == b->u;
	case VALUE_STRING:
	case VALUE_BYTES:
	case VALUE_ERROR:
		return a->len == b->len && memcmp(a->s, b->s, a->len) == 0;
	case VALUE_LIST:
		return a->len == b->len && items_same(a, b);
	case VALUE_MAP:
	case VALUE_UNKNOWN:
		break;
	}
	return false; /* no rule holds one */
}

bool expr_same(const struct cel_expr *a, const struct cel_expr *b)
{
	if (!a || !b || a->n_nodes != b->n_nodes)
		return a == b;
	for (uint16_t i = 0; i < a->n_nodes; i++) {
		const struct cel_node *one = &a->nodes[i], *other = &b->nodes[i];

		if (one->op != other->op || one->arg != other->arg || one->flags != other->flags ||
		    one->kid != other->kid || one->next != other->next ||
		    !value_same(&one->value, &other->value))
			return false;
	}
	return true;
}

static bool steps_same(const struct remedy *a, const struct remedy *b)
{
	if (a->n_steps != b->n_steps)
		return false;
	for (size_t i = 0; i < a->n_steps; i++)
		if (a->steps[i].kind != b->steps[i].kind ||
		    !text_same(a->steps[i].name, b->steps[i].name) ||
		    !text_same(a->steps[i].value, b->steps[i].value))
			return false;
	return true;
}

bool scale_same(const struct need_scale *a, const struct need_scale *b)
{
	if (!a || !b)
		return a == b;
	return text_same(a->unit, b->unit) && text_same(a->list, b->list) &&
	       text_same(a->field, b->field) && a->divisor == b->divisor && a->plus == b->plus &&
	       expr_same(a->where, b->where);
}

static bool remedy_same(const struct remedy *a, const struct remedy *b)
{
	if (a->kind != b->kind || a->n_commands != b->n_commands || !text_same(a->text, b->text))
		return false;
	for (size_t i = 0; i < a->n_commands; i++)
		if (!text_same(a->commands[i].manager, b->commands[i].manager) ||
		    !text_same(a->commands[i].text, b->commands[i].text))
			return false;
	return steps_same(a, b);
}

static bool row_same(const struct diagnosis *a, const struct diagnosis *b)
{
	if (a->freed != b->freed || a->n_causes != b->n_causes || !expr_same(a->when, b->when))
		return false;
	for (size_t i = 0; i < a->n_causes; i++)
		if (a->causes[i].cause != b->causes[i].cause ||
		    !remedy_same(&a->causes[i].remedy, &b->causes[i].remedy))
			return false;
	return true;
}

bool diagnoses_same(const struct diagnosis *a, size_t n_a, const struct diagnosis *b, size_t n_b)
{
	if (n_a != n_b)
		return false;
	for (size_t i = 0; i < n_a; i++)
		if (!row_same(&a[i], &b[i]))
			return false;
	return true;
}
