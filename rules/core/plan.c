/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan: the remedies of many roles as one list. Each need that is not met gets its remedy, the
 * remedy's outcome is assumed, and everything is judged again: what an earlier change brings along
 * asks for nothing more, and what a change uncovers is found.
 */
#include "core/planner.h"

#include <stdlib.h>
#include <string.h>

#include "core/evaluate.h"
#include "core/same.h"
#include "core/util.h"
#include "probe.h"

/* What was done about a need. */
enum planned {
	PLANNED_NOT,
	PLANNED_DONE,
	PLANNED_CONFLICT, /* it was met, and another role's need took that back */
	PLANNED_LEFT, /* nothing that is known helps */
};

/* A cause may hide another, and that a third; more in a row is a circle. */
#define MAX_CAUSES 6
#define MAX_ROUNDS 8

static const char *const open_kinds[N_OPEN_KINDS] = {
	[OPEN_UNKNOWN] = "unknown",	    [OPEN_CONFIRM] = "to-confirm",
	[OPEN_CONFLICT] = "in-conflict",    [OPEN_LEFT] = "left",
	[OPEN_RECOMMENDED] = "recommended",
};

const char *open_kind_name(enum open_kind kind)
{
	return open_kinds[kind];
}

/* --- the facts as planned --- */

void planner_settle(struct planner *planner)
{
	probes_derive(planner->facts);
	for (size_t i = 0; i < N_BASES; i++)
		memset(planner->trial->findings[i], 0,
		       planner->trial->rules->n_needs * sizeof(*planner->trial->findings[i]));
}

bool planner_assume(struct planner *planner, const char *fact, struct value value)
{
	const struct fact *before = facts_get(planner->facts, fact);
	struct plan *plan = planner->plan;

	if (!before || (value.kind != VALUE_LIST && value_same(&before->value, &value)))
		return false;
	value = value_copy(facts_arena(planner->facts), &value);
	value.partial = false;
	fact = arena_strdup(facts_arena(planner->facts), fact);
	if (facts_set_assumed(planner->facts, fact, value, "planned") < 0)
		return false;
	for (size_t i = 0; i < plan->n_assumptions; i++) {
		if (strcmp(plan->assumptions[i].fact, fact) != 0)
			continue;
		plan->assumptions[i].value = value;
		return true;
	}
	plan->assumptions = arena_grown(planner->arena, plan->assumptions, plan->n_assumptions,
					&planner->size_assumptions, sizeof(*plan->assumptions));
	plan->assumptions[plan->n_assumptions++] = (struct assumption){ fact, value };
	return true;
}

/* --- changes --- */

/* How many pages there must be for the need: those that are there, and those that are missing. */
static const char *hugepages_wanted(struct planner *planner, const struct finding *finding,
				    const char *size)
{
	const char *total = arena_printf(planner->arena, "hugepages.%s.total", size);
	const struct need *need = finding->blamed;

	if (need->op != OP_MINIMUM || need->operand.kind != VALUE_INT ||
	    finding->have.kind != VALUE_INT)
		return NULL;
	return arena_printf(planner->arena, "%lld",
			    (long long)(facts_int(planner->facts, total, 0) + need->operand.i -
					finding->have.i));
}

/* Texts of the trial, which goes before the plan does. */
static const char *said(struct planner *planner, const struct finding *finding,
			const struct possible_cause *cause)
{
	return arena_strdup(planner->arena,
			    planner->options->remedy(planner->trial, finding, cause));
}

static const char *filled(struct planner *planner, const struct finding *finding, const char *text)
{
	return text ? arena_strdup(planner->arena,
				   planner->options->fill(planner->trial, finding, text))
		    : NULL;
}

/* Of a feature's modules, which have had several names, those that this kernel does not have. */
static bool is_of_no_module(struct planner *planner, const struct step *step)
{
	const char *state;

	if (step->kind != STEP_MODULE && step->kind != STEP_UNBLOCK)
		return false;
	state = facts_string(planner->facts,
			     arena_printf(planner->arena, "kernel.module.%s", step->name));
	return state && strcmp(state, "missing") == 0;
}

/* A step whose value the need does not tell is left to people. */
static void fill_steps(struct planner *planner, const struct finding *finding,
		       const struct remedy *remedy, struct change *change)
{
	struct step *steps = arena_alloc(planner->arena, remedy->n_steps * sizeof(*steps));

	for (size_t i = 0; i < remedy->n_steps; i++) {
		struct step step = remedy->steps[i];

		step.name = filled(planner, finding, step.name);
		step.value = filled(planner, finding, step.value);
		if ((step.value && !*step.value) || is_of_no_module(planner, &step))
			continue;
		if (step.kind == STEP_HUGEPAGES)
			step.value = hugepages_wanted(planner, finding, step.name);
		steps[change->n_steps++] = step;
	}
	change->steps = steps;
}

static bool steps_are_same(const struct change *a, const struct change *b)
{
	if (a->n_steps != b->n_steps || !a->n_steps)
		return false;
	for (size_t i = 0; i < a->n_steps; i++)
		if (a->steps[i].kind != b->steps[i].kind ||
		    !text_same(a->steps[i].name, b->steps[i].name) ||
		    !text_same(a->steps[i].value, b->steps[i].value))
			return false;
	return true;
}

/* The other causes that are possible, each with what it would take. */
static const char *other_causes(struct planner *planner, const struct finding *finding)
{
	const char *text = NULL;

	for (size_t i = 1; i < finding->n_causes; i++) {
		const char *one = said(planner, finding, finding->causes[i]);

		one = arena_printf(planner->arena, "%s [%s]", one,
				   remedy_kind_name(finding->causes[i]->remedy.kind));
		text = text ? arena_printf(planner->arena, "%s Or: %s", text, one) : one;
	}
	return text;
}

static void add_need(struct planner *planner, struct change *change, const struct need *need)
{
	const struct need **needs;

	for (size_t i = 0; i < change->n_needs; i++)
		if (change->needs[i] == need)
			return;
	needs = arena_alloc(planner->arena, (change->n_needs + 1) * sizeof(*needs));
	if (change->n_needs)
		memcpy(needs, change->needs, change->n_needs * sizeof(*needs));
	needs[change->n_needs++] = need;
	change->needs = needs;
}

/* The change for a finding's likeliest cause; one that says or does the same is taken again. */
static struct change *change_for(struct planner *planner, const struct finding *finding,
				 const struct need *need)
{
	const struct possible_cause *cause = finding->causes[0];
	struct change change = {
		.kind = cause->remedy.kind,
		.cause = cause->cause,
		.text = said(planner, finding, cause),
		.otherwise = other_causes(planner, finding),
		.commands = cause->remedy.commands,
		.n_commands = cause->remedy.n_commands,
	};
	struct plan *plan = planner->plan;
	size_t i = 0, size = planner->size_changes;

	fill_steps(planner, finding, &cause->remedy, &change);
	while (i < plan->n_changes && (plan->changes[i].kind != change.kind ||
				       (strcmp(plan->changes[i].text, change.text) != 0 &&
					!steps_are_same(&plan->changes[i], &change))))
		i++;
	if (i == plan->n_changes) {
		plan->changes = arena_grown(planner->arena, plan->changes, plan->n_changes,
					    &planner->size_changes, sizeof(*plan->changes));
		planner->causes = arena_grown(planner->arena, planner->causes, plan->n_changes,
					      &size, sizeof(struct possible_cause *));
		plan->changes[i] = change;
		planner->causes[i] = cause;
		plan->n_changes++;
	}
	add_need(planner, &plan->changes[i], need);
	return &plan->changes[i];
}

/* --- one need --- */

static bool is_met(struct planner *planner, const struct need *need, enum basis basis)
{
	return judge_need(planner->trial, need, basis)->outcome != OUTCOME_UNMET;
}

/*
 * Cause after cause, as far as the remedies tell what they give; else the remedy is held to what it
 * is for.
 */
static bool fix_one(struct planner *planner, const struct need *need, enum basis basis)
{
	const struct possible_cause *last = NULL;

	for (size_t i = 0; i < MAX_CAUSES && !is_met(planner, need, basis); i++) {
		const struct finding finding = *judge_need(planner->trial, need, basis);
		const struct change *change;
		bool stages;

		if (!finding.n_causes)
			return false;
		if (finding.causes[0] == last)
			return planner_grant(planner, need, basis) && is_met(planner, need, basis);
		last = finding.causes[0];
		change = change_for(planner, &finding, need);
		planner_carry_out(planner, change, &stages);
		if (!stages && !is_met(planner, need, basis))
			planner_grant(planner, need, basis);
	}
	return is_met(planner, need, basis);
}

/* Is its remedy among the changes already? */
static bool costs_nothing(const struct planner *planner, const struct finding *finding)
{
	for (size_t i = 0; i < planner->plan->n_changes && finding->n_causes; i++)
		if (planner->causes[i] == finding->causes[0])
			return true;
	return false;
}

static bool fix(struct planner *planner, const struct need *need, enum basis basis);

/*
 * Of alternatives the one that is paid for already, else the cheapest, of alike ones that which
 * serves most, else the first.
 */
static bool fix_any(struct planner *planner, const struct need *need, enum basis basis)
{
	const struct need *best = NULL;
	enum level best_level = LEVEL_NO;

	for (size_t i = 0; i < need->n_parts; i++) {
		const struct finding *part = judge_need(planner->trial, need->parts[i], basis);
		enum level level =
			costs_nothing(planner, part) ? LEVEL_LIMITED : part->interval.worst;

		if (part->outcome != OUTCOME_UNMET || (best && level < best_level) ||
		    (best && level == best_level &&
		     planner->demand[need->parts[i]->index] <= planner->demand[best->index]))
			continue;
		best = need->parts[i];
		best_level = level;
	}
	return best && fix(planner, best, basis);
}

static bool fix_all(struct planner *planner, const struct need *need, enum basis basis)
{
	bool fixed = true;

	for (size_t i = 0; i < need->n_parts; i++)
		if (!is_met(planner, need->parts[i], basis))
			fixed &= fix(planner, need->parts[i], basis);
	return fixed;
}

static bool fix(struct planner *planner, const struct need *need, enum basis basis)
{
	if (need->kind == NEED_ANY)
		return fix_any(planner, need, basis);
	if (need->kind == NEED_ALL)
		return fix_all(planner, need, basis);
	return fix_one(planner, need, basis);
}

/* --- all needs of all roles --- */

struct task {
	const struct need *need;
	enum basis basis;
	enum level level;
	size_t order; /* as rules have them, so that equal plans look equal */
};

/* How much a record must be to count: what fits a narrow condition fits a wider one, too. */
static unsigned int narrowness(const struct need *need)
{
	if (need->kind != NEED_COUNT)
		return 0;
	return need->expr ? 1 + need->expr->n_nodes : 1;
}

static int64_t size_of(const struct need *need)
{
	return need->operand.kind == VALUE_INT ? need->operand.i : 0;
}

/* Does it ask for another machine, or another system, and nothing else? */
static bool asks_for_another(const struct need *need)
{
	const char *name;
	uint16_t at = 0;

	if (need->kind == NEED_FACT)
		return planner_is_given(need->fact);
	for (size_t i = 0; i < need->n_parts; i++)
		if (!asks_for_another(need->parts[i]))
			return false;
	if (need->kind != NEED_CHECK)
		return need->n_parts > 0;
	while ((name = cel_expr_name(need->expr, &at)))
		if (!planner_is_given(name))
			return false;
	return true;
}

/*
 * Dearest first, of alike needs the narrowest and the largest, alternatives last: what the earlier
 * ones bring is not asked for again. Behind all what makes it another machine or system, on which
 * this one's evidence would not hold.
 */
static int by_cost(const void *a, const void *b)
{
	const struct task *left = a, *right = b;
	bool left_any = left->need->kind == NEED_ANY, right_any = right->need->kind == NEED_ANY;
	bool left_other = asks_for_another(left->need), right_other = asks_for_another(right->need);

	if (left_other != right_other)
		return left_other - right_other;
	if (left_any != right_any)
		return left_any - right_any;
	if (left->level != right->level)
		return left->level < right->level ? -1 : 1;
	if (narrowness(left->need) != narrowness(right->need))
		return narrowness(left->need) > narrowness(right->need) ? -1 : 1;
	if (size_of(left->need) != size_of(right->need))
		return size_of(left->need) > size_of(right->need) ? -1 : 1;
	return (left->order > right->order) - (left->order < right->order);
}

static bool is_asked(const struct planner *planner, const struct use_finding *found)
{
	if (found->outcome != OUTCOME_UNMET || found->waiver)
		return false;
	return found->use->weight == WEIGHT_HARD ||
	       (planner->options->strictly && found->use->weight == WEIGHT_RECOMMENDED);
}

static void add_task(struct task *tasks, size_t *n, const struct use_finding *found,
		     enum basis basis)
{
	for (size_t i = 0; i < *n; i++)
		if (tasks[i].need == found->use->need && tasks[i].basis == basis)
			return;
	tasks[*n] = (struct task){ found->use->need, basis, found->finding->interval.worst, *n };
	(*n)++;
}

static void count_demand(struct planner *planner, const struct need *need)
{
	planner->demand[need->index]++;
	for (size_t i = 0; i < need->n_parts; i++)
		count_demand(planner, need->parts[i]);
}

static struct role_finding *findings_of(struct planner *planner)
{
	const struct plan *plan = planner->plan;
	struct role_finding *found = arena_alloc(planner->arena, plan->n_roles * sizeof(*found));

	for (size_t i = 0; i < plan->n_roles; i++)
		judge_role(planner->trial, plan->roles[i].deployment, plan->roles[i].role,
			   &found[i]);
	return found;
}

static bool work_on(struct planner *planner, const struct task *task)
{
	uint8_t *state = &planner->state[task->need->index];

	if (*state == PLANNED_CONFLICT || *state == PLANNED_LEFT ||
	    is_met(planner, task->need, task->basis))
		return false;
	if (*state == PLANNED_DONE) {
		*state = PLANNED_CONFLICT;
		return false;
	}
	*state = fix(planner, task->need, task->basis) ? PLANNED_DONE : PLANNED_LEFT;
	return true;
}

/* One round over everything that is not met now; false: nothing was to be done. */
static bool work_through(struct planner *planner)
{
	const struct plan *plan = planner->plan;
	struct role_finding *found = findings_of(planner);
	size_t size = 0, n = 0;
	struct task *tasks;
	bool worked = false;

	for (size_t i = 0; i < plan->n_roles; i++)
		size += plan->roles[i].role->n_uses;
	tasks = arena_alloc(planner->arena, size * sizeof(*tasks));
	for (size_t i = 0; i < plan->n_roles; i++)
		for (size_t k = 0; k < plan->roles[i].role->n_uses; k++)
			if (is_asked(planner, &found[i].uses[k]))
				add_task(tasks, &n, &found[i].uses[k], found[i].basis);
	if (n > 1)
		qsort(tasks, n, sizeof(*tasks), by_cost);
	memset(planner->demand, 0, planner->trial->rules->n_needs * sizeof(*planner->demand));
	for (size_t i = 0; i < n; i++)
		count_demand(planner, tasks[i].need);
	for (size_t i = 0; i < n; i++)
		worked |= work_on(planner, &tasks[i]);
	return worked;
}

/* --- what stays open --- */

static bool kind_of_open(const struct planner *planner, const struct use_finding *found,
			 enum open_kind *ret)
{
	if (found->use->weight == WEIGHT_OPTIONAL || found->waiver)
		return false;
	switch (found->outcome) {
	case OUTCOME_UNKNOWN:
		*ret = OPEN_UNKNOWN;
		return true;
	case OUTCOME_TO_CONFIRM:
		*ret = OPEN_CONFIRM;
		return true;
	case OUTCOME_UNMET:
		break;
	default:
		return false;
	}
	*ret = planner->state[found->use->need->index] == PLANNED_CONFLICT ? OPEN_CONFLICT
	       : is_asked(planner, found)				   ? OPEN_LEFT
									   : OPEN_RECOMMENDED;
	return true;
}

static void add_open(struct planner *planner, const struct planned_role *role,
		     const struct use_finding *found)
{
	struct plan *plan = planner->plan;
	const char *text;
	enum open_kind kind;

	if (!kind_of_open(planner, found, &kind))
		return;
	text = arena_strdup(
		planner->arena,
		planner->options->reason(planner->arena, found->use->need, found->finding));
	if (kind == OPEN_UNKNOWN && found->use->weight == WEIGHT_RECOMMENDED)
		text = arena_printf(planner->arena, "%s (recommended)", text);
	for (size_t i = 0; i < plan->n_open; i++)
		if (plan->open[i].kind == kind && strcmp(plan->open[i].text, text) == 0)
			return;
	plan->open = arena_grown(planner->arena, plan->open, plan->n_open, &planner->size_open,
				 sizeof(*plan->open));
	plan->open[plan->n_open++] = (struct open_need){
		.kind = kind,
		.need = found->use->need,
		.role = role,
		.text = text,
		.destroys = found->use->need->destroys,
	};
}

static int by_kind(const void *a, const void *b)
{
	const struct open_need *left = a, *right = b;

	if (left->kind != right->kind)
		return left->kind < right->kind ? -1 : 1;
	return (left->need->index > right->need->index) - (left->need->index < right->need->index);
}

static int by_remedy(const void *a, const void *b)
{
	const struct change *left = a, *right = b;

	if (left->kind != right->kind)
		return left->kind < right->kind ? -1 : 1;
	return strcmp(left->text, right->text);
}

static void finish(struct planner *planner)
{
	struct plan *plan = planner->plan;
	struct role_finding *found = findings_of(planner);

	for (size_t i = 0; i < plan->n_roles; i++) {
		plan->roles[i].after = found[i].interval;
		plan->roles[i].verdict_after = found[i].verdict;
		for (size_t k = 0; k < plan->roles[i].role->n_uses; k++)
			add_open(planner, &plan->roles[i], &found[i].uses[k]);
	}
	if (plan->n_open > 1)
		qsort(plan->open, plan->n_open, sizeof(*plan->open), by_kind);
	if (plan->n_changes > 1)
		qsort(plan->changes, plan->n_changes, sizeof(*plan->changes), by_remedy);
}

struct plan *plan_make(struct judgement *judgement, const struct planned_role *roles,
		       size_t n_roles, const struct plan_options *options)
{
	struct arena *arena = &judgement->arena;
	struct plan *plan = arena_alloc(arena, sizeof(*plan));
	auto_judgement struct judgement *trial = judgement_new(
		judgement->rules, judgement->facts, judgement->basis, judgement->waivers);
	struct planner planner = {
		.arena = arena,
		.facts = judgement->facts,
		.trial = trial,
		.options = options,
		.plan = plan,
		.state = arena_alloc(arena, judgement->rules->n_needs),
		.demand = arena_alloc(arena, judgement->rules->n_needs * sizeof(*planner.demand)),
	};
	const struct role_finding *found;

	plan->roles = arena_alloc(arena, n_roles * sizeof(*plan->roles));
	memcpy(plan->roles, roles, n_roles * sizeof(*roles));
	plan->n_roles = n_roles;
	found = findings_of(&planner);
	for (size_t i = 0; i < n_roles; i++) {
		plan->roles[i].before = found[i].interval;
		plan->roles[i].verdict_before = found[i].verdict;
	}
	for (size_t i = 0; i < MAX_ROUNDS && work_through(&planner); i++)
		;
	finish(&planner);
	return plan;
}
