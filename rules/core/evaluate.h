/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the judgement share. */
#ifndef STACKCHECK_EVALUATE_H
#define STACKCHECK_EVALUATE_H

#include "judge.h"

/* Three values; the order is that of a minimum for "and" and a maximum for "or". */
enum tri {
	TRI_FALSE,
	TRI_UNKNOWN,
	TRI_TRUE,
};

/*
 * An operator on a known, absent or unknown value (the table of corners in the design). `values` is
 * the list of a string's few values, rising, for minimum and maximum; `is_version` compares strings
 * as versions.
 */
enum tri compare(enum need_op op, const struct value *have, const struct value *asked,
		 const char *values, bool is_version);

/* An expression that tells yes or no. */
struct answer {
	enum tri tri;
	const struct value_unknown *unknown;
	const char *error; /* the rule is wrong: counts as unknown */
	bool deferred; /* of a condition: it hangs on the system to come and nothing else */
};

/*
 * With the facts alone, or with a record whose fields come first; of a record, what a new system
 * sets.
 */
struct answer evaluate(struct judgement *judgement, const struct cel_expr *expr,
		       const struct value *record, const struct shortfall *shortfall,
		       enum basis basis);

/* The number, or the unknown or error, that an expression comes to; as above. */
struct value evaluate_number(struct judgement *judgement, const struct cel_expr *expr,
			     const struct value *record, const struct shortfall *shortfall,
			     enum basis basis);

/*
 * How many records of a list fit; or, with `of`, what that comes to over those that fit. `unknown`
 * (may be NULL) is set to what it hangs on.
 */
struct amount amount_of_records(struct judgement *judgement, const char *list,
				const struct cel_expr *where, const struct cel_expr *of,
				const char *field, enum basis basis,
				const struct value_unknown **ret_unknown);

/*
 * Would a count be met if what is in use was given up, but for one record that the running system
 * keeps? False for other needs.
 */
enum tri met_if_freed(struct judgement *judgement, const struct need *need);

/*
 * The condition of a use. Before there is a system, what the one that runs tells of itself decides
 * nothing: facts of scopes os and state are unknown then.
 */
struct answer evaluate_when(struct judgement *judgement, const struct cel_expr *when,
			    enum basis basis);

/*
 * Fills causes and interval of a finding of `need` that is unmet or unknown. For a system that is
 * yet to be installed what commands or a reboot of the running one would mend is no cause.
 */
void diagnose(struct judgement *judgement, const struct need *need, enum basis basis,
	      struct finding *finding);

/* The same need for another amount, and what that comes to with its causes; in the arena. */
const struct need *need_of_amount(struct judgement *judgement, const struct need *need,
				  int64_t amount);
const struct finding *find_amount(struct judgement *judgement, const struct need *amount,
				  enum basis basis);

/* Marks what is waived in this role, and what it contributes then. */
void waive(const struct judgement *judgement, const struct deployment *deployment,
	   const struct role *role, struct use_finding *found);

/* Can this host carry every role of the deployment at once? */
enum alone judge_alone(struct judgement *judgement, const struct deployment_finding *finding);

#endif
