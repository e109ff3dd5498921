/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cgroup: which control group hierarchies are mounted and what they control; cgroups(7).
 * /proc/cgroups is not read: with version 2 its columns say nothing of what is usable.
 */
#include <errno.h>
#include <string.h>

#include "core/text.h"
#include "probe.h"

#define ROOT "/sys/fs/cgroup"

static const struct fact_def facts_of_cgroup[] = {
	{ "cgroup.version", FACT_STRING, SCOPE_OS,
	  .meaning = "version of the control groups that are mounted; hybrid: both",
	  .source = "/proc/mounts", .values = "v1 hybrid v2 none" },
	{ "cgroup.controllers", FACT_STRINGS, SCOPE_OS,
	  .meaning =
		  "controllers that are usable in whatever hierarchy; version 1's blkio is io here",
	  .source = "/proc/mounts, cgroup.controllers of the root" },
	{ "cgroup.v1.controllers", FACT_STRINGS, SCOPE_OS,
	  .meaning = "controllers of mounted hierarchies of version 1", .source = "/proc/mounts" },
	{ "cgroup.v2.controllers", FACT_STRINGS, SCOPE_OS,
	  .meaning = "controllers that the hierarchy of version 2 offers",
	  .source = "cgroup.controllers of the root" },
	{ "cgroup.freezer", FACT_BOOL, SCOPE_OS,
	  .meaning = "all processes of a group can be stopped",
	  .source = "the freezer hierarchy, or cgroup.freeze of a group" },
};

/* Mount options of version 1 that name a controller; all other options are flags of the mount. */
static const char *const v1_controllers[] = {
	"blkio",  "cpu",  "cpuacct", "cpuset",	 "debug",      "devices", "freezer", "hugetlb",
	"memory", "misc", "net_cls", "net_prio", "perf_event", "pids",	  "rdma",
};

struct mounts {
	struct list v1; /* controllers */
	bool has_v1; /* a hierarchy of version 1, be it systemd's without a controller */
	bool at_root; /* version 2 lies where version 1 would have its folders */
	const char *v2; /* where version 2 is mounted; NULL: nowhere */
};

static void add_once(struct arena *arena, struct list *list, const char *word)
{
	struct value so_far = list_value(list);

	if (!text_listed(&so_far, word))
		list_add(arena, list, value_string(word));
}

static void add_v1(struct arena *arena, struct mounts *mounts, char *options)
{
	mounts->has_v1 = true;
	for (const char *option; (option = text_word(&options, ","));)
		for (size_t i = 0; i < ARRAY_SIZE(v1_controllers); i++)
			if (strcmp(option, v1_controllers[i]) == 0)
				add_once(arena, &mounts->v1, v1_controllers[i]);
}

/* Lines of /proc/mounts, proc(5): device, mount point, type, options. */
static struct mounts mounts_of(struct arena *arena, char *text)
{
	struct mounts mounts = { 0 };

	for (char *line; (line = text_line(&text));) {
		const char *point, *type;
		char *options;

		text_word(&line, " ");
		point = text_word(&line, " ");
		type = text_word(&line, " ");
		options = text_word(&line, " ");
		if (!options)
			continue;
		if (strcmp(type, "cgroup") == 0)
			add_v1(arena, &mounts, options);
		if (strcmp(type, "cgroup2") != 0)
			continue;
		if (!mounts.v2)
			mounts.v2 = arena_strdup(arena, point);
		if (strcmp(point, ROOT) == 0)
			mounts.at_root = true;
	}
	return mounts;
}

static const char *version_of(const struct mounts *mounts)
{
	if (mounts->v2)
		return mounts->at_root || !mounts->has_v1 ? "v2" : "hybrid";
	return mounts->has_v1 ? "v1" : "none";
}

/*
 * What the root of version 2 offers. Below the real root, as in a container, only what was handed
 * down is listed: cgroup.type is there in every group but the real root
 * (Documentation/admin-guide/cgroup-v2.rst).
 */
static int read_v2(const struct host *host, struct arena *arena, const char *point,
		   struct value *ret, struct error *err)
{
	auto_free char *line = NULL;
	int r = host_read_line(host, PATH("%s/cgroup.controllers", point), &line, err);

	if (r < 0)
		return r;
	*ret = text_words(arena, line, " ");
	ret->partial = host_exists(host, PATH("%s/cgroup.type", point), NULL) != 0;
	return 0;
}

static struct value all_controllers(struct arena *arena, const struct mounts *mounts,
				    const struct value *v2)
{
	struct list list = { 0 };
	struct value all;

	for (size_t i = 0; i < mounts->v1.len; i++) {
		const char *name = mounts->v1.items[i].s;

		add_once(arena, &list, strcmp(name, "blkio") == 0 ? "io" : name);
	}
	for (uint32_t i = 0; v2->kind == VALUE_LIST && i < v2->len; i++)
		add_once(arena, &list, v2->items[i].s);
	all = list_value(&list);
	all.partial = v2->kind != VALUE_LIST || v2->partial;
	return all;
}

static void set_controllers(const struct host *host, struct facts *facts,
			    const struct mounts *mounts, struct error *err)
{
	struct arena *arena = facts_arena(facts);
	struct value v2 = value_list(NULL, 0);
	int r = 0;

	facts_set_value(facts, "cgroup.v1.controllers", list_value(&mounts->v1), "/proc/mounts");
	if (mounts->v2)
		r = read_v2(host, arena, mounts->v2, &v2, err);
	if (r < 0) {
		v2 = value_null();
		facts_set_unknown(facts, "cgroup.v2.controllers", err);
		if (mounts->v1.len == 0) {
			facts_set_unknown(facts, "cgroup.controllers", err);
			return;
		}
	} else {
		facts_set_value(facts, "cgroup.v2.controllers", v2,
				mounts->v2 ? PATH("%s/cgroup.controllers", mounts->v2)
					   : "/proc/mounts");
	}
	facts_set_value(facts, "cgroup.controllers", all_controllers(arena, mounts, &v2),
			"/proc/mounts, cgroup.controllers");
}

/*
 * Whether this group of version 2 can be frozen: 1, 0, or -ENOENT where it is no group but the root
 * or a file.
 */
static int can_freeze(const struct host *host, const char *point, const char *group)
{
	if (host_exists(host, PATH("%s/%s/cgroup.type", point, group), NULL) != 1)
		return -ENOENT;
	return host_exists(host, PATH("%s/%s/cgroup.freeze", point, group), NULL);
}

/*
 * Every group but the root has cgroup.freeze where the kernel has it (since 5.2): any one will do.
 */
static void set_freezer(const struct host *host, struct facts *facts, const struct mounts *mounts,
			struct error *err)
{
	static const char *const usual[] = { "init.scope", "system.slice" };
	auto_names struct host_names names = { 0 };
	struct value v1 = list_value(&mounts->v1);
	int r = -ENOENT;

	if (text_listed(&v1, "freezer")) {
		facts_set_bool(facts, "cgroup.freezer", true, "/proc/mounts");
		return;
	}
	for (size_t i = 0; r < 0 && mounts->v2 && i < ARRAY_SIZE(usual); i++)
		r = can_freeze(host, mounts->v2, usual[i]);
	if (r < 0 && mounts->v2 && host_list(host, mounts->v2, &names, err) == 0)
		for (size_t i = 0; r < 0 && i < names.len; i++)
			r = can_freeze(host, mounts->v2, names.names[i]);
	if (r >= 0)
		facts_set_bool(facts, "cgroup.freezer", r > 0,
			       PATH("cgroup.freeze below %s", mounts->v2));
	else
		facts_set_unsupported(facts, "cgroup.freezer",
				      "there is no control group here that could show it");
}

/*
 * Nothing is mounted: because the kernel has none, because nobody did, or because a container is
 * not shown any.
 */
static int set_none(const struct host *host, struct facts *facts, struct error *err)
{
	struct value none = value_list(NULL, 0);
	const char *why;
	int exists = host_exists(host, "/proc/self/cgroup", err);

	if (exists != 0 && host_confined(host, &why) == 1)
		return error_because(err, -ENODATA, UNKNOWN_HIDDEN,
				     "the host's control groups are not visible here: %s", why);
	facts_set_string(facts, "cgroup.version", "none", "/proc/mounts");
	facts_set_value(facts, "cgroup.v1.controllers", none, "/proc/mounts");
	facts_set_value(facts, "cgroup.v2.controllers", none, "/proc/mounts");
	facts_set_value(facts, "cgroup.controllers", none, "/proc/mounts");
	if (exists == 0)
		return facts_set_bool(facts, "cgroup.freezer", false, "/proc/self/cgroup");
	return facts_set_unsupported(facts, "cgroup.freezer", "no control groups are mounted");
}

static int run(const struct host *host, struct facts *facts, struct error *err)
{
	auto_free char *text = NULL;
	struct mounts mounts;
	int r = host_read(host, host_mounts(host), &text, NULL, err);

	if (r < 0)
		return r;
	mounts = mounts_of(facts_arena(facts), text);
	if (!mounts.has_v1 && !mounts.v2)
		return set_none(host, facts, err);
	facts_set_string(facts, "cgroup.version", version_of(&mounts), "/proc/mounts");
	set_controllers(host, facts, &mounts, err);
	set_freezer(host, facts, &mounts, err);
	return 0;
}

const struct probe probe_cgroup = { .name = "cgroup", PROVIDES(facts_of_cgroup), .run = run };
