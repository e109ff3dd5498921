/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/rooms.h"

#include "room.h"

static const char *sources_of(struct arena *arena, const struct room_limit *limit,
			      struct citations *citations)
{
	const char *sources = "";

	if (citations)
		return cite(citations, limit->sources, limit->n_sources);
	for (size_t i = 0; i < limit->n_sources; i++)
		sources = arena_printf(arena, "%s%s%s", sources, i ? ", " : "", limit->sources[i]);
	return arena_printf(arena, "[%s]", sources);
}

static void show_limit(FILE *out, struct arena *arena, const struct limit_finding *found,
		       const struct style *style, struct citations *citations)
{
	const char *why = arena_printf(arena, "%s %s", found->limit->why,
				       sources_of(arena, found->limit, citations));

	screen_wrap(out, style, COLOR_NONE, 6,
		    screen_text(arena, style, words_limit(arena, found)));
	screen_wrap(out, style, COLOR_DIM, 8, screen_text(arena, style, why));
}

void show_rooms(FILE *out, struct judgement *judgement, const struct role_finding *role,
		const struct style *style, bool limits, struct citations *citations)
{
	struct arena *arena = &judgement->arena;

	for (size_t i = 0; i < role->role->n_rooms; i++) {
		const struct room_finding found =
			judge_room(judgement, role, &role->role->rooms[i]);
		const char *text = arena_printf(arena, "Room: %s.", words_room(arena, &found));

		screen_wrap(out, style, COLOR_NONE, 2, screen_text(arena, style, text));
		for (size_t k = 0; limits && k < found.room->n_limits; k++)
			show_limit(out, arena, &found.limits[k], style, citations);
	}
}
