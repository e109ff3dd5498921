/* SPDX-License-Identifier: GPL-2.0-or-later */
/* date: which texts are days */
#include "../../fixture.h"

#include "core/date.h"
#include "core/util.h"

static void days_of_the_calendar_are_dates(void **state)
{
	static const char *const days[] = { "2026-11-22", "2024-02-29", "1999-12-31" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(days); i++)
		if (!is_date(days[i]))
			fail_msg("%s", days[i]);
}

static void other_texts_are_none(void **state)
{
	static const char *const others[] = {
		"",	      "2026-02-29",  "2026-13-01", "2026-1-1",	"2026-11-2 ",
		" 026-11-22", "2026-11-222", "22.11.2026", "2026/11/22"
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (is_date(others[i]))
			fail_msg("'%s'", others[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(days_of_the_calendar_are_dates),
		TEST(other_texts_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
