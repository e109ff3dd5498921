/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "examples.h"

#include <errno.h>
#include <libdeflate.h>
#include <string.h>

#include "core/util.h"

/* The file that has hosts alone, for the examples of all deployments. */
#define HOSTS "hosts.yaml"

/* NULL: it is damaged, or there is no memory. */
static char *unpacked(const struct example_file *file)
{
	struct libdeflate_decompressor *zlib = libdeflate_alloc_decompressor();
	auto_free char *bytes = malloc(file->len + 1);
	const bool good = zlib && bytes &&
			  libdeflate_zlib_decompress(zlib, file->packed, file->n_packed, bytes,
						     file->len, NULL) == LIBDEFLATE_SUCCESS;

	libdeflate_free_decompressor(zlib);
	return good ? take(bytes) : NULL;
}

int examples_add_shipped(struct examples *examples, bool all, struct error *err)
{
	for (size_t i = 0; i < n_example_files; i++) {
		const struct example_file *file = &example_files[i];
		auto_free char *bytes = NULL;

		if (!all && strcmp(file->name, HOSTS) != 0)
			continue;
		bytes = unpacked(file);
		if (!bytes)
			return error_set(err, -EIO, "%s: cannot be unpacked", file->name);
		if (examples_parse(examples, file->name, bytes, file->len, err) < 0)
			return err->code;
	}
	return 0;
}
