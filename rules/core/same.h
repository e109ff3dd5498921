/* SPDX-License-Identifier: GPL-2.0-or-later */
/* same: do two things that were read in two places of the rules say the same? */
#ifndef STACKCHECK_SAME_H
#define STACKCHECK_SAME_H

#include "rule.h"

/*
 * Either may be NULL, which is the same as NULL alone. Where they stand in a file does not matter.
 */
bool scale_same(const struct need_scale *a, const struct need_scale *b);
bool expr_same(const struct cel_expr *a, const struct cel_expr *b);

/* Rows, causes and remedies, in their order. */
bool diagnoses_same(const struct diagnosis *a, size_t n_a, const struct diagnosis *b, size_t n_b);

bool value_same(const struct value *a, const struct value *b);

/* Either may be NULL. */
bool text_same(const char *a, const char *b);

#endif
