/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trial: what a trial's file includes. A trial is one file and one line in trials.def. */
#ifndef STACKCHECK_TRIAL_H
#define STACKCHECK_TRIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/facts.h"
#include "core/util.h"
#include "host/host.h"

/* What it is done on. */
struct trial_place {
	const char *on; /* as people call it; NULL: on nothing in particular */
	int64_t size, node; /* of a huge page; node -1: any */
	/* What the trial's look() found, so that tidy() knows what was there before. */
	int64_t before, others;
};

/* How it came out; goes through a pipe in one piece. */
struct outcome {
	int code; /* 0: it worked; else negative errno */
	bool denied; /* for want of permission, or of a way to try: says nothing of the machine */
	int64_t number; /* what was measured */
	char text[200]; /* what was seen or what failed, one phrase; "" */
};

/* Sets the outcome; EPERM and EACCES are denials. Returns `code`. */
int trial_failed(struct outcome *outcome, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same for what was not even tried. */
int trial_not_made(struct outcome *outcome, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

struct trial {
	const char *name;
	const char *does; /* said before it is done: "mounts an overlay in …" */
	/* What the kernel may load for it, and then keeps; NULL: nothing. */
	const char *module;
	const char *filesystem; /* registered, it needs no module */
	/* What is named with it: "FOLDER"; NULL: nothing is. */
	const char *takes;
	const char *usual; /* where nothing is named; NULL: then it is not made */
	bool (*fits)(const char *named); /* may this be named? */
	unsigned int seconds; /* deadline */
	/* It ends by itself whatever becomes of the process that began it. */
	bool outlives;
	/* The places to do it on, at most `max`, from the facts; NULL: what was named, or nothing. */
	size_t (*places)(struct facts *facts, struct trial_place *places, size_t max);
	/* Before anything is done, in the parent. */
	void (*look)(struct trial_place *place);
	/* In a process of its own. */
	void (*run)(const struct trial_place *place, struct outcome *outcome);
	/* Puts away what a process of the trial that was killed left; in the parent. */
	void (*tidy)(const struct trial_place *place);
	/* Sets what it showed. */
	void (*learn)(const struct host *host, struct facts *facts, const struct trial_place *place,
		      const struct outcome *outcome, const char *source);
};

/*
 * Enters new namespaces of these kinds (CLONE_NEWNS, CLONE_NEWNET): as the caller may, else within
 * a new user namespace. Mounts are private afterwards.
 */
int trial_enter(int kinds, struct outcome *outcome);

/* The same always with a user namespace. */
int trial_enter_as_user(int kinds, struct outcome *outcome);

/* Again after each change of credentials, which takes it back, prctl(2). */
void trial_die_with_parent(void);

/* Mounts an empty tmpfs on a folder that every system has, in private mounts; the folder's path. */
int trial_room(const char **ret, struct outcome *outcome);

/* For learn(): true where it worked; where it failed, what was true is unknown. */
void trial_learn_bool(struct facts *facts, const char *fact, const struct outcome *outcome,
		      const char *source);

/* The same for how a module is there. */
void trial_learn_module(const struct host *host, struct facts *facts, const char *module,
			const struct outcome *outcome, const char *source);

/* Takes back what is known: the trial failed on it. */
void trial_learn_doubt(struct facts *facts, const char *fact, const struct outcome *outcome,
		       const char *source);

#endif
