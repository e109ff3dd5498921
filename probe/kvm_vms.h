/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kvm_vms: how many of KVM's virtual machines run now */
#ifndef STACKCHECK_KVM_VMS_H
#define STACKCHECK_KVM_VMS_H

#include "probe.h"

/* Sets kvm.vms; `module` is the kernel module that provides KVM. */
void kvm_vms_set(const struct host *host, struct facts *facts, const char *module);

#endif
