/* SPDX-License-Identifier: GPL-2.0-or-later */
/* iommu: what the firmware describes and what the kernel drives are two things */
#include "fixture.h"

#include <string.h>

extern const struct probe probe_iommu;

#define TABLES "/sys/firmware/acpi/tables"

static void no_tables(void **state)
{
	fixture_write(state, TABLES "/FACP", "FACP");
	fixture_absent(state, TABLES "/*");
}

static void no_kernel_side(void **state)
{
	fixture_folder(state, "/sys/class/iommu");
	fixture_folder(state, "/sys/kernel/iommu_groups");
	fixture_absent(state, "/sys/hypervisor/*");
	fixture_absent(state, "/sys/module/vfio/*");
}

static void add_group(void **state, const char *number, const char *type, const char *device)
{
	fixture_write(state, PATH("/sys/kernel/iommu_groups/%s/type", number), type);
	fixture_folder(state, PATH("/sys/kernel/iommu_groups/%s/devices/%s", number, device));
}

static void a_unit_and_a_function_behind_it_are_an_iommu_at_work(void **state)
{
	struct facts *facts;

	fixture_write(state, TABLES "/DMAR", "DMAR");
	no_kernel_side(state);
	fixture_folder(state, "/sys/class/iommu/dmar0");
	fixture_folder(state, "/sys/class/iommu/dmar1");
	add_group(state, "0", "DMA-FQ\n", "0000:00:02.0");
	add_group(state, "1", "DMA-FQ\n", "0000:00:1f.0");
	facts = fixture_run(state, &probe_iommu);
	assert_bool(facts, "iommu.hardware", true);
	assert_text(facts, "iommu.table", "DMAR");
	assert_list(facts, "iommu.units", "dmar0 dmar1");
	assert_bool(facts, "iommu.enabled", true);
	assert_count(facts, "iommu.groups", 2);
	assert_text(facts, "iommu.type", "DMA-FQ");
	assert_bool(facts, "iommu.noiommu", false);
}

static void groups_of_two_types_are_mixed(void **state)
{
	no_kernel_side(state);
	fixture_folder(state, "/sys/class/iommu/ivhd0");
	add_group(state, "0", "DMA\n", "0000:00:02.0");
	add_group(state, "1", "identity\n", "0000:00:1f.0");
	assert_text(fixture_run(state, &probe_iommu), "iommu.type", "mixed");
}

static void a_table_without_units_is_hardware_that_is_not_used(void **state)
{
	struct facts *facts;

	fixture_write(state, TABLES "/IVRS", "IVRS");
	no_kernel_side(state);
	facts = fixture_run(state, &probe_iommu);
	assert_bool(facts, "iommu.hardware", true);
	assert_text(facts, "iommu.table", "IVRS");
	assert_bool(facts, "iommu.enabled", false);
	assert_absent(facts, "iommu.type");
}

static void no_table_among_visible_ones_means_that_none_is_described(void **state)
{
	struct facts *facts;

	no_tables(state);
	no_kernel_side(state);
	facts = fixture_run(state, &probe_iommu);
	assert_bool(facts, "iommu.hardware", false);
	assert_absent(facts, "iommu.table");
}

static void unseen_tables_say_nothing(void **state)
{
	struct facts *facts;

	no_kernel_side(state);
	facts = fixture_run(state, &probe_iommu);
	assert_unknown(facts, "iommu.hardware", UNKNOWN_NOT_RECORDED);
	assert_unknown(facts, "iommu.table", UNKNOWN_NOT_RECORDED);
	assert_bool(facts, "iommu.enabled", false);
}

static void a_unit_proves_the_hardware(void **state)
{
	struct facts *facts;

	no_kernel_side(state);
	fixture_folder(state, "/sys/class/iommu/smmu3.0x0000000140000000");
	fixture_error(state, TABLES, "EACCES");
	facts = fixture_run(state, &probe_iommu);
	assert_bool(facts, "iommu.hardware", true);
	assert_unknown(facts, "iommu.table", UNKNOWN_PERMISSION);
	/* No device behind it has a driver yet. */
	assert_bool(facts, "iommu.enabled", true);
}

static void units_without_groups_do_nothing_for_devices(void **state)
{
	no_kernel_side(state);
	fixture_folder(state, "/sys/class/iommu/dmar0");
	assert_bool(fixture_run(state, &probe_iommu), "iommu.enabled", false);
}

static void groups_of_vfio_without_iommu_are_none(void **state)
{
	struct facts *facts;

	no_tables(state);
	no_kernel_side(state);
	add_group(state, "0", "blocked\n", "0000:00:03.0");
	fixture_write(state, "/sys/kernel/iommu_groups/0/name", "vfio-noiommu\n");
	facts = fixture_run(state, &probe_iommu);
	assert_bool(facts, "iommu.enabled", false);
	assert_bool(facts, "iommu.noiommu", true);
	assert_count(facts, "iommu.groups", 0);
	assert_absent(facts, "iommu.type");
}

static void xen_keeps_the_iommu_to_itself(void **state)
{
	struct facts *facts;

	no_tables(state);
	no_kernel_side(state);
	fixture_write(state, "/sys/hypervisor/type", "xen\n");
	fixture_write(state, "/sys/kernel/irq/24/chip_name", "xen-pirq-ioapic-level\n");
	facts = fixture_run(state, &probe_iommu);
	assert_unknown(facts, "iommu.hardware", UNKNOWN_HIDDEN);
	assert_unknown(facts, "iommu.enabled", UNKNOWN_HIDDEN);
	assert_unknown(facts, "iommu.interrupt_remapping", UNKNOWN_HIDDEN);
}

/* An IORT whose only node is of that type. */
static void write_iort(void **state, uint8_t type)
{
	uint8_t table[64] = "IORT";

	table[36] = 1; /* nodes */
	table[40] = 48; /* where the first begins */
	table[48] = type;
	table[49] = 16; /* its length */
	fixture_write_bytes(state, TABLES "/IORT", table, sizeof(table));
	fixture_absent(state, TABLES "/*");
}

static void an_iort_describes_an_smmu_or_none(void **state)
{
	struct facts *facts;

	no_kernel_side(state);
	write_iort(state, 4);
	facts = fixture_run(state, &probe_iommu);
	assert_bool(facts, "iommu.hardware", true);
	assert_text(facts, "iommu.table", "IORT");
	write_iort(state, 0);
	assert_bool(fixture_run(state, &probe_iommu), "iommu.hardware", false);
}

/* A DMAR with one entry of that type (0 is a unit, 1 a region that devices keep). */
static void write_dmar(void **state, const char *file, uint8_t type, uint8_t flags)
{
	uint8_t table[64] = "DMAR";

	table[37] = flags;
	table[48] = type;
	table[50] = 16; /* its length */
	fixture_write_bytes(state, PATH(TABLES "/%s", file), table, sizeof(table));
	fixture_absent(state, TABLES "/*");
}

static void a_dmar_without_a_unit_describes_none(void **state)
{
	struct facts *facts;

	no_kernel_side(state);
	write_dmar(state, "DMAR", 0, 0);
	assert_bool(fixture_run(state, &probe_iommu), "iommu.hardware", true);
	write_dmar(state, "DMAR", 1, 0);
	facts = fixture_run(state, &probe_iommu);
	assert_bool(facts, "iommu.hardware", false);
	assert_absent(facts, "iommu.table");
}

static void an_ivrs_describes_a_unit_by_any_of_three_types(void **state)
{
	static const uint8_t types[] = { 0x10, 0x11, 0x40, 0x20 };
	uint8_t table[64] = "IVRS";

	no_kernel_side(state);
	fixture_absent(state, TABLES "/*");
	table[50] = 16;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		table[48] = types[i];
		fixture_write_bytes(state, TABLES "/IVRS", table, sizeof(table));
		assert_bool(fixture_run(state, &probe_iommu), "iommu.hardware", types[i] != 0x20);
	}
}

/* Only root reads what is in it; that there is one says that there is a unit. */
static void a_dmar_for_root_alone_is_one_all_the_same(void **state)
{
	struct facts *facts;

	no_kernel_side(state);
	fixture_write(state, TABLES "/DMAR", "");
	fixture_error(state, TABLES "/DMAR", "EACCES");
	fixture_absent(state, TABLES "/*");
	fixture_write(state, "/sys/kernel/irq/24/chip_name", "PCI-MSI\n");
	facts = fixture_run(state, &probe_iommu);
	assert_bool(facts, "iommu.hardware", true);
	assert_text(facts, "iommu.table", "DMAR");
	assert_unknown(facts, "iommu.interrupt_remapping.firmware", UNKNOWN_PERMISSION);
}

/* A policy denies by name what may not be there at all. */
static void a_dmar_that_is_denied_and_not_shown_is_unknown(void **state)
{
	no_kernel_side(state);
	fixture_folder(state, TABLES);
	fixture_error(state, TABLES "/DMAR", "EPERM");
	fixture_absent(state, TABLES "/*");
	assert_unknown(fixture_run(state, &probe_iommu), "iommu.hardware", UNKNOWN_PERMISSION);
}

static void an_iort_for_root_alone_says_nothing_yet(void **state)
{
	no_kernel_side(state);
	fixture_folder(state, TABLES);
	fixture_error(state, TABLES "/IORT", "EACCES");
	fixture_absent(state, TABLES "/*");
	assert_unknown(fixture_run(state, &probe_iommu), "iommu.hardware", UNKNOWN_PERMISSION);
}

static void xen_renames_the_table_it_keeps(void **state)
{
	struct facts *facts;

	no_kernel_side(state);
	write_dmar(state, "XMAR", 0, 1);
	fixture_write(state, "/sys/hypervisor/type", "xen\n");
	facts = fixture_run(state, &probe_iommu);
	assert_bool(facts, "iommu.hardware", true);
	assert_text(facts, "iommu.table", "DMAR");
	assert_unknown(facts, "iommu.enabled", UNKNOWN_HIDDEN);
}

static void firmware_and_units_tell_whether_interrupts_can_be_remapped(void **state)
{
	struct facts *facts;

	no_kernel_side(state);
	write_dmar(state, "DMAR", 0, 1);
	fixture_write(state, "/sys/kernel/irq/24/chip_name", "PCI-MSI\n");
	fixture_write(state, "/sys/class/iommu/dmar0/intel-iommu/ecap", "f020da\n");
	fixture_write(state, "/sys/class/iommu/dmar1/intel-iommu/ecap", "f020d2\n");
	facts = fixture_run(state, &probe_iommu);
	assert_bool(facts, "iommu.interrupt_remapping", false);
	assert_bool(facts, "iommu.interrupt_remapping.firmware", true);
	assert_bool(facts, "iommu.interrupt_remapping.hardware", false);
	fixture_write(state, "/sys/class/iommu/dmar1/intel-iommu/ecap", "f020da\n");
	write_dmar(state, "DMAR", 0, 0);
	facts = fixture_run(state, &probe_iommu);
	assert_bool(facts, "iommu.interrupt_remapping.firmware", false);
	assert_bool(facts, "iommu.interrupt_remapping.hardware", true);
	fixture_write(state, "/sys/kernel/irq/24/chip_name", "IR-PCI-MSI\n");
	facts = fixture_run(state, &probe_iommu);
	assert_bool(facts, "iommu.interrupt_remapping.firmware", true);
	assert_bool(facts, "iommu.interrupt_remapping.hardware", true);
}

static void a_device_tree_may_have_an_smmu(void **state)
{
	struct facts *facts;

	no_kernel_side(state);
	fixture_absent(state, TABLES);
	fixture_folder(state, "/sys/firmware/devicetree/base/soc@0/iommu@5000000");
	facts = fixture_run(state, &probe_iommu);
	assert_text(facts, "iommu.table", "devicetree");
	fixture_write_bytes(state, "/sys/firmware/devicetree/base/soc@0/iommu@5000000/status",
			    "disabled", sizeof("disabled"));
	assert_bool(fixture_run(state, &probe_iommu), "iommu.hardware", false);
}

static void an_smmu_below_a_bus_of_another_name_shows_as_a_platform_device(void **state)
{
	no_kernel_side(state);
	fixture_absent(state, TABLES);
	fixture_folder(state, "/sys/firmware/devicetree/base/ap806/config-space@f0000000");
	fixture_folder(state, "/sys/bus/platform/devices/serial8250");
	assert_bool(fixture_run(state, &probe_iommu), "iommu.hardware", false);
	fixture_folder(state, "/sys/bus/platform/devices/f0100000.iommu");
	assert_bool(fixture_run(state, &probe_iommu), "iommu.hardware", true);
}

static void remapped_interrupts_show_in_their_chips_names(void **state)
{
	no_kernel_side(state);
	fixture_write(state, "/sys/kernel/irq/24/chip_name", "PCI-MSI\n"); /* the AMD IOMMU's own */
	fixture_write(state, "/sys/kernel/irq/25/chip_name", "IR-PCI-MSIX-0000:01:00.0\n");
	assert_bool(fixture_run(state, &probe_iommu), "iommu.interrupt_remapping", true);
	fixture_write(state, "/sys/kernel/irq/25/chip_name", "PCI-MSIX-0000:01:00.0\n");
	assert_bool(fixture_run(state, &probe_iommu), "iommu.interrupt_remapping", false);
	fixture_write(state, "/sys/kernel/irq/25/chip_name", "ITS-PCI-MSI\n");
	assert_bool(fixture_run(state, &probe_iommu), "iommu.interrupt_remapping", true);
}

static void the_table_of_interrupts_serves_where_sysfs_has_none(void **state)
{
	no_kernel_side(state);
	fixture_write(state, "/proc/interrupts",
		      "  CPU0\n  0: 5 IR-IO-APIC 2-edge timer\n 24: 1 DMAR-MSI 0-edge dmar0\n");
	assert_bool(fixture_run(state, &probe_iommu), "iommu.interrupt_remapping", true);
	fixture_write(state, "/proc/interrupts", "  CPU0\n  0: 5 XT-PIC timer\n");
	assert_unknown(fixture_run(state, &probe_iommu), "iommu.interrupt_remapping",
		       UNKNOWN_UNSUPPORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_unit_and_a_function_behind_it_are_an_iommu_at_work),
		TEST(groups_of_two_types_are_mixed),
		TEST(a_table_without_units_is_hardware_that_is_not_used),
		TEST(no_table_among_visible_ones_means_that_none_is_described),
		TEST(unseen_tables_say_nothing),
		TEST(a_unit_proves_the_hardware),
		TEST(units_without_groups_do_nothing_for_devices),
		TEST(groups_of_vfio_without_iommu_are_none),
		TEST(xen_keeps_the_iommu_to_itself),
		TEST(an_iort_describes_an_smmu_or_none),
		TEST(a_dmar_without_a_unit_describes_none),
		TEST(an_ivrs_describes_a_unit_by_any_of_three_types),
		TEST(a_dmar_for_root_alone_is_one_all_the_same),
		TEST(a_dmar_that_is_denied_and_not_shown_is_unknown),
		TEST(an_iort_for_root_alone_says_nothing_yet),
		TEST(xen_renames_the_table_it_keeps),
		TEST(firmware_and_units_tell_whether_interrupts_can_be_remapped),
		TEST(a_device_tree_may_have_an_smmu),
		TEST(an_smmu_below_a_bus_of_another_name_shows_as_a_platform_device),
		TEST(remapped_interrupts_show_in_their_chips_names),
		TEST(the_table_of_interrupts_serves_where_sysfs_has_none),
	};

	return cmocka_run_group_tests_name("probe/iommu", tests, NULL, NULL);
}
