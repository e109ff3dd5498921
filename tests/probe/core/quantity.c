/* SPDX-License-Identifier: GPL-2.0-or-later */
/* quantity: numbers with units, read and written as people do, never larger than they are */
#include "../../fixture.h"

#include <errno.h>
#include <string.h>

#include "core/quantity.h"

static const struct quantity_case {
	const char *text, *unit, *name;
	int64_t number;
} reads[] = {
	{ "8 GB", "bytes", "memory.total", INT64_C(8) << 30 },
	{ "8GB", "bytes", "memory.total", INT64_C(8) << 30 },
	{ "8 GB", "bytes", "disk.size", INT64_C(8000000000) },
	{ "8 GiB", "bytes", "disk.size", INT64_C(8) << 30 },
	{ "1.5 TiB", "bytes", "memory.total", INT64_C(3) << 39 },
	{ "512", "bytes", "memory.total", 512 },
	{ "512 B", "bytes", "disk.size", 512 },
	{ "0", "bytes", "memory.total", 0 },
	{ "25 Gbit/s", "bit/s", "nic.speed", INT64_C(25000000000) },
	{ "2.5 Gbps", "bit/s", "nic.speed", INT64_C(2500000000) },
	{ "10 ms", "microseconds", "disk.fsync_p99", 10000 },
	{ "1.5ms", "microseconds", "disk.fsync_p99", 1500 },
	{ "250", "microseconds", "disk.fsync_p99", 250 },
	{ "4", NULL, "cpu.cores", 4 },
	{ "-1", NULL, "kernel.sysctl.x", -1 },
};

static void sizes_are_read_as_they_are_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(reads); i++) {
		struct error err = { 0 };
		int64_t number = 0;

		if (quantity_parse_unit(reads[i].text, reads[i].unit, reads[i].name, &number,
					&err) < 0)
			fail_msg("%s", err.text);
		assert_int_equal(number, reads[i].number);
	}
}

static void what_is_no_such_quantity_is_refused_in_words(void **state)
{
	static const struct {
		const char *text, *unit, *message;
		int code;
	} cases[] = {
		{ "", "bytes", "'' is not a number", -EINVAL },
		{ "four", NULL, "'four' is not a number", -EINVAL },
		{ "nan", NULL, "'nan' is not a number", -EINVAL },
		{ "8 Gbps", "bytes", "'Gbps' is not a unit", -EINVAL },
		{ "8 gb", "bytes", "'gb' is not a unit", -EINVAL },
		{ "25 GB", "bit/s", "expected Mbit/s, Gbit/s, Mbps or Gbps", -EINVAL },
		{ "10 min", "microseconds", "expected us, ms or s", -EINVAL },
		{ "4 cores", NULL, "'cores' is not a unit", -EINVAL },
		{ "4.5", NULL, "'4.5' is not a whole number", -EINVAL },
		{ "0x10", NULL, "is not a", -EINVAL },
		{ "1e3", NULL, "is not a", -EINVAL },
		{ "9000000 PB", "bytes", "is too large", -ERANGE },
		{ "99999999999999999999", NULL, "is too large", -ERANGE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct error err = { 0 };
		int64_t number = 7;
		int r = quantity_parse_unit(cases[i].text, cases[i].unit, "x", &number, &err);

		if (r != cases[i].code || !strstr(err.text, cases[i].message))
			fail_msg("'%s': %d, %s", cases[i].text, r, err.text);
		assert_int_equal(number, 7);
	}
}

static void sizes_are_written_in_the_unit_that_fits_and_never_rounded_up(void **state)
{
	static const struct quantity_case cases[] = {
		{ "62.5 GiB", "bytes", "memory.total", INT64_C(67108864000) },
		{ "62.9 GiB", "bytes", "memory.total", (INT64_C(63) << 30) - 1 },
		{ "63.9 GiB", "bytes", "memory.total", (INT64_C(64) << 30) - 1 },
		{ "64 GiB", "bytes", "memory.total", INT64_C(64) << 30 },
		{ "1023 MiB", "bytes", "memory.total", (INT64_C(1) << 30) - 1 },
		{ "1 GiB", "bytes", "memory.total", INT64_C(1) << 30 },
		{ "7.5 GiB", "bytes", "memory.total", INT64_C(15) << 29 },
		{ "1.92 TB", "bytes", "disk.size", INT64_C(1920383410176) },
		{ "480 GB", "bytes", "disk.size", INT64_C(480103981056) },
		{ "0 B", "bytes", "memory.total", 0 },
		{ "999 B", "bytes", "disk.size", 999 },
		{ "25 Gbit/s", "bit/s", "nic.speed", INT64_C(25000000000) },
		{ "2.5 Gbit/s", "bit/s", "nic.speed", INT64_C(2500000000) },
		{ "100 Mbit/s", "bit/s", "nic.speed", INT64_C(100000000) },
		{ "4", NULL, "cpu.cores", 4 },
		{ "3 disks", "disks", "disk.count", 3 },
		{ "-1.5 GiB", "bytes", "memory.total", -(INT64_C(3) << 29) },
	};
	char buffer[32];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_string_equal(quantity_text(buffer, sizeof(buffer), cases[i].number,
						  cases[i].unit, cases[i].name),
				    cases[i].text);
}

/* What is shown, read again, is never more than what is there. */
static void a_size_read_back_is_no_larger(void **state)
{
	(void)state;
	for (int64_t size = 1; size < INT64_MAX / 3; size = size * 3 + 1) {
		const char *const names[] = { "memory.total", "disk.size" };

		for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
			char buffer[32];
			int64_t back;

			quantity_text(buffer, sizeof(buffer), size, "bytes", names[i]);
			assert_int_equal(
				quantity_parse_unit(buffer, "bytes", names[i], &back, NULL), 0);
			assert_true(back <= size);
			assert_true(back >= size - size / 50);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_are_read_as_they_are_written),
		cmocka_unit_test(what_is_no_such_quantity_is_refused_in_words),
		cmocka_unit_test(sizes_are_written_in_the_unit_that_fits_and_never_rounded_up),
		cmocka_unit_test(a_size_read_back_is_no_larger),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
