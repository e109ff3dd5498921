/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rule files of a folder, found and parsed; only for the files that load them. */
#ifndef STACKCHECK_LOAD_FILES_H
#define STACKCHECK_LOAD_FILES_H

#include <nettle/sha2.h>

#include "core/loader.h"

/* Start from all zero, but for the digest: sha256_init(). */
struct rule_files {
	struct pointers paths; /* char * */
	struct pointers trees; /* struct yaml */
	struct sha256_ctx digest;
};

/*
 * Adds the path of a file, or of the *.yaml in a folder and in those of its folders that are named.
 * -ENOENT: there is none.
 */
int find_rule_files(struct loader *loader, const char *path, const char *const *folders,
		    size_t n_folders, struct rule_files *files);

/* Adds the tree of that file, and its name and bytes to the digest. */
int parse_rule_file(struct loader *loader, const char *path, struct rule_files *files);

/* Both, for what rules are made of; the digest has been begun. */
int read_rule_files(struct loader *loader, const char *path, struct rule_files *files);

/* Does the file hold examples or their hosts, and no rules? */
bool is_examples_file(const struct yaml *tree);

#endif
