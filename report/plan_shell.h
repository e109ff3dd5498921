/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan: the parts of a shell script that the shell's and Ansible's form share */
#ifndef STACKCHECK_PLAN_SHELL_H
#define STACKCHECK_PLAN_SHELL_H

#include <stdio.h>

#include "planning.h"

/* No step of it can be written as a command. */
bool change_is_for_people(const struct change *change);

/* A word for a POSIX shell. */
const char *shell_quoted(struct arena *arena, const char *text);

/* Comments: each line behind "# ". */
void shell_comment(FILE *out, const char *text);

/*
 * Functions that the others call, then: module blocks taken away, swap turned off for good, the
 * kernel command line changed in whatever boot loader is there. All may run again, and say on
 * standard output what they change.
 */
void shell_functions(FILE *out, const struct actions *actions);
void shell_unblock(FILE *out, struct arena *arena, const struct actions *actions);
void shell_swap(FILE *out, const struct actions *actions);
void shell_cmdline(FILE *out, struct arena *arena, const struct actions *actions);

#endif
