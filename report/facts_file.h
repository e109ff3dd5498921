/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * facts_file: facts as JSON, schema stackcheck.facts/1, written and read back
 * (packaging/schemas/facts.json)
 */
#ifndef STACKCHECK_FACTS_FILE_H
#define STACKCHECK_FACTS_FILE_H

#include <jansson.h>
#include <stdbool.h>
#include <time.h>

#include "core/error.h"
#include "core/facts.h"

#define FACTS_SCHEMA "stackcheck.facts/1"

/*
 * A value as JSON: absent is null; an unknown field of a record is {"state": "unknown", "reason":
 * …}.
 */
json_t *facts_value_json(const struct value *value);

/*
 * The other way; -EINVAL for what no fact can hold (a real number, nesting deeper than records in a
 * list).
 */
int facts_value_of_json(struct arena *arena, const json_t *json, struct value *ret);

/*
 * One fact as it stands in the document: {"state", "value", "unit", "source"} or {"state":
 * "unknown", "reason", "detail"}.
 */
json_t *facts_fact_json(const struct fact *fact);

/*
 * The whole document. Without `full` the largest sets (kernel configuration) are given by size and
 * digest; the names of theirs that rules mention stand there all the same. `collected_at` goes into
 * its head.
 */
json_t *facts_json(struct facts *facts, time_t collected_at, bool full);

/*
 * Reads a document into `facts`. Names that are no facts are passed over: a newer stackcheck may
 * have written them.
 * -EINVAL: with file:line:column, not JSON or cut off; with the file, not of this schema; with the fact, no value of its type.
 */
int facts_file_read(const char *path, struct facts *facts, time_t *ret_collected_at,
		    struct error *err);

#endif
