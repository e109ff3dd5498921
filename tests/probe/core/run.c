/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run: a probe that never comes back costs its own facts, and the run ends in time */
#include "../../fixture.h"

#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <time.h>
#include <unistd.h>

#include "core/util.h"

/*
 * A filesystem in user space whose daemon never answers: whoever looks into it waits until he is
 * killed, as with a dead network mount (fuse(4)). Returns the descriptor that ends it, or -1 where
 * this user may not mount.
 */
static int mount_dead_filesystem(const char *folder)
{
	int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return -1;
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("dead", folder, "fuse", MS_NOSUID | MS_NODEV,
		  PATH("fd=%d,rootmode=40000,user_id=0,group_id=0", fd)) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static struct facts *run_live(void **state, const char *const *names, size_t n)
{
	const struct host_options host_options = { .no_guest = true };
	const struct probe_options options = { .deadline_ms = 5000, .names = names, .n_names = n };
	auto_host struct host *host = NULL;
	struct facts *facts = facts_new_shared();
	struct error err = { 0 };

	if (host_open_live(fixture_path(state), &host_options, &host, &err) < 0)
		fail_msg("%s", err.text);
	probes_run(host, facts, &options);
	return facts;
}

static void a_probe_that_hangs_costs_its_own_facts_alone(void **state)
{
	static const char *const names[] = { "disk.free./var/lib" };
	const char *folder = PATH("%s/sys/block", fixture_path(state));
	struct facts *facts;
	int64_t start, took;
	int fd;

	fixture_write(state, "/etc/os-release", "ID=debian\nVERSION_ID=12\n");
	fixture_folder(state, "/sys/block");
	fd = mount_dead_filesystem(folder);
	if (fd < 0) {
		print_message("SKIPPED: a filesystem that never answers cannot be mounted here\n");
		skip();
	}
	alarm(30);
	start = now_ms();
	facts = run_live(state, names, ARRAY_SIZE(names));
	took = now_ms() - start;
	close(fd);
	umount2(folder, MNT_DETACH);
	alarm(0);
	/* One probe's share of the deadline, and no second one. */
	assert_true(took >= 900);
	assert_true(took < 4500);
	assert_unknown(facts, "disks", UNKNOWN_TIMEOUT);
	assert_unknown(facts, "disk.free./var/lib", UNKNOWN_TIMEOUT);
	/* Probes before and behind it, in the worker and beside it, have answered. */
	assert_text(facts, "os.id", "debian");
	for (size_t i = 0; i < probes_count(); i++)
		for (size_t k = 0; k < probe_at(i)->n_facts; k++) {
			const char *name = probe_at(i)->facts[k].name;
			const struct value *value;

			if (ends_with(name, ".") || strcmp(probe_at(i)->name, "disk") == 0)
				continue;
			value = &facts_get(facts, name)->value;
			if (value->kind == VALUE_UNKNOWN &&
			    value->unknown->reason == UNKNOWN_TIMEOUT)
				fail_msg("%s is unknown too: %s", name, value->unknown->detail);
		}
	facts_free(facts);
}

static void every_fact_is_set_by_a_run(void **state)
{
	struct facts *facts = fixture_run_all(state, NULL, 0);
	const struct fact *fact = NULL;
	size_t index = 0;

	while (facts_next(facts, &index, &fact))
		if (!fact->set)
			fail_msg("%s was left out", fact->name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_probe_that_hangs_costs_its_own_facts_alone),
		TEST(every_fact_is_set_by_a_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
