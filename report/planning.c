/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "planning.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "facts_file.h"
#include "session.h"
#include "words.h"

/* FACT=VALUE, as assume() reads it. */
static const char *assumption_text(struct arena *arena, const struct assumption *assumption)
{
	const struct value *value = &assumption->value;
	const char *text = "";
	json_t *json;
	char *dump;

	switch ((enum value_kind)value->kind) {
	case VALUE_NULL:
		text = "absent";
		break;
	case VALUE_BOOL:
		text = value->b ? "true" : "false";
		break;
	case VALUE_INT:
		text = arena_printf(arena, "%" PRId64, value->i);
		break;
	case VALUE_STRING:
		text = value->s;
		break;
	case VALUE_LIST:
		if (fact_def_of(assumption->fact, NULL)->type != FACT_RECORDS) {
			for (uint32_t i = 0; i < value->len; i++)
				text = arena_printf(arena, "%s%s%s", text, i ? "," : "",
						    value->items[i].kind == VALUE_STRING
							    ? value->items[i].s
							    : "");
			break;
		}
		json = facts_value_json(value);
		dump = json_dumps(json, JSON_COMPACT);
		text = arena_strdup(arena, dump ? dump : "[]");
		free(dump);
		json_decref(json);
		break;
	default:
		break;
	}
	return arena_printf(arena, "%s=%s", assumption->fact, text);
}

/* Of what only people can tell there is nothing to say but what it is. */
static const char *reason(struct arena *arena, const struct need *need,
			  const struct finding *finding)
{
	return finding->outcome == OUTCOME_TO_CONFIRM ? words_need(arena, need)
						      : words_reason(arena, need, finding);
}

struct planning *planning_make(struct session *session, const struct planned_role *roles, size_t n,
			       bool strictly)
{
	const struct plan_options options = {
		.strictly = strictly,
		.remedy = words_remedy,
		.fill = words_fill,
		.reason = reason,
	};
	struct judgement *judgement = session->judgement;
	struct arena *arena = &judgement->arena;
	struct planning *planning = arena_alloc(arena, sizeof(*planning));
	struct actions *actions = actions_new(arena, session->facts);
	const char **assumptions;
	const struct plan *plan = plan_make(judgement, roles, n, &options);

	actions_add(arena, session->rules, actions, plan);
	assumptions = arena_alloc(arena, plan->n_assumptions * sizeof(*assumptions));
	for (size_t i = 0; i < plan->n_assumptions; i++)
		assumptions[i] = assumption_text(arena, &plan->assumptions[i]);
	for (size_t i = 0; i < plan->n_changes; i++)
		planning->reinstall |= plan->changes[i].kind == REMEDY_REINSTALL;
	planning->plan = plan;
	planning->actions = actions;
	planning->assumptions = assumptions;
	return planning;
}

const char *planning_role(struct arena *arena, const struct planned_role *role)
{
	return arena_printf(arena, "%" PRId64 "/%s", role->deployment->id, role->role->name);
}

const char *planning_when(enum remedy_kind kind)
{
	static const char *const words[N_REMEDY_KINDS] = {
		[REMEDY_SETUP] = "now",
		[REMEDY_REBOOT] = "with one reboot",
		[REMEDY_FIRMWARE] = "in one visit to the firmware setup",
		[REMEDY_PLATFORM] = "by the owner of the platform",
		[REMEDY_REINSTALL] = "by installing the system again",
		[REMEDY_HARDWARE] = "hardware",
	};

	return words[kind];
}
