/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report: a judgement for people and programs. A format is one file and one line in formats.def; it
 * shows what was judged and decides nothing.
 */
#ifndef STACKCHECK_REPORT_H
#define STACKCHECK_REPORT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "hints.h"
#include "planning.h"
#include "session.h"

#define REPORT_SCHEMA "stackcheck.report/1"
#define RULES_SCHEMA  "stackcheck.rules/1"
#define PLAN_SCHEMA   "stackcheck.plan/1"

#define TOGETHER_SCHEMA "stackcheck.together/1"

enum detail {
	DETAIL_VERDICTS, /* verdicts alone */
	DETAIL_UNMET, /* and the needs that are not met */
	DETAIL_ALL, /* and those that are */
	N_DETAILS,
};

const char *detail_name(enum detail detail); /* "verdicts", … */

/* How a terminal wants its text. */
struct style {
	bool color;
	bool unicode;
	unsigned int width; /* columns */
};

struct report_options {
	enum detail detail;
	struct style style;
};

struct format {
	const char *name;
	const char *help; /* one phrase */
	/*
	 * Each may be NULL: the format has no form for that. All write to `out` and leave errors to
	 * ferror().
	 */
	void (*survey)(FILE *out, struct session *session, const struct report_options *options);
	void (*facts)(FILE *out, struct session *session, const char *const *names, size_t n,
		      bool full, const struct report_options *options);
	void (*list)(FILE *out, const struct rules *rules, const struct report_options *options);
	/* Roles by twos; with `named` also all of them at once. */
	void (*together)(FILE *out, struct session *session, const struct tenant *tenants, size_t n,
			 bool named, const struct report_options *options);
	void (*plan)(FILE *out, struct session *session, const struct planning *planning,
		     const struct report_options *options);
	/* Single changes, those first that open most deployments. */
	void (*ranking)(FILE *out, struct session *session, const struct hint *hints, size_t n,
			const struct report_options *options);
};

/* The format of that name; NULL: there is none. */
const struct format *format_of_name(const char *name);
size_t formats_count(void);
const struct format *format_at(size_t index);

/* The report as JSON (packaging/schemas/report.json); the caller's to free with json_decref(). */
json_t *report_json(struct session *session, enum detail detail);

/* Which roles can share the host, as JSON (packaging/schemas/together.json). */
json_t *pairs_json(struct session *session, const struct tenant *tenants, size_t n, bool named);
/* A plan as JSON (packaging/schemas/plan.json). */
json_t *plan_json(struct session *session, const struct planning *planning);
json_t *ranking_json(struct session *session, const struct hint *hints, size_t n);

/* What is waived, for the head of every report; an array, the caller's to free. */
json_t *waivers_json(struct session *session);

/* The rules as JSON (packaging/schemas/rules.json). */
json_t *rules_json(const struct rules *rules);

#endif
