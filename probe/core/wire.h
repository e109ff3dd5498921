/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wire: facts as bytes, for the pipe between a worker process and its parent. Both are the same
 * program on the same machine, so numbers stand as they are in memory; still nothing is believed: a
 * length that does not fit is -EBADMSG.
 */
#ifndef STACKCHECK_WIRE_H
#define STACKCHECK_WIRE_H

#include <stddef.h>
#include <stdlib.h>

#include "core/facts.h"

struct wire {
	char *bytes; /* malloc()ed */
	size_t len, size;
};

static inline void wire_free(struct wire *wire)
{
	free(wire->bytes);
	*wire = (struct wire){ 0 };
}
#define auto_wire __attribute__((cleanup(wire_free)))

struct probe;

/* Appends every fact that is set, with a probe (may be NULL) only its own. -ENOMEM. */
int wire_put_facts(struct wire *wire, struct facts *facts, const struct probe *probe);

/* Appends raw bytes. -ENOMEM. */
int wire_put(struct wire *wire, const void *bytes, size_t len);

/* Sets the facts that `bytes` hold, as a probe would. -EBADMSG: damaged, or not of this program. */
int wire_get_facts(const char *bytes, size_t len, struct facts *facts);

#endif
