/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test: do the rules make of their own examples what they should? */
#include <inttypes.h>

#include "cli/cli.h"
#include "cli/place.h"
#include "core/load.h"
#include "core/yaml.h"
#include "examples.h"

struct counts {
	size_t passed, failed;
};

static void run_example(struct cli *cli, const struct example *example, const struct rules *rules,
			struct counts *counts)
{
	struct arena arena = { 0 };
	const char *wrong = example_run(example, rules, &arena);

	counts->passed += !wrong;
	counts->failed += wrong != NULL;
	if (wrong || cli->report.detail == DETAIL_ALL)
		fprintf(cli->out, "%s:%d:%d: %" PRId64 " '%s': %s\n", example->at->file,
			example->at->line, example->at->column, example->deployment->id,
			example->name, wrong ? wrong : "as expected");
	arena_free(&arena);
}

static int run_all(struct cli *cli, const struct examples *examples, const struct rules *rules)
{
	struct counts counts = { 0 };

	for (size_t i = 0; i < examples->len; i++)
		if (examples->items[i]->deployment)
			run_example(cli, examples->items[i], rules, &counts);
	if (!counts.passed && !counts.failed)
		cli_error("test: no examples in it");
	fprintf(cli->out, "%zu passed, %zu failed\n", counts.passed, counts.failed);
	return counts.failed || !counts.passed ? EXIT_NO : EXIT_HOSTED;
}

/* The shipped rules, or those of the arguments upon them, and their examples. */
static int load(struct cli *cli, struct arena *arena, struct rules *rules,
		struct examples *examples, struct error *err)
{
	*rules = rules_compiled_in;
	if (cli->n_arguments && rules_load_all(arena, cli->arguments, cli->n_arguments,
					       &rules_compiled_in, rules, err) < 0)
		return err->code;
	for (size_t i = 0; i < cli->n_arguments; i++)
		if (examples_read(examples, cli->arguments[i], err) < 0)
			return err->code;
	if (examples_add_shipped(examples, !cli->n_arguments, err) < 0)
		return err->code;
	return examples_resolve(examples, rules, err);
}

static int run(struct cli *cli)
{
	struct examples examples = { 0 };
	struct arena arena = { 0 };
	struct error err = { 0 };
	struct rules rules;
	int code = EXIT_DATA;

	if (load(cli, &arena, &rules, &examples, &err) < 0)
		show_place(stderr, err.text);
	else
		code = run_all(cli, &examples, &rules);
	examples_free(&examples);
	arena_free(&arena);
	return code;
}

const struct cli_command command_test = {
	.name = "test",
	.arguments = "[FILE…]",
	.help = "runs the examples of the shipped rules, or of a site's own",
	.run = run,
};
