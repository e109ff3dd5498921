/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * small: rule folders that a test makes for itself, facts as a line of JSON, and what the engine
 * makes of them. In the JSON quotes are single; {'unknown': 'permission'} is unknown, and a list
 * that ends in '...' is not known to be complete.
 */
#ifndef STACKCHECK_TESTS_SMALL_H
#define STACKCHECK_TESTS_SMALL_H

#include "../../fixture.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/load.h"
#include "core/util.h"
#include "host/host.h"
#include "judge.h"

/* What falls short of what: one plain row for each fact that the tests ask for. */
#define PLAIN(fact, title)                                                                    \
	"- {fact: " fact ", title: " title ", diagnosis: [{cause: too-small, remedy: {kind: " \
	"hardware, text: more}}]}\n"

#define SMALL_FACTS                                                                                \
	"- fact: memory.total\n"                                                                   \
	"  title: memory\n"                                                                        \
	"  sold_as: memory.installed\n"                                                            \
	"  diagnosis:\n"                                                                           \
	"  - {cause: too-small, remedy: {kind: hardware, text: 'Fit {missing} more.'}}\n"          \
	"- fact: disks\n"                                                                          \
	"  title: disks\n"                                                                         \
	"  new_system: {unused: true}\n"                                                           \
	"  diagnosis:\n"                                                                           \
	"  - {cause: absent-hardware, remedy: {kind: hardware, text: 'Fit {missing} more.'}}\n"    \
	"- fact: port.free.\n"                                                                     \
	"  title: free port\n"                                                                     \
	"  diagnosis:\n"                                                                           \
	"  - {cause: busy, remedy: {kind: setup, text: 'Stop what holds {name}.'}}\n" PLAIN(       \
		"nics", "network ports") PLAIN("cpu.threads", "threads")                           \
		PLAIN("cpu.cores", "cores") PLAIN("cpu.features", "features") PLAIN(               \
			"cpu.vendor", "maker") PLAIN("cpu.level", "level") PLAIN("cpu.smt", "SMT") \
			PLAIN("memory.available", "free memory") PLAIN("swap.total", "swap")       \
				PLAIN("kernel.version", "kernel") PLAIN("kernel.sysctl.",          \
									"setting")                 \
					PLAIN("host.arch", "architecture") PLAIN(                  \
						"host.bmc", "BMC") PLAIN("os.id", "distribution")  \
						PLAIN("disk.size", "disk size")                    \
							PLAIN("disk.free.", "free space")

/* A role of one need that is always met, and whatever stands behind it. */
#define SMALL_ROLE(name, more) \
	"- role: " name "\n"   \
	"  primary: true\n"    \
	"  layers:\n"          \
	"  - layer: machine\n" \
	"    needs:\n"         \
	"    - {need: cpu.threads, minimum: 1, why: it runs, source: seed}\n" more

#define SMALL_HEAD(id, name)                                                                  \
	"id: " id "\nname: " name "\ntitle: T\nsummary: S\nstatus: active\nstack: [machine, " \
	"system]\narch: x86_64\nroles:\n"

/* Needs under a name, so that none has to say why. */
#define SMALL_BUNDLE                                                              \
	"capabilities:\n- capability: asked\n  title: what is asked\n  why: so\n" \
	"  source: [seed]\n  needs:\n"

#define SMALL_DEPLOYMENT         \
	SMALL_HEAD("7", "seven") \
	SMALL_ROLE("node", "    - {capability: asked}\n")

struct small {
	struct arena arena;
	struct rules rules;
	struct facts *facts;
	struct judgement *judgement;
};

static inline void small_free(struct small *small)
{
	judgement_free(small->judgement);
	facts_free(small->facts);
	arena_free(&small->arena);
}
#define auto_small __attribute__((cleanup(small_free)))

/* For tests of the rules that are shipped: they are a test's state. */
static inline int small_setup_shipped(void **state)
{
	struct small *small = calloc(1, sizeof(*small));
	struct error err = { 0 };

	assert_non_null(small);
	if (rules_load(&small->arena, "rules", NULL, &small->rules, &err) < 0)
		fail_msg("%s", err.text);
	*state = small;
	return 0;
}

static inline int small_teardown(void **state)
{
	small_free(*state);
	free(*state);
	return 0;
}

/* --- facts --- */

static inline struct value small_value(struct arena *arena, const json_t *json)
{
	struct list list = { 0 };
	struct record record = { 0 };
	struct value value;
	const char *key, *text;
	json_t *item;
	size_t i;

	switch (json_typeof(json)) {
	case JSON_TRUE:
	case JSON_FALSE:
		return value_bool(json_is_true(json));
	case JSON_INTEGER:
		return value_int(json_integer_value(json));
	case JSON_STRING:
		return value_string(arena_strdup(arena, json_string_value(json)));
	case JSON_ARRAY:
		value = value_null();
		json_array_foreach(json, i, item)
		{
			text = json_string_value(item);
			if (text && strcmp(text, "...") == 0)
				value.partial = true;
			else
				list_add(arena, &list, small_value(arena, item));
		}
		value = (struct value){ .kind = VALUE_LIST,
					.partial = value.partial,
					.len = (uint32_t)list.len,
					.items = list.items };
		return value;
	case JSON_OBJECT:
		text = json_string_value(json_object_get(json, "unknown"));
		if (text)
			return value_unknown(arena, unknown_reason_of(text), NULL, "the test");
		json_object_foreach((json_t *)json, key, item) record_add(
			arena, &record, arena_strdup(arena, key), small_value(arena, item));
		return record_value(&record);
	default:
		return value_null();
	}
}

/* Sets what `text` names; everything else stays unknown. */
static inline void small_facts(struct facts *facts, const char *text)
{
	char *json_text = arena_strdup(facts_arena(facts), text);
	json_error_t err;
	const char *name;
	json_t *json, *item;

	for (char *c = json_text; *c; c++)
		if (*c == '\'')
			*c = '"';
	json = json_loads(json_text, 0, &err);
	if (!json)
		fail_msg("%s: %s", text, err.text);
	json_object_foreach(
		json, name,
		item) if (facts_set_recorded(facts, arena_strdup(facts_arena(facts), name),
					     small_value(facts_arena(facts), item), "the test") < 0)
		fail_msg("%s cannot be that", name);
	json_decref(json);
}

/* --- rules --- */

static inline int small_try_load(void **state, struct small *small, const struct rules *base,
				 struct error *err)
{
	return rules_load(&small->arena, fixture_path(state), base, &small->rules, err);
}

static inline void small_load(void **state, struct small *small, const struct rules *base)
{
	struct error err = { 0 };

	if (small_try_load(state, small, base, &err) < 0)
		fail_msg("%s", err.text);
}

/* Each line of `text` further in. */
static inline const char *small_indented(struct arena *arena, const char *text)
{
	const char *all = "";

	while (*text) {
		size_t len = strcspn(text, "\n");

		all = arena_printf(arena, "%s  %.*s\n", all, (int)len, text);
		text += len + (text[len] == '\n');
	}
	return all;
}

/*
 * The folder with one deployment, `seven`, whose one role, `node`, asks for `needs` (a YAML list).
 */
static inline void small_write(void **state, struct small *small, const char *needs)
{
	fixture_write(state, "/facts.yaml", SMALL_FACTS);
	fixture_write(state, "/bundle.yaml",
		      arena_printf(&small->arena, SMALL_BUNDLE "%s",
				   small_indented(&small->arena, needs)));
	fixture_write(state, "/seven.yaml", SMALL_DEPLOYMENT);
}

static inline void small_judge(struct small *small, const char *facts, enum basis basis)
{
	judgement_free(small->judgement);
	facts_free(small->facts);
	small->facts = facts_new();
	small_facts(small->facts, "{'host.arch': 'x86_64', 'cpu.threads': 4, 'ports': []}");
	small_facts(small->facts, facts);
	small->judgement = judge(&small->rules, small->facts, basis);
}

/* "unmet no..setup": what the use at `index` (from the end: -1) comes to in its role. */
static inline const char *small_use_text(struct small *small, const struct role_finding *role,
					 int index)
{
	static const char *const levels[] = {
		[LEVEL_NO] = "no",
		[LEVEL_REINSTALL] = "reinstall",
		[LEVEL_PLATFORM] = "platform",
		[LEVEL_FIRMWARE] = "firmware",
		[LEVEL_REBOOT] = "reboot",
		[LEVEL_SETUP] = "setup",
		[LEVEL_LIMITED] = "limited",
		[LEVEL_READY] = "ready",
	};
	size_t at = index < 0 ? role->role->n_uses - (size_t)-index : (size_t)index;
	const struct use_finding *use = &role->uses[at];

	if (use->interval.worst == use->interval.best)
		return arena_printf(&small->arena, "%s %s%s", outcome_name(use->outcome),
				    levels[use->interval.worst], use->in_use ? " (in use)" : "");
	return arena_printf(&small->arena, "%s %s..%s", outcome_name(use->outcome),
			    levels[use->interval.worst], levels[use->interval.best]);
}

/* One need on some facts: the first case whose answer differs fails the test, and says which. */
struct small_case {
	const char *need; /* NULL: that of the case before */
	const char *facts;
	const char *expected; /* of the last use */
	enum basis basis;
};

static inline void small_cases(void **state, const struct small_case *cases, size_t n)
{
	const char *needs = NULL;

	for (size_t i = 0; i < n; i++) {
		auto_small struct small small = { 0 };
		const char *found;

		needs = cases[i].need ? cases[i].need : needs;
		small_write(state, &small, needs);
		small_load(state, &small, NULL);
		small_judge(&small, cases[i].facts, cases[i].basis);
		found = small_use_text(&small, &small.judgement->deployments[0].roles[0], -1);
		if (strcmp(found, cases[i].expected) != 0)
			fail_msg("%s on %s: %s, expected %s", needs, cases[i].facts, found,
				 cases[i].expected);
	}
}

#define SMALL_CASES(state, cases) small_cases(state, cases, ARRAY_SIZE(cases))

#endif
