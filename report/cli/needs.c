/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/needs.h"

#include <string.h>

#include "screen.h"
#include "words.h"

struct mark {
	const char *unicode;
	const char *ascii;
};

static const struct mark marks[N_OUTCOMES] = {
	[OUTCOME_MET] = { "✓", "+" },	   [OUTCOME_UNMET] = { "✗", "x" },
	[OUTCOME_UNKNOWN] = { "?", "?" },  [OUTCOME_NOT_APPLICABLE] = { "–", "-" },
	[OUTCOME_DEFERRED] = { "…", "~" }, [OUTCOME_TO_CONFIRM] = { "!", "!" },
	[OUTCOME_NOTED] = { "·", "." },
};

/* Said where the outcome alone would mislead. */
static const char *qualifier(const struct use_finding *found)
{
	if (found->in_use)
		return " (in use by this deployment)";
	if (found->waiver)
		return " (waived)";
	if (found->outcome == OUTCOME_TO_CONFIRM)
		return " (to confirm)";
	if (found->outcome == OUTCOME_DEFERRED)
		return " (once a system is installed)";
	if (found->outcome == OUTCOME_NOT_APPLICABLE)
		return " (not asked here)";
	if (found->use->weight == WEIGHT_RECOMMENDED)
		return " (recommended)";
	return found->use->weight == WEIGHT_OPTIONAL ? " (optional)" : "";
}

static void show_causes(FILE *out, struct judgement *judgement, const struct finding *finding,
			const struct style *style, size_t indent)
{
	struct arena *arena = &judgement->arena;

	for (size_t i = 0; i < finding->n_causes; i++) {
		const struct possible_cause *cause = finding->causes[i];
		const char *command = words_command(judgement, &cause->remedy);
		const char *text = arena_printf(
			arena, "%s%s%s: %s", finding->n_causes > 1 ? (i ? "or " : "either ") : "",
			cause_name(cause->cause),
			finding->outcome == OUTCOME_UNKNOWN ? ", perhaps" : "",
			words_remedy(judgement, finding, cause));

		screen_wrap(out, style, COLOR_WORK, indent,
			    screen_text(arena, style,
					arena_printf(arena, "%s [%s]", text,
						     remedy_kind_name(cause->remedy.kind))));
		if (command)
			screen_wrap(out, style, COLOR_BOLD, indent + 2, command);
	}
}

static void show_why(FILE *out, struct arena *arena, const struct use *use,
		     const struct style *style, size_t indent)
{
	const char *sources = "";

	for (size_t i = 0; i < use->n_sources; i++)
		sources = arena_printf(arena, "%s%s%s", sources, i ? ", " : "", use->sources[i]);
	screen_wrap(out, style, COLOR_DIM, indent,
		    screen_text(arena, style, arena_printf(arena, "%s [%s]", use->why, sources)));
}

/* More facts than this say less than fewer. */
#define MOST_EVIDENCE 3

/*
 * The facts that an expression went by, with where each was read: of a check, which has no one fact
 * of its own.
 */
static void show_evidence(FILE *out, struct judgement *judgement, const struct need *need,
			  const struct style *style, size_t indent)
{
	struct arena *arena = &judgement->arena;
	const char *name;
	uint16_t at = 0;
	size_t shown = 0;

	while (need->expr && shown < MOST_EVIDENCE && (name = cel_expr_name(need->expr, &at))) {
		const struct fact *fact = facts_get(judgement->facts, name);
		bool list = fact->value.kind == VALUE_LIST || fact->value.kind == VALUE_MAP;

		if (fact->value.kind == VALUE_UNKNOWN || fact->value.kind == VALUE_NULL || list)
			continue;
		/* What is not so tells something only where it is the first thing asked. */
		if (shown && fact->value.kind == VALUE_BOOL && !fact->value.b)
			continue;
		screen_wrap(out, style, COLOR_DIM, indent,
			    screen_text(arena, style,
					arena_printf(arena, "%s: %s [%s]", name,
						     words_value(arena, &fact->value,
								 fact->def->unit, name),
						     fact->source ? fact->source : "")));
		shown++;
	}
}

/* Who answers for it stands in the place of what to do. */
static void show_waiver(FILE *out, struct arena *arena, const struct waiver *waiver,
			const struct style *style, size_t indent)
{
	screen_wrap(out, style, COLOR_FAIR, indent,
		    screen_text(arena, style,
				arena_printf(arena, "waived until %s by %s: %s", waiver->until,
					     waiver->owner, waiver->reason)));
}

void show_need(FILE *out, struct judgement *judgement, const struct use_finding *found,
	       const struct style *style, size_t indent, bool with_sources)
{
	const struct need *need = found->use->need;
	struct arena *arena = &judgement->arena;
	const char *have = words_have(arena, need, found->finding);
	const char *mark =
		style->unicode ? marks[found->outcome].unicode : marks[found->outcome].ascii;
	bool not_met = found->outcome == OUTCOME_UNMET || found->outcome == OUTCOME_UNKNOWN;
	const char *source = with_sources && found->finding->source
				     ? arena_printf(arena, "[%s]", found->finding->source)
				     : NULL;

	fprintf(out, "%*s", (int)indent, "");
	screen_put(out, style, color_of_outcome(found->outcome), mark, 2, true);
	screen_hang(out, style, COLOR_NONE, indent + 2,
		    screen_text(arena, style,
				arena_printf(arena, "%s%s%s%s", words_need(arena, need),
					     *have ? ": " : "", have, qualifier(found))),
		    source ? screen_text(arena, style, source) : NULL);
	if (with_sources && need->kind == NEED_CHECK)
		show_evidence(out, judgement, need, style, indent + 4);
	if (with_sources)
		show_why(out, arena, found->use, style, indent + 4);
	if (found->waiver)
		show_waiver(out, arena, found->waiver, style, indent + 4);
	else if (not_met)
		show_causes(out, judgement, found->finding, style, indent + 4);
}

void show_obstacles(FILE *out, struct judgement *judgement, const struct role_finding *role,
		    const struct style *style)
{
	for (int weight = WEIGHT_HARD; weight >= WEIGHT_RECOMMENDED; weight--)
		for (size_t i = 0; i < role->role->n_uses; i++) {
			const struct use_finding *found = &role->uses[i];

			if (found->use->weight == weight &&
			    (found->outcome == OUTCOME_UNMET || found->outcome == OUTCOME_UNKNOWN))
				show_need(out, judgement, found, style, 2, false);
		}
	for (size_t i = 0; i < role->role->n_uses; i++)
		if (role->uses[i].outcome == OUTCOME_TO_CONFIRM)
			show_need(out, judgement, &role->uses[i], style, 2, false);
}

void show_verdict(FILE *out, struct arena *arena, const struct style *style, size_t columns,
		  enum verdict verdict, struct interval interval)
{
	const char *words = words_verdict(arena, verdict, interval);

	fputs(columns + 2 + screen_columns(words) <= style->width ? ": " : ":\n  ", out);
	screen_put(out, style, color_of_verdict(verdict), words, 0, false);
	fputc('\n', out);
}
