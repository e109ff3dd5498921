/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What gate and together share. */
#ifndef STACKCHECK_GATE_H
#define STACKCHECK_GATE_H

#include "cli/cli.h"
#include "cli/target.h"

/* The exit code that an interval comes to, with --allow. */
int gate_code(const struct cli *cli, struct interval interval);

/*
 * Seats the roles of the targets in the session; `tenants` has room for MAX_ARGUMENTS and lasts as
 * long as it. EXIT_USAGE, and printed, where they are more than that.
 */
int together_seat(struct cli *cli, struct session *session, const struct target *targets, size_t n,
		  struct tenant *tenants);

/* Behind what a gate shows of each: whether they go together. */
void together_show(struct cli *cli, struct session *session);

/* The exit code for the roles that are seated, with the last line on standard error. */
int together_answer(struct cli *cli, struct session *session);

#endif
