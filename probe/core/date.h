/* SPDX-License-Identifier: GPL-2.0-or-later */
/* date: days as they stand in files: "2026-11-22". Such texts are in order as they compare. */
#ifndef STACKCHECK_DATE_H
#define STACKCHECK_DATE_H

#include <stdbool.h>

/* Is that a day of the calendar, in this form and no other? */
bool is_date(const char *text);

#endif
