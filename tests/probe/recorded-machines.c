/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Real machines that other projects recorded, read by all probes and held to what an independent
 * reader and those projects' own tools found on them. What a recording does not hold must be
 * unknown, never a no. The recordings are not part of this repository: without ../shared/machines
 * these tests are skipped.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "fixture.h"

/*
 * One fact of one machine: a name, "list[2].field" or "list[field=text].field", and its value as
 * text: a number, "true", a string, "null" for absent, "#3" for a list of three,
 * "unknown:not-recorded".
 */
struct expectation {
	const char *fact;
	const char *value;
};

static void text_of(const struct value *value, char *text, size_t size)
{
	switch ((enum value_kind)value->kind) {
	case VALUE_NULL:
		snprintf(text, size, "null");
		break;
	case VALUE_BOOL:
		snprintf(text, size, "%s", value->b ? "true" : "false");
		break;
	case VALUE_INT:
		snprintf(text, size, "%" PRId64, value->i);
		break;
	case VALUE_STRING:
		snprintf(text, size, "%s", value->s);
		break;
	case VALUE_LIST:
	case VALUE_MAP:
		snprintf(text, size, "#%" PRIu32, value->len);
		break;
	case VALUE_UNKNOWN:
		snprintf(text, size, "unknown:%s", unknown_reason_name(value->unknown->reason));
		break;
	default:
		snprintf(text, size, "(kind %d)", value->kind);
	}
}

/* The record that `selector` names: a number, or "field=text". */
static const struct value *find_record(const struct value *list, const char *selector)
{
	char field[64], wanted[128], text[256];
	uint64_t index;

	if (list->kind != VALUE_LIST)
		return NULL;
	if (parse_u64(selector, 10, &index) == 0)
		return index < list->len ? &list->items[index] : NULL;
	if (sscanf(selector, "%63[^=]=%127s", field, wanted) != 2)
		return NULL;
	for (uint32_t i = 0; i < list->len; i++) {
		const struct value *value = value_get(&list->items[i], field);

		if (!value)
			continue;
		text_of(value, text, sizeof(text));
		if (strcmp(text, wanted) == 0)
			return &list->items[i];
	}
	return NULL;
}

static void read_fact(struct facts *facts, const char *spec, char *text, size_t size)
{
	char name[128], selector[128], field[64];
	const int parts = sscanf(spec, "%127[^[][%127[^]]].%63s", name, selector, field);
	const struct fact *fact = facts_get(facts, parts == 3 ? name : spec);
	const struct value *value = fact ? &fact->value : NULL;

	snprintf(text, size, "nothing");
	if (value && parts == 3) {
		const struct value *record = find_record(value, selector);

		value = record ? value_get(record, field) : NULL;
	}
	if (value)
		text_of(value, text, size);
}

/* All differences are told before the test fails. */
static void hold(struct facts *facts, const struct expectation *expected, size_t n)
{
	int differences = 0;

	for (size_t i = 0; i < n; i++) {
		char text[256];

		read_fact(facts, expected[i].fact, text, sizeof(text));
		if (strcmp(text, expected[i].value) == 0)
			continue;
		print_error("%s is %s, expected %s\n", expected[i].fact, text, expected[i].value);
		differences++;
	}
	assert_int_equal(differences, 0);
}

static void run_and_hold(void **state, const struct expectation *expected, size_t n)
{
	const char *asked[64] = { 0 };
	size_t n_asked = 0;

	for (size_t i = 0; i < n && n_asked < ARRAY_SIZE(asked); i++) {
		const char *rest = NULL;

		if (fact_def_of(expected[i].fact, &rest) && rest)
			asked[n_asked++] = expected[i].fact;
	}
	hold(fixture_run_all(state, asked, n_asked), expected, n);
}

/* One machine is one test: its name, its recording, the folder in it, and the facts. */
#define RECORDED(sentence, archive, root, ...)                                \
	static void sentence(void **state)                                    \
	{                                                                     \
		static const struct expectation expected[] = { __VA_ARGS__ }; \
                                                                              \
		fixture_machine(state, archive, root);                        \
		run_and_hold(state, expected, ARRAY_SIZE(expected));          \
	}

/* What lies at `from` on the fixture's machine is moved to `to`. */
static void move(void **state, const char *from, const char *to)
{
	const char *folder = fixture_path(state);

	fixture_write(state, to, "");
	assert_int_equal(rename(PATH("%s%s", folder, from), PATH("%s%s", folder, to)), 0);
}

/* A kernel's configuration alone, as a distribution puts it into /boot. */
#define CONFIGURED(sentence, name, release, ...)                                  \
	static void sentence(void **state)                                        \
	{                                                                         \
		static const struct expectation expected[] = { __VA_ARGS__ };     \
                                                                                  \
		fixture_machine(state, "kernel-config/" name ".tar.xz", name);    \
		move(state, "/config", "/boot/config-" release);                  \
		fixture_write(state, "/proc/sys/kernel/osrelease", release "\n"); \
		run_and_hold(state, expected, ARRAY_SIZE(expected));              \
	}

/* A table of mounts alone. */
#define MOUNTED(sentence, name, ...)                                                     \
	static void sentence(void **state)                                               \
	{                                                                                \
		static const struct expectation expected[] = { __VA_ARGS__ };            \
                                                                                         \
		fixture_machine(state, "libvirt/cgroup-mounts.tar.xz", "cgroup-mounts"); \
		move(state, "/" name ".mounts", "/proc/mounts");                         \
		run_and_hold(state, expected, ARRAY_SIZE(expected));                     \
	}

RECORDED(a_dell_with_two_xeons_i350_ports_and_infiniband,
	 "hwloc/32em64t-2n8c+dax+nvme+mic+dimms.tar.xz", "32em64t-2n8c+1mic",
	 { "cpu.sockets", "2" }, { "cpu.cores", "16" }, { "cpu.threads", "16" },
	 { "cpu.numa_nodes", "2" }, { "cpu.vendor", "GenuineIntel" },
	 { "cpu.model", "Intel(R) Xeon(R) CPU E5-2680 0 @ 2.70GHz" },
	 { "memory.total", "33624072192" }, { "cpu.virt.flag", "true" }, { "pci", "#137" },
	 { "host.bmc", "unknown:not-recorded" }, { "host.container", "unknown:not-recorded" },
	 { "disk.count", "1" }, { "disks[name=sda].kind", "hdd" },
	 { "disks[name=sda].unused", "false" }, { "iommu.hardware", "unknown:not-recorded" },
	 { "iommu.enabled", "unknown:not-recorded" }, { "kvm.usable", "unknown:not-recorded" },
	 { "host.vendor", "Dell" }, { "host.model", "DCS8000Z" }, { "nic.count", "3" },
	 { "nics[name=eth0].address", "0000:02:00.0" }, { "nics[name=eth0].driver", "igb" },
	 { "nics[name=eth0].speed", "1000000000" }, { "nics[name=ib0].driver", "mlx4_core" },
	 { "nics[name=ib0].numa_node", "1" }, { "nic.rdma", "true" },
	 { "nic.speed", "unknown:not-recorded" }, { "pci[address=0000:02:00.0].vendor", "8086" },
	 { "pci[address=0000:02:00.0].device", "1521" },
	 { "pci[address=0000:02:00.0].class", "0200" }, { "cpu.smt", "false" },
	 { "cpu.cores.per_socket", "8" }, { "cpu.virt", "vmx" }, { "cpu.ept", "true" },
	 { "cpu.level", "x86-64-v2" }, { "numa[0].cpus", "0-7" },
	 { "numa[1].memory", "17179869184" }, { "hugepages", "#2" }, { "hugepages.2M", "0" },
	 { "hugepages.2M.supported", "true" }, { "swap.total", "4294959104" },
	 { "memory.installed", "unknown:not-recorded" }, { "memory.ecc", "unknown:not-recorded" },
	 { "time.synchronized", "unknown:not-recorded" }, { "ports", "unknown:not-recorded" },
	 { "port.free.6443/tcp", "unknown:not-recorded" })

RECORDED(a_supermicro_has_512_huge_pages_on_each_of_four_nodes,
	 "hwloc/16amd64-4n4c-cgroup-distance-merge.tar.xz", "16amd64-4n4c-cgroup-distance-merge",
	 { "cpu.sockets", "4" }, { "cpu.cores", "16" }, { "cpu.threads", "16" },
	 { "cpu.numa_nodes", "4" }, { "cpu.vendor", "AuthenticAMD" },
	 { "cpu.model", "Quad-Core AMD Opteron(tm) Processor 8347 HE" },
	 { "memory.total", "33811226624" }, { "cpu.virt.flag", "true" },
	 { "host.vendor", "Supermicro" }, { "host.model", "H8QM8" },
	 { "cpu.cores.per_socket", "4" }, { "cpu.virt", "svm" }, { "hugepages", "#4" },
	 { "hugepages[0].node", "0" }, { "hugepages[0].size", "2097152" },
	 { "hugepages[0].total", "512" }, { "hugepages[0].free", "512" },
	 { "hugepages[3].node", "3" }, { "hugepages[3].free", "512" }, { "hugepages.2M", "2048" },
	 { "hugepages.2M.total", "2048" }, { "hugepages.1G", "0" })

RECORDED(a_huawei_arm_server_has_128_cores_and_four_sizes_of_huge_pages,
	 "hwloc/128arm-2pa2n8cluster4co.tar.xz", "128arm-2pa2n8cluster4co", { "cpu.sockets", "2" },
	 { "cpu.cores", "128" }, { "cpu.threads", "128" }, { "cpu.numa_nodes", "4" },
	 { "memory.total", "539679973376" }, { "host.arch", "aarch64" },
	 { "disk.count", "unknown:not-recorded" }, { "host.vendor", "Huawei" },
	 { "host.model", "XA320 V2" }, { "cgroup.version", "hybrid" },
	 { "cgroup.v1.controllers", "#9" }, { "cgroup.v2.controllers", "unknown:not-recorded" },
	 { "kernel.cmdline.quiet", "null" }, { "cpu.virt", "unknown:not-recorded" },
	 { "cpu.cores.per_socket", "64" }, { "cpu.virt.flag", "false" }, { "cpu.level", "null" },
	 { "hugepages", "#16" }, { "hugepages.1G", "0" }, { "hugepages.1G.supported", "true" },
	 { "hugepages.2M.supported", "true" }, { "kernel.cmdline.iommu.passthrough", "1" })

RECORDED(a_dell_with_cpu_0_and_node_0_offline_counts_what_is_online,
	 "hwloc/offline-cpu0-node0.tar.xz", "offline-cpu0-node0", { "cpu.sockets", "2" },
	 { "cpu.cores", "17" }, { "cpu.threads", "17" }, { "cpu.numa_nodes", "1" },
	 { "cpu.vendor", "GenuineIntel" },
	 { "cpu.model", "Intel(R) Xeon(R) CPU E5-2680 v3 @ 2.50GHz" },
	 { "memory.total", "134898769920" }, { "cpu.virt.flag", "true" },
	 { "host.vendor", "Dell Inc." }, { "host.model", "PowerEdge R630" },
	 { "cgroup.version", "v1" }, { "cgroup.freezer", "true" },
	 { "cgroup.v2.controllers", "#0" }, { "cpu.virt", "vmx" }, { "numa[0].node", "1" },
	 { "numa[0].memory", "68719476736" }, { "hugepages.2M", "0" }, { "hugepages.1G", "0" },
	 { "hugepages.1G.supported", "true" })

RECORDED(an_old_xeon_with_an_impossible_amount_of_memory_overflows_nothing,
	 "hwloc/2i386-2t-hugepagesizecount.tar.xz", "2i386-2t-hugepagesizecount",
	 { "cpu.sockets", "1" }, { "cpu.cores", "1" }, { "cpu.threads", "2" },
	 { "cpu.vendor", "GenuineIntel" }, { "cpu.model", "Intel(R) Xeon(TM) CPU 3.00GHz" },
	 { "memory.total", "409617181966336" }, { "cpu.virt.flag", "false" },
	 { "host.vendor", "Dell Computer Corporation" }, { "host.model", "PowerEdge 1850" },
	 { "cpu.smt", "true" }, { "cpu.virt", "unknown:not-recorded" }, { "hugepages", "#2" },
	 { "hugepages[0].size", "2097152" }, { "hugepages[1].size", "17179869184" },
	 { "hugepages[1].total", "1" }, { "hugepages.2M.total", "1" })

RECORDED(an_ibm_power9_has_sparse_numa_nodes_of_its_gpus, "hwloc/nvidiagpunumanodes.tar.xz",
	 "nvidiagpunumanodes", { "cpu.sockets", "2" }, { "cpu.cores", "8" },
	 { "cpu.threads", "32" }, { "cpu.numa_nodes", "8" }, { "memory.total", "366758854656" },
	 { "pci", "#6" }, { "numa[1].node", "8" }, { "numa[2].node", "250" },
	 { "numa[7].node", "255" }, { "hugepages.1G", "0" }, { "cpu.level", "null" })

RECORDED(a_guest_of_cloudstack_hides_whether_its_host_has_vmx, "hwloc/2pa-pcidomain32bits.tar.xz",
	 "2pa-pcidomain32bits", { "cpu.sockets", "2" }, { "cpu.cores", "2" },
	 { "cpu.threads", "2" }, { "cpu.numa_nodes", "1" }, { "cpu.vendor", "GenuineIntel" },
	 { "cpu.model", "Intel Core Processor (Skylake, IBRS)" }, { "memory.total", "2101800960" },
	 { "cpu.virt.flag", "false" }, { "pci", "#9" }, { "host.arch", "x86_64" },
	 { "host.vm", "kvm" }, { "disk.count", "1" },
	 { "disks[name=vda].kind", "unknown:unsupported" },
	 { "host.vendor", "Apache Software Foundation" },
	 { "host.model", "CloudStack KVM Hypervisor" }, { "cgroup.version", "v1" },
	 { "nic.rdma", "false" }, { "nic.count", "1" }, { "nics[name=ens3].driver", "virtio_net" },
	 { "nics[name=ens3].address", "0000:00:03.0" },
	 { "pci[address=0000:00:03.0].device", "1000" }, { "cpu.hypervisor", "true" },
	 { "cpu.virt", "unknown:hidden" }, { "memory.ecc", "unknown:not-recorded" })

RECORDED(a_tyan_with_eight_opterons_shows_no_svm, "hwloc/16amd64-8n2c.tar.xz", "16amd64-8n2c",
	 { "cpu.sockets", "8" }, { "cpu.cores", "16" }, { "cpu.threads", "16" },
	 { "cpu.numa_nodes", "8" }, { "cpu.vendor", "AuthenticAMD" },
	 { "cpu.model", "Dual Core AMD Opteron(tm) Processor 865" }, { "cpu.virt.flag", "false" },
	 { "cpu.cores.per_socket", "2" }, { "memory.total", "unknown:not-recorded" },
	 { "hugepages.2M", "unknown:not-recorded" }, { "numa[7].node", "7" })

RECORDED(a_small_arm_board_tells_little, "hwloc/2arm-2c.tar.xz", "2arm-2c", { "cpu.cores", "2" },
	 { "cpu.threads", "2" }, { "memory.total", "287580160" },
	 { "nic.count", "unknown:not-recorded" }, { "pci", "unknown:not-recorded" },
	 { "hugepages.2M", "unknown:not-recorded" })

RECORDED(a_mainframe_has_17_of_20_cpus_online, "util-linux/lscpu-s390-lpar.tar.gz", "s390-lpar",
	 { "cpu.cores", "17" }, { "cpu.threads", "17" }, { "cpu.level", "null" })

RECORDED(an_ibm_power7_has_four_threads_a_core, "util-linux/lscpu-ppc64-POWER7.tar.gz",
	 "ppc64-POWER7", { "cpu.cores", "4" }, { "cpu.threads", "16" }, { "cpu.sockets", "4" },
	 { "cpu.smt", "true" })

RECORDED(a_laptop_has_four_of_eight_possible_cpus, "util-linux/lscpu-x86_64-dell_e4310.tar.gz",
	 "x86_64-dell_e4310", { "cpu.sockets", "1" }, { "cpu.cores", "2" }, { "cpu.threads", "4" },
	 { "cpu.vendor", "GenuineIntel" },
	 { "cpu.model", "Intel(R) Core(TM) i5 CPU       M 560  @ 2.67GHz" },
	 { "cpu.virt.flag", "true" }, { "cpu.smt", "true" }, { "cpu.virt", "vmx" })

RECORDED(a_virtualbox_guest_without_a_hypervisor_flag_is_not_called_a_cpu_without_vmx_for_certain,
	 "util-linux/lscpu-vbox-win.tar.gz", "vbox-win", { "cpu.sockets", "1" },
	 { "cpu.cores", "2" }, { "cpu.threads", "2" }, { "cpu.numa_nodes", "1" },
	 { "cpu.vendor", "GenuineIntel" },
	 { "cpu.model", "Intel(R) Core(TM) i5-3317U CPU @ 1.70GHz" }, { "cpu.virt.flag", "false" })

RECORDED(a_mainframe_guest_with_memory_in_standby_does_not_count_it,
	 "util-linux/lsmem-s390-zvm-6g.tar.xz", "s390-zvm-6g",
	 { "memory.installed", "unknown:not-recorded" }, { "memory.total", "unknown:not-recorded" },
	 { "cpu.threads", "unknown:not-recorded" })

RECORDED(a_server_with_two_xeons_uses_four_vfs_of_each_of_two_i350_ports,
	 "ghw/xeon-L5640-sriov.tar.gz", ".", { "cpu.sockets", "2" }, { "cpu.cores", "12" },
	 { "cpu.threads", "24" }, { "cpu.numa_nodes", "2" }, { "cpu.vendor", "GenuineIntel" },
	 { "cpu.model", "Intel(R) Xeon(R) CPU           L5640  @ 2.27GHz" },
	 { "memory.total", "67503398912" }, { "cpu.virt.flag", "true" }, { "pci", "#82" },
	 { "disk.count", "1" }, { "disks[name=sda].kind", "unknown:unsupported" },
	 { "disks[name=sda].unused", "false" }, { "pci[address=0000:05:00.0].sriov_total", "7" },
	 { "pci[address=0000:05:00.0].sriov_enabled", "4" },
	 { "pci[address=0000:05:00.1].sriov_total", "7" },
	 { "pci[address=0000:05:10.0].physfn", "true" },
	 { "pci[address=0000:05:00.0].physfn", "false" },
	 { "nics[address=0000:05:00.0].sriov_total", "7" },
	 { "nics[address=0000:05:00.1].sriov_enabled", "4" }, { "nics", "#6" },
	 { "cpu.smt", "true" }, { "cpu.virt", "vmx" }, { "cpu.cores.per_socket", "6" },
	 { "hugepages.2M", "0" }, { "hugepages.1G", "0" }, { "hugepages.1G.supported", "true" },
	 { "memory.installed", "unknown:not-recorded" })

RECORDED(a_laptop_with_two_kinds_of_cores_has_every_function_in_a_group,
	 "ghw/x1-carbon-i7-1270P-iommu.tar.gz", ".", { "cpu.sockets", "1" }, { "cpu.cores", "12" },
	 { "cpu.threads", "16" }, { "cpu.numa_nodes", "1" }, { "cpu.vendor", "GenuineIntel" },
	 { "cpu.model", "12th Gen Intel(R) Core(TM) i7-1270P" }, { "memory.total", "33323692032" },
	 { "cpu.virt.flag", "true" }, { "pci", "#23" }, { "disk.count", "1" },
	 { "disks[name=nvme0n1].kind", "nvme" }, { "pci[address=0000:00:02.0].iommu_group", "0" },
	 { "pci[address=0000:00:00.0].iommu_group", "1" }, { "cpu.smt", "true" },
	 { "cpu.virt", "vmx" }, { "cpu.level", "x86-64-v3" },
	 { "memory.installed", "unknown:not-recorded" })

RECORDED(a_ryzen_with_four_ports_has_svm_and_no_groups, "ghw/ryzen-1600.tar.gz", ".",
	 { "cpu.sockets", "1" }, { "cpu.cores", "6" }, { "cpu.threads", "12" },
	 { "cpu.numa_nodes", "1" }, { "cpu.vendor", "AuthenticAMD" },
	 { "cpu.model", "AMD Ryzen 5 1600 Six-Core Processor" }, { "memory.total", "33564585984" },
	 { "cpu.virt.flag", "true" }, { "pci", "#43" }, { "disk.count", "3" }, { "nic.count", "4" },
	 { "pci[address=0000:06:00.1].device", "1521" },
	 { "pci[address=0000:06:00.1].iommu_group", "unknown:not-recorded" }, { "cpu.smt", "true" },
	 { "cpu.virt", "svm" }, { "memory.installed", "34359738368" })

RECORDED(a_guest_with_nested_vmx_has_two_of_four_cpus_online, "ghw/vm-skylake-offline-cpus.tar.gz",
	 ".", { "cpu.sockets", "2" }, { "cpu.cores", "2" }, { "cpu.threads", "2" },
	 { "cpu.numa_nodes", "1" }, { "cpu.vendor", "GenuineIntel" },
	 { "cpu.model", "Intel Xeon Processor (Skylake, IBRS)" }, { "memory.total", "8071077888" },
	 { "cpu.virt.flag", "true" }, { "cpu.hypervisor", "true" }, { "cpu.virt", "vmx" })

RECORDED(a_xeon_with_two_cpus_offline_has_six_threads, "libvirt/x86_64-test6.tar.xz",
	 "x86_64-test6", { "cpu.sockets", "1" }, { "cpu.cores", "4" }, { "cpu.threads", "6" },
	 { "cpu.numa_nodes", "1" }, { "cpu.vendor", "GenuineIntel" },
	 { "cpu.model", "Intel(R) Xeon(R) CPU           E5640  @ 2.67GHz" },
	 { "cpu.virt.flag", "true" }, { "cpu.virt", "vmx" }, { "cpu.smt", "true" })

RECORDED(a_dom0_sees_its_own_share_of_memory_alone, "virt-what/rhel5-xen-dom0.tar.xz",
	 "rhel5-xen-dom0", { "cpu.vendor", "GenuineIntel" },
	 { "cpu.model", "Intel(R) Core(TM)2 CPU         T7600  @ 2.33GHz" },
	 { "cpu.virt.flag", "true" }, { "host.vm", "none" }, { "iommu.enabled", "unknown:hidden" },
	 { "xen.dom0", "true" }, { "xen.domu", "false" }, { "memory.total", "unknown:hidden" },
	 { "memory.available", "unknown:hidden" }, { "cpu.threads", "unknown:hidden" })

RECORDED(a_kvm_guest_hides_whether_its_host_has_vmx, "virt-what/kvm.tar.xz", "kvm",
	 { "cpu.vendor", "GenuineIntel" }, { "cpu.model", "QEMU Virtual CPU version 0.13.0" },
	 { "cpu.virt.flag", "false" }, { "host.container", "unknown:not-recorded" },
	 { "cpu.hypervisor", "true" }, { "cpu.virt", "unknown:hidden" },
	 { "cpu.virt.enabled", "unknown:hidden" }, { "xen.dom0", "false" })

RECORDED(a_cpuinfo_alone_tells_of_no_network_and_no_memory, "virt-what/baremetal.tar.xz",
	 "baremetal", { "cpu.vendor", "GenuineIntel" },
	 { "cpu.model", "Intel(R) Core(TM) i7 CPU       M 620  @ 2.67GHz" },
	 { "cpu.virt.flag", "true" }, { "iommu.enabled", "unknown:not-recorded" },
	 { "disk.count", "unknown:not-recorded" }, { "host.init", "unknown:not-recorded" },
	 { "host.vm", "unknown:not-recorded" }, { "dev.net/tun", "unknown:not-recorded" },
	 { "cpu.virt", "vmx" }, { "nic.count", "unknown:not-recorded" },
	 { "memory.total", "unknown:not-recorded" }, { "swap.total", "unknown:not-recorded" },
	 { "cgroup.version", "unknown:not-recorded" }, { "kvm.device", "unknown:not-recorded" },
	 { "kernel.config", "unknown:not-recorded" },
	 { "port.free.80/tcp", "unknown:not-recorded" })

RECORDED(a_pc_with_lvm_has_three_disks_and_none_unused, "util-linux/lsblk-simple-lvm.tar.xz",
	 "simple-lvm", { "disk.count", "3" }, { "disks[name=nvme0n1].kind", "nvme" },
	 { "disks[name=nvme0n1].size", "240057409536" }, { "disks[name=nvme0n1].unused", "false" },
	 { "disks[name=sda].unused", "false" }, { "memory.total", "unknown:not-recorded" },
	 { "cpu.threads", "unknown:not-recorded" })

RECORDED(a_xen_guest_on_arm_is_known_by_its_device_tree, "virt-what/xen-arm.tar.xz", "xen-arm",
	 { "host.arch", "aarch64" }, { "host.vm", "xen" }, { "cpu.level", "null" })

RECORDED(an_ibm_power8_has_most_threads_offline, "libvirt/ppc64-subcores1.tar.xz",
	 "ppc64-subcores1", { "cpu.sockets", "4" }, { "cpu.cores", "20" }, { "cpu.threads", "20" },
	 { "cpu.numa_nodes", "4" }, { "numa[2].node", "16" }, { "cpu.smt", "false" })

CONFIGURED(debians_kernel_is_built_for_hosts, "debian12-6.1-amd64", "6.1.192",
	   { "kernel.config_readable", "true" }, { "kernel.config.KVM", "m" },
	   { "kernel.config.KVM_INTEL", "m" }, { "kernel.config.KVM_AMD", "m" },
	   { "kernel.config.VFIO_PCI", "m" }, { "kernel.config.INTEL_IOMMU", "y" },
	   { "kernel.config.INTEL_IOMMU_DEFAULT_ON", "null" }, { "kernel.config.AMD_IOMMU", "y" },
	   { "kernel.config.ARM_SMMU_V3", "null" }, { "kernel.config.PCI_IOV", "y" },
	   { "kernel.config.HUGETLBFS", "y" }, { "kernel.config.NUMA", "y" },
	   { "kernel.config.CGROUPS", "y" }, { "kernel.config.MEMCG", "y" },
	   { "kernel.config.USER_NS", "y" }, { "kernel.config.SECCOMP", "y" },
	   { "kernel.config.OVERLAY_FS", "m" }, { "kernel.config.BRIDGE", "m" },
	   { "kernel.config.VXLAN", "m" }, { "kernel.config.VHOST_NET", "m" },
	   { "kernel.config.TUN", "m" }, { "kernel.config.BPF_SYSCALL", "y" },
	   { "kernel.config.XEN_DOM0", "y" }, { "kernel.config.XEN_PVH", "y" },
	   { "kernel.config.IKCONFIG_PROC", "null" })

CONFIGURED(debians_cloud_kernel_has_no_amd_iommu_and_is_no_dom0, "debian12-6.1-cloud-amd64",
	   "6.1.192", { "kernel.config_readable", "true" }, { "kernel.config.KVM", "m" },
	   { "kernel.config.KVM_INTEL", "m" }, { "kernel.config.KVM_AMD", "m" },
	   { "kernel.config.VFIO_PCI", "m" }, { "kernel.config.INTEL_IOMMU", "y" },
	   { "kernel.config.INTEL_IOMMU_DEFAULT_ON", "null" },
	   { "kernel.config.AMD_IOMMU", "null" }, { "kernel.config.ARM_SMMU_V3", "null" },
	   { "kernel.config.PCI_IOV", "y" }, { "kernel.config.HUGETLBFS", "y" },
	   { "kernel.config.NUMA", "y" }, { "kernel.config.CGROUPS", "y" },
	   { "kernel.config.MEMCG", "y" }, { "kernel.config.USER_NS", "y" },
	   { "kernel.config.SECCOMP", "y" }, { "kernel.config.OVERLAY_FS", "m" },
	   { "kernel.config.BRIDGE", "m" }, { "kernel.config.VXLAN", "m" },
	   { "kernel.config.VHOST_NET", "m" }, { "kernel.config.TUN", "m" },
	   { "kernel.config.BPF_SYSCALL", "y" }, { "kernel.config.XEN_DOM0", "null" },
	   { "kernel.config.XEN_PVH", "y" }, { "kernel.config.IKCONFIG_PROC", "null" })

CONFIGURED(an_enterprise_linux_9_kernel_is_built_for_hosts, "openela9-5.14-x86_64",
	   "5.14.0-503.el9.x86_64", { "kernel.config_readable", "true" },
	   { "kernel.config.KVM", "m" }, { "kernel.config.KVM_INTEL", "m" },
	   { "kernel.config.KVM_AMD", "m" }, { "kernel.config.VFIO_PCI", "m" },
	   { "kernel.config.INTEL_IOMMU", "y" }, { "kernel.config.INTEL_IOMMU_DEFAULT_ON", "null" },
	   { "kernel.config.AMD_IOMMU", "y" }, { "kernel.config.ARM_SMMU_V3", "null" },
	   { "kernel.config.PCI_IOV", "y" }, { "kernel.config.HUGETLBFS", "y" },
	   { "kernel.config.NUMA", "y" }, { "kernel.config.CGROUPS", "y" },
	   { "kernel.config.MEMCG", "y" }, { "kernel.config.USER_NS", "y" },
	   { "kernel.config.SECCOMP", "y" }, { "kernel.config.OVERLAY_FS", "m" },
	   { "kernel.config.BRIDGE", "m" }, { "kernel.config.VXLAN", "m" },
	   { "kernel.config.VHOST_NET", "m" }, { "kernel.config.TUN", "m" },
	   { "kernel.config.BPF_SYSCALL", "y" }, { "kernel.config.XEN_DOM0", "null" },
	   { "kernel.config.XEN_PVH", "null" }, { "kernel.config.IKCONFIG_PROC", "null" })

CONFIGURED(an_enterprise_linux_9_kernel_for_arm_has_kvm_built_in, "openela9-5.14-aarch64",
	   "5.14.0-503.el9.aarch64", { "kernel.config_readable", "true" },
	   { "kernel.config.KVM", "y" }, { "kernel.config.KVM_INTEL", "null" },
	   { "kernel.config.KVM_AMD", "null" }, { "kernel.config.VFIO_PCI", "m" },
	   { "kernel.config.INTEL_IOMMU", "null" },
	   { "kernel.config.INTEL_IOMMU_DEFAULT_ON", "null" },
	   { "kernel.config.AMD_IOMMU", "null" }, { "kernel.config.ARM_SMMU_V3", "y" },
	   { "kernel.config.PCI_IOV", "y" }, { "kernel.config.HUGETLBFS", "y" },
	   { "kernel.config.NUMA", "y" }, { "kernel.config.CGROUPS", "y" },
	   { "kernel.config.MEMCG", "y" }, { "kernel.config.USER_NS", "y" },
	   { "kernel.config.SECCOMP", "y" }, { "kernel.config.OVERLAY_FS", "m" },
	   { "kernel.config.BRIDGE", "m" }, { "kernel.config.VXLAN", "m" },
	   { "kernel.config.VHOST_NET", "m" }, { "kernel.config.TUN", "m" },
	   { "kernel.config.BPF_SYSCALL", "y" }, { "kernel.config.XEN_DOM0", "null" },
	   { "kernel.config.XEN_PVH", "null" }, { "kernel.config.IKCONFIG_PROC", "null" })

CONFIGURED(a_dom0_kernel_has_no_kvm, "xcp-ng-4.19-dom0", "4.19.0+0",
	   { "kernel.config_readable", "true" }, { "kernel.config.KVM", "null" },
	   { "kernel.config.KVM_INTEL", "null" }, { "kernel.config.KVM_AMD", "null" },
	   { "kernel.config.VFIO_PCI", "null" }, { "kernel.config.INTEL_IOMMU", "y" },
	   { "kernel.config.INTEL_IOMMU_DEFAULT_ON", "null" }, { "kernel.config.AMD_IOMMU", "y" },
	   { "kernel.config.ARM_SMMU_V3", "null" }, { "kernel.config.PCI_IOV", "y" },
	   { "kernel.config.HUGETLBFS", "y" }, { "kernel.config.NUMA", "null" },
	   { "kernel.config.CGROUPS", "y" }, { "kernel.config.MEMCG", "y" },
	   { "kernel.config.USER_NS", "y" }, { "kernel.config.SECCOMP", "y" },
	   { "kernel.config.OVERLAY_FS", "m" }, { "kernel.config.BRIDGE", "m" },
	   { "kernel.config.VXLAN", "m" }, { "kernel.config.VHOST_NET", "null" },
	   { "kernel.config.TUN", "m" }, { "kernel.config.BPF_SYSCALL", "y" },
	   { "kernel.config.XEN_DOM0", "y" }, { "kernel.config.XEN_PVH", "y" },
	   { "kernel.config.IKCONFIG_PROC", "y" })

CONFIGURED(a_microvm_kernel_lacks_most_of_what_hosts_need, "firecracker-guest-6.1-x86_64",
	   "6.1.167-27.319.amzn2023.x86_64", { "kernel.config_readable", "true" },
	   { "kernel.config.KVM", "null" }, { "kernel.config.KVM_INTEL", "null" },
	   { "kernel.config.KVM_AMD", "null" }, { "kernel.config.VFIO_PCI", "null" },
	   { "kernel.config.INTEL_IOMMU", "null" },
	   { "kernel.config.INTEL_IOMMU_DEFAULT_ON", "null" },
	   { "kernel.config.AMD_IOMMU", "null" }, { "kernel.config.ARM_SMMU_V3", "null" },
	   { "kernel.config.PCI_IOV", "null" }, { "kernel.config.HUGETLBFS", "y" },
	   { "kernel.config.NUMA", "y" }, { "kernel.config.CGROUPS", "y" },
	   { "kernel.config.MEMCG", "y" }, { "kernel.config.USER_NS", "y" },
	   { "kernel.config.SECCOMP", "y" }, { "kernel.config.OVERLAY_FS", "y" },
	   { "kernel.config.BRIDGE", "y" }, { "kernel.config.VXLAN", "null" },
	   { "kernel.config.VHOST_NET", "null" }, { "kernel.config.TUN", "null" },
	   { "kernel.config.BPF_SYSCALL", "y" }, { "kernel.config.XEN_DOM0", "null" },
	   { "kernel.config.XEN_PVH", "null" }, { "kernel.config.IKCONFIG_PROC", "null" })

MOUNTED(fedora_21_mounts_version_1_of_cgroups, "fedora-21", { "cgroup.version", "v1" },
	{ "cgroup.v1.controllers", "#11" }, { "cgroup.v2.controllers", "#0" })

MOUNTED(a_system_without_cgroup_mounts_has_none, "no-cgroups", { "cgroup.version", "none" })

MOUNTED(a_system_may_mount_version_2_alone, "unified", { "cgroup.version", "v2" })

MOUNTED(one_hierarchy_may_carry_all_controllers, "all-in-one", { "cgroup.version", "v1" })

MOUNTED(an_ovirt_node_mounts_version_1, "ovirt-node-6.6", { "cgroup.version", "v1" })

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_dell_with_two_xeons_i350_ports_and_infiniband),
		TEST(a_supermicro_has_512_huge_pages_on_each_of_four_nodes),
		TEST(a_huawei_arm_server_has_128_cores_and_four_sizes_of_huge_pages),
		TEST(a_dell_with_cpu_0_and_node_0_offline_counts_what_is_online),
		TEST(an_old_xeon_with_an_impossible_amount_of_memory_overflows_nothing),
		TEST(an_ibm_power9_has_sparse_numa_nodes_of_its_gpus),
		TEST(a_guest_of_cloudstack_hides_whether_its_host_has_vmx),
		TEST(a_tyan_with_eight_opterons_shows_no_svm),
		TEST(a_small_arm_board_tells_little),
		TEST(a_mainframe_has_17_of_20_cpus_online),
		TEST(an_ibm_power7_has_four_threads_a_core),
		TEST(a_laptop_has_four_of_eight_possible_cpus),
		TEST(a_virtualbox_guest_without_a_hypervisor_flag_is_not_called_a_cpu_without_vmx_for_certain),
		TEST(a_mainframe_guest_with_memory_in_standby_does_not_count_it),
		TEST(a_server_with_two_xeons_uses_four_vfs_of_each_of_two_i350_ports),
		TEST(a_laptop_with_two_kinds_of_cores_has_every_function_in_a_group),
		TEST(a_ryzen_with_four_ports_has_svm_and_no_groups),
		TEST(a_guest_with_nested_vmx_has_two_of_four_cpus_online),
		TEST(a_xeon_with_two_cpus_offline_has_six_threads),
		TEST(a_dom0_sees_its_own_share_of_memory_alone),
		TEST(a_kvm_guest_hides_whether_its_host_has_vmx),
		TEST(a_cpuinfo_alone_tells_of_no_network_and_no_memory),
		TEST(a_pc_with_lvm_has_three_disks_and_none_unused),
		TEST(a_xen_guest_on_arm_is_known_by_its_device_tree),
		TEST(an_ibm_power8_has_most_threads_offline),
		TEST(debians_kernel_is_built_for_hosts),
		TEST(debians_cloud_kernel_has_no_amd_iommu_and_is_no_dom0),
		TEST(an_enterprise_linux_9_kernel_is_built_for_hosts),
		TEST(an_enterprise_linux_9_kernel_for_arm_has_kvm_built_in),
		TEST(a_dom0_kernel_has_no_kvm),
		TEST(a_microvm_kernel_lacks_most_of_what_hosts_need),
		TEST(fedora_21_mounts_version_1_of_cgroups),
		TEST(a_system_without_cgroup_mounts_has_none),
		TEST(a_system_may_mount_version_2_alone),
		TEST(one_hierarchy_may_carry_all_controllers),
		TEST(an_ovirt_node_mounts_version_1),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
