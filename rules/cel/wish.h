/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wish: an expression the other way round: which names would have to be what for it to come true.
 * For plans, which must know what their changes make of the facts; a way is found for the shapes
 * that rules are written in, not for every expression.
 */
#ifndef STACKCHECK_CEL_WISH_H
#define STACKCHECK_CEL_WISH_H

#include "cel/cel.h"

struct cel_wisher {
	const struct cel_scope *scope; /* what names are now */
	/* Some value that a name may have, of its type; null: there is none. */
	struct value (*some)(void *ctx, const char *name);
	/* A record of that list in which nothing is true yet; null: it is no list of records. */
	struct value (*blank)(void *ctx, const char *list);
	/*
	 * True of what a machine is and a change does not make otherwise (its architecture): such a
	 * name is wished for only where there is no other way.
	 */
	bool (*given)(void *ctx, const char *name);
	void *ctx;
	struct arena *arena;
};

struct cel_wish {
	const char *name;
	struct value value;
};

/* In the order in which they were made; a name stands there once. */
struct cel_wishes {
	struct cel_wish *items;
	size_t len, size;
};

/*
 * Adds to *ret what names must be for `expr` to be true; of alternatives the first that can be. What
 * is true already asks for nothing. False: no way is known, and *ret is as it was.
 */
bool cel_wish(const struct cel_expr *expr, const struct cel_wisher *wisher, struct cel_wishes *ret);

#endif
