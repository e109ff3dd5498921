/* SPDX-License-Identifier: GPL-2.0-or-later */
/* waive: what a site does without for a while */
#include "core/evaluate.h"

bool need_destroys(const struct need *need)
{
	for (size_t i = 0; i < need->n_parts; i++)
		if (need_destroys(need->parts[i]))
			return true;
	return need->destroys;
}

static bool covers(const struct waiver *waiver, const struct deployment *deployment,
		   const struct role *role, const struct need *need)
{
	return waiver->need == need && (!waiver->deployment || waiver->deployment == deployment) &&
	       (!waiver->role || waiver->role == role);
}

void waive(const struct judgement *judgement, const struct deployment *deployment,
	   const struct role *role, struct use_finding *found)
{
	if (found->use->weight == WEIGHT_OPTIONAL ||
	    (found->outcome != OUTCOME_UNMET && found->outcome != OUTCOME_UNKNOWN))
		return;
	for (size_t i = 0; i < judgement->waivers->len && !found->waiver; i++)
		if (covers(&judgement->waivers->items[i], deployment, role, found->use->need))
			found->waiver = &judgement->waivers->items[i];
	if (!found->waiver)
		return;
	/* What is not known may yet turn out to be met, and nothing is waived then. */
	found->interval.worst = LEVEL_LIMITED;
	found->interval.best = found->outcome == OUTCOME_UNMET ? LEVEL_LIMITED : LEVEL_READY;
}
