/* SPDX-License-Identifier: GPL-2.0-or-later */
/* memory: managed, installed and error-correcting, from good and from misleading machines */
#include <string.h>

#include "fixture.h"

extern const struct probe probe_memory;

#define GIB (1024LL * 1024 * 1024)

/* A table under construction. */
struct table {
	uint8_t bytes[2048];
	size_t len;
};

static uint8_t *add_structure(struct table *table, uint8_t type, uint8_t len, uint8_t handle)
{
	uint8_t *structure = table->bytes + table->len;

	structure[0] = type;
	structure[1] = len;
	structure[2] = handle;
	table->len += len + 2U; /* no strings: two NULs */
	return structure;
}

static void add_array(struct table *table, uint8_t handle, uint8_t use, uint8_t correction)
{
	uint8_t *array = add_structure(table, 16, 0x17, handle);

	array[5] = use;
	array[6] = correction;
}

static uint8_t *add_device(struct table *table, uint8_t array, uint16_t size)
{
	uint8_t *device = add_structure(table, 17, 0x54, 0x80);

	device[4] = array;
	device[0x0c] = (uint8_t)size;
	device[0x0d] = (uint8_t)(size >> 8);
	return device;
}

static struct facts *run_with(void **state, const struct table *table)
{
	fixture_write_bytes(state, "/sys/firmware/dmi/tables/DMI", table->bytes, table->len);
	return fixture_run(state, &probe_memory);
}

static void a_server_of_64_gb_shows_less_than_that_to_its_kernel(void **state)
{
	struct table table = { 0 };
	struct facts *facts;

	add_array(&table, 1, 3, 6);
	for (int i = 0; i < 4; i++)
		add_device(&table, 1, 16384);
	add_device(&table, 1, 0); /* an empty socket */
	fixture_write(state, "/proc/meminfo",
		      "MemTotal:       65536000 kB\nMemFree:  1 kB\nMemAvailable:   60000000 kB\n");
	facts = run_with(state, &table);
	assert_count(facts, "memory.total", 65536000LL * 1024);
	assert_count(facts, "memory.available", 60000000LL * 1024);
	assert_count(facts, "memory.installed", 64 * GIB);
	assert_bool(facts, "memory.ecc", true);
}

static void modules_over_32_gb_use_the_extended_size(void **state)
{
	struct table table = { 0 };
	uint8_t *device;

	add_array(&table, 1, 3, 3);
	device = add_device(&table, 1, 0x7fff);
	device[0x1c + 1] = 0x00;
	device[0x1c + 2] = 0x01; /* 0x10000 MiB */
	assert_count(run_with(state, &table), "memory.installed", 64 * GIB);
}

static void flash_and_persistent_modules_are_no_memory(void **state)
{
	struct table table = { 0 };
	uint8_t *device;
	struct facts *facts;

	add_array(&table, 1, 3, 3);
	add_array(&table, 2, 5, 3);
	add_device(&table, 1, 16384);
	add_device(&table, 2, 16);
	device = add_device(&table, 1, 0x7fff);
	device[0x1c + 2] = 0x02; /* 128 GiB, all of it storage */
	device[0x28] = 7;
	facts = run_with(state, &table);
	assert_count(facts, "memory.installed", 16 * GIB);
	assert_bool(facts, "memory.ecc", false);
}

static void a_module_of_unknown_size_makes_no_sum(void **state)
{
	struct table table = { 0 };

	add_array(&table, 1, 3, 2);
	add_device(&table, 1, 16384);
	add_device(&table, 1, 0xffff);
	assert_unknown(run_with(state, &table), "memory.installed", UNKNOWN_ERROR);
}

static void add_range(struct table *table, uint32_t first, uint32_t last)
{
	uint8_t *range = add_structure(table, 19, 0x0f, 0x90);

	for (int i = 0; i < 4; i++) {
		range[4 + i] = (uint8_t)(first >> (8 * i));
		range[8 + i] = (uint8_t)(last >> (8 * i));
	}
}

static void the_ranges_that_modules_are_mapped_to_stand_in_for_their_sizes(void **state)
{
	struct table table = { 0 };

	add_array(&table, 1, 3, 2);
	add_device(&table, 1, 0xffff);
	add_range(&table, 0, (3 << 20) - 1);
	add_range(&table, 4 << 20, (17 << 20) - 1);
	assert_count(run_with(state, &table), "memory.installed", 16 * GIB);
}

static void ranges_that_end_before_they_begin_are_no_memory(void **state)
{
	struct table table = { 0 };

	add_array(&table, 1, 3, 2);
	add_device(&table, 1, 0xffff);
	add_range(&table, 4 << 20, 0);
	assert_unknown(run_with(state, &table), "memory.installed", UNKNOWN_ERROR);
}

static void firmware_that_tells_of_less_than_the_kernel_manages_is_not_believed(void **state)
{
	struct table table = { 0 };
	struct facts *facts;

	add_array(&table, 1, 3, 2);
	add_device(&table, 1, 1024);
	fixture_write(state, "/proc/meminfo", "MemTotal: 3900000 kB\n");
	fixture_write(state, "/sys/devices/system/memory/block_size_bytes", "40000000\n");
	for (int i = 0; i < 4; i++)
		fixture_write(state, PATH("/sys/devices/system/memory/memory%d/online", i), "1\n");
	facts = run_with(state, &table);
	assert_count(facts, "memory.installed", 4 * GIB);
	assert_unknown(facts, "memory.ecc", UNKNOWN_UNSUPPORTED);
}

static void a_table_that_breaks_off_counts_for_nothing(void **state)
{
	struct table table = { 0 };

	add_array(&table, 1, 3, 6);
	add_device(&table, 1, 16384);
	add_device(&table, 1, 16384);
	table.len -= 20;
	assert_unknown(run_with(state, &table), "memory.installed", UNKNOWN_ERROR);
}

static void without_root_the_memory_blocks_tell(void **state)
{
	struct facts *facts;

	fixture_error(state, "/sys/firmware/dmi/tables/DMI", "EACCES");
	fixture_write(state, "/proc/meminfo", "MemTotal: 2000000 kB\n");
	fixture_write(state, "/sys/devices/system/memory/block_size_bytes", "8000000\n");
	for (int i = 0; i < 16; i++)
		fixture_folder(state, PATH("/sys/devices/system/memory/memory%d", i + 32));
	facts = fixture_run(state, &probe_memory);
	assert_count(facts, "memory.installed", 2 * GIB);
	assert_unknown(facts, "memory.ecc", UNKNOWN_PERMISSION);
}

static void blocks_of_a_kernel_that_was_told_to_leave_memory_out_tell_nothing(void **state)
{
	fixture_error(state, "/sys/firmware/dmi/tables/DMI", "EACCES");
	fixture_write(state, "/proc/cmdline", "root=/dev/sda1 mem=2G quiet\n");
	fixture_write(state, "/proc/meminfo", "MemTotal: 2000000 kB\n");
	fixture_write(state, "/sys/devices/system/memory/block_size_bytes", "8000000\n");
	for (int i = 0; i < 16; i++)
		fixture_folder(state, PATH("/sys/devices/system/memory/memory%d", i + 32));
	assert_unknown(fixture_run(state, &probe_memory), "memory.installed", UNKNOWN_PERMISSION);
}

static void blocks_that_make_no_size_as_sold_leave_it_open(void **state)
{
	struct facts *facts;

	/* 32 GB of which firmware keeps 128 MiB. */
	fixture_error(state, "/sys/firmware/dmi/tables/DMI", "EACCES");
	fixture_write(state, "/proc/meminfo", "MemTotal: 32542668 kB\n");
	fixture_write(state, "/sys/devices/system/memory/block_size_bytes", "8000000\n");
	for (int i = 0; i < 255; i++)
		fixture_folder(state, PATH("/sys/devices/system/memory/memory%d", i));
	facts = fixture_run(state, &probe_memory);
	assert_unknown(facts, "memory.installed", UNKNOWN_PERMISSION);
}

static void standby_memory_is_not_counted(void **state)
{
	struct facts *facts;

	fixture_absent(state, "/sys/firmware/dmi/*");
	fixture_write(state, "/proc/meminfo", "MemTotal: 2000000 kB\n");
	fixture_write(state, "/sys/devices/system/memory/block_size_bytes", "40000000\n");
	for (int i = 0; i < 6; i++)
		fixture_write(state, PATH("/sys/devices/system/memory/memory%d/state", i),
			      i < 2 ? "online\n" : "offline\n");
	facts = fixture_run(state, &probe_memory);
	assert_count(facts, "memory.installed", 2 * GIB);
	assert_unknown(facts, "memory.ecc", UNKNOWN_UNSUPPORTED);
}

static void a_controllers_driver_knows_error_correction_best(void **state)
{
	fixture_error(state, "/sys/firmware/dmi/tables/DMI", "EACCES");
	fixture_write(state, "/sys/devices/system/edac/mc/mc0/dimm0/dimm_edac_mode", "S4ECD4ED\n");
	assert_bool(fixture_run(state, &probe_memory), "memory.ecc", true);
}

static void a_guest_cannot_tell_of_error_correction(void **state)
{
	struct table table = { 0 };
	struct facts *facts;

	add_array(&table, 1, 3, 6);
	add_device(&table, 1, 16384);
	facts = run_with(state, &table);
	facts_set_string(facts, "host.vm", "qemu", "DMI");
	probe_memory.derive(facts);
	assert_unknown(facts, "memory.ecc", UNKNOWN_HIDDEN);
}

static void a_dom0_knows_its_share_and_what_is_installed(void **state)
{
	struct table table = { 0 };
	struct facts *facts;

	add_array(&table, 1, 3, 6);
	for (int i = 0; i < 16; i++)
		add_device(&table, 1, 16384);
	fixture_write(state, "/proc/xen/capabilities", "control_d\n");
	fixture_write(state, "/proc/meminfo", "MemTotal: 4000000 kB\nMemAvailable: 1 kB\n");
	facts = run_with(state, &table);
	assert_unknown(facts, "memory.total", UNKNOWN_HIDDEN);
	assert_unknown(facts, "memory.available", UNKNOWN_HIDDEN);
	assert_count(facts, "memory.installed", 256 * GIB);
}

static void an_old_kernel_does_not_tell_what_is_available(void **state)
{
	fixture_write(state, "/proc/meminfo", "MemTotal: 4000000 kB\n");
	assert_unknown(fixture_run(state, &probe_memory), "memory.available", UNKNOWN_UNSUPPORTED);
}

static void a_recording_without_it_knows_nothing(void **state)
{
	struct facts *facts = fixture_run(state, &probe_memory);

	assert_unknown(facts, "memory.total", UNKNOWN_NOT_RECORDED);
	assert_unknown(facts, "memory.installed", UNKNOWN_NOT_RECORDED);
	assert_unknown(facts, "memory.ecc", UNKNOWN_NOT_RECORDED);
	assert_unknown(facts, "memory.per_osd", UNKNOWN_UNSUPPORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_server_of_64_gb_shows_less_than_that_to_its_kernel),
		TEST(modules_over_32_gb_use_the_extended_size),
		TEST(flash_and_persistent_modules_are_no_memory),
		TEST(a_module_of_unknown_size_makes_no_sum),
		TEST(the_ranges_that_modules_are_mapped_to_stand_in_for_their_sizes),
		TEST(ranges_that_end_before_they_begin_are_no_memory),
		TEST(firmware_that_tells_of_less_than_the_kernel_manages_is_not_believed),
		TEST(a_table_that_breaks_off_counts_for_nothing),
		TEST(without_root_the_memory_blocks_tell),
		TEST(blocks_of_a_kernel_that_was_told_to_leave_memory_out_tell_nothing),
		TEST(blocks_that_make_no_size_as_sold_leave_it_open),
		TEST(standby_memory_is_not_counted),
		TEST(a_controllers_driver_knows_error_correction_best),
		TEST(a_guest_cannot_tell_of_error_correction),
		TEST(a_dom0_knows_its_share_and_what_is_installed),
		TEST(an_old_kernel_does_not_tell_what_is_available),
		TEST(a_recording_without_it_knows_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
