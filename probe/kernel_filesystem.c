/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel_filesystem: which filesystems the kernel can mount, now or once it has loaded a module;
 * proc(5)
 */
#include <errno.h>
#include <string.h>

#include "core/text.h"
#include "kernel.h"
#include "probe.h"

static int ask(const struct host *host, struct facts *facts, const char *name, const char *rest);

static const struct fact_def facts_of_kernel_filesystem[] = {
	{ "kernel.filesystems", FACT_STRINGS, SCOPE_STATE,
	  .meaning = "filesystems the kernel knows at this moment", .source = "/proc/filesystems" },
	{ "kernel.filesystem.", FACT_BOOL, SCOPE_OS,
	  .meaning = "the kernel can mount this filesystem, if need be with a module that it loads",
	  .source = "/proc/filesystems, else the index of modules", .ask = ask },
};

/* Filesystems whose module has another name, and those that are never modules (NULL). */
static const struct {
	const char *filesystem, *module;
} modules[] = {
	{ "fuseblk", "fuse" },	{ "fusectl", "fuse" }, { "iso9660", "isofs" }, { "nfs4", "nfsv4" },
	{ "bpf", NULL },	{ "cgroup", NULL },    { "cgroup2", NULL },    { "devtmpfs", NULL },
	{ "hugetlbfs", NULL },	{ "mqueue", NULL },    { "proc", NULL },       { "ramfs", NULL },
	{ "securityfs", NULL }, { "sysfs", NULL },     { "tmpfs", NULL },
};

/* The module to look for; NULL where none can bring it. */
static const char *module_of(const char *filesystem)
{
	for (size_t i = 0; i < ARRAY_SIZE(modules); i++)
		if (strcmp(modules[i].filesystem, filesystem) == 0)
			return modules[i].module;
	return filesystem;
}

/* A module that is there brings its filesystem unless something keeps it from being loaded. */
static int set_by_module(struct facts *facts, const char *name, const char *module)
{
	const char *blocked = PATH("kernel.module_blocked.%s", module);

	if (facts_is_true(facts, "kernel.modules_disabled"))
		return facts_set_bool(facts, name, false, "kernel.modules_disabled");
	if (facts_is_true(facts, blocked))
		return facts_set_bool(facts, name, false, blocked);
	if (facts_is_false(facts, blocked) && facts_is_false(facts, "kernel.modules_disabled"))
		return facts_set_bool(facts, name, true, "/proc/filesystems, /lib/modules");
	if (kernel_set_is_unknown(facts, blocked, name) ||
	    kernel_set_is_unknown(facts, "kernel.modules_disabled", name))
		return 0;
	return facts_set_unsupported(facts, name, "whether its module may be loaded is not known");
}

static int ask(const struct host *host, struct facts *facts, const char *name, const char *rest)
{
	const char *module = module_of(rest);
	const char *state;

	(void)host;
	if (text_listed(&facts_get(facts, "kernel.filesystems")->value, rest))
		return facts_set_bool(facts, name, true, "/proc/filesystems");
	if (kernel_set_is_unknown(facts, "kernel.filesystems", name))
		return 0;
	if (!module || facts_is_false(facts, "kernel.modules.loading"))
		return facts_set_bool(facts, name, false, "/proc/filesystems");
	state = kernel_module_state(facts, module);
	if (state && strcmp(state, "available") == 0)
		return set_by_module(facts, name, module);
	if (state)
		return facts_set_bool(facts, name, strcmp(state, "missing") != 0,
				      "/proc/filesystems, /lib/modules");
	if (kernel_set_is_unknown(facts, "kernel.modules.indexed", name))
		return 0;
	return facts_set_unsupported(facts, name,
				     "it is not registered, and there is no index of the running "
				     "kernel's modules");
}

/* "nodev\tproc" or "\text4": the last word of a line. */
static struct value names_of(struct arena *arena, char *text)
{
	struct list list = { 0 };

	for (char *line; (line = text_line(&text));) {
		const char *name = strrchr(line, '\t');

		if (name && name[1])
			list_add(arena, &list, value_string(arena_strdup(arena, name + 1)));
	}
	return list_value(&list);
}

static int run(const struct host *host, struct facts *facts, struct error *err)
{
	auto_free char *text = NULL;
	int r = host_read(host, "/proc/filesystems", &text, NULL, err);

	if (r < 0)
		return r;
	return facts_set_value(facts, "kernel.filesystems", names_of(facts_arena(facts), text),
			       "/proc/filesystems");
}

const struct probe probe_kernel_filesystem = {
	.name = "kernel_filesystem",
	PROVIDES(facts_of_kernel_filesystem),
	.run = run,
};
