/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hints: which single change would open most deployments, and what more privilege would decide */
#ifndef STACKCHECK_HINTS_H
#define STACKCHECK_HINTS_H

#include "judge.h"

struct hint {
	const struct finding *finding; /* the one that asks for the most of this remedy */
	const struct possible_cause *cause;
	size_t opens; /* deployments of which a primary role has no other obstacle */
};

/*
 * The changes by how many deployments each opens by itself, most first; at most `size` of them. Takes its memory from the
 * judgement.
 */
size_t hints_of(struct judgement *judgement, struct hint *ret, size_t size);

/* How many deployments are undecided for nothing but want of permission. */
size_t hints_permission(const struct judgement *judgement);

/* The need that keeps a role from better: the worst of its hard ones, else of those recommended; NULL: nothing does. */
const struct use_finding *hints_obstacle(const struct role_finding *role);

/* The primary role with the best outlook. */
const struct role_finding *hints_best_role(const struct deployment_finding *deployment);

#endif
