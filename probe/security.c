/* SPDX-License-Identifier: GPL-2.0-or-later */
/* security: which mandatory access control is on, and whether it enforces */
#include <errno.h>
#include <string.h>

#include "core/text.h"
#include "probe.h"

static const struct fact_def facts_of_security[] = {
	{ "security.selinux", FACT_STRING, SCOPE_STATE, .meaning = "what SELinux does",
	  .source = "/sys/fs/selinux/enforce", .values = "enforcing permissive disabled" },
	{ "security.apparmor", FACT_BOOL, SCOPE_STATE, .meaning = "AppArmor is on",
	  .source = "/sys/module/apparmor/parameters/enabled" },
};

/*
 * The kernel registers selinuxfs where SELinux is on and only there (security/selinux/selinuxfs.c,
 * init_sel_fs()): a kernel that does not list it has it off, whatever is mounted.
 */
static int selinux_unmounted(const struct host *host, struct facts *facts, struct error *err)
{
	static const char *const fact = "security.selinux";
	auto_free char *filesystems = NULL;
	int r = host_read(host, "/proc/filesystems", &filesystems, NULL, err);

	if (r < 0)
		return facts_set_unknown(facts, fact, err);
	if (!strstr(filesystems, "\tselinuxfs\n"))
		return facts_set_string(facts, fact, "disabled", "/proc/filesystems");
	return facts_set_unsupported(facts, fact,
				     "SELinux is on, and selinuxfs is not mounted to tell how");
}

static int set_selinux(const struct host *host, struct facts *facts, struct error *err)
{
	static const char *const path = "/sys/fs/selinux/enforce";
	uint64_t enforce;
	int r = host_read_u64(host, path, &enforce, err);

	if (r == -ENOENT || r == -ENODATA)
		return selinux_unmounted(host, facts, err);
	if (r < 0)
		return facts_set_unknown(facts, "security.selinux", err);
	return facts_set_string(facts, "security.selinux", enforce ? "enforcing" : "permissive",
				path);
}

static int set_apparmor(const struct host *host, struct facts *facts, struct error *err)
{
	static const char *const fact = "security.apparmor";
	static const char *const path = "/sys/module/apparmor/parameters/enabled";
	auto_free char *line = NULL;
	const struct fact *lsm;
	int r = host_read_line(host, path, &line, err);

	if (r == 0)
		return facts_set_bool(facts, fact, *line == 'Y', path);
	if (r == -ENOENT)
		return facts_set_bool(facts, fact, false, path);
	lsm = facts_get(facts, "kernel.lsm");
	if (lsm->value.kind == VALUE_LIST)
		return facts_set_bool(facts, fact, text_listed(&lsm->value, "apparmor"),
				      lsm->source);
	return facts_set_unknown(facts, fact, err);
}

static int run(const struct host *host, struct facts *facts, struct error *err)
{
	set_selinux(host, facts, err);
	return set_apparmor(host, facts, err);
}

const struct probe probe_security = { .name = "security", PROVIDES(facts_of_security), .run = run };
