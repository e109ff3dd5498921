/* SPDX-License-Identifier: GPL-2.0-or-later */
/* library: shared libraries that few runs need, loaded when they are asked; part of the host's door */
#ifndef STACKCHECK_HOST_LIBRARY_H
#define STACKCHECK_HOST_LIBRARY_H

#include <stddef.h>

/* A function of a library, and where its address goes. */
struct library_symbol {
	const char *name;
	size_t at; /* offset in the structure of functions */
};

/*
 * Loads a library by its soname and finds its functions: a handle for dlclose(3), or NULL where it is
 * not installed, as in an initramfs, or lacks one of them.
 */
void *library_open(const char *soname, const struct library_symbol *symbols, size_t n,
		   void *functions);

#endif
