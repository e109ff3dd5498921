/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * example: hosts that are made up to show a rule at work: the facts that are given, and what they
 * must come to. They stand under `examples:` in a deployment's own file, or in a file beside it
 * with `deployment: NUMBER`; hosts that examples are like stand under `hosts:`.
 */
#ifndef STACKCHECK_EXAMPLE_H
#define STACKCHECK_EXAMPLE_H

#include "judge.h"

struct yaml;

/* One fact as an example gives it. */
struct given {
	const char *name; /* with a dot at its end: every fact of that prefix that rules name */
	const struct fact_def *def;
	struct value value;
	const struct yaml *change; /* of a list: how its records differ; NULL: `value` stands */
};

/* What one role must come to. */
struct expectation {
	const char *role; /* NULL: every role */
	enum verdict verdict;
	int remedy; /* enum remedy_kind: the dearest; -1: not said */
	const char *need; /* one that keeps the role from better; NULL: not said */
	int cause; /* enum cause: of that need the likeliest; -1: not said */
	const char *const *in_use; /* needs that its own installation holds */
	size_t n_in_use;
	bool installed; /* it is to be found installed */
	const struct yaml *at;
};

struct example {
	const char *name;
	const struct yaml *at;
	const struct deployment *deployment; /* NULL: a host that others are like */
	const char *const *like_names; /* whose facts it takes over, one after the other */
	const struct example **likes;
	size_t n_likes;
	bool os_given;
	enum basis basis;
	struct given *given;
	size_t n_given;
	struct expectation *expected;
	size_t n_expected;
};

struct examples {
	struct arena arena;
	struct example **items;
	size_t len, size;
};

/*
 * Adds what stands in the files of `path` (a rule file, or a folder of them as rules_load() takes
 * it, with its examples/). -EINVAL with file:line:column, or -errno of reading.
 */
int examples_read(struct examples *examples, const char *path, struct error *err);

/* The same for the bytes of one file; `file` is its name in errors, lent. */
int examples_parse(struct examples *examples, const char *file, const char *bytes, size_t len,
		   struct error *err);

/*
 * Finds what the examples name: their deployments, roles and needs in `rules`, the hosts that they
 * are like. After all files have been added. -EINVAL with file:line:column.
 */
int examples_resolve(struct examples *examples, const struct rules *rules, struct error *err);

void examples_free(struct examples *examples);

/* Sets the facts of the example, those it takes over first. */
void example_facts(const struct example *example, const struct rules *rules, struct facts *facts);

/*
 * Judges the example's host. NULL: all is as expected; else what is not, in words, from `arena`.
 */
const char *example_run(const struct example *example, const struct rules *rules,
			struct arena *arena);

/* One file of rules/examples, packed as zlib does: those of the shipped rules, compiled in. */
struct example_file {
	const char *name;
	const unsigned char *packed;
	size_t n_packed, len;
};

extern const struct example_file example_files[];
extern const size_t n_example_files;

#endif
