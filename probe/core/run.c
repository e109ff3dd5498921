/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * run: all probes on one host. Those that ask devices or mounts, which may never answer, run in a
 * worker process and send their facts through a pipe; a worker that does not answer in time is left
 * behind and costs the facts of the probe that it was at.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/wire.h"
#include "host/recorder.h"
#include "probe.h"

#define DEFAULT_MS 5000
#define GROUPS	   5 /* a probe's share of a long deadline is that part of it */
#define GROUP_MS   1000 /* and that long at least */

/* An open-ended name that somebody wants, with the row it belongs to. */
struct asked_name {
	const struct fact_def *def;
	const char *name;
	const char *rest;
};

/* Looked up once, and sorted by probe: those of probe i are first[i] up to first[i + 1]. */
struct asked_names {
	struct asked_name *items;
	size_t *first;
};

static size_t index_of_owner(const struct fact_def *def)
{
	size_t i = 0;

	while (i < probes_count() && !probe_owns(probe_at(i), def))
		i++;
	return i;
}

static struct asked_names look_up(struct facts *facts, const struct probe_options *options)
{
	struct arena *arena = facts_arena(facts);
	struct asked_name *found = arena_alloc(arena, options->n_names * sizeof(*found));
	size_t *owners = arena_alloc(arena, options->n_names * sizeof(*owners));
	size_t *next = arena_alloc(arena, (probes_count() + 2) * sizeof(*next));
	struct asked_names asked = {
		.items = arena_alloc(arena, options->n_names * sizeof(*asked.items)),
		.first = arena_alloc(arena, (probes_count() + 1) * sizeof(*asked.first)),
	};

	for (size_t i = 0; i < options->n_names; i++) {
		const char *name = options->names[i], *rest = NULL;
		const struct fact_def *def = facts_def_of(facts, name, &rest);
		const bool can_ask = def && rest && def->ask;

		found[i] = (struct asked_name){ def, name, rest };
		owners[i] = can_ask ? index_of_owner(def) : probes_count();
		next[owners[i] + 1]++;
	}
	for (size_t i = 0; i < probes_count(); i++) {
		next[i + 1] += next[i];
		asked.first[i + 1] = next[i + 1];
	}
	for (size_t i = 0; i < options->n_names; i++)
		asked.items[next[owners[i]]++] = found[i];
	return asked;
}

static void ask_names(size_t index, const struct host *host, struct facts *facts,
		      const struct asked_names *asked)
{
	for (size_t i = asked->first[index]; i < asked->first[index + 1]; i++)
		asked->items[i].def->ask(host, facts, asked->items[i].name, asked->items[i].rest);
}

/* What the probe did not set is unknown for the reason it failed with. */
static void leave_unknown(const struct probe *probe, struct facts *facts, const struct error *err)
{
	for (size_t i = 0; i < probe->n_facts; i++) {
		const struct fact_def *def = &probe->facts[i];

		if (!ends_with(def->name, ".") && !facts_get(facts, def->name)->set)
			facts_set_unknown(facts, def->name, err);
	}
}

/* Neither the probe's facts nor the names of its that were asked for. */
static void leave_all_unknown(size_t index, struct facts *facts, const struct asked_names *asked,
			      const struct error *err)
{
	leave_unknown(probe_at(index), facts, err);
	for (size_t i = asked->first[index]; i < asked->first[index + 1]; i++)
		facts_set_unknown(facts, asked->items[i].name, err);
}

/* True where it did not end on the machine that was recorded, which `err` tells. */
static bool failed_when_recorded(const struct probe *probe, const struct host *host,
				 struct error *err)
{
	auto_free char *none = NULL;

	return probe->in_worker && !host_is_live(host) &&
	       host_recorded_answer(host, PATH("probe %s", probe->name), &none, err) < 0 &&
	       err->code != -ENODATA;
}

static void run_probe(size_t index, const struct host *host, struct facts *facts,
		      const struct asked_names *asked)
{
	const struct probe *probe = probe_at(index);
	struct error err = { 0 };

	if (failed_when_recorded(probe, host, &err)) {
		leave_all_unknown(index, facts, asked, &err);
		return;
	}
	if (probe->run && probe->run(host, facts, &err) < 0)
		leave_unknown(probe, facts, &err);
	ask_names(index, host, facts, asked);
}

/* --- the worker --- */

/* What stands before each probe's facts in the pipe. */
struct message {
	uint32_t probe; /* index */
	uint32_t len;
	uint32_t news; /* bytes of what a recorder kept, behind the facts */
};

struct worker {
	pid_t pid;
	int fd;
	size_t next; /* index of the probe whose facts come next */
};

static bool write_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

static bool send_probe(int fd, size_t index, const struct host *host, struct facts *facts,
		       const struct asked_names *asked)
{
	auto_wire struct wire wire = { 0 };
	struct message message = { .probe = (uint32_t)index };
	size_t end;

	run_probe(index, host, facts, asked);
	if (wire_put(&wire, &message, sizeof(message)) < 0 ||
	    wire_put_facts(&wire, facts, probe_at(index)) < 0)
		return false;
	end = wire.len;
	if (recorder_put_news(host, &wire) < 0)
		return false;
	message.len = (uint32_t)(end - sizeof(message));
	message.news = (uint32_t)(wire.len - end);
	memcpy(wire.bytes, &message, sizeof(message));
	return write_all(fd, wire.bytes, wire.len);
}

static size_t next_in_worker(size_t index)
{
	while (index < probes_count() && !probe_at(index)->in_worker)
		index++;
	return index;
}

static void work(int fd, size_t first, const struct host *host, const struct asked_names *asked)
{
	auto_facts struct facts *facts = facts_new();

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	recorder_mark(host);
	for (size_t i = first; i < probes_count(); i = next_in_worker(i + 1))
		if (!send_probe(fd, i, host, facts, asked))
			break;
}

static int worker_start(struct worker *worker, size_t first, const struct host *host,
			const struct asked_names *asked)
{
	int ends[2];

	if (pipe(ends) < 0)
		return -errno;
	worker->next = next_in_worker(first);
	worker->fd = ends[0];
	worker->pid = fork();
	if (worker->pid < 0) {
		close(ends[0]);
		close(ends[1]);
		return -errno;
	}
	if (worker->pid > 0) {
		close(ends[1]);
		return 0;
	}
	close(ends[0]);
	work(ends[1], worker->next, host, asked);
	/* Not exit(): what the parent has buffered is the parent's to write. */
	_exit(0);
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Exactly `len` bytes before the deadline. -ETIMEDOUT, or -EPIPE where the worker ended. */
static int read_by(int fd, char *into, size_t len, int64_t deadline)
{
	while (len) {
		int64_t left = deadline - now_ms();
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		ssize_t n;

		if (left < 0 || poll(&wait, 1, (int)left) == 0)
			return -ETIMEDOUT;
		n = read(fd, into, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -EPIPE;
		into += n;
		len -= (size_t)n;
	}
	return 0;
}

static int receive_probe(struct worker *worker, const struct host *host, struct facts *facts,
			 int64_t deadline)
{
	auto_free char *bytes = NULL;
	struct message message;
	int r = read_by(worker->fd, (char *)&message, sizeof(message), deadline);

	if (r < 0)
		return r;
	if (message.probe != worker->next)
		return -EBADMSG;
	bytes = malloc((size_t)message.len + message.news + 1);
	if (!bytes)
		return -ENOMEM;
	r = read_by(worker->fd, bytes, (size_t)message.len + message.news, deadline);
	if (r >= 0)
		r = wire_get_facts(bytes, message.len, facts);
	if (r >= 0)
		r = recorder_get_news(host, bytes + message.len, message.news);
	return r;
}

static void probe_failed(size_t index, const struct host *host, struct facts *facts,
			 const struct asked_names *asked, int code)
{
	const struct probe *probe = probe_at(index);
	struct error err;

	if (code == -ETIMEDOUT)
		error_set(&err, code, "the %s probe did not answer in time", probe->name);
	else
		error_set(&err, code, "the %s probe ended before it answered (%s)", probe->name,
			  strerror(-code));
	leave_all_unknown(index, facts, asked, &err);
	host_keep_failure(host, PATH("probe %s", probe->name), code, &err);
}

/*
 * Never waits for a worker that hangs in the kernel: it dies when it can, and is nobody's concern.
 * Nor now for one that has said everything: what it held takes its time to be put away.
 */
static void worker_end(const struct worker *worker, const struct host *host, bool hangs)
{
	close(worker->fd);
	if (!hangs) {
		host_reap_later(host, worker->pid);
		return;
	}
	kill(worker->pid, SIGKILL);
	waitpid(worker->pid, NULL, WNOHANG);
}

static void collect(struct worker *worker, const struct host *host, struct facts *facts,
		    const struct asked_names *asked, int64_t end, int64_t share)
{
	while (worker->next < probes_count()) {
		int64_t group = now_ms() + share;
		int r = receive_probe(worker, host, facts, group < end ? group : end);
		size_t failed = worker->next;

		worker->next = next_in_worker(failed + 1);
		if (r >= 0)
			continue;
		probe_failed(failed, host, facts, asked, r);
		worker_end(worker, host, true);
		/* The probes behind the one that hangs get a worker of their own. */
		if (worker->next < probes_count() && now_ms() < end &&
		    worker_start(worker, worker->next, host, asked) == 0)
			continue;
		for (; worker->next < probes_count();
		     worker->next = next_in_worker(worker->next + 1))
			probe_failed(worker->next, host, facts, asked, -ETIMEDOUT);
		return;
	}
	worker_end(worker, host, false);
}

void probes_run(const struct host *host, struct facts *facts, const struct probe_options *options)
{
	const int64_t deadline = options->deadline_ms ? options->deadline_ms : DEFAULT_MS;
	const int64_t end = now_ms() + deadline;
	const struct asked_names asked = look_up(facts, options);
	struct worker worker = { .pid = -1 };
	/* A recording's files are plain files: nothing hangs, and one process is quicker. */
	bool apart = host_is_live(host) && worker_start(&worker, 0, host, &asked) == 0;

	for (size_t i = 0; i < probes_count(); i++)
		if (!apart || !probe_at(i)->in_worker)
			run_probe(i, host, facts, &asked);
	if (apart)
		collect(&worker, host, facts, &asked, end,
			deadline > GROUPS * GROUP_MS ? deadline / GROUPS : GROUP_MS);
	probes_derive(facts);
}

void probes_derive(struct facts *facts)
{
	for (size_t i = 0; i < probes_count(); i++)
		if (probe_at(i)->derive)
			probe_at(i)->derive(facts);
}
