/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * text: walks through the text files that a kernel or a package manager writes, line by line and
 * word by word
 */
#ifndef STACKCHECK_TEXT_H
#define STACKCHECK_TEXT_H

#include <stdbool.h>

#include "core/arena.h"
#include "core/value.h"

/*
 * The next line of `*text`, cut out in place (its newline becomes a NUL), without the carriage
 * return of a file that was edited elsewhere; NULL when all are used up. `*text` moves on.
 */
char *text_line(char **text);

/*
 * The next word of `*text` between any of `separators`, cut out in place; NULL when all are used
 * up. Never empty.
 */
char *text_word(char **text, const char *separators);

/* The words of `text` as a list of strings, copied into the arena. */
struct value text_words(struct arena *arena, const char *text, const char *separators);

/* True where the list of strings holds `word`. */
bool text_listed(const struct value *list, const char *word);

#endif
