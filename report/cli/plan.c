/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan: what to change so that this host carries all that was asked, cheapest first */
#include "cli/cli.h"
#include "cli/target.h"
#include "core/util.h"

struct asked {
	struct target targets[MAX_ARGUMENTS];
	size_t n;
	struct planned_role *roles;
	size_t n_roles;
};

static int parse(const struct cli *cli, const struct session *session, struct asked *asked)
{
	struct error err = { 0 };

	for (size_t i = 0; i < cli->n_arguments; i++) {
		if (target_parse(session->rules, cli->arguments[i], &asked->targets[i], &err) < 0) {
			cli_error("%s", err.text);
			return EXIT_USAGE;
		}
	}
	asked->n = cli->n_arguments;
	return 0;
}

static void add_role(struct asked *asked, const struct deployment *deployment,
		     const struct role *role)
{
	for (size_t i = 0; i < asked->n_roles; i++)
		if (asked->roles[i].role == role)
			return;
	asked->roles[asked->n_roles++] =
		(struct planned_role){ .deployment = deployment, .role = role };
}

/* The role that is nearest, of a deployment's primary ones or of all; each of them with /each. */
static void add_target(const struct judgement *judgement, struct asked *asked,
		       const struct target *target)
{
	const struct deployment_finding *finding = target_finding(judgement, target);
	const struct role_finding *best = NULL;

	for (size_t i = 0; i < finding->deployment->n_roles; i++) {
		const struct role_finding *role = &finding->roles[i];

		if (!target_has(target, role->role))
			continue;
		if (target->which == ROLES_EACH)
			add_role(asked, finding->deployment, role->role);
		else if (!best || role->interval.worst > best->interval.worst ||
			 (role->interval.worst == best->interval.worst &&
			  role->interval.best > best->interval.best))
			best = role;
	}
	if (best)
		add_role(asked, finding->deployment, best->role);
}

static void add_targets(struct judgement *judgement, struct asked *asked)
{
	size_t most = 0;

	for (size_t i = 0; i < asked->n; i++)
		most += asked->targets[i].deployment->n_roles;
	asked->roles = arena_alloc(&judgement->arena, most * sizeof(*asked->roles));
	for (size_t i = 0; i < asked->n; i++)
		add_target(judgement, asked, &asked->targets[i]);
}

/* As the same words would make a gate end. */
static int code_of(const struct cli *cli, const struct plan *plan)
{
	static const int codes[N_VERDICTS] = {
		[VERDICT_NO] = EXIT_NO,		  [VERDICT_FIXABLE] = EXIT_FIXABLE,
		[VERDICT_LIMITED] = EXIT_HOSTED,  [VERDICT_READY] = EXIT_HOSTED,
		[VERDICT_UNKNOWN] = EXIT_UNKNOWN,
	};
	static const int order[] = { EXIT_NO, EXIT_FIXABLE, EXIT_UNKNOWN };

	for (size_t o = 0; o < ARRAY_SIZE(order); o++)
		for (size_t i = 0; i < plan->n_roles; i++)
			if (codes[plan->roles[i].verdict_before] == order[o] &&
			    plan->roles[i].before.worst < cli->allow)
				return order[o];
	return EXIT_HOSTED;
}

static int rank(struct cli *cli)
{
	auto_session struct session *session = NULL;
	const struct hint *hints;
	size_t n;
	int code;

	if (cli->n_arguments || !cli->format->ranking) {
		cli_error(cli->n_arguments ? "plan --all takes no names: it ranks what opens most"
					   : "plan --all has the formats text and json");
		return EXIT_USAGE;
	}
	code = cli_open(cli, &session);
	if (code)
		return code;
	session_judge(session);
	hints = hints_ranked(session->judgement, &n);
	cli->format->ranking(cli->out, session, hints, n, &cli->report);
	return EXIT_HOSTED;
}

static int run(struct cli *cli)
{
	auto_session struct session *session = NULL;
	const struct planning *planning;
	struct asked asked = { 0 };
	int code;

	if (cli->all)
		return rank(cli);
	if (!cli->n_arguments) {
		cli_error("plan: for which deployment? `stackcheck list` has them all; --all ranks "
			  "changes by how many each opens");
		return EXIT_USAGE;
	}
	/* A wrong word costs no probing. */
	code = cli_open_rules(cli, &session);
	if (!code)
		code = parse(cli, session, &asked);
	session_close(take(session));
	if (!code)
		code = cli_open(cli, &session);
	if (!code)
		code = parse(cli, session, &asked);
	if (code)
		return code;
	session_judge(session);
	add_targets(session->judgement, &asked);
	planning = planning_make(session, asked.roles, asked.n_roles, cli->require == LEVEL_READY);
	cli->format->plan(cli->out, session, planning, &cli->report);
	return code_of(cli, planning->plan);
}

const struct cli_command command_plan = {
	.name = "plan",
	.arguments = "ID[/ROLE]…",
	.help = "what to change, merged over all that is named, cheapest first",
	.run = run,
};
