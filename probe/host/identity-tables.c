/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * identity-tables: what identifies within binary tables: SMBIOS (DMTF DSP0134), a PCI function's
 * configuration space, EFI boot options (UEFI specification, 3.1.3 and 10.3)
 */
#include <ctype.h>
#include <fnmatch.h>
#include <linux/pci_regs.h>
#include <string.h>

#include "core/util.h"
#include "host/identity.h"
#include "smbios.h"

/* --- SMBIOS --- */

/* Where a structure's byte numbers a string that identifies. */
static const struct {
	uint8_t type;
	uint8_t strings[3]; /* 0: none */
} smbios_strings[] = {
	{ 1, { 0x07 } }, /* system: serial number */
	{ 2, { 0x07, 0x08 } }, /* board: serial number, asset tag */
	{ 3, { 0x07, 0x08 } }, /* chassis */
	{ 4, { 0x20, 0x21 } }, /* processor */
	{ 17, { 0x18, 0x19 } }, /* memory device */
	{ 22, { 0x07 } }, /* battery */
	{ 39, { 0x08, 0x09 } }, /* power supply */
};

#define TYPE_SYSTEM	    1
#define TYPE_SYSTEM_UUID    0x08
#define TYPE_OEM_STRINGS    11
#define TYPE_HOST_INTERFACE 42
#define TYPE_OEM	    128 /* from there on */

/* Texts of the vendor's, or of whoever made a virtual machine: they may be anything, even secrets. */
static void blank_all_strings(struct identity *identity, char *strings)
{
	while (*strings) {
		const size_t len = strlen(strings);

		identity_fill(identity, strings, len);
		strings += len + 1;
	}
}

static void blank_string(struct identity *identity, const struct smbios_structure *structure,
			 size_t offset)
{
	char *text = (char *)smbios_string(structure, offset);

	if (text)
		identity_fill(identity, text, strlen(text));
}

/*
 * Of Redfish over IP (DSP0270, 8.3.2) the service's UUID, the addresses and its host's name follow
 * behind the interface's own data; what is a BMC's USB network device has its serial number there.
 */
static void blank_interface(struct identity *identity, unsigned char *bytes, size_t len)
{
	const size_t records = len > 5 ? 6 + (size_t)bytes[5] : len;
	const size_t number = records < len ? bytes[records] : 0;
	size_t at = records + 1;

	for (size_t i = 0; i < number && at + 2 <= len; i++) {
		const size_t size = bytes[at + 1];
		unsigned char *record = bytes + at + 2;

		if (at + 2 + size > len)
			break;
		/* Type 4: UUID, then assignment and format, address and mask of the host's side … */
		if (bytes[at] == 4 && size >= 16)
			identity_fill_bytes(identity, record, 16);
		if (bytes[at] == 4 && size >= 86) {
			memset(record + 18, 0, 16);
			memset(record + 52, 0, 16);
		}
		if (bytes[at] == 4 && size > 91)
			identity_fill(identity, (char *)record + 91, size - 91);
		at += 2 + size;
	}
}

static void blank_structure(struct identity *identity, const struct smbios_structure *structure)
{
	unsigned char *bytes = (unsigned char *)structure->bytes;

	for (size_t i = 0; i < ARRAY_SIZE(smbios_strings); i++)
		for (size_t k = 0;
		     smbios_strings[i].type == structure->type &&
		     k < ARRAY_SIZE(smbios_strings[i].strings) && smbios_strings[i].strings[k];
		     k++)
			blank_string(identity, structure, smbios_strings[i].strings[k]);
	if (structure->type == TYPE_SYSTEM && structure->len >= TYPE_SYSTEM_UUID + 16)
		identity_fill_bytes(identity, bytes + TYPE_SYSTEM_UUID, 16);
	if (structure->type == TYPE_HOST_INTERFACE)
		blank_interface(identity, bytes, structure->len);
	if (structure->type == TYPE_OEM_STRINGS || structure->type >= TYPE_OEM)
		blank_all_strings(identity, (char *)structure->strings);
	/* Vendors keep hardware addresses there. */
	if (structure->type >= TYPE_OEM && structure->len > 4)
		memset(bytes + 4, 0, structure->len - 4);
}

static void blank_smbios(struct identity *identity, unsigned char *bytes, size_t len)
{
	const struct smbios smbios = { .table = bytes, .len = len };
	struct smbios_structure structure;
	size_t offset = 0;

	while (smbios_next(&smbios, &offset, &structure) > 0)
		blank_structure(identity, &structure);
}

/* --- PCI --- */

static uint32_t long_at(const unsigned char *bytes, size_t at)
{
	return bytes[at] | (uint32_t)bytes[at + 1] << 8 | (uint32_t)bytes[at + 2] << 16 |
	       (uint32_t)bytes[at + 3] << 24;
}

/* The Device Serial Number capability: eight bytes, a NIC's own address among them. */
static void blank_config(struct identity *identity, unsigned char *bytes, size_t len)
{
	size_t at = PCI_CFG_SPACE_SIZE;

	for (int i = 0; i < 512 && at >= PCI_CFG_SPACE_SIZE && at + 12 <= len; i++) {
		const uint32_t header = long_at(bytes, at);

		if (PCI_EXT_CAP_ID(header) == PCI_EXT_CAP_ID_DSN)
			identity_fill_bytes(identity, bytes + at + 4, 8);
		at = PCI_EXT_CAP_NEXT(header);
	}
}

/* --- EFI --- */

/* Nodes of a device path whose data, from that byte on, names one device. */
static const struct {
	uint8_t type, subtype;
	uint8_t from, len; /* of the node; len 0: to its end */
} efi_nodes[] = {
	{ 3, 3, 8, 8 }, /* Fibre Channel: world wide name */
	{ 3, 9, 8, 0 }, /* InfiniBand */
	{ 3, 10, 20, 0 }, /* vendor's data */
	{ 3, 11, 4, 6 }, /* hardware address */
	{ 3, 12, 4, 8 }, /* IPv4, local and remote */
	{ 3, 13, 4, 32 }, /* IPv6 */
	{ 3, 16, 10, 0 }, /* USB, by serial number */
	{ 3, 19, 18, 0 }, /* iSCSI target */
	{ 3, 21, 8, 8 }, /* Fibre Channel Ex */
	{ 3, 22, 4, 8 }, /* SAS Ex */
	{ 3, 23, 8, 8 }, /* NVMe: EUI-64 */
	{ 3, 24, 4, 0 }, /* URI */
	{ 3, 31, 4, 0 }, /* DNS servers */
	{ 4, 1, 24, 16 }, /* partition: signature */
};

static void blank_path(struct identity *identity, unsigned char *bytes, size_t len)
{
	for (size_t at = 0; at + 4 <= len;) {
		const size_t size = bytes[at + 2] | (size_t)bytes[at + 3] << 8;

		if (size < 4 || at + size > len)
			return;
		for (size_t i = 0; i < ARRAY_SIZE(efi_nodes); i++) {
			const size_t from = efi_nodes[i].from;

			if (efi_nodes[i].type == bytes[at] &&
			    efi_nodes[i].subtype == bytes[at + 1] && from < size)
				identity_fill_bytes(identity, bytes + at + from,
						    efi_nodes[i].len &&
								    from + efi_nodes[i].len < size
							    ? efi_nodes[i].len
							    : size - from);
		}
		at += size;
	}
}

/*
 * A description, UTF-16: firmware puts addresses and serial numbers there. Words of six letters and
 * more with a digit among them.
 */
static void blank_description(struct identity *identity, unsigned char *bytes, size_t len)
{
	for (size_t at = 0; at + 1 < len;) {
		char word[256];
		size_t n = 0;
		bool digit = false;

		while (at + 2 * n + 1 < len && n < sizeof(word) && isalnum(bytes[at + 2 * n]) &&
		       !bytes[at + 2 * n + 1]) {
			word[n] = (char)bytes[at + 2 * n];
			digit |= isdigit((unsigned char)word[n]) != 0;
			n++;
		}
		if (n >= 6 && digit) {
			identity_fill(identity, word, n);
			for (size_t i = 0; i < n; i++)
				bytes[at + 2 * i] = (unsigned char)word[i];
		}
		at += n ? 2 * n : 2;
	}
}

/* Attributes of the variable (4), EFI_LOAD_OPTION: attributes (4), length of the path (2), text, path. */
static void blank_boot_option(struct identity *identity, unsigned char *bytes, size_t len)
{
	size_t text = 10, path, path_len;

	if (len < 12)
		return;
	path_len = bytes[8] | (size_t)bytes[9] << 8;
	for (path = text; path + 1 < len && (bytes[path] || bytes[path + 1]);)
		path += 2;
	blank_description(identity, bytes + text, path - text);
	path += 2;
	if (path < len)
		blank_path(identity, bytes + path, path_len < len - path ? path_len : len - path);
	/* Behind the path stand the loader's own options. */
	if (path + path_len < len)
		memset(bytes + path + path_len, 0, len - path - path_len);
}

/* --- by path --- */

static void blank_all(struct identity *identity, unsigned char *bytes, size_t len)
{
	identity_fill_bytes(identity, bytes, len);
}

static const struct {
	const char *pattern;
	void (*blank)(struct identity *identity, unsigned char *bytes, size_t len);
} tables[] = {
	{ "/sys/firmware/dmi/tables/DMI", blank_smbios },
	{ "/sys/firmware/dmi/entries/*/raw", blank_smbios },
	{ "/sys/*/config", blank_config },
	{ "/sys/firmware/efi/efivars/Boot[0-9A-F][0-9A-F][0-9A-F][0-9A-F]-*", blank_boot_option },
	{ "/sys/*/vpd_pg8?", blank_all },
	{ "/sys/*/vpd", blank_all },
};

void identity_blank_table(struct identity *identity, const char *path, unsigned char *bytes,
			  size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		if (fnmatch(tables[i].pattern, path, 0) == 0)
			tables[i].blank(identity, bytes, len);
}
