/* SPDX-License-Identifier: GPL-2.0-or-later */
/* planning: a session's plan, with what it does on the system merged */
#ifndef STACKCHECK_PLANNING_H
#define STACKCHECK_PLANNING_H

#include "actions.h"
#include "plan.h"

struct session;

struct planning {
	const struct plan *plan;
	const struct actions *actions;
	const char *const *assumptions; /* of the plan's outcome, each as --assume takes it */
	bool reinstall; /* the system that runs now does not stay */
};

/*
 * What it takes to host these roles, in memory of the session's judgement; with `strictly` to be
 * ready for them. The session's facts are those of the host as planned afterwards.
 */
struct planning *planning_make(struct session *session, const struct planned_role *roles, size_t n,
			       bool strictly);

/* "46/compute" */
const char *planning_role(struct arena *arena, const struct planned_role *role);

/* "now", "one reboot", "one visit to the firmware setup", …: when a change is made. */
const char *planning_when(enum remedy_kind kind);

#endif
