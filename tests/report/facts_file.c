/* SPDX-License-Identifier: GPL-2.0-or-later */
/* facts_file: facts as JSON and back, every kind of value; files that are wrong, in words */
#include "../fixture.h"

#include <errno.h>
#include <string.h>

#include "facts_file.h"

static struct value a_record(struct arena *arena)
{
	struct record record = { 0 };

	record_add(arena, &record, "name", value_string("eth0"));
	record_add(arena, &record, "speed", value_int(25000000000));
	record_add(arena, &record, "physical", value_bool(true));
	record_add(arena, &record, "held_by", value_null());
	record_add(arena, &record, "link",
		   value_unknown(arena, UNKNOWN_PERMISSION, "nics", "only root may look"));
	return record_value(&record);
}

static void fill(struct facts *facts)
{
	struct arena *arena = facts_arena(facts);
	struct list nics = { 0 };
	struct value value;

	list_add(arena, &nics, a_record(arena));
	value = list_value(&nics);
	value.partial = true;
	facts_set_value(facts, "nics", value, "/sys/class/net");
	facts_set_int(facts, "memory.total", INT64_MAX, "/proc/meminfo");
	facts_set_bool(facts, "cpu.smt", true, "smt/active");
	facts_set_bool(facts, "host.bmc", false, NULL);
	facts_set_string(facts, "os.name", "Ü \"1\"\n\t\\", "/etc/os-release");
	facts_set_string(facts, "cpu.model", "not \xff UTF-8", NULL);
	facts_set_absent(facts, "os.version", "/etc/os-release");
	facts_set_hidden(facts, "host.model", "a container");
	facts_set_string(facts, "kernel.cmdline.quiet", "", "/proc/cmdline");
}

static void read_text(void **state, const char *text, struct facts *facts, int expected,
		      const char *message)
{
	const char *path = PATH("%s/facts.json", fixture_path(state));
	struct error err = { 0 };
	time_t when = 0;
	int r;

	fixture_write(state, "/facts.json", text);
	r = facts_file_read(path, facts, &when, &err);
	if (r != expected)
		fail_msg("%s: %d, %s", text, r, err.text);
	if (message && !strstr(err.text, message))
		fail_msg("%s: %s", text, err.text);
	if (message)
		assert_true(starts_with(err.text, path));
}

static void facts_come_back_as_they_were_written(void **state)
{
	auto_facts struct facts *facts = facts_new(), *back = facts_new();
	json_t *json;
	char *text;

	fill(facts);
	json = facts_json(facts, 1700000000, true);
	text = json_dumps(json, 0);
	json_decref(json);
	read_text(state, text, back, 0, NULL);
	free(text);
	assert_count(back, "memory.total", INT64_MAX);
	assert_bool(back, "cpu.smt", true);
	assert_bool(back, "host.bmc", false);
	assert_text(back, "os.name", "Ü \"1\"\n\t\\");
	assert_text(back, "cpu.model", "not \xef\xbf\xbd UTF-8");
	assert_absent(back, "os.version");
	assert_unknown(back, "host.model", UNKNOWN_HIDDEN);
	assert_string_equal(facts_get(back, "host.model")->value.unknown->detail, "a container");
	assert_text(back, "kernel.cmdline.quiet", "");
	assert_field(back, "nics", 0, "speed", "25000000000");
	assert_field(back, "nics", 0, "physical", "true");
	assert_field(back, "nics", 0, "held_by", "null");
	assert_field(back, "nics", 0, "link", "unknown:permission");
	assert_true(facts_get(back, "nics")->value.partial);
	assert_string_equal(facts_get(back, "nics")->source, "/sys/class/net");
}

#define DOCUMENT(facts) "{\"schema\": \"stackcheck.facts/1\", \"facts\": {" facts "}}"

static void a_file_that_is_wrong_says_where(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "", ":1:0: not a facts file" },
		{ "{\n  \"schema\": ", ":2:" },
		{ "{\"a\": 1, \"a\": 2}", "duplicate" },
		{ "[]", "schema is 'missing'; expected 'stackcheck.facts/1'" },
		{ "{\"schema\": \"stackcheck.report/1\"}",
		  "schema is 'stackcheck.report/1'; expected 'stackcheck.facts/1'" },
		{ "{\"schema\": \"stackcheck.facts/1\"}", "'facts' is missing" },
		{ DOCUMENT("\"cpu.cores\": 4"), "facts.cpu.cores: expected" },
		{ DOCUMENT("\"cpu.cores\": {\"state\": \"known\", \"value\": \"4\"}"),
		  "facts.cpu.cores: expected" },
		{ DOCUMENT("\"cpu.cores\": {\"state\": \"known\", \"value\": 4.5}"),
		  "facts.cpu.cores: expected" },
		{ DOCUMENT("\"cpu.cores\": {\"state\": \"known\"}"), "facts.cpu.cores: expected" },
		{ DOCUMENT("\"cpu.smt\": {\"state\": \"absent\"}"), "facts.cpu.smt: expected" },
		{ DOCUMENT("\"cpu.smt\": {\"state\": \"unknown\", \"reason\": \"mood\"}"),
		  "facts.cpu.smt: expected" },
		{ DOCUMENT("\"cpu.smt\": {\"state\": \"unknown\"}"), "facts.cpu.smt: expected" },
		{ DOCUMENT("\"nics\": {\"state\": \"known\", \"value\": [1, 2]}"),
		  "facts.nics: expected" },
		{ DOCUMENT("\"nics\": {\"state\": \"known\", \"value\": [{\"speed\": \"fast\"}]}"),
		  "facts.nics: expected" },
		{ DOCUMENT("\"nics\": {\"state\": \"known\", \"value\": [[[[[[[]]]]]]]}"),
		  "facts.nics: expected" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		auto_facts struct facts *facts = facts_new();

		read_text(state, cases[i].text, facts, -EINVAL, cases[i].message);
	}
}

static void a_name_of_a_newer_version_is_passed_over(void **state)
{
	auto_facts struct facts *facts = facts_new();

	read_text(state,
		  DOCUMENT("\"brand.new\": {\"state\": \"known\", \"value\": 1}, \"cpu.cores\": "
			   "{\"state\": \"known\", \"value\": 4}"),
		  facts, 0, NULL);
	assert_count(facts, "cpu.cores", 4);
}

static void a_list_that_is_absent_is_empty_for_what_follows_from_it(void **state)
{
	auto_facts struct facts *facts = facts_new();

	read_text(state,
		  DOCUMENT("\"ports\": {\"state\": \"absent\"}, \"process.names\": {\"state\": "
			   "\"absent\"}, \"net.routes\": {\"state\": \"absent\"}"),
		  facts, 0, NULL);
	probes_derive(facts);
	assert_bool(facts, "port.free.80/tcp", true);
	assert_bool(facts, "process.running.dockerd", false);
	assert_bool(facts, "net.route.free.10.0.0.0/8", true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(facts_come_back_as_they_were_written),
		TEST(a_file_that_is_wrong_says_where),
		TEST(a_name_of_a_newer_version_is_passed_over),
		TEST(a_list_that_is_absent_is_empty_for_what_follows_from_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
