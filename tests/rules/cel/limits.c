/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tests of rules/cel: what costs more than a rule may is stopped, by whatever it does, before it costs
 * time or memory that anybody would notice
 */
#include <time.h>

#include "world.h"

#define TEN	"[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]"
#define LOOP(x) TEN ".all(" x ", "
/* A hundred thousand, or ten million, times what stands between them. */
#define FIVE  LOOP("a") LOOP("b") LOOP("c") LOOP("d") LOOP("e")
#define SEVEN FIVE LOOP("f") LOOP("g")
#define END5  ")))))"
#define END7  END5 "))"
#define TWICE ".map(x, x + x)"
/* A text of 16 << 13 = 128 KiB as x. */
#define LARGE                                                                                    \
	"['0123456789abcdef']" TWICE TWICE TWICE TWICE TWICE TWICE TWICE TWICE TWICE TWICE TWICE \
		TWICE TWICE ".all(x, "

static const char *const costly[] = {
	SEVEN "true" END7,
	SEVEN "a + b + c + d + e >= 0" END7,
	SEVEN "dyn(1) + 'a' == 1" END7,
	SEVEN "1 / (a - a) == 1" END7,
	SEVEN "nothing" END7,
	SEVEN "'a'.matches('(' + '')" END7,
	SEVEN "'a'.matches('a|b|c')" END7,
	SEVEN "string(1.1) != ''" END7,
	SEVEN "{'a': a, 'b': b}.a >= 0" END7,
	SEVEN "size([a, b]) > 0" END7,
	SEVEN "size([a, b].filter(x, x > 3)) >= 0" END7,
	LARGE FIVE "x == x" END5 ")",
	LARGE FIVE "x <= x" END5 ")",
	LARGE FIVE "bytes(x) == bytes(x)" END5 ")",
	LARGE FIVE "x.contains(x)" END5 ")",
	LARGE FIVE "x.startsWith(x)" END5 ")",
	LARGE FIVE "x.matches('^[0-9a-f]*$')" END5 ")",
	LARGE FIVE "size(x) > 0" END5 ")",
	LARGE FIVE "int(x) > 0" END5 ")",
	LARGE FIVE "double(x) > 0.0" END5 ")",
	LARGE FIVE "bool(x)" END5 ")",
	LARGE FIVE "x in [x + 'a', x]" END5 ")",
	LARGE FIVE "{x: 1}[x] == 1" END5 ")",
	LARGE FIVE "x in {x: 1}" END5 ")",
};

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void whatever_is_done_too_often_is_stopped_and_soon(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(costly); i++) {
		auto_world struct world world = { .dynamic = true };
		double before = seconds();
		struct value value = value_of(&world, costly[i]);

		if (value.kind != VALUE_ERROR || !strstr(value.s, "step limit"))
			fail_msg("%s is %s", costly[i], outcome(&value));
		/* A fifth of a second; the sanitizers take ten times as long. */
		if (seconds() - before > 5)
			fail_msg("%s took %.1f s", costly[i], seconds() - before);
	}
}

static void what_rules_do_on_the_largest_machines_stays_far_below_the_limit(void **state)
{
	auto_world struct world world = { .dynamic = true, .max_steps = CEL_MAX_STEPS / 4 };
	static const char *const fields[] = { "address", "class",  "driver", "iommu_group",
					      "numa",	 "vendor", "vfs",    "width" };
	struct list list = { 0 };

	(void)state;
	for (unsigned i = 0; i < 4096; i++) {
		struct record record = { 0 };

		for (size_t k = 0; k < ARRAY_SIZE(fields); k++)
			record_add(&world.arena, &record, fields[k], value_int((int64_t)k));
		list_add(&world.arena, &list, record_value(&record));
	}
	bind(&world, "pci", cel_type(CEL_DYN), list_value(&list));
	expect(&world,
	       "pci.all(p, p.class != 2 && (p.vfs > 0 || p.driver in [1, 2, 3]) && p.numa >= 0)",
	       "true");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_is_done_too_often_is_stopped_and_soon),
		cmocka_unit_test(what_rules_do_on_the_largest_machines_stays_far_below_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
