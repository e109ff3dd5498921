/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kvm: the questions that /dev/kvm answers, and the one thing that is done because it proves most:
 * a guest that runs
 */
#ifndef STACKCHECK_HOST_KVM_H
#define STACKCHECK_HOST_KVM_H

#include "host/host.h"

/*
 * Each opens /dev/kvm for itself, and only where the kernel's KVM is registered
 * (/sys/class/misc/kvm): opening a node without its driver would load it. Errors, the same for all
 * (linux/kvm.h, open(2)):
 * -ENOENT: no KVM in this kernel now, or no node for it. -EACCES, -EPERM: not for this account. -ENODEV, -ENXIO: a node without
 * driver. -ENODATA: not recorded.
 */

/*
 * KVM_GET_API_VERSION: 12 for every kernel since 2.6.22. Recordings: the answer "kvm.api_version".
 */
int host_kvm_api_version(const struct host *host, int64_t *ret, struct error *err);

/*
 * KVM_CHECK_EXTENSION of KVM_CAP_<name>: 0 no, else yes or how much. -EINVAL: no capability of that
 * name is known here. Recordings: the answer "kvm.cap.<name>".
 */
int host_kvm_capability(const struct host *host, const char *name, int64_t *ret, struct error *err);

enum host_kvm_guest {
	HOST_KVM_GUEST_NOT_RUN, /* not asked for, or no guest is written for this architecture */
	HOST_KVM_GUEST_RAN, /* it executed its instructions and came back with what they put out */
	HOST_KVM_GUEST_FAILED,
};

/*
 * Creates a VM, runs a guest of two instructions in it where `run_guest` and takes both away again.
 * The guest has a quarter of a second. The first VM of a machine makes every CPU enter VMX or SVM
 * for that long, unless KVM did so when it was loaded. Returns 0 when the VM could be created,
 * whatever became of the guest (`err` then says why it failed).
 * -EBUSY: another hypervisor has the CPUs. -ENOMEM, -EIO, …: as KVM_CREATE_VM.
 * Recordings: the answers "kvm.create_vm" (0 or an error) and "kvm.guest" (ran, failed, not-run).
 */
int host_kvm_try(const struct host *host, bool run_guest, enum host_kvm_guest *ret_guest,
		 struct error *err);

#endif
