/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz: any bytes as a text of CPUID answers; its topology is counted and its leaves are looked up */
#include <stdint.h>
#include <string.h>

#include "core/util.h"
#include "host/cpuid_dump.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_cpuid_dump struct cpuid_dump dump = { 0 };
	struct cpuid_counts counts = { 0 };
	auto_free char *text = calloc(1, size + 1);

	if (!text)
		return 0;
	if (size)
		memcpy(text, data, size);
	if (cpuid_dump_parse(text, &dump, NULL) < 0)
		return 0;
	for (size_t i = 0; i < dump.len; i++)
		cpuid_dump_leaf(&dump, dump.answers[i].cpu, dump.answers[i].leaf,
				dump.answers[i].subleaf);
	cpuid_dump_count(&dump, &counts, NULL);
	/* Used, so that nothing is optimised away. */
	return counts.cores > counts.threads ? -1 : 0;
}
