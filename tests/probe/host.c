/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host: what machine it is, and where in it the system stands */
#include <string.h>

#include "core/util.h"
#include "fixture.h"

extern const struct probe probe_host;

static struct facts *run_host(void **state)
{
	return fixture_run(state, &probe_host);
}

/* CPUID of a CPU with or without the hypervisor bit. */
static void record_cpuid(void **state, bool hypervisor)
{
	fixture_write(state, "/proc/cpuinfo", "vendor_id\t: GenuineIntel\nflags\t\t: fpu lm\n");
	fixture_write(state, "/.stackcheck/cpuid.txt",
		      PATH("basic_cpuid[0]=00000016 756e6547 6c65746e 49656e69\n"
			   "basic_cpuid[1]=00050657 00400800 %08x bfebfbff\n",
			   hypervisor ? 0x80000020u : 0x20u));
	fixture_absent(state, "/sys/hypervisor/*");
	fixture_absent(state, "/proc/xen/*");
}

static void dmi(void **state, const char *vendor, const char *product)
{
	fixture_write(state, "/sys/class/dmi/id/sys_vendor", vendor);
	fixture_write(state, "/sys/class/dmi/id/product_name", product);
	fixture_absent(state, "/sys/class/dmi/*");
}

/* --- virtual machine --- */

static void a_server_without_a_hypervisor_is_no_virtual_machine(void **state)
{
	struct facts *facts;

	record_cpuid(state, false);
	dmi(state, "Dell Inc.\n", "PowerEdge R630\n");
	facts = run_host(state);
	assert_text(facts, "host.vm", "none");
	assert_text(facts, "host.vendor", "Dell Inc.");
	assert_text(facts, "host.model", "PowerEdge R630");
	assert_text(facts, "host.arch", "x86_64");
}

static void a_guest_is_named_by_its_hypervisors_signature(void **state)
{
	record_cpuid(state, true);
	dmi(state, "QEMU\n", "Standard PC (Q35 + ICH9, 2009)\n");
	fixture_answer(state, "cpuid.hypervisor", "KVMKVMKVM");
	assert_text(run_host(state), "host.vm", "kvm");
}

static void an_emulated_machine_is_not_kvm(void **state)
{
	record_cpuid(state, true);
	dmi(state, "QEMU\n", "Standard PC (Q35 + ICH9, 2009)\n");
	fixture_answer(state, "cpuid.hypervisor", "TCGTCGTCGTCG");
	assert_text(run_host(state), "host.vm", "qemu");
}

static void virtualbox_that_shows_kvms_signature_is_virtualbox(void **state)
{
	record_cpuid(state, true);
	dmi(state, "innotek GmbH\n", "VirtualBox\n");
	fixture_answer(state, "cpuid.hypervisor", "KVMKVMKVM");
	assert_text(run_host(state), "host.vm", "virtualbox");
}

static void a_hypervisor_without_a_known_name_is_another(void **state)
{
	record_cpuid(state, true);
	dmi(state, "ACME\n", "Rocket\n");
	fixture_answer(state, "cpuid.hypervisor", "ACMEACMEACME");
	assert_text(run_host(state), "host.vm", "other");
}

static void a_guest_that_hides_its_hypervisor_is_known_by_its_firmware(void **state)
{
	record_cpuid(state, false);
	dmi(state, "VMware, Inc.\n", "VMware7,1\n");
	assert_text(run_host(state), "host.vm", "vmware");
}

static void a_clouds_bare_machine_is_no_virtual_machine(void **state)
{
	record_cpuid(state, false);
	dmi(state, "Amazon EC2\n", "c5.metal\n");
	assert_text(run_host(state), "host.vm", "none");
	dmi(state, "Amazon EC2\n", "c7i.metal-24xl\n");
	assert_text(run_host(state), "host.vm", "none");
	dmi(state, "Amazon EC2\n", "c7i.metallic\n");
	assert_unknown(run_host(state), "host.vm", UNKNOWN_UNSUPPORTED);
}

static void a_cloud_guest_of_a_recording_without_cpuid(void **state)
{
	struct facts *facts;

	fixture_machine(state, "hwloc/2pa-pcidomain32bits.tar.xz", "2pa-pcidomain32bits");
	facts = run_host(state);
	assert_text(facts, "host.vm", "kvm");
	assert_text(facts, "host.vendor", "Apache Software Foundation");
}

static void a_recording_without_cpuid_does_not_say_none(void **state)
{
	struct facts *facts;

	fixture_machine(state, "hwloc/offline-cpu0-node0.tar.xz", "offline-cpu0-node0");
	facts = run_host(state);
	assert_unknown(facts, "host.vm", UNKNOWN_NOT_RECORDED);
	assert_text(facts, "host.model", "PowerEdge R630");
}

static void an_arm_server_is_known_by_its_firmware(void **state)
{
	struct facts *facts;

	fixture_machine(state, "hwloc/128arm-2pa2n8cluster4co.tar.xz", "128arm-2pa2n8cluster4co");
	facts = run_host(state);
	assert_text(facts, "host.vm", "none");
	assert_text(facts, "host.arch", "aarch64");
	assert_text(facts, "host.environment", "installed");
}

static void an_arm_guest_of_xen_is_known_by_its_device_tree(void **state)
{
	fixture_machine(state, "virt-what/xen-arm.tar.xz", "xen-arm");
	fixture_absent(state, "/sys/class/dmi/*");
	assert_text(run_host(state), "host.vm", "xen");
}

static void xens_control_domain_is_no_virtual_machine(void **state)
{
	fixture_machine(state, "virt-what/rhel5-xen-dom0.tar.xz", "rhel5-xen-dom0");
	assert_text(run_host(state), "host.vm", "none");
}

/* --- container --- */

static void namespaces(void **state, const char *pid)
{
	fixture_link(state, "/proc/self/ns/pid", pid);
	fixture_link(state, "/proc/self/ns/user", "user:[4026531837]");
	fixture_link(state, "/proc/self/ns/cgroup", "cgroup:[4026531835]");
}

static void the_machines_first_namespaces_are_no_container(void **state)
{
	struct facts *facts;

	record_cpuid(state, true);
	fixture_answer(state, "cpuid.hypervisor", "KVMKVMKVM");
	namespaces(state, "pid:[4026531836]");
	facts = run_host(state);
	assert_text(facts, "host.container", "none");
	assert_text(facts, "host.virtualization", "kvm");
}

static void a_pid_namespace_without_a_name_is_some_container(void **state)
{
	struct facts *facts;

	namespaces(state, "pid:[4026532001]");
	fixture_write(state, "/proc/1/comm", "systemd\n");
	facts = run_host(state);
	assert_text(facts, "host.container", "other");
	assert_text(facts, "host.virtualization", "other");
	assert_unknown(facts, "host.init", UNKNOWN_HIDDEN);
	assert_unknown(facts, "host.environment", UNKNOWN_HIDDEN);
}

/*
 * --root from inside a container: the machine's own processes and mounts are told below the other
 * root.
 */
static void a_machine_that_a_container_looks_at_is_no_container(void **state)
{
	const struct host_options options = { 0 };
	auto_host struct host *host = NULL;
	struct error err = { 0 };
	struct facts *facts = fixture_run(state, &probe_host);

	namespaces(state, "pid:[4026532500]");
	fixture_link(state, "/proc/1/ns/pid", "pid:[4026531836]");
	fixture_link(state, "/proc/1/ns/user", "user:[4026531837]");
	fixture_link(state, "/proc/1/ns/cgroup", "cgroup:[4026531835]");
	fixture_write(state, "/proc/mounts", "tmpfs / tmpfs rw 0 0\n");
	fixture_write(state, "/proc/1/mounts", "/dev/sda1 / ext4 rw 0 0\n");
	fixture_write(state, "/.dockerenv", "");
	assert_int_equal(host_open_live(fixture_path(state), &options, &host, &err), 0);
	assert_int_equal(probe_host.run(host, facts, &err), 0);
	assert_text(facts, "host.container", "none");
	assert_text(facts, "host.environment", "installed");
}

static void files_of_a_manager_prove_nothing_below_another_root(void **state)
{
	const struct host_options options = { 0 };
	auto_host struct host *host = NULL;
	struct error err = { 0 };
	struct facts *facts = fixture_run(state, &probe_host);

	namespaces(state, "pid:[4026532500]");
	fixture_write(state, "/proc/1/mounts", "/dev/sda1 / ext4 rw 0 0\n");
	fixture_write(state, "/.dockerenv", "");
	assert_int_equal(host_open_live(fixture_path(state), &options, &host, &err), 0);
	assert_int_equal(probe_host.run(host, facts, &err), 0);
	assert_unknown(facts, "host.container", UNKNOWN_HIDDEN);
}

static void docker_leaves_a_file(void **state)
{
	fixture_write(state, "/.dockerenv", "");
	assert_text(run_host(state), "host.container", "docker");
}

static void a_machine_made_from_a_containers_image_is_none(void **state)
{
	namespaces(state, "pid:[4026531836]");
	fixture_write(state, "/.dockerenv", "");
	fixture_write(state, "/proc/mounts", "/dev/vda / ext4 rw 0 0\n");
	assert_text(run_host(state), "host.container", "none");
}

static void a_container_with_all_of_the_machines_namespaces_is_one(void **state)
{
	namespaces(state, "pid:[4026531836]");
	fixture_write(state, "/.dockerenv", "");
	fixture_write(state, "/proc/mounts", "overlay / overlay rw,lowerdir=/x 0 0\n");
	assert_text(run_host(state), "host.container", "docker");
}

static void under_kubernetes_dockers_file_means_less(void **state)
{
	fixture_write(state, "/.dockerenv", "");
	fixture_folder(state, "/var/run/secrets/kubernetes.io");
	assert_text(run_host(state), "host.container", "kubernetes");
}

static void a_mainframe_names_what_it_runs_under(void **state)
{
	fixture_write(state, "/proc/cpuinfo", "vendor_id       : IBM/S390\n");
	fixture_write(state, "/proc/sysinfo", "Manufacturer: IBM\nLPAR Number: 41\n");
	assert_text(run_host(state), "host.vm", "none");
	fixture_write(state, "/proc/sysinfo", "VM00 Control Program: KVM/Linux       \n");
	assert_text(run_host(state), "host.vm", "kvm");
	fixture_write(state, "/proc/sysinfo", "VM00 Control Program: z/VM    5.3.0   \n");
	assert_text(run_host(state), "host.vm", "other");
}

static void virtualbox_is_known_by_its_functions_where_firmwares_names_are_masked(void **state)
{
	fixture_write(state, "/proc/cpuinfo", "flags\t\t: fpu lm\n");
	fixture_write(state, "/proc/bus/pci/devices", "0000\t80861237\t0\n0010\t80eebeef\t12\n");
	assert_text(run_host(state), "host.vm", "virtualbox");
}

static void a_recording_may_hold_the_hypervisors_name_alone(void **state)
{
	fixture_write(state, "/proc/cpuinfo", "flags\t\t: fpu lm\n");
	fixture_answer(state, "cpuid.hypervisor", "Microsoft Hv");
	assert_text(run_host(state), "host.vm", "hyperv");
}

static void a_recording_may_hold_that_there_is_no_hypervisor(void **state)
{
	fixture_write(state, "/proc/cpuinfo", "flags\t\t: fpu lm\n");
	fixture_answer(state, "cpuid.hypervisor", "");
	assert_text(run_host(state), "host.vm", "none");
}

static void qemu_names_its_power_machine_under_kvm_and_in_software_alike(void **state)
{
	fixture_write(state, "/proc/cpuinfo",
		      "cpu\t\t: POWER8E\nmodel\t\t: IBM pSeries (emulated by qemu)\n");
	assert_text(run_host(state), "host.vm", "qemu");
}

static void pid_1_is_told_its_container(void **state)
{
	static const char variables[] = "TERM=linux\0container=lxc\0HOME=/";

	namespaces(state, "pid:[4026532001]");
	fixture_write_bytes(state, "/proc/1/environ", variables, sizeof(variables));
	assert_text(run_host(state), "host.container", "lxc");
}

static void a_recording_with_pid_1s_variables_alone_tells_of_a_manager_or_of_nothing(void **state)
{
	static const char variables[] = "container=crio\0HOME=/", none[] = "HOME=/";

	fixture_write_bytes(state, "/proc/1/environ", variables, sizeof(variables));
	assert_text(run_host(state), "host.container", "kubernetes");
	fixture_write_bytes(state, "/proc/1/environ", none, sizeof(none));
	assert_unknown(run_host(state), "host.container", UNKNOWN_NOT_RECORDED);
}

static void an_ordinary_user_in_a_container_does_not_know_which(void **state)
{
	struct facts *facts;

	namespaces(state, "pid:[4026532001]");
	fixture_error(state, "/proc/1/environ", "EACCES");
	fixture_write(state, "/proc/1/comm", "systemd\n");
	facts = run_host(state);
	assert_unknown(facts, "host.container", UNKNOWN_PERMISSION);
	assert_unknown(facts, "host.init", UNKNOWN_HIDDEN);
}

static void namespaces_that_were_not_recorded_leave_the_container_unknown(void **state)
{
	struct facts *facts = run_host(state);

	assert_unknown(facts, "host.container", UNKNOWN_NOT_RECORDED);
	assert_unknown(facts, "host.virtualization", UNKNOWN_NOT_RECORDED);
}

/* --- init and environment --- */

static void init_is_told_by_its_name_or_by_its_files(void **state)
{
	fixture_write(state, "/proc/1/comm", "systemd\n");
	assert_text(run_host(state), "host.init", "systemd");
	fixture_write(state, "/proc/1/comm", "init\n");
	fixture_folder(state, "/run/openrc");
	assert_text(run_host(state), "host.init", "openrc");
	fixture_write(state, "/proc/1/comm", "process_api\n");
	assert_text(run_host(state), "host.init", "other");
}

static void an_init_that_is_not_shown_is_a_matter_of_permission(void **state)
{
	namespaces(state, "pid:[4026531836]");
	fixture_absent(state, "/proc/1/comm");
	assert_unknown(run_host(state), "host.init", UNKNOWN_PERMISSION);
}

static void a_root_in_memory_is_a_ramdisk(void **state)
{
	fixture_write(state, "/proc/mounts", "rootfs / rootfs rw 0 0\nproc /proc proc rw 0 0\n");
	assert_text(run_host(state), "host.environment", "ramdisk");
	fixture_write(state, "/proc/mounts", "rootfs / rootfs rw 0 0\n/dev/sda1 / ext4 rw 0 0\n");
	assert_text(run_host(state), "host.environment", "installed");
}

static void installers_and_live_systems_are_told_by_how_they_were_booted(void **state)
{
	static const struct {
		const char *cmdline, *environment;
	} boots[] = {
		{ "inst.stage2=hd:LABEL=RHEL quiet\n", "installer" },
		{ "boot=live components\n", "live" },
		{ "root=live:CDLABEL=Fedora rd.live.image\n", "live" },
		{ "ipa-api-url=http://192.0.2.1:6385 nofb\n", "installer" },
		{ "root=/dev/sda1 boot=UUID=12 quiet\n", "installed" },
	};

	fixture_write(state, "/proc/mounts", "/dev/sda1 / ext4 rw 0 0\n");
	for (size_t i = 0; i < ARRAY_SIZE(boots); i++) {
		fixture_write(state, "/proc/cmdline", boots[i].cmdline);
		assert_text(run_host(state), "host.environment", boots[i].environment);
	}
}

/* --- firmware --- */

static void what_a_board_maker_left_to_fill_in_is_no_name(void **state)
{
	dmi(state, "To Be Filled By O.E.M.\n", "System Product Name\n");
	assert_absent(run_host(state), "host.vendor");
	assert_absent(run_host(state), "host.model");
}

static void a_device_tree_that_a_container_hides_leaves_the_model_unknown(void **state)
{
	fixture_absent(state, "/sys/class/dmi/*");
	fixture_absent(state, "/proc/device-tree/*");
	fixture_error(state, "/sys/firmware/devicetree/base/model", "EACCES");
	assert_unknown(run_host(state), "host.model", UNKNOWN_PERMISSION);
}

#define SECURE_BOOT "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

static void secure_boot_is_the_fifth_byte(void **state)
{
	struct facts *facts;

	fixture_write_bytes(state, SECURE_BOOT, "\6\0\0\0\1", 5);
	facts = run_host(state);
	assert_text(facts, "host.firmware", "uefi");
	assert_bool(facts, "host.secure_boot", true);
	fixture_write_bytes(state, SECURE_BOOT, "\6\0\0\0\0", 5);
	assert_bool(run_host(state), "host.secure_boot", false);
}

static void without_efivarfs_secure_boot_is_unknown(void **state)
{
	fixture_folder(state, "/sys/firmware/efi/efivars");
	fixture_absent(state, "/sys/firmware/efi/*");
	assert_unknown(run_host(state), "host.secure_boot", UNKNOWN_UNSUPPORTED);
}

static void a_machine_with_smbios_and_no_efi_has_a_bios(void **state)
{
	struct facts *facts;

	dmi(state, "Dell Inc.\n", "PowerEdge 1850\n");
	fixture_absent(state, "/sys/firmware/*");
	fixture_absent(state, "/proc/device-tree");
	facts = run_host(state);
	assert_text(facts, "host.firmware", "bios");
	assert_bool(facts, "host.secure_boot", false);
}

static void a_kernel_that_was_told_not_to_look_does_not_know(void **state)
{
	fixture_absent(state, "/sys/firmware/*");
	fixture_write(state, "/proc/cmdline", "quiet noefi\n");
	assert_unknown(run_host(state), "host.firmware", UNKNOWN_UNSUPPORTED);
}

static void a_tpm_is_known_by_its_driver_or_by_firmwares_table(void **state)
{
	fixture_folder(state, "/sys/firmware/acpi/tables");
	fixture_absent(state, "/sys/class/tpm/*");
	fixture_absent(state, "/sys/firmware/*");
	assert_text(run_host(state), "host.tpm", "none");
	fixture_write(state, "/sys/firmware/acpi/tables/TPM2", "");
	assert_text(run_host(state), "host.tpm", "2.0");
	fixture_write(state, "/sys/class/tpm/tpm0/tpm_version_major", "1\n");
	assert_text(run_host(state), "host.tpm", "1.2");
}

static void without_tables_a_tpm_is_unknown(void **state)
{
	fixture_absent(state, "/sys/class/tpm/*");
	assert_unknown(run_host(state), "host.tpm", UNKNOWN_NOT_RECORDED);
}

/*
 * Type 38 (IPMI device), type 42 with Redfish over a network interface, type 0 with boot from the
 * network; end.
 */
static const unsigned char ipmi[] = { 38, 0x12, 1, 0, 1, 0x20, 0x20, 0xff, 0xa9, 0xc, 0, 0, 0,
				      0,  0,	0, 0, 0, 0,    0,    127,  4,	 2,   0, 0, 0 };
static const unsigned char redfish[] = { 42,   0xc,  1, 0, 0x40, 1, 4, 1, 4, 2,
					 0xaa, 0xbb, 0, 0, 127,	 4, 2, 0, 0, 0 };
static const unsigned char other_interface[] = { 42,   0xb, 1, 0,   0x40, 1, 4, 1, 2, 1,
						 0xaa, 0,   0, 127, 4,	  2, 0, 0, 0 };
static const unsigned char network_boot[] = { 0, 0x14, 0, 0, 0, 0, 0, 0, 0,   0, 0, 0, 0, 0,
					      0, 0,    0, 0, 0, 2, 0, 0, 127, 4, 2, 0, 0, 0 };

#define TABLE "/sys/firmware/dmi/tables/DMI"

static void smbios_tells_of_a_bmc_and_how_to_reach_it(void **state)
{
	fixture_write_bytes(state, TABLE, ipmi, sizeof(ipmi));
	assert_bool(run_host(state), "host.bmc", true);
	assert_unknown(run_host(state), "host.redfish", UNKNOWN_UNSUPPORTED);
	fixture_write_bytes(state, TABLE, redfish, sizeof(redfish));
	assert_bool(run_host(state), "host.bmc", true);
	assert_bool(run_host(state), "host.redfish", true);
	fixture_write_bytes(state, TABLE, other_interface, sizeof(other_interface));
	assert_unknown(run_host(state), "host.redfish", UNKNOWN_UNSUPPORTED);
	fixture_write_bytes(state, TABLE, network_boot, sizeof(network_boot));
	assert_bool(run_host(state), "host.pxe", true);
}

static void a_recorded_cpuid_alone_tells_of_x86_and_of_a_hypervisor(void **state)
{
	struct facts *facts;

	fixture_write(state, "/.stackcheck/cpuid.txt",
		      "basic_cpuid[0]=00000016 756e6547 6c65746e 49656e69\n"
		      "basic_cpuid[1]=00050657 00400800 80000000 bfebfbff\n"
		      "ext_cpuid[0]=8000001f 00000000 00000000 00000000\n"
		      "ext_cpuid[1]=00000000 00000000 00000000 2c100800\n");
	facts = run_host(state);
	assert_text(facts, "host.arch", "x86_64");
	assert_text(facts, "host.vm", "other");
}

static void a_bios_says_whether_it_knows_uefi_too(void **state)
{
	unsigned char table[sizeof(network_boot)];

	memcpy(table, network_boot, sizeof(table));
	fixture_write(state, "/sys/class/dmi/id/sys_vendor", "A Maker\n");
	fixture_absent(state, "/sys/firmware/efi");
	fixture_write_bytes(state, TABLE, table, sizeof(table));
	assert_bool(run_host(state), "host.uefi_supported", false);
	table[0x13] |= 8;
	fixture_write_bytes(state, TABLE, table, sizeof(table));
	assert_bool(run_host(state), "host.uefi_supported", true);
}

static void only_root_learns_whether_a_bios_knows_uefi(void **state)
{
	fixture_absent(state, "/sys/firmware/efi");
	fixture_error(state, TABLE, "EACCES");
	assert_unknown(run_host(state), "host.uefi_supported", UNKNOWN_PERMISSION);
}

static void missing_tables_disprove_no_bmc(void **state)
{
	struct facts *facts;

	fixture_absent(state, "/sys/firmware/*");
	fixture_absent(state, "/sys/class/ipmi/*");
	facts = run_host(state);
	assert_unknown(facts, "host.bmc", UNKNOWN_UNSUPPORTED);
	assert_unknown(facts, "host.redfish", UNKNOWN_UNSUPPORTED);
	assert_unknown(facts, "host.pxe", UNKNOWN_UNSUPPORTED);
}

static void an_ordinary_user_sees_that_a_structure_is_there_and_not_what_it_says(void **state)
{
	struct facts *facts;

	fixture_folder(state, "/sys/firmware/dmi/entries/42-0");
	fixture_error(state, TABLE, "EACCES");
	facts = run_host(state);
	assert_bool(facts, "host.bmc", true);
	assert_unknown(facts, "host.redfish", UNKNOWN_PERMISSION);
}

static void a_boot_option_that_leads_to_a_nic_is_a_boot_from_the_network(void **state)
{
	static const unsigned char option[] = { 7, 0, 0, 0, 1, 0, 0, 0, 3, 0xb, 0x25, 0, 0x52 };

	fixture_write_bytes(
		state, "/sys/firmware/efi/efivars/Boot0003-8be4df61-93ca-11d2-aa0d-00e098032b8c",
		option, sizeof(option));
	assert_bool(run_host(state), "host.pxe", true);
}

static void a_system_that_was_booted_from_the_network_can_be(void **state)
{
	fixture_write(state, "/proc/cmdline", "ip=dhcp BOOTIF=01-52-54-00-12-34-56\n");
	assert_bool(run_host(state), "host.pxe", true);
}

static void a_disk_that_firmware_fetched_by_iscsi_was_a_boot_from_the_network(void **state)
{
	fixture_folder(state, "/sys/firmware/ibft/ethernet0");
	assert_bool(run_host(state), "host.pxe", true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_server_without_a_hypervisor_is_no_virtual_machine),
		TEST(a_guest_is_named_by_its_hypervisors_signature),
		TEST(an_emulated_machine_is_not_kvm),
		TEST(virtualbox_that_shows_kvms_signature_is_virtualbox),
		TEST(a_hypervisor_without_a_known_name_is_another),
		TEST(a_guest_that_hides_its_hypervisor_is_known_by_its_firmware),
		TEST(a_clouds_bare_machine_is_no_virtual_machine),
		TEST(a_cloud_guest_of_a_recording_without_cpuid),
		TEST(a_recording_without_cpuid_does_not_say_none),
		TEST(an_arm_server_is_known_by_its_firmware),
		TEST(an_arm_guest_of_xen_is_known_by_its_device_tree),
		TEST(xens_control_domain_is_no_virtual_machine),
		TEST(the_machines_first_namespaces_are_no_container),
		TEST(a_pid_namespace_without_a_name_is_some_container),
		TEST(a_machine_that_a_container_looks_at_is_no_container),
		TEST(files_of_a_manager_prove_nothing_below_another_root),
		TEST(docker_leaves_a_file),
		TEST(a_machine_made_from_a_containers_image_is_none),
		TEST(a_container_with_all_of_the_machines_namespaces_is_one),
		TEST(under_kubernetes_dockers_file_means_less),
		TEST(a_mainframe_names_what_it_runs_under),
		TEST(virtualbox_is_known_by_its_functions_where_firmwares_names_are_masked),
		TEST(a_recording_may_hold_the_hypervisors_name_alone),
		TEST(a_recording_may_hold_that_there_is_no_hypervisor),
		TEST(qemu_names_its_power_machine_under_kvm_and_in_software_alike),
		TEST(pid_1_is_told_its_container),
		TEST(a_recording_with_pid_1s_variables_alone_tells_of_a_manager_or_of_nothing),
		TEST(an_ordinary_user_in_a_container_does_not_know_which),
		TEST(namespaces_that_were_not_recorded_leave_the_container_unknown),
		TEST(init_is_told_by_its_name_or_by_its_files),
		TEST(an_init_that_is_not_shown_is_a_matter_of_permission),
		TEST(a_root_in_memory_is_a_ramdisk),
		TEST(installers_and_live_systems_are_told_by_how_they_were_booted),
		TEST(what_a_board_maker_left_to_fill_in_is_no_name),
		TEST(a_device_tree_that_a_container_hides_leaves_the_model_unknown),
		TEST(secure_boot_is_the_fifth_byte),
		TEST(without_efivarfs_secure_boot_is_unknown),
		TEST(a_machine_with_smbios_and_no_efi_has_a_bios),
		TEST(a_kernel_that_was_told_not_to_look_does_not_know),
		TEST(a_tpm_is_known_by_its_driver_or_by_firmwares_table),
		TEST(without_tables_a_tpm_is_unknown),
		TEST(smbios_tells_of_a_bmc_and_how_to_reach_it),
		TEST(a_recorded_cpuid_alone_tells_of_x86_and_of_a_hypervisor),
		TEST(a_bios_says_whether_it_knows_uefi_too),
		TEST(only_root_learns_whether_a_bios_knows_uefi),
		TEST(missing_tables_disprove_no_bmc),
		TEST(an_ordinary_user_sees_that_a_structure_is_there_and_not_what_it_says),
		TEST(a_boot_option_that_leads_to_a_nic_is_a_boot_from_the_network),
		TEST(a_system_that_was_booted_from_the_network_can_be),
		TEST(a_disk_that_firmware_fetched_by_iscsi_was_a_boot_from_the_network),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
