/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * value: what facts hold and what rules compute with: the types of the Common Expression Language
 * (cel-spec doc/langdef.md, "Values") and, beside them, unknown and error, which are values too so
 * that no code path can lose them.
 */
#ifndef STACKCHECK_VALUE_H
#define STACKCHECK_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"

enum value_kind {
	VALUE_NULL, /* in a fact or a record: asked, and there is no such thing (absent) */
	VALUE_BOOL,
	VALUE_INT,
	VALUE_UINT,
	VALUE_DOUBLE,
	VALUE_STRING,
	VALUE_BYTES,
	VALUE_LIST,
	VALUE_MAP,
	VALUE_TYPE, /* only inside expressions: the value of int, string, … and of type(x) */
	VALUE_UNKNOWN,
	VALUE_ERROR, /* only inside expressions */
};

/* Why something is not known. The names that users see stand in value.c, in this order. */
enum unknown_reason {
	UNKNOWN_NONE,
	UNKNOWN_PERMISSION, /* another user could read it */
	UNKNOWN_UNSUPPORTED, /* this kernel, or this version of stackcheck, does not tell */
	UNKNOWN_HIDDEN, /* a container or a hypervisor masks it */
	UNKNOWN_ERROR, /* the read failed */
	UNKNOWN_TIMEOUT, /* the read did not end in time */
	UNKNOWN_NOT_RECORDED, /* the recording does not hold it */
	N_UNKNOWN_REASONS,
};

/* One thing that is unknown; an expression's unknown result chains all that it hung on. */
struct value_unknown {
	enum unknown_reason reason;
	const char *fact; /* dotted name, or NULL */
	const char *detail; /* one sentence, or NULL */
	const struct value_unknown *next;
};

struct value_entry;

struct value {
	uint8_t kind; /* enum value_kind */
	bool partial; /* of a list: there may be records that are not in it */
	/* of a map: log2 of its table's slots, see struct name_map; 0: no table */
	uint8_t index_bits;
	uint32_t len; /* bytes of a string, items of a list, entries of a map */
	union {
		bool b;
		int64_t i;
		uint64_t u;
		double d;
		const char *s; /* string (NUL behind it), bytes, and the message of an error */
		const struct value *items;
		const struct value_entry *entries;
		uint64_t type; /* enum value_kind */
		const struct value_unknown *unknown;
	};
};

struct value_entry {
	struct value key;
	struct value value;
};

static inline struct value value_null(void)
{
	return (struct value){ .kind = VALUE_NULL };
}

static inline struct value value_bool(bool b)
{
	return (struct value){ .kind = VALUE_BOOL, .b = b };
}

static inline struct value value_int(int64_t i)
{
	return (struct value){ .kind = VALUE_INT, .i = i };
}

/* Lends `text`: it must live as long as the value. NULL gives null. */
struct value value_string(const char *text);

/* A list or map of `len` items, lent. */
struct value value_list(const struct value *items, size_t len);
struct value value_map(const struct value_entry *entries, size_t len);

/*
 * An unknown whose node is taken from `arena`; `fact` and `detail` are copied, either may be NULL.
 */
struct value value_unknown(struct arena *arena, enum unknown_reason reason, const char *fact,
			   const char *detail);

/* `permission`, `not-recorded`, …; NULL for UNKNOWN_NONE. */
const char *unknown_reason_name(enum unknown_reason reason);

/* The reason of that name, or UNKNOWN_NONE. */
enum unknown_reason unknown_reason_of(const char *name);

/* The value of string key `name` in a map; NULL when it has none, or is no map. */
const struct value *value_get(const struct value *map, const char *name);

/*
 * Builds a map of thousands of names that value_get() finds at once, with room for `max` of them;
 * more is a programming error and ends the program. Keys are strings and are lent, as values are.
 */
struct name_map {
	struct value_entry *entries;
	size_t len, max;
};

void name_map_start(struct arena *arena, struct name_map *map, size_t max);

/* False where the name is there already: it keeps its value. */
bool name_map_add(struct name_map *map, struct value key, struct value value);
struct value name_map_value(const struct name_map *map);

/*
 * True where `value` is a string equal to `text`; NULL, as of a field that is not there, is none.
 */
bool value_is(const struct value *value, const char *text);

/* A deep copy with everything taken from `arena`. */
struct value value_copy(struct arena *arena, const struct value *value);

/*
 * Builds a record (a map with string keys) field by field, and a list item by item, in an arena.
 * Start from all zero; what is added is lent, not copied.
 */
struct record {
	struct value_entry *entries;
	size_t len, size;
};

struct list {
	struct value *items;
	size_t len, size;
};

void record_add(struct arena *arena, struct record *record, const char *key, struct value value);
struct value record_value(const struct record *record);
void list_add(struct arena *arena, struct list *list, struct value value);
struct value list_value(const struct list *list);

#endif
