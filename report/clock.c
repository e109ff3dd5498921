/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "clock.h"

const char *clock_text(char buffer[CLOCK_TEXT], time_t when)
{
	struct tm tm;

	gmtime_r(&when, &tm);
	strftime(buffer, CLOCK_TEXT, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return buffer;
}

time_t clock_of_text(const char *text)
{
	struct tm tm = { 0 };
	const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm);

	return end && !*end ? timegm(&tm) : 0;
}
