/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel_sysctl: settings of the running kernel, asked by name; proc(5), names as in sysctl(8)
 */
#include <errno.h>
#include <string.h>

#include "probe.h"

static int ask(const struct host *host, struct facts *facts, const char *name, const char *rest);

static const struct fact_def facts_of_kernel_sysctl[] = {
	{ "kernel.sysctl.", FACT_SCALAR, SCOPE_STATE,
	  .meaning = "value of this setting; absent: this kernel, as it runs, has none of the name",
	  .source = "/proc/sys", .privilege = "root, for some", .ask = ask },
};

/* Settings that each namespace has its own of: what a container sees is not the host's. */
static const char *const of_namespaces[] = {
	"net.",	      "user.",	    "fs.mqueue.",      "kernel.msg",
	"kernel.sem", "kernel.shm", "kernel.hostname", "kernel.domainname",
};

static bool of_a_namespace(const char *setting)
{
	for (size_t i = 0; i < ARRAY_SIZE(of_namespaces); i++)
		if (starts_with(setting, of_namespaces[i]))
			return true;
	return false;
}

/* Dots separate, and a slash stands for a dot inside a part: net.ipv4.conf.eth0/100.forwarding. */
static void sysctl_path(char *path)
{
	for (char *c = path; *c; c++) {
		if (*c == '.')
			*c = '/';
		else if (*c == '/')
			*c = '.';
	}
}

static int ask(const struct host *host, struct facts *facts, const char *name, const char *rest)
{
	char path[HOST_PATH_MAX] = "/proc/sys/";
	const size_t head = strlen(path);
	auto_free char *text = NULL;
	struct error err;
	const char *why;
	int64_t number;
	char *value;
	int r;

	if (!host || strlen(rest) >= sizeof(path) - head || strstr(rest, "//"))
		return 0;
	if (of_a_namespace(rest) && host_confined(host, &why) == 1)
		return facts_set_hidden(facts, name,
					PATH("namespaces have their own value of it: %s", why));
	memcpy(path + head, rest, strlen(rest) + 1);
	sysctl_path(path + head);
	r = host_read(host, path, &text, NULL, &err);
	if (r == -ENOENT)
		return facts_set_absent(facts, name, path);
	if (r < 0)
		return facts_set_unknown(facts, name, &err);
	value = strip(text);
	if (parse_i64(value, 10, &number) == 0)
		return facts_set_value(facts, name, value_int(number), path);
	return facts_set_value(facts, name, value_string(arena_strdup(facts_arena(facts), value)),
			       path);
}

const struct probe probe_kernel_sysctl = {
	.name = "kernel_sysctl",
	PROVIDES(facts_of_kernel_sysctl),
};
