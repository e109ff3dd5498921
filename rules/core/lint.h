/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lint: what is wrong with rules that load: needs that can never be met or never fail, roles that
 * contradict themselves, needs asked twice. It takes time that a load must not, and so runs for
 * `stackcheck lint` alone.
 */
#ifndef STACKCHECK_LINT_H
#define STACKCHECK_LINT_H

#include "core/arena.h"
#include "core/error.h"
#include "rule.h"

struct yaml;
struct loader;

/* Everything that is wrong, in the order it was found: "file:line:column: …" each. */
struct lint_report {
	const char **texts;
	size_t len, size;
};

/*
 * Loads as rules_load_all() does, with the same errors, and looks on. What is found is no error:
 * 0 with a report of what there is, from `arena`.
 */
int rules_lint(struct arena *arena, const char *const *paths, size_t n_paths,
	       const struct rules *base, struct rules *ret, struct lint_report *ret_report,
	       struct error *err);

/* --- for the loader: where things stand; nothing where nobody lints --- */

struct lint;

/* An expression out of a file; `list` as of read_expr(). */
void lint_expr(struct loader *loader, const struct yaml *at, const char *list,
	       const struct cel_expr *expr);
/* The rows of a diagnosis, as many as the list has. */
void lint_rows(struct loader *loader, const struct yaml *list, const struct diagnosis *rows);
/* A need where it is first made, and where a role or bundle asks it. */
void lint_need(struct loader *loader, const struct yaml *at, const struct need *need);
void lint_use(struct loader *loader, const struct yaml *at, const struct need *need);
/* A role, before it is read and behind that: what was asked between stands in its own text. */
void lint_begin_role(struct loader *loader);
void lint_role(struct loader *loader, const struct yaml *at, const struct role *role);

/* --- parts of it --- */

/* What an expression comes to, whatever the host is like. */
enum lint_truth {
	LINT_VARIES, /* or nothing proves otherwise */
	LINT_ALWAYS,
	LINT_NEVER,
};

/* `list` is the list fact whose record fields are in sight, or NULL. */
enum lint_truth lint_truth_of(struct arena *arena, const struct cel_expr *expr, const char *list);

/*
 * Why both needs cannot be met by one host, in words from `arena` that say `where` the first stands;
 * NULL: they can, as far as anything tells.
 */
const char *lint_conflict(struct arena *arena, const struct need *a, const struct need *b,
			  const char *where);

/* Why the need is always met, or never, in words; NULL: neither. */
const char *lint_idle(struct arena *arena, const struct need *need);

#endif
