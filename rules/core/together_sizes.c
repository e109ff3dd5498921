/* SPDX-License-Identifier: GPL-2.0-or-later */
/* together: what roles on one host take from each other, added up */
#include <stdlib.h>
#include <string.h>

#include "core/same.h"
#include "core/together.h"
#include "core/util.h"

/* Everything else is shared. A name that ends in a dot stands for all that begin so. */
static const char *const sizes[] = {
	"memory.total", "memory.available",   "cpu.cores",	    "cpu.threads", "hugepages.2M",
	"hugepages.1G", "hugepages.2M.total", "hugepages.1G.total", "disk.unused", "disk.root_free",
	"disk.free.",	"lvm.vg_free",	      "nic.dpdk.free",
};

static bool adds_up(const struct need *need)
{
	if (need->op != OP_MINIMUM || need->kind != NEED_FACT || need->operand.kind != VALUE_INT)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		if (strcmp(need->fact, sizes[i]) == 0 ||
		    (ends_with(sizes[i], ".") && starts_with(need->fact, sizes[i])))
			return true;
	return false;
}

/* --- one resource under two names --- */

/* Free space of one file system is the same to the byte; what is written meanwhile moves it. */
#define NEAR_BYTES INT64_C(67108864)

static bool is_space(const char *fact)
{
	return starts_with(fact, "disk.free.") || strcmp(fact, "disk.root_free") == 0;
}

/* Do both name the same thing? Of paths only the free space tells, and not always for certain. */
static enum tri same_resource(struct judgement *judgement, const char *a, const char *b)
{
	const struct value *one, *other;

	if (strcmp(a, b) == 0)
		return TRI_TRUE;
	if (!is_space(a) || !is_space(b))
		return TRI_FALSE;
	one = &facts_get(judgement->facts, a)->value;
	other = &facts_get(judgement->facts, b)->value;
	if (one->kind != VALUE_INT || other->kind != VALUE_INT)
		return TRI_UNKNOWN;
	if (one->i == other->i)
		return TRI_TRUE;
	return llabs(one->i - other->i) < NEAR_BYTES ? TRI_UNKNOWN : TRI_FALSE;
}

/* --- sums --- */

static int64_t amount_of(const struct ask *ask)
{
	const struct finding *finding = ask->use->finding;

	if (ask->need->scale && finding->asked.kind == VALUE_INT)
		return finding->asked.i;
	return ask->need->operand.i;
}

/* The resource whose uses are added up, and how surely and how strongly they must ask for it. */
struct sum {
	const char *fact;
	enum tri at_least; /* what names it for certain, or what may */
	enum weight weight;
	int64_t total;
	size_t n_tenants; /* that add to it */
};

static bool belongs(struct table *table, const struct sum *sum, const struct ask *ask)
{
	return adds_up(ask->need) && (enum weight)ask->use->use->weight >= sum->weight &&
	       same_resource(table->judgement, sum->fact, ask->need->fact) >= sum->at_least;
}

/* Did a tenant before this one say the very same? Then it is of the host and counted already. */
static bool is_counted(const struct table *table, size_t tenant, const struct ask *ask)
{
	for (size_t i = 0; i < tenant; i++)
		for (size_t k = 0; k < table->asks[i].len; k++)
			if (is_shared(&table->asks[i].items[k], ask))
				return true;
	return false;
}

/* The most that the tenant asks for, without what was counted before. */
static int64_t adds(struct table *table, const struct sum *sum, size_t tenant)
{
	int64_t most = 0, counted = 0;

	for (size_t i = 0; i < table->asks[tenant].len; i++) {
		const struct ask *ask = &table->asks[tenant].items[i];

		if (!belongs(table, sum, ask))
			continue;
		if (amount_of(ask) > most)
			most = amount_of(ask);
		if (amount_of(ask) > counted && is_counted(table, tenant, ask))
			counted = amount_of(ask);
	}
	return most > counted ? most - counted : 0;
}

static void add_up(struct table *table, struct sum *sum)
{
	sum->total = 0;
	sum->n_tenants = 0;
	for (size_t i = 0; i < table->n; i++) {
		int64_t one = adds(table, sum, i);

		sum->total = sum->total > INT64_MAX - one ? INT64_MAX : sum->total + one;
		sum->n_tenants += one > 0;
	}
}

/* Only of several: what one asks by itself its own need tells. */
static bool look_at_sum(struct table *table, struct sum *sum, const struct ask *ask)
{
	struct judgement *judgement = table->judgement;
	const enum basis basis = table->tenants[0].role->basis;
	struct together_reason reason = { .kind = TOGETHER_SIZE, .a = &table->tenants[0] };

	add_up(table, sum);
	if (sum->n_tenants < 2 || (basis == BASIS_NEW && ask->need->deferred))
		return false;
	reason.need = need_of_amount(judgement, ask->need, sum->total);
	reason.finding = find_amount(judgement, reason.need, basis);
	if (reason.finding->outcome == OUTCOME_MET)
		return false;
	reason.interval = reason.finding->interval;
	if (sum->weight != WEIGHT_HARD)
		reason.interval =
			(struct interval){ LEVEL_LIMITED, reason.finding->outcome == OUTCOME_UNMET
								  ? LEVEL_LIMITED
								  : LEVEL_READY };
	if (sum->at_least != TRI_TRUE)
		reason.interval.best = LEVEL_READY;
	return add_reason(table, &reason);
}

/* Hard needs for certain, what may be of one file system, and recommendations: the first that tells. */
static bool look_at_resource(struct table *table, const struct ask *ask)
{
	static const struct {
		enum tri at_least;
		enum weight weight;
	} looks[] = {
		{ TRI_TRUE, WEIGHT_HARD },
		{ TRI_UNKNOWN, WEIGHT_HARD },
		{ TRI_TRUE, WEIGHT_RECOMMENDED },
	};
	size_t before = table->n_reasons;

	for (size_t i = 0; i < ARRAY_SIZE(looks) && table->n_reasons == before; i++) {
		struct sum sum = { .fact = ask->need->fact,
				   .at_least = looks[i].at_least,
				   .weight = looks[i].weight };

		if (looks[i].at_least != TRI_TRUE && !is_space(sum.fact))
			continue;
		if (look_at_sum(table, &sum, ask))
			return true;
	}
	return false;
}

/* Each resource once: by the first that asks for it. */
static bool is_first_of(struct table *table, size_t tenant, size_t at)
{
	const struct ask *ask = &table->asks[tenant].items[at];

	for (size_t i = 0; i <= tenant; i++)
		for (size_t k = 0; k < (i < tenant ? table->asks[i].len : at); k++) {
			const struct need *other = table->asks[i].items[k].need;

			if (adds_up(other) && same_resource(table->judgement, other->fact,
							    ask->need->fact) == TRI_TRUE)
				return false;
		}
	return true;
}

bool sum_sizes(struct table *table)
{
	if (table->n < 2)
		return false;
	for (size_t i = 0; i < table->n; i++)
		for (size_t k = 0; k < table->asks[i].len; k++)
			if (adds_up(table->asks[i].items[k].need) && is_first_of(table, i, k) &&
			    look_at_resource(table, &table->asks[i].items[k]))
				return true;
	return false;
}

/* --- disks, each of one role alone --- */

/* A role that takes records of a list for itself: as many, of those that suit it. */
struct taker {
	const struct ask *ask;
	size_t tenant;
	int64_t n; /* without what it can have together with others */
	int64_t perhaps; /* of these may be had together with others, too */
	enum tri *suits; /* by record */
};

/* Fields that an installation sets: who asks for such a record asks for it alone. */
static bool takes_for_itself(const struct need *need)
{
	uint16_t at = 0;
	const char *name;

	if (need->kind != NEED_COUNT || need->op != OP_MINIMUM || !need->expr)
		return false;
	while ((name = cel_expr_name(need->expr, &at)))
		for (size_t i = 0; i < need->shortfall->n_new_system; i++)
			if (value_is(&need->shortfall->new_system[i].key, name))
				return true;
	return false;
}

/* The record as somebody else has it: what an installation sets is not so. */
static struct value taken(struct judgement *judgement, const struct value *record,
			  const struct shortfall *shortfall)
{
	struct value_entry *entries =
		arena_alloc(&judgement->arena, (record->len ? record->len : 1) * sizeof(*entries));

	for (uint32_t i = 0; i < record->len; i++) {
		entries[i] = record->entries[i];
		for (size_t k = 0; k < shortfall->n_new_system; k++)
			if (shortfall->new_system[k].value.kind == VALUE_BOOL &&
			    value_same(&entries[i].key, &shortfall->new_system[k].key))
				entries[i].value = value_bool(!shortfall->new_system[k].value.b);
	}
	return value_map(entries, record->len);
}

static void fill_taker(struct judgement *judgement, const struct value *list, enum basis basis,
		       struct taker *taker)
{
	const struct need *need = taker->ask->need;

	taker->n = need->operand.i;
	taker->suits =
		arena_alloc(&judgement->arena, (list->len ? list->len : 1) * sizeof(*taker->suits));
	for (uint32_t i = 0; i < list->len; i++) {
		struct value other = taken(judgement, &list->items[i], need->shortfall);
		enum tri shared = evaluate(judgement, need->expr, &other, NULL, BASIS_RUNNING).tri;

		/* One that others have and that suits nevertheless can be shared. */
		if (shared == TRI_TRUE) {
			taker->n -= taker->n > 0;
			taker->suits[i] = TRI_FALSE;
			continue;
		}
		taker->perhaps += shared == TRI_UNKNOWN;
		taker->suits[i] =
			evaluate(judgement, need->expr, &list->items[i], need->shortfall, basis)
				.tri;
	}
}

/* Of one role the largest of its takings: the others are of the same records. */
static size_t find_takers(struct table *table, enum weight weight, const char *list,
			  struct taker *takers)
{
	size_t n = 0;

	for (size_t i = 0; i < table->n; i++) {
		const struct ask *most = NULL;

		for (size_t k = 0; k < table->asks[i].len; k++) {
			const struct ask *ask = &table->asks[i].items[k];

			if ((enum weight)ask->use->use->weight >= weight &&
			    takes_for_itself(ask->need) && strcmp(ask->need->fact, list) == 0 &&
			    (!most || ask->need->operand.i > most->need->operand.i))
				most = ask;
		}
		if (most)
			takers[n++] = (struct taker){ .ask = most, .tenant = i };
	}
	return n;
}

/* Kuhn's search for an augmenting path, over records and one place of a taker. */
struct matching {
	const struct taker *takers;
	const size_t *places; /* the taker of each place */
	size_t *holders; /* of each record the place that has it, from 1; 0: nobody */
	bool *seen;
	size_t n_records;
	enum tri at_least;
};

static bool place(struct matching *matching, size_t at)
{
	const struct taker *taker = &matching->takers[matching->places[at]];

	for (size_t i = 0; i < matching->n_records; i++) {
		if (taker->suits[i] < matching->at_least || matching->seen[i])
			continue;
		matching->seen[i] = true;
		if (!matching->holders[i] || place(matching, matching->holders[i] - 1)) {
			matching->holders[i] = at + 1;
			return true;
		}
	}
	return false;
}

/* More than any host has; who asks for more is told by its own need. */
#define MOST_PLACES 512

/* Can each be given its own? Of those that suit at least so surely. */
static bool all_placed(struct judgement *judgement, const struct taker *takers, size_t n,
		       size_t n_records, enum tri at_least)
{
	size_t places[MOST_PLACES], n_places = 0;
	struct matching matching = {
		.takers = takers,
		.places = places,
		.holders = arena_alloc(&judgement->arena, (n_records + 1) * sizeof(size_t)),
		.seen = arena_alloc(&judgement->arena, n_records + 1),
		.n_records = n_records,
		.at_least = at_least,
	};

	for (size_t i = 0; i < n; i++) {
		int64_t open = at_least == TRI_TRUE ? 0 : takers[i].perhaps;

		for (int64_t k = open; k < takers[i].n && n_places < MOST_PLACES; k++)
			places[n_places++] = i;
	}
	if (n_places > n_records)
		return false;
	for (size_t i = 0; i < n_places; i++) {
		memset(matching.seen, 0, n_records);
		if (!place(&matching, i))
			return false;
	}
	return true;
}

static bool share_list(struct table *table, enum weight weight, const char *name)
{
	struct judgement *judgement = table->judgement;
	const struct value *list = &facts_get(judgement->facts, name)->value;
	const enum basis basis = table->tenants[0].role->basis;
	struct taker *takers = arena_alloc(&judgement->arena, table->n * sizeof(*takers));
	size_t n = find_takers(table, weight, name, takers);
	struct together_reason reason = { .kind = TOGETHER_DISKS };
	bool open;

	if (n < 2)
		return false;
	for (size_t i = 0; i < n; i++) {
		reason.asked += takers[i].ask->need->operand.i;
		fill_taker(judgement, list->kind == VALUE_LIST ? list : &(struct value){ 0 }, basis,
			   &takers[i]);
	}
	reason.have = list->kind == VALUE_LIST ? list->len : 0;
	if (all_placed(judgement, takers, n, (size_t)reason.have, TRI_TRUE))
		return false;
	open = list->kind == VALUE_UNKNOWN || list->partial ||
	       all_placed(judgement, takers, n, (size_t)reason.have, TRI_UNKNOWN);
	reason.a = &table->tenants[takers[0].tenant];
	reason.b = &table->tenants[takers[1].tenant];
	reason.need = takers[0].ask->need;
	reason.other = takers[1].ask->need;
	reason.interval = weight == WEIGHT_HARD ? (struct interval){ LEVEL_NO, LEVEL_NO }
						: (struct interval){ LEVEL_LIMITED, LEVEL_LIMITED };
	if (open)
		reason.interval.best = LEVEL_READY;
	return add_reason(table, &reason);
}

bool share_disks(struct table *table)
{
	size_t before = table->n_reasons;

	if (table->n < 2)
		return false;
	if (share_list(table, WEIGHT_HARD, "disks"))
		return true;
	return table->n_reasons == before && share_list(table, WEIGHT_RECOMMENDED, "disks");
}
