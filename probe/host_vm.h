/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host_vm: the virtual machine and the container that this system runs in */
#ifndef STACKCHECK_HOST_VM_H
#define STACKCHECK_HOST_VM_H

#include "probe.h"

/* Sets host.vm. */
void host_vm_run(const struct host *host, struct facts *facts);

/* Sets host.container. */
void host_container_run(const struct host *host, struct facts *facts);

#endif
