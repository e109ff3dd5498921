/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cpu_virt: hardware virtualisation in its stages: the CPU has it, firmware lets it be used, the
 * kernel shows it
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cpu_virt.h"
#include "host/cpuid.h"
#include "kernel.h"

#define CPUINFO	 "/proc/cpuinfo"
#define ISOLATED "/sys/devices/system/cpu/isolated"

/* What the two x86 vendors call the same things. */
struct vendor_virt {
	const char *name; /* the fact's value, and the flag in /proc/cpuinfo */
	const char *bit;
	/*
	 * The register with firmware's setting (Linux arch/x86/kernel/cpu/feat_ctl.c; SVM_VM_CR_*
	 * in arch/x86/include/asm/svm.h).
	 */
	uint32_t msr;
	uint64_t lock; /* cannot be changed before the next reset */
	uint64_t on, off; /* the bit that lets it be used, or the bit that forbids it */
	uint64_t on_measured; /* lets it be used after a measured launch (tboot) alone */
	const char *msr_name;
	/*
	 * The oldest kernel whose flag is gone where firmware turned it off; older ones show what
	 * the CPU has. Linux commits 1db2a6e1e29f ("Initialize IA32_FEAT_CTL MSR at boot") and
	 * 7deda2ce5b33 ("Clear SVM feature if disabled by BIOS").
	 */
	int flag_since[2];
};

static const struct vendor_virt intel = {
	.name = "vmx",
	.bit = "CPUID.1:ECX[5]",
	.msr = 0x3a,
	.lock = 1 << 0,
	.on = 1 << 2,
	.on_measured = 1 << 1,
	.msr_name = "MSR 3Ah (IA32_FEATURE_CONTROL)",
	.flag_since = { 5, 6 },
};
static const struct vendor_virt amd = {
	.name = "svm",
	.bit = "CPUID.80000001h:ECX[2]",
	.msr = 0xc0010114,
	.lock = 1 << 3,
	.off = 1 << 4,
	.msr_name = "MSR C0010114h (VM_CR)",
	.flag_since = { 6, 7 },
};

/* Everything that was read before anything is decided. */
struct evidence {
	const struct cpu_info *info;
	struct host_cpuid cpuid;
	int cpuid_error; /* 0, or why there is no `cpuid` */
	struct error cpuid_why;
	const struct vendor_virt
		*vendor; /* whose of the two the CPU has or its kernel shows; NULL: neither */
	bool bit; /* the CPU shows it */
	bool flag; /* the kernel shows it */
	bool hypervisor; /* something stands between this system and the CPU */
};

static void gather(const struct host *host, const struct cpu_info *info, struct evidence *ev)
{
	char name[16];

	*ev = (struct evidence){ .info = info };
	ev->cpuid_error = host_cpuid(host, &ev->cpuid, &ev->cpuid_why);
	if (ev->cpuid.vmx || cpu_info_has(info, "vmx"))
		ev->vendor = &intel;
	else if (ev->cpuid.svm || cpu_info_has(info, "svm"))
		ev->vendor = &amd;
	ev->bit = ev->cpuid.vmx || ev->cpuid.svm;
	ev->flag = ev->vendor && info->of_kernel && cpu_info_has(info, ev->vendor->name);
	/* A PV guest of Xen sees the real CPU's bit, which is clear; its kernel sets the flag. */
	ev->hypervisor = ev->cpuid.hypervisor || cpu_info_has(info, "hypervisor") ||
			 host_cpuid_hypervisor(host, name, NULL) == 0 ||
			 host_exists(host, "/sys/hypervisor/type", NULL) > 0;
}

static void set_hypervisor(const struct evidence *ev, struct facts *facts)
{
	if (ev->hypervisor)
		facts_set_bool(facts, "cpu.hypervisor", true,
			       ev->cpuid.hypervisor ? "CPUID.1:ECX[31]"
						    : CPUINFO ", /sys/hypervisor");
	else if (ev->cpuid_error == 0)
		facts_set_bool(facts, "cpu.hypervisor", false, "CPUID.1:ECX[31]");
	else
		facts_set_unknown(facts, "cpu.hypervisor", &ev->cpuid_why);
}

static void set_virt(const struct evidence *ev, struct facts *facts)
{
	if (ev->vendor)
		facts_set_string(facts, "cpu.virt", ev->vendor->name,
				 ev->bit ? ev->vendor->bit : CPUINFO " flags");
	else if (ev->hypervisor)
		facts_set_hidden(facts, "cpu.virt", "a hypervisor does not show it to this guest");
	else if (ev->cpuid_error)
		facts_set_unknown(facts, "cpu.virt", &ev->cpuid_why);
	else
		facts_set_string(facts, "cpu.virt", "none",
				 "CPUID.1:ECX[5] and CPUID.80000001h:ECX[2] are clear");
}

/* --- firmware's registers --- */

struct registers {
	unsigned int on, off, locked; /* CPUs */
	struct error why; /* of the first CPU that could not be read */
	unsigned int unread;
};

static bool is_isolated(const char *isolated, uint64_t cpu)
{
	uint64_t first, last;

	while (isolated && cpulist_next(&isolated, &first, &last) > 0)
		if (cpu >= first && cpu <= last)
			return true;
	return false;
}

/*
 * Intel's register forbids nothing before it is locked: KVM sets the bit itself then
 * (vmx_disabled_by_bios() in arch/x86/kvm/vmx.c before 5.6). After a measured launch another bit
 * counts (feat_ctl.c).
 */
static bool is_off(const struct vendor_virt *vendor, uint64_t value, bool measured)
{
	const uint64_t on = vendor->on | (measured ? vendor->on_measured : 0);

	return (value & vendor->off) || (on && (value & vendor->lock) && !(value & on));
}

/*
 * The setting stands in every CPU; a board can disagree with itself. Reading interrupts a CPU:
 * isolated ones are left alone.
 */
static void read_registers(const struct host *host, const struct vendor_virt *vendor, bool measured,
			   struct registers *ret)
{
	auto_free char *online = NULL, *isolated = NULL;
	const char *list;
	uint64_t first, last;

	host_read_line(host, ISOLATED, &isolated, NULL);
	if (host_read_line(host, "/sys/devices/system/cpu/online", &online, &ret->why) < 0) {
		ret->unread++;
		return;
	}
	list = online;
	while (cpulist_next(&list, &first, &last) > 0) {
		for (uint64_t cpu = first; cpu <= last && !ret->unread; cpu++) {
			uint64_t value;

			if (is_isolated(isolated, cpu))
				continue;
			if (host_msr(host, (unsigned int)cpu, vendor->msr, &value, &ret->why) < 0) {
				ret->unread++;
				break;
			}
			ret->locked += (value & vendor->lock) != 0;
			if (is_off(vendor, value, measured))
				ret->off++;
			else
				ret->on++;
		}
	}
	if (!ret->unread && ret->on + ret->off == 0)
		error_set(&ret->why, -EOPNOTSUPP, "every CPU is isolated: none was asked");
}

/* --- does firmware let it be used --- */

static bool kernel_clears_flag(const struct host *host, const struct evidence *ev)
{
	auto_free char *release = NULL;
	int major = 0, minor = 0;

	/*
	 * Came with the code that clears the flag (arch/x86/kernel/cpu/feat_ctl.c), so back-ports
	 * show too.
	 */
	if (ev->info->vmx_line)
		return true;
	if (host_read_line(host, "/proc/sys/kernel/osrelease", &release, NULL) < 0 ||
	    sscanf(release, "%d.%d", &major, &minor) != 2)
		return false;
	return major > ev->vendor->flag_since[0] ||
	       (major == ev->vendor->flag_since[0] && minor >= ev->vendor->flag_since[1]);
}

static bool is_told_to_clear_flags(const struct host *host)
{
	auto_free char *cmdline = NULL;
	char value[KERNEL_PARAMETER_MAX];

	return host_read_line(host, "/proc/cmdline", &cmdline, NULL) == 0 &&
	       kernel_parameter(cmdline, "clearcpuid", value);
}

/* No register told: what the kernel's flag tells. */
static void set_enabled_by_flag(const struct host *host, const struct evidence *ev,
				const struct error *why, struct facts *facts)
{
	const char *name = "cpu.virt.enabled";

	if (!ev->info->of_kernel)
		facts_set_unknown(facts, name, why);
	else if (ev->flag && kernel_clears_flag(host, ev))
		facts_set_bool(facts, name, true, CPUINFO " flags");
	else if (ev->flag)
		facts_set_reason(
			facts, name, UNKNOWN_UNSUPPORTED,
			"this kernel shows the flag even where firmware turned it off, and "
			"the CPU's register was not readable");
	else if (ev->hypervisor)
		facts_set_hidden(facts, name, "a hypervisor does not let this system use it");
	else if (ev->vendor == &amd && is_told_to_clear_flags(host))
		facts_set_reason(facts, name, UNKNOWN_UNSUPPORTED,
				 "the kernel was told to take features away (clearcpuid=), and the "
				 "CPU's register was not readable");
	else if (ev->vendor == &amd)
		facts_set_bool(facts, name, false,
			       "the CPU has svm and the kernel took its flag away");
	else
		/* derive() decides it by the kernel's configuration */
		facts_set_reason(
			facts, name, why->code ? why->reason : UNKNOWN_UNSUPPORTED,
			"the CPU has vmx and the kernel took its flag away: firmware turned "
			"it off, or a kernel without KVM_INTEL did");
}

/*
 * A kernel built without KVM_INTEL locks VT-x off itself where firmware left the choice open
 * (feat_ctl.c), so on Intel the lock alone does not tell whose it is; AMD's SVMDIS is firmware's.
 */
static bool registers_tell(const struct evidence *ev, const struct registers *regs)
{
	if (regs->unread || regs->on + regs->off == 0)
		return false;
	return regs->off == 0 || ev->vendor == &amd || ev->flag;
}

static void set_enabled(const struct host *host, const struct evidence *ev, struct facts *facts)
{
	/* Where the kernel clears the flag, one that stands says that the launch was of that kind. */
	const bool measured = ev->flag && kernel_clears_flag(host, ev);
	struct registers regs = { 0 };

	read_registers(host, ev->vendor, measured, &regs);
	if (!regs.unread && regs.on + regs.off) {
		facts_set_bool(facts, "cpu.virt.locked", regs.locked > 0, ev->vendor->msr_name);
		facts_set_bool(facts, "cpu.virt.uneven", regs.on && regs.off, ev->vendor->msr_name);
	} else {
		facts_set_unknown(facts, "cpu.virt.locked", &regs.why);
		facts_set_unknown(facts, "cpu.virt.uneven", &regs.why);
	}
	if (registers_tell(ev, &regs))
		facts_set_bool(facts, "cpu.virt.enabled", regs.off == 0,
			       regs.off && regs.on ? "MSRs, which differ between CPUs"
						   : ev->vendor->msr_name);
	else
		set_enabled_by_flag(host, ev, &regs.why, facts);
}

static void set_not_enabled(const struct evidence *ev, struct facts *facts)
{
	static const char *const names[] = { "cpu.virt.enabled", "cpu.virt.locked",
					     "cpu.virt.uneven" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (ev->hypervisor)
			facts_set_hidden(facts, names[i],
					 "a hypervisor does not show it to this guest");
		else if (ev->cpuid_error)
			facts_set_unknown(facts, names[i], &ev->cpuid_why);
		else
			facts_set_bool(facts, names[i], false, "the CPU does not have it");
	}
}

/* --- nested paging --- */

static void set_ept(const struct evidence *ev, struct facts *facts)
{
	const char *name = "cpu.ept";

	if (cpu_info_has(ev->info, "ept") || cpu_info_has(ev->info, "npt"))
		facts_set_bool(facts, name, true, PATH("%s flags", ev->info->source));
	else if (ev->cpuid.svm && ev->cpuid.npt)
		facts_set_bool(facts, name, true, "CPUID.8000000Ah:EDX[0]");
	else if (ev->hypervisor)
		facts_set_hidden(facts, name, "a hypervisor does not show it to this guest");
	else if (ev->cpuid.svm)
		facts_set_bool(facts, name, false, "CPUID.8000000Ah:EDX[0]");
	else if (ev->vendor == &intel && ev->flag)
		facts_set_bool(facts, name, false, CPUINFO " flags");
	else if (ev->vendor)
		facts_set_unsupported(facts, name,
				      "the CPU tells of it only while VT-x is on in the firmware");
	else if (ev->cpuid_error)
		facts_set_unknown(facts, name, &ev->cpuid_why);
	else
		facts_set_bool(facts, name, false, "the CPU has neither VT-x nor AMD-V");
}

/* --- guests whose memory the host cannot read --- */

static const char *const confidential[] = { "cpu.sev", "cpu.sev_es", "cpu.sev_snp", "cpu.tdx" };

/*
 * An EPYC 9654, whose model has SEV-SNP, was recorded without its bit (hwloc's
 * AMD-19h-Zen4-2xEpyc-9654): from its family on a clear bit is no proof.
 */
#define SNP	   2
#define SNP_FAMILY 0x19

static void set_sev(const struct evidence *ev, struct facts *facts)
{
	const bool has[] = { ev->cpuid.sev, ev->cpuid.sev_es, ev->cpuid.sev_snp };

	for (size_t i = 0; i < ARRAY_SIZE(has); i++) {
		if (ev->hypervisor)
			facts_set_hidden(facts, confidential[i],
					 "a hypervisor shows what it likes");
		else if (ev->cpuid_error)
			facts_set_unknown(facts, confidential[i], &ev->cpuid_why);
		else if (!has[i] && i == SNP && ev->cpuid.svm && ev->cpuid.family >= SNP_FAMILY)
			facts_set_unsupported(facts, confidential[i],
					      "the CPU shows none, as it does where its firmware "
					      "has it switched off");
		else
			facts_set_bool(facts, confidential[i], has[i], "CPUID.8000001Fh:EAX");
	}
}

/*
 * Firmware sets keys aside for TDX, and their number stands in IA32_MKTME_KEYID_PARTITIONING
 * (Linux Documentation/arch/x86/tdx.rst; arch/x86/virt/vmx/tdx/tdx.c). No CPUID bit tells of it.
 */
static void set_tdx(const struct host *host, const struct evidence *ev, struct facts *facts)
{
	const char *name = "cpu.tdx";
	uint64_t keys;

	if (ev->hypervisor)
		facts_set_hidden(facts, name, "a hypervisor shows what it likes");
	else if (ev->info->vendor && strcmp(ev->info->vendor, "GenuineIntel") != 0)
		facts_set_bool(facts, name, false, CPUINFO " vendor_id");
	else if (cpu_info_has(ev->info, "tdx_host_platform"))
		facts_set_bool(facts, name, true, CPUINFO " flags");
	else if (host_msr(host, 0, 0x87, &keys, NULL) == 0 && keys >> 32)
		facts_set_bool(facts, name, true, "MSR 87h (IA32_MKTME_KEYID_PARTITIONING)");
	else
		facts_set_unsupported(facts, name,
				      "only firmware that set keys aside for TDX lets it be seen");
}

/* --- Arm --- */

/*
 * KVM registers its device only on CPUs that were started in EL2 (kvm_arm_init() in
 * arch/arm64/kvm/arm.c), the level that has stage 2 translation; a kernel with KVM that was not
 * told to leave it off and yet registered none was started in EL1.
 */
static void run_arm(const struct host *host, struct facts *facts)
{
	static const char *const names[] = { "cpu.virt.enabled", "cpu.ept" };
	auto_free char *misc = NULL;
	struct error err = { 0 };
	int r = host_read(host, "/proc/misc", &misc, NULL, &err);

	facts_set_bool(facts, "cpu.virt.flag", false, CPUINFO);
	facts_set_unsupported(facts, "cpu.virt.locked", "Arm firmware has no such lock");
	facts_set_unsupported(facts, "cpu.virt.uneven", "Arm firmware has no such setting");
	facts_set_unsupported(facts, "cpu.hypervisor", "an Arm CPU has no bit for it");
	for (size_t i = 0; i < ARRAY_SIZE(confidential); i++)
		facts_set_bool(facts, confidential[i], false, "an Arm CPU");
	if (r == 0 && strstr(misc, " kvm\n")) {
		facts_set_string(facts, "cpu.virt", "arm-el2", "/proc/misc");
		for (size_t i = 0; i < ARRAY_SIZE(names); i++)
			facts_set_bool(facts, names[i], true, "/proc/misc");
		return;
	}
	if (r == 0)
		error_set(&err, -EOPNOTSUPP, "without KVM an Arm kernel does not tell of EL2");
	facts_set_unknown(facts, "cpu.virt", &err);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		facts_set_unknown(facts, names[i], &err);
}

void cpu_virt_run(const struct host *host, struct facts *facts, const struct cpu_info *info)
{
	struct evidence ev;

	if (info->implementer) {
		run_arm(host, facts);
		return;
	}
	gather(host, info, &ev);
	set_hypervisor(&ev, facts);
	set_virt(&ev, facts);
	if (!info->of_kernel)
		facts_set_reason(facts, "cpu.virt.flag", UNKNOWN_NOT_RECORDED,
				 CPUINFO ": not in the recording");
	else if (info->flags)
		/* `sie` is s390's (Linux arch/s390/kernel/processor.c). */
		facts_set_bool(facts, "cpu.virt.flag", ev.flag || cpu_info_has(info, "sie"),
			       CPUINFO " flags");
	else
		facts_set_unsupported(facts, "cpu.virt.flag", "this CPU has no flags");
	if (ev.vendor)
		set_enabled(host, &ev, facts);
	else
		set_not_enabled(&ev, facts);
	set_ept(&ev, facts);
	set_sev(&ev, facts);
	set_tdx(host, &ev, facts);
}

/* --- what later stages prove --- */

static void prove(struct facts *facts, const char *vendor_virt, const char *source)
{
	if (!facts_string(facts, "cpu.virt"))
		facts_set_string(facts, "cpu.virt", vendor_virt, source);
	if (!facts_is_true(facts, "cpu.virt.enabled"))
		facts_set_bool(facts, "cpu.virt.enabled", true, source);
}

static void derive_from_kvm(struct facts *facts)
{
	const char *module = facts_string(facts, "kvm.module");

	if (module && strcmp(module, "kvm_intel") == 0)
		prove(facts, "vmx", "kvm_intel runs");
	else if (module && strcmp(module, "kvm_amd") == 0)
		prove(facts, "svm", "kvm_amd runs");
	if (facts_is_true(facts, "kvm.ept") && !facts_is_true(facts, "cpu.ept"))
		facts_set_bool(facts, "cpu.ept", true, "KVM uses it");
}

/* Xen lists HVM guests among what it can run only where the CPU's VT-x or AMD-V works. */
static void derive_from_xen(struct facts *facts)
{
	const char *vendor = facts_string(facts, "cpu.vendor");

	if (!vendor || !facts_is_true(facts, "xen.dom0") || !facts_is_true(facts, "xen.hvm"))
		return;
	prove(facts, strcmp(vendor, "GenuineIntel") == 0 ? "vmx" : "svm", "Xen runs HVM guests");
}

/* By its configuration, or by the module that it has. */
static bool has_kvm_intel(struct facts *facts)
{
	const char *state = kernel_module_state(facts, "kvm_intel");

	return facts_string(facts, "kernel.config.KVM_INTEL") ||
	       (state && strcmp(state, "missing") != 0);
}

/* The Intel flag was taken away: firmware's doing where the kernel has a use for VT-x. */
static void derive_cleared_flag(struct facts *facts)
{
	const char *virt = facts_string(facts, "cpu.virt");
	const struct fact *cmdline = facts_get(facts, "kernel.cmdline.clearcpuid");

	if (!virt || strcmp(virt, "vmx") != 0 || !facts_is_false(facts, "cpu.virt.flag") ||
	    !facts_is_false(facts, "cpu.hypervisor") ||
	    facts_get(facts, "cpu.virt.enabled")->value.kind != VALUE_UNKNOWN)
		return;
	if (!has_kvm_intel(facts) || (cmdline && cmdline->value.kind == VALUE_STRING))
		return;
	facts_set_bool(facts, "cpu.virt.enabled", false,
		       "the CPU has vmx, and a kernel with KVM_INTEL took its flag away");
}

/*
 * An Arm kernel that has KVM, was not told to leave it off, and yet registered none was not started
 * in EL2 (kvm_arm_init() in arch/arm64/kvm/arm.c): a hypervisor keeps EL2 for itself, or firmware
 * does not hand it on.
 */
static void derive_without_el2(struct facts *facts)
{
	const char *arch = facts_string(facts, "host.arch");
	const char *option = facts_string(facts, "kernel.config.KVM");
	const char *mode = facts_string(facts, "kernel.cmdline.kvm-arm.mode");
	const char *vm = facts_string(facts, "host.vm");
	const struct fact *module = facts_get(facts, "kvm.module");

	if (!arch || strcmp(arch, "aarch64") != 0 || !option || strcmp(option, "y") != 0 || !vm ||
	    (mode && strcmp(mode, "none") == 0) || !module || module->value.kind != VALUE_NULL)
		return;
	if (strcmp(vm, "none") == 0) {
		facts_set_bool(facts, "cpu.virt.enabled", false,
			       "a kernel with KVM was not started in EL2");
		return;
	}
	facts_set_hidden(facts, "cpu.virt", "a hypervisor does not give EL2 to this guest");
	facts_set_hidden(facts, "cpu.virt.enabled", "a hypervisor does not give EL2 to this guest");
}

/* What was seen, where cpu.virt.locked says what is: nothing is seen that was not read. */
static void derive_lock_seen(struct facts *facts)
{
	const struct fact *locked = facts_get(facts, "cpu.virt.locked");

	facts_set_bool(facts, "cpu.virt.lock_seen", facts_is_true(facts, "cpu.virt.locked"),
		       locked->source ? locked->source : "cpu.virt.locked");
}

void cpu_virt_derive(struct facts *facts)
{
	derive_lock_seen(facts);
	derive_without_el2(facts);
	derive_from_kvm(facts);
	derive_from_xen(facts);
	derive_cleared_flag(facts);
}
