/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libstackcheck: what a Linux server can host, for programs. Handles are opaque and answers are
 * JSON, so that neither changes under a program that was built against an older version.
 *
 *	struct stackcheck *check = stackcheck_new();
 *	char *report = stackcheck_report(check);
 *
 *	if (!report)
 *		fprintf(stderr, "%s\n", stackcheck_error(check));
 *	stackcheck_free_text(report);
 *	stackcheck_free(check);
 */
#ifndef STACKCHECK_H
#define STACKCHECK_H

#ifdef __cplusplus
extern "C" {
#endif

struct stackcheck;

/* The version that the header belongs to. */
#define STACKCHECK_API 0

/*
 * A new check of this machine, as it runs; NULL when out of memory. As the command does, it reads a
 * site's rules, answers and waivers below /etc/stackcheck.
 */
struct stackcheck *stackcheck_new(void);
void stackcheck_free(struct stackcheck *check);

/*
 * An option by the name that the command has for it: "host", "root", "rules" (a path), "os"
 * ("running", "new"; unless told, an installer or live system is judged as "new"), "assume"
 * ("FACT=VALUE", may be repeated), "waive" (likewise), "waivers" (a path), "no-guest" ("true"). 0, or -EINVAL for an unknown option or
 * value, -EBUSY once facts were read.
 */
int stackcheck_set(struct stackcheck *check, const char *option, const char *value);

/*
 * The facts (schema stackcheck.facts/1), the report (stackcheck.report/1) and the rules
 * (stackcheck.rules/1). Facts are read once, by the first of the first two calls, which takes as
 * long as the probes do: milliseconds, at most five seconds. NULL on an error. The text is the
 * caller's, for stackcheck_free_text().
 */
char *stackcheck_facts(struct stackcheck *check);
char *stackcheck_report(struct stackcheck *check);
char *stackcheck_rules(struct stackcheck *check);
void stackcheck_free_text(char *text);

/*
 * The sentence of the last error; "" when there was none. It lives as long as the check, or until
 * the next error.
 */
const char *stackcheck_error(const struct stackcheck *check);

#ifdef __cplusplus
}
#endif

#endif
