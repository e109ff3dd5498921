/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compile-rules FOLDER OUT.c: the rule files of a folder as C source; runs while stackcheck is
 * built. compile-rules --examples FOLDER OUT.c: its files of examples.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/emit.h"
#include "core/load.h"
#include "core/util.h"

static int compile_rules(struct arena *arena, const char *folder, FILE *out, struct error *err)
{
	struct rules rules;

	if (rules_load(arena, folder, NULL, &rules, err) < 0)
		return err->code;
	return rules_emit(out, &rules);
}

int main(int argc, char **argv)
{
	const bool examples = argc == 4 && strcmp(argv[1], "--examples") == 0;
	struct arena arena = { 0 };
	auto_file FILE *out = NULL;
	struct error err = { 0 };
	int r;

	if (argc != 3 && !examples) {
		fputs("usage: compile-rules [--examples] FOLDER OUT.c\n", stderr);
		return 64;
	}
	out = fopen(argv[argc - 1], "we");
	if (!out) {
		fprintf(stderr, "%s: %m\n", argv[argc - 1]);
		return 70;
	}
	r = examples ? examples_emit(out, &arena, argv[2], &err)
		     : compile_rules(&arena, argv[1], out, &err);
	if (r < 0)
		fprintf(stderr, "%s\n", err.code ? err.text : "the rules cannot be written");
	if (r >= 0 && fflush(out) != 0) {
		fprintf(stderr, "%s: %m\n", argv[argc - 1]);
		r = -EIO;
	}
	arena_free(&arena);
	return r < 0 ? 65 : 0;
}
