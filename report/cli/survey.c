/* SPDX-License-Identifier: GPL-2.0-or-later */
/* survey: what this machine is, and all deployments by what they take */
#include "cli/cli.h"

/* A mistake in a rule decides nothing, but its author must hear of it. */
static void report_rule_errors(const struct judgement *judgement)
{
	for (size_t b = 0; b < N_BASES; b++)
		for (size_t i = 0; judgement->n_rule_errors && i < judgement->rules->n_needs; i++)
			if (judgement->findings[b][i].rule_error)
				cli_error("rule-error: %s: %s", judgement->rules->needs[i]->id,
					  judgement->findings[b][i].rule_error);
}

static bool anything_unknown(const struct judgement *judgement)
{
	for (size_t i = 0; i < judgement->rules->n_deployments; i++)
		if (judgement->deployments[i].verdict == VERDICT_UNKNOWN)
			return true;
	return false;
}

static int run(struct cli *cli)
{
	auto_session struct session *session = NULL;
	int code;

	if (cli->n_arguments) {
		cli_error("survey takes no arguments; '%s' is one too many", cli->arguments[0]);
		return EXIT_USAGE;
	}
	code = cli_open(cli, &session);
	if (code)
		return code;
	session_judge(session);
	cli->format->survey(cli->out, session, &cli->report);
	report_rule_errors(session->judgement);
	return cli->strict && anything_unknown(session->judgement) ? EXIT_UNKNOWN : EXIT_HOSTED;
}

const struct cli_command command_survey = {
	.name = "survey",
	.arguments = "",
	.help = "the same as no command at all",
	.run = run,
};
