/* SPDX-License-Identifier: GPL-2.0-or-later */
/* arena: memory that is freed all at once, by its owner */
#ifndef STACKCHECK_ARENA_H
#define STACKCHECK_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_block;

/* An empty arena is all zero: `struct arena arena = { 0 };` */
struct arena {
	struct arena_block *head;
};

/* Zeroed memory, aligned for any type, valid until arena_free(). Out of memory ends the program. */
void *arena_alloc(struct arena *arena, size_t size);

/* A copy of `text`, or of its first `len` bytes with a NUL behind them. */
char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t len);
char *arena_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

/* Frees everything that was taken from it; the arena is empty and usable again. */
void arena_free(struct arena *arena);

#endif
