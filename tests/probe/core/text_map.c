/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text_map: things by their names */
#include "core/text_map.h"

#include "fixture.h"

static void what_was_put_is_found_and_nothing_else(void **state)
{
	struct arena arena = { 0 };
	struct text_map map = { 0 };
	int numbers[1000];

	(void)state;
	assert_null(text_map_get(&map, "0"));
	for (int i = 0; i < 1000; i++)
		assert_ptr_equal(
			text_map_put(&arena, &map, arena_printf(&arena, "%d", i), &numbers[i]),
			&numbers[i]);
	for (int i = 0; i < 1000; i++)
		assert_ptr_equal(text_map_get(&map, PATH("%d", i)), &numbers[i]);
	assert_null(text_map_get(&map, "1000"));
	assert_null(text_map_get(&map, NULL));
	arena_free(&arena);
}

static void the_first_thing_of_a_name_stays(void **state)
{
	struct arena arena = { 0 };
	struct text_map map = { 0 };
	int first = 1, second = 2;

	(void)state;
	text_map_put(&arena, &map, "eth0", &first);
	assert_ptr_equal(text_map_put(&arena, &map, "eth0", &second), &first);
	assert_ptr_equal(text_map_get(&map, "eth0"), &first);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_put_is_found_and_nothing_else),
		TEST(the_first_thing_of_a_name_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
