/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a host is made of; only for the files of this folder. */
#ifndef STACKCHECK_HOST_PRIVATE_H
#define STACKCHECK_HOST_PRIVATE_H

#include "host/host.h"
#include "host/recorder.h"
#include "host/store.h"

/* One line of a recording's .stackcheck/absent, errors or answers. */
struct recorded_line {
	const char *key;
	const char *text; /* behind the tab; "" where there is none */
};

struct recorded_lines {
	char *buffer;
	struct recorded_line *lines; /* sorted by key */
	size_t len;
};

/* Whether this process sees the machine or a container's view of it. */
struct host_view {
	bool looked;
	bool confined;
	const char *confined_why;
	bool private_dev; /* /dev holds what somebody put there, not what the kernel has */
};

/* What is kept between questions. */
struct host_cache {
	struct host_view view;
	int kvm_fd; /* /dev/kvm, opened by the first question; -1: not yet */
	int vm_fd; /* the virtual machine of host_kvm_try(), empty; or -1 */
	/* libraries, each loaded by the first question that needs it: */
	struct host_kmod *kmod;
	struct host_pci *pci;
	struct host_udev *udev;
	struct host_cpuid *cpuid; /* what host_cpuid() answered; NULL: not yet */
	struct folders *folders;
	struct store kept; /* kept.c */
	pid_t child; /* to be waited for; or 0 */
};

struct host {
	bool live;
	bool at_slash; /* live, and the root is "/" */
	bool elsewhere; /* live, or was when it was recorded, and the root is not "/" */
	struct host_options options;
	int root_fd;
	char *root; /* without a slash at its end */
	struct host_cache *cache;
	struct recorder *recorder; /* live: where what is read is kept; NULL: it is not */
	/* recordings: */
	struct store *files; /* of an archive; NULL: they lie below the root */
	struct recorded_lines absent;
	struct recorded_lines errors;
	struct recorded_lines answers;
};

/* Opens a path inside the root; the plain negative errno, not yet told apart. */
int host_open_fd(const struct host *host, const char *path, int flags);

/* The same without a look at the folders that are kept open. */
int host_open_from_root(const struct host *host, const char *path, int flags);

/*
 * What a failed access to `path` means on this host: -ENOENT only where the thing would be seen if
 * it was there. Sets `err`.
 */
int host_failure(const struct host *host, const char *path, int code, struct error *err);

/* The live half and the recorded half of that. */
int live_missing(const struct host *host, const char *path, struct error *err);
int recorded_missing(const struct host *host, const char *path, struct error *err);

/* 0, or -ENODATA where a folder or file of /proc, /sys or /dev is masked by another filesystem. */
int live_masked(const struct host *host, const char *path, int fd, struct error *err);

/*
 * True where the root filesystem is made of layers and has what a container's manager leaves there.
 */
bool live_root_is_layered(const struct host *host);

/*
 * Looked at when it is first asked for, which is in the process that may wait for a file in vain.
 * Recordings: nothing is confined.
 */
const struct host_view *live_view(const struct host *host);

/* Reads .stackcheck of a recording. */
int recorded_load(struct host *host, struct error *err);
void recorded_free(struct host *host);

void kmod_close(struct host_kmod *kmod);
void pci_close(struct host_pci *pci);
void udev_close(struct host_udev *udev);

/* A recorded error for that path: 0 or negative errno, which `err` gets. */
int recorded_error(const struct host *host, const char *path, struct error *err);

/*
 * The answer to a question about a path, the caller's to free: 1; 0 where none was recorded, as on
 * every live machine; or how the question failed.
 */
int recorded_reply(const struct host *host, const char *kind, const char *path, char **ret,
		   struct error *err);

/* Opens a file for reading, as host_read() does: a descriptor that may be of a copy. */
int host_open_file(const struct host *host, const char *path, struct error *err);

/* What an archive has at that path: 0 or -errno, not yet told apart. */
static inline int host_find(const struct host *host, const char *path, bool follow,
			    const struct store_item **ret)
{
	return store_resolve(host->files, path, follow, ret);
}

#endif
