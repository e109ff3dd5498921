/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "yaml_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/util.h"

int yaml_file_read(struct arena *arena, const char *path, struct yaml *ret, struct error *err)
{
	auto_file FILE *file = fopen(path, "re");
	auto_free char *bytes = NULL;
	size_t len;

	if (!file && errno == ENOENT)
		return 0;
	if (!file)
		return error_set(err, -errno, "%s: %s", path, strerror(errno));
	bytes = malloc(YAML_MAX_BYTES + 1);
	if (!bytes)
		return error_set(err, -ENOMEM, "%s: out of memory", path);
	len = fread(bytes, 1, YAML_MAX_BYTES + 1, file);
	if (ferror(file))
		return error_set(err, -EIO, "%s: cannot be read", path);
	if (yaml_parse(arena, path, bytes, len, ret, err) < 0)
		return err->code;
	return 1;
}
