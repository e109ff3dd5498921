/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * smbios: the walk over the firmware's table of structures, safe against what firmware gets wrong
 */
#include "smbios.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/util.h"

#define TABLE	"/sys/firmware/dmi/tables/DMI"
#define ENTRIES "/sys/firmware/dmi/entries"

/* Type, length of the formatted part, handle: in every structure. */
#define HEADER 4

void smbios_free(struct smbios *smbios)
{
	free(smbios->table);
	*smbios = (struct smbios){ 0 };
}

static int append(struct smbios *smbios, const void *bytes, size_t len, struct error *err)
{
	uint8_t *grown = realloc(smbios->table, smbios->len + len);

	if (!grown)
		return error_set(err, -ENOMEM, "SMBIOS structures: out of memory");
	memcpy(grown + smbios->len, bytes, len);
	smbios->table = grown;
	smbios->len += len;
	return 0;
}

/* One folder for each structure: Documentation/ABI/testing/sysfs-firmware-dmi-entries */
static int read_entries(const struct host *host, struct smbios *ret, struct error *err)
{
	auto_names struct host_names names = { 0 };
	auto_smbios struct smbios smbios = { .source = ENTRIES };
	int r = host_list(host, ENTRIES, &names, err);

	if (r == -ENOENT)
		return error_because(err, r, UNKNOWN_UNSUPPORTED,
				     "this kernel shows no SMBIOS table");
	if (r < 0)
		return r;
	for (size_t i = 0; i < names.len; i++) {
		auto_free char *raw = NULL;
		size_t len = 0;

		r = host_read(host, PATH(ENTRIES "/%s/raw", names.names[i]), &raw, &len, err);
		if (r >= 0 && len > 0)
			r = append(&smbios, raw, len, err);
		if (r < 0)
			return r;
	}
	*ret = smbios;
	smbios = (struct smbios){ 0 };
	return 0;
}

int smbios_read(const struct host *host, struct smbios *ret, struct error *err)
{
	char *table = NULL;
	size_t len = 0;
	int r = host_read(host, TABLE, &table, &len, err);

	if (r == -ENOENT)
		return read_entries(host, ret, err);
	if (r < 0)
		return r;
	*ret = (struct smbios){ .table = (uint8_t *)table, .len = len, .source = TABLE };
	return 0;
}

/* The offset behind the strings, which two NULs end; 0 where the table ends first. */
static size_t end_of_strings(const struct smbios *smbios, size_t offset)
{
	for (; offset + 1 < smbios->len; offset++) {
		if (!smbios->table[offset] && !smbios->table[offset + 1])
			return offset + 2;
	}
	return 0;
}

int smbios_next(const struct smbios *smbios, size_t *offset, struct smbios_structure *ret)
{
	const uint8_t *at;
	size_t end;

	if (*offset >= smbios->len)
		return 0;
	at = smbios->table + *offset;
	if (smbios->len - *offset < HEADER || at[1] < HEADER)
		return -EINVAL;
	/* What firmware leaves behind the end-of-table structure is not part of the table. */
	if (at[0] == SMBIOS_END)
		return 0;
	end = end_of_strings(smbios, *offset + at[1]);
	if (!end)
		return -EINVAL;
	*ret = (struct smbios_structure){ .type = at[0],
					  .handle = (uint16_t)(at[2] | at[3] << 8),
					  .bytes = at,
					  .len = at[1],
					  .strings = (const char *)at + at[1] };
	*offset = end;
	return 1;
}

int smbios_next_of(const struct smbios *smbios, uint8_t type, size_t *offset,
		   struct smbios_structure *ret)
{
	int r;

	do {
		r = smbios_next(smbios, offset, ret);
	} while (r > 0 && ret->type != type);
	return r;
}

int smbios_number(const struct smbios_structure *structure, size_t offset, size_t size,
		  uint64_t *ret)
{
	uint64_t number = 0;

	if (size > sizeof(number) || offset > structure->len || structure->len - offset < size)
		return -ENOENT;
	for (size_t i = 0; i < size; i++)
		number |= (uint64_t)structure->bytes[offset + i] << (8 * i);
	*ret = number;
	return 0;
}

const char *smbios_string(const struct smbios_structure *structure, size_t offset)
{
	const char *string = structure->strings;
	uint64_t number = 0;

	if (smbios_number(structure, offset, 1, &number) < 0 || number == 0)
		return NULL;
	/* Two NULs end the strings (smbios_next saw them), so that an empty string is the end. */
	while (number > 1 && *string) {
		string += strlen(string) + 1;
		number--;
	}
	return *string ? string : NULL;
}
