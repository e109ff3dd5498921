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

/*
 * The rows that may be the reason: every row whose condition is not false, up to the first whose condition certainly holds.
 * An unmet need spans their remedies; an unknown one reaches up to ready.
 */
void diagnose(struct judgement *judgement, const struct diagnosis *rows, size_t n,
	      struct finding *finding)
{
	const struct possible_cause **causes;
	size_t size = 0;

	if (finding->outcome == OUTCOME_MET)
		return;
	for (size_t i = 0; i < n; i++)
		size += rows[i].n_causes;
	causes = arena_alloc(&judgement->arena, size * sizeof(struct possible_cause *));
	finding->interval = (struct interval){ LEVEL_READY, LEVEL_NO };
	for (size_t i = 0; i < n; i++) {
		struct answer answer = { .tri = TRI_TRUE };

		if (rows[i].when)
			answer = evaluate(judgement, rows[i].when, NULL, NULL, judgement->basis);
		for (size_t k = 0; answer.tri != TRI_FALSE && k < rows[i].n_causes; k++) {
			const struct possible_cause *cause = &rows[i].causes[k];
			enum level level = remedy_level(cause->remedy.kind);

			causes[finding->n_causes++] = cause;
			if (level < finding->interval.worst)
				finding->interval.worst = level;
			if (level > finding->interval.best)
				finding->interval.best = level;
		}
		if (answer.tri == TRI_TRUE)
			break;
	}
	finding->causes = causes;
	if (finding->outcome == OUTCOME_UNKNOWN)
		finding->interval.best = LEVEL_READY;
}
