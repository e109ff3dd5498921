/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tap: a TAP device in a network namespace that is this process's alone; it goes with its
 * descriptor. Documentation/networking/tuntap.rst
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>

#include "prove/trial.h"

#define NODE "/dev/net/tun"

static void run(const struct trial_place *place, struct outcome *outcome)
{
	struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	auto_close int fd = -1;

	(void)place;
	if (trial_enter(CLONE_NEWNET, outcome) < 0)
		return;
	fd = open(NODE, O_RDWR | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		trial_not_made(outcome, -ENOENT, "there is no " NODE);
	else if (fd < 0)
		trial_failed(outcome, -errno, "opening " NODE ": %s", strerror(errno));
	else if (ioctl(fd, TUNSETIFF, &request) < 0)
		trial_failed(outcome, -errno, "making a TAP device: %s", strerror(errno));
}

static void learn(const struct host *host, struct facts *facts, const struct trial_place *place,
		  const struct outcome *outcome, const char *source)
{
	(void)place;
	trial_learn_bool(facts, "dev.net/tun", outcome, source);
	trial_learn_module(host, facts, "tun", outcome, source);
}

const struct trial trial_tap = {
	.name = "tap",
	.does = "opens " NODE " and makes a TAP device in a network namespace of its own",
	.module = "tun",
	.seconds = 5,
	.run = run,
	.learn = learn,
};
