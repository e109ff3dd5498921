/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text: the survey, facts and rules for people at a terminal */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "core/quantity.h"
#include "core/util.h"
#include "hints.h"
#include "host/host.h"
#include "plan_forms.h"
#include "report.h"
#include "screen.h"
#include "together.h"
#include "words.h"

/* --- what this machine is --- */

static const char *known(struct arena *arena, struct facts *facts, const char *name)
{
	const struct fact *fact = facts_get(facts, name);

	if (!fact || fact->value.kind == VALUE_UNKNOWN || fact->value.kind == VALUE_NULL)
		return NULL;
	return words_value(arena, &fact->value, fact->def->unit, name);
}

static const char *joined(struct arena *arena, const char *a, const char *between, const char *b)
{
	if (!a || !b)
		return a ? a : b;
	return arena_printf(arena, "%s%s%s", a, between, b);
}

static const char *place_words(struct arena *arena, struct facts *facts)
{
	const char *vm = facts_string(facts, "host.vm");
	const char *container = facts_string(facts, "host.container");
	const char *words = NULL;

	if (container && strcmp(container, "none") != 0)
		words = arena_printf(arena, "seen from a container (%s)", container);
	if (vm && strcmp(vm, "none") == 0)
		words = joined(arena, words, ", ", "bare metal");
	else if (vm)
		words = joined(arena, words, ", ", arena_printf(arena, "virtual machine (%s)", vm));
	if (facts_is_true(facts, "xen.dom0"))
		words = joined(arena, words, ", ", "Xen Dom0");
	return words;
}

static const char *machine_words(struct arena *arena, struct facts *facts)
{
	const char *name = joined(arena, known(arena, facts, "host.vendor"), " ",
				  known(arena, facts, "host.model"));
	const char *firmware = facts_string(facts, "host.firmware");

	if (firmware)
		firmware = strcmp(firmware, "uefi") == 0   ? "UEFI"
			   : strcmp(firmware, "bios") == 0 ? "BIOS"
							   : NULL;
	name = joined(arena, name, ", ", place_words(arena, facts));
	return joined(arena, name, ", ", firmware);
}

static const char *counted(struct arena *arena, struct facts *facts, const char *name,
			   const char *one, const char *many)
{
	int64_t count = facts_int(facts, name, -1);

	if (count < 0)
		return NULL;
	return arena_printf(arena, "%" PRId64 " %s", count, count == 1 ? one : many);
}

static const char *with_size(struct arena *arena, struct facts *facts, const char *what,
			     const char *size)
{
	const char *text = what ? known(arena, facts, size) : NULL;

	return text ? arena_printf(arena, "%s to %s", what, text) : what;
}

static const char *parts_words(struct arena *arena, struct facts *facts)
{
	const char *memory = known(arena, facts, "memory.installed");
	const char *words = known(arena, facts, "cpu.model");

	words = joined(arena, words, ", ",
		       counted(arena, facts, "cpu.sockets", "socket", "sockets"));
	words = joined(arena, words, ", ", counted(arena, facts, "cpu.cores", "core", "cores"));
	words = joined(arena, words, ", ",
		       counted(arena, facts, "cpu.threads", "thread", "threads"));
	if (!memory)
		memory = known(arena, facts, "memory.total");
	if (memory)
		words = joined(arena, words, " · ", arena_printf(arena, "%s memory", memory));
	words = joined(arena, words, " · ",
		       with_size(arena, facts, counted(arena, facts, "nic.count", "NIC", "NICs"),
				 "nic.speed"));
	return joined(arena, words, " · ",
		      with_size(arena, facts, counted(arena, facts, "disk.count", "disk", "disks"),
				"disk.size"));
}

static const char *system_words(struct arena *arena, const struct session *session)
{
	const char *os = known(arena, session->facts, "os.name");
	const char *kernel = known(arena, session->facts, "kernel.release");

	if (kernel)
		os = joined(arena, os, ", ", arena_printf(arena, "kernel %s", kernel));
	if (session->options.basis == BASIS_NEW)
		return joined(arena, os, " · ", "judged for a system still to be installed");
	return os;
}

static void head(FILE *out, struct session *session, const struct style *style)
{
	struct arena *arena = &session->arena;
	const char *const lines[] = {
		machine_words(arena, session->facts),
		parts_words(arena, session->facts),
		system_words(arena, session),
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		if (!lines[i])
			continue;
		screen_put(out, style, i ? COLOR_NONE : COLOR_BOLD,
			   screen_text(arena, style, lines[i]), style->width, false);
		fputc('\n', out);
	}
	screen_given(out, session, style);
	fputc('\n', out);
}

/* --- the deployments, grouped by what they take --- */

/* A group's name, and what belongs into it; from the best to the worst. */
static const struct group {
	const char *name;
	enum verdict verdict;
	enum level level; /* of VERDICT_FIXABLE */
} groups[] = {
	{ "ready", VERDICT_READY, LEVEL_READY },
	{ "limited", VERDICT_LIMITED, LEVEL_LIMITED },
	{ "commands", VERDICT_FIXABLE, LEVEL_SETUP },
	{ "reboot", VERDICT_FIXABLE, LEVEL_REBOOT },
	{ "firmware", VERDICT_FIXABLE, LEVEL_FIRMWARE },
	{ "platform", VERDICT_FIXABLE, LEVEL_PLATFORM },
	{ "reinstall", VERDICT_FIXABLE, LEVEL_REINSTALL },
	{ "unknown", VERDICT_UNKNOWN, LEVEL_NO },
	{ "hardware", VERDICT_NO, LEVEL_NO },
};

static bool is_in(const struct group *group, const struct deployment_finding *finding)
{
	if (finding->verdict != group->verdict)
		return false;
	return group->verdict != VERDICT_FIXABLE || finding->interval.worst == group->level;
}

/* The roles that this host can take as it is. */
static const char *roles_words(struct arena *arena, const struct deployment_finding *finding)
{
	const char *words = NULL;

	for (size_t i = 0; i < finding->deployment->n_roles; i++) {
		const struct role_finding *role = &finding->roles[i];

		if (role->verdict == VERDICT_READY || role->verdict == VERDICT_LIMITED)
			words = joined(arena, words, ", ", role->role->name);
	}
	return words;
}

static size_t count_obstacles(const struct role_finding *role, enum level below)
{
	size_t count = 0;

	for (size_t i = 0; i < role->role->n_uses; i++)
		count += role->uses[i].interval.worst < below;
	return count;
}

static const char *why_words(struct arena *arena, const struct deployment_finding *finding)
{
	const struct role_finding *role = hints_best_role(finding);
	const struct use_finding *obstacle = role ? hints_obstacle(role) : NULL;
	const char *roles = roles_words(arena, finding), *why;
	bool hosted = finding->verdict == VERDICT_READY || finding->verdict == VERDICT_LIMITED;
	size_t others;

	if (!obstacle)
		return roles ? roles : "";
	why = words_reason(arena, obstacle->use->need, obstacle->finding);
	if (obstacle->waiver)
		why = arena_printf(arena, "%s, waived", why);
	others = count_obstacles(role, hosted ? LEVEL_READY : LEVEL_LIMITED) - 1;
	if (others)
		why = arena_printf(arena, "%s (+%zu)", why, others);
	if (hosted)
		return joined(arena, roles, " · ", why);
	return arena_printf(arena, "%s: %s%s%s", role->role->name, why, roles ? " · could be " : "",
			    roles ? roles : "");
}

static void row(FILE *out, struct arena *arena, const struct style *style, const char *label,
		const struct deployment_finding *finding)
{
	char id[24];

	snprintf(id, sizeof(id), "%3" PRId64 " ", finding->deployment->id);
	screen_put(out, style, color_of_verdict(finding->verdict), label, 10, true);
	screen_put(out, style, COLOR_NONE, id, 4, true);
	screen_put(out, style, COLOR_NONE, screen_text(arena, style, finding->deployment->title),
		   31, true);
	fputs("  ", out);
	screen_put(out, style, COLOR_DIM, screen_text(arena, style, why_words(arena, finding)),
		   style->width > 70 ? style->width - 50 : 20, false);
	fputc('\n', out);
}

static void rows(FILE *out, struct session *session, const struct style *style)
{
	const struct judgement *judgement = session->judgement;

	for (size_t g = 0; g < ARRAY_SIZE(groups); g++) {
		const char *label = groups[g].name;

		for (size_t i = 0; i < judgement->rules->n_deployments; i++) {
			if (!is_in(&groups[g], &judgement->deployments[i]))
				continue;
			row(out, &session->arena, style, label, &judgement->deployments[i]);
			label = "";
		}
	}
}

/* --- what would change most --- */

static size_t count_hosted(const struct judgement *judgement)
{
	size_t count = 0;

	for (size_t i = 0; i < judgement->rules->n_deployments; i++)
		count += judgement->deployments[i].interval.worst >= LEVEL_LIMITED;
	return count;
}

static const char *hint_words(struct judgement *judgement)
{
	struct arena *arena = &judgement->arena;
	struct hint opens, blocks;
	size_t permission = hints_permission(judgement);
	const char *words = NULL;

	if (hints_of(judgement, &opens, &blocks)) {
		if (opens.opens)
			words = arena_printf(arena, "Opens %zu by itself: %s", opens.opens,
					     words_remedy(judgement, opens.finding, opens.cause));
		if (blocks.cause != opens.cause || !opens.opens)
			words = joined(arena, words, " ",
				       arena_printf(arena, "In the way of %zu: %s", blocks.blocks,
						    words_remedy(judgement, blocks.finding,
								 blocks.cause)));
	}
	if (permission && geteuid() != 0)
		words = joined(
			arena, words, " ",
			arena_printf(arena, "Running as root decides %zu more.", permission));
	return words;
}

static void foot(FILE *out, struct session *session, const struct style *style)
{
	struct judgement *judgement = session->judgement;
	const char *hint = hint_words(judgement);

	fprintf(out, "\n%zu of %zu can be hosted as it is. ", count_hosted(judgement),
		judgement->rules->n_deployments);
	fputs("`stackcheck explain ID` tells more.\n", out);
	if (hint)
		screen_wrap(out, style, COLOR_BOLD, 0, screen_text(&judgement->arena, style, hint));
}

static void survey(FILE *out, struct session *session, const struct report_options *options)
{
	head(out, session, &options->style);
	rows(out, session, &options->style);
	foot(out, session, &options->style);
}

/* --- facts --- */

static void fact_line(FILE *out, struct arena *arena, const struct fact *fact,
		      const struct style *style)
{
	const char *text;
	enum color color = COLOR_NONE;

	if (fact->value.kind == VALUE_UNKNOWN) {
		text = words_unknown(arena, fact->value.unknown);
		color = COLOR_DIM;
	} else if (fact->value.kind == VALUE_LIST && fact->value.len &&
		   fact->value.items[0].kind == VALUE_MAP) {
		text = arena_printf(arena, "%u records", fact->value.len);
	} else if (fact->value.kind == VALUE_MAP) {
		text = arena_printf(arena, "%u entries", fact->value.len);
	} else {
		text = words_value(arena, &fact->value, fact->def->unit, fact->name);
	}
	screen_put(out, style, COLOR_BOLD, fact->name, 34, true);
	fputc(' ', out);
	screen_put(out, style, color, screen_text(arena, style, text), 0, false);
	if (fact->source) {
		fputs("  ", out);
		screen_put(out, style, COLOR_DIM,
			   arena_printf(arena, "[%s]", screen_text(arena, style, fact->source)), 0,
			   false);
	}
	fputc('\n', out);
}

static void record_lines(FILE *out, struct arena *arena, const struct fact *fact,
			 const struct style *style)
{
	const struct field_def *field;

	for (uint32_t i = 0; i < fact->value.len; i++) {
		const struct value *record = &fact->value.items[i];

		fputs("    ", out);
		for (field = fact->def->fields; field && field->name; field++) {
			const struct value *value = value_get(record, field->name);

			if (!value || value->kind == VALUE_NULL)
				continue;
			fprintf(out, "%s=%s ", field->name,
				screen_text(arena, style,
					    words_value(arena, value, field->unit, fact->name)));
		}
		fputc('\n', out);
	}
}

static void one_fact(FILE *out, struct arena *arena, const struct fact *fact,
		     const struct style *style)
{
	fact_line(out, arena, fact, style);
	if (fact->value.kind == VALUE_LIST && fact->value.len &&
	    fact->value.items[0].kind == VALUE_MAP)
		record_lines(out, arena, fact, style);
}

static void facts(FILE *out, struct session *session, const char *const *names, size_t n, bool full,
		  const struct report_options *options)
{
	const struct fact *fact = NULL;
	size_t index = 0;

	(void)full;
	for (size_t i = 0; i < n; i++)
		one_fact(out, &session->arena, facts_get(session->facts, names[i]),
			 &options->style);
	while (!n && facts_next(session->facts, &index, &fact))
		one_fact(out, &session->arena, fact, &options->style);
}

/* --- rules --- */

static void list(FILE *out, const struct rules *rules, const struct report_options *options)
{
	const struct style *style = &options->style;
	struct arena arena = { 0 };

	for (size_t i = 0; i < rules->n_deployments; i++) {
		const struct deployment *deployment = &rules->deployments[i];
		const char *roles = NULL;

		for (size_t k = 0; k < deployment->n_roles; k++)
			roles = joined(&arena, roles, ", ",
				       arena_printf(&arena, "%s%s", deployment->roles[k].name,
						    deployment->roles[k].primary ? "*" : ""));
		fprintf(out, "%3" PRId64 "  ", deployment->id);
		screen_put(out, style, COLOR_BOLD, deployment->name, 26, true);
		fputs("  ", out);
		screen_put(out, style, COLOR_NONE, screen_text(&arena, style, deployment->title),
			   44, true);
		fputs("  ", out);
		screen_put(out, style, COLOR_DIM, roles, 0, false);
		fputc('\n', out);
	}
	fputs("\n* carries the workload: decides the deployment's verdict\n", out);
	arena_free(&arena);
}

const struct format format_text = {
	.name = "text",
	.help = "for people (default)",
	.survey = survey,
	.facts = facts,
	.list = list,
	.together = show_pairs,
	.plan = plan_text,
	.ranking = ranking_text,
};
