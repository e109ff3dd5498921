/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pci: the SR-IOV capability of a PCI function, from its configuration space; part of the host's
 * door
 */
#ifndef STACKCHECK_HOST_PCI_H
#define STACKCHECK_HOST_PCI_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "host/host.h"

/*
 * Is this a function's address, "0000:02:00.0" (the domain may have more digits)? `text` need not
 * end at `len`.
 */
bool pci_is_address(const char *text, size_t len);

/*
 * The innermost PCI function in a device's path ("…/0000:00:01.0/0000:02:00.0/net/eth0"); NULL
 * where it is on none.
 */
const char *pci_address_in(struct arena *arena, const char *path);

/* PCI Express extended capability 0x0010 as linux/pci_regs.h lays it out (PCI_SRIOV_*). */
struct host_pci_sriov {
	uint16_t total; /* TotalVFs */
	uint16_t enabled; /* NumVFs */
	uint16_t offset; /* of the first VF's routing id */
	uint16_t stride; /* from one VF's routing id to the next */
	/*
	 * One of the VFs' BARs reads as something: an address, or the type that one without an
	 * address still has. A BAR of 32 bits without either reads as if it was not there.
	 */
	bool has_bars;
};

/*
 * Of the function at `address` ("0000:02:00.0"). A function that sleeps is not read, as that may
 * wake it (pci_read_config() in drivers/pci/pci-sysfs.c).
 * -ENOENT: it has no such capability. -EACCES: this user sees only the header. -EOPNOTSUPP: it sleeps, or this kernel
 * does not reach the extended space. -ENODATA: the recording does not hold it. -EIO: the chain of
 * capabilities is broken.
 */
int host_pci_sriov(const struct host *host, const char *address, struct host_pci_sriov *ret,
		   struct error *err);

/*
 * Does the port (or function of several) at `address` keep apart what could reach each other
 * through it: are the Access Control Services on that Linux asks for? 1: yes; 0: they are not, or
 * it has none; negative as above, but never -ENOENT.
 */
int host_pci_acs(const struct host *host, const char *address, struct error *err);

#endif
