/* SPDX-License-Identifier: GPL-2.0-or-later */
/* assume: facts that the operator states on the command line */
#ifndef STACKCHECK_ASSUME_H
#define STACKCHECK_ASSUME_H

#include "core/error.h"
#include "core/facts.h"

/*
 * "FACT=VALUE": true, false, absent, a number with an optional unit (64GiB, 25Gbit/s), a text,
 * "a,b" for a list of texts, JSON for a list of records. -EINVAL with a sentence: no such fact, or
 * a value of another type.
 */
int assume(struct facts *facts, const char *assignment, struct error *err);

/* The same with name and value apart; `source` is lent. */
int assume_fact(struct facts *facts, const char *name, const char *text, const char *source,
		struct error *err);

#endif
