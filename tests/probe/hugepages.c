/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hugepages: pools per node, sums, and sizes that the CPU knows */
#include "core/text.h"
#include "fixture.h"

extern const struct probe probe_hugepages;

static void write_pool(void **state, const char *folder, const char *total, const char *free)
{
	fixture_write(state, PATH("%s/nr_hugepages", folder), total);
	fixture_write(state, PATH("%s/free_hugepages", folder), free);
}

static void one_page_on_one_node_is_seen_on_that_node(void **state)
{
	struct facts *facts;

	write_pool(state, "/sys/devices/system/node/node0/hugepages/hugepages-1048576kB", "0\n",
		   "0\n");
	write_pool(state, "/sys/devices/system/node/node1/hugepages/hugepages-1048576kB", "1\n",
		   "1\n");
	facts = fixture_run(state, &probe_hugepages);
	assert_field(facts, "hugepages", 0, "node", "0");
	assert_field(facts, "hugepages", 0, "free", "0");
	assert_field(facts, "hugepages", 1, "node", "1");
	assert_field(facts, "hugepages", 1, "free", "1");
	assert_count(facts, "hugepages.1G", 1);
	assert_count(facts, "hugepages.2M", 0);
	assert_bool(facts, "hugepages.1G.supported", true);
}

static void pages_that_somebody_has_are_not_free(void **state)
{
	struct facts *facts;

	write_pool(state, "/sys/devices/system/node/node0/hugepages/hugepages-2048kB", "512\n",
		   "12\n");
	write_pool(state, "/sys/devices/system/node/node8/hugepages/hugepages-2048kB", "512\n",
		   "512\n");
	facts = fixture_run(state, &probe_hugepages);
	assert_count(facts, "hugepages.2M", 524);
	assert_count(facts, "hugepages.2M.total", 1024);
}

static void a_kernel_without_numa_tells_the_whole(void **state)
{
	struct facts *facts;

	fixture_absent(state, "/sys/devices/system/node");
	write_pool(state, "/sys/kernel/mm/hugepages/hugepages-2048kB", "8\n", "3\n");
	facts = fixture_run(state, &probe_hugepages);
	assert_field(facts, "hugepages", 0, "node", "null");
	assert_count(facts, "hugepages.2M", 3);
}

static void a_kernel_without_hugetlbfs_has_no_pages(void **state)
{
	struct facts *facts;

	fixture_absent(state, "/sys/devices/system/node/node0/hugepages");
	fixture_write(state, "/sys/devices/system/node/node0/cpulist", "0\n");
	fixture_absent(state, "/sys/kernel/mm/hugepages");
	facts = fixture_run(state, &probe_hugepages);
	assert_count(facts, "hugepages.2M", 0);
	assert_count(facts, "hugepages.1G.total", 0);
}

static void a_recording_with_meminfo_alone_knows_the_default_size_only(void **state)
{
	struct facts *facts;

	fixture_write(state, "/proc/meminfo",
		      "HugePages_Total:      16\nHugePages_Free:        5\n"
		      "Hugepagesize:       2048 kB\n");
	facts = fixture_run(state, &probe_hugepages);
	assert_count(facts, "hugepages.2M", 5);
	assert_count(facts, "hugepages.2M.total", 16);
	assert_unknown(facts, "hugepages.1G", UNKNOWN_NOT_RECORDED);
}

static void a_recording_without_any_of_it_knows_nothing(void **state)
{
	struct facts *facts = fixture_run(state, &probe_hugepages);

	assert_unknown(facts, "hugepages", UNKNOWN_NOT_RECORDED);
	assert_unknown(facts, "hugepages.2M", UNKNOWN_NOT_RECORDED);
	facts_set_reason(facts, "cpu.features", UNKNOWN_NOT_RECORDED, NULL);
	probe_hugepages.derive(facts);
	assert_unknown(facts, "hugepages.1G.supported", UNKNOWN_NOT_RECORDED);
}

static void an_unreadable_pool_is_not_an_empty_one(void **state)
{
	struct facts *facts;

	fixture_write(state,
		      "/sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages",
		      "8\n");
	fixture_error(state,
		      "/sys/devices/system/node/node0/hugepages/hugepages-2048kB/free_hugepages",
		      "EIO");
	facts = fixture_run(state, &probe_hugepages);
	assert_field(facts, "hugepages", 0, "total", "8");
	assert_unknown(facts, "hugepages.2M", UNKNOWN_ERROR);
}

/* The facts of a kernel that has no pool of 1 GiB, on a CPU with these features. */
static struct facts *without_pool(void **state, const char *features)
{
	struct facts *facts;

	fixture_absent(state, "/sys/devices/system/node");
	write_pool(state, "/sys/kernel/mm/hugepages/hugepages-2048kB", "0\n", "0\n");
	facts = fixture_run(state, &probe_hugepages);
	facts_set_value(facts, "cpu.features", text_words(facts_arena(facts), features, " "),
			"/proc/cpuinfo");
	probe_hugepages.derive(facts);
	return facts;
}

static void a_cpu_without_pdpe1gb_has_no_pages_of_1_gib(void **state)
{
	struct facts *facts = without_pool(state, "fpu pse tsc lm");

	assert_bool(facts, "hugepages.1G.supported", false);
	assert_bool(facts, "hugepages.2M.supported", true);
}

static void an_older_kernel_without_a_pool_does_not_deny_the_cpus_pages(void **state)
{
	assert_bool(without_pool(state, "fpu pse tsc pdpe1gb lm"), "hugepages.1G.supported", true);
}

static void elsewhere_the_kernel_shows_all_sizes_it_has(void **state)
{
	struct facts *facts = without_pool(state, "fp asimd evtstrm");

	assert_bool(facts, "hugepages.1G.supported", false);
	assert_bool(facts, "hugepages.2M.supported", true);
}

static void a_page_larger_than_four_gigabytes_is_counted_in_64_bits(void **state)
{
	struct facts *facts;

	fixture_absent(state, "/sys/devices/system/node");
	write_pool(state, "/sys/kernel/mm/hugepages/hugepages-16777216kB", "1\n", "1\n");
	facts = fixture_run(state, &probe_hugepages);
	assert_field(facts, "hugepages", 0, "size", "17179869184");
}

static struct facts *run_with_pages_of_4k(void **state)
{
	return fixture_run_all(state, NULL, 0);
}

static void write_page_size(void **state)
{
	static const unsigned long auxv[] = { 6, 4096, 0, 0 };

	fixture_write_bytes(state, "/proc/self/auxv", auxv, sizeof(auxv));
}

static void free_memory_in_whole_pieces_is_counted_on_its_node(void **state)
{
	struct facts *facts;

	write_page_size(state);
	write_pool(state, "/sys/devices/system/node/node0/hugepages/hugepages-2048kB", "0\n",
		   "0\n");
	write_pool(state, "/sys/devices/system/node/node1/hugepages/hugepages-2048kB", "0\n",
		   "0\n");
	fixture_write(state, "/proc/buddyinfo",
		      "Node 0, zone      DMA      0      0      0      0      0      0      0      "
		      "0      1      1      3 \n"
		      "Node 0, zone   Normal   9000      0      0      0      0      0      0      "
		      "0      0      5      7 \n"
		      "Node 1, zone   Normal   9000      0      0      0      0      0      0      "
		      "0      9      0      0 \n");
	facts = run_with_pages_of_4k(state);
	assert_field(facts, "hugepages.pieces", 0, "pages", "19");
	assert_field(facts, "hugepages.pieces", 1, "pages", "0");
	assert_count(facts, "hugepages.2M.possible", 19);
}

static void a_gigantic_page_is_impossible_only_where_less_is_free(void **state)
{
	struct facts *facts;

	write_page_size(state);
	write_pool(state, "/sys/devices/system/node/node0/hugepages/hugepages-1048576kB", "0\n",
		   "0\n");
	write_pool(state, "/sys/devices/system/node/node1/hugepages/hugepages-1048576kB", "0\n",
		   "0\n");
	fixture_write(state, "/proc/buddyinfo",
		      "Node 0, zone   Normal      0      0      0      0      0      0      0      "
		      "0      0      0    600 \n"
		      "Node 1, zone   Normal      0      0      0      0      0      0      0      "
		      "0      0      0     60 \n");
	facts = run_with_pages_of_4k(state);
	assert_field(facts, "hugepages.pieces", 0, "pages", "unknown:unsupported");
	assert_field(facts, "hugepages.pieces", 1, "pages", "0");
}

static void what_could_be_had_is_unknown_where_nothing_was_recorded(void **state)
{
	write_pool(state, "/sys/kernel/mm/hugepages/hugepages-2048kB", "8\n", "3\n");
	fixture_absent(state, "/sys/devices/system/node");
	assert_field(fixture_run(state, &probe_hugepages), "hugepages.pieces", 0, "pages",
		     "unknown:not-recorded");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(free_memory_in_whole_pieces_is_counted_on_its_node),
		TEST(a_gigantic_page_is_impossible_only_where_less_is_free),
		TEST(what_could_be_had_is_unknown_where_nothing_was_recorded),
		TEST(one_page_on_one_node_is_seen_on_that_node),
		TEST(pages_that_somebody_has_are_not_free),
		TEST(a_kernel_without_numa_tells_the_whole),
		TEST(a_kernel_without_hugetlbfs_has_no_pages),
		TEST(a_recording_with_meminfo_alone_knows_the_default_size_only),
		TEST(a_recording_without_any_of_it_knows_nothing),
		TEST(an_unreadable_pool_is_not_an_empty_one),
		TEST(a_cpu_without_pdpe1gb_has_no_pages_of_1_gib),
		TEST(an_older_kernel_without_a_pool_does_not_deny_the_cpus_pages),
		TEST(elsewhere_the_kernel_shows_all_sizes_it_has),
		TEST(a_page_larger_than_four_gigabytes_is_counted_in_64_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
