/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fsync: how long a small synchronous write takes. The load is the one by which etcd's people tell
 * whether a disk will do: blocks of 2300 bytes, fdatasync(2) after each, 22 MiB in all; the 99th
 * percentile is to be below 10 ms (etcd's frequently asked questions, "wal_fsync_duration_seconds";
 * IBM, "Using fio to tell whether your storage is fast enough for etcd").
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/vfs.h>
#include <time.h>

#include "prove/trial.h"

#define BLOCK	2300
#define BYTES	(22 << 20)
#define WRITES	(BYTES / BLOCK)
#define SECONDS 4
/* The fewest that tell anything; of less than a hundred the slowest stands for the percentile. */
#define FEWEST 20
/* The least that must stay free for others. */
#define ROOM ((uint64_t)BYTES * 4)

/* What keeps nothing, and what does not say where it keeps it. */
static const struct {
	unsigned long magic;
	const char *why;
} no_disk[] = {
	{ TMPFS_MAGIC, "it lies in memory (tmpfs)" },
	{ RAMFS_MAGIC, "it lies in memory (ramfs)" },
	{ OVERLAYFS_SUPER_MAGIC, "it is an overlay, and nothing tells what lies below it" },
};

static bool is_path(const char *text)
{
	return *text == '/';
}

static int refuse(const char *folder, struct outcome *outcome)
{
	struct statfs fs;

	if (statfs(folder, &fs) < 0)
		return trial_not_made(outcome, -errno, "%s: %s", folder, strerror(errno));
	for (size_t i = 0; i < ARRAY_SIZE(no_disk); i++)
		if ((unsigned long)fs.f_type == no_disk[i].magic)
			return trial_not_made(outcome, -EOPNOTSUPP, "%s: %s", folder,
					      no_disk[i].why);
	if ((uint64_t)fs.f_bavail * (uint64_t)fs.f_bsize < ROOM)
		return trial_not_made(outcome, -ENOSPC, "%s: less than %" PRIu64 " MiB are free",
				      folder, ROOM >> 20);
	return 0;
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* How long each took, in nanoseconds; how many there were, or negative errno. */
static int measure(int fd, int64_t *times, int max)
{
	static const char block[BLOCK];
	int64_t end = now_ns() + (int64_t)SECONDS * 1000000000;
	int n = 0;

	while (n < max && now_ns() < end) {
		int64_t start;

		if (write(fd, block, sizeof(block)) != (ssize_t)sizeof(block))
			return -errno;
		start = now_ns();
		if (fdatasync(fd) < 0)
			return -errno;
		times[n++] = now_ns() - start;
	}
	return n;
}

static void tell(int64_t *times, int n, struct outcome *outcome)
{
	int64_t p99;

	qsort(times, (size_t)n, sizeof(*times), by_size);
	/* The smallest that 99 of 100 do not exceed. */
	p99 = times[(n * 99 + 99) / 100 - 1];
	outcome->number = (p99 + 999) / 1000;
	snprintf(outcome->text, sizeof(outcome->text),
		 "99 of 100 writes took %" PRId64 " microseconds at most (%d writes)",
		 outcome->number, n);
}

static void run(const struct trial_place *place, struct outcome *outcome)
{
	auto_free int64_t *times = calloc(WRITES, sizeof(*times));
	auto_close int fd = -1;
	int n;

	if (!times || refuse(place->on, outcome) < 0)
		return;
	/* Without a name: it is gone with this process. */
	fd = open(place->on, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	if (fd < 0) {
		trial_not_made(outcome, -errno, "%s: a file without a name: %s", place->on,
			       strerror(errno));
		return;
	}
	/* As etcd's log is, and as fio does. */
	if (fallocate(fd, 0, 0, BYTES) < 0 && errno != EOPNOTSUPP) {
		trial_not_made(outcome, -errno, "%s: %s", place->on, strerror(errno));
		return;
	}
	n = measure(fd, times, WRITES);
	if (n < 0)
		trial_failed(outcome, n, "writing: %s", strerror(-n));
	else if (n < FEWEST)
		trial_failed(outcome, -ETIMEDOUT, "only %d writes in %d seconds", n, SECONDS);
	else
		tell(times, n, outcome);
}

static void learn(const struct host *host, struct facts *facts, const struct trial_place *place,
		  const struct outcome *outcome, const char *source)
{
	(void)host;
	(void)place;
	if (outcome->code == 0)
		facts_set_int(facts, "disk.fsync_p99", outcome->number, source);
	else if (!outcome->denied ||
		 facts_get(facts, "disk.fsync_p99")->value.kind == VALUE_UNKNOWN)
		trial_learn_doubt(facts, "disk.fsync_p99", outcome, source);
}

const struct trial trial_fsync = {
	.name = "fsync",
	.does = "writes up to 22 MiB to a file without a name, each 2300 bytes synchronously, for "
		"4 seconds "
		"at most",
	.takes = "FOLDER",
	.usual = "/var/lib",
	.fits = is_path,
	.seconds = 10,
	.run = run,
	.learn = learn,
};
