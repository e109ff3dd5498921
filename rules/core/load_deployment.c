/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load: deployments and their roles */
#include <errno.h>
#include <string.h>

#include "core/lint.h"
#include "core/loader.h"
#include "core/util.h"
#include "host/host.h"

static int read_hosts(struct loader *loader, const struct yaml *map, struct role *role)
{
	const struct yaml *hosts = yaml_get(map, "hosts");

	role->hosts_minimum = 1;
	if (!hosts)
		return 0;
	if (read_keys(loader, hosts, "minimum production odd") < 0 ||
	    read_int(loader, hosts, "minimum", &role->hosts_minimum) < 0 ||
	    read_int(loader, hosts, "production", &role->hosts_production) < 0)
		return -EINVAL;
	return read_bool(loader, hosts, "odd", &role->hosts_odd);
}

/* Each name with the fact that tells of it; `marks` has room. */
static void add_marks(struct loader *loader, const char **marks, struct role *role,
		      const char *prefix, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *mark = arena_printf(loader->arena, "%s%s", prefix, names[i]);

		note_name(loader, mark);
		marks[role->n_marks++] = mark;
	}
}

static int read_installed(struct loader *loader, const struct yaml *map, struct role *role)
{
	const struct yaml *installed = yaml_get(map, "installed");
	const char *const *paths = NULL;
	const char **marks;
	size_t n_paths = 0;

	if (!installed)
		return 0;
	if (read_keys(loader, installed, "units processes paths holders") < 0 ||
	    read_texts(loader, installed, "units", &role->units, &role->n_units) < 0 ||
	    read_texts(loader, installed, "processes", &role->processes, &role->n_processes) < 0 ||
	    read_texts(loader, installed, "paths", &paths, &n_paths) < 0 ||
	    read_texts(loader, installed, "holders", &role->holders, &role->n_holders) < 0)
		return -EINVAL;
	marks = arena_alloc(loader->arena,
			    (role->n_units + role->n_processes + n_paths) * sizeof(*marks));
	add_marks(loader, marks, role, "service.active.", role->units, role->n_units);
	add_marks(loader, marks, role, "process.running.", role->processes, role->n_processes);
	add_marks(loader, marks, role, "path.exists.", paths, n_paths);
	role->marks = marks;
	return 0;
}

/* `arch: [x86_64]` is a need like any other, of the lowest layer. */
static int add_arch(struct loader *loader, const struct yaml *list, struct uses *uses)
{
	struct yaml *map = arena_alloc(loader->arena, sizeof(*map));
	struct yaml *keys = arena_alloc(loader->arena, 2 * sizeof(*keys));
	struct yaml *items = arena_alloc(loader->arena, 2 * sizeof(*items));
	static const char *const seed[] = { "seed" };
	const struct use_context context = {
		.most = WEIGHT_HARD,
		.why = "the architectures that its publisher supports for a host",
		.sources = seed,
		.n_sources = ARRAY_SIZE(seed),
	};
	const struct yaml needs = { .kind = YAML_LIST, .items = map, .len = 1, .file = list->file };

	keys[0] = *list;
	keys[0].kind = YAML_TEXT;
	keys[0].text = "need";
	keys[1] = keys[0];
	keys[1].text = "in";
	items[0] = keys[0];
	items[0].text = "host.arch";
	items[1] = *list;
	*map = *list;
	map->kind = YAML_MAP;
	map->keys = keys;
	map->items = items;
	map->len = 2;
	return load_needs(loader, &needs, &context, uses);
}

static int layer_of(struct loader *loader, const struct yaml *node,
		    const struct deployment *deployment, uint8_t *ret)
{
	const char *name;

	if (read_keys(loader, node, "layer needs") < 0 ||
	    read_text(loader, node, "layer", true, &name) < 0)
		return -EINVAL;
	for (size_t i = 0; i < deployment->n_stack; i++) {
		if (strcmp(deployment->stack[i], name) == 0) {
			*ret = (uint8_t)i;
			return 0;
		}
	}
	return yaml_error(
		yaml_get(node, "layer"), loader->err,
		"'%s' is no layer of this deployment's stack%s", name,
		did_you_mean(loader->arena, name, deployment->stack, deployment->n_stack));
}

static int load_layers(struct loader *loader, const struct yaml *map,
		       const struct deployment *deployment, struct uses *uses)
{
	const struct yaml *layers = yaml_get(map, "layers");

	if (!layers || layers->kind != YAML_LIST)
		return yaml_error(layers ? layers : map, loader->err,
				  "layers: expected a list of layers with their needs");
	for (size_t i = 0; i < layers->len; i++) {
		const struct yaml *needs = yaml_get(&layers->items[i], "needs");
		struct use_context context = { .most = WEIGHT_HARD };

		if (layer_of(loader, &layers->items[i], deployment, &context.layer) < 0)
			return -EINVAL;
		if (needs && load_needs(loader, needs, &context, uses) < 0)
			return -EINVAL;
	}
	return 0;
}

/* The architecture alone, which every deployment has, tells nothing of what the machine must be. */
static bool asks_for_hardware(const struct uses *uses)
{
	for (size_t i = 0; i < uses->len; i++) {
		const struct need *need = uses->items[i].need;

		if (uses->items[i].weight == WEIGHT_HARD && !need->deferred &&
		    need->kind != NEED_CONFIRM && need->kind != NEED_NOTE &&
		    !(need->fact && strcmp(need->fact, "host.arch") == 0))
			return true;
	}
	return false;
}

static int load_role(struct loader *loader, const struct yaml *node, const struct yaml *arch,
		     const struct deployment *deployment, struct role *role)
{
	const struct yaml *own_arch = yaml_get(node, "arch");
	struct uses uses = { 0 };

	lint_begin_role(loader);
	if (read_keys(loader, node,
		      "role title hosts primary brings_os optional arch installed layers room "
		      "excludes") < 0 ||
	    read_text(loader, node, "role", true, &role->name) < 0 ||
	    read_text(loader, node, "title", false, &role->title) < 0 ||
	    read_bool(loader, node, "primary", &role->primary) < 0 ||
	    read_bool(loader, node, "brings_os", &role->brings_os) < 0 ||
	    read_bool(loader, node, "optional", &role->optional) < 0 ||
	    read_hosts(loader, node, role) < 0 || read_installed(loader, node, role) < 0 ||
	    add_arch(loader, own_arch ? own_arch : arch, &uses) < 0 ||
	    load_layers(loader, node, deployment, &uses) < 0 || load_rooms(loader, node, role) < 0)
		return -EINVAL;
	note_exclusions(
		loader, node,
		arena_printf(loader->arena, "%lld/%s", (long long)deployment->id, role->name),
		false);
	if (role->primary && !asks_for_hardware(&uses))
		return yaml_error(node, loader->err,
				  "the primary role '%s' asks nothing of the hardware", role->name);
	role->uses = uses.items;
	role->n_uses = uses.len;
	lint_role(loader, node, role);
	return 0;
}

static int load_roles(struct loader *loader, const struct yaml *node, const struct yaml *arch,
		      struct deployment *deployment)
{
	const struct yaml *list = yaml_get(node, "roles");
	struct role *roles;
	bool primary = false;

	if (!list || list->kind != YAML_LIST || !list->len)
		return yaml_error(list ? list : node, loader->err,
				  "roles: expected a list of roles");
	roles = arena_alloc(loader->arena, list->len * sizeof(*roles));
	for (size_t i = 0; i < list->len; i++) {
		if (load_role(loader, &list->items[i], arch, deployment, &roles[i]) < 0)
			return -EINVAL;
		for (size_t k = 0; k < i; k++)
			if (strcmp(roles[k].name, roles[i].name) == 0)
				return yaml_error(&list->items[i], loader->err,
						  "role '%s' stands twice", roles[i].name);
		primary |= roles[i].primary;
	}
	if (!primary)
		return yaml_error(list, loader->err,
				  "no role is primary: which one carries the workload?");
	deployment->roles = roles;
	deployment->n_roles = list->len;
	return 0;
}

static int read_head(struct loader *loader, const struct yaml *node, struct deployment *deployment)
{
	if (read_keys(loader, node,
		      "id name title summary stack status arch roles reviewed release "
		      "notes hosts examples") < 0 ||
	    read_int(loader, node, "id", &deployment->id) < 0 ||
	    read_text(loader, node, "name", true, &deployment->name) < 0 ||
	    read_text(loader, node, "title", true, &deployment->title) < 0 ||
	    read_text(loader, node, "summary", true, &deployment->summary) < 0 ||
	    read_text(loader, node, "status", true, &deployment->status) < 0 ||
	    read_texts(loader, node, "stack", &deployment->stack, &deployment->n_stack) < 0)
		return -EINVAL;
	if (!deployment->id)
		return yaml_error(node, loader->err, "'id' is missing");
	if (!deployment->n_stack || deployment->n_stack > UINT8_MAX)
		return yaml_error(node, loader->err,
				  "stack: expected the layers, from the lowest to the highest");
	if (strspn(deployment->name, "abcdefghijklmnopqrstuvwxyz0123456789-") !=
	    strlen(deployment->name))
		return yaml_error(yaml_get(node, "name"), loader->err,
				  "name: expected small letters, digits and '-', not '%s'",
				  deployment->name);
	return 0;
}

/* Ids below are stackcheck's own, now and later; a site may replace those that there are. */
#define FIRST_SITE_ID 1000

static int check_site_id(struct loader *loader, const struct yaml *node, int64_t id)
{
	for (size_t i = 0; loader->base && i < loader->base->n_deployments; i++)
		if (loader->base->deployments[i].id == id)
			return 0;
	if (!loader->base || id >= FIRST_SITE_ID)
		return 0;
	return yaml_error(
		yaml_get(node, "id"), loader->err,
		"id: there is no deployment %lld to replace; a site's own have ids from %d",
		(long long)id, FIRST_SITE_ID);
}

int load_deployment(struct loader *loader, const struct yaml *node)
{
	struct deployment *deployment = arena_alloc(loader->arena, sizeof(*deployment));
	const struct yaml *arch = yaml_get(node, "arch");

	deployment->file = node->file;
	deployment->from_site = loader->base != NULL;
	if (read_head(loader, node, deployment) < 0 ||
	    check_site_id(loader, node, deployment->id) < 0)
		return -EINVAL;
	if (!arch)
		return yaml_error(node, loader->err, "'arch' is missing");
	for (size_t i = 0; i < loader->deployments.len; i++) {
		const struct deployment *other = loader->deployments.items[i];

		if (other->id == deployment->id || strcmp(other->name, deployment->name) == 0)
			return yaml_error(node, loader->err,
					  "deployment %lld '%s' is defined already, in %s",
					  (long long)other->id, other->name, other->file);
	}
	if (load_notes(loader, node, deployment) < 0 ||
	    load_roles(loader, node, arch, deployment) < 0)
		return -EINVAL;
	pointers_add(loader->arena, &loader->deployments, deployment);
	return 0;
}
