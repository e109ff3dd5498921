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
	char *room, *room_end; /* where blocks come from; NULL: from the heap */
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

/*
 * Room for one more item of `item` bytes behind `len` of them: what there is, or twice as much in
 * fresh memory. `*size` is the room, 0 for NULL.
 */
void *arena_grown(struct arena *arena, void *items, size_t len, size_t *size, size_t item);

/*
 * An arena in zeroed memory of the caller's, who keeps and frees it: a mapping that processes share.
 * What does not fit ends the program.
 */
static inline struct arena arena_in(char *memory, size_t size)
{
	return (struct arena){ .room = memory, .room_end = memory + size };
}

/* Frees everything that was taken from it; the arena is empty and usable again. */
void arena_free(struct arena *arena);

#endif
