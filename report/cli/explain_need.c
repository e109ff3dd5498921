/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/explain_need.h"

#include <string.h>

#include "cli/evidence.h"
#include "core/util.h"
#include "screen.h"
#include "words.h"

/* --- marks --- */

static const struct mark {
	const char *unicode;
	const char *ascii;
} marks[N_OUTCOMES] = {
	[OUTCOME_MET] = { "✓", "+" },	   [OUTCOME_UNMET] = { "✗", "x" },
	[OUTCOME_UNKNOWN] = { "?", "?" },  [OUTCOME_NOT_APPLICABLE] = { "–", "-" },
	[OUTCOME_DEFERRED] = { "…", "~" }, [OUTCOME_TO_CONFIRM] = { "!", "!" },
	[OUTCOME_NOTED] = { "·", "." },
};

static struct span mark_of(const struct explanation *explanation, enum outcome outcome)
{
	const struct mark *mark = &marks[outcome];

	return (struct span){ color_of_outcome(outcome),
			      explanation->style->unicode ? mark->unicode : mark->ascii };
}

static const char *shown(const struct explanation *explanation, const char *text)
{
	return screen_text(&explanation->judgement->arena, explanation->style, text);
}

/* Said where the outcome alone would mislead. */
static const char *qualifier(const struct use_finding *found)
{
	if (found->in_use)
		return " (in use by this deployment)";
	if (found->waiver)
		return " (waived)";
	if (found->outcome == OUTCOME_TO_CONFIRM)
		return found->use->need->destroys ? " (to confirm: data is lost)" : " (to confirm)";
	if (found->outcome == OUTCOME_DEFERRED)
		return " (once a system is installed)";
	if (found->outcome == OUTCOME_NOT_APPLICABLE)
		return " (not asked here)";
	return found->use->weight == WEIGHT_RECOMMENDED ? " (recommended)" : "";
}

/* --- one need --- */

static void line(const struct explanation *explanation, size_t indent, enum color color,
		 const char *text)
{
	const struct span span = { color, shown(explanation, text) };

	screen_spans(explanation->out, explanation->style, indent, indent, &span, 1);
}

static const char *parts_words(const struct need *need, const struct finding *finding)
{
	if (!need->n_parts || finding->outcome == OUTCOME_MET)
		return "";
	return need->kind == NEED_ANY ? ", one of:" : ", all of:";
}

/* Alternatives, or what belongs together, each with its own outcome. */
static void show_parts(const struct explanation *explanation, const struct need *need,
		       enum basis basis, size_t indent)
{
	struct arena *arena = &explanation->judgement->arena;

	for (size_t i = 0; i < need->n_parts; i++) {
		const struct need *part = need->parts[i];
		const struct finding *finding = judge_need(explanation->judgement, part, basis);
		const char *where = read_words(explanation, part, finding);
		const struct span spans[] = {
			mark_of(explanation, finding->outcome),
			{ COLOR_NONE, shown(explanation,
					    arena_printf(arena, " %s%s%s ", words_need(arena, part),
							 have_words(explanation, part, finding),
							 parts_words(part, finding))) },
			{ COLOR_DIM, where ? where : "" },
		};

		screen_spans(explanation->out, explanation->style, indent, indent + 2, spans,
			     ARRAY_SIZE(spans));
		if (finding->outcome != OUTCOME_MET)
			show_parts(explanation, part, basis, indent + 2);
	}
}

/* Of alternatives that are met: which. */
static const char *met_parts(const struct explanation *explanation, const struct need *need,
			     enum basis basis)
{
	struct arena *arena = &explanation->judgement->arena;
	const char *text = NULL;

	for (size_t i = 0; need->kind == NEED_ANY && i < need->n_parts; i++)
		if (judge_need(explanation->judgement, need->parts[i], basis)->outcome ==
		    OUTCOME_MET)
			text = arena_printf(arena, "%s%s",
					    text ? arena_printf(arena, "%s, ", text) : ": by ",
					    words_need(arena, need->parts[i]));
	return text ? text : "";
}

static void show_need_line(const struct explanation *explanation, const struct role_finding *role,
			   const struct use_finding *found)
{
	struct arena *arena = &explanation->judgement->arena;
	const struct need *need = found->use->need;
	const bool met = found->finding->outcome == OUTCOME_MET;
	const char *where = read_words(explanation, need, found->finding);
	const bool stands_out = found->outcome == OUTCOME_UNMET &&
				found->use->weight == WEIGHT_HARD && !found->waiver;
	const struct span spans[] = {
		mark_of(explanation, found->outcome),
		{ stands_out ? COLOR_BOLD : COLOR_NONE,
		  shown(explanation,
			arena_printf(arena, " %s%s%s%s%s ", words_need(arena, need),
				     have_words(explanation, need, found->finding),
				     met ? met_parts(explanation, need, role->basis) : "",
				     qualifier(found), parts_words(need, found->finding))) },
		{ COLOR_DIM, where ? where : "" },
	};

	screen_spans(explanation->out, explanation->style, 2, 4, spans, ARRAY_SIZE(spans));
	if (!met)
		show_parts(explanation, need, role->basis, 4);
}

static void show_why(const struct explanation *explanation, const struct use *use)
{
	struct arena *arena = &explanation->judgement->arena;
	const char *title = words_need(arena, use->need), *why = use->why;

	/* A text alone has its phrase for a title and before its reason. */
	if (starts_with(why, title) && starts_with(why + strlen(title), ": "))
		why += strlen(title) + strlen(": ");
	line(explanation, 4, COLOR_DIM,
	     arena_printf(arena, "%s %s", why,
			  cite(explanation->citations, use->sources, use->n_sources)));
}

static const char *cause_head(struct arena *arena, const struct finding *finding, size_t i)
{
	const struct possible_cause *cause = finding->causes[i];

	return arena_printf(arena, "%s%s%s (%s)",
			    i			    ? "or "
			    : finding->n_causes > 1 ? "either "
						    : "",
			    finding->outcome == OUTCOME_UNKNOWN ? "perhaps " : "",
			    words_cause(cause->cause), remedy_kind_name(cause->remedy.kind));
}

/* Why not, as far as that is known, and what to do: of several causes the likelier first. */
static void show_causes(const struct explanation *explanation, const struct finding *finding)
{
	struct judgement *judgement = explanation->judgement;
	struct arena *arena = &judgement->arena;

	for (size_t i = 0; i < finding->n_causes; i++) {
		const struct possible_cause *cause = finding->causes[i];
		const char *command = words_command(judgement, finding, &cause->remedy);
		const struct span spans[] = {
			{ COLOR_WORK, shown(explanation, "→ ") },
			{ COLOR_WORK,
			  shown(explanation,
				arena_printf(arena, "%s: %s", cause_head(arena, finding, i),
					     words_remedy(judgement, finding, cause))) },
		};

		screen_spans(explanation->out, explanation->style, 4, 6, spans, ARRAY_SIZE(spans));
		if (command)
			line(explanation, 8, COLOR_BOLD, command);
	}
}

/* Where what to do has another name in it for each, the causes alone: the rest is in the detail. */
static void show_causes_alone(const struct explanation *explanation, const struct finding *finding)
{
	struct arena *arena = &explanation->judgement->arena;
	const char *text = "→ each";
	struct span span = { .color = COLOR_WORK };

	for (size_t i = 0; i < finding->n_causes; i++)
		text = arena_printf(arena, "%s %s", text, cause_head(arena, finding, i));
	span.text = shown(explanation, text);
	if (finding->n_causes)
		screen_spans(explanation->out, explanation->style, 4, 6, &span, 1);
}

static void show_waiver(const struct explanation *explanation, const struct waiver *waiver)
{
	line(explanation, 4, COLOR_FAIR,
	     arena_printf(&explanation->judgement->arena, "waived until %s by %s: %s",
			  waiver->until, waiver->owner, waiver->reason));
}

/* What programs and waivers call it. */
static void show_id(const struct explanation *explanation, const struct use *use)
{
	line(explanation, 4, COLOR_DIM,
	     arena_printf(&explanation->judgement->arena, "its id: %s", use->need->id));
}

static bool has_remedy(const struct explanation *explanation, const struct use_finding *found)
{
	return (found->outcome == OUTCOME_UNMET || found->outcome == OUTCOME_UNKNOWN) &&
	       (found->use->weight != WEIGHT_OPTIONAL || explanation->detail == DETAIL_ALL);
}

void show_one(const struct explanation *explanation, const struct role_finding *role,
	      const struct use_finding *found, bool with_why)
{
	show_need_line(explanation, role, found);
	if (explanation->detail == DETAIL_ALL)
		show_id(explanation, found->use);
	if (with_why)
		show_why(explanation, found->use);
	if (found->waiver)
		show_waiver(explanation, found->waiver);
	else if (has_remedy(explanation, found))
		show_causes(explanation, found->finding);
}

/* --- several as one --- */

/* The same to do for all, in the same words. */
static bool same_remedies(const struct explanation *explanation, const struct finding *a,
			  const struct finding *b)
{
	struct judgement *judgement = explanation->judgement;

	for (size_t i = 0; i < a->n_causes; i++)
		if (strcmp(words_remedy(judgement, a, a->causes[i]),
			   words_remedy(judgement, b, b->causes[i])) != 0)
			return false;
	return true;
}

static bool same_causes(const struct finding *a, const struct finding *b)
{
	if (a->n_causes != b->n_causes)
		return false;
	for (size_t i = 0; i < a->n_causes; i++)
		if (a->causes[i] != b->causes[i])
			return false;
	return true;
}

static bool same_why(const struct use *a, const struct use *b)
{
	if (strcmp(a->why, b->why) != 0 || a->n_sources != b->n_sources)
		return false;
	for (size_t i = 0; i < a->n_sources; i++)
		if (strcmp(a->sources[i], b->sources[i]) != 0)
			return false;
	return true;
}

bool says_the_same(const struct use_finding *a, const struct use_finding *b)
{
	return same_why(a->use, b->use) &&
	       (a->use->weight == WEIGHT_OPTIONAL) == (b->use->weight == WEIGHT_OPTIONAL);
}

bool goes_with(const struct explanation *explanation, const struct use_finding *a,
	       const struct use_finding *b)
{
	const struct need *need = a->use->need, *other = b->use->need;

	if (a->outcome != b->outcome || a->in_use != b->in_use || a->waiver || b->waiver ||
	    a->use->weight != b->use->weight || need->n_parts || other->n_parts ||
	    !same_why(a->use, b->use))
		return false;
	switch (a->outcome) {
	case OUTCOME_MET:
		return true;
	case OUTCOME_UNKNOWN:
		return same_causes(a->finding, b->finding) &&
		       strcmp(have_words(explanation, need, a->finding),
			      have_words(explanation, other, b->finding)) == 0;
	case OUTCOME_UNMET:
		return same_causes(a->finding, b->finding) &&
		       same_remedies(explanation, a->finding, b->finding) &&
		       !*have_words(explanation, need, a->finding) &&
		       !*have_words(explanation, other, b->finding);
	case OUTCOME_NOT_APPLICABLE:
	case OUTCOME_DEFERRED:
	case OUTCOME_TO_CONFIRM:
	case OUTCOME_NOTED:
	case N_OUTCOMES:
		break;
	}
	return false;
}

/* "7946/udp", behind one that said "free network port 7946/tcp". */
static const char *next_words(struct arena *arena, const struct need *need,
			      const struct need *before)
{
	if (before && need->shortfall && before->shortfall == need->shortfall &&
	    ends_with(need->shortfall->fact, ".") && need->operand.kind == VALUE_BOOL &&
	    before->operand.kind == VALUE_BOOL && need->operand.b && before->operand.b &&
	    !need->title && !before->title)
		return need->fact + strlen(need->shortfall->fact);
	return words_need(arena, need);
}

/* What is not known is so for one reason, which stands behind the last. */
static const char *group_words(const struct explanation *explanation,
			       const struct use_finding *const *found, size_t n)
{
	struct arena *arena = &explanation->judgement->arena;
	const char *text = "";

	for (size_t i = 0; i < n; i++) {
		const struct need *need = found[i]->use->need;
		bool with_have = found[i]->outcome != OUTCOME_UNKNOWN || i + 1 == n;

		text = arena_printf(arena, "%s%s %s%s", text, i ? " ·" : "",
				    next_words(arena, need, i ? found[i - 1]->use->need : NULL),
				    with_have ? have_words(explanation, need, found[i]->finding)
					      : "");
	}
	return arena_printf(arena, "%s%s ", text, qualifier(found[0]));
}

void show_group(const struct explanation *explanation, const struct use_finding *const *found,
		size_t n, bool with_why)
{
	const struct finding *finding = found[0]->finding;
	const struct span spans[] = {
		mark_of(explanation, found[0]->outcome),
		{ COLOR_NONE, shown(explanation, group_words(explanation, found, n)) },
		{ COLOR_DIM, places_of(explanation, found, n) },
	};

	screen_spans(explanation->out, explanation->style, 2, 4, spans, ARRAY_SIZE(spans));
	if (with_why)
		show_why(explanation, found[0]->use);
	if (!has_remedy(explanation, found[0]))
		return;
	if (same_remedies(explanation, finding, found[n - 1]->finding))
		show_causes(explanation, finding);
	else
		show_causes_alone(explanation, finding);
}
