/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan: what the steps of a remedy make of the facts */
#include <string.h>

#include "core/planner.h"
#include "core/quantity.h"
#include "core/util.h"

/* The value of a sysctl or parameter as its fact has it. */
static struct value scalar_of(const char *text)
{
	int64_t number;

	return parse_i64(text, 10, &number) == 0 ? value_int(number) : value_string(text);
}

/* What a text stands for in a fact of this type; null: nothing. */
static struct value value_of(const struct fact_def *def, const char *text)
{
	struct error err;
	int64_t number;

	switch (def->type) {
	case FACT_BOOL:
		return value_bool(strcmp(text, "true") == 0);
	case FACT_COUNT:
		return quantity_parse(text, def, &number, &err) < 0 ? value_null()
								    : value_int(number);
	case FACT_SCALAR:
		return scalar_of(text);
	case FACT_STRING:
	case FACT_VERSION:
	case FACT_STRINGS:
		return value_string(text);
	default:
		return value_null();
	}
}

/* "a,b,c" without one of its members; NULL: nothing is left. */
static const char *without(struct arena *arena, const char *list, const char *member)
{
	const char *left = NULL;

	for (const char *at = list; *at;) {
		size_t len = strcspn(at, ",");

		if (len != strlen(member) || strncmp(at, member, len) != 0)
			left = left ? arena_printf(arena, "%s,%.*s", left, (int)len, at)
				    : arena_strndup(arena, at, len);
		at += len + (at[len] == ',');
	}
	return left;
}

static void remove_parameter(struct planner *planner, const struct step *step, const char *fact)
{
	const char *now = facts_string(planner->facts, fact);
	const char *left = now && step->value ? without(planner->arena, now, step->value) : NULL;

	if (now)
		planner_assume(planner, fact, left ? value_string(left) : value_null());
}

/* A list of texts gets one more. */
static struct value added(struct planner *planner, const struct fact *fact, struct value item)
{
	struct list list = { 0 };

	for (uint32_t i = 0; fact->value.kind == VALUE_LIST && i < fact->value.len; i++)
		list_add(planner->arena, &list, fact->value.items[i]);
	list_add(planner->arena, &list, item);
	return list_value(&list);
}

static void give(struct planner *planner, const struct step *step)
{
	const struct fact *fact = facts_get(planner->facts, step->name);
	struct value value = step->operand;

	if (!fact)
		return;
	if (value.kind == VALUE_NULL)
		value = value_of(fact->def, step->value);
	if (fact->def->type == FACT_STRINGS && value.kind == VALUE_STRING)
		value = added(planner, fact, value);
	planner_assume(planner, step->name, value);
}

static void give_hugepages(struct planner *planner, const struct step *step)
{
	const char *free_fact = arena_printf(planner->arena, "hugepages.%s", step->name);
	const char *total_fact = arena_printf(planner->arena, "%s.total", free_fact);
	int64_t total = facts_int(planner->facts, total_fact, 0), wanted;

	if (!step->value || parse_i64(step->value, 10, &wanted) < 0 || wanted <= total)
		return;
	planner_assume(planner, free_fact,
		       value_int(facts_int(planner->facts, free_fact, 0) + wanted - total));
	planner_assume(planner, total_fact, value_int(wanted));
}

static const char *fact_of(struct planner *planner, const char *prefix, const struct step *step)
{
	return arena_printf(planner->arena, "%s%s", prefix, step->name);
}

void planner_carry_out(struct planner *planner, const struct change *change, bool *ret_stages)
{
	*ret_stages = false;
	for (size_t i = 0; i < change->n_steps; i++) {
		const struct step *step = &change->steps[i];

		switch (step->kind) {
		case STEP_MODULE:
			planner_assume(planner, fact_of(planner, "kernel.module.", step),
				       value_string("loaded"));
			break;
		case STEP_UNBLOCK:
			planner_assume(planner, fact_of(planner, "kernel.module_blocked.", step),
				       value_bool(false));
			break;
		case STEP_SYSCTL:
			planner_assume(planner, fact_of(planner, "kernel.sysctl.", step),
				       scalar_of(step->value));
			break;
		case STEP_CMDLINE:
			planner_assume(planner, fact_of(planner, "kernel.cmdline.", step),
				       value_string(step->value ? step->value : ""));
			break;
		case STEP_CMDLINE_REMOVE:
			remove_parameter(planner, step, fact_of(planner, "kernel.cmdline.", step));
			break;
		case STEP_ENABLE:
		case STEP_DISABLE:
			planner_assume(planner, fact_of(planner, "service.active.", step),
				       value_bool(step->kind == STEP_ENABLE));
			break;
		case STEP_HUGEPAGES:
			give_hugepages(planner, step);
			break;
		case STEP_SWAP_OFF:
			planner_assume(planner, "swaps", value_list(NULL, 0));
			planner_assume(planner, "swap.total", value_int(0));
			break;
		case STEP_GIVES:
			give(planner, step);
			*ret_stages = true;
			break;
		case STEP_PACKAGE:
		case STEP_MODULE_OPTION:
		case STEP_FIRMWARE:
		case STEP_RUN:
		case N_STEP_KINDS:
			break;
		}
	}
	planner_settle(planner);
}
