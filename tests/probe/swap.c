/* SPDX-License-Identifier: GPL-2.0-or-later */
/* swap: kinds told apart, and no swap told from not knowing */
#include "fixture.h"

extern const struct probe probe_swap;

#define HEADING "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"

static void kinds_of_swap_are_told_apart(void **state)
{
	struct facts *facts;

	fixture_write(state, "/proc/swaps",
		      HEADING "/dev/zram0                              partition\t8388604\t0\t100\n"
			      "/dev/dm-1                               partition\t1048572\t0\t-2\n"
			      "/swap\\040file\t\t\t\tfile\t\t2097148\t\t12\t\t-3\n");
	facts = fixture_run(state, &probe_swap);
	assert_field(facts, "swaps", 0, "kind", "zram");
	assert_field(facts, "swaps", 1, "kind", "partition");
	assert_field(facts, "swaps", 2, "kind", "file");
	assert_field(facts, "swaps", 0, "size", "8589930496");
	assert_count(facts, "swap.total", (8388604LL + 1048572 + 2097148) * 1024);
}

static void a_heading_alone_means_no_swap(void **state)
{
	struct facts *facts;

	fixture_write(state, "/proc/swaps", HEADING);
	facts = fixture_run(state, &probe_swap);
	assert_list(facts, "swaps", "");
	assert_count(facts, "swap.total", 0);
}

static void a_kernel_without_swap_has_none(void **state)
{
	struct facts *facts;

	fixture_absent(state, "/proc/swaps");
	facts = fixture_run(state, &probe_swap);
	assert_count(facts, "swap.total", 0);
}

static void a_recording_with_meminfo_alone_knows_the_sum(void **state)
{
	struct facts *facts;

	fixture_write(state, "/proc/meminfo", "MemTotal: 100 kB\nSwapTotal:      4096 kB\n");
	facts = fixture_run(state, &probe_swap);
	assert_unknown(facts, "swaps", UNKNOWN_NOT_RECORDED);
	assert_count(facts, "swap.total", 4096 * 1024);
}

static void a_recording_with_neither_knows_nothing(void **state)
{
	struct facts *facts = fixture_run(state, &probe_swap);

	assert_unknown(facts, "swaps", UNKNOWN_NOT_RECORDED);
	assert_unknown(facts, "swap.total", UNKNOWN_NOT_RECORDED);
}

static void a_broken_line_makes_no_number(void **state)
{
	struct facts *facts;

	fixture_write(state, "/proc/swaps", HEADING "/dev/sda2 partition many 0 0\n");
	facts = fixture_run(state, &probe_swap);
	assert_unknown(facts, "swap.total", UNKNOWN_ERROR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(kinds_of_swap_are_told_apart),
		TEST(a_heading_alone_means_no_swap),
		TEST(a_kernel_without_swap_has_none),
		TEST(a_recording_with_meminfo_alone_knows_the_sum),
		TEST(a_recording_with_neither_knows_nothing),
		TEST(a_broken_line_makes_no_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
