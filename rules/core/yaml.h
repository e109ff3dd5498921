/* SPDX-License-Identifier: GPL-2.0-or-later */
/* yaml: a YAML file as a plain tree with positions; the parsing is libfyaml's */
#ifndef STACKCHECK_YAML_H
#define STACKCHECK_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/error.h"

enum yaml_kind {
	YAML_TEXT,
	YAML_LIST,
	YAML_MAP,
};

struct yaml {
	enum yaml_kind kind;
	bool quoted; /* a text in quotes: never a number or a bool */
	const char *file;
	int line, column; /* from 1; of a list or map the first thing in it */
	const char *text;
	const struct yaml *keys; /* of a map */
	const struct yaml *items; /* of a list; of a map the values */
	size_t len;
};

/*
 * The most that is read of one file, how deep it may nest, and how many texts, lists and mappings it
 * may come to with what its aliases stand for: more is a mistake or malice.
 */
#define YAML_MAX_BYTES ((size_t)4 * 1024 * 1024)
#define YAML_MAX_DEPTH 32
#define YAML_MAX_NODES 1000000

/*
 * Parses `bytes`, which came from `file`. -EINVAL: not YAML, empty, two documents, a key twice, or
 * nested too deep; the error begins with file:line:column. Everything lies in `arena`.
 */
int yaml_parse(struct arena *arena, const char *file, const char *bytes, size_t len,
	       struct yaml *ret, struct error *err);

/* The value of a key; NULL: the map has none, or `map` is no map. */
const struct yaml *yaml_get(const struct yaml *map, const char *key);

/* "file:line:column: …". Returns -EINVAL. */
int yaml_error(const struct yaml *at, struct error *err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* "a text", "a list" or "a mapping", for messages. */
const char *yaml_kind_name(const struct yaml *node);

#endif
