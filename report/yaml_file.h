/* SPDX-License-Identifier: GPL-2.0-or-later */
/* yaml_file: a file of a site's own settings as a tree */
#ifndef STACKCHECK_YAML_FILE_H
#define STACKCHECK_YAML_FILE_H

#include "core/yaml.h"

/*
 * 1: it was read; 0: there is none. Errors begin with the path, and file:line:column where they have
 * a place: -EINVAL, or -errno of reading. The tree lies in `arena`.
 */
int yaml_file_read(struct arena *arena, const char *path, struct yaml *ret, struct error *err);

#endif
