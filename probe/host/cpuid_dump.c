/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cpuid_dump: texts of CPUID answers, and the topology that they tell */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/util.h"
#include "host/cpuid_dump.h"

#define RECORDED_CPUID "/.stackcheck/cpuid.txt"
#define EXTENDED       0x80000000u

/* A bound for what a text may claim: 8192 CPUs of a hundred leaves. */
#define ANSWERS_MAX 1000000

/* --- reading --- */

/* libcpuid's arrays (cpuid_serialize_raw_data_internal() of its libcpuid/cpuid_main.c). */
static const struct {
	const char *name;
	uint32_t leaf;
	bool index_is_leaf;
} arrays[] = {
	{ "basic_cpuid[", 0, true },
	{ "ext_cpuid[", EXTENDED, true },
	{ "intel_fn4[", 4, false },
	{ "intel_fn11[", 0xb, false },
	{ "intel_fn12h[", 0x12, false },
	{ "intel_fn14h[", 0x14, false },
	{ "amd_fn8000001dh[", 0x8000001d, false },
};

static int add(struct cpuid_dump *dump, size_t *room, const struct cpuid_answer *answer)
{
	if (dump->len == *room) {
		size_t more = *room ? 2 * *room : 64;
		struct cpuid_answer *grown =
			more > ANSWERS_MAX ? NULL : realloc(dump->answers, more * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		dump->answers = grown;
		*room = more;
	}
	dump->answers[dump->len++] = *answer;
	return 0;
}

/* "basic_cpuid[0]=00000016 756e6547 6c65746e 49656e69" */
static bool parse_array(const char *line, struct cpuid_answer *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(arrays); i++) {
		uint32_t index, r[4];

		if (!starts_with(line, arrays[i].name))
			continue;
		if (sscanf(line + strlen(arrays[i].name),
			   "%" SCNu32 "]=%" SCNx32 " %" SCNx32 " %" SCNx32 " %" SCNx32, &index,
			   &r[0], &r[1], &r[2], &r[3]) != 5)
			return false;
		ret->leaf = arrays[i].index_is_leaf ? arrays[i].leaf + index : arrays[i].leaf;
		ret->subleaf = arrays[i].index_is_leaf ? 0 : index;
		memcpy(ret->registers, r, sizeof(r));
		return true;
	}
	return false;
}

/* The next subleaf where a text repeats a leaf and does not number it. */
static uint32_t next_subleaf(const struct cpuid_dump *dump, uint32_t cpu, uint32_t leaf)
{
	const struct cpuid_answer *last = dump->len ? &dump->answers[dump->len - 1] : NULL;

	return last && last->cpu == cpu && last->leaf == leaf ? last->subleaf + 1 : 0;
}

/* "CPUID 0000000B: 00000001-00000002-00000100-00000000 [SL 00]" */
static bool parse_dump(const struct cpuid_dump *dump, const char *line, struct cpuid_answer *ret)
{
	const char *subleaf = strstr(line, "[SL ");
	uint32_t leaf, r[4];
	int end = 0;

	if (sscanf(line, "CPUID %8" SCNx32 "%*1[: ]%n", &leaf, &end) != 1 || !end ||
	    sscanf(line + end, " %" SCNx32 "-%" SCNx32 "-%" SCNx32 "-%" SCNx32, &r[0], &r[1], &r[2],
		   &r[3]) != 4)
		return false;
	ret->leaf = leaf;
	if (!subleaf || sscanf(subleaf, "[SL %" SCNx32 "]", &ret->subleaf) != 1)
		ret->subleaf = next_subleaf(dump, ret->cpu, leaf);
	memcpy(ret->registers, r, sizeof(r));
	return true;
}

static int take_line(struct cpuid_dump *dump, size_t *room, const char *line)
{
	struct cpuid_answer answer = { .cpu = dump->cpus ? dump->cpus - 1 : 0 };

	/* "------[ CPUID Registers / Logical CPU #0 ]------", "CPUID Registers (CPU #1):" */
	if (strstr(line, "CPU #") || starts_with(line, "CPU#")) {
		dump->cpus++;
		dump->whole = true;
		return 0;
	}
	if (starts_with(line, "arm_midr=")) {
		dump->midr = strtoull(line + strlen("arm_midr="), NULL, 16);
		return 0;
	}
	if (!parse_array(line, &answer) && !parse_dump(dump, line, &answer))
		return 0;
	if (!dump->cpus)
		dump->cpus = 1;
	return add(dump, room, &answer);
}

int cpuid_dump_parse(char *text, struct cpuid_dump *ret, struct error *err)
{
	auto_cpuid_dump struct cpuid_dump dump = { 0 };
	size_t room = 0;
	char *line;

	while ((line = strsep(&text, "\n"))) {
		if (take_line(&dump, &room, line) < 0)
			return error_set(err, -ENOMEM, RECORDED_CPUID ": out of memory");
	}
	if (!dump.len && !dump.midr)
		return error_set(err, -EINVAL, RECORDED_CPUID ": no answers of a CPU");
	*ret = dump;
	dump.answers = NULL;
	return 0;
}

int cpuid_dump_read(const struct host *host, struct cpuid_dump *ret, struct error *err)
{
	auto_free char *text = NULL;
	int r = host_read(host, RECORDED_CPUID, &text, NULL, err);

	if (r < 0)
		return r == -ENOENT ? error_set(err, -ENODATA, "CPUID was not recorded") : r;
	return cpuid_dump_parse(text, ret, err);
}

/* --- looking up --- */

/* Where a CPU's answers begin: they stand together, in order. */
static size_t first_of(const struct cpuid_dump *dump, uint32_t cpu)
{
	size_t low = 0, high = dump->len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (dump->answers[middle].cpu < cpu)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const uint32_t *find(const struct cpuid_dump *dump, uint32_t cpu, uint32_t leaf,
			    uint32_t subleaf)
{
	for (size_t i = first_of(dump, cpu); i < dump->len && dump->answers[i].cpu == cpu; i++)
		if (dump->answers[i].leaf == leaf && dump->answers[i].subleaf == subleaf)
			return dump->answers[i].registers;
	return NULL;
}

const uint32_t *cpuid_dump_leaf(const struct cpuid_dump *dump, uint32_t cpu, uint32_t leaf,
				uint32_t subleaf)
{
	const uint32_t *highest = find(dump, cpu, leaf & EXTENDED, 0);

	if (!highest || highest[CPUID_EAX] < leaf)
		return NULL;
	return find(dump, cpu, leaf, subleaf);
}

/* --- topology --- */

/* How a CPU's id is made: the lowest bits number the threads of a core, those above it the cores of
 * a package. */
struct apic {
	uint32_t id;
	uint32_t thread_bits, package_bits;
};

static uint32_t bits_for(uint32_t n)
{
	return n > 1 ? 32 - (uint32_t)__builtin_clz(n - 1) : 0;
}

/*
 * Each subleaf is a level with its type in ECX[15:8] (1 threads, 2 cores, …) and in EAX[4:0] the
 * bits of the id below the next level; the package is above the last (detect_extended_topology() of
 * Linux arch/x86/kernel/cpu/topology.c).
 */
static bool by_levels(const struct cpuid_dump *dump, uint32_t cpu, uint32_t leaf, struct apic *ret)
{
	const uint32_t *level = cpuid_dump_leaf(dump, cpu, leaf, 0);

	if (!level || !(level[CPUID_EBX] & 0xffff))
		return false;
	*ret = (struct apic){ .id = level[CPUID_EDX] };
	for (uint32_t i = 0; level && (level[CPUID_ECX] >> 8 & 0xff); i++) {
		ret->package_bits = level[CPUID_EAX] & 0x1f;
		if ((level[CPUID_ECX] >> 8 & 0xff) == 1)
			ret->thread_bits = ret->package_bits;
		level = cpuid_dump_leaf(dump, cpu, leaf, i + 1);
	}
	return true;
}

/*
 * AMD before leaf 0Bh: 80000008h:ECX[15:12] bits, or room for ECX[7:0]+1, below the package;
 * 8000001Eh tells the whole id, and in EBX[15:8] the threads of a core less one, which before Zen
 * are the halves of a compute unit (amd_get_topology() of Linux arch/x86/kernel/cpu/amd.c).
 */
static bool by_amd(const struct cpuid_dump *dump, uint32_t cpu, const uint32_t *first,
		   struct apic *ret)
{
	const uint32_t *vendor = cpuid_dump_leaf(dump, cpu, 0, 0);
	const uint32_t *sizes = cpuid_dump_leaf(dump, cpu, 0x80000008, 0);
	const uint32_t *ids = cpuid_dump_leaf(dump, cpu, 0x8000001e, 0);
	/* "Auth…" and "Hygo…" */
	bool amd = vendor && (vendor[CPUID_EBX] == 0x68747541 || vendor[CPUID_EBX] == 0x6f677948);

	if (!amd || !sizes)
		return false;
	*ret = (struct apic){ .id = first[CPUID_EBX] >> 24 };
	ret->package_bits = sizes[CPUID_ECX] >> 12 & 0xf;
	if (!ret->package_bits)
		ret->package_bits = bits_for((sizes[CPUID_ECX] & 0xff) + 1);
	if (ids) {
		ret->id = ids[CPUID_EAX];
		ret->thread_bits = bits_for((ids[CPUID_EBX] >> 8 & 0xff) + 1);
	}
	return true;
}

/*
 * Intel before leaf 0Bh: CPUID.4:EAX[31:26]+1 cores where it tells of a cache at all, and where
 * CPUID.1:EDX[28] is set room for EBX[23:16] ids in a package (parse_legacy() of Linux
 * arch/x86/kernel/cpu/topology_common.c).
 */
static void by_legacy(const struct cpuid_dump *dump, uint32_t cpu, const uint32_t *first,
		      struct apic *ret)
{
	const uint32_t *caches = cpuid_dump_leaf(dump, cpu, 4, 0);
	bool told = caches && (caches[CPUID_EAX] & 0x1f);
	uint32_t core_bits = bits_for(told ? (caches[CPUID_EAX] >> 26) + 1 : 1);
	uint32_t all_bits = bits_for(first[CPUID_EBX] >> 16 & 0xff);

	*ret = (struct apic){ .id = first[CPUID_EBX] >> 24 };
	if ((first[CPUID_EDX] >> 28 & 1) && all_bits > core_bits)
		ret->thread_bits = all_bits - core_bits;
	ret->package_bits = core_bits + ret->thread_bits;
}

static bool apic_of(const struct cpuid_dump *dump, uint32_t cpu, struct apic *ret)
{
	const uint32_t *first = cpuid_dump_leaf(dump, cpu, 1, 0);

	if (!first)
		return false;
	if (!by_levels(dump, cpu, 0x1f, ret) && !by_levels(dump, cpu, 0xb, ret) &&
	    !by_amd(dump, cpu, first, ret))
		by_legacy(dump, cpu, first, ret);
	return true;
}

static int by_number(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return left < right ? -1 : left > right;
}

static int64_t distinct(uint32_t *numbers, uint32_t n)
{
	int64_t count = 0;

	qsort(numbers, n, sizeof(*numbers), by_number);
	for (uint32_t i = 0; i < n; i++)
		count += i == 0 || numbers[i] != numbers[i - 1];
	return count;
}

int cpuid_dump_count(const struct cpuid_dump *dump, struct cpuid_counts *ret, struct error *err)
{
	auto_free uint32_t *cores = NULL, *packages = NULL;

	if (!dump->whole)
		return error_set(err, -ENODATA, RECORDED_CPUID " tells of one CPU alone");
	cores = calloc(dump->cpus, sizeof(*cores));
	packages = calloc(dump->cpus, sizeof(*packages));
	if (!cores || !packages)
		return error_set(err, -ENOMEM, "out of memory");
	for (uint32_t cpu = 0; cpu < dump->cpus; cpu++) {
		struct apic apic;

		if (!apic_of(dump, cpu, &apic))
			return error_set(err, -ENODATA,
					 RECORDED_CPUID ": CPU %" PRIu32 " does not tell its place",
					 cpu);
		cores[cpu] = apic.id >> apic.thread_bits;
		packages[cpu] = apic.id >> apic.package_bits;
	}
	*ret = (struct cpuid_counts){ .threads = dump->cpus,
				      .cores = distinct(cores, dump->cpus),
				      .packages = distinct(packages, dump->cpus) };
	return 0;
}
