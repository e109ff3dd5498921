/* SPDX-License-Identifier: GPL-2.0-or-later */
/* iommu_firmware: the part of the probe "iommu" that reads what firmware says of the IOMMU */
#ifndef STACKCHECK_IOMMU_FIRMWARE_H
#define STACKCHECK_IOMMU_FIRMWARE_H

#include "probe.h"

#define IOMMU_TABLES "/sys/firmware/acpi/tables"

/*
 * Sets iommu.table and iommu.hardware. `driven` (may be NULL) is where the kernel shows units,
 * which proves the hardware whatever the tables say; `xen`: Xen may keep the tables to itself.
 */
void iommu_firmware_run(const struct host *host, struct facts *facts, const char *driven, bool xen);

/*
 * Sets iommu.interrupt_remapping.firmware, once iommu.hardware, iommu.table and
 * iommu.interrupt_remapping are set.
 */
void iommu_firmware_remapping(const struct host *host, struct facts *facts);

/*
 * Does an ACPI table of that name (DMAR, IVRS, VIOT, IORT) list an IOMMU? 1, 0, or -ENODATA where it
 * is cut off within its header or of another name.
 */
int iommu_table_has_unit(const char *name, const uint8_t *bytes, size_t len);

#endif
