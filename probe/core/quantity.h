/* SPDX-License-Identifier: GPL-2.0-or-later */
/* quantity: numbers with units, as people write them in rules and on the command line */
#ifndef STACKCHECK_QUANTITY_H
#define STACKCHECK_QUANTITY_H

#include <stdint.h>

#include "core/error.h"
#include "core/facts.h"

/*
 * "8 GB", "1.5 TiB", "25 Gbit/s", "4" as a number of the definition's unit (bytes, bit/s, none).
 * KB, MB, GB and TB are 2^10, 2^20, … for memory and 10^3, 10^6, … for disks, as both are sold; KiB
 * to PiB are always binary, kbit/s to Tbit/s (also Kbps to Tbps) decimal. -EINVAL: no number, or a
 * unit that does not fit; -ERANGE: too large.
 */
int quantity_parse(const char *text, const struct fact_def *def, int64_t *ret, struct error *err);

/* The same for a field of records: `name` is the list's ("disks" makes GB decimal). */
int quantity_parse_unit(const char *text, const char *unit, const char *name, int64_t *ret,
			struct error *err);

/*
 * A number of that unit for people: "62.5 GiB", "1.92 TB" for disks, "25 Gbit/s", "4". Into
 * `buffer` (32 bytes do), which is returned.
 */
const char *quantity_text(char *buffer, size_t size, int64_t number, const char *unit,
			  const char *name);

#endif
