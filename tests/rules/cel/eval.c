/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tests of rules/cel/eval.c and arithmetic.c: what the comparison with another implementation has
 * shown, and how versions and units stand beside plain texts and numbers
 */
#include "world.h"

static void an_error_in_a_literal_is_the_literals_wherever_it_comes_from(void **state)
{
	auto_world struct world world = { .dynamic = true };

	(void)state;
	expect(&world, "[{'a': 1}.b]", "error");
	expect(&world, "[nothing]", "error");
	expect(&world, "{'a': {'a': 1}.b}", "error");
	expect(&world, "[[{'a': 1}.b]]", "error");
	expect(&world, "size([1, {'a': 1}.b]) == 2", "error");
	expect(&world, "1 in [1, {'a': 1}.b]", "error");
	expect(&world, "[1, {'a': 1}.b][0]", "error");
}

static void an_unknown_member_still_leaves_the_rest_of_a_literal(void **state)
{
	auto_world struct world world = { .dynamic = true };

	(void)state;
	bind(&world, "u", cel_type(CEL_DYN), unknown_of(&world, NULL));
	expect(&world, "1 in [u, 1]", "true");
	expect(&world, "size([u, 1]) == 2", "true");
	expect(&world, "1 in [u, {'a': 1}.b]", "unknown");
}

static void a_comma_may_stand_behind_the_last_member_or_none(void **state)
{
	auto_world struct world world = { 0 };

	(void)state;
	expect(&world, "size([,]) == 0 && size({,}) == 0", "true");
	expect(&world, "size([1,]) == 1 && size({1: 2,}) == 1", "true");
	refuse(&world, "[,1]", "1:3: ',' or ']' was expected, not 1");
	refuse(&world, "[1,,]", "1:4: a value was expected, not ,");
	refuse(&world, "size(,)", "1:6: a value was expected, not ,");
}

static void the_least_int_has_no_quotient_but_a_remainder(void **state)
{
	auto_world struct world world = { .dynamic = true };

	(void)state;
	expect(&world, "-9223372036854775808 % -1 == 0", "true");
	expect(&world, "-9223372036854775808 / -1", "error");
	expect(&world, "-7 % -1 == 0 && 7 % -3 == 1 && -7 % 3 == -1", "true");
}

static const struct cel_type version_type = { .kind = VALUE_STRING, .is_version = true };

static void a_version_is_ordered_only_as_one(void **state)
{
	auto_world struct world world = { 0 };

	(void)state;
	bind(&world, "kernel.version", &version_type, value_string("5.9.0"));
	bind(&world, "os.version", &version_type, value_string("22.04"));
	expect(&world, "version('5.10') <= kernel.version", "false");
	expect(&world, "kernel.version < version('5.10')", "true");
	expect(&world, "version(kernel.version) < '5.10'", "true");
	expect(&world, "version(kernel.version) < version(os.version)", "true");
	expect(&world, "os.version == '22.04'", "true");
	refuse(&world, "kernel.version < '5.10'",
	       "1:16: kernel.version (string) is a version, and as a text '10' is before '9'; "
	       "compare it with version('…')");
	refuse(&world, "'5.10' <= kernel.version",
	       "1:8: kernel.version (string) is a version, and as a text '10' is before '9'; "
	       "compare it with version('…')");
	refuse(&world, "kernel.version < os.version",
	       "1:16: kernel.version (string) is a version, and as a text '10' is before '9'; "
	       "compare it with version('…')");
}

static void units_are_whole_numbers(void **state)
{
	auto_world struct world world = { 0 };

	(void)state;
	expect(&world, "TiB == 1024 * GiB && GiB == 1024 * MiB && MiB == 1024 * KiB && KiB == 1024",
	       "true");
	expect(&world, "Gbps == 1000 * Mbps && Mbps == 1000 * Kbps && Kbps == 1000", "true");
	expect(&world, "type(GiB) == int && 25 * Gbps == 25000000000", "true");
	refuse(&world, "1 * GB", "1:5: there is no 'GB'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_error_in_a_literal_is_the_literals_wherever_it_comes_from),
		cmocka_unit_test(an_unknown_member_still_leaves_the_rest_of_a_literal),
		cmocka_unit_test(a_comma_may_stand_behind_the_last_member_or_none),
		cmocka_unit_test(the_least_int_has_no_quotient_but_a_remainder),
		cmocka_unit_test(a_version_is_ordered_only_as_one),
		cmocka_unit_test(units_are_whole_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
