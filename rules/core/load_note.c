/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * load: what the rules of a deployment hold for, when they were held against their sources last, and
 * where its publisher has moved on since
 */
#include <errno.h>

#include "core/date.h"
#include "core/loader.h"

static int read_date(struct loader *loader, const struct yaml *map, const char *key,
		     const char **ret)
{
	if (read_text(loader, map, key, false, ret) < 0)
		return -EINVAL;
	if (*ret && !is_date(*ret))
		return yaml_error(yaml_get(map, key), loader->err,
				  "%s: expected a date (2026-11-22), not '%s'", key, *ret);
	return 0;
}

/* What is said of a publisher is written somewhere. */
static int read_source(struct loader *loader, const struct yaml *map, const char *const **ret,
		       size_t *ret_len)
{
	if (read_texts(loader, map, "source", ret, ret_len) < 0)
		return -EINVAL;
	if (!*ret_len)
		return yaml_error(map, loader->err, "'source' is missing: where is that written?");
	return 0;
}

static int read_release(struct loader *loader, const struct yaml *map,
			struct deployment *deployment)
{
	const struct yaml *release = yaml_get(map, "release");

	if (!release)
		return 0;
	if (read_keys(loader, release, "name source") < 0 ||
	    read_text(loader, release, "name", true, &deployment->release) < 0)
		return -EINVAL;
	return read_source(loader, release, &deployment->release_sources,
			   &deployment->n_release_sources);
}

static int read_note(struct loader *loader, const struct yaml *node, struct note *note)
{
	if (read_keys(loader, node, "text since source") < 0 ||
	    read_text(loader, node, "text", true, &note->text) < 0 ||
	    read_text(loader, node, "since", false, &note->since) < 0)
		return -EINVAL;
	return read_source(loader, node, &note->sources, &note->n_sources);
}

int load_notes(struct loader *loader, const struct yaml *map, struct deployment *deployment)
{
	const struct yaml *list = yaml_get(map, "notes");
	struct note *notes;

	if (read_date(loader, map, "reviewed", &deployment->reviewed) < 0 ||
	    read_release(loader, map, deployment) < 0)
		return -EINVAL;
	if (!list)
		return 0;
	if (list->kind != YAML_LIST || !list->len)
		return yaml_error(list, loader->err,
				  "notes: expected a list of notes (text, since, source)");
	notes = arena_alloc(loader->arena, list->len * sizeof(*notes));
	for (size_t i = 0; i < list->len; i++)
		if (read_note(loader, &list->items[i], &notes[i]) < 0)
			return -EINVAL;
	deployment->notes = notes;
	deployment->n_notes = list->len;
	return 0;
}
