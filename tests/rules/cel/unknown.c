/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests of rules/cel/eval.c, macro.c and unknown.c: the third value */
#include "world.h"

static const struct cel_type dyn_type = { .kind = CEL_DYN };

/* t and f, u and v unknown, e an error, and lists with members of all kinds. */
static void declare_all(struct world *world)
{
	struct value *some = arena_alloc(&world->arena, 3 * sizeof(*some));
	struct value whole, partial;

	world->dynamic = true;
	some[0] = value_int(1);
	some[1] = unknown_of(world, "member");
	some[2] = value_int(3);
	whole = value_list(some, 3);
	bind(world, "t", &dyn_type, value_bool(true));
	bind(world, "f", &dyn_type, value_bool(false));
	bind(world, "u", &dyn_type, unknown_of(world, NULL));
	bind(world, "v", &dyn_type, unknown_of(world, NULL));
	bind(world, "one", &dyn_type, value_int(1));
	bind(world, "some", &dyn_type, whole);
	partial = value_list(some, 1);
	partial.partial = true;
	bind(world, "partial", &dyn_type, partial);
	partial.len = 3;
	bind(world, "ragged", &dyn_type, partial);
}

/* Rows and columns: true, false, unknown, error. */
static const char *const operands[] = { "t", "f", "u", "(1/0 == 1)" };

static void table_holds(const char *operator, const char * const (*table)[4])
{
	for (size_t i = 0; i < 4; i++) {
		for (size_t j = 0; j < 4; j++) {
			auto_world struct world world = { 0 };
			char text[64];

			declare_all(&world);
			snprintf(text, sizeof(text), "%s %s %s", operands[i], operator,
				 operands[j]);
			expect(&world, text, table[i][j]);
		}
	}
}

static void and_has_the_whole_truth_table(void **state)
{
	static const char *const table[4][4] = {
		{ "true", "false", "unknown", "error" },
		{ "false", "false", "false", "false" },
		{ "unknown", "false", "unknown", "unknown" },
		{ "error", "false", "unknown", "error" },
	};

	(void)state;
	table_holds("&&", table);
}

static void or_has_the_whole_truth_table(void **state)
{
	static const char *const table[4][4] = {
		{ "true", "true", "true", "true" },
		{ "true", "false", "unknown", "error" },
		{ "true", "unknown", "unknown", "unknown" },
		{ "true", "error", "unknown", "error" },
	};

	(void)state;
	table_holds("||", table);
}

static void equality_has_the_whole_truth_table(void **state)
{
	static const char *const table[4][4] = {
		{ "true", "false", "unknown", "error" },
		{ "false", "true", "unknown", "error" },
		{ "unknown", "unknown", "unknown", "unknown" },
		{ "error", "error", "unknown", "error" },
	};

	(void)state;
	table_holds("==", table);
}

static void not_and_the_conditional_pass_unknown_on(void **state)
{
	auto_world struct world world = { 0 };

	(void)state;
	declare_all(&world);
	expect(&world, "!t", "false");
	expect(&world, "!f", "true");
	expect(&world, "!u", "unknown");
	expect(&world, "!(1/0 == 1)", "error");
	expect(&world, "u ? t : f", "unknown");
	expect(&world, "u ? t : t", "unknown");
	expect(&world, "t ? u : f", "unknown");
	expect(&world, "t ? f : u", "false");
	expect(&world, "f ? u : t", "true");
	expect(&world, "(1/0 == 1) ? t : u", "error");
}

static void equality_with_unknown_is_unknown(void **state)
{
	auto_world struct world world = { 0 };

	(void)state;
	declare_all(&world);
	expect(&world, "u == u", "unknown");
	expect(&world, "u != u", "unknown");
	expect(&world, "u == 'foo'", "unknown");
	expect(&world, "f || u == 'foo'", "unknown");
	expect(&world, "null == u", "unknown");
	expect(&world, "u != null", "unknown");
	expect(&world, "some == [1, 2, 3]", "unknown");
	expect(&world, "some == [9, 2, 3]", "false");
	expect(&world, "some == [1, 2]", "false");
	expect(&world, "{'a': u} == {'a': 1}", "unknown");
	expect(&world, "{'a': u, 'b': 1} == {'a': 1, 'b': 2}", "false");
}

static void an_unknown_operand_wins_over_an_error(void **state)
{
	auto_world struct world world = { 0 };

	(void)state;
	declare_all(&world);
	expect(&world, "u + 1/0 == 2", "unknown");
	expect(&world, "1/0 < u", "unknown");
	expect(&world, "u in [1/0]", "unknown");
	expect(&world, "[1/0, u] == []", "unknown");
	expect(&world, "u.field", "unknown");
	expect(&world, "u['key']", "unknown");
	expect(&world, "u.startsWith('x')", "unknown");
	expect(&world, "size(u)", "unknown");
	expect(&world, "u.exists(x, true)", "unknown");
	expect(&world, "type(u)", "unknown");
}

static void has_of_unknown_is_unknown(void **state)
{
	const struct value_entry entries[] = { { value_string("speed"), value_null() } };
	auto_world struct world world = { 0 };
	struct value_entry *unknown = arena_alloc(&world.arena, sizeof(*unknown));

	(void)state;
	declare_all(&world);
	*unknown = (struct value_entry){ value_string("speed"), unknown_of(&world, NULL) };
	bind(&world, "absent", &dyn_type, value_map(entries, 1));
	bind(&world, "nic", &dyn_type, value_map(unknown, 1));
	bind(&world, "a.b", &dyn_type, unknown_of(&world, NULL));
	expect(&world, "has(u.x)", "unknown");
	expect(&world, "has(a.b)", "unknown");
	expect(&world, "has(u)", "unknown");
	expect(&world, "has(nic.speed)", "unknown");
	expect(&world, "has(nic.driver)", "false");
	expect(&world, "has(absent.speed)", "true");
}

static void membership_is_decided_by_a_member_that_is_known(void **state)
{
	auto_world struct world world = { 0 };

	(void)state;
	declare_all(&world);
	expect(&world, "3 in some", "true");
	expect(&world, "2 in some", "unknown");
	expect(&world, "1 in partial", "true");
	expect(&world, "2 in partial", "unknown");
	expect(&world, "u in [1, 2]", "unknown");
	expect(&world, "1 in [u, 1]", "true");
	expect(&world, "2 in [u, 1]", "unknown");
	expect(&world, "2 in u", "unknown");
}

static void macros_decide_by_members_that_are_known(void **state)
{
	auto_world struct world world = { 0 };

	(void)state;
	declare_all(&world);
	expect(&world, "some.exists(x, x == 3)", "true");
	expect(&world, "some.exists(x, x == 2)", "unknown");
	expect(&world, "some.all(x, x > 0)", "unknown");
	expect(&world, "some.all(x, x > 1)", "false");
	expect(&world, "some.all(x, true)", "true");
	expect(&world, "some.exists_one(x, x == 3)", "unknown");
	expect(&world, "size(some)", "int");
	expect(&world, "size(some.map(x, x))", "int");
	expect(&world, "some.map(x, 1 / x)", "unknown");
	expect(&world, "size(some.filter(x, x > 1))", "unknown");
	expect(&world, "some.filter(x, x > 1).exists(x, x == 3)", "true");
	expect(&world, "some.filter(x, x > 1).exists(x, x == 4)", "unknown");
	expect(&world, "some.filter(x, x > 1).all(x, x == 4)", "false");
	expect(&world, "[1, 2].exists(x, x == 2 || u)", "true");
	expect(&world, "[1, 2].exists(x, x == 3 && u)", "false");
	expect(&world, "[1, 2].all(x, u)", "unknown");
	expect(&world, "[0, 1].exists(x, 1 / x == 1)", "true");
	expect(&world, "[0, 1].exists(x, 1 / x == u)", "unknown");
}

static void a_partial_list_is_never_all_and_never_without(void **state)
{
	auto_world struct world world = { 0 };

	(void)state;
	declare_all(&world);
	expect(&world, "partial.exists(x, x == 1)", "true");
	expect(&world, "partial.exists(x, x == 2)", "unknown");
	expect(&world, "partial.exists(x, false)", "unknown");
	expect(&world, "partial.all(x, x == 1)", "unknown");
	expect(&world, "partial.all(x, true)", "unknown");
	expect(&world, "partial.all(x, x == 2)", "false");
	expect(&world, "partial.exists_one(x, x == 1)", "unknown");
	expect(&world, "size(partial)", "unknown");
	expect(&world, "partial.size() > 0", "unknown");
	expect(&world, "partial[0]", "unknown");
	expect(&world, "partial == [1]", "unknown");
	expect(&world, "partial == []", "false");
	expect(&world, "[] == partial", "false");
	expect(&world, "partial == partial", "unknown");
	expect(&world, "partial.map(x, x + 1).exists(x, x == 2)", "true");
	expect(&world, "partial.map(x, x + 1).exists(x, x == 3)", "unknown");
	expect(&world, "partial.filter(x, x > 1).exists(x, true)", "unknown");
	expect(&world, "size(partial.filter(x, x > 1))", "unknown");
	expect(&world, "size([0] + partial)", "unknown");
	expect(&world, "partial.all(x, 1 / 0 == x)", "unknown");
}

static void an_unknown_member_of_a_partial_list_may_not_be_there(void **state)
{
	auto_world struct world world = { 0 };

	(void)state;
	declare_all(&world);
	expect(&world, "ragged.exists(x, true)", "true");
	expect(&world, "ragged.exists(x, x == 5)", "unknown");
	expect(&world, "some.filter(x, x == 2).exists(x, true)", "unknown");
	expect(&world, "some.filter(x, x == 2).all(x, false)", "unknown");
	expect(&world, "some.filter(x, x == 2) == []", "unknown");
	expect(&world, "some.filter(x, x == 2).filter(x, true).exists(x, true)", "unknown");
	expect(&world, "some.filter(x, x == 2).map(x, 1).exists(x, x == 1)", "unknown");
}

static size_t chain_length(const struct value *value)
{
	size_t n = 0;

	assert_int_equal(value->kind, VALUE_UNKNOWN);
	for (const struct value_unknown *at = value->unknown; at; at = at->next)
		n++;
	return n;
}

static bool chain_has(const struct value *value, const char *fact)
{
	for (const struct value_unknown *at = value->unknown; at; at = at->next)
		if (at->fact && strcmp(at->fact, fact) == 0)
			return true;
	return false;
}

static void an_unknown_result_chains_each_fact_it_hangs_on_once(void **state)
{
	auto_world struct world world = { 0 };
	struct value value;

	(void)state;
	declare_all(&world);
	value = value_of(&world, "u && v && u && t");
	assert_int_equal(chain_length(&value), 2);
	assert_true(chain_has(&value, "u") && chain_has(&value, "v"));
	assert_int_equal(value.unknown->reason, UNKNOWN_PERMISSION);
	value = value_of(&world, "u + v == v + u");
	assert_int_equal(chain_length(&value), 2);
	value = value_of(&world, "(u || t) && v");
	assert_int_equal(chain_length(&value), 1);
	assert_true(chain_has(&value, "v"));
	value = value_of(&world, "some.exists(x, x == 2) || v");
	assert_true(chain_has(&value, "member") && chain_has(&value, "v"));
	value = value_of(&world, "partial.exists(x, x == 2)");
	assert_true(chain_has(&value, "partial"));
	value = value_of(&world, "size(some.filter(x, x == 2))");
	assert_true(chain_has(&value, "member"));
}

static void a_thousand_causes_of_a_kind_are_told_by_some(void **state)
{
	auto_world struct world world = { 0 };
	struct value *members = arena_alloc(&world.arena, 1001 * sizeof(*members));
	struct value value;

	(void)state;
	declare_all(&world);
	for (size_t i = 0; i < 1000; i++)
		members[i] = value_unknown(&world.arena, UNKNOWN_NOT_RECORDED, "nics",
					   arena_printf(&world.arena, "eth%zu was not read", i));
	members[1000] = value_unknown(&world.arena, UNKNOWN_PERMISSION, "nics", "for root alone");
	bind(&world, "many", &dyn_type, value_list(members, 1001));
	value = value_of(&world, "many.exists(x, x == 2)");
	assert_in_range(chain_length(&value), 2, 20);
	for (const struct value_unknown *why = value.unknown; why; why = why->next)
		if (why->reason == UNKNOWN_PERMISSION)
			return;
	fail_msg("the one that root could read is not among them");
}

static const struct value_unknown *masked(void *ctx, const char *name)
{
	static const struct value_unknown why = { .reason = UNKNOWN_HIDDEN,
						  .fact = "nics",
						  .detail = "another network namespace has some" };

	(void)ctx;
	return strcmp(name, "partial") == 0 ? &why : NULL;
}

static void the_scope_says_why_a_list_is_partial(void **state)
{
	auto_world struct world world = { 0 };
	const struct cel_scope scope = { .resolve = world_resolve,
					 .incomplete = masked,
					 .ctx = &world };
	struct cel_expr expr;
	struct value value;

	(void)state;
	declare_all(&world);
	assert_int_equal(compile(&world, "partial.filter(x, true).exists(x, x == 2)", &expr), 0);
	value = cel_eval(&expr, &scope, &world.arena);
	assert_true(chain_has(&value, "nics"));
	assert_string_equal(value.unknown->detail, "another network namespace has some");
}

static void a_name_without_a_value_is_an_error(void **state)
{
	auto_world struct world world = { .dynamic = true };
	struct value value = value_of(&world, "true && nothing");

	(void)state;
	assert_int_equal(value.kind, VALUE_ERROR);
	assert_string_equal(value.s, "1:9: there is no 'nothing'");
}

static void work_is_limited_and_the_limit_is_no_verdict(void **state)
{
	auto_world struct world world = { .dynamic = true, .max_steps = 1000 };
	const char *loop = "[1,2,3,4].all(a, [1,2,3,4].all(b, [1,2,3,4].all(c, [1,2,3,4].all(d, "
			   "a + b + c + d > 0))))";
	char text[512];

	(void)state;
	expect(&world, loop, "error");
	snprintf(text, sizeof(text), "true || %s", loop);
	expect(&world, text, "true");
	snprintf(text, sizeof(text), "%s || true", loop);
	expect(&world, text, "error");
	world.max_steps = 0;
	expect(&world, loop, "true");
}

static void doubling_is_stopped_before_memory_is(void **state)
{
	auto_world struct world world = { .dynamic = true };
	char text[2048] = "['0123456789abcdef']";
	struct value value;

	(void)state;
	for (int i = 0; i < 30; i++)
		strcat(text, ".map(x, x + x)");
	value = value_of(&world, text);
	assert_int_equal(value.kind, VALUE_ERROR);
	assert_non_null(strstr(value.s, "step limit"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(and_has_the_whole_truth_table),
		cmocka_unit_test(or_has_the_whole_truth_table),
		cmocka_unit_test(equality_has_the_whole_truth_table),
		cmocka_unit_test(not_and_the_conditional_pass_unknown_on),
		cmocka_unit_test(equality_with_unknown_is_unknown),
		cmocka_unit_test(an_unknown_operand_wins_over_an_error),
		cmocka_unit_test(has_of_unknown_is_unknown),
		cmocka_unit_test(membership_is_decided_by_a_member_that_is_known),
		cmocka_unit_test(macros_decide_by_members_that_are_known),
		cmocka_unit_test(a_partial_list_is_never_all_and_never_without),
		cmocka_unit_test(an_unknown_member_of_a_partial_list_may_not_be_there),
		cmocka_unit_test(an_unknown_result_chains_each_fact_it_hangs_on_once),
		cmocka_unit_test(a_thousand_causes_of_a_kind_are_told_by_some),
		cmocka_unit_test(the_scope_says_why_a_list_is_partial),
		cmocka_unit_test(a_name_without_a_value_is_an_error),
		cmocka_unit_test(work_is_limited_and_the_limit_is_no_verdict),
		cmocka_unit_test(doubling_is_stopped_before_memory_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
