/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests of rules/core/yaml.c and index.c: the tree of a file, its aliases, things by name */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/index.h"
#include "core/yaml.h"

#define auto_arena __attribute__((cleanup(arena_free)))

static struct yaml parsed(struct arena *arena, const char *text)
{
	struct error err = { 0 };
	struct yaml tree = { 0 };

	if (yaml_parse(arena, "f", text, strlen(text), &tree, &err) < 0)
		fail_msg("%s", err.text);
	return tree;
}

static const struct yaml *got(const struct yaml *map, const char *key)
{
	const struct yaml *found = yaml_get(map, key);

	assert_non_null(found);
	return found;
}

static void texts_lists_and_mappings_keep_their_order_and_places(void **state)
{
	auto_arena struct arena arena = { 0 };
	const struct yaml tree = parsed(&arena, "a: one\n"
						"b:\n"
						"  - two\n"
						"  - {c: three, d: [four, 'five']}\n"
						"e:\n");
	const struct yaml *list = got(&tree, "b"), *inner = &list->items[1];

	(void)state;
	assert_int_equal(tree.len, 3);
	assert_string_equal(tree.keys[2].text, "e");
	assert_string_equal(got(&tree, "e")->text, "");
	assert_int_equal(list->kind, YAML_LIST);
	assert_int_equal(list->line, 3);
	assert_int_equal(list->column, 5);
	assert_int_equal(inner->kind, YAML_MAP);
	assert_int_equal(inner->line, 4);
	assert_int_equal(inner->column, 6);
	assert_string_equal(got(inner, "c")->text, "three");
	assert_false(got(inner, "c")->quoted);
	assert_true(got(inner, "d")->items[1].quoted);
	assert_null(yaml_get(&tree, "f"));
}

static void what_has_a_name_stands_again_where_it_is_called(void **state)
{
	auto_arena struct arena arena = { 0 };
	const struct yaml tree = parsed(&arena, "a: &x {b: &y [1, 2]}\n"
						"c: *x\n"
						"d: *y\n"
						"e: &x three\n"
						"f: *x\n");

	(void)state;
	assert_int_equal(got(got(&tree, "c"), "b")->len, 2);
	assert_string_equal(got(&tree, "d")->items[1].text, "2");
	assert_int_equal(got(&tree, "d")->line, 1);
	assert_string_equal(got(&tree, "f")->text, "three");
}

static void members_of_more_than_the_first_room_are_all_there(void **state)
{
	static char text[8 * 3000];
	auto_arena struct arena arena = { 0 };
	struct yaml tree;
	size_t len = 0;

	(void)state;
	for (unsigned i = 0; i < 3000; i++)
		len += (size_t)sprintf(text + len, "- %u\n", i);
	tree = parsed(&arena, text);
	assert_int_equal(tree.len, 3000);
	assert_string_equal(tree.items[0].text, "0");
	assert_string_equal(tree.items[2999].text, "2999");
}

static void an_index_finds_what_was_added_first_under_a_name(void **state)
{
	auto_arena struct arena arena = { 0 };
	struct index index = { 0 };
	int first = 0, second = 0;

	(void)state;
	assert_null(index_get(&index, "a"));
	index_add(&arena, &index, "a", &first);
	index_add(&arena, &index, "a", &second);
	assert_ptr_equal(index_get(&index, "a"), &first);
	assert_null(index_get(&index, "b"));
}

static void an_index_grows_and_forgets_nothing(void **state)
{
	auto_arena struct arena arena = { 0 };
	struct index index = { 0 };

	(void)state;
	for (unsigned i = 0; i < 5000; i++) {
		char *name = arena_printf(&arena, "name.%u", i);

		index_add(&arena, &index, name, name);
	}
	for (unsigned i = 0; i < 5000; i++) {
		const char *name = arena_printf(&arena, "name.%u", i);
		const char *found = index_get(&index, name);

		assert_non_null(found);
		assert_string_equal(found, name);
	}
	assert_null(index_get(&index, "name.5000"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_lists_and_mappings_keep_their_order_and_places),
		cmocka_unit_test(what_has_a_name_stands_again_where_it_is_called),
		cmocka_unit_test(members_of_more_than_the_first_room_are_all_there),
		cmocka_unit_test(an_index_finds_what_was_added_first_under_a_name),
		cmocka_unit_test(an_index_grows_and_forgets_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
