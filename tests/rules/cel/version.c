/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests of rules/cel/version.c: which of two versions is later */
#include "cel/version.h"
#include "world.h"

/* From the earliest to the latest; those in one row are the same. */
static const char *const rising[][3] = {
	{ "4.19.0-27-amd64" },
	{ "5.9" },
	{ "5.10-alpha" },
	{ "5.10-rc3", "5.10.0-rc3" },
	{ "5.10-rc12" },
	{ "5.10~rc1" },
	{ "5.10", "5.10.0", "v5.10.0.0" },
	{ "5.10a" },
	{ "5.10-amd64", "5.10.0-amd64", "5.10+amd64" },
	{ "5.10.0-9-amd64" },
	{ "5.10.0-19-amd64", "5.10.0-019-amd64" },
	{ "5.10.1" },
	{ "5.15.0-1045-azure" },
	{ "6.1" },
	{ "20221231" },
	{ "18446744073709551616.1" },
};

static void versions_rise_as_listed_and_backwards_fall(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rising); i++)
		for (size_t j = 0; j < ARRAY_SIZE(rising); j++)
			for (size_t a = 0; a < 3 && rising[i][a]; a++)
				for (size_t b = 0; b < 3 && rising[j][b]; b++)
					if (cel_version_compare(rising[i][a], rising[j][b]) !=
					    (i > j) - (i < j))
						fail_msg("%s and %s", rising[i][a], rising[j][b]);
}

static void a_version_begins_with_a_number(void **state)
{
	(void)state;
	assert_true(cel_version_valid("5"));
	assert_true(cel_version_valid("v5.10"));
	assert_false(cel_version_valid("version"));
	assert_false(cel_version_valid(""));
	assert_false(cel_version_valid("v"));
	assert_false(cel_version_valid("-5"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions_rise_as_listed_and_backwards_fall),
		cmocka_unit_test(a_version_begins_with_a_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
