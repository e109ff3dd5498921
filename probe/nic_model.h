/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nic_model: what is known of a network function by its PCI id alone */
#ifndef STACKCHECK_NIC_MODEL_H
#define STACKCHECK_NIC_MODEL_H

#include <stdbool.h>
#include <stdint.h>

enum nic_model_has { NIC_MODEL_UNTOLD, NIC_MODEL_NO, NIC_MODEL_YES };

struct nic_model {
	uint16_t vendor, device;
	uint16_t gbits; /* the most that a port of it can do, 0 where that is not known */
	enum nic_model_has sriov, rdma;
};

/* Ids as four hexadecimal digits, either may be NULL. NULL: nothing is known of this model. */
const struct nic_model *nic_model_of(const char *vendor, const char *device);

/* The name of DPDK's poll-mode driver for it; NULL where none is known. */
const char *nic_model_dpdk_driver(const char *vendor, const char *device);

/*
 * Does that driver work beside the kernel's, on the same port ("Bifurcated Driver" in DPDK's
 * doc/guides/linux_gsg/linux_drivers.rst, and each driver's own guide in doc/guides/nics)? Others
 * need the port for themselves, by vfio-pci or uio.
 */
bool nic_model_is_bifurcated(const char *driver);

#endif
