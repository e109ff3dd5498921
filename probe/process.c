/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * process: the processes that run, by name, and the user stackcheck runs as. Other probes derive
 * from the names which daemons are there, so that each process is looked at once.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/text.h"
#include "host/recorder.h"
#include "probe.h"

static int ask_running(const struct host *host, struct facts *facts, const char *name,
		       const char *rest);

static const struct fact_def facts_of_process[] = {
	{ "process.euid", FACT_COUNT, SCOPE_STATE, .meaning = "the user that stackcheck ran as",
	  .source = "geteuid(2)" },
	{ "process.names", FACT_STRINGS, SCOPE_STATE,
	  .meaning = "names of the processes that run, each once, cut to 15 letters",
	  .source = "/proc/*/comm" },
	{ "process.running.", FACT_BOOL, SCOPE_STATE, .meaning = "a process of that name runs",
	  .source = "/proc/*/comm", .ask = ask_running },
};

/* The kernel keeps 15 letters of a name: TASK_COMM_LEN, proc(5). */
#define COMM_MAX 15

static int ask_running(const struct host *host, struct facts *facts, const char *name,
		       const char *rest)
{
	const struct fact *names = facts_get(facts, "process.names");
	char comm[COMM_MAX + 1] = "";

	(void)host;
	if (names->value.kind == VALUE_UNKNOWN)
		return facts_set_value(facts, name, names->value, NULL);
	strncpy(comm, rest, COMM_MAX);
	if (names->value.partial && !text_listed(&names->value, comm))
		return facts_set_reason(facts, name, UNKNOWN_ERROR,
					"not every process tells its name");
	return facts_set_bool(facts, name, text_listed(&names->value, comm), "/proc/*/comm");
}

static void set_euid(const struct host *host, struct facts *facts)
{
	struct error err = { 0 };
	int64_t euid = geteuid();
	int r = host_is_live(host) ? 0 : host_recorded_i64(host, "process.euid", &euid, &err);

	host_keep_i64(host, "process.euid", euid);
	if (r < 0)
		facts_set_unknown(facts, "process.euid", &err);
	else
		facts_set_int(facts, "process.euid", euid, "geteuid(2)");
}

/* More than a process that has ended meanwhile, or what a recording or a kernel does not hold. */
static bool is_failure(int r)
{
	return r < 0 && r != -ENOENT && r != -ESRCH && r != -ENODATA;
}

/* Numbers of processes, sorted. */
struct pids {
	uint64_t *list;
	size_t len;
};

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/*
 * The kernel's own threads, which are kthreadd's children: there are a dozen for each CPU, and none
 * is anybody's daemon. None where the kernel does not list children (/proc/pid/task/tid/children,
 * proc(5)): they then count as names.
 */
static struct pids kernel_threads(const struct host *host, struct arena *arena, bool *ret_failed)
{
	auto_free char *kthreadd = NULL, *children = NULL;
	struct pids pids = { 0 };
	size_t len = 0;
	char *rest, *word;
	int r = host_read_line(host, "/proc/2/comm", &kthreadd, NULL);

	if (r == 0 && strcmp(kthreadd, "kthreadd") == 0)
		r = host_read(host, "/proc/2/task/2/children", &children, &len, NULL);
	*ret_failed = is_failure(r);
	if (!children)
		return pids;
	/* A number and a space take two bytes at least. */
	pids.list = arena_alloc(arena, (len / 2 + 1) * sizeof(*pids.list));
	for (rest = children; (word = text_word(&rest, " \n"));)
		if (parse_u64(word, 10, &pids.list[pids.len]) == 0)
			pids.len++;
	qsort(pids.list, pids.len, sizeof(*pids.list), by_number);
	return pids;
}

static bool is_process(const char *name, const struct pids *kernel)
{
	uint64_t pid;

	return parse_u64(name, 10, &pid) == 0 &&
	       (!kernel->len || !bsearch(&pid, kernel->list, kernel->len, sizeof(pid), by_number));
}

static void add_once(struct arena *arena, struct list *names, const char *name)
{
	for (size_t i = 0; i < names->len; i++)
		if (strcmp(names->items[i].s, name) == 0)
			return;
	list_add(arena, names, value_string(arena_strdup(arena, name)));
}

static void read_names(const struct host *host, struct facts *facts,
		       const struct host_names *folder)
{
	struct arena scratch = { 0 };
	bool failed;
	struct pids kernel = kernel_threads(host, &scratch, &failed);
	struct list names = { 0 };
	struct value all;

	for (size_t i = 0; i < folder->len; i++) {
		auto_free char *comm = NULL;

		int r;

		if (!is_process(folder->names[i], &kernel))
			continue;
		r = host_read_line(host, PATH("/proc/%s/comm", folder->names[i]), &comm, NULL);
		failed |= is_failure(r);
		if (r == 0)
			add_once(facts_arena(facts), &names, comm);
	}
	arena_free(&scratch);
	all = list_value(&names);
	all.partial = failed;
	facts_set_value(facts, "process.names", all, "/proc/*/comm");
}

/*
 * Process 1 is always there. Where it cannot be read, a recording holds no processes, or /proc is
 * mounted with hidepid (proc(5)), and a list would tell of our own processes alone.
 */
static void set_names(const struct host *host, struct facts *facts)
{
	auto_names struct host_names folder = { 0 };
	auto_free char *init = NULL;
	struct error err = { 0 };
	const char *why = NULL;
	int r;

	if (host_confined(host, &why) > 0) {
		facts_set_hidden(facts, "process.names", why);
		return;
	}
	r = host_read_line(host, "/proc/1/comm", &init, &err);
	if (r == -ENOENT)
		r = error_because(&err, -EACCES, UNKNOWN_PERMISSION,
				  "/proc/1 is not shown: other users' processes are hidden");
	if (r >= 0)
		r = host_list(host, "/proc", &folder, &err);
	if (r < 0)
		facts_set_unknown(facts, "process.names", &err);
	else
		read_names(host, facts, &folder);
}

static int run(const struct host *host, struct facts *facts, struct error *err)
{
	(void)err;
	set_euid(host, facts);
	set_names(host, facts);
	return 0;
}

const struct probe probe_process = { .name = "process", PROVIDES(facts_of_process), .run = run };
