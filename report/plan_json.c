/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan: as JSON, schema stackcheck.plan/1 (packaging/schemas/plan.json) */
#include <inttypes.h>
#include <string.h>

#include "clock.h"
#include "report.h"
#include "words.h"

static void set(json_t *json, const char *key, const char *text)
{
	json_object_set_new(json, key, text ? json_string(text) : json_null());
}

static json_t *head(struct session *session, const char *kind)
{
	json_t *json = json_object(), *rules = json_object();
	char when[CLOCK_TEXT];

	set(json, "schema", PLAN_SCHEMA);
	set(json, "version", STACKCHECK_VERSION);
	set(json, "kind", kind);
	set(json, "collected_at", clock_text(when, session->collected_at));
	set(rules, "version", session->rules->version);
	set(rules, "digest", session->rules->digest);
	json_object_set_new(json, "rules", rules);
	set(json, "basis", basis_name(session->options.basis));
	json_object_set_new(json, "waivers", waivers_json(session));
	return json;
}

static json_t *outcome(enum verdict verdict, struct interval interval)
{
	json_t *json = json_object();
	bool fixable = verdict == VERDICT_FIXABLE;

	set(json, "verdict", verdict_name(verdict));
	set(json, "worst", level_name(interval.worst));
	set(json, "best", level_name(interval.best));
	set(json, "fix", fixable ? remedy_kind_name(level_remedy(interval.worst)) : NULL);
	return json;
}

static json_t *roles_json(struct arena *arena, const struct plan *plan)
{
	json_t *roles = json_array();

	for (size_t i = 0; i < plan->n_roles; i++) {
		const struct planned_role *role = &plan->roles[i];
		json_t *json = json_object();

		set(json, "role", planning_role(arena, role));
		set(json, "deployment", role->deployment->name);
		json_object_set_new(json, "now", outcome(role->verdict_before, role->before));
		json_object_set_new(json, "promised", outcome(role->verdict_after, role->after));
		json_array_append_new(roles, json);
	}
	return roles;
}

static json_t *steps_json(const struct change *change)
{
	json_t *steps = json_array();

	for (size_t i = 0; i < change->n_steps; i++) {
		const struct step *step = &change->steps[i];
		json_t *json = json_object();

		set(json, "do", step_kind_name(step->kind));
		set(json, "name", step->name);
		set(json, "value", step->value);
		json_array_append_new(steps, json);
	}
	return steps;
}

static json_t *changes_json(const struct plan *plan)
{
	json_t *changes = json_array();

	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct change *change = &plan->changes[i];
		json_t *json = json_object(), *needs = json_array();

		set(json, "kind", remedy_kind_name(change->kind));
		set(json, "cause", cause_name(change->cause));
		set(json, "text", change->text);
		if (change->otherwise)
			set(json, "otherwise", change->otherwise);
		for (size_t k = 0; k < change->n_needs; k++)
			json_array_append_new(needs, json_string(change->needs[k]->id));
		json_object_set_new(json, "needs", needs);
		json_object_set_new(json, "steps", steps_json(change));
		json_array_append_new(changes, json);
	}
	return changes;
}

static json_t *names_json(const struct action_list *list)
{
	json_t *names = json_array();

	for (size_t i = 0; i < list->len; i++)
		json_array_append_new(names, json_string(list->items[i].name));
	return names;
}

static json_t *values_json(const struct action_list *list)
{
	json_t *pairs = json_object();

	for (size_t i = 0; i < list->len; i++)
		set(pairs, list->items[i].name, list->items[i].value);
	return pairs;
}

static json_t *actions_json(struct arena *arena, const struct actions *actions)
{
	json_t *json = json_object(), *line = json_object();

	set(json, "closed", actions->closed);
	set(json, "install", actions->closed ? NULL : actions_install(arena, actions));
	json_object_set_new(json, "packages", names_json(&actions->packages));
	json_object_set_new(json, "packages_without_name", names_json(&actions->unnamed));
	json_object_set_new(json, "modules", names_json(&actions->modules));
	json_object_set_new(json, "modules_at_boot", names_json(&actions->modules_at_boot));
	json_object_set_new(json, "module_options", values_json(&actions->options));
	json_object_set_new(json, "unblock", names_json(&actions->unblocked));
	json_object_set_new(json, "sysctl", values_json(&actions->sysctls));
	json_object_set_new(json, "enable", names_json(&actions->enable));
	json_object_set_new(json, "disable", names_json(&actions->disable));
	json_object_set_new(json, "run", names_json(&actions->run));
	json_object_set_new(json, "swap_off", json_boolean(actions->swap_off));
	json_object_set_new(line, "take", names_json(&actions->taken));
	json_object_set_new(line, "put", names_json(&actions->put));
	set(line, "before", actions->before);
	set(line, "after", actions->after);
	json_object_set_new(json, "cmdline", line);
	json_object_set_new(json, "firmware", values_json(&actions->menus));
	return json;
}

static json_t *open_json(struct arena *arena, const struct plan *plan)
{
	json_t *open = json_array();

	for (size_t i = 0; i < plan->n_open; i++) {
		json_t *json = json_object();

		set(json, "kind", open_kind_name(plan->open[i].kind));
		set(json, "need", plan->open[i].need->id);
		set(json, "role", planning_role(arena, plan->open[i].role));
		set(json, "text", plan->open[i].text);
		json_object_set_new(json, "destroys", json_boolean(plan->open[i].destroys));
		json_array_append_new(open, json);
	}
	return open;
}

json_t *plan_json(struct session *session, const struct planning *planning)
{
	struct arena *arena = &session->judgement->arena;
	json_t *json = head(session, "plan"), *assumptions = json_array();

	for (size_t i = 0; i < planning->plan->n_assumptions; i++)
		json_array_append_new(assumptions, json_string(planning->assumptions[i]));
	json_object_set_new(json, "roles", roles_json(arena, planning->plan));
	json_object_set_new(json, "changes", changes_json(planning->plan));
	json_object_set_new(json, "actions", actions_json(arena, planning->actions));
	json_object_set_new(json, "open", open_json(arena, planning->plan));
	json_object_set_new(json, "assumptions", assumptions);
	return json;
}

json_t *ranking_json(struct session *session, const struct hint *hints, size_t n)
{
	json_t *json = head(session, "ranking"), *ranking = json_array();

	for (size_t i = 0; i < n; i++) {
		const struct hint *hint = &hints[i];
		json_t *one = json_object();

		set(one, "kind", remedy_kind_name(hint->cause->remedy.kind));
		set(one, "cause", cause_name(hint->cause->cause));
		set(one, "text", words_remedy(session->judgement, hint->finding, hint->cause));
		json_object_set_new(one, "opens", json_integer((json_int_t)hint->opens));
		json_object_set_new(one, "blocks", json_integer((json_int_t)hint->blocks));
		json_array_append_new(ranking, one);
	}
	json_object_set_new(json, "ranking", ranking);
	return json;
}
