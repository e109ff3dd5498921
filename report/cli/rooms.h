/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rooms: how many units of a role a host carries, for people */
#ifndef STACKCHECK_ROOMS_H
#define STACKCHECK_ROOMS_H

#include "cli/cite.h"
#include "judge.h"

/*
 * A line for each room of the role; with `limits` also what each limit comes to, and why, its
 * sources by number where there are citations.
 */
void show_rooms(FILE *out, struct judgement *judgement, const struct role_finding *role,
		const struct style *style, bool limits, struct citations *citations);

#endif
