/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load: how a role asks a need: weight, condition, why and source */
#include <errno.h>
#include <string.h>

#include "core/lint.h"
#include "core/load_need.h"
#include "core/util.h"

static void append_use(struct loader *loader, struct uses *uses, const struct use *use)
{
	uses->items = arena_grown(loader->arena, uses->items, uses->len, &uses->size,
				  sizeof(*uses->items));
	uses->items[uses->len++] = *use;
}

void add_use(struct loader *loader, struct uses *uses, const struct use *use)
{
	for (size_t i = 0; i < uses->len; i++) {
		struct use *there = &uses->items[i];

		if (there->need != use->need)
			continue;
		/* Asked always and at least as strongly: nothing is added. */
		if (!there->when && there->weight >= use->weight)
			return;
		if (!use->when && use->weight >= there->weight) {
			uint8_t layer = there->layer;

			*there = *use;
			there->layer = layer;
			return;
		}
		if (use->when_text && there->when_text &&
		    strcmp(use->when_text, there->when_text) == 0) {
			if (use->weight > there->weight)
				*there = *use;
			return;
		}
	}
	append_use(loader, uses, use);
}

int read_weight(const struct entry *entry, enum weight otherwise, enum weight *ret)
{
	const char *name;
	int r;

	*ret = otherwise;
	if (read_text(entry->loader, entry->node, "weight", false, &name) < 0)
		return -EINVAL;
	if (name) {
		r = weight_of_name(name);
		if (r < 0)
			return yaml_error(
				yaml_get(entry->node, "weight"), entry->loader->err,
				"'%s' is no weight; expected hard, recommended or optional", name);
		*ret = (enum weight)r;
	}
	if (yaml_get(entry->node, "optional"))
		*ret = WEIGHT_OPTIONAL;
	if (*ret > entry->context->most)
		*ret = entry->context->most;
	return 0;
}

/* The entry's own condition and its context's, both. */
int read_when(const struct entry *entry, struct use *use)
{
	const struct yaml *node = yaml_get(entry->node, "when");
	const char *outer = entry->context->when;
	const struct cel_expr *expr = NULL;

	if (node && read_expr(entry->loader, node, NULL, &expr) < 0)
		return -EINVAL;
	use->when_text = node ? node->text : outer;
	if (node && outer)
		use->when_text =
			arena_printf(entry->loader->arena, "(%s) && (%s)", outer, node->text);
	if (use->when_text &&
	    compile_text(entry->loader, entry->node, use->when_text, NULL, &use->when) < 0)
		return -EINVAL;
	return 0;
}

static int read_use(const struct entry *entry, struct use *use)
{
	const struct use_context *context = entry->context;
	size_t n_sources = context->n_sources;
	const char *phrase;

	use->sources = context->sources;
	if (read_text(entry->loader, entry->node, "why", false, &use->why) < 0 ||
	    read_texts(entry->loader, entry->node, "source", &use->sources, &n_sources) < 0 ||
	    read_when(entry, use) < 0)
		return -EINVAL;
	use->n_sources = (uint16_t)n_sources;
	use->layer = context->layer;
	if (!use->why)
		use->why = context->why;
	/* Beside a need the phrase of `optional` says which feature it is for. */
	if (read_text(entry->loader, entry->node, "optional", false, &phrase) < 0)
		return -EINVAL;
	if (phrase && use->why && strcmp(phrase, use->why) != 0)
		use->why = arena_printf(entry->loader->arena, "%s: %s", phrase, use->why);
	if (!use->why)
		return yaml_error(entry->node, entry->loader->err,
				  "'why' is missing: say in a phrase what needs it");
	if (!use->n_sources)
		return yaml_error(entry->node, entry->loader->err,
				  "'source' is missing: where is that written?");
	return 0;
}

/* What is only judged to be right may advise; what refuses a host has been read somewhere. */
static int check_sources(const struct entry *entry, const struct use *use)
{
	const struct yaml *node = yaml_get(entry->node, "source");
	bool judged = use->n_sources == 1 && strcmp(use->sources[0], "judgement") == 0;

	for (size_t i = 0; i < use->n_sources; i++)
		if (strcmp(use->sources[i], "unverified") == 0)
			return yaml_error(node ? node : entry->node, entry->loader->err,
					  "'unverified' is no source: look it up, or call it "
					  "judgement");
	if (judged && use->weight == WEIGHT_HARD && use->need->kind != NEED_CONFIRM)
		return yaml_error(node ? node : entry->node, entry->loader->err,
				  "a need that rests on judgement alone cannot be hard: name "
				  "where it is written, or recommend it");
	return 0;
}

int use_need(const struct entry *entry, const struct need *need, enum weight weight)
{
	struct use use = { .need = need };

	if (read_use(entry, &use) < 0)
		return -EINVAL;
	use.weight = (uint8_t)weight;
	if (check_sources(entry, &use) < 0)
		return -EINVAL;
	if (!entry->context->is_part)
		lint_use(entry->loader, entry->node, need);
	add_use(entry->loader, entry->uses, &use);
	return 0;
}
