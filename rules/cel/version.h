/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * version: how versions compare, in expressions (version('5.10')) and wherever else a rule asks for
 * one.
 *
 * A version is the numbers at its front with dots between them (a leading v is skipped), and the
 * rest. The numbers compare one by one, those that one has not as 0: 5.10 and 5.10.0 are the same.
 * Where they are equal, the rest compares by its runs of digits, as numbers, and of letters, as
 * text; what separates them does not count. A run of digits is later than letters, letters are
 * later than nothing, and nothing is later than ~ and than the marks of what comes before a release
 * (alpha, beta, dev, pre, preview, rc, snapshot). So 6.1-rc3 < 6.1 < 6.1.0-19-amd64 < 6.1.1, and
 * 5.10.0-9 < 5.10.0-19.
 */
#ifndef STACKCHECK_CEL_VERSION_H
#define STACKCHECK_CEL_VERSION_H

#include <stdbool.h>

/* True where a text begins with a number (behind a v, if any), without which it is no version. */
bool cel_version_valid(const char *text);

/*
 * -1, 0 or 1 as `a` is earlier than, the same as or later than `b`; a total order over any texts.
 */
int cel_version_compare(const char *a, const char *b);

#endif
