/* SPDX-License-Identifier: GPL-2.0-or-later */
/* emit: rules as C source, so that the program carries them without any work at its start */
#ifndef STACKCHECK_EMIT_H
#define STACKCHECK_EMIT_H

#include <stdio.h>

#include "rule.h"

/* Writes a C file that defines `rules_compiled_in`. -EIO: the stream failed. */
int rules_emit(FILE *out, const struct rules *rules);

#endif
