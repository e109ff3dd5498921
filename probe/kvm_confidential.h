/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kvm_confidential: guests that KVM keeps from their host's eyes, by AMD SEV and Intel TDX */
#ifndef STACKCHECK_KVM_CONFIDENTIAL_H
#define STACKCHECK_KVM_CONFIDENTIAL_H

#include "core/facts.h"
#include "host/host.h"

/*
 * Sets kvm.sev, kvm.sev_es, kvm.sev_snp, kvm.tdx and the numbers of such guests; `module` is the
 * one that provides KVM, NULL where none does.
 */
void kvm_confidential_set(const struct host *host, struct facts *facts, const char *module);

/* The same facts, unknown for this reason. */
void kvm_confidential_unknown(struct facts *facts, const struct error *err);

/* A parameter is an intention: no guest of the kind runs where the CPU has no such thing. */
void kvm_confidential_derive(struct facts *facts);

#endif
