/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/evidence.h"

#include <inttypes.h>
#include <string.h>

#include "screen.h"
#include "words.h"

static const char *shown(const struct explanation *explanation, const char *text)
{
	return screen_text(&explanation->judgement->arena, explanation->style, text);
}

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

const char *read_words(const struct explanation *explanation, const struct need *need,
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

const char *have_words(const struct explanation *explanation, const struct need *need,
		       const struct finding *finding)
{
	struct arena *arena = &explanation->judgement->arena;
	const char *have = words_found(arena, need, finding);

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

static const char *with_place(const struct explanation *explanation, const char *text,
			      const char *place)
{
	if (!place || strstr(text, place))
		return text;
	return arena_printf(&explanation->judgement->arena, "%s%s%s", text, *text ? ", " : "[",
			    place);
}

const char *places_of(const struct explanation *explanation, const struct use_finding *const *found,
		      size_t n)
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
