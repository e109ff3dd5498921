/* SPDX-License-Identifier: GPL-2.0-or-later */
/* value: maps of thousands of names, found by hash and no different from others */
#include "../../fixture.h"

#include <string.h>

#include "core/value.h"

#define N 5000

static struct value numbered(struct arena *arena)
{
	struct name_map map;

	name_map_start(arena, &map, N);
	for (int i = 0; i < N; i++)
		assert_true(name_map_add(&map, value_string(arena_printf(arena, "NAME_%d", i)),
					 value_int(i)));
	return name_map_value(&map);
}

static void every_name_is_found_and_no_other(void **state)
{
	struct arena arena = { 0 };
	struct value map = numbered(&arena);

	(void)state;
	assert_int_equal(map.len, N);
	for (int i = 0; i < N; i++)
		assert_int_equal(value_get(&map, arena_printf(&arena, "NAME_%d", i))->i, i);
	assert_null(value_get(&map, "NAME_5000"));
	assert_null(value_get(&map, "NAME_"));
	assert_null(value_get(&map, ""));
	arena_free(&arena);
}

static void the_first_of_equal_names_stays(void **state)
{
	struct arena arena = { 0 };
	struct name_map map;
	struct value value;

	(void)state;
	name_map_start(&arena, &map, 3);
	assert_true(name_map_add(&map, value_string("tun"), value_string("loaded")));
	assert_false(name_map_add(&map, value_string("tun"), value_string("available")));
	value = name_map_value(&map);
	assert_int_equal(value.len, 1);
	assert_string_equal(value_get(&value, "tun")->s, "loaded");
	arena_free(&arena);
}

static void a_map_without_a_name_finds_none(void **state)
{
	struct arena arena = { 0 };
	struct name_map map;
	struct value value;

	(void)state;
	name_map_start(&arena, &map, 0);
	value = name_map_value(&map);
	assert_null(value_get(&value, "x"));
	arena_free(&arena);
}

/* The copy has no table; it has to answer all the same. */
static void a_copy_answers_as_the_map_does(void **state)
{
	struct arena from = { 0 }, to = { 0 };
	struct value map = numbered(&from);
	struct value copy = value_copy(&to, &map);

	(void)state;
	arena_free(&from);
	assert_int_equal(copy.len, N);
	assert_int_equal(value_get(&copy, "NAME_4999")->i, 4999);
	assert_null(value_get(&copy, "NAME_5000"));
	arena_free(&to);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_name_is_found_and_no_other),
		cmocka_unit_test(the_first_of_equal_names_stays),
		cmocka_unit_test(a_map_without_a_name_finds_none),
		cmocka_unit_test(a_copy_answers_as_the_map_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
