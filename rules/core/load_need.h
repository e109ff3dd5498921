/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files that read needs share; only for them. */
#ifndef STACKCHECK_LOAD_NEED_H
#define STACKCHECK_LOAD_NEED_H

#include "core/loader.h"

#define KEYS_OF_USE "when weight why source"
#define KEYS_OF_OP  "minimum maximum equals not in not_in has present absent recommended"

/* One need as it is written, on its way to a use. */
struct entry {
	struct loader *loader;
	const struct yaml *node;
	const struct use_context *context;
	struct uses *uses;
};

/* An operator with the value that stands behind it in the file. */
struct operand {
	enum need_op op;
	const struct yaml *node; /* NULL: none */
};

/* How the role asks it (load_use.c): `otherwise` is the weight of a need that names none. */
int read_weight(const struct entry *entry, enum weight otherwise, enum weight *ret);
int read_when(const struct entry *entry, struct use *use);
int use_need(const struct entry *entry, const struct need *need, enum weight weight);

/* The one operator of a need (load_operand.c); OP_NONE where it has only a recommended value. */
int read_operator(const struct entry *entry, struct operand *ret);

/* Can that operator stand with facts of that type? */
bool op_fits(enum need_op op, const struct fact_def *def);

/* Sets operator, value and the value's text of a need on `def`. */
int read_operand(struct loader *loader, const struct fact_def *def, const struct operand *operand,
		 struct need *need);

/* What the need is called: "memory.total>=8GB". */
const char *need_id(struct loader *loader, const struct need *need, const char *subject);

#endif
