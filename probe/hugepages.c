/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hugepages: the kernel's pools of huge pages, of each size on each NUMA node, and the sizes that
 * the CPU knows. Linux Documentation/admin-guide/mm/hugetlbpage.rst
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "core/text.h"
#include "meminfo.h"
#include "probe.h"

#define NODES "/sys/devices/system/node"
#define POOLS "/sys/kernel/mm/hugepages"

static const struct field_def fields_of_pool[] = {
	{ "size", FACT_COUNT, "bytes", "size of one page" },
	{ "node", FACT_COUNT, NULL, "NUMA node; absent where the kernel tells only the whole" },
	{ "total", FACT_COUNT, NULL, "pages in the pool" },
	{ "free", FACT_COUNT, NULL, "pages of them that nobody has" },
	{ 0 },
};

/* Apart from the pools: it changes with every program that takes or gives memory. */
static const struct field_def fields_of_pieces[] = {
	{ "size", FACT_COUNT, "bytes", "size of one page" },
	{ "node", FACT_COUNT, NULL, "NUMA node; absent where the kernel tells only the whole" },
	{ "pages", FACT_COUNT, NULL,
	  "pages that free memory in whole pieces would give now; the kernel can make more by "
	  "moving what lies between" },
	{ 0 },
};

static const struct fact_def facts_of_hugepages[] = {
	{ "hugepages", FACT_RECORDS, SCOPE_STATE, .meaning = "pools of huge pages",
	  .source = NODES "/node*/hugepages, else " POOLS ", else /proc/meminfo",
	  .fields = fields_of_pool },
	{ "hugepages.pieces", FACT_RECORDS, SCOPE_STATE,
	  .meaning = "huge pages that could be set aside now", .source = "/proc/buddyinfo",
	  .fields = fields_of_pieces },
	{ "hugepages.2M", FACT_COUNT, SCOPE_STATE, .meaning = "free huge pages of 2 MiB",
	  .source = "hugepages" },
	{ "hugepages.2M.total", FACT_COUNT, SCOPE_STATE,
	  .meaning = "huge pages of 2 MiB that are set aside", .source = "hugepages" },
	{ "hugepages.2M.possible", FACT_COUNT, SCOPE_STATE,
	  .meaning = "huge pages of 2 MiB that free memory in whole pieces would give now",
	  .source = "/proc/buddyinfo" },
	{ "hugepages.2M.supported", FACT_BOOL, SCOPE_HARDWARE,
	  .meaning = "huge pages of 2 MiB can be had", .source = "hugepages, CPU flag pse" },
	{ "hugepages.1G", FACT_COUNT, SCOPE_STATE, .meaning = "free huge pages of 1 GiB",
	  .source = "hugepages" },
	{ "hugepages.1G.total", FACT_COUNT, SCOPE_STATE,
	  .meaning = "huge pages of 1 GiB that are set aside", .source = "hugepages" },
	{ "hugepages.1G.possible", FACT_COUNT, SCOPE_STATE,
	  .meaning = "huge pages of 1 GiB that free memory in whole pieces would give now",
	  .source = "/proc/buddyinfo" },
	{ "hugepages.1G.supported", FACT_BOOL, SCOPE_HARDWARE,
	  .meaning = "huge pages of 1 GiB can be had", .source = "hugepages, CPU flag pdpe1gb" },
};

/*
 * The sizes that rules ask for, and the x86 CPU flag without which there are none:
 * hugepages_supported() in arch/x86/include/asm/hugetlb.h and arch_hugetlb_valid_size() in
 * arch/x86/mm/hugetlbpage.c.
 */
static const struct page_size {
	const char *free, *total, *possible, *supported;
	int64_t bytes;
	const char *x86_flag;
} page_sizes[] = {
	{ "hugepages.2M", "hugepages.2M.total", "hugepages.2M.possible", "hugepages.2M.supported",
	  2 << 20, "pse" },
	{ "hugepages.1G", "hugepages.1G.total", "hugepages.1G.possible", "hugepages.1G.supported",
	  1 << 30, "pdpe1gb" },
};

/* --- reading --- */

/* What is read once for all pools. */
struct machine {
	const struct host *host;
	struct arena *arena;
	const char *buddyinfo; /* NULL: could not be read, for the reason in `why` */
	struct error why;
	int64_t page; /* bytes; 0: not known */
	struct list pools, pieces;
};

static void read_buddyinfo(struct machine *machine)
{
	auto_free char *text = NULL;

	if (host_read(machine->host, "/proc/buddyinfo", &text, NULL, &machine->why) < 0)
		return;
	machine->buddyinfo = arena_strdup(machine->arena, text);
	if (!machine->page)
		error_set(&machine->why, -EOPNOTSUPP,
			  "the size of the kernel's pages is not known");
}

/*
 * Adds the free blocks of one zone, "Node 0, zone Normal 12 3 …", a column for each power of two of
 * pages (proc_buddyinfo(5)): pages that blocks of their size or larger hold, and all that is free.
 */
static void add_zone(const struct machine *machine, char *columns, int64_t size, int64_t *pages,
		     int64_t *bytes)
{
	const char *column;
	uint64_t count;

	for (int64_t block = machine->page;
	     (column = text_word(&columns, " ")) && parse_u64(column, 10, &count) == 0 &&
	     count < (uint64_t)INT64_MAX / (uint64_t)block;
	     block *= 2) {
		*bytes += (int64_t)count * block;
		if (block >= size)
			*pages += (int64_t)count * (block / size);
	}
}

/* Memory for old devices is not given to huge pages (ZONE_DMA, include/linux/mmzone.h). */
static bool is_line_of(const char *line, struct value node, int *ret_columns)
{
	unsigned int number;
	char zone[16];

	return sscanf(line, "Node %u, zone %15s%n", &number, zone, ret_columns) == 2 &&
	       strcmp(zone, "DMA") != 0 && (node.kind != VALUE_INT || node.i == number);
}

static struct value possible_of(const struct machine *machine, int64_t size, struct value node)
{
	int64_t pages = 0, bytes = 0;
	char *text;

	if (!machine->buddyinfo || !machine->page)
		return value_unknown(machine->arena, machine->why.reason, NULL, machine->why.text);
	text = arena_strdup(machine->arena, machine->buddyinfo);
	for (char *line; (line = text_line(&text));) {
		int columns;

		if (is_line_of(line, node, &columns))
			add_zone(machine, line + columns, size, &pages, &bytes);
	}
	/* Blocks end at a few MiB: whether some of them make a larger page together is not shown. */
	if (pages == 0 && bytes >= size && size > machine->page << 10)
		return value_unknown(machine->arena, UNKNOWN_UNSUPPORTED, NULL,
				     "whether free memory lies in pieces of that size shows only "
				     "when the pages are asked for");
	return value_int(pages);
}

static struct value count_or_why(struct arena *arena, int r, uint64_t count,
				 const struct error *err)
{
	if (r < 0)
		return value_unknown(arena, err->reason, NULL, err->text);
	return value_int((int64_t)count);
}

static void add_pool(struct machine *machine, int64_t size, struct value node, struct value total,
		     struct value free)
{
	struct record pool = { 0 }, pieces = { 0 };
	struct arena *arena = machine->arena;

	record_add(arena, &pool, "size", value_int(size));
	record_add(arena, &pool, "node", node);
	record_add(arena, &pool, "total", total);
	record_add(arena, &pool, "free", free);
	list_add(arena, &machine->pools, record_value(&pool));
	record_add(arena, &pieces, "size", value_int(size));
	record_add(arena, &pieces, "node", node);
	record_add(arena, &pieces, "pages", possible_of(machine, size, node));
	list_add(arena, &machine->pieces, record_value(&pieces));
}

/* "hugepages-2048kB": the size in bytes; 0 where it is none. */
static int64_t size_of(const char *name)
{
	uint64_t kilobytes;
	char number[24];

	if (sscanf(name, "hugepages-%23[0-9]kB", number) != 1 ||
	    parse_u64(number, 10, &kilobytes) < 0 || kilobytes > INT64_MAX / 1024)
		return 0;
	return (int64_t)kilobytes * 1024;
}

static void read_pool(struct machine *machine, const char *folder, const char *name,
		      struct value node)
{
	const struct host *host = machine->host;
	struct arena *arena = machine->arena;
	struct error err = { 0 };
	uint64_t total = 0, free = 0;
	struct value value;
	int r;

	if (!size_of(name))
		return;
	r = host_read_u64(host, PATH("%s/%s/nr_hugepages", folder, name), &total, &err);
	value = count_or_why(arena, r, total, &err);
	/* None of none are free: most pools are empty, and this halves the reads. */
	if (r < 0 || total > 0)
		r = host_read_u64(host, PATH("%s/%s/free_hugepages", folder, name), &free, &err);
	add_pool(machine, size_of(name), node, value, count_or_why(arena, r, free, &err));
}

/* 1: there are pools of a node; 0: this kernel, or this recording, tells of none; or -errno. */
static int read_node(struct machine *machine, const char *node, struct error *err)
{
	const char *folder = PATH(NODES "/%s/hugepages", node);
	auto_names struct host_names sizes = { 0 };
	uint64_t number;
	int r;

	if (!starts_with(node, "node") || parse_u64(node + strlen("node"), 10, &number) < 0)
		return 0;
	r = host_list(machine->host, folder, &sizes, err);
	if (r < 0)
		return r == -ENOENT || r == -ENODATA ? 0 : r;
	for (size_t i = 0; i < sizes.len; i++)
		read_pool(machine, folder, sizes.names[i], value_int((int64_t)number));
	return 1;
}

/* 1: set; 0: there are no pools of nodes; -errno: a node's could not be read. */
static int read_nodes(struct machine *machine, struct facts *facts, struct error *err)
{
	auto_names struct host_names nodes = { 0 };
	bool found = false;
	int r = host_list(machine->host, NODES, &nodes, err);

	if (r < 0)
		return r == -ENOENT || r == -ENODATA ? 0 : r;
	for (size_t i = 0; i < nodes.len; i++) {
		r = read_node(machine, nodes.names[i], err);
		if (r < 0)
			return r;
		found |= r > 0;
	}
	if (found)
		facts_set_value(facts, "hugepages", list_value(&machine->pools),
				NODES "/node*/hugepages");
	return found;
}

/* A kernel without NUMA has only the whole. 0 or negative errno. */
static int read_whole(struct machine *machine, struct facts *facts, struct error *err)
{
	auto_names struct host_names sizes = { 0 };
	int r = host_list(machine->host, POOLS, &sizes, err);

	/* A kernel without hugetlbfs has no such folder. */
	if (r == -ENOENT)
		return facts_set_value(facts, "hugepages", list_value(&machine->pools),
				       "no " POOLS);
	if (r < 0)
		return r;
	for (size_t i = 0; i < sizes.len; i++)
		read_pool(machine, POOLS, sizes.names[i], value_null());
	return facts_set_value(facts, "hugepages", list_value(&machine->pools), POOLS);
}

/* The pool of the default size alone, so that the list is not known to be complete. */
static int read_meminfo(struct machine *machine, struct facts *facts)
{
	auto_free char *meminfo = NULL;
	int64_t size, total, free;
	struct value value;

	if (host_read(machine->host, "/proc/meminfo", &meminfo, NULL, NULL) < 0 ||
	    meminfo_field(meminfo, "Hugepagesize", &size) < 0 ||
	    meminfo_field(meminfo, "HugePages_Total", &total) < 0 ||
	    meminfo_field(meminfo, "HugePages_Free", &free) < 0)
		return -ENODATA;
	add_pool(machine, size, value_null(), value_int(total), value_int(free));
	value = list_value(&machine->pools);
	value.partial = true;
	return facts_set_value(facts, "hugepages", value, "/proc/meminfo");
}

static int run(const struct host *host, struct facts *facts, struct error *err)
{
	struct machine machine = { .host = host,
				   .arena = facts_arena(facts),
				   .page = facts_int(facts, "kernel.page_size", 0) };
	struct value pieces;
	int r;

	read_buddyinfo(&machine);
	r = read_nodes(&machine, facts, err);
	if (r < 0 ||
	    (r == 0 && read_whole(&machine, facts, err) < 0 && read_meminfo(&machine, facts) < 0)) {
		facts_set_unknown(facts, "hugepages.pieces", err);
		return facts_set_unknown(facts, "hugepages", err);
	}
	pieces = list_value(&machine.pieces);
	pieces.partial = facts_get(facts, "hugepages")->value.partial;
	return facts_set_value(facts, "hugepages.pieces", pieces, "/proc/buddyinfo");
}

/* --- what follows --- */

/*
 * The sum of a field over the pools of one size, null where there is none, the first unknown where
 * one is.
 */
static struct value sum_of(const struct value *pools, int64_t size, const char *field)
{
	struct value sum = value_null();

	for (uint32_t i = 0; i < pools->len; i++) {
		const struct value *pool = &pools->items[i];
		const struct value *its_size = value_get(pool, "size");
		const struct value *count = value_get(pool, field);

		if (!its_size || its_size->kind != VALUE_INT || its_size->i != size || !count)
			continue;
		if (count->kind != VALUE_INT)
			return *count;
		sum = value_int((sum.kind == VALUE_INT ? sum.i : 0) + count->i);
	}
	return sum;
}

static void set_sum(struct facts *facts, const char *name, const struct fact *pools, int64_t size,
		    const char *field)
{
	struct value sum;

	if (pools->value.kind != VALUE_LIST) {
		facts_set_value(facts, name, pools->value, NULL);
		return;
	}
	sum = sum_of(&pools->value, size, field);
	if (sum.kind != VALUE_NULL)
		facts_set_value(facts, name, sum, pools->source);
	else if (pools->value.partial)
		facts_set_reason(facts, name, UNKNOWN_NOT_RECORDED,
				 "only the pool of the default size is told");
	else
		facts_set_int(facts, name, 0, pools->source);
}

static bool has_pool(const struct value *pools, int64_t size)
{
	return pools->kind == VALUE_LIST && sum_of(pools, size, "total").kind != VALUE_NULL;
}

/*
 * Flags of an x86 CPU: other architectures print features too, but no time stamp counter of that
 * name.
 */
static bool is_x86(const struct value *features)
{
	return text_listed(features, "tsc") || text_listed(features, "fpu");
}

/*
 * A pool is the kernel's word that the size works. Without one the CPU's word counts on x86, where
 * an older kernel makes the pool only when hugepagesz= is on its command line. Elsewhere the kernel
 * shows all that its page size allows.
 */
static void set_supported(struct facts *facts, const struct page_size *size,
			  const struct fact *pools)
{
	const struct fact *features = facts_get(facts, "cpu.features");

	if (has_pool(&pools->value, size->bytes))
		facts_set_bool(facts, size->supported, true, pools->source);
	else if (features->value.kind != VALUE_LIST)
		facts_set_value(facts, size->supported,
				features->value.kind == VALUE_UNKNOWN
					? features->value
					: value_unknown(facts_arena(facts), UNKNOWN_UNSUPPORTED,
							NULL, "this CPU tells no features"),
				NULL);
	else if (is_x86(&features->value))
		facts_set_bool(facts, size->supported,
			       text_listed(&features->value, size->x86_flag), "/proc/cpuinfo");
	else if (pools->value.kind == VALUE_LIST && !pools->value.partial)
		facts_set_bool(facts, size->supported, false, pools->source);
	else
		facts_set_unsupported(facts, size->supported,
				      "neither this CPU's features nor a pool tell");
}

static void derive(struct facts *facts)
{
	const struct fact *pools = facts_get(facts, "hugepages");

	for (size_t i = 0; i < ARRAY_SIZE(page_sizes); i++) {
		const struct page_size *size = &page_sizes[i];

		set_sum(facts, size->free, pools, size->bytes, "free");
		set_sum(facts, size->total, pools, size->bytes, "total");
		set_sum(facts, size->possible, facts_get(facts, "hugepages.pieces"), size->bytes,
			"pages");
		set_supported(facts, size, pools);
	}
}

const struct probe probe_hugepages = {
	.name = "hugepages",
	PROVIDES(facts_of_hugepages),
	.run = run,
	.derive = derive,
};
