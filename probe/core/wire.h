/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wire: bytes for the pipe between a worker process and its parent. Both are the same program on the
 * same machine, so numbers stand as they are in memory.
 */
#ifndef STACKCHECK_WIRE_H
#define STACKCHECK_WIRE_H

#include <stddef.h>
#include <stdlib.h>

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

/* Appends raw bytes. -ENOMEM. */
int wire_put(struct wire *wire, const void *bytes, size_t len);

#endif
