/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load: needs, in each of their forms */
#include <errno.h>
#include <string.h>

#include "core/lint.h"
#include "core/load_need.h"
#include "core/same.h"
#include "core/util.h"

#define KEYS_OF_NEED "need count check any all feature features ports capability optional confirm"

/* --- distinct needs --- */

static bool same_need(const struct need *a, const struct need *b)
{
	if (a->kind != b->kind || a->op != b->op || a->exact != b->exact ||
	    a->destroys != b->destroys || a->n_parts != b->n_parts ||
	    !text_same(a->fact, b->fact) || !text_same(a->asked, b->asked) ||
	    !text_same(a->title, b->title) || !value_same(&a->operand, &b->operand) ||
	    !scale_same(a->scale, b->scale) || !expr_same(a->expr, b->expr) ||
	    !expr_same(a->hardware, b->hardware) ||
	    !diagnoses_same(a->diagnoses, a->n_diagnoses, b->diagnoses, b->n_diagnoses))
		return false;
	for (size_t i = 0; i < a->n_parts; i++)
		if (a->parts[i] != b->parts[i])
			return false;
	return true;
}

void add_need(struct loader *loader, struct need *need)
{
	pointers_add(loader->arena, &loader->needs, need);
	index_add(loader->arena, &loader->needs_by_id, need->id, need);
}

int intern_need(struct loader *loader, const struct yaml *at, struct need *need,
		const struct need **ret)
{
	const struct need *other = index_get(&loader->needs_by_id, need->id);

	if (other && !same_need(other, need)) {
		yaml_error(at, loader->err, "id '%s' stands for another need already", need->id);
		return -EINVAL;
	}
	if (!other) {
		need->index = (uint32_t)loader->needs.len;
		add_need(loader, need);
		lint_need(loader, at, need);
	}
	*ret = other ? other : need;
	return 0;
}

static struct need *new_need(struct loader *loader, enum need_kind kind)
{
	struct need *need = arena_alloc(loader->arena, sizeof(*need));

	need->kind = kind;
	return need;
}

static int read_id(const struct entry *entry, struct need *need)
{
	if (read_text(entry->loader, entry->node, "id", true, &need->id) < 0 ||
	    read_text(entry->loader, entry->node, "title", true, &need->title) < 0)
		return -EINVAL;
	if (strspn(need->id, "abcdefghijklmnopqrstuvwxyz0123456789.-") != strlen(need->id))
		return yaml_error(yaml_get(entry->node, "id"), entry->loader->err,
				  "id: expected small letters, digits, '-' and '.', not '%s'",
				  need->id);
	return 0;
}

/* --- need: a fact --- */

static int make_fact_need(const struct entry *entry, const char *fact,
			  const struct operand *operand, const struct need **ret)
{
	struct loader *loader = entry->loader;
	const struct fact_def *def = fact_def_of(fact, NULL);
	struct need *need = new_need(loader, NEED_FACT);

	if (!def) {
		const struct yaml *name = yaml_get(entry->node, "need");

		return no_fact(loader, name ? name : entry->node, fact);
	}
	need->fact = fact;
	if (read_bool(loader, entry->node, "seen", &need->exact) < 0 ||
	    load_scale(loader, entry->node, def, &need->scale) < 0 ||
	    read_operand(loader, def, operand, need) < 0)
		return -EINVAL;
	if (need->scale && need->op != OP_MINIMUM)
		return yaml_error(yaml_get(entry->node, "per"), loader->err,
				  "per: expected with minimum or recommended");
	need->shortfall = shortfall_of(loader, fact);
	if (!need->shortfall)
		return yaml_error(entry->node, loader->err,
				  "nothing in rules/facts tells what to do when '%s' falls short",
				  fact);
	need->deferred = def->scope == SCOPE_OS || def->scope == SCOPE_STATE ||
			 (need->scale && expr_is_deferred(need->scale->where, need->scale->list));
	need->id = need_id(loader, need, fact);
	note_name(loader, fact);
	return intern_need(loader, entry->node, need, ret);
}

/* The operator of a recommended value: its hard neighbour's, else what the value looks like. */
static int recommended_operand(const struct entry *entry, const struct fact_def *def,
			       const struct operand *hard, struct operand *ret)
{
	ret->node = yaml_get(entry->node, "recommended");
	ret->op = hard->op;
	if (!ret->node || hard->op)
		return 0;
	if (ret->node->kind == YAML_LIST)
		ret->op = def->type == FACT_STRINGS ? OP_HAS : OP_IN;
	else
		ret->op = op_fits(OP_MINIMUM, def) && def->type != FACT_STRING ? OP_MINIMUM
									       : OP_EQUALS;
	return 0;
}

static int load_fact(const struct entry *entry)
{
	const struct need *need = NULL;
	struct operand hard, recommended;
	const struct fact_def *def;
	enum weight weight;
	const char *fact;

	if (read_keys(entry->loader, entry->node,
		      "need seen per optional " KEYS_OF_OP " " KEYS_OF_USE) < 0 ||
	    read_text(entry->loader, entry->node, "need", true, &fact) < 0 ||
	    read_operator(entry, &hard) < 0 || read_weight(entry, WEIGHT_HARD, &weight) < 0)
		return -EINVAL;
	def = fact_def_of(fact, NULL);
	if (def && recommended_operand(entry, def, &hard, &recommended) < 0)
		return -EINVAL;
	if (!def)
		recommended = (struct operand){ 0 };
	if (!hard.op && !recommended.node && def)
		return yaml_error(entry->node, entry->loader->err,
				  "what is asked of '%s'? expected one of: " KEYS_OF_OP, fact);
	if (hard.op || !def) {
		if (make_fact_need(entry, fact, &hard, &need) < 0 ||
		    use_need(entry, need, weight) < 0)
			return -EINVAL;
	}
	if (!recommended.node)
		return 0;
	if (make_fact_need(entry, fact, &recommended, &need) < 0)
		return -EINVAL;
	return use_need(entry, need, weight < WEIGHT_RECOMMENDED ? weight : WEIGHT_RECOMMENDED);
}

/* --- count: records of a list --- */

static int make_count_need(const struct entry *entry, const struct operand *operand,
			   const char *suffix, const struct need **ret)
{
	static const struct fact_def count = { .name = "count", .type = FACT_COUNT };
	struct loader *loader = entry->loader;
	const struct yaml *where = yaml_get(entry->node, "where");
	struct need *need = new_need(loader, NEED_COUNT);
	const struct fact_def *def;

	if (read_text(loader, entry->node, "count", true, &need->fact) < 0 ||
	    read_id(entry, need) < 0)
		return -EINVAL;
	need->id = arena_printf(loader->arena, "%s%s", need->id, suffix);
	def = fact_def_of(need->fact, NULL);
	if (!def || def->type != FACT_RECORDS)
		return yaml_error(yaml_get(entry->node, "count"), loader->err,
				  "'%s' is no list of records; expected nics, disks, gpus, pci, "
				  "numa, hugepages, swaps or ports",
				  need->fact);
	if (operand->op != OP_MINIMUM && operand->op != OP_MAXIMUM && operand->op != OP_EQUALS)
		return yaml_error(entry->node, loader->err,
				  "count: expected minimum, maximum or equals");
	if (read_operand(loader, &count, operand, need) < 0 ||
	    (where && read_expr(loader, where, need->fact, &need->expr) < 0))
		return -EINVAL;
	need->shortfall = shortfall_of(loader, need->fact);
	if (!need->shortfall)
		return yaml_error(entry->node, loader->err,
				  "nothing in rules/facts tells what to do when '%s' falls short",
				  need->fact);
	need->deferred = def->scope == SCOPE_OS || def->scope == SCOPE_STATE ||
			 expr_is_deferred(need->expr, need->fact);
	return intern_need(loader, entry->node, need, ret);
}

static int load_count(const struct entry *entry)
{
	const struct need *need = NULL;
	struct operand hard, recommended;
	enum weight weight;

	if (read_keys(entry->loader, entry->node,
		      "count id title where optional " KEYS_OF_OP " " KEYS_OF_USE) < 0 ||
	    read_operator(entry, &hard) < 0 || read_weight(entry, WEIGHT_HARD, &weight) < 0)
		return -EINVAL;
	recommended = (struct operand){ hard.op ? hard.op : OP_MINIMUM,
					yaml_get(entry->node, "recommended") };
	if (!hard.op && !recommended.node)
		return yaml_error(entry->node, entry->loader->err,
				  "how many? expected minimum, maximum, equals or recommended");
	if (hard.op &&
	    (make_count_need(entry, &hard, "", &need) < 0 || use_need(entry, need, weight) < 0))
		return -EINVAL;
	if (!recommended.node)
		return 0;
	if (make_count_need(entry, &recommended, hard.op ? ".recommended" : "", &need) < 0)
		return -EINVAL;
	return use_need(entry, need, weight < WEIGHT_RECOMMENDED ? weight : WEIGHT_RECOMMENDED);
}

/* --- check, any, all, confirm, optional text --- */

static int load_check(const struct entry *entry)
{
	struct loader *loader = entry->loader;
	const struct yaml *hardware = yaml_get(entry->node, "hardware");
	struct need *need = new_need(loader, NEED_CHECK);
	const struct need *interned;
	enum weight weight;

	if (read_keys(loader, entry->node,
		      "check hardware id title diagnosis optional " KEYS_OF_USE) < 0 ||
	    read_id(entry, need) < 0 || read_weight(entry, WEIGHT_HARD, &weight) < 0 ||
	    read_expr(loader, yaml_get(entry->node, "check"), NULL, &need->expr) < 0 ||
	    (hardware && read_expr(loader, hardware, NULL, &need->hardware) < 0) ||
	    read_diagnosis(loader, entry->node, &need->diagnoses, &need->n_diagnoses) < 0)
		return -EINVAL;
	need->deferred = !need->hardware && expr_is_deferred(need->expr, NULL);
	if (intern_need(loader, entry->node, need, &interned) < 0)
		return -EINVAL;
	return use_need(entry, interned, weight);
}

/*
 * A part is asked as one of several: nothing of it may be conditional, or weigh less than the
 * others.
 */
static int check_part(const struct entry *entry, const struct yaml *part)
{
	static const char *const keys[] = { "when", "weight", "optional", "recommended" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const struct yaml *node = yaml_get(part, keys[i]);

		if (node)
			return yaml_error(node, entry->loader->err,
					  "a part of 'any' or 'all' cannot have '%s'", keys[i]);
	}
	return 0;
}

/* The needs of one part. Of several, as a bundle has, `any` cannot be content with one. */
static int load_part(const struct entry *entry, const struct yaml *part,
		     const struct use_context *context, struct need *need, struct uses *uses)
{
	const struct yaml list = { .kind = YAML_LIST, .file = part->file, .items = part, .len = 1 };
	size_t n = uses->len;

	if (check_part(entry, part) < 0 || load_needs(entry->loader, &list, context, uses) < 0)
		return -EINVAL;
	if (need->kind == NEED_ANY && uses->len > n + 1)
		return yaml_error(part, entry->loader->err,
				  "an alternative must be one need; put these under 'all'");
	for (; n < uses->len; n++)
		if (uses->items[n].when)
			return yaml_error(part, entry->loader->err,
					  "a part of 'any' or 'all' cannot have 'when'");
	return 0;
}

/* The parts need no why and no weight of their own: they are asked as one. */
static int load_parts(const struct entry *entry, const struct yaml *list, struct need *need)
{
	const struct use_context context = {
		.most = WEIGHT_HARD,
		.is_part = true,
		.why = "",
		.sources = (const char *const[]){ "" },
		.n_sources = 1,
	};
	const struct need **parts;
	struct uses uses = { 0 };

	if (list->kind != YAML_LIST || list->len < (need->kind == NEED_ANY ? 2 : 1))
		return yaml_error(list, entry->loader->err,
				  "expected a list of at least two needs");
	for (size_t i = 0; i < list->len; i++)
		if (load_part(entry, &list->items[i], &context, need, &uses) < 0)
			return -EINVAL;
	parts = arena_alloc(entry->loader->arena, uses.len * sizeof(*parts));
	for (size_t i = 0; i < uses.len; i++)
		if (uses.items[i].weight == WEIGHT_HARD)
			parts[need->n_parts++] = uses.items[i].need;
	if (need->n_parts < 2)
		return yaml_error(list, entry->loader->err,
				  "expected at least two different needs, found %zu",
				  need->n_parts);
	need->parts = parts;
	return 0;
}

static int load_group(const struct entry *entry, enum need_kind kind, const char *key)
{
	struct loader *loader = entry->loader;
	struct need *need = new_need(loader, kind);
	const struct need *interned;
	enum weight weight;

	if (read_keys(loader, entry->node, "any all id title optional " KEYS_OF_USE) < 0 ||
	    read_id(entry, need) < 0 || read_weight(entry, WEIGHT_HARD, &weight) < 0 ||
	    load_parts(entry, yaml_get(entry->node, key), need) < 0 ||
	    intern_need(loader, entry->node, need, &interned) < 0)
		return -EINVAL;
	return use_need(entry, interned, weight);
}

static int load_any(const struct entry *entry)
{
	return load_group(entry, NEED_ANY, "any");
}

static int load_all(const struct entry *entry)
{
	return load_group(entry, NEED_ALL, "all");
}

/* How much of a number is enough; a fact that is true or false is to be true. */
static int read_confirmed(const struct entry *entry, struct need *need)
{
	struct loader *loader = entry->loader;
	const struct fact_def *def = need->fact ? fact_def_of(need->fact, NULL) : NULL;
	struct operand operand;

	if (need->fact && !def)
		return no_fact(loader, yaml_get(entry->node, "fact"), need->fact);
	if (read_operator(entry, &operand) < 0)
		return -EINVAL;
	if (operand.node && !def)
		return yaml_error(operand.node, loader->err, "%s: of which fact?",
				  need_op_name(operand.op));
	if (!operand.node)
		return !def || def->type == FACT_BOOL
			       ? 0
			       : yaml_error(yaml_get(entry->node, "fact"), loader->err,
					    "%s is a %s: expected minimum or maximum", need->fact,
					    fact_type_name(def->type));
	need->shortfall = shortfall_of(loader, need->fact);
	return read_operand(loader, def, &operand, need);
}

static int load_confirm(const struct entry *entry)
{
	struct loader *loader = entry->loader;
	struct need *need = new_need(loader, NEED_CONFIRM);
	const struct need *interned;
	enum weight weight;
	const char *id;

	if (read_keys(loader, entry->node,
		      "confirm id fact destroys minimum maximum " KEYS_OF_USE) < 0 ||
	    read_weight(entry, WEIGHT_HARD, &weight) < 0 ||
	    read_text(loader, entry->node, "confirm", true, &need->title) < 0 ||
	    read_text(loader, entry->node, "id", true, &id) < 0 ||
	    read_text(loader, entry->node, "fact", false, &need->fact) < 0 ||
	    read_bool(loader, entry->node, "destroys", &need->destroys) < 0 ||
	    read_confirmed(entry, need) < 0)
		return -EINVAL;
	need->id = arena_printf(loader->arena, "confirm.%s", id);
	if (intern_need(loader, entry->node, need, &interned) < 0)
		return -EINVAL;
	return use_need(entry, interned, weight);
}

/* An optional feature that nothing tests: a line for the reader. */
static int load_note(const struct entry *entry)
{
	struct need *need = new_need(entry->loader, NEED_NOTE);
	const struct need *interned;

	if (read_keys(entry->loader, entry->node, "optional " KEYS_OF_USE) < 0 ||
	    read_text(entry->loader, entry->node, "optional", true, &need->title) < 0)
		return -EINVAL;
	need->id = arena_printf(entry->loader->arena, "optional: %s", need->title);
	if (intern_need(entry->loader, entry->node, need, &interned) < 0)
		return -EINVAL;
	return use_need(entry, interned, WEIGHT_OPTIONAL);
}

/* --- short forms --- */

/* A list of names under `key`, or one. */
static int each_name(const struct entry *entry, const char *key,
		     int (*each)(const struct entry *entry, const struct yaml *name))
{
	const struct yaml *node = yaml_get(entry->node, key);

	if (node->kind != YAML_LIST)
		return each(entry, node);
	for (size_t i = 0; i < node->len; i++)
		if (each(entry, &node->items[i]) < 0)
			return -EINVAL;
	return 0;
}

static int use_feature(const struct entry *entry, const struct yaml *name)
{
	const struct capability *capability;
	enum weight weight;

	if (read_weight(entry, WEIGHT_HARD, &weight) < 0 ||
	    find_capability(entry->loader, name, name->text, true, &capability) < 0)
		return -EINVAL;
	return use_need(entry, capability->need, weight);
}

static int load_features(const struct entry *entry)
{
	if (read_keys(entry->loader, entry->node, "feature features optional " KEYS_OF_USE) < 0)
		return -EINVAL;
	return each_name(entry, yaml_get(entry->node, "features") ? "features" : "feature",
			 use_feature);
}

static int use_port(const struct entry *entry, const struct yaml *port)
{
	static const struct yaml yes = { .kind = YAML_TEXT, .text = "true", .file = "" };
	const struct operand operand = { OP_EQUALS, &yes };
	const struct need *need = NULL;
	enum weight weight;

	if (port->kind != YAML_TEXT || !strchr(port->text, '/'))
		return yaml_error(port, entry->loader->err,
				  "expected a port such as 6443/tcp or 2379-2380/tcp");
	if (read_weight(entry, WEIGHT_HARD, &weight) < 0 ||
	    make_fact_need(entry, arena_printf(entry->loader->arena, "port.free.%s", port->text),
			   &operand, &need) < 0)
		return -EINVAL;
	return use_need(entry, need, weight);
}

static int load_ports(const struct entry *entry)
{
	if (read_keys(entry->loader, entry->node, "ports optional " KEYS_OF_USE) < 0)
		return -EINVAL;
	return each_name(entry, "ports", use_port);
}

/*
 * A bundle stands for its needs: each keeps its own id, takes the weight and the condition of this
 * place.
 */
static int use_bundle(const struct entry *entry, const struct capability *bundle,
		      enum weight weight)
{
	struct use outer = { 0 };

	if (read_when(entry, &outer) < 0)
		return -EINVAL;
	for (size_t i = 0; i < bundle->n_uses; i++) {
		struct use use = bundle->uses[i];

		use.layer = entry->context->layer;
		if (use.weight > weight)
			use.weight = (uint8_t)weight;
		if (outer.when && use.when) {
			use.when_text = arena_printf(entry->loader->arena, "(%s) && (%s)",
						     outer.when_text, use.when_text);
			if (compile_text(entry->loader, entry->node, use.when_text, NULL,
					 &use.when) < 0)
				return -EINVAL;
		} else if (outer.when) {
			use.when = outer.when;
			use.when_text = outer.when_text;
		}
		add_use(entry->loader, entry->uses, &use);
	}
	return 0;
}

static int use_capability(const struct entry *entry, const struct yaml *name)
{
	const struct capability *capability;
	enum weight weight;

	if (read_weight(entry, WEIGHT_HARD, &weight) < 0 ||
	    find_capability(entry->loader, name, name->text, false, &capability) < 0)
		return -EINVAL;
	if (!capability->need)
		return use_bundle(entry, capability, weight);
	return use_need(entry, capability->need, weight);
}

static int load_capability_use(const struct entry *entry)
{
	if (read_keys(entry->loader, entry->node, "capability optional " KEYS_OF_USE) < 0)
		return -EINVAL;
	return each_name(entry, "capability", use_capability);
}

/*
 * The forms of a need by the key that tells them; `optional` last, since it may stand beside
 * another.
 */
static const struct form {
	const char *key;
	int (*load)(const struct entry *entry);
} forms[] = {
	{ "need", load_fact },
	{ "count", load_count },
	{ "check", load_check },
	{ "any", load_any },
	{ "all", load_all },
	{ "feature", load_features },
	{ "features", load_features },
	{ "ports", load_ports },
	{ "capability", load_capability_use },
	{ "confirm", load_confirm },
	{ "optional", load_note },
};

int load_needs(struct loader *loader, const struct yaml *list, const struct use_context *context,
	       struct uses *uses)
{
	if (list->kind != YAML_LIST)
		return yaml_error(list, loader->err, "needs: expected a list, found %s",
				  yaml_kind_name(list));
	for (size_t i = 0; i < list->len; i++) {
		const struct entry entry = { loader, &list->items[i], context, uses };
		const struct form *form = NULL;

		for (size_t k = 0; !form && k < ARRAY_SIZE(forms); k++)
			if (yaml_get(entry.node, forms[k].key))
				form = &forms[k];
		if (!form)
			return yaml_error(entry.node, loader->err,
					  "not a need: expected one of: " KEYS_OF_NEED);
		if (form->load(&entry) < 0)
			return -EINVAL;
	}
	return 0;
}
