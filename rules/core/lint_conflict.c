/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lint: needs that no host can meet, alone or together, and needs that every host meets */
#include <stdio.h>
#include <string.h>

#include "cel/version.h"
#include "core/lint.h"
#include "core/same.h"
#include "core/util.h"

/* --- one operator beside another, on the same thing --- */

static const struct fact_def *def_of(const struct need *need)
{
	static const struct fact_def count = { .name = "count", .type = FACT_COUNT };

	return need->kind == NEED_COUNT ? &count : fact_def_of(need->fact, NULL);
}

/* Do both ask the same fact, or the same records? */
static bool same_subject(const struct need *a, const struct need *b)
{
	if (a->kind != b->kind || (a->kind != NEED_FACT && a->kind != NEED_COUNT) ||
	    strcmp(a->fact, b->fact) != 0)
		return false;
	return a->kind == NEED_FACT || expr_same(a->expr, b->expr);
}

static bool equal(const struct fact_def *def, const struct value *a, const struct value *b)
{
	if (def->type == FACT_VERSION && a->kind == VALUE_STRING && b->kind == VALUE_STRING)
		return cel_version_compare(a->s, b->s) == 0;
	return value_same(a, b);
}

/* The place of a word among those of a fact's values, from 1; 0: none. */
static int place_of(const char *values, const char *word)
{
	int place = 1;

	for (const char *at = values; at && *at; place++) {
		size_t len = strcspn(at, " ");

		if (len == strlen(word) && strncmp(at, word, len) == 0)
			return place;
		at += len + (at[len] == ' ');
	}
	return 0;
}

/* Sign of a - b in *ret; false where they have no order. */
static bool order(const struct fact_def *def, const struct value *a, const struct value *b,
		  int *ret)
{
	if (a->kind == VALUE_INT && b->kind == VALUE_INT) {
		*ret = (a->i > b->i) - (a->i < b->i);
		return true;
	}
	if (a->kind != VALUE_STRING || b->kind != VALUE_STRING)
		return false;
	if (def->type == FACT_VERSION) {
		*ret = cel_version_compare(a->s, b->s);
		return true;
	}
	*ret = place_of(def->values, a->s) - place_of(def->values, b->s);
	return place_of(def->values, a->s) && place_of(def->values, b->s);
}

static bool in_list(const struct fact_def *def, const struct value *list, const struct value *value)
{
	for (uint32_t i = 0; i < list->len; i++)
		if (equal(def, &list->items[i], value))
			return true;
	return false;
}

/* Does a host that has exactly `value` meet the need? */
static bool admits(const struct need *need, const struct value *value)
{
	const struct fact_def *def = def_of(need);
	int sign;

	switch (need->op) {
	case OP_MINIMUM:
		return !order(def, value, &need->operand, &sign) || sign >= 0;
	case OP_MAXIMUM:
		return !order(def, value, &need->operand, &sign) || sign <= 0;
	case OP_EQUALS:
		return equal(def, value, &need->operand);
	case OP_NOT:
		return !equal(def, value, &need->operand);
	case OP_IN:
		return in_list(def, &need->operand, value);
	case OP_NOT_IN:
		return !in_list(def, &need->operand, value);
	case OP_ABSENT:
		return false;
	case OP_NONE:
	case OP_HAS:
	case OP_PRESENT:
	case N_NEED_OPS:
		break;
	}
	return true;
}

/* Is there a value among the few that `a` takes which `b` takes too? True where it takes many. */
static bool leaves_a_value(const struct need *a, const struct need *b)
{
	if (a->op == OP_EQUALS)
		return admits(b, &a->operand);
	if (a->op != OP_IN)
		return true;
	for (uint32_t i = 0; i < a->operand.len; i++)
		if (admits(b, &a->operand.items[i]))
			return true;
	return false;
}

/* Operators that an absent fact does not meet. */
static bool asks_for_a_value(const struct need *need)
{
	return need->op == OP_MINIMUM || need->op == OP_EQUALS || need->op == OP_IN ||
	       need->op == OP_HAS || need->op == OP_PRESENT;
}

static bool excludes(const struct need *a, const struct need *b)
{
	int sign;

	if (a->op == OP_ABSENT && asks_for_a_value(b))
		return true;
	if (!leaves_a_value(a, b))
		return true;
	return a->op == OP_MINIMUM && b->op == OP_MAXIMUM &&
	       order(def_of(a), &a->operand, &b->operand, &sign) && sign > 0;
}

static const char *asked_text(struct arena *arena, const struct need *need)
{
	if (!need->asked)
		return need_op_name(need->op);
	return arena_printf(arena, "%s %s", need_op_name(need->op), need->asked);
}

/* --- facts that cannot both be true --- */

/* Each with the reason. */
static const struct {
	const char *a, *b, *why;
} exclusive[] = {
	{ "kvm.usable", "xen.dom0", "Xen has the CPU's virtualisation, so that KVM has none" },
	{ "xen.dom0", "xen.domu", "a guest of Xen is not its control domain" },
};

/* Is the need met only where this fact is true? */
static bool implies(const struct need *need, const char *fact)
{
	const struct cel_expr *expr = need->expr;

	if (need->kind == NEED_FACT)
		return need->op == OP_EQUALS && need->operand.kind == VALUE_BOOL &&
		       need->operand.b && strcmp(need->fact, fact) == 0;
	if (need->kind != NEED_CHECK || !expr)
		return false;
	/* The whole, or what stands beside && at its top. */
	if (expr->nodes[0].op == CEL_AND) {
		for (uint16_t kid = expr->nodes[0].kid; kid; kid = expr->nodes[kid].next)
			if (expr->nodes[kid].op == CEL_NAME &&
			    value_is(&expr->nodes[kid].value, fact))
				return true;
		return false;
	}
	return expr->nodes[0].op == CEL_NAME && value_is(&expr->nodes[0].value, fact);
}

static const char *exclusive_reason(const struct need *a, const struct need *b)
{
	for (size_t i = 0; i < ARRAY_SIZE(exclusive); i++)
		if ((implies(a, exclusive[i].a) && implies(b, exclusive[i].b)) ||
		    (implies(a, exclusive[i].b) && implies(b, exclusive[i].a)))
			return exclusive[i].why;
	return NULL;
}

const char *lint_conflict(struct arena *arena, const struct need *a, const struct need *b,
			  const char *where)
{
	const char *why = exclusive_reason(a, b);

	if (why)
		return arena_printf(arena, "'%s' and '%s' exclude each other: %s", b->id, a->id,
				    why);
	if (!same_subject(a, b) || !(excludes(a, b) || excludes(b, a)))
		return NULL;
	return arena_printf(arena, "%s: %s here, %s %s: no host has both", a->fact,
			    asked_text(arena, b), asked_text(arena, a), where);
}

/* --- one need alone --- */

/* Are all words that the fact can be in the list? */
static bool lists_all(const struct need *need, const char *values)
{
	for (const char *at = values; *at;) {
		size_t len = strcspn(at, " ");
		bool found = false;

		for (uint32_t i = 0; i < need->operand.len; i++) {
			const struct value *item = &need->operand.items[i];

			found |= item->kind == VALUE_STRING && item->len == len &&
				 strncmp(item->s, at, len) == 0;
		}
		if (!found)
			return false;
		at += len + (at[len] == ' ');
	}
	return true;
}

static const char *idle_number(struct arena *arena, const struct need *need)
{
	if (need->operand.kind != VALUE_INT || need->scale)
		return NULL;
	if (need->op == OP_MINIMUM && need->operand.i <= 0)
		return arena_printf(arena, "%s: minimum %s: every host has that, so it never fails",
				    need->fact, need->asked);
	if ((need->op == OP_MAXIMUM || need->op == OP_EQUALS) && need->operand.i < 0)
		return arena_printf(arena, "%s: %s %s: no host has less than none", need->fact,
				    need_op_name(need->op), need->asked);
	return NULL;
}

const char *lint_idle(struct arena *arena, const struct need *need)
{
	const struct fact_def *def;

	if (need->kind != NEED_FACT && need->kind != NEED_COUNT)
		return NULL;
	def = def_of(need);
	if (def->type == FACT_COUNT)
		return idle_number(arena, need);
	if (def->type != FACT_STRING || !def->values)
		return NULL;
	if (need->op == OP_IN && lists_all(need, def->values))
		return arena_printf(arena, "%s is one of these on every host: it never fails",
				    need->fact);
	if (need->op == OP_NOT_IN && lists_all(need, def->values))
		return arena_printf(arena, "%s is one of these on every host: it is never met",
				    need->fact);
	if (need->op == OP_MINIMUM && place_of(def->values, need->operand.s) == 1)
		return arena_printf(arena, "%s: minimum %s is the least there is: it never fails",
				    need->fact, need->asked);
	return NULL;
}
