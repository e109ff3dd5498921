/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz: any bytes as one of the texts that the kernel's, the system's and the software's probes
 * read
 */
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "probe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const texts[] = {
	"proc/config.gz",
	"proc/modules",
	"proc/cmdline",
	"proc/mounts",
	"proc/filesystems",
	"proc/self/auxv",
	"proc/self/status",
	"proc/sys/kernel/osrelease",
	"proc/sys/kernel/version",
	"proc/version_signature",
	"sys/kernel/security/lsm",
	"sys/kernel/security/lockdown",
	"lib/modules/6.1/config",
	"lib/modules/6.1/modules.dep",
	"lib/modules/6.1/modules.builtin",
	"etc/modprobe.d/a.conf",
	"etc/os-release",
	"var/lib/dpkg/status",
	"lib/apk/db/installed",
};

static void make_folders(char *path)
{
	for (char *c = path; *c; c++) {
		if (*c != '/' || c == path)
			continue;
		*c = '\0';
		mkdir(path, 0700);
		*c = '/';
	}
}

static void write_text(const char *folder, const char *name, const void *data, size_t size)
{
	char path[HOST_PATH_MAX];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	make_folders(path);
	file = fopen(path, "we");
	if (!file)
		abort();
	fwrite(data, 1, size, file);
	fclose(file);
}

static void probe_all(const char *folder)
{
	static const char *const names[] = {
		"kernel.cmdline.quiet", "kernel.config.KVM",	 "kernel.module.tun",
		"software.docker",	"kernel.filesystem.xfs", "kernel.module_blocked.kvm",
	};
	static const struct probe_options options = { .names = names,
						      .n_names = ARRAY_SIZE(names) };
	auto_facts struct facts *facts = facts_new();
	auto_host struct host *host = NULL;

	if (host_open_recording(folder, &host, NULL) == 0)
		probes_run(host, facts, &options);
}

/* The first byte chooses the text. The folder is made once a process: its name says whose it is. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char folder[64];
	const char *name;

	if (size == 0)
		return 0;
	snprintf(folder, sizeof(folder), "/tmp/stackcheck-fuzz-%d", (int)getpid());
	mkdir(folder, 0700);
	name = texts[data[0] % ARRAY_SIZE(texts)];
	write_text(folder, "proc/sys/kernel/osrelease", "6.1\n", 4);
	write_text(folder, name, data + 1, size - 1);
	probe_all(folder);
	unlink(PATH("%s/%s", folder, name));
	return 0;
}
