/* SPDX-License-Identifier: GPL-2.0-or-later */
/* evidence: what there is of what a need asks, and where that was read, as explain shows it */
#ifndef STACKCHECK_EVIDENCE_H
#define STACKCHECK_EVIDENCE_H

#include "cli/layer.h"

/*
 * ": 23.5 GiB", ": not told: …", ": without avx2"; "" where the mark tells all that there is to tell, as
 * of yes and no.
 */
const char *have_words(const struct explanation *explanation, const struct need *need,
		       const struct finding *finding);

/*
 * "[/proc/meminfo]": where that was read, of an expression with the facts that it went by, of what is
 * unanswered the name to answer it under; NULL: there is nothing to name.
 */
const char *read_words(const struct explanation *explanation, const struct need *need,
		       const struct finding *finding);

/* Of several needs each place once; "" where there is none. */
const char *places_of(const struct explanation *explanation, const struct use_finding *const *found,
		      size_t n);

#endif
