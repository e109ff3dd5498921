/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One block holds many small things; a larger thing gets a block of its own. */
#define BLOCK_SIZE ((size_t)64 * 1024)

struct arena_block {
	struct arena_block *next;
	size_t used;
	size_t size;
	max_align_t data[];
};

static void *out_of_memory(void)
{
	fputs("stackcheck: out of memory\n", stderr);
	abort();
}

static void *from_room(struct arena *arena, size_t size)
{
	char *memory = arena->room;

	if ((size_t)(arena->room_end - memory) < size)
		return NULL;
	arena->room += size;
	return memory;
}

/*
 * A thing's own block is cleared here: large ones come so from the kernel. One of small things is
 * not, as memory that is never used need not be touched.
 */
static struct arena_block *block_new(struct arena *arena, size_t size, bool cleared)
{
	const size_t whole = sizeof(struct arena_block) + size;
	struct arena_block *block = arena->room ? from_room(arena, whole)
				    : cleared	? calloc(1, whole)
						: malloc(whole);

	if (!block)
		return out_of_memory();
	*block = (struct arena_block){ .size = size };
	return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct arena_block *block = arena->head;
	size_t aligned = (size + sizeof(max_align_t) - 1) & ~(sizeof(max_align_t) - 1);
	void *memory;

	if (size > SIZE_MAX / 2)
		return out_of_memory();
	if (aligned > BLOCK_SIZE / 4) {
		struct arena_block *own = block_new(arena, aligned, true);

		/* Behind the head, so that the head's free space stays in use. */
		if (block) {
			own->next = block->next;
			block->next = own;
		} else {
			arena->head = own;
		}
		own->used = aligned;
		return own->data;
	}
	if (!block || block->size - block->used < aligned) {
		block = block_new(arena, BLOCK_SIZE, false);
		block->next = arena->head;
		arena->head = block;
	}
	memory = (char *)block->data + block->used;
	block->used += aligned;
	return memset(memory, 0, aligned);
}

char *arena_strndup(struct arena *arena, const char *text, size_t len)
{
	char *copy = arena_alloc(arena, len + 1);

	memcpy(copy, text, len);
	return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return arena_strndup(arena, text, strlen(text));
}

char *arena_vprintf(struct arena *arena, const char *format, va_list args)
{
	va_list again;
	char *text;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	text = arena_alloc(arena, (size_t)(len < 0 ? 0 : len) + 1);
	if (len >= 0)
		vsnprintf(text, (size_t)len + 1, format, again);
	va_end(again);
	return text;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = arena_vprintf(arena, format, args);
	va_end(args);
	return text;
}

void *arena_grown(struct arena *arena, void *items, size_t len, size_t *size, size_t item)
{
	void *memory;

	if (len < *size)
		return items;
	*size = *size ? *size * 2 : 8;
	memory = arena_alloc(arena, *size * item);
	if (len)
		memcpy(memory, items, len * item);
	return memory;
}

void arena_free(struct arena *arena)
{
	for (struct arena_block *block = arena->head, *next; block; block = next) {
		next = block->next;
		if (!arena->room)
			free(block);
	}
	arena->head = NULL;
}
