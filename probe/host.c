/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host: what machine this is, and where in it this system stands */
#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

#include "cpu_info.h"
#include "host/cpuid.h"
#include "host/recorder.h"
#include "host_firmware.h"
#include "host_vm.h"
#include "kernel.h"
#include "probe.h"

static const struct fact_def facts_of_host[] = {
	{ "host.arch", FACT_STRING, SCOPE_HARDWARE, .meaning = "processor architecture",
	  .source = "/proc/sys/kernel/arch, uname(2)" },
	{ "host.vm", FACT_STRING, SCOPE_HARDWARE,
	  .meaning =
		  "the kind of virtual machine this system runs in; Xen's control domain is none",
	  .source = "CPUID.40000000h, DMI, device tree",
	  .values = "none kvm qemu vmware hyperv xen virtualbox parallels bhyve other" },
	{ "host.container", FACT_STRING, SCOPE_STATE,
	  .meaning = "the kind of container that the probe ran in",
	  .source = "/proc/self/ns, what container managers leave behind",
	  .privilege = "root, for a name that only PID 1 was told",
	  .values = "none docker podman lxc kubernetes systemd-nspawn other" },
	{ "host.virtualization", FACT_STRING, SCOPE_HARDWARE,
	  .meaning = "the container, else the virtual machine, else none",
	  .source = "host.container, host.vm" },
	{ "host.environment", FACT_STRING, SCOPE_STATE,
	  .meaning = "an installed system, or one that is only there until the next boot",
	  .source = "/proc/mounts, /proc/cmdline, what installers and live systems leave behind",
	  .values = "installed installer live ramdisk" },
	{ "host.init", FACT_STRING, SCOPE_OS, .meaning = "what starts and watches services",
	  .source = "/proc/1/comm", .values = "systemd openrc sysvinit runit s6 busybox other" },
	{ "host.vendor", FACT_STRING, SCOPE_FIRMWARE, .meaning = "who made the machine",
	  .source = "/sys/class/dmi/id/sys_vendor" },
	{ "host.model", FACT_STRING, SCOPE_FIRMWARE, .meaning = "the machine's model",
	  .source = "/sys/class/dmi/id/product_name, /proc/device-tree/model" },
	{ "host.bmc", FACT_BOOL, SCOPE_FIRMWARE,
	  .meaning = "a management controller is there; true or unknown",
	  .source = "SMBIOS types 38 and 42, /sys/class/ipmi", .privilege = "root, for SMBIOS" },
	{ "host.redfish", FACT_BOOL, SCOPE_FIRMWARE,
	  .meaning = "the management controller offers Redfish to this host; true or unknown",
	  .source = "SMBIOS type 42", .privilege = "root, for SMBIOS" },
	{ "host.pxe", FACT_BOOL, SCOPE_FIRMWARE,
	  .meaning = "the machine can boot from the network; true or unknown",
	  .source = "SMBIOS type 0, /proc/cmdline, /sys/firmware/ibft, EFI boot options",
	  .privilege = "root, for SMBIOS" },
	{ "host.firmware", FACT_STRING, SCOPE_FIRMWARE, .meaning = "how the machine was booted",
	  .source = "/sys/firmware/efi", .values = "uefi bios devicetree other" },
	{ "host.uefi_supported", FACT_BOOL, SCOPE_FIRMWARE,
	  .meaning = "the firmware can boot by UEFI, whichever way it did",
	  .source = "/sys/firmware/efi, SMBIOS type 0", .privilege = "root, for SMBIOS" },
	{ "host.secure_boot", FACT_BOOL, SCOPE_FIRMWARE, .meaning = "Secure Boot is on",
	  .source = "/sys/firmware/efi/efivars/SecureBoot-*" },
	{ "host.tpm", FACT_STRING, SCOPE_FIRMWARE, .meaning = "version of the TPM",
	  .source = "/sys/class/tpm, ACPI tables", .values = "none 1.2 2.0" },
	{ "host.identity.unique", FACT_BOOL, SCOPE_OPERATOR,
	  .meaning = "no other host has this one's identity (machine-id, host name, addresses)",
	  .source = "only a comparison of the hosts can tell" },
	{ "host.product_uuid.unique", FACT_BOOL, SCOPE_OPERATOR,
	  .meaning = "no other host has this one's product UUID",
	  .source = "only a comparison of the hosts can tell" },
	{ "host.name.matches", FACT_BOOL, SCOPE_OPERATOR,
	  .meaning = "the host's name is the one that the others know it by",
	  .source = "only who runs the name service can tell" },
	{ "host.dns", FACT_BOOL, SCOPE_OPERATOR,
	  .meaning = "the other hosts find this one by its name",
	  .source = "only a trial from the other hosts can tell" },
};

/* --- architecture --- */

/*
 * A recording before Linux 6.1 holds no arch; the CPU's own lines are certain where they name what
 * only one has.
 */
static const char *arch_by_cpu(const struct host *host)
{
	auto_cpu_info struct cpu_info info = { 0 };
	struct host_cpuid cpuid;

	if (cpu_info_read(host, &info, NULL) < 0)
		return host_cpuid(host, &cpuid, NULL) == 0 && cpuid.long_mode ? "x86_64" : NULL;
	if (info.x86_flags && cpu_info_has(&info, "lm"))
		return "x86_64"; /* long mode */
	if (info.implementer && cpu_info_has(&info, "asimd"))
		return "aarch64"; /* a 32-bit kernel calls it neon */
	return NULL;
}

static void set_arch(const struct host *host, struct facts *facts)
{
	auto_free char *arch = NULL;
	struct error err = { 0 };
	struct utsname name;
	const char *guess;
	int r = host_read_line(host, "/proc/sys/kernel/arch", &arch, &err);

	if (r == 0) {
		facts_set_string(facts, "host.arch", arch, "/proc/sys/kernel/arch");
	} else if (host_is_live(host) && uname(&name) == 0) {
		host_keep_text(host, "uname.machine", name.machine);
		facts_set_string(facts, "host.arch", name.machine, "uname(2)");
	} else if (host_recorded_answer(host, "uname.machine", &arch, &err) == 0) {
		facts_set_string(facts, "host.arch", arch, "uname(2)");
	} else {
		guess = arch_by_cpu(host);
		if (guess)
			facts_set_string(facts, "host.arch", guess, "/proc/cpuinfo, CPUID");
		else
			facts_set_unknown(facts, "host.arch", &err);
	}
}

/* --- init --- */

static const struct {
	const char *comm, *init;
} inits[] = {
	{ "systemd", "systemd" }, { "openrc-init", "openrc" }, { "runit", "runit" },
	{ "s6-svscan", "s6" },	  { "busybox", "busybox" },    { "linuxrc", "busybox" },
};

/* PID 1 is called init: by whose files it is. */
static const char *plain_init(const struct host *host)
{
	auto_free char *link = NULL;

	if (host_exists(host, "/run/systemd/system", NULL) > 0)
		return "systemd";
	if (host_exists(host, "/run/openrc", NULL) > 0)
		return "openrc";
	if (host_read_link_name(host, "/sbin/init", &link, NULL) == 0 &&
	    strcmp(link, "busybox") == 0)
		return "busybox";
	return host_exists(host, "/etc/inittab", NULL) > 0 ? "sysvinit" : "other";
}

/* Only a container's name needs a permission: what is unknown for that reason is one. */
static bool in_container(struct facts *facts)
{
	const struct value *container = &facts_get(facts, "host.container")->value;

	if (container->kind == VALUE_UNKNOWN)
		return container->unknown->reason == UNKNOWN_PERMISSION;
	return !value_is(container, "none");
}

/* What the root folder shows is a container's own, unless --root says where the machine's lies. */
static bool root_is_a_containers(const struct host *host, struct facts *facts)
{
	return in_container(facts) && !host_is_elsewhere(host);
}

static void set_init(const struct host *host, struct facts *facts)
{
	auto_free char *comm = NULL;
	struct error err = { 0 };
	int r;

	if (root_is_a_containers(host, facts)) {
		facts_set_hidden(facts, "host.init", "a container does not see the machine's init");
		return;
	}
	r = host_read_line(host, "/proc/1/comm", &comm, &err);
	if (r == -ENOENT) /* hidepid of proc(5) */
		error_because(&err, -EACCES, UNKNOWN_PERMISSION,
			      "/proc/1 is not shown: other users' processes are hidden");
	if (r < 0) {
		facts_set_unknown(facts, "host.init", &err);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(inits); i++) {
		if (strcmp(comm, inits[i].comm) == 0) {
			facts_set_string(facts, "host.init", inits[i].init, "/proc/1/comm");
			return;
		}
	}
	facts_set_string(facts, "host.init", strcmp(comm, "init") == 0 ? plain_init(host) : "other",
			 "/proc/1/comm");
}

/* --- environment --- */

/* Boot parameters that only a system without a home of its own has. */
static const struct {
	const char *parameter, *value, *environment; /* the value's start */
} environment_parameters[] = {
	{ "inst.stage2", "", "installer" }, /* Anaconda */
	{ "inst.repo", "", "installer" },   { "inst.ks", "", "installer" },
	{ "autoinstall", "", "installer" }, /* Ubuntu */
	{ "ipa-api-url", "", "installer" }, /* Ironic's agent */
	{ "boot", "live", "live" }, /* Debian */
	{ "boot", "casper", "live" }, /* Ubuntu */
	{ "rd.live.image", "", "live" }, /* dracut */
	{ "root", "live:", "live" },	    { "archisobasedir", "", "live" },
	{ "root", "squash:", "installer" }, /* MAAS */
};

static const struct {
	const char *path, *environment;
} environment_marks[] = {
	{ "/lib/debian-installer", "installer" },
	{ "/run/subiquity", "installer" },
	{ "/run/live/medium", "live" },
	{ "/run/initramfs/live", "live" },
	{ "/run/archiso", "live" },
};

static bool set_environment_by_cmdline(const struct host *host, struct facts *facts)
{
	auto_free char *cmdline = NULL;
	char value[KERNEL_PARAMETER_MAX];

	if (host_read_line(host, "/proc/cmdline", &cmdline, NULL) < 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(environment_parameters); i++) {
		if (kernel_parameter(cmdline, environment_parameters[i].parameter, value) &&
		    starts_with(value, environment_parameters[i].value)) {
			facts_set_string(facts, "host.environment",
					 environment_parameters[i].environment, "/proc/cmdline");
			return true;
		}
	}
	return false;
}

/* The last filesystem mounted at "/" (proc_mounts: device, folder, type). */
static bool root_is_in_memory(char *mounts)
{
	char *line;
	bool memory = false;

	while ((line = strsep(&mounts, "\n"))) {
		char folder[256], type[64];

		if (sscanf(line, "%*s %255s %63s", folder, type) == 2 && strcmp(folder, "/") == 0)
			memory = strcmp(type, "rootfs") == 0 || strcmp(type, "tmpfs") == 0 ||
				 strcmp(type, "ramfs") == 0;
	}
	return memory;
}

static void set_environment(const struct host *host, struct facts *facts)
{
	auto_free char *mounts = NULL;
	struct error err = { 0 };

	if (root_is_a_containers(host, facts)) {
		facts_set_hidden(facts, "host.environment",
				 "a container does not see the machine's root filesystem");
		return;
	}
	if (set_environment_by_cmdline(host, facts))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(environment_marks); i++) {
		if (host_exists(host, environment_marks[i].path, NULL) > 0) {
			facts_set_string(facts, "host.environment",
					 environment_marks[i].environment,
					 environment_marks[i].path);
			return;
		}
	}
	if (host_read(host, host_mounts(host), &mounts, NULL, &err) < 0)
		facts_set_unknown(facts, "host.environment", &err);
	else
		facts_set_string(facts, "host.environment",
				 root_is_in_memory(mounts) ? "ramdisk" : "installed",
				 "/proc/mounts");
}

/* --- */

static int run(const struct host *host, struct facts *facts, struct error *err)
{
	(void)err;
	set_arch(host, facts);
	host_vm_run(host, facts);
	host_container_run(host, facts);
	set_environment(host, facts);
	set_init(host, facts);
	host_firmware_run(host, facts);
	for (size_t i = 0; i < ARRAY_SIZE(facts_of_host); i++) {
		if (facts_of_host[i].scope == SCOPE_OPERATOR)
			facts_set_unsupported(facts, facts_of_host[i].name,
					      facts_of_host[i].source);
	}
	return 0;
}

static void derive(struct facts *facts)
{
	const char *from = in_container(facts) || !facts_string(facts, "host.container")
				   ? "host.container"
				   : "host.vm";
	const struct fact *fact = facts_get(facts, from);

	if (fact->value.kind == VALUE_STRING)
		facts_set_string(facts, "host.virtualization", fact->value.s, from);
	else if (fact->value.kind == VALUE_UNKNOWN)
		facts_set_reason(facts, "host.virtualization", fact->value.unknown->reason,
				 fact->value.unknown->detail);
}

const struct probe probe_host = {
	.name = "host", PROVIDES(facts_of_host), .run = run, .derive = derive
};
