/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/layer.h"

#include <inttypes.h>
#include <string.h>

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

/* --- what there is, and where that was read --- */

/* More facts than this say less than fewer; where all is well, one is enough. */
#define MOST_EVIDENCE 3

/*
 * Does this fact tell something, with `n` told before it? What is not so does only where it is the
 * first thing asked, and what is met is so for something else, if there is anything else.
 */
static bool tells(const struct fact *fact, size_t n, bool met)
{
	if (fact->value.kind == VALUE_UNKNOWN || fact->value.kind == VALUE_NULL ||
	    fact->value.kind == VALUE_MAP)
		return false;
	if (fact->value.kind == VALUE_STRING && met)
		return strcmp(fact->value.s, "none") != 0 && strcmp(fact->value.s, "missing") != 0;
	return fact->value.kind != VALUE_BOOL || fact->value.b || (!n && !met);
}

/* The facts that an expression went by, at most `most` of them; returns how many. */
static size_t evidence_of(const struct explanation *explanation, const struct need *need, bool met,
			  const struct fact **ret, size_t most)
{
	const char *name;
	uint16_t at = 0;
	size_t n = 0;

	while (need->expr && n < most && (name = cel_expr_name(need->expr, &at))) {
		const struct fact *fact = facts_get(explanation->judgement->facts, name);

		if (tells(fact, n, met))
			ret[n++] = fact;
	}
	return n;
}

/* Of a check, which has no one fact of its own. */
static size_t evidence(const struct explanation *explanation, const struct need *need, bool met,
		       const struct fact *ret[MOST_EVIDENCE])
{
	size_t n = met ? evidence_of(explanation, need, true, ret, 1) : 0;

	return n ? n : evidence_of(explanation, need, false, ret, met ? 1 : MOST_EVIDENCE);
}

/* Of records how many there are. */
static const char *value_words(struct arena *arena, const struct fact *fact)
{
	const struct value *value = &fact->value;

	if (value->kind == VALUE_LIST && value->len && value->items[0].kind == VALUE_MAP)
		return arena_printf(arena, "%s%" PRIu32, value->partial ? "at least " : "",
				    value->len);
	return words_value(arena, value, fact->def->unit, fact->name);
}

static const char *evidence_words(const struct explanation *explanation, const struct need *need,
				  bool met)
{
	const struct fact *facts[MOST_EVIDENCE];
	size_t n = evidence(explanation, need, met, facts);
	struct arena *arena = &explanation->judgement->arena;
	const char *text = NULL;

	for (size_t i = 0; i < n; i++)
		text = arena_printf(arena, "%s%s%s: %s%s%s", text ? text : "", text ? "; " : "",
				    facts[i]->name, value_words(arena, facts[i]),
				    facts[i]->source ? ", " : "",
				    facts[i]->source ? facts[i]->source : "");
	return text;
}

/* "[/proc/meminfo]"; NULL: there is nothing to name. */
static const char *read_words(const struct explanation *explanation, const struct need *need,
			      const struct finding *finding)
{
	struct arena *arena = &explanation->judgement->arena;
	const char *text = finding->source;

	/* Of alternatives each names its own. */
	if (need->n_parts)
		return NULL;
	if (need->kind == NEED_CHECK)
		text = evidence_words(explanation, need, finding->outcome == OUTCOME_MET);
	/* The name by which people answer it, with --assume or in the site's answers. */
	if (finding->outcome == OUTCOME_TO_CONFIRM)
		text = arena_printf(arena, "unanswered: %s", need->fact ? need->fact : need->id);
	return text ? shown(explanation, arena_printf(arena, "[%s]", text)) : NULL;
}

static bool holds_text(const struct value *list, const struct value *text)
{
	for (uint32_t i = 0; i < list->len; i++)
		if (value_is(&list->items[i], text->s))
			return true;
	return false;
}

/* Of a long list, as a processor's features are, what is missing of those asked. */
static const char *without_words(const struct explanation *explanation, const struct need *need,
				 const struct value *have)
{
	struct arena *arena = &explanation->judgement->arena;
	const char *text = "";

	for (uint32_t i = 0; i < need->operand.len; i++)
		if (need->operand.items[i].kind == VALUE_STRING &&
		    !holds_text(have, &need->operand.items[i]))
			text = arena_printf(arena, "%s%s%s", text, *text ? ", " : ": without ",
					    need->operand.items[i].s);
	return text;
}

/* Of yes and no the mark tells. */
static const char *have_words(const struct explanation *explanation, const struct need *need,
			      const struct finding *finding)
{
	struct arena *arena = &explanation->judgement->arena;
	const char *have = words_have(arena, need, finding);

	if (need->n_parts && finding->outcome != OUTCOME_UNKNOWN)
		return "";
	if (finding->have.kind == VALUE_BOOL && !finding->rule_error)
		return "";
	if (need->op == OP_HAS && finding->have.kind == VALUE_LIST)
		return without_words(explanation, need, &finding->have);
	if (finding->have.kind == VALUE_NULL && (need->op == OP_PRESENT || need->op == OP_ABSENT))
		return "";
	return *have ? arena_printf(arena, ": %s", have) : "";
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

/* Why not, as far as that is known, and what to do: of several causes the likelier first. */
static void show_causes(const struct explanation *explanation, const struct finding *finding)
{
	struct judgement *judgement = explanation->judgement;
	struct arena *arena = &judgement->arena;
	bool unknown = finding->outcome == OUTCOME_UNKNOWN;

	for (size_t i = 0; i < finding->n_causes; i++) {
		const struct possible_cause *cause = finding->causes[i];
		const char *command = words_command(judgement, &cause->remedy);
		const char *before = i ? "or " : finding->n_causes > 1 ? "either " : "";
		const struct span spans[] = {
			{ COLOR_WORK, shown(explanation, "→ ") },
			{ COLOR_WORK,
			  shown(explanation,
				arena_printf(arena, "%s%s%s (%s): %s", before,
					     unknown ? "perhaps " : "", words_cause(cause->cause),
					     remedy_kind_name(cause->remedy.kind),
					     words_remedy(judgement, finding, cause))) },
		};

		screen_spans(explanation->out, explanation->style, 4, 6, spans, ARRAY_SIZE(spans));
		if (command)
			line(explanation, 8, COLOR_BOLD, command);
	}
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

/* --- in order --- */

static int rank(const struct use_finding *found)
{
	static const int ranks[N_OUTCOMES] = {
		[OUTCOME_UNMET] = 0,	       [OUTCOME_UNKNOWN] = 4,
		[OUTCOME_TO_CONFIRM] = 6,      [OUTCOME_MET] = 8,
		[OUTCOME_DEFERRED] = 10,       [OUTCOME_NOTED] = 12,
		[OUTCOME_NOT_APPLICABLE] = 14,
	};
	int place = ranks[found->outcome] + (found->use->weight == WEIGHT_HARD ? 0 : 1);

	if (found->waiver)
		place = 3;
	return found->use->weight == WEIGHT_OPTIONAL ? 100 + place : place;
}

/* Those of a layer that are shown, by rank and then as its file has them; returns how many. */
static size_t in_order(const struct explanation *explanation, const struct role_finding *role,
		       size_t layer, const struct use_finding **ret)
{
	size_t n = 0;

	for (size_t i = 0; i < role->role->n_uses; i++) {
		const struct use_finding *found = &role->uses[i];
		size_t at = n;

		if (found->use->layer != layer ||
		    (found->outcome == OUTCOME_NOT_APPLICABLE && explanation->detail != DETAIL_ALL))
			continue;
		for (; at > 0 && rank(ret[at - 1]) > rank(found); at--)
			ret[at] = ret[at - 1];
		ret[at] = found;
		n++;
	}
	return n;
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

/* What is met for one and the same reason, as the needs of a bundle are, stands in one paragraph. */
static bool goes_with(const struct use_finding *a, const struct use_finding *b)
{
	return a->outcome == OUTCOME_MET && b->outcome == OUTCOME_MET && a->in_use == b->in_use &&
	       a->use->weight == b->use->weight && !a->use->need->n_parts &&
	       !b->use->need->n_parts && same_why(a->use, b->use);
}

static size_t group_of(const struct use_finding *const *found, size_t n)
{
	size_t len = 1;

	while (len < n && goes_with(found[0], found[len]))
		len++;
	return len;
}

static const char *with_place(const struct explanation *explanation, const char *text,
			      const char *place)
{
	if (!place || strstr(text, place))
		return text;
	return arena_printf(&explanation->judgement->arena, "%s%s%s", text, *text ? ", " : "[",
			    place);
}

/* Each place where something of a group was read, once. */
static const char *places_of(const struct explanation *explanation,
			     const struct use_finding *const *found, size_t n)
{
	const struct fact *facts[MOST_EVIDENCE];
	const char *text = "";

	for (size_t i = 0; i < n; i++) {
		const struct need *need = found[i]->use->need;

		text = with_place(explanation, text, found[i]->finding->source);
		if (need->kind == NEED_CHECK && evidence(explanation, need, true, facts))
			text = with_place(explanation, text, facts[0]->source);
	}
	if (!*text)
		return text;
	return shown(explanation, arena_printf(&explanation->judgement->arena, "%s]", text));
}

static void show_group(const struct explanation *explanation,
		       const struct use_finding *const *found, size_t n)
{
	struct arena *arena = &explanation->judgement->arena;
	const char *text = "";

	for (size_t i = 0; i < n; i++) {
		const struct need *need = found[i]->use->need;

		text = arena_printf(arena, "%s%s %s%s", text, i ? " ·" : "",
				    words_need(arena, need),
				    have_words(explanation, need, found[i]->finding));
	}
	{
		const struct span spans[] = {
			mark_of(explanation, found[0]->outcome),
			{ COLOR_NONE, shown(explanation, arena_printf(arena, "%s%s ", text,
								      qualifier(found[0]))) },
			{ COLOR_DIM, places_of(explanation, found, n) },
		};

		screen_spans(explanation->out, explanation->style, 2, 4, spans, ARRAY_SIZE(spans));
	}
}

static void show_one(const struct explanation *explanation, const struct role_finding *role,
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

static void heading(const struct explanation *explanation, const struct deployment *deployment,
		    const struct role_finding *role, size_t layer)
{
	struct arena *arena = &explanation->judgement->arena;
	struct interval interval = role_layer(role, layer);
	enum verdict verdict = verdict_of(interval);
	const struct span spans[] = {
		{ COLOR_BOLD, shown(explanation, deployment->stack[layer]) },
		{ COLOR_NONE, ": " },
		{ color_of_verdict(verdict), words_verdict(arena, verdict, interval) },
	};

	fputc('\n', explanation->out);
	screen_spans(explanation->out, explanation->style, 0, 2, spans, ARRAY_SIZE(spans));
}

void explain_layer(const struct explanation *explanation, const struct deployment *deployment,
		   const struct role_finding *role, size_t layer)
{
	const struct use_finding **found =
		arena_alloc(&explanation->judgement->arena,
			    (role->role->n_uses + 1) * sizeof(struct use_finding *));
	size_t n = in_order(explanation, role, layer, found), len;
	bool optional = false;

	if (!n)
		return;
	heading(explanation, deployment, role, layer);
	for (size_t i = 0; i < n; i += len) {
		/* Said once for those that share it. */
		bool with_why = !i || !same_why(found[i]->use, found[i - 1]->use);

		len = explanation->detail == DETAIL_ALL ? 1 : group_of(&found[i], n - i);
		if (!optional && found[i]->use->weight == WEIGHT_OPTIONAL) {
			optional = with_why = true;
			line(explanation, 2, COLOR_BOLD,
			     "optional, each for one feature or tuning:");
		}
		if (len == 1) {
			show_one(explanation, role, found[i], with_why);
			continue;
		}
		show_group(explanation, &found[i], len);
		if (with_why)
			show_why(explanation, found[i]->use);
	}
}
