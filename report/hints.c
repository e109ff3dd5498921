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

static int64_t missing(const struct finding *finding)
{
	return finding->blamed->operand.kind == VALUE_INT && finding->have.kind == VALUE_INT
		       ? finding->blamed->operand.i - finding->have.i
		       : 0;
}

struct hints {
	struct hint *items;
	size_t len;
};

static struct hint *hint_for(struct hints *hints, const struct finding *finding)
{
	const struct possible_cause *cause = finding->causes[0];
	struct hint *hint;

	for (size_t i = 0; i < hints->len; i++) {
		hint = &hints->items[i];
		if (hint->cause != cause)
			continue;
		if (missing(finding) > missing(hint->finding))
			hint->finding = finding;
		return hint;
	}
	hint = &hints->items[hints->len++];
	*hint = (struct hint){ .finding = finding, .cause = cause, .order = hints->len };
	return hint;
}

/*
 * Each cause in the way of one role, once; where it is the only one, it opens the role by itself.
 */
static void count_role(struct hints *hints, const struct role_finding *role)
{
	size_t first = 0, causes = 0;

	for (size_t i = 0; i < role->role->n_uses; i++) {
		const struct use_finding *found = &role->uses[i];
		bool again = false;

		if (!is_obstacle(found))
			continue;
		/*
		 * Something stands in the way that has no remedy to name: nothing opens it by
		 * itself.
		 */
		if (!found->finding->n_causes) {
			causes = 2;
			continue;
		}
		for (size_t k = 0; k < i; k++)
			again |= is_obstacle(&role->uses[k]) && role->uses[k].finding->n_causes &&
				 role->uses[k].finding->causes[0] == found->finding->causes[0];
		if (again)
			continue;
		hint_for(hints, found->finding)->blocks++;
		if (!causes++)
			first = i;
	}
	if (causes == 1)
		hint_for(hints, role->uses[first].finding)->opens++;
}

static bool opens_more(const struct hint *a, const struct hint *b)
{
	if (a->opens != b->opens)
		return a->opens > b->opens;
	return a->blocks > b->blocks;
}

static bool blocks_more(const struct hint *a, const struct hint *b)
{
	if (a->blocks != b->blocks)
		return a->blocks > b->blocks;
	return a->cause->remedy.kind < b->cause->remedy.kind;
}

static struct hints count_all(struct judgement *judgement)
{
	struct hints hints = {
		.items = arena_alloc(&judgement->arena,
				     judgement->rules->n_needs * 2 * sizeof(*hints.items)),
	};

	for (size_t i = 0; i < judgement->rules->n_deployments; i++) {
		const struct role_finding *role = hints_best_role(&judgement->deployments[i]);

		if (role)
			count_role(&hints, role);
	}
	return hints;
}

bool hints_of(struct judgement *judgement, struct hint *ret_opens, struct hint *ret_blocks)
{
	const struct hints hints = count_all(judgement);
	const struct hint *opens, *blocks;

	if (!hints.len)
		return false;
	opens = blocks = &hints.items[0];
	for (size_t i = 1; i < hints.len; i++) {
		if (opens_more(&hints.items[i], opens))
			opens = &hints.items[i];
		if (blocks_more(&hints.items[i], blocks))
			blocks = &hints.items[i];
	}
	*ret_opens = *opens;
	*ret_blocks = *blocks;
	return true;
}

static int by_rank(const void *a, const void *b)
{
	const struct hint *left = a, *right = b;

	if (opens_more(left, right) || opens_more(right, left))
		return opens_more(left, right) ? -1 : 1;
	if (left->cause->remedy.kind != right->cause->remedy.kind)
		return left->cause->remedy.kind < right->cause->remedy.kind ? -1 : 1;
	/* As they were met, so that equal hosts read equally. */
	return (left->order > right->order) - (left->order < right->order);
}

const struct hint *hints_ranked(struct judgement *judgement, size_t *ret_n)
{
	const struct hints hints = count_all(judgement);

	if (hints.len > 1)
		qsort(hints.items, hints.len, sizeof(*hints.items), by_rank);
	*ret_n = hints.len;
	return hints.items;
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
