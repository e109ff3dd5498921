/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel_namespace: the namespaces the kernel has, and who may make a user namespace;
 * namespaces(7), user_namespaces(7)
 */
#include <errno.h>
#include <string.h>

#include "core/text.h"
#include "kernel.h"
#include "probe.h"

#define NS "/proc/self/ns"

static int ask(const struct host *host, struct facts *facts, const char *name, const char *rest);

static const struct fact_def facts_of_kernel_namespace[] = {
	{ "kernel.namespaces", FACT_STRINGS, SCOPE_OS, .meaning = "namespaces the kernel has",
	  .source = NS },
	{ "kernel.namespace.", FACT_BOOL, SCOPE_OS,
	  .meaning = "the kernel has this namespace (user pid net mnt uts ipc cgroup time)",
	  .source = NS, .ask = ask },
	{ "kernel.namespace_unprivileged", FACT_BOOL, SCOPE_STATE,
	  .meaning = "any program of an ordinary user may make a user namespace",
	  .source = "user.max_user_namespaces, kernel.unprivileged_userns_clone and "
		    "kernel.apparmor_restrict_unprivileged_userns" },
};

static int ask(const struct host *host, struct facts *facts, const char *name, const char *rest)
{
	(void)host;
	if (kernel_set_is_unknown(facts, "kernel.namespaces", name))
		return 0;
	return facts_set_bool(facts, name,
			      text_listed(&facts_get(facts, "kernel.namespaces")->value, rest), NS);
}

/* Settings that can keep an ordinary user from it, and what each says where it stands open. */
static const struct {
	const char *path;
	bool limit; /* a number of namespaces: 0 is none */
	uint64_t open;
	bool must_exist; /* every kernel has it, since 4.9; else it is a distribution's own */
} settings[] = {
	{ "/proc/sys/user/max_user_namespaces", .limit = true, .must_exist = true },
	{ "/proc/sys/kernel/unprivileged_userns_clone", .open = 1 },
	{ "/proc/sys/kernel/apparmor_restrict_unprivileged_userns", .open = 0 },
};

static int set_unprivileged(const struct host *host, struct facts *facts, struct error *err)
{
	static const char *const fact = "kernel.namespace_unprivileged";
	struct error first = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		uint64_t value;
		int r = host_read_u64(host, settings[i].path, &value, err);

		if (r == -ENOENT && !settings[i].must_exist)
			continue;
		if (r == -ENOENT)
			error_because(err, r, UNKNOWN_UNSUPPORTED,
				      "this kernel has no limit of user namespaces to read");
		if (r < 0 && first.code == 0)
			first = *err;
		/* one closed door is enough, whatever the others are */
		if (r == 0 && (settings[i].limit ? value == 0 : value != settings[i].open))
			return facts_set_bool(facts, fact, false, settings[i].path);
	}
	if (first.code != 0)
		return facts_set_unknown(facts, fact, &first);
	return facts_set_bool(facts, fact, true, settings[0].path);
}

static int run(const struct host *host, struct facts *facts, struct error *err)
{
	struct arena *arena = facts_arena(facts);
	auto_names struct host_names names = { 0 };
	struct list list = { 0 };
	struct value all;
	int r = host_list(host, NS, &names, err);

	if (r < 0) {
		facts_set_unknown(facts, "kernel.namespaces", err);
		return set_unprivileged(host, facts, err);
	}
	for (size_t i = 0; i < names.len; i++)
		if (!ends_with(names.names[i], "_for_children"))
			list_add(arena, &list, value_string(arena_strdup(arena, names.names[i])));
	all = list_value(&list);
	facts_set_value(facts, "kernel.namespaces", all, NS);
	if (!text_listed(&all, "user"))
		return facts_set_bool(facts, "kernel.namespace_unprivileged", false, NS);
	return set_unprivileged(host, facts, err);
}

const struct probe probe_kernel_namespace = {
	.name = "kernel_namespace",
	PROVIDES(facts_of_kernel_namespace),
	.run = run,
};
