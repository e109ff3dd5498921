/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kvm: is KVM there, may it be used, does it work; asked of /dev/kvm itself, and proved by a guest
 * that runs
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cpu_info.h"
#include "cpu_topology.h"
#include "host/kvm.h"
#include "kvm_confidential.h"
#include "kvm_vms.h"
#include "probe.h"

#define DEVICE	      "/dev/kvm"
#define REGISTERED    "/sys/class/misc/kvm"
#define API_VERSION   12
#define CAP_MAX_VCPUS "MAX_VCPUS"
#define CAP_NR_VCPUS  "NR_VCPUS"

static int ask_capability(const struct host *host, struct facts *facts, const char *name,
			  const char *rest);

static const struct fact_def facts_of_kvm[] = {
	{ "kvm.device", FACT_BOOL, SCOPE_STATE, .meaning = DEVICE " is there", .source = DEVICE },
	{ "kvm.access", FACT_BOOL, SCOPE_STATE,
	  .meaning = "the account that ran the probe may use " DEVICE, .source = DEVICE },
	{ "kvm.rw", FACT_BOOL, SCOPE_STATE,
	  .meaning = "a service that runs as root or in its group may use " DEVICE,
	  .source = DEVICE },
	{ "kvm.api_version", FACT_COUNT, SCOPE_STATE,
	  .meaning = "version of KVM's interface; 12 is the only one in use",
	  .source = "KVM_GET_API_VERSION", .privilege = "group kvm" },
	{ "kvm.cap.", FACT_BOOL, SCOPE_STATE, .meaning = "KVM offers KVM_CAP_X",
	  .source = "KVM_CHECK_EXTENSION", .privilege = "group kvm", .ask = ask_capability },
	{ "kvm.max_vcpus", FACT_COUNT, SCOPE_STATE, .meaning = "vCPUs that one VM may have",
	  .source = "KVM_CHECK_EXTENSION", .privilege = "group kvm" },
	{ "kvm.usable", FACT_BOOL, SCOPE_STATE, .meaning = "KVM runs virtual machines here",
	  .source = "a guest that ran (KVM_RUN), else KVM_CREATE_VM", .privilege = "group kvm" },
	{ "kvm.guest", FACT_STRING, SCOPE_STATE,
	  .meaning = "what became of the guest that was tried", .source = "KVM_RUN",
	  .privilege = "group kvm", .values = "ran failed not-run" },
	{ "kvm.module", FACT_STRING, SCOPE_STATE,
	  .meaning = "the kernel module that provides KVM; builtin where it has no name",
	  .source = "/sys/module" },
	{ "kvm.nested", FACT_BOOL, SCOPE_STATE, .meaning = "guests may use KVM themselves",
	  .source = "/sys/module/*/parameters/nested" },
	{ "kvm.ept", FACT_BOOL, SCOPE_STATE,
	  .meaning = "KVM uses the CPU's page tables for guests (EPT, NPT, stage 2)",
	  .source = "/sys/module/kvm_intel/parameters/ept, kvm_amd/parameters/npt" },
	{ "kvm.busy", FACT_BOOL, SCOPE_STATE,
	  .meaning = "another hypervisor of this system has hardware virtualisation in use",
	  .source = "/proc/modules, KVM_CREATE_VM", .privilege = "group kvm" },
	{ "kvm.sev", FACT_BOOL, SCOPE_STATE, .meaning = "KVM runs guests with AMD SEV",
	  .source = "/sys/module/kvm_amd/parameters/sev, /sys/class/misc/sev" },
	{ "kvm.sev_es", FACT_BOOL, SCOPE_STATE, .meaning = "KVM runs guests with AMD SEV-ES",
	  .source = "/sys/module/kvm_amd/parameters/sev_es, /sys/class/misc/sev" },
	{ "kvm.sev_snp", FACT_BOOL, SCOPE_STATE, .meaning = "KVM runs guests with AMD SEV-SNP",
	  .source = "/sys/module/kvm_amd/parameters/sev_snp, /sys/class/misc/sev" },
	{ "kvm.tdx", FACT_BOOL, SCOPE_STATE, .meaning = "KVM runs guests with Intel TDX",
	  .source = "/sys/module/kvm_intel/parameters/tdx" },
	{ "kvm.sev.guests", FACT_COUNT, SCOPE_STATE,
	  .meaning = "SEV guests that there are keys for",
	  .source = "misc.capacity of the root control group" },
	{ "kvm.sev_es.guests", FACT_COUNT, SCOPE_STATE,
	  .meaning = "SEV-ES guests that there are keys for",
	  .source = "misc.capacity of the root control group" },
	{ "kvm.tdx.guests", FACT_COUNT, SCOPE_STATE,
	  .meaning = "TDX guests that there are keys for",
	  .source = "misc.capacity of the root control group" },
	{ "kvm.vms", FACT_COUNT, SCOPE_STATE, .meaning = "KVM's virtual machines that run now",
	  .source = "/sys/module/kvm_*/refcnt, /sys/kernel/debug/kvm, /proc/*/fd",
	  .privilege = "root, for other users' processes" },
	{ "vm.count", FACT_COUNT, SCOPE_STATE, .meaning = "virtual machines that run now",
	  .source = "kvm.vms", .privilege = "root, for other users' processes" },
};

/* --- the module --- */

/*
 * Modules that register /dev/kvm. A kernel with several built in shows all; the CPU decides which
 * one runs.
 */
static const struct {
	const char *name;
	const char *cpu; /* vendor_id that it serves; NULL: any */
	const char *nested, *paging; /* parameters */
} modules[] = {
	{ "kvm_intel", "GenuineIntel", "nested", "ept" },
	{ "kvm_amd", "AuthenticAMD", "nested", "npt" },
	{ "kvm_amd", "HygonGenuine", "nested", "npt" },
	{ "kvm_pvm", NULL, NULL, NULL }, /* software alone: no hardware virtualisation under it */
	{ "kvm_hv", NULL, "nested", NULL }, /* POWER */
	{ "kvm_pr", NULL, NULL, NULL },
	{ "kvm", NULL, "nested", NULL }, /* s390; Arm and others without parameters of their own */
};

#define MODULE_COMMON (ARRAY_SIZE(modules) - 1)

static size_t find_module(const struct host *host)
{
	auto_cpu_info struct cpu_info info = { 0 };

	if (cpu_info_read(host, &info, NULL) < 0)
		info.vendor = NULL;
	for (size_t i = 0; i < MODULE_COMMON; i++) {
		bool serves = !modules[i].cpu ||
			      (info.vendor && strcmp(modules[i].cpu, info.vendor) == 0);

		if (serves && host_exists(host, PATH("/sys/module/%s", modules[i].name), NULL) > 0)
			return i;
	}
	return MODULE_COMMON;
}

/* KVM is registered: which module did it? */
static size_t set_module(const struct host *host, struct facts *facts)
{
	size_t module = find_module(host);

	if (module == MODULE_COMMON)
		facts_set_string(facts, "kvm.module", "builtin", REGISTERED);
	else
		facts_set_string(facts, "kvm.module", modules[module].name,
				 PATH("/sys/module/%s", modules[module].name));
	return module;
}

static void set_parameter(const struct host *host, struct facts *facts, const char *name,
			  size_t module, const char *parameter)
{
	auto_free char *line = NULL;
	struct error err = { 0 };
	const char *path;
	int r;

	if (!parameter) {
		facts_set_unsupported(facts, name, "this kind of KVM does not tell");
		return;
	}
	path = PATH("/sys/module/%s/parameters/%s", modules[module].name, parameter);
	r = host_read_line(host, path, &line, &err);
	if (r == -ENOENT)
		facts_set_unsupported(facts, name, "this kind of KVM does not tell");
	else if (r < 0)
		facts_set_unknown(facts, name, &err);
	else /* an integer on some kernels, a bool on others */
		facts_set_bool(facts, name, *line == 'Y' || (*line >= '1' && *line <= '9'), path);
}

static bool is_arm(const struct host *host)
{
	auto_cpu_info struct cpu_info info = { 0 };

	return cpu_info_read(host, &info, NULL) == 0 && info.implementer;
}

static void set_module_facts(const struct host *host, struct facts *facts, size_t module)
{
	set_parameter(host, facts, "kvm.nested", module, modules[module].nested);
	if (module == MODULE_COMMON && is_arm(host))
		facts_set_bool(facts, "kvm.ept", true, "KVM on Arm always uses stage 2");
	else
		set_parameter(host, facts, "kvm.ept", module, modules[module].paging);
}

/* --- the device --- */

static void set_device(const struct host *host, struct facts *facts)
{
	struct host_stat st;
	struct error err = { 0 };
	int r = host_stat(host, DEVICE, &st, &err);
	int may;

	if (r < 0 && r != -ENOENT) {
		facts_set_unknown(facts, "kvm.device", &err);
		facts_set_unknown(facts, "kvm.access", &err);
		facts_set_unknown(facts, "kvm.rw", &err);
		return;
	}
	facts_set_bool(facts, "kvm.device", r == 0, DEVICE);
	/* Root passes any mode, and services of the group pass the usual 0660. */
	facts_set_bool(facts, "kvm.rw", r == 0, DEVICE);
	if (r < 0) {
		facts_set_bool(facts, "kvm.access", false, DEVICE);
		return;
	}
	may = host_may_write(host, DEVICE, &err);
	if (may < 0)
		facts_set_unknown(facts, "kvm.access", &err);
	else
		facts_set_bool(facts, "kvm.access", may, DEVICE);
}

static int ask_capability(const struct host *host, struct facts *facts, const char *name,
			  const char *rest)
{
	struct error err = { 0 };
	int64_t value;
	int r;

	if (!host)
		return 0;
	r = host_kvm_capability(host, rest, &value, &err);
	if (r == -EINVAL)
		return facts_set_unsupported(facts, name, err.text);
	if (r == -ENOENT || r == -ENODEV || r == -ENXIO)
		return facts_set_bool(facts, name, false, err.text);
	if (r < 0)
		return facts_set_unknown(facts, name, &err);
	return facts_set_bool(facts, name, value > 0, "KVM_CHECK_EXTENSION");
}

/* KVM_CAP_MAX_VCPUS, or what older kernels recommend. */
static void set_max_vcpus(const struct host *host, struct facts *facts)
{
	struct error err = { 0 };
	int64_t value;
	int r = host_kvm_capability(host, CAP_MAX_VCPUS, &value, &err);

	if (r == 0 && value == 0)
		r = host_kvm_capability(host, CAP_NR_VCPUS, &value, &err);
	if (r < 0)
		facts_set_unknown(facts, "kvm.max_vcpus", &err);
	else
		facts_set_int(facts, "kvm.max_vcpus", value, "KVM_CHECK_EXTENSION");
}

/* --- does it work --- */

/* Other hypervisors' modules. VirtualBox's own network modules hold its first one at all times. */
static const char *const rivals[] = { "vboxdrv", "vmmon" };

/* "vboxdrv 716800 3 vboxnetadp,vboxnetflt, Live …": users beyond the modules named. */
static bool module_is_used(const char *modules_text, const char *module)
{
	size_t len = strlen(module);

	for (const char *line = modules_text; line; line = strchr(line, '\n')) {
		char holders[512];
		long users, holding = 0;

		line += *line == '\n';
		if (strncmp(line, module, len) != 0 || line[len] != ' ' ||
		    sscanf(line + len, " %*u %ld %511s", &users, holders) != 2)
			continue;
		for (const char *c = holders; *c; c++)
			holding += *c == ',';
		return users > holding;
	}
	return false;
}

/* 1 and whose it is; 0; -errno: it cannot be told. */
static int other_hypervisor(const struct host *host, const char **ret_module, struct error *err)
{
	auto_free char *text = NULL;
	int r = host_read(host, "/proc/modules", &text, NULL, err);

	if (r == -ENOENT)
		return 0; /* a kernel without modules */
	if (r < 0)
		return r;
	for (size_t i = 0; i < ARRAY_SIZE(rivals); i++) {
		if (module_is_used(text, rivals[i])) {
			*ret_module = rivals[i];
			return 1;
		}
	}
	return 0;
}

/*
 * The first VM makes every CPU enter VMX or SVM (Linux commit 10474ae8945c, "Activate
 * Virtualization On Demand"), which disturbs those that were isolated; unless they did so when KVM
 * was loaded (kvm.enable_virt_at_load), or a VM runs.
 */
static bool would_disturb(const struct host *host, struct facts *facts)
{
	auto_free char *isolated = NULL, *at_load = NULL;
	const char *source;
	int r = cpu_isolated_read(host, &isolated, &source, NULL);

	if (r == 0 && !isolated)
		return false;
	if (facts_int(facts, "kvm.vms", 0) > 0)
		return false;
	return host_read_line(host, "/sys/module/kvm/parameters/enable_virt_at_load", &at_load,
			      NULL) < 0 ||
	       *at_load != 'Y';
}

/* What a busy machine or this process's limits refuse says nothing of KVM. */
static bool is_no_answer(int code)
{
	static const int codes[] = { -ETIMEDOUT, -ENOMEM,  -EMFILE, -ENFILE,
				     -EAGAIN,	 -ENODATA, -EACCES, -EPERM };

	for (size_t i = 0; i < ARRAY_SIZE(codes); i++) {
		if (code == codes[i])
			return true;
	}
	return false;
}

static void set_tried(const struct host *host, struct facts *facts)
{
	static const char *const results[] = { "not-run", "ran", "failed" };
	enum host_kvm_guest guest = HOST_KVM_GUEST_NOT_RUN;
	struct error err = { 0 };
	int r = host_kvm_try(host, host_may_run_guest(host), &guest, &err);
	bool works = r == 0 && guest != HOST_KVM_GUEST_FAILED;

	if (r == -EBUSY)
		facts_set_bool(facts, "kvm.busy", true, "KVM_CREATE_VM: EBUSY");
	else if (r == 0)
		facts_set_bool(facts, "kvm.busy", false, "KVM_CREATE_VM");
	if (r == -ENODATA)
		facts_set_unknown(facts, "kvm.guest", &err);
	else
		facts_set_string(facts, "kvm.guest", results[guest], "KVM_RUN");
	if (works)
		facts_set_bool(facts, "kvm.usable", true,
			       guest == HOST_KVM_GUEST_RAN ? "a guest that ran (KVM_RUN)"
							   : "KVM_CREATE_VM");
	else if (is_no_answer(err.code))
		facts_set_unknown(facts, "kvm.usable", &err);
	else
		facts_set_bool(facts, "kvm.usable", false, *err.text ? err.text : "KVM_RUN");
}

static void set_not_tried(struct facts *facts, const char *rival)
{
	facts_set_string(facts, "kvm.guest", "not-run",
			 rival ? "another hypervisor is in use" : "CPUs are isolated");
	if (rival)
		facts_set_reason(
			facts, "kvm.usable", UNKNOWN_UNSUPPORTED,
			PATH("not tried: %s is in use, and a VM would disturb its guests", rival));
	else
		facts_set_bool(
			facts, "kvm.usable", true,
			"the kernel's state: KVM runs and answers; no VM was created, as CPUs "
			"are isolated");
}

/* Returns whose hypervisor is in use, if one's is. */
static const char *set_busy(const struct host *host, struct facts *facts)
{
	const char *rival = NULL;
	struct error err = { 0 };
	int used = other_hypervisor(host, &rival, &err);

	if (used < 0)
		facts_set_unknown(facts, "kvm.busy", &err);
	else
		facts_set_bool(facts, "kvm.busy", used, "/proc/modules");
	return rival;
}

/* Nothing answers behind the device; `err` says why. */
static void set_closed(struct facts *facts, const struct error *err)
{
	static const char *const names[] = { "kvm.api_version", "kvm.max_vcpus" };
	bool none = err->code == -ENOENT || err->code == -ENODEV || err->code == -ENXIO;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (none)
			facts_set_absent(facts, names[i], err->text);
		else
			facts_set_unknown(facts, names[i], err);
	}
	if (none) {
		facts_set_string(facts, "kvm.guest", "not-run", err->text);
		facts_set_bool(facts, "kvm.usable", false, err->text);
		return;
	}
	/*
	 * Who may try can find what the list of modules does not tell: nothing is denied here that
	 * way.
	 */
	facts_set_unknown(facts, "kvm.guest", err);
	facts_set_unknown(facts, "kvm.usable", err);
	if (!facts_is_true(facts, "kvm.busy"))
		facts_set_unknown(facts, "kvm.busy", err);
}

static void ask_device(const struct host *host, struct facts *facts)
{
	const char *rival = set_busy(host, facts);
	struct error err = { 0 };
	int64_t version;

	if (host_kvm_api_version(host, &version, &err) < 0) {
		set_closed(facts, &err);
		return;
	}
	facts_set_int(facts, "kvm.api_version", version, "KVM_GET_API_VERSION");
	set_max_vcpus(host, facts);
	if (version != API_VERSION) {
		facts_set_bool(facts, "kvm.usable", false, "KVM_GET_API_VERSION is not 12");
		facts_set_string(facts, "kvm.guest", "not-run", "KVM_GET_API_VERSION");
	} else if (rival || would_disturb(host, facts)) {
		set_not_tried(facts, rival);
	} else {
		set_tried(host, facts);
	}
}

/* --- */

static int run(const struct host *host, struct facts *facts, struct error *err)
{
	int registered = host_exists(host, REGISTERED, err);
	size_t module;

	set_device(host, facts);
	if (registered > 0) {
		module = set_module(host, facts);
		set_module_facts(host, facts, module);
		kvm_vms_set(host, facts, modules[module].name);
		kvm_confidential_set(host, facts, modules[module].name);
	} else if (registered == 0) {
		facts_set_absent(facts, "kvm.module", REGISTERED);
		facts_set_unsupported(facts, "kvm.nested", "no KVM runs in this kernel");
		facts_set_unsupported(facts, "kvm.ept", "no KVM runs in this kernel");
		facts_set_int(facts, "kvm.vms", 0, REGISTERED);
		kvm_confidential_set(host, facts, NULL);
	} else {
		facts_set_unknown(facts, "kvm.module", err);
		facts_set_unknown(facts, "kvm.nested", err);
		facts_set_unknown(facts, "kvm.ept", err);
		facts_set_unknown(facts, "kvm.vms", err);
		kvm_confidential_unknown(facts, err);
	}
	ask_device(host, facts);
	return 0;
}

static void derive(struct facts *facts)
{
	const struct fact *vms = facts_get(facts, "kvm.vms");

	kvm_confidential_derive(facts);
	if (vms->value.kind == VALUE_UNKNOWN)
		facts_set_reason(facts, "vm.count", vms->value.unknown->reason,
				 vms->value.unknown->detail);
	else
		facts_set_int(facts, "vm.count", facts_int(facts, "kvm.vms", 0), "kvm.vms");
}

const struct probe probe_kvm = {
	.name = "kvm",
	PROVIDES(facts_of_kvm),
	.run = run,
	.derive = derive,
};
