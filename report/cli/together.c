/* SPDX-License-Identifier: GPL-2.0-or-later */
/* together: which roles can share this host, by twos and all that were named; --together of a gate */
#include "together.h"

#include <string.h>

#include "cli/gate.h"
#include "cli/needs.h"
#include "screen.h"
#include "words.h"

int together_seat(struct cli *cli, struct session *session, const struct target *targets, size_t n,
		  struct tenant *tenants)
{
	(void)cli;
	session->n_tenants =
		targets_tenants(session->judgement, targets, n, tenants, MAX_ARGUMENTS);
	session->tenants = tenants;
	if (session->n_tenants <= MAX_ARGUMENTS)
		return 0;
	cli_error("more than %d roles", MAX_ARGUMENTS);
	return EXIT_USAGE;
}

/* What it takes with --require ready: a recommendation that is not met counts as a hard need. */
static struct interval strictly(const struct together *together)
{
	struct interval interval = together->interval;

	for (size_t i = 0; i < together->n_reasons; i++) {
		const struct together_reason *reason = &together->reasons[i];
		struct interval one = { LEVEL_NO, reason->interval.best };

		if (reason->interval.worst != LEVEL_LIMITED)
			continue;
		if (reason->finding)
			one = reason->finding->interval;
		else if (reason->kind == TOGETHER_ROLE)
			one.worst = LEVEL_LIMITED;
		if (one.best == LEVEL_LIMITED)
			one.best = one.worst;
		if (one.worst < interval.worst)
			interval.worst = one.worst;
		if (one.best < interval.best)
			interval.best = one.best;
	}
	return interval;
}

static bool weighs_more(const struct together_reason *a, const struct together_reason *b)
{
	return a->interval.worst < b->interval.worst ||
	       (a->interval.worst == b->interval.worst && a->interval.best < b->interval.best);
}

/* The reason that weighs most: the first of the worst. */
static const struct together_reason *worst_of(const struct together *together)
{
	const struct together_reason *worst = NULL;

	for (size_t i = 0; i < together->n_reasons; i++)
		if (!worst || weighs_more(&together->reasons[i], worst))
			worst = &together->reasons[i];
	return worst;
}

/* What it is about: of a sum the fact, else the need, else the role. */
static const char *named(struct arena *arena, const struct together_reason *reason)
{
	if (!reason->need)
		return words_tenant(arena, reason->a);
	return reason->kind == TOGETHER_SIZE ? reason->need->fact : reason->need->id;
}

/* "stackcheck: FAIL 46/compute+58/storage no port.free.6443/tcp port" */
static void last_line(struct session *session, const struct together *together,
		      struct interval interval, int code)
{
	struct arena *arena = &session->judgement->arena;
	const struct together_reason *reason = worst_of(together);
	const enum verdict verdict = verdict_of(interval);

	fprintf(stderr, "stackcheck: %s ", code ? "FAIL" : "PASS");
	for (size_t i = 0; i < session->n_tenants; i++)
		fprintf(stderr, "%s%s", i ? "+" : "", words_tenant(arena, &session->tenants[i]));
	fprintf(stderr, " %s", verdict_name(verdict));
	if (verdict == VERDICT_FIXABLE)
		fprintf(stderr, ":%s", remedy_kind_name(level_remedy(interval.worst)));
	if (code && reason)
		fprintf(stderr, " %s %s", named(arena, reason), together_kind_name(reason->kind));
	fputc('\n', stderr);
}

int together_answer(struct cli *cli, struct session *session)
{
	const struct together together =
		judge_together(session->judgement, session->tenants, session->n_tenants);
	const struct interval interval =
		cli->require == LEVEL_READY ? strictly(&together) : together.interval;
	const int code = gate_code(cli, interval);

	last_line(session, &together, interval, code);
	return code;
}

void together_show(struct cli *cli, struct session *session)
{
	struct judgement *judgement = session->judgement;
	const struct style *style = &cli->report.style;
	const struct together together =
		judge_together(judgement, session->tenants, session->n_tenants);

	fputs("together", cli->out);
	show_verdict(cli->out, &judgement->arena, style, strlen("together"), together.verdict,
		     together.interval);
	show_together(cli->out, judgement, &together, style);
}

/* Those that carry workloads, of every deployment. */
static size_t all_primary(const struct judgement *judgement, struct tenant *ret, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < judgement->rules->n_deployments; i++) {
		const struct deployment_finding *finding = &judgement->deployments[i];

		for (size_t k = 0; k < finding->deployment->n_roles && n < max; k++)
			if (finding->roles[k].role->primary)
				ret[n++] =
					(struct tenant){ finding->deployment, &finding->roles[k] };
	}
	return n;
}

static int run(struct cli *cli)
{
	auto_session struct session *session = NULL;
	struct target targets[MAX_ARGUMENTS];
	struct tenant tenants[MAX_ARGUMENTS];
	struct error err = { 0 };
	int code = cli_open(cli, &session);

	for (size_t i = 0; !code && i < cli->n_arguments; i++) {
		if (target_parse(session->rules, cli->arguments[i], &targets[i], &err) < 0) {
			cli_error("%s", err.text);
			return EXIT_USAGE;
		}
	}
	if (code)
		return code;
	if (!cli->format->together) {
		cli_error("together: the format %s has no form for it", cli->format->name);
		return EXIT_USAGE;
	}
	session_judge(session);
	if (!cli->n_arguments) {
		cli->format->together(cli->out, session, tenants,
				      all_primary(session->judgement, tenants, MAX_ARGUMENTS),
				      false, &cli->report);
		return EXIT_HOSTED;
	}
	code = together_seat(cli, session, targets, cli->n_arguments, tenants);
	if (code)
		return code;
	cli->format->together(cli->out, session, tenants, session->n_tenants, true, &cli->report);
	return together_answer(cli, session);
}

const struct cli_command command_together = {
	.name = "together",
	.arguments = "[ID[/ROLE]…]",
	.help = "which roles can share this host, by twos and all at once",
	.run = run,
};
