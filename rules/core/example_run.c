/* SPDX-License-Identifier: GPL-2.0-or-later */
/* example: a made-up host judged, and what it comes to beside what was expected */
#include <stdio.h>
#include <string.h>

#include "core/load_example.h"
#include "core/util.h"
#include "probe.h"

#define SOURCE "the example"

/* --- facts --- */

static void give(const struct given *given, struct facts *facts)
{
	struct value value = given->value;

	if (given->change)
		value = change_records(facts_arena(facts), given->def, given->change,
				       &facts_get(facts, given->name)->value);
	facts_set_assumed(facts, given->name, value, SOURCE);
}

/* What is given by its own name, from the farthest that is taken over to the example itself. */
static void give_named(const struct example *example, struct facts *facts)
{
	for (size_t i = 0; i < example->n_likes; i++)
		give_named(example->likes[i], facts);
	for (size_t i = 0; i < example->n_given; i++)
		if (!ends_with(example->given[i].name, "."))
			give(&example->given[i], facts);
}

/* What is given to all names of a kind, where none was given to the name itself. */
static void give_prefixes(const struct example *example, const struct rules *rules,
			  struct facts *facts)
{
	for (size_t i = 0; i < example->n_given; i++) {
		const struct given *given = &example->given[i];

		for (size_t k = 0; ends_with(given->name, ".") && k < rules->n_names; k++)
			if (starts_with(rules->names[k], given->name) &&
			    facts_def_of(facts, rules->names[k], NULL) == given->def &&
			    !facts_get(facts, rules->names[k])->assumed)
				facts_set_assumed(facts, rules->names[k], given->value, SOURCE);
	}
	for (size_t i = example->n_likes; i-- > 0;)
		give_prefixes(example->likes[i], rules, facts);
}

void example_facts(const struct example *example, const struct rules *rules, struct facts *facts)
{
	give_named(example, facts);
	probes_derive(facts);
	give_prefixes(example, rules, facts);
	probes_derive(facts);
}

/* --- what it comes to --- */

struct run {
	const struct example *example;
	struct arena *arena;
	const char *wrong; /* NULL: nothing yet */
};

static void __attribute__((format(printf, 2, 3))) wrong(struct run *run, const char *format, ...)
{
	const char *text;
	va_list args;

	va_start(args, format);
	text = arena_vprintf(run->arena, format, args);
	va_end(args);
	run->wrong = run->wrong ? arena_printf(run->arena, "%s; %s", run->wrong, text) : text;
}

static bool is_of_the_role(const struct use_finding *found)
{
	return found->interval.worst < LEVEL_READY;
}

static bool is_in_the_way(const struct use_finding *found, const struct role_finding *role)
{
	return is_of_the_role(found) && found->interval.worst <= role->interval.worst;
}

/* "fixable:reboot (feature.vxlan not-built, +2)". */
static const char *come_to(struct arena *arena, const struct role_finding *role)
{
	const char *text = verdict_name(role->verdict), *reasons = "";
	size_t n = 0;

	if (role->verdict == VERDICT_FIXABLE)
		text = arena_printf(arena, "%s:%s", text,
				    remedy_kind_name(level_remedy(role->interval.worst)));
	for (size_t i = 0; i < role->role->n_uses; i++) {
		const struct use_finding *found = &role->uses[i];
		const struct finding *finding = found->finding;

		if (!is_in_the_way(found, role) || n++ >= 6)
			continue;
		reasons = arena_printf(
			arena, "%s%s%s %s%s", reasons, n > 1 ? ", " : "", found->use->need->id,
			finding->n_causes ? cause_name(finding->causes[0]->cause) : "-",
			found->outcome == OUTCOME_UNKNOWN ? "?" : "");
	}
	if (n > 6)
		reasons = arena_printf(arena, "%s, +%zu", reasons, n - 6);
	return n ? arena_printf(arena, "%s (%s)", text, reasons) : text;
}

/* Two conditions may ask for the same, each with a weight of its own: the one that holds the role. */
static const struct use_finding *use_of(const struct role_finding *role, const char *id)
{
	const struct use_finding *first = NULL;

	for (size_t i = 0; i < role->role->n_uses; i++) {
		const struct use_finding *found = &role->uses[i];

		if (strcmp(found->use->need->id, id) != 0)
			continue;
		if (is_in_the_way(found, role))
			return found;
		if (!first)
			first = found;
	}
	return first;
}

/* The need must be one that holds the role where it is, for the cause that is expected first. */
static void check_need(struct run *run, const struct expectation *expected,
		       const struct role_finding *role)
{
	const struct use_finding *found = use_of(role, expected->need);
	const struct finding *finding = found ? found->finding : NULL;

	if (!found)
		return;
	if (!is_in_the_way(found, role)) {
		wrong(run, "%s: '%s' is not in its way: %s", role->role->name, expected->need,
		      come_to(run->arena, role));
		return;
	}
	if (expected->cause >= 0 &&
	    (!finding->n_causes || finding->causes[0]->cause != (enum cause)expected->cause))
		wrong(run, "%s: '%s' for %s, expected %s", role->role->name, expected->need,
		      finding->n_causes ? cause_name(finding->causes[0]->cause) : "no cause",
		      cause_name((enum cause)expected->cause));
}

static void check_remedy(struct run *run, const struct expectation *expected,
			 const struct role_finding *role)
{
	if (expected->remedy >= 0 &&
	    role->interval.worst != remedy_level((enum remedy_kind)expected->remedy))
		wrong(run, "%s: %s, expected a remedy of kind %s", role->role->name,
		      come_to(run->arena, role),
		      remedy_kind_name((enum remedy_kind)expected->remedy));
}

static void check_installed(struct run *run, const struct expectation *expected,
			    const struct role_finding *role)
{
	if (expected->installed && !role->installed)
		wrong(run, "%s: not found installed", role->role->name);
	for (size_t i = 0; i < expected->n_in_use; i++) {
		const struct use_finding *found = use_of(role, expected->in_use[i]);

		if (found && !found->in_use)
			wrong(run, "%s: '%s' is %s, expected to be in use by the role itself",
			      role->role->name, expected->in_use[i], outcome_name(found->outcome));
	}
}

static void check_role(struct run *run, const struct expectation *expected,
		       const struct role_finding *role)
{
	if (role->verdict != expected->verdict)
		wrong(run, "%s: expected %s, is %s", role->role->name,
		      verdict_name(expected->verdict), come_to(run->arena, role));
	else
		check_remedy(run, expected, role);
	if (expected->need)
		check_need(run, expected, role);
	check_installed(run, expected, role);
}

/* What it says itself, else what the last one says that it is like. */
static bool find_basis(const struct example *example, enum basis *ret)
{
	if (example->os_given) {
		*ret = example->basis;
		return true;
	}
	for (size_t i = example->n_likes; i-- > 0;)
		if (find_basis(example->likes[i], ret))
			return true;
	return false;
}

const char *example_run(const struct example *example, const struct rules *rules,
			struct arena *arena)
{
	struct run run = { .example = example, .arena = arena };
	auto_judgement struct judgement *judgement = NULL;
	auto_facts struct facts *facts = facts_new();
	enum basis basis = BASIS_RUNNING;
	struct rules one = *rules;

	/* Nothing else is judged. */
	one.deployments = example->deployment;
	one.n_deployments = 1;
	example_facts(example, rules, facts);
	find_basis(example, &basis);
	judgement = judge(&one, facts, basis);
	if (judgement->n_rule_errors)
		wrong(&run, "an expression of the rules fails on it");
	for (size_t i = 0; i < example->n_expected; i++) {
		const struct expectation *expected = &example->expected[i];
		const struct deployment_finding *found = &judgement->deployments[0];

		for (size_t r = 0; r < found->deployment->n_roles; r++)
			if (!expected->role ||
			    strcmp(found->roles[r].role->name, expected->role) == 0)
				check_role(&run, expected, &found->roles[r]);
	}
	return run.wrong;
}
