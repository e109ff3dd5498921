/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan: what facts must be for a need to be met */
#include <string.h>

#include "cel/wish.h"
#include "core/evaluate.h"
#include "core/planner.h"
#include "core/util.h"

/* Where an expression is wished true: over the facts, or over one record. */
struct granting {
	struct planner *planner;
	const struct value *record;
};

static bool resolve(void *ctx, const char *name, struct value *ret)
{
	const struct granting *granting = ctx;
	const struct value *field = granting->record ? value_get(granting->record, name) : NULL;
	const struct fact *fact;

	if (field) {
		*ret = *field;
		return true;
	}
	fact = facts_get(granting->planner->facts, name);
	*ret = fact ? fact->value : value_null();
	return fact || granting->record;
}

static struct value some_of(enum fact_type type, const char *values, struct arena *arena)
{
	switch (type) {
	case FACT_BOOL:
		return value_bool(true);
	case FACT_COUNT:
	case FACT_SCALAR:
		return value_int(1);
	case FACT_STRING:
		return value_string(values ? arena_strndup(arena, values, strcspn(values, " "))
					   : "planned");
	case FACT_VERSION:
		return value_string("1");
	default:
		return value_null();
	}
}

static struct value some(void *ctx, const char *name)
{
	const struct granting *granting = ctx;
	const struct fact_def *def = fact_def_of(name, NULL);

	return def ? some_of(def->type, def->values, granting->planner->arena) : value_null();
}

/* False, none, and nothing: what is wished for is set on top. */
static struct value blank_record(struct arena *arena, const struct fact_def *def)
{
	struct record record = { 0 };

	for (const struct field_def *field = def->fields; field && field->name; field++)
		record_add(arena, &record, field->name,
			   field->type == FACT_BOOL	 ? value_bool(false)
			   : field->type == FACT_STRINGS ? value_list(NULL, 0)
							 : value_null());
	return record_value(&record);
}

static struct value blank(void *ctx, const char *list)
{
	const struct granting *granting = ctx;
	const struct fact_def *def = fact_def_of(list, NULL);

	if (!def || def->type != FACT_RECORDS)
		return value_null();
	return blank_record(granting->planner->arena, def);
}

bool planner_is_given(const char *name)
{
	static const char *const names[] = {
		"host.arch",	    "host.vm",	  "host.container", "host.virtualization",
		"host.environment", "host.init",  "cpu.vendor",	    "cpu.model",
		"host.vendor",	    "host.model", "xen.dom0",	    "xen.domu"
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return starts_with(name, "os.");
}

static bool given(void *ctx, const char *name)
{
	(void)ctx;
	return planner_is_given(name);
}

static bool wish_for(struct granting *granting, const struct cel_expr *expr, struct cel_wishes *ret)
{
	const struct cel_scope scope = { .resolve = resolve, .ctx = granting };
	const struct cel_wisher wisher = {
		.scope = &scope,
		.some = some,
		.blank = blank,
		.given = given,
		.ctx = granting,
		.arena = granting->planner->arena,
	};

	return cel_wish(expr, &wisher, ret);
}

static bool grant_expr(struct planner *planner, const struct cel_expr *expr)
{
	struct granting granting = { .planner = planner };
	struct cel_wishes wishes = { 0 };

	if (!wish_for(&granting, expr, &wishes))
		return false;
	for (size_t i = 0; i < wishes.len; i++)
		planner_assume(planner, wishes.items[i].name, wishes.items[i].value);
	return true;
}

/* --- one fact --- */

static struct value another(const struct fact_def *def, const struct value *than,
			    struct arena *arena)
{
	const char *rest = def->values;

	if (than->kind == VALUE_BOOL)
		return value_bool(!than->b);
	if (than->kind == VALUE_INT)
		return value_int(than->i + 1);
	while (rest && *rest) {
		size_t len = strcspn(rest, " ");

		if (than->kind != VALUE_STRING || strncmp(than->s, rest, len) != 0 || than->s[len])
			return value_string(arena_strndup(arena, rest, len));
		rest += len + strspn(rest + len, " ");
	}
	return value_null();
}

static struct value none_of(const struct fact *fact, const struct value *list, struct arena *arena)
{
	/* What is none as a word stands last among the values of some facts. */
	static const char *const words[] = { "none", "disabled", "permissive" };

	for (size_t i = 0; fact->def->values && i < ARRAY_SIZE(words); i++) {
		bool listed = !strstr(fact->def->values, words[i]);

		for (uint32_t k = 0; k < list->len; k++)
			listed |= value_is(&list->items[k], words[i]);
		if (!listed)
			return value_string(words[i]);
	}
	return list->len == 1 ? another(fact->def, &list->items[0], arena) : value_null();
}

static struct value with_all(struct arena *arena, const struct value *have,
			     const struct value *asked)
{
	struct list list = { 0 };

	for (uint32_t i = 0; have->kind == VALUE_LIST && i < have->len; i++)
		list_add(arena, &list, have->items[i]);
	for (uint32_t i = 0; i < asked->len; i++) {
		bool there = false;

		for (size_t k = 0; k < list.len && asked->items[i].kind == VALUE_STRING; k++)
			there |= value_is(&list.items[k], asked->items[i].s);
		if (!there)
			list_add(arena, &list, asked->items[i]);
	}
	return list_value(&list);
}

static bool grant_fact(struct planner *planner, const struct need *need)
{
	const struct fact *fact = facts_get(planner->facts, need->fact);
	const struct value *asked = &need->operand;
	struct value value = *asked;

	switch (need->op) {
	case OP_MINIMUM:
	case OP_MAXIMUM:
	case OP_EQUALS:
		break;
	case OP_NOT:
		value = another(fact->def, asked, planner->arena);
		break;
	case OP_IN:
		value = asked->items[0];
		break;
	case OP_NOT_IN:
		value = none_of(fact, asked, planner->arena);
		break;
	case OP_HAS:
		value = with_all(planner->arena, &fact->value, asked);
		break;
	case OP_PRESENT:
		value = some_of(fact->def->type, fact->def->values, planner->arena);
		break;
	case OP_ABSENT:
		value = value_null();
		break;
	case OP_NONE:
	case N_NEED_OPS:
		return false;
	}
	return planner_assume(planner, need->fact, value);
}

/* --- a count of records --- */

/* A record that fits, made from nothing; null: none can be made. */
static struct value fitting_record(struct planner *planner, const struct need *need,
				   const struct fact_def *def)
{
	struct value record = blank_record(planner->arena, def);
	struct granting granting = { .planner = planner, .record = &record };
	struct cel_wishes wishes = { 0 };
	struct record made = { 0 };

	if (need->expr && !wish_for(&granting, need->expr, &wishes))
		return value_null();
	for (uint32_t i = 0; i < record.len; i++) {
		struct value value = record.entries[i].value;

		for (size_t k = 0; k < wishes.len; k++)
			if (value_is(&record.entries[i].key, wishes.items[k].name))
				value = wishes.items[k].value;
		record_add(planner->arena, &made, record.entries[i].key.s, value);
	}
	return record_value(&made);
}

static bool fits(struct planner *planner, const struct need *need, const struct value *record,
		 enum basis basis)
{
	return !need->expr ||
	       evaluate(planner->trial, need->expr, record, need->shortfall, basis).tri == TRI_TRUE;
}

static bool grant_count(struct planner *planner, const struct need *need, enum basis basis)
{
	const struct fact *fact = facts_get(planner->facts, need->fact);
	const struct value *have = &fact->value;
	bool fewer = need->op == OP_MAXIMUM;
	struct list list = { 0 };
	struct value record;
	int64_t count = 0;

	if (need->operand.kind != VALUE_INT || need->op == OP_NOT)
		return false;
	for (uint32_t i = 0; have->kind == VALUE_LIST && i < have->len; i++) {
		bool counts = fits(planner, need, &have->items[i], basis);

		if (counts && count == need->operand.i && (fewer || need->op == OP_EQUALS))
			continue;
		count += counts;
		list_add(planner->arena, &list, have->items[i]);
	}
	record = fitting_record(planner, need, fact->def);
	for (; !fewer && count < need->operand.i; count++) {
		if (record.kind != VALUE_MAP)
			return false;
		list_add(planner->arena, &list, record);
	}
	return planner_assume(planner, need->fact, list_value(&list));
}

bool planner_grant(struct planner *planner, const struct need *need, enum basis basis)
{
	bool granted = false;

	switch (need->kind) {
	case NEED_FACT:
		granted = grant_fact(planner, need);
		break;
	case NEED_COUNT:
		granted = grant_count(planner, need, basis);
		break;
	case NEED_CHECK:
		granted = grant_expr(planner, basis == BASIS_NEW && need->hardware ? need->hardware
										   : need->expr);
		break;
	case NEED_CONFIRM:
		granted = need->op && need->fact && grant_fact(planner, need);
		break;
	case NEED_ANY:
	case NEED_ALL:
	case NEED_NOTE:
	case N_NEED_KINDS:
		break;
	}
	planner_settle(planner);
	return granted;
}
