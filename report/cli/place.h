/* SPDX-License-Identifier: GPL-2.0-or-later */
/* place: a message about a line of a file, shown with that line */
#ifndef STACKCHECK_CLI_PLACE_H
#define STACKCHECK_CLI_PLACE_H

#include <stdio.h>

/*
 * Prints "stackcheck: " and `message`; where that begins with file:line:column and the file can be
 * read, the line too, and below it a caret at the column (from 1, in characters).
 */
void show_place(FILE *out, const char *message);

#endif
