/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/value.h"

#include <string.h>

#include "core/util.h"

static const char *const reason_names[N_UNKNOWN_REASONS] = {
	[UNKNOWN_PERMISSION] = "permission", [UNKNOWN_UNSUPPORTED] = "unsupported",
	[UNKNOWN_HIDDEN] = "hidden",	     [UNKNOWN_ERROR] = "error",
	[UNKNOWN_TIMEOUT] = "timeout",	     [UNKNOWN_NOT_RECORDED] = "not-recorded",
};

struct value value_string(const char *text)
{
	if (!text)
		return value_null();
	return (struct value){ .kind = VALUE_STRING, .len = (uint32_t)strlen(text), .s = text };
}

struct value value_list(const struct value *items, size_t len)
{
	return (struct value){ .kind = VALUE_LIST, .len = (uint32_t)len, .items = items };
}

struct value value_map(const struct value_entry *entries, size_t len)
{
	return (struct value){ .kind = VALUE_MAP, .len = (uint32_t)len, .entries = entries };
}

struct value value_unknown(struct arena *arena, enum unknown_reason reason, const char *fact,
			   const char *detail)
{
	struct value_unknown *node = arena_alloc(arena, sizeof(*node));

	node->reason = reason;
	node->fact = fact ? arena_strdup(arena, fact) : NULL;
	node->detail = detail ? arena_strdup(arena, detail) : NULL;
	return (struct value){ .kind = VALUE_UNKNOWN, .unknown = node };
}

const char *unknown_reason_name(enum unknown_reason reason)
{
	return reason < N_UNKNOWN_REASONS ? reason_names[reason] : NULL;
}

enum unknown_reason unknown_reason_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(reason_names); i++)
		if (reason_names[i] && strcmp(reason_names[i], name) == 0)
			return (enum unknown_reason)i;
	return UNKNOWN_NONE;
}

/*
 * Bits of a table that `max` entries fill to one half at most: one or two steps then find a name.
 */
static uint8_t index_bits(size_t max)
{
	uint8_t bits = 2;

	while (((size_t)1 << bits) < 2 * max)
		bits++;
	return bits;
}

/* Eight bytes a step: names are short and there are thousands of them. */
static uint32_t hash(const char *text, size_t len, uint8_t bits)
{
	uint64_t sum = len;

	for (size_t i = 0; i < len; i += 8) {
		uint64_t part = 0;

		memcpy(&part, text + i, len - i < 8 ? len - i : 8);
		sum = (sum ^ part) * 0x9e3779b97f4a7c15u; /* 2^64 / golden ratio, odd */
		sum ^= sum >> 29;
	}
	return (uint32_t)(sum >> (64 - bits));
}

/* The table lies in front of the entries; a slot holds an entry's place + 1, 0 where it is free. */
static uint32_t *index_table(const struct value_entry *entries, uint8_t bits)
{
	return (uint32_t *)(void *)entries - ((size_t)1 << bits);
}

/* The slot of a name, or the free one where it would be. */
static uint32_t *index_slot(const struct value_entry *entries, uint8_t bits, const char *name,
			    size_t len)
{
	uint32_t *table = index_table(entries, bits);
	uint32_t mask = (uint32_t)(((size_t)1 << bits) - 1);

	for (uint32_t slot = hash(name, len, bits);; slot = (slot + 1) & mask) {
		const struct value *key;

		if (!table[slot])
			return &table[slot];
		key = &entries[table[slot] - 1].key;
		if (key->len == len && memcmp(key->s, name, len) == 0)
			return &table[slot];
	}
}

void name_map_start(struct arena *arena, struct name_map *map, size_t max)
{
	size_t table = sizeof(uint32_t) << index_bits(max);
	char *memory = arena_alloc(arena, table + max * sizeof(struct value_entry));

	*map = (struct name_map){ .entries = (void *)(memory + table), .max = max };
}

bool name_map_add(struct name_map *map, struct value key, struct value value)
{
	uint32_t *slot = index_slot(map->entries, index_bits(map->max), key.s, key.len);

	if (*slot)
		return false;
	if (map->len == map->max)
		abort();
	map->entries[map->len++] = (struct value_entry){ .key = key, .value = value };
	*slot = (uint32_t)map->len;
	return true;
}

struct value name_map_value(const struct name_map *map)
{
	struct value value = value_map(map->entries, map->len);

	value.index_bits = index_bits(map->max);
	return value;
}

static const struct value *get_indexed(const struct value *map, const char *name)
{
	uint32_t slot = *index_slot(map->entries, map->index_bits, name, strlen(name));

	return slot ? &map->entries[slot - 1].value : NULL;
}

const struct value *value_get(const struct value *map, const char *name)
{
	if (map->kind != VALUE_MAP)
		return NULL;
	if (map->index_bits)
		return get_indexed(map, name);
	for (uint32_t i = 0; i < map->len; i++)
		if (value_is(&map->entries[i].key, name))
			return &map->entries[i].value;
	return NULL;
}

bool value_is(const struct value *value, const char *text)
{
	return value && value->kind == VALUE_STRING && strcmp(value->s, text) == 0;
}

struct value value_copy(struct arena *arena, const struct value *value)
{
	struct value copy = *value;

	switch ((enum value_kind)value->kind) {
	case VALUE_STRING:
	case VALUE_BYTES:
	case VALUE_ERROR:
		copy.s = arena_strndup(arena, value->s, value->len);
		break;
	case VALUE_LIST: {
		struct value *items = arena_alloc(arena, value->len * sizeof(*items));

		for (uint32_t i = 0; i < value->len; i++)
			items[i] = value_copy(arena, &value->items[i]);
		copy.items = items;
		break;
	}
	case VALUE_MAP: {
		struct value_entry *entries = arena_alloc(arena, value->len * sizeof(*entries));

		for (uint32_t i = 0; i < value->len; i++) {
			entries[i].key = value_copy(arena, &value->entries[i].key);
			entries[i].value = value_copy(arena, &value->entries[i].value);
		}
		copy.entries = entries;
		copy.index_bits = 0; /* the table stayed behind */
		break;
	}
	case VALUE_UNKNOWN: {
		const struct value_unknown **end = &copy.unknown;

		for (const struct value_unknown *from = value->unknown; from; from = from->next) {
			struct value_unknown *node = arena_alloc(arena, sizeof(*node));

			node->reason = from->reason;
			node->fact = from->fact ? arena_strdup(arena, from->fact) : NULL;
			node->detail = from->detail ? arena_strdup(arena, from->detail) : NULL;
			*end = node;
			end = &node->next;
		}
		*end = NULL;
		break;
	}
	case VALUE_NULL:
	case VALUE_BOOL:
	case VALUE_INT:
	case VALUE_UINT:
	case VALUE_DOUBLE:
	case VALUE_TYPE:
		break;
	}
	return copy;
}

void record_add(struct arena *arena, struct record *record, const char *key, struct value value)
{
	record->entries = arena_grown(arena, record->entries, record->len, &record->size,
				      sizeof(*record->entries));
	record->entries[record->len++] = (struct value_entry){ value_string(key), value };
}

struct value record_value(const struct record *record)
{
	return value_map(record->entries, record->len);
}

void list_add(struct arena *arena, struct list *list, struct value value)
{
	list->items = arena_grown(arena, list->items, list->len, &list->size, sizeof(*list->items));
	list->items[list->len++] = value;
}

struct value list_value(const struct list *list)
{
	return value_list(list->items, list->len);
}
