/* SPDX-License-Identifier: GPL-2.0-or-later */
/* examples: those of the shipped rules (rules/examples), which lie packed in the program */
#ifndef STACKCHECK_EXAMPLES_H
#define STACKCHECK_EXAMPLES_H

#include "example.h"

/*
 * Adds the hosts that all examples may be like, and with `all` the examples of the shipped
 * deployments. -EINVAL with file:line:column.
 */
int examples_add_shipped(struct examples *examples, bool all, struct error *err);

#endif
