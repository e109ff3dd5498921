/* SPDX-License-Identifier: GPL-2.0-or-later */
/* emit: rules as C source, so that the program carries them without any work at its start */
#ifndef STACKCHECK_EMIT_H
#define STACKCHECK_EMIT_H

#include <stdio.h>

#include "core/arena.h"
#include "core/error.h"
#include "rule.h"

/* Writes a C file that defines `rules_compiled_in`. -EIO: the stream failed. */
int rules_emit(FILE *out, const struct rules *rules);

/* A text as C has it, or NULL (emit.c); only for the emitter's own files. */
void put_text(FILE *out, const char *text);
void put_field(FILE *out, const char *field, const char *text);
void put_value(FILE *out, const struct value *value);

/* The steps of one remedy as an initialiser, and the tables that they name (emit_remedies.c). */
void emit_steps(FILE *out, const struct remedy *remedy);
void emit_remedy_tables(FILE *out, const struct rules *rules);

/*
 * Writes one that defines `example_files` (example.h), of the files of that folder. -errno with the
 * sentence of what cannot be read.
 */
int examples_emit(FILE *out, struct arena *arena, const char *folder, struct error *err);

/*
 * Writes the JSON Schema of rule files: `template` with the names of facts, features, … put in.
 * -errno with a sentence.
 */
int schema_emit(FILE *out, const char *template, const struct rules *rules, struct error *err);

#endif
