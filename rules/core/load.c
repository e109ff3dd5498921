/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load: a folder of rule files into rules */
#include "core/load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/load_files.h"
#include "core/loader.h"
#include "core/util.h"

/* --- what kind of file it is --- */

static int define_features(struct loader *loader, const struct yaml *map)
{
	if (map->kind != YAML_MAP)
		return yaml_error(map, loader->err, "features: expected names and what they are");
	for (size_t i = 0; i < map->len; i++)
		if (define(loader, &map->keys[i], &map->items[i], true) < 0)
			return -EINVAL;
	return 0;
}

static int define_capabilities(struct loader *loader, const struct yaml *list)
{
	if (list->kind != YAML_LIST)
		return yaml_error(list, loader->err, "capabilities: expected a list");
	for (size_t i = 0; i < list->len; i++) {
		const struct yaml *name = yaml_get(&list->items[i], "capability");

		if (!name || name->kind != YAML_TEXT)
			return yaml_error(&list->items[i], loader->err, "'capability' is missing");
		if (define(loader, name, &list->items[i], false) < 0)
			return -EINVAL;
	}
	return 0;
}

/* A file of the tables that remedies name; -ENOENT: it is another kind of file. */
static int load_remedies(struct loader *loader, const struct yaml *tree)
{
	const struct yaml *packages = yaml_get(tree, "packages");
	const struct yaml *vendors = yaml_get(tree, "vendors");
	const struct yaml *settings = yaml_get(tree, "settings");

	if (!packages && !vendors && !settings)
		return -ENOENT;
	if (read_keys(loader, tree, "packages vendors settings") < 0 ||
	    (packages && load_packages(loader, packages) < 0) ||
	    (vendors && load_vendors(loader, vendors) < 0))
		return -EINVAL;
	return settings ? load_settings(loader, settings) : 0;
}

/* A list is of shortfalls; a mapping is a deployment, or features and capabilities. */
static int sort_in(struct loader *loader, const struct yaml *tree, struct pointers *deployments)
{
	int r;

	const struct yaml *features = yaml_get(tree, "features");
	const struct yaml *capabilities = yaml_get(tree, "capabilities");

	if (tree->kind == YAML_LIST) {
		for (size_t i = 0; i < tree->len; i++)
			if (load_shortfall(loader, &tree->items[i]) < 0)
				return -EINVAL;
		return 0;
	}
	r = load_remedies(loader, tree);
	if (r != -ENOENT)
		return r;
	if (is_examples_file(tree))
		return 0;
	if (!features && !capabilities) {
		pointers_add(loader->arena, deployments, (void *)tree);
		return 0;
	}
	if (read_keys(loader, tree, "features capabilities") < 0 ||
	    (features && define_features(loader, features) < 0))
		return -EINVAL;
	return capabilities ? define_capabilities(loader, capabilities) : 0;
}

/* Also what no deployment uses: a mistake in it is found now and not by its first user. */
static int load_definitions(struct loader *loader)
{
	for (size_t i = 0; i < loader->definitions.len; i++) {
		const struct definition *definition = loader->definitions.items[i];
		const struct capability *loaded;

		if (find_capability(loader, definition->node, definition->name,
				    definition->is_feature, &loaded) < 0)
			return -EINVAL;
	}
	return 0;
}

/* --- the result --- */

static void start_from_base(struct loader *loader)
{
	for (size_t i = 0; i < loader->base->n_needs; i++)
		add_need(loader, (struct need *)loader->base->needs[i]);
	for (size_t i = 0; i < loader->base->n_names; i++)
		add_name(loader, loader->base->names[i]);
}

static int by_id(const void *a, const void *b)
{
	int64_t left = ((const struct deployment *)a)->id;
	int64_t right = ((const struct deployment *)b)->id;

	return (left > right) - (left < right);
}

static bool is_replaced(const struct loader *loader, const struct deployment *shipped)
{
	for (size_t i = 0; i < loader->deployments.len; i++) {
		const struct deployment *own = loader->deployments.items[i];

		if (own->id == shipped->id || strcmp(own->name, shipped->name) == 0)
			return true;
	}
	return false;
}

static void finish_deployments(struct loader *loader, struct rules *ret)
{
	size_t n_base = loader->base ? loader->base->n_deployments : 0;
	struct deployment *all =
		arena_alloc(loader->arena, (n_base + loader->deployments.len) * sizeof(*all));
	size_t n = 0;

	for (size_t i = 0; i < n_base; i++)
		if (!is_replaced(loader, &loader->base->deployments[i]))
			all[n++] = loader->base->deployments[i];
	for (size_t i = 0; i < loader->deployments.len; i++)
		all[n++] = *(const struct deployment *)loader->deployments.items[i];
	qsort(all, n, sizeof(*all), by_id);
	ret->deployments = all;
	ret->n_deployments = n;
}

static void finish_capabilities(struct loader *loader, struct rules *ret)
{
	size_t n_base = loader->base ? loader->base->n_capabilities : 0;
	struct capability *all =
		arena_alloc(loader->arena, (n_base + loader->definitions.len) * sizeof(*all));

	for (size_t i = 0; i < n_base; i++)
		all[i] = loader->base->capabilities[i];
	for (size_t i = 0; i < loader->definitions.len; i++) {
		const struct definition *definition = loader->definitions.items[i];

		all[n_base + i] = *definition->loaded;
	}
	ret->capabilities = all;
	ret->n_capabilities = n_base + loader->definitions.len;
}

static const char *digest_text(struct loader *loader, struct rule_files *files)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	char *text = arena_alloc(loader->arena, 2 * sizeof(digest) + 1);

	/* A site's rules stand on the shipped ones: the digest names both. */
	if (loader->base)
		sha256_update(&files->digest, strlen(loader->base->digest),
			      (const uint8_t *)loader->base->digest);
	sha256_digest(&files->digest, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		sprintf(text + 2 * i, "%02x", digest[i]);
	return text;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Behind those of the site, so that rules upon these find the shipped ones too. */
static void add_shortfalls_of_base(struct loader *loader)
{
	for (size_t i = 0; loader->base && i < loader->base->n_shortfalls; i++)
		pointers_add(loader->arena, &loader->shortfalls,
			     (void *)loader->base->shortfalls[i]);
}

static void finish(struct loader *loader, struct rule_files *files, struct rules *ret)
{
	add_shortfalls_of_base(loader);
	*ret = (struct rules){
		.version = STACKCHECK_VERSION,
		.digest = digest_text(loader, files),
		.needs = (const struct need *const *)loader->needs.items,
		.n_needs = loader->needs.len,
		.shortfalls = (const struct shortfall *const *)loader->shortfalls.items,
		.n_shortfalls = loader->shortfalls.len,
		.names = (const char *const *)loader->names.items,
		.n_names = loader->names.len,
	};
	if (loader->names.len > 1)
		qsort(loader->names.items, loader->names.len, sizeof(char *), by_text);
	finish_deployments(loader, ret);
	finish_capabilities(loader, ret);
	finish_remedies(loader, ret);
}

int load_rules(struct loader *loader, const char *const *paths, size_t n_paths, struct rules *ret)
{
	struct pointers deployments = { 0 };
	struct rule_files files = { 0 };

	if (loader->base)
		start_from_base(loader);
	sha256_init(&files.digest);
	for (size_t i = 0; i < n_paths; i++)
		if (read_rule_files(loader, paths[i], &files) < 0)
			return loader->err->code;
	for (size_t i = 0; i < files.trees.len; i++)
		if (sort_in(loader, files.trees.items[i], &deployments) < 0)
			return -EINVAL;
	if (load_definitions(loader) < 0)
		return -EINVAL;
	for (size_t i = 0; i < deployments.len; i++)
		if (load_deployment(loader, deployments.items[i]) < 0)
			return -EINVAL;
	if (check_steps(loader) < 0)
		return -EINVAL;
	finish(loader, &files, ret);
	return finish_exclusions(loader, ret);
}

int rules_load_all(struct arena *arena, const char *const *paths, size_t n_paths,
		   const struct rules *base, struct rules *ret, struct error *err)
{
	struct error own = { 0 };
	struct loader loader = { .arena = arena, .err = err ? err : &own, .base = base };

	return load_rules(&loader, paths, n_paths, ret);
}

int rules_load(struct arena *arena, const char *path, const struct rules *base, struct rules *ret,
	       struct error *err)
{
	return rules_load_all(arena, &path, 1, base, ret, err);
}
