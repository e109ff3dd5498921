/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests of rules/cel/check.c, names.c and functions.c: names and types when a rule is loaded */
#include "world.h"

static const struct cel_type string_type = { .kind = VALUE_STRING };
static const struct cel_type int_type = { .kind = VALUE_INT };
static const struct cel_type bool_type = { .kind = VALUE_BOOL };
static const struct cel_type strings_type = { .kind = VALUE_LIST, .element = &string_type };
static const struct cel_field nic_fields[] = { { "speed", &int_type },
					       { "driver", &string_type },
					       { "modes", &strings_type } };
static const struct cel_type nic_type = { .kind = VALUE_MAP, .fields = nic_fields, .n_fields = 3 };
static const struct cel_type nics_type = { .kind = VALUE_LIST, .element = &nic_type };

static void declare_host(struct world *world)
{
	bind(world, "cpu.cores", &int_type, value_int(8));
	bind(world, "cpu.vendor", &string_type, value_string("GenuineIntel"));
	bind(world, "cpu.features", &strings_type, value_null());
	bind(world, "kvm.usable", &bool_type, value_bool(true));
	bind(world, "kernel.version", &string_type, value_string("5.10.0-19-amd64"));
	bind(world, "memory.total", &int_type, value_int(8589934592));
	bind(world, "dev.net/tun", &bool_type, value_bool(true));
	bind(world, "port.free.6443/tcp", &bool_type, value_bool(false));
	bind(world, "nics", &nics_type, value_null());
	bind(world, "host.gone", &string_type, value_null());
}

static void types_that_can_never_fit_are_refused_with_both_named(void **state)
{
	auto_world struct world world = { 0 };

	(void)state;
	declare_host(&world);
	refuse(&world, "cpu.cores == 'four'",
	       "1:11: cpu.cores (int) and string are never equal: their types differ");
	refuse(&world, "4 in cpu.features", "1:3: int is never in a list of string");
	refuse(&world, "cpu.cores + 'x' == 1",
	       "1:11: '+' takes (int, int) or (uint, uint) or (double, double) or (string, string) "
	       "or "
	       "(bytes, bytes) or (list, list), not (int, string)");
	refuse(&world, "cpu.cores && true", "1:1: '&&' takes bool, not cpu.cores (int)");
	refuse(&world, "cpu.cores ? 1 : 2", "1:1: '?' takes bool, not cpu.cores (int)");
	refuse(&world, "cpu.cores < null",
	       "1:11: '<' takes (number, number) or (string, string) or (bytes, bytes) or "
	       "(bool, bool), not (int, null)");
	refuse(&world, "cpu.cores.exists(c, true)",
	       "1:1: a list or a map was expected, not cpu.cores (int)");
	refuse(&world, "nics.all(n, n.speed)", "1:15: a condition was expected, not speed (int)");
}

static void names_that_are_not_declared_are_refused_with_the_nearest(void **state)
{
	auto_world struct world world = { 0 };

	(void)state;
	declare_host(&world);
	refuse(&world, "cpu.coers == 4", "1:1: there is no 'cpu.coers'; did you mean cpu.cores?");
	refuse(&world, "xyz", "1:1: there is no 'xyz'");
	refuse(&world, "true && dev['net/tum']",
	       "1:9: there is no 'dev.net/tum'; did you mean dev.net/tun?");
	refuse(&world, "nics.exists(n, n.spede > 1)",
	       "1:18: there is no field 'spede'; there are speed, driver, modes");
	refuse(&world, "cpu.cores.x", "1:11: cpu.cores (int) has no field 'x'");
	refuse(&world, "cpu.vendor.startWith('G')",
	       "1:12: there is no function .startWith(); did you mean startsWith?");
	refuse(&world, "contains('a', 'b')", "1:1: contains() is written x.contains(…)");
	refuse(&world, "size(1, 2)", "1:1: size() does not take 2 arguments");
	refuse(&world, "has(1)", "1:5: has() takes a name or a field, as in has(nic.speed)");
}

static void the_longest_declared_name_wins_with_constant_indexes_in_it(void **state)
{
	auto_world struct world world = { 0 };
	struct cel_expr expr;
	uint16_t at = 0;

	(void)state;
	declare_host(&world);
	bind(&world, "cpu", cel_type(VALUE_MAP), value_null());
	assert_int_equal(compile(&world,
				 "dev['net/tun'] && !port.free['6443/tcp'] && cpu.cores > 1 && "
				 "cpu.cores < 9 && has(kvm.usable)",
				 &expr),
			 0);
	assert_string_equal(cel_expr_name(&expr, &at), "dev.net/tun");
	assert_string_equal(cel_expr_name(&expr, &at), "port.free.6443/tcp");
	assert_string_equal(cel_expr_name(&expr, &at), "cpu.cores");
	assert_string_equal(cel_expr_name(&expr, &at), "kvm.usable");
	assert_null(cel_expr_name(&expr, &at));
	assert_true(eval(&world, &expr).b);
}

static void a_macros_variable_hides_a_fact_of_that_name(void **state)
{
	auto_world struct world world = { 0 };

	(void)state;
	bind(&world, "x", &int_type, value_int(1));
	bind(&world, "x.y", &int_type, value_int(2));
	expect(&world, "[5].all(x, x == 5)", "true");
	expect(&world, "[5].all(x, .x == 1)", "true");
	expect(&world, "[{'y': 7}].all(x, x.y == 7)", "true");
	expect(&world, "[5].all(x, [6].all(y, x == 5 && y == 6))", "true");
}

static void an_absent_list_is_empty_and_another_absent_value_null(void **state)
{
	auto_world struct world world = { 0 };

	(void)state;
	declare_host(&world);
	expect(&world, "size(nics) == 0", "true");
	expect(&world, "nics.exists(n, true)", "false");
	expect(&world, "nics.all(n, false)", "true");
	expect(&world, "'vmx' in cpu.features", "false");
	expect(&world, "host.gone == null", "true");
	expect(&world, "host.gone != 'x'", "true");
	expect(&world, "host.gone < 'x'", "error");
	expect(&world, "has(host.gone)", "false");
	expect(&world, "has(cpu.vendor)", "true");
}

static void a_records_absent_field_is_null_and_has_is_false_of_it(void **state)
{
	const struct value_entry entries[] = { { value_string("speed"), value_null() },
					       { value_string("driver"), value_string("igb") },
					       { value_string("modes"), value_null() } };
	const struct value nic = value_map(entries, 3);
	auto_world struct world world = { 0 };

	(void)state;
	bind(&world, "nics", &nics_type, value_list(&nic, 1));
	expect(&world, "nics.exists(n, has(n.speed))", "false");
	expect(&world, "nics.exists(n, has(n.driver))", "true");
	expect(&world, "nics[0].speed == null", "true");
	expect(&world, "nics.all(n, size(n.modes) == 0)", "true");
	expect(&world, "nics.all(n, n.speed > 1)", "error");
	expect(&world, "has({'a': null}.a)", "true");
}

static void units_are_numbers(void **state)
{
	auto_world struct world world = { 0 };

	(void)state;
	declare_host(&world);
	expect(&world, "memory.total == 8 * GiB", "true");
	expect(&world, "TiB == 1024 * GiB && MiB == 1024 * KiB && KiB == 1024", "true");
	expect(&world, "10 * Gbps == 10000 * Mbps && Mbps == 1000 * Kbps", "true");
	refuse(&world, "memory.total >= 8 * GB", "1:21: there is no 'GB'");
	refuse(&world, "9999999999 * TiB > 0", "1:12: the result is larger than 64 bits hold");
	refuse(&world, "1 / 0 == 1", "1:3: division by zero");
}

static void constants_are_computed_when_compiled(void **state)
{
	auto_world struct world world = { 0 };
	struct cel_expr expr;

	(void)state;
	assert_int_equal(compile(&world, "2 * 8 * GiB - 1", &expr), 0);
	assert_int_equal(expr.n_nodes, 1);
	assert_int_equal(expr.kind, VALUE_INT);
}

static void versions_compare_in_either_order(void **state)
{
	auto_world struct world world = { 0 };

	(void)state;
	declare_host(&world);
	expect(&world, "version('5.10') <= kernel.version", "true");
	expect(&world, "kernel.version >= version('5.9')", "true");
	expect(&world, "kernel.version < version('5.11')", "true");
	expect(&world, "version(kernel.version) == version('5.10.0-19-amd64')", "true");
	expect(&world, "version(host.gone) == null", "true");
	expect(&world, "version('1') < host.gone", "error");
	refuse(&world, "version('5.10') < cpu.cores",
	       "1:17: a version compares with a string, not cpu.cores (int)");
	refuse(&world, "kernel.version < version('new')",
	       "1:16: 'new' is no version: it has no number");
	refuse(&world, "version('1') in ['1']",
	       "1:1: version() can only be compared, by == != < <= "
	       "> >=");
}

static void the_kind_of_the_result_is_told(void **state)
{
	auto_world struct world world = { 0 };
	struct cel_expr expr;

	(void)state;
	declare_host(&world);
	assert_int_equal(compile(&world, "cpu.cores > 1 || kvm.usable", &expr), 0);
	assert_int_equal(expr.kind, VALUE_BOOL);
	assert_int_equal(compile(&world, "nics.map(n, n.speed)[0]", &expr), 0);
	assert_int_equal(expr.kind, VALUE_INT);
	assert_int_equal(compile(&world, "kvm.usable ? 1 : 'x'", &expr), 0);
	assert_int_equal(expr.kind, CEL_DYN);
}

static void a_pattern_is_looked_at_when_a_rule_is_loaded(void **state)
{
	auto_world struct world world = { 0 };

	(void)state;
	declare_host(&world);
	expect(&world, "cpu.vendor.matches('^Genuine')", "true");
	refuse(&world, "cpu.vendor.matches('(')", "1:12: matches(): ( is not closed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_that_can_never_fit_are_refused_with_both_named),
		cmocka_unit_test(names_that_are_not_declared_are_refused_with_the_nearest),
		cmocka_unit_test(the_longest_declared_name_wins_with_constant_indexes_in_it),
		cmocka_unit_test(a_macros_variable_hides_a_fact_of_that_name),
		cmocka_unit_test(an_absent_list_is_empty_and_another_absent_value_null),
		cmocka_unit_test(a_records_absent_field_is_null_and_has_is_false_of_it),
		cmocka_unit_test(units_are_numbers),
		cmocka_unit_test(constants_are_computed_when_compiled),
		cmocka_unit_test(versions_compare_in_either_order),
		cmocka_unit_test(the_kind_of_the_result_is_told),
		cmocka_unit_test(a_pattern_is_looked_at_when_a_rule_is_loaded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
