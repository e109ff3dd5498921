/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/time: the question to the kernel's clock, live or recorded */
#include "host/time.h"

#include "host/recorder.h"

#include <errno.h>
#include <string.h>
#include <sys/timex.h>

int host_clock(const struct host *host, struct host_clock *ret, struct error *err)
{
	struct timex timex = { .modes = 0 };
	struct host_clock clock;
	int r;

	if (host_is_live(host)) {
		r = adjtimex(&timex);
		if (r < 0) {
			error_set(err, -errno, "adjtimex: %s", strerror(errno));
			return host_keep_failure(host, "adjtimex.state", -errno, err);
		}
		host_keep_i64(host, "adjtimex.state", r);
		host_keep_i64(host, "adjtimex.status", timex.status);
		*ret = (struct host_clock){ .state = r, .status = timex.status };
		return 0;
	}
	r = host_recorded_i64(host, "adjtimex.state", &clock.state, err);
	if (r >= 0)
		r = host_recorded_i64(host, "adjtimex.status", &clock.status, err);
	if (r >= 0)
		*ret = clock;
	return r;
}
