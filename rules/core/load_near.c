/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load: the likeliest of what may have been meant, for errors that tell of a name */
#include <string.h>

#include "core/loader.h"
#include "core/util.h"

/* More names than anything of a rule file has. */
#define MAX_NAMES 4096

const char *did_you_mean(struct arena *arena, const char *name, const char *const *names, size_t n)
{
	const char *near = cel_nearest(name, names, n);

	return near ? arena_printf(arena, "; did you mean '%s'?", near) : "";
}

int no_fact(struct loader *loader, const struct yaml *at, const char *name)
{
	const char *near = fact_name_near(name);

	return yaml_error(at, loader->err, "there is no fact '%s'%s%s%s", name,
			  near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

int unknown_key(struct loader *loader, const struct yaml *key, const char *allowed)
{
	char *rest = arena_strdup(loader->arena, allowed), *word;
	const char *names[64];
	size_t n = 0;

	while ((word = strsep(&rest, " ")) && n < ARRAY_SIZE(names))
		names[n++] = word;
	return yaml_error(key, loader->err, "unknown key '%s'%s expected one of: %s", key->text,
			  *did_you_mean(loader->arena, key->text, names, n)
				  ? did_you_mean(loader->arena, key->text, names, n)
				  : ";",
			  allowed);
}

#define FEATURE "feature."

/* The name without the mark of features; NULL: it is of the other kind. */
static const char *name_of(const struct capability *capability, bool is_feature)
{
	if (starts_with(capability->name, FEATURE) != is_feature)
		return NULL;
	return capability->name + (is_feature ? strlen(FEATURE) : 0);
}

int no_capability(struct loader *loader, const struct yaml *at, const char *name, bool is_feature)
{
	const char **names = arena_alloc(loader->arena, MAX_NAMES * sizeof(*names));
	const size_t n_base = loader->base ? loader->base->n_capabilities : 0;
	size_t n = 0;

	for (size_t i = 0; i < loader->definitions.len && n < MAX_NAMES; i++) {
		const struct definition *definition = loader->definitions.items[i];

		if (definition->is_feature == is_feature)
			names[n++] = definition->name;
	}
	for (size_t i = 0; i < n_base && n < MAX_NAMES; i++) {
		names[n] = name_of(&loader->base->capabilities[i], is_feature);
		n += names[n] != NULL;
	}
	return yaml_error(at, loader->err, "there is no %s '%s'%s",
			  is_feature ? "feature" : "capability", name,
			  did_you_mean(loader->arena, name, names, n));
}
