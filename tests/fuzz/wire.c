/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz: any bytes out of a worker's pipe; what they set is derived from, and packed again */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/wire.h"
#include "probe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_facts struct facts *facts = facts_new();
	auto_wire struct wire wire = { 0 };
	/* A copy of just that size, so that one byte too far is seen. */
	char *bytes = malloc(size ? size : 1);
	int r;

	if (!bytes)
		return 0;
	if (size)
		memcpy(bytes, data, size);
	r = wire_get_facts(bytes, size, facts);
	free(bytes);
	if (r != 0 && r != -EBADMSG)
		abort();
	probes_derive(facts);
	if (wire_put_facts(&wire, facts, NULL) < 0)
		abort();
	return 0;
}
