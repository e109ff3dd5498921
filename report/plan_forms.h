/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan: its forms for the formats that have others too */
#ifndef STACKCHECK_PLAN_FORMS_H
#define STACKCHECK_PLAN_FORMS_H

#include "report.h"

void plan_text(FILE *out, struct session *session, const struct planning *planning,
	       const struct report_options *options);
void ranking_text(FILE *out, struct session *session, const struct hint *hints, size_t n,
		  const struct report_options *options);

#endif
