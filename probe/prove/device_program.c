/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * device_program: the kind of eBPF program that decides on a group's devices in cgroup v2, where
 * there is no controller of that name. Loaded, attached to nothing, gone with its descriptor.
 * Documentation/admin-guide/cgroup-v2.rst, "Device controller"; bpf(2)
 */
#include <errno.h>
#include <linux/bpf.h>
#include <string.h>
#include <sys/syscall.h>

#include "prove/trial.h"

/* "return 1": every access is allowed. */
static const struct bpf_insn allow_all[] = {
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 1 },
	{ .code = BPF_JMP | BPF_EXIT },
};

static void run(const struct trial_place *place, struct outcome *outcome)
{
	union bpf_attr attr;
	auto_close int fd = -1;

	(void)place;
	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
	attr.insns = (uintptr_t)allow_all;
	attr.insn_cnt = ARRAY_SIZE(allow_all);
	attr.license = (uintptr_t) "GPL";
	fd = (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
	if (fd < 0)
		trial_failed(outcome, -errno, "loading the program: %s",
			     errno == EINVAL ? "this kernel knows no such program"
					     : strerror(errno));
}

/* The kind of program is there exactly with this option: include/linux/bpf_types.h. */
static void learn(const struct host *host, struct facts *facts, const struct trial_place *place,
		  const struct outcome *outcome, const char *source)
{
	static const char *const option = "kernel.config.CGROUP_BPF";
	const char *held = facts_string(facts, option);

	(void)host;
	(void)place;
	if (outcome->code == 0)
		facts_set_string(facts, option, "y", source);
	else if (!outcome->denied && held && strcmp(held, "y") == 0)
		trial_learn_doubt(facts, option, outcome, source);
}

const struct trial trial_device_program = {
	.name = "device-program",
	.does = "loads an eBPF program for devices of control groups, and attaches it to none",
	.seconds = 5,
	.run = run,
	.learn = learn,
};
