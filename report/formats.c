/* SPDX-License-Identifier: GPL-2.0-or-later */
/* formats: the table of formats.def, and how details are called */
#include <string.h>

#include "core/util.h"
#include "report.h"

#define FORMAT(name) extern const struct format format_##name;
#include "formats.def"
#undef FORMAT

#define FORMAT(name) &format_##name,
static const struct format *const formats[] = {
#include "formats.def"
};
#undef FORMAT

size_t formats_count(void)
{
	return ARRAY_SIZE(formats);
}

const struct format *format_at(size_t index)
{
	return formats[index];
}

const struct format *format_of_name(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (strcmp(formats[i]->name, name) == 0)
			return formats[i];
	return NULL;
}

const char *detail_name(enum detail detail)
{
	static const char *const names[N_DETAILS] = {
		[DETAIL_VERDICTS] = "verdicts",
		[DETAIL_UNMET] = "unmet",
		[DETAIL_ALL] = "all",
	};

	return names[detail];
}
