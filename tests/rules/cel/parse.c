/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tests of rules/cel/lex.c, literal.c and parse.c: what is an expression, and where one goes wrong
 */
#include <errno.h>

#include "world.h"

static void a_message_says_where_and_what_was_expected(void **state)
{
	auto_world struct world world = { 0 };

	(void)state;
	refuse(&world, "", "1:1: a value was expected, but the expression ends");
	refuse(&world, "1 +", "1:4: a value was expected, but the expression ends");
	refuse(&world, "1 + * 2", "1:5: a value was expected, not *");
	refuse(&world, "(1", "1:3: ')' was expected, but the expression ends");
	refuse(&world, "[1, 2", "1:6: ',' or ']' was expected, but the expression ends");
	refuse(&world, "{1: 2, 3}", "1:9: ':' was expected, not }");
	refuse(&world, "1 2", "1:3: an operator or the end was expected, not 2");
	refuse(&world, "true ? 1", "1:9: ':' was expected, but the expression ends");
	refuse(&world, "for == 1", "1:1: a name that is not reserved was expected, not for");
	refuse(&world, "1 = 1", "1:3: '=' is no operator; did you mean ==?");
	refuse(&world, "true & true", "1:6: '&' is no operator; did you mean &&?");
	refuse(&world, "1 @ 1", "1:3: '@' has no meaning here");
	refuse(&world, "[1].all(1, true)",
	       "1:9: all() takes the name of its variable first, as in nics.all(nic, …)");
}

static void a_position_counts_lines_and_characters_not_bytes(void **state)
{
	auto_world struct world world = { 0 };

	(void)state;
	refuse(&world, "'ÿÿ' ==\n  'é' == )", "2:10: a value was expected, not )");
	refuse(&world, "// a comment\n)", "2:1: a value was expected, not )");
}

static void a_literal_that_is_none_is_refused(void **state)
{
	auto_world struct world world = { 0 };

	(void)state;
	refuse(&world, "'abc", "1:1: the string is not closed");
	refuse(&world, "'a\nb'",
	       "1:1: the string is not closed on its line; use ''' for more lines");
	refuse(&world, "'\\ud800'", "1:1: the escape names no Unicode character");
	refuse(&world, "b'\\u0041'", "1:1: \\u and \\U are for strings, not for bytes");
	refuse(&world, "'\\x4'",
	       "1:1: an escape has too few digits: \\xHH, \\uHHHH, \\UHHHHHHHH or \\OOO");
	refuse(&world, "9223372036854775808",
	       "1:1: the number is larger than an int holds; a uint ends in u");
	refuse(&world, "99999999999999999999", "1:1: the number is larger than 64 bits hold");
	refuse(&world, "1e999", "1:1: the number is larger than a double holds");
	refuse(&world, "0x", "1:1: hexadecimal digits were expected behind 0x");
	refuse(&world, "'\xff'", "1:1: the expression is not UTF-8");
}

static void the_least_int_can_be_written(void **state)
{
	auto_world struct world world = { 0 };

	(void)state;
	assert_true(value_of(&world, "-9223372036854775808").i == INT64_MIN);
	expect(&world, "-0x8000000000000000 < 0", "true");
}

static void operators_bind_as_the_specification_has_it(void **state)
{
	auto_world struct world world = { 0 };

	(void)state;
	expect(&world, "1 + 2 * 3 == 7", "true");
	expect(&world, "10 - 4 - 3 == 3", "true");
	expect(&world, "true || false && false", "true");
	expect(&world, "!false && true", "true");
	expect(&world, "false ? 1 : true ? 2 : 3", "int");
	assert_int_equal(value_of(&world, "false ? 1 : true ? 2 : 3").i, 2);
	assert_int_equal(value_of(&world, "-2 * -3 - -1").i, 7);
	expect(&world, "1 < 2 == true", "true");
}

static void nesting_is_limited(void **state)
{
	auto_world struct world world = { 0 };
	char text[2 * CEL_MAX_DEPTH + 8];
	struct cel_expr expr;

	(void)state;
	memset(text, '(', CEL_MAX_DEPTH);
	text[CEL_MAX_DEPTH] = '1';
	memset(text + CEL_MAX_DEPTH + 1, ')', CEL_MAX_DEPTH);
	text[2 * CEL_MAX_DEPTH + 1] = '\0';
	assert_int_equal(compile(&world, text, &expr), 0);
	memset(text, '!', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(compile(&world, text, &expr), -E2BIG);
	assert_string_equal(world.err.text,
			    "1:65: the expression nests more than 64 levels; make it several");
}

static void size_is_limited(void **state)
{
	auto_world struct world world = { 0 };
	static char text[CEL_MAX_TEXT + 2];
	struct cel_expr expr;

	(void)state;
	memset(text, ' ', sizeof(text) - 1);
	text[0] = '1';
	assert_int_equal(compile(&world, text, &expr), -E2BIG);
	assert_string_equal(world.err.text,
			    "1:1: the expression is longer than 8192 bytes; make it several");
	text[CEL_MAX_TEXT] = '\0';
	assert_int_equal(compile(&world, text, &expr), 0);
	for (size_t i = 0; i + 1 < CEL_MAX_TEXT; i += 2)
		memcpy(text + i, "1+", 2);
	text[CEL_MAX_TEXT - 1] = '\0';
	assert_int_equal(compile(&world, text, &expr), -E2BIG);
	assert_non_null(strstr(world.err.text, "more than 1024 parts"));
}

static void a_message_splits_into_position_and_sentence(void **state)
{
	unsigned line, column;

	(void)state;
	assert_string_equal(cel_error_at("3:14: no such thing", &line, &column), "no such thing");
	assert_int_equal(line, 3);
	assert_int_equal(column, 14);
	assert_string_equal(cel_error_at("no position", &line, &column), "no position");
	assert_int_equal(line, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_says_where_and_what_was_expected),
		cmocka_unit_test(a_position_counts_lines_and_characters_not_bytes),
		cmocka_unit_test(a_literal_that_is_none_is_refused),
		cmocka_unit_test(the_least_int_can_be_written),
		cmocka_unit_test(operators_bind_as_the_specification_has_it),
		cmocka_unit_test(nesting_is_limited),
		cmocka_unit_test(size_is_limited),
		cmocka_unit_test(a_message_splits_into_position_and_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
