/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dev: whether a device node is there. It is never opened: opening a node that was made beforehand
 * loads its module.
 */
#include <errno.h>

#include "probe.h"

static int ask(const struct host *host, struct facts *facts, const char *name, const char *rest);

static const struct fact_def facts_of_dev[] = {
	{ "dev.", FACT_BOOL, SCOPE_STATE, .meaning = "this device node is there, below /dev",
	  .source = "/dev", .ask = ask },
};

static int ask(const struct host *host, struct facts *facts, const char *name, const char *rest)
{
	const char *path = PATH("/dev/%s", rest);
	struct error err;
	int r;

	if (!host)
		return 0;
	r = host_exists(host, path, &err);
	if (r < 0)
		return facts_set_unknown(facts, name, &err);
	return facts_set_bool(facts, name, r > 0, path);
}

const struct probe probe_dev = { .name = "dev", PROVIDES(facts_of_dev) };
