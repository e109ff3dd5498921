/* SPDX-License-Identifier: GPL-2.0-or-later */
/* meminfo: finds one line of /proc/meminfo */
#include "meminfo.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *find_line(const char *text, const char *field)
{
	size_t len = strlen(field);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, field, len) == 0 && line[len] == ':')
			return line + len + 1;
	}
	return NULL;
}

int meminfo_field(const char *text, const char *field, int64_t *ret)
{
	const char *number = find_line(text, field);
	int64_t value, unit;
	char *end;

	if (!number)
		return -ENOENT;
	errno = 0;
	value = strtoll(number, &end, 10);
	if (errno || end == number || value < 0)
		return -EINVAL;
	unit = strncmp(end, " kB", 3) == 0 ? 1024 : 1;
	if (value > INT64_MAX / unit)
		return -EINVAL;
	*ret = value * unit;
	return 0;
}
