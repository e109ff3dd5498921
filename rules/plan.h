/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan: what to change on a host so that it can carry roles: the remedies of all their needs, each
 * once, in order of what they cost; and what the facts are once they are carried out, so that the
 * promise can be held to.
 */
#ifndef STACKCHECK_PLAN_H
#define STACKCHECK_PLAN_H

#include "judge.h"

/* A fact as it is once the plan is carried out; for --assume. */
struct assumption {
	const char *fact;
	struct value value;
};

struct change {
	enum remedy_kind kind;
	enum cause cause;
	const char *text; /* for people, with its placeholders filled */
	/* What it takes where the likelier cause turns out not to be the one; NULL: there is no other. */
	const char *otherwise;
	const struct command *commands; /* of the remedy, as its rule has them */
	size_t n_commands;
	const struct step *steps; /* the same for programs, filled; none: only people can do it */
	size_t n_steps;
	const struct need **needs; /* that it was made for, each once */
	size_t n_needs;
};

struct planned_role {
	const struct deployment *deployment;
	const struct role *role;
	struct interval before, after;
	enum verdict verdict_before, verdict_after;
};

enum open_kind {
	OPEN_UNKNOWN, /* what the facts do not tell */
	OPEN_CONFIRM, /* what only people can tell */
	OPEN_CONFLICT, /* another of the roles needs the opposite */
	OPEN_LEFT, /* no remedy is known */
	OPEN_RECOMMENDED, /* recommended, not met, and not asked for */
	N_OPEN_KINDS,
};

/* What stays open when all changes are made. */
struct open_need {
	enum open_kind kind;
	const struct need *need;
	const struct planned_role *role; /* the first that asks it */
	const char *text; /* how the need is said, and why it is open */
	bool destroys; /* of OPEN_CONFIRM: data is lost */
};

struct plan {
	struct change *changes; /* cheapest first */
	size_t n_changes;
	struct planned_role *roles; /* as they were asked */
	size_t n_roles;
	struct open_need *open; /* by kind */
	size_t n_open;
	struct assumption *assumptions; /* a fact stands there once */
	size_t n_assumptions;
};

/* The texts of needs and remedies are the report's. */
struct plan_options {
	bool strictly; /* recommendations too: what it takes to be ready */
	/* What a remedy says on this host. */
	const char *(*remedy)(struct judgement *judgement, const struct finding *finding,
			      const struct possible_cause *cause);
	/* A text of its steps with the placeholders filled. */
	const char *(*fill)(struct judgement *judgement, const struct finding *finding,
			    const char *text);
	/* A need and why it is not met, or not known. */
	const char *(*reason)(struct arena *arena, const struct need *need,
			      const struct finding *finding);
};

/*
 * The plan for `roles` (deployment and role are set, nothing else), in memory of the judgement. It
 * tries its changes out: afterwards the judgement's facts are those of the host as planned.
 */
struct plan *plan_make(struct judgement *judgement, const struct planned_role *roles,
		       size_t n_roles, const struct plan_options *options);

const char *open_kind_name(enum open_kind kind); /* "unknown", … */

#endif
