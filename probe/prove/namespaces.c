/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * namespaces: may an ordinary user's program make namespaces of its own, and mount in them? Also
 * how the other trials get theirs. user_namespaces(7), mount_namespaces(7)
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "prove/trial.h"

/* What has no rights of its own on any Linux: the kernel's overflow user, user_namespaces(7). */
#define NOBODY 65534

void trial_die_with_parent(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static int write_text(const char *path, const char *text)
{
	auto_close int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		return -errno;
	return 0;
}

/* The user himself is root in there: without a mapping he could own no file. */
static int map_user(uid_t uid, gid_t gid, struct outcome *outcome)
{
	char uids[32], gids[32];
	int r;

	snprintf(uids, sizeof(uids), "0 %u 1", uid);
	snprintf(gids, sizeof(gids), "0 %u 1", gid);
	r = write_text("/proc/self/setgroups", "deny");
	if (r == 0 || r == -ENOENT)
		r = write_text("/proc/self/uid_map", uids);
	if (r == 0)
		r = write_text("/proc/self/gid_map", gids);
	return r < 0 ? trial_failed(outcome, r, "mapping the user into the namespace: %s",
				    strerror(-r))
		     : 0;
}

/*
 * Without this a mount in a shared tree would appear in the machine's own, mount_namespaces(7). In
 * a chroot "/" is no mount point.
 */
static int make_private(struct outcome *outcome)
{
	int code;

	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0)
		return 0;
	code = -errno;
	if (code == -EINVAL)
		return trial_not_made(outcome, code, "this process runs in a chroot");
	return trial_failed(outcome, code, "making the mounts private: %s", strerror(-code));
}

static int enter(int kinds, struct outcome *outcome)
{
	if (unshare(kinds) < 0)
		return trial_failed(outcome, -errno, "making namespaces: %s", strerror(errno));
	return kinds & CLONE_NEWNS ? make_private(outcome) : 0;
}

/*
 * The user namespace first and the others from within: AppArmor may allow the first and take away
 * what is needed for the others (apparmor_restrict_unprivileged_userns).
 */
int trial_enter_as_user(int kinds, struct outcome *outcome)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	int r;

	if (unshare(CLONE_NEWUSER) < 0)
		return trial_failed(outcome, -errno, "making a user namespace: %s",
				    strerror(errno));
	trial_die_with_parent();
	r = map_user(uid, gid, outcome);
	return r < 0 ? r : enter(kinds, outcome);
}

int trial_enter(int kinds, struct outcome *outcome)
{
	if (unshare(kinds) == 0)
		return kinds & CLONE_NEWNS ? make_private(outcome) : 0;
	return trial_enter_as_user(kinds, outcome);
}

int trial_room(const char **ret, struct outcome *outcome)
{
	static const char *const folders[] = { "/tmp", "/run", "/proc" };
	struct stat st;

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		if (stat(folders[i], &st) < 0 || !S_ISDIR(st.st_mode))
			continue;
		if (mount("stackcheck", folders[i], "tmpfs", MS_NOSUID | MS_NODEV, "size=1m") < 0)
			return trial_failed(outcome, -errno, "mounting a tmpfs: %s",
					    strerror(errno));
		*ret = folders[i];
		return 0;
	}
	return trial_not_made(outcome, -ENOENT, "there is no folder to mount on");
}

/* Root's namespaces say nothing of others': it becomes somebody who has no right at all. */
static int become_nobody(struct outcome *outcome)
{
	if (geteuid() != 0)
		return 0;
	if (setgroups(0, NULL) < 0 || setresgid(NOBODY, NOBODY, NOBODY) < 0 ||
	    setresuid(NOBODY, NOBODY, NOBODY) < 0)
		return trial_not_made(outcome, -EOPNOTSUPP, "becoming an ordinary user: %s",
				      strerror(errno));
	/* With the rights went the right to write to one's own files in /proc, proc(5). */
	prctl(PR_SET_DUMPABLE, 1);
	trial_die_with_parent();
	return 0;
}

static void run(const struct trial_place *place, struct outcome *outcome)
{
	const char *room;

	(void)place;
	if (become_nobody(outcome) < 0 ||
	    trial_enter_as_user(CLONE_NEWNS | CLONE_NEWNET, outcome) < 0)
		return;
	trial_room(&room, outcome);
}

static void learn(const struct host *host, struct facts *facts, const struct trial_place *place,
		  const struct outcome *outcome, const char *source)
{
	static const char *const shown[] = { "kernel.namespace.user", "kernel.namespace.mnt",
					     "kernel.namespace.net" };
	struct outcome refused = *outcome;

	(void)host;
	(void)place;
	for (size_t i = 0; i < ARRAY_SIZE(shown) && outcome->code == 0; i++)
		facts_set_bool(facts, shown[i], true, source);
	/* Here permission is what is asked for: a refusal is an answer, be it for this process alone. */
	if (outcome->code == -EPERM || outcome->code == -EACCES)
		refused.denied = false;
	trial_learn_bool(facts, "kernel.namespace_unprivileged", &refused, source);
}

const struct trial trial_namespaces = {
	.name = "namespaces",
	.does = "makes user, mount and network namespaces as an ordinary user, with a tmpfs in "
		"them",
	.seconds = 5,
	.run = run,
	.learn = learn,
};
