/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * load RULES [ROUNDS]: what the rules cost before anything is judged, as least milliseconds of CPU
 * time, a line each: `compiled` (all of the rules compiled in touched once, in a process that has
 * not seen them), `files` (loading the folder), `parse` (libfyaml alone making its documents of the
 * same bytes), `bytes`.
 */
#include <libfyaml.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/load_files.h"
#include "core/util.h"

struct file {
	char *bytes;
	size_t len;
};

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static size_t touch_uses(const struct use *uses, size_t n)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		sum += strlen(uses[i].need->id) + strlen(uses[i].why) + uses[i].n_sources;
		for (size_t k = 0; k < uses[i].n_sources; k++)
			sum += strlen(uses[i].sources[k]);
		sum += uses[i].when ? uses[i].when->nodes[0].op : 0;
	}
	return sum;
}

static size_t touch(const struct rules *rules)
{
	size_t sum = 0;

	for (size_t i = 0; i < rules->n_needs; i++) {
		const struct need *need = rules->needs[i];

		sum += strlen(need->id) + (need->expr ? need->expr->nodes[0].op : 0) +
		       need->n_diagnoses + (need->shortfall ? strlen(need->shortfall->fact) : 0);
	}
	for (size_t i = 0; i < rules->n_deployments; i++)
		for (size_t k = 0; k < rules->deployments[i].n_roles; k++) {
			const struct role *role = &rules->deployments[i].roles[k];

			sum += touch_uses(role->uses, role->n_uses);
		}
	for (size_t i = 0; i < rules->n_names; i++)
		sum += strlen(rules->names[i]);
	return sum;
}

static double load_files(const char *folder)
{
	struct arena arena = { 0 };
	struct error err = { 0 };
	struct rules rules;
	double before = now();

	if (rules_load(&arena, folder, NULL, &rules, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		exit(65);
	}
	arena_free(&arena);
	return now() - before;
}

static double parse_files(const struct file *files, size_t n)
{
	static const struct fy_parse_cfg cfg = { .flags = FYPCF_QUIET | FYPCF_RESOLVE_DOCUMENT |
							  FYPCF_DEFAULT_VERSION_1_2 };
	double before = now();

	for (size_t i = 0; i < n; i++) {
		struct fy_document *document =
			fy_document_build_from_string(&cfg, files[i].bytes, files[i].len);

		if (!document)
			exit(65);
		fy_document_destroy(document);
	}
	return now() - before;
}

/* The rule files that the loader reads of a folder, up to `size` of them. */
static size_t read_files(const char *folder, struct file *files, size_t size)
{
	struct arena arena = { 0 };
	struct error err = { 0 };
	struct loader loader = { .arena = &arena, .err = &err };
	struct rule_files found = { 0 };
	size_t n = 0;

	sha256_init(&found.digest);
	if (read_rule_files(&loader, folder, &found) < 0)
		exit(65);
	for (; n < found.paths.len && n < size; n++) {
		auto_file FILE *file = fopen(found.paths.items[n], "re");

		files[n].bytes = file ? malloc(YAML_MAX_BYTES) : NULL;
		if (!files[n].bytes)
			exit(70);
		files[n].len = fread(files[n].bytes, 1, YAML_MAX_BYTES, file);
	}
	arena_free(&arena);
	return n;
}

int main(int argc, char **argv)
{
	static struct file files[1024];
	double compiled, loaded = 1e9, parsed = 1e9;
	size_t n, bytes = 0, sum;

	if (argc < 2) {
		fprintf(stderr, "usage: load RULES [ROUNDS]\n");
		return 64;
	}
	compiled = now();
	sum = touch(&rules_compiled_in);
	compiled = now() - compiled;
	n = read_files(argv[1], files, ARRAY_SIZE(files));
	for (size_t i = 0; i < n; i++)
		bytes += files[i].len;
	for (int round = argc > 2 ? atoi(argv[2]) : 10; round > 0; round--) {
		double one = load_files(argv[1]);

		loaded = one < loaded ? one : loaded;
		one = parse_files(files, n);
		parsed = one < parsed ? one : parsed;
	}
	for (size_t i = 0; i < n; i++)
		free(files[i].bytes);
	printf("compiled %.3f\nfiles %.3f\nparse %.3f\nbytes %zu\nneeds %zu\n", compiled, loaded,
	       parsed, bytes, sum > 0 ? rules_compiled_in.n_needs : 0);
	return 0;
}
