/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * identity: takes what identifies a machine out of what was recorded of it: host names, serial
 * numbers, UUIDs, hardware and network addresses, world wide names. Each keeps its length and form, and equal ones stay
 * equal, so that what hangs together still does.
 */
#ifndef STACKCHECK_HOST_IDENTITY_H
#define STACKCHECK_HOST_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"
#include "host/store.h"

enum identity_mode {
	IDENTITY_NONE, /* numbers stand in their place, counted within the recording */
	IDENTITY_KEYED, /* what an HMAC-SHA256 with a key gives: the same in each recording with that key */
	IDENTITY_PLAIN, /* as they are */
};

struct identity_options {
	enum identity_mode mode;
	const char *key; /* of keyed */
	size_t key_len;
};

struct identity;

/* NULL: out of memory. The key is copied. */
struct identity *identity_new(const struct identity_options *options);
void identity_free(struct identity *identity);

/* The machine's own name, which texts are looked through for. -ENOMEM. */
int identity_add_name(struct identity *identity, const char *name);

/*
 * Looks through files for what identifies by where it stands (a serial number in sysfs), so that it
 * is known wherever else it stands. Before the first identity_blank(). -ENOMEM.
 */
int identity_learn(struct identity *identity, const struct store *files);

/*
 * The same items without what identifies, in keys too, put into `into`; `files`: keys are paths, and
 * the bytes may be a table. -ENOMEM.
 */
int identity_blank(struct identity *identity, const struct store *from, bool files,
		   struct store *into);

/* --- for the tables (identity-tables.c) --- */

/* In place: every letter and digit replaced, as one value. */
void identity_fill(struct identity *identity, char *text, size_t len);

/* The same for bytes that are no text; all zero and all ones are no identity and stay. */
void identity_fill_bytes(struct identity *identity, unsigned char *bytes, size_t len);

/* Blanks a binary file of that path in place. */
void identity_blank_table(struct identity *identity, const char *path, unsigned char *bytes,
			  size_t len);

#endif
