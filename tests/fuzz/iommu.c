/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz: any bytes as each of the ACPI tables that list IOMMUs */
#include <stdlib.h>
#include <string.h>

#include "iommu_firmware.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "DMAR", "IVRS", "VIOT", "IORT" };
	/* A copy of just that size, so that one byte too far is seen. */
	uint8_t *table = malloc(size ? size : 1);
	int sum = 0;

	if (!table)
		return 0;
	if (size)
		memcpy(table, data, size);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		sum += iommu_table_has_unit(names[i], table, size);
	free(table);
	return sum > 4; /* never; it keeps the calls from being left out */
}
