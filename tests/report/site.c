/* SPDX-License-Identifier: GPL-2.0-or-later */
/* site: what a site's file answers, where its answers count, and what is wrong in it */
#include "site.h"

#include <errno.h>
#include <string.h>

#include "../fixture.h"

struct site {
	struct arena arena;
	struct facts *facts;
	struct site_answers answers;
	struct error err;
};

static int read_site(void **state, struct site *site, const char *text)
{
	if (text)
		fixture_write(state, "/site.yaml", text);
	if (!site->facts)
		site->facts = facts_new();
	return site_read(&site->arena, PATH("%s/site.yaml", fixture_path(state)), site->facts,
			 &site->answers, &site->err);
}

static void site_free(struct site *site)
{
	facts_free(site->facts);
	arena_free(&site->arena);
}
#define auto_site __attribute__((cleanup(site_free)))

static void a_machine_without_the_file_has_no_answers(void **state)
{
	auto_site struct site site = { 0 };

	assert_int_equal(read_site(state, &site, NULL), 0);
	assert_int_equal(site.answers.len, 0);
}

static void answers_are_read_as_assumptions_are(void **state)
{
	auto_site struct site site = { 0 };

	assert_int_equal(read_site(state, &site,
				   "# ours\n"
				   "os.replaceable: true\n"
				   "net.peer_latency: 1.5 ms\n"
				   "confirm.our-own: false\n"
				   "kernel.lsm: [landlock, bpf]\n"
				   "disks: '[{\"name\": \"sda\"}]'\n"),
			 0);
	assert_bool(site.facts, "os.replaceable", true);
	assert_count(site.facts, "net.peer_latency", 1500);
	assert_bool(site.facts, "confirm.our-own", false);
	assert_list(site.facts, "kernel.lsm", "landlock bpf");
	assert_field(site.facts, "disks", 0, "name", "sda");
	assert_int_equal(site.answers.len, 5);
	assert_string_equal(site.answers.texts[0], "os.replaceable=true");
	assert_string_equal(site.answers.texts[1], "net.peer_latency=1.5 ms");
}

static void an_answer_names_its_file_as_source(void **state)
{
	auto_site struct site site = { 0 };

	read_site(state, &site, "os.replaceable: true\n");
	assert_string_equal(facts_get(site.facts, "os.replaceable")->source,
			    PATH("%s/site.yaml", fixture_path(state)));
	assert_true(facts_get(site.facts, "os.replaceable")->assumed);
}

static void what_is_known_needs_no_answer(void **state)
{
	auto_site struct site site = { .facts = facts_new() };

	facts_set_int(site.facts, "memory.total", 1 << 30, "/proc/meminfo");
	facts_set_absent(site.facts, "host.model", "/sys/class/dmi");
	facts_set_bool(site.facts, "os.replaceable", false, "a trial");
	assert_int_equal(read_site(state, &site,
				   "memory.total: 1 TiB\nhost.model: X\nos.replaceable: true\n"
				   "storage.rwx: true\n"),
			 0);
	assert_count(site.facts, "memory.total", 1 << 30);
	assert_absent(site.facts, "host.model");
	assert_bool(site.facts, "os.replaceable", false);
	assert_int_equal(site.answers.len, 1);
	assert_string_equal(site.answers.texts[0], "storage.rwx=true");
}

static void what_is_wrong_is_told_at_its_place(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "os.replaceable: yes\n", "site.yaml:1:17: expected true or false, not 'yes'" },
		{ "\nos.replacable: true\n", "site.yaml:2:1: there is no fact 'os.replacable'; did "
					     "you mean 'os.replaceable'?" },
		{ "net.peer_latency: 2 hours\n", "site.yaml:1:19: " },
		{ "- os.replaceable\n", "site.yaml:1:3: expected facts and their values" },
		{ "os.replaceable: {a: b}\n", "site.yaml:1:18: expected a value" },
		{ "kernel.lsm: [[a]]\n", "site.yaml:1:15: expected a text, found a list" },
		{ "os.replaceable: true\nos.replaceable: false\n", "site.yaml:2:1: " },
		{ "os.replaceable: [\n", "site.yaml:" },
		{ "", "site.yaml:1:1: empty" },
		/* wrong whether it counts or not */
		{ "memory.total: lots\n", "site.yaml:1:15: 'lots' is not a number" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		auto_site struct site site = { .facts = facts_new() };

		facts_set_int(site.facts, "memory.total", 1, "/proc/meminfo");
		if (read_site(state, &site, cases[i].text) >= 0 ||
		    !strstr(site.err.text, cases[i].message))
			fail_msg("%s: %s", cases[i].text, site.err.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_machine_without_the_file_has_no_answers),
		TEST(answers_are_read_as_assumptions_are),
		TEST(an_answer_names_its_file_as_source),
		TEST(what_is_known_needs_no_answer),
		TEST(what_is_wrong_is_told_at_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
