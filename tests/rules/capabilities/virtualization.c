/* SPDX-License-Identifier: GPL-2.0-or-later */
/* capabilities/virtualization: why virtual machines or the IOMMU do not work, told apart */
#include "causes.h"

#define KVM "hardware-virtualization"

/* A server of its own whose kernel has KVM as modules, none of them loaded. */
#define SERVER                                                                     \
	"firmware.virtualization=~; cpu.hypervisor=false; cpu.virt.uneven=false; " \
	"cpu.virt.lock_seen=true; "                                                \
	"host.arch=x86_64; host.vm=none; host.container=none; xen.dom0=false; "    \
	"xen.hvm=false; xen.directio=false; kvm.usable=false; kvm.device=false; "  \
	"kvm.module=~; kvm.busy=false; kernel.cmdline.clearcpuid=~; "              \
	"kernel.cmdline.module_blacklist=~; kernel.cmdline.modprobe.blacklist=~; " \
	"kernel.modules_disabled=false; kernel.module.kvm=available; "             \
	"kernel.module.kvm_intel=available; kernel.module.kvm_amd=available; "     \
	"kernel.module_blocked.kvm=false; kernel.module_blocked.kvm_intel=false; " \
	"kernel.module_blocked.kvm_amd=false; cpu.features=constant_tsc; "
#define INTEL \
	SERVER "cpu.virt=vmx; cpu.virt.flag=true; cpu.virt.enabled=true; cpu.virt.locked=true; "
#define AMD SERVER "cpu.virt=svm; cpu.virt.flag=true; cpu.virt.enabled=true; cpu.virt.locked=true; "
#define LOADED \
	INTEL "kvm.module=kvm_intel; kernel.module.kvm=loaded; kernel.module.kvm_intel=loaded; "
#define GUEST                                                                                    \
	"host.arch=x86_64; host.vm=vmware; host.container=none; xen.dom0=false; "                \
	"xen.directio=false; kvm.usable=false; kvm.device=false; kvm.module=~; kvm.busy=false; " \
	"cpu.virt.flag=false; kernel.cmdline.clearcpuid=~; "
#define ARM_SERVER                                                               \
	"host.arch=aarch64; host.vm=none; host.container=none; xen.dom0=false; " \
	"kvm.usable=false; kvm.device=false; kvm.module=~; kvm.busy=false; "     \
	"kernel.cmdline.kvm-arm.mode=~; kernel.module.kvm=builtin; "

static void kvm_that_runs_guests_needs_no_flag(void **state)
{
	assert_running(KVM, "kvm.usable=true; cpu.virt=none", "met");
}

static void a_cpu_without_the_extension_is_a_matter_of_hardware(void **state)
{
	assert_running(KVM, SERVER "cpu.virt=none; cpu.virt.flag=false",
		       "unmet: absent-hardware/hardware");
}

static void firmware_that_turned_it_off_is_named_and_its_lock_only_where_seen(void **state)
{
	assert_running(
		KVM, INTEL "cpu.virt.flag=false; cpu.virt.enabled=false; cpu.virt.lock_seen=false",
		"unmet: disabled-firmware/firmware");
	assert_running(KVM, INTEL "cpu.virt.flag=false; cpu.virt.enabled=false",
		       "unmet: locked-firmware/firmware");
}

static void firmware_that_forgot_some_cpus_is_named(void **state)
{
	assert_running(KVM,
		       INTEL "cpu.virt.flag=true; cpu.virt.enabled=false; cpu.virt.uneven=true",
		       "unmet: disabled-firmware/firmware");
}

static void a_kernel_without_kvm_is_not_blamed_on_firmware(void **state)
{
	assert_running(KVM,
		       SERVER "cpu.virt=vmx; cpu.virt.flag=false; "
			      "kernel.module.kvm_intel=missing; kernel.config.KVM_INTEL=~",
		       "unmet: not-built/reboot");
	assert_running(KVM, INTEL "kernel.module.kvm_intel=missing; kernel.config.KVM_INTEL=~",
		       "unmet: not-built/reboot");
}

static void a_module_package_that_is_not_installed_needs_no_other_kernel(void **state)
{
	assert_running(KVM, AMD "kernel.module.kvm_amd=missing; kernel.config.KVM_AMD=m",
		       "unmet: not-configured/setup");
}

static void a_module_that_waits_is_loaded(void **state)
{
	assert_running(KVM, AMD, "unmet: module-not-loaded/setup");
}

static void a_blocked_module_is_told_from_one_that_waits(void **state)
{
	assert_running(KVM, INTEL "kernel.module_blocked.kvm_intel=true",
		       "unmet: module-blocked/setup");
	assert_running(KVM, INTEL "kernel.modules_disabled=true", "unmet: module-blocked/reboot");
}

static void a_real_time_kernel_that_refuses_the_cpu_is_not_told_to_load_its_module(void **state)
{
	assert_running(KVM, AMD "kernel.config.PREEMPT_RT=y", "unmet: module-not-loaded/setup");
	assert_running(KVM, AMD "kernel.config.PREEMPT_RT=y; cpu.features=svm",
		       "unmet: in-conflict/reboot");
	assert_running(KVM, AMD "kernel.config.PREEMPT_RT=y; cpu.features=svm; host.vm=qemu",
		       "unmet: hidden-by-hypervisor/reboot");
	assert_running(KVM, AMD "kernel.config.PREEMPT_RT=~; cpu.features=svm",
		       "unmet: module-not-loaded/setup");
}

static void sev_that_firmware_left_off_is_no_missing_hardware(void **state)
{
#define EPYC                                                                             \
	SERVER "kvm.sev=false; kvm.usable=true; cpu.vendor=AuthenticAMD; cpu.sev=true; " \
	       "kernel.version=6.1; kernel.module_param.kvm_amd.sev=N; "
	assert_running("sev-guests", EPYC "cpu.features=sme", "unmet: disabled-firmware/firmware");
	assert_running("sev-guests", EPYC "cpu.features=sme,sev", "unmet: not-configured/setup");
	assert_running("sev-guests", EPYC "cpu.sev=false; cpu.features=sme",
		       "unmet: absent-hardware/hardware");
}

static void a_guest_without_nesting_is_its_hypervisors_matter(void **state)
{
	assert_running(KVM, GUEST, "unmet: hidden-by-hypervisor/platform");
}

static void before_a_system_is_there_a_guest_without_the_flag_is_its_hypervisors_matter(
	void **state)
{
	assert_new(KVM, "host.arch=x86_64; host.vm=kvm; cpu.virt.flag=false; xen.dom0=false",
		   "unmet: hidden-by-hypervisor/platform");
}

static void a_guest_with_nesting_only_loads_the_module(void **state)
{
	assert_running(KVM, INTEL "host.vm=kvm", "unmet: module-not-loaded/setup");
}

static void xen_that_runs_hvm_guests_hides_the_extension(void **state)
{
	assert_running(KVM,
		       "xen.dom0=true; xen.hvm=true; host.vm=none; kvm.usable=false; kvm.module=~",
		       "unmet: hidden-by-hypervisor/reboot");
}

static void xen_without_hvm_guests_leaves_firmware_and_hardware_open(void **state)
{
	assert_running(KVM,
		       "xen.dom0=true; xen.hvm=false; cpu.hypervisor=true; host.vm=none; "
		       "kvm.usable=false; kvm.module=~",
		       "unmet: disabled-firmware/firmware, absent-hardware/hardware");
}

static void a_container_lacks_the_device_not_the_extension(void **state)
{
	assert_running(KVM, LOADED "host.container=docker", "unmet: hidden-by-container/platform");
}

static void virtualbox_that_holds_the_cpu_is_named(void **state)
{
	assert_running(KVM, LOADED "kvm.device=true; kvm.busy=true; kernel.module.vboxdrv=loaded",
		       "unmet: in-conflict/setup");
}

static void without_access_to_the_device_hardware_is_not_in_doubt(void **state)
{
	assert_running(KVM,
		       "host.arch=x86_64; host.vm=none; host.container=none; xen.dom0=false; "
		       "cpu.virt=vmx; cpu.virt.flag=true; cpu.virt.enabled=true; kvm.device=true; "
		       "kvm.module=kvm_intel; kernel.module.kvm_intel=loaded; "
		       "kernel.cmdline.clearcpuid=~; kernel.module.vboxdrv=missing; "
		       "kernel.module.vmmon=missing",
		       "unknown: busy/setup, too-old/reboot, broken-driver/reboot");
}

static void an_arm_kernel_that_was_not_started_in_el2_is_firmwares_matter(void **state)
{
	assert_running(KVM, ARM_SERVER "cpu.virt.enabled=false",
		       "unmet: disabled-firmware/firmware, absent-hardware/hardware");
}

static void an_arm_kernel_told_to_leave_kvm_off_is_booted_without_that(void **state)
{
	assert_running(KVM, ARM_SERVER "kernel.cmdline.kvm-arm.mode=none",
		       "unmet: disabled-cmdline/reboot");
}

static void a_machine_to_be_installed_is_judged_by_cpu_and_firmware(void **state)
{
	assert_new(KVM,
		   "host.vm=none; host.arch=x86_64; cpu.virt=svm; cpu.virt.enabled=true; "
		   "kernel.module.kvm_amd=missing",
		   "met");
}

static void beyond_x86_and_arm_the_machine_below_gives_or_keeps_kvm(void **state)
{
	assert_running(KVM,
		       "host.arch=s390x; host.vm=none; host.container=none; xen.dom0=false; "
		       "kvm.usable=false; kvm.device=false; kvm.module=~; kvm.busy=false; "
		       "kernel.cmdline.clearcpuid=~; kernel.module.kvm=builtin",
		       "unmet: hidden-by-hypervisor/platform");
	assert_new(KVM, "host.vm=none; host.arch=s390x; cpu.features=esan3,zarch,sie", "met");
}

static void a_guest_is_not_told_to_buy_what_its_hypervisor_hides_from_xen(void **state)
{
	assert_running("xenserver-hvm",
		       "host.vm=vmware; xen.dom0=false; xen.hvm=false; cpu.virt=none",
		       "unmet: hidden-by-hypervisor/platform");
	assert_running("xenserver-hvm",
		       "host.vm=none; xen.dom0=false; xen.hvm=false; cpu.virt=none",
		       "unmet: absent-hardware/hardware");
}

#define TABLE SERVER "iommu.enabled=false; iommu.hardware=true; "
#define NO_OPTION \
	"kernel.cmdline.iommu=~; kernel.cmdline.intel_iommu=~; kernel.cmdline.amd_iommu=~; "

static void a_missing_table_is_firmwares_where_the_cpu_is_known_to_have_the_unit(void **state)
{
	assert_running("iommu",
		       SERVER "iommu.enabled=false; iommu.hardware=false; cpu.iommu_known=true",
		       "unmet: disabled-firmware/firmware");
	assert_running("iommu", SERVER "iommu.enabled=false; iommu.hardware=false",
		       "unmet: disabled-firmware/firmware, absent-hardware/hardware");
}

static void a_table_that_the_kernel_was_told_to_pass_over_is_the_command_lines_matter(void **state)
{
	assert_running("iommu", TABLE NO_OPTION "iommu.table=IVRS; kernel.cmdline.amd_iommu=off",
		       "unmet: disabled-cmdline/reboot");
	assert_running("iommu",
		       TABLE NO_OPTION "iommu.table=DMAR; kernel.config.INTEL_IOMMU=y; "
				       "kernel.config.INTEL_IOMMU_DEFAULT_ON=~",
		       "unmet: disabled-cmdline/reboot");
}

static void a_kernel_without_the_units_driver_is_not_built_with_it(void **state)
{
	assert_running("iommu", TABLE NO_OPTION "iommu.table=DMAR; kernel.config.INTEL_IOMMU=~",
		       "unmet: not-built/reboot");
}

static void a_guest_without_a_unit_asks_its_hypervisor(void **state)
{
	assert_running("iommu", GUEST "iommu.enabled=false; iommu.hardware=false",
		       "unmet: hidden-by-hypervisor/platform");
}

#define NOT_REMAPPED                                                                    \
	SERVER "iommu.hardware=true; iommu.interrupt_remapping=false; "                 \
	       "kernel.cmdline.nointremap=~; kernel.cmdline.intremap=~; "               \
	       "kernel.cmdline.noapic=~; kernel.config.IRQ_REMAP=y; iommu.table=DMAR; " \
	       "iommu.enabled=true; "

static void interrupts_that_are_not_remapped_have_one_cause(void **state)
{
	assert_running("interrupt-remapping",
		       NOT_REMAPPED "iommu.interrupt_remapping.hardware=false; "
				    "iommu.interrupt_remapping.firmware=false",
		       "unmet: absent-hardware/hardware");
	assert_running("interrupt-remapping",
		       NOT_REMAPPED "iommu.interrupt_remapping.hardware=true; "
				    "iommu.interrupt_remapping.firmware=false",
		       "unmet: disabled-firmware/firmware");
	assert_running("interrupt-remapping",
		       NOT_REMAPPED "iommu.interrupt_remapping.hardware=true; "
				    "iommu.interrupt_remapping.firmware=true; "
				    "kernel.cmdline.intremap=off",
		       "unmet: disabled-cmdline/reboot");
}

static void amds_driver_remaps_interrupts_or_is_not_there_in_a_guest_too(void **state)
{
	assert_running("interrupt-remapping",
		       NOT_REMAPPED "host.vm=qemu; iommu.table=IVRS; kernel.config.AMD_IOMMU=~",
		       "unmet: not-built/reboot");
	assert_running("interrupt-remapping",
		       NOT_REMAPPED "host.vm=qemu; iommu.table=IVRS; kernel.config.AMD_IOMMU=y; "
				    "iommu.enabled=false",
		       "unmet: disabled-cmdline/reboot");
	assert_running("interrupt-remapping", NOT_REMAPPED "host.vm=qemu; iommu.hardware=false",
		       "unmet: hidden-by-hypervisor/platform");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kvm_that_runs_guests_needs_no_flag),
		cmocka_unit_test(a_cpu_without_the_extension_is_a_matter_of_hardware),
		cmocka_unit_test(firmware_that_turned_it_off_is_named_and_its_lock_only_where_seen),
		cmocka_unit_test(firmware_that_forgot_some_cpus_is_named),
		cmocka_unit_test(a_kernel_without_kvm_is_not_blamed_on_firmware),
		cmocka_unit_test(a_module_package_that_is_not_installed_needs_no_other_kernel),
		cmocka_unit_test(a_module_that_waits_is_loaded),
		cmocka_unit_test(a_blocked_module_is_told_from_one_that_waits),
		cmocka_unit_test(
			a_real_time_kernel_that_refuses_the_cpu_is_not_told_to_load_its_module),
		cmocka_unit_test(sev_that_firmware_left_off_is_no_missing_hardware),
		cmocka_unit_test(a_guest_without_nesting_is_its_hypervisors_matter),
		cmocka_unit_test(
			before_a_system_is_there_a_guest_without_the_flag_is_its_hypervisors_matter),
		cmocka_unit_test(a_guest_with_nesting_only_loads_the_module),
		cmocka_unit_test(xen_that_runs_hvm_guests_hides_the_extension),
		cmocka_unit_test(xen_without_hvm_guests_leaves_firmware_and_hardware_open),
		cmocka_unit_test(a_container_lacks_the_device_not_the_extension),
		cmocka_unit_test(virtualbox_that_holds_the_cpu_is_named),
		cmocka_unit_test(without_access_to_the_device_hardware_is_not_in_doubt),
		cmocka_unit_test(an_arm_kernel_that_was_not_started_in_el2_is_firmwares_matter),
		cmocka_unit_test(an_arm_kernel_told_to_leave_kvm_off_is_booted_without_that),
		cmocka_unit_test(a_machine_to_be_installed_is_judged_by_cpu_and_firmware),
		cmocka_unit_test(beyond_x86_and_arm_the_machine_below_gives_or_keeps_kvm),
		cmocka_unit_test(a_guest_is_not_told_to_buy_what_its_hypervisor_hides_from_xen),
		cmocka_unit_test(
			a_missing_table_is_firmwares_where_the_cpu_is_known_to_have_the_unit),
		cmocka_unit_test(
			a_table_that_the_kernel_was_told_to_pass_over_is_the_command_lines_matter),
		cmocka_unit_test(a_kernel_without_the_units_driver_is_not_built_with_it),
		cmocka_unit_test(a_guest_without_a_unit_asks_its_hypervisor),
		cmocka_unit_test(interrupts_that_are_not_remapped_have_one_cause),
		cmocka_unit_test(amds_driver_remaps_interrupts_or_is_not_there_in_a_guest_too),
	};

	return cmocka_run_group_tests(tests, shipped_setup, shipped_teardown);
}
