/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * facts: what is known of one machine. A fact has a dotted name, a definition (type, unit, meaning,
 * scope), and is known, absent (asked, and there is no such thing) or unknown with its reason.
 * `struct facts` owns an arena that holds everything reachable from it and goes in one call.
 */
#ifndef STACKCHECK_FACTS_H
#define STACKCHECK_FACTS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/error.h"
#include "core/value.h"

struct facts;
struct host;

enum fact_type {
	FACT_BOOL, /* never absent: false is */
	FACT_COUNT, /* an integer; `unit` says of what, NULL means a plain count */
	FACT_STRING,
	/* an integer where the text is one, else a string: sysctls, module parameters */
	FACT_SCALAR,
	FACT_VERSION, /* a string that compares as versions do */
	FACT_STRINGS, /* a list of strings */
	FACT_RECORDS, /* a list of records, see `fields` */
	FACT_MAP, /* names to strings; whole sets such as the kernel configuration */
	N_FACT_TYPES,
};

/* What a fact tells about: decides what can be judged before a system is installed. */
enum fact_scope {
	SCOPE_HARDWARE,
	SCOPE_FIRMWARE,
	SCOPE_OS, /* kernel build, modules, packages, command line */
	/* changes while the system runs: ports, swap, free space, use of disks, clock */
	SCOPE_STATE,
	SCOPE_OPERATOR, /* only a person, the fleet or a trial can tell */
	N_FACT_SCOPES,
};

/* A field of the records in a list: only bool, count, string or strings. */
struct field_def {
	const char *name;
	enum fact_type type;
	const char *unit;
	const char *meaning;
};

struct fact_def {
	const char *name; /* an open-ended name ends in a dot: "kernel.config." */
	enum fact_type type;
	enum fact_scope scope;
	const char *unit; /* "bytes", "bit/s", … */
	const char *meaning; /* one phrase */
	const char *source; /* where it is read, as people name it */
	const char *
		privilege; /* what it needs beyond an ordinary user: "root", "group kvm"; NULL: nothing */
	const char *values; /* of a string with few values: "v1 hybrid v2"; NULL: any */
	const struct field_def *fields; /* of FACT_RECORDS, ended by a row without a name */
	/*
	 * Of an open-ended name: sets the fact `name` (whose part behind the dot is `rest`). `host`
	 * is NULL where facts come from a file; then only what other facts tell can be set,
	 * everything else is left alone. Called once for each name that the rules mention, after
	 * the probe's run.
	 */
	int (*ask)(const struct host *host, struct facts *facts, const char *name,
		   const char *rest);
};

struct fact {
	const struct fact_def *def;
	const char *name;
	struct value value; /* VALUE_UNKNOWN: unknown; VALUE_NULL: absent; else known */
	const char *source; /* where this value was read; NULL where nothing was */
	bool set; /* by a probe, a file or an assumption */
	bool recorded; /* came from a facts file */
	bool assumed; /* came from --assume; probes and derivations leave it alone */
};

/* No facts yet: every defined name is unknown, "was not probed". Never fails. */
struct facts *facts_new(void);

/*
 * The same in memory that a process shares with those it forks: what a worker sets is set here. On
 * the heap where there is no such memory.
 */
struct facts *facts_new_shared(void);
bool facts_are_shared(const struct facts *facts);

void facts_free(struct facts *facts);
struct arena *facts_arena(struct facts *facts);

static inline void facts_freep(struct facts **facts)
{
	facts_free(*facts);
}
#define auto_facts __attribute__((cleanup(facts_freep)))

/*
 * The definition for a name, open-ended ones included (the longest that fits, with something behind
 * its dot); NULL when there is no fact of that name. *ret_rest (may be NULL) is the open part, or
 * NULL.
 */
const struct fact_def *fact_def_of(const char *name, const char **ret_rest);

/* The definitions, all probes' tables one after the other, in the order of probes.def. */
size_t fact_defs_count(void);
const struct fact_def *fact_def_at(size_t index);

/* The defined name that is nearest to `name`, for error messages; NULL when none is near. */
const char *fact_name_near(const char *name);

const char *fact_type_name(enum fact_type type); /* "bool", "count", … */
const char *fact_scope_name(enum fact_scope scope); /* "hardware", … */

/*
 * The fact of that name. NULL only when no definition fits; an open-ended name that nobody asked
 * for yet is asked of its definition without a host, and else unknown, not-recorded.
 */
const struct fact *facts_get(struct facts *facts, const char *name);

/* The same as fact_def_of(), by this set's table of names: quick, for what runs on every host. */
const struct fact_def *facts_def_of(const struct facts *facts, const char *name,
				    const char **ret_rest);

/*
 * The same for a name that will be set: an open-ended one has its place from now on. `*ret_rest` is
 * what stands behind its definition's dot, NULL for others.
 */
const struct fact_def *facts_expect(struct facts *facts, const char *name, const char **ret_rest);

/* Shorthands: true/the number/the text only where the fact is known; else false, `other`, NULL. */
bool facts_is_true(struct facts *facts, const char *name);
bool facts_is_false(struct facts *facts, const char *name);
int64_t facts_int(struct facts *facts, const char *name, int64_t other);
const char *facts_string(struct facts *facts, const char *name);

/*
 * Known facts one by one, in order of definition, then asked open-ended ones by name: start with
 * *ret_fact NULL.
 */
bool facts_next(struct facts *facts, size_t *ret_index, const struct fact **ret_fact);

/*
 * Setters, for probes. `source` is where it was read (a path, "CPUID.1:ECX[5]",
 * "KVM_GET_API_VERSION"); it is copied. A name that is not defined, or a value that is not of its
 * type, is a programming error and ends the program. Setting again replaces. All return 0, so that
 * a probe can end in one.
 */
int facts_set_bool(struct facts *facts, const char *name, bool value, const char *source);
int facts_set_int(struct facts *facts, const char *name, int64_t value, const char *source);
int facts_set_string(struct facts *facts, const char *name, const char *value, const char *source);
int facts_set_value(struct facts *facts, const char *name, struct value value,
		    const char *source); /* lent: use facts_arena() */
int facts_set_absent(struct facts *facts, const char *name, const char *source);
int facts_set_unknown(struct facts *facts, const char *name,
		      const struct error *err); /* reason and sentence of the error */
int facts_set_unsupported(struct facts *facts, const char *name, const char *detail);
int facts_set_hidden(struct facts *facts, const char *name, const char *detail);
int facts_set_reason(struct facts *facts, const char *name, enum unknown_reason reason,
		     const char *detail);

/*
 * A fact as a facts file has it, or as the operator assumes it; `value` and `source` are lent for
 * as long as the facts live. Of an assumed record the fields that are left out are unknown,
 * not-recorded. -ENOENT: no such fact. -EINVAL: not a value of its type.
 */
int facts_set_recorded(struct facts *facts, const char *name, struct value value,
		       const char *source);
int facts_set_assumed(struct facts *facts, const char *name, struct value value,
		      const char *source);

/* Moves facts of `from` that are set, and not yet assumed here, into `facts` (copied). */
void facts_merge(struct facts *facts, struct facts *from);

#endif
