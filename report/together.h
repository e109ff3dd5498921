/* SPDX-License-Identifier: GPL-2.0-or-later */
/* together: which roles can share a host, and why not, for people and programs */
#ifndef STACKCHECK_REPORT_TOGETHER_H
#define STACKCHECK_REPORT_TOGETHER_H

#include "report.h"

/* "46/compute"; made in `arena`. */
const char *words_tenant(struct arena *arena, const struct tenant *tenant);

/* One reason as a sentence. */
const char *words_together(struct judgement *judgement, const struct together_reason *reason);

/* One reason as a line, with what helps. */
void show_together_reason(FILE *out, struct judgement *judgement,
			  const struct together_reason *reason, const struct style *style,
			  size_t indent);

/* The reasons, those that weigh most first, each a line; without those of roles by themselves. */
void show_together(FILE *out, struct judgement *judgement, const struct together *together,
		   const struct style *style);

/* What the command together prints: of few each pair, of many a table. */
void show_pairs(FILE *out, struct session *session, const struct tenant *tenants, size_t n,
		bool named, const struct report_options *options);

/* {"roles": […], "verdict": …, "reasons": […]}, and the reasons alone; the caller's to free. */
json_t *together_json(struct judgement *judgement, const struct tenant *tenants, size_t n,
		      const struct together *together);
json_t *rule_exclusions_json(const struct rules *rules);
json_t *together_reasons_json(struct judgement *judgement, const struct together *together);

#endif
