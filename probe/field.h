/* SPDX-License-Identifier: GPL-2.0-or-later */
/* field: what a record's field is when its file says something, is not there, or cannot be read */
#ifndef STACKCHECK_FIELD_H
#define STACKCHECK_FIELD_H

#include "core/arena.h"
#include "core/error.h"
#include "core/value.h"
#include "host/host.h"

/* Unknown, for the reason that `err` holds. */
struct value field_unknown(struct arena *arena, const struct error *err);

/* Absent where the read failed with -ENOENT, else unknown with what `err` says. */
struct value field_failed(struct arena *arena, int code, const struct error *err);

/* Unknown because nothing here tells it; `detail` is one sentence. */
struct value field_untold(struct arena *arena, const char *detail);

/* A copy of `text` in the arena; NULL gives absent. */
struct value field_string(struct arena *arena, const char *text);

/* The number in a sysfs file. */
struct value field_count(const struct host *host, struct arena *arena, const char *path);

/* The first line of a sysfs file. */
struct value field_line(const struct host *host, struct arena *arena, const char *path);

/* The last part of a symbolic link (a driver's name). */
struct value field_link(const struct host *host, struct arena *arena, const char *path);

/* The NUMA node in a sysfs file; absent where it holds -1, "on no node in particular". */
struct value field_node(const struct host *host, struct arena *arena, const char *path);

/* The value of `key` in a record; absent where it has none. */
struct value field_get(const struct value *record, const char *key);

/* The text of `key` in a record; NULL where it is no known string. */
const char *field_text(const struct value *record, const char *key);

/* True where `key` is known to be true. */
bool field_true(const struct value *record, const char *key);

/*
 * The line "KEY=text" of a uevent file or of a udev record ("E:KEY=text" there, give "E:KEY"): the
 * text up to the line's end, in the arena; NULL where there is no such line.
 */
const char *field_of_lines(struct arena *arena, const char *lines, const char *key);

/*
 * How many records of the list have `key` true; unknown where undecided records or an incomplete
 * list leave it open.
 */
struct value field_count_true(struct arena *arena, const struct value *list, const char *key);

#endif
