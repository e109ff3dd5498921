/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cpu_info: the first processor's lines of /proc/cpuinfo */
#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "core/util.h"
#include "cpu_info.h"

/* The block of one processor is under 4 kB, and the kernel gives whole blocks (seq_file). */
#define FIRST_BLOCKS 16384

static const struct {
	const char *key;
	size_t field; /* offset in struct cpu_info */
} keys[] = {
	{ "vendor_id", offsetof(struct cpu_info, vendor) },
	{ "model name", offsetof(struct cpu_info, name) },
	{ "cpu", offsetof(struct cpu_info, name) }, /* POWER */
	{ "Processor", offsetof(struct cpu_info, name) }, /* Arm before Linux 3.x */
	{ "cpu family", offsetof(struct cpu_info, family) },
	{ "model", offsetof(struct cpu_info, model) },
	{ "flags", offsetof(struct cpu_info, flags) },
	{ "Features", offsetof(struct cpu_info, flags) },
	{ "CPU implementer", offsetof(struct cpu_info, implementer) },
	{ "CPU part", offsetof(struct cpu_info, part) },
};

static void take_line(struct cpu_info *info, const char *key, const char *value)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const char **field = (const char **)((char *)info + keys[i].field);

		if (strcmp(key, keys[i].key) == 0 && !*field)
			*field = value;
	}
	if (strcmp(key, "flags") == 0)
		info->x86_flags = true;
	if (strcmp(key, "vmx flags") == 0)
		info->vmx_line = true;
}

static void parse(struct cpu_info *info)
{
	char *rest = info->text;
	char *line;

	while ((line = strsep(&rest, "\n"))) {
		char *colon = strchr(line, ':');

		if (!colon)
			continue;
		*colon = '\0';
		take_line(info, strip(line), strip(colon + 1));
	}
}

int cpu_info_read(const struct host *host, struct cpu_info *ret, struct error *err)
{
	auto_free char *text = calloc(1, FIRST_BLOCKS + 1);
	ssize_t n;

	if (!text)
		return error_set(err, -ENOMEM, "/proc/cpuinfo: out of memory");
	n = host_read_at(host, "/proc/cpuinfo", text, FIRST_BLOCKS, 0, err);
	if (n < 0)
		return (int)n;
	text[n] = '\0';
	*ret = (struct cpu_info){ .text = take(text) };
	parse(ret);
	return 0;
}

bool cpu_info_has(const struct cpu_info *info, const char *flag)
{
	size_t len = strlen(flag);
	const char *at = info->flags;

	while (at && (at = strstr(at, flag))) {
		bool starts = at == info->flags || isspace((unsigned char)at[-1]);

		if (starts && (at[len] == '\0' || isspace((unsigned char)at[len])))
			return true;
		at += len;
	}
	return false;
}
