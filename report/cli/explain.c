/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * explain: a deployment's stack drawn box by box, each need with what the host has and where both
 * were read
 */
#include <inttypes.h>
#include <string.h>

#include "cli/cite.h"
#include "cli/cli.h"
#include "cli/layer.h"
#include "cli/needs.h"
#include "cli/rooms.h"
#include "cli/target.h"
#include "core/util.h"
#include "screen.h"
#include "together.h"
#include "words.h"

/* "1 host at least, 3 in production, an odd number of them". */
static const char *hosts_words(struct arena *arena, const struct role *role)
{
	const char *text = arena_printf(arena, "%" PRId64 " %s at least", role->hosts_minimum,
					role->hosts_minimum == 1 ? "host" : "hosts");

	if (role->hosts_production > role->hosts_minimum)
		text = arena_printf(arena, "%s, %" PRId64 " in production", text,
				    role->hosts_production);
	if (role->hosts_odd)
		text = arena_printf(arena, "%s, an odd number of them", text);
	return text;
}

static const char *role_words(struct arena *arena, const struct role_finding *role)
{
	return arena_printf(
		arena, "%s%s; %s%s%s%s", role->role->title ? role->role->title : "a role",
		role->role->primary ? "; carries the workload" : "", hosts_words(arena, role->role),
		role->role->optional ? "; may be left out" : "",
		role->role->brings_os ? "; its installation brings its own system" : "",
		role->installed ? "; installed here" : "");
}

static void paragraph(const struct explanation *explanation, enum color color, const char *text)
{
	screen_wrap(explanation->out, explanation->style, color, 0,
		    screen_text(&explanation->judgement->arena, explanation->style, text));
}

static void explain_role(const struct explanation *explanation, const struct deployment *deployment,
			 const struct role_finding *role)
{
	struct arena *arena = &explanation->judgement->arena;
	const char *head = arena_printf(arena, "%" PRId64 "/%s", deployment->id, role->role->name);

	fputc('\n', explanation->out);
	screen_put(explanation->out, explanation->style, COLOR_BOLD, head, 0, false);
	show_verdict(explanation->out, arena, explanation->style, strlen(head), role->verdict,
		     role->interval);
	paragraph(explanation, COLOR_DIM, role_words(arena, role));
	fputc('\n', explanation->out);
	draw_stack(explanation, deployment, role);
	/* Top to bottom as the stack stands: the machine is at the bottom. */
	for (size_t layer = deployment->n_stack; layer-- > 0;)
		explain_layer(explanation, deployment, role, layer);
	if (role->role->n_rooms)
		fputc('\n', explanation->out);
	show_rooms(explanation->out, explanation->judgement, role, explanation->style, true,
		   explanation->citations);
}

/* Why one host does not carry them all: with the roles that fall short by themselves. */
static void show_whole(const struct explanation *explanation,
		       const struct deployment_finding *finding)
{
	const struct together whole = judge_whole(explanation->judgement, finding);

	for (size_t i = 0; i < whole.n_reasons; i++)
		if (whole.reasons[i].interval.worst < LEVEL_LIMITED)
			show_together_reason(explanation->out, explanation->judgement,
					     &whole.reasons[i], explanation->style, 4);
}

/* What the rules hold for, and where the publisher has moved on since. */
static void show_notes(const struct explanation *explanation, const struct deployment *deployment)
{
	struct arena *arena = &explanation->judgement->arena;
	const char *release = deployment->release, *reviewed = deployment->reviewed;

	if (release)
		release = arena_printf(arena, "%s %s", release,
				       cite(explanation->citations, deployment->release_sources,
					    deployment->n_release_sources));
	if (release || reviewed)
		paragraph(explanation, COLOR_NONE,
			  arena_printf(arena, "Rules%s%s%s%s%s.", release ? " for " : "",
				       release ? release : "", release && reviewed ? "," : "",
				       reviewed ? " reviewed on " : "", reviewed ? reviewed : ""));
	for (size_t i = 0; i < deployment->n_notes; i++) {
		const struct note *note = &deployment->notes[i];

		paragraph(
			explanation, COLOR_FAIR,
			arena_printf(arena, "Note%s%s%s: %s %s", note->since ? " (" : "",
				     note->since ? note->since : "", note->since ? ")" : "",
				     note->text,
				     cite(explanation->citations, note->sources, note->n_sources)));
	}
}

/* Each role with its verdict: which one is explained is the user's choice. */
static void show_roles(const struct explanation *explanation,
		       const struct deployment_finding *finding, const struct target *target)
{
	struct arena *arena = &explanation->judgement->arena;
	size_t left_out = 0;

	for (size_t i = 0; i < finding->deployment->n_roles; i++)
		left_out += !target_has(target, finding->roles[i].role);
	if (!left_out)
		return;
	for (size_t i = 0; i < finding->deployment->n_roles; i++) {
		const struct role_finding *role = &finding->roles[i];
		const struct span spans[] = {
			{ COLOR_NONE,
			  arena_printf(arena, "%s%s: ", role->role->name,
				       role->role->primary ? ", which carries the workload" : "") },
			{ color_of_verdict(role->verdict),
			  words_verdict(arena, role->verdict, role->interval) },
		};

		screen_spans(explanation->out, explanation->style, 2, 4, spans, ARRAY_SIZE(spans));
	}
}

static void explain(const struct explanation *explanation, const struct target *target)
{
	const struct deployment_finding *finding = target_finding(explanation->judgement, target);
	const struct deployment *deployment = finding->deployment;
	struct arena *arena = &explanation->judgement->arena;
	const char *id = arena_printf(arena, "%" PRId64, deployment->id);
	const char *title = screen_text(arena, explanation->style, deployment->title);
	static const char *const alone[] = {
		[ALONE_NO] = "This host alone cannot carry all of its roles.",
		[ALONE_YES] = "This host alone can carry all of its roles.",
		[ALONE_UNKNOWN] =
			"Whether this host alone can carry all of its roles is not known.",
	};

	fprintf(explanation->out, "%s ", id);
	screen_put(explanation->out, explanation->style, COLOR_BOLD, title, 0, false);
	show_verdict(explanation->out, arena, explanation->style,
		     strlen(id) + 1 + screen_columns(title), finding->verdict, finding->interval);
	paragraph(explanation, COLOR_NONE, deployment->summary);
	if (strcmp(deployment->status, "active") != 0)
		fprintf(explanation->out, "It is %s.\n", deployment->status);
	show_notes(explanation, deployment);
	show_roles(explanation, finding, target);
	paragraph(explanation, COLOR_NONE, alone[finding->alone]);
	if (finding->alone != ALONE_YES)
		show_whole(explanation, finding);
	for (size_t i = 0; i < deployment->n_roles; i++)
		if (target_has(target, finding->roles[i].role))
			explain_role(explanation, deployment, &finding->roles[i]);
}

/* Lines that are longer are hard to read. */
#define MOST_COLUMNS 120

static void explain_all(struct cli *cli, struct session *session, const struct target *targets)
{
	struct style style = cli->report.style;
	struct citations citations = { .arena = &session->judgement->arena };
	const struct explanation explanation = {
		.out = cli->out,
		.judgement = session->judgement,
		.citations = &citations,
		.style = &style,
		.detail = cli->report.detail,
	};

	if (style.width > MOST_COLUMNS)
		style.width = MOST_COLUMNS;
	screen_given(cli->out, session, &style);
	for (size_t i = 0; i < cli->n_arguments; i++)
		explain(&explanation, &targets[i]);
	cite_list(cli->out, &citations, &style);
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
	explain_all(cli, session, targets);
	return EXIT_HOSTED;
}

const struct cli_command command_explain = {
	.name = "explain",
	.arguments = "ID[/ROLE]…",
	.help = "the stack box by box: what is asked, what there is, what to do",
	.run = run,
};
