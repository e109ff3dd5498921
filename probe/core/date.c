/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/date.h"

#include <string.h>
#include <time.h>

/* Looser forms, which strptime(3) takes too, would not be in order as texts. */
static bool has_form(const char *text)
{
	static const char form[] = "dddd-dd-dd";

	if (strlen(text) != strlen(form))
		return false;
	for (size_t i = 0; text[i]; i++)
		if (form[i] == '-' ? text[i] != '-' : text[i] < '0' || text[i] > '9')
			return false;
	return true;
}

bool is_date(const char *text)
{
	struct tm tm = { 0 };
	int day, month;

	if (!has_form(text) || !strptime(text, "%Y-%m-%d", &tm))
		return false;
	day = tm.tm_mday;
	month = tm.tm_mon;
	/* timegm(3) makes the 2nd of March of the 30th of February. */
	timegm(&tm);
	return tm.tm_mday == day && tm.tm_mon == month;
}
