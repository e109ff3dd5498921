/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hugepages: one page of each pool that has a free one, mapped on its node and written to. A free
 * page may be promised to somebody else: Documentation/admin-guide/mm/hugetlbpage.rst,
 * HugePages_Rsvd.
 */
#include <errno.h>
#include <inttypes.h>
#include <linux/mempolicy.h>
#include <linux/mman.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "field.h"
#include "prove/trial.h"

/* Nodes that a mask below can name; the kernel has at most 1024 (NODES_SHIFT is 10 at most). */
#define MAX_NODES     1024
#define BITS_PER_LONG (8 * sizeof(unsigned long))

static size_t places(struct facts *facts, struct trial_place *places, size_t max)
{
	const struct value *pools = &facts_get(facts, "hugepages")->value;
	struct arena *arena = facts_arena(facts);
	size_t n = 0;

	for (uint32_t i = 0; pools->kind == VALUE_LIST && i < pools->len && n < max; i++) {
		struct value size = field_get(&pools->items[i], "size");
		struct value node = field_get(&pools->items[i], "node");
		struct value free = field_get(&pools->items[i], "free");
		struct trial_place *place = &places[n];

		if (size.kind != VALUE_INT || free.kind != VALUE_INT || free.i < 1)
			continue;
		*place = (struct trial_place){ .size = size.i, .node = -1 };
		if (node.kind == VALUE_INT)
			place->node = node.i;
		place->on = place->node < 0
				    ? arena_printf(arena, "%" PRId64 " MiB pages", size.i >> 20)
				    : arena_printf(arena, "node %" PRId64 " (%" PRId64 " MiB)",
						   place->node, size.i >> 20);
		n++;
	}
	return n;
}

static int bind_to_node(void *page, const struct trial_place *place, struct outcome *outcome)
{
	unsigned long nodes[MAX_NODES / BITS_PER_LONG] = { 0 };

	if (place->node < 0)
		return 0;
	if (place->node >= MAX_NODES)
		return trial_not_made(outcome, -ERANGE,
				      "a node of that number cannot be asked for");
	nodes[place->node / BITS_PER_LONG] = 1UL << (place->node % BITS_PER_LONG);
	if (syscall(SYS_mbind, page, place->size, MPOL_BIND, nodes, MAX_NODES + 1, 0) < 0)
		/* A node outside of this process's cpuset is EINVAL, mbind(2). */
		return trial_not_made(outcome, -errno, "this process may not use that node: %s",
				      strerror(errno));
	return 0;
}

/* Kernels before 5.14 do not know the advice: there a page that cannot be had is a SIGBUS. */
static int touch(char *page, const struct trial_place *place, struct outcome *outcome)
{
	if (madvise(page, (size_t)place->size, MADV_POPULATE_WRITE) < 0 && errno != EINVAL)
		return trial_failed(outcome, -errno, "no page came: %s", strerror(errno));
	*(volatile char *)page = 1;
	return 0;
}

static void run(const struct trial_place *place, struct outcome *outcome)
{
	int shift = __builtin_ctzll((uint64_t)place->size);
	char *page =
		mmap(NULL, (size_t)place->size, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | (shift << MAP_HUGE_SHIFT), -1, 0);
	int node = -1;

	if (page == MAP_FAILED) {
		trial_failed(outcome, -errno, "mapping it: %s", strerror(errno));
		return;
	}
	if (bind_to_node(page, place, outcome) < 0 || touch(page, place, outcome) < 0)
		return;
	if (place->node >= 0 &&
	    syscall(SYS_get_mempolicy, &node, NULL, 0, page, MPOL_F_NODE | MPOL_F_ADDR) == 0 &&
	    node != place->node)
		trial_failed(outcome, -ENOMEM, "the page came from node %d", node);
}

static bool is_of(const struct value *pool, const struct trial_place *place)
{
	struct value size = field_get(pool, "size"), node = field_get(pool, "node");

	return size.kind == VALUE_INT && size.i == place->size &&
	       (node.kind == VALUE_INT ? node.i == place->node : place->node < 0);
}

static struct value without_free(struct arena *arena, const struct value *pool)
{
	struct record record = { 0 };

	for (uint32_t i = 0; i < pool->len; i++) {
		const struct value_entry *entry = &pool->entries[i];

		record_add(arena, &record, entry->key.s,
			   value_is(&entry->key, "free") ? value_int(0) : entry->value);
	}
	return record_value(&record);
}

/*
 * That a page came says no more than the free one that was counted. That there was no memory for it
 * says that all free ones are promised. What else may fail (a limit of this process's control group
 * is a SIGBUS) is a matter of this process.
 */
static void learn(const struct host *host, struct facts *facts, const struct trial_place *place,
		  const struct outcome *outcome, const char *source)
{
	const struct fact *pools = facts_get(facts, "hugepages");
	struct arena *arena = facts_arena(facts);
	struct list list = { 0 };
	struct value value;

	(void)host;
	if (outcome->code != -ENOMEM || outcome->denied || pools->value.kind != VALUE_LIST)
		return;
	for (uint32_t i = 0; i < pools->value.len; i++) {
		const struct value *pool = &pools->value.items[i];

		list_add(arena, &list, is_of(pool, place) ? without_free(arena, pool) : *pool);
	}
	value = list_value(&list);
	value.partial = pools->value.partial;
	facts_set_value(facts, "hugepages", value, source);
}

const struct trial trial_hugepages = {
	.name = "hugepages",
	.does = "maps and writes one huge page",
	.seconds = 10,
	.places = places,
	.run = run,
	.learn = learn,
};
