/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * judge: facts held against rules. Every distinct need is evaluated once per basis; roles and
 * deployments combine the outcomes of their needs.
 */
#ifndef STACKCHECK_JUDGE_H
#define STACKCHECK_JUDGE_H

#include "core/facts.h"
#include "rule.h"

/* Which system is judged: the one that runs, or one still to be installed on this machine. */
enum basis {
	BASIS_RUNNING,
	BASIS_NEW,
	N_BASES,
};

enum outcome {
	OUTCOME_MET,
	OUTCOME_UNMET,
	OUTCOME_UNKNOWN,
	OUTCOME_NOT_APPLICABLE, /* its `when` is false */
	OUTCOME_DEFERRED, /* hangs on the system that is yet to be installed */
	OUTCOME_TO_CONFIRM, /* only the operator, the fleet or a trial can tell */
	OUTCOME_NOTED, /* a text alone: nothing tests it */
	N_OUTCOMES,
};

/*
 * How good an outcome is, rising: no, fixable by its dearest remedy, limited, ready. Minima and
 * maxima of outcomes are those of these numbers.
 */
enum level {
	LEVEL_NO,
	LEVEL_REINSTALL,
	LEVEL_PLATFORM,
	LEVEL_FIRMWARE,
	LEVEL_REBOOT,
	LEVEL_SETUP,
	LEVEL_LIMITED,
	LEVEL_READY,
};

/* The worst and the best that can be true, given what is not known. */
struct interval {
	enum level worst;
	enum level best;
};

enum verdict {
	VERDICT_NO,
	VERDICT_FIXABLE,
	VERDICT_LIMITED,
	VERDICT_READY,
	VERDICT_UNKNOWN,
	N_VERDICTS,
};

/* What one need comes to on this host, as a hard need. */
struct finding {
	bool evaluated;
	enum outcome outcome;
	struct interval interval;
	struct value have; /* of a fact, a count; of a check what it came to */
	struct value
		asked; /* of a size that is asked for each of something: what it comes to here */
	const char *source; /* where that was read; NULL */
	const struct value_unknown *unknown; /* what an unknown outcome hangs on; NULL */
	const char *rule_error; /* the expression failed: a mistake in the rule */
	/* Why it is not met, or may not be: those that are possible, likelier first. */
	const struct possible_cause *const *causes;
	size_t n_causes;
	/* Of any and all: the part whose causes these are; else the need itself. */
	const struct need *blamed;
};

/*
 * What a site does without, for a while: not met, the need counts no longer as hard, but its role is
 * limited at best.
 */
struct waiver {
	const struct need *need;
	const struct deployment *deployment; /* NULL: each that asks it */
	const struct role *role; /* NULL: each of its roles that asks it */
	const char *reason;
	const char *owner; /* whom to ask */
	const char *until; /* the last day it holds, UTC: "2027-01-31" */
	const char *from; /* "--waive", or the place in a file */
};

struct waivers {
	const struct waiver *items;
	size_t len;
};

/* One use's outcome in its role. */
struct use_finding {
	const struct use *use;
	const struct finding *finding;
	const struct waiver *waiver; /* that holds here, where the need is not met; NULL */
	enum outcome outcome; /* with the use's condition */
	struct interval interval; /* with its weight: what it contributes to the role */
	bool in_use; /* met because this role's own installation holds it */
};

struct role_finding {
	const struct role *role;
	enum basis basis;
	enum verdict verdict;
	struct interval interval;
	bool installed; /* a unit or process of this role runs */
	struct use_finding *uses; /* as many as the role has */
	size_t counts[N_OUTCOMES];
};

enum alone {
	ALONE_NO,
	ALONE_YES,
	ALONE_UNKNOWN,
};

struct deployment_finding {
	const struct deployment *deployment;
	enum verdict verdict;
	struct interval interval;
	enum alone alone; /* can this host carry all the roles at once? */
	struct role_finding *roles;
};

struct judgement {
	struct arena arena;
	const struct rules *rules;
	struct facts *facts;
	const struct waivers *waivers; /* NULL: none */
	enum basis basis;
	struct finding *findings[N_BASES]; /* by need index */
	struct deployment_finding *deployments; /* as many as the rules have */
	size_t n_rule_errors;
};

/*
 * Holds the facts against all rules. `rules` and `facts` are lent for as long as the judgement
 * lives.
 */
struct judgement *judge(const struct rules *rules, struct facts *facts, enum basis basis);

/* The same with what is waived, which is lent, too. */
struct judgement *judge_with(const struct rules *rules, struct facts *facts, enum basis basis,
			     const struct waivers *waivers);

void judgement_free(struct judgement *judgement);

/* The same with nothing judged yet, for single needs and roles; `deployments` is NULL. */
struct judgement *judgement_new(const struct rules *rules, struct facts *facts, enum basis basis,
				const struct waivers *waivers);

/* One role, with memory from the judgement. */
void judge_role(struct judgement *judgement, const struct deployment *deployment,
		const struct role *role, struct role_finding *ret);

static inline void judgement_freep(struct judgement **judgement)
{
	judgement_free(*judgement);
}
#define auto_judgement __attribute__((cleanup(judgement_freep)))

/* At least and at most so many; `most` is INT64_MAX where nothing bounds it. */
struct amount {
	int64_t least;
	int64_t most;
};

/* What one resource allows a role's units. */
struct limit_finding {
	const struct room_limit *limit;
	struct amount have; /* what there is */
	struct amount each; /* what one unit takes */
	struct amount host; /* what is set aside before */
	struct amount units;
	const struct value_unknown *unknown; /* what an open end hangs on; NULL */
};

/* How many units of a role this host carries. */
struct room_finding {
	const struct room *room;
	struct amount units;
	/*
	 * What runs out first: of what decides how many there can be at most the first; NULL: nothing
	 * is known to. `decided` where nothing else can run out before.
	 */
	const struct limit_finding *first;
	bool decided;
	struct limit_finding *limits; /* as many as the room has */
};

/*
 * Evaluated when it is asked for: no verdict hangs on it. What is not known leaves an end open, and
 * learning it only narrows the amount.
 */
struct room_finding judge_room(struct judgement *judgement, const struct role_finding *role,
			       const struct room *room);

/* A role that is to stand on this host. */
struct tenant {
	const struct deployment *deployment;
	const struct role_finding *role;
};

enum together_kind {
	TOGETHER_ROLE, /* a role by itself falls short */
	TOGETHER_HOSTS, /* it wants several hosts */
	TOGETHER_SYSTEM, /* it brings a system of its own */
	TOGETHER_EXCLUDES, /* a publisher says that they do not go together */
	TOGETHER_PORT, /* both want it */
	TOGETHER_ABSENT, /* one asks that something is not there that the other brings */
	TOGETHER_VALUE, /* no value of a fact suits both */
	TOGETHER_DISTRIBUTION, /* no distribution suits both */
	TOGETHER_DISKS, /* there are not enough to give each its own */
	TOGETHER_SIZE, /* the sum of what they ask is not there */
	N_TOGETHER_KINDS,
};

/* Why roles cannot, or may not, share a host. */
struct together_reason {
	enum together_kind kind;
	struct interval interval;
	const struct tenant *a;
	const struct tenant *b; /* NULL: it is not of two alone */
	const struct need *need; /* of `a`; of a size the sum that is asked */
	const struct need *other; /* of `b` */
	const struct exclusion *exclusion;
	const struct finding *finding; /* of a size: what that comes to */
	int64_t asked, have; /* of disks, and of hosts */
};

struct together {
	struct interval interval;
	struct interval between; /* without what each role comes to by itself */
	enum verdict verdict;
	const struct together_reason *reasons;
	size_t n_reasons;
};

/*
 * Can these roles share this host? What one of them asks in the words of another, of the very same
 * need, is of one thing that both use (the node's agent, the host's own share) and counts once.
 * `tenants` is lent for as long as the result is used.
 */
struct together judge_together(struct judgement *judgement, const struct tenant *tenants, size_t n);

/* The same of each two: of `a` and `b`, a < b, at [a * n + b]; the other places are not filled. */
struct together *judge_pairs(struct judgement *judgement, const struct tenant *tenants, size_t n);

/* Why the whole deployment stands or does not stand on this one host: all roles that it needs. */
struct together judge_whole(struct judgement *judgement, const struct deployment_finding *finding);

const char *together_kind_name(enum together_kind kind); /* "port", … */

/* One need on a basis, evaluated the first time it is asked for. */
const struct finding *judge_need(struct judgement *judgement, const struct need *need,
				 enum basis basis);

/*
 * Would data be lost (`destroys`), by it or by one of its parts? Such a need is never waived: only
 * who answers for the data can confirm it.
 */
bool need_destroys(const struct need *need);

/* How one layer of the deployment's stack fares in a role: the worst of what it asks. */
struct interval role_layer(const struct role_finding *role, size_t layer);

/* The verdict that an interval is: its common value, limited for limited to ready, else unknown. */
enum verdict verdict_of(struct interval interval);

/* The remedy that a fixable level asks for. Only for LEVEL_REINSTALL to LEVEL_SETUP. */
enum remedy_kind level_remedy(enum level level);
enum level remedy_level(enum remedy_kind kind);

const char *outcome_name(enum outcome outcome); /* "met", "not-applicable", … */
const char *verdict_name(enum verdict verdict); /* "no", "fixable", … */
const char *level_name(enum level level); /* "no", "fixable", "limited", "ready" */
const char *basis_name(enum basis basis); /* "running", "new" */

#endif
