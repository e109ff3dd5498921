/* SPDX-License-Identifier: GPL-2.0-or-later */
/* room: how many units of a role a host carries, for people and programs */
#ifndef STACKCHECK_REPORT_ROOM_H
#define STACKCHECK_REPORT_ROOM_H

#include "report.h"

/* "940 microVMs; first to run out: memory"; made in `arena`. */
const char *words_room(struct arena *arena, const struct room_finding *found);

/* "memory: 125 GiB, 2 GiB of it for the host, 133 MiB for each: 947"; made in `arena`. */
const char *words_limit(struct arena *arena, const struct limit_finding *found);

/* What this host carries, and what the rules say of it; arrays, the caller's to free. */
json_t *rooms_json(struct judgement *judgement, const struct role_finding *role);
json_t *rule_rooms_json(const struct role *role);

#endif
