/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compile-rules FOLDER OUT.c: the rule files of a folder as C source; runs while stackcheck is
 * built
 */
#include <stdio.h>
#include <string.h>

#include "core/emit.h"
#include "core/load.h"
#include "core/util.h"

int main(int argc, char **argv)
{
	struct arena arena = { 0 };
	auto_file FILE *out = NULL;
	struct error err = { 0 };
	struct rules rules;

	if (argc != 3) {
		fputs("usage: compile-rules FOLDER OUT.c\n", stderr);
		return 64;
	}
	if (rules_load(&arena, argv[1], NULL, &rules, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		arena_free(&arena);
		return 65;
	}
	out = fopen(argv[2], "we");
	if (!out || rules_emit(out, &rules) < 0 || fflush(out) != 0) {
		fprintf(stderr, "%s: %m\n", argv[2]);
		arena_free(&arena);
		return 70;
	}
	arena_free(&arena);
	return 0;
}
