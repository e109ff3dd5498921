/* SPDX-License-Identifier: GPL-2.0-or-later */
/* together: can roles share one host; and can one host carry a whole deployment? */
#include "core/together.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/util.h"
#include "host/host.h"

static const char *const kind_names[N_TOGETHER_KINDS] = {
	[TOGETHER_ROLE] = "role",     [TOGETHER_HOSTS] = "hosts",
	[TOGETHER_SYSTEM] = "system", [TOGETHER_EXCLUDES] = "excludes",
	[TOGETHER_PORT] = "port",     [TOGETHER_ABSENT] = "absent",
	[TOGETHER_VALUE] = "value",   [TOGETHER_DISTRIBUTION] = "distribution",
	[TOGETHER_DISKS] = "disks",   [TOGETHER_SIZE] = "size",
};

static const struct interval plain_no = { LEVEL_NO, LEVEL_NO };
static const struct interval limited = { LEVEL_LIMITED, LEVEL_LIMITED };

const char *together_kind_name(enum together_kind kind)
{
	return kind_names[kind];
}

static void lower(struct interval *interval, struct interval by)
{
	if (by.worst < interval->worst)
		interval->worst = by.worst;
	if (by.best < interval->best)
		interval->best = by.best;
}

bool add_reason(struct table *table, const struct together_reason *reason)
{
	struct arena *arena = &table->judgement->arena;

	lower(&table->interval, reason->interval);
	if (reason->kind != TOGETHER_ROLE && reason->kind != TOGETHER_HOSTS)
		lower(&table->between, reason->interval);
	if (!table->first_only) {
		table->reasons = arena_grown(arena, table->reasons, table->n_reasons, &table->size,
					     sizeof(*table->reasons));
		table->reasons[table->n_reasons++] = *reason;
	}
	return table->first_only && table->interval.best < LEVEL_LIMITED;
}

/* --- what each role asks --- */

static void add_ask(struct arena *arena, struct asks *asks, const struct use_finding *use,
		    const struct need *need, bool met)
{
	asks->items = arena_grown(arena, asks->items, asks->len, &asks->size, sizeof(*asks->items));
	asks->items[asks->len++] = (struct ask){ use, need, met };
	/* Of alternatives the role may take another; all of several are asked for each by itself. */
	for (size_t i = 0; need->kind == NEED_ALL && i < need->n_parts; i++)
		add_ask(arena, asks, use, need->parts[i], met);
}

static struct asks asks_of(struct judgement *judgement, const struct tenant *tenant)
{
	const struct role_finding *role = tenant->role;
	struct asks asks = { 0 };

	for (size_t i = 0; i < role->role->n_uses; i++) {
		const struct use_finding *use = &role->uses[i];

		if (use->use->weight != WEIGHT_OPTIONAL && use->outcome != OUTCOME_NOT_APPLICABLE)
			add_ask(&judgement->arena, &asks, use, use->use->need,
				use->outcome == OUTCOME_MET);
	}
	return asks;
}

static struct asks *gather(struct judgement *judgement, const struct tenant *tenants, size_t n)
{
	struct asks *asks = arena_alloc(&judgement->arena, (n ? n : 1) * sizeof(*asks));

	for (size_t i = 0; i < n; i++)
		asks[i] = asks_of(judgement, &tenants[i]);
	return asks;
}

struct interval conflict_of(struct judgement *judgement, const struct ask *a, const struct ask *b)
{
	const struct ask *const both[] = { a, b };
	struct interval interval = plain_no;

	for (size_t i = 0; i < ARRAY_SIZE(both); i++)
		if (both[i]->use->use->weight != WEIGHT_HARD)
			interval = limited;
	for (size_t i = 0; i < ARRAY_SIZE(both); i++) {
		const struct cel_expr *when = both[i]->use->use->when;

		if (when && evaluate_when(judgement, when, judgement->basis).tri != TRI_TRUE)
			interval.best = LEVEL_READY;
	}
	return interval;
}

/* Two programs may call their port by one word: only the same place says the same. */
static bool same_sources(const struct use *a, const struct use *b)
{
	if (a->n_sources != b->n_sources)
		return false;
	for (size_t i = 0; i < a->n_sources; i++)
		if (strcmp(a->sources[i], b->sources[i]) != 0)
			return false;
	return true;
}

bool is_shared(const struct ask *a, const struct ask *b)
{
	return a->need == b->need && strcmp(a->use->use->why, b->use->use->why) == 0 &&
	       same_sources(a->use->use, b->use->use);
}

/* --- two at a time --- */

/* "46/compute" */
static bool is_named(const struct tenant *tenant, const char *name)
{
	return strcmp(name, PATH("%" PRId64 "/%s", tenant->deployment->id,
				 tenant->role->role->name)) == 0;
}

static const struct ask *ask_for(const struct asks *asks, const struct need *need)
{
	for (size_t i = 0; i < asks->len; i++)
		if (asks->items[i].need == need)
			return &asks->items[i];
	return NULL;
}

static bool is_side(const struct table *table, size_t at, const struct need *need, const char *role)
{
	return need ? ask_for(&table->asks[at], need) != NULL : is_named(&table->tenants[at], role);
}

/* A statement of its publisher's stands whatever the weights of what it names. */
static bool exclude(struct table *table, size_t a, size_t b)
{
	const struct rules *rules = table->judgement->rules;

	for (size_t i = 0; i < rules->n_exclusions; i++) {
		const struct exclusion *one = &rules->exclusions[i];
		bool there = is_side(table, a, one->need, one->role) &&
			     is_side(table, b, one->other_need, one->other_role);
		bool back = !there && is_side(table, b, one->need, one->role) &&
			    is_side(table, a, one->other_need, one->other_role);
		const struct together_reason reason = {
			.kind = TOGETHER_EXCLUDES,
			.interval = one->weight == WEIGHT_HARD ? plain_no : limited,
			.a = &table->tenants[there ? a : b],
			.b = &table->tenants[there ? b : a],
			.exclusion = one,
		};

		if ((there || back) && add_reason(table, &reason))
			return true;
	}
	return false;
}

/* A role that brings its system leaves no other; those of one deployment share theirs. */
static bool systems(struct table *table, size_t a, size_t b)
{
	const struct tenant *one = &table->tenants[a], *other = &table->tenants[b];
	bool brings = one->role->role->brings_os;
	const struct together_reason reason = {
		.kind = TOGETHER_SYSTEM,
		.interval = plain_no,
		.a = brings ? one : other,
		.b = brings ? other : one,
	};

	if (!brings && !other->role->role->brings_os)
		return false;
	if (one->deployment == other->deployment && brings == other->role->role->brings_os)
		return false;
	return add_reason(table, &reason);
}

struct ports {
	uint64_t first, last;
	const char *proto;
};

/* "port.free.6443/tcp", "port.free.2379-2380/tcp" */
static bool read_ports(const struct need *need, struct ports *ret)
{
	static const char prefix[] = "port.free.";
	char *end;

	if (need->kind != NEED_FACT || need->op != OP_EQUALS || !starts_with(need->fact, prefix) ||
	    !need->operand.b)
		return false;
	ret->first = ret->last = strtoull(need->fact + strlen(prefix), &end, 10);
	if (*end == '-')
		ret->last = strtoull(end + 1, &end, 10);
	ret->proto = end + (*end != '\0');
	return *end == '/';
}

static bool share_ports(struct table *table, size_t a, size_t b)
{
	for (size_t i = 0; i < table->asks[a].len; i++) {
		const struct ask *one = &table->asks[a].items[i];
		struct ports mine, theirs;

		if (!read_ports(one->need, &mine))
			continue;
		for (size_t k = 0; k < table->asks[b].len; k++) {
			const struct ask *other = &table->asks[b].items[k];
			struct together_reason reason = {
				.kind = TOGETHER_PORT,
				.a = &table->tenants[a],
				.b = &table->tenants[b],
				.need = one->need,
				.other = other->need,
			};

			if (!read_ports(other->need, &theirs) || mine.first > theirs.last ||
			    theirs.first > mine.last || strcmp(mine.proto, theirs.proto) != 0 ||
			    is_shared(one, other))
				continue;
			reason.interval = conflict_of(table->judgement, one, other);
			if (add_reason(table, &reason))
				return true;
		}
	}
	return false;
}

static bool brings(const struct role *role, const char *fact)
{
	for (size_t i = 0; i < role->n_marks; i++)
		if (strcmp(role->marks[i], fact) == 0)
			return true;
	return false;
}

static bool asks_for_none(const struct need *need)
{
	return need->kind == NEED_FACT &&
	       (need->op == OP_ABSENT ||
		(need->op == OP_EQUALS && need->operand.kind == VALUE_BOOL && !need->operand.b));
}

/* What one of them wants gone is what shows that the other is installed. */
static bool bring_what_is_unwanted(struct table *table, size_t a, size_t b)
{
	for (size_t i = 0; i < table->asks[a].len; i++) {
		const struct ask *ask = &table->asks[a].items[i];
		const struct together_reason reason = {
			.kind = TOGETHER_ABSENT,
			.interval = conflict_of(table->judgement, ask, ask),
			.a = &table->tenants[a],
			.b = &table->tenants[b],
			.need = ask->need,
		};

		if (asks_for_none(ask->need) &&
		    brings(table->tenants[b].role->role, ask->need->fact) &&
		    add_reason(table, &reason))
			return true;
	}
	return false;
}

/* --- values that suit both --- */

/* Operators that leave more values than they name. */
static bool is_open(enum need_op op)
{
	return op == OP_NOT || op == OP_NOT_IN || op == OP_PRESENT || op == OP_HAS;
}

static bool suits(const struct need *need, const struct value *value, const struct fact_def *def)
{
	return compare(need->op, value, &need->operand, def->values, def->type == FACT_VERSION) ==
	       TRI_TRUE;
}

/* One of the values that `from` names suits both. */
static bool names_one_for(const struct need *from, const struct need *other,
			  const struct fact_def *def)
{
	const struct value *values = &from->operand;
	size_t n = 1;

	if (from->operand.kind == VALUE_LIST) {
		values = from->operand.items;
		n = from->operand.len;
	}
	for (size_t i = 0; i < n; i++)
		if (suits(from, &values[i], def) && suits(other, &values[i], def))
			return true;
	return false;
}

static bool can_both_be(const struct need *a, const struct need *b)
{
	const struct fact_def *def = fact_def_of(a->fact, NULL);
	const struct value null = value_null();

	if (a->scale || b->scale || (is_open(a->op) && is_open(b->op)))
		return true;
	if ((is_open(a->op) && b->op != OP_EQUALS && b->op != OP_IN && b->op != OP_ABSENT) ||
	    (is_open(b->op) && a->op != OP_EQUALS && a->op != OP_IN && a->op != OP_ABSENT))
		return true;
	return names_one_for(a, b, def) || names_one_for(b, a, def) ||
	       (suits(a, &null, def) && suits(b, &null, def));
}

/* What both are content with now contradicts nothing. */
static bool agree_on_values(struct table *table, size_t a, size_t b)
{
	for (size_t i = 0; i < table->asks[a].len; i++) {
		const struct ask *one = &table->asks[a].items[i];

		if (one->need->kind != NEED_FACT)
			continue;
		for (size_t k = 0; k < table->asks[b].len; k++) {
			const struct ask *other = &table->asks[b].items[k];
			struct together_reason reason = {
				.kind = TOGETHER_VALUE,
				.a = &table->tenants[a],
				.b = &table->tenants[b],
				.need = one->need,
				.other = other->need,
			};

			if ((one->met && other->met) || other->need->kind != NEED_FACT ||
			    one->need == other->need ||
			    strcmp(one->need->fact, other->need->fact) != 0 ||
			    starts_with(one->need->fact, "os.") ||
			    can_both_be(one->need, other->need))
				continue;
			reason.interval = conflict_of(table->judgement, one, other);
			if (add_reason(table, &reason))
				return true;
		}
	}
	return false;
}

static bool look_at_pairs(struct table *table)
{
	for (size_t a = 0; a < table->n; a++)
		for (size_t b = 0; b < table->n; b++) {
			if (a == b)
				continue;
			if (bring_what_is_unwanted(table, a, b))
				return true;
			if (a < b && (systems(table, a, b) || exclude(table, a, b) ||
				      share_ports(table, a, b) || agree_on_values(table, a, b) ||
				      agree_on_distribution(table, a, b)))
				return true;
		}
	return false;
}

/* --- the whole --- */

static bool look_at_roles(struct table *table)
{
	for (size_t i = 0; i < table->n; i++) {
		const struct together_reason reason = {
			.kind = TOGETHER_ROLE,
			.interval = table->tenants[i].role->interval,
			.a = &table->tenants[i],
		};

		if (reason.interval.worst < LEVEL_READY && add_reason(table, &reason))
			return true;
	}
	return false;
}

static struct table table_of(struct judgement *judgement, const struct tenant *tenants, size_t n)
{
	return (struct table){
		.judgement = judgement,
		.tenants = tenants,
		.n = n,
		.interval = { LEVEL_READY, LEVEL_READY },
		.between = { LEVEL_READY, LEVEL_READY },
	};
}

static void look(struct table *table)
{
	if (look_at_roles(table))
		return;
	if (!table->asks)
		table->asks = gather(table->judgement, table->tenants, table->n);
	if (!look_at_pairs(table) && !share_disks(table))
		sum_sizes(table);
}

static struct together outcome_of(const struct table *table)
{
	return (struct together){
		.interval = table->interval,
		.between = table->between,
		.verdict = verdict_of(table->interval),
		.reasons = table->reasons,
		.n_reasons = table->n_reasons,
	};
}

struct together judge_together(struct judgement *judgement, const struct tenant *tenants, size_t n)
{
	struct table table = table_of(judgement, tenants, n);

	look(&table);
	return outcome_of(&table);
}

struct together *judge_pairs(struct judgement *judgement, const struct tenant *tenants, size_t n)
{
	struct together *pairs = arena_alloc(&judgement->arena, (n * n + 1) * sizeof(*pairs));
	struct asks *asks = gather(judgement, tenants, n);

	for (size_t a = 0; a < n; a++)
		for (size_t b = a + 1; b < n; b++) {
			struct tenant *pair = arena_alloc(&judgement->arena, 2 * sizeof(*pair));
			struct asks both[] = { asks[a], asks[b] };
			struct table table;

			pair[0] = tenants[a];
			pair[1] = tenants[b];
			table = table_of(judgement, pair, 2);
			table.asks = both;
			look(&table);
			pairs[a * n + b] = outcome_of(&table);
		}
	return pairs;
}

/* The roles that the deployment does not work without. */
static struct table whole(struct judgement *judgement, const struct deployment_finding *finding)
{
	const size_t n = finding->deployment->n_roles;
	struct tenant *tenants = arena_alloc(&judgement->arena, n * sizeof(*tenants));
	struct table table = table_of(judgement, tenants, 0);

	for (size_t i = 0; i < n; i++)
		if (!finding->roles[i].role->optional)
			tenants[table.n++] =
				(struct tenant){ finding->deployment, &finding->roles[i] };
	return table;
}

static bool look_at_hosts(struct table *table)
{
	for (size_t i = 0; i < table->n; i++) {
		const struct together_reason reason = {
			.kind = TOGETHER_HOSTS,
			.interval = plain_no,
			.a = &table->tenants[i],
			.asked = table->tenants[i].role->role->hosts_minimum,
			.have = 1,
		};

		if (reason.asked > 1 && add_reason(table, &reason))
			return true;
	}
	return false;
}

struct together judge_whole(struct judgement *judgement, const struct deployment_finding *finding)
{
	struct table table = whole(judgement, finding);

	look_at_hosts(&table);
	look(&table);
	return outcome_of(&table);
}

enum alone judge_alone(struct judgement *judgement, const struct deployment_finding *finding)
{
	struct table table = whole(judgement, finding);

	table.first_only = true;
	if (!look_at_hosts(&table))
		look(&table);
	if (table.interval.best < LEVEL_LIMITED)
		return ALONE_NO;
	return table.interval.worst < LEVEL_LIMITED ? ALONE_UNKNOWN : ALONE_YES;
}
