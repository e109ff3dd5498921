/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/layer.h"

#include "cli/explain_need.h"
#include "core/util.h"
#include "screen.h"
#include "words.h"

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

static size_t group_of(const struct explanation *explanation,
		       const struct use_finding *const *found, size_t n)
{
	size_t len = 1;

	while (explanation->detail != DETAIL_ALL && len < n &&
	       goes_with(explanation, found[len - 1], found[len]))
		len++;
	return len;
}

static void heading(const struct explanation *explanation, const struct deployment *deployment,
		    const struct role_finding *role, size_t layer)
{
	struct arena *arena = &explanation->judgement->arena;
	struct interval interval = role_layer(role, layer);
	enum verdict verdict = verdict_of(interval);
	const struct span spans[] = {
		{ COLOR_BOLD, screen_text(arena, explanation->style, deployment->stack[layer]) },
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
		bool with_why = !i || !says_the_same(found[i], found[i - 1]);

		len = group_of(explanation, &found[i], n - i);
		if (!optional && found[i]->use->weight == WEIGHT_OPTIONAL) {
			const struct span span = { COLOR_BOLD,
						   "optional, each for one feature or tuning:" };

			screen_spans(explanation->out, explanation->style, 2, 2, &span, 1);
			optional = true;
		}
		if (len == 1)
			show_one(explanation, role, found[i], with_why);
		else
			show_group(explanation, &found[i], len, with_why);
	}
}
