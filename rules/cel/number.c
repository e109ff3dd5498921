/* SPDX-License-Identifier: GPL-2.0-or-later */
/* number: doubles as text, with a decimal point whatever the locale */
#include "cel/internal.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <string.h>

#include "core/util.h"

int cel_parse_double(const char *text, double *ret)
{
	locale_t c = newlocale(LC_ALL_MASK, "C", NULL);
	locale_t before = uselocale(c);
	char *end;
	double number;

	number = strtod(text, &end);
	uselocale(before);
	freelocale(c);
	/* strtod(3) would skip white space and take hexadecimal. */
	if (end == text || *end || strpbrk(text, " \t\n\v\f\rxX"))
		return -EINVAL;
	if (isinf(number) && !strpbrk(text, "iI"))
		return -ERANGE;
	*ret = number;
	return 0;
}

/* The fewest digits that read back as the same number. */
static void print_shortest(double number, char *ret, size_t size)
{
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(ret, size, "%.*g", digits, number);
		if (strtod(ret, NULL) == number)
			break;
	}
}

char *cel_print_double(struct arena *arena, double number)
{
	locale_t c, before;
	char text[64];

	if (isnan(number))
		return arena_strdup(arena, "NaN");
	if (isinf(number))
		return arena_strdup(arena, number < 0 ? "-Infinity" : "Infinity");
	c = newlocale(LC_ALL_MASK, "C", NULL);
	before = uselocale(c);
	print_shortest(number, text, sizeof(text));
	uselocale(before);
	freelocale(c);
	return arena_strdup(arena, text);
}
