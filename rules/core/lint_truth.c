/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lint: expressions that come to the same on every host. Where an expression only compares facts
 * with constants, a fact's value matters but by which side of each constant it is on: trying one
 * value of each side tries them all.
 */
#include <string.h>

#include "core/facts.h"
#include "core/lint.h"
#include "core/util.h"

/* More combinations than this are not tried: then nothing is said. */
#define MAX_COMBINATIONS 20000
#define MAX_NAMES	 8
#define MAX_VALUES	 48

struct trial_fact {
	const char *name;
	struct value values[MAX_VALUES];
	size_t n_values;
	size_t at; /* which one is tried */
};

struct trial {
	struct arena *arena;
	const struct cel_expr *expr;
	const struct fact_def *list; /* whose fields are in sight; NULL: none */
	struct trial_fact facts[MAX_NAMES];
	size_t n_facts;
};

static struct trial_fact *fact_of(struct trial *trial, const char *name)
{
	for (size_t i = 0; i < trial->n_facts; i++)
		if (strcmp(trial->facts[i].name, name) == 0)
			return &trial->facts[i];
	return NULL;
}

static bool add_value(struct trial_fact *fact, struct value value)
{
	for (size_t i = 0; i < fact->n_values; i++) {
		const struct value *other = &fact->values[i];

		if (other->kind != value.kind)
			continue;
		if (value.kind == VALUE_NULL || (value.kind == VALUE_BOOL && other->b == value.b) ||
		    (value.kind == VALUE_INT && other->i == value.i) ||
		    (value.kind == VALUE_STRING && value_is(other, value.s)))
			return true;
	}
	if (fact->n_values == MAX_VALUES)
		return false;
	fact->values[fact->n_values++] = value;
	return true;
}

static bool add_number(struct trial_fact *fact, int64_t number)
{
	return add_value(fact, value_int(number - 1)) && add_value(fact, value_int(number)) &&
	       add_value(fact, value_int(number + 1));
}

/* The words of `values`, and for a text that can be any the constants and another one. */
static bool add_texts(struct trial *trial, struct trial_fact *fact, const char *values)
{
	char *rest = arena_strdup(trial->arena, values ? values : "some-other-text"), *word;

	while ((word = strsep(&rest, " ")))
		if (*word && !add_value(fact, value_string(word)))
			return false;
	return true;
}

/* Values that differ for this expression: of each constant in it both sides. */
static bool add_constants(struct trial_fact *fact, const struct cel_expr *expr,
			  const struct fact_def *def)
{
	for (uint16_t i = 0; i < expr->n_nodes; i++) {
		const struct cel_node *node = &expr->nodes[i];

		if (node->op != CEL_CONST)
			continue;
		if (node->value.kind == VALUE_INT && def->type != FACT_STRING &&
		    !add_number(fact, node->value.i))
			return false;
		if (node->value.kind == VALUE_STRING && !def->values && def->type != FACT_COUNT &&
		    !add_value(fact, node->value))
			return false;
		if (node->value.kind == VALUE_LIST)
			for (uint32_t k = 0; k < node->value.len; k++) {
				const struct value *item = &node->value.items[k];

				if (item->kind == VALUE_INT && !add_number(fact, item->i))
					return false;
				if (item->kind == VALUE_STRING && !def->values &&
				    def->type != FACT_COUNT && !add_value(fact, *item))
					return false;
			}
	}
	return true;
}

/* Of a field or a fact. */
static const struct fact_def *definition_of(const struct trial *trial, const char *name,
					    struct fact_def *of_field)
{
	for (const struct field_def *field = trial->list ? trial->list->fields : NULL;
	     field && field->name; field++) {
		if (strcmp(field->name, name) != 0)
			continue;
		*of_field = (struct fact_def){ .name = name, .type = field->type };
		return of_field;
	}
	return fact_def_of(name, NULL);
}

/* All values of the fact that this expression can tell apart; false: too many, or unlike these. */
static bool add_values(struct trial *trial, struct trial_fact *fact)
{
	struct fact_def of_field;
	const struct fact_def *def = definition_of(trial, fact->name, &of_field);

	if (!def)
		return false;
	if (def->type == FACT_BOOL)
		return add_value(fact, value_bool(false)) && add_value(fact, value_bool(true));
	if (!add_value(fact, value_null()) || !add_constants(fact, trial->expr, def))
		return false;
	switch (def->type) {
	case FACT_COUNT:
		return add_value(fact, value_int(0));
	case FACT_SCALAR:
		return add_value(fact, value_int(0)) && add_texts(trial, fact, NULL);
	case FACT_STRING:
		return add_texts(trial, fact, def->values);
	case FACT_BOOL:
	case FACT_VERSION:
	case FACT_STRINGS:
	case FACT_RECORDS:
	case FACT_MAP:
	case N_FACT_TYPES:
		break;
	}
	return false;
}

/* Operators that only compare and combine: no arithmetic, no parts of texts, no lists of records. */
static bool is_plain(const struct cel_expr *expr)
{
	for (uint16_t i = 0; i < expr->n_nodes; i++) {
		const struct cel_node *node = &expr->nodes[i];

		switch (node->op) {
		case CEL_CONST:
		case CEL_NAME:
		case CEL_PRESENT:
		case CEL_NOT:
		case CEL_AND:
		case CEL_OR:
		case CEL_COND:
		case CEL_LIST:
			continue;
		case CEL_CALL:
			if (node->flags & CEL_VERSIONS)
				return false;
			if (node->arg >= CEL_FN_EQUAL && node->arg <= CEL_FN_IN)
				continue;
			return false;
		default:
			return false;
		}
	}
	return true;
}

/* Two facts compared with each other would need values chosen together. */
static bool compares_names(const struct cel_expr *expr)
{
	for (uint16_t i = 0; i < expr->n_nodes; i++) {
		const struct cel_node *node = &expr->nodes[i];
		size_t names = 0;

		if (node->op != CEL_CALL)
			continue;
		for (uint16_t kid = node->kid; kid; kid = expr->nodes[kid].next)
			names += expr->nodes[kid].op == CEL_NAME;
		if (names > 1)
			return true;
	}
	return false;
}

static bool resolve(void *ctx, const char *name, struct value *ret)
{
	struct trial *trial = ctx;
	const struct trial_fact *fact = fact_of(trial, name);

	if (!fact)
		return false;
	*ret = fact->values[fact->at];
	return true;
}

/* On to the next combination; false where all have been tried. */
static bool advance(struct trial *trial)
{
	for (size_t i = 0; i < trial->n_facts; i++) {
		if (++trial->facts[i].at < trial->facts[i].n_values)
			return true;
		trial->facts[i].at = 0;
	}
	return false;
}

static enum lint_truth try_all(struct trial *trial)
{
	const struct cel_scope scope = { .resolve = resolve, .ctx = trial };
	bool seen_true = false, seen_false = false, seen_value = false;

	do {
		struct arena arena = { 0 };
		struct value value = cel_eval(trial->expr, &scope, &arena);

		/* An error, of an absent number that is compared, is no yes. */
		seen_value |= value.kind == VALUE_BOOL;
		seen_true |= value.kind == VALUE_BOOL && value.b;
		seen_false |= value.kind != VALUE_BOOL || !value.b;
		arena_free(&arena);
	} while (!(seen_true && seen_false) && advance(trial));
	if ((seen_true && seen_false) || !seen_value)
		return LINT_VARIES;
	return seen_true ? LINT_ALWAYS : LINT_NEVER;
}

enum lint_truth lint_truth_of(struct arena *arena, const struct cel_expr *expr, const char *list)
{
	struct trial *trial = arena_alloc(arena, sizeof(*trial));
	size_t combinations = 1;
	const char *name;
	uint16_t at = 0;

	trial->arena = arena;
	trial->expr = expr;
	trial->list = list ? fact_def_of(list, NULL) : NULL;
	if (!is_plain(expr) || compares_names(expr))
		return LINT_VARIES;
	while ((name = cel_expr_name(expr, &at))) {
		struct trial_fact *fact = &trial->facts[trial->n_facts];

		if (trial->n_facts == MAX_NAMES)
			return LINT_VARIES;
		fact->name = name;
		trial->n_facts++;
		if (!add_values(trial, fact))
			return LINT_VARIES;
		combinations *= fact->n_values;
		if (combinations > MAX_COMBINATIONS)
			return LINT_VARIES;
	}
	return try_all(trial);
}
