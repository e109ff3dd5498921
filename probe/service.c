/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * service: what runs on the host, by the name people start it with. systemd gives each unit that
 * runs a control group of its own name (systemd.resource-control(5)), which tells without asking
 * it; OpenRC keeps a folder of what it started; elsewhere the names of processes have to do.
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "core/text.h"
#include "probe.h"

static int ask(const struct host *host, struct facts *facts, const char *name, const char *rest);

static const struct fact_def facts_of_service[] = {
	{ "services", FACT_STRINGS, SCOPE_STATE, .meaning = "services that run",
	  .source =
		  "control groups of systemd's units, /run/openrc/started, or names of processes" },
	{ "service.active.", FACT_BOOL, SCOPE_STATE, .meaning = "this service runs",
	  .source = "control groups of systemd's units, /run/openrc/started, or names of processes",
	  .ask = ask },
};

/* A process's name has at most 15 characters: TASK_COMM_LEN, proc(5). */
#define COMM_MAX 15

static void add_name(struct arena *arena, struct list *list, const char *name, size_t len)
{
	list_add(arena, list, value_string(arena_strndup(arena, name, len)));
}

/*
 * Slices whose groups are workload: sessions, machines, pods. They may be thousands and are no
 * services of the host.
 */
static bool is_workload(const char *slice)
{
	return starts_with(slice, "user") || starts_with(slice, "machine") ||
	       starts_with(slice, "kubepods");
}

/* The services of a slice, and of the slices in it down to `depth`. */
static int add_slice(const struct host *host, struct arena *arena, struct list *list,
		     const char *slice, int depth, struct error *err)
{
	static const char suffix[] = ".service";
	auto_names struct host_names names = { 0 };
	int r = host_list(host, slice, &names, err);

	for (size_t i = 0; r == 0 && i < names.len; i++) {
		const char *name = names.names[i];

		if (ends_with(name, suffix))
			add_name(arena, list, name, strlen(name) - (sizeof(suffix) - 1));
		else if (depth > 0 && ends_with(name, ".slice") && !is_workload(name))
			add_slice(host, arena, list, PATH("%s/%s", slice, name), depth - 1, err);
	}
	return r;
}

/* Where systemd's own hierarchy lies: version 2, hybrid, version 1. */
static const char *const systemd_trees[] = {
	"/sys/fs/cgroup",
	"/sys/fs/cgroup/unified",
	"/sys/fs/cgroup/systemd",
};

static int read_systemd(const struct host *host, struct arena *arena, struct list *list,
			const char **ret_source, struct error *err)
{
	int r = -ENOENT;

	for (size_t i = 0; r == -ENOENT && i < ARRAY_SIZE(systemd_trees); i++) {
		r = host_exists(host, PATH("%s/system.slice", systemd_trees[i]), err);
		if (r == 0)
			r = -ENOENT;
		if (r > 0) {
			*ret_source = systemd_trees[i];
			r = add_slice(host, arena, list, systemd_trees[i], 3, err);
		}
	}
	return r;
}

static int read_openrc(const struct host *host, struct arena *arena, struct list *list,
		       const char **ret_source, struct error *err)
{
	auto_names struct host_names names = { 0 };
	int r;

	*ret_source = "/run/openrc/started";
	r = host_list(host, *ret_source, &names, err);
	for (size_t i = 0; r == 0 && i < names.len; i++)
		add_name(arena, list, names.names[i], strlen(names.names[i]));
	return r;
}

static int read_processes(const struct host *host, struct arena *arena, struct list *list,
			  bool *ret_incomplete, struct error *err)
{
	auto_names struct host_names names = { 0 };
	int r = host_list(host, "/proc", &names, err);

	for (size_t i = 0; r == 0 && i < names.len; i++) {
		auto_free char *comm = NULL;
		int told;
		struct value so_far = list_value(list);

		if (!isdigit((unsigned char)names.names[i][0]))
			continue;
		told = host_read_line(host, PATH("/proc/%s/comm", names.names[i]), &comm, NULL);
		/* Else it has ended meanwhile. */
		*ret_incomplete |=
			told < 0 && told != -ENOENT && told != -ESRCH && told != -ENODATA;
		if (told < 0)
			continue;
		/* the kernel's threads of one CPU or device, "kworker/0:1": they come and go */
		if (!strchr(comm, '/') && !text_listed(&so_far, comm))
			add_name(arena, list, comm, strlen(comm));
	}
	return r;
}

static int set_processes(const struct host *host, struct facts *facts, struct error *err)
{
	struct list list = { 0 };
	struct value all;
	bool incomplete = false;
	int r = read_processes(host, facts_arena(facts), &list, &incomplete, err);

	if (r < 0)
		return r;
	all = list_value(&list);
	/*
	 * proc mounted with hidepid= shows others' processes to root alone; the first one is root's
	 */
	all.partial = incomplete || host_exists(host, "/proc/1/comm", NULL) != 1;
	return facts_set_value(facts, "services", all, "/proc/*/comm");
}

static int run(const struct host *host, struct facts *facts, struct error *err)
{
	struct arena *arena = facts_arena(facts);
	struct list list = { 0 };
	const char *source = NULL;
	const char *why;
	int systemd, r;

	if (host_confined(host, &why) == 1)
		return error_because(err, -ENODATA, UNKNOWN_HIDDEN,
				     "the host's services are not visible here: %s", why);
	systemd = host_exists(host, "/run/systemd/system", err);
	if (systemd < 0)
		return systemd;
	r = systemd > 0 ? read_systemd(host, arena, &list, &source, err)
			: read_openrc(host, arena, &list, &source, err);
	if (r == -ENOENT)
		return set_processes(host, facts, err);
	if (r < 0)
		return r;
	return facts_set_value(facts, "services", list_value(&list), source);
}

/* 1: it runs; 0: it does not; -ENODATA: the list is not known, or not complete and without it. */
static int is_active(struct arena *arena, const struct fact *services, const char *name)
{
	static const char suffix[] = ".service";
	bool processes = services->source && starts_with(services->source, "/proc");
	size_t len = strlen(name);

	if (services->value.kind != VALUE_LIST)
		return -ENODATA;
	if (ends_with(name, suffix))
		len -= sizeof(suffix) - 1;
	if (processes && len > COMM_MAX)
		len = COMM_MAX;
	if (text_listed(&services->value, arena_strndup(arena, name, len)))
		return 1;
	return services->value.partial ? -ENODATA : 0;
}

static int ask(const struct host *host, struct facts *facts, const char *name, const char *rest)
{
	const struct fact *services = facts_get(facts, "services");
	int r;

	(void)host;
	if (services->value.kind == VALUE_UNKNOWN) {
		if (services->set)
			facts_set_reason(facts, name, services->value.unknown->reason,
					 services->value.unknown->detail);
		return 0;
	}
	r = is_active(facts_arena(facts), services, rest);
	if (r < 0)
		return facts_set_reason(facts, name, UNKNOWN_PERMISSION,
					"not all processes are shown to this user");
	return facts_set_bool(facts, name, r > 0, services->source);
}

const struct probe probe_service = { .name = "service", PROVIDES(facts_of_service), .run = run };
