/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cpu_topology: how many sockets, cores and threads are online */
#ifndef STACKCHECK_CPU_TOPOLOGY_H
#define STACKCHECK_CPU_TOPOLOGY_H

#include "host/host.h"

struct cpu_topology {
	int64_t threads; /* logical CPUs that are online */
	int64_t cores; /* cores with a thread that is online */
	int64_t sockets; /* packages with a core that is online; 0: this kernel does not tell */
	const char *source;
};

/*
 * Reads /sys/devices/system/cpu and, where that is missing, the "physical id"
 * and "core id" lines of /proc/cpuinfo, of a recording CPUID. -ENODATA: none tells. Other errors as
 * host_read().
 */
int cpu_topology_read(const struct host *host, struct cpu_topology *ret, struct error *err);

/*
 * The CPUs that the scheduler leaves alone (isolcpus=), else those without a tick (nohz_full=), as
 * a list of ranges that the caller frees; NULL where there are none. *ret_source is static. Errors
 * as host_read().
 */
int cpu_isolated_read(const struct host *host, char **ret, const char **ret_source,
		      struct error *err);

/*
 * "00000000,0000000f" as a list of ranges, "0-3", that the caller frees; the oldest kernels have
 * masks alone. -EINVAL: no mask. -ENOMEM.
 */
int cpumask_to_list(const char *mask, char **ret);

#endif
