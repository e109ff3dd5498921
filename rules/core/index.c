/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/index.h"

#include <stdint.h>
#include <string.h>

struct index_slot {
	const char *name;
	void *item; /* NULL: the slot is free */
	uint32_t hash;
};

/* FNV-1a (draft-eastlake-fnv): short, and good enough for names that nobody chooses against it. */
static uint32_t hash_of(const char *name)
{
	uint32_t hash = 2166136261;

	for (; *name; name++)
		hash = (hash ^ (uint8_t)*name) * 16777619;
	return hash;
}

/* The slot of that name, or the free one where it would stand. */
static struct index_slot *slot_of(const struct index *index, const char *name, uint32_t hash)
{
	size_t at = hash & (index->size - 1);

	while (index->slots[at].item &&
	       (index->slots[at].hash != hash || strcmp(index->slots[at].name, name) != 0))
		at = (at + 1) & (index->size - 1);
	return &index->slots[at];
}

/* Twice as large; what is there is put where it stands now. */
static void grow(struct arena *arena, struct index *index)
{
	const struct index old = *index;

	index->size = old.size ? old.size * 2 : 256;
	index->slots = arena_alloc(arena, index->size * sizeof(*index->slots));
	for (size_t i = 0; i < old.size; i++)
		if (old.slots[i].item)
			*slot_of(index, old.slots[i].name, old.slots[i].hash) = old.slots[i];
}

void *index_get(const struct index *index, const char *name)
{
	return index->size ? slot_of(index, name, hash_of(name))->item : NULL;
}

void index_add(struct arena *arena, struct index *index, const char *name, void *item)
{
	uint32_t hash = hash_of(name);
	struct index_slot *slot;

	if (index->len >= index->size / 2)
		grow(arena, index);
	slot = slot_of(index, name, hash);
	if (slot->item)
		return;
	*slot = (struct index_slot){ .name = name, .item = item, .hash = hash };
	index->len++;
}
