/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int wire_put(struct wire *wire, const void *bytes, size_t len)
{
	if (wire->len + len > wire->size) {
		size_t size = (wire->len + len) * 2 + 4096;
		char *larger = realloc(wire->bytes, size);

		if (!larger)
			return -ENOMEM;
		wire->bytes = larger;
		wire->size = size;
	}
	if (len)
		memcpy(wire->bytes + wire->len, bytes, len);
	wire->len += len;
	return 0;
}
