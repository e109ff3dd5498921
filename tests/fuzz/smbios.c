/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz: any bytes as an SMBIOS table; every structure, number and string of it is read */
#include "smbios.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t read_whole(const struct smbios_structure *structure)
{
	size_t sum = 0;

	for (size_t offset = 0; offset < 256; offset++) {
		const char *string = smbios_string(structure, offset);
		uint64_t number = 0;

		for (size_t width = 1; width <= 8; width *= 2)
			sum += smbios_number(structure, offset, width, &number) == 0 ? number : 0;
		sum += string ? strlen(string) : 0;
	}
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A copy of just that size, so that one byte too far is seen. */
	uint8_t *table = malloc(size ? size : 1);
	struct smbios smbios = { .table = table, .len = size };
	struct smbios_structure structure;
	size_t sum = 0;
	size_t offset = 0;

	if (!table)
		return 0;
	if (size)
		memcpy(table, data, size);
	while (smbios_next(&smbios, &offset, &structure) > 0)
		sum += read_whole(&structure);
	free(table);
	/* The sum is used, so that no read of it is optimised away. */
	return sum == (size_t)-1 ? -1 : 0;
}
