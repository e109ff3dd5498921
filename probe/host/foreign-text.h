/* SPDX-License-Identifier: GPL-2.0-or-later */
/* foreign-text: texts that other tools print of a machine, laid out as the files that they were made of */
#ifndef STACKCHECK_HOST_FOREIGN_TEXT_H
#define STACKCHECK_HOST_FOREIGN_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "host/store.h"

/* Raw CPUID, or MIDR_EL1 of an Arm CPU, as libcpuid writes it; or an AIDA64 dump. */
bool text_is_cpuid(const char *text);
int text_read_cpuid(const char *text, size_t len, struct store *store);

/* The output of lspci with the bytes of configuration space (-x, -xxx, -xxxx; with -n or -v or not). */
bool text_is_lspci(const char *text);

/*
 * Each function becomes a folder of /sys/bus/pci/devices with what is told of it. `text` is cut into lines.
 * -ENOMEM.
 */
int text_read_lspci(char *text, struct store *store);

/*
 * Of a sosreport: its copies of files lie where they were; what only its commands tell is added (the
 * kernel's release and settings, PCI functions). -ENOMEM.
 */
int text_complete_sosreport(struct store *store);

#endif
