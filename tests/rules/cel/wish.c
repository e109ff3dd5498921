/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wish: what names must be for an expression to come true, and that it does then */
#include "../../fixture.h"

#include <stdio.h>
#include <string.h>

#include "cel/wish.h"
#include "core/facts.h"
#include "core/util.h"

struct wishing_world {
	struct arena arena;
	struct cel_wishes wishes;
};

/* A handful of facts; all else is null. */
static bool resolve(void *ctx, const char *name, struct value *ret)
{
	const struct wishing_world *world = ctx;

	for (size_t i = 0; i < world->wishes.len; i++) {
		if (strcmp(world->wishes.items[i].name, name) != 0)
			continue;
		*ret = world->wishes.items[i].value;
		return true;
	}
	*ret = value_null();
	if (strcmp(name, "host.arch") == 0)
		*ret = value_string("aarch64");
	else if (strcmp(name, "cpu.cores") == 0)
		*ret = value_int(2);
	else if (strcmp(name, "cpu.smt") == 0 || strcmp(name, "kvm.usable") == 0)
		*ret = value_bool(false);
	else if (strcmp(name, "nics") == 0 || strcmp(name, "cgroup.controllers") == 0)
		*ret = value_list(NULL, 0);
	else if (strcmp(name, "kernel.version") == 0)
		*ret = value_string("4.9");
	return true;
}

static struct value some(void *ctx, const char *name)
{
	(void)ctx;
	(void)name;
	return value_string("some");
}

static struct value blank(void *ctx, const char *list)
{
	struct wishing_world *world = ctx;
	const struct fact_def *def = fact_def_of(list, NULL);
	struct record record = { 0 };

	for (const struct field_def *field = def->fields; field && field->name; field++)
		record_add(&world->arena, &record, field->name,
			   field->type == FACT_BOOL ? value_bool(false) : value_null());
	return record_value(&record);
}

static bool given(void *ctx, const char *name)
{
	(void)ctx;
	return strcmp(name, "host.arch") == 0;
}

/* A record type is as the rules' loader declares it: here everything may be anything. */
static const struct cel_type *declare(void *ctx, const char *name)
{
	(void)ctx;
	return fact_def_of(name, NULL) ? cel_type(CEL_DYN) : NULL;
}

/* "cpu.smt=true kernel.version=5.4": what was wished for, or "no way". */
static const char *wished(struct wishing_world *world, const char *text)
{
	const struct cel_env env = { .declare = declare };
	const struct cel_scope scope = { .resolve = resolve, .ctx = world };
	const struct cel_wisher wisher = { .scope = &scope,
					   .some = some,
					   .blank = blank,
					   .given = given,
					   .ctx = world,
					   .arena = &world->arena };
	const char *made = "";
	struct cel_expr expr;
	struct error err = { 0 };

	if (cel_compile(&world->arena, text, &env, &expr, &err) < 0)
		fail_msg("%s: %s", text, err.text);
	if (!cel_wish(&expr, &wisher, &world->wishes))
		return "no way";
	if (cel_eval(&expr, &scope, &world->arena).kind != VALUE_BOOL ||
	    !cel_eval(&expr, &scope, &world->arena).b)
		fail_msg("%s does not come true", text);
	for (size_t i = 0; i < world->wishes.len; i++) {
		const struct value *value = &world->wishes.items[i].value;
		const char *said = value->kind == VALUE_BOOL   ? (value->b ? "true" : "false")
				   : value->kind == VALUE_NULL ? "null"
				   : value->kind == VALUE_INT
					   ? arena_printf(&world->arena, "%d", (int)value->i)
				   : value->kind == VALUE_STRING
					   ? value->s
					   : arena_printf(&world->arena, "[%u]", value->len);

		made = arena_printf(&world->arena, "%s%s%s=%s", made, i ? " " : "",
				    world->wishes.items[i].name, said);
	}
	return made;
}

static void what_is_true_asks_for_nothing_and_the_rest_for_the_least(void **state)
{
	static const struct {
		const char *expr, *wished;
	} cases[] = {
		{ "true", "" },
		{ "host.arch == 'aarch64'", "" },
		{ "kvm.usable", "kvm.usable=true" },
		{ "!kvm.usable", "" },
		{ "!(kvm.usable == false)", "kvm.usable=true" },
		{ "kvm.usable && cpu.smt", "kvm.usable=true cpu.smt=true" },
		{ "kvm.usable || cpu.smt", "kvm.usable=true" },
		{ "cpu.cores >= 4", "cpu.cores=4" },
		{ "cpu.cores > 4", "cpu.cores=5" },
		{ "4 < cpu.cores", "cpu.cores=5" },
		{ "cpu.cores < 2", "cpu.cores=1" },
		{ "cpu.cores <= 1", "cpu.cores=1" },
		{ "!(cpu.cores < 4)", "cpu.cores=4" },
		{ "version(kernel.version) >= version('5.4')", "kernel.version=5.4" },
		{ "os.id in ['debian', 'ubuntu']", "os.id=debian" },
		{ "'memory' in cgroup.controllers", "cgroup.controllers=[1]" },
		{ "['cpu', 'memory'].all(c, c in cgroup.controllers)", "cgroup.controllers=[2]" },
		{ "has(kvm.module)", "kvm.module=some" },
		{ "!has(host.model)", "" },
		{ "kvm.module == 'kvm_amd'", "kvm.module=kvm_amd" },
		{ "kvm.usable ? cpu.smt : cpu.cores == 8", "cpu.cores=8" },
		{ "nics.exists(n, n.physical && n.speed_max >= 10)", "nics=[1]" },
		{ "nics.filter(n, n.physical).size() >= 3", "nics=[3]" },
		/* What the machine is stays where there is another way. */
		{ "host.arch == 'x86_64' || kvm.usable", "kvm.usable=true" },
		{ "host.arch == 'x86_64'", "host.arch=x86_64" },
		/* An alternative that cannot be leaves nothing behind. */
		{ "(cpu.smt && cpu.cores * 2 == 9) || kvm.usable", "kvm.usable=true" },
		{ "cpu.cores * 2 == 9", "no way" },
		{ "kvm.usable && !kvm.usable", "no way" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct wishing_world world = { 0 };
		const char *made = wished(&world, cases[i].expr);

		if (strcmp(made, cases[i].wished) != 0)
			fail_msg("%s: %s, expected %s", cases[i].expr, made, cases[i].wished);
		arena_free(&world.arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_true_asks_for_nothing_and_the_rest_for_the_least),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
