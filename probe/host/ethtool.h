/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ethtool: what a network interface says it can do; part of the host's door */
#ifndef STACKCHECK_HOST_ETHTOOL_H
#define STACKCHECK_HOST_ETHTOOL_H

#include <stdint.h>

#include "host/host.h"

/* What a port can do, whatever its link does now. */
struct host_ethtool {
	uint64_t mbits; /* of the fastest link mode that is supported */
	/*
	 * A port for transceivers that names no connector: nothing is plugged in (PORT_NONE), or
	 * its driver never tells. What it can do then is at most what it supports.
	 */
	bool no_connector;
};

/*
 * Link modes and connector of an interface, link up or down (ETHTOOL_GLINKSETTINGS,
 * linux/ethtool.h). Any user may ask. Neither a module is loaded nor a sleeping device woken, as a
 * dump by ethtool's netlink would (ethnl_ops_begin() in net/ethtool/netlink.c).
 * -EOPNOTSUPP: its driver does not tell (virtual ones), it sleeps, it is not in this process's network namespace, or it
 * supports a mode that is newer than this program. Recordings: the answer "ethtool link-modes
 * NAME", the bitmap of supported modes as hexadecimal words of 32 bits, lowest first, and behind
 * them "port-none" where no connector is named.
 */
int host_ethtool(const struct host *host, const char *name, struct host_ethtool *ret,
		 struct error *err);

/*
 * The fastest of the modes in a bitmap; -EOPNOTSUPP where it holds none, or one that is not known
 * here.
 */
int ethtool_fastest(const uint32_t *modes, size_t n_words, uint64_t *ret_mbits, struct error *err);

#endif
