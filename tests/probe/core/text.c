/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text: lines and words, the odd ends among them */
#include "../../fixture.h"

#include "core/text.h"

static void lines_end_with_a_newline_or_the_text(void **state)
{
	char text[] = "one\n\ntwo\r\nthree";
	char *rest = text;

	(void)state;
	assert_string_equal(text_line(&rest), "one");
	assert_string_equal(text_line(&rest), "");
	assert_string_equal(text_line(&rest), "two");
	assert_string_equal(text_line(&rest), "three");
	assert_null(text_line(&rest));
	assert_null(text_line(&rest));
}

static void words_are_never_empty(void **state)
{
	char text[] = ",,a,b,,c,";
	char *rest = text;

	(void)state;
	assert_string_equal(text_word(&rest, ","), "a");
	assert_string_equal(text_word(&rest, ","), "b");
	assert_string_equal(text_word(&rest, ","), "c");
	assert_null(text_word(&rest, ","));
}

static void a_list_of_words_holds_whole_words(void **state)
{
	struct arena arena = { 0 };
	struct value words = text_words(&arena, "cpu cpuset", " ");
	struct value none = text_words(&arena, "", " ");

	(void)state;
	assert_int_equal(words.len, 2);
	assert_true(text_listed(&words, "cpu"));
	assert_false(text_listed(&words, "cpus"));
	assert_int_equal(none.kind, VALUE_LIST);
	assert_int_equal(none.len, 0);
	arena_free(&arena);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_end_with_a_newline_or_the_text),
		cmocka_unit_test(words_are_never_empty),
		cmocka_unit_test(a_list_of_words_holds_whole_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
