/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * site: a site's answers to what no probe can tell, in a file that each run on the machine reads:
 *
 *	os.replaceable: true
 *	net.peer_latency: 2 ms
 *
 * Names are facts, values those of --assume. An answer counts where nothing else is known: what was
 * read, or shown by a trial, stands.
 */
#ifndef STACKCHECK_SITE_H
#define STACKCHECK_SITE_H

#include <stddef.h>

#include "core/error.h"
#include "core/facts.h"

/* Those of the answers that count, as "FACT=VALUE". */
struct site_answers {
	const char *const *texts;
	size_t len;
};

/*
 * Sets the facts that `path` answers; derive afterwards. Everything lies in `arena` and must live as
 * long as the facts. No file: no answers. Errors begin with file:line:column: -EINVAL, or -errno of
 * reading.
 */
int site_read(struct arena *arena, const char *path, struct facts *facts, struct site_answers *ret,
	      struct error *err);

#endif
