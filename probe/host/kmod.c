/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kmod: libkmod, opened when the first module is asked for and only on the system it runs on: it
 * takes /sys/module and /proc/cmdline from there whatever folder it is given. What the
 * configuration blocks is not asked of it, as it passes over a file that it may not read.
 */
#include "host/kmod.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/util.h"
#include "host/library.h"
#include "host/private.h"

#ifndef WITHOUT_LIBKMOD
#include <libkmod.h>

/* The library as it is while a host is open. */
struct host_kmod {
	void *library;
	struct kmod_ctx *ctx; /* NULL: it is of no use here */
	__typeof__(kmod_new) *new;
	__typeof__(kmod_unref) *unref;
	__typeof__(kmod_set_log_fn) *set_log_fn;
	__typeof__(kmod_load_resources) *load_resources;
	__typeof__(kmod_module_new_from_name) *module_new_from_name;
	__typeof__(kmod_module_unref) *module_unref;
	__typeof__(kmod_module_get_path) *module_get_path;
	__typeof__(kmod_module_get_initstate) *module_get_initstate;
};

static const struct library_symbol symbols[] = {
	{ "kmod_new", offsetof(struct host_kmod, new) },
	{ "kmod_unref", offsetof(struct host_kmod, unref) },
	{ "kmod_set_log_fn", offsetof(struct host_kmod, set_log_fn) },
	{ "kmod_load_resources", offsetof(struct host_kmod, load_resources) },
	{ "kmod_module_new_from_name", offsetof(struct host_kmod, module_new_from_name) },
	{ "kmod_module_unref", offsetof(struct host_kmod, module_unref) },
	{ "kmod_module_get_path", offsetof(struct host_kmod, module_get_path) },
	{ "kmod_module_get_initstate", offsetof(struct host_kmod, module_get_initstate) },
};

static void silent(void *data, int priority, const char *file, int line, const char *function,
		   const char *format, va_list args)
{
	(void)data;
	(void)priority;
	(void)file;
	(void)line;
	(void)function;
	(void)format;
	(void)args;
}

/*
 * Not linked: libkmod brings libcrypto, whose start is a millisecond, and most runs ask nothing of
 * it. Where it is missing, as in an initramfs, the texts do.
 */
static void open_library(struct host_kmod *kmod, const char *folder)
{
	static const char *const no_configuration[] = { NULL };

	kmod->library = library_open("libkmod.so.2", symbols, ARRAY_SIZE(symbols), kmod);
	if (!kmod->library)
		return;
	kmod->ctx = kmod->new (folder, no_configuration);
	if (!kmod->ctx)
		return;
	kmod->set_log_fn(kmod->ctx, silent, NULL);
	if (kmod->load_resources(kmod->ctx) < 0) {
		kmod->unref(kmod->ctx);
		kmod->ctx = NULL;
	}
}

static struct host_kmod *opened(const struct host *host, const char *folder)
{
	struct host_cache *cache = host->cache;

	if (!cache->kmod) {
		cache->kmod = calloc(1, sizeof(*cache->kmod));
		/* Without /sys it takes every module for one that is not loaded. */
		if (cache->kmod && host_exists(host, "/sys/module", NULL) == 1)
			open_library(cache->kmod, folder);
	}
	return cache->kmod && cache->kmod->ctx ? cache->kmod : NULL;
}

void kmod_close(struct host_kmod *kmod)
{
	if (!kmod)
		return;
	if (kmod->ctx)
		kmod->unref(kmod->ctx);
	if (kmod->library)
		dlclose(kmod->library);
	free(kmod);
}

/*
 * NULL: libkmod takes a folder of /sys/module for a module that comes, but what no index has is a
 * part of the kernel.
 */
static const char *state_of(const struct host_kmod *kmod, const struct kmod_module *module)
{
	const bool there = kmod->module_get_path(module) != NULL;

	switch (kmod->module_get_initstate(module)) {
	case KMOD_MODULE_BUILTIN:
		return "builtin";
	case KMOD_MODULE_LIVE:
		return "loaded";
	case KMOD_MODULE_COMING:
		return there ? "loaded" : NULL;
	case KMOD_MODULE_GOING:
		return there ? "available" : NULL;
	case -ENOENT:
		return there ? "available" : "missing";
	default:
		return NULL;
	}
}

int host_kmod_state(const struct host *host, const char *folder, const char *name,
		    const char **ret_state, struct error *err)
{
	struct host_kmod *kmod = host_is_this_system(host) ? opened(host, folder) : NULL;
	struct kmod_module *module = NULL;
	const char *state;

	if (!kmod || kmod->module_new_from_name(kmod->ctx, name, &module) < 0)
		return error_set(err, -EOPNOTSUPP, "libkmod tells nothing here");
	state = state_of(kmod, module);
	kmod->module_unref(module);
	if (!state)
		return error_set(err, -EOPNOTSUPP, "libkmod does not tell about '%s'", name);
	*ret_state = state;
	return 0;
}

#else

void kmod_close(struct host_kmod *kmod)
{
	(void)kmod;
}

int host_kmod_state(const struct host *host, const char *folder, const char *name,
		    const char **ret_state, struct error *err)
{
	(void)host;
	(void)folder;
	(void)name;
	(void)ret_state;
	return error_set(err, -EOPNOTSUPP, "this build has no libkmod");
}
#endif
