/* SPDX-License-Identifier: GPL-2.0-or-later */
/* index: things by name, for lists that grow while rules are loaded */
#ifndef STACKCHECK_INDEX_H
#define STACKCHECK_INDEX_H

#include <stddef.h>

#include "core/arena.h"

/* Empty where it is all zero; it lives in the arena that it was given. */
struct index {
	struct index_slot *slots;
	size_t len, size;
};

/* What was added under that name first; NULL: nothing was. */
void *index_get(const struct index *index, const char *name);

/* `name` and `item`, which is not NULL, must last as long as the index. */
void index_add(struct arena *arena, struct index *index, const char *name, void *item);

#endif
