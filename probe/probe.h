/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * probe: what a probe's file includes. A probe is one file with one table of its facts and one line
 * in probes.def. It turns what the host says into facts; it never judges.
 */
#ifndef STACKCHECK_PROBE_H
#define STACKCHECK_PROBE_H

#include "core/arena.h"
#include "core/error.h"
#include "core/facts.h"
#include "core/util.h"
#include "core/value.h"
#include "host/host.h"

struct probe {
	const char *name; /* the first part of its facts' names */
	const struct fact_def *facts;
	size_t n_facts;
	/*
	 * Sets the probe's facts from the host. A read that fails costs the facts that hang on it:
	 * set those unknown and go on. A negative return leaves every fact of the table that is
	 * still unset unknown with `err`. NULL: the table has nothing but open-ended or operator's
	 * facts.
	 */
	int (*run)(const struct host *host, struct facts *facts, struct error *err);
	/*
	 * Sets facts that follow from other facts, of this or any probe; runs after all probes, and
	 * again after an assumption. NULL: none. Set everything derived here and nothing else: what
	 * was recorded as known stays when the derivation would make it unknown.
	 */
	void (*derive)(struct facts *facts);
};

#define PROVIDES(table) .facts = (table), .n_facts = ARRAY_SIZE(table)

/* Is this a row of the probe's table? */
static inline bool probe_owns(const struct probe *probe, const struct fact_def *def)
{
	return def >= probe->facts && def < probe->facts + probe->n_facts;
}

/* All probes, in the order of probes.def. */
size_t probes_count(void);
const struct probe *probe_at(size_t index);

/*
 * Runs all probes on `host` and sets `facts`, and asks for the `n_names` open-ended names that rules
 * mention; then derives. On a live host, with shared facts, this happens in a worker process: a probe
 * that fails or does not answer within its share of `deadline_ms` costs its own facts alone.
 */
struct probe_options {
	unsigned int deadline_ms; /* of all probes; one may take a fifth; 0: 5000 */
	const char *const *names;
	size_t n_names;
};
void probes_run(const struct host *host, struct facts *facts, const struct probe_options *options);

/* Only what follows from other facts; after facts_assume() or a facts file. */
void probes_derive(struct facts *facts);

#endif
