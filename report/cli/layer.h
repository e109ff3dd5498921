/* SPDX-License-Identifier: GPL-2.0-or-later */
/* layer: one layer of a role's stack: its box, and what it asks in order of what matters */
#ifndef STACKCHECK_LAYER_H
#define STACKCHECK_LAYER_H

#include "cli/cite.h"
#include "report.h"

struct explanation {
	FILE *out;
	struct judgement *judgement;
	struct citations *citations;
	const struct style *style;
	enum detail detail; /* DETAIL_ALL: also what is not asked here, and every remedy */
};

/* The stack as its document draws it: the machine at the bottom, each box with what it comes to. */
void draw_stack(const struct explanation *explanation, const struct deployment *deployment,
		const struct role_finding *role);

/*
 * What the layer asks: first what is not met, then what is not known, to confirm and met, and last
 * what is optional. Nothing where it asks nothing.
 */
void explain_layer(const struct explanation *explanation, const struct deployment *deployment,
		   const struct role_finding *role, size_t layer);

#endif
