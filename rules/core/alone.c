/* SPDX-License-Identifier: GPL-2.0-or-later */
/* alone: can one host carry a whole deployment, all roles at once? */
#include <string.h>

#include "core/evaluate.h"
#include "core/same.h"
#include "core/util.h"

/* What roles on one host take from each other; everything else is shared. */
static bool adds_up(const struct need *need)
{
	static const char *const sizes[] = { "memory.total", "cpu.cores", "cpu.threads" };

	if (need->op != OP_MINIMUM)
		return false;
	if (need->kind == NEED_COUNT)
		return strcmp(need->fact, "disks") == 0;
	for (size_t i = 0; need->kind == NEED_FACT && i < ARRAY_SIZE(sizes); i++)
		if (strcmp(need->fact, sizes[i]) == 0)
			return true;
	return need->kind == NEED_FACT && starts_with(need->fact, "disk.free.");
}

static bool is_asked_for(const struct use_finding *found)
{
	return found->use->weight == WEIGHT_HARD && found->outcome != OUTCOME_NOT_APPLICABLE &&
	       found->outcome != OUTCOME_DEFERRED;
}

/* The most that one role asks of `fact`, among needs of that kind and expression. */
static int64_t asked_by_role(const struct role_finding *role, const struct need *like)
{
	int64_t most = 0;

	for (size_t i = 0; i < role->role->n_uses; i++) {
		const struct need *need = role->uses[i].use->need;

		if (is_asked_for(&role->uses[i]) && adds_up(need) && need->kind == like->kind &&
		    strcmp(need->fact, like->fact) == 0 && expr_same(need->expr, like->expr) &&
		    need->operand.i > most)
			most = need->operand.i;
	}
	return most;
}

static int64_t asked_by_all(const struct deployment_finding *finding, const struct need *like)
{
	int64_t sum = 0;

	for (size_t i = 0; i < finding->deployment->n_roles; i++)
		if (!finding->roles[i].role->optional)
			sum += asked_by_role(&finding->roles[i], like);
	return sum;
}

/* Do two roles both want the same port? Then they cannot stand on one host. */
static bool wants_same_port(const struct role_finding *a, const struct role_finding *b)
{
	for (size_t i = 0; i < a->role->n_uses; i++) {
		const struct use_finding *one = &a->uses[i];

		if (!is_asked_for(one) || one->use->need->kind != NEED_FACT ||
		    !starts_with(one->use->need->fact, "port.free."))
			continue;
		/*
		 * The node agent that both roles run is one and the same: its port is shared by
		 * name.
		 */
		for (size_t k = 0; k < b->role->n_uses; k++)
			if (is_asked_for(&b->uses[k]) && b->uses[k].use->need == one->use->need &&
			    strcmp(b->uses[k].use->why, one->use->why) != 0)
				return true;
	}
	return false;
}

static enum alone sizes_suffice(struct judgement *judgement,
				const struct deployment_finding *finding)
{
	enum alone all = ALONE_YES;

	for (size_t i = 0; i < finding->deployment->n_roles; i++) {
		const struct role_finding *role = &finding->roles[i];

		for (size_t k = 0; k < role->role->n_uses; k++) {
			const struct need *need = role->uses[k].use->need;
			enum tri enough;

			if (role->role->optional || !is_asked_for(&role->uses[k]) || !adds_up(need))
				continue;
			enough = holds_amount(judgement, need, role->basis,
					      asked_by_all(finding, need));
			if (enough == TRI_FALSE)
				return ALONE_NO;
			if (enough == TRI_UNKNOWN)
				all = ALONE_UNKNOWN;
		}
	}
	return all;
}

/* Roles that the deployment does not work without. */
static size_t n_required(const struct deployment *deployment)
{
	size_t n = 0;

	for (size_t i = 0; i < deployment->n_roles; i++)
		n += !deployment->roles[i].optional;
	return n;
}

enum alone judge_alone(struct judgement *judgement, const struct deployment_finding *finding)
{
	enum alone all = ALONE_YES;

	for (size_t i = 0; i < finding->deployment->n_roles; i++) {
		const struct role_finding *role = &finding->roles[i];

		if (role->role->optional)
			continue;
		/*
		 * A role that wants several hosts, or a system of its own beside others, is not
		 * carried by one.
		 */
		if (role->role->hosts_minimum > 1 || role->interval.best < LEVEL_LIMITED ||
		    (role->role->brings_os && n_required(finding->deployment) > 1))
			return ALONE_NO;
		if (role->interval.worst < LEVEL_LIMITED)
			all = ALONE_UNKNOWN;
		for (size_t k = 0; k < i; k++)
			if (!finding->roles[k].role->optional &&
			    wants_same_port(&finding->roles[k], role))
				return ALONE_NO;
	}
	if (all == ALONE_NO)
		return all;
	switch (sizes_suffice(judgement, finding)) {
	case ALONE_NO:
		return ALONE_NO;
	case ALONE_UNKNOWN:
		return ALONE_UNKNOWN;
	case ALONE_YES:
		break;
	}
	return all;
}
