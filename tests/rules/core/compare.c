/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compare: the table of corners: every operator on a value that fits, one that does not, absent and
 * unknown
 */
#include "small.h"

#define UNKNOWN "{'unknown': 'permission'}"

static void minimum_is_met_from_its_number_on(void **state)
{
	static const struct small_case cases[] = {
		{ "- {need: cpu.cores, minimum: 4}", "{'cpu.cores': 4}", "met ready", 0 },
		{ NULL, "{'cpu.cores': 3}", "unmet no", 0 },
		{ NULL, "{'cpu.cores': null}", "unmet no", 0 },
		{ NULL, "{'cpu.cores': " UNKNOWN "}", "unknown no..ready", 0 },
		{ NULL, "{}", "unknown no..ready", 0 },
	};

	SMALL_CASES(state, cases);
}

static void maximum_is_met_up_to_its_number_and_by_nothing_at_all(void **state)
{
	static const struct small_case cases[] = {
		{ "- {need: swap.total, maximum: 1 GiB}", "{'swap.total': 1073741824}", "met ready",
		  0 },
		{ NULL, "{'swap.total': 1073741825}", "unmet no", 0 },
		{ NULL, "{'swap.total': null}", "met ready", 0 },
		{ NULL, "{'swap.total': " UNKNOWN "}", "unknown no..ready", 0 },
	};

	SMALL_CASES(state, cases);
}

static void equals_is_the_very_value(void **state)
{
	static const struct small_case cases[] = {
		{ "- {need: cpu.vendor, equals: GenuineIntel}", "{'cpu.vendor': 'GenuineIntel'}",
		  "met ready", 0 },
		{ NULL, "{'cpu.vendor': 'genuineintel'}", "unmet no", 0 },
		{ NULL, "{'cpu.vendor': null}", "unmet no", 0 },
		{ NULL, "{'cpu.vendor': " UNKNOWN "}", "unknown no..ready", 0 },
		{ "- {need: host.bmc, equals: true}", "{'host.bmc': true}", "met ready", 0 },
		{ NULL, "{'host.bmc': false}", "unmet no", 0 },
		{ NULL, "{}", "unknown no..ready", 0 },
		{ "- {need: cpu.smt, equals: false}", "{'cpu.smt': false}", "met ready", 0 },
		{ NULL, "{'cpu.smt': true}", "unmet no", 0 },
	};

	SMALL_CASES(state, cases);
}

static void not_is_met_by_any_other_value_and_by_nothing(void **state)
{
	static const struct small_case cases[] = {
		{ "- {need: os.id, not: alpine}", "{'os.id': 'debian'}", "met ready", 0 },
		{ NULL, "{'os.id': 'alpine'}", "unmet no", 0 },
		{ NULL, "{'os.id': null}", "met ready", 0 },
		{ NULL, "{'os.id': " UNKNOWN "}", "unknown no..ready", 0 },
	};

	SMALL_CASES(state, cases);
}

static void in_is_one_of_a_list(void **state)
{
	static const struct small_case cases[] = {
		{ "- {need: os.id, in: [debian, ubuntu]}", "{'os.id': 'ubuntu'}", "met ready", 0 },
		{ NULL, "{'os.id': 'deb'}", "unmet no", 0 },
		{ NULL, "{'os.id': null}", "unmet no", 0 },
		{ NULL, "{'os.id': " UNKNOWN "}", "unknown no..ready", 0 },
		{ "- {need: os.id, not_in: [debian, ubuntu]}", "{'os.id': 'fedora'}", "met ready",
		  0 },
		{ NULL, "{'os.id': 'debian'}", "unmet no", 0 },
		{ NULL, "{'os.id': null}", "met ready", 0 },
		{ NULL, "{}", "unknown no..ready", 0 },
	};

	SMALL_CASES(state, cases);
}

static void has_wants_every_item_and_a_gap_may_hold_it(void **state)
{
	static const struct small_case cases[] = {
		{ "- {need: cpu.features, has: [aes, avx2]}", "{'cpu.features': ['avx2', 'aes']}",
		  "met ready", 0 },
		{ NULL, "{'cpu.features': ['aes']}", "unmet no", 0 },
		{ NULL, "{'cpu.features': []}", "unmet no", 0 },
		{ NULL, "{'cpu.features': null}", "unmet no", 0 },
		{ NULL, "{'cpu.features': " UNKNOWN "}", "unknown no..ready", 0 },
		{ NULL, "{'cpu.features': ['aes', '...']}", "unknown no..ready", 0 },
		{ NULL, "{'cpu.features': ['aes', 'avx2', '...']}", "met ready", 0 },
		{ NULL, "{'cpu.features': ['aes', " UNKNOWN "]}", "unknown no..ready", 0 },
	};

	SMALL_CASES(state, cases);
}

static void present_and_absent_ask_only_whether_there_is_one(void **state)
{
	static const struct small_case cases[] = {
		{ "- {need: cpu.vendor, present: true}", "{'cpu.vendor': ''}", "met ready", 0 },
		{ NULL, "{'cpu.vendor': null}", "unmet no", 0 },
		{ NULL, "{'cpu.vendor': " UNKNOWN "}", "unknown no..ready", 0 },
		{ "- {need: cpu.vendor, absent: true}", "{'cpu.vendor': null}", "met ready", 0 },
		{ NULL, "{'cpu.vendor': 'x'}", "unmet no", 0 },
		{ NULL, "{'cpu.vendor': " UNKNOWN "}", "unknown no..ready", 0 },
	};

	SMALL_CASES(state, cases);
}

static void versions_compare_by_their_numbers(void **state)
{
	static const struct small_case cases[] = {
		{ "- {need: kernel.version, minimum: 5.4}", "{'kernel.version': '5.10.0'}",
		  "met ready", 0 },
		{ NULL, "{'kernel.version': '5.4'}", "met ready", 0 },
		{ NULL, "{'kernel.version': '5.3.18'}", "unmet no", 0 },
		{ "- {need: kernel.version, maximum: 5.10}", "{'kernel.version': '5.9'}",
		  "met ready", 0 },
		{ NULL, "{'kernel.version': '6.1'}", "unmet no", 0 },
	};

	SMALL_CASES(state, cases);
}

static void a_version_that_is_not_told_is_neither_enough_nor_too_little(void **state)
{
	static const struct small_case cases[] = {
		{ "- {need: kernel.version, minimum: 5.4}", "{'kernel.version': ''}",
		  "unknown no..ready", 0 },
		{ "- {need: kernel.version, maximum: 5.4}", "{'kernel.version': ''}",
		  "unknown no..ready", 0 },
		{ "- {need: kernel.version, equals: 5.4}", "{'kernel.version': ''}",
		  "unknown no..ready", 0 },
		{ "- {need: kernel.version, not: 5.4}", "{'kernel.version': ''}",
		  "unknown no..ready", 0 },
		{ "- {need: kernel.version, in: ['5.4', '5.10']}", "{'kernel.version': ''}",
		  "unknown no..ready", 0 },
		{ "- {need: kernel.version, not_in: ['5.4']}", "{'kernel.version': ''}",
		  "unknown no..ready", 0 },
		{ "- {need: kernel.version, present: true}", "{'kernel.version': ''}", "met ready",
		  0 },
	};

	SMALL_CASES(state, cases);
}

static void few_values_rise_in_the_order_of_their_definition(void **state)
{
	static const struct small_case cases[] = {
		{ "- {need: cpu.level, minimum: x86-64-v2}", "{'cpu.level': 'x86-64-v3'}",
		  "met ready", 0 },
		{ NULL, "{'cpu.level': 'x86-64-v2'}", "met ready", 0 },
		{ NULL, "{'cpu.level': 'x86-64-v1'}", "unmet no", 0 },
		{ NULL, "{'cpu.level': 'x86-64-v9'}", "unknown no..ready", 0 },
	};

	SMALL_CASES(state, cases);
}

static void a_setting_is_a_number_where_it_looks_like_one(void **state)
{
	static const struct small_case cases[] = {
		{ "- {need: kernel.sysctl.net.ipv4.ip_forward, equals: 1}",
		  "{'kernel.sysctl.net.ipv4.ip_forward': 1}", "met ready", 0 },
		{ NULL, "{'kernel.sysctl.net.ipv4.ip_forward': 0}", "unmet no", 0 },
		{ "- {need: kernel.sysctl.vm.max_map_count, minimum: 262144}",
		  "{'kernel.sysctl.vm.max_map_count': 1048576}", "met ready", 0 },
		/* Text and number have no order. */
		{ NULL, "{'kernel.sysctl.vm.max_map_count': 'many'}", "unknown no..ready", 0 },
	};

	SMALL_CASES(state, cases);
}

/* 64 GB of memory are 64 GiB: 68719476736 bytes; 97 % of that 66657892433.9, 90 % 61847529062.4. */
static void memory_is_met_from_97_percent_and_undecided_from_90(void **state)
{
	static const struct small_case cases[] = {
		{ "- {need: memory.total, minimum: 64 GB}", "{'memory.total': 66657892434}",
		  "met ready", 0 },
		{ NULL, "{'memory.total': 66657892433}", "unknown no..ready", 0 },
		{ NULL, "{'memory.total': 61847529063}", "unknown no..ready", 0 },
		{ NULL, "{'memory.total': 61847529062}", "unmet no", 0 },
		{ NULL, "{'memory.total': null}", "unmet no", 0 },
		{ NULL, "{'memory.total': " UNKNOWN "}", "unknown no..ready", 0 },
	};

	SMALL_CASES(state, cases);
}

static void what_is_installed_is_compared_exactly(void **state)
{
	static const struct small_case cases[] = {
		{ "- {need: memory.total, minimum: 64 GB}",
		  "{'memory.total': 61000000000, 'memory.installed': 68719476736}", "met ready",
		  0 },
		{ NULL, "{'memory.total': 67000000000, 'memory.installed': 68719476735}",
		  "unmet no", 0 },
		/* Less installed than the kernel has: the table is wrong, the kernel is not. */
		{ NULL, "{'memory.total': 68000000000, 'memory.installed': 1073741824}",
		  "met ready", 0 },
		/* Half of what is installed was kept from the kernel. */
		{ NULL, "{'memory.total': 66000000000, 'memory.installed': 137438953472}",
		  "unknown no..ready", 0 },
		{ NULL, "{'memory.total': 34000000000, 'memory.installed': 68719476736}",
		  "unmet no", 0 },
		/* An installer that reads MemTotal itself. */
		{ "- {need: memory.total, minimum: 64 GB, seen: true}",
		  "{'memory.total': 68000000000, 'memory.installed': 68719476736}", "unmet no", 0 },
		{ NULL, "{'memory.total': 68719476736}", "met ready", 0 },
	};

	SMALL_CASES(state, cases);
}

static void gigabytes_are_binary_for_memory_and_decimal_for_disks(void **state)
{
	static const struct small_case cases[] = {
		{ "- {need: memory.available, minimum: 1 GB}", "{'memory.available': 1073741823}",
		  "unmet no", 0 },
		{ "- {need: disk.size, minimum: 1 GB}", "{'disk.size': 1000000000}", "met ready",
		  0 },
	};

	SMALL_CASES(state, cases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(minimum_is_met_from_its_number_on),
		TEST(maximum_is_met_up_to_its_number_and_by_nothing_at_all),
		TEST(equals_is_the_very_value),
		TEST(not_is_met_by_any_other_value_and_by_nothing),
		TEST(in_is_one_of_a_list),
		TEST(has_wants_every_item_and_a_gap_may_hold_it),
		TEST(present_and_absent_ask_only_whether_there_is_one),
		TEST(versions_compare_by_their_numbers),
		TEST(a_version_that_is_not_told_is_neither_enough_nor_too_little),
		TEST(few_values_rise_in_the_order_of_their_definition),
		TEST(a_setting_is_a_number_where_it_looks_like_one),
		TEST(memory_is_met_from_97_percent_and_undecided_from_90),
		TEST(what_is_installed_is_compared_exactly),
		TEST(gigabytes_are_binary_for_memory_and_decimal_for_disks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
