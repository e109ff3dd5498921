/* SPDX-License-Identifier: GPL-2.0-or-later */
/* needs: how the gate shows the needs of a role, and how headings end */
#ifndef STACKCHECK_NEEDS_H
#define STACKCHECK_NEEDS_H

#include "report.h"

/* What is not met, or not known to be, with cause and remedy; hard ones first. */
void show_obstacles(FILE *out, struct judgement *judgement, const struct role_finding *role,
		    const struct style *style);

/*
 * Ends a heading that takes `columns` so far with its verdict, on a line of its own where it does
 * not fit.
 */
void show_verdict(FILE *out, struct arena *arena, const struct style *style, size_t columns,
		  enum verdict verdict, struct interval interval);

#endif
