/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cite: sources by number, with one list of them at the end, so that sentences stay short */
#ifndef STACKCHECK_CITE_H
#define STACKCHECK_CITE_H

#include <stdio.h>

#include "core/arena.h"
#include "screen.h"

struct citations {
	struct arena *arena;
	const char **sources;
	size_t len, size;
};

/* "[1, 3]": the numbers of these sources; each new one gets the next. */
const char *cite(struct citations *citations, const char *const *sources, size_t n);

/* "Sources", and each with its number. Nothing where nothing was cited. */
void cite_list(FILE *out, const struct citations *citations, const struct style *style);

#endif
