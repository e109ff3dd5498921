/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shell: a plan as a script for a POSIX shell, to be read and run by people; it may run again */
#include <string.h>

#include "clock.h"
#include "plan_shell.h"
#include "report.h"

static void head(FILE *out, struct session *session, const struct planning *planning)
{
	struct arena *arena = &session->judgement->arena;
	const char *roles = "";
	char when[CLOCK_TEXT];

	for (size_t i = 0; i < planning->plan->n_roles; i++)
		roles = arena_printf(arena, "%s%s%s", roles, i ? ", " : "",
				     planning_role(arena, &planning->plan->roles[i]));
	fputs("#!/bin/sh\n", out);
	shell_comment(out,
		      arena_printf(arena,
				   "What it takes to host %s here: a plan of stackcheck %s for the "
				   "host as it was read %s.",
				   roles, STACKCHECK_VERSION,
				   clock_text(when, session->collected_at)));
	for (size_t i = 0; i < session->waivers.len; i++)
		shell_comment(out, waive_words(arena, &session->waivers.items[i]));
	fputs("# Read it first; then run it as root, on that host alone. It may be run again: what "
	      "is "
	      "done already stays.\n"
	      "set -eu\n\n",
	      out);
}

/* What only people can do stands as comments, and is said when the script ends. */
static void say_changes(FILE *out, struct arena *arena, const struct planning *planning,
			enum remedy_kind kind)
{
	const struct plan *plan = planning->plan;
	bool any = false;

	for (size_t i = 0; i < plan->n_changes; i++) {
		if (plan->changes[i].kind != kind)
			continue;
		if (!any)
			fprintf(out, "# --- %s ---\n", planning_when(kind));
		any = true;
		shell_comment(out, arena_printf(arena, "- %s", plan->changes[i].text));
	}
	if (any)
		fputc('\n', out);
}

static void modules(FILE *out, struct arena *arena, const struct actions *actions)
{
	for (size_t i = 0; i < actions->options.len; i++) {
		const struct action *option = &actions->options.items[i];

		/* Modules take their options when they are loaded. */
		fprintf(out,
			"if [ -n \"$(line /etc/modprobe.d/stackcheck.conf %s %s)\" ] && [ -d "
			"/sys/module/%s ]; then\n"
			"	modprobe -r %s || echo 'module %s is in use: its options hold from "
			"the "
			"next boot on' >&2\n"
			"	modprobe %s\n"
			"fi\n",
			shell_quoted(arena, arena_printf(arena, "options %s ", option->name)),
			shell_quoted(arena, arena_printf(arena, "options %s %s", option->name,
							 option->value)),
			option->name, option->name, option->name, option->name);
	}
	for (size_t i = 0; i < actions->modules.len; i++) {
		const char *name = actions->modules.items[i].name;

		fprintf(out, "line /etc/modules-load.d/stackcheck.conf %s %s\nmodprobe %s\n",
			shell_quoted(arena, arena_printf(arena, "%s$", name)),
			shell_quoted(arena, name), shell_quoted(arena, name));
	}
}

/* Once the system is up nothing may be loaded: at boot modules come before settings do. */
static void modules_at_boot(FILE *out, struct arena *arena, const struct actions *actions)
{
	for (size_t i = 0; i < actions->modules_at_boot.len; i++) {
		const char *name = actions->modules_at_boot.items[i].name;

		fprintf(out, "line /etc/modules-load.d/stackcheck.conf %s %s\n",
			shell_quoted(arena, arena_printf(arena, "%s$", name)),
			shell_quoted(arena, name));
	}
	if (actions->modules_at_boot.len)
		fputc('\n', out);
}

/* A dot in a pattern stands for any character. */
static const char *pattern_of(struct arena *arena, const char *name)
{
	const char *made = "", *dot;

	while ((dot = strchr(name, '.'))) {
		made = arena_printf(arena, "%s%.*s\\.", made, (int)(dot - name), name);
		name = dot + 1;
	}
	return arena_printf(arena, "%s%s[ =]", made, name);
}

static void sysctls(FILE *out, struct arena *arena, const struct actions *actions)
{
	for (size_t i = 0; i < actions->sysctls.len; i++) {
		const struct action *setting = &actions->sysctls.items[i];
		const char *text = arena_printf(arena, "%s = %s", setting->name, setting->value);

		fprintf(out, "line /etc/sysctl.d/99-stackcheck.conf %s %s\n",
			shell_quoted(arena, pattern_of(arena, setting->name)),
			shell_quoted(arena, text));
		fprintf(out, "sysctl -w %s\n",
			shell_quoted(arena,
				     arena_printf(arena, "%s=%s", setting->name, setting->value)));
	}
}

static void services(FILE *out, struct arena *arena, const struct actions *actions)
{
	for (size_t i = 0; i < actions->disable.len; i++)
		fprintf(out,
			"if command -v systemctl >/dev/null; then\n"
			"	systemctl disable --now %s\n"
			"else\n"
			"	rc-service --ifstarted %s stop\n"
			"	rc-update --quiet delete %s || :\n"
			"fi\n",
			shell_quoted(arena, actions->disable.items[i].name),
			shell_quoted(arena, actions->disable.items[i].name),
			shell_quoted(arena, actions->disable.items[i].name));
	for (size_t i = 0; i < actions->enable.len; i++)
		fprintf(out,
			"if command -v systemctl >/dev/null; then\n"
			"	systemctl enable --now %s\n"
			"else\n"
			"	rc-update --quiet add %s\n"
			"	rc-service --ifstopped %s start\n"
			"fi\n",
			shell_quoted(arena, actions->enable.items[i].name),
			shell_quoted(arena, actions->enable.items[i].name),
			shell_quoted(arena, actions->enable.items[i].name));
}

static void now(FILE *out, struct arena *arena, const struct actions *actions)
{
	const char *install = actions_install(arena, actions);

	if (install)
		fprintf(out, "%s%s\n",
			actions->manager == MANAGER_APT ? "DEBIAN_FRONTEND=noninteractive " : "",
			install);
	shell_unblock(out, arena, actions);
	modules(out, arena, actions);
	sysctls(out, arena, actions);
	services(out, arena, actions);
	shell_swap(out, actions);
	for (size_t i = 0; i < actions->run.len; i++)
		fprintf(out, "%s\n", actions->run.items[i].name);
	if (actions_now(actions))
		fputc('\n', out);
}

/* What the script leaves, said where it is seen. */
static void left(FILE *out, struct arena *arena, const struct planning *planning)
{
	const struct plan *plan = planning->plan;

	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct change *change = &plan->changes[i];

		if (!planning->actions->closed && change->kind <= REMEDY_REBOOT &&
		    !change_is_for_people(change))
			continue;
		fprintf(out, "echo %s\n",
			shell_quoted(arena,
				     arena_printf(arena, "left to people, %s: %s",
						  planning_when(change->kind), change->text)));
	}
	for (size_t i = 0; i < planning->actions->unnamed.len; i++)
		fprintf(out, "echo %s\n",
			shell_quoted(arena,
				     arena_printf(arena, "left to people: install %s",
						  planning->actions->unnamed.items[i].name)));
	for (size_t i = 0; i < planning->actions->unnamed_units.len; i++)
		fprintf(out, "echo %s\n",
			shell_quoted(
				arena,
				arena_printf(
					arena,
					"left to people: see to the service of %s, now and at boot",
					planning->actions->unnamed_units.items[i].name)));
	if (!planning->actions->closed &&
	    (actions_reboot(planning->actions) || planning->actions->modules_at_boot.len))
		fputs("echo 'boot the system again: only then all of it holds'\n", out);
}

static void plan(FILE *out, struct session *session, const struct planning *planning,
		 const struct report_options *options)
{
	struct arena *arena = &session->judgement->arena;
	const struct actions *actions = planning->actions;

	(void)options;
	head(out, session, planning);
	if (actions->closed)
		shell_comment(out, arena_printf(arena, "No commands: %s.", actions->closed));
	else
		shell_functions(out, actions);
	say_changes(out, arena, planning, REMEDY_SETUP);
	if (!actions->closed)
		now(out, arena, actions);
	say_changes(out, arena, planning, REMEDY_REBOOT);
	if (!actions->closed)
		modules_at_boot(out, arena, actions);
	if (!actions->closed && actions_reboot(actions)) {
		shell_cmdline(out, arena, actions);
		fputc('\n', out);
	}
	for (enum remedy_kind kind = REMEDY_FIRMWARE; kind < N_REMEDY_KINDS; kind++)
		say_changes(out, arena, planning, kind);
	left(out, arena, planning);
}

const struct format format_shell = {
	.name = "shell",
	.help = "plan: a script for a POSIX shell, to be read and run by people",
	.plan = plan,
};
