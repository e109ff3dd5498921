/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * store: bytes under keys, in memory: what a recorder keeps, and the files of a machine that came as
 * an archive. Nothing of either is ever laid on a disk.
 */
#ifndef STACKCHECK_HOST_STORE_H
#define STACKCHECK_HOST_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum store_kind {
	STORE_FILE,
	STORE_LINK, /* its bytes are the text */
	STORE_FOLDER, /* it has no bytes */
};

struct store_item {
	char *key; /* a path, or a question */
	char *bytes; /* a NUL stands behind them */
	size_t len;
	enum store_kind kind;
};

/* All zero is an empty one. */
struct store {
	struct store_item *items; /* in the order in which they came */
	size_t len, size;
	uint32_t *slots; /* a hash table of positions, counted from 1 */
	size_t n_slots;
	uint32_t *order; /* positions sorted by key; NULL: to be made */
	size_t total; /* bytes */
};

/* NULL where there is none of that key. */
const struct store_item *store_find(const struct store *store, const char *key);

/* Copies key and bytes. What is there already stays: 0 then, 1 where it was put. -ENOMEM. */
int store_put(struct store *store, const char *key, enum store_kind kind, const void *bytes,
	      size_t len);

/* The items whose keys begin with `prefix`, sorted by key: the first position in `order`. -ENOMEM. */
int store_sort(struct store *store);
size_t store_first(const struct store *store, const char *prefix);

/*
 * The item that a path leads to, through links, as a path of a file system whose root is the store.
 * -ENOENT; -ELOOP: links in a circle; -ENOTDIR: a file stands in the way; -ENAMETOOLONG. With
 * `follow` clear the last part may be a link.
 */
int store_resolve(const struct store *store, const char *path, bool follow,
		  const struct store_item **ret);

/* A descriptor from which the bytes can be read; -errno. */
int store_open(const struct store_item *item);

void store_free(struct store *store);

#endif
