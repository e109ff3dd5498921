/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lint: what is wrong with a site's rule files, with the line and a mark under the place */
#include "core/lint.h"
#include "cli/cli.h"
#include "cli/place.h"
#include "examples.h"

/* Examples are read, not run: that is `stackcheck test`. */
static int lint_examples(struct cli *cli, const struct rules *rules, struct error *err)
{
	struct examples examples = { 0 };
	int r = 0;

	for (size_t i = 0; r >= 0 && i < cli->n_arguments; i++)
		r = examples_read(&examples, cli->arguments[i], err);
	if (r >= 0)
		r = examples_add_shipped(&examples, false, err);
	if (r >= 0)
		r = examples_resolve(&examples, rules, err);
	examples_free(&examples);
	return r;
}

static int lint_all(struct cli *cli, struct arena *arena, struct error *err)
{
	struct lint_report report;
	struct rules rules;

	if (rules_lint(arena, cli->arguments, cli->n_arguments, &rules_compiled_in, &rules, &report,
		       err) < 0)
		return EXIT_DATA;
	for (size_t i = 0; i < report.len; i++)
		show_place(stderr, report.texts[i]);
	if (lint_examples(cli, &rules, err) < 0 || report.len)
		return EXIT_DATA;
	fprintf(cli->out, "%zu needs of its own, %zu deployments with the shipped ones\n",
		rules.n_needs - rules_compiled_in.n_needs, rules.n_deployments);
	return EXIT_HOSTED;
}

static int run(struct cli *cli)
{
	struct arena arena = { 0 };
	struct error err = { 0 };
	int code;

	if (!cli->n_arguments) {
		cli_error("lint: which folder or file of rules?");
		return EXIT_USAGE;
	}
	code = lint_all(cli, &arena, &err);
	if (err.code)
		show_place(stderr, err.text);
	arena_free(&arena);
	return code;
}

const struct cli_command command_lint = {
	.name = "lint",
	.arguments = "FILE…",
	.help = "checks a site's own rule files and folders",
	.run = run,
};
