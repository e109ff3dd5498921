/* SPDX-License-Identifier: GPL-2.0-or-later */
/* evaluate: one need on the facts of a host */
#include "core/evaluate.h"

#include <stdio.h>
#include <string.h>

#include "core/quantity.h"
#include "core/util.h"

/* --- expressions --- */

struct scope_context {
	struct judgement *judgement;
	const struct value *record;
	const struct shortfall *shortfall;
	enum basis basis;
	bool hardware_only; /* what hangs on the installed system is unknown */
};

static const struct value_unknown to_come = {
	.reason = UNKNOWN_UNSUPPORTED,
	.detail = "hangs on the system that is still to be installed",
};

/* On a machine to be installed, fields that the installation sets have their new values. */
static const struct value *new_field(const struct scope_context *context, const char *name)
{
	const struct shortfall *shortfall = context->shortfall;

	if (context->basis != BASIS_NEW || !shortfall)
		return NULL;
	for (size_t i = 0; i < shortfall->n_new_system; i++)
		if (value_is(&shortfall->new_system[i].key, name))
			return &shortfall->new_system[i].value;
	return NULL;
}

static bool resolve(void *ctx, const char *name, struct value *ret)
{
	const struct scope_context *context = ctx;
	const struct value *field;
	const struct fact *fact;

	if (context->record) {
		field = new_field(context, name);
		if (!field)
			field = value_get(context->record, name);
		if (field) {
			*ret = *field;
			return true;
		}
	}
	fact = facts_get(context->judgement->facts, name);
	if (!fact) {
		/* A field that this record does not have: absent. */
		*ret = value_null();
		return context->record != NULL;
	}
	*ret = fact->value;
	if (context->hardware_only &&
	    (fact->def->scope == SCOPE_OS || fact->def->scope == SCOPE_STATE))
		*ret = (struct value){ .kind = VALUE_UNKNOWN, .unknown = &to_come };
	return true;
}

static struct answer evaluate_in(const struct scope_context *context, const struct cel_expr *expr)
{
	struct judgement *judgement = context->judgement;
	const struct cel_scope scope = { .resolve = resolve, .ctx = (void *)context };
	const struct value value = cel_eval(expr, &scope, &judgement->arena);

	switch ((enum value_kind)value.kind) {
	case VALUE_BOOL:
		return (struct answer){ .tri = value.b ? TRI_TRUE : TRI_FALSE };
	case VALUE_UNKNOWN:
		return (struct answer){ .tri = TRI_UNKNOWN, .unknown = value.unknown };
	case VALUE_ERROR:
		judgement->n_rule_errors++;
		return (struct answer){ .tri = TRI_UNKNOWN, .error = value.s };
	default:
		judgement->n_rule_errors++;
		return (struct answer){ .tri = TRI_UNKNOWN, .error = "neither true nor false" };
	}
}

struct answer evaluate(struct judgement *judgement, const struct cel_expr *expr,
		       const struct value *record, const struct shortfall *shortfall,
		       enum basis basis)
{
	const struct scope_context context = { judgement, record, shortfall, basis, false };

	return evaluate_in(&context, expr);
}

struct value evaluate_number(struct judgement *judgement, const struct cel_expr *expr,
			     const struct value *record, const struct shortfall *shortfall,
			     enum basis basis)
{
	const struct scope_context context = { judgement, record, shortfall, basis,
					       basis == BASIS_NEW };
	const struct cel_scope scope = { .resolve = resolve, .ctx = (void *)&context };

	return cel_eval(expr, &scope, &judgement->arena);
}

struct answer evaluate_when(struct judgement *judgement, const struct cel_expr *when,
			    enum basis basis)
{
	const struct scope_context context = { judgement, NULL, NULL, basis, basis == BASIS_NEW };
	struct answer answer = evaluate_in(&context, when);

	answer.deferred = answer.unknown;
	for (const struct value_unknown *why = answer.unknown; why; why = why->next)
		answer.deferred &= why->detail && strcmp(why->detail, to_come.detail) == 0;
	return answer;
}

/* --- outcomes --- */

static const struct interval ready = { LEVEL_READY, LEVEL_READY };
static const struct interval open_end = { LEVEL_NO, LEVEL_READY };

static void set_outcome(struct finding *finding, enum tri tri)
{
	static const enum outcome outcomes[] = {
		[TRI_FALSE] = OUTCOME_UNMET,
		[TRI_UNKNOWN] = OUTCOME_UNKNOWN,
		[TRI_TRUE] = OUTCOME_MET,
	};

	finding->outcome = outcomes[tri];
	finding->interval = tri == TRI_TRUE ? ready : open_end;
}

static void set_answer(struct finding *finding, const struct answer *answer)
{
	set_outcome(finding, answer->tri);
	finding->unknown = answer->unknown;
	finding->rule_error = answer->error;
}

/*
 * A size as sold: what was installed, exactly, where that is known; else what the kernel has left
 * of it: met from 97 %, undecided from 90 %, since firmware and kernel keep some for themselves.
 * Where more than a quarter of what is installed is kept from the kernel (mem=, a balloon), only
 * what it has counts.
 */
static enum tri as_sold(const struct judgement *judgement, const struct need *need,
			struct finding *finding)
{
	const struct fact *sold = facts_get(judgement->facts, need->shortfall->sold_as);
	const struct value *have = &finding->have;
	double share;

	if (sold->value.kind == VALUE_INT && sold->value.i >= have->i &&
	    (double)have->i >= 0.75 * (double)sold->value.i) {
		finding->have = sold->value;
		finding->source = sold->source;
		return sold->value.i >= need->operand.i ? TRI_TRUE : TRI_FALSE;
	}
	share = (double)have->i / (double)(need->operand.i ? need->operand.i : 1);
	if (share >= 0.97)
		return TRI_TRUE;
	if (share < 0.90)
		return TRI_FALSE;
	finding->unknown = sold->value.kind == VALUE_UNKNOWN ? sold->value.unknown : NULL;
	return TRI_UNKNOWN;
}

static void evaluate_scaled(struct judgement *judgement, const struct need *need, enum basis basis,
			    struct finding *finding);

static void evaluate_fact(struct judgement *judgement, const struct need *need, enum basis basis,
			  struct finding *finding)
{
	const struct fact *fact = facts_get(judgement->facts, need->fact);
	bool by_size = need->shortfall->sold_as && !need->exact && need->op == OP_MINIMUM &&
		       fact->value.kind == VALUE_INT;

	if (need->scale) {
		evaluate_scaled(judgement, need, basis, finding);
		return;
	}
	finding->have = fact->value;
	finding->source = fact->source;
	if (fact->value.kind == VALUE_UNKNOWN)
		finding->unknown = fact->value.unknown;
	set_outcome(finding, by_size ? as_sold(judgement, need, finding)
				     : compare(need->op, &fact->value, &need->operand,
					       fact->def->values, fact->def->type == FACT_VERSION));
}

/* How many records fit for certain, and how many more may. */
struct tally {
	int64_t certain;
	int64_t possible;
	const struct value_unknown *unknown;
	const char *error;
};

static struct tally count_records(struct judgement *judgement, const struct need *need,
				  const struct value *list, enum basis basis)
{
	struct tally tally = { 0 };

	for (uint32_t i = 0; i < list->len; i++) {
		struct answer answer = { .tri = TRI_TRUE };

		if (need->expr)
			answer = evaluate(judgement, need->expr, &list->items[i], need->shortfall,
					  basis);
		tally.certain += answer.tri == TRI_TRUE;
		tally.possible += answer.tri != TRI_FALSE;
		if (answer.unknown)
			tally.unknown = answer.unknown;
		if (answer.error)
			tally.error = answer.error;
	}
	return tally;
}

static void evaluate_count(struct judgement *judgement, const struct need *need, enum basis basis,
			   struct finding *finding)
{
	const struct fact *fact = facts_get(judgement->facts, need->fact);
	struct tally tally = { 0 };
	struct value certain, possible;
	enum tri least, most;

	finding->source = fact->source;
	if (fact->value.kind == VALUE_UNKNOWN) {
		finding->have = fact->value;
		finding->unknown = fact->value.unknown;
		set_outcome(finding, TRI_UNKNOWN);
		return;
	}
	if (fact->value.kind == VALUE_LIST)
		tally = count_records(judgement, need, &fact->value, basis);
	certain = value_int(tally.certain);
	possible = value_int(fact->value.partial ? INT64_MAX : tally.possible);
	least = compare(need->op, &certain, &need->operand, NULL, false);
	most = compare(need->op, &possible, &need->operand, NULL, false);
	finding->have = certain;
	finding->unknown = tally.unknown;
	finding->rule_error = tally.error;
	/* Equal at both ends is decided only where the ends are one. */
	if (need->op == OP_EQUALS && certain.i != possible.i)
		least = most = certain.i <= need->operand.i && need->operand.i <= possible.i
				       ? TRI_UNKNOWN
				       : TRI_FALSE;
	set_outcome(finding, least == most ? least : TRI_UNKNOWN);
}

static int64_t add(int64_t a, int64_t b)
{
	return a > INT64_MAX - b ? INT64_MAX : a + b;
}

/* What one record gives; what is not a number, or is below nothing, may be anything. */
static struct amount given_by(struct judgement *judgement, const struct value *record,
			      const struct cel_expr *of, const char *field,
			      const struct shortfall *shortfall, enum basis basis,
			      const struct value_unknown **ret_unknown)
{
	struct value value = value_int(1);

	if (of)
		value = evaluate_number(judgement, of, record, shortfall, basis);
	else if (field)
		value = value_get(record, field) ? *value_get(record, field) : value_null();
	if (value.kind == VALUE_INT && value.i >= 0)
		return (struct amount){ value.i, value.i };
	if (value.kind == VALUE_NULL)
		return (struct amount){ 0, 0 };
	if (value.kind == VALUE_UNKNOWN && ret_unknown)
		*ret_unknown = value.unknown;
	return (struct amount){ 0, INT64_MAX };
}

struct amount amount_of_records(struct judgement *judgement, const char *list,
				const struct cel_expr *where, const struct cel_expr *of,
				const char *field, enum basis basis,
				const struct value_unknown **ret_unknown)
{
	const struct fact *fact = facts_get(judgement->facts, list);
	const struct shortfall *shortfall = rules_shortfall(judgement->rules, list);
	struct amount sum = { 0, 0 };

	if (fact->value.kind == VALUE_UNKNOWN && ret_unknown)
		*ret_unknown = fact->value.unknown;
	if (fact->value.kind == VALUE_UNKNOWN || fact->value.partial)
		sum.most = INT64_MAX;
	for (uint32_t i = 0; fact->value.kind == VALUE_LIST && i < fact->value.len; i++) {
		const struct value *record = &fact->value.items[i];
		struct answer answer = { .tri = TRI_TRUE };
		struct amount one;

		if (where)
			answer = evaluate(judgement, where, record, shortfall, basis);
		if (answer.unknown && ret_unknown)
			*ret_unknown = answer.unknown;
		if (answer.tri == TRI_FALSE)
			continue;
		one = given_by(judgement, record, of, field, shortfall, basis, ret_unknown);
		sum.least = add(sum.least, answer.tri == TRI_TRUE ? one.least : 0);
		sum.most = add(sum.most, one.most);
	}
	return sum;
}

/* So much for each, and what is asked beside; never less for more of them. */
static int64_t scaled(const struct need *need, int64_t units)
{
	const struct need_scale *scale = need->scale;
	double amount = (double)need->operand.i * (double)units /
			(double)(scale->divisor ? scale->divisor : 1);

	if (units == INT64_MAX || amount > 9e18)
		return INT64_MAX;
	return add((int64_t)amount, scale->plus);
}

/* A size for each of what may not be counted for certain: met if it does for the most, … */
static void evaluate_scaled(struct judgement *judgement, const struct need *need, enum basis basis,
			    struct finding *finding)
{
	const struct need_scale *scale = need->scale;
	const struct value_unknown *unknown = NULL;
	struct amount units = amount_of_records(judgement, scale->list, scale->where, NULL,
						scale->field, basis, &unknown);
	struct need plain = *need;
	struct finding most = { 0 };

	plain.scale = NULL;
	plain.operand = value_int(scaled(need, units.most));
	evaluate_fact(judgement, &plain, basis, &most);
	plain.operand = value_int(scaled(need, units.least));
	evaluate_fact(judgement, &plain, basis, finding);
	if (units.least != units.most && finding->outcome != OUTCOME_UNMET &&
	    most.outcome != OUTCOME_MET) {
		set_outcome(finding, TRI_UNKNOWN);
		finding->unknown = finding->unknown ? finding->unknown : unknown;
	}
	finding->asked = plain.operand;
}

enum tri met_if_freed(struct judgement *judgement, const struct need *need)
{
	const struct fact *fact;
	struct tally now, freed;
	struct value count;

	if (need->kind != NEED_COUNT)
		return TRI_FALSE;
	fact = facts_get(judgement->facts, need->fact);
	if (fact->value.kind != VALUE_LIST)
		return TRI_UNKNOWN;
	now = count_records(judgement, need, &fact->value, BASIS_RUNNING);
	freed = count_records(judgement, need, &fact->value, BASIS_NEW);
	/* What is not free now holds the running system somewhere. */
	count = value_int(freed.certain - (freed.certain > now.certain));
	if (compare(need->op, &count, &need->operand, NULL, false) == TRI_TRUE)
		return TRI_TRUE;
	count = value_int(freed.possible - (freed.possible > now.certain));
	return compare(need->op, &count, &need->operand, NULL, false) == TRI_FALSE ? TRI_FALSE
										   : TRI_UNKNOWN;
}

static void evaluate_check(struct judgement *judgement, const struct need *need, enum basis basis,
			   struct finding *finding)
{
	const struct cel_expr *expr =
		basis == BASIS_NEW && need->hardware ? need->hardware : need->expr;
	const struct answer answer = evaluate(judgement, expr, NULL, NULL, basis);

	set_answer(finding, &answer);
	if (answer.tri != TRI_UNKNOWN)
		finding->have = value_bool(answer.tri == TRI_TRUE);
}

/* The answer to a need to confirm: by the fact that it names, else by its own name. */
static enum tri confirmed(struct judgement *judgement, const struct need *need,
			  const struct fact **ret_fact)
{
	const struct fact *own = facts_get(judgement->facts, need->id);
	const struct fact *fact = need->fact ? facts_get(judgement->facts, need->fact) : NULL;
	enum tri answer = TRI_UNKNOWN;

	if (fact && need->op)
		answer = compare(need->op, &fact->value, &need->operand, fact->def->values, false);
	else if (fact && fact->value.kind == VALUE_BOOL)
		answer = fact->value.b ? TRI_TRUE : TRI_FALSE;
	*ret_fact = fact;
	if (answer != TRI_UNKNOWN || !own || own->value.kind != VALUE_BOOL)
		return answer;
	*ret_fact = own;
	return own->value.b ? TRI_TRUE : TRI_FALSE;
}

static void evaluate_confirm(struct judgement *judgement, const struct need *need, enum basis basis,
			     struct finding *finding)
{
	const struct fact *fact;
	enum tri answer = confirmed(judgement, need, &fact);

	finding->outcome = OUTCOME_TO_CONFIRM;
	finding->interval = ready;
	if (answer == TRI_UNKNOWN)
		return;
	finding->have = fact->value;
	finding->source = fact->source;
	finding->outcome = answer == TRI_TRUE ? OUTCOME_MET : OUTCOME_UNMET;
	if (answer == TRI_TRUE)
		return;
	finding->interval = (struct interval){ LEVEL_NO, LEVEL_NO };
	/* What was measured falls short as any other size does. */
	if (need->shortfall)
		diagnose(judgement, need, basis, finding);
}

static enum level max_level(enum level a, enum level b)
{
	return a > b ? a : b;
}

static enum level min_level(enum level a, enum level b)
{
	return a < b ? a : b;
}

/* Whose causes stand for the group: of alternatives the easiest, of all the hardest. */
static bool blames_more(const struct need *group, const struct finding *part,
			const struct finding *blamed)
{
	if (part->outcome == OUTCOME_MET || part->outcome == OUTCOME_DEFERRED)
		return false;
	if (!blamed)
		return true;
	return group->kind == NEED_ANY ? part->interval.worst > blamed->interval.worst
				       : part->interval.worst < blamed->interval.worst;
}

static void blame(struct finding *finding, const struct finding *part, const struct need *need)
{
	finding->causes = part->causes;
	finding->n_causes = part->n_causes;
	finding->blamed = part->blamed ? part->blamed : need;
	finding->unknown = part->unknown;
	finding->have = part->have;
	finding->source = part->source;
}

/*
 * One part decides for `any` when it is met, for `all` when it is not; else the others have a say.
 */
static enum tri combine(enum need_kind kind, enum tri a, enum tri b)
{
	if (kind == NEED_ANY)
		return a > b ? a : b;
	return a < b ? a : b;
}

static enum tri tri_of(enum outcome outcome)
{
	return outcome == OUTCOME_MET	  ? TRI_TRUE
	       : outcome == OUTCOME_UNMET ? TRI_FALSE
					  : TRI_UNKNOWN;
}

static void evaluate_group(struct judgement *judgement, const struct need *need, enum basis basis,
			   struct finding *finding)
{
	bool any = need->kind == NEED_ANY, deferred = false, judged = false;
	struct interval interval = any ? (struct interval){ LEVEL_NO, LEVEL_NO } : ready;
	enum tri tri = any ? TRI_FALSE : TRI_TRUE;
	const struct finding *blamed = NULL;

	for (size_t i = 0; i < need->n_parts; i++) {
		const struct finding *part = judge_need(judgement, need->parts[i], basis);

		if (part->outcome == OUTCOME_DEFERRED) {
			deferred = true;
			continue;
		}
		judged = true;
		tri = combine(need->kind, tri, tri_of(part->outcome));
		interval.worst = any ? max_level(interval.worst, part->interval.worst)
				     : min_level(interval.worst, part->interval.worst);
		interval.best = any ? max_level(interval.best, part->interval.best)
				    : min_level(interval.best, part->interval.best);
		if (blames_more(need, part, blamed)) {
			blamed = part;
			blame(finding, part, need->parts[i]);
		}
	}
	set_outcome(finding, tri);
	finding->interval = interval;
	if (finding->outcome == OUTCOME_MET)
		blame(finding, &(const struct finding){ .blamed = need }, need);
	/* Nothing but an answer is open. */
	if (tri == TRI_UNKNOWN && interval.worst == LEVEL_READY)
		finding->outcome = OUTCOME_TO_CONFIRM;
	/* An alternative that the new system may bring leaves the group open. */
	if (deferred && (any ? tri != TRI_TRUE : !judged)) {
		finding->outcome = OUTCOME_DEFERRED;
		finding->interval = ready;
	}
}

static void find(struct judgement *judgement, const struct need *need, enum basis basis,
		 struct finding *finding)
{
	if (basis == BASIS_NEW && need->deferred && need->kind != NEED_CONFIRM) {
		finding->outcome = OUTCOME_DEFERRED;
		finding->interval = ready;
		return;
	}
	switch (need->kind) {
	case NEED_FACT:
		evaluate_fact(judgement, need, basis, finding);
		break;
	case NEED_COUNT:
		evaluate_count(judgement, need, basis, finding);
		break;
	case NEED_CHECK:
		evaluate_check(judgement, need, basis, finding);
		break;
	case NEED_ANY:
	case NEED_ALL:
		evaluate_group(judgement, need, basis, finding);
		return;
	case NEED_CONFIRM:
		evaluate_confirm(judgement, need, basis, finding);
		return;
	case NEED_NOTE:
	case N_NEED_KINDS:
		finding->outcome = OUTCOME_NOTED;
		finding->interval = ready;
		return;
	}
	diagnose(judgement, need, basis, finding);
}

const struct finding *judge_need(struct judgement *judgement, const struct need *need,
				 enum basis basis)
{
	struct finding *finding = &judgement->findings[basis][need->index];

	if (!finding->evaluated) {
		finding->evaluated = true;
		finding->blamed = need;
		find(judgement, need, basis, finding);
	}
	return finding;
}

const struct need *need_of_amount(struct judgement *judgement, const struct need *need,
				  int64_t amount)
{
	const struct fact_def *def = fact_def_of(need->fact, NULL);
	struct need *sum = arena_alloc(&judgement->arena, sizeof(*sum));
	char buffer[64];

	*sum = *need;
	sum->scale = NULL;
	sum->title = NULL;
	sum->operand = value_int(amount);
	sum->asked =
		arena_strdup(&judgement->arena,
			     quantity_text(buffer, sizeof(buffer), amount,
					   need->kind == NEED_FACT ? def->unit : NULL, need->fact));
	return sum;
}

const struct finding *find_amount(struct judgement *judgement, const struct need *amount,
				  enum basis basis)
{
	struct finding *finding = arena_alloc(&judgement->arena, sizeof(*finding));

	finding->evaluated = true;
	finding->blamed = amount;
	find(judgement, amount, basis, finding);
	return finding;
}
