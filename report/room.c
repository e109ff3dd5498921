/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "room.h"

#include <inttypes.h>
#include <string.h>

#include "core/quantity.h"
#include "words.h"

static const char *named(struct arena *arena, const struct room *room, int64_t number)
{
	return arena_printf(arena, "%" PRId64 " %s", number,
			    number == 1 ? room->unit : room->units);
}

static const char *how_many(struct arena *arena, const struct room_finding *found)
{
	const struct room *room = found->room;

	if (found->units.least == found->units.most)
		return named(arena, room, found->units.most);
	if (found->units.most == INT64_MAX && found->units.least == 0)
		return arena_printf(arena, "how many %s is not known", room->units);
	if (found->units.most == INT64_MAX)
		return arena_printf(arena, "at least %s", named(arena, room, found->units.least));
	if (found->units.least == 0)
		return arena_printf(arena, "at most %s", named(arena, room, found->units.most));
	return arena_printf(arena, "%" PRId64 " to %s", found->units.least,
			    named(arena, room, found->units.most));
}

/* What stands open: the first limit that something unknown keeps from being decided. */
static const struct limit_finding *open_limit(const struct room_finding *found)
{
	for (size_t i = 0; i < found->room->n_limits; i++)
		if (found->limits[i].unknown && found->limits[i].units.least < found->units.most)
			return &found->limits[i];
	return NULL;
}

const char *words_room(struct arena *arena, const struct room_finding *found)
{
	const struct limit_finding *open = open_limit(found);
	const char *text = how_many(arena, found);

	if (found->first && found->decided)
		return arena_printf(arena, "%s; first to run out: %s", text,
				    found->first->limit->title);
	if (found->first && found->first != open)
		text = arena_printf(arena, "%s, by %s", text, found->first->limit->title);
	if (open)
		return arena_printf(arena, "%s; %s: %s", text, open->limit->title,
				    words_unknown(arena, open->unknown));
	return text;
}

static const char *amount_text(struct arena *arena, const struct room_limit *limit, int64_t number)
{
	const struct value value = { .kind = VALUE_INT, .i = number };

	return words_value(arena, &value, limit->unit, limit->fact ? limit->fact : "");
}

static const char *amount_words(struct arena *arena, const struct room_limit *limit,
				struct amount amount)
{
	if (amount.least == amount.most)
		return amount_text(arena, limit, amount.least);
	if (amount.most == INT64_MAX)
		return amount.least ? arena_printf(arena, "at least %s",
						   amount_text(arena, limit, amount.least))
				    : "unknown";
	return arena_printf(arena, "%s to %s", amount_text(arena, limit, amount.least),
			    amount_text(arena, limit, amount.most));
}

static bool is_something(struct amount amount)
{
	return amount.most > 0;
}

const char *words_limit(struct arena *arena, const struct limit_finding *found)
{
	const struct room_limit *limit = found->limit;
	const bool one = !limit->unit && found->each.least == 1 && found->each.most == 1;
	const char *text = arena_printf(arena, "%s: %s", limit->title,
					amount_words(arena, limit, found->have));

	if (is_something(found->host))
		text = arena_printf(arena, "%s, %s of it for the host", text,
				    amount_words(arena, limit, found->host));
	if (one && !is_something(found->host))
		return text;
	if (!one)
		text = arena_printf(arena, "%s, %s for each", text,
				    amount_words(arena, limit, found->each));
	if (found->units.most != INT64_MAX)
		text = arena_printf(arena, "%s: %s%" PRId64, text,
				    found->units.least < found->units.most ? "at most " : "",
				    found->units.most);
	return text;
}

/* --- JSON --- */

static json_t *texts_json(const char *const *texts, size_t n)
{
	json_t *json = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(json, json_string(texts[i]));
	return json;
}

/* An end that nothing bounds is null. */
static json_t *end_json(int64_t number)
{
	return number == INT64_MAX ? json_null() : json_integer(number);
}

static json_t *amount_json(struct amount amount)
{
	json_t *json = json_object();

	json_object_set_new(json, "least", json_integer(amount.least));
	json_object_set_new(json, "most", end_json(amount.most));
	return json;
}

static json_t *limit_json(const struct limit_finding *found)
{
	const struct room_limit *limit = found->limit;
	json_t *json = json_object();

	json_object_set_new(json, "of", json_string(limit->title));
	if (limit->unit)
		json_object_set_new(json, "unit", json_string(limit->unit));
	json_object_set_new(json, "have", amount_json(found->have));
	json_object_set_new(json, "each", amount_json(found->each));
	if (is_something(found->host))
		json_object_set_new(json, "host", amount_json(found->host));
	json_object_set_new(json, "units", amount_json(found->units));
	return json;
}

json_t *rooms_json(struct judgement *judgement, const struct role_finding *role)
{
	json_t *rooms = json_array();

	for (size_t i = 0; i < role->role->n_rooms; i++) {
		const struct room_finding found =
			judge_room(judgement, role, &role->role->rooms[i]);
		json_t *json = amount_json(found.units), *limits = json_array();

		json_object_set_new(json, "unit", json_string(found.room->units));
		json_object_set_new(json, "first",
				    found.first && found.decided
					    ? json_string(found.first->limit->title)
					    : json_null());
		for (size_t k = 0; k < found.room->n_limits; k++)
			json_array_append_new(limits, limit_json(&found.limits[k]));
		json_object_set_new(json, "limits", limits);
		json_array_append_new(rooms, json);
	}
	return rooms;
}

json_t *rule_rooms_json(const struct role *role)
{
	json_t *rooms = json_array();

	for (size_t i = 0; i < role->n_rooms; i++) {
		json_t *json = json_object(), *limits = json_array();

		json_object_set_new(json, "unit", json_string(role->rooms[i].units));
		for (size_t k = 0; k < role->rooms[i].n_limits; k++) {
			const struct room_limit *limit = &role->rooms[i].limits[k];
			json_t *one = json_object();

			json_object_set_new(one, "of", json_string(limit->title));
			json_object_set_new(one, "why", json_string(limit->why));
			json_object_set_new(one, "source",
					    texts_json(limit->sources, limit->n_sources));
			json_array_append_new(limits, one);
		}
		json_object_set_new(json, "limits", limits);
		json_array_append_new(rooms, json);
	}
	return rooms;
}
