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

/* A VM is a file that its process holds, "anon_inode:kvm-vm". */
static int count_process(const struct host *host, const char *pid, int64_t *n, struct error *err)
{
	auto_names struct host_names fds = { 0 };
	int r = host_list(host, PATH("/proc/%s/fd", pid), &fds, err);

	if (r == -ENOENT || r == -ESRCH)
		return 0; /* it ended meanwhile */
	if (r < 0)
		return r;
	for (size_t i = 0; i < fds.len; i++) {
		auto_free char *target = NULL;
		const char *path = PATH("/proc/%s/fd/%s", pid, fds.names[i]);

		if (host_read_link(host, path, &target, NULL) == 0)
			*n += strcmp(target, "anon_inode:kvm-vm") == 0;
	}
	return 0;
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

	/* Every VM holds the module, so that nothing holds it where there is none; a built-in one has no such file. */
	if (host_read_i64(host, path, &n, NULL) == 0 && n == 0)
		facts_set_int(facts, "kvm.vms", 0, path);
	else if (count_debugfs(host, &n) == 0)
		facts_set_int(facts, "kvm.vms", n, DEBUGFS);
	else if (count_processes(host, &n, &err) == 0)
		facts_set_int(facts, "kvm.vms", n, "/proc/*/fd");
	else
		facts_set_unknown(facts, "kvm.vms", &err);
}
