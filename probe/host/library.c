/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/library.h"

#include <dlfcn.h>
#include <string.h>

void *library_open(const char *soname, const struct library_symbol *symbols, size_t n,
		   void *functions)
{
	void *library = dlopen(soname, RTLD_LAZY | RTLD_LOCAL);

	for (size_t i = 0; library && i < n; i++) {
		void *symbol = dlsym(library, symbols[i].name);

		if (!symbol) {
			dlclose(library);
			return NULL;
		}
		memcpy((char *)functions + symbols[i].at, &symbol, sizeof(symbol));
	}
	return library;
}
