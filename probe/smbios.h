/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * smbios: the firmware's table of structures (SMBIOS, DMTF DSP0134), as the kernel hands it on. It
 * is bytes from outside: every read is checked against the structure's own length and the table's
 * end.
 */
#ifndef STACKCHECK_SMBIOS_H
#define STACKCHECK_SMBIOS_H

#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "host/host.h"

/* Types that probes read. */
enum smbios_type {
	SMBIOS_FIRMWARE = 0,
	SMBIOS_SYSTEM = 1,
	SMBIOS_MEMORY_ARRAY = 16,
	SMBIOS_MEMORY_DEVICE = 17,
	SMBIOS_MEMORY_RANGE = 19,
	SMBIOS_IPMI_DEVICE = 38,
	SMBIOS_HOST_INTERFACE = 42,
	SMBIOS_END = 127,
};

struct smbios {
	uint8_t *table;
	size_t len;
	const char *source; /* the path it was read from; static */
};

/* One structure; it lives as long as the table. */
struct smbios_structure {
	uint8_t type;
	uint16_t handle;
	const uint8_t *bytes; /* the formatted part, from its header on */
	size_t len; /* of the formatted part: what lies behind it is not there in this version */
	const char *strings; /* the first of the strings behind it; an empty one ends them */
};

/*
 * The table of /sys/firmware/dmi/tables/DMI (root;
 * Documentation/ABI/testing/sysfs-firmware-dmi-tables), else the structures of
 * /sys/firmware/dmi/entries (root; module dmi_sysfs), which come sorted by type.
 * -ENOENT: this machine has none, as the kernel sees it. -EACCES: only root may read it. -ENODATA: masked or not recorded.
 */
int smbios_read(const struct host *host, struct smbios *ret, struct error *err);
void smbios_free(struct smbios *smbios);
#define auto_smbios __attribute__((cleanup(smbios_free)))

/*
 * The next structure: start with *offset 0. 1: set; 0: the end; -EINVAL: the table breaks off or
 * makes no sense from here on, so that nothing follows from a structure that was not met.
 */
int smbios_next(const struct smbios *smbios, size_t *offset, struct smbios_structure *ret);

/* The same for structures of one type. */
int smbios_next_of(const struct smbios *smbios, uint8_t type, size_t *offset,
		   struct smbios_structure *ret);

/*
 * Numbers at an offset of the formatted part: `size` 1, 2, 4 or 8 bytes. -ENOENT: this structure is
 * too short to have it.
 */
int smbios_number(const struct smbios_structure *structure, size_t offset, size_t size,
		  uint64_t *ret);

/*
 * The string that the byte at `offset` numbers; NULL when it numbers none, or the structure does
 * not reach there.
 */
const char *smbios_string(const struct smbios_structure *structure, size_t offset);

#endif
