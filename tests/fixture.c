/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fixture.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct fixture {
	char folder[64]; /* the test's own */
	const char *
		/*
		 * a recording as it is, until the test changes something on it; NULL: the own
		 * folder
		 */
		lent;
	char lent_path[HOST_PATH_MAX];
	struct host *host;
	struct facts *facts;
};

static struct fixture *fixture_of(void **state)
{
	return *state;
}

/* Arguments are the tests' own words: nothing that a shell could take otherwise. */
static void must_run(const char *command)
{
	if (system(command) != 0)
		fail_msg("failed: %s", command);
}

int fixture_setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	assert_non_null(fixture);
	snprintf(fixture->folder, sizeof(fixture->folder), "/tmp/stackcheck-test-XXXXXX");
	assert_non_null(mkdtemp(fixture->folder));
	*state = fixture;
	fixture_folder(state, "/proc");
	fixture_folder(state, "/sys");
	return 0;
}

int fixture_teardown(void **state)
{
	struct fixture *fixture = fixture_of(state);

	facts_free(fixture->facts);
	host_close(fixture->host);
	must_run(PATH("chmod -R u+rwX '%s' && rm -rf '%s'", fixture->folder, fixture->folder));
	free(fixture);
	return 0;
}

const char *fixture_path(void **state)
{
	const struct fixture *fixture = fixture_of(state);

	return fixture->lent ? fixture->lent : fixture->folder;
}

/* A host does not expect its recording to change: one that did is opened anew. */
static void close_host(struct fixture *fixture)
{
	host_close(fixture->host);
	fixture->host = NULL;
}

/* The test's own folder, to be written to: what is lent is copied into it first. */
static const char *own_path(void **state)
{
	struct fixture *fixture = fixture_of(state);

	close_host(fixture);
	if (fixture->lent) {
		must_run(PATH("cp -a '%s/.' '%s'", fixture->lent, fixture->folder));
		fixture->lent = NULL;
	}
	return fixture->folder;
}

static void make_folders(const char *path)
{
	char folder[HOST_PATH_MAX];

	strcpy(folder, path);
	for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(folder, 0755) < 0 && errno != EEXIST)
			fail_msg("%s: %s", folder, strerror(errno));
		*slash = '/';
	}
}

static void write_mode(void **state, const char *path, const void *bytes, size_t len,
		       const char *mode)
{
	const char *full = PATH("%s%s", own_path(state), path);
	auto_file FILE *file = NULL;

	make_folders(full);
	file = fopen(full, mode);
	if (!file)
		fail_msg("%s: %s", full, strerror(errno));
	assert_int_equal(fwrite(bytes, 1, len, file), len);
}

void fixture_write_bytes(void **state, const char *path, const void *bytes, size_t len)
{
	write_mode(state, path, bytes, len, "w");
}

void fixture_write(void **state, const char *path, const char *text)
{
	write_mode(state, path, text, strlen(text), "w");
}

void fixture_link(void **state, const char *path, const char *target)
{
	const char *full = PATH("%s%s", own_path(state), path);

	make_folders(full);
	if (symlink(target, full) < 0)
		fail_msg("%s: %s", full, strerror(errno));
}

void fixture_folder(void **state, const char *path)
{
	make_folders(PATH("%s%s/", own_path(state), path));
}

static void add_line(void **state, const char *file, const char *line)
{
	write_mode(state, file, line, strlen(line), "a");
}

void fixture_absent(void **state, const char *path)
{
	add_line(state, "/.stackcheck/absent", PATH("%s\n", path));
}

void fixture_error(void **state, const char *path, const char *errno_name)
{
	add_line(state, "/.stackcheck/errors", PATH("%s\t%s\n", path, errno_name));
}

void fixture_answer(void **state, const char *key, const char *text)
{
	add_line(state, "/.stackcheck/answers", PATH("%s\t%s\n", key, text));
}

/*
 * Where recordings lie unpacked for all tests; thousands of small files are not unpacked for each.
 */
#define RECORDINGS "build/recordings"

/*
 * Unpacked beside its place and renamed, so that tests that run at the same time see all of it or
 * nothing; the slower of two throws its own away.
 */
static void unpack(const char *archive, const char *into)
{
	const char *from = PATH("../shared/machines/%s", archive);
	const char *made = PATH("%s.%d", into, (int)getpid());

	must_run(PATH("mkdir -p '%s' && tar xf '%s' -C '%s' --no-same-owner && chmod -R u+rwX '%s'",
		      made, from, made, made));
	if (rename(made, into) < 0)
		must_run(PATH("rm -rf '%s'", made));
}

void fixture_machine(void **state, const char *archive, const char *root)
{
	struct fixture *fixture = fixture_of(state);
	const char *into = PATH("%s/%s", RECORDINGS, archive);

	if (access(PATH("../shared/machines/%s", archive), R_OK) < 0) {
		print_message("SKIPPED: ../shared/machines/%s is not there\n", archive);
		skip();
	}
	if (access(into, F_OK) < 0)
		unpack(archive, into);
	close_host(fixture);
	/*
	 * What the test wrote before stands below the recording, which is laid over it; and one
	 * that holds neither proc nor sys is no machine without those of the test.
	 */
	if (access(PATH("%s/.stackcheck", fixture->folder), F_OK) == 0 || fixture->lent ||
	    (access(PATH("%s/%s/proc", into, root), F_OK) < 0 &&
	     access(PATH("%s/%s/sys", into, root), F_OK) < 0)) {
		must_run(PATH("cp -a '%s/%s/.' '%s'", into, root, own_path(state)));
		return;
	}
	snprintf(fixture->lent_path, sizeof(fixture->lent_path), "%s/%s", into, root);
	fixture->lent = fixture->lent_path;
}

struct host *fixture_host(void **state)
{
	struct fixture *fixture = fixture_of(state);
	struct error err = { 0 };

	if (!fixture->host && host_open_recording(fixture_path(state), &fixture->host, &err) < 0)
		fail_msg("%s", err.text);
	return fixture->host;
}

static struct facts *fresh_facts(struct fixture *fixture)
{
	facts_free(fixture->facts);
	fixture->facts = facts_new();
	return fixture->facts;
}

struct facts *fixture_run_asking(void **state, const struct probe *probe, const char *const *names,
				 size_t n_names)
{
	struct facts *facts = fresh_facts(fixture_of(state));
	struct error err = { 0 };

	if (probe->run && probe->run(fixture_host(state), facts, &err) < 0)
		for (size_t i = 0; i < probe->n_facts; i++)
			if (!ends_with(probe->facts[i].name, ".") &&
			    !facts_get(facts, probe->facts[i].name)->set)
				facts_set_unknown(facts, probe->facts[i].name, &err);
	for (size_t i = 0; i < n_names; i++) {
		const char *rest = NULL;
		const struct fact_def *def = fact_def_of(names[i], &rest);

		if (!def || !rest)
			fail_msg("%s is not an open-ended fact", names[i]);
		if (def->ask)
			def->ask(fixture_host(state), facts, names[i], rest);
	}
	if (probe->derive)
		probe->derive(facts);
	return facts;
}

struct facts *fixture_run(void **state, const struct probe *probe)
{
	return fixture_run_asking(state, probe, NULL, 0);
}

struct facts *fixture_run_all(void **state, const char *const *names, size_t n_names)
{
	const struct probe_options options = { .names = names, .n_names = n_names };
	struct facts *facts = fresh_facts(fixture_of(state));

	probes_run(fixture_host(state), facts, &options);
	return facts;
}

/* --- assertions --- */

static void text_of(const struct value *value, char *buffer, size_t size)
{
	size_t len = 0;

	switch ((enum value_kind)value->kind) {
	case VALUE_NULL:
		snprintf(buffer, size, "null");
		break;
	case VALUE_BOOL:
		snprintf(buffer, size, "%s", value->b ? "true" : "false");
		break;
	case VALUE_INT:
		snprintf(buffer, size, "%" PRId64, value->i);
		break;
	case VALUE_STRING:
		snprintf(buffer, size, "%s", value->s);
		break;
	case VALUE_UNKNOWN:
		snprintf(buffer, size, "unknown:%s", unknown_reason_name(value->unknown->reason));
		break;
	case VALUE_LIST:
		*buffer = '\0';
		for (uint32_t i = 0; i < value->len && len + 1 < size; i++) {
			if (i)
				buffer[len++] = ' ';
			text_of(&value->items[i], buffer + len, size - len);
			len += strlen(buffer + len);
		}
		break;
	default:
		snprintf(buffer, size, "(kind %d)", value->kind);
	}
}

static const struct fact *must_get(struct facts *facts, const char *name, const char *file,
				   int line)
{
	const struct fact *fact = facts_get(facts, name);

	if (!fact) {
		print_error("there is no fact %s\n", name);
		_fail(file, line);
	}
	return fact;
}

static void expect(struct facts *facts, const char *name, enum value_kind kind,
		   const char *expected, const char *file, int line)
{
	const struct fact *fact = must_get(facts, name, file, line);
	char got[4096];

	text_of(&fact->value, got, sizeof(got));
	if (fact->value.kind == kind && strcmp(got, expected) == 0)
		return;
	print_error("%s is %s%s%s%s, expected %s\n", name, got,
		    fact->value.kind == VALUE_UNKNOWN ? " (" : "",
		    fact->value.kind == VALUE_UNKNOWN && fact->value.unknown->detail
			    ? fact->value.unknown->detail
			    : "",
		    fact->value.kind == VALUE_UNKNOWN ? ")" : "", expected);
	_fail(file, line);
}

void assert_bool_at(struct facts *facts, const char *name, bool expected, const char *file,
		    int line)
{
	expect(facts, name, VALUE_BOOL, expected ? "true" : "false", file, line);
}

void assert_count_at(struct facts *facts, const char *name, int64_t expected, const char *file,
		     int line)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRId64, expected);
	expect(facts, name, VALUE_INT, text, file, line);
}

void assert_text_at(struct facts *facts, const char *name, const char *expected, const char *file,
		    int line)
{
	expect(facts, name, VALUE_STRING, expected, file, line);
}

void assert_absent_at(struct facts *facts, const char *name, const char *file, int line)
{
	expect(facts, name, VALUE_NULL, "null", file, line);
}

void assert_unknown_at(struct facts *facts, const char *name, enum unknown_reason reason,
		       const char *file, int line)
{
	expect(facts, name, VALUE_UNKNOWN, PATH("unknown:%s", unknown_reason_name(reason)), file,
	       line);
}

void assert_list_at(struct facts *facts, const char *name, const char *expected, const char *file,
		    int line)
{
	expect(facts, name, VALUE_LIST, expected, file, line);
}

void assert_field_at(struct facts *facts, const char *name, size_t index, const char *field,
		     const char *expected, const char *file, int line)
{
	const struct fact *fact = must_get(facts, name, file, line);
	const struct value *value;
	char got[4096];

	if (fact->value.kind != VALUE_LIST || index >= fact->value.len) {
		print_error("%s has no record %zu\n", name, index);
		_fail(file, line);
		return;
	}
	value = value_get(&fact->value.items[index], field);
	if (!value) {
		print_error("%s[%zu] has no field %s\n", name, index, field);
		_fail(file, line);
		return;
	}
	text_of(value, got, sizeof(got));
	if (strcmp(got, expected) != 0) {
		print_error("%s[%zu].%s is %s, expected %s\n", name, index, field, got, expected);
		_fail(file, line);
	}
}
