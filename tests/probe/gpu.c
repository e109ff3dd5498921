/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpu: what computes is counted, what only draws a console is not */
#include "fixture.h"

static void add_function(void **state, const char *address, const char *class, const char *id)
{
	fixture_write(state, PATH("/sys/bus/pci/devices/%s/uevent", address),
		      PATH("DRIVER=x\nPCI_CLASS=%s\nPCI_ID=%s\n", class, id));
	fixture_absent(state, PATH("/sys/bus/pci/devices/%s/*", address));
}

static void cards_count_and_the_bmcs_display_does_not(void **state)
{
	struct facts *facts;

	add_function(state, "0000:01:00.0", "30200", "10DE:20B2");
	add_function(state, "0000:02:00.0", "30000", "1A03:2000");
	add_function(state, "0000:03:00.0", "120000", "1002:74A1");
	add_function(state, "0000:04:00.0", "20000", "8086:1521");
	fixture_write(state, "/sys/bus/pci/devices/0000:01:00.0/numa_node", "1\n");
	facts = fixture_run_all(state, NULL, 0);
	assert_count(facts, "gpu.count", 2);
	assert_field(facts, "gpus", 0, "address", "0000:01:00.0");
	assert_field(facts, "gpus", 0, "vendor", "10de");
	assert_field(facts, "gpus", 0, "numa_node", "1");
	assert_field(facts, "gpus", 1, "device", "74a1");
}

static void what_a_hypervisor_draws_with_is_no_gpu(void **state)
{
	static const char *const ids[] = { "1234:1111", "1B36:0100", "1013:00B8", "1AF4:1050",
					   "15AD:0405", "80EE:BEEF", "1414:5353" };

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		add_function(state, PATH("0000:00:%02zx.0", i), "30000", ids[i]);
	assert_count(fixture_run_all(state, NULL, 0), "gpu.count", 0);
}

static void unseen_functions_leave_the_count_open(void **state)
{
	assert_unknown(fixture_run_all(state, NULL, 0), "gpu.count", UNKNOWN_NOT_RECORDED);
}

static void a_recorded_notebook_has_its_graphics(void **state)
{
	struct facts *facts;

	fixture_machine(state, "ghw/x1-carbon-i7-1270P-iommu.tar.gz", ".");
	facts = fixture_run_all(state, NULL, 0);
	assert_count(facts, "gpu.count", 1);
	assert_field(facts, "gpus", 0, "device", "46a6");
	assert_field(facts, "gpus", 0, "driver", "i915");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(cards_count_and_the_bmcs_display_does_not),
		TEST(what_a_hypervisor_draws_with_is_no_gpu),
		TEST(unseen_functions_leave_the_count_open),
		TEST(a_recorded_notebook_has_its_graphics),
	};

	return cmocka_run_group_tests_name("probe/gpu", tests, NULL, NULL);
}
