/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * prove: what can only be shown by doing. Each trial is said before it is done, runs in a process
 * of its own with a deadline, and leaves nothing behind, wherever it is killed: what it makes goes
 * with that process (namespaces, unnamed files, mappings), and what does not (virtual functions) is
 * put away by a process that outlives ours.
 */
#ifndef STACKCHECK_PROVE_H
#define STACKCHECK_PROVE_H

#include "core/error.h"
#include "core/facts.h"
#include "host/host.h"

struct prove_options {
	/*
	 * The trials, with commas between, some with "=" and what they are done on ("overlay",
	 * "vfs=0000:01:00.0"); NULL or "": all that need no name.
	 */
	const char *list;
	/* Is told what will be done, before it is done, and what it came to; a sentence each. */
	void (*say)(void *ctx, const char *sentence);
	void *ctx;
};

/* Is this a list of trials? -EINVAL with a sentence where it is none. */
int prove_check(const char *list, struct error *err);

/* The trials' names, with "|" between: for --help and errors. */
const char *prove_names(char *buffer, size_t size);

/*
 * Makes the trials and sets what they showed: the best evidence there is, before derivations run
 * again. A trial that failed takes back what was held for true, but for want of permission, which
 * says nothing. Sets the fact `trials`. Only for the live system at "/": else -EINVAL.
 */
int prove(const struct host *host, struct facts *facts, const struct prove_options *options,
	  struct error *err);

#endif
