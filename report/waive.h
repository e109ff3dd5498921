/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * waive: what a site does without for a while, with who answers for it and until when. From the
 * command line, or from a file:
 *
 *	- need: memory.total>=64GB
 *	  for: 46/compute
 *	  reason: the pilot runs ten small VMs
 *	  owner: cloud team
 *	  until: 2027-01-31
 */
#ifndef STACKCHECK_WAIVE_H
#define STACKCHECK_WAIVE_H

#include "core/arena.h"
#include "core/error.h"
#include "judge.h"

/* Room for a day as a text. */
#define WAIVE_DAY 16

/* This day in UTC, into `buffer`, which is returned. */
const char *waive_today(char buffer[WAIVE_DAY]);

/*
 * Is `text` a waiver in the form of the command line, NEED[@ID[/ROLE]],until=DATE,owner=NAME,
 * reason=TEXT, and does it hold today? -EINVAL with a sentence; whether there is such a need only
 * the rules tell.
 */
int waive_check(const char *text, const char *today, struct error *err);

/*
 * The waiver that `text` is. What it names lives in `arena` and in the rules. -EINVAL with a
 * sentence: not in that form, over, no such need or role, or data would be lost.
 */
int waive_parse(struct arena *arena, const struct rules *rules, const char *text, const char *today,
		struct waiver *ret, struct error *err);

/*
 * Those of a file. 0: there is no such file. Errors begin with file:line:column: -EINVAL as above, or
 * -errno of reading.
 */
int waive_read(struct arena *arena, const struct rules *rules, const char *path, const char *today,
	       struct waivers *ret, struct error *err);

/* "46/compute", "46", or "" for all. */
const char *waive_scope(struct arena *arena, const struct waiver *waiver);

/* "Waived until 2027-01-31 by cloud team: systemd-init of 46/compute (the pilot has its own)" */
const char *waive_words(struct arena *arena, const struct waiver *waiver);

/* How many roles it carries over a need that is not met, or not known to be. */
size_t waive_count(const struct judgement *judgement, const struct waiver *waiver);

#endif
