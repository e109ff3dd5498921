/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tests of rules/cel: what must hold for any expression, over made ones from a fixed seed */
#include <stdlib.h>

#include "world.h"

#define ROUNDS 4000

/* xorshift: the same expressions on every machine. */
struct maker {
	uint64_t state;
	char text[4096];
	size_t len;
	unsigned locals;
};

static unsigned pick(struct maker *maker, unsigned n)
{
	maker->state ^= maker->state << 13;
	maker->state ^= maker->state >> 7;
	maker->state ^= maker->state << 17;
	return (unsigned)(maker->state >> 33) % n;
}

static void put(struct maker *maker, const char *text)
{
	size_t len = strlen(text);

	assert_true(maker->len + len < sizeof(maker->text));
	memcpy(maker->text + maker->len, text, len + 1);
	maker->len += len;
}

static void put_bool(struct maker *maker, unsigned depth);

static void put_int(struct maker *maker, unsigned depth);

/* Two numbers with texts around and between them. */
static void put_two(struct maker *maker, unsigned depth, const char *const texts[3])
{
	put(maker, texts[0]);
	put_int(maker, depth);
	put(maker, texts[1]);
	put_int(maker, depth);
	put(maker, texts[2]);
}

/* A number out of a list or map that has others, which may be unknown or become an error, beside it. */
static void put_part(struct maker *maker, unsigned depth)
{
	static const char *const forms[][3] = {
		{ "{'a': ", ", 'b': ", "}.a" },
		{ "{'a': ", ", 'b': ", "}['b']" },
		{ "[", ", ", "][1]" },
		{ "[", ", ", "][0u]" },
		{ "{true: ", ", false: ", "}[b]" },
		{ "size({1: ", ", 2: ", "})" },
		{ "[7, 8, 9][", " % 2 + ", "]" },
	};

	put_two(maker, depth, forms[pick(maker, ARRAY_SIZE(forms))]);
}

static void put_int(struct maker *maker, unsigned depth)
{
	static const char *const leaves[] = { "0", "1", "2", "i", "j", "size(l)", "size(p)" };
	static const char *const operators[] = { " + ", " - ", " * ", " / ", " % " };

	if (depth == 0 || pick(maker, 3) == 0) {
		unsigned leaf = pick(maker, ARRAY_SIZE(leaves) + maker->locals);

		put(maker, leaf < ARRAY_SIZE(leaves) ? leaves[leaf] : "x");
		return;
	}
	if (pick(maker, 5) == 0) {
		put_part(maker, depth - 1);
		return;
	}
	if (pick(maker, 4) == 0) {
		put(maker, "(");
		put_bool(maker, depth - 1);
		put(maker, " ? ");
		put_int(maker, depth - 1);
		put(maker, " : ");
		put_int(maker, depth - 1);
	} else {
		put(maker, "(");
		put_int(maker, depth - 1);
		put(maker, operators[pick(maker, ARRAY_SIZE(operators))]);
		put_int(maker, depth - 1);
	}
	put(maker, ")");
}

static void put_list(struct maker *maker, unsigned depth)
{
	static const char *const leaves[] = { "l", "p", "[i, j, 1]", "[]", "(l + [j])" };

	if (depth == 0 || pick(maker, 2) == 0) {
		put(maker, leaves[pick(maker, ARRAY_SIZE(leaves))]);
		return;
	}
	maker->locals++;
	put(maker, pick(maker, 2) ? "l.filter(x, " : "[1, i, 3].filter(x, ");
	put_bool(maker, depth - 1);
	put(maker, ")");
	if (pick(maker, 2)) {
		put(maker, ".map(x, ");
		put_int(maker, depth - 1);
		put(maker, ")");
	}
	maker->locals--;
}

static void put_macro(struct maker *maker, unsigned depth)
{
	static const char *const macros[] = { ".exists(x, ", ".all(x, ", ".exists_one(x, " };

	put_list(maker, depth - 1);
	put(maker, macros[pick(maker, ARRAY_SIZE(macros))]);
	maker->locals++;
	put_bool(maker, depth - 1);
	maker->locals--;
	put(maker, ")");
}

static void put_comparison(struct maker *maker, unsigned depth)
{
	static const char *const operators[] = { " == ", " != ", " < ", " <= ", " > ", " >= " };

	put(maker, "(");
	if (pick(maker, 6) == 0) {
		put_list(maker, depth - 1);
		put(maker, pick(maker, 2) ? " == " : " != ");
		put_list(maker, depth - 1);
	} else {
		put_int(maker, depth - 1);
		if (pick(maker, 5) == 0) {
			put(maker, " in ");
			put_list(maker, depth - 1);
		} else {
			put(maker, operators[pick(maker, ARRAY_SIZE(operators))]);
			put_int(maker, depth - 1);
		}
	}
	put(maker, ")");
}

/* What asks of a map, or of a map in a list, whose values or keys may be unknown. */
static void put_question(struct maker *maker, unsigned depth)
{
	static const char *const forms[][3] = {
		{ "has({'a': ", ", 'b': ", "}.a)" },
		{ "has({'a': ", ", 'b': ", "}.c)" },
		{ "(", " in {1: true, 2: false} || 1 == ", ")" },
		{ "{'a': ", "} == {'a': ", "}" },
		{ "({'a': 1, 'b': ", "} != {'a': 2, 'b': ", "})" },
		{ "[", ", 1] == [", ", 2]" },
		{ "([{'a': ", "}, {'a': ", "}].exists(m, m.a == 1))" },
		{ "(version(string(", ") + '.1') >= '1' || ", " > 0)" },
	};

	put_two(maker, depth, forms[pick(maker, ARRAY_SIZE(forms))]);
}

static void put_bool(struct maker *maker, unsigned depth)
{
	static const char *const leaves[] = { "true", "false", "a", "b", "c" };

	if (depth == 0) {
		put(maker, leaves[pick(maker, ARRAY_SIZE(leaves))]);
		return;
	}
	switch (pick(maker, 7)) {
	case 6:
		put_question(maker, depth - 1);
		break;
	case 0:
		put(maker, "!");
		put_bool(maker, depth - 1);
		break;
	case 1:
		put_macro(maker, depth);
		break;
	case 2:
	case 3:
		put_comparison(maker, depth);
		break;
	default:
		put(maker, "(");
		put_bool(maker, depth - 1);
		put(maker, pick(maker, 2) ? " && " : " || ");
		put_bool(maker, depth - 1);
		put(maker, ")");
	}
}

static const char *made_bool(struct maker *maker, unsigned depth)
{
	maker->len = 0;
	maker->locals = 0;
	put_bool(maker, depth);
	return maker->text;
}

static const struct cel_type dyn_type = { .kind = CEL_DYN };

static struct value any_bool(struct maker *maker)
{
	return value_bool(pick(maker, 2));
}

static struct value any_int(struct maker *maker)
{
	return value_int((int64_t)pick(maker, 5) - 1);
}

/* Facts of which about half are unknown, and lists with unknown members, `p` partial. */
static void bind_unknowns(struct world *world, struct maker *maker)
{
	static const char *const names[] = { "a", "b", "c", "i", "j" };

	for (size_t n = 0; n < ARRAY_SIZE(names); n++)
		bind(world, names[n], &dyn_type,
		     pick(maker, 2) ? unknown_of(world, NULL)
		     : n < 3	    ? any_bool(maker)
				    : any_int(maker));
	for (unsigned n = 0; n < 2; n++) {
		struct list list = { 0 };
		struct value value;

		for (unsigned i = pick(maker, 4); i > 0; i--)
			list_add(&world->arena, &list,
				 pick(maker, 3) ? any_int(maker) : unknown_of(world, "member"));
		value = list_value(&list);
		value.partial = n == 1;
		bind(world, n == 1 ? "p" : "l", &dyn_type, value);
	}
}

/*
 * What a list with unknown members may turn out to be; a partial one has more, and maybe not all.
 */
static struct value refined_list(struct world *world, struct maker *maker, const struct value *from)
{
	struct list list = { 0 };

	for (uint32_t i = 0; i < from->len; i++) {
		bool unknown = from->items[i].kind == VALUE_UNKNOWN;

		if (from->partial && pick(maker, 3) == 0)
			list_add(&world->arena, &list, any_int(maker));
		if (!(unknown && from->partial && pick(maker, 2)))
			list_add(&world->arena, &list, unknown ? any_int(maker) : from->items[i]);
	}
	for (unsigned n = from->partial ? pick(maker, 3) : 0; n > 0; n--)
		list_add(&world->arena, &list, any_int(maker));
	return list_value(&list);
}

static void refine(struct world *ret, struct world *from, struct maker *maker)
{
	for (size_t i = 0; i < from->n; i++) {
		struct value value = from->bindings[i].value;

		if (value.kind == VALUE_UNKNOWN)
			value = strchr("abc", *from->bindings[i].name) ? any_bool(maker)
								       : any_int(maker);
		if (value.kind == VALUE_LIST)
			value = refined_list(ret, maker, &value);
		bind(ret, from->bindings[i].name, from->bindings[i].type, value);
	}
}

/*
 * Learning more never turns a decided result into its opposite. (It can turn it into an error,
 * where filter() or map() goes over what was unknown or partial: cel.h.)
 */
static void no_decided_result_is_turned_by_learning_more(void **state)
{
	struct maker maker = { .state = 88172645463325252 };
	unsigned decided = 0;

	(void)state;
	for (unsigned round = 0; round < ROUNDS; round++) {
		auto_world struct world world = { .dynamic = true };
		const char *text = made_bool(&maker, 2 + pick(&maker, 3));
		struct value before;

		bind_unknowns(&world, &maker);
		before = value_of(&world, text);
		if (before.kind != VALUE_BOOL)
			continue;
		decided++;
		for (unsigned i = 0; i < 8; i++) {
			auto_world struct world more = { .dynamic = true };
			struct value after;

			refine(&more, &world, &maker);
			after = value_of(&more, text);
			if (after.kind != VALUE_ERROR && after.b != before.b)
				fail_msg("round %u: %s was %s and is %s", round, text,
					 outcome(&before), outcome(&after));
		}
	}
	assert_true(decided > ROUNDS / 8);
}

/* With every fact known and no partial list, nothing is unknown. */
static void nothing_is_unknown_where_everything_is_known(void **state)
{
	struct maker maker = { .state = 1442695040888963407 };

	(void)state;
	for (unsigned round = 0; round < ROUNDS; round++) {
		auto_world struct world world = { .dynamic = true };
		auto_world struct world known = { .dynamic = true };
		const char *text = made_bool(&maker, 3);

		bind_unknowns(&world, &maker);
		refine(&known, &world, &maker);
		assert_int_not_equal(value_of(&known, text).kind, VALUE_UNKNOWN);
	}
}

static bool same_chain(const struct value *a, const struct value *b)
{
	for (const struct value_unknown *one = a->unknown; one; one = one->next) {
		const struct value_unknown *other = b->unknown;

		while (other &&
		       strcmp(other->fact ? other->fact : "", one->fact ? one->fact : "") != 0)
			other = other->next;
		if (!other)
			return false;
	}
	return true;
}

static void and_and_or_do_not_hang_on_the_order(void **state)
{
	struct maker left = { .state = 6364136223846793005 },
		     right = { .state = 1181783497276652981 };

	(void)state;
	for (unsigned round = 0; round < ROUNDS; round++) {
		auto_world struct world world = { .dynamic = true };
		static char text[2][2 * sizeof(left.text) + 8];
		const char *operator= round % 2 ? "&&" : "||";
		const char *a = made_bool(&left, 3), *b = made_bool(&right, 3);
		struct value forward, backward;

		bind_unknowns(&world, &left);
		snprintf(text[0], sizeof(text[0]), "%s %s %s", a, operator, b);
		snprintf(text[1], sizeof(text[1]), "%s %s %s", b, operator, a);
		forward = value_of(&world, text[0]);
		backward = value_of(&world, text[1]);
		assert_string_equal(outcome(&forward), outcome(&backward));
		if (forward.kind == VALUE_UNKNOWN)
			assert_true(same_chain(&forward, &backward) &&
				    same_chain(&backward, &forward));
	}
}

static void equality_with_unknown_is_never_decided(void **state)
{
	struct maker maker = { .state = 3202034522624059733 };

	(void)state;
	for (unsigned round = 0; round < ROUNDS; round++) {
		auto_world struct world world = { .dynamic = true };
		char text[sizeof(maker.text) + 16];

		snprintf(text, sizeof(text), "u %s %s",
			 round % 2 ? "==" : "!=", made_bool(&maker, 3));
		bind_unknowns(&world, &maker);
		bind(&world, "u", &dyn_type, unknown_of(&world, NULL));
		expect(&world, text, "unknown");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_decided_result_is_turned_by_learning_more),
		cmocka_unit_test(nothing_is_unknown_where_everything_is_known),
		cmocka_unit_test(and_and_or_do_not_hang_on_the_order),
		cmocka_unit_test(equality_with_unknown_is_never_decided),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
