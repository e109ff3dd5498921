/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * actions: what a plan does on the system, its steps merged: one set of packages, one file of
 * modules, one of settings, one kernel command line
 */
#ifndef STACKCHECK_ACTIONS_H
#define STACKCHECK_ACTIONS_H

#include "judge.h"
#include "plan.h"

/* Names in the order in which they came, each once; some have a value. */
struct action {
	const char *name;
	const char *value; /* NULL: none */
};

struct action_list {
	struct action *items;
	size_t len, size;
};

struct actions {
	/*
	 * Why this system is not changed by commands (an image, a container, no package manager for
	 * packages); NULL: it is.
	 */
	const char *closed;
	int manager; /* enum package_manager; -1: none that is known */
	const char *maker; /* of the machine (host.vendor); NULL: not known */
	struct action_list packages; /* as this system calls them */
	struct action_list unnamed; /* titles of those whose name here is not known */
	struct action_list modules; /* loaded now and at every boot */
	struct action_list modules_at_boot; /* at every boot alone: now nothing may be loaded */
	struct action_list options; /* module and its parameters */
	struct action_list unblocked;
	struct action_list sysctls;
	struct action_list enable, disable; /* units */
	struct action_list unnamed_units; /* titles of packages whose unit here is not known */
	struct action_list run;
	bool swap_off;
	/* The kernel command line: words taken off and put on, and the whole before and after. */
	struct action_list taken, put;
	const char *before, *after; /* NULL: the line is not known */
	/* What firmware calls the settings that are to be changed, where that is known. */
	struct action_list menus;
};

/* What the system is now: before a plan is made, which tries its changes out on the facts. */
struct actions *actions_new(struct arena *arena, struct facts *facts);

/* Adds what the changes of a plan do. */
void actions_add(struct arena *arena, const struct rules *rules, struct actions *actions,
		 const struct plan *plan);

/* True where anything is to be done before a boot, or by one. */
bool actions_now(const struct actions *actions);
bool actions_reboot(const struct actions *actions);

/* The one command that installs the packages; NULL: none are to be, or no manager is known. */
const char *actions_install(struct arena *arena, const struct actions *actions);

/*
 * What the filled steps of one remedy come to as one line for a shell on that system; NULL: they
 * have none, or only a part would be said by it.
 */
const char *actions_command(struct arena *arena, const struct rules *rules, struct facts *facts,
			    enum remedy_kind kind, const struct step *steps, size_t n);

/* A kernel command line with words taken off and put on. */
const char *actions_cmdline(struct arena *arena, const char *line, const struct action_list *taken,
			    const struct action_list *put);

/* The words of the line as it is that are taken off; "" where none is. */
const char *actions_taken(struct arena *arena, const struct actions *actions);

/* Where the setup of that maker's machines has a setting, as "Dell: A > B"; NULL: not known. */
const char *firmware_menu(struct arena *arena, const struct rules *rules, const char *maker,
			  const char *setting);

#endif
