/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain_need: a need as explain shows it, alone or with others that go with it */
#ifndef STACKCHECK_EXPLAIN_NEED_H
#define STACKCHECK_EXPLAIN_NEED_H

#include "cli/layer.h"
#include "screen.h"

/*
 * One need: its mark, what is asked and what there is with where that was read, why with its
 * sources (where `with_why`), and what to do.
 */
void show_one(const struct explanation *explanation, const struct role_finding *role,
	      const struct use_finding *found, bool with_why);

/*
 * Do both stand in one paragraph? What is met for one and the same reason does, as the needs of a
 * bundle are; and what is not, where what is to be said of it is the same, too.
 */
bool goes_with(const struct explanation *explanation, const struct use_finding *a,
	       const struct use_finding *b);

/* Those that go with each other, as one paragraph. */
void show_group(const struct explanation *explanation, const struct use_finding *const *found,
		size_t n, bool with_why);

/* Is the reason the same, and both optional or neither? Then it is said once. */
bool says_the_same(const struct use_finding *a, const struct use_finding *b);

#endif
