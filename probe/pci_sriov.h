/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pci_sriov: the part of the probe "pci" that reads how many virtual functions there can be */
#ifndef STACKCHECK_PCI_SRIOV_H
#define STACKCHECK_PCI_SRIOV_H

#include "probe.h"

#define PCI_CLASS_OF_NETWORK "02"
#define PCI_CLASS_OF_BRIDGE  "06"

/* The fields "sriov_…" and "ari" of one function's record. */
struct pci_sriov {
	/* 1: the kernel shows it; -ENOENT: it shows none; else why it cannot be told */
	int has;
	struct value total, enabled, reach, room, kernel, ari;
};

/* What the kernel shows; where it shows nothing, `has` says so and the fields are absent. */
void pci_sriov_read(const struct host *host, struct arena *arena, const char *address,
		    struct pci_sriov *ret);

/*
 * What the capability tells, where no function at all shows the kernel's files: they are there for
 * every function that has it, if the kernel was built with PCI_IOV. Of network functions only
 * (reading configuration space is slow), but for recordings without those files; `class` has four
 * digits. `ret` is what pci_sriov_read() left.
 */
void pci_sriov_ask(const struct host *host, struct arena *arena, const char *address,
		   const char *class, struct pci_sriov *ret);

#endif
