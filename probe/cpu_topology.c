/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cpu_topology: how many sockets, cores and threads are online */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/util.h"
#include "cpu_topology.h"
#include "host/cpuid_dump.h"

#define CPU_DIR "/sys/devices/system/cpu"

/*
 * More CPUs than any kernel has (CONFIG_NR_CPUS goes to 8192 on x86): a bound for what a recording
 * may claim.
 */
#define CPUS_MAX 65536

/* One bit for each CPU that a line named. */
struct cpu_set {
	uint64_t bits[CPUS_MAX / 64];
};

static bool set_has(const struct cpu_set *set, uint64_t cpu)
{
	return cpu < CPUS_MAX && (set->bits[cpu / 64] >> cpu % 64 & 1);
}

static void set_add(struct cpu_set *set, uint64_t cpu)
{
	if (cpu < CPUS_MAX)
		set->bits[cpu / 64] |= UINT64_C(1) << cpu % 64;
}

static int set_add_list(struct cpu_set *set, const char *list)
{
	uint64_t first, last;
	int r;

	while ((r = cpulist_next(&list, &first, &last)) > 0) {
		for (uint64_t cpu = first; cpu <= last && cpu < CPUS_MAX; cpu++)
			set_add(set, cpu);
	}
	return r;
}

/*
 * "00000000,0000000f": words of 32 bits, the last one holds CPU 0; the oldest kernels have no
 * lists.
 */
static int set_add_mask(struct cpu_set *set, const char *mask)
{
	uint64_t cpu = 0;

	for (size_t i = strlen(mask); i-- > 0;) {
		char digit = mask[i];
		unsigned int value;

		if (digit == ',')
			continue;
		if (!isxdigit((unsigned char)digit))
			return -EINVAL;
		value = isdigit((unsigned char)digit)
				? (unsigned int)(digit - '0')
				: (unsigned int)(tolower((unsigned char)digit) - 'a') + 10;
		for (unsigned int bit = 0; bit < 4; bit++) {
			if (value >> bit & 1)
				set_add(set, cpu + bit);
		}
		cpu += 4;
	}
	return 0;
}

static bool next_range(const struct cpu_set *set, uint64_t *at, uint64_t *ret_first,
		       uint64_t *ret_last)
{
	while (*at < CPUS_MAX && !set_has(set, *at))
		++*at;
	*ret_first = *at;
	while (set_has(set, *at))
		++*at;
	*ret_last = *at - 1;
	return *ret_first < CPUS_MAX;
}

int cpumask_to_list(const char *mask, char **ret)
{
	struct cpu_set set = { 0 };
	uint64_t at = 0, first, last;
	char *text = NULL;
	size_t len;
	FILE *out;

	if (set_add_mask(&set, mask) < 0)
		return -EINVAL;
	out = open_memstream(&text, &len);
	if (!out)
		return -ENOMEM;
	for (const char *comma = ""; next_range(&set, &at, &first, &last); comma = ",")
		fprintf(out, first == last ? "%s%" PRIu64 : "%s%" PRIu64 "-%" PRIu64, comma, first,
			last);
	fclose(out);
	*ret = text;
	return 0;
}

struct siblings_file {
	const char *name;
	int (*add)(struct cpu_set *set, const char *text);
};

/* The same under its names over time, newest first. */
static const struct siblings_file core_files[] = {
	{ "core_cpus_list", set_add_list },
	{ "thread_siblings_list", set_add_list },
	{ "thread_siblings", set_add_mask },
	{ NULL, NULL },
};
static const struct siblings_file package_files[] = {
	{ "package_cpus_list", set_add_list },
	{ "core_siblings_list", set_add_list },
	{ "core_siblings", set_add_mask },
	{ NULL, NULL },
};

/* Adds the CPUs that share a core or package with `cpu`; *file is where the last CPU had them. */
static int add_siblings(const struct host *host, uint64_t cpu, const struct siblings_file **file,
			struct cpu_set *set, struct error *err)
{
	for (; (*file)->name; (*file)++) {
		auto_free char *text = NULL;
		const char *path = PATH(CPU_DIR "/cpu%llu/topology/%s", (unsigned long long)cpu,
					(*file)->name);
		int r = host_read_line(host, path, &text, err);

		if (r == -ENOENT || r == -ENODATA)
			continue; /* an older kernel's name, or a recording without it */
		if (r < 0)
			return r;
		set_add(set, cpu);
		return (*file)->add(set, text) < 0 ? error_set(err, -EINVAL, "%s: '%s'", path, text)
						   : 0;
	}
	return error_set(err, -ENODATA, CPU_DIR "/cpu%llu/topology does not tell",
			 (unsigned long long)cpu);
}

/*
 * Distinct sets among the CPUs in `online`, each named by the file of its first CPU: two reads a
 * core, not one a thread.
 */
static int count_sets(const struct host *host, const char *online, const struct siblings_file *file,
		      int64_t *ret, struct error *err)
{
	struct cpu_set seen = { 0 };
	uint64_t first, last;
	int64_t n = 0;

	while (cpulist_next(&online, &first, &last) > 0) {
		for (uint64_t cpu = first; cpu <= last && cpu < CPUS_MAX; cpu++) {
			int r = set_has(&seen, cpu) ? 1
						    : add_siblings(host, cpu, &file, &seen, err);

			if (r < 0)
				return r;
			n += r == 0;
		}
	}
	*ret = n;
	return 0;
}

/* For trees that hold physical_package_id and no sets of packages. */
static int count_package_ids(const struct host *host, const char *online, int64_t *ret,
			     struct error *err)
{
	struct cpu_set ids = { 0 };
	uint64_t first, last;
	int64_t n = 0;

	while (cpulist_next(&online, &first, &last) > 0) {
		for (uint64_t cpu = first; cpu <= last && cpu < CPUS_MAX; cpu++) {
			uint64_t id;
			int r = host_read_u64(host,
					      PATH(CPU_DIR "/cpu%llu/topology/physical_package_id",
						   (unsigned long long)cpu),
					      &id, err);

			if (r < 0)
				return r;
			n += !set_has(&ids, id);
			set_add(&ids, id);
		}
	}
	*ret = n;
	return 0;
}

static int count_online(const struct host *host, const char *online, struct cpu_topology *ret,
			struct error *err)
{
	struct cpu_topology found = { .source = CPU_DIR "/online, cpu*/topology" };
	int r;

	found.threads = cpulist_count(online);
	if (found.threads <= 0)
		return error_set(err, -EINVAL, CPU_DIR "/online: '%s'", online);
	r = count_sets(host, online, core_files, &found.cores, err);
	if (r < 0)
		return r;
	if (count_sets(host, online, package_files, &found.sockets, NULL) < 0 &&
	    count_package_ids(host, online, &found.sockets, NULL) < 0)
		found.sockets = 0;
	*ret = found;
	return 0;
}

static int read_sysfs(const struct host *host, struct cpu_topology *ret, struct error *err)
{
	auto_free char *online = NULL;
	int r = host_read_line(host, CPU_DIR "/online", &online, err);

	return r < 0 ? r : count_online(host, online, ret, err);
}

/* "cpu12", whose topology is told: that of a CPU goes with it when it is taken offline. */
static bool is_told(const struct host *host, const char *name)
{
	uint64_t cpu;

	return starts_with(name, "cpu") && parse_u64(name + strlen("cpu"), 10, &cpu) == 0 &&
	       host_exists(host, PATH(CPU_DIR "/%s/topology", name), NULL) > 0;
}

/* For recordings with the folders of CPUs and without the list of those that are online. */
static int read_folders(const struct host *host, struct cpu_topology *ret)
{
	auto_names struct host_names names = { 0 };
	auto_free char *online = NULL;
	size_t len;
	FILE *out;

	if (host_list(host, CPU_DIR, &names, NULL) < 0)
		return -ENODATA;
	out = open_memstream(&online, &len);
	if (!out)
		return -ENOMEM;
	for (size_t i = 0; i < names.len; i++) {
		if (is_told(host, names.names[i]))
			fprintf(out, "%s%s", ftell(out) > 0 ? "," : "",
				names.names[i] + strlen("cpu"));
	}
	fclose(out);
	return count_online(host, online, ret, NULL) < 0 ? -ENODATA : 0;
}

/*
 * A processor's line of /proc/cpuinfo: its number behind the colon where the line is about `key`,
 * else -1.
 */
static int64_t line_number(const char *line, const char *key)
{
	size_t len = strlen(key);
	const char *colon = strchr(line, ':');

	if (!colon || !starts_with(line, key) || (line[len] != '\t' && line + len != colon))
		return -1;
	return strtol(colon + 1, NULL, 10);
}

/* The sets that /proc/cpuinfo tells of; core ids are told apart by 4096 a package. */
struct cpuinfo_sets {
	struct cpu_set cores, sockets;
};

static void count_lines(char *text, struct cpuinfo_sets *sets, struct cpu_topology *found)
{
	int64_t socket = -1;
	char *line;

	while ((line = strsep(&text, "\n"))) {
		int64_t id = line_number(line, "physical id");
		int64_t core = line_number(line, "core id");

		found->threads += line_number(line, "processor") >= 0;
		if (id >= 0) {
			socket = id;
			found->sockets += !set_has(&sets->sockets, (uint64_t)id);
			set_add(&sets->sockets, (uint64_t)id);
		}
		if (core >= 0 && socket >= 0) {
			uint64_t key = (uint64_t)(socket % 16 * 4096 + core % 4096);

			found->cores += !set_has(&sets->cores, key);
			set_add(&sets->cores, key);
		}
	}
}

static int read_cpuinfo(const struct host *host, struct cpu_topology *ret, struct error *err)
{
	struct cpu_topology found = { .source = "/proc/cpuinfo" };
	struct cpuinfo_sets sets = { 0 };
	auto_free char *text = NULL;
	int r = host_read(host, "/proc/cpuinfo", &text, NULL, err);

	if (r < 0)
		return r;
	count_lines(text, &sets, &found);
	if (found.threads == 0 || found.cores == 0)
		return error_set(err, -ENODATA, "/proc/cpuinfo does not tell sockets and cores");
	*ret = found;
	return 0;
}

static int read_cpuid(const struct host *host, struct cpu_topology *ret)
{
	auto_cpuid_dump struct cpuid_dump dump = { 0 };
	struct cpuid_counts counts;

	if (host_is_live(host) || cpuid_dump_read(host, &dump, NULL) < 0 ||
	    cpuid_dump_count(&dump, &counts, NULL) < 0)
		return -ENODATA;
	*ret = (struct cpu_topology){ .threads = counts.threads,
				      .cores = counts.cores,
				      .sockets = counts.packages,
				      .source = "CPUID of each CPU" };
	return 0;
}

int cpu_topology_read(const struct host *host, struct cpu_topology *ret, struct error *err)
{
	int r = read_sysfs(host, ret, err);

	if (r == -ENOENT || r == -ENODATA)
		r = read_cpuinfo(host, ret, err);
	if (r == -ENODATA && (read_folders(host, ret) == 0 || read_cpuid(host, ret) == 0))
		return 0;
	return r;
}

int cpu_isolated_read(const struct host *host, char **ret, const char **ret_source,
		      struct error *err)
{
	static const char *const files[] = { CPU_DIR "/isolated", CPU_DIR "/nohz_full" };
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		auto_free char *text = NULL;
		int r = host_read_line(host, files[i], &text, err);

		if (r < 0 && r != -ENOENT)
			failed = r;
		/* nohz_full says "(null)" where the option was not given, on some kernels */
		if (r < 0 || !*text || *text == '(')
			continue;
		*ret = take(text);
		*ret_source = files[i];
		return 0;
	}
	if (failed)
		return failed;
	*ret = NULL;
	*ret_source = files[0];
	return 0;
}
