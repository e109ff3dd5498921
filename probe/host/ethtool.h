/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ethtool: what a network interface says it can do; part of the host's door */
#ifndef STACKCHECK_HOST_ETHTOOL_H
#define STACKCHECK_HOST_ETHTOOL_H

#include <stdint.h>

#include "host/host.h"

/*
 * The fastest link mode that the interface supports, link up or down, in Mbit/s
 * (ETHTOOL_GLINKSETTINGS, linux/ethtool.h). Any user may ask. Neither a module is loaded nor a
 * sleeping device woken.
 * -EOPNOTSUPP: its driver does not tell (virtual ones), it sleeps, it is not in this process's network namespace, or it
 * supports a mode that is newer than this program. Recordings: the answer "ethtool link-modes
 * NAME", the bitmap of supported modes as hexadecimal words of 32 bits, lowest first.
 */
int host_ethtool_speed(const struct host *host, const char *name, uint64_t *ret_mbits,
		       struct error *err);

/*
 * The fastest of the modes in a bitmap; -EOPNOTSUPP where it holds none, or one that is not known
 * here.
 */
int ethtool_fastest(const uint32_t *modes, size_t n_words, uint64_t *ret_mbits, struct error *err);

#endif
