/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * run: all probes on one host. On a live one they run in a worker process, because any file may be
 * one that never answers: a dead network mount, a filesystem in user space over /proc/meminfo
 * (lxcfs), a suspended disk. A worker that hangs is left behind and costs the facts of the probe that
 * it was at.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/wire.h"
#include "host/recorder.h"
#include "probe.h"

#define SHARES	   5 /* one probe may take the fifth part of the deadline */
#define DEFAULT_MS 5000
#define LOOK_MS	   100 /* how often is looked whether it goes on */
#define KILL_MS	   50 /* for one that can die */

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
		const struct fact_def *def = facts_expect(facts, name, &rest);
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

	return !host_is_live(host) &&
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

/*
 * A process that runs the probes and sets the facts, in memory that both see. What it waits for in
 * vain costs the probe that waits: another worker goes on behind it.
 */
struct worker {
	pid_t pid;
	int fd; /* messages: their length, and what a recorder kept; of length 0: it is done */
	_Atomic uint32_t *at; /* the probe it is at, in shared memory */
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

/* False where the parent hears no more. */
static bool send_news(int fd, const struct host *host)
{
	auto_wire struct wire wire = { 0 };
	uint32_t len = 0;

	if (!host_is_recording(host))
		return true;
	if (wire_put(&wire, &len, sizeof(len)) < 0 || recorder_put_news(host, &wire) < 0)
		return false;
	len = (uint32_t)(wire.len - sizeof(len));
	memcpy(wire.bytes, &len, sizeof(len));
	return len == 0 || write_all(fd, wire.bytes, wire.len);
}

static void work(int fd, size_t first, _Atomic uint32_t *at, const struct host *host,
		 struct facts *facts, const struct asked_names *asked)
{
	const uint32_t done = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	recorder_mark(host);
	for (size_t i = first; i < probes_count(); i++) {
		atomic_store(at, (uint32_t)i);
		run_probe(i, host, facts, asked);
		if (!send_news(fd, host))
			return;
	}
	/* Said before the end, which takes its time where a virtual machine is put away. */
	write_all(fd, (const char *)&done, sizeof(done));
}

static int worker_start(struct worker *worker, size_t first, const struct host *host,
			struct facts *facts, const struct asked_names *asked)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	worker->fd = ends[0];
	atomic_store(worker->at, (uint32_t)first);
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
	work(ends[1], first, worker->at, host, facts, asked);
	/* Not exit(): what the parent has buffered is the parent's to write. */
	_exit(0);
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct deadline {
	int64_t end; /* of all probes */
	int64_t share; /* of one */
};

static int read_all(int fd, void *into, size_t len)
{
	for (char *at = into; len;) {
		ssize_t n = read(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -EPIPE;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

/* 1: it is done; 0: news were taken; -EPIPE, -EBADMSG: it died. */
static int receive(const struct worker *worker, const struct host *host)
{
	auto_free char *bytes = NULL;
	uint32_t len;
	int r = read_all(worker->fd, &len, sizeof(len));

	if (r < 0 || len == 0)
		return r < 0 ? r : 1;
	bytes = malloc(len);
	if (!bytes)
		return -ENOMEM;
	r = read_all(worker->fd, bytes, len);
	return r < 0 ? r : recorder_get_news(host, bytes, len);
}

/*
 * Waits until it is done: 0; -ETIMEDOUT where it has been at one probe for longer than its share, or
 * all time is up; -EPIPE where it died.
 */
static int worker_wait(const struct worker *worker, const struct host *host,
		       const struct deadline *deadline)
{
	int64_t since = now_ms();
	uint32_t seen = atomic_load(worker->at);

	for (;;) {
		struct pollfd wait = { .fd = worker->fd, .events = POLLIN };
		int64_t now;

		if (poll(&wait, 1, LOOK_MS) > 0) {
			int r = receive(worker, host);

			if (r != 0)
				return r < 0 ? r : 0;
		}
		now = now_ms();
		if (seen != atomic_load(worker->at)) {
			seen = atomic_load(worker->at);
			since = now;
		}
		if (now >= deadline->end || now - since >= deadline->share)
			return -ETIMEDOUT;
	}
}

/*
 * Kills it, so that it sets nothing more: it runs no instruction of its own after that, only what
 * it waits for in the kernel. One that hangs there dies when it can, and is nobody's concern.
 */
static void worker_kill(const struct worker *worker)
{
	const struct timespec moment = { .tv_nsec = 1000000 };

	kill(worker->pid, SIGKILL);
	for (int i = 0; i < KILL_MS && waitpid(worker->pid, NULL, WNOHANG) == 0; i++)
		nanosleep(&moment, NULL);
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

static void run_in_worker(const struct host *host, struct facts *facts,
			  const struct asked_names *asked, const struct deadline *deadline)
{
	struct worker worker = { .at = arena_alloc(facts_arena(facts), sizeof(*worker.at)) };

	for (size_t next = 0; next < probes_count(); next = atomic_load(worker.at) + 1) {
		int r = now_ms() < deadline->end ? worker_start(&worker, next, host, facts, asked)
						 : -ETIMEDOUT;

		if (r < 0) {
			for (; next < probes_count(); next++)
				probe_failed(next, host, facts, asked, r);
			return;
		}
		r = worker_wait(&worker, host, deadline);
		close(worker.fd);
		if (r == 0) {
			host_reap_later(host, worker.pid);
			return;
		}
		worker_kill(&worker);
		probe_failed(atomic_load(worker.at), host, facts, asked, r);
	}
}

void probes_run(const struct host *host, struct facts *facts, const struct probe_options *options)
{
	const unsigned int all_ms = options->deadline_ms ? options->deadline_ms : DEFAULT_MS;
	const struct deadline deadline = { now_ms() + all_ms, all_ms / SHARES };
	const struct asked_names asked = look_up(facts, options);

	/* A recording's files are plain files: nothing hangs, and one process is quicker. */
	if (host_is_live(host) && facts_are_shared(facts))
		run_in_worker(host, facts, &asked, &deadline);
	else
		for (size_t i = 0; i < probes_count(); i++)
			run_probe(i, host, facts, &asked);
	probes_derive(facts);
}

void probes_derive(struct facts *facts)
{
	for (size_t i = 0; i < probes_count(); i++)
		if (probe_at(i)->derive)
			probe_at(i)->derive(facts);
}
