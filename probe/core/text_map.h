/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * text_map: things by their names, for lists that are looked into once for each thing of another
 * list: a machine has thousands of functions, disks and mounts
 */
#ifndef STACKCHECK_TEXT_MAP_H
#define STACKCHECK_TEXT_MAP_H

#include <stdint.h>

#include "core/arena.h"

struct text_entry;

/* Empty when all zero. Its memory is the arena's that each call is given; keys and things are lent. */
struct text_map {
	struct text_entry *entries; /* open addressing, a power of two of them */
	uint32_t len, size;
};

/* The first thing that was put under a key stays: returns what is under it now. Neither is NULL. */
const void *text_map_put(struct arena *arena, struct text_map *map, const char *key,
			 const void *thing);

/* NULL: there is none. `key` may be NULL. */
const void *text_map_get(const struct text_map *map, const char *key);

#endif
