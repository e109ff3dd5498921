/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/target.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "host/host.h"

static int find_role(const struct deployment *deployment, const char *name, struct target *ret,
		     struct error *err)
{
	char names[HOST_PATH_MAX] = "";

	if (strcmp(name, "any") == 0) {
		ret->which = ROLES_ANY;
		return 0;
	}
	if (strcmp(name, "each") == 0) {
		ret->which = ROLES_EACH;
		return 0;
	}
	ret->which = ROLES_ONE;
	ret->role = deployment_role(deployment, name);
	if (ret->role)
		return 0;
	for (size_t i = 0, len = 0; i < deployment->n_roles && len < sizeof(names); i++)
		len += (size_t)snprintf(names + len, sizeof(names) - len, "%s, ",
					deployment->roles[i].name);
	return error_set(err, -EINVAL, "deployment %lld has no role '%s'; expected %sany or each",
			 (long long)deployment->id, name, names);
}

int target_parse(const struct rules *rules, const char *text, struct target *ret, struct error *err)
{
	const char *slash = strchr(text, '/');
	char name[128];
	size_t len = slash ? (size_t)(slash - text) : strlen(text);

	*ret = (struct target){ .text = text, .which = ROLES_PRIMARY };
	if (len >= sizeof(name))
		return error_set(err, -EINVAL, "there is no deployment '%s'", text);
	memcpy(name, text, len);
	name[len] = '\0';
	ret->deployment = rules_deployment(rules, name);
	if (!ret->deployment) {
		const char *names[256], *near;
		size_t n = 0;

		for (; n < rules->n_deployments && n < 256; n++)
			names[n] = rules->deployments[n].name;
		near = cel_nearest(name, names, n);
		return error_set(err, -EINVAL,
				 "there is no command or deployment '%s'; %s%s%s`stackcheck list` "
				 "has them all",
				 name, near ? "did you mean '" : "", near ? near : "",
				 near ? "'? " : "");
	}
	return slash ? find_role(ret->deployment, slash + 1, ret, err) : 0;
}

const struct deployment_finding *target_finding(const struct judgement *judgement,
						const struct target *target)
{
	for (size_t i = 0; i < judgement->rules->n_deployments; i++)
		if (judgement->deployments[i].deployment->id == target->deployment->id)
			return &judgement->deployments[i];
	return NULL;
}

bool target_has(const struct target *target, const struct role *role)
{
	switch (target->which) {
	case ROLES_PRIMARY:
		return role->primary;
	case ROLES_ONE:
		return strcmp(role->name, target->role->name) == 0;
	case ROLES_ANY:
	case ROLES_EACH:
		break;
	}
	return true;
}

/* With its recommendations as hard needs: what it takes to be ready. */
static struct interval role_interval(const struct role_finding *role, bool strictly)
{
	struct interval interval = role->interval;

	for (size_t i = 0; strictly && i < role->role->n_uses; i++) {
		const struct use_finding *found = &role->uses[i];

		if (found->use->weight != WEIGHT_RECOMMENDED ||
		    (found->outcome != OUTCOME_UNMET && found->outcome != OUTCOME_UNKNOWN))
			continue;
		if (found->finding->interval.worst < interval.worst)
			interval.worst = found->finding->interval.worst;
		if (found->outcome == OUTCOME_UNMET &&
		    found->finding->interval.best < interval.best)
			interval.best = found->finding->interval.best;
	}
	return interval;
}

struct interval target_interval(const struct judgement *judgement, const struct target *target,
				bool strictly)
{
	const struct deployment_finding *finding = target_finding(judgement, target);
	bool best = target->which == ROLES_PRIMARY || target->which == ROLES_ANY;
	struct interval all = best ? (struct interval){ LEVEL_NO, LEVEL_NO }
				   : (struct interval){ LEVEL_READY, LEVEL_READY };

	for (size_t i = 0; i < finding->deployment->n_roles; i++) {
		struct interval one;

		if (!target_has(target, finding->roles[i].role))
			continue;
		one = role_interval(&finding->roles[i], strictly);
		if (best ? one.worst > all.worst : one.worst < all.worst)
			all.worst = one.worst;
		if (best ? one.best > all.best : one.best < all.best)
			all.best = one.best;
	}
	return all;
}

const struct role_finding *target_deciding(const struct judgement *judgement,
					   const struct target *target)
{
	const struct deployment_finding *finding = target_finding(judgement, target);
	const struct role_finding *chosen = NULL;

	for (size_t i = 0; i < finding->deployment->n_roles; i++) {
		const struct role_finding *role = &finding->roles[i];

		if (!target_has(target, role->role))
			continue;
		if (!chosen ||
		    (target->which == ROLES_EACH ? role->interval.worst < chosen->interval.worst
						 : role->interval.worst > chosen->interval.worst))
			chosen = role;
	}
	return chosen;
}

static size_t add_tenant(const struct deployment_finding *finding, const struct role_finding *role,
			 struct tenant *ret, size_t max, size_t n)
{
	for (size_t i = 0; i < n && i < max; i++)
		if (ret[i].role == role)
			return n;
	if (n < max)
		ret[n] = (struct tenant){ finding->deployment, role };
	return n + 1;
}

size_t targets_tenants(const struct judgement *judgement, const struct target *targets, size_t n,
		       struct tenant *ret, size_t max)
{
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		const struct deployment_finding *finding = target_finding(judgement, &targets[i]);
		const struct role_finding *deciding = target_deciding(judgement, &targets[i]);

		for (size_t k = 0; k < finding->deployment->n_roles; k++)
			if (targets[i].which == ROLES_EACH || &finding->roles[k] == deciding)
				len = add_tenant(finding, &finding->roles[k], ret, max, len);
	}
	return len;
}
