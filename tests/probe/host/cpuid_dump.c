/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cpuid_dump: the texts that tools write, and the topology of machines whose every CPU was asked */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/util.h"
#include "fixture.h"
#include "host/cpuid_dump.h"

/* Outlives the call: the answers are the dump's own. */
static struct cpuid_dump parsed(const char *text)
{
	auto_free char *copy = strdup(text);
	struct cpuid_dump dump = { 0 };

	assert_int_equal(cpuid_dump_parse(copy, &dump, NULL), 0);
	return dump;
}

static void assert_counts(const char *text, int64_t packages, int64_t cores, int64_t threads)
{
	auto_cpuid_dump struct cpuid_dump dump = parsed(text);
	struct cpuid_counts counts;

	assert_int_equal(cpuid_dump_count(&dump, &counts, NULL), 0);
	assert_int_equal(counts.packages, packages);
	assert_int_equal(counts.cores, cores);
	assert_int_equal(counts.threads, threads);
}

static void libcpuid_names_leaves_by_arrays(void **state)
{
	auto_cpuid_dump struct cpuid_dump dump =
		parsed("version=0.6.2\nbasic_cpuid[0]=0000000b 756e6547 6c65746e 49656e69\n"
		       "ext_cpuid[0]=80000008 00000000 00000000 00000000\n"
		       "ext_cpuid[1]=00000000 00000000 00000001 20100000\n"
		       "intel_fn11[1]=00000003 00000006 00000201 00000004\n");

	(void)state;
	assert_int_equal(cpuid_dump_leaf(&dump, 0, 0x80000001, 0)[CPUID_EDX], 0x20100000);
	assert_int_equal(cpuid_dump_leaf(&dump, 0, 0xb, 1)[CPUID_EDX], 4);
	assert_null(cpuid_dump_leaf(&dump, 0, 4, 0));
	assert_false(dump.whole);
}

static void a_leaf_above_the_highest_is_another_leafs_answer(void **state)
{
	auto_cpuid_dump struct cpuid_dump dump =
		parsed("basic_cpuid[0]=00000004 756e6547 6c65746e 49656e69\n"
		       "basic_cpuid[7]=00000121 01c0003f 0000003f 00000001\n");

	(void)state;
	assert_null(cpuid_dump_leaf(&dump, 0, 7, 0));
}

static void a_leaf_that_is_repeated_without_numbers_is_numbered(void **state)
{
	auto_cpuid_dump struct cpuid_dump dump =
		parsed("CPUID Registers (CPU #1):\n"
		       "CPUID 00000000  \t00000005-756E6547-6C65746E-49656E69\n"
		       "CPUID 00000004  \t00004121-01C0003F-0000001F-00000000\n"
		       "CPUID 00000004  \t00004143-01C0103F-000003FF-00000000\n");

	(void)state;
	assert_int_equal(cpuid_dump_leaf(&dump, 0, 4, 1)[CPUID_EAX], 0x4143);
	assert_true(dump.whole);
}

static void an_arm_cpu_has_a_number_of_its_own(void **state)
{
	auto_cpuid_dump struct cpuid_dump dump = parsed("arm_midr=00000000410fd493\n");

	(void)state;
	assert_int_equal(dump.midr, 0x410fd493);
}

static void a_text_without_answers_is_none(void **state)
{
	struct cpuid_dump dump;
	char text[] = "version=0.6.2\nCPUID nothing\nbasic_cpuid[0]=\n";

	(void)state;
	assert_int_equal(cpuid_dump_parse(text, &dump, NULL), -EINVAL);
}

static void one_cpu_does_not_tell_how_many_there_are(void **state)
{
	auto_cpuid_dump struct cpuid_dump dump =
		parsed("basic_cpuid[0]=00000001 756e6547 6c65746e 49656e69\n"
		       "basic_cpuid[1]=000006d3 00000800 80002001 078bfbfd\n");
	struct cpuid_counts counts;

	(void)state;
	assert_int_equal(cpuid_dump_count(&dump, &counts, NULL), -ENODATA);
}

#define INTEL(n, highest) \
	"CPU #" n "\nCPUID 00000000: 000000" highest "-756E6547-6C65746E-49656E69\n"
#define AMD(n)                                                              \
	"CPU #" n "\nCPUID 00000000: 00000001-68747541-444D4163-69746E65\n" \
	"CPUID 80000000: 8000001E-68747541-444D4163-69746E65\n"

static void levels_tell_threads_from_cores_from_packages(void **state)
{
	(void)state;
	assert_counts(
		INTEL("0", "0B") "CPUID 00000001: 0-0-0-10000000\n"
				 "CPUID 0000000B: 1-2-100-0 [SL 00]\n"
				 "CPUID 0000000B: 5-4-201-0 [SL 01]\n" INTEL(
					 "1",
					 "0B") "CPUID 00000001: 0-0-0-10000000\n"
					       "CPUID 0000000B: 1-2-100-1 [SL 00]\n"
					       "CPUID 0000000B: 5-4-201-1 [SL 01]\n" INTEL(
						       "2",
						       "0B") "CPUID 00000001: 0-0-0-10000000\n"
							     "CPUID 0000000B: 1-2-100-20 [SL 00]\n"
							     "CPUID 0000000B: 5-4-201-20 [SL 01]\n",
		2, 2, 3);
}

static void old_intel_cpus_tell_by_the_room_that_ids_have(void **state)
{
	(void)state;
	/* Two packages of one core with two threads: ids 0, 1 and 6, 7. */
	assert_counts(
		INTEL("0",
		      "05") "CPUID 00000001: F34-00020800-0-BFEBFBFF\n"
			    "CPUID 00000004: 4121-0-0-0\n" INTEL(
				    "1",
				    "05") "CPUID 00000001: F34-01020800-0-BFEBFBFF\n"
					  "CPUID 00000004: 4121-0-0-0\n" INTEL(
						  "2",
						  "05") "CPUID 00000001: F34-06020800-0-BFEBFBFF\n"
							"CPUID 00000004: 4121-0-0-0\n" INTEL(
								"3",
								"05") "CPUID 00000001: "
								      "F34-07020800-0-BFEBFBFF\n"
								      "CPUID 00000004: "
								      "4121-0-0-0\n",
		2, 2, 4);
}

static void an_amd_compute_unit_is_a_core(void **state)
{
	(void)state;
	assert_counts(AMD("0") "CPUID 00000001: 600F20-20100800-0-178BFBFF\n"
			       "CPUID 80000008: 3030-1000-500F-0\n"
			       "CPUID 8000001E: 20-100-100-0\n" AMD(
				       "1") "CPUID 00000001: 600F20-21100800-0-178BFBFF\n"
					    "CPUID 80000008: 3030-1000-500F-0\n"
					    "CPUID 8000001E: 21-100-100-0\n",
		      1, 1, 2);
}

static void an_amd_cpu_without_cores_to_tell_apart_is_a_package(void **state)
{
	(void)state;
	assert_counts(AMD("0") "CPUID 00000001: F5A-00000800-0-78BFBFF\n"
			       "CPUID 80000008: 3028-0-0-0\n" AMD(
				       "1") "CPUID 00000001: F5A-01000800-0-78BFBFF\n"
					    "CPUID 80000008: 3028-0-0-0\n",
		      2, 2, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(libcpuid_names_leaves_by_arrays),
		TEST(a_leaf_above_the_highest_is_another_leafs_answer),
		TEST(a_leaf_that_is_repeated_without_numbers_is_numbered),
		TEST(an_arm_cpu_has_a_number_of_its_own),
		TEST(a_text_without_answers_is_none),
		TEST(one_cpu_does_not_tell_how_many_there_are),
		TEST(levels_tell_threads_from_cores_from_packages),
		TEST(old_intel_cpus_tell_by_the_room_that_ids_have),
		TEST(an_amd_compute_unit_is_a_core),
		TEST(an_amd_cpu_without_cores_to_tell_apart_is_a_package),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
