/* SPDX-License-Identifier: GPL-2.0-or-later */
/* version: of the program and of its rules */
#include "cli/cli.h"

static int run(struct cli *cli)
{
	auto_session struct session *session = NULL;
	int code = cli_open_rules(cli, &session);

	if (code)
		return code;
	fprintf(cli->out, "stackcheck %s\nrules %s, %zu deployments, digest %.16s\n",
		STACKCHECK_VERSION, session->rules->version, session->rules->n_deployments,
		session->rules->digest);
	return EXIT_HOSTED;
}

const struct cli_command command_version = {
	.name = "version",
	.arguments = "",
	.help = "of the program and of its rules",
	.run = run,
};
