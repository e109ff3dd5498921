/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stack: a role's stack as boxes one upon the other */
#include <string.h>

#include "cli/layer.h"
#include "core/util.h"
#include "screen.h"
#include "words.h"

/* The strokes of a box, with and without Unicode. */
static const struct strokes {
	const char *top_left, *top_right, *bottom_left, *bottom_right;
	const char *side, *across, *out, *in;
} unicode = { "┌", "┐", "└", "┘", "│", "─", "┬", "▼" },
  ascii = { "+", "+", "+", "+", "|", "-", "+", "v" };

static const struct strokes *strokes_of(const struct style *style)
{
	return style->unicode ? &unicode : &ascii;
}

/* The upper or lower edge; `join` (NULL: none) stands in its middle, where a box above or below is. */
static void edge(const struct explanation *explanation, enum color color, const char *left,
		 const char *right, const char *join)
{
	const struct style *style = explanation->style;
	const char *across = strokes_of(style)->across;
	FILE *out = explanation->out;

	screen_put(out, style, color, left, 0, false);
	for (size_t i = 1; i + 1 < style->width; i++)
		screen_put(out, style, color, join && i == style->width / 2 ? join : across, 0,
			   false);
	screen_put(out, style, color, right, 0, false);
	fputc('\n', out);
}

/* One line of a box: a text, and another at its right end. */
static void inside(const struct explanation *explanation, enum color edge_color, struct span left,
		   struct span right)
{
	const struct style *style = explanation->style;
	const char *side = strokes_of(style)->side;
	size_t room = style->width - 4, at_right = screen_columns(right.text);
	FILE *out = explanation->out;

	screen_put(out, style, edge_color, side, 0, false);
	fputc(' ', out);
	screen_put(out, style, left.color, left.text, room - at_right, true);
	screen_put(out, style, right.color, right.text, 0, false);
	fputc(' ', out);
	screen_put(out, style, edge_color, side, 0, false);
	fputc('\n', out);
}

static void inside_wrapped(const struct explanation *explanation, enum color edge_color,
			   enum color color, const char *text)
{
	const struct span nothing = { COLOR_NONE, "" };

	do {
		size_t bytes = screen_line(text, explanation->style->width - 4);
		const char *line = arena_strndup(&explanation->judgement->arena, text, bytes);

		inside(explanation, edge_color, (struct span){ color, line }, nothing);
		text += bytes + strspn(text + bytes, " ");
	} while (*text);
}

/* --- what a layer comes to --- */

struct tally {
	size_t asked, met, not_met, short_of, waived, unknown, to_confirm, deferred;
	size_t optional, optional_met;
};

static void count(struct tally *tally, const struct use_finding *found)
{
	if (found->outcome == OUTCOME_NOT_APPLICABLE)
		return;
	if (found->use->weight == WEIGHT_OPTIONAL) {
		tally->optional++;
		tally->optional_met += found->outcome == OUTCOME_MET;
		return;
	}
	tally->asked++;
	if (found->waiver)
		tally->waived++;
	else if (found->outcome == OUTCOME_UNMET)
		*(found->use->weight == WEIGHT_HARD ? &tally->not_met : &tally->short_of) += 1;
	tally->met += found->outcome == OUTCOME_MET;
	tally->unknown += found->outcome == OUTCOME_UNKNOWN && !found->waiver;
	tally->to_confirm += found->outcome == OUTCOME_TO_CONFIRM;
	tally->deferred += found->outcome == OUTCOME_DEFERRED;
}

static const char *tally_words(struct arena *arena, const struct tally *tally)
{
	const struct part {
		size_t count;
		const char *words;
	} parts[] = {
		{ tally->met, "met" },
		{ tally->not_met, "not met" },
		{ tally->short_of, "recommended and not met" },
		{ tally->waived, "waived" },
		{ tally->unknown, "not known" },
		{ tally->to_confirm, "to confirm" },
		{ tally->deferred, "once a system is installed" },
	};
	const char *text = NULL;

	if (!tally->asked && !tally->optional)
		return "asks nothing of the host by itself";
	if (tally->asked && tally->met == tally->asked)
		text = arena_printf(arena, "%zu asked, all met", tally->asked);
	else if (tally->asked)
		text = arena_printf(arena, "%zu asked:", tally->asked);
	for (size_t i = 0, n = 0; tally->met != tally->asked && i < ARRAY_SIZE(parts); i++)
		if (parts[i].count)
			text = arena_printf(arena, "%s%s %zu %s", text, n++ ? "," : "",
					    parts[i].count, parts[i].words);
	if (!tally->optional)
		return text;
	return arena_printf(arena, "%s%soptional: %zu of %zu there", text ? text : "",
			    text ? "; " : "", tally->optional_met, tally->optional);
}

static const char *summary(struct arena *arena, const struct role_finding *role, size_t layer)
{
	struct tally tally = { 0 };

	for (size_t i = 0; i < role->role->n_uses; i++)
		if (role->uses[i].use->layer == layer)
			count(&tally, &role->uses[i]);
	return tally_words(arena, &tally);
}

/* --- the boxes --- */

static void draw_box(const struct explanation *explanation, const struct deployment *deployment,
		     const struct role_finding *role, size_t layer)
{
	struct arena *arena = &explanation->judgement->arena;
	const struct style *style = explanation->style;
	const struct strokes *strokes = strokes_of(style);
	const char *title = screen_text(arena, style, deployment->stack[layer]);
	struct interval interval = role_layer(role, layer);
	enum verdict verdict = verdict_of(interval);
	enum color color = color_of_verdict(verdict);
	const char *words = words_verdict(arena, verdict, interval);
	const struct span name = { COLOR_BOLD, title }, fares = { color, words },
			  nothing = { COLOR_NONE, "" };
	bool fits = screen_columns(title) + 2 + screen_columns(words) + 4 <= style->width;

	edge(explanation, color, strokes->top_left, strokes->top_right,
	     layer + 1 < deployment->n_stack ? strokes->in : NULL);
	inside(explanation, color, name, fits ? fares : nothing);
	if (!fits)
		inside(explanation, color, fares, nothing);
	inside_wrapped(explanation, color, COLOR_DIM, summary(arena, role, layer));
	edge(explanation, color, strokes->bottom_left, strokes->bottom_right,
	     layer > 0 ? strokes->out : NULL);
}

void draw_stack(const struct explanation *explanation, const struct deployment *deployment,
		const struct role_finding *role)
{
	for (size_t layer = deployment->n_stack; layer-- > 0;)
		draw_box(explanation, deployment, role, layer);
}
