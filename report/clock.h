/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clock: times as RFC 3339 in UTC, the one form in which stackcheck writes them */
#ifndef STACKCHECK_CLOCK_H
#define STACKCHECK_CLOCK_H

#include <time.h>

#define CLOCK_TEXT 32

/* "2026-11-22T15:30:00Z" into `buffer`, which is returned. */
const char *clock_text(char buffer[CLOCK_TEXT], time_t when);

/* The time that such a text names; 0 where it is none. */
time_t clock_of_text(const char *text);

#endif
