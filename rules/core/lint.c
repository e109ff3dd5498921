/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/lint.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/loader.h"
#include "core/same.h"
#include "core/util.h"

/* Where something stands in a file. */
struct lint_place {
	const struct yaml *at;
	const void *what; /* struct cel_expr, need or role */
	const char *list; /* of an expression */
	size_t first, last; /* of a role: its own uses, in `uses` */
};

struct lint {
	struct arena *arena;
	struct pointers exprs, needs, uses, roles, rows; /* struct lint_place */
	struct lint_report *report;
	size_t role_begins; /* in `uses` */
};

/* --- while it loads --- */

static struct lint_place *note(struct loader *loader, struct pointers *places,
			       const struct yaml *at, const void *what)
{
	struct lint_place *place = arena_alloc(loader->arena, sizeof(*place));

	place->at = at;
	place->what = what;
	pointers_add(loader->arena, places, place);
	return place;
}

void lint_expr(struct loader *loader, const struct yaml *at, const char *list,
	       const struct cel_expr *expr)
{
	if (loader->lint)
		note(loader, &loader->lint->exprs, at, expr)->list = list;
}

void lint_need(struct loader *loader, const struct yaml *at, const struct need *need)
{
	if (loader->lint)
		note(loader, &loader->lint->needs, at, need);
}

void lint_rows(struct loader *loader, const struct yaml *list, const struct diagnosis *rows)
{
	if (loader->lint)
		note(loader, &loader->lint->rows, list, rows);
}

void lint_use(struct loader *loader, const struct yaml *at, const struct need *need)
{
	if (loader->lint)
		note(loader, &loader->lint->uses, at, need);
}

void lint_begin_role(struct loader *loader)
{
	if (loader->lint)
		loader->lint->role_begins = loader->lint->uses.len;
}

void lint_role(struct loader *loader, const struct yaml *at, const struct role *role)
{
	struct lint *lint = loader->lint;
	struct lint_place *place;

	if (!lint)
		return;
	place = note(loader, &lint->roles, at, role);
	place->first = lint->role_begins;
	place->last = lint->uses.len;
}

/* --- what is found --- */

static void __attribute__((format(printf, 3, 4)))
report(struct lint *lint, const struct yaml *at, const char *format, ...)
{
	struct lint_report *report = lint->report;
	const char *text;
	va_list args;

	va_start(args, format);
	text = arena_vprintf(lint->arena, format, args);
	va_end(args);
	text = arena_printf(lint->arena, "%s:%d:%d: %s", at->file, at->line, at->column, text);
	/* The same mistake is met again by every role that shares it. */
	for (size_t i = 0; i < report->len; i++)
		if (strcmp(report->texts[i], text) == 0)
			return;
	report->texts = arena_grown(lint->arena, report->texts, report->len, &report->size,
				    sizeof(*report->texts));
	report->texts[report->len++] = text;
}

/* What follows where an expression is always true, or never, by what it is there for. */
static const char *consequence(const struct lint *lint, const struct cel_expr *expr, bool always)
{
	for (size_t i = 0; i < lint->needs.len; i++) {
		const struct need *need = ((const struct lint_place *)lint->needs.items[i])->what;

		if (need->expr == expr && need->kind == NEED_COUNT)
			return always ? "all records count" : "nothing is ever counted";
		if (need->expr == expr || need->hardware == expr)
			return always ? "the need can never fail" : "the need can never be met";
	}
	for (size_t i = 0; i < lint->rows.len; i++) {
		const struct lint_place *place = lint->rows.items[i];
		const struct diagnosis *rows = place->what;

		for (size_t k = 0; k < place->at->len; k++)
			if (rows[k].when == expr)
				return always ? "the rows below are never reached"
					      : "this row is never reached";
	}
	return always ? "it can be left out" : "what stands here never counts";
}

static void check_exprs(struct lint *lint)
{
	for (size_t i = 0; i < lint->exprs.len; i++) {
		const struct lint_place *place = lint->exprs.items[i];
		enum lint_truth truth = lint_truth_of(lint->arena, place->what, place->list);

		if (truth != LINT_VARIES)
			report(lint, place->at, "'%s' is true %s: %s", place->at->text,
			       truth == LINT_ALWAYS ? "whatever the host" : "on no host",
			       consequence(lint, place->what, truth == LINT_ALWAYS));
	}
}

/* Rows of a diagnosis whose condition an earlier row has. */
static void check_rows(struct lint *lint, const struct yaml *list, const struct diagnosis *rows)
{
	for (size_t i = 1; i < list->len; i++)
		for (size_t k = 0; k < i; k++)
			if (rows[i].when && rows[k].when && !rows[k].freed &&
			    expr_same(rows[i].when, rows[k].when))
				report(lint, &list->items[i],
				       "never reached: row %zu of this diagnosis has the same "
				       "'when'",
				       k + 1);
}

static void check_needs(struct lint *lint)
{
	for (size_t i = 0; i < lint->needs.len; i++) {
		const struct lint_place *place = lint->needs.items[i];
		const char *idle = lint_idle(lint->arena, place->what);

		if (idle)
			report(lint, place->at, "%s", idle);
	}
}

/* Where the role itself asks the need; NULL: it comes with a bundle. */
static const struct lint_place *own_use(const struct lint *lint, const struct lint_place *role,
					const struct need *need)
{
	for (size_t i = role->first; i < role->last; i++) {
		const struct lint_place *place = lint->uses.items[i];

		if (place->what == need)
			return place;
	}
	return NULL;
}

/* Asked always, or under the same condition? Then a host must meet both. */
static bool asked_together(const struct use *a, const struct use *b)
{
	if (a->weight < WEIGHT_RECOMMENDED || b->weight < WEIGHT_RECOMMENDED)
		return false;
	return !a->when || !b->when || text_same(a->when_text, b->when_text);
}

static bool is_lower_advice(const struct use *hard, const struct use *advice)
{
	const struct need *a = hard->need, *b = advice->need;

	if (hard->weight != WEIGHT_HARD || advice->weight != WEIGHT_RECOMMENDED ||
	    a->kind != b->kind || a->op != b->op || hard->when || a->exact || a->scale || b->scale)
		return false;
	if (a->operand.kind != VALUE_INT || b->operand.kind != VALUE_INT ||
	    strcmp(a->fact, b->fact) != 0 || !expr_same(a->expr, b->expr))
		return false;
	return a->op == OP_MINIMUM ? b->operand.i < a->operand.i
				   : a->op == OP_MAXIMUM && b->operand.i > a->operand.i;
}

/* Told where the role itself asks one of them, of two such places at the later. */
static void check_conflict(struct lint *lint, const struct lint_place *role, const struct need *a,
			   const struct need *b)
{
	const struct lint_place *first = own_use(lint, role, a), *here = own_use(lint, role, b);
	const char *where = "elsewhere in this role", *conflict;

	if (first && !here) {
		const struct need *other = a;

		a = b;
		b = other;
		here = first;
	} else if (first) {
		where = arena_printf(lint->arena, "at line %d", first->at->line);
	}
	conflict = lint_conflict(lint->arena, a, b, where);
	if (conflict)
		report(lint, here ? here->at : role->at, "%s", conflict);
}

static void check_pair(struct lint *lint, const struct lint_place *role, const struct use *a,
		       const struct use *b)
{
	if (is_lower_advice(a, b)) {
		const struct lint_place *own = own_use(lint, role, b->need);

		/* Of bundles each may be used without the other. */
		if (own)
			report(lint, own->at,
			       "%s: %s is recommended, but %s %s is asked for already",
			       a->need->fact, b->need->asked,
			       a->need->op == OP_MINIMUM ? "at least" : "at most", a->need->asked);
	}
	if (asked_together(a, b))
		check_conflict(lint, role, a->need, b->need);
}

/* The same need in two places of the role's own text, each without a condition. */
static void check_twice(struct lint *lint, const struct lint_place *role)
{
	for (size_t i = role->first; i < role->last; i++) {
		const struct lint_place *place = lint->uses.items[i];

		for (size_t k = role->first; k < i; k++) {
			const struct lint_place *earlier = lint->uses.items[k];

			if (place->what != earlier->what || yaml_get(place->at, "when") ||
			    yaml_get(earlier->at, "when") || place->at == earlier->at)
				continue;
			report(lint, place->at, "'%s' is asked already, at line %d",
			       ((const struct need *)place->what)->id, earlier->at->line);
			break;
		}
	}
}

/* The kernel keeps 15 letters of a process's name (TASK_COMM_LEN, proc_pid_comm(5)). */
#define COMM_LETTERS 15

static void check_names(struct lint *lint, const struct lint_place *place, const char *key,
			const char *const *names, size_t n)
{
	const struct yaml *installed = yaml_get(place->at, "installed");
	const struct yaml *list = installed ? yaml_get(installed, key) : NULL;

	for (size_t i = 0; list && i < n; i++)
		if (strlen(names[i]) > COMM_LETTERS)
			report(lint, list->kind == YAML_LIST ? &list->items[i] : list,
			       "%s: the kernel cuts a process's name to 15 letters: '%.15s'", key,
			       names[i]);
}

/* A role that brings its own system is judged before that is there: nothing of a system counts. */
static void check_deferred(struct lint *lint, const struct lint_place *place)
{
	const struct role *role = place->what;

	for (size_t i = place->first; role->brings_os && i < place->last; i++) {
		const struct lint_place *use = lint->uses.items[i];
		const struct need *need = use->what;

		if (need->deferred && need->kind != NEED_CONFIRM)
			report(lint, use->at,
			       "'%s' is never judged: it is of the installed system, and this "
			       "role brings its own",
			       need->id);
	}
}

static void check_role(struct lint *lint, const struct lint_place *place)
{
	const struct role *role = place->what;

	for (size_t i = 0; i < role->n_uses; i++)
		for (size_t k = 0; k < role->n_uses; k++)
			if (i < k || (i > k && role->uses[i].weight > role->uses[k].weight))
				check_pair(lint, place, &role->uses[i], &role->uses[k]);
	check_twice(lint, place);
	check_deferred(lint, place);
	check_names(lint, place, "processes", role->processes, role->n_processes);
	check_names(lint, place, "holders", role->holders, role->n_holders);
}

int rules_lint(struct arena *arena, const char *const *paths, size_t n_paths,
	       const struct rules *base, struct rules *ret, struct lint_report *ret_report,
	       struct error *err)
{
	struct lint lint = { .arena = arena, .report = ret_report };
	struct loader loader = { .arena = arena, .err = err, .base = base, .lint = &lint };

	*ret_report = (struct lint_report){ 0 };
	if (load_rules(&loader, paths, n_paths, ret) < 0)
		return err->code;
	check_exprs(&lint);
	check_needs(&lint);
	for (size_t i = 0; i < lint.rows.len; i++) {
		const struct lint_place *place = lint.rows.items[i];

		check_rows(&lint, place->at, place->what);
	}
	for (size_t i = 0; i < lint.roles.len; i++)
		check_role(&lint, lint.roles.items[i]);
	return 0;
}
