/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cpu_virt: hardware virtualisation in its stages: the CPU has it, firmware lets it be used, the
 * kernel shows it
 */
#ifndef STACKCHECK_CPU_VIRT_H
#define STACKCHECK_CPU_VIRT_H

#include "cpu_info.h"
#include "probe.h"

/* Sets cpu.hypervisor, the facts of cpu.virt, cpu.ept, cpu.sev, cpu.sev_es, cpu.sev_snp, cpu.tdx. */
void cpu_virt_run(const struct host *host, struct facts *facts, const struct cpu_info *info);

/*
 * What a working KVM or Xen proves of the stages before it, and what the kernel's configuration
 * tells of a cleared flag.
 */
void cpu_virt_derive(struct facts *facts);

#endif
