/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/quantity.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/util.h"

struct unit {
	const char *name;
	double binary; /* its size where a K is 1024 */
	double decimal;
};

static const struct unit byte_units[] = {
	{ "", 1, 1 },
	{ "B", 1, 1 },
	{ "KB", 1024.0, 1e3 },
	{ "MB", 1048576.0, 1e6 },
	{ "GB", 1073741824.0, 1e9 },
	{ "TB", 1099511627776.0, 1e12 },
	{ "PB", 1125899906842624.0, 1e15 },
	{ "KiB", 1024.0, 1024.0 },
	{ "MiB", 1048576.0, 1048576.0 },
	{ "GiB", 1073741824.0, 1073741824.0 },
	{ "TiB", 1099511627776.0, 1099511627776.0 },
	{ "PiB", 1125899906842624.0, 1125899906842624.0 },
};

static const struct unit bit_units[] = {
	{ "", 1, 1 },		{ "bit/s", 1, 1 },	{ "kbit/s", 1e3, 1e3 },
	{ "Mbit/s", 1e6, 1e6 }, { "Gbit/s", 1e9, 1e9 }, { "Tbit/s", 1e12, 1e12 },
	{ "Kbps", 1e3, 1e3 },	{ "Mbps", 1e6, 1e6 },	{ "Gbps", 1e9, 1e9 },
	{ "Tbps", 1e12, 1e12 },
};

static const struct unit time_units[] = {
	{ "", 1, 1 },
	{ "us", 1, 1 },
	{ "ms", 1e3, 1e3 },
	{ "s", 1e6, 1e6 },
};

static const struct unit no_units[] = {
	{ "", 1, 1 },
};

struct unit_family {
	const char *unit; /* of a fact definition */
	const struct unit *units;
	size_t n_units;
	const char *names; /* for messages */
};

static const struct unit_family families[] = {
	{ "bytes", byte_units, ARRAY_SIZE(byte_units), "B, KB, MB, GB, TB, KiB, MiB, GiB or TiB" },
	{ "bit/s", bit_units, ARRAY_SIZE(bit_units), "Mbit/s, Gbit/s, Mbps or Gbps" },
	{ "microseconds", time_units, ARRAY_SIZE(time_units), "us, ms or s" },
};

static const struct unit_family plain = { "", no_units, ARRAY_SIZE(no_units), "none" };

static const struct unit_family *family_of(const char *unit)
{
	for (size_t i = 0; unit && i < ARRAY_SIZE(families); i++)
		if (strcmp(families[i].unit, unit) == 0)
			return &families[i];
	return &plain;
}

/* Disks and filesystems are sold and told in powers of ten, memory in powers of two. */
static bool is_decimal(const char *name)
{
	return starts_with(name, "disk");
}

int quantity_parse_unit(const char *text, const char *unit, const char *name, int64_t *ret,
			struct error *err)
{
	const struct unit_family *family = family_of(unit);
	double number;
	char *end;

	/*
	 * Digits and a point: strtod() also knows hexadecimal and exponents, which nobody means
	 * here.
	 */
	if (!isdigit((unsigned char)text[*text == '-']))
		return error_set(err, -EINVAL, "'%s' is not a number", text);
	number = strtod(text, &end);
	if (strspn(text, "-0123456789.") != (size_t)(end - text))
		return error_set(err, -EINVAL, "'%s' is not a number", text);
	if (family == &plain && number != trunc(number))
		return error_set(err, -EINVAL, "'%s' is not a whole number", text);
	while (*end == ' ')
		end++;
	for (size_t i = 0; i < family->n_units; i++) {
		const struct unit *found = &family->units[i];

		if (strcmp(end, found->name) != 0)
			continue;
		number *= is_decimal(name) ? found->decimal : found->binary;
		if (fabs(number) > 9e18)
			return error_set(err, -ERANGE, "'%s' is too large", text);
		/* Not llround(): loading libm for it is a part of every start. */
		*ret = (int64_t)(number < 0 ? number - 0.5 : number + 0.5);
		return 0;
	}
	return error_set(err, -EINVAL, "'%s': '%s' is not a unit of %s; expected %s", text, end,
			 name, family->names);
}

int quantity_parse(const char *text, const struct fact_def *def, int64_t *ret, struct error *err)
{
	return quantity_parse_unit(text, def->unit, def->name, ret, err);
}

/* The largest unit of which there is at least one. */
static const struct unit *fitting(const struct unit_family *family, double number, bool decimal)
{
	const struct unit *best = &family->units[1];

	for (size_t i = 1; i < family->n_units; i++) {
		const struct unit *unit = &family->units[i];
		double size = decimal ? unit->decimal : unit->binary;
		bool shown = family->units != byte_units || decimal == !strchr(unit->name, 'i') ||
			     size == 1;

		if (shown && number >= size && size > (decimal ? best->decimal : best->binary))
			best = unit;
	}
	return best;
}

const char *quantity_text(char *buffer, size_t size, int64_t number, const char *unit,
			  const char *name)
{
	const struct unit_family *family = family_of(unit);
	const struct unit *best;
	bool decimal = is_decimal(name) || family->units != byte_units;
	int64_t size_of_unit, whole, steps, parts;

	if (family == &plain) {
		size_t len = unit ? strlen(unit) : 0;

		/* One of a unit that is a plural: "1 port". */
		if (number == 1 && len && unit[len - 1] == 's')
			len--;
		snprintf(buffer, size, "%lld%s%.*s", (long long)number, len ? " " : "", (int)len,
			 unit ? unit : "");
		return buffer;
	}
	best = fitting(family, fabs((double)number), decimal);
	size_of_unit = (int64_t)(decimal ? best->decimal : best->binary);
	whole = number / size_of_unit;
	/*
	 * Three digits that count, cut off in whole numbers: never rounded up to a size that is not
	 * there.
	 */
	steps = llabs(whole) < 10 ? 100 : llabs(whole) < 100 ? 10 : 1;
	parts = whole * steps + number % size_of_unit * steps / size_of_unit;
	snprintf(buffer, size, "%.15g %s", (double)parts / (double)steps, best->name);
	return buffer;
}
