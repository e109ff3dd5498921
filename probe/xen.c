/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xen: Xen's control domain, one of its guests, and what Xen says it can run */
#include <errno.h>
#include <string.h>

#include "host/cpuid.h"
#include "host/xen.h"
#include "probe.h"

#define HYPERVISOR "/sys/hypervisor"

static const struct fact_def facts_of_xen[] = {
	{ "xen.dom0", FACT_BOOL, SCOPE_STATE, .meaning = "this system is Xen's control domain",
	  .source = HYPERVISOR "/properties/features" },
	{ "xen.domu", FACT_BOOL, SCOPE_STATE, .meaning = "this system is a guest of Xen",
	  .source = HYPERVISOR ", CPUID.40000000h" },
	{ "xen.version", FACT_VERSION, SCOPE_STATE, .meaning = "version of the Xen that runs",
	  .source = HYPERVISOR "/version" },
	{ "xen.caps", FACT_STRINGS, SCOPE_STATE, .meaning = "kinds of guests that Xen can run",
	  .source = HYPERVISOR "/properties/capabilities" },
	{ "xen.hvm", FACT_BOOL, SCOPE_STATE, .meaning = "Xen can run HVM guests",
	  .source = HYPERVISOR "/properties/capabilities" },
	{ "xen.directio", FACT_BOOL, SCOPE_STATE,
	  .meaning = "Xen can give PCI functions to HVM guests",
	  .source = "only Xen's own tools tell" },
};

/* Nothing here is Xen's. */
static void set_no_xen(struct facts *facts, bool domu, const char *source)
{
	facts_set_bool(facts, "xen.dom0", false, source);
	facts_set_bool(facts, "xen.domu", domu, source);
	facts_set_absent(facts, "xen.version", source);
	facts_set_absent(facts, "xen.caps", source);
	facts_set_bool(facts, "xen.hvm", false, source);
	facts_set_bool(facts, "xen.directio", false, source);
}

/*
 * A guest whose kernel knows nothing of Xen shows no /sys/hypervisor; the CPU, or Arm's device
 * tree, still tells.
 */
static int set_without_sysfs(const struct host *host, struct facts *facts, struct error *err)
{
	char name[16];
	int r;

	if (host_exists(host, "/proc/device-tree/hypervisor", NULL) > 0) {
		auto_free char *compatible = NULL;

		r = host_read(host, "/proc/device-tree/hypervisor/compatible", &compatible, NULL,
			      NULL);
		set_no_xen(facts, r == 0 && starts_with(compatible, "xen,"),
			   "/proc/device-tree/hypervisor");
		return 0;
	}
	r = host_cpuid_hypervisor(host, name, err);
	if (r == 0)
		set_no_xen(facts, strcmp(name, "XenVMMXenVMM") == 0, "CPUID.40000000h");
	else if (r == -ENOENT)
		set_no_xen(facts, false, "CPUID.1:ECX[31]");
	else if (r == -EOPNOTSUPP)
		set_no_xen(facts, false, HYPERVISOR);
	else
		return r;
	return 0;
}

static void set_version(const struct host *host, struct facts *facts)
{
	static const char *const parts[] = { "major", "minor", "extra" };
	char *text[ARRAY_SIZE(parts)] = { NULL };
	struct error err = { 0 };
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(parts) && r == 0; i++)
		r = host_read_line(host, PATH(HYPERVISOR "/version/%s", parts[i]), &text[i], &err);
	if (r == 0)
		facts_set_string(
			facts, "xen.version",
			arena_printf(facts_arena(facts), "%s.%s%s", text[0], text[1], text[2]),
			HYPERVISOR "/version");
	else
		facts_set_unknown(facts, "xen.version", &err);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		free(text[i]);
}

/* "xen-3.0-x86_64 hvm-3.0-x86_32 …"; a Xen that does not tell its guests answers "<denied>". */
static void set_capabilities(const struct host *host, struct facts *facts)
{
	const char *path = HYPERVISOR "/properties/capabilities";
	struct arena *arena = facts_arena(facts);
	auto_free char *line = NULL;
	struct list list = { 0 };
	struct error err = { 0 };
	bool hvm = false;
	char *rest, *word;
	int r = host_read_line(host, path, &line, &err);

	if (r == 0 && *line == '<')
		r = error_because(&err, -ENODATA, UNKNOWN_HIDDEN, "Xen does not tell this guest");
	else if (r == -ENOENT)
		r = error_set(&err, -EOPNOTSUPP, "this kernel does not show Xen's capabilities");
	if (r < 0) {
		facts_set_unknown(facts, "xen.caps", &err);
		facts_set_unknown(facts, "xen.hvm", &err);
		return;
	}
	rest = arena_strdup(arena, line);
	while ((word = strsep(&rest, " "))) {
		if (*word)
			list_add(arena, &list, value_string(word));
		hvm |= starts_with(word, "hvm-");
	}
	facts_set_value(facts, "xen.caps", list_value(&list), path);
	facts_set_bool(facts, "xen.hvm", hvm, path);
}

static void set_domain(const struct host *host, struct facts *facts)
{
	struct error err = { 0 };
	int dom0 = host_xen_dom0(host, &err);

	if (dom0 < 0) {
		facts_set_unknown(facts, "xen.dom0", &err);
		facts_set_unknown(facts, "xen.domu", &err);
		return;
	}
	facts_set_bool(facts, "xen.dom0", dom0, HYPERVISOR "/properties/features");
	facts_set_bool(facts, "xen.domu", !dom0, HYPERVISOR "/properties/features");
}

static int run(const struct host *host, struct facts *facts, struct error *err)
{
	auto_free char *type = NULL;
	int r = host_read_line(host, HYPERVISOR "/type", &type, err);

	if (r == -ENOENT && host_xen_dom0(host, NULL) <= 0)
		return set_without_sysfs(host, facts, err);
	if (r < 0 && r != -ENOENT)
		return r;
	if (r == 0 && strcmp(type, "xen") != 0) {
		set_no_xen(facts, false, HYPERVISOR "/type");
		return 0;
	}
	set_domain(host, facts);
	set_version(host, facts);
	set_capabilities(host, facts);
	facts_set_unsupported(facts, "xen.directio",
			      "the kernel does not tell; `xl info` in the control domain does");
	return 0;
}

/*
 * A recording may lack Xen's own files and still tell what its machine runs in: the control domain
 * runs in no virtual machine (host_vm_run() in probe/host_vm.c).
 */
static void derive(struct facts *facts)
{
	const char *vm = facts_string(facts, "host.vm");

	if (!vm || strcmp(vm, "none") == 0)
		return;
	if (facts_get(facts, "xen.dom0")->value.kind == VALUE_UNKNOWN)
		facts_set_bool(facts, "xen.dom0", false, "host.vm");
	if (facts_get(facts, "xen.domu")->value.kind == VALUE_UNKNOWN)
		facts_set_bool(facts, "xen.domu", strcmp(vm, "xen") == 0, "host.vm");
}

const struct probe probe_xen = {
	.name = "xen",
	PROVIDES(facts_of_xen),
	.run = run,
	.derive = derive,
};
