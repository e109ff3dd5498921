/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host_firmware: what firmware tells of the machine: its maker, how it boots, TPM, BMC */
#ifndef STACKCHECK_HOST_FIRMWARE_H
#define STACKCHECK_HOST_FIRMWARE_H

#include "probe.h"

/*
 * Sets host.vendor, host.model, host.firmware, host.secure_boot, host.tpm, host.bmc, host.redfish
 * and host.pxe; after host.vm.
 */
void host_firmware_run(const struct host *host, struct facts *facts);

#endif
