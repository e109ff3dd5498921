/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * host: what a missing file means on a live machine, and whether this process sees the machine at
 * all
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "core/util.h"
#include "host/folder.h"
#include "host/private.h"

/* Not in every linux/magic.h of the systems that stackcheck is built on. */
#ifndef FUSE_CTL_SUPER_MAGIC
#define FUSE_CTL_SUPER_MAGIC 0x65735543
#endif
#ifndef CONFIGFS_MAGIC
#define CONFIGFS_MAGIC 0x62656570
#endif

/*
 * Where the kernel shows itself, and which filesystems belong there; anything else there is a mask.
 */
static const struct kernel_tree {
	const char *prefix;
	unsigned long magic[14];
} kernel_trees[] = {
	/* Longest prefix first. cgroup v1 lies on a tmpfs of its own. */
	{ "/sys/fs/cgroup", { CGROUP2_SUPER_MAGIC, CGROUP_SUPER_MAGIC, TMPFS_MAGIC, SYSFS_MAGIC } },
	{ "/sys/",
	  { SYSFS_MAGIC, SECURITYFS_MAGIC, DEBUGFS_MAGIC, TRACEFS_MAGIC, EFIVARFS_MAGIC,
	    BPF_FS_MAGIC, PSTOREFS_MAGIC, CONFIGFS_MAGIC, FUSE_CTL_SUPER_MAGIC, SELINUX_MAGIC,
	    CGROUP2_SUPER_MAGIC, RDTGROUP_SUPER_MAGIC } },
	{ "/proc/", { PROC_SUPER_MAGIC, BINFMTFS_MAGIC, NFS_SUPER_MAGIC } },
	/*
	 * devtmpfs calls itself tmpfs, or ramfs where the kernel has no tmpfs
	 * (drivers/base/devtmpfs.c).
	 */
	{ "/dev/", { TMPFS_MAGIC, RAMFS_MAGIC, DEVPTS_SUPER_MAGIC, HUGETLBFS_MAGIC } },
};

static const struct kernel_tree *tree_of(const char *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(kernel_trees); i++)
		if (starts_with(path, kernel_trees[i].prefix))
			return &kernel_trees[i];
	return NULL;
}

static bool belongs(const struct kernel_tree *tree, unsigned long magic)
{
	for (size_t i = 0; i < ARRAY_SIZE(tree->magic) && tree->magic[i]; i++)
		if (tree->magic[i] == magic)
			return true;
	return false;
}

int live_masked(const struct host *host, const char *path, int fd, struct error *err)
{
	const struct kernel_tree *tree = tree_of(path);
	struct statfs fs;

	(void)host;
	if (!tree || fstatfs(fd, &fs) < 0 || belongs(tree, (unsigned long)fs.f_type))
		return 0;
	return error_because(err, -ENODATA, UNKNOWN_HIDDEN,
			     "%s: something else is mounted over it (filesystem type %#lx)", path,
			     (unsigned long)fs.f_type);
}

/* The type of the filesystem of the nearest folder above `path` that is there; its name in `folder`. */
static int nearest_fs(const struct host *host, const char *path, char *folder,
		      unsigned long *ret_magic)
{
	strcpy(folder, path);
	for (;;) {
		char *slash = strrchr(folder, '/');
		int r;

		if (!slash)
			return -ENOENT;
		*slash = '\0';
		r = folder_fs(host, folder, ret_magic);
		if (r != -ENOENT && r != -ENOTDIR)
			return r;
	}
}

int live_missing(const struct host *host, const char *path, struct error *err)
{
	const struct host_view *view = live_view(host);
	const struct kernel_tree *tree = tree_of(path);
	char folder[HOST_PATH_MAX];
	unsigned long magic;
	int r;

	if (strlen(path) >= sizeof(folder))
		return error_set(err, -ENAMETOOLONG, "%s: path too long", path);
	if (tree) {
		r = nearest_fs(host, path, folder, &magic);
		if (r < 0)
			return error_set(err, r, "%s: %s", folder, strerror(-r));
		if (!belongs(tree, magic))
			return error_because(err, -ENODATA, UNKNOWN_HIDDEN,
					     "%s is not the kernel's: not mounted here, or masked",
					     *folder ? folder : tree->prefix);
	}
	if (starts_with(path, "/dev/") && view->private_dev)
		return error_because(err, -ENODATA, UNKNOWN_HIDDEN,
				     "%s: not seen from here: /dev is not the kernel's own", path);
	/* Of the kernel's own trees a container sees most; of files and devices only its own. */
	if (view->confined && (!tree || starts_with(path, "/dev/")))
		return error_because(err, -ENODATA, UNKNOWN_HIDDEN, "%s: not seen from here: %s",
				     path, view->confined_why);
	return error_set(err, -ENOENT, "%s: no such file", path);
}

/*
 * The first namespaces of a machine have fixed numbers (include/linux/proc_ns.h: PROC_UTS_INIT_INO
 * 0xEFFFFFFE, PROC_PID_INIT_INO 0xEFFFFFFC, PROC_CGROUP_INIT_INO 0xEFFFFFFB). Those of mounts and
 * networks have some in recent kernels alone.
 */
static const struct first_namespace {
	const char *link;
	const char *first;
	const char *why;
} first_namespaces[] = {
	{ "/proc/self/ns/pid", "pid:[4026531836]", "this process runs in a PID namespace" },
	{ "/proc/self/ns/uts", "uts:[4026531838]", "this process runs in a UTS namespace" },
	{ "/proc/self/ns/cgroup", "cgroup:[4026531835]",
	  "this process runs in a cgroup namespace" },
};

static const char *in_namespace(const struct host *host)
{
	for (size_t i = 0; i < ARRAY_SIZE(first_namespaces); i++) {
		auto_free char *link = NULL;

		if (host_read_link(host, first_namespaces[i].link, &link, NULL) == 0 &&
		    strcmp(link, first_namespaces[i].first) != 0)
			return first_namespaces[i].why;
	}
	return NULL;
}

/*
 * The sysctl tables of net/core/sysctl_net_core.c: somaxconn is there in each network namespace (in
 * older kernels not in those of a user namespace), netdev_max_backlog in the first one alone.
 */
static bool in_network_namespace(void)
{
	return access("/proc/sys/net/core/somaxconn", F_OK) == 0 &&
	       access("/proc/sys/net/core/netdev_max_backlog", F_OK) < 0 && errno == ENOENT;
}

/*
 * Something was mounted over /dev that is not the kernel's devtmpfs (the type stands behind " - ",
 * proc(5)): statfs(2) takes both for tmpfs.
 */
static bool dev_is_private(const struct host *host)
{
	auto_free char *text = NULL;
	bool private = false;

	if (host_read(host, "/proc/self/mountinfo", &text, NULL, NULL) < 0)
		return false;
	for (const char *line = text; line && *line; line = strchr(line, '\n')) {
		char at[8], type[16];

		line += *line == '\n';
		/* Of several mounts at one place the last one is seen. */
		if (sscanf(line, "%*d %*d %*s %*s %7s", at) == 1 && strcmp(at, "/dev") == 0 &&
		    sscanf(line, "%*[^-\n]- %15s", type) == 1)
		private = strcmp(type, "devtmpfs") != 0;
	}
	return private;
}

/* In a chroot no mount of mountinfo (proc(5), fifth field) is at "/", unless the folder is one. */
static bool root_is_mounted(const struct host *host)
{
	auto_free char *text = NULL;

	if (host_read(host, "/proc/self/mountinfo", &text, NULL, NULL) < 0)
		return true;
	for (const char *line = text; line && *line; line = strchr(line, '\n')) {
		char at[8];

		line += *line == '\n';
		if (sscanf(line, "%*d %*d %*s %*s %7s", at) == 1 && strcmp(at, "/") == 0)
			return true;
	}
	return false;
}

/* As root, process 1's own root directory tells a chroot for certain. */
static bool same_root_as_init(void)
{
	struct stat ours, inits;

	return stat("/", &ours) < 0 || stat("/proc/1/root/.", &inits) < 0 ||
	       (ours.st_dev == inits.st_dev && ours.st_ino == inits.st_ino);
}

/*
 * A container that was given all of the machine's namespaces but its mounts (docker run --pid=host
 * --uts=host --cgroupns=host) may not compare its root with process 1's; a root of layers with what
 * its manager left there tells as much. Either alone does not: live systems have such roots, and
 * machines made from a container's image such files.
 */
bool live_root_is_layered(const struct host *host)
{
	auto_free char *mounts = NULL;

	if (host_read(host, host_mounts(host), &mounts, NULL, NULL) < 0 ||
	    !(starts_with(mounts, "overlay / ") || strstr(mounts, "\noverlay / ") ||
	      strstr(mounts, " / fuse.fuse-overlayfs ")))
		return false;
	return host_exists(host, "/.dockerenv", NULL) > 0 ||
	       host_exists(host, "/run/.containerenv", NULL) > 0;
}

static const char *why_confined(const struct host *host)
{
	const char *why;

	if (access("/proc/self", F_OK) < 0)
		return "/proc is not mounted: a chroot or a bare container";
	why = in_namespace(host);
	if (why)
		return why;
	if (!root_is_mounted(host) || !same_root_as_init())
		return "this process runs in a chroot";
	if (live_root_is_layered(host))
		return "this process runs on a container's root filesystem";
	return in_network_namespace() ? "this process runs in a network namespace" : NULL;
}

const struct host_view *live_view(const struct host *host)
{
	struct host_view *view = &host->cache->view;

	if (view->looked)
		return view;
	/* Reading to find out asks for the view too: until then nothing is taken for confined. */
	view->looked = true;
	/* With --root the trees of the machine were handed to us: they are what counts. */
	if (!host->at_slash)
		return view;
	view->confined_why = why_confined(host);
	view->private_dev = dev_is_private(host);
	view->confined = view->confined_why != NULL;
	return view;
}
