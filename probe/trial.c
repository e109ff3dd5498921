/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trial: what the trials of --prove came to. No probe makes one; probe/prove/ sets the fact. */
#include "probe.h"

static const struct field_def fields_of_trials[] = {
	{ "name", FACT_STRING, NULL, "as --prove has it" },
	{ "on", FACT_STRING, NULL,
	  "the folder, function or pages that it was made on; absent: on none" },
	{ "outcome", FACT_STRING, NULL, "worked, failed, denied or not-made" },
	{ "detail", FACT_STRING, NULL, "what was seen, or what failed" },
	{ 0 },
};

static const struct fact_def facts_of_trial[] = {
	{ "trials", FACT_RECORDS, SCOPE_OPERATOR,
	  .meaning = "what was shown by doing, and what could not be", .source = "--prove",
	  .fields = fields_of_trials },
};

static int run(const struct host *host, struct facts *facts, struct error *err)
{
	(void)host;
	(void)err;
	return facts_set_unsupported(facts, "trials", "no trial was made: --prove makes them");
}

const struct probe probe_trial = { .name = "trial", PROVIDES(facts_of_trial), .run = run };
