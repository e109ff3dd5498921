/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * software: which programs the host has, and in which version where that can be told without
 * running them. Package databases that are text are read: dpkg's (deb-control(5)), apk's, pacman's
 * folder names. rpm's is none: there a program is found by its file, and its version stays untold
 * ("").
 */
#include <errno.h>
#include <string.h>

#include "core/text.h"
#include "kernel.h"
#include "probe.h"

static int ask(const struct host *host, struct facts *facts, const char *name, const char *rest);

static const struct fact_def facts_of_software[] = {
	{ "packages", FACT_MAP, SCOPE_OS,
	  .meaning = "installed packages and their upstream versions",
	  .source = "/var/lib/dpkg/status, /lib/apk/db/installed, /var/lib/pacman/local" },
	{ "software.", FACT_VERSION, SCOPE_OS,
	  .meaning = "this software is installed, in this version; empty: the version is not told",
	  .source = "the package database, else the usual folders for programs", .ask = ask },
};

struct software {
	const char *name;
	const char *packages; /* by any of these names, separated by spaces */
	const char *files; /* any of these shows that it is there; %R is the kernel's release */
};

/* /bin and /sbin are links to these, but for distributions whose package database is read. */
#define BIN(name)  "/usr/bin/" name " /usr/local/bin/" name
#define SBIN(name) "/usr/sbin/" name " /usr/local/sbin/" name " /usr/bin/" name

/*
 * Software whose packages or programs have other names than its own; all other is looked for by its
 * name.
 */
static const struct software table[] = {
	{ "cni-plugins", "containernetworking-plugins kubernetes-cni cni-plugins",
	  "/opt/cni/bin/bridge /usr/lib/cni/bridge /usr/libexec/cni/bridge" },
	{ "container-selinux", "container-selinux",
	  "/usr/share/selinux/packages/container.pp.bz2" },
	{ "containerd", "containerd containerd.io", BIN("containerd") },
	{ "docker", "docker-ce docker.io moby-engine docker", BIN("dockerd") " /snap/bin/docker" },
	{ "docker.io", "docker.io", NULL },
	{ "iproute2", "iproute2", SBIN("ip") },
	{ "java", "", BIN("java") },
	{ "kernel-headers", "", "/lib/modules/%R/build/Makefile" },
	{ "libfuse3", "libfuse3-3 libfuse3-4 fuse3",
	  "/usr/lib64/libfuse3.so.3 /usr/lib64/libfuse3.so.4 /usr/lib/libfuse3.so.3 "
	  "/usr/lib/libfuse3.so.4" },
	{ "libvirt", "libvirt-daemon libvirt", SBIN("libvirtd") " " SBIN("virtqemud") },
	{ "lvm2", "lvm2", SBIN("lvm") },
	{ "lxc", "lxc lxc-pve", BIN("lxc-start") },
	{ "mpi", "openmpi-bin mpich openmpi", BIN("mpiexec") },
	{ "newuidmap", "uidmap", BIN("newuidmap") },
	{ "nix", "nix-bin nix",
	  "/nix/var/nix/profiles/default/bin/nix /run/current-system/sw/bin/nix " BIN("nix") },
	{ "nvidia-driver", "", "/sys/module/nvidia/version" },
	/* their modules hold the processor's virtualisation while they are loaded */
	{ "other-hypervisor", "", "/sys/module/vboxdrv /sys/module/vmmon" },
	{ "ovn", "ovn-host ovn", BIN("ovn-controller") },
	{ "podman-docker", "podman-docker", "/usr/lib/tmpfiles.d/podman-docker.conf" },
	{ "python3", "python3 python", BIN("python3") },
	{ "qemu", "qemu-system-x86 qemu-system-arm pve-qemu-kvm qemu-base",
	  BIN("qemu-system-x86_64") " " BIN("qemu-system-aarch64") " /usr/libexec/qemu-kvm" },
	{ "qemu-system", "qemu-system-x86 qemu-system-arm pve-qemu-kvm qemu-base",
	  BIN("qemu-system-x86_64") " " BIN("qemu-system-aarch64") " /usr/libexec/qemu-kvm" },
	{ "qemu.rbd", "qemu-block-extra pve-qemu-kvm qemu-block-rbd",
	  "/usr/lib64/qemu-kvm/block-rbd.so /usr/lib64/qemu/block-rbd.so "
	  "/usr/lib/qemu/block-rbd.so" },
	{ "snapd", "snapd", "/usr/lib/snapd/snapd /usr/libexec/snapd/snapd" },
	{ "systemd", "systemd", "/usr/lib/systemd/systemd /lib/systemd/systemd" },
	{ "udev", "udev eudev",
	  "/usr/lib/systemd/systemd-udevd /lib/systemd/systemd-udevd " SBIN("udevd") },
	{ "util-linux", "util-linux", BIN("mount") },
	{ "virtiofsd", "virtiofsd",
	  "/usr/libexec/virtiofsd /usr/lib/qemu/virtiofsd " BIN("virtiofsd") },
	{ "xen", "xen-utils-common", SBIN("xl") },
	{ "zfs", "zfsutils-linux zfs", SBIN("zfs") },
};

/* Where a version is told beside the package database. */
enum version_from {
	LINK_NAME, /* the path is a link: the name it leads to has it behind the prefix */
	FILE_NAME, /* a file in that folder has it behind the prefix */
	FIRST_LINE, /* of that file */
};

static const struct version_place {
	const char *name;
	enum version_from from;
	const char *path, *prefix;
} version_places[] = {
	{ "nvidia-driver", FIRST_LINE, "/sys/module/nvidia/version", NULL },
	{ "python3", LINK_NAME, "/usr/bin/python3", "python" },
	{ "systemd", FILE_NAME, "/usr/lib/systemd", "libsystemd-shared-" },
	{ "zfs", FIRST_LINE, "/sys/module/zfs/version", NULL },
};

/*
 * The publisher's part of a package's version: without an epoch in front and a packager's revision
 * behind.
 */
static struct value upstream(struct arena *arena, const char *version)
{
	const char *colon = strchr(version, ':');

	if (colon)
		version = colon + 1;
	return value_string(arena_strndup(arena, version, strcspn(version, "-+~ \t")));
}

/* --- package databases --------------------------------------------------------------------- */

/* Paragraphs of "Key: value" lines with an empty line between them; keys with their line's feed. */
struct paragraph_keys {
	const char *name, *version;
	const char *status; /* NULL: whatever is listed is installed */
};

struct database {
	struct arena *arena;
	const struct paragraph_keys *keys;
	struct record packages;
};

/* What stands behind the key, up to the line's end; NULL where the paragraph has no such line. */
static const char *value_of(struct arena *arena, const char *paragraph, const char *key)
{
	const size_t len = strlen(key);
	const char *line;

	if (strncmp(paragraph, key + 1, len - 1) == 0)
		return arena_strndup(arena, paragraph + len - 1,
				     strcspn(paragraph + len - 1, "\n"));
	line = strstr(paragraph, key);
	return line ? arena_strndup(arena, line + len, strcspn(line + len, "\n")) : NULL;
}

static bool is_installed(const char *paragraph, const char *key)
{
	static const char installed[] = " installed";
	const char *line = key ? strstr(paragraph, key) : NULL;
	size_t len;

	if (!line)
		return !key;
	len = strcspn(line + 1, "\n") + 1;
	return len > strlen(installed) &&
	       memcmp(line + len - strlen(installed), installed, strlen(installed)) == 0;
}

static void add_paragraph(struct database *database, const char *text)
{
	const struct paragraph_keys *keys = database->keys;
	struct arena *arena = database->arena;
	const char *name, *version;

	if (!is_installed(text, keys->status))
		return;
	name = value_of(arena, text, keys->name);
	version = value_of(arena, text, keys->version);
	if (name && version)
		record_add(arena, &database->packages, name, upstream(arena, version));
}

/* The paragraphs that are there as a whole; the last one's end is the file's. */
static size_t take_paragraphs(void *ctx, char *text, size_t len, bool last)
{
	struct database *database = ctx;
	char *at = text, *next;

	while ((next = strstr(at, "\n\n"))) {
		*next = '\0';
		add_paragraph(database, at);
		at = next + 2;
	}
	if (last && at < text + len) {
		add_paragraph(database, at);
		at = text + len;
	}
	return (size_t)(at - text);
}

static int read_paragraphs(const struct host *host, struct arena *arena, const char *path,
			   const struct paragraph_keys *keys, struct value *ret, struct error *err)
{
	struct database database = { .arena = arena, .keys = keys };
	struct name_map map;
	int r = host_read_pieces(host, path, take_paragraphs, &database, err);

	if (r < 0)
		return r;
	/* a package may be there for several architectures */
	name_map_start(arena, &map, database.packages.len);
	for (size_t i = 0; i < database.packages.len; i++)
		name_map_add(&map, database.packages.entries[i].key,
			     database.packages.entries[i].value);
	*ret = name_map_value(&map);
	return 0;
}

static int read_dpkg(const struct host *host, struct arena *arena, const char *path,
		     struct value *ret, struct error *err)
{
	static const struct paragraph_keys keys = { "\nPackage: ", "\nVersion: ", "\nStatus: " };

	return read_paragraphs(host, arena, path, &keys, ret, err);
}

static int read_apk(const struct host *host, struct arena *arena, const char *path,
		    struct value *ret, struct error *err)
{
	static const struct paragraph_keys keys = { "\nP:", "\nV:", NULL };

	return read_paragraphs(host, arena, path, &keys, ret, err);
}

/* Folders "NAME-VERSION-REVISION". */
static int read_pacman(const struct host *host, struct arena *arena, const char *path,
		       struct value *ret, struct error *err)
{
	auto_names struct host_names names = { 0 };
	struct name_map map;
	int r = host_list(host, path, &names, err);

	if (r < 0)
		return r;
	name_map_start(arena, &map, names.len);
	for (size_t i = 0; i < names.len; i++) {
		char *revision = strrchr(names.names[i], '-');
		char *version;

		if (!revision)
			continue;
		*revision = '\0';
		version = strrchr(names.names[i], '-');
		if (!version)
			continue;
		*version = '\0';
		name_map_add(&map, value_string(arena_strdup(arena, names.names[i])),
			     upstream(arena, version + 1));
	}
	*ret = name_map_value(&map);
	return 0;
}

static const struct {
	const char *path;
	int (*read)(const struct host *host, struct arena *arena, const char *path,
		    struct value *ret, struct error *err);
} databases[] = {
	{ "/var/lib/dpkg/status", read_dpkg },
	{ "/lib/apk/db/installed", read_apk },
	{ "/var/lib/pacman/local", read_pacman },
};

static int run(const struct host *host, struct facts *facts, struct error *err)
{
	struct error first = { 0 };
	const char *why;

	if (host_confined(host, &why) == 1)
		return error_because(err, -ENODATA, UNKNOWN_HIDDEN,
				     "the programs here are not the host's: %s", why);
	for (size_t i = 0; i < ARRAY_SIZE(databases); i++) {
		struct value packages;
		int r = databases[i].read(host, facts_arena(facts), databases[i].path, &packages,
					  err);

		if (r == 0)
			return facts_set_value(facts, "packages", packages, databases[i].path);
		if (r != -ENOENT && first.code == 0)
			first = *err;
	}
	/* Unsupported is what a system without any of them is, and asked for by that below. */
	if (first.code != 0)
		return facts_set_reason(facts, "packages",
					first.reason == UNKNOWN_UNSUPPORTED ? UNKNOWN_ERROR
									    : first.reason,
					first.text);
	return facts_set_unsupported(facts, "packages",
				     "no package database of this system can be read as text");
}

/* --- asked by name ------------------------------------------------------------------------- */

/* Any of the packages: its version, else NULL. */
static const char *package_version(struct facts *facts, const char *packages)
{
	const struct value *map = &facts_get(facts, "packages")->value;
	struct value names = text_words(facts_arena(facts), packages, " ");

	for (uint32_t i = 0; i < names.len; i++) {
		const struct value *version = value_get(map, names.items[i].s);

		if (version && version->kind == VALUE_STRING)
			return version->s;
	}
	return NULL;
}

/*
 * 1 and the path where one of the files is there, 0 where none is, -errno where that cannot be
 * told.
 */
static int find_file(const struct host *host, struct facts *facts, const char *files,
		     const char **ret_path, struct error *err)
{
	struct value paths = text_words(facts_arena(facts), files, " ");
	struct error missing;
	int unseen = 0;

	for (uint32_t i = 0; i < paths.len; i++) {
		const char *path = paths.items[i].s;
		const char *mark = strstr(path, "%R");
		const char *release = facts_string(facts, "kernel.release");
		int r;

		if (mark && release)
			path = arena_printf(facts_arena(facts), "%.*s%s%s", (int)(mark - path),
					    path, release, mark + 2);
		r = host_exists(host, path, &missing);
		if (r > 0) {
			*ret_path = path;
			return 1;
		}
		if (r < 0 && unseen == 0) {
			unseen = r;
			*err = missing;
		}
	}
	return unseen;
}

/*
 * The version that a name holds behind a prefix: "python3.11", "libsystemd-shared-252-32.el9.so".
 */
static const char *version_in_name(struct arena *arena, const char *name, const char *prefix)
{
	size_t len;

	if (!starts_with(name, prefix))
		return "";
	name += strlen(prefix);
	len = strspn(name, "0123456789.");
	while (len && name[len - 1] == '.')
		len--;
	return arena_strndup(arena, name, len);
}

static const char *version_in_folder(const struct host *host, struct arena *arena,
				     const struct version_place *place)
{
	auto_names struct host_names names = { 0 };

	if (host_list(host, place->path, &names, NULL) < 0)
		return "";
	for (size_t i = 0; i < names.len; i++)
		if (starts_with(names.names[i], place->prefix))
			return version_in_name(arena, names.names[i], place->prefix);
	return "";
}

static const char *version_at(const struct host *host, struct arena *arena,
			      const struct version_place *place)
{
	auto_free char *text = NULL;

	switch (place->from) {
	case LINK_NAME:
		if (host_read_link_name(host, place->path, &text, NULL) < 0)
			return "";
		return version_in_name(arena, text, place->prefix);
	case FILE_NAME:
		return version_in_folder(host, arena, place);
	case FIRST_LINE:
		if (host_read_line(host, place->path, &text, NULL) < 0)
			return "";
		return upstream(arena, text).s;
	}
	return "";
}

static const char *version_beside(const struct host *host, struct arena *arena, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(version_places); i++)
		if (strcmp(version_places[i].name, name) == 0)
			return version_at(host, arena, &version_places[i]);
	return "";
}

/*
 * Rules that the nft program made show only to root through netlink; without the kernel's part
 * there are none.
 */
static int ask_nftables(struct facts *facts, const char *name)
{
	const char *state = kernel_module_state(facts, "nf_tables");

	if (state && (strcmp(state, "missing") == 0 || strcmp(state, "available") == 0))
		return facts_set_absent(facts, name, "kernel.module.nf_tables");
	return facts_set_unsupported(facts, name, "only nft as root lists its rules");
}

/* By the name itself, where no row knows more. */
static struct software by_name(struct arena *arena, const char *name)
{
	return (struct software){
		.name = name,
		.packages = name,
		.files = arena_printf(arena,
				      "/usr/bin/%s /usr/sbin/%s /usr/local/bin/%s "
				      "/usr/local/sbin/%s",
				      name, name, name, name),
	};
}

static struct software software_of(struct arena *arena, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (strcmp(table[i].name, name) == 0)
			return table[i];
	return by_name(arena, name);
}

/*
 * NixOS has one folder of programs for people, and those of services in folders that no name leads
 * to: what is not in the first may still be there. 1: found; 0: this is no NixOS; -EOPNOTSUPP: not
 * found on NixOS.
 */
#define NIXOS_PROGRAMS "/run/current-system/sw/bin"

static int find_on_nixos(const struct host *host, struct facts *facts, const char *files,
			 const char **ret_path, struct error *err)
{
	struct value paths = text_words(facts_arena(facts), files, " ");

	if (host_exists(host, NIXOS_PROGRAMS, NULL) <= 0)
		return 0;
	for (uint32_t i = 0; i < paths.len; i++) {
		const char *path = arena_printf(facts_arena(facts), NIXOS_PROGRAMS "%s",
						strrchr(paths.items[i].s, '/'));

		if (host_exists(host, path, NULL) <= 0)
			continue;
		*ret_path = path;
		return 1;
	}
	return error_set(err, -EOPNOTSUPP,
			 "this system keeps the programs of services in folders of their own");
}

static int ask_files(const struct host *host, struct facts *facts, const char *name,
		     const struct software *software)
{
	const char *path = NULL;
	struct error err = { 0 };
	int r = find_file(host, facts, software->files, &path, &err);

	if (r == 0)
		r = find_on_nixos(host, facts, software->files, &path, &err);
	if (r < 0)
		return facts_set_unknown(facts, name, &err);
	if (r == 0)
		return facts_set_absent(facts, name, "the package database and the usual folders");
	return facts_set_string(facts, name,
				version_beside(host, facts_arena(facts), software->name), path);
}

static int ask(const struct host *host, struct facts *facts, const char *name, const char *rest)
{
	struct software software = software_of(facts_arena(facts), rest);
	const struct fact *packages = facts_get(facts, "packages");
	const char *version = package_version(facts, software.packages);
	const char *why;

	if (strchr(rest, '/'))
		return 0;
	if (strcmp(rest, "nftables-rules") == 0)
		return ask_nftables(facts, name);
	if (version)
		return facts_set_string(facts, name, version, packages->source);
	if (!host)
		return 0;
	if (host_confined(host, &why) == 1)
		return facts_set_hidden(facts, name,
					PATH("the programs here are not the host's: %s", why));
	if (software.files)
		return ask_files(host, facts, name, &software);
	/*
	 * only a package of that very name is meant: without a database that has such packages
	 * there is none
	 */
	if (packages->value.kind == VALUE_UNKNOWN &&
	    packages->value.unknown->reason != UNKNOWN_UNSUPPORTED)
		kernel_set_is_unknown(facts, "packages", name);
	else
		facts_set_absent(facts, name, "the package database");
	return 0;
}

const struct probe probe_software = { .name = "software", PROVIDES(facts_of_software), .run = run };
