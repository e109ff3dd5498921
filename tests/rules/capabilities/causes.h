/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * causes: facts as text, and what the shipped rules make of a need on them, for the tests of
 * rules/capabilities
 */
#ifndef STACKCHECK_TESTS_CAUSES_H
#define STACKCHECK_TESTS_CAUSES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/load.h"
#include "core/util.h"
#include "judge.h"

struct shipped {
	struct arena arena;
	struct rules rules;
};

static inline int shipped_setup(void **state)
{
	struct shipped *shipped = calloc(1, sizeof(*shipped));
	struct error err = { 0 };

	assert_non_null(shipped);
	if (rules_load(&shipped->arena, "rules", NULL, &shipped->rules, &err) < 0)
		fail_msg("%s", err.text);
	*state = shipped;
	return 0;
}

static inline int shipped_teardown(void **state)
{
	struct shipped *shipped = *state;

	arena_free(&shipped->arena);
	free(shipped);
	return 0;
}

static inline const struct need *shipped_need(const struct shipped *shipped, const char *id)
{
	for (size_t i = 0; i < shipped->rules.n_needs; i++)
		if (strcmp(shipped->rules.needs[i]->id, id) == 0)
			return shipped->rules.needs[i];
	fail_msg("no need '%s'", id);
	return NULL;
}

static inline struct value words_list(struct arena *arena, char *text)
{
	struct value *items = arena_alloc(arena, (strlen(text) + 1) * sizeof(*items));
	struct value list = { .kind = VALUE_LIST, .items = items };

	for (char *save, *word = strtok_r(text, ",", &save); word;
	     word = strtok_r(NULL, ",", &save))
		items[list.len++] = value_string(word);
	return list;
}

static inline struct value value_of_text(struct arena *arena, const struct fact_def *def,
					 char *text);

/*
 * "[sriov=true|speed=?][]": a record in each pair of brackets; ? is unknown, what is not named is
 * false or absent.
 */
static inline struct value records_list(struct arena *arena, const struct fact_def *def, char *text)
{
	struct list list = { 0 };

	for (char *save, *one = strtok_r(text, "[]", &save); one;
	     one = strtok_r(NULL, "[]", &save)) {
		struct record record = { 0 };

		for (const struct field_def *field = def->fields; field->name; field++) {
			const struct fact_def like = { .name = field->name, .type = field->type };
			size_t len = strlen(field->name);
			char *copy = arena_strdup(arena, one), *again;
			struct value value =
				field->type == FACT_BOOL ? value_bool(false) : value_null();

			for (char *pair = strtok_r(copy, "|", &again); pair;
			     pair = strtok_r(NULL, "|", &again)) {
				if (strncmp(pair, field->name, len) != 0 || pair[len] != '=')
					continue;
				value = strcmp(pair + len + 1, "?") == 0
						? value_unknown(arena, UNKNOWN_PERMISSION, NULL,
								NULL)
						: value_of_text(arena, &like, pair + len + 1);
			}
			record_add(arena, &record, field->name, value);
		}
		list_add(arena, &list, record_value(&record));
	}
	return list_value(&list);
}

static inline struct value value_of_text(struct arena *arena, const struct fact_def *def,
					 char *text)
{
	enum fact_type type = def->type;

	if (strcmp(text, "~") == 0)
		return value_null();
	if (type == FACT_RECORDS)
		return records_list(arena, def, text);
	if (type == FACT_BOOL)
		return value_bool(strcmp(text, "true") == 0);
	if (type == FACT_COUNT ||
	    (type == FACT_SCALAR && strspn(text, "0123456789") == strlen(text)))
		return value_int(atoll(text));
	return type == FACT_STRINGS ? words_list(arena, text) : value_string(text);
}

/*
 * "host.vm=none; kvm.module=~; nics=[sriov=true]": ~ is absent, what is not named is unknown, the last word on a fact
 * holds.
 */
static inline void facts_from_text(struct facts *facts, const char *text)
{
	struct arena *arena = facts_arena(facts);
	char *copy = arena_strdup(arena, text);

	for (char *save, *name = strtok_r(copy, "; ", &save); name;
	     name = strtok_r(NULL, "; ", &save)) {
		char *text_of = strchr(name, '=');
		const struct fact_def *def;

		assert_non_null(text_of);
		*text_of++ = '\0';
		def = fact_def_of(name, NULL);
		if (!def)
			fail_msg("no fact '%s'", name);
		else if (facts_set_recorded(facts, name, value_of_text(arena, def, text_of),
					    "the test") < 0)
			fail_msg("%s cannot be '%s'", name, text_of);
	}
}

static inline bool named_before(const struct finding *finding, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (finding->causes[i]->cause == finding->causes[at]->cause &&
		    finding->causes[i]->remedy.kind == finding->causes[at]->remedy.kind)
			return true;
	return false;
}

/* "unmet: absent-hardware/hardware, …", each pair of a cause and its remedy's kind once; "met". */
static inline void assert_finding(void **state, enum basis basis, const char *id, const char *text,
				  const char *expected)
{
	const struct shipped *shipped = *state;
	auto_facts struct facts *facts = facts_new();
	auto_judgement struct judgement *judgement = NULL;
	const struct finding *finding;
	char found[1024];
	size_t len;

	facts_from_text(facts, text);
	judgement = judge(&shipped->rules, facts, basis);
	finding = judge_need(judgement, shipped_need(shipped, id), basis);
	assert_null(finding->rule_error);
	len = (size_t)snprintf(found, sizeof(found), "%s", outcome_name(finding->outcome));
	for (size_t i = 0; finding->outcome != OUTCOME_MET && i < finding->n_causes; i++)
		if (!named_before(finding, i) && len < sizeof(found))
			len += (size_t)snprintf(found + len, sizeof(found) - len, "%s %s/%s",
						i ? "," : ":",
						cause_name(finding->causes[i]->cause),
						remedy_kind_name(finding->causes[i]->remedy.kind));
	assert_string_equal(found, expected);
}

#define assert_running(id, text, expected) assert_finding(state, BASIS_RUNNING, id, text, expected)
#define assert_new(id, text, expected)	   assert_finding(state, BASIS_NEW, id, text, expected)

#endif
