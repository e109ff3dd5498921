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
		const char *command = words_command(judgement, finding, &cause->remedy);
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

/* Who answers for it stands in the place of what to do. */
static void show_waiver(FILE *out, struct arena *arena, const struct waiver *waiver,
			const struct style *style, size_t indent)
{
	screen_wrap(out, style, COLOR_FAIR, indent,
		    screen_text(arena, style,
				arena_printf(arena, "waived until %s by %s: %s", waiver->until,
					     waiver->owner, waiver->reason)));
}

/* One need: mark, what is asked, what there is, and what to do. */
static void show_need(FILE *out, struct judgement *judgement, const struct use_finding *found,
		      const struct style *style)
{
	const struct need *need = found->use->need;
	struct arena *arena = &judgement->arena;
	/* Of yes and no the mark tells. */
	const char *have = found->finding->have.kind == VALUE_BOOL
				   ? ""
				   : words_found(arena, need, found->finding);
	const char *mark =
		style->unicode ? marks[found->outcome].unicode : marks[found->outcome].ascii;

	fputs("  ", out);
	screen_put(out, style, color_of_outcome(found->outcome), mark, 2, true);
	screen_hang(out, style, COLOR_NONE, 4,
		    screen_text(arena, style,
				arena_printf(arena, "%s%s%s%s", words_need(arena, need),
					     *have ? ": " : "", have, qualifier(found))),
		    NULL);
	if (found->waiver)
		show_waiver(out, arena, found->waiver, style, 6);
	else if (found->outcome == OUTCOME_UNMET || found->outcome == OUTCOME_UNKNOWN)
		show_causes(out, judgement, found->finding, style, 6);
}

void show_obstacles(FILE *out, struct judgement *judgement, const struct role_finding *role,
		    const struct style *style)
{
	for (int weight = WEIGHT_HARD; weight >= WEIGHT_RECOMMENDED; weight--)
		for (size_t i = 0; i < role->role->n_uses; i++) {
			const struct use_finding *found = &role->uses[i];

			if (found->use->weight == weight &&
			    (found->outcome == OUTCOME_UNMET || found->outcome == OUTCOME_UNKNOWN))
				show_need(out, judgement, found, style);
		}
	for (size_t i = 0; i < role->role->n_uses; i++)
		if (role->uses[i].outcome == OUTCOME_TO_CONFIRM)
			show_need(out, judgement, &role->uses[i], style);
}

void show_verdict(FILE *out, struct arena *arena, const struct style *style, size_t columns,
		  enum verdict verdict, struct interval interval)
{
	const char *words = words_verdict(arena, verdict, interval);

	fputs(columns + 2 + screen_columns(words) <= style->width ? ": " : ":\n  ", out);
	screen_put(out, style, color_of_verdict(verdict), words, 0, false);
	fputc('\n', out);
}
