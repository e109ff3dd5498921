/* SPDX-License-Identifier: GPL-2.0-or-later */
/* planner: what the planner's files share; only for them */
#ifndef STACKCHECK_PLANNER_H
#define STACKCHECK_PLANNER_H

#include "plan.h"

struct planner {
	struct arena *arena;
	struct facts *facts;
	struct judgement *trial; /* on the facts as planned so far */
	const struct plan_options *options;
	struct plan *plan;
	size_t size_changes, size_assumptions, size_open;
	const struct possible_cause **causes; /* of the changes, in their order */
	uint8_t *state; /* of needs, by index: enum planned */
	uint16_t *demand; /* of needs, by index: how many ask for it, alone or among others */
};

/*
 * The fact is this from now on, and in the plan's outcome. False: it is so already, or cannot be.
 */
bool planner_assume(struct planner *planner, const char *fact, struct value value);

/* All that follows from what was assumed is known anew. */
void planner_settle(struct planner *planner);

/*
 * What the steps of a remedy make of the facts (plan_outcome.c). *ret_stages: the remedy names
 * stages of its own (`gives`), from which further needs follow.
 */
void planner_carry_out(struct planner *planner, const struct change *change, bool *ret_stages);

/*
 * Assumes what makes this need met, whatever that is (plan_grant.c). False: no way is known.
 */
bool planner_grant(struct planner *planner, const struct need *need, enum basis basis);

/* A fact that says which machine and which system this is: where it changes, it is another one. */
bool planner_is_given(const char *name);

#endif
