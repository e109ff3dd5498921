/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz: any bytes as a site's rule file, on top of the compiled-in rules; what loads is looked over as
 * lint does, judged on a machine nothing is known of, and its examples are run
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/lint.h"
#include "core/util.h"
#include "examples.h"
#include "host/host.h"
#include "judge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_file(const char *path, const uint8_t *data, size_t size)
{
	auto_file FILE *file = fopen(path, "we");

	if (!file || fwrite(data, 1, size, file) != size)
		abort();
}

/* An error tells where, and what. */
static void check_error(const struct error *err, int r)
{
	if (r != err->code || !*err->text)
		abort();
}

/* The deployments that the file brought; the shipped ones only cost time. */
static void judge_own(const struct rules *all)
{
	auto_facts struct facts *facts = facts_new();
	struct rules own = *all;

	own.n_deployments = 1;
	for (size_t i = 0; i < all->n_deployments; i++) {
		own.deployments = &all->deployments[i];
		if (!own.deployments->from_site)
			continue;
		judgement_free(judge(&own, facts, BASIS_RUNNING));
		judgement_free(judge(&own, facts, BASIS_NEW));
	}
}

static void run_examples(const char *folder, const struct rules *rules)
{
	struct examples examples = { 0 };
	struct arena arena = { 0 };
	struct error err = { 0 };
	int r = examples_read(&examples, folder, &err);
	size_t own = examples.len;

	if (r >= 0)
		r = examples_add_shipped(&examples, false, &err);
	if (r >= 0)
		r = examples_resolve(&examples, rules, &err);
	if (r < 0)
		check_error(&err, r);
	for (size_t i = 0; r >= 0 && i < own; i++)
		if (examples.items[i]->deployment)
			example_run(examples.items[i], rules, &arena);
	examples_free(&examples);
	arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lint_report report;
	const char *folder = PATH("/tmp/stackcheck-fuzz-rules-%d", (int)getpid());
	const char *path = PATH("%s/a.yaml", folder);
	struct arena arena = { 0 };
	struct error err = { 0 };
	struct rules rules;
	int r;

	mkdir(folder, 0700);
	write_file(path, data, size);
	r = rules_lint(&arena, &folder, 1, &rules_compiled_in, &rules, &report, &err);
	if (r < 0) {
		check_error(&err, r);
	} else {
		judge_own(&rules);
		run_examples(folder, &rules);
	}
	arena_free(&arena);
	unlink(path);
	rmdir(folder);
	return 0;
}
