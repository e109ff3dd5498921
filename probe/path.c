/* SPDX-License-Identifier: GPL-2.0-or-later */
/* path: files and folders that an installation wants to find, or wants to find empty */
#include <errno.h>
#include <sys/stat.h>

#include "probe.h"

static int ask_exists(const struct host *host, struct facts *facts, const char *name,
		      const char *rest);
static int ask_empty(const struct host *host, struct facts *facts, const char *name,
		     const char *rest);

static const struct fact_def facts_of_path[] = {
	{ "path.exists.", FACT_BOOL, SCOPE_STATE, .meaning = "this path is there",
	  .source = "the path itself", .privilege = "root, below folders that are closed to others",
	  .ask = ask_exists },
	{ "dir.empty.", FACT_BOOL, SCOPE_STATE,
	  .meaning = "this folder holds nothing, or is not there", .source = "the folder itself",
	  .privilege = "root, for folders that are closed to others", .ask = ask_empty },
};

/*
 * What is found at a path in a container is the container's. What is not found there the host says
 * itself.
 */
static bool is_not_the_hosts(const struct host *host, struct facts *facts, const char *name)
{
	const char *why;

	if (host_confined(host, &why) != 1)
		return false;
	facts_set_hidden(facts, name, PATH("the files here are not the host's: %s", why));
	return true;
}

static int ask_exists(const struct host *host, struct facts *facts, const char *name,
		      const char *rest)
{
	struct error err;
	int r;

	if (!host || *rest != '/' || is_not_the_hosts(host, facts, name))
		return 0;
	r = host_exists(host, rest, &err);
	if (r < 0)
		return facts_set_unknown(facts, name, &err);
	return facts_set_bool(facts, name, r > 0, rest);
}

static int ask_empty(const struct host *host, struct facts *facts, const char *name,
		     const char *rest)
{
	auto_names struct host_names names = { 0 };
	struct host_stat st;
	struct error err;
	int r;

	if (!host || *rest != '/' || is_not_the_hosts(host, facts, name))
		return 0;
	r = host_stat(host, rest, &st, &err);
	if (r == -ENOENT)
		return facts_set_bool(facts, name, true, rest);
	if (r == 0 && !S_ISDIR(st.mode))
		return facts_set_bool(facts, name, false, rest); /* in the way of a folder */
	if (r == 0)
		r = host_list(host, rest, &names, &err);
	if (r < 0)
		return facts_set_unknown(facts, name, &err);
	return facts_set_bool(facts, name, names.len == 0, rest);
}

const struct probe probe_path = { .name = "path", PROVIDES(facts_of_path) };
