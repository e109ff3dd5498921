/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/text_map.h"

#include <stddef.h>
#include <string.h>

struct text_entry {
	const char *key; /* NULL: free */
	const void *thing;
};

#define SMALLEST 64

/* FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint32_t hash_of(const char *key)
{
	uint32_t hash = 2166136261u;

	for (; *key; key++)
		hash = (hash ^ (unsigned char)*key) * 16777619u;
	return hash;
}

/* Where the key is, or would be. A quarter or more of the entries is always free. */
static struct text_entry *place_of(const struct text_map *map, const char *key)
{
	for (uint32_t i = hash_of(key);; i++) {
		struct text_entry *entry = &map->entries[i & (map->size - 1)];

		if (!entry->key || strcmp(entry->key, key) == 0)
			return entry;
	}
}

static void grow(struct arena *arena, struct text_map *map)
{
	const struct text_map old = *map;

	map->size = old.size ? 2 * old.size : SMALLEST;
	map->entries = arena_alloc(arena, map->size * sizeof(*map->entries));
	for (uint32_t i = 0; i < old.size; i++)
		if (old.entries[i].key)
			*place_of(map, old.entries[i].key) = old.entries[i];
}

const void *text_map_put(struct arena *arena, struct text_map *map, const char *key,
			 const void *thing)
{
	struct text_entry *entry;

	if (map->len >= map->size / 4 * 3)
		grow(arena, map);
	entry = place_of(map, key);
	if (!entry->key) {
		*entry = (struct text_entry){ .key = key, .thing = thing };
		map->len++;
	}
	return entry->thing;
}

const void *text_map_get(const struct text_map *map, const char *key)
{
	return map->size && key ? place_of(map, key)->thing : NULL;
}
