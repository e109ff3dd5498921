/* SPDX-License-Identifier: GPL-2.0-or-later */
/* together: is there a distribution that suits two roles? */
#include <string.h>

#include "core/together.h"
#include "core/util.h"

/* More than two roles' rules name. */
#define MOST_NAMES 128

/* Texts that rules name: ids of distributions, and versions, which begin with a digit. */
struct names {
	const char *ids[MOST_NAMES];
	size_t n_ids;
	const char *versions[MOST_NAMES];
	size_t n_versions;
};

/* What a distribution would be: its id and its version. */
struct system {
	const char *id, *version;
};

static bool is_of_system(const char *name)
{
	return strcmp(name, "os.id") == 0 || strcmp(name, "os.version") == 0;
}

/* Does the ask hang on the distribution and nothing else? */
static bool asks_for_system(const struct need *need)
{
	uint16_t at = 0;
	const char *name;
	bool any = false;

	if (need->kind == NEED_FACT)
		return is_of_system(need->fact);
	while (need->kind == NEED_CHECK && (name = cel_expr_name(need->expr, &at))) {
		if (!is_of_system(name))
			return false;
		any = true;
	}
	return any;
}

static void add_name(const char **names, size_t *n, const char *text)
{
	for (size_t i = 0; i < *n; i++)
		if (strcmp(names[i], text) == 0)
			return;
	if (*n < MOST_NAMES)
		names[(*n)++] = text;
}

/* Beside each version one right behind it: "above 7 and below 7.9" names none that fits. */
static void add_value(struct arena *arena, struct names *names, const struct value *value)
{
	for (uint32_t i = 0; value->kind == VALUE_LIST && i < value->len; i++)
		add_value(arena, names, &value->items[i]);
	if (value->kind != VALUE_STRING)
		return;
	if (value->s[0] < '0' || value->s[0] > '9') {
		add_name(names->ids, &names->n_ids, value->s);
		return;
	}
	add_name(names->versions, &names->n_versions, value->s);
	add_name(names->versions, &names->n_versions, arena_printf(arena, "%s.1", value->s));
}

static void add_names(struct arena *arena, struct names *names, const struct need *need)
{
	if (need->kind == NEED_FACT)
		add_value(arena, names, &need->operand);
	for (uint16_t i = 0; need->kind == NEED_CHECK && i < need->expr->n_nodes; i++)
		if (need->expr->nodes[i].op == CEL_CONST)
			add_value(arena, names, &need->expr->nodes[i].value);
}

static bool resolve(void *ctx, const char *name, struct value *ret)
{
	const struct system *system = ctx;

	if (!is_of_system(name)) {
		static const struct value_unknown other = { .reason = UNKNOWN_UNSUPPORTED };

		*ret = (struct value){ .kind = VALUE_UNKNOWN, .unknown = &other };
		return true;
	}
	*ret = value_string(strcmp(name, "os.id") == 0 ? system->id : system->version);
	return true;
}

/* False only where it is certain: other facts than the distribution are not known here. */
static bool may_hold(struct arena *arena, const struct cel_expr *expr, const struct system *system)
{
	const struct cel_scope scope = { .resolve = resolve, .ctx = (void *)system };
	const struct value value = cel_eval(expr, &scope, arena);

	return value.kind != VALUE_BOOL || value.b;
}

static bool takes(struct arena *arena, const struct ask *ask, const struct system *system)
{
	const struct need *need = ask->need;
	struct value value;

	if (ask->use->use->when && !may_hold(arena, ask->use->use->when, system))
		return true;
	if (need->kind == NEED_CHECK)
		return may_hold(arena, need->expr, system);
	resolve((void *)system, need->fact, &value);
	return compare(need->op, &value, &need->operand, NULL,
		       fact_def_of(need->fact, NULL)->type == FACT_VERSION) != TRI_FALSE;
}

static bool all_take(struct arena *arena, const struct asks *asks, enum weight weight,
		     const struct system *system)
{
	for (size_t i = 0; i < asks->len; i++)
		if ((enum weight)asks->items[i].use->use->weight >= weight &&
		    asks_for_system(asks->items[i].need) && !takes(arena, &asks->items[i], system))
			return false;
	return true;
}

/* The ask that stands for them all in what is said, and the names that they mention. */
static const struct ask *collect(struct arena *arena, const struct asks *asks, enum weight weight,
				 struct names *names, bool *ret_met)
{
	const struct ask *first = NULL;

	for (size_t i = 0; i < asks->len; i++) {
		const struct ask *ask = &asks->items[i];

		if ((enum weight)ask->use->use->weight < weight || !asks_for_system(ask->need))
			continue;
		add_names(arena, names, ask->need);
		*ret_met &= ask->met;
		first = first ? first : ask;
	}
	return first;
}

static bool one_suits_both(struct arena *arena, const struct asks *a, const struct asks *b,
			   enum weight weight, const struct names *names)
{
	bool a_takes_any = false, b_takes_any = false;

	for (size_t i = 0; i < names->n_ids; i++)
		for (size_t k = 0; k < names->n_versions; k++) {
			const struct system system = { names->ids[i], names->versions[k] };
			bool one = all_take(arena, a, weight, &system);
			bool other = all_take(arena, b, weight, &system);

			if (one && other)
				return true;
			a_takes_any |= one;
			b_takes_any |= other;
		}
	/* What takes none that was tried asks for more than is understood here. */
	return !a_takes_any || !b_takes_any;
}

bool agree_on_distribution(struct table *table, size_t a, size_t b)
{
	static const enum weight weights[] = { WEIGHT_HARD, WEIGHT_RECOMMENDED };
	struct arena *arena = &table->judgement->arena;

	for (size_t i = 0; i < ARRAY_SIZE(weights); i++) {
		struct names names = {
			.ids = { "another" },
			.n_ids = 1,
			.versions = { "0" },
			.n_versions = 1,
		};
		bool met = true;
		const struct ask *one = collect(arena, &table->asks[a], weights[i], &names, &met);
		const struct ask *other = collect(arena, &table->asks[b], weights[i], &names, &met);
		struct together_reason reason = {
			.kind = TOGETHER_DISTRIBUTION,
			.interval = { LEVEL_NO, LEVEL_NO },
			.a = &table->tenants[a],
			.b = &table->tenants[b],
		};

		if (!one || !other || met ||
		    one_suits_both(arena, &table->asks[a], &table->asks[b], weights[i], &names))
			continue;
		reason.need = one->need;
		reason.other = other->need;
		if (weights[i] != WEIGHT_HARD)
			reason.interval = (struct interval){ LEVEL_LIMITED, LEVEL_LIMITED };
		return add_reason(table, &reason);
	}
	return false;
}
