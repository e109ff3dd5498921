/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verdict: roles and deployments out of the outcomes of their needs */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/evaluate.h"
#include "core/util.h"
#include "host/host.h"

static const char *const outcome_names[N_OUTCOMES] = {
	[OUTCOME_MET] = "met",		 [OUTCOME_UNMET] = "unmet",
	[OUTCOME_UNKNOWN] = "unknown",	 [OUTCOME_NOT_APPLICABLE] = "not-applicable",
	[OUTCOME_DEFERRED] = "deferred", [OUTCOME_TO_CONFIRM] = "to-confirm",
	[OUTCOME_NOTED] = "noted",
};

static const char *const verdict_names[N_VERDICTS] = {
	[VERDICT_NO] = "no",	   [VERDICT_FIXABLE] = "fixable", [VERDICT_LIMITED] = "limited",
	[VERDICT_READY] = "ready", [VERDICT_UNKNOWN] = "unknown",
};

const char *outcome_name(enum outcome outcome)
{
	return outcome_names[outcome];
}

const char *verdict_name(enum verdict verdict)
{
	return verdict_names[verdict];
}

const char *basis_name(enum basis basis)
{
	return basis == BASIS_NEW ? "new" : "running";
}

/* The four words that the chain has for people. */
static enum verdict verdict_of_level(enum level level)
{
	switch (level) {
	case LEVEL_NO:
		return VERDICT_NO;
	case LEVEL_LIMITED:
		return VERDICT_LIMITED;
	case LEVEL_READY:
		return VERDICT_READY;
	case LEVEL_REINSTALL:
	case LEVEL_PLATFORM:
	case LEVEL_FIRMWARE:
	case LEVEL_REBOOT:
	case LEVEL_SETUP:
		break;
	}
	return VERDICT_FIXABLE;
}

const char *level_name(enum level level)
{
	return verdict_name(verdict_of_level(level));
}

enum verdict verdict_of(struct interval interval)
{
	enum verdict worst = verdict_of_level(interval.worst);

	if (worst == verdict_of_level(interval.best))
		return worst;
	return worst == VERDICT_LIMITED ? VERDICT_LIMITED : VERDICT_UNKNOWN;
}

/* --- uses --- */

/* What an outcome contributes to its role, by the weight it has there. */
static struct interval weighed(const struct use_finding *found)
{
	const struct interval nothing = { LEVEL_READY, LEVEL_READY };

	if (found->use->weight == WEIGHT_OPTIONAL)
		return nothing;
	if (found->outcome != OUTCOME_UNMET && found->outcome != OUTCOME_UNKNOWN)
		return nothing;
	if (found->use->weight == WEIGHT_HARD)
		return found->interval;
	return (struct interval){ LEVEL_LIMITED,
				  found->outcome == OUTCOME_UNMET ? LEVEL_LIMITED : LEVEL_READY };
}

static bool holds(const struct role *role, const struct value *record)
{
	const struct value *process = value_get(record, "process");
	const struct value *unit = value_get(record, "unit");

	for (size_t i = 0; process && i < role->n_processes; i++)
		if (value_is(process, role->processes[i]))
			return true;
	for (size_t i = 0; process && i < role->n_holders; i++)
		if (process->kind == VALUE_NULL ? strcmp(role->holders[i], "kernel") == 0
						: value_is(process, role->holders[i]))
			return true;
	for (size_t i = 0; unit && unit->kind == VALUE_STRING && i < role->n_units; i++)
		if (value_is(unit, role->units[i]) ||
		    value_is(unit, PATH("%s.service", role->units[i])))
			return true;
	return false;
}

/* The ports that a need's name asks for: "6443/tcp" or "2379-2380/tcp". */
static bool asked_ports(const char *fact, uint64_t *ret_first, uint64_t *ret_last,
			const char **ret_proto)
{
	static const char prefix[] = "port.free.";
	char *end;

	if (!starts_with(fact, prefix))
		return false;
	*ret_first = *ret_last = strtoull(fact + strlen(prefix), &end, 10);
	if (*end == '-')
		*ret_last = strtoull(end + 1, &end, 10);
	*ret_proto = *end ? end + 1 : end;
	return *end == '/';
}

/*
 * Is everything that takes this port the role's own? Then it is in use by this deployment, as it
 * should be.
 */
static bool held_by_itself(const struct judgement *judgement, const struct role *role,
			   const struct need *need)
{
	const struct fact *ports = facts_get(judgement->facts, "ports");
	uint64_t first, last;
	const char *proto;
	bool held = false;

	if (need->kind != NEED_FACT || !asked_ports(need->fact, &first, &last, &proto) ||
	    ports->value.kind != VALUE_LIST)
		return false;
	for (uint32_t i = 0; i < ports->value.len; i++) {
		const struct value *record = &ports->value.items[i];
		const struct value *port = value_get(record, "port");
		const struct value *protocol = value_get(record, "proto");

		if (!port || port->kind != VALUE_INT || (uint64_t)port->i < first ||
		    (uint64_t)port->i > last || !protocol || !value_is(protocol, proto))
			continue;
		if (!holds(role, record))
			return false;
		held = true;
	}
	return held;
}

static void judge_use(struct judgement *judgement, struct role_finding *role, const struct use *use,
		      struct use_finding *ret)
{
	const struct finding *finding = judge_need(judgement, use->need, role->basis);
	struct answer when = { .tri = TRI_TRUE };

	*ret = (struct use_finding){
		.use = use,
		.finding = finding,
		.outcome = finding->outcome,
		.interval = finding->interval,
	};
	if (finding->outcome == OUTCOME_UNMET && role->installed &&
	    held_by_itself(judgement, role->role, use->need)) {
		ret->outcome = OUTCOME_MET;
		ret->in_use = true;
	}
	if (use->when)
		when = evaluate_when(judgement, use->when, role->basis);
	if (when.tri == TRI_FALSE) {
		ret->outcome = OUTCOME_NOT_APPLICABLE;
	} else if (when.deferred && ret->outcome != OUTCOME_MET) {
		ret->outcome = OUTCOME_DEFERRED;
	} else if (when.tri == TRI_UNKNOWN && ret->outcome == OUTCOME_UNMET) {
		ret->outcome = OUTCOME_UNKNOWN;
		ret->interval.best = LEVEL_READY;
	}
	ret->interval = weighed(ret);
}

/* --- roles --- */

static bool is_installed(const struct judgement *judgement, const struct role *role)
{
	for (size_t i = 0; i < role->n_marks; i++)
		if (facts_is_true(judgement->facts, role->marks[i]))
			return true;
	return false;
}

static void narrow(struct interval *interval, struct interval by)
{
	if (by.worst < interval->worst)
		interval->worst = by.worst;
	if (by.best < interval->best)
		interval->best = by.best;
}

struct interval role_layer(const struct role_finding *role, size_t layer)
{
	struct interval interval = { LEVEL_READY, LEVEL_READY };

	for (size_t i = 0; i < role->role->n_uses; i++)
		if (role->uses[i].use->layer == layer)
			narrow(&interval, role->uses[i].interval);
	return interval;
}

void judge_role(struct judgement *judgement, const struct deployment *deployment,
		const struct role *role, struct role_finding *ret)
{
	*ret = (struct role_finding){
		.role = role,
		.basis = role->brings_os ? BASIS_NEW : judgement->basis,
		.interval = { LEVEL_READY, LEVEL_READY },
		.uses = arena_alloc(&judgement->arena, role->n_uses * sizeof(*ret->uses)),
	};
	ret->installed = ret->basis == BASIS_RUNNING && is_installed(judgement, role);
	for (size_t i = 0; i < role->n_uses; i++) {
		judge_use(judgement, ret, &role->uses[i], &ret->uses[i]);
		if (judgement->waivers)
			waive(judgement, deployment, role, &ret->uses[i]);
		ret->counts[ret->uses[i].outcome]++;
		narrow(&ret->interval, ret->uses[i].interval);
	}
	ret->verdict = verdict_of(ret->interval);
}

/* --- deployments --- */

static void judge_deployment(struct judgement *judgement, const struct deployment *deployment,
			     struct deployment_finding *ret)
{
	*ret = (struct deployment_finding){
		.deployment = deployment,
		.interval = { LEVEL_NO, LEVEL_NO },
		.roles = arena_alloc(&judgement->arena, deployment->n_roles * sizeof(*ret->roles)),
	};
	for (size_t i = 0; i < deployment->n_roles; i++) {
		struct role_finding *role = &ret->roles[i];

		judge_role(judgement, deployment, &deployment->roles[i], role);
		if (!role->role->primary)
			continue;
		if (role->interval.worst > ret->interval.worst)
			ret->interval.worst = role->interval.worst;
		if (role->interval.best > ret->interval.best)
			ret->interval.best = role->interval.best;
	}
	ret->verdict = verdict_of(ret->interval);
	ret->alone = judge_alone(judgement, ret);
}

struct judgement *judgement_new(const struct rules *rules, struct facts *facts, enum basis basis,
				const struct waivers *waivers)
{
	struct judgement *judgement = calloc(1, sizeof(*judgement));

	if (!judgement)
		abort();
	judgement->rules = rules;
	judgement->facts = facts;
	judgement->waivers = waivers && waivers->len ? waivers : NULL;
	judgement->basis = basis;
	for (size_t i = 0; i < N_BASES; i++)
		judgement->findings[i] = arena_alloc(
			&judgement->arena, rules->n_needs * sizeof(*judgement->findings[i]));
	return judgement;
}

struct judgement *judge_with(const struct rules *rules, struct facts *facts, enum basis basis,
			     const struct waivers *waivers)
{
	struct judgement *judgement = judgement_new(rules, facts, basis, waivers);

	judgement->deployments = arena_alloc(
		&judgement->arena, rules->n_deployments * sizeof(*judgement->deployments));
	for (size_t i = 0; i < rules->n_deployments; i++)
		judge_deployment(judgement, &rules->deployments[i], &judgement->deployments[i]);
	return judgement;
}

struct judgement *judge(const struct rules *rules, struct facts *facts, enum basis basis)
{
	return judge_with(rules, facts, basis, NULL);
}

void judgement_free(struct judgement *judgement)
{
	if (!judgement)
		return;
	arena_free(&judgement->arena);
	free(judgement);
}
