/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lint: does a folder of rule files load? */
#include "cli/cli.h"
#include "core/load.h"

static int lint_folder(struct cli *cli, const char *folder)
{
	struct arena arena = { 0 };
	struct error err = { 0 };
	struct rules rules;
	int r = rules_load(&arena, folder, &rules_compiled_in, &rules, &err);

	if (r < 0)
		cli_error("%s", err.text);
	else
		fprintf(cli->out,
			"%s: %zu needs of its own, %zu deployments with the shipped ones\n", folder,
			rules.n_needs - rules_compiled_in.n_needs, rules.n_deployments);
	arena_free(&arena);
	return r < 0 ? EXIT_DATA : EXIT_HOSTED;
}

static int run(struct cli *cli)
{
	int code = EXIT_HOSTED;

	if (!cli->n_arguments) {
		cli_error("lint: which folder of rules?");
		return EXIT_USAGE;
	}
	for (size_t i = 0; i < cli->n_arguments; i++)
		if (lint_folder(cli, cli->arguments[i]) != EXIT_HOSTED)
			code = EXIT_DATA;
	return code;
}

const struct cli_command command_lint = {
	.name = "lint",
	.arguments = "DIR…",
	.help = "checks a site's own rule files",
	.run = run,
};
