/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * target: what a gate, an explanation or a plan is asked about: "62", "openstack-kvm",
 * "46/compute", "46/any", "46/each"
 */
#ifndef STACKCHECK_TARGET_H
#define STACKCHECK_TARGET_H

#include "judge.h"

enum which_roles {
	ROLES_PRIMARY, /* the best of the primary roles, as the deployment's own verdict */
	ROLES_ONE,
	ROLES_ANY, /* the best of all roles */
	ROLES_EACH, /* the worst of all roles */
};

struct target {
	const char *text; /* as it was asked */
	const struct deployment *deployment;
	const struct role *role; /* of ROLES_ONE */
	enum which_roles which;
};

/* -EINVAL with a sentence: no such deployment or role. */
int target_parse(const struct rules *rules, const char *text, struct target *ret,
		 struct error *err);

/* What was found of its deployment. */
const struct deployment_finding *target_finding(const struct judgement *judgement,
						const struct target *target);

/* Is this role one of those asked about? */
bool target_has(const struct target *target, const struct role *role);

/* What it comes to; with `strictly` recommendations count like hard needs (--require ready). */
struct interval target_interval(const struct judgement *judgement, const struct target *target,
				bool strictly);

/* The role that decides: of several the best, of each the worst. */
const struct role_finding *target_deciding(const struct judgement *judgement,
					   const struct target *target);

/*
 * The roles that are to share a host: each of a target that asks for each, else the one that
 * decides; no role twice. `ret` has room for `max`; returns how many there are, of which those
 * beyond `max` are left out.
 */
size_t targets_tenants(const struct judgement *judgement, const struct target *targets, size_t n,
		       struct tenant *ret, size_t max);

#endif
