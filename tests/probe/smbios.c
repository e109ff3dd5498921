/* SPDX-License-Identifier: GPL-2.0-or-later */
/* smbios: walks over good tables and over broken ones */
#include "smbios.h"

#include <errno.h>
#include <string.h>

#include "fixture.h"

static const char table[] = "\x01\x08\x01\x00\x01\x02\x00\x03"
			    "Vendor\0Model\0\0" /* type 1: strings 1, 2, none, 3 */
			    "\x26\x06\x02\x00\x11\x22\0\0" /* type 38, no strings */
			    "\x7f\x04\x03\x00\0\0" /* the end */
			    "\xff\xff\xff"; /* what firmware left behind it */

/* Bytes of the first and the second structure. */
enum { FIRST = 22, SECOND = 8 };

static void each_structure_comes_with_its_numbers_and_strings(void **state)
{
	struct smbios smbios = { .table = (uint8_t *)table, .len = sizeof(table) - 1 };
	struct smbios_structure structure;
	size_t offset = 0;
	uint64_t number = 0;

	(void)state;
	assert_int_equal(smbios_next(&smbios, &offset, &structure), 1);
	assert_int_equal(structure.type, SMBIOS_SYSTEM);
	assert_int_equal(structure.handle, 1);
	assert_string_equal(smbios_string(&structure, 4), "Vendor");
	assert_string_equal(smbios_string(&structure, 5), "Model");
	assert_null(smbios_string(&structure, 6));
	assert_null(smbios_string(&structure, 7));
	assert_null(smbios_string(&structure, 8));
	assert_int_equal(smbios_next(&smbios, &offset, &structure), 1);
	assert_int_equal(structure.type, SMBIOS_IPMI_DEVICE);
	assert_int_equal(smbios_number(&structure, 4, 2, &number), 0);
	assert_int_equal(number, 0x2211);
	assert_int_equal(smbios_number(&structure, 5, 2, &number), -ENOENT);
	assert_int_equal(smbios_next(&smbios, &offset, &structure), 0);
}

static void structures_of_one_type_are_found(void **state)
{
	struct smbios smbios = { .table = (uint8_t *)table, .len = sizeof(table) - 1 };
	struct smbios_structure structure;
	size_t offset = 0;

	(void)state;
	assert_int_equal(smbios_next_of(&smbios, SMBIOS_IPMI_DEVICE, &offset, &structure), 1);
	assert_int_equal(structure.handle, 2);
	assert_int_equal(smbios_next_of(&smbios, SMBIOS_IPMI_DEVICE, &offset, &structure), 0);
}

static void a_table_that_breaks_off_is_no_end(void **state)
{
	struct smbios_structure structure;

	(void)state;
	/* Cut inside the second structure's strings, formatted part and header. */
	for (size_t len = FIRST + 1; len < FIRST + SECOND; len++) {
		struct smbios smbios = { .table = (uint8_t *)table, .len = len };
		size_t offset = 0;

		assert_int_equal(smbios_next(&smbios, &offset, &structure), 1);
		assert_int_equal(smbios_next(&smbios, &offset, &structure), -EINVAL);
	}
}

static void a_structure_shorter_than_its_header_is_refused(void **state)
{
	struct smbios smbios = { .table = (uint8_t *)"\x01\x03\x00\x00\x00\x00", .len = 6 };
	struct smbios_structure structure;
	size_t offset = 0;

	(void)state;
	assert_int_equal(smbios_next(&smbios, &offset, &structure), -EINVAL);
}

static void the_table_is_read_from_sysfs(void **state)
{
	auto_smbios struct smbios smbios = { 0 };

	fixture_write_bytes(state, "/sys/firmware/dmi/tables/DMI", table, sizeof(table) - 1);
	assert_int_equal(smbios_read(fixture_host(state), &smbios, NULL), 0);
	assert_int_equal(smbios.len, sizeof(table) - 1);
}

static void single_entries_serve_where_the_kernel_shows_no_table(void **state)
{
	auto_smbios struct smbios smbios = { 0 };
	struct smbios_structure structure;
	size_t offset = 0;

	fixture_absent(state, "/sys/firmware/dmi/tables/DMI");
	fixture_write_bytes(state, "/sys/firmware/dmi/entries/1-0/raw", table, FIRST);
	fixture_write_bytes(state, "/sys/firmware/dmi/entries/38-0/raw", table + FIRST, SECOND);
	assert_int_equal(smbios_read(fixture_host(state), &smbios, NULL), 0);
	assert_int_equal(smbios_next_of(&smbios, SMBIOS_IPMI_DEVICE, &offset, &structure), 1);
	assert_int_equal(structure.handle, 2);
}

static void a_machine_without_smbios_is_told_from_one_that_hides_it(void **state)
{
	auto_smbios struct smbios smbios = { 0 };

	assert_int_equal(smbios_read(fixture_host(state), &smbios, NULL), -ENODATA);
}

static void no_table_and_no_entries_means_no_smbios(void **state)
{
	auto_smbios struct smbios smbios = { 0 };

	fixture_absent(state, "/sys/firmware/dmi/*");
	assert_int_equal(smbios_read(fixture_host(state), &smbios, NULL), -ENOENT);
}

static void a_table_only_for_root_is_no_missing_table(void **state)
{
	auto_smbios struct smbios smbios = { 0 };

	fixture_error(state, "/sys/firmware/dmi/tables/DMI", "EACCES");
	assert_int_equal(smbios_read(fixture_host(state), &smbios, NULL), -EACCES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_structure_comes_with_its_numbers_and_strings),
		TEST(structures_of_one_type_are_found),
		TEST(a_table_that_breaks_off_is_no_end),
		TEST(a_structure_shorter_than_its_header_is_refused),
		TEST(the_table_is_read_from_sysfs),
		TEST(single_entries_serve_where_the_kernel_shows_no_table),
		TEST(a_machine_without_smbios_is_told_from_one_that_hides_it),
		TEST(no_table_and_no_entries_means_no_smbios),
		TEST(a_table_only_for_root_is_no_missing_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
