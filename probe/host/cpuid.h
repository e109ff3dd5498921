/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cpuid: what the CPU itself says of itself, and what firmware left in its registers; part of the
 * host's door
 */
#ifndef STACKCHECK_HOST_CPUID_H
#define STACKCHECK_HOST_CPUID_H

#include "host/host.h"

/*
 * The answers of the CPU this runs on to the CPUID instruction, which any user may execute and
 * which firmware's VT-x lock does not change (Linux arch/x86/kernel/cpu/feat_ctl.c clears the
 * kernel's flag, not the CPU's).
 */
struct host_cpuid {
	char vendor[16]; /* "GenuineIntel", "AuthenticAMD", … */
	char brand[64]; /* of a recording; a live kernel tells it itself */
	int family; /* with the extended part, as /proc/cpuinfo has it */
	int model;
	bool vmx; /* CPUID.1:ECX[5] */
	bool svm; /* CPUID.80000001h:ECX[2] */
	bool npt; /* CPUID.8000000Ah:EDX[0]; meaningful where svm is set */
	bool hypervisor; /* CPUID.1:ECX[31] */
	bool long_mode; /* CPUID.80000001h:EDX[29] */
	/*
	 * CPUID.8000001Fh:EAX[1], [3], [4]: guests with memory, registers and page tables of their
	 * own keys (Linux Documentation/virt/kvm/x86/amd-memory-encryption.rst)
	 */
	bool sev, sev_es, sev_snp;
};

/*
 * Recordings: .stackcheck/cpuid.txt, the texts that host/cpuid_dump.h reads, on any architecture.
 * -EOPNOTSUPP: live, and not an x86 CPU. -ENODATA: not recorded. -EINVAL: recorded data is no such text.
 */
int host_cpuid(const struct host *host, struct host_cpuid *ret, struct error *err);

/*
 * The hypervisor's name for itself, CPUID.40000000h:EBX,ECX,EDX ("KVMKVMKVM", "VMwareVMware").
 * Recordings: the answer "cpuid.hypervisor". -ENOENT: CPUID.1:ECX[31] is clear. -EOPNOTSUPP,
 * -ENODATA as host_cpuid().
 */
int host_cpuid_hypervisor(const struct host *host, char ret_name[16], struct error *err);

/*
 * A model-specific register of one CPU, by /dev/cpu/N/msr (msr(4)), only where the kernel's msr
 * driver is there already: opening the node of one that is not would load it. Recordings: the
 * answer "msr.<cpu>.<number in hex>".
 * -EOPNOTSUPP: no msr driver. -EACCES, -EPERM: needs root and a kernel that is not locked down. -EIO: no such register.
 */
int host_msr(const struct host *host, unsigned int cpu, uint32_t number, uint64_t *ret,
	     struct error *err);

#endif
