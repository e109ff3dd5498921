/* SPDX-License-Identifier: GPL-2.0-or-later */
/* property: what must hold of every rule set on every machine, tried on many by chance */
#include "random.h"

#include <dlfcn.h>

#include "core/emit.h"

#define SEED UINT64_C(0x5eed0fc0ffee)

static void load_random(void **state, struct small *small, struct chance *chance,
			const char *needs[N_RANDOM_NEEDS])
{
	struct error err = { 0 };

	/* By chance one need can stand for itself twice in a group: then another is made. */
	do {
		random_needs(chance, &small->arena, needs);
		small_write(state, small, joined_needs(&small->arena, needs));
	} while (small_try_load(state, small, NULL, &err) < 0 &&
		 strstr(err.text, "at least two different needs"));
	if (!small->rules.n_deployments)
		fail_msg("%s\n%s", err.text, joined_needs(&small->arena, needs));
}

static struct interval interval_of(const struct small *small, int use)
{
	const struct deployment_finding *found = &small->judgement->deployments[0];

	return use < 0 ? found->interval : found->roles[0].uses[use].interval;
}

static bool is_decided(struct interval interval)
{
	return verdict_of(interval) != VERDICT_UNKNOWN && interval.worst != LEVEL_LIMITED;
}

/* Nothing that was possible before is left behind; what was decided stays. */
static bool only_narrowed(struct interval before, struct interval after)
{
	return after.worst >= before.worst && after.best <= before.best &&
	       after.worst <= after.best &&
	       (!is_decided(before) || verdict_of(before) == verdict_of(after));
}

static void try_learning(struct small *small, struct chance *chance, enum basis basis,
			 const char *needs)
{
	int n = (int)small->rules.deployments[0].roles[0].n_uses;
	struct interval before[64];
	struct world world;
	const char *text;

	assert_true(n < 63);
	random_world(chance, &world);
	text = world_text(&small->arena, &world);
	small_judge(small, text, basis);
	do {
		const char *then = text;

		for (int i = -1; i < n; i++)
			before[i + 1] = interval_of(small, i);
		if (!learn(chance, &world))
			return;
		text = world_text(&small->arena, &world);
		small_judge(small, text, basis);
		for (int i = -1; i < n; i++) {
			struct interval after = interval_of(small, i);

			if (!only_narrowed(before[i + 1], after))
				fail_msg("need %d went from %d..%d to %d..%d\n%s%s\n%s", i,
					 before[i + 1].worst, before[i + 1].best, after.worst,
					 after.best, needs, then, text);
		}
	} while (true);
}

static void learning_more_only_narrows_and_flips_no_verdict(void **state)
{
	struct chance chance = { SEED };

	for (int i = 0; i < 250; i++) {
		auto_small struct small small = { 0 };
		const char *needs[N_RANDOM_NEEDS], *text;

		load_random(state, &small, &chance, needs);
		text = joined_needs(&small.arena, needs);
		for (int k = 0; k < 6; k++)
			try_learning(&small, &chance, k & 1 ? BASIS_NEW : BASIS_RUNNING, text);
	}
}

static void the_order_of_needs_does_not_matter(void **state)
{
	struct chance chance = { SEED + 1 };

	for (int i = 0; i < 60; i++) {
		auto_small struct small small = { 0 }, other = { 0 };
		const char *needs[N_RANDOM_NEEDS], *turned[N_RANDOM_NEEDS], *text;
		struct world world;

		load_random(state, &small, &chance, needs);
		for (size_t k = 0; k < N_RANDOM_NEEDS; k++)
			turned[N_RANDOM_NEEDS - 1 - k] = needs[k];
		small_write(state, &other, joined_needs(&other.arena, turned));
		small_load(state, &other, NULL);
		random_world(&chance, &world);
		text = world_text(&small.arena, &world);
		small_judge(&small, text, BASIS_RUNNING);
		small_judge(&other, text, BASIS_RUNNING);
		assert_int_equal(interval_of(&small, -1).worst, interval_of(&other, -1).worst);
		assert_int_equal(interval_of(&small, -1).best, interval_of(&other, -1).best);
	}
}

static bool same_findings(struct judgement *a, struct judgement *b, const struct rules *other)
{
	for (enum basis basis = 0; basis < N_BASES; basis++) {
		for (size_t i = 0; i < a->rules->n_needs; i++) {
			const struct finding *one = judge_need(a, a->rules->needs[i], basis);
			const struct finding *two = judge_need(b, other->needs[i], basis);

			if (strcmp(a->rules->needs[i]->id, other->needs[i]->id) != 0 ||
			    one->outcome != two->outcome || one->n_causes != two->n_causes ||
			    one->interval.worst != two->interval.worst ||
			    one->interval.best != two->interval.best)
				return false;
			for (size_t k = 0; k < one->n_causes; k++)
				if (one->causes[k]->cause != two->causes[k]->cause)
					return false;
		}
	}
	return a->deployments[0].verdict == b->deployments[0].verdict &&
	       a->deployments[0].alone == b->deployments[0].alone;
}

static void judging_twice_comes_to_the_same(void **state)
{
	struct chance chance = { SEED + 2 };

	for (int i = 0; i < 60; i++) {
		auto_small struct small small = { 0 };
		auto_judgement struct judgement *again = NULL;
		const char *needs[N_RANDOM_NEEDS];
		struct world world;

		load_random(state, &small, &chance, needs);
		random_world(&chance, &world);
		small_judge(&small, world_text(&small.arena, &world), BASIS_RUNNING);
		again = judge(&small.rules, small.facts, BASIS_RUNNING);
		assert_true(same_findings(small.judgement, again, &small.rules));
	}
}

/* --- rules as C --- */

/* The emitted C as the compiler makes it, in a library of its own. */
static void *compiled(void **state, const struct rules *rules)
{
	const char *source = PATH("%s/rules.c", fixture_path(state));
	const char *library = PATH("%s/rules.so", fixture_path(state));
	FILE *out = fopen(source, "we");
	void *handle;

	assert_non_null(out);
	assert_int_equal(rules_emit(out, rules), 0);
	assert_int_equal(fclose(out), 0);
	if (system(PATH(
		    "cc -std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Werror -O0 -shared -fPIC -Iprobe "
		    "-Irules -o %s %s",
		    library, source)) != 0)
		fail_msg("%s does not compile", source);
	handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
	if (!handle)
		fail_msg("%s", dlerror());
	return handle;
}

static void rules_as_c_judge_as_the_files_do(void **state)
{
	struct chance chance = { SEED + 3 };

	if (system("cc --version >/dev/null 2>&1") != 0) {
		print_message("SKIPPED: there is no cc to compile rules with\n");
		skip();
	}
	for (int i = 0; i < 3; i++) {
		auto_small struct small small = { 0 };
		const char *needs[N_RANDOM_NEEDS];
		const struct rules *emitted;
		void *handle;

		load_random(state, &small, &chance, needs);
		handle = compiled(state, &small.rules);
		emitted = dlsym(handle, "rules_compiled_in");
		assert_non_null(emitted);
		assert_int_equal(emitted->n_needs, small.rules.n_needs);
		assert_string_equal(emitted->digest, small.rules.digest);
		for (int k = 0; k < 20; k++) {
			auto_judgement struct judgement *other = NULL;
			struct world world;

			random_world(&chance, &world);
			small_judge(&small, world_text(&small.arena, &world), BASIS_RUNNING);
			other = judge(emitted, small.facts, BASIS_RUNNING);
			assert_true(same_findings(small.judgement, other, emitted));
		}
		small_judge(&small, "{}", BASIS_RUNNING);
		dlclose(handle);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(learning_more_only_narrows_and_flips_no_verdict),
		TEST(the_order_of_needs_does_not_matter),
		TEST(judging_twice_comes_to_the_same),
		TEST(rules_as_c_judge_as_the_files_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
