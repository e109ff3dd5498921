/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hints: which single change would open most deployments, and what more privilege would decide */
#ifndef STACKCHECK_HINTS_H
#define STACKCHECK_HINTS_H

#include "judge.h"

struct hint {
	const struct finding *finding; /* the one that asks for the most of this remedy */
	const struct possible_cause *cause;
	size_t opens; /* deployments whose best primary role has no other obstacle */
	size_t blocks; /* deployments whose best primary role has it among its obstacles */
	size_t order; /* in which it was met: by deployment, then by need */
};

/*
 * The change that opens most deployments by itself, and the one that stands in the way of most;
 * false where nothing stands in any way. Takes its memory from the judgement.
 */
bool hints_of(struct judgement *judgement, struct hint *ret_opens, struct hint *ret_blocks);

/*
 * Every change in the way of some deployment, those first that open most by themselves, then those
 * in the way of most; *ret_n how many. Takes its memory from the judgement.
 */
const struct hint *hints_ranked(struct judgement *judgement, size_t *ret_n);

/* How many deployments are undecided for nothing but want of permission. */
size_t hints_permission(const struct judgement *judgement);

/*
 * The need that keeps a role from better: the worst of its hard ones, else of those recommended;
 * NULL: nothing does.
 */
const struct use_finding *hints_obstacle(const struct role_finding *role);

/* The primary role with the best outlook. */
const struct role_finding *hints_best_role(const struct deployment_finding *deployment);

#endif
