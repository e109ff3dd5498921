/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cpu: counts by topology, and hardware virtualisation in its stages */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/util.h"
#include "fixture.h"

extern const struct probe probe_cpu;

/*
 * CPUID of CPU 0, as libcpuid writes it, from one of hwloc's `puN` files (inputs, then registers,
 * in hex).
 */
static void record_cpuid_of_hwloc(void **state)
{
	auto_free char *text = NULL, *out = NULL;
	size_t len;
	auto_file FILE *to = NULL;
	char *rest, *line;

	assert_int_equal(host_read(fixture_host(state), "/pu0", &text, NULL, NULL), 0);
	to = open_memstream(&out, &len);
	for (rest = text; (line = strsep(&rest, "\n"));) {
		unsigned int mask, leaf, ebx, sub, edx, r[4];

		if (sscanf(line, "%x %x %x %x %x => %x %x %x %x", &mask, &leaf, &ebx, &sub, &edx,
			   &r[0], &r[1], &r[2], &r[3]) != 9)
			continue;
		if (leaf < 32 && sub == 0)
			fprintf(to, "basic_cpuid[%u]=%08x %08x %08x %08x\n", leaf, r[0], r[1], r[2],
				r[3]);
		if (leaf >= 0x80000000 && leaf < 0x80000020 && sub == 0)
			fprintf(to, "ext_cpuid[%u]=%08x %08x %08x %08x\n", leaf - 0x80000000, r[0],
				r[1], r[2], r[3]);
	}
	fflush(to);
	fixture_write(state, "/.stackcheck/cpuid.txt", out);
}

/* The registers that this probe looks at; everything else is zero. */
static void record_cpuid(void **state, const char *vendor, unsigned int ecx1, unsigned int ecx8)
{
	unsigned int name[3];

	memcpy(name, vendor, sizeof(name));
	fixture_write(state, "/.stackcheck/cpuid.txt",
		      PATH("basic_cpuid[0]=00000016 %08x %08x %08x\n"
			   "basic_cpuid[1]=00050657 00400800 %08x bfebfbff\n"
			   "ext_cpuid[0]=8000001f 00000000 00000000 00000000\n"
			   "ext_cpuid[1]=00000000 00000000 %08x 2c100800\n"
			   "ext_cpuid[10]=00000001 00000000 00000000 00000001\n",
			   name[0], name[2], name[1], ecx1, ecx8));
}

#define VMX	   (1u << 5)
#define HYPERVISOR (1u << 31)
#define SVM	   (1u << 2)

static void cpuinfo(void **state, const char *vendor, const char *flags, const char *more)
{
	fixture_write(
		state, "/proc/cpuinfo",
		PATH("processor\t: 0\nvendor_id\t: %s\ncpu family\t: 6\nmodel\t\t: 85\n"
		     "model name\t: A CPU\nphysical id\t: 0\ncore id\t\t: 0\nflags\t\t: %s\n%s\n",
		     vendor, flags, more));
}

static struct facts *run_cpu(void **state)
{
	return fixture_run(state, &probe_cpu);
}

static void assert_sizes(struct facts *facts, int sockets, int cores, int threads)
{
	assert_count(facts, "cpu.sockets", sockets);
	assert_count(facts, "cpu.cores", cores);
	assert_count(facts, "cpu.threads", threads);
}

static void two_sockets_of_eight_cores_are_counted_once(void **state)
{
	struct facts *facts;

	fixture_machine(state, "hwloc/32em64t-2n8c+dax+nvme+mic+dimms.tar.xz", "32em64t-2n8c+1mic");
	facts = run_cpu(state);
	assert_sizes(facts, 2, 16, 16);
	assert_count(facts, "cpu.cores.per_socket", 8);
	assert_count(facts, "cpu.numa_nodes", 2);
	assert_field(facts, "numa", 0, "memory", "17149054976");
	assert_text(facts, "cpu.vendor", "GenuineIntel");
	assert_text(facts, "cpu.virt", "vmx");
	assert_bool(facts, "cpu.ept", true);
	assert_bool(facts, "cpu.smt", false);
}

static void isolated_cpus_are_counted_on_each_node(void **state)
{
	struct facts *facts;

	fixture_write(state, "/sys/devices/system/cpu/isolated", "2-3,6\n");
	fixture_write(state, "/sys/devices/system/node/online", "0-1\n");
	fixture_write(state, "/sys/devices/system/node/node0/cpulist", "0-1,4-5\n");
	fixture_write(state, "/sys/devices/system/node/node1/cpulist", "2-3,6-7\n");
	facts = run_cpu(state);
	assert_field(facts, "numa", 0, "isolated", "0");
	assert_field(facts, "numa", 1, "isolated", "3");
}

static void cpus_that_are_offline_do_not_count(void **state)
{
	struct facts *facts;

	fixture_machine(state, "hwloc/offline-cpu0-node0.tar.xz", "offline-cpu0-node0");
	facts = run_cpu(state);
	assert_sizes(facts, 2, 17, 17);
	assert_count(facts, "cpu.numa_nodes", 1);
	assert_field(facts, "numa", 0, "node", "1");
}

static void threads_of_one_core_are_one_core_where_only_masks_tell(void **state)
{
	fixture_machine(state, "libvirt/x86_64-test6.tar.xz", "x86_64-test6");
	assert_sizes(run_cpu(state), 1, 4, 6);
}

static void an_arm_server_counts_clusters_in_no_way(void **state)
{
	struct facts *facts;

	fixture_machine(state, "hwloc/128arm-2pa2n8cluster4co.tar.xz", "128arm-2pa2n8cluster4co");
	facts = run_cpu(state);
	assert_sizes(facts, 2, 128, 128);
	assert_text(facts, "cpu.vendor", "HiSilicon");
	assert_bool(facts, "cpu.virt.flag", false);
	assert_absent(facts, "cpu.level");
}

static void an_old_arm_kernel_that_shows_clusters_as_packages_leaves_sockets_unknown(void **state)
{
	struct facts *facts;

	fixture_machine(state, "libvirt/aarch64-f21-mustang.tar.xz", "aarch64-f21-mustang");
	facts = run_cpu(state);
	assert_count(facts, "cpu.cores", 8);
	assert_unknown(facts, "cpu.sockets", UNKNOWN_UNSUPPORTED);
}

static void power_with_most_threads_offline_counts_what_is_online(void **state)
{
	struct facts *facts;

	fixture_machine(state, "libvirt/ppc64-subcores1.tar.xz", "ppc64-subcores1");
	facts = run_cpu(state);
	assert_sizes(facts, 4, 20, 20);
	assert_count(facts, "cpu.numa_nodes", 4);
}

static void cpuinfo_alone_tells_sockets_and_cores(void **state)
{
	fixture_machine(state, "virt-what/aws-baremetal-x86.tar.xz", "aws-baremetal-x86");
	assert_sizes(run_cpu(state), 2, 36, 72);
}

static void a_guest_with_nested_virtualisation_has_vmx_and_a_hypervisor(void **state)
{
	struct facts *facts;

	fixture_machine(state, "ghw/vm-skylake-offline-cpus.tar.gz", ".");
	facts = run_cpu(state);
	assert_sizes(facts, 2, 2, 2);
	assert_text(facts, "cpu.virt", "vmx");
	assert_bool(facts, "cpu.hypervisor", true);
}

static void raw_cpuid_tells_what_each_server_cpu_has(void **state)
{
	static const struct {
		const char *machine, *virt;
	} machines[] = {
		{ "AMD-17h-Zen-2xEpyc-7451", "svm" },
		{ "AMD-19h-Zen4-2xEpyc-9654", "svm" },
		{ "AMD-K8-SledgeHammer-2xOpteron-250", "none" },
		{ "Hygon-Dhyana-32cores", "svm" },
		{ "Intel-CascadeLake-2xXeon6230", "vmx" },
		{ "Intel-SapphireRapids-2xXeonMax9460", "vmx" },
	};

	cpuinfo(state, "x", "fpu", "");
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
		struct facts *facts;

		fixture_machine(state, PATH("hwloc-cpuid/%s.tar.xz", machines[i].machine),
				machines[i].machine);
		record_cpuid_of_hwloc(state);
		facts = run_cpu(state);
		assert_text(facts, "cpu.virt", machines[i].virt);
		assert_bool(facts, "cpu.virt.flag", false);
		assert_bool(facts, "cpu.hypervisor", false);
	}
}

static void encryption_of_guests_memory_is_read_from_the_cpu_itself(void **state)
{
	struct facts *facts;

	cpuinfo(state, "AuthenticAMD", "fpu", "");
	fixture_machine(state, "hwloc-cpuid/AMD-19h-Zen4-2xEpyc-9654.tar.xz",
			"AMD-19h-Zen4-2xEpyc-9654");
	record_cpuid_of_hwloc(state);
	facts = run_cpu(state);
	assert_bool(facts, "cpu.sev", true);
	assert_bool(facts, "cpu.sev_es", true);
	/* its model has it, and this machine's firmware has it off */
	assert_unknown(facts, "cpu.sev_snp", UNKNOWN_UNSUPPORTED);
	assert_bool(facts, "cpu.tdx", false);
}

static void keys_that_firmware_set_aside_tell_of_tdx(void **state)
{
	struct facts *facts;

	cpuinfo(state, "GenuineIntel", "fpu vmx", "");
	record_cpuid(state, "GenuineIntel", VMX, 0);
	fixture_answer(state, "msr.0.87", "68719476799");
	facts = run_cpu(state);
	assert_bool(facts, "cpu.tdx", true);
	assert_bool(facts, "cpu.sev", false);
}

static void tdx_that_nothing_shows_is_not_denied(void **state)
{
	cpuinfo(state, "GenuineIntel", "fpu vmx", "");
	record_cpuid(state, "GenuineIntel", VMX, 0);
	fixture_answer(state, "msr.0.87", "63");
	assert_unknown(run_cpu(state), "cpu.tdx", UNKNOWN_UNSUPPORTED);
}

static void an_aida64_dump_serves_as_raw_cpuid(void **state)
{
	fixture_machine(state, "libcpuid/libcpuid.tar.xz", "libcpuid");
	cpuinfo(state, "AuthenticAMD", "fpu", "");
	fixture_folder(state, "/.stackcheck");
	assert_int_equal(rename(PATH("%s/amd-opteron-processor-6380.test", fixture_path(state)),
				PATH("%s/.stackcheck/cpuid.txt", fixture_path(state))),
			 0);
	assert_text(run_cpu(state), "cpu.virt", "svm");
}

static void svm_off_in_firmware_is_not_a_cpu_without_svm(void **state)
{
	struct facts *facts;

	cpuinfo(state, "AuthenticAMD", "fpu lm", "");
	record_cpuid(state, "AuthenticAMD", 0, SVM);
	facts = run_cpu(state);
	assert_text(facts, "cpu.virt", "svm");
	assert_bool(facts, "cpu.virt.flag", false);
	assert_bool(facts, "cpu.virt.enabled", false);
	assert_bool(facts, "cpu.ept", true);
}

static void an_svm_flag_that_the_command_line_took_away_is_not_firmwares_doing(void **state)
{
	cpuinfo(state, "AuthenticAMD", "fpu lm", "");
	record_cpuid(state, "AuthenticAMD", 0, SVM);
	fixture_write(state, "/proc/cmdline", "root=/dev/sda1 clearcpuid=svm\n");
	assert_unknown(run_cpu(state), "cpu.virt.enabled", UNKNOWN_UNSUPPORTED);
}

static void a_cleared_vmx_flag_is_firmware_or_a_kernel_without_kvm_intel(void **state)
{
	struct facts *facts;

	cpuinfo(state, "GenuineIntel", "fpu lm", "");
	record_cpuid(state, "GenuineIntel", VMX, 0);
	facts = run_cpu(state);
	assert_text(facts, "cpu.virt", "vmx");
	assert_unknown(facts, "cpu.virt.enabled", UNKNOWN_NOT_RECORDED);
	assert_unknown(facts, "cpu.ept", UNKNOWN_UNSUPPORTED);
}

static void a_cleared_vmx_flag_is_firmware_where_the_kernel_has_kvm_intel(void **state)
{
	struct facts *facts;

	cpuinfo(state, "GenuineIntel", "fpu lm", "");
	record_cpuid(state, "GenuineIntel", VMX, 0);
	fixture_write(state, "/proc/cmdline", "quiet\n");
	fixture_write(state, "/proc/sys/kernel/osrelease", "6.1.0\n");
	fixture_write(state, "/boot/config-6.1.0", "CONFIG_KVM=m\nCONFIG_KVM_INTEL=m\n");
	fixture_absent(state, "/proc/config.gz");
	facts = fixture_run_all(state, NULL, 0);
	assert_bool(facts, "cpu.virt.enabled", false);
}

static void a_cleared_vmx_flag_is_firmware_where_the_kernel_has_the_module(void **state)
{
	cpuinfo(state, "GenuineIntel", "fpu lm", "");
	record_cpuid(state, "GenuineIntel", VMX, 0);
	fixture_write(state, "/proc/cmdline", "quiet\n");
	fixture_write(state, "/proc/modules", "");
	fixture_write(state, "/proc/sys/kernel/osrelease", "6.1.0\n");
	fixture_write(state, "/lib/modules/6.1.0/modules.dep",
		      "kernel/arch/x86/kvm/kvm-intel.ko:\n");
	fixture_write(state, "/lib/modules/6.1.0/modules.builtin", "");
	assert_bool(fixture_run_all(state, NULL, 0), "cpu.virt.enabled", false);
}

static void a_kernel_without_kvm_intel_leaves_firmwares_part_unknown(void **state)
{
	struct facts *facts;

	cpuinfo(state, "GenuineIntel", "fpu lm", "");
	record_cpuid(state, "GenuineIntel", VMX, 0);
	fixture_write(state, "/proc/cmdline", "quiet\n");
	fixture_write(state, "/proc/modules", "");
	fixture_write(state, "/proc/sys/kernel/osrelease", "6.1.0\n");
	fixture_write(state, "/boot/config-6.1.0", "CONFIG_KVM=m\n");
	fixture_write(state, "/sys/devices/system/cpu/online", "0\n");
	fixture_absent(state, "/proc/config.gz");
	fixture_answer(state, "msr.0.3a", "1");
	facts = fixture_run_all(state, NULL, 0);
	assert_bool(facts, "cpu.virt.lock_seen", true);
	assert_unknown(facts, "cpu.virt.enabled", UNKNOWN_UNSUPPORTED);
}

static void a_register_that_is_not_locked_yet_forbids_nothing(void **state)
{
	struct facts *facts;

	cpuinfo(state, "GenuineIntel", "fpu lm vmx", "");
	record_cpuid(state, "GenuineIntel", VMX, 0);
	fixture_write(state, "/proc/sys/kernel/osrelease", "4.18.0-193.el8\n");
	fixture_write(state, "/sys/devices/system/cpu/online", "0\n");
	fixture_answer(state, "msr.0.3a", "0");
	facts = run_cpu(state);
	assert_bool(facts, "cpu.virt.enabled", true);
	assert_bool(facts, "cpu.virt.locked", false);
	assert_bool(facts, "cpu.virt.lock_seen", false);
}

static void a_measured_launch_has_a_bit_of_its_own(void **state)
{
	cpuinfo(state, "GenuineIntel", "fpu lm vmx", "");
	record_cpuid(state, "GenuineIntel", VMX, 0);
	fixture_write(state, "/proc/sys/kernel/osrelease", "6.1.0\n");
	fixture_write(state, "/sys/devices/system/cpu/online", "0\n");
	fixture_answer(state, "msr.0.3a", "3");
	assert_bool(run_cpu(state), "cpu.virt.enabled", true);
}

static void firmware_with_a_switch_for_the_iommu_knows_of_one(void **state)
{
	struct facts *facts;

	cpuinfo(state, "GenuineIntel", "fpu lm", "");
	record_cpuid(state, "GenuineIntel", VMX, 0);
	fixture_write(state, "/proc/cpuinfo",
		      "processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 42\n"
		      "model name\t: A CPU\nflags\t\t: fpu lm\n");
	facts = run_cpu(state);
	assert_unknown(facts, "cpu.iommu_known", UNKNOWN_UNSUPPORTED);
	facts_set_string(facts, "host.vm", "none", "a test");
	facts_set_string(facts, "firmware.iommu", "VTdFeature", "a test");
	probe_cpu.derive(facts);
	assert_bool(facts, "cpu.iommu_known", true);
}

static void a_lock_that_nobody_could_read_was_not_seen(void **state)
{
	struct facts *facts;

	cpuinfo(state, "AuthenticAMD", "fpu lm", "");
	record_cpuid(state, "AuthenticAMD", 0, SVM);
	facts = run_cpu(state);
	assert_unknown(facts, "cpu.virt.locked", UNKNOWN_NOT_RECORDED);
	assert_unknown(facts, "cpu.virt.uneven", UNKNOWN_NOT_RECORDED);
	assert_bool(facts, "cpu.virt.lock_seen", false);
}

static void registers_are_asked_on_every_cpu_that_is_not_isolated(void **state)
{
	struct facts *facts;

	cpuinfo(state, "GenuineIntel", "fpu lm vmx", "");
	record_cpuid(state, "GenuineIntel", VMX, 0);
	fixture_write(state, "/sys/devices/system/cpu/online", "0-2\n");
	fixture_write(state, "/sys/devices/system/cpu/isolated", "2\n");
	fixture_answer(state, "msr.0.3a", "5");
	fixture_answer(state, "msr.1.3a", "1");
	facts = run_cpu(state);
	assert_bool(facts, "cpu.virt.locked", true);
	assert_bool(facts, "cpu.virt.enabled", false);
	assert_bool(facts, "cpu.virt.uneven", true);
	assert_text(facts, "cpu.isolated", "2");
	assert_count(facts, "cpu.isolated.count", 1);
}

static void an_open_register_lets_virtualisation_be_used(void **state)
{
	struct facts *facts;

	cpuinfo(state, "AuthenticAMD", "fpu lm svm npt", "");
	record_cpuid(state, "AuthenticAMD", 0, SVM);
	fixture_write(state, "/sys/devices/system/cpu/online", "0\n");
	fixture_answer(state, "msr.0.c0010114", "8");
	facts = run_cpu(state);
	assert_bool(facts, "cpu.virt.locked", true);
	assert_bool(facts, "cpu.virt.enabled", true);
}

static void an_old_kernels_flag_does_not_tell_what_firmware_did(void **state)
{
	struct facts *facts;

	cpuinfo(state, "GenuineIntel", "fpu lm vmx ept", "");
	fixture_write(state, "/proc/sys/kernel/osrelease", "4.18.0-193.el8\n");
	facts = run_cpu(state);
	assert_text(facts, "cpu.virt", "vmx");
	assert_unknown(facts, "cpu.virt.enabled", UNKNOWN_UNSUPPORTED);
}

static void a_kernel_with_vmx_lines_shows_the_flag_only_where_it_works(void **state)
{
	cpuinfo(state, "GenuineIntel", "fpu lm vmx ept", "vmx flags\t: vnmi ept\n");
	fixture_write(state, "/proc/sys/kernel/osrelease", "4.18.0-553.el8\n");
	assert_bool(run_cpu(state), "cpu.virt.enabled", true);
}

static void a_guest_without_nested_virtualisation_says_hidden(void **state)
{
	struct facts *facts;

	cpuinfo(state, "GenuineIntel", "fpu lm hypervisor", "");
	record_cpuid(state, "GenuineIntel", HYPERVISOR, 0);
	facts = run_cpu(state);
	assert_bool(facts, "cpu.hypervisor", true);
	assert_unknown(facts, "cpu.virt", UNKNOWN_HIDDEN);
	assert_unknown(facts, "cpu.virt.enabled", UNKNOWN_HIDDEN);
	assert_unknown(facts, "cpu.ept", UNKNOWN_HIDDEN);
	assert_unknown(facts, "cpu.iommu_known", UNKNOWN_HIDDEN);
}

static void a_recording_without_cpuid_and_flag_leaves_virtualisation_unknown(void **state)
{
	struct facts *facts;

	cpuinfo(state, "GenuineIntel", "fpu lm", "");
	facts = run_cpu(state);
	assert_unknown(facts, "cpu.virt", UNKNOWN_NOT_RECORDED);
	assert_unknown(facts, "cpu.hypervisor", UNKNOWN_NOT_RECORDED);
}

static void xens_control_domain_sees_a_share_of_the_cpus(void **state)
{
	struct facts *facts;

	cpuinfo(state, "AuthenticAMD", "fpu lm hypervisor", "");
	record_cpuid(state, "AuthenticAMD", 0, SVM);
	fixture_write(state, "/sys/hypervisor/type", "xen\n");
	fixture_write(state, "/sys/hypervisor/properties/features", "00002d05\n");
	fixture_write(state, "/sys/hypervisor/properties/capabilities",
		      "xen-3.0-x86_64 hvm-3.0-x86_64 \n");
	facts = run_cpu(state);
	assert_unknown(facts, "cpu.threads", UNKNOWN_HIDDEN);
	assert_unknown(facts, "cpu.virt.enabled", UNKNOWN_HIDDEN);
	assert_text(facts, "cpu.virt", "svm");
	facts = fixture_run_all(state, NULL, 0);
	assert_bool(facts, "cpu.virt.enabled", true);
}

/* An Arm server whose kernel has KVM built in. */
static void arm_kernel_with_kvm(void **state)
{
	fixture_write(state, "/proc/cpuinfo",
		      "processor\t: 0\nFeatures\t: fp asimd\nCPU implementer\t: 0x41\n"
		      "CPU part\t: 0xd0c\n");
	fixture_write(state, "/proc/sys/kernel/arch", "aarch64\n");
	fixture_write(state, "/proc/sys/kernel/osrelease", "6.1.0\n");
	fixture_write(state, "/proc/cmdline", "quiet\n");
	fixture_write(state, "/boot/config-6.1.0", "CONFIG_KVM=y\n");
	fixture_absent(state, "/proc/config.gz");
	fixture_absent(state, "/sys/class/misc/kvm");
	fixture_absent(state, "/sys/hypervisor/*");
	fixture_absent(state, "/proc/xen/*");
	fixture_absent(state, "/proc/device-tree/*");
	fixture_absent(state, "/sys/class/dmi/*");
}

static void an_arm_kernel_with_kvm_that_was_not_started_in_el2_has_it_off(void **state)
{
	struct facts *facts;

	arm_kernel_with_kvm(state);
	fixture_write(state, "/proc/misc", "183 hw_random\n");
	fixture_write(state, "/sys/class/dmi/id/sys_vendor", "GIGABYTE\n");
	facts = fixture_run_all(state, NULL, 0);
	assert_text(facts, "cpu.model", "Neoverse N1");
	assert_unknown(facts, "cpu.virt", UNKNOWN_UNSUPPORTED);
	assert_bool(facts, "cpu.virt.enabled", false);
}

static void an_arm_guest_without_el2_says_hidden(void **state)
{
	struct facts *facts;

	arm_kernel_with_kvm(state);
	fixture_write(state, "/proc/misc", "183 hw_random\n");
	fixture_write(state, "/sys/class/dmi/id/sys_vendor", "QEMU\n");
	facts = fixture_run_all(state, NULL, 0);
	assert_unknown(facts, "cpu.virt", UNKNOWN_HIDDEN);
	assert_unknown(facts, "cpu.virt.enabled", UNKNOWN_HIDDEN);
}

static void kvm_on_arm_proves_el2(void **state)
{
	struct facts *facts;

	arm_kernel_with_kvm(state);
	fixture_write(state, "/proc/misc", "183 hw_random\n232 kvm\n");
	facts = run_cpu(state);
	assert_text(facts, "cpu.virt", "arm-el2");
	assert_bool(facts, "cpu.virt.enabled", true);
	assert_bool(facts, "cpu.ept", true);
}

static void levels_build_on_each_other(void **state)
{
#define V1 "lm cmov cx8 fpu fxsr mmx syscall sse sse2"
#define V2 "cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3"
#define V3 "avx avx2 bmi1 bmi2 f16c fma abm movbe xsave"
#define V4 "avx512f avx512bw avx512cd avx512dq avx512vl"
	cpuinfo(state, "GenuineIntel", V1 " " V2 " " V3 " " V4, "");
	assert_text(run_cpu(state), "cpu.level", "x86-64-v4");
	cpuinfo(state, "GenuineIntel", V1 " " V3 " " V4, "");
	assert_text(run_cpu(state), "cpu.level", "x86-64-v1");
	cpuinfo(state, "GenuineIntel", V1 " " V2 " avx avx2 bmi1 bmi2 f16c fma movbe xsave", "");
	assert_text(run_cpu(state), "cpu.level", "x86-64-v2");
}

static void a_known_server_model_has_an_iommu(void **state)
{
	cpuinfo(state, "GenuineIntel", "fpu lm vmx", "");
	record_cpuid(state, "GenuineIntel", VMX, 0);
	assert_bool(run_cpu(state), "cpu.iommu_known", true);
}

static void amds_names_tell_which_models_their_iommu_is_in(void **state)
{
	static const char *const models[] = { "1", "49", "63", "113" };

	for (size_t i = 0; i < ARRAY_SIZE(models); i++) {
		fixture_write(state, "/proc/cpuinfo",
			      PATH("vendor_id\t: AuthenticAMD\ncpu family\t: 23\nmodel\t\t: %s\n"
				   "flags\t\t: fpu lm svm\n",
				   models[i]));
		record_cpuid(state, "AuthenticAMD", 0, SVM);
		assert_bool(run_cpu(state), "cpu.iommu_known", true);
	}
	fixture_write(state, "/proc/cpuinfo",
		      "vendor_id\t: AuthenticAMD\ncpu family\t: 23\nmodel\t\t: 96\n"
		      "flags\t\t: fpu lm svm\n");
	assert_unknown(run_cpu(state), "cpu.iommu_known", UNKNOWN_UNSUPPORTED);
}

static void one_vulnerability_without_mitigation_is_told(void **state)
{
	fixture_write(state, "/sys/devices/system/cpu/vulnerabilities/its", "Not affected\n");
	fixture_write(state, "/sys/devices/system/cpu/vulnerabilities/mds",
		      "Vulnerable: Clear CPU buffers attempted, no microcode\n");
	assert_bool(run_cpu(state), "cpu.vulnerable", true);
	fixture_write(state, "/sys/devices/system/cpu/vulnerabilities/mds", "KVM: Vulnerable\n");
	assert_bool(run_cpu(state), "cpu.vulnerable", true);
	fixture_write(state, "/sys/devices/system/cpu/vulnerabilities/mds",
		      "Mitigation: Clear CPU buffers; SMT vulnerable\n");
	assert_bool(run_cpu(state), "cpu.vulnerable", false);
}

static void no_nohz_full_reads_as_null_on_some_kernels(void **state)
{
	fixture_write(state, "/sys/devices/system/cpu/isolated", "\n");
	fixture_write(state, "/sys/devices/system/cpu/nohz_full", " (null)\n");
	assert_absent(run_cpu(state), "cpu.isolated");
	assert_count(run_cpu(state), "cpu.isolated.count", 0);
}

static void cpuid_alone_tells_what_the_cpu_has_and_nothing_of_a_kernel(void **state)
{
	struct facts *facts;

	fixture_write(state, "/.stackcheck/cpuid.txt",
		      "basic_cpuid[0]=00000001 68747541 444d4163 69746e65\n"
		      "basic_cpuid[1]=00800f12 00300800 7ed8320b 178bfbff\n"
		      "ext_cpuid[0]=8000000a 68747541 444d4163 69746e65\n"
		      "ext_cpuid[1]=00800f12 40000000 35c233ff 2fd3fbff\n"
		      "ext_cpuid[10]=00000001 00008000 00000000 0001bcff\n");
	facts = run_cpu(state);
	assert_text(facts, "cpu.vendor", "AuthenticAMD");
	assert_text(facts, "cpu.virt", "svm");
	assert_text(facts, "cpu.level", "x86-64-v2");
	assert_bool(facts, "cpu.ept", true);
	assert_unknown(facts, "cpu.virt.flag", UNKNOWN_NOT_RECORDED);
	assert_unknown(facts, "cpu.virt.enabled", UNKNOWN_NOT_RECORDED);
	assert_unknown(facts, "cpu.cores", UNKNOWN_NOT_RECORDED);
}

static void an_intel_cpu_that_was_asked_in_32_bit_mode_has_syscall(void **state)
{
	fixture_write(state, "/.stackcheck/cpuid.txt",
		      "basic_cpuid[0]=00000001 756e6547 6c65746e 49656e69\n"
		      "basic_cpuid[1]=00000f34 00020800 0000441d bfebfbff\n"
		      "ext_cpuid[0]=80000001 00000000 00000000 00000000\n"
		      "ext_cpuid[1]=00000000 00000000 00000000 20000000\n");
	assert_text(run_cpu(state), "cpu.level", "x86-64-v1");
}

static void a_mainframe_shows_sie_where_it_can_run_guests(void **state)
{
	struct facts *facts;

	fixture_write(state, "/proc/cpuinfo",
		      "vendor_id       : IBM/S390\nfeatures\t: esan3 zarch sie \n");
	facts = run_cpu(state);
	assert_list(facts, "cpu.features", "esan3 zarch sie");
	assert_bool(facts, "cpu.virt.flag", true);
}

static void one_cluster_of_an_old_arm_kernel_is_one_socket(void **state)
{
	fixture_write(state, "/proc/cpuinfo",
		      "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xc0f\n");
	fixture_write(state, "/sys/devices/system/cpu/online", "0\n");
	fixture_write(state, "/sys/devices/system/cpu/cpu0/topology/thread_siblings_list", "0\n");
	fixture_write(state, "/sys/devices/system/cpu/cpu0/topology/core_siblings_list", "0\n");
	fixture_absent(state, "/sys/devices/system/cpu/*");
	assert_count(run_cpu(state), "cpu.sockets", 1);
	assert_text(run_cpu(state), "cpu.model", "Cortex-A15");
}

static void nodes_without_a_list_are_those_that_have_a_folder(void **state)
{
	struct facts *facts;

	fixture_write(state, "/sys/devices/system/node/node0/cpumap", "00000000,0000000f\n");
	fixture_write(state, "/sys/devices/system/node/node2/cpumap", "00000001,80000010\n");
	facts = run_cpu(state);
	assert_count(facts, "cpu.numa_nodes", 2);
	assert_field(facts, "numa", 0, "cpus", "0-3");
	assert_field(facts, "numa", 1, "node", "2");
	assert_field(facts, "numa", 1, "cpus", "4,31-32");
}

static void folders_of_cpus_tell_which_are_online_where_their_list_is_missing(void **state)
{
	fixture_write(state, "/proc/cpuinfo", "processor\t: 0\nCPU implementer\t: 0x41\n");
	fixture_write(state, "/sys/devices/system/cpu/cpu0/topology/core_cpus_list", "0\n");
	fixture_write(state, "/sys/devices/system/cpu/cpu0/topology/cluster_id", "1\n");
	fixture_write(state, "/sys/devices/system/cpu/cpu0/topology/package_cpus_list", "0,3\n");
	fixture_folder(state, "/sys/devices/system/cpu/cpu1");
	fixture_write(state, "/sys/devices/system/cpu/cpu3/topology/core_cpus_list", "3\n");
	fixture_write(state, "/sys/devices/system/cpu/cpu3/topology/package_cpus_list", "0,3\n");
	assert_sizes(run_cpu(state), 1, 2, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(two_sockets_of_eight_cores_are_counted_once),
		TEST(isolated_cpus_are_counted_on_each_node),
		TEST(cpus_that_are_offline_do_not_count),
		TEST(threads_of_one_core_are_one_core_where_only_masks_tell),
		TEST(an_arm_server_counts_clusters_in_no_way),
		TEST(an_old_arm_kernel_that_shows_clusters_as_packages_leaves_sockets_unknown),
		TEST(power_with_most_threads_offline_counts_what_is_online),
		TEST(cpuinfo_alone_tells_sockets_and_cores),
		TEST(a_guest_with_nested_virtualisation_has_vmx_and_a_hypervisor),
		TEST(raw_cpuid_tells_what_each_server_cpu_has),
		TEST(encryption_of_guests_memory_is_read_from_the_cpu_itself),
		TEST(keys_that_firmware_set_aside_tell_of_tdx),
		TEST(tdx_that_nothing_shows_is_not_denied),
		TEST(an_aida64_dump_serves_as_raw_cpuid),
		TEST(svm_off_in_firmware_is_not_a_cpu_without_svm),
		TEST(an_svm_flag_that_the_command_line_took_away_is_not_firmwares_doing),
		TEST(a_cleared_vmx_flag_is_firmware_or_a_kernel_without_kvm_intel),
		TEST(a_cleared_vmx_flag_is_firmware_where_the_kernel_has_kvm_intel),
		TEST(a_cleared_vmx_flag_is_firmware_where_the_kernel_has_the_module),
		TEST(a_kernel_without_kvm_intel_leaves_firmwares_part_unknown),
		TEST(a_register_that_is_not_locked_yet_forbids_nothing),
		TEST(a_measured_launch_has_a_bit_of_its_own),
		TEST(a_lock_that_nobody_could_read_was_not_seen),
		TEST(firmware_with_a_switch_for_the_iommu_knows_of_one),
		TEST(registers_are_asked_on_every_cpu_that_is_not_isolated),
		TEST(an_open_register_lets_virtualisation_be_used),
		TEST(an_old_kernels_flag_does_not_tell_what_firmware_did),
		TEST(a_kernel_with_vmx_lines_shows_the_flag_only_where_it_works),
		TEST(a_guest_without_nested_virtualisation_says_hidden),
		TEST(a_recording_without_cpuid_and_flag_leaves_virtualisation_unknown),
		TEST(xens_control_domain_sees_a_share_of_the_cpus),
		TEST(an_arm_kernel_with_kvm_that_was_not_started_in_el2_has_it_off),
		TEST(an_arm_guest_without_el2_says_hidden),
		TEST(kvm_on_arm_proves_el2),
		TEST(levels_build_on_each_other),
		TEST(a_known_server_model_has_an_iommu),
		TEST(amds_names_tell_which_models_their_iommu_is_in),
		TEST(one_vulnerability_without_mitigation_is_told),
		TEST(no_nohz_full_reads_as_null_on_some_kernels),
		TEST(cpuid_alone_tells_what_the_cpu_has_and_nothing_of_a_kernel),
		TEST(an_intel_cpu_that_was_asked_in_32_bit_mode_has_syscall),
		TEST(a_mainframe_shows_sie_where_it_can_run_guests),
		TEST(one_cluster_of_an_old_arm_kernel_is_one_socket),
		TEST(nodes_without_a_list_are_those_that_have_a_folder),
		TEST(folders_of_cpus_tell_which_are_online_where_their_list_is_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
