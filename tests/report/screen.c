/* SPDX-License-Identifier: GPL-2.0-or-later */
/* screen: what reaches a terminal: columns, cuts, colours, and nothing that steers it */
#include "../fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/util.h"
#include "screen.h"

static const struct style plain = { .unicode = true, .width = 40 };
static const struct style ascii = { .width = 40 };
static const struct style colored = { .color = true, .unicode = true, .width = 40 };

static void assert_put(const struct style *style, enum color color, const char *text,
		       size_t columns, bool pad, const char *expected)
{
	auto_free char *found = NULL;
	size_t len;
	FILE *out = open_memstream(&found, &len);

	screen_put(out, style, color, text, columns, pad);
	fclose(out);
	assert_string_equal(found, expected);
}

static void assert_wrapped(size_t indent, const char *text, const char *expected)
{
	auto_free char *found = NULL;
	size_t len;
	FILE *out = open_memstream(&found, &len);

	screen_wrap(out, &plain, COLOR_NONE, indent, text);
	fclose(out);
	assert_string_equal(found, expected);
}

static void columns_count_characters_and_not_bytes(void **state)
{
	(void)state;
	assert_int_equal(screen_columns(""), 0);
	assert_int_equal(screen_columns("abc"), 3);
	assert_int_equal(screen_columns("für"), 3);
	assert_int_equal(screen_columns("→ 日本"), 4);
}

static void a_cut_never_splits_a_character(void **state)
{
	(void)state;
	assert_put(&plain, COLOR_NONE, "äöüß", 3, false, "äö…");
	assert_put(&plain, COLOR_NONE, "äöüß", 4, false, "äöüß");
	assert_put(&plain, COLOR_NONE, "äöüß", 1, false, "…");
	assert_put(&ascii, COLOR_NONE, "abcdef", 4, false, "abc.");
	assert_put(&plain, COLOR_NONE, "abc", 0, true, "abc");
	assert_put(&plain, COLOR_NONE, "äb", 4, true, "äb  ");
}

static void colours_end_where_the_text_does(void **state)
{
	(void)state;
	assert_put(&colored, COLOR_BAD, "no", 4, true, "\033[31mno\033[0m  ");
	assert_put(&colored, COLOR_NONE, "no", 0, false, "no");
	assert_put(&plain, COLOR_BAD, "no", 0, false, "no");
}

static void nothing_in_a_text_steers_the_terminal(void **state)
{
	(void)state;
	assert_put(&plain, COLOR_NONE, "\033[2Jevil\a\177", 0, false, "?[2Jevil??");
	assert_put(&plain, COLOR_NONE, "a\302\233b", 0, false, "a?b");
	assert_put(&plain, COLOR_NONE, "two\nlines", 0, false, "two lines");
	assert_wrapped(0, "x\033]0;title\a", "x?]0;title?\n");
}

static void lines_break_at_spaces_behind_their_indent(void **state)
{
	(void)state;
	assert_wrapped(4, "short", "    short\n");
	assert_wrapped(4, "one two three four five six seven eight nine",
		       "    one two three four five six seven\n    eight nine\n");
	/* What has no space is cut where the line ends. */
	assert_wrapped(20, "abcdefghijklmnopqrstuvwxyz",
		       "                    abcdefghijklmnopqrst\n                    uvwxyz\n");
	assert_wrapped(0, "", "\n");
}

static void assert_spans(const struct style *style, const struct span *spans, size_t n,
			 const char *expected)
{
	auto_free char *found = NULL;
	size_t len;
	FILE *out = open_memstream(&found, &len);

	screen_spans(out, style, 2, 4, spans, n);
	fclose(out);
	assert_string_equal(found, expected);
}

static void spans_are_one_paragraph_in_many_colours(void **state)
{
	static const struct span spans[] = {
		{ COLOR_BAD, "x" },
		{ COLOR_NONE, " memory at least 64 GB: 2 GiB here" },
		{ COLOR_DIM, " [/proc/meminfo]" },
		{ COLOR_DIM, "!" },
	};
	static const struct span address[] = {
		{ COLOR_NONE, "1 " },
		{ COLOR_NONE, "https://example.org/a-long/way/to/the/page.html" },
	};

	(void)state;
	assert_spans(&plain, spans, ARRAY_SIZE(spans),
		     "  x memory at least 64 GB: 2 GiB here\n    [/proc/meminfo]!\n");
	assert_spans(&colored, spans, 2, "  \033[31mx\033[0m memory at least 64 GB: 2 GiB here\n");
	/* What has no space is parted behind a stroke. */
	assert_spans(&plain, address, ARRAY_SIZE(address),
		     "  1 https://example.org/a-long/way/to/\n    the/page.html\n");
	assert_spans(&plain, spans, 0, "  \n");
}

static void a_line_ends_at_a_space_or_behind_a_stroke(void **state)
{
	(void)state;
	assert_int_equal(screen_line("one two three", 8), 7);
	assert_int_equal(screen_line("one two", 7), 7);
	assert_int_equal(screen_line("one/two/three", 9), 8);
	assert_int_equal(screen_line("onetwothree", 9), 9);
}

static void without_unicode_every_text_is_ascii(void **state)
{
	struct arena arena = { 0 };

	(void)state;
	assert_string_equal(screen_text(&arena, &ascii, "a → b · c × 2 … ≥ 5 µs"),
			    "a -> b - c x 2 ... >= 5 us");
	assert_string_equal(screen_text(&arena, &ascii, "日本"), "??");
	assert_string_equal(screen_text(&arena, &ascii, "\xff\xfe"), "??");
	assert_string_equal(screen_text(&arena, &plain, "a → b"), "a → b");
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_count_characters_and_not_bytes),
		cmocka_unit_test(a_cut_never_splits_a_character),
		cmocka_unit_test(colours_end_where_the_text_does),
		cmocka_unit_test(nothing_in_a_text_steers_the_terminal),
		cmocka_unit_test(lines_break_at_spaces_behind_their_indent),
		cmocka_unit_test(spans_are_one_paragraph_in_many_colours),
		cmocka_unit_test(a_line_ends_at_a_space_or_behind_a_stroke),
		cmocka_unit_test(without_unicode_every_text_is_ascii),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
