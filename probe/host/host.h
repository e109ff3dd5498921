/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * host: the one door to a machine. Paths are written as people know them ("/proc/cpuinfo") and
 * resolved inside the host's root: the live machine, a live machine whose trees lie elsewhere
 * (--root), or a recording. What is no file (CPUID, an ioctl that asks) is one host_ function, with
 * a recorded form in the recording's .stackcheck folder.
 *
 * Errors, the same for every function here:
 *   -ENOENT   there is no such thing, and it would be seen if there was
 *   -ENODATA  it cannot be told whether there is: a container masks the place (reason hidden) or the recording does not
 *             hold it (reason not-recorded)
 *   -EACCES, -EPERM, -EIO, -EINVAL, …  as the kernel answered
 * So `-ENOENT` is the only way to "no"; everything else goes to facts_set_unknown().
 */
#ifndef STACKCHECK_HOST_H
#define STACKCHECK_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/error.h"

struct host;

/* Longest path that a probe builds; longer ones are -ENAMETOOLONG. */
#define HOST_PATH_MAX 1024

/*
 * A formatted path that lives to the end of the enclosing block: PATH("/sys/class/net/%s/speed",
 * name).
 */
#define PATH(...) host_path((char[HOST_PATH_MAX]){ "" }, __VA_ARGS__)
const char *host_path(char *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));

struct host_options {
	bool no_guest; /* never run a KVM guest */
	bool record; /* keep what is read, for host_save() */
};

/*
 * The machine this runs on; with `root` (not NULL) its proc, sys, etc, boot, run, dev and
 * lib/modules under that folder.
 */
int host_open_live(const char *root, const struct host_options *options, struct host **ret,
		   struct error *err);

/*
 * A recording: a folder that holds proc, sys, etc as they were on a machine, or a tar of one, which is
 * unpacked in memory. -EINVAL with a sentence where it holds neither proc nor sys, or is no such file; -EFBIG where it
 * is larger than any recording; -ENOENT where it is not there.
 */
int host_open_recording(const char *path, struct host **ret, struct error *err);

void host_close(struct host *host);

/* A process of ours that is about to end: host_close() waits for it. One at a time. */
void host_reap_later(const struct host *host, pid_t pid);

static inline void host_closep(struct host **host)
{
	host_close(*host);
}
#define auto_host __attribute__((cleanup(host_closep)))

bool host_is_live(const struct host *host);

/*
 * True where the whole live system is at "/" and nothing is recorded: libraries that know no root
 * (libudev), or read what a recording would then lack, may be asked.
 */
bool host_is_this_system(const struct host *host);

/* True where the machine is live, or was when it was recorded, below another root (--root). */
bool host_is_elsewhere(const struct host *host);

/*
 * The folder of /proc of a process that is among the machine's own mounts and in its own
 * namespaces. Below another root, "self" is this process, in whatever container it was given that
 * root; process 1 is the machine's.
 */
static inline const char *host_process(const struct host *host)
{
	return host_is_elsewhere(host) ? "/proc/1" : "/proc/self";
}

/* The same for the table of mounts, which has a name of its own, proc(5). */
static inline const char *host_mounts(const struct host *host)
{
	return host_is_elsewhere(host) ? "/proc/1/mounts" : "/proc/mounts";
}

bool host_may_run_guest(const struct host *host);

/*
 * 1: this process is in a container, a chroot or namespaces that show it less than the machine has;
 * *ret_why (may be NULL) says which. 0: it is not. Recordings: as the answer "host.confined" says, else 0.
 */
int host_confined(const struct host *host, const char **ret_why);

/*
 * The root as a path of the system stackcheck runs on, without a slash at its end ("" for "/"): for
 * libraries that open files themselves.
 */
const char *host_root(const struct host *host);

/*
 * The whole file, NUL behind it (`*ret_len`, may be NULL, does not count that). -EFBIG over 64 MiB.
 */
int host_read(const struct host *host, const char *path, char **ret, size_t *ret_len,
	      struct error *err);

/*
 * The same, for files whose end is dear: after each read, `enough` is shown the text so far and how
 * much of it the last read brought (it had room for HOST_READ_ROOM bytes or more), and says whether
 * what follows may be left out. The text may end within a line.
 */
#define HOST_READ_ROOM 4096
typedef bool (*host_enough)(const char *text, size_t len, size_t last_read);
int host_read_until(const struct host *host, const char *path, host_enough enough, char **ret,
		    struct error *err);

/*
 * A large file piece by piece: `take` is shown what is there, a NUL behind it (`last`: nothing
 * follows) and returns how much of it is done with; the rest comes again in front of the next piece.
 * A piece that it takes nothing of grows; -EFBIG where it gets larger than 1 MiB.
 */
typedef size_t (*host_piece)(void *ctx, char *text, size_t len, bool last);
int host_read_pieces(const struct host *host, const char *path, host_piece take, void *ctx,
		     struct error *err);

/*
 * At most `size` bytes from `offset`; returns how many. For sysfs `config` and other binary files.
 */
ssize_t host_read_at(const struct host *host, const char *path, void *buffer, size_t size,
		     off_t offset, struct error *err);

/* The first line without white space at its ends (a short sysfs file). */
int host_read_line(const struct host *host, const char *path, char **ret, struct error *err);

/* The first line as a number, decimal or 0x…; -EINVAL when it is none. */
int host_read_u64(const struct host *host, const char *path, uint64_t *ret, struct error *err);
int host_read_i64(const struct host *host, const char *path, int64_t *ret, struct error *err);

/* The text of a symbolic link, and the last part of it (a driver's or an IOMMU group's name). */
int host_read_link(const struct host *host, const char *path, char **ret, struct error *err);
int host_read_link_name(const struct host *host, const char *path, char **ret, struct error *err);

/* 1: there; 0: there is no such thing; -ENODATA, -EACCES, …: cannot be told. */
int host_exists(const struct host *host, const char *path, struct error *err);

struct host_stat {
	mode_t mode;
	uid_t uid;
	gid_t gid;
	dev_t rdev;
	off_t size;
};

/* Follows links inside the root. Opens nothing. */
int host_stat(const struct host *host, const char *path, struct host_stat *ret, struct error *err);

/*
 * May this process read and write it? 1, 0 or -errno; opens nothing (faccessat). Recordings:
 * -ENODATA unless recorded.
 */
int host_may_write(const struct host *host, const char *path, struct error *err);

/* The names in a folder, sorted as numbers and text (strverscmp), without "." and "..". */
struct host_names {
	char **names;
	size_t len;
};
int host_list(const struct host *host, const char *path, struct host_names *ret, struct error *err);
void host_names_free(struct host_names *names);
#define auto_names __attribute__((cleanup(host_names_free)))

/*
 * Shows `seen` the text of each symbolic link in a folder (/proc/pid/fd), in no order, until it
 * returns false.
 * -EACCES, -EPERM: they may not be read.
 */
typedef bool (*host_link_seen)(void *ctx, const char *text);
int host_each_link(const struct host *host, const char *path, host_link_seen seen, void *ctx,
		   struct error *err);

/*
 * The filesystem under a path: statfs(2) magic, size and what an ordinary user may still use. A
 * path that does not exist stands for its nearest existing parent. May block on a network
 * filesystem: only in a worker.
 */
struct host_space {
	uint64_t magic; /* linux/magic.h */
	uint64_t total; /* bytes */
	uint64_t free; /* bytes */
};
int host_space(const struct host *host, const char *path, struct host_space *ret,
	       struct error *err);

/*
 * What a question that is no file was answered on the recorded machine: the text behind `key` in
 * .stackcheck/answers (lines "key<TAB>text"; a text "!EACCES", with a reason and a sentence behind it
 * or not, is that error). -ENODATA where it was not asked. Only for recordings; host/recorder.h
 * writes them.
 */
int host_recorded_answer(const struct host *host, const char *key, char **ret, struct error *err);
int host_recorded_i64(const struct host *host, const char *key, int64_t *ret, struct error *err);

#endif
