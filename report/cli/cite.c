/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/cite.h"

#include <string.h>

#include "core/util.h"

static size_t number_of(struct citations *citations, const char *source)
{
	for (size_t i = 0; i < citations->len; i++)
		if (strcmp(citations->sources[i], source) == 0)
			return i + 1;
	citations->sources = arena_grown(citations->arena, citations->sources, citations->len,
					 &citations->size, sizeof(*citations->sources));
	citations->sources[citations->len++] = source;
	return citations->len;
}

const char *cite(struct citations *citations, const char *const *sources, size_t n)
{
	const char *text = "[";

	for (size_t i = 0; i < n; i++)
		text = arena_printf(citations->arena, "%s%s%zu", text, i ? "," : "",
				    number_of(citations, sources[i]));
	return arena_printf(citations->arena, "%s]", text);
}

/*
 * A file on GitHub in the form that other sources have: "moby/moby@b985e2313a86:contrib/x.sh"; NULL:
 * it is none.
 */
static const char *file_on_github(struct arena *arena, const char *source)
{
	static const char site[] = "https://github.com/";
	const char *repository = source + strlen(site), *blob, *path;

	blob = starts_with(source, site) ? strstr(repository, "/blob/") : NULL;
	path = blob ? strchr(blob + strlen("/blob/"), '/') : NULL;
	if (!path)
		return NULL;
	/* A commit is told apart by less than all of its name. */
	return arena_printf(arena, "%.*s@%.12s:%s", (int)(blob - repository), repository,
			    arena_strndup(arena, blob + strlen("/blob/"),
					  (size_t)(path - blob) - strlen("/blob/")),
			    path + 1);
}

static const char *spelled_out(struct arena *arena, const char *source)
{
	const char *file = file_on_github(arena, source);

	if (file)
		return file;
	/* The two that are no place. */
	if (strcmp(source, "seed") == 0)
		return "seed: the deployment's own design";
	if (strcmp(source, "judgement") == 0)
		return "judgement: reasoned by stackcheck's authors, written nowhere";
	return source;
}

void cite_list(FILE *out, const struct citations *citations, const struct style *style)
{
	if (!citations->len)
		return;
	fputs("\nSources\n", out);
	for (size_t i = 0; i < citations->len; i++) {
		const char *number = arena_printf(citations->arena, "%zu", i + 1);
		const struct span spans[] = {
			{ COLOR_NONE, number },
			{ COLOR_DIM,
			  screen_text(citations->arena, style,
				      arena_printf(citations->arena, " %s",
						   spelled_out(citations->arena,
							       citations->sources[i]))) },
		};

		screen_spans(out, style, strlen(number) < 4 ? 4 - strlen(number) : 0, 5, spans,
			     ARRAY_SIZE(spans));
	}
}
