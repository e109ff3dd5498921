/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel: what the kernel's probes share */
#ifndef STACKCHECK_KERNEL_H
#define STACKCHECK_KERNEL_H

#include <stdbool.h>

#include "core/error.h"
#include "core/facts.h"
#include "host/host.h"

/*
 * The running kernel's release and its command line: as kernel.release and kernel.cmdline know them
 * already, else read. Both lie in the facts' arena. Errors of host_read_line().
 */
int kernel_release(const struct host *host, struct facts *facts, const char **ret,
		   struct error *err);
int kernel_cmdline(const struct host *host, struct facts *facts, const char **ret,
		   struct error *err);

/*
 * The value of a boot parameter, the last one that is given ("" of a bare word), in `buffer`; NULL
 * where it is not given. `-` and `_` are equal, quotes around a value are no part of it, and what
 * stands behind "--" is for init (Linux kernel/params.c,
 * parse_args() and parameq(); lib/cmdline.c, next_arg()).
 */
#define KERNEL_PARAMETER_MAX 4096
const char *kernel_parameter(const char *cmdline, const char *name,
			     char buffer[KERNEL_PARAMETER_MAX]);

/* True where two names of a module or parameter are the same: `-` and `_` are equal. */
bool kernel_same_name(const char *one, const char *other);

/*
 * The value of an open-ended fact where the fact that its set is kept in is not known: that one's
 * reason. True when there is nothing more to do: also where the set was never probed and `name` is
 * therefore left alone.
 */
bool kernel_set_is_unknown(struct facts *facts, const char *set, const char *name);

/*
 * The option of the running kernel's configuration: 1 and its value, 0 where it is not set,
 * -ENODATA where the configuration is not known.
 */
int kernel_option(struct facts *facts, const char *option, const char **ret);

/* builtin, loaded, available, missing as in kernel.module.X; NULL where it cannot be told. */
const char *kernel_module_state(struct facts *facts, const char *module);

#endif
