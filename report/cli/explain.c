/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * explain: a deployment's stack drawn box by box, each need with what the host has and where both
 * were read
 */
#include <inttypes.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/needs.h"
#include "cli/target.h"
#include "room.h"
#include "screen.h"
#include "words.h"

/* How a layer fares: the worst of its needs. */
static struct interval layer_interval(const struct role_finding *role, size_t layer)
{
	struct interval interval = { LEVEL_READY, LEVEL_READY };

	for (size_t i = 0; i < role->role->n_uses; i++) {
		const struct use_finding *found = &role->uses[i];

		if (found->use->layer != layer)
			continue;
		if (found->interval.worst < interval.worst)
			interval.worst = found->interval.worst;
		if (found->interval.best < interval.best)
			interval.best = found->interval.best;
	}
	return interval;
}

static void rule(FILE *out, const struct style *style, enum color color, const char *left,
		 const char *right, size_t width)
{
	screen_put(out, style, color, style->unicode ? left : "+", 0, false);
	for (size_t i = 0; i < width - 2; i++)
		screen_put(out, style, color, style->unicode ? "─" : "-", 0, false);
	screen_put(out, style, color, style->unicode ? right : "+", 0, false);
	fputc('\n', out);
}

static void box(FILE *out, struct arena *arena, const struct style *style,
		const struct role_finding *role, const struct deployment *deployment, size_t layer)
{
	struct interval interval = layer_interval(role, layer);
	enum verdict verdict = verdict_of(interval);
	enum color color = color_of_verdict(verdict);
	const char *side = style->unicode ? "│" : "|";
	size_t width = style->width < 100 ? style->width : 100;
	const char *words = words_verdict(arena, verdict, interval);
	size_t room = width - 6 - screen_columns(words);

	rule(out, style, color, "┌", "┐", width);
	screen_put(out, style, color, side, 0, false);
	fputc(' ', out);
	screen_put(out, style, COLOR_BOLD, screen_text(arena, style, deployment->stack[layer]),
		   room, true);
	fputs("  ", out);
	screen_put(out, style, color, words, 0, false);
	fputc(' ', out);
	screen_put(out, style, color, side, 0, false);
	fputc('\n', out);
	rule(out, style, color, "└", "┘", width);
}

static void explain_role(FILE *out, struct judgement *judgement,
			 const struct deployment_finding *finding, const struct role_finding *role,
			 const struct report_options *options)
{
	const struct deployment *deployment = finding->deployment;
	const struct style *style = &options->style;
	struct arena *arena = &judgement->arena;
	const char *id = arena_printf(arena, "%" PRId64, deployment->id);

	fprintf(out, "\n%s/", id);
	screen_put(out, style, COLOR_BOLD, role->role->name, 0, false);
	show_verdict(out, arena, style, strlen(id) + 1 + strlen(role->role->name), role->verdict,
		     role->interval);
	screen_wrap(out, style, COLOR_DIM, 0,
		    screen_text(arena, style,
				arena_printf(arena, "%s%s%s",
					     role->role->title ? role->role->title : "a role",
					     role->role->primary ? "; carries the workload" : "",
					     role->installed ? "; installed here" : "")));
	fputc('\n', out);
	/* Top to bottom as the stack stands: the machine is at the bottom. */
	for (size_t layer = deployment->n_stack; layer-- > 0;) {
		box(out, arena, style, role, deployment, layer);
		for (size_t i = 0; i < role->role->n_uses; i++)
			if (role->uses[i].use->layer == layer &&
			    (options->detail == DETAIL_ALL ||
			     role->uses[i].outcome != OUTCOME_NOT_APPLICABLE))
				show_need(out, judgement, &role->uses[i], style, 2, true);
	}
	show_rooms(out, judgement, role, style, true);
}

static void explain(FILE *out, struct judgement *judgement, const struct target *target,
		    const struct report_options *options)
{
	const struct deployment_finding *finding = target_finding(judgement, target);
	const struct deployment *deployment = finding->deployment;
	const struct style *style = &options->style;
	struct arena *arena = &judgement->arena;
	const char *id = arena_printf(arena, "%" PRId64, deployment->id);
	const char *title = screen_text(arena, style, deployment->title);
	static const char *const alone[] = {
		[ALONE_NO] = "This host alone cannot carry all of its roles.",
		[ALONE_YES] = "This host alone can carry all of its roles.",
		[ALONE_UNKNOWN] =
			"Whether this host alone can carry all of its roles is not known.",
	};

	fprintf(out, "%s ", id);
	screen_put(out, style, COLOR_BOLD, title, 0, false);
	show_verdict(out, arena, style, strlen(id) + 1 + screen_columns(title), finding->verdict,
		     finding->interval);
	screen_wrap(out, style, COLOR_NONE, 0, screen_text(arena, style, deployment->summary));
	if (strcmp(deployment->status, "active") != 0)
		fprintf(out, "It is %s.\n", deployment->status);
	fprintf(out, "%s\n", alone[finding->alone]);
	for (size_t i = 0; i < deployment->n_roles; i++)
		if (target->which == ROLES_PRIMARY || target_has(target, finding->roles[i].role))
			explain_role(out, judgement, finding, &finding->roles[i], options);
}

static int run(struct cli *cli)
{
	auto_session struct session *session = NULL;
	struct target targets[MAX_ARGUMENTS];
	struct error err = { 0 };
	int code;

	if (!cli->n_arguments) {
		cli_error("explain: which deployment? `stackcheck list` has them all");
		return EXIT_USAGE;
	}
	code = cli_open(cli, &session);
	if (code)
		return code;
	for (size_t i = 0; i < cli->n_arguments; i++) {
		if (target_parse(session->rules, cli->arguments[i], &targets[i], &err) < 0) {
			cli_error("%s", err.text);
			return EXIT_USAGE;
		}
	}
	session_judge(session);
	if (strcmp(cli->format->name, "text") != 0) {
		cli->report.detail = DETAIL_ALL;
		cli->format->survey(cli->out, session, &cli->report);
		return EXIT_HOSTED;
	}
	screen_given(cli->out, session, &cli->report.style);
	for (size_t i = 0; i < cli->n_arguments; i++)
		explain(cli->out, session->judgement, &targets[i], &cli->report);
	return EXIT_HOSTED;
}

const struct cli_command command_explain = {
	.name = "explain",
	.arguments = "ID[/ROLE]…",
	.help = "the stack box by box: what is asked, what there is, what to do",
	.run = run,
};
