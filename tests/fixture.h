/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fixture: a small recorded machine that a test makes for itself, or one of the recordings in
 * ../shared/machines, and assertions on facts. Use fixture_setup/fixture_teardown with
 * cmocka_unit_test_setup_teardown(), or TEST(name).
 */
#ifndef STACKCHECK_FIXTURE_H
#define STACKCHECK_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "probe.h"

/*
 * An empty machine in a temporary folder (it has an empty proc and sys); removed by the teardown.
 */
int fixture_setup(void **state);
int fixture_teardown(void **state);
#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

/*
 * A file, a link, a folder on it; folders above are made. Paths as on a machine: "/proc/cpuinfo".
 */
void fixture_write(void **state, const char *path, const char *text);
void fixture_write_bytes(void **state, const char *path, const void *bytes, size_t len);
void fixture_link(void **state, const char *path, const char *target);
void fixture_folder(void **state, const char *path);

/*
 * `path` truly is not there (a trailing star: nothing below that folder); a read that failed; an
 * answer to a question.
 */
void fixture_absent(void **state, const char *path);
void fixture_error(void **state, const char *path, const char *errno_name);
void fixture_answer(void **state, const char *key, const char *text);

/*
 * Lays the recording over the machine: `archive` below ../shared/machines, its folder `root` as the
 * root. Skips the test, and says so, where ../shared is missing.
 */
void fixture_machine(void **state, const char *archive, const char *root);

/* The folder as a path of this system. */
const char *fixture_path(void **state);

/*
 * The machine as a host; closed by the teardown. What is written afterwards is seen, but for
 * .stackcheck.
 */
struct host *fixture_host(void **state);

/* The facts after one probe ran on it (and its derive), or all of them; freed by the teardown. */
struct facts *fixture_run(void **state, const struct probe *probe);
struct facts *fixture_run_asking(void **state, const struct probe *probe, const char *const *names,
				 size_t n_names);
struct facts *fixture_run_all(void **state, const char *const *names, size_t n_names);

#define assert_bool(facts, name, expected) assert_bool_at(facts, name, expected, __FILE__, __LINE__)
#define assert_count(facts, name, expected) \
	assert_count_at(facts, name, expected, __FILE__, __LINE__)
#define assert_text(facts, name, expected) assert_text_at(facts, name, expected, __FILE__, __LINE__)
#define assert_absent(facts, name)	   assert_absent_at(facts, name, __FILE__, __LINE__)
#define assert_unknown(facts, name, reason) \
	assert_unknown_at(facts, name, reason, __FILE__, __LINE__)
/* A list of strings or numbers, written "a b c". */
#define assert_list(facts, name, expected) assert_list_at(facts, name, expected, __FILE__, __LINE__)
/*
 * A field of a record: "nics", 0, "speed" as text ("true", "10", "null", "unknown:permission", or
 * the string itself).
 */
#define assert_field(facts, name, index, field, expected) \
	assert_field_at(facts, name, index, field, expected, __FILE__, __LINE__)

void assert_bool_at(struct facts *facts, const char *name, bool expected, const char *file,
		    int line);
void assert_count_at(struct facts *facts, const char *name, int64_t expected, const char *file,
		     int line);
void assert_text_at(struct facts *facts, const char *name, const char *expected, const char *file,
		    int line);
void assert_absent_at(struct facts *facts, const char *name, const char *file, int line);
void assert_unknown_at(struct facts *facts, const char *name, enum unknown_reason reason,
		       const char *file, int line);
void assert_list_at(struct facts *facts, const char *name, const char *expected, const char *file,
		    int line);
void assert_field_at(struct facts *facts, const char *name, size_t index, const char *field,
		     const char *expected, const char *file, int line);

#endif
