/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan: for people, cheapest first */
#include <inttypes.h>
#include <string.h>

#include "plan_forms.h"
#include "screen.h"
#include "words.h"

struct showing {
	FILE *out;
	struct arena *arena;
	const struct style *style;
	const struct planning *planning;
};

static const char *text_of(const struct showing *show, const char *text)
{
	return screen_text(show->arena, show->style, text);
}

/* One line of what is merged: its name, the names behind it, and where they go. */
static void merged(const struct showing *show, const char *label, const char *text)
{
	fputs("  ", show->out);
	screen_put(show->out, show->style, COLOR_BOLD, label, 16, true);
	screen_hang(show->out, show->style, COLOR_NONE, 18, text_of(show, text), NULL);
}

/* "a, b=1, c" */
static const char *joined(struct arena *arena, const struct action_list *list, const char *between,
			  const char *equals)
{
	const char *text = "";

	for (size_t i = 0; i < list->len; i++)
		text = arena_printf(arena, "%s%s%s%s%s", text, i ? between : "",
				    list->items[i].name, list->items[i].value ? equals : "",
				    list->items[i].value ? list->items[i].value : "");
	return text;
}

static void list_line(const struct showing *show, const char *label, const struct action_list *list,
		      const char *behind)
{
	if (list->len)
		merged(show, label,
		       arena_printf(show->arena, "%s%s", joined(show->arena, list, ", ", "="),
				    behind));
}

static void show_now(const struct showing *show)
{
	const struct actions *actions = show->planning->actions;
	const char *install = actions_install(show->arena, actions);

	if (install)
		merged(show, "packages", install);
	list_line(show, "packages", &actions->unnamed, " (their names here are not known)");
	list_line(show, "modules", &actions->modules, ": load, and in /etc/modules-load.d");
	if (actions->options.len)
		merged(show, "module options",
		       arena_printf(show->arena, "%s: in /etc/modprobe.d",
				    joined(show->arena, &actions->options, ", ", " ")));
	list_line(show, "unblock", &actions->unblocked,
		  ": out of the blacklists of /etc/modprobe.d");
	list_line(show, "settings", &actions->sysctls, ": sysctl -w, and in /etc/sysctl.d");
	list_line(show, "services on", &actions->enable, "");
	list_line(show, "services off", &actions->disable, "");
	list_line(show, "services", &actions->unnamed_units, " (their units here are not known)");
	if (actions->swap_off)
		merged(show, "swap", "swapoff -a, and out of /etc/fstab");
	list_line(show, "run", &actions->run, "");
}

static void show_boot(const struct showing *show)
{
	const struct actions *actions = show->planning->actions;
	const char *taken = "";

	list_line(show, "modules", &actions->modules_at_boot, ": in /etc/modules-load.d");
	if (!actions_reboot(actions))
		return;
	if (actions->put.len)
		merged(show, "command line +", joined(show->arena, &actions->put, " ", "="));
	if (actions->before)
		taken = actions_taken(show->arena, actions);
	if (*taken)
		merged(show, "command line -", taken);
	if (actions->after)
		merged(show, "then it is", actions->after);
}

/* A kernel without something, its one need named in the text: how long the text is up to there; 0: not so. */
static size_t up_to_name(struct arena *arena, const struct change *change)
{
	const char *name;

	if (change->cause != CAUSE_NOT_BUILT || change->n_needs != 1 || change->n_steps ||
	    change->otherwise)
		return 0;
	name = strstr(change->text, words_need(arena, change->needs[0]));
	return name ? (size_t)(name - change->text) : 0;
}

/* The same but for the name of what is needed. */
static bool is_alike(struct arena *arena, const struct change *a, const struct change *b)
{
	const size_t len = up_to_name(arena, a);

	return len && a->kind == b->kind && len == up_to_name(arena, b) &&
	       strncmp(a->text, b->text, len) == 0 &&
	       strcmp(a->text + len + strlen(words_need(arena, a->needs[0])),
		      b->text + len + strlen(words_need(arena, b->needs[0]))) == 0;
}

/* Kernels without this and without that are one kernel with both: "a, b and c" in one text. */
static const char *text_of_alike(struct arena *arena, const struct plan *plan, size_t first)
{
	const struct change *change = &plan->changes[first];
	const size_t len = up_to_name(arena, change);
	const char *names = "", *last = NULL;

	for (size_t i = first; i < plan->n_changes; i++) {
		if (i != first && !is_alike(arena, change, &plan->changes[i]))
			continue;
		if (last)
			names = arena_printf(arena, "%s%s%s", names, *names ? ", " : "", last);
		last = len ? words_need(arena, plan->changes[i].needs[0]) : NULL;
	}
	if (!last || !*names)
		return change->text;
	return arena_printf(arena, "%.*s%s and %s%s", (int)len, change->text, names, last,
			    change->text + len + strlen(words_need(arena, change->needs[0])));
}

static bool is_told(struct arena *arena, const struct plan *plan, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (is_alike(arena, &plan->changes[i], &plan->changes[index]))
			return true;
	return false;
}

static void show_change(const struct showing *show, const struct change *change, const char *text)
{
	const char *needs = "";

	fputs("  ", show->out);
	screen_put(show->out, show->style, COLOR_WORK, show->style->unicode ? "•" : "*", 2, true);
	screen_hang(show->out, show->style, COLOR_NONE, 4, text_of(show, text), NULL);
	if (text != change->text)
		return; /* all are named in it */
	for (size_t i = 0; i < change->n_needs; i++)
		needs = arena_printf(show->arena, "%s%s%s", needs, i ? "; " : "",
				     words_need(show->arena, change->needs[i]));
	screen_wrap(show->out, show->style, COLOR_DIM, 4,
		    text_of(show, arena_printf(show->arena, "for %s", needs)));
	if (change->otherwise)
		screen_wrap(show->out, show->style, COLOR_DIM, 4,
			    text_of(show, arena_printf(show->arena, "or, if it is not that: %s",
						       change->otherwise)));
}

static void show_group(const struct showing *show, enum remedy_kind kind)
{
	const struct plan *plan = show->planning->plan;
	const struct actions *actions = show->planning->actions;
	bool any = false;

	for (size_t i = 0; i < plan->n_changes; i++)
		any |= plan->changes[i].kind == kind;
	/* What is set up now may need words at boot to last. */
	any |= kind == REMEDY_REBOOT && !actions->closed && actions_reboot(actions);
	if (!any)
		return;
	fputc('\n', show->out);
	screen_put(show->out, show->style, COLOR_BOLD, planning_when(kind), 0, false);
	fputc('\n', show->out);
	for (size_t i = 0; i < plan->n_changes; i++)
		if (plan->changes[i].kind == kind && !is_told(show->arena, plan, i))
			show_change(show, &plan->changes[i], text_of_alike(show->arena, plan, i));
	if (kind == REMEDY_SETUP && !actions->closed)
		show_now(show);
	if (kind == REMEDY_REBOOT && !actions->closed)
		show_boot(show);
}

static void show_roles(const struct showing *show)
{
	const struct plan *plan = show->planning->plan;

	for (size_t i = 0; i < plan->n_roles; i++) {
		const struct planned_role *role = &plan->roles[i];

		screen_put(show->out, show->style, COLOR_BOLD, planning_role(show->arena, role), 24,
			   true);
		screen_put(show->out, show->style, color_of_verdict(role->verdict_before),
			   words_verdict(show->arena, role->verdict_before, role->before), 0,
			   false);
		fputs(show->style->unicode ? " → " : " -> ", show->out);
		screen_put(show->out, show->style, color_of_verdict(role->verdict_after),
			   words_verdict(show->arena, role->verdict_after, role->after), 0, false);
		fputc('\n', show->out);
	}
}

static void show_open(const struct showing *show)
{
	static const char *const heads[N_OPEN_KINDS] = {
		[OPEN_UNKNOWN] = "not known",
		[OPEN_CONFIRM] = "to confirm",
		[OPEN_CONFLICT] = "in conflict: another of these roles needs the opposite",
		[OPEN_LEFT] = "no remedy is known",
		[OPEN_RECOMMENDED] = "recommended, and not planned for (--require ready does)",
	};
	const struct plan *plan = show->planning->plan;

	for (size_t i = 0; i < plan->n_open; i++) {
		const struct open_need *open = &plan->open[i];

		if (!i || plan->open[i - 1].kind != open->kind) {
			fputc('\n', show->out);
			screen_put(show->out, show->style, COLOR_BOLD, heads[open->kind], 0, false);
			fputc('\n', show->out);
		}
		fputs("  ", show->out);
		screen_put(show->out, show->style, COLOR_DIM, show->style->unicode ? "·" : "-", 2,
			   true);
		screen_hang(show->out, show->style, open->destroys ? COLOR_BAD : COLOR_NONE, 4,
			    text_of(show, arena_printf(show->arena, "%s%s", open->text,
						       open->destroys ? " (data is lost)" : "")),
			    planning_role(show->arena, open->role));
	}
}

void plan_text(FILE *out, struct session *session, const struct planning *planning,
	       const struct report_options *options)
{
	const struct showing show = { out, &session->judgement->arena, &options->style, planning };

	screen_given(out, session, &options->style);
	show_roles(&show);
	if (!planning->plan->n_changes)
		fputs("\nNothing is to be changed.\n", out);
	for (enum remedy_kind kind = 0; kind < N_REMEDY_KINDS; kind++)
		show_group(&show, kind);
	if (planning->actions->closed && planning->plan->n_changes)
		screen_wrap(out, &options->style, COLOR_DIM, 0,
			    arena_printf(show.arena, "\nNo commands are given: %s.",
					 planning->actions->closed));
	if (planning->reinstall)
		screen_wrap(out, &options->style, COLOR_DIM, 0,
			    "Plan again once the system is installed: what is set up now goes with "
			    "the old one.");
	show_open(&show);
}

void ranking_text(FILE *out, struct session *session, const struct hint *hints, size_t n,
		  const struct report_options *options)
{
	const struct style *style = &options->style;
	struct arena *arena = &session->judgement->arena;

	if (!n) {
		fputs("Nothing stands in the way of any deployment.\n", out);
		return;
	}
	fputs("opens  in the way of\n", out);
	for (size_t i = 0; i < n; i++) {
		const struct hint *hint = &hints[i];
		const char *text = words_remedy(session->judgement, hint->finding, hint->cause);

		fprintf(out, "%5zu  %13zu  ", hint->opens, hint->blocks);
		screen_put(out, style, COLOR_WORK, remedy_kind_name(hint->cause->remedy.kind), 10,
			   true);
		screen_hang(out, style, COLOR_NONE, 32, screen_text(arena, style, text), NULL);
	}
	screen_wrap(out, style, COLOR_DIM, 0,
		    "\nOpens: deployments that it alone makes hostable here. `stackcheck plan "
		    "ID[/ROLE]…` has all that one takes.");
}
