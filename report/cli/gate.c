/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gate: may an installation of these begin here? The exit code is the answer, the last line on
 * standard error its reason.
 */
#include <inttypes.h>
#include <string.h>

#include "cli/gate.h"
#include "cli/needs.h"
#include "cli/rooms.h"
#include "core/util.h"
#include "hints.h"
#include "screen.h"
#include "words.h"

struct gate_result {
	struct target target;
	struct interval
		interval; /* what counts here: with --require ready of the recommendations too */
	enum verdict verdict;
	int code;
};

int gate_code(const struct cli *cli, struct interval interval)
{
	/* What passes is decided by the worst that can be true: nothing passes on a guess. */
	if (interval.worst >= cli->allow)
		return EXIT_HOSTED;
	switch (verdict_of(interval)) {
	case VERDICT_NO:
		return EXIT_NO;
	case VERDICT_FIXABLE:
		return EXIT_FIXABLE;
	case VERDICT_UNKNOWN:
		return EXIT_UNKNOWN;
	case VERDICT_READY:
	case VERDICT_LIMITED:
	case N_VERDICTS:
		break;
	}
	return EXIT_HOSTED;
}

/*
 * Of what keeps this role from better the cause with the dearest remedy; with --require ready
 * recommendations too.
 */
static const struct use_finding *gate_obstacle(const struct role_finding *role)
{
	const struct use_finding *worst = NULL;

	for (size_t i = 0; i < role->role->n_uses; i++) {
		const struct use_finding *found = &role->uses[i];

		if (found->interval.worst == LEVEL_READY)
			continue;
		if (!worst || found->finding->interval.worst < worst->finding->interval.worst)
			worst = found;
	}
	return worst;
}

/*
 * The line that scripts match: "stackcheck: FAIL 62/node fixable:firmware hardware-virtualization
 * disabled-firmware".
 */
static void last_line(const struct cli *cli, const struct judgement *judgement,
		      const struct gate_result *result)
{
	const struct role_finding *role = target_deciding(judgement, &result->target);
	const struct use_finding *obstacle =
		cli->require == LEVEL_READY ? gate_obstacle(role) : hints_obstacle(role);
	const struct finding *finding = obstacle ? obstacle->finding : NULL;

	fprintf(stderr, "stackcheck: %s %" PRId64 "/%s %s", result->code ? "FAIL" : "PASS",
		result->target.deployment->id, role->role->name, verdict_name(result->verdict));
	if (result->verdict == VERDICT_FIXABLE)
		fprintf(stderr, ":%s", remedy_kind_name(level_remedy(result->interval.worst)));
	if (result->code && obstacle)
		fprintf(stderr, " %s %s", obstacle->use->need->id,
			finding->n_causes ? cause_name(finding->causes[0]->cause) : "-");
	fputc('\n', stderr);
}

/* Whoever installs must read what is lost, whatever the verdict. */
static void warn_of_loss(FILE *out, const struct judgement *judgement, const struct target *target,
			 const struct style *style)
{
	const struct deployment_finding *finding = target_finding(judgement, target);

	for (size_t i = 0; i < finding->deployment->n_roles; i++) {
		const struct role_finding *role = &finding->roles[i];

		for (size_t k = 0; target_has(target, role->role) && k < role->role->n_uses; k++) {
			if (!role->uses[k].use->need->destroys)
				continue;
			fputs("  ", out);
			screen_put(out, style, COLOR_WORK, "data is lost: ", 0, false);
			fprintf(out, "%s (%s)\n", role->uses[k].use->need->title, role->role->name);
		}
	}
}

static void show_target(struct cli *cli, struct judgement *judgement,
			const struct gate_result *result)
{
	const struct style *style = &cli->report.style;
	const struct role_finding *role = target_deciding(judgement, &result->target);
	struct arena *arena = &judgement->arena;
	const char *head = arena_printf(arena, "%" PRId64 "/%s", result->target.deployment->id,
					role->role->name);
	const char *title = screen_text(arena, style, result->target.deployment->title);

	fprintf(cli->out, "%s ", head);
	screen_put(cli->out, style, COLOR_BOLD, title, 0, false);
	show_verdict(cli->out, arena, style, strlen(head) + 1 + screen_columns(title),
		     result->verdict, result->interval);
	show_obstacles(cli->out, judgement, role, style);
	show_rooms(cli->out, judgement, role, style, cli->report.detail == DETAIL_ALL, NULL);
	warn_of_loss(cli->out, judgement, &result->target, style);
}

/* The first row of the table of exit codes that fits one of them; with --any the best of them. */
static const struct gate_result *decide(const struct cli *cli, const struct gate_result *results,
					size_t n)
{
	static const int order[] = { EXIT_NO, EXIT_FIXABLE, EXIT_UNKNOWN, EXIT_HOSTED };

	for (size_t i = 0; cli->any && i < n; i++)
		if (results[i].code == EXIT_HOSTED)
			return &results[i];
	for (size_t o = 0; o < ARRAY_SIZE(order); o++)
		for (size_t i = 0; i < n; i++)
			if (results[i].code == order[o])
				return &results[i];
	return &results[0];
}

static int parse_targets(const struct cli *cli, const struct session *session,
			 struct gate_result *results, size_t n)
{
	struct error err = { 0 };

	for (size_t i = 0; i < n; i++) {
		if (target_parse(session->rules, cli->arguments[i], &results[i].target, &err) < 0) {
			cli_error("%s", err.text);
			return EXIT_USAGE;
		}
	}
	return 0;
}

static void show(struct cli *cli, struct session *session, const struct gate_result *results,
		 size_t n)
{
	if (strcmp(cli->format->name, "text") != 0) {
		cli->format->survey(cli->out, session, &cli->report);
		return;
	}
	for (size_t i = 0; i < n; i++)
		show_target(cli, session->judgement, &results[i]);
	if (cli->together)
		together_show(cli, session);
	screen_given(cli->out, session, &cli->report.style);
}

/* The roles that are to share the host, for what is shown and for the answer. */
static int gate_seat(struct cli *cli, struct session *session, const struct gate_result *results,
		     size_t n, struct tenant *tenants)
{
	struct target targets[MAX_ARGUMENTS];

	for (size_t i = 0; i < n; i++)
		targets[i] = results[i].target;
	return together_seat(cli, session, targets, n, tenants);
}

static int run(struct cli *cli)
{
	auto_session struct session *session = NULL;
	struct gate_result results[MAX_ARGUMENTS];
	struct tenant tenants[MAX_ARGUMENTS];
	const size_t n = cli->n_arguments;
	const struct gate_result *decisive;
	int code;

	if (!n) {
		cli_error("gate: which deployment? `stackcheck list` has them all");
		return EXIT_USAGE;
	}
	if (cli->together && cli->any) {
		cli_error("--any and --together: one of them, or all at once?");
		return EXIT_USAGE;
	}
	/* A wrong word costs no probing. */
	code = cli_open_rules(cli, &session);
	if (!code)
		code = parse_targets(cli, session, results, n);
	session_close(take(session));
	if (code)
		return code;
	code = cli_open(cli, &session);
	if (!code)
		code = parse_targets(cli, session, results, n);
	if (code)
		return code;
	session_judge(session);
	for (size_t i = 0; i < n; i++) {
		results[i].interval = target_interval(session->judgement, &results[i].target,
						      cli->require == LEVEL_READY);
		results[i].verdict = verdict_of(results[i].interval);
		results[i].code = gate_code(cli, results[i].interval);
	}
	if (cli->together) {
		code = gate_seat(cli, session, results, n, tenants);
		if (code)
			return code;
	}
	show(cli, session, results, n);
	if (cli->together)
		return together_answer(cli, session);
	decisive = decide(cli, results, n);
	code = decisive->code;
	last_line(cli, session->judgement, decisive);
	return code;
}

const struct cli_command command_gate = {
	.name = "gate",
	.arguments = "ID[/ROLE]…",
	.help = "the same without the word: the exit code is the answer",
	.run = run,
};
