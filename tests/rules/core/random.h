/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * random: rules and facts by chance, the same on every run; a world is facts that can be hidden and
 * learnt again
 */
#ifndef STACKCHECK_TESTS_RANDOM_H
#define STACKCHECK_TESTS_RANDOM_H

#include "small.h"

struct chance {
	uint64_t state;
};

/* xorshift64*; the constant is Vigna's. */
static inline uint32_t below(struct chance *chance, uint32_t n)
{
	chance->state ^= chance->state >> 12;
	chance->state ^= chance->state << 25;
	chance->state ^= chance->state >> 27;
	return (uint32_t)((chance->state * 0x2545f4914f6cdd1du) >> 33) % n;
}

/* --- facts --- */

static const struct random_fact {
	const char *name;
	const char *values[6]; /* in JSON */
} random_facts[] = {
	{ "cpu.cores", { "2", "4", "8", "null" } },
	{ "swap.total", { "0", "1024", "null" } },
	{ "host.bmc", { "true", "false" } },
	{ "cpu.smt", { "true", "false" } },
	{ "kvm.usable", { "true", "false" } },
	{ "os.id", { "'debian'", "'fedora'", "null" } },
	{ "host.vm", { "'none'", "'kvm'" } },
	{ "cpu.virt", { "'vmx'", "'none'", "null" } },
	{ "kernel.version", { "'5.4'", "'6.1'", "''", "null" } },
	{ "cpu.features", { "['aes', 'avx2']", "['aes']", "[]", "null" } },
};

#define N_RANDOM_FACTS ARRAY_SIZE(random_facts)
#define MOST_NICS      3

struct random_nic {
	int speed, physical; /* -1: unknown */
};

/* -1: unknown; of nics the list as a whole may be unknown, or have a gap at its end. */
struct world {
	int values[N_RANDOM_FACTS];
	struct random_nic nics[MOST_NICS];
	int n_nics; /* -1: unknown */
	bool gap;
};

static inline int n_values(size_t fact)
{
	int n = 0;

	while (n < 6 && random_facts[fact].values[n])
		n++;
	return n;
}

/* A value, or unknown once in three times. */
static inline int some_value(struct chance *chance, int n)
{
	return below(chance, 3) ? (int)below(chance, (uint32_t)n) : -1;
}

static inline void random_world(struct chance *chance, struct world *world)
{
	for (size_t i = 0; i < N_RANDOM_FACTS; i++)
		world->values[i] = some_value(chance, n_values(i));
	world->n_nics = below(chance, 5) ? (int)below(chance, MOST_NICS + 1) : -1;
	world->gap = world->n_nics >= 0 && below(chance, 3) == 0;
	for (size_t i = 0; i < MOST_NICS; i++)
		world->nics[i] =
			(struct random_nic){ some_value(chance, 2), some_value(chance, 2) };
}

static inline bool learn_of_nics(struct chance *chance, struct world *world)
{
	if (world->n_nics < 0) {
		world->n_nics = (int)below(chance, MOST_NICS + 1);
		world->gap = below(chance, 2);
		return true;
	}
	for (int i = 0; i < world->n_nics; i++) {
		int *unknown = world->nics[i].speed < 0	     ? &world->nics[i].speed
			       : world->nics[i].physical < 0 ? &world->nics[i].physical
							     : NULL;

		if (unknown) {
			*unknown = (int)below(chance, 2);
			return true;
		}
	}
	if (!world->gap)
		return false;
	/* What was missing is found: more records, or none. */
	world->n_nics += (int)below(chance, (uint32_t)(MOST_NICS - world->n_nics + 1));
	world->gap = false;
	return true;
}

/* Replaces one thing that is unknown by a value; false where nothing is left to learn. */
static inline bool learn(struct chance *chance, struct world *world)
{
	size_t start = below(chance, N_RANDOM_FACTS + 1);

	if (start == N_RANDOM_FACTS && learn_of_nics(chance, world))
		return true;
	for (size_t k = 0; k < N_RANDOM_FACTS; k++) {
		size_t i = (start + k) % N_RANDOM_FACTS;

		if (world->values[i] >= 0)
			continue;
		world->values[i] = (int)below(chance, (uint32_t)n_values(i));
		return true;
	}
	return learn_of_nics(chance, world);
}

#define NOT_KNOWN "{'unknown': 'permission'}"

static inline const char *nics_text(struct arena *arena, const struct world *world)
{
	static const char *const speeds[] = { "1000000000", "10000000000" };
	const char *text = "[";

	if (world->n_nics < 0)
		return NOT_KNOWN;
	for (int i = 0; i < world->n_nics; i++)
		text = arena_printf(arena, "%s%s{'speed': %s, 'physical': %s}", text, i ? ", " : "",
				    world->nics[i].speed < 0 ? NOT_KNOWN
							     : speeds[world->nics[i].speed],
				    world->nics[i].physical < 0 ? NOT_KNOWN
				    : world->nics[i].physical	? "true"
								: "false");
	return arena_printf(arena, "%s%s]", text,
			    world->gap ? world->n_nics ? ", '...'" : "'...'" : "");
}

static inline const char *world_text(struct arena *arena, const struct world *world)
{
	const char *text = arena_printf(arena, "{'nics': %s", nics_text(arena, world));

	for (size_t i = 0; i < N_RANDOM_FACTS; i++)
		text = arena_printf(arena, "%s, '%s': %s", text, random_facts[i].name,
				    world->values[i] < 0
					    ? NOT_KNOWN
					    : random_facts[i].values[world->values[i]]);
	return arena_printf(arena, "%s}", text);
}

/* --- rules --- */

static inline const char *random_condition(struct chance *chance, struct arena *arena, int depth)
{
	static const char *const atoms[] = {
		"cpu.smt",
		"host.bmc",
		"kvm.usable",
		"cpu.cores >= 4",
		"host.vm == 'none'",
		"os.id in ['debian']",
		"cpu.virt != 'none'",
		"has(os.id)",
		"'avx2' in cpu.features",
		"nics.exists(n, n.speed > 1 * Gbps && n.physical)",
		"nics.all(n, n.physical)",
		"size(nics) > 1",
		"size(nics.filter(n, n.speed > 1 * Gbps)) == 1",
		"version(kernel.version) >= version('5.10')",
	};
	const char *a, *b;

	if (depth == 0 || below(chance, 3) == 0)
		return atoms[below(chance, ARRAY_SIZE(atoms))];
	a = random_condition(chance, arena, depth - 1);
	b = random_condition(chance, arena, depth - 1);
	switch (below(chance, 4)) {
	case 0:
		return arena_printf(arena, "!(%s)", a);
	case 1:
		return arena_printf(arena, "(%s) && (%s)", a, b);
	case 2:
		return arena_printf(arena, "(%s) || (%s)", a, b);
	default:
		return arena_printf(arena, "(%s) ? (%s) : (%s)", random_condition(chance, arena, 0),
				    a, b);
	}
}

static inline const char *random_remedy(struct chance *chance, struct arena *arena)
{
	return arena_printf(arena, "cause: %s, remedy: {kind: %s, text: t}",
			    cause_name((enum cause)below(chance, N_CAUSES)),
			    remedy_kind_name((enum remedy_kind)below(chance, N_REMEDY_KINDS)));
}

static inline const char *random_diagnosis(struct chance *chance, struct arena *arena)
{
	const char *rows = "";

	for (uint32_t n = below(chance, 4); n > 0; n--)
		rows = arena_printf(arena, "%s{when: \"%s\", %s}, ", rows,
				    random_condition(chance, arena, 1),
				    random_remedy(chance, arena));
	return arena_printf(arena, "[%s{causes: [{%s}, {%s}]}]", rows, random_remedy(chance, arena),
			    random_remedy(chance, arena));
}

/* A need in braces without the last one, so that more can follow. `number` makes its id. */
static inline const char *random_need(struct chance *chance, struct arena *arena, int number,
				      int depth)
{
	static const char *const facts[] = {
		"{need: cpu.cores, minimum: 4",		 "{need: cpu.cores, maximum: 4",
		"{need: swap.total, equals: 0",		 "{need: swap.total, maximum: 0",
		"{need: host.bmc, equals: true",	 "{need: cpu.smt, equals: false",
		"{need: os.id, in: [debian, ubuntu]",	 "{need: os.id, not: fedora",
		"{need: os.id, present: true",		 "{need: os.id, absent: true",
		"{need: cpu.features, has: [aes, avx2]", "{need: kernel.version, minimum: 5.10",
		"{need: kernel.version, not: 5.4",
	};
	static const char *const operators[] = { "minimum", "maximum", "equals" };

	switch (below(chance, depth ? 5 : 3)) {
	case 0:
		return facts[below(chance, ARRAY_SIZE(facts))];
	case 1:
		return arena_printf(
			arena, "{count: nics, id: n%d, title: N, where: \"%s\", %s: %u", number,
			below(chance, 2) ? "speed > 1 * Gbps && physical" : "physical || cpu.smt",
			operators[below(chance, 3)], below(chance, 3));
	case 2:
		return arena_printf(arena, "{check: \"%s\", id: c%d, title: C, diagnosis: %s",
				    random_condition(chance, arena, 2), number,
				    random_diagnosis(chance, arena));
	default:
		return arena_printf(arena, "{%s: [%s}, %s}, {ports: %d/tcp}], id: g%d, title: G",
				    below(chance, 2) ? "any" : "all",
				    random_need(chance, arena, number * 3 + 1, depth - 1),
				    random_need(chance, arena, number * 3 + 2, depth - 1),
				    number + 1, number);
	}
}

#define N_RANDOM_NEEDS 6

/* Lines of a YAML list, each a need with a weight and perhaps a condition. */
static inline void random_needs(struct chance *chance, struct arena *arena,
				const char *needs[N_RANDOM_NEEDS])
{
	for (int i = 0; i < N_RANDOM_NEEDS; i++) {
		const char *when = "";

		if (below(chance, 3) == 0)
			when = arena_printf(arena, ", when: \"%s\"",
					    random_condition(chance, arena, 1));
		needs[i] = arena_printf(arena, "- %s, weight: %s%s}\n",
					random_need(chance, arena, 10 + i, 1),
					below(chance, 3) ? "hard" : "recommended", when);
	}
}

static inline const char *joined_needs(struct arena *arena, const char *const needs[N_RANDOM_NEEDS])
{
	const char *text = "";

	for (size_t i = 0; i < N_RANDOM_NEEDS; i++)
		text = arena_printf(arena, "%s%s", text, needs[i]);
	return text;
}

#endif
