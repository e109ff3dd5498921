/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bad: every wrong rule file in tests/rules/bad is refused with the place and the sentence that its
 * first line names
 */
#include "small.h"

#include <dirent.h>

#include "core/lint.h"
#include "example.h"

#define FOLDER "tests/rules/bad"

static char *whole(const char *path)
{
	auto_file FILE *file = fopen(path, "re");
	char *text = calloc(1, 65536);

	assert_non_null(text);
	if (!file || fread(text, 1, 65535, file) == 0)
		fail_msg("%s: cannot be read", path);
	return text;
}

/* What it takes to find the mistake. */
enum finder {
	BY_LOAD, /* "# expected: ": it is not even loaded */
	BY_LINT, /* "# lint: ": it loads, and nothing can come of it */
	BY_EXAMPLES, /* "# examples: ": its examples are wrong */
	N_FINDERS,
};

static const char *const starts[N_FINDERS] = {
	[BY_LOAD] = "# expected: ",
	[BY_LINT] = "# lint: ",
	[BY_EXAMPLES] = "# examples: ",
};

/* "17:7: what is wrong", of the first line, and who must find it. */
static const char *expectation(const char *name, char *text, enum finder *ret)
{
	for (*ret = BY_LOAD; *ret < N_FINDERS; ++*ret) {
		if (!starts_with(text, starts[*ret]))
			continue;
		text[strcspn(text, "\n")] = '\0';
		return text + strlen(starts[*ret]);
	}
	fail_msg("%s: its first line must name what is expected", name);
	return NULL;
}

/* The first thing that is wrong, by the finder alone: those before it find nothing. */
static const char *found_by(void **state, struct small *small, enum finder finder,
			    struct error *err)
{
	const char *folder = fixture_path(state);
	struct lint_report report = { 0 };
	struct examples examples = { 0 };
	int r = rules_load(&small->arena, folder, NULL, &small->rules, err);

	if (finder == BY_LOAD || r < 0)
		return finder == BY_LOAD && r < 0 ? err->text : "it was loaded, or was not";
	if (finder == BY_LINT) {
		r = rules_lint(&small->arena, &folder, 1, NULL, &small->rules, &report, err);
		return r >= 0 && report.len ? report.texts[0] : "nothing was found";
	}
	r = examples_read(&examples, folder, err);
	if (r >= 0)
		r = examples_resolve(&examples, &small->rules, err);
	examples_free(&examples);
	return r < 0 ? err->text : "nothing was found";
}

static bool is_refused_as_expected(void **state, const char *name)
{
	auto_small struct small small = { 0 };
	auto_free char *text = whole(PATH(FOLDER "/%s", name));
	const char *path = PATH("%s/%s", fixture_path(state), name);
	struct error err = { 0 };
	enum finder finder;
	const char *expected, *found;

	fixture_write(state, PATH("/%s", name), text);
	expected = expectation(name, text, &finder);
	found = found_by(state, &small, finder, &err);
	unlink(path);
	if (starts_with(found, PATH("%s:%s", path, expected)) && *expected)
		return true;
	print_error("%s: %s\n  expected %s\n", name,
		    starts_with(found, path) ? found + strlen(fixture_path(state)) + 1 : found,
		    expected);
	return false;
}

static int is_yaml(const struct dirent *entry)
{
	return ends_with(entry->d_name, ".yaml");
}

static void every_wrong_file_is_refused_at_its_place_and_in_words(void **state)
{
	struct dirent **entries;
	int n = scandir(FOLDER, &entries, is_yaml, alphasort), wrong = 0;

	assert_true(n > 150);
	fixture_write(state, "/0-facts.yaml", SMALL_FACTS);
	for (int i = 0; i < n; i++) {
		wrong += !is_refused_as_expected(state, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	assert_int_equal(wrong, 0);
}

static void an_empty_file_is_refused(void **state)
{
	auto_small struct small small = { 0 };
	struct error err = { 0 };

	fixture_write(state, "/empty.yaml", "");
	assert_int_equal(small_try_load(state, &small, NULL, &err), -EINVAL);
	assert_string_equal(err.text, PATH("%s/empty.yaml:1:1: empty", fixture_path(state)));
}

static void a_folder_without_rules_is_refused(void **state)
{
	auto_small struct small small = { 0 };
	struct error err = { 0 };

	assert_int_equal(small_try_load(state, &small, NULL, &err), -ENOENT);
	assert_non_null(strstr(err.text, "no rule files"));
	assert_int_equal(rules_load(&small.arena, "/nonexistent", NULL, &small.rules, &err),
			 -ENOENT);
}

static void a_file_larger_than_any_rule_is_refused(void **state)
{
	auto_small struct small small = { 0 };
	auto_free char *text = malloc(5000000);
	struct error err = { 0 };

	assert_non_null(text);
	memset(text, '#', 4999999);
	text[4999999] = '\0';
	fixture_write(state, "/large.yaml", text);
	assert_int_equal(small_try_load(state, &small, NULL, &err), -EFBIG);
}

static void an_expression_in_quotes_is_wrong_at_its_column(void **state)
{
	auto_small struct small small = { 0 };
	struct error err = { 0 };

	fixture_write(state, "/f.yaml", SMALL_FACTS);
	/* The column of cpu.core: within quotes one further than without. */
	fixture_write(state, "/c.yaml",
		      "capabilities:\n- capability: a\n  title: A\n  check: \"cpu.smt && "
		      "cpu.core > 1\"\n  diagnosis: [{cause: too-old, remedy: {kind: setup, text: "
		      "t}}]\n");
	assert_int_equal(small_try_load(state, &small, NULL, &err), -EINVAL);
	assert_non_null(strstr(err.text, "/c.yaml:4:22: "));
	assert_non_null(strstr(err.text, "cpu.cores"));
}

static void a_site_is_told_the_shipped_name_that_it_meant(void **state)
{
	auto_small struct small small = { 0 };
	struct error err = { 0 };
	struct rules site;

	fixture_write(state, "/shipped/facts.yaml", SMALL_FACTS);
	fixture_write(state, "/shipped/a.yaml",
		      "features:\n  overlay: {title: O, module: overlay}\ncapabilities:\n"
		      "- {capability: no-swap, title: S, check: swap.total == 0, diagnosis: "
		      "[{cause: busy, remedy: {kind: setup, text: t}}]}\n");
	if (rules_load(&small.arena, PATH("%s/shipped", fixture_path(state)), NULL, &small.rules,
		       &err) < 0)
		fail_msg("%s", err.text);
	fixture_write(state, "/site/a.yaml",
		      "capabilities:\n- {capability: a, title: A, why: w, source: seed, needs: "
		      "[{feature: overley}]}\n");
	assert_int_equal(rules_load(&small.arena, PATH("%s/site", fixture_path(state)),
				    &small.rules, &site, &err),
			 -EINVAL);
	assert_non_null(strstr(err.text, "there is no feature 'overley'; did you mean 'overlay'?"));
	fixture_write(state, "/site/a.yaml",
		      "capabilities:\n- {capability: a, title: A, why: w, source: seed, needs: "
		      "[{capability: no-swop}]}\n");
	assert_int_equal(rules_load(&small.arena, PATH("%s/site", fixture_path(state)),
				    &small.rules, &site, &err),
			 -EINVAL);
	assert_non_null(
		strstr(err.text, "there is no capability 'no-swop'; did you mean 'no-swap'?"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_wrong_file_is_refused_at_its_place_and_in_words),
		TEST(an_empty_file_is_refused),
		TEST(a_folder_without_rules_is_refused),
		TEST(a_file_larger_than_any_rule_is_refused),
		TEST(an_expression_in_quotes_is_wrong_at_its_column),
		TEST(a_site_is_told_the_shipped_name_that_it_meant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
