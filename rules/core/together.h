/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files that judge roles on one host share; only for them. */
#ifndef STACKCHECK_TOGETHER_H
#define STACKCHECK_TOGETHER_H

#include "core/evaluate.h"

/* One need that a role asks, of a group that is asked as a whole each part. */
struct ask {
	const struct use_finding *use;
	const struct need *need;
	bool met; /* on this host as it is */
};

struct asks {
	struct ask *items;
	size_t len, size;
};

/* What is looked at, and what was found; with `first_only` the first plain no ends the search. */
struct table {
	struct judgement *judgement;
	const struct tenant *tenants;
	struct asks *asks; /* by tenant */
	size_t n;
	struct together_reason *reasons;
	size_t n_reasons, size;
	struct interval interval;
	struct interval between; /* without what each comes to by itself */
	bool first_only;
};

/* Adds a reason whose interval is that of hard needs; tells whether the search may end. */
bool add_reason(struct table *table, const struct together_reason *reason);

/*
 * What a conflict of two asks comes to: plain where both are hard, limited where one is a
 * recommendation; open where a condition is.
 */
struct interval conflict_of(struct judgement *judgement, const struct ask *a, const struct ask *b);

/* The same need in the same words out of the same sources: one thing that both roles use. */
bool is_shared(const struct ask *a, const struct ask *b);

/* Each tells whether the search may end. */
bool sum_sizes(struct table *table);
bool share_disks(struct table *table);
bool agree_on_distribution(struct table *table, size_t a, size_t b);

#endif
