/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests of rules/cel/regex.c: what matches() matches, refuses and costs */
#include <errno.h>

#include "cel/internal.h"
#include "world.h"

static int match(const char *pattern, const char *text)
{
	const char *why = "";
	size_t work;
	int r = cel_regex_match(pattern, strlen(pattern), text, strlen(text), SIZE_MAX, &work,
				&why);

	if (r < 0)
		fail_msg("%s: %s", pattern, why);
	return r;
}

static void patterns_match_what_re2_matches(void **state)
{
	static const struct {
		const char *pattern, *text;
		int matches;
	} cases[] = {
		{ "^a.c$", "abc", 1 },
		{ "^a.c$", "a\nc", 0 },
		{ "(?s)^a.c$", "a\nc", 1 },
		{ "^a.c$", "aéc", 1 },
		{ "^[^x]$", "é", 1 },
		{ "^[à-ü]+$", "éè", 1 },
		{ "^a{2,3}$", "a", 0 },
		{ "^a{2,3}$", "aaa", 1 },
		{ "^a{2,3}$", "aaaa", 0 },
		{ "^a{2}$", "aa", 1 },
		{ "^a{2,}$", "aaaaa", 1 },
		{ "^a{0,2}$", "", 1 },
		{ "^a{0,2}$", "aaa", 0 },
		{ "^a{0}b$", "b", 1 },
		{ "^a{,2}$", "a{,2}", 1 },
		{ "^(ab|cd)*$", "abcdab", 1 },
		{ "^(ab|cd)*$", "abc", 0 },
		{ "^(a|b|)c$", "c", 1 },
		{ "^(a+)+$", "aaaa", 1 },
		{ "^(a*)*b$", "b", 1 },
		{ "a+?b", "aab", 1 },
		{ "^\\d+\\.\\d+$", "5.10", 1 },
		{ "^\\D$", "5", 0 },
		{ "^[\\d_-]+$", "5_-", 1 },
		{ "^[\\W]$", "é", 1 },
		{ "^[]a]+$", "a]", 1 },
		{ "^[^]]$", "]", 0 },
		{ "^[[:alpha:]]+$", "aZ", 1 },
		{ "^[[:^digit:]]$", "5", 0 },
		{ "\\bkvm\\b", "the kvm module", 1 },
		{ "\\bkvm\\b", "kvm_intel", 0 },
		{ "\\Bvm", "kvm", 1 },
		{ "\\Avm\\z", "vm", 1 },
		{ "(?i)intel", "GenuineINTEL", 1 },
		{ "(?i)[a-z]+$", "ABC", 1 },
		{ "\\x41\\x{42}", "AB", 1 },
		{ "a\\.b", "axb", 0 },
		{ "(?:ab){2}", "abab", 1 },
		{ "x*", "", 1 },
		{ "$^", "", 1 },
		{ "a|b", "xxb", 1 },
		{ "^(?P<name>a+)(?<other>b)$", "aab", 1 },
		{ "^a(?i)b|c$", "aB", 1 },
		{ "^a(?i:b)c$", "aBc", 1 },
		{ "^a(?i:b)c$", "aBC", 0 },
		{ "^((?i)a)b$", "AB", 0 },
		{ "(?i)^a(?-i:b)c$", "AbC", 1 },
		{ "(?i)^a(?-i:b)c$", "ABC", 0 },
		{ "(?m)^b$", "a\nb\nc", 1 },
		{ "^b$", "a\nb\nc", 0 },
		{ "(?m-s:^.b)", "a\nb", 0 },
		{ "(?s:a.b)", "a\nb", 1 },
		{ "(?Ui)A*?", "", 1 },
		{ "(?)a{,1}{", "a{,1}{", 1 },
		{ "^\\Qa.b*\\E$", "a.b*", 1 },
		{ "^\\Qab\\E*$", "abbb", 1 },
		{ "^\\Qa|b)", "a|b)", 1 },
		{ "^\\141\\0\\x41?$", "a", 0 },
		{ "^\\141\\x41?$", "aA", 1 },
		{ "^[[:graph:]]+[[:print:]][[:^cntrl:]]$", "a b", 1 },
		{ "^[[:ascii:]]$", "é", 0 },
		{ "^(a*)*?b{1}?$", "aab", 1 },
		{ "^(?:a|b)$", "ab", 0 },
		{ "^.$", "\xff", 1 },
		{ "^((a{2}){2}){2}$", "aaaaaaaa", 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (match(cases[i].pattern, cases[i].text) != cases[i].matches)
			fail_msg("'%s' on '%s' is not %d", cases[i].pattern, cases[i].text,
				 cases[i].matches);
}

static void a_wrong_pattern_says_why(void **state)
{
	static const struct {
		const char *pattern, *why;
	} cases[] = {
		{ "(a", "( is not closed" },
		{ "a)", ") closes nothing" },
		{ "[a", "[ is not closed" },
		{ "*a", "there is nothing to repeat before *, + or ?" },
		{ "[z-a]", "a range runs backwards" },
		{ "a{3,2}", "{n,m} with m below n" },
		{ "a{1001}", "more than 1000 repetitions" },
		{ "(a)\\1", "there are no references to groups" },
		{ "\\C", "an escape that is not known here" },
		{ "\\E", "an escape that is not known here" },
		{ "\\pL", "classes of Unicode (\\p) are not known here" },
		{ "(?=a)", "of (?…) there are (?:…), (?P<name>…), (?<name>…) and the flags imsU" },
		{ "{1}a", "there is nothing to repeat before {n}" },
		{ "(?i){1}", "there is nothing to repeat before {n}" },
		{ "(?i-)", "of (?…) there are (?:…), (?P<name>…), (?<name>…) and the flags imsU" },
		{ "(?P<a-b>c)", "a group's name is letters, digits and _ between < and >" },
		{ "(?i)*", "there is nothing to repeat before *, + or ?" },
		{ "\\Q\\E*", "there is nothing to repeat before *, + or ?" },
		{ "a**", "a repetition of a repetition needs brackets" },
		{ "a{2}?+", "a repetition of a repetition needs brackets" },
		{ "a\\", "the pattern ends too early, or is not UTF-8" },
		{ "[[:nope:]]", "there is no class of characters of that name" },
		{ "((a{100}){100}){100}", "the pattern is too large" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *why = NULL;
		size_t work;

		assert_int_equal(cel_regex_match(cases[i].pattern, strlen(cases[i].pattern), "", 0,
						 SIZE_MAX, &work, &why),
				 -EINVAL);
		assert_string_equal(why, cases[i].why);
	}
}

static void a_hostile_pattern_takes_time_in_proportion(void **state)
{
	static const char pattern[] = "^(a?){100}a{100}(a|aa)*(a*)*(a+)+$";
	char text[2048];
	const char *why;
	size_t half, whole;

	(void)state;
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = 'b';
	assert_int_equal(cel_regex_match(pattern, strlen(pattern), text + sizeof(text) / 2,
					 sizeof(text) / 2, SIZE_MAX, &half, &why),
			 0);
	assert_int_equal(cel_regex_match(pattern, strlen(pattern), text, sizeof(text), SIZE_MAX,
					 &whole, &why),
			 0);
	assert_in_range(whole, half, 3 * half);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_match_what_re2_matches),
		cmocka_unit_test(a_wrong_pattern_says_why),
		cmocka_unit_test(a_hostile_pattern_takes_time_in_proportion),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
