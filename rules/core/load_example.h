/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of examples share; only for them. */
#ifndef STACKCHECK_LOAD_EXAMPLE_H
#define STACKCHECK_LOAD_EXAMPLE_H

#include "core/loader.h"
#include "example.h"

/* A list of records as the file has it (example_value.c). */
int read_records(struct loader *loader, const struct fact_def *def, const struct yaml *node,
		 struct value *ret);

/* The fact that an example gives; a change of records is checked and kept. */
int read_given(struct loader *loader, const struct yaml *key, const struct yaml *node,
	       struct given *ret);

/* The records of `base` with the changes of `node`, which read_given() has checked. */
struct value change_records(struct arena *arena, const struct fact_def *def,
			    const struct yaml *node, const struct value *base);

#endif
