/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load: what cannot stand on one host (`excludes:` of a capability or a role) */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/loader.h"
#include "core/util.h"

struct pending_exclusion {
	const struct yaml *node;
	const char *name;
	bool is_capability;
};

void note_exclusions(struct loader *loader, const struct yaml *node, const char *name,
		     bool is_capability)
{
	const struct yaml *list = yaml_get(node, "excludes");
	struct pending_exclusion *pending;

	if (!list)
		return;
	pending = arena_alloc(loader->arena, sizeof(*pending));
	*pending = (struct pending_exclusion){ list, name, is_capability };
	pointers_add(loader->arena, &loader->exclusions, pending);
}

/* The check that stands for a capability; a bundle's needs belong to many others too. */
static int need_of(struct loader *loader, const struct yaml *at, const char *name,
		   const struct need **ret)
{
	const struct capability *capability;

	if (find_capability(loader, at, name, false, &capability) < 0)
		return -EINVAL;
	if (!capability->need)
		return yaml_error(at, loader->err,
				  "'%s' is a bundle of needs; expected a capability with a check",
				  name);
	*ret = capability->need;
	return 0;
}

/* "46/compute", of these rules or of those that they stand on. */
static int check_role(struct loader *loader, const struct yaml *at, const char *text,
		      const struct rules *rules)
{
	const char *slash = strchr(text, '/');
	const struct deployment *deployment = NULL;

	if (slash)
		deployment = rules_deployment(
			rules, arena_strndup(loader->arena, text, (size_t)(slash - text)));
	if (deployment && deployment_role(deployment, slash + 1))
		return 0;
	return yaml_error(at, loader->err, "there is no role '%s'; expected NUMBER/ROLE", text);
}

static int load_exclusion(struct loader *loader, const struct pending_exclusion *pending,
			  const struct yaml *node, const struct rules *rules, struct exclusion *ret)
{
	const char *capability, *weight;

	ret->weight = WEIGHT_HARD;
	if (read_keys(loader, node, "capability role weight why source") < 0 ||
	    read_text(loader, node, "weight", false, &weight) < 0 ||
	    read_text(loader, node, "capability", false, &capability) < 0 ||
	    read_text(loader, node, "role", false, &ret->other_role) < 0 ||
	    read_text(loader, node, "why", true, &ret->why) < 0 ||
	    read_texts(loader, node, "source", &ret->sources, &ret->n_sources) < 0)
		return -EINVAL;
	if (weight && strcmp(weight, "recommended") != 0)
		return yaml_error(yaml_get(node, "weight"), loader->err,
				  "weight: '%s' is not what an exclusion may have: recommended",
				  weight);
	if (weight)
		ret->weight = WEIGHT_RECOMMENDED;
	if (!capability == !ret->other_role)
		return yaml_error(node, loader->err, "excludes: expected one of: capability, role");
	if (!ret->n_sources)
		return yaml_error(node, loader->err, "'source' is missing: where is that written?");
	ret->name = pending->name;
	ret->other_name = capability ? capability : ret->other_role;
	if (!pending->is_capability)
		ret->role = pending->name;
	else if (need_of(loader, pending->node, pending->name, &ret->need) < 0)
		return -EINVAL;
	if (ret->other_role)
		return check_role(loader, yaml_get(node, "role"), ret->other_role, rules);
	return need_of(loader, yaml_get(node, "capability"), capability, &ret->other_need);
}

/* Behind all else: what is excluded may stand anywhere. */
int finish_exclusions(struct loader *loader, struct rules *rules)
{
	size_t n = loader->base ? loader->base->n_exclusions : 0, at = 0;
	struct exclusion *all;

	for (size_t i = 0; i < loader->exclusions.len; i++) {
		const struct pending_exclusion *pending = loader->exclusions.items[i];

		if (pending->node->kind != YAML_LIST)
			return yaml_error(pending->node, loader->err,
					  "excludes: expected a list, found %s",
					  yaml_kind_name(pending->node));
		n += pending->node->len;
	}
	all = arena_alloc(loader->arena, (n ? n : 1) * sizeof(*all));
	for (; loader->base && at < loader->base->n_exclusions; at++)
		all[at] = loader->base->exclusions[at];
	for (size_t i = 0; i < loader->exclusions.len; i++) {
		const struct pending_exclusion *pending = loader->exclusions.items[i];

		for (size_t k = 0; k < pending->node->len; k++)
			if (load_exclusion(loader, pending, &pending->node->items[k], rules,
					   &all[at++]) < 0)
				return -EINVAL;
	}
	rules->exclusions = all;
	rules->n_exclusions = n;
	return 0;
}
