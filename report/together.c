/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "together.h"

#include <inttypes.h>
#include <string.h>

#include "hints.h"
#include "screen.h"
#include "words.h"

const char *words_tenant(struct arena *arena, const struct tenant *tenant)
{
	return arena_printf(arena, "%" PRId64 "/%s", tenant->deployment->id,
			    tenant->role->role->name);
}

static const char *by_itself(struct arena *arena, const struct role_finding *role, const char *name)
{
	const struct use_finding *obstacle = hints_obstacle(role);

	return arena_printf(
		arena, "%s by itself: %s%s%s%s", name,
		words_verdict(arena, role->verdict, role->interval), obstacle ? " (" : "",
		obstacle ? words_reason(arena, obstacle->use->need, obstacle->finding) : "",
		obstacle ? ")" : "");
}

/* "port.free.2379-2380/tcp" without what makes a fact of it. */
static const char *port_of(const struct need *need)
{
	return need->fact + strlen("port.free.");
}

static const char *words_port(struct arena *arena, const struct together_reason *reason,
			      const char *a, const char *b)
{
	if (strcmp(reason->need->fact, reason->other->fact) == 0)
		return arena_printf(arena, "%s and %s both want port %s", a, b,
				    port_of(reason->need));
	return arena_printf(arena, "%s wants port %s, %s port %s", a, port_of(reason->need), b,
			    port_of(reason->other));
}

static const char *words_exclusion(struct arena *arena, const struct exclusion *exclusion,
				   const char *a, const char *b)
{
	const char *sources = "";

	for (size_t i = 0; i < exclusion->n_sources; i++)
		sources = arena_printf(arena, "%s%s%s", sources, i ? ", " : "",
				       exclusion->sources[i]);
	return arena_printf(arena, "%s and %s %s each other: %s [%s]", a, b,
			    exclusion->weight == WEIGHT_HARD ? "exclude" : "hinder", exclusion->why,
			    sources);
}

const char *words_together(struct judgement *judgement, const struct together_reason *reason)
{
	struct arena *arena = &judgement->arena;
	const char *a = reason->a ? words_tenant(arena, reason->a) : "";
	const char *b = reason->b ? words_tenant(arena, reason->b) : "";

	switch (reason->kind) {
	case TOGETHER_ROLE:
		return by_itself(arena, reason->a->role, a);
	case TOGETHER_HOSTS:
		return arena_printf(arena, "%s wants %" PRId64 " hosts", a, reason->asked);
	case TOGETHER_SYSTEM:
		return arena_printf(arena, "%s brings a system of its own; %s stands on another", a,
				    b);
	case TOGETHER_EXCLUDES:
		return words_exclusion(arena, reason->exclusion, a, b);
	case TOGETHER_PORT:
		return words_port(arena, reason, a, b);
	case TOGETHER_ABSENT:
		return arena_printf(arena, "%s asks for %s; %s brings it", a,
				    words_need(arena, reason->need), b);
	case TOGETHER_VALUE:
	case TOGETHER_DISTRIBUTION:
		return arena_printf(arena, "%s asks for %s, %s for %s", a,
				    words_need(arena, reason->need), b,
				    words_need(arena, reason->other));
	case TOGETHER_DISKS:
		return arena_printf(arena,
				    "each disk can be of one role only: %s and %s take %" PRId64
				    " for themselves (%s; %s)",
				    a, b, reason->asked, words_need(arena, reason->need),
				    words_need(arena, reason->other));
	case TOGETHER_SIZE:
		return arena_printf(arena, "added up, %s",
				    words_reason(arena, reason->need, reason->finding));
	case N_TOGETHER_KINDS:
		break;
	}
	return "";
}

void show_together_reason(FILE *out, struct judgement *judgement,
			  const struct together_reason *reason, const struct style *style,
			  size_t indent)
{
	struct arena *arena = &judgement->arena;
	const enum verdict verdict = verdict_of(reason->interval);
	const struct finding *finding = reason->finding;

	fprintf(out, "%*s", (int)indent, "");
	screen_put(out, style, color_of_verdict(verdict),
		   verdict == VERDICT_NO	? (style->unicode ? "✗" : "x")
		   : verdict == VERDICT_UNKNOWN ? "?"
						: "!",
		   2, true);
	screen_hang(out, style, COLOR_NONE, indent + 2,
		    screen_text(arena, style, words_together(judgement, reason)), NULL);
	if (finding && finding->n_causes && finding->outcome == OUTCOME_UNMET)
		screen_wrap(
			out, style, COLOR_WORK, indent + 4,
			screen_text(
				arena, style,
				arena_printf(arena, "%s [%s]",
					     words_remedy(judgement, finding, finding->causes[0]),
					     remedy_kind_name(finding->causes[0]->remedy.kind))));
}

void show_together(FILE *out, struct judgement *judgement, const struct together *together,
		   const struct style *style)
{
	for (int level = LEVEL_NO; level < LEVEL_READY; level++)
		for (size_t i = 0; i < together->n_reasons; i++)
			if (together->reasons[i].kind != TOGETHER_ROLE &&
			    together->reasons[i].interval.worst == (enum level)level)
				show_together_reason(out, judgement, &together->reasons[i], style,
						     2);
}

/* --- by twos --- */

/* More than fit a screen as pairs with their reasons. */
#define MOST_IN_FULL 8

/* What stands between two roles, apart from what each comes to by itself. */
static void show_pair(FILE *out, struct judgement *judgement, const struct tenant *tenants,
		      size_t a, size_t b, const struct together *together,
		      const struct style *style)
{
	struct arena *arena = &judgement->arena;
	const enum verdict verdict = verdict_of(together->between);
	static const char *const words[N_VERDICTS] = {
		[VERDICT_NO] = "exclude each other here",
		[VERDICT_FIXABLE] = "can share this host after a change",
		[VERDICT_LIMITED] = "can share this host, limited",
		[VERDICT_READY] = "can share this host",
		[VERDICT_UNKNOWN] = "may share this host",
	};

	fprintf(out, "%s + %s: ", words_tenant(arena, &tenants[a]),
		words_tenant(arena, &tenants[b]));
	screen_put(out, style, color_of_verdict(verdict), words[verdict], 0, false);
	fputc('\n', out);
	show_together(out, judgement, together, style);
}

/* The numbers of the deployments, a digit below the other. */
static void show_heads(FILE *out, const struct tenant *tenants, size_t n, size_t width)
{
	int digits = 1;

	for (size_t i = 0; i < n; i++)
		while (tenants[i].deployment->id >= 1000 && digits < 4)
			digits = 4;
	if (digits == 1)
		digits = 2;
	for (int64_t unit = digits == 4 ? 1000 : 10; unit; unit /= 10) {
		fprintf(out, "%*s", (int)width, "");
		for (size_t i = 0; i < n; i++) {
			int64_t rest = tenants[i].deployment->id / unit;

			fputc(rest ? (char)('0' + rest % 10) : ' ', out);
		}
		fputc('\n', out);
	}
}

static void show_table(FILE *out, struct judgement *judgement, const struct tenant *tenants,
		       size_t n, const struct together *pairs, const struct style *style)
{
	static const char *const marks[N_VERDICTS] = {
		[VERDICT_NO] = "x",    [VERDICT_FIXABLE] = "!", [VERDICT_LIMITED] = "-",
		[VERDICT_READY] = "+", [VERDICT_UNKNOWN] = "?",
	};
	struct arena *arena = &judgement->arena;
	size_t width = 0;

	for (size_t i = 0; i < n; i++)
		if (strlen(words_tenant(arena, &tenants[i])) + 2 > width)
			width = strlen(words_tenant(arena, &tenants[i])) + 2;
	show_heads(out, tenants, n, width);
	for (size_t a = 0; a < n; a++) {
		screen_put(out, style, color_of_verdict(tenants[a].role->verdict),
			   words_tenant(arena, &tenants[a]), width, true);
		for (size_t b = 0; b < n; b++) {
			const struct together *pair = &pairs[a < b ? a * n + b : b * n + a];
			const enum verdict verdict =
				a == b ? VERDICT_READY : verdict_of(pair->between);

			screen_put(out, style, color_of_verdict(verdict),
				   a == b ? "." : marks[verdict], 0, false);
		}
		fputc('\n', out);
	}
	fputs("\n+ can share this host  - limited  ! after a change  ? not known  x exclude each "
	      "other\n"
	      "Whether each role can be hosted by itself is another question: stackcheck says "
	      "it.\n",
	      out);
}

static const char *joined(struct arena *arena, const struct tenant *tenants, size_t n)
{
	const char *text = "";

	for (size_t i = 0; i < n; i++)
		text = arena_printf(arena, "%s%s%s", text, i ? " + " : "",
				    words_tenant(arena, &tenants[i]));
	return text;
}

static void show_all(FILE *out, struct judgement *judgement, const struct tenant *tenants, size_t n,
		     const struct style *style)
{
	struct arena *arena = &judgement->arena;
	const struct together together = judge_together(judgement, tenants, n);

	fprintf(out, "%s: ", joined(arena, tenants, n));
	screen_put(out, style, color_of_verdict(together.verdict),
		   words_verdict(arena, together.verdict, together.interval), 0, false);
	fputc('\n', out);
	for (size_t i = 0; i < together.n_reasons; i++)
		if (together.reasons[i].kind == TOGETHER_ROLE)
			show_together_reason(out, judgement, &together.reasons[i], style, 2);
	show_together(out, judgement, &together, style);
}

void show_pairs(FILE *out, struct session *session, const struct tenant *tenants, size_t n,
		bool named, const struct report_options *options)
{
	struct judgement *judgement = session->judgement;
	const struct style *style = &options->style;
	const struct together *pairs = judge_pairs(judgement, tenants, n);

	screen_given(out, session, style);
	if (named) {
		show_all(out, judgement, tenants, n, style);
		fputc('\n', out);
	}
	if (n > MOST_IN_FULL) {
		show_table(out, judgement, tenants, n, pairs, style);
		return;
	}
	for (size_t a = 0; a < n; a++)
		for (size_t b = a + 1; b < n; b++)
			show_pair(out, judgement, tenants, a, b, &pairs[a * n + b], style);
}

/* --- JSON --- */

static json_t *sources_json(const struct exclusion *exclusion)
{
	json_t *json = json_array();

	for (size_t i = 0; i < exclusion->n_sources; i++)
		json_array_append_new(json, json_string(exclusion->sources[i]));
	return json;
}

/* What asks a capability, or a role. */
static json_t *side_json(const struct need *need, const char *name)
{
	json_t *json = json_object();

	json_object_set_new(json, need ? "capability" : "role", json_string(name));
	return json;
}

json_t *rule_exclusions_json(const struct rules *rules)
{
	json_t *json = json_array();

	for (size_t i = 0; i < rules->n_exclusions; i++) {
		const struct exclusion *one = &rules->exclusions[i];
		json_t *entry = json_object(), *sides = json_array();

		json_array_append_new(sides, side_json(one->need, one->name));
		json_array_append_new(sides, side_json(one->other_need, one->other_name));
		json_object_set_new(entry, "sides", sides);
		json_object_set_new(entry, "weight",
				    json_string(weight_name((enum weight)one->weight)));
		json_object_set_new(entry, "why", json_string(one->why));
		json_object_set_new(entry, "source", sources_json(one));
		json_array_append_new(json, entry);
	}
	return json;
}

static json_t *reason_json(struct judgement *judgement, const struct together_reason *reason)
{
	struct arena *arena = &judgement->arena;
	json_t *json = json_object(), *roles = json_array(), *needs = json_array();
	const struct exclusion *exclusion = reason->exclusion;

	json_object_set_new(json, "kind", json_string(together_kind_name(reason->kind)));
	json_object_set_new(json, "worst", json_string(level_name(reason->interval.worst)));
	json_object_set_new(json, "best", json_string(level_name(reason->interval.best)));
	if (reason->a && reason->kind != TOGETHER_SIZE)
		json_array_append_new(roles, json_string(words_tenant(arena, reason->a)));
	if (reason->b)
		json_array_append_new(roles, json_string(words_tenant(arena, reason->b)));
	json_object_set_new(json, "roles", roles);
	if (reason->need)
		json_array_append_new(needs, json_string(reason->kind == TOGETHER_SIZE
								 ? reason->need->fact
								 : reason->need->id));
	if (reason->other && reason->other != reason->need)
		json_array_append_new(needs, json_string(reason->other->id));
	if (json_array_size(needs))
		json_object_set(json, "needs", needs);
	json_decref(needs);
	if (reason->kind == TOGETHER_SIZE)
		json_object_set_new(json, "asked", json_integer(reason->need->operand.i));
	if (exclusion)
		json_object_set_new(json, "source", sources_json(exclusion));
	json_object_set_new(json, "text", json_string(words_together(judgement, reason)));
	return json;
}

json_t *together_reasons_json(struct judgement *judgement, const struct together *together)
{
	json_t *json = json_array();

	for (size_t i = 0; i < together->n_reasons; i++)
		json_array_append_new(json, reason_json(judgement, &together->reasons[i]));
	return json;
}

json_t *together_json(struct judgement *judgement, const struct tenant *tenants, size_t n,
		      const struct together *together)
{
	json_t *json = json_object(), *roles = json_array();
	bool fixable = together->verdict == VERDICT_FIXABLE;

	for (size_t i = 0; i < n; i++)
		json_array_append_new(roles,
				      json_string(words_tenant(&judgement->arena, &tenants[i])));
	json_object_set_new(json, "roles", roles);
	json_object_set_new(json, "verdict", json_string(verdict_name(together->verdict)));
	json_object_set_new(json, "worst", json_string(level_name(together->interval.worst)));
	json_object_set_new(json, "best", json_string(level_name(together->interval.best)));
	json_object_set_new(
		json, "fix",
		fixable ? json_string(remedy_kind_name(level_remedy(together->interval.worst)))
			: json_null());
	json_object_set_new(json, "between",
			    json_string(verdict_name(verdict_of(together->between))));
	json_object_set_new(json, "reasons", together_reasons_json(judgement, together));
	return json;
}
