/* SPDX-License-Identifier: GPL-2.0-or-later */
/* version: what version() and version facts compare by; the order is described in version.h */
#include "cel/version.h"

#include <string.h>
#include <strings.h>

#include "core/util.h"

enum run_rank { RUN_EARLY, RUN_END, RUN_LETTERS, RUN_DIGITS };

struct run {
	enum run_rank rank;
	const char *text;
	size_t len;
};

static const char digits[] = "0123456789";

static const char *after_v(const char *text)
{
	return (*text == 'v' || *text == 'V') && text[1] && strchr(digits, text[1]) ? text + 1
										    : text;
}

bool cel_version_valid(const char *text)
{
	text = after_v(text);
	return *text && strchr(digits, *text);
}

static int compare_number(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int r;

	for (; a_len > 0 && *a == '0'; a_len--)
		a++;
	for (; b_len > 0 && *b == '0'; b_len--)
		b++;
	if (a_len != b_len)
		return a_len < b_len ? -1 : 1;
	r = memcmp(a, b, a_len);
	return r < 0 ? -1 : r > 0;
}

/*
 * The length of the next number in front, and over it and the dot behind, where a number follows.
 */
static size_t number_next(const char **ret_text, const char **ret_number)
{
	size_t len = strspn(*ret_text, digits);

	*ret_number = *ret_text;
	*ret_text += len;
	if (len > 0 && **ret_text == '.' && (*ret_text)[1] && strchr(digits, (*ret_text)[1]))
		(*ret_text)++;
	return len;
}

static bool is_early(const struct run *run)
{
	static const char *const marks[] = { "~",   "alpha",   "beta", "dev",
					     "pre", "preview", "rc",   "snapshot" };

	for (size_t i = 0; i < ARRAY_SIZE(marks); i++)
		if (strlen(marks[i]) == run->len && strncasecmp(marks[i], run->text, run->len) == 0)
			return true;
	return false;
}

static struct run run_next(const char **ret_text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	struct run run = { .rank = RUN_END };

	while (**ret_text && **ret_text != '~' && !strchr(digits, **ret_text) &&
	       !strchr(letters, **ret_text))
		(*ret_text)++;
	run.text = *ret_text;
	if (!*run.text)
		return run;
	run.len = strspn(run.text, digits);
	run.rank = RUN_DIGITS;
	if (run.len == 0) {
		run.len = *run.text == '~' ? 1 : strspn(run.text, letters);
		run.rank = is_early(&run) ? RUN_EARLY : RUN_LETTERS;
	}
	*ret_text += run.len;
	return run;
}

static int compare_run(const struct run *a, const struct run *b)
{
	size_t len = a->len < b->len ? a->len : b->len;
	int r;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	if (a->rank == RUN_DIGITS)
		return compare_number(a->text, a->len, b->text, b->len);
	r = memcmp(a->text, b->text, len);
	if (r)
		return r < 0 ? -1 : 1;
	return a->len < b->len ? -1 : a->len > b->len;
}

int cel_version_compare(const char *a, const char *b)
{
	struct run of_a = { 0 }, of_b = { 0 };
	int r = 0;

	a = after_v(a);
	b = after_v(b);
	for (size_t a_len = 1, b_len = 1; r == 0 && (a_len > 0 || b_len > 0);) {
		const char *a_number, *b_number;

		/* Once one has no more numbers in front, its rest stays where it is. */
		a_len = a_len ? number_next(&a, &a_number) : 0;
		b_len = b_len ? number_next(&b, &b_number) : 0;
		r = compare_number(a_len ? a_number : "", a_len, b_len ? b_number : "", b_len);
	}
	do {
		if (r)
			return r;
		of_a = run_next(&a);
		of_b = run_next(&b);
		r = compare_run(&of_a, &of_b);
	} while (r || of_a.rank != RUN_END || of_b.rank != RUN_END);
	return 0;
}
