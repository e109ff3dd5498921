/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * swap: what the kernel swaps to, and of which kind it is: a compressed part of memory is no disk
 */
#include <errno.h>
#include <string.h>

#include "core/text.h"
#include "meminfo.h"
#include "probe.h"

static const struct field_def fields_of_swap[] = {
	{ "name", FACT_STRING, NULL, "the device or file" },
	{ "kind", FACT_STRING, NULL, "partition, file or zram" },
	{ "size", FACT_COUNT, "bytes", "its size" },
	{ 0 },
};

static const struct fact_def facts_of_swap[] = {
	{ "swaps", FACT_RECORDS, SCOPE_STATE, .meaning = "what is swapped to",
	  .source = "/proc/swaps", .fields = fields_of_swap },
	{ "swap.total", FACT_COUNT, SCOPE_STATE, .unit = "bytes",
	  .meaning = "swap space that is on",
	  .source = "/proc/swaps, else SwapTotal of /proc/meminfo" },
};

/* zram is a partition to the kernel, which calls anything a partition that is a block device. */
static const char *kind_of(const char *name, const char *type)
{
	if (starts_with(name, "/dev/zram"))
		return "zram";
	return type;
}

/*
 * "Filename Type Size Used Priority", sizes in kB; a space in a name is \040 (swap_show() of
 * mm/swapfile.c).
 */
static int add_swap(struct arena *arena, struct list *swaps, char *line)
{
	const char *name = text_word(&line, " \t");
	const char *type = text_word(&line, " \t");
	const char *size = text_word(&line, " \t");
	struct record record = { 0 };
	uint64_t kilobytes;

	if (!size || parse_u64(size, 10, &kilobytes) < 0 || kilobytes > INT64_MAX / 1024)
		return -EINVAL;
	record_add(arena, &record, "name", value_string(arena_strdup(arena, name)));
	record_add(arena, &record, "kind", value_string(arena_strdup(arena, kind_of(name, type))));
	record_add(arena, &record, "size", value_int((int64_t)kilobytes * 1024));
	list_add(arena, swaps, record_value(&record));
	return 0;
}

static int set_swaps(struct facts *facts, char *text, struct error *err)
{
	struct list swaps = { 0 };
	char *line;

	text_line(&text); /* the heading */
	while ((line = text_line(&text))) {
		if (add_swap(facts_arena(facts), &swaps, line) < 0)
			return error_set(err, -EINVAL, "/proc/swaps: a line makes no sense");
	}
	return facts_set_value(facts, "swaps", list_value(&swaps), "/proc/swaps");
}

/* A kernel without swap shows no /proc/swaps (CONFIG_SWAP, mm/swapfile.c). */
static int set_none(struct facts *facts)
{
	struct list none = { 0 };

	return facts_set_value(facts, "swaps", list_value(&none), "no /proc/swaps: no swap here");
}

static void set_total_of_meminfo(const struct host *host, struct facts *facts)
{
	auto_free char *meminfo = NULL;
	struct error err = { 0 };
	int64_t total = 0;
	int r = host_read(host, "/proc/meminfo", &meminfo, NULL, &err);

	if (r >= 0 && meminfo_field(meminfo, "SwapTotal", &total) < 0)
		r = error_set(&err, -EOPNOTSUPP, "/proc/meminfo: no SwapTotal");
	if (r < 0)
		facts_set_unknown(facts, "swap.total", &err);
	else
		facts_set_int(facts, "swap.total", total, "/proc/meminfo");
}

static int run(const struct host *host, struct facts *facts, struct error *err)
{
	auto_free char *text = NULL;
	const char *why = NULL;
	int r;

	if (host_confined(host, &why) > 0)
		return error_because(err, -ENODATA, UNKNOWN_HIDDEN, "%s", why);
	r = host_read(host, "/proc/swaps", &text, NULL, err);
	if (r == -ENOENT)
		return set_none(facts);
	if (r >= 0)
		return set_swaps(facts, text, err);
	/* A recording of others may hold the sum alone. */
	facts_set_unknown(facts, "swaps", err);
	set_total_of_meminfo(host, facts);
	return 0;
}

static void derive(struct facts *facts)
{
	const struct fact *swaps = facts_get(facts, "swaps");
	int64_t total = 0;

	if (swaps->value.kind != VALUE_LIST)
		return;
	for (uint32_t i = 0; i < swaps->value.len; i++) {
		const struct value *size = value_get(&swaps->value.items[i], "size");

		if (!size || size->kind != VALUE_INT)
			return;
		total += size->i;
	}
	facts_set_int(facts, "swap.total", total, swaps->source);
}

const struct probe probe_swap = {
	.name = "swap",
	PROVIDES(facts_of_swap),
	.run = run,
	.derive = derive,
};
