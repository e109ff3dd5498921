/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compile-rules FOLDER OUT.c: the rule files of a folder as C source; runs while stackcheck is
 * built. With --examples: its files of examples. compile-rules --schema TEMPLATE OUT.json: the schema
 * of rule files, with the names that those in rules/ have.
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

static int compile_examples(struct arena *arena, const char *folder, FILE *out, struct error *err)
{
	return examples_emit(out, arena, folder, err);
}

static int compile_schema(struct arena *arena, const char *template, FILE *out, struct error *err)
{
	struct rules rules;

	if (rules_load(arena, "rules", NULL, &rules, err) < 0)
		return err->code;
	return schema_emit(out, template, &rules, err);
}

static const struct {
	const char *option; /* NULL: none */
	int (*run)(struct arena *arena, const char *from, FILE *out, struct error *err);
} modes[] = {
	{ NULL, compile_rules },
	{ "--examples", compile_examples },
	{ "--schema", compile_schema },
};

int main(int argc, char **argv)
{
	struct arena arena = { 0 };
	auto_file FILE *out = NULL;
	struct error err = { 0 };
	size_t mode = 0;
	int r;

	while (argc == 4 && ++mode < ARRAY_SIZE(modes) && strcmp(argv[1], modes[mode].option) != 0)
		;
	if ((argc != 3 && argc != 4) || mode == ARRAY_SIZE(modes)) {
		fputs("usage: compile-rules [--examples|--schema] FROM OUT\n", stderr);
		return 64;
	}
	out = fopen(argv[argc - 1], "we");
	if (!out) {
		fprintf(stderr, "%s: %m\n", argv[argc - 1]);
		return 70;
	}
	r = modes[mode].run(&arena, argv[argc - 2], out, &err);
	if (r < 0)
		fprintf(stderr, "%s\n", err.code ? err.text : "the file cannot be written");
	if (r >= 0 && fflush(out) != 0) {
		fprintf(stderr, "%s: %m\n", argv[argc - 1]);
		r = -EIO;
	}
	arena_free(&arena);
	return r < 0 ? 65 : 0;
}
