/* SPDX-License-Identifier: GPL-2.0-or-later */
/* overlay: an overlay of two folders that is written to; Documentation/filesystems/overlayfs.rst */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "prove/trial.h"

static int make_folders(const char *room, struct outcome *outcome)
{
	static const char *const names[] = { "lower", "upper", "work", "merged" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (mkdir(PATH("%s/%s", room, names[i]), 0700) < 0)
			return trial_not_made(outcome, -errno, "making a folder: %s",
					      strerror(errno));
	return 0;
}

/* A new file must land in the upper folder. */
static void write_through(const char *room, struct outcome *outcome)
{
	auto_close int fd =
		open(PATH("%s/merged/file", room), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	struct stat st;

	if (fd < 0 || write(fd, "x", 1) != 1 || stat(PATH("%s/upper/file", room), &st) < 0)
		trial_failed(outcome, -errno, "writing through the overlay: %s", strerror(errno));
}

static void run(const struct trial_place *place, struct outcome *outcome)
{
	const char *room;

	(void)place;
	if (trial_enter(CLONE_NEWNS, outcome) < 0 || trial_room(&room, outcome) < 0 ||
	    make_folders(room, outcome) < 0)
		return;
	if (mount("stackcheck", PATH("%s/merged", room), "overlay", 0,
		  PATH("lowerdir=%s/lower,upperdir=%s/upper,workdir=%s/work", room, room, room)) <
	    0)
		trial_failed(outcome, -errno, "mounting the overlay: %s", strerror(errno));
	else
		write_through(room, outcome);
}

static void learn(const struct host *host, struct facts *facts, const struct trial_place *place,
		  const struct outcome *outcome, const char *source)
{
	(void)place;
	trial_learn_bool(facts, "kernel.filesystem.overlay", outcome, source);
	trial_learn_module(host, facts, "overlay", outcome, source);
}

const struct trial trial_overlay = {
	.name = "overlay",
	.does = "mounts an overlay on a tmpfs, in a mount namespace of its own",
	.module = "overlay",
	.filesystem = "overlay",
	.seconds = 5,
	.run = run,
	.learn = learn,
};
