/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json: reports, facts and rules for programs; the schemas ship in packaging/schemas */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "core/util.h"
#include "facts_file.h"
#include "host/host.h"
#include "report.h"
#include "room.h"
#include "together.h"
#include "words.h"

static void set_text(json_t *json, const char *key, const char *text)
{
	json_object_set_new(json, key, text ? json_string(text) : json_null());
}

/* --- the head --- */

static json_t *host_json(struct facts *facts)
{
	static const char *const names[] = {
		"host.arch",	 "host.vendor", "host.model",  "host.vm",	 "host.container",
		"host.firmware", "os.id",	"os.version",  "kernel.release", "cpu.model",
		"cpu.sockets",	 "cpu.cores",	"cpu.threads", "memory.total",	 "memory.installed",
		"nic.count",	 "disk.count",
	};
	json_t *json = json_object();

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct fact *fact = facts_get(facts, names[i]);

		if (fact && fact->value.kind != VALUE_UNKNOWN)
			json_object_set_new(json, names[i], facts_value_json(&fact->value));
	}
	return json;
}

static bool is_last(const json_t *texts, const char *text)
{
	const char *last = json_string_value(json_array_get(texts, json_array_size(texts) - 1));

	return last && strcmp(last, text) == 0;
}

/*
 * What more privilege would tell: the facts that are unknown for want of it, those of an open-ended
 * name as one ("kvm.cap."): they come one after the other.
 */
static json_t *missing_privileges(struct facts *facts)
{
	json_t *json = json_array();
	const struct fact *fact = NULL;
	size_t index = 0;

	while (facts_next(facts, &index, &fact)) {
		if (fact->value.kind != VALUE_UNKNOWN ||
		    fact->value.unknown->reason != UNKNOWN_PERMISSION)
			continue;
		if (!json_array_size(json) || !is_last(json, fact->def->name))
			json_array_append_new(json, json_string(fact->def->name));
	}
	return json;
}

static json_t *assumptions_json(const struct session_options *options)
{
	json_t *json = json_array();

	for (size_t i = 0; i < options->n_assumptions; i++)
		json_array_append_new(json, json_string(options->assumptions[i]));
	return json;
}

static json_t *site_json(const struct site_answers *site)
{
	json_t *json = json_array();

	for (size_t i = 0; i < site->len; i++)
		json_array_append_new(json, json_string(site->texts[i]));
	return json;
}

/* The roles in which it carries over a need. */
static json_t *waived_roles(const struct judgement *judgement, const struct waiver *waiver)
{
	json_t *json = json_array();

	for (size_t i = 0; i < judgement->rules->n_deployments; i++) {
		const struct deployment_finding *finding = &judgement->deployments[i];

		for (size_t k = 0; k < finding->deployment->n_roles; k++) {
			const struct role_finding *role = &finding->roles[k];

			for (size_t u = 0; u < role->role->n_uses; u++)
				if (role->uses[u].waiver == waiver)
					json_array_append_new(json,
							      json_sprintf("%" PRId64 "/%s",
									   finding->deployment->id,
									   role->role->name));
		}
	}
	return json;
}

json_t *waivers_json(struct session *session)
{
	json_t *json = json_array();

	for (size_t i = 0; i < session->waivers.len; i++) {
		const struct waiver *waiver = &session->waivers.items[i];
		const char *scope = waive_scope(&session->arena, waiver);
		json_t *one = json_object();

		set_text(one, "need", waiver->need->id);
		if (*scope)
			set_text(one, "for", scope);
		set_text(one, "reason", waiver->reason);
		set_text(one, "owner", waiver->owner);
		set_text(one, "until", waiver->until);
		set_text(one, "from", waiver->from);
		json_object_set_new(one, "waives", waived_roles(session->judgement, waiver));
		json_array_append_new(json, one);
	}
	return json;
}

static json_t *rules_head(const struct rules *rules)
{
	json_t *json = json_object();

	set_text(json, "version", rules->version);
	set_text(json, "digest", rules->digest);
	return json;
}

static json_t *head_json(struct session *session, enum detail detail)
{
	const struct fact *trials = facts_get(session->facts, "trials");
	json_t *json = json_object();
	char when[CLOCK_TEXT];

	set_text(json, "schema", REPORT_SCHEMA);
	set_text(json, "version", STACKCHECK_VERSION);
	set_text(json, "collected_at", clock_text(when, session->collected_at));
	json_object_set_new(json, "rules", rules_head(session->rules));
	set_text(json, "basis", basis_name(session->options.basis));
	set_text(json, "detail", detail_name(detail));
	json_object_set_new(json, "uid", json_integer(geteuid()));
	json_object_set_new(json, "missing_privileges", missing_privileges(session->facts));
	json_object_set_new(json, "assumptions", assumptions_json(&session->options));
	if (session->site.len)
		json_object_set_new(json, "site_answers", site_json(&session->site));
	if (trials->value.kind == VALUE_LIST)
		json_object_set_new(json, "trials", facts_value_json(&trials->value));
	json_object_set_new(json, "waivers", waivers_json(session));
	if (detail != DETAIL_VERDICTS)
		json_object_set_new(json, "host", host_json(session->facts));
	return json;
}

/* --- needs --- */

static json_t *remedy_json(struct judgement *judgement, const struct finding *finding,
			   const struct possible_cause *cause)
{
	const char *command = words_command(judgement, finding, &cause->remedy);
	json_t *json = json_object();

	set_text(json, "kind", remedy_kind_name(cause->remedy.kind));
	set_text(json, "text", words_remedy(judgement, finding, cause));
	if (command)
		set_text(json, "command", command);
	return json;
}

/*
 * All causes that are possible; of the remedies the first, and the others where everything is asked
 * for.
 */
static void set_causes(json_t *json, struct judgement *judgement, const struct finding *finding,
		       enum detail detail)
{
	json_t *causes = json_array();

	for (size_t i = 0; i < finding->n_causes; i++)
		json_array_append_new(causes, json_string(cause_name(finding->causes[i]->cause)));
	json_object_set_new(json, "cause", causes);
	/* What is not known to be short may need no remedy: it comes with all the rest. */
	if (!finding->n_causes || (finding->outcome == OUTCOME_UNKNOWN && detail != DETAIL_ALL))
		return;
	json_object_set_new(json, "remedy", remedy_json(judgement, finding, finding->causes[0]));
	if (finding->n_causes > 1 && detail == DETAIL_ALL) {
		json_t *others = json_array();

		for (size_t i = 1; i < finding->n_causes; i++)
			json_array_append_new(others,
					      remedy_json(judgement, finding, finding->causes[i]));
		json_object_set_new(json, "other_remedies", others);
	}
}

/* Where a fact is named, the facts have its sentence; a report of many hosts need not repeat it. */
static json_t *unknown_json(const struct value_unknown *unknown, enum detail detail)
{
	json_t *json = json_object();

	set_text(json, "reason", unknown_reason_name(unknown->reason));
	if (unknown->fact)
		set_text(json, "fact", unknown->fact);
	if (unknown->detail && (detail == DETAIL_ALL || !unknown->fact))
		set_text(json, "detail", unknown->detail);
	return json;
}

/*
 * Of a check only what it came to is known, and the outcome says that; an absent fact is left out.
 */
static bool has_value(const struct need *need, const struct finding *finding)
{
	return (need->kind == NEED_FACT || need->kind == NEED_COUNT) &&
	       finding->have.kind != VALUE_UNKNOWN && finding->have.kind != VALUE_NULL;
}

/*
 * Titles stand in the rules under the need's id; a report carries them only when it is asked for
 * all.
 */
static json_t *need_json(struct judgement *judgement, const struct need *need,
			 const struct finding *finding, enum detail detail)
{
	json_t *json = json_object();

	set_text(json, "outcome", outcome_name(finding->outcome));
	set_text(json, "worst", level_name(finding->interval.worst));
	set_text(json, "best", level_name(finding->interval.best));
	if (detail == DETAIL_ALL)
		set_text(json, "title", words_need(&judgement->arena, need));
	if (has_value(need, finding))
		json_object_set_new(json, "have", facts_value_json(&finding->have));
	if (need->asked)
		json_object_set_new(json, need_op_name(need->op), facts_value_json(&need->operand));
	if (need->scale) {
		set_text(json, "per", need->scale->unit);
		if (finding->asked.kind == VALUE_INT)
			json_object_set_new(json, "asked", json_integer(finding->asked.i));
	}
	if (finding->outcome == OUTCOME_UNKNOWN && finding->unknown)
		json_object_set_new(json, "unknown", unknown_json(finding->unknown, detail));
	if (finding->rule_error)
		set_text(json, "rule_error", finding->rule_error);
	if (finding->blamed && finding->blamed != need)
		set_text(json, "part", finding->blamed->id);
	if (finding->outcome == OUTCOME_UNMET || finding->outcome == OUTCOME_UNKNOWN)
		set_causes(json, judgement, finding, detail);
	return json;
}

/*
 * A role that brings its own system sees some needs otherwise than the running one does: those
 * stand apart under their id and "@new".
 */
static const char *need_key(struct judgement *judgement, const struct need *need, enum basis basis)
{
	const struct finding *here = &judgement->findings[basis][need->index];
	const struct finding *main = &judgement->findings[judgement->basis][need->index];

	if (basis == judgement->basis || !main->evaluated ||
	    (main->outcome == here->outcome && main->interval.worst == here->interval.worst &&
	     main->interval.best == here->interval.best))
		return need->id;
	return arena_printf(&judgement->arena, "%s@%s", need->id, basis_name(basis));
}

/* --- roles and deployments --- */

static json_t *counts_json(const struct role_finding *role)
{
	json_t *json = json_object();

	for (size_t i = 0; i < N_OUTCOMES; i++)
		if (role->counts[i])
			json_object_set_new(json, outcome_name((enum outcome)i),
					    json_integer((json_int_t)role->counts[i]));
	return json;
}

/* The lists of a role: ids by what the need came to. */
struct role_lists {
	json_t *needs; /* not met, or not known to be: what decides the verdict */
	json_t *waived; /* not met, and the site does without */
	json_t *recommended; /* with --detail all: recommendations that are not met */
	json_t *to_confirm;
	json_t *in_use; /* met, because this role's own installation holds it */
	json_t *met; /* with --detail all */
};

static bool is_not_met(const struct use_finding *found, enum weight weight)
{
	return !found->waiver && (enum weight)found->use->weight == weight &&
	       (found->outcome == OUTCOME_UNMET || found->outcome == OUTCOME_UNKNOWN);
}

/*
 * The weight of the needs that decide a role's verdict: recommendations do where no hard need
 * stands in the way. Listing both would make the recommendations a third of every report.
 */
static enum weight deciding_weight(const struct role_finding *role)
{
	for (size_t i = 0; i < role->role->n_uses; i++)
		if (is_not_met(&role->uses[i], WEIGHT_HARD))
			return WEIGHT_HARD;
	return WEIGHT_RECOMMENDED;
}

/* The list that a need belongs into; NULL: none, it is only counted. */
static json_t *list_of(const struct use_finding *found, enum weight deciding, enum detail detail,
		       const struct role_lists *lists)
{
	if (is_not_met(found, deciding))
		return lists->needs;
	if (found->waiver)
		return lists->waived;
	if (found->outcome == OUTCOME_TO_CONFIRM)
		return lists->to_confirm;
	if (found->in_use)
		return lists->in_use;
	if (detail != DETAIL_ALL)
		return NULL;
	if (is_not_met(found, WEIGHT_RECOMMENDED))
		return lists->recommended;
	return found->outcome == OUTCOME_MET ? lists->met : NULL;
}

static void set_nonempty(json_t *json, const char *key, json_t *list)
{
	if (json_array_size(list))
		json_object_set(json, key, list);
	json_decref(list);
}

/* Whole, or without what follows from the verdict itself. */
static void set_verdict(json_t *json, enum verdict verdict, struct interval interval, bool whole)
{
	bool fixable = verdict == VERDICT_FIXABLE;

	set_text(json, "verdict", verdict_name(verdict));
	if (whole || interval.worst != interval.best) {
		set_text(json, "worst", level_name(interval.worst));
		set_text(json, "best", level_name(interval.best));
	}
	if (whole || fixable)
		set_text(json, "fix",
			 fixable ? remedy_kind_name(level_remedy(interval.worst)) : NULL);
}

static void set_needs(json_t *json, struct judgement *judgement, const struct role_finding *role,
		      enum detail detail, json_t *needs)
{
	const struct role_lists lists = { json_array(), json_array(), json_array(),
					  json_array(), json_array(), json_array() };
	const enum weight deciding = deciding_weight(role);

	for (size_t i = 0; i < role->role->n_uses; i++) {
		const struct use_finding *found = &role->uses[i];
		const char *key = need_key(judgement, found->use->need, role->basis);
		json_t *list = list_of(found, deciding, detail, &lists);

		if (list)
			json_array_append_new(list, json_string(key));
		if ((list || detail == DETAIL_ALL) && !json_object_get(needs, key))
			json_object_set_new(
				needs, key,
				need_json(judgement, found->use->need, found->finding, detail));
	}
	json_object_set_new(json, "needs", lists.needs);
	json_object_set_new(json, "counts", counts_json(role));
	json_object_set_new(json, "to_confirm", lists.to_confirm);
	set_nonempty(json, "waived", lists.waived);
	set_nonempty(json, "recommended", lists.recommended);
	set_nonempty(json, "in_use", lists.in_use);
	set_nonempty(json, "met", lists.met);
}

/* Bottom to top. */
static json_t *layers_json(const struct deployment *deployment, const struct role_finding *role)
{
	json_t *json = json_array();

	for (size_t i = 0; i < deployment->n_stack; i++) {
		struct interval interval = role_layer(role, i);
		json_t *one = json_object();

		set_text(one, "layer", deployment->stack[i]);
		set_verdict(one, verdict_of(interval), interval, true);
		json_array_append_new(json, one);
	}
	return json;
}

static json_t *role_json(struct judgement *judgement, const struct deployment *deployment,
			 const struct role_finding *role, enum detail detail, json_t *needs)
{
	json_t *json = json_object();

	set_text(json, "role", role->role->name);
	if (detail == DETAIL_VERDICTS) {
		set_text(json, "verdict", verdict_name(role->verdict));
		return json;
	}
	json_object_set_new(json, "primary", json_boolean(role->role->primary));
	set_verdict(json, role->verdict, role->interval, detail == DETAIL_ALL);
	if (role->basis != judgement->basis)
		set_text(json, "basis", basis_name(role->basis));
	if (role->installed)
		json_object_set_new(json, "installed", json_true());
	if (detail == DETAIL_ALL)
		json_object_set_new(json, "layers", layers_json(deployment, role));
	set_needs(json, judgement, role, detail, needs);
	if (detail == DETAIL_ALL && role->role->n_rooms)
		json_object_set_new(json, "room", rooms_json(judgement, role));
	return json;
}

static json_t *alone_json(enum alone alone)
{
	return alone == ALONE_UNKNOWN ? json_null() : json_boolean(alone == ALONE_YES);
}

static json_t *deployment_json(struct judgement *judgement,
			       const struct deployment_finding *finding, enum detail detail,
			       json_t *needs)
{
	const struct deployment *deployment = finding->deployment;
	json_t *json = json_object(), *roles = json_array();

	json_object_set_new(json, "id", json_integer(deployment->id));
	if (detail != DETAIL_VERDICTS)
		set_text(json, "name", deployment->name);
	if (detail == DETAIL_ALL)
		set_text(json, "title", deployment->title);
	set_verdict(json, finding->verdict, finding->interval, detail != DETAIL_VERDICTS);
	if (detail != DETAIL_VERDICTS || finding->alone != ALONE_UNKNOWN)
		json_object_set_new(json, "alone", alone_json(finding->alone));
	if (detail == DETAIL_ALL && finding->alone != ALONE_YES) {
		const struct together whole = judge_whole(judgement, finding);

		json_object_set_new(json, "alone_reasons",
				    together_reasons_json(judgement, &whole));
	}
	if (deployment->from_site)
		set_text(json, "rules", deployment->file);
	for (size_t i = 0; i < deployment->n_roles; i++)
		json_array_append_new(
			roles, role_json(judgement, deployment, &finding->roles[i], detail, needs));
	json_object_set_new(json, "roles", roles);
	return json;
}

json_t *report_json(struct session *session, enum detail detail)
{
	json_t *json = head_json(session, detail), *needs = json_object(),
	       *deployments = json_array();
	struct judgement *judgement = session->judgement;

	for (size_t i = 0; i < judgement->rules->n_deployments; i++)
		json_array_append_new(
			deployments,
			deployment_json(judgement, &judgement->deployments[i], detail, needs));
	json_object_set_new(json, "needs", needs);
	json_object_set_new(json, "deployments", deployments);
	if (session->n_tenants) {
		const struct together together =
			judge_together(judgement, session->tenants, session->n_tenants);

		json_object_set_new(
			json, "together",
			together_json(judgement, session->tenants, session->n_tenants, &together));
	}
	return json;
}

static json_t *tenants_json(struct judgement *judgement, const struct tenant *tenants, size_t n)
{
	json_t *json = json_array();

	for (size_t i = 0; i < n; i++) {
		json_t *one = json_object();

		set_text(one, "role", words_tenant(&judgement->arena, &tenants[i]));
		set_text(one, "verdict", verdict_name(tenants[i].role->verdict));
		json_array_append_new(json, one);
	}
	return json;
}

json_t *pairs_json(struct session *session, const struct tenant *tenants, size_t n, bool named)
{
	struct judgement *judgement = session->judgement;
	const struct together *pairs = judge_pairs(judgement, tenants, n);
	json_t *json = json_object(), *all = json_array();
	char when[CLOCK_TEXT];

	set_text(json, "schema", TOGETHER_SCHEMA);
	set_text(json, "version", STACKCHECK_VERSION);
	set_text(json, "collected_at", clock_text(when, session->collected_at));
	json_object_set_new(json, "rules", rules_head(session->rules));
	set_text(json, "basis", basis_name(session->options.basis));
	json_object_set_new(json, "assumptions", assumptions_json(&session->options));
	json_object_set_new(json, "waivers", waivers_json(session));
	json_object_set_new(json, "roles", tenants_json(judgement, tenants, n));
	if (named) {
		const struct together together = judge_together(judgement, tenants, n);

		json_object_set_new(json, "together",
				    together_json(judgement, tenants, n, &together));
	}
	for (size_t a = 0; a < n; a++)
		for (size_t b = a + 1; b < n; b++) {
			const struct tenant pair[] = { tenants[a], tenants[b] };

			json_array_append_new(all,
					      together_json(judgement, pair, 2, &pairs[a * n + b]));
		}
	json_object_set_new(json, "pairs", all);
	return json;
}

/* --- rules --- */

static json_t *texts_json(const char *const *texts, size_t n)
{
	json_t *json = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(json, json_string(texts[i]));
	return json;
}

static json_t *use_json(struct arena *arena, const struct deployment *deployment,
			const struct use *use)
{
	const struct need *need = use->need;
	json_t *json = json_object();

	set_text(json, "id", need->id);
	set_text(json, "kind", need_kind_name(need->kind));
	set_text(json, "title", words_need(arena, need));
	set_text(json, "layer", deployment->stack[use->layer]);
	set_text(json, "weight", weight_name((enum weight)use->weight));
	if (need->fact)
		set_text(json, "fact", need->fact);
	if (need->asked)
		json_object_set_new(json, need_op_name(need->op), facts_value_json(&need->operand));
	if (need->scale)
		set_text(json, "per", need->scale->unit);
	if (use->when_text)
		set_text(json, "when", use->when_text);
	if (need->destroys)
		json_object_set_new(json, "destroys", json_true());
	set_text(json, "why", use->why);
	json_object_set_new(json, "source", texts_json(use->sources, use->n_sources));
	return json;
}

static json_t *rule_role_json(struct arena *arena, const struct deployment *deployment,
			      const struct role *role)
{
	json_t *json = json_object(), *hosts = json_object(), *needs = json_array();

	set_text(json, "role", role->name);
	if (role->title)
		set_text(json, "title", role->title);
	json_object_set_new(json, "primary", json_boolean(role->primary));
	json_object_set_new(json, "brings_os", json_boolean(role->brings_os));
	json_object_set_new(json, "optional", json_boolean(role->optional));
	json_object_set_new(hosts, "minimum", json_integer(role->hosts_minimum));
	if (role->hosts_production)
		json_object_set_new(hosts, "production", json_integer(role->hosts_production));
	json_object_set_new(hosts, "odd", json_boolean(role->hosts_odd));
	json_object_set_new(json, "hosts", hosts);
	for (size_t i = 0; i < role->n_uses; i++)
		json_array_append_new(needs, use_json(arena, deployment, &role->uses[i]));
	json_object_set_new(json, "needs", needs);
	if (role->n_rooms)
		json_object_set_new(json, "room", rule_rooms_json(role));
	return json;
}

static json_t *sourced_json(const char *key, const char *text, const char *const *sources, size_t n)
{
	json_t *json = json_object();

	set_text(json, key, text);
	json_object_set_new(json, "source", texts_json(sources, n));
	return json;
}

/* What the rules of a deployment hold for, and what has changed since. */
static void set_notes(json_t *json, const struct deployment *deployment)
{
	json_t *notes = json_array();

	if (deployment->release)
		json_object_set_new(json, "release",
				    sourced_json("name", deployment->release,
						 deployment->release_sources,
						 deployment->n_release_sources));
	if (deployment->reviewed)
		set_text(json, "reviewed", deployment->reviewed);
	for (size_t i = 0; i < deployment->n_notes; i++) {
		const struct note *note = &deployment->notes[i];
		json_t *one = sourced_json("text", note->text, note->sources, note->n_sources);

		if (note->since)
			set_text(one, "since", note->since);
		json_array_append_new(notes, one);
	}
	set_nonempty(json, "notes", notes);
}

json_t *rules_json(const struct rules *rules)
{
	json_t *json = json_object(), *deployments = json_array();
	struct arena arena = { 0 };

	set_text(json, "schema", RULES_SCHEMA);
	json_object_set_new(json, "rules", rules_head(rules));
	for (size_t i = 0; i < rules->n_deployments; i++) {
		const struct deployment *deployment = &rules->deployments[i];
		json_t *one = json_object(), *roles = json_array();

		json_object_set_new(one, "id", json_integer(deployment->id));
		set_text(one, "name", deployment->name);
		set_text(one, "title", deployment->title);
		set_text(one, "summary", deployment->summary);
		set_text(one, "status", deployment->status);
		set_notes(one, deployment);
		json_object_set_new(one, "stack",
				    texts_json(deployment->stack, deployment->n_stack));
		for (size_t k = 0; k < deployment->n_roles; k++)
			json_array_append_new(
				roles, rule_role_json(&arena, deployment, &deployment->roles[k]));
		json_object_set_new(one, "roles", roles);
		json_array_append_new(deployments, one);
	}
	json_object_set_new(json, "deployments", deployments);
	if (rules->n_exclusions)
		json_object_set_new(json, "excludes", rule_exclusions_json(rules));
	arena_free(&arena);
	return json;
}

/* --- the format --- */

static void put(FILE *out, json_t *json)
{
	/* Keys stand in the order they were set: a report reads from its head to its verdicts. */
	if (json_dumpf(json, out, JSON_COMPACT) == 0)
		fputc('\n', out);
	json_decref(json);
}

static void survey(FILE *out, struct session *session, const struct report_options *options)
{
	put(out, report_json(session, options->detail));
}

static void facts(FILE *out, struct session *session, const char *const *names, size_t n, bool full,
		  const struct report_options *options)
{
	json_t *json = facts_json(session->facts, session->collected_at, full);
	json_t *some = json_object();

	(void)options;
	for (size_t i = 0; i < n; i++) {
		const struct fact *fact = facts_get(session->facts, names[i]);

		if (fact)
			json_object_set_new(some, names[i], facts_fact_json(fact));
	}
	if (n)
		json_object_set(json, "facts", some);
	json_decref(some);
	put(out, json);
}

static void list(FILE *out, const struct rules *rules, const struct report_options *options)
{
	(void)options;
	put(out, rules_json(rules));
}

static void together(FILE *out, struct session *session, const struct tenant *tenants, size_t n,
		     bool named, const struct report_options *options)
{
	(void)options;
	put(out, pairs_json(session, tenants, n, named));
}

static void plan(FILE *out, struct session *session, const struct planning *planning,
		 const struct report_options *options)
{
	(void)options;
	put(out, plan_json(session, planning));
}

static void ranking(FILE *out, struct session *session, const struct hint *hints, size_t n,
		    const struct report_options *options)
{
	(void)options;
	put(out, ranking_json(session, hints, n));
}

const struct format format_json = {
	.name = "json",
	.help = "for programs; schemas are published",
	.survey = survey,
	.facts = facts,
	.list = list,
	.together = together,
	.plan = plan,
	.ranking = ranking,
};
