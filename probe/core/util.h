/* SPDX-License-Identifier: GPL-2.0-or-later */
/* util: locals that clean up after themselves, and the few helpers that every file wants */
#ifndef STACKCHECK_UTIL_H
#define STACKCHECK_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

static inline void free_ptr(void *ptr)
{
	free(*(void **)ptr);
}

static inline void close_fd(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void close_file(FILE **file)
{
	if (*file)
		fclose(*file);
}

/* A local that owns something: freed or closed when it goes out of scope. */
#define auto_free  __attribute__((cleanup(free_ptr)))
#define auto_close __attribute__((cleanup(close_fd)))
#define auto_file  __attribute__((cleanup(close_file)))

/* Hands a local's pointer on and leaves NULL behind, so that its cleanup does nothing. */
static inline void *take_ptr(void *ptr)
{
	void **owner = ptr;
	void *taken = *owner;

	*owner = NULL;
	return taken;
}
#define take(pointer) ((__typeof__(pointer))take_ptr(&(pointer)))

/* The same for a descriptor. */
static inline int take_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

/*
 * The whole of `text` as a number in `base` (0: by its prefix), no spaces, no sign for unsigned,
 * nothing behind it. -EINVAL: no number. -ERANGE: too large. The result is set only on success.
 */
int parse_u64(const char *text, int base, uint64_t *ret);
int parse_i64(const char *text, int base, int64_t *ret);

/* Cuts white space off both ends, in place; returns the first character that stays. */
char *strip(char *text);

bool starts_with(const char *text, const char *prefix);
bool ends_with(const char *text, const char *suffix);

/*
 * The numbers of a kernel CPU or node list ("0-3,8,10-11";
 * Documentation/admin-guide/kernel-parameters.rst, cpulist) one by one: start with *ret_text at the
 * list, 0 once it is used up, -EINVAL where it is no list. `*ret_first` and `*ret_last` are the
 * next range.
 */
int cpulist_next(const char **ret_text, uint64_t *ret_first, uint64_t *ret_last);

/* How many numbers a list names; -EINVAL where it is no list. An empty list names none. */
int64_t cpulist_count(const char *list);

#endif
