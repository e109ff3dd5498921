/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kvm_vms: how many of KVM's virtual machines run now, by what is cheapest to ask */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "kvm_vms.h"

#define DEBUGFS "/sys/kernel/debug/kvm"

/* Each VM has a folder "<pid>-<file descriptor>". */
static int count_debugfs(const struct host *host, int64_t *ret)
{
	auto_names struct host_names names = { 0 };
	int r = host_list(host, DEBUGFS, &names, NULL);
	int64_t n = 0;

	if (r < 0)
		return r;
	for (size_t i = 0; i < names.len; i++)
		n += isdigit((unsigned char)names.names[i][0]) && strchr(names.names[i], '-');
	*ret = n;
	return 0;
}

/* A VM is a file that its process holds. */
static bool count_vm(void *n, const char *text)
{
	*(int64_t *)n += strcmp(text, "anon_inode:kvm-vm") == 0;
	return true;
}

static int count_process(const struct host *host, const char *pid, int64_t *n, struct error *err)
{
	int r = host_each_link(host, PATH("/proc/%s/fd", pid), count_vm, n, err);

	return r == -ENOENT || r == -ESRCH ? 0 : r; /* it ended meanwhile */
}

static int count_processes(const struct host *host, int64_t *ret, struct error *err)
{
	auto_names struct host_names pids = { 0 };
	const char *why = NULL;
	int64_t n = 0;
	int r;

	if (host_confined(host, &why) > 0)
		return error_because(err, -ENODATA, UNKNOWN_HIDDEN,
				     "the machine's processes are not seen: %s", why);
	/*
	 * Where /proc is mounted with hidepid (proc(5)) others' processes are not in the list, and
	 * no refusal tells of them.
	 */
	r = host_exists(host, "/proc/1", err);
	if (r == 0)
		return error_because(err, -EACCES, UNKNOWN_PERMISSION,
				     "/proc/1 is not shown: other users' processes are hidden");
	if (r > 0)
		r = host_list(host, "/proc", &pids, err);
	for (size_t i = 0; r == 0 && i < pids.len; i++) {
		if (isdigit((unsigned char)pids.names[i][0]))
			r = count_process(host, pids.names[i], &n, err);
	}
	if (r == 0)
		*ret = n;
	return r;
}

void kvm_vms_set(const struct host *host, struct facts *facts, const char *module)
{
	const char *path = PATH("/sys/module/%s/refcnt", module);
	struct error err = { 0 };
	int64_t n;

	/*
	 * Every VM holds the module, so that nothing holds it where there is none; a built-in one
	 * has no such file.
	 */
	if (host_read_i64(host, path, &n, NULL) == 0 && n == 0)
		facts_set_int(facts, "kvm.vms", 0, path);
	else if (count_debugfs(host, &n) == 0)
		facts_set_int(facts, "kvm.vms", n, DEBUGFS);
	else if (count_processes(host, &n, &err) == 0)
		facts_set_int(facts, "kvm.vms", n, "/proc/*/fd");
	else
		facts_set_unknown(facts, "kvm.vms", &err);
}
