/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/time: what the kernel thinks of its own clock */
#ifndef STACKCHECK_HOST_TIME_H
#define STACKCHECK_HOST_TIME_H

#include "host/host.h"

struct host_clock {
	int64_t state; /* TIME_OK … TIME_ERROR of adjtimex(2) */
	int64_t status; /* STA_… bits */
};

/*
 * Asks adjtimex(2) with no mode, which any user may do and which sets nothing. Recordings: the
 * answers "adjtimex.state" and "adjtimex.status". -EPERM: a sandbox forbids the call. -ENODATA: not
 * recorded.
 */
int host_clock(const struct host *host, struct host_clock *ret, struct error *err);

#endif
