/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cpu_info: the first processor's lines of /proc/cpuinfo, or what its answers to CPUID tell of the
 * same
 */
#ifndef STACKCHECK_CPU_INFO_H
#define STACKCHECK_CPU_INFO_H

#include <stdlib.h>

#include "host/host.h"

/* Texts point into `text`, which the struct owns; NULL where there is no such line. */
struct cpu_info {
	char *text;
	const char *vendor; /* vendor_id */
	const char *name; /* model name; of other architectures cpu, machine, Processor */
	const char *family;
	const char *model;
	const char *flags; /* flags, or Features on Arm */
	bool x86_flags; /* the line is called flags: an x86 CPU */
	bool vmx_line; /* there is a line "vmx flags" */
	const char *implementer; /* of an Arm CPU */
	const char *part;
	/* The kernel's own lines; else flags are what the CPU has, whatever a kernel makes of it. */
	bool of_kernel;
	const char *source; /* for facts */
};

/*
 * CPU 0 stands for all: a system whose CPUs differ in features gives every CPU the common ones
 * (x86), and reading the whole file costs milliseconds per hundred CPUs. A recording without
 * /proc/cpuinfo may hold CPUID. Errors as host_read(), of /proc/cpuinfo.
 */
int cpu_info_read(const struct host *host, struct cpu_info *ret, struct error *err);

static inline void cpu_info_free(struct cpu_info *info)
{
	free(info->text);
}
#define auto_cpu_info __attribute__((cleanup(cpu_info_free)))

/* True where `flag` is a whole word of the flags. */
bool cpu_info_has(const struct cpu_info *info, const char *flag);

#endif
