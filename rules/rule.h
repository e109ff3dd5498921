/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rule: what deployments ask of a host, as it stands in memory. Loaded from YAML (core/load.h) or
 * compiled in (the same structs, emitted as C), and constant from then on.
 */
#ifndef STACKCHECK_RULE_H
#define STACKCHECK_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cel/cel.h"
#include "core/facts.h"
#include "core/value.h"
#include "steps.h"

/* Why a need is not met. The closed list; names in core/names.c. */
enum cause {
	CAUSE_ABSENT_HARDWARE,
	CAUSE_DISABLED_FIRMWARE,
	CAUSE_LOCKED_FIRMWARE,
	CAUSE_DISABLED_CMDLINE,
	CAUSE_NOT_BUILT,
	CAUSE_MODULE_NOT_LOADED,
	CAUSE_MODULE_BLOCKED,
	CAUSE_NOT_CONFIGURED,
	CAUSE_HIDDEN_BY_HYPERVISOR,
	CAUSE_HIDDEN_BY_CONTAINER,
	CAUSE_BUSY,
	CAUSE_BROKEN_DRIVER,
	CAUSE_IN_CONFLICT,
	CAUSE_TOO_SMALL,
	CAUSE_TOO_OLD,
	N_CAUSES,
};

/* What a change costs, rising. Hardware is the one that makes a need a plain no. */
enum remedy_kind {
	REMEDY_SETUP, /* now, on the running system */
	REMEDY_REBOOT,
	REMEDY_FIRMWARE, /* a visit to the firmware setup */
	REMEDY_PLATFORM, /* the owner of the hypervisor, cloud or container must act */
	REMEDY_REINSTALL, /* another system, boot mode or partitioning */
	REMEDY_HARDWARE,
	N_REMEDY_KINDS,
};

enum weight {
	WEIGHT_OPTIONAL, /* listed, never changes a verdict */
	WEIGHT_RECOMMENDED, /* not met: limited */
	WEIGHT_HARD,
	N_WEIGHTS,
};

enum need_kind {
	NEED_FACT, /* an operator on one fact */
	NEED_COUNT, /* an operator on how many records of a list fit */
	NEED_CHECK, /* an expression */
	NEED_ANY, /* one of its parts */
	NEED_ALL, /* all of its parts */
	NEED_CONFIRM, /* only the operator, the fleet or a trial can tell */
	NEED_NOTE, /* a text alone: an optional feature that nothing tests */
	N_NEED_KINDS,
};

enum need_op {
	OP_NONE,
	OP_MINIMUM,
	OP_MAXIMUM,
	OP_EQUALS,
	OP_NOT,
	OP_IN,
	OP_NOT_IN,
	OP_HAS, /* the list holds all of these */
	OP_PRESENT,
	OP_ABSENT,
	N_NEED_OPS,
};

/* A command for the systems of one package manager ("apt", "dnf", …; "any"). */
struct command {
	const char *manager;
	const char *text;
};

struct remedy {
	enum remedy_kind kind;
	const char *text; /* with {placeholders} */
	const struct command *commands;
	size_t n_commands;
	const struct step *steps; /* the same for a plan; none: only people can do it */
	size_t n_steps;
};

struct possible_cause {
	enum cause cause;
	struct remedy remedy;
};

/*
 * One row of a diagnosis: its causes stand if `when` holds (NULL: always) and no row before it did.
 */
struct diagnosis {
	const struct cel_expr *when;
	/*
	 * Of a count: also asks that the need would be met by giving up what is in use
	 * (new_system), but for one record, which the running system keeps.
	 */
	bool freed;
	const struct possible_cause *causes; /* likelier first */
	size_t n_causes;
};

/* What to do when a fact falls short, and how it is compared. */
struct shortfall {
	const char *fact; /* a name, an open-ended prefix, or a list */
	const char *title;
	const char *sold_as; /* sizes as sold compare with this fact; NULL */
	const struct value_entry *new_system; /* record fields that a new installation sets */
	size_t n_new_system;
	const struct diagnosis *diagnoses;
	size_t n_diagnoses;
};

/* What a size is asked for each of: as many as the records that fit, or as what they sum up to. */
struct need_scale {
	const char *unit; /* "OSD" */
	const char *list;
	const struct cel_expr *where; /* NULL: all records */
	const char *field; /* summed over the records; NULL: they are counted */
	int64_t divisor; /* of the sum: a TiB of it is one */
	int64_t plus; /* asked beside, once */
	const char *plus_text; /* as it was written; NULL: nothing */
};

/* One distinct need; roles share them. */
struct need {
	const char *id;
	const char *
		/* how people say it; NULL: made of the shortfall's title, operator and value */
		title;
	const char *fact; /* of NEED_FACT, of NEED_COUNT (a list) and, or NULL, of NEED_CONFIRM */
	const char *asked; /* the value as it was written: "8 GB" */
	struct value operand;
	const struct need_scale
		*scale; /* of NEED_FACT: the operand is for each of these; or NULL */
	const struct cel_expr *expr; /* of NEED_CHECK; of NEED_COUNT the `where`, or NULL */
	const struct cel_expr *
		/* what counts while the system is still to be installed; NULL: not judged then */
		hardware;
	const struct need *const *parts; /* of NEED_ANY, NEED_ALL */
	size_t n_parts;
	const struct shortfall *shortfall; /* of NEED_FACT, NEED_COUNT */
	const struct diagnosis *diagnoses; /* of NEED_CHECK */
	size_t n_diagnoses;
	enum need_kind kind;
	enum need_op op;
	uint32_t index; /* in rules.needs */
	bool exact; /* compare memory.total itself, not the size as sold */
	bool destroys; /* of NEED_CONFIRM: data is lost */
	bool deferred; /* hangs on the installed system: not judged before there is one */
};

/* A need as one role asks it. */
struct use {
	const struct need *need;
	const char *why;
	const char *const *sources;
	const struct cel_expr *when; /* NULL: always */
	const char *when_text;
	uint16_t n_sources;
	uint8_t layer; /* in the deployment's stack */
	uint8_t weight; /* enum weight */
};

/*
 * One resource that the units of a role take: facts and records go in, amounts come out. Every
 * expression is a whole number.
 */
struct room_limit {
	const char *title; /* "memory" */
	const char *unit; /* of the amounts: "bytes", …; NULL: a count */
	const char *
		fact; /* the fact or list that the amounts are of; NULL: an expression of several */
	const char *list; /* what is counted or summed, record by record; NULL: `of` alone */
	const struct cel_expr *where; /* of a list: which records; NULL: all */
	const struct cel_expr *of; /* what there is; of a list what each record gives, NULL: one */
	const struct cel_expr *each; /* what one unit takes */
	const struct cel_expr *host; /* what is set aside before the first unit; NULL: nothing */
	const char *why;
	const char *const *sources;
	size_t n_sources;
};

/* How many of something a host in this role carries: the least of what its limits allow. */
struct room {
	const char *unit; /* one of them: "microVM" */
	const char *units; /* several */
	const char
		*within; /* a list: units do not span its records ("numa"); NULL: the whole host */
	const struct room_limit *limits;
	size_t n_limits;
};

/*
 * What cannot stand on one host, as a publisher says: whatever asks the need (or is the role) on
 * one side, and whatever asks the need (or is the role) on the other.
 */
struct exclusion {
	const struct need *need; /* of one side; NULL: `role` is it */
	const char *role; /* "46/compute" */
	const char *name; /* of the need's capability, for people; else the role's */
	const struct need *other_need;
	const char *other_role;
	const char *other_name;
	const char *why;
	const char *const *sources;
	size_t n_sources;
	uint8_t weight; /* enum weight: hard, or recommended where there are ways around */
};

struct role {
	const char *name;
	const char *title;
	int64_t hosts_minimum;
	int64_t hosts_production; /* 0: not said */
	bool hosts_odd;
	bool primary;
	bool brings_os;
	bool optional;
	/* What this role looks like once it is installed. */
	const char *const *units;
	size_t n_units;
	const char *const *processes;
	size_t n_processes;
	/* The same, and the paths, as names of facts: any of them true shows an installation. */
	const char *const *marks;
	size_t n_marks;
	/*
	 * Processes ("kernel": no process, as of a tunnel's port) that hold its ports then but run
	 * elsewhere too, and so do not show that it is installed.
	 */
	const char *const *holders;
	size_t n_holders;
	const struct use *uses;
	size_t n_uses;
	const struct room *rooms;
	size_t n_rooms;
};

/* Where a publisher has moved on from what its deployment was designed for. */
struct note {
	const char *text;
	const char *since; /* a release or a date; NULL: not said */
	const char *const *sources;
	size_t n_sources;
};

struct deployment {
	int64_t id;
	const char *name;
	const char *title;
	const char *summary;
	const char *status;
	const char *file; /* where it was read; of a site's own rules */
	bool from_site;
	const char *const *stack; /* bottom to top */
	size_t n_stack;
	const struct role *roles;
	size_t n_roles;
	const char *release; /* what the rules hold for: "Kubernetes 1.35"; NULL: not said */
	const char *const *release_sources;
	size_t n_release_sources;
	const char *reviewed; /* when they were held against their sources last, a date; NULL */
	const struct note *notes;
	size_t n_notes;
};

/*
 * What many roles share under one name: one check, or a bundle of needs that stands for itself in
 * place.
 */
struct capability {
	const char *name;
	const char *title;
	const struct need *need; /* NULL: a bundle */
	const struct use *uses; /* of a bundle; their layer means nothing */
	size_t n_uses;
};

struct rules {
	const char *version; /* of the rules: stackcheck's own */
	const char *digest; /* SHA-256 of all rule files, hex */
	const struct need *const *needs; /* by index */
	size_t n_needs;
	const struct capability *capabilities;
	size_t n_capabilities;
	const struct shortfall *const *shortfalls;
	size_t n_shortfalls;
	const struct deployment *deployments; /* by id */
	size_t n_deployments;
	const struct package *packages;
	size_t n_packages;
	const struct firmware_vendor *vendors;
	size_t n_vendors;
	const struct firmware_setting *settings;
	size_t n_settings;
	const struct exclusion *exclusions;
	size_t n_exclusions;
	/* Open-ended facts that some rule names: the probes are asked for these. */
	const char *const *names;
	size_t n_names;
};

/* The rules compiled into the program. */
extern const struct rules rules_compiled_in;

const char *cause_name(enum cause cause); /* "absent-hardware", … */
const char *remedy_kind_name(enum remedy_kind kind); /* "setup", … */
const char *weight_name(enum weight weight); /* "hard", … */
const char *need_op_name(enum need_op op); /* "minimum", … */
const char *need_kind_name(enum need_kind kind); /* "fact", … */

/* The value of that name, or -EINVAL. */
int cause_of_name(const char *name);
int remedy_kind_of_name(const char *name);
int weight_of_name(const char *name);

/* By the name of its row; NULL: there is none. */
const struct package *rules_package(const struct rules *rules, const char *name);
const struct firmware_setting *rules_setting(const struct rules *rules, const char *name);
const struct firmware_vendor *rules_vendor(const struct rules *rules, const char *name);

/* The deployment by number or name, and the role by name; NULL: there is none. */
const struct deployment *rules_deployment(const struct rules *rules, const char *name);
/* What to do when the fact or list of that very name falls short; NULL: nothing is said. */
const struct shortfall *rules_shortfall(const struct rules *rules, const char *fact);
const struct role *deployment_role(const struct deployment *deployment, const char *name);

#endif
