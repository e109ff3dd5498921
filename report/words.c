/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "actions.h"
#include "core/quantity.h"
#include "core/util.h"
#include "host/host.h"

const char *words_value(struct arena *arena, const struct value *value, const char *unit,
			const char *name)
{
	char buffer[64];
	const char *text = "";

	switch ((enum value_kind)value->kind) {
	case VALUE_NULL:
		return "none";
	case VALUE_BOOL:
		return value->b ? "yes" : "no";
	case VALUE_INT:
		return arena_strdup(arena,
				    quantity_text(buffer, sizeof(buffer), value->i, unit, name));
	case VALUE_STRING:
		return *value->s ? value->s : "there";
	case VALUE_LIST:
		for (uint32_t i = 0; i < value->len; i++)
			text = arena_printf(arena, "%s%s%s", text, i ? ", " : "",
					    words_value(arena, &value->items[i], unit, name));
		return *text ? text : "none";
	case VALUE_UNKNOWN:
		return "unknown";
	default:
		return "";
	}
}

/* --- what is asked --- */

static const char *subject(struct arena *arena, const struct need *need)
{
	const char *title = need->shortfall ? need->shortfall->title : need->fact;
	size_t prefix = need->shortfall ? strlen(need->shortfall->fact) : 0;

	/* Of an open-ended name the part that is this need's own: "port 6443/tcp". */
	if (need->shortfall && ends_with(need->shortfall->fact, "."))
		return arena_printf(arena, "%s %s", title, need->fact + prefix);
	return title;
}

static const char *operator_words(const struct need *need)
{
	static const char *const words[N_NEED_OPS] = {
		[OP_MINIMUM] = " at least ", [OP_MAXIMUM] = " at most ", [OP_EQUALS] = " ",
		[OP_NOT] = " not ",	     [OP_IN] = " one of ",	 [OP_NOT_IN] = " none of ",
		[OP_HAS] = " with ",	     [OP_PRESENT] = " present",	 [OP_ABSENT] = " not there",
	};

	/* "processor architecture x86_64": there is no choice of one. */
	if (need->op == OP_IN && need->operand.kind == VALUE_LIST && need->operand.len == 1)
		return " ";
	/* A number behind a name would read as part of it. */
	if (need->op == OP_EQUALS && need->operand.kind == VALUE_INT)
		return " = ";
	return words[need->op];
}

const char *words_need(struct arena *arena, const struct need *need)
{
	if (need->title)
		return need->title;
	if (need->kind != NEED_FACT)
		return need->id;
	if (need->operand.kind == VALUE_BOOL)
		return need->operand.b ? subject(arena, need)
				       : arena_printf(arena, "no %s", subject(arena, need));
	if (need->scale && need->scale->plus_text)
		return arena_printf(arena, "%s%s%s for each %s and %s", subject(arena, need),
				    operator_words(need), need->asked, need->scale->unit,
				    need->scale->plus_text);
	return arena_printf(arena, "%s%s%s%s%s", subject(arena, need), operator_words(need),
			    need->asked ? need->asked : "", need->scale ? " for each " : "",
			    need->scale ? need->scale->unit : "");
}

/* --- what there is --- */

const char *words_unknown(struct arena *arena, const struct value_unknown *unknown)
{
	static const char *const words[N_UNKNOWN_REASONS] = {
		[UNKNOWN_PERMISSION] = "not permitted to look",
		[UNKNOWN_UNSUPPORTED] = "not told",
		[UNKNOWN_HIDDEN] = "hidden from here",
		[UNKNOWN_ERROR] = "could not be read",
		[UNKNOWN_TIMEOUT] = "did not answer in time",
		[UNKNOWN_NOT_RECORDED] = "not in the recording",
	};

	if (!unknown)
		return "unknown";
	/* Some say so themselves. */
	if (unknown->detail && ends_with(unknown->detail, words[unknown->reason]))
		return unknown->detail;
	return arena_printf(arena, "%s%s%s", words[unknown->reason], unknown->detail ? ": " : "",
			    unknown->detail ? unknown->detail : "");
}

static const char *unit_of(const struct need *need)
{
	const struct fact_def *def = need->fact ? fact_def_of(need->fact, NULL) : NULL;

	return def && need->kind == NEED_FACT ? def->unit : NULL;
}

const char *words_have(struct arena *arena, const struct need *need, const struct finding *finding)
{
	if (finding->rule_error)
		return arena_printf(arena, "the rule is wrong: %s", finding->rule_error);
	if (finding->have.kind == VALUE_UNKNOWN)
		return words_unknown(arena, finding->have.unknown);
	if (need->scale && finding->asked.kind == VALUE_INT)
		return arena_printf(arena, "%s, %s asked here",
				    words_value(arena, &finding->have, unit_of(need), need->fact),
				    words_value(arena, &finding->asked, unit_of(need), need->fact));
	if (need->kind == NEED_COUNT || need->kind == NEED_FACT)
		return words_value(arena, &finding->have, unit_of(need),
				   need->fact ? need->fact : "");
	if (finding->outcome == OUTCOME_UNKNOWN && finding->unknown)
		return words_unknown(arena, finding->unknown);
	return "";
}

/* How much is asked of this host: of a size for each of something, of them all. */
static const struct value *asked_here(const struct need *need, const struct finding *finding)
{
	return need->scale && finding->asked.kind == VALUE_INT ? &finding->asked : &need->operand;
}

static const char *words_asked(struct arena *arena, const struct need *need,
			       const struct finding *finding)
{
	if (!need->scale || finding->asked.kind != VALUE_INT)
		return need->asked;
	return words_value(arena, &finding->asked, unit_of(need), need->fact);
}

const char *words_found(struct arena *arena, const struct need *need, const struct finding *finding)
{
	const char *have = words_have(arena, need, finding);

	if (need->kind != NEED_COUNT || finding->outcome != OUTCOME_UNKNOWN ||
	    finding->have.kind != VALUE_INT)
		return have;
	return arena_printf(arena, "%s seen, perhaps more%s%s", have, finding->unknown ? ": " : "",
			    finding->unknown ? words_unknown(arena, finding->unknown) : "");
}

const char *words_missing(struct arena *arena, const struct need *need,
			  const struct finding *finding)
{
	const struct value missing = { .kind = VALUE_INT,
				       .i = asked_here(need, finding)->i - finding->have.i };

	if (need->op != OP_MINIMUM || need->operand.kind != VALUE_INT ||
	    finding->have.kind != VALUE_INT || missing.i <= 0)
		return NULL;
	return words_value(arena, &missing, unit_of(need), need->fact);
}

const char *words_cause(enum cause cause)
{
	static const char *const words[N_CAUSES] = {
		[CAUSE_ABSENT_HARDWARE] = "not in this hardware",
		[CAUSE_DISABLED_FIRMWARE] = "off in the firmware",
		[CAUSE_LOCKED_FIRMWARE] = "locked by the firmware",
		[CAUSE_DISABLED_CMDLINE] = "off on the kernel command line",
		[CAUSE_NOT_BUILT] = "not in this kernel",
		[CAUSE_MODULE_NOT_LOADED] = "module not loaded",
		[CAUSE_MODULE_BLOCKED] = "module blocked",
		[CAUSE_NOT_CONFIGURED] = "not set up",
		[CAUSE_HIDDEN_BY_HYPERVISOR] = "hidden by the hypervisor",
		[CAUSE_HIDDEN_BY_CONTAINER] = "hidden by the container",
		[CAUSE_BUSY] = "in use",
		[CAUSE_BROKEN_DRIVER] = "its driver fails",
		[CAUSE_IN_CONFLICT] = "in conflict",
		[CAUSE_TOO_SMALL] = "too small",
		[CAUSE_TOO_OLD] = "too old",
	};

	return words[cause];
}

const char *words_reason(struct arena *arena, const struct need *need,
			 const struct finding *finding)
{
	const struct need *blamed = finding->blamed ? finding->blamed : need;
	const char *have = words_have(arena, blamed, finding);
	bool sized =
		blamed->op == OP_MINIMUM && finding->have.kind == VALUE_INT && !finding->rule_error;

	if (sized && blamed->kind == NEED_FACT)
		return arena_printf(
			arena, "%s: %s, %s asked", subject(arena, blamed),
			words_value(arena, &finding->have, unit_of(blamed), blamed->fact),
			words_asked(arena, blamed, finding));
	if (sized && !*have)
		return words_need(arena, blamed);
	if (sized && finding->outcome == OUTCOME_UNKNOWN)
		return arena_printf(arena, "%s (%s seen, perhaps more)", words_need(arena, blamed),
				    have);
	if (sized)
		return arena_printf(arena, "%s (%s here)", words_need(arena, blamed), have);
	if (finding->outcome == OUTCOME_UNKNOWN)
		return arena_printf(arena, "%s: %s", words_need(arena, blamed),
				    *have ? have : "unknown");
	if (blamed->kind == NEED_FACT && finding->have.kind == VALUE_STRING)
		return arena_printf(arena, "%s: it is %s", words_need(arena, blamed), have);
	return arena_printf(arena, "%s: %s", words_need(arena, blamed),
			    finding->n_causes ? words_cause(finding->causes[0]->cause) : "not met");
}

/* --- what to do --- */

/*
 * The value that would do, as files have it: of several the first; "" where the need says only what
 * would not.
 */
static const char *words_wanted(struct arena *arena, const struct need *need)
{
	const struct value *value = &need->operand;

	if (need->op != OP_MINIMUM && need->op != OP_MAXIMUM && need->op != OP_EQUALS &&
	    need->op != OP_IN)
		return "";
	if (value->kind == VALUE_LIST && value->len)
		value = &value->items[0];
	if (value->kind == VALUE_INT)
		return arena_printf(arena, "%" PRId64, value->i);
	return value->kind == VALUE_STRING ? value->s : need->asked ? need->asked : "";
}

static const char *placeholder(struct judgement *judgement, const struct finding *finding,
			       const char *name)
{
	struct arena *arena = &judgement->arena;
	const struct need *need = finding->blamed;
	const struct fact *fact;

	/* The need says why it is not known; a sentence about what to do has no room for that. */
	if (strcmp(name, "have") == 0 && finding->have.kind == VALUE_UNKNOWN)
		return "unknown";
	if (strcmp(name, "have") == 0)
		return words_have(arena, need, finding);
	if (strcmp(name, "asked") == 0)
		return need->asked ? words_asked(arena, need, finding) : words_need(arena, need);
	if (strcmp(name, "value") == 0)
		return words_wanted(arena, need);
	if (strcmp(name, "missing") == 0) {
		const char *missing = words_missing(arena, need, finding);

		return missing ? missing : "some";
	}
	if (strcmp(name, "name") == 0) {
		const char *rest = NULL;

		if (need->fact)
			fact_def_of(need->fact, &rest);
		return rest ? rest : words_need(arena, need);
	}
	fact = facts_get(judgement->facts, name);
	return fact ? words_value(arena, &fact->value, fact->def->unit, name) : name;
}

const char *words_fill(struct judgement *judgement, const struct finding *finding, const char *text)
{
	struct arena *arena = &judgement->arena;
	const char *made = "";

	for (const char *open; (open = strchr(text, '{')); text = strchr(open, '}') + 1) {
		size_t len = strcspn(open + 1, "}");
		const char *name = arena_strndup(arena, open + 1, len);

		made = arena_printf(arena, "%s%.*s%s", made, (int)(open - text), text,
				    placeholder(judgement, finding, name));
	}
	return *made ? arena_printf(arena, "%s%s", made, text) : text;
}

/* "Turn it on in the firmware setup (Dell PowerEdge: A > B)." */
static const char *with_menu(struct arena *arena, const char *text, const char *menu)
{
	size_t len = strlen(text);
	const char *stop = len && text[len - 1] == '.' ? "." : "";

	return arena_printf(arena, "%.*s (%s)%s", (int)(len - strlen(stop)), text, menu, stop);
}

const char *words_remedy(struct judgement *judgement, const struct finding *finding,
			 const struct possible_cause *cause)
{
	const char *text = words_fill(judgement, finding, cause->remedy.text);
	const char *maker = facts_string(judgement->facts, "host.vendor");

	for (size_t i = 0; i < cause->remedy.n_steps; i++) {
		const struct step *step = &cause->remedy.steps[i];
		const char *menu = step->kind == STEP_FIRMWARE
					   ? firmware_menu(&judgement->arena, judgement->rules,
							   maker, step->name)
					   : NULL;

		if (menu)
			text = with_menu(&judgement->arena, text, menu);
	}
	return text;
}

/* What its steps come to; a step whose value the need does not tell is left to people. */
static const char *command_of_steps(struct judgement *judgement, const struct finding *finding,
				    const struct remedy *remedy)
{
	struct arena *arena = &judgement->arena;
	struct step *steps = arena_alloc(arena, remedy->n_steps * sizeof(*steps));

	for (size_t i = 0; i < remedy->n_steps; i++) {
		steps[i] = remedy->steps[i];
		if (steps[i].kind == STEP_HUGEPAGES)
			return NULL;
		if (steps[i].name)
			steps[i].name = words_fill(judgement, finding, steps[i].name);
		if (steps[i].value)
			steps[i].value = words_fill(judgement, finding, steps[i].value);
		if (steps[i].value && !*steps[i].value)
			return NULL;
	}
	return actions_command(arena, judgement->rules, judgement->facts, remedy->kind, steps,
			       remedy->n_steps);
}

const char *words_command(struct judgement *judgement, const struct finding *finding,
			  const struct remedy *remedy)
{
	const char *manager = facts_string(judgement->facts, "os.package_manager");

	if (!facts_is_false(judgement->facts, "os.image_based"))
		return NULL;
	for (size_t i = 0; i < remedy->n_commands; i++)
		if (strcmp(remedy->commands[i].manager, "any") == 0 ||
		    (manager && strcmp(remedy->commands[i].manager, manager) == 0))
			return remedy->commands[i].text;
	return remedy->n_steps ? command_of_steps(judgement, finding, remedy) : NULL;
}

/* --- verdicts --- */

static const char *level_words(struct arena *arena, enum level level)
{
	if (level > LEVEL_NO && level < LEVEL_LIMITED)
		return arena_printf(arena, "fixable: %s", remedy_kind_name(level_remedy(level)));
	return level_name(level);
}

const char *words_verdict(struct arena *arena, enum verdict verdict, struct interval interval)
{
	if (verdict == VERDICT_UNKNOWN)
		return arena_printf(arena, "unknown: at best %s, at worst %s",
				    level_words(arena, interval.best),
				    level_words(arena, interval.worst));
	return level_words(arena, interval.worst);
}
