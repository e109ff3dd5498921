/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tests of rules/cel/emit.c: the C source is the expression; run from the top of the tree, as make
 * check does
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "world.h"

static const char *const texts[] = {
	"-9223372036854775808 < i && 18446744073709551615u > 1u",
	"0.1 + 1e300 > 1.5 || s == '\\u00ff\\000\\\"?\?/\\\\ \\n'",
	"l.exists(x, x == i && [x].all(y, y == x)) ? b'\\000\\xff' : b''",
	"has(r.a) && r.a == null && type(i) == int && !false",
	"s.matches('^a+$') || size(l) in [1, 2, 3] || {'k': i}['k'] == 7",
	"version('5.10') <= '5.9' || l.map(x, x > 1, x * 2) == l.filter(x, x > 1)",
};

static void declare_some(struct world *world)
{
	static const struct cel_type dyn_type = { .kind = CEL_DYN };
	static const struct value items[] = { { .kind = VALUE_INT, .i = 1 },
					      { .kind = VALUE_INT, .i = 7 } };
	static const struct value_entry entry = { { .kind = VALUE_STRING, .len = 1, .s = "a" },
						  { .kind = VALUE_NULL } };

	world->dynamic = true;
	bind(world, "i", &dyn_type, value_int(7));
	bind(world, "s", &dyn_type, value_string("aaa"));
	bind(world, "l", &dyn_type, value_list(items, 2));
	bind(world, "r", &dyn_type, value_map(&entry, 1));
}

static void write_source(struct world *world, const char *path)
{
	auto_file FILE *out = fopen(path, "we");

	assert_non_null(out);
	fputs("#include \"cel/cel.h\"\n", out);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct cel_expr expr;
		char symbol[32];

		snprintf(symbol, sizeof(symbol), "nodes_%zu", i);
		assert_int_equal(compile(world, texts[i], &expr), 0);
		assert_int_equal(cel_emit(out, &expr, symbol), 0);
		fprintf(out, "extern const struct cel_expr expr_%zu;\n", i);
		fprintf(out, "const struct cel_expr expr_%zu = ", i);
		assert_int_equal(cel_emit_expr(out, &expr, symbol), 0);
		fputs(";\n", out);
	}
}

static void same_node(const struct cel_node *a, const struct cel_node *b)
{
	assert_int_equal(a->op, b->op);
	assert_int_equal(a->arg, b->arg);
	assert_int_equal(a->flags, b->flags);
	assert_int_equal(a->kid, b->kid);
	assert_int_equal(a->next, b->next);
	assert_int_equal(a->line, b->line);
	assert_int_equal(a->column, b->column);
	assert_int_equal(a->value.kind, b->value.kind);
	if (a->value.kind != VALUE_STRING && a->value.kind != VALUE_BYTES) {
		assert_int_equal(a->value.u, b->value.u);
		return;
	}
	assert_int_equal(a->value.len, b->value.len);
	assert_memory_equal(a->value.s, b->value.s, a->value.len + 1);
}

static void same_expr(struct world *world, const char *text, const struct cel_expr *emitted)
{
	struct cel_expr expr;
	struct value a, b;

	assert_int_equal(compile(world, text, &expr), 0);
	assert_int_equal(expr.n_nodes, emitted->n_nodes);
	assert_int_equal(expr.kind, emitted->kind);
	for (uint16_t i = 0; i < expr.n_nodes; i++)
		same_node(&expr.nodes[i], &emitted->nodes[i]);
	a = eval(world, &expr);
	b = eval(world, emitted);
	assert_string_equal(outcome(&a), outcome(&b));
	assert_int_not_equal(a.kind, VALUE_ERROR);
}

static void an_emitted_expression_compiles_to_the_same(void **state)
{
	auto_world struct world world = { 0 };
	char folder[] = "/tmp/cel-emit-XXXXXX", source[64], object[64], command[512];
	const char *cc = getenv("CC");
	void *library;

	(void)state;
	if (system("cc --version >/dev/null 2>&1") != 0) {
		print_message("SKIPPED: there is no cc to compile expressions with\n");
		skip();
	}
	declare_some(&world);
	assert_non_null(mkdtemp(folder));
	snprintf(source, sizeof(source), "%s/e.c", folder);
	snprintf(object, sizeof(object), "%s/e.so", folder);
	write_source(&world, source);
	snprintf(command, sizeof(command),
		 "%s -std=gnu17 -Wall -Wextra -Wtrigraphs -Werror -Iprobe -Irules -shared -fPIC -o "
		 "%s %s",
		 cc ? cc : "cc", object, source);
	assert_int_equal(system(command), 0);
	library = dlopen(object, RTLD_NOW);
	assert_non_null(library);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		char symbol[32];
		const struct cel_expr *emitted;

		snprintf(symbol, sizeof(symbol), "expr_%zu", i);
		emitted = dlsym(library, symbol);
		assert_non_null(emitted);
		same_expr(&world, texts[i], emitted);
	}
	dlclose(library);
	remove(source);
	remove(object);
	remove(folder);
}

static void a_stream_that_fails_is_told(void **state)
{
	auto_world struct world world = { 0 };
	auto_file FILE *full = fopen("/dev/full", "we");
	struct cel_expr expr;

	(void)state;
	assert_non_null(full);
	setbuf(full, NULL);
	assert_int_equal(compile(&world, "1", &expr), 0);
	assert_int_equal(cel_emit(full, &expr, "nodes"), -EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_emitted_expression_compiles_to_the_same),
		cmocka_unit_test(a_stream_that_fails_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
