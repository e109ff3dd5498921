/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * words: needs, findings and remedies as sentences. Every text is made in an arena and lives as
 * long as that. What a report says of a machine is said here once, so that all formats say the
 * same.
 */
#ifndef STACKCHECK_WORDS_H
#define STACKCHECK_WORDS_H

#include "judge.h"

/* "memory at least 8 GB", "a free port 6443/tcp": what is asked. */
const char *words_need(struct arena *arena, const struct need *need);

/*
 * What the host has: "62.5 GiB", "missing", "unknown (permission: …)"; "" where there is nothing to
 * say.
 */
const char *words_have(struct arena *arena, const struct need *need, const struct finding *finding);

/* The same as a clause of its own: of a count that is not known whole also why. */
const char *words_found(struct arena *arena, const struct need *need,
			const struct finding *finding);

/* A value of a fact for people: "24 GiB", "a, b, c", "yes". */
const char *words_value(struct arena *arena, const struct value *value, const char *unit,
			const char *name);

/* How much of a size or count is missing: "8 GiB"; NULL where that makes no sense. */
const char *words_missing(struct arena *arena, const struct need *need,
			  const struct finding *finding);

/* A text of a remedy with its placeholders filled. */
const char *words_fill(struct judgement *judgement, const struct finding *finding,
		       const char *text);

/* The remedy of a cause with its placeholders filled. */
const char *words_remedy(struct judgement *judgement, const struct finding *finding,
			 const struct possible_cause *cause);

/*
 * The command of a remedy on this host: its rule's own for the package manager, else what its steps
 * come to; NULL: none, or the system is an image that is not changed so.
 */
const char *words_command(struct judgement *judgement, const struct finding *finding,
			  const struct remedy *remedy);

/* The shortest reason why this is not met: "memory: 23.5 GiB, 64 GB asked". */
const char *words_reason(struct arena *arena, const struct need *need,
			 const struct finding *finding);

/*
 * A verdict with what it takes: "ready", "fixable: reboot", "no", "unknown: ready, else fixable:
 * firmware".
 */
const char *words_verdict(struct arena *arena, enum verdict verdict, struct interval interval);

/* A cause for people: "switched off in the firmware". */
const char *words_cause(enum cause cause);

/* Why something is unknown, with who could tell: "not permitted (root could read it)". */
const char *words_unknown(struct arena *arena, const struct value_unknown *unknown);

#endif
