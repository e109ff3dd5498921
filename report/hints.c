/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hints.h"

#include <stdlib.h>

/* Keeps the role from being hosted, or may. */
static bool is_obstacle(const struct use_finding *found)
{
	return found->interval.worst < LEVEL_LIMITED;
}

const struct use_finding *hints_obstacle(const struct role_finding *role)
{
	const struct use_finding *worst = NULL;

	for (size_t i = 0; i < role->role->n_uses; i++) {
		const struct use_finding *found = &role->uses[i];

		if (found->interval.worst == LEVEL_READY)
			continue;
		if (!worst || found->interval.worst < worst->interval.worst ||
		    (found->interval.worst == worst->interval.worst &&
		     found->interval.best < worst->interval.best))
			worst = found;
	}
	return worst;
}

const struct role_finding *hints_best_role(const struct deployment_finding *deployment)
{
	const struct role_finding *best = NULL;

	for (size_t i = 0; i < deployment->deployment->n_roles; i++) {
		const struct role_finding *role = &deployment->roles[i];

		if (!role->role->primary)
			continue;
		if (!best || role->interval.worst > best->interval.worst ||
		    (role->interval.worst == best->interval.worst &&
		     role->interval.best > best->interval.best))
			best = role;
	}
	return best;
}

/* The one cause behind all obstacles of a role; NULL: there are several, or none. */
static const struct possible_cause *only_cause(const struct role_finding *role,
					       const struct finding **ret_finding)
{
	const struct possible_cause *only = NULL;

	for (size_t i = 0; i < role->role->n_uses; i++) {
		const struct use_finding *found = &role->uses[i];

		if (!is_obstacle(found))
			continue;
		if (!found->finding->n_causes || (only && only != found->finding->causes[0]))
			return NULL;
		only = found->finding->causes[0];
		*ret_finding = found->finding;
	}
	return only;
}

static int64_t missing(const struct finding *finding)
{
	return finding->blamed->operand.kind == VALUE_INT && finding->have.kind == VALUE_INT
		       ? finding->blamed->operand.i - finding->have.i
		       : 0;
}

static void count_hint(struct hint *hints, size_t *len, const struct possible_cause *cause,
		       const struct finding *finding)
{
	for (size_t i = 0; i < *len; i++) {
		if (hints[i].cause != cause)
			continue;
		hints[i].opens++;
		if (missing(finding) > missing(hints[i].finding))
			hints[i].finding = finding;
		return;
	}
	hints[(*len)++] = (struct hint){ finding, cause, 1 };
}

/* More deployments first; of as many the cheaper change. */
static int by_worth(const void *a, const void *b)
{
	const struct hint *left = a, *right = b;

	if (left->opens != right->opens)
		return left->opens < right->opens ? 1 : -1;
	return (int)left->cause->remedy.kind - (int)right->cause->remedy.kind;
}

size_t hints_of(struct judgement *judgement, struct hint *ret, size_t size)
{
	size_t n = judgement->rules->n_deployments, len = 0;
	struct hint *hints = arena_alloc(&judgement->arena, n * sizeof(*hints));

	for (size_t i = 0; i < n; i++) {
		const struct role_finding *role = hints_best_role(&judgement->deployments[i]);
		const struct finding *finding = NULL;
		const struct possible_cause *cause = role ? only_cause(role, &finding) : NULL;

		if (cause)
			count_hint(hints, &len, cause, finding);
	}
	if (len > 1)
		qsort(hints, len, sizeof(*hints), by_worth);
	if (len > size)
		len = size;
	for (size_t i = 0; i < len; i++)
		ret[i] = hints[i];
	return len;
}

/* Undecided, and every undecided obstacle is so for want of permission. */
static bool waits_for_permission(const struct role_finding *role)
{
	bool waits = false;

	if (role->verdict != VERDICT_UNKNOWN)
		return false;
	for (size_t i = 0; i < role->role->n_uses; i++) {
		const struct use_finding *found = &role->uses[i];
		const struct value_unknown *unknown = found->finding->unknown;

		if (!is_obstacle(found) || found->outcome != OUTCOME_UNKNOWN)
			continue;
		if (!unknown)
			return false;
		for (; unknown; unknown = unknown->next)
			if (unknown->reason != UNKNOWN_PERMISSION)
				return false;
		waits = true;
	}
	return waits;
}

size_t hints_permission(const struct judgement *judgement)
{
	size_t count = 0;

	for (size_t i = 0; i < judgement->rules->n_deployments; i++) {
		const struct role_finding *role = hints_best_role(&judgement->deployments[i]);

		count += role && waits_for_permission(role);
	}
	return count;
}
