/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nic_port: the part of the probe "nic" that makes one record of "nics" */
#ifndef STACKCHECK_NIC_PORT_H
#define STACKCHECK_NIC_PORT_H

#include "core/value.h"
#include "nic_model.h"

/* What a port is joined from; its function or its interface may be NULL. */
struct nic_port {
	const struct value *function, *netdev;
	struct value
		/* why no interface is known, where there is none; absent: there is none */
		no_netdev;
	const struct nic_model *model; /* NULL: nothing is known of it */
	const struct value *rdma; /* the port of an RDMA device on the same function, or NULL */
	const struct value *defaults; /* the fact net.default */
};

/* The record, with the fields that the table in nic.c names. */
struct value nic_port_record(struct arena *arena, const struct nic_port *port);

#endif
