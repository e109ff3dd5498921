/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cpuid_dump: the answers of a machine's CPUs to CPUID, as people's tools write them into a text.
 * Part of the host's door: it stands in a recording's .stackcheck/cpuid.txt.
 */
#ifndef STACKCHECK_HOST_CPUID_DUMP_H
#define STACKCHECK_HOST_CPUID_DUMP_H

#include <stdlib.h>

#include "host/host.h"

enum cpuid_register { CPUID_EAX, CPUID_EBX, CPUID_ECX, CPUID_EDX };

struct cpuid_answer {
	uint32_t cpu; /* in the order of the text */
	uint32_t leaf, subleaf;
	uint32_t registers[4];
};

struct cpuid_dump {
	struct cpuid_answer *answers;
	size_t len;
	uint32_t cpus; /* how many the text tells of */
	bool whole; /* it tells of each logical CPU, not of the one that its tool ran on */
	uint64_t midr; /* MIDR_EL1 of an Arm CPU; 0: an x86 CPU */
};

/*
 * Reads raw data of libcpuid (basic_cpuid[0]=…, arm_midr=…), dumps as AIDA64 writes them ("CPUID
 * 00000000: …", with and without "[SL 00]"), one CPU or all of them. Lines that are neither are
 * passed over. -ENODATA: not recorded. -EINVAL: no such line in it.
 */
int cpuid_dump_read(const struct host *host, struct cpuid_dump *ret, struct error *err);

/* The same of a text, which is changed. */
int cpuid_dump_parse(char *text, struct cpuid_dump *ret, struct error *err);

static inline void cpuid_dump_free(struct cpuid_dump *dump)
{
	free(dump->answers);
}
#define auto_cpuid_dump __attribute__((cleanup(cpuid_dump_free)))

/*
 * The four registers; NULL where the text does not have them or the leaf is above the highest one
 * of its range, where a CPU answers with another leaf's values.
 */
const uint32_t *cpuid_dump_leaf(const struct cpuid_dump *dump, uint32_t cpu, uint32_t leaf,
				uint32_t subleaf);

/*
 * Packages, cores and threads, each CPU by its APIC id: leaves 1Fh or 0Bh where the CPU has them,
 * else what its vendor had before. -ENODATA: the text does not tell of every CPU, or of its id.
 */
struct cpuid_counts {
	int64_t threads, cores, packages;
};
int cpuid_dump_count(const struct cpuid_dump *dump, struct cpuid_counts *ret, struct error *err);

#endif
