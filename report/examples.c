/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "examples.h"

#include <errno.h>
#include <string.h>
#include <zlib.h>

#include "core/util.h"

/* The file that has hosts alone, for the examples of all deployments. */
#define HOSTS "hosts.yaml"

int examples_add_shipped(struct examples *examples, bool all, struct error *err)
{
	for (size_t i = 0; i < n_example_files; i++) {
		const struct example_file *file = &example_files[i];
		auto_free char *bytes = malloc(file->len + 1);
		uLongf len = file->len;

		if (!all && strcmp(file->name, HOSTS) != 0)
			continue;
		if (!bytes ||
		    uncompress((Bytef *)bytes, &len, file->packed, file->n_packed) != Z_OK)
			return error_set(err, -EIO, "%s: cannot be unpacked", file->name);
		if (examples_parse(examples, file->name, bytes, len, err) < 0)
			return err->code;
	}
	return 0;
}
