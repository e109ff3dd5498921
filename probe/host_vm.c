/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host_vm: the virtual machine and the container that this system runs in */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cpu_info.h"
#include "host/cpuid.h"
#include "host/xen.h"
#include "host_vm.h"

#define DMI	  "/sys/class/dmi/id"
#define TREE	  "/proc/device-tree"
#define FUNCTIONS "/proc/bus/pci/devices"
#define SYSINFO	  "/proc/sysinfo"

/* --- by name --- */

/* How a kind of virtual machine names itself, at the start of a text. */
struct vm_name {
	const char *text;
	const char *vm;
};

/*
 * CPUID.40000000h; most are those of systemd's src/basic/virt.c. Any other name is some
 * hypervisor's too.
 */
static const struct vm_name signatures[] = {
	{ "KVMKVMKVM", "kvm" },		  { "Linux KVM Hv", "kvm" },
	{ "TCGTCGTCGTCG", "qemu" },	  { "VMwareVMware", "vmware" },
	{ "Microsoft Hv", "hyperv" },	  { "XenVMMXenVMM", "xen" },
	{ "VBoxVBoxVBox", "virtualbox" }, { " lrpepyh  vr", "parallels" },
	{ "bhyve bhyve ", "bhyve" },
};

/*
 * Firmware's names. Those that make real machines too (Oracle, Microsoft, Amazon, Google, Apple)
 * are known by their product. The product comes first: QEMU is the vendor of KVM's machines too.
 */
static const char *const dmi_files[] = { DMI "/product_name", DMI "/sys_vendor",
					 DMI "/board_vendor", DMI "/bios_vendor" };
static const struct vm_name dmi_names[] = {
	{ "VirtualBox", "virtualbox" },
	{ "innotek GmbH", "virtualbox" },
	{ "VMware", "vmware" },
	{ "VMW", "vmware" },
	{ "Parallels", "parallels" },
	{ "HVM domU", "xen" },
	{ "Xen", "xen" },
	{ "Virtual Machine", "hyperv" },
	{ "BHYVE", "bhyve" },
	{ "KVM", "kvm" },
	{ "CloudStack KVM", "kvm" },
	{ "KubeVirt", "kvm" },
	{ "OpenStack", "kvm" },
	{ "Google Compute Engine", "kvm" },
	{ "Alibaba Cloud ECS", "kvm" },
	{ "Apple Virtualization", "other" },
	{ "QEMU", "qemu" },
	{ "Standard PC", "qemu" },
	{ "Bochs", "other" },
};

/*
 * Kinds whose firmware is believed before the CPU: they may show another's signature to please
 * guests.
 */
static const char *const cloaked[] = { "virtualbox", "xen", "vmware", "parallels" };

static const char *vm_of(const struct vm_name *names, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++) {
		if (starts_with(text, names[i].text))
			return names[i].vm;
	}
	return NULL;
}

struct dmi {
	const char *vm; /* what a name stands for */
	const char *source;
	bool amazon; /* which names its bare machines so too */
	bool amazon_metal;
};

/*
 * Amazon's bare machines: "c5.metal", "c7i.metal-24xl" (detect_vm_dmi() of systemd's
 * src/basic/virt.c).
 */
static bool is_amazon_metal(const char *product)
{
	const char *metal = strstr(product, ".metal");
	const char *end = metal ? metal + strlen(".metal") : NULL;

	return end && (*end == '\0' || *end == '-');
}

/* 0; -ENOENT: this machine has no DMI; else it cannot be told. */
static int read_dmi(const struct host *host, struct dmi *ret, struct error *err)
{
	int found = -ENOENT;

	*ret = (struct dmi){ 0 };
	for (size_t i = 0; i < ARRAY_SIZE(dmi_files); i++) {
		auto_free char *text = NULL;
		int r = host_read_line(host, dmi_files[i], &text, err);

		if (r < 0) {
			found = found == 0 || r == -ENOENT ? found : r;
			continue;
		}
		found = 0;
		if (!ret->vm) {
			ret->vm = vm_of(dmi_names, ARRAY_SIZE(dmi_names), text);
			ret->source = dmi_files[i];
		}
		ret->amazon |= starts_with(text, "Amazon EC2");
		ret->amazon_metal |= is_amazon_metal(text);
	}
	return found;
}

/* --- x86 --- */

static bool is_cloaked(const char *vm)
{
	for (size_t i = 0; i < ARRAY_SIZE(cloaked); i++) {
		if (vm && strcmp(vm, cloaked[i]) == 0)
			return true;
	}
	return false;
}

/*
 * The CPU shows a hypervisor (1) or none (0); a flag of the kernel's tells the same where CPUID is
 * not recorded.
 */
static int shows_hypervisor(const struct host *host, struct error *err)
{
	auto_cpu_info struct cpu_info info = { 0 };
	struct host_cpuid cpuid;
	char name[16];
	int r = host_cpuid(host, &cpuid, err), named;

	if (r == 0)
		return cpuid.hypervisor;
	if (cpu_info_read(host, &info, NULL) == 0 && cpu_info_has(&info, "hypervisor"))
		return 1;
	/* A recording may hold the answer to this alone. */
	named = host_cpuid_hypervisor(host, name, NULL);
	return named == 0 ? 1 : named == -ENOENT ? 0 : r;
}

/*
 * Functions that only a hypervisor makes: VirtualBox may hide from CPUID, and firmware's names may
 * be masked. The kernel's own list, which asks no device ("0010\t80eebeef\t…", Linux
 * drivers/pci/proc.c).
 */
static const struct {
	const char *id, *vm;
} made_functions[] = {
	{ "\t80eebeef\t", "virtualbox" },
	{ "\t80eecafe\t", "virtualbox" },
	{ "\t15ad0710\t", "vmware" },
	{ "\t58530001\t", "xen" },
};

static const char *vm_by_functions(const struct host *host)
{
	auto_free char *functions = NULL;

	if (host_read(host, FUNCTIONS, &functions, NULL, NULL) < 0)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(made_functions); i++)
		if (strstr(functions, made_functions[i].id))
			return made_functions[i].vm;
	return NULL;
}

static void set_by_cpu(const struct host *host, struct facts *facts, const struct dmi *dmi,
		       int dmi_error)
{
	struct error err = { 0 };
	char name[16];
	const char *vm;
	int r = shows_hypervisor(host, &err);

	if (r == 1 && host_cpuid_hypervisor(host, name, &err) == 0) {
		vm = vm_of(signatures, ARRAY_SIZE(signatures), name);
		if (vm || !dmi->vm) {
			facts_set_string(facts, "host.vm", vm ? vm : "other", "CPUID.40000000h");
			return;
		}
	}
	vm = dmi->vm || dmi_error == 0 ? NULL : vm_by_functions(host);
	if (dmi->vm)
		facts_set_string(facts, "host.vm", dmi->vm, dmi->source);
	else if (vm)
		facts_set_string(facts, "host.vm", vm, FUNCTIONS);
	else if (r == 0 && (!dmi->amazon || dmi->amazon_metal))
		facts_set_string(facts, "host.vm", "none", "CPUID.1:ECX[31], " DMI);
	else if (r == 0)
		facts_set_unsupported(facts, "host.vm",
				      "the CPU shows no hypervisor, the firmware is a cloud's");
	else if (r == 1) /* a recording without its name */
		facts_set_string(facts, "host.vm", "other", "CPUID.1:ECX[31]");
	else
		facts_set_unknown(facts, "host.vm", &err);
}

/* --- others --- */

/* "linux,kvm", "xen,xen-4.11", …: the hypervisor's node in the device tree. */
static const struct vm_name tree_names[] = {
	{ "linux,kvm", "kvm" },
	{ "xen,", "xen" },
	{ "vmware", "vmware" },
};

static int set_by_tree(const struct host *host, struct facts *facts)
{
	auto_free char *hypervisor = NULL, *machine = NULL;
	const char *vm = NULL;

	if (host_read(host, TREE "/hypervisor/compatible", &hypervisor, NULL, NULL) == 0) {
		vm = vm_of(tree_names, ARRAY_SIZE(tree_names), hypervisor);
		return facts_set_string(facts, "host.vm", vm ? vm : "other", TREE "/hypervisor");
	}
	if (host_read(host, TREE "/compatible", &machine, NULL, NULL) < 0)
		return -ENOENT;
	/* QEMU's board, under KVM or emulated; nothing in it tells which */
	if (strcmp(machine, "linux,dummy-virt") == 0)
		return facts_set_string(facts, "host.vm", "qemu", TREE "/compatible");
	return facts_set_string(facts, "host.vm", "none", TREE "/compatible");
}

/*
 * s390 names what it runs under: "VM00 Control Program: KVM/Linux", "z/VM"; without such a line it
 * is a partition of the machine (Linux arch/s390/kernel/sysinfo.c).
 */
static int set_by_sysinfo(const struct host *host, struct facts *facts)
{
	auto_free char *sysinfo = NULL;
	const char *program;

	if (host_read(host, SYSINFO, &sysinfo, NULL, NULL) < 0)
		return -ENOENT;
	program = strstr(sysinfo, "Control Program:");
	if (!program)
		return facts_set_string(facts, "host.vm", "none", SYSINFO);
	program += strlen("Control Program:");
	program += strspn(program, " ");
	return facts_set_string(facts, "host.vm", starts_with(program, "KVM") ? "kvm" : "other",
				SYSINFO);
}

/* POWER: "model: IBM pSeries (emulated by qemu)", under KVM or in software. */
static int set_by_cpuinfo(const struct host *host, struct facts *facts)
{
	auto_free char *cpuinfo = NULL;

	if (host_read(host, "/proc/cpuinfo", &cpuinfo, NULL, NULL) < 0 ||
	    !strstr(cpuinfo, "(emulated by qemu)"))
		return -ENOENT;
	return facts_set_string(facts, "host.vm", "qemu", "/proc/cpuinfo");
}

static void set_by_firmware(const struct host *host, struct facts *facts, const struct dmi *dmi,
			    int dmi_error, const struct error *err)
{
	if (dmi->vm)
		facts_set_string(facts, "host.vm", dmi->vm, dmi->source);
	else if (dmi->amazon)
		facts_set_string(facts, "host.vm", dmi->amazon_metal ? "none" : "kvm", DMI);
	else if (set_by_tree(host, facts) == 0 || set_by_sysinfo(host, facts) == 0 ||
		 set_by_cpuinfo(host, facts) == 0)
		return;
	else if (dmi_error == 0)
		facts_set_string(facts, "host.vm", "none", DMI);
	else if (dmi_error == -ENOENT)
		facts_set_unsupported(facts, "host.vm",
				      "neither firmware nor device tree names this machine");
	else
		facts_set_unknown(facts, "host.vm", err);
}

/* 1, 0, or why it cannot be told. */
static int is_x86(const struct host *host, struct error *err)
{
	auto_cpu_info struct cpu_info info = { 0 };
	int r = cpu_info_read(host, &info, err);

	return r < 0 ? r : info.x86_flags;
}

void host_vm_run(const struct host *host, struct facts *facts)
{
	struct error err = { 0 };
	struct dmi dmi;
	int dmi_error, x86;

	if (host_xen_dom0(host, NULL) > 0) {
		facts_set_string(facts, "host.vm", "none", "Xen's control domain");
		return;
	}
	if (host_exists(host, "/sys/hypervisor/type", NULL) > 0) {
		auto_free char *type = NULL;

		if (host_read_line(host, "/sys/hypervisor/type", &type, NULL) == 0 &&
		    strcmp(type, "xen") == 0) {
			facts_set_string(facts, "host.vm", "xen", "/sys/hypervisor/type");
			return;
		}
	}
	dmi_error = read_dmi(host, &dmi, &err);
	x86 = is_x86(host, &err);
	if (is_cloaked(dmi.vm))
		facts_set_string(facts, "host.vm", dmi.vm, dmi.source);
	else if (x86 < 0 && !dmi.vm)
		facts_set_unknown(facts, "host.vm", &err);
	else if (x86 > 0)
		set_by_cpu(host, facts, &dmi, dmi_error);
	else
		set_by_firmware(host, facts, &dmi, dmi_error, &err);
}

/* --- the container --- */

/*
 * What container managers call themselves (container= of PID 1, /run/systemd/container,
 * /run/host/container-manager).
 */
static const struct vm_name managers[] = {
	{ "docker", "docker" },	  { "podman", "podman" },
	{ "lxc", "lxc" },	  { "systemd-nspawn", "systemd-nspawn" },
	{ "kube", "kubernetes" }, { "crio", "kubernetes" },
};

/* Files that a manager leaves in its containers. Kubernetes first: under it stands another one. */
static const struct {
	const char *path, *container;
} container_marks[] = {
	{ "/var/run/secrets/kubernetes.io", "kubernetes" },
	{ "/run/.containerenv", "podman" },
	{ "/.dockerenv", "docker" },
};

static const char *const manager_files[] = { "/run/host/container-manager",
					     "/run/systemd/container" };

/* `container=NAME` among the NUL-separated variables. */
static const char *container_variable(const char *variables, size_t len)
{
	for (const char *at = variables; at < variables + len; at += strlen(at) + 1) {
		if (starts_with(at, "container="))
			return at + strlen("container=");
	}
	return NULL;
}

static void set_manager(struct facts *facts, const char *name, const char *source)
{
	const char *container = vm_of(managers, ARRAY_SIZE(managers), name);

	facts_set_string(facts, "host.container", container ? container : "other", source);
}

static bool set_by_marks(const struct host *host, struct facts *facts)
{
	for (size_t i = 0; i < ARRAY_SIZE(container_marks); i++) {
		if (host_exists(host, container_marks[i].path, NULL) > 0) {
			facts_set_string(facts, "host.container", container_marks[i].container,
					 container_marks[i].path);
			return true;
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(manager_files); i++) {
		auto_free char *name = NULL;

		if (host_read_line(host, manager_files[i], &name, NULL) == 0) {
			set_manager(facts, name, manager_files[i]);
			return true;
		}
	}
	return false;
}

/*
 * What PID 1 was told by its manager. Only asked once the namespaces say that this is a container:
 * the file holds whatever else PID 1 was told.
 */
static void set_by_environment(const struct host *host, struct facts *facts, const char *source)
{
	auto_free char *variables = NULL;
	const char *name = NULL;
	struct error err = { 0 };
	size_t len;
	int r = host_read(host, "/proc/1/environ", &variables, &len, &err);

	if (r == -EACCES || r == -EPERM) {
		facts_set_unknown(facts, "host.container", &err);
		return;
	}
	if (r == 0)
		name = container_variable(variables, len);
	set_manager(facts, name ? name : "", name ? "/proc/1/environ" : source);
}

/*
 * The machine's first namespaces have fixed numbers (Linux include/linux/proc_ns.h). A UTS
 * namespace of its own is no sign: a service gets one with ProtectHostname= (systemd.exec(5)).
 */
static const struct {
	const char *name, *first;
} first_namespaces[] = {
	{ "pid", "pid:[4026531836]" },
	{ "user", "user:[4026531837]" },
	{ "cgroup", "cgroup:[4026531835]" },
};

/*
 * 1: a namespace of that process is not the machine's first, and its name; 0: all are; -errno: it
 * cannot be told.
 */
static int foreign_namespace(const struct host *host, const char *process, const char **ret_name,
			     struct error *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(first_namespaces); i++) {
		auto_free char *link = NULL;
		int r = host_read_link(host, PATH("%s/ns/%s", process, first_namespaces[i].name),
				       &link, err);

		if (r == -ENOENT)
			continue; /* a kernel without this kind */
		if (r < 0)
			return r;
		if (strcmp(link, first_namespaces[i].first) != 0) {
			*ret_name = first_namespaces[i].name;
			return 1;
		}
	}
	return 0;
}

/* A container that shares all of the machine's namespaces still has a root of layers. */
static bool root_is_layered(const struct host *host)
{
	auto_free char *mounts = NULL;

	if (host_read(host, host_mounts(host), &mounts, NULL, NULL) < 0)
		return false;
	return starts_with(mounts, "overlay / ") || strstr(mounts, "\noverlay / ") ||
	       strstr(mounts, " / fuse.fuse-overlayfs ");
}

/* A recording of PID 1's variables without its namespaces: a manager that names itself there. */
static bool set_by_recorded_variable(const struct host *host, struct facts *facts)
{
	auto_free char *variables = NULL;
	const char *name;
	size_t len;

	if (host_is_live(host) || host_read(host, "/proc/1/environ", &variables, &len, NULL) < 0)
		return false;
	name = container_variable(variables, len);
	if (name)
		set_manager(facts, name, "/proc/1/environ");
	return name;
}

/*
 * A machine that was made from a container's image still has the files that its manager left: they
 * alone prove nothing.
 */
void host_container_run(const struct host *host, struct facts *facts)
{
	struct error err = { 0 };
	const char *process = host_process(host), *name = NULL;
	const bool elsewhere = host_is_elsewhere(host);
	int r = foreign_namespace(host, process, &name, &err);

	/*
	 * Only root may see those of process 1; a process that is in the machine's first itself
	 * knows that 1 is too.
	 */
	if (r < 0 && foreign_namespace(host, "/proc/self", &name, NULL) == 0)
		r = 0;
	if ((r > 0 || (r < 0 && !elsewhere) || root_is_layered(host)) && set_by_marks(host, facts))
		return;
	if (r == 0)
		facts_set_string(facts, "host.container", "none", PATH("%s/ns", process));
	else if (r > 0)
		set_by_environment(host, facts, PATH("%s/ns/%s", process, name));
	else if (!set_by_recorded_variable(host, facts))
		facts_set_unknown(facts, "host.container", &err);
}
