/* SPDX-License-Identifier: GPL-2.0-or-later */
/* room: how many units of a role a host carries, for people and programs */
#ifndef STACKCHECK_REPORT_ROOM_H
#define STACKCHECK_REPORT_ROOM_H

#include "report.h"

/* "940 microVMs; first to run out: memory"; made in `arena`. */
const char *words_room(struct arena *arena, const struct room_finding *found);

/* A line for each room of the role; `with_sources` also what each limit comes to, and why. */
void show_rooms(FILE *out, struct judgement *judgement, const struct role_finding *role,
		const struct style *style, bool with_sources);

/* What this host carries, and what the rules say of it; arrays, the caller's to free. */
json_t *rooms_json(struct judgement *judgement, const struct role_finding *role);
json_t *rule_rooms_json(const struct role *role);

#endif
