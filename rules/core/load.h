/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load: rule files (YAML) into rules */
#ifndef STACKCHECK_LOAD_H
#define STACKCHECK_LOAD_H

#include "core/arena.h"
#include "core/error.h"
#include "rule.h"

/*
 * Loads the file `path`, or the folder (its capabilities/, facts/ and deployments/, or *.yaml files beside each
 * other of any of these kinds) on top of `base` (NULL: none), whose capabilities it may use and
 * whose deployments it may replace by id. `ret` lives in `arena` and, with a base, as long as that.
 * Errors begin with file:line:column and say what was expected:
 * -EINVAL, or -errno of reading.
 */
int rules_load(struct arena *arena, const char *path, const struct rules *base, struct rules *ret,
	       struct error *err);

/* The same of several files and folders, as if all lay in one. */
int rules_load_all(struct arena *arena, const char *const *paths, size_t n_paths,
		   const struct rules *base, struct rules *ret, struct error *err);

#endif
