/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ansible: a plan as a playbook of what ansible-core has built in; it may be played again. YAML 1.2
 * takes JSON's texts as its own, so texts are written as JSON has them.
 */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "core/util.h"
#include "plan_shell.h"
#include "report.h"

/* In quotes; what Ansible would take for a template of its own is none. */
static const char *quoted(struct arena *arena, const char *text)
{
	json_t *json = json_string(text);
	char *dump = json ? json_dumps(json, JSON_ENCODE_ANY) : NULL;
	const char *made = arena_strdup(arena, dump ? dump : "\"\"");

	free(dump);
	json_decref(json);
	return strstr(made, "{{") || strstr(made, "{%") ? arena_printf(arena, "!unsafe %s", made)
							: made;
}

static void task(FILE *out, struct arena *arena, const char *name, const char *module)
{
	fprintf(out, "    - name: %s\n      ansible.builtin.%s:\n", quoted(arena, name), module);
}

static void argument(FILE *out, struct arena *arena, const char *key, const char *value)
{
	fprintf(out, "        %s: %s\n", key, quoted(arena, value));
}

static void line_in_file(FILE *out, struct arena *arena, const char *path, const char *pattern,
			 const char *line)
{
	task(out, arena, arena_printf(arena, "%s: %s", path, line), "lineinfile");
	argument(out, arena, "path", path);
	argument(out, arena, "regexp", pattern);
	argument(out, arena, "line", line);
	argument(out, arena, "mode", "0644");
	fputs("        create: true\n", out);
}

static void packages(FILE *out, struct arena *arena, const struct actions *actions)
{
	if (!actions->packages.len)
		return;
	task(out, arena, "Packages", "package");
	fputs("        name:\n", out);
	for (size_t i = 0; i < actions->packages.len; i++)
		fprintf(out, "          - %s\n", quoted(arena, actions->packages.items[i].name));
	fputs("        state: present\n", out);
}

/* The kernel takes - and _ in a module's name for the same, and shows _. */
static const char *shown_as(struct arena *arena, const char *module)
{
	char *name = arena_strdup(arena, module);

	for (char *c = name; *c; c++)
		if (*c == '-')
			*c = '_';
	return name;
}

static void modules(FILE *out, struct arena *arena, const struct actions *actions)
{
	for (size_t i = 0; i < actions->options.len; i++) {
		const struct action *option = &actions->options.items[i];

		line_in_file(out, arena, "/etc/modprobe.d/stackcheck.conf",
			     arena_printf(arena, "^options %s ", option->name),
			     arena_printf(arena, "options %s %s", option->name, option->value));
	}
	for (size_t i = 0; i < actions->modules.len; i++) {
		const char *name = actions->modules.items[i].name;

		line_in_file(out, arena, "/etc/modules-load.d/stackcheck.conf",
			     arena_printf(arena, "^%s$", name), name);
		task(out, arena, arena_printf(arena, "Module %s", name), "command");
		fprintf(out, "        argv: [modprobe, %s]\n", quoted(arena, name));
		argument(out, arena, "creates",
			 arena_printf(arena, "/sys/module/%s", shown_as(arena, name)));
	}
}

static void modules_at_boot(FILE *out, struct arena *arena, const struct actions *actions)
{
	for (size_t i = 0; i < actions->modules_at_boot.len; i++)
		line_in_file(out, arena, "/etc/modules-load.d/stackcheck.conf",
			     arena_printf(arena, "^%s$", actions->modules_at_boot.items[i].name),
			     actions->modules_at_boot.items[i].name);
}

static const char *pattern_of(struct arena *arena, const char *name)
{
	const char *made = "^", *dot;

	while ((dot = strchr(name, '.'))) {
		made = arena_printf(arena, "%s%.*s[.]", made, (int)(dot - name), name);
		name = dot + 1;
	}
	return arena_printf(arena, "%s%s *=", made, name);
}

static void sysctls(FILE *out, struct arena *arena, const struct actions *actions)
{
	for (size_t i = 0; i < actions->sysctls.len; i++) {
		const struct action *setting = &actions->sysctls.items[i];

		line_in_file(out, arena, "/etc/sysctl.d/99-stackcheck.conf",
			     pattern_of(arena, setting->name),
			     arena_printf(arena, "%s = %s", setting->name, setting->value));
		task(out, arena, arena_printf(arena, "Setting %s now", setting->name), "command");
		fprintf(out, "        argv: [sysctl, -w, %s]\n      changed_when: false\n",
			quoted(arena, arena_printf(arena, "%s=%s", setting->name, setting->value)));
	}
}

static void services(FILE *out, struct arena *arena, const struct action_list *units, bool on)
{
	for (size_t i = 0; i < units->len; i++) {
		task(out, arena,
		     arena_printf(arena, "Service %s %s", units->items[i].name, on ? "on" : "off"),
		     "service");
		argument(out, arena, "name", units->items[i].name);
		fprintf(out, "        enabled: %s\n        state: %s\n", on ? "true" : "false",
			on ? "started" : "stopped");
	}
}

/* A part of the script: it prints what it changes, and nothing else where all is done. */
static void script(FILE *out, struct arena *arena, const char *name, const char *text)
{
	const char *variable = "stackcheck_part";

	task(out, arena, name, "shell");
	fputs("        cmd: !unsafe |\n", out);
	while (*text) {
		size_t len = strcspn(text, "\n");

		if (len)
			fprintf(out, "          %.*s\n", (int)len, text);
		else
			fputc('\n', out);
		text += len + (text[len] == '\n');
	}
	fprintf(out, "      register: %s\n      changed_when: %s.stdout | length > 0\n", variable,
		variable);
}

static void blocks(FILE *out, struct arena *arena, const struct actions *actions)
{
	char *text = NULL;
	size_t len;
	FILE *part;

	if (!actions->unblocked.len)
		return;
	part = open_memstream(&text, &len);
	if (!part)
		abort();
	fputs("set -eu\n", part);
	shell_functions(part, actions);
	shell_unblock(part, arena, actions);
	fclose(part);
	script(out, arena, "Blocks on modules", text);
	free(text);
}

static void swap_and_boot(FILE *out, struct arena *arena, const struct actions *actions)
{
	char *text = NULL;
	size_t len;
	FILE *part;

	if (!actions->swap_off && !actions_reboot(actions))
		return;
	part = open_memstream(&text, &len);
	if (!part)
		abort();
	fputs("set -eu\n", part);
	shell_functions(part, actions);
	shell_swap(part, actions);
	shell_cmdline(part, arena, actions);
	fclose(part);
	script(out, arena, "Swap and kernel command line", text);
	free(text);
}

static void commands(FILE *out, struct arena *arena, const struct actions *actions)
{
	for (size_t i = 0; i < actions->run.len; i++) {
		task(out, arena, actions->run.items[i].name, "shell");
		argument(out, arena, "cmd", actions->run.items[i].name);
		fputs("      changed_when: false\n", out);
	}
}

static void left(FILE *out, struct arena *arena, const struct planning *planning)
{
	const struct plan *plan = planning->plan;
	bool any = false;

	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct change *change = &plan->changes[i];

		if (!planning->actions->closed && change->kind <= REMEDY_REBOOT &&
		    !change_is_for_people(change))
			continue;
		if (!any) {
			task(out, arena, "Left to people", "debug");
			fputs("        msg:\n", out);
		}
		any = true;
		fprintf(out, "          - %s\n",
			quoted(arena, arena_printf(arena, "%s: %s", planning_when(change->kind),
						   change->text)));
	}
	/* A play with no task is none. */
	if (!any) {
		task(out, arena, "Nothing is left to people", "debug");
		argument(out, arena, "msg",
			 actions_reboot(planning->actions) || planning->actions->modules_at_boot.len
				 ? "Boot the system again: only then all of it holds."
				 : "All is done.");
	}
}

static void plan(FILE *out, struct session *session, const struct planning *planning,
		 const struct report_options *options)
{
	struct arena *arena = &session->judgement->arena;
	const struct actions *actions = planning->actions;
	const char *roles = "";
	char when[CLOCK_TEXT];

	(void)options;
	for (size_t i = 0; i < planning->plan->n_roles; i++)
		roles = arena_printf(arena, "%s%s%s", roles, i ? ", " : "",
				     planning_role(arena, &planning->plan->roles[i]));
	fprintf(out,
		"---\n"
		"# A plan of stackcheck %s for the host as it was read %s. Play it on that host "
		"alone; it may be played again.\n",
		STACKCHECK_VERSION, clock_text(when, session->collected_at));
	for (size_t i = 0; i < session->waivers.len; i++)
		shell_comment(out, waive_words(arena, &session->waivers.items[i]));
	fprintf(out, "- name: %s\n  hosts: all\n  become: true\n  gather_facts: true\n  tasks:\n",
		quoted(arena, arena_printf(arena, "What it takes to host %s", roles)));
	if (!actions->closed) {
		packages(out, arena, actions);
		blocks(out, arena, actions);
		modules(out, arena, actions);
		modules_at_boot(out, arena, actions);
		sysctls(out, arena, actions);
		services(out, arena, &actions->disable, false);
		services(out, arena, &actions->enable, true);
		commands(out, arena, actions);
		swap_and_boot(out, arena, actions);
	}
	left(out, arena, planning);
}

const struct format format_ansible = {
	.name = "ansible",
	.help = "plan: a playbook of what ansible-core has built in",
	.plan = plan,
};
