/* SPDX-License-Identifier: GPL-2.0-or-later */
/* list: the deployments, their roles and, as JSON, every need with its source */
#include "cli/cli.h"

static int run(struct cli *cli)
{
	auto_session struct session *session = NULL;
	int code = cli_open_rules(cli, &session);

	if (code)
		return code;
	cli->format->list(cli->out, session->rules, &cli->report);
	return EXIT_HOSTED;
}

const struct cli_command command_list = {
	.name = "list",
	.arguments = "",
	.help = "the deployments and their roles",
	.run = run,
};
