/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cpu: sockets, cores, features, hardware virtualisation, NUMA nodes */
#include <errno.h>
#include <string.h>

#include "cpu_info.h"
#include "cpu_topology.h"
#include "cpu_virt.h"
#include "host/cpuid.h"
#include "host/xen.h"
#include "probe.h"

#define CPUINFO	 "/proc/cpuinfo"
#define CPU_DIR	 "/sys/devices/system/cpu"
#define NODE_DIR "/sys/devices/system/node"

static const struct field_def numa_fields[] = {
	{ "node", FACT_COUNT, NULL, "number of the node" },
	{ "cpus", FACT_STRING, NULL, "its online CPUs, as a list of ranges" },
	{ "memory", FACT_COUNT, "bytes", "its memory, as the kernel manages it" },
	{ "isolated", FACT_COUNT, "CPUs", "how many of its CPUs are kept from the scheduler" },
	{ 0 },
};

static const struct fact_def facts_of_cpu[] = {
	{ "cpu.vendor", FACT_STRING, SCOPE_HARDWARE, .meaning = "who made the CPU",
	  .source = CPUINFO },
	{ "cpu.model", FACT_STRING, SCOPE_HARDWARE, .meaning = "the CPU's name",
	  .source = CPUINFO },
	{ "cpu.sockets", FACT_COUNT, SCOPE_HARDWARE, .meaning = "sockets with a CPU that is online",
	  .source = CPU_DIR "/cpu*/topology" },
	{ "cpu.cores", FACT_COUNT, SCOPE_HARDWARE, .meaning = "cores that are online",
	  .source = CPU_DIR "/cpu*/topology" },
	{ "cpu.threads", FACT_COUNT, SCOPE_HARDWARE, .meaning = "logical CPUs that are online",
	  .source = CPU_DIR "/online" },
	{ "cpu.smt", FACT_BOOL, SCOPE_HARDWARE,
	  .meaning = "cores run more than one thread at a time", .source = CPU_DIR "/smt/active" },
	{ "cpu.cores.per_socket", FACT_COUNT, SCOPE_HARDWARE, .meaning = "cores of one socket",
	  .source = "cpu.cores, cpu.sockets" },
	{ "cpu.features", FACT_STRINGS, SCOPE_HARDWARE,
	  .meaning = "features of CPU 0, as the kernel spells them", .source = CPUINFO },
	{ "cpu.level", FACT_STRING, SCOPE_HARDWARE,
	  .meaning = "the highest x86-64 level whose features are all there",
	  .source = CPUINFO " flags", .values = "x86-64-v1 x86-64-v2 x86-64-v3 x86-64-v4" },
	{ "cpu.virt", FACT_STRING, SCOPE_HARDWARE,
	  .meaning = "the hardware virtualisation that the CPU has", .source = "CPUID",
	  .values = "vmx svm arm-el2 none" },
	{ "cpu.virt.flag", FACT_BOOL, SCOPE_OS,
	  .meaning = "the kernel shows hardware virtualisation", .source = CPUINFO " flags" },
	{ "cpu.virt.enabled", FACT_BOOL, SCOPE_FIRMWARE,
	  .meaning = "firmware lets hardware virtualisation be used",
	  .source = "MSR 3Ah or C0010114h, " CPUINFO " flags, KVM", .privilege = "root, for MSRs" },
	{ "cpu.virt.locked", FACT_BOOL, SCOPE_FIRMWARE,
	  .meaning = "firmware's setting of it is locked until the next reset",
	  .source = "MSR 3Ah or C0010114h", .privilege = "root, for MSRs" },
	{ "cpu.virt.lock_seen", FACT_BOOL, SCOPE_FIRMWARE,
	  .meaning = "that lock was seen; false also where nobody could look",
	  .source = "cpu.virt.locked", .privilege = "root, for MSRs" },
	{ "cpu.virt.uneven", FACT_BOOL, SCOPE_FIRMWARE,
	  .meaning = "firmware set it differently on different CPUs",
	  .source = "MSR 3Ah or C0010114h of every CPU", .privilege = "root, for MSRs" },
	{ "cpu.ept", FACT_BOOL, SCOPE_HARDWARE,
	  .meaning = "guests have page tables of their own (EPT, NPT, stage 2)",
	  .source = CPUINFO " flags, CPUID.8000000Ah:EDX[0]" },
	{ "cpu.sev", FACT_BOOL, SCOPE_HARDWARE,
	  .meaning = "the CPU encrypts guests' memory with keys of their own (AMD SEV)",
	  .source = "CPUID.8000001Fh:EAX[1]" },
	{ "cpu.sev_es", FACT_BOOL, SCOPE_HARDWARE,
	  .meaning = "it encrypts guests' registers too (AMD SEV-ES)",
	  .source = "CPUID.8000001Fh:EAX[3]" },
	{ "cpu.sev_snp", FACT_BOOL, SCOPE_HARDWARE,
	  .meaning = "it guards guests' page tables too (AMD SEV-SNP)",
	  .source = "CPUID.8000001Fh:EAX[4]" },
	{ "cpu.tdx", FACT_BOOL, SCOPE_FIRMWARE,
	  .meaning = "firmware set keys aside for guests of Intel TDX",
	  .source = CPUINFO " flags, MSR 87h", .privilege = "root, for MSRs" },
	{ "cpu.hypervisor", FACT_BOOL, SCOPE_HARDWARE,
	  .meaning = "a hypervisor stands between the system and the CPU",
	  .source = "CPUID.1:ECX[31]" },
	{ "cpu.numa_nodes", FACT_COUNT, SCOPE_HARDWARE, .meaning = "NUMA nodes", .source = "numa" },
	{ "cpu.isolated", FACT_STRING, SCOPE_OS,
	  .meaning = "CPUs kept free of other work (isolcpus=, nohz_full=)",
	  .source = CPU_DIR "/{isolated,nohz_full}" },
	{ "cpu.isolated.count", FACT_COUNT, SCOPE_OS, .meaning = "how many CPUs are isolated",
	  .source = "cpu.isolated" },
	{ "cpu.gic", FACT_STRING, SCOPE_HARDWARE, .meaning = "Arm interrupt controller",
	  .source = "/proc/interrupts", .values = "v2 v3" },
	{ "cpu.vulnerable", FACT_BOOL, SCOPE_STATE,
	  .meaning = "the kernel says that a CPU vulnerability is not mitigated",
	  .source = CPU_DIR "/vulnerabilities" },
	{ "cpu.iommu_known", FACT_BOOL, SCOPE_HARDWARE,
	  .meaning = "this CPU model is known to have an IOMMU", .source = "CPU model" },
	{ "cpu.cores.per_osd", FACT_COUNT, SCOPE_OPERATOR,
	  .meaning = "cores for each Ceph OSD that is planned",
	  .source = "only who plans the storage can tell" },
	{ "cpu.cores.per_mon", FACT_COUNT, SCOPE_OPERATOR,
	  .meaning = "cores for each Ceph monitor that is planned",
	  .source = "only who plans the storage can tell" },
	{ "cpu.cores.per_mds", FACT_COUNT, SCOPE_OPERATOR,
	  .meaning = "cores for each Ceph metadata server that is planned",
	  .source = "only who plans the storage can tell" },
	{ "cpu.model.uniform", FACT_BOOL, SCOPE_OPERATOR,
	  .meaning = "all hosts of the fleet have the same CPU model",
	  .source = "only a comparison of the hosts can tell" },
	{ "numa", FACT_RECORDS, SCOPE_HARDWARE, .meaning = "NUMA nodes", .source = NODE_DIR,
	  .fields = numa_fields },
};

/* --- who it is --- */

/*
 * CPU implementers (Linux arch/arm64/include/asm/cputype.h, ARM_CPU_IMP_*), by vendor name as
 * /proc/cpuinfo would.
 */
static const struct {
	const char *implementer, *name;
} arm_vendors[] = {
	{ "0x41", "ARM" },	 { "0x42", "Broadcom" },  { "0x43", "Cavium" },
	{ "0x46", "Fujitsu" },	 { "0x48", "HiSilicon" }, { "0x4e", "NVIDIA" },
	{ "0x50", "APM" },	 { "0x51", "Qualcomm" },  { "0x61", "Apple" },
	{ "0x6d", "Microsoft" }, { "0xc0", "Ampere" },
};

/* ARM_CPU_PART_* of the same file, and arm_part of util-linux sys-utils/lscpu-arm.c. */
static const struct {
	const char *implementer, *part, *name;
} arm_models[] = {
	{ "0x41", "0xb76", "ARM1176" },	    { "0x41", "0xc07", "Cortex-A7" },
	{ "0x41", "0xc09", "Cortex-A9" },   { "0x41", "0xc0f", "Cortex-A15" },
	{ "0x41", "0xd03", "Cortex-A53" },  { "0x41", "0xd05", "Cortex-A55" },
	{ "0x41", "0xd07", "Cortex-A57" },  { "0x41", "0xd08", "Cortex-A72" },
	{ "0x41", "0xd0b", "Cortex-A76" },  { "0x41", "0xd0c", "Neoverse N1" },
	{ "0x41", "0xd40", "Neoverse V1" }, { "0x41", "0xd49", "Neoverse N2" },
	{ "0x41", "0xd4f", "Neoverse V2" }, { "0x43", "0x0a1", "ThunderX 88XX" },
	{ "0x43", "0x0af", "ThunderX2" },   { "0x46", "0x001", "A64FX" },
	{ "0x48", "0xd01", "Kunpeng 920" }, { "0x50", "0x000", "X-Gene" },
	{ "0xc0", "0xac3", "AmpereOne" },
};

static void set_arm_names(struct facts *facts, const struct cpu_info *info)
{
	const char *vendor = info->implementer, *model = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(arm_vendors); i++) {
		if (strcmp(info->implementer, arm_vendors[i].implementer) == 0)
			vendor = arm_vendors[i].name;
	}
	for (size_t i = 0; info->part && i < ARRAY_SIZE(arm_models); i++) {
		if (strcmp(info->implementer, arm_models[i].implementer) == 0 &&
		    strcmp(info->part, arm_models[i].part) == 0)
			model = arm_models[i].name;
	}
	if (!model)
		model = arena_printf(facts_arena(facts), "%s part %s", vendor,
				     info->part ? info->part : "unknown");
	facts_set_string(facts, "cpu.vendor", vendor, PATH("%s CPU implementer", info->source));
	facts_set_string(facts, "cpu.model", model, PATH("%s CPU part", info->source));
}

static void set_names(struct facts *facts, const struct cpu_info *info)
{
	if (info->implementer) {
		set_arm_names(facts, info);
		return;
	}
	if (info->vendor)
		facts_set_string(facts, "cpu.vendor", info->vendor,
				 PATH("%s vendor_id", info->source));
	else
		facts_set_unsupported(facts, "cpu.vendor", CPUINFO " names no vendor");
	if (info->name)
		facts_set_string(facts, "cpu.model", info->name,
				 PATH("%s model name", info->source));
	else
		facts_set_unsupported(facts, "cpu.model", CPUINFO " names no model");
}

/* --- features --- */

/*
 * What each level adds, as the kernel spells it (the x86-64 psABI's levels, as glibc's
 * sysdeps/x86/get-isa-level.h tests them). `xsave` among the flags means that the kernel switched
 * it on, which is what the level asks of the system (OSXSAVE).
 */
static const struct {
	const char *level;
	const char *flags[12];
} levels[] = {
	{ "x86-64-v1", { "lm", "cmov", "cx8", "fpu", "fxsr", "mmx", "syscall", "sse", "sse2" } },
	{ "x86-64-v2", { "cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3" } },
	{ "x86-64-v3", { "avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave" } },
	{ "x86-64-v4", { "avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl" } },
};

static bool has_level(const struct cpu_info *info, size_t level)
{
	for (size_t i = 0; i < ARRAY_SIZE(levels[level].flags) && levels[level].flags[i]; i++) {
		if (!cpu_info_has(info, levels[level].flags[i]))
			return false;
	}
	return true;
}

static void set_level(struct facts *facts, const struct cpu_info *info)
{
	const char *level = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(levels) && has_level(info, i); i++)
		level = levels[i].level;
	if (level)
		facts_set_string(facts, "cpu.level", level, PATH("%s flags", info->source));
	else
		facts_set_absent(facts, "cpu.level", PATH("%s flags", info->source));
}

static void set_features(struct facts *facts, const struct cpu_info *info)
{
	struct arena *arena = facts_arena(facts);
	struct list list = { 0 };
	char *rest, *word;

	if (!info->flags) {
		facts_set_reason(facts, "cpu.features",
				 info->of_kernel ? UNKNOWN_UNSUPPORTED : UNKNOWN_NOT_RECORDED,
				 PATH("%s lists no features", info->source));
		facts_set_absent(facts, "cpu.level", info->source);
		return;
	}
	rest = arena_strdup(arena, info->flags);
	while ((word = strsep(&rest, " \t"))) {
		if (*word)
			list_add(arena, &list, value_string(word));
	}
	facts_set_value(facts, "cpu.features", list_value(&list), info->source);
	set_level(facts, info);
}

/* --- sockets, cores, threads --- */

static const char *const sizes[] = { "cpu.sockets", "cpu.cores", "cpu.threads" };

/*
 * Older Arm kernels show each cluster as a package; those that know better have cluster_id. One
 * cluster is in one socket.
 */
static bool packages_are_clusters(const struct host *host, const struct cpu_info *info)
{
	return info->implementer &&
	       host_exists(host, CPU_DIR "/cpu0/topology/cluster_id", NULL) <= 0;
}

static void set_smt(const struct host *host, struct facts *facts, const struct cpu_topology *found)
{
	uint64_t active;

	if (host_read_u64(host, CPU_DIR "/smt/active", &active, NULL) == 0)
		facts_set_bool(facts, "cpu.smt", active != 0, CPU_DIR "/smt/active");
	else if (found)
		facts_set_bool(facts, "cpu.smt", found->threads > found->cores, found->source);
	else
		facts_set_unsupported(facts, "cpu.smt", "this kernel does not tell");
}

static void set_counts(struct facts *facts, const struct cpu_topology *found, bool clusters)
{
	facts_set_int(facts, "cpu.threads", found->threads, found->source);
	facts_set_int(facts, "cpu.cores", found->cores, found->source);
	if ((clusters && found->sockets > 1) || found->sockets == 0)
		facts_set_unsupported(facts, "cpu.sockets", "this kernel does not tell sockets");
	else
		facts_set_int(facts, "cpu.sockets", found->sockets, found->source);
}

static void set_topology(const struct host *host, struct facts *facts, const struct cpu_info *info,
			 bool share)
{
	struct cpu_topology found;
	struct error err = { 0 };
	int r = cpu_topology_read(host, &found, &err);

	set_smt(host, facts, r == 0 ? &found : NULL);
	if (r == 0 && !share) {
		set_counts(facts, &found, packages_are_clusters(host, info));
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		if (share)
			facts_set_hidden(
				facts, sizes[i],
				"this is Xen's control domain: it sees its share of the CPUs");
		else
			facts_set_unknown(facts, sizes[i], &err);
	}
}

/* --- isolated CPUs --- */

static void set_isolated(const struct host *host, struct facts *facts)
{
	auto_free char *isolated = NULL;
	const char *source;
	struct error err = { 0 };

	if (cpu_isolated_read(host, &isolated, &source, &err) < 0)
		facts_set_unknown(facts, "cpu.isolated", &err);
	else if (isolated)
		facts_set_string(facts, "cpu.isolated", isolated, source);
	else
		facts_set_absent(facts, "cpu.isolated", source);
}

/* --- vulnerabilities --- */

static void set_vulnerable(const struct host *host, struct facts *facts)
{
	const char *folder = CPU_DIR "/vulnerabilities";
	auto_names struct host_names names = { 0 };
	struct error err = { 0 };
	int r = host_list(host, folder, &names, &err);

	if (r == -ENOENT) {
		facts_set_unsupported(facts, "cpu.vulnerable",
				      "this kernel does not tell of CPU vulnerabilities");
		return;
	}
	for (size_t i = 0; r == 0 && i < names.len; i++) {
		const char *path = PATH("%s/%s", folder, names.names[i]);
		auto_free char *line = NULL;

		r = host_read_line(host, path, &line, &err);
		/*
		 * Also "KVM: Vulnerable", or one measure of several: "Mitigation: …; BHI:
		 * Vulnerable".
		 */
		if (r == 0 && strstr(line, "Vulnerable")) {
			facts_set_bool(facts, "cpu.vulnerable", true, path);
			return;
		}
	}
	if (r < 0)
		facts_set_unknown(facts, "cpu.vulnerable", &err);
	else
		facts_set_bool(facts, "cpu.vulnerable", false, folder);
}

/* --- Arm's interrupt controller --- */

/*
 * The chip's name in each interrupt's line (struct irq_chip .name in Linux
 * drivers/irqchip/irq-gic.c, irq-gic-v3.c).
 */
static const struct {
	const char *chip, *version;
} gics[] = {
	{ " GICv3 ", "v3" },
	{ " GICv2 ", "v2" },
	{ " GIC-0 ", "v2" },
	{ " GIC ", "v2" },
};

static void set_gic(const struct host *host, struct facts *facts, const struct cpu_info *info)
{
	auto_free char *text = NULL;
	struct error err = { 0 };

	if (!info->implementer) {
		facts_set_absent(facts, "cpu.gic", CPUINFO);
		return;
	}
	if (host_read(host, "/proc/interrupts", &text, NULL, &err) < 0) {
		facts_set_unknown(facts, "cpu.gic", &err);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(gics); i++) {
		if (strstr(text, gics[i].chip)) {
			facts_set_string(facts, "cpu.gic", gics[i].version, "/proc/interrupts");
			return;
		}
	}
	facts_set_unsupported(facts, "cpu.gic", "/proc/interrupts names no interrupt controller");
}

/* --- models that have an IOMMU --- */

/*
 * The PCI ID database (pci.ids, pci-ids.ucw.cz) names the VT-d or IOMMU function of each. Models
 * are those of Linux arch/x86/include/asm/intel-family.h; for AMD those that the function's own
 * name tells, or else LLVM's Host.cpp (Starship, Matisse) and QEMU's EPYC-Milan
 * (target/i386/cpu.c). A model that is not here may have one too.
 */
static const struct {
	const char *vendor;
	uint64_t family, first_model, last_model;
	const char *function;
} with_iommu[] = {
	{ "GenuineIntel", 6, 0x2d, 0x2d, "8086:3c28" }, /* Sandy Bridge Xeon E5 */
	{ "GenuineIntel", 6, 0x3e, 0x3e, "8086:0e28" }, /* Ivy Bridge Xeon E5/E7 v2 */
	{ "GenuineIntel", 6, 0x3f, 0x3f, "8086:2f28" }, /* Haswell Xeon E5/E7 v3 */
	{ "GenuineIntel", 6, 0x4f, 0x4f, "8086:6f28" }, /* Broadwell Xeon E5/E7 v4 */
	{ "GenuineIntel", 6, 0x56, 0x56, "8086:6f28" }, /* Broadwell Xeon D */
	{ "GenuineIntel", 6, 0x55, 0x55,
	  "8086:2034" }, /* Skylake Xeon and what followed on its socket */
	{ "GenuineIntel", 6, 0x6a, 0x6a, "8086:09a2" }, /* Ice Lake Xeon */
	{ "AuthenticAMD", 0x15, 0x10, 0x1f, "1022:1419" },
	{ "AuthenticAMD", 0x15, 0x30, 0x3f, "1022:1423" },
	{ "AuthenticAMD", 0x15, 0x60, 0x6f, "1022:1577" },
	{ "AuthenticAMD", 0x17, 0x00, 0x0f, "1022:1451" }, /* Naples */
	{ "AuthenticAMD", 0x17, 0x30, 0x3f, "1022:1481" }, /* Rome (Starship) */
	{ "AuthenticAMD", 0x17, 0x70, 0x7f, "1022:1481" }, /* Matisse */
	{ "AuthenticAMD", 0x19, 0x01, 0x01, "1022:164f" }, /* Milan */
};

static void set_iommu_known(struct facts *facts, const struct cpu_info *info, bool dom0)
{
	uint64_t family, model;

	if (!dom0 && !facts_is_false(facts, "cpu.hypervisor")) {
		facts_set_hidden(facts, "cpu.iommu_known",
				 "in a guest the CPU's model tells nothing of the machine");
		return;
	}
	if (!info->vendor || !info->family || !info->model ||
	    parse_u64(info->family, 10, &family) < 0 || parse_u64(info->model, 10, &model) < 0) {
		facts_set_unsupported(facts, "cpu.iommu_known", CPUINFO " names no CPU model");
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(with_iommu); i++) {
		if (with_iommu[i].family == family && model >= with_iommu[i].first_model &&
		    model <= with_iommu[i].last_model &&
		    strcmp(info->vendor, with_iommu[i].vendor) == 0) {
			facts_set_bool(facts, "cpu.iommu_known", true,
				       arena_printf(facts_arena(facts),
						    "the model has PCI function %s",
						    with_iommu[i].function));
			return;
		}
	}
	facts_set_unsupported(facts, "cpu.iommu_known", "nothing is known of this CPU model");
}

/* --- NUMA nodes --- */

/* "Node 0 MemTotal:       32765432 kB" */
static int node_memory(const struct host *host, uint64_t node, int64_t *ret, struct error *err)
{
	const char *path = PATH(NODE_DIR "/node%llu/meminfo", (unsigned long long)node);
	auto_free char *text = NULL;
	const char *line;
	int r = host_read(host, path, &text, NULL, err);
	long long kb;

	if (r < 0)
		return r;
	line = strstr(text, "MemTotal:");
	if (!line || sscanf(line, "MemTotal: %lld kB", &kb) != 1 || kb < 0 || kb > INT64_MAX / 1024)
		return error_set(err, -EINVAL, "%s: no MemTotal", path);
	*ret = kb * 1024;
	return 0;
}

/* The list of a node's CPUs; Linux 2.6.25 and older have a mask. */
static int node_cpus(const struct host *host, uint64_t node, char **ret, struct error *err)
{
	auto_free char *mask = NULL;
	int r = host_read_line(host, PATH(NODE_DIR "/node%llu/cpulist", (unsigned long long)node),
			       ret, err);

	if ((r == -ENOENT || r == -ENODATA) &&
	    host_read_line(host, PATH(NODE_DIR "/node%llu/cpumap", (unsigned long long)node), &mask,
			   NULL) == 0)
		return cpumask_to_list(mask, ret);
	return r;
}

/* How many numbers two lists have in common. */
static int64_t count_common(const char *a, const char *b)
{
	uint64_t a_first, a_last, b_first, b_last;
	int64_t count = 0;

	while (cpulist_next(&a, &a_first, &a_last) > 0) {
		for (const char *rest = b; cpulist_next(&rest, &b_first, &b_last) > 0;) {
			uint64_t first = a_first > b_first ? a_first : b_first;
			uint64_t last = a_last < b_last ? a_last : b_last;

			count += first <= last ? (int64_t)(last - first + 1) : 0;
		}
	}
	return count;
}

/* Of the node's CPUs; what is unknown of the machine's is unknown of these. */
static struct value isolated_of(const struct value *isolated, const char *cpus)
{
	if (isolated->kind == VALUE_UNKNOWN)
		return *isolated;
	return value_int(isolated->kind == VALUE_STRING ? count_common(cpus, isolated->s) : 0);
}

static struct value numa_record(const struct host *host, struct facts *facts, uint64_t node)
{
	const struct value *isolated = &facts_get(facts, "cpu.isolated")->value;
	struct arena *arena = facts_arena(facts);
	struct record record = { 0 };
	struct error err = { 0 };
	auto_free char *cpus = NULL;
	int64_t bytes = 0;

	record_add(arena, &record, "node", value_int((int64_t)node));
	if (node_cpus(host, node, &cpus, &err) < 0)
		record_add(arena, &record, "cpus",
			   value_unknown(arena, err.reason, NULL, err.text));
	else
		record_add(arena, &record, "cpus", value_string(arena_strdup(arena, cpus)));
	if (node_memory(host, node, &bytes, &err) < 0)
		record_add(arena, &record, "memory",
			   value_unknown(arena, err.reason, NULL, err.text));
	else
		record_add(arena, &record, "memory", value_int(bytes));
	record_add(arena, &record, "isolated",
		   cpus ? isolated_of(isolated, cpus)
			: value_unknown(arena, err.reason, NULL, NULL));
	return record_value(&record);
}

/*
 * A bound for what a recording may claim: MAX_NUMNODES (Linux include/linux/numa.h) where
 * CONFIG_NODES_SHIFT is 10.
 */
#define NODES_MAX 1024

/* Linux 2.6.24 and older have no list of the nodes that are online, and show no others. */
static int list_node_folders(const struct host *host, struct facts *facts, struct list *list)
{
	auto_names struct host_names names = { 0 };
	int r = host_list(host, NODE_DIR, &names, NULL);

	for (size_t i = 0; r == 0 && i < names.len; i++) {
		uint64_t node;

		if (starts_with(names.names[i], "node") &&
		    parse_u64(names.names[i] + strlen("node"), 10, &node) == 0 && node < NODES_MAX)
			list_add(facts_arena(facts), list, numa_record(host, facts, node));
	}
	return r < 0 || list->len == 0 ? -ENODATA : 0;
}

static int list_nodes(const struct host *host, struct facts *facts, struct list *list,
		      struct error *err)
{
	auto_free char *online = NULL;
	uint64_t first, last;
	int r = host_read_line(host, NODE_DIR "/online", &online, err);
	const char *rest = online;

	if ((r == -ENOENT || r == -ENODATA) && list_node_folders(host, facts, list) == 0)
		return 0;
	if (r == -ENOENT)
		return error_set(err, -EOPNOTSUPP, "this kernel was built without NUMA");
	while (r == 0 && cpulist_next(&rest, &first, &last) > 0) {
		for (uint64_t node = first; node <= last && node < NODES_MAX; node++)
			list_add(facts_arena(facts), list, numa_record(host, facts, node));
	}
	return r;
}

static void set_numa(const struct host *host, struct facts *facts, bool share)
{
	struct list list = { 0 };
	struct error err = { 0 };
	int r;

	if (share)
		r = error_because(
			&err, -ENODATA, UNKNOWN_HIDDEN,
			"this is Xen's control domain: it does not see the machine's nodes");
	else
		r = list_nodes(host, facts, &list, &err);
	if (r < 0)
		facts_set_unknown(facts, "numa", &err);
	else
		facts_set_value(facts, "numa", list_value(&list), NODE_DIR);
}

/* --- */

static void set_unread(struct facts *facts, const struct error *err)
{
	static const char *const names[] = {
		"cpu.vendor",	   "cpu.model",	    "cpu.features",	"cpu.level",
		"cpu.virt",	   "cpu.virt.flag", "cpu.virt.enabled", "cpu.virt.locked",
		"cpu.virt.uneven", "cpu.ept",	    "cpu.hypervisor",	"cpu.gic",
		"cpu.sev",	   "cpu.sev_es",    "cpu.sev_snp",	"cpu.tdx",
		"cpu.iommu_known",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		facts_set_unknown(facts, names[i], err);
}

static int run(const struct host *host, struct facts *facts, struct error *err)
{
	auto_cpu_info struct cpu_info info = { 0 };
	bool share = host_xen_dom0(host, NULL) > 0;

	(void)err;
	if (cpu_info_read(host, &info, err) < 0) {
		set_unread(facts, err);
	} else {
		set_names(facts, &info);
		set_features(facts, &info);
		cpu_virt_run(host, facts, &info);
		set_gic(host, facts, &info);
		set_iommu_known(facts, &info, share);
	}
	set_topology(host, facts, &info, share);
	set_isolated(host, facts);
	set_vulnerable(host, facts);
	set_numa(host, facts, share);
	for (size_t i = 0; i < ARRAY_SIZE(facts_of_cpu); i++) {
		if (facts_of_cpu[i].scope == SCOPE_OPERATOR)
			facts_set_unsupported(facts, facts_of_cpu[i].name, facts_of_cpu[i].source);
	}
	return 0;
}

/* A count that follows from another fact shares its fate. */
static bool derive_unknown(struct facts *facts, const char *name, const char *from)
{
	const struct fact *fact = facts_get(facts, from);
	const struct value_unknown *why = fact->value.unknown;

	if (fact->value.kind != VALUE_UNKNOWN)
		return false;
	facts_set_reason(facts, name, why->reason, why->detail);
	return true;
}

/* Firmware that has a switch for it says so of models that no table here knows. */
static void derive_iommu_known(struct facts *facts)
{
	const struct fact *known = facts_get(facts, "cpu.iommu_known");
	const char *vm = facts_string(facts, "host.vm");

	if (known->value.kind == VALUE_UNKNOWN && vm && strcmp(vm, "none") == 0 &&
	    facts_string(facts, "firmware.iommu"))
		facts_set_bool(facts, "cpu.iommu_known", true, "firmware.iommu");
}

static void derive(struct facts *facts)
{
	const struct fact *numa = facts_get(facts, "numa");
	const char *isolated = facts_string(facts, "cpu.isolated");
	int64_t cores = facts_int(facts, "cpu.cores", 0);
	int64_t sockets = facts_int(facts, "cpu.sockets", 0);

	if (!derive_unknown(facts, "cpu.numa_nodes", "numa"))
		facts_set_int(facts, "cpu.numa_nodes", numa->value.len, numa->source);
	if (!derive_unknown(facts, "cpu.isolated.count", "cpu.isolated"))
		facts_set_int(facts, "cpu.isolated.count", isolated ? cpulist_count(isolated) : 0,
			      "cpu.isolated");
	if (!derive_unknown(facts, "cpu.cores.per_socket", "cpu.sockets") &&
	    !derive_unknown(facts, "cpu.cores.per_socket", "cpu.cores") && sockets > 0)
		facts_set_int(facts, "cpu.cores.per_socket", cores / sockets,
			      "cpu.cores, cpu.sockets");
	derive_iommu_known(facts);
	cpu_virt_derive(facts);
}

const struct probe probe_cpu = {
	.name = "cpu", PROVIDES(facts_of_cpu), .run = run, .derive = derive
};
