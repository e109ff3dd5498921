/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diagnose: why a need is not met, or may not be, and what that would cost */
#include <string.h>

#include "core/evaluate.h"

enum level remedy_level(enum remedy_kind kind)
{
	static const enum level levels[N_REMEDY_KINDS] = {
		[REMEDY_SETUP] = LEVEL_SETUP,	      [REMEDY_REBOOT] = LEVEL_REBOOT,
		[REMEDY_FIRMWARE] = LEVEL_FIRMWARE,   [REMEDY_PLATFORM] = LEVEL_PLATFORM,
		[REMEDY_REINSTALL] = LEVEL_REINSTALL, [REMEDY_HARDWARE] = LEVEL_NO,
	};

	return levels[kind];
}

enum remedy_kind level_remedy(enum level level)
{
	for (enum remedy_kind kind = REMEDY_SETUP; kind < REMEDY_HARDWARE; kind++)
		if (remedy_level(kind) == level)
			return kind;
	return REMEDY_HARDWARE;
}

/* Does this row apply? Its condition, and for a count whether giving up what is in use would do. */
static enum tri row_applies(struct judgement *judgement, const struct need *need, enum basis basis,
			    const struct diagnosis *row)
{
	enum tri freed = row->freed ? met_if_freed(judgement, need) : TRI_TRUE;
	struct answer answer = { .tri = TRI_TRUE };

	if (row->when && freed != TRI_FALSE)
		answer = evaluate(judgement, row->when, NULL, NULL, basis);
	return answer.tri < freed ? answer.tri : freed;
}

/* Is it a matter of the system that runs now, and of no other? */
static bool is_of_this_system(const struct diagnosis *row)
{
	for (size_t i = 0; i < row->n_causes; i++)
		if (row->causes[i].remedy.kind != REMEDY_SETUP &&
		    row->causes[i].remedy.kind != REMEDY_REBOOT)
			return false;
	return true;
}

/* The same cause with the same remedy from an earlier row says nothing new. */
static bool is_named(const struct finding *finding, const struct possible_cause *cause)
{
	for (size_t i = 0; i < finding->n_causes; i++)
		if (finding->causes[i]->cause == cause->cause &&
		    finding->causes[i]->remedy.kind == cause->remedy.kind)
			return true;
	return false;
}

static void add_cause(struct finding *finding, const struct possible_cause **causes,
		      const struct possible_cause *cause)
{
	enum level level = remedy_level(cause->remedy.kind);

	if (is_named(finding, cause))
		return;
	causes[finding->n_causes++] = cause;
	if (level < finding->interval.worst)
		finding->interval.worst = level;
	if (level > finding->interval.best)
		finding->interval.best = level;
}

/*
 * The rows that may be the reason: every row whose condition is not false, up to the first whose
 * condition certainly holds. An unmet need spans their remedies; an unknown one reaches up to
 * ready.
 */
void diagnose(struct judgement *judgement, const struct need *need, enum basis basis,
	      struct finding *finding)
{
	const struct diagnosis *rows =
		need->shortfall ? need->shortfall->diagnoses : need->diagnoses;
	size_t n = need->shortfall ? need->shortfall->n_diagnoses : need->n_diagnoses;
	const struct possible_cause **causes;
	size_t size = 0;

	if (finding->outcome == OUTCOME_MET)
		return;
	for (size_t i = 0; i < n; i++)
		size += rows[i].n_causes;
	causes = arena_alloc(&judgement->arena, size * sizeof(struct possible_cause *));
	finding->causes = causes;
	finding->interval = (struct interval){ LEVEL_READY, LEVEL_NO };
	for (size_t i = 0; i < n; i++) {
		enum tri applies;

		/*
		 * The last row stands for whatever is left: without it there would be no cause at
		 * all.
		 */
		if (basis == BASIS_NEW && i + 1 < n && is_of_this_system(&rows[i]))
			continue;
		applies = row_applies(judgement, need, basis, &rows[i]);
		for (size_t k = 0; applies != TRI_FALSE && k < rows[i].n_causes; k++)
			add_cause(finding, causes, &rows[i].causes[k]);
		if (applies == TRI_TRUE)
			break;
	}
	if (finding->outcome == OUTCOME_UNKNOWN)
		finding->interval.best = LEVEL_READY;
}
