/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cpu_info: the first processor's lines of /proc/cpuinfo, or its answers to CPUID */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "core/util.h"
#include "cpu_info.h"
#include "host/cpuid.h"
#include "host/cpuid_dump.h"

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
	{ "features", offsetof(struct cpu_info, flags) }, /* s390 */
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

static int read_cpuinfo(const struct host *host, struct cpu_info *ret, struct error *err)
{
	auto_free char *text = calloc(1, FIRST_BLOCKS + 1);
	ssize_t n;

	if (!text)
		return error_set(err, -ENOMEM, "/proc/cpuinfo: out of memory");
	n = host_read_at(host, "/proc/cpuinfo", text, FIRST_BLOCKS, 0, err);
	if (n < 0)
		return (int)n;
	text[n] = '\0';
	*ret = (struct cpu_info){ .text = take(text),
				  .of_kernel = true,
				  .source = "/proc/cpuinfo" };
	parse(ret);
	return 0;
}

/* --- CPUID --- */

static const struct word {
	uint32_t leaf, subleaf;
	enum cpuid_register reg;
	const char *names[32];
} words[] = {
#define FEATURES(leaf, subleaf, reg, ...) { leaf, subleaf, reg, { __VA_ARGS__ } },
#include "cpu-features.def"
#undef FEATURES
};

/* CPUs may differ (performance and efficiency cores): the kernel takes what all have. */
static uint32_t common_bits(const struct cpuid_dump *dump, const struct word *word)
{
	uint32_t bits = UINT32_MAX;

	for (uint32_t cpu = 0; cpu < dump->cpus; cpu++) {
		const uint32_t *answer = cpuid_dump_leaf(dump, cpu, word->leaf, word->subleaf);

		bits &= answer ? answer[word->reg] : 0;
	}
	return bits;
}

static void write_flags(FILE *out, const struct cpuid_dump *dump)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		uint32_t bits = common_bits(dump, &words[i]);

		/* An Intel CPU tells of SYSCALL in 64-bit mode alone, and has it there. */
		if (words[i].leaf == 0x80000001 && words[i].reg == CPUID_EDX && bits >> 29 & 1)
			bits |= 1 << 11;
		for (unsigned int bit = 0; bit < 32; bit++) {
			if (bits >> bit & 1 && words[i].names[bit])
				fprintf(out, "%s ", words[i].names[bit]);
		}
	}
}

/* The same lines as the kernel would make of it; MIDR_EL1 has the implementer in [31:24], the part
 * in [15:4]. */
static void write_lines(FILE *out, const struct cpuid_dump *dump, const struct host_cpuid *cpuid)
{
	if (dump->midr) {
		fprintf(out, "CPU implementer: 0x%02" PRIx64 "\nCPU part: 0x%03" PRIx64 "\n",
			dump->midr >> 24 & 0xff, dump->midr >> 4 & 0xfff);
		return;
	}
	fprintf(out, "vendor_id: %s\ncpu family: %d\nmodel: %d\n", cpuid->vendor, cpuid->family,
		cpuid->model);
	if (*cpuid->brand)
		fprintf(out, "model name: %s\n", cpuid->brand);
	fputs("flags: ", out);
	write_flags(out, dump);
	fputc('\n', out);
}

static int read_cpuid(const struct host *host, struct cpu_info *ret)
{
	auto_cpuid_dump struct cpuid_dump dump = { 0 };
	struct host_cpuid cpuid = { 0 };
	char *text = NULL;
	size_t len;
	FILE *out;

	if (host_is_live(host) || cpuid_dump_read(host, &dump, NULL) < 0 ||
	    (!dump.midr && host_cpuid(host, &cpuid, NULL) < 0))
		return -ENODATA;
	out = open_memstream(&text, &len);
	if (!out)
		return -ENOMEM;
	write_lines(out, &dump, &cpuid);
	fclose(out);
	*ret = (struct cpu_info){ .text = text, .source = "CPUID" };
	parse(ret);
	return 0;
}

int cpu_info_read(const struct host *host, struct cpu_info *ret, struct error *err)
{
	int r = read_cpuinfo(host, ret, err);

	return r == -ENODATA && read_cpuid(host, ret) == 0 ? 0 : r;
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
