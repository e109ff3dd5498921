/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load: diagnoses, and what to do when a fact falls short */
#include <errno.h>
#include <string.h>

#include "core/lint.h"
#include "core/loader.h"
#include "core/util.h"

static int read_commands(struct loader *loader, const struct yaml *node, struct remedy *remedy)
{
	struct command *commands;

	if (!node)
		return 0;
	if (read_keys(loader, node, "apt dnf zypper pacman apk any") < 0)
		return -EINVAL;
	commands = arena_alloc(loader->arena, node->len * sizeof(*commands));
	for (size_t i = 0; i < node->len; i++) {
		commands[i].manager = node->keys[i].text;
		if (read_text(loader, node, node->keys[i].text, true, &commands[i].text) < 0)
			return -EINVAL;
	}
	remedy->commands = commands;
	remedy->n_commands = node->len;
	return 0;
}

/* A placeholder that is no word of the engine's must be a fact: {cpu.model}. */
int check_placeholders(struct loader *loader, const struct yaml *at, const char *text)
{
	static const char *const words[] = { "have", "asked", "missing", "name", "value" };
	char name[128];

	for (const char *open = strchr(text, '{'); open; open = strchr(open + 1, '{')) {
		size_t len = strcspn(open + 1, "}");
		bool known = false;

		if (!open[1 + len] || len >= sizeof(name))
			return yaml_error(at, loader->err, "a '{' without its '}' in: %s", text);
		memcpy(name, open + 1, len);
		name[len] = '\0';
		for (size_t i = 0; i < ARRAY_SIZE(words); i++)
			known |= strcmp(words[i], name) == 0;
		if (!known && !fact_def_of(name, NULL))
			return yaml_error(at, loader->err,
					  "'{%s}': expected {have}, {asked}, {missing}, {name}, "
					  "{value} or a fact",
					  name);
		if (!known)
			note_name(loader, name);
	}
	return 0;
}

static int read_remedy(struct loader *loader, const struct yaml *map, struct remedy *ret)
{
	const struct yaml *node = yaml_get(map, "remedy");
	const char *kind;
	int r;

	if (!node)
		return yaml_error(map, loader->err, "'remedy' is missing");
	if (read_keys(loader, node, "kind text commands do") < 0 ||
	    read_text(loader, node, "kind", true, &kind) < 0 ||
	    read_text(loader, node, "text", true, &ret->text) < 0)
		return -EINVAL;
	r = remedy_kind_of_name(kind);
	if (r < 0)
		return yaml_error(yaml_get(node, "kind"), loader->err,
				  "'%s' is no kind of remedy; expected setup, reboot, firmware, "
				  "platform, reinstall or hardware",
				  kind);
	ret->kind = (enum remedy_kind)r;
	if (check_placeholders(loader, yaml_get(node, "text"), ret->text) < 0)
		return -EINVAL;
	if (read_commands(loader, yaml_get(node, "commands"), ret) < 0)
		return -EINVAL;
	return read_steps(loader, yaml_get(node, "do"), ret);
}

static int read_cause(struct loader *loader, const struct yaml *map, struct possible_cause *ret)
{
	const char *name;
	int r;

	if (read_text(loader, map, "cause", true, &name) < 0)
		return -EINVAL;
	r = cause_of_name(name);
	if (r < 0)
		return yaml_error(yaml_get(map, "cause"), loader->err,
				  "'%s' is no cause; CONTRIBUTING.md has the list", name);
	ret->cause = (enum cause)r;
	return read_remedy(loader, map, &ret->remedy);
}

static int read_causes(struct loader *loader, const struct yaml *row, struct diagnosis *ret)
{
	const struct yaml *list = yaml_get(row, "causes");
	size_t n = list ? list->len : 1;
	struct possible_cause *causes = arena_alloc(loader->arena, n * sizeof(*causes));

	ret->causes = causes;
	ret->n_causes = n;
	if (!list)
		return read_cause(loader, row, &causes[0]);
	if (list->kind != YAML_LIST || !list->len)
		return yaml_error(list, loader->err, "causes: expected a list");
	if (yaml_get(row, "cause") || yaml_get(row, "remedy"))
		return yaml_error(row, loader->err,
				  "either 'cause' and 'remedy' or 'causes', not both");
	for (size_t i = 0; i < n; i++)
		if (read_keys(loader, &list->items[i], "cause remedy") < 0 ||
		    read_cause(loader, &list->items[i], &causes[i]) < 0)
			return -EINVAL;
	return 0;
}

static int read_row(struct loader *loader, const struct yaml *row, struct diagnosis *ret)
{
	const struct yaml *when = yaml_get(row, "when");

	if (read_keys(loader, row, "when freed cause causes remedy") < 0 ||
	    read_bool(loader, row, "freed", &ret->freed) < 0)
		return -EINVAL;
	if (when && read_expr(loader, when, NULL, &ret->when) < 0)
		return -EINVAL;
	return read_causes(loader, row, ret);
}

int read_rows(struct loader *loader, const struct yaml *list, struct diagnosis **ret)
{
	struct diagnosis *rows;

	if (list->kind != YAML_LIST || !list->len)
		return yaml_error(list, loader->err, "diagnosis: expected a list of causes");
	rows = arena_alloc(loader->arena, list->len * sizeof(*rows));
	for (size_t i = 0; i < list->len; i++) {
		if (read_row(loader, &list->items[i], &rows[i]) < 0)
			return -EINVAL;
		if (!rows[i].when && !rows[i].freed && i + 1 < list->len)
			return yaml_error(
				&list->items[i + 1], loader->err,
				"never reached: the row before it has no 'when' and always fits");
	}
	lint_rows(loader, list, rows);
	*ret = rows;
	return 0;
}

int read_diagnosis(struct loader *loader, const struct yaml *map, const struct diagnosis **ret,
		   size_t *ret_len)
{
	const struct yaml *list = yaml_get(map, "diagnosis");
	struct diagnosis *rows = NULL;

	if (!list)
		return yaml_error(map, loader->err, "'diagnosis' is missing");
	if (read_rows(loader, list, &rows) < 0 || !rows)
		return -EINVAL;
	/* A need that is not met and has no cause would be a verdict without a reason. */
	if (rows[list->len - 1].when || rows[list->len - 1].freed)
		return yaml_error(&list->items[list->len - 1], loader->err,
				  "the last row must have no 'when', so that one always fits");
	*ret = rows;
	*ret_len = list->len;
	return 0;
}

static bool has_bool_field(const struct fact_def *list, const char *name)
{
	for (const struct field_def *field = list ? list->fields : NULL; field && field->name;
	     field++)
		if (field->type == FACT_BOOL && strcmp(field->name, name) == 0)
			return true;
	return false;
}

static int read_new_system(struct loader *loader, const struct yaml *node,
			   struct shortfall *shortfall)
{
	struct value_entry *entries;

	if (!node)
		return 0;
	if (node->kind != YAML_MAP)
		return yaml_error(node, loader->err, "new_system: expected fields and values");
	entries = arena_alloc(loader->arena, node->len * sizeof(*entries));
	for (size_t i = 0; i < node->len; i++) {
		bool value = false;

		if (!has_bool_field(fact_def_of(shortfall->fact, NULL), node->keys[i].text))
			return yaml_error(&node->keys[i], loader->err,
					  "new_system: the records of '%s' have no field '%s' that "
					  "is true or false",
					  shortfall->fact, node->keys[i].text);
		if (read_bool(loader, node, node->keys[i].text, &value) < 0)
			return -EINVAL;
		entries[i].key = value_string(node->keys[i].text);
		entries[i].value = value_bool(value);
	}
	shortfall->new_system = entries;
	shortfall->n_new_system = node->len;
	return 0;
}

static bool is_fact_or_prefix(const char *name)
{
	if (fact_def_of(name, NULL))
		return true;
	for (size_t i = 0; i < fact_defs_count(); i++)
		if (strcmp(fact_def_at(i)->name, name) == 0)
			return true;
	return false;
}

int load_shortfall(struct loader *loader, const struct yaml *node)
{
	struct shortfall *shortfall = arena_alloc(loader->arena, sizeof(*shortfall));

	if (read_keys(loader, node, "fact title sold_as new_system diagnosis") < 0 ||
	    read_text(loader, node, "fact", true, &shortfall->fact) < 0 ||
	    read_text(loader, node, "title", true, &shortfall->title) < 0 ||
	    read_text(loader, node, "sold_as", false, &shortfall->sold_as) < 0 ||
	    read_new_system(loader, yaml_get(node, "new_system"), shortfall) < 0 ||
	    read_diagnosis(loader, node, &shortfall->diagnoses, &shortfall->n_diagnoses) < 0)
		return -EINVAL;
	if (!is_fact_or_prefix(shortfall->fact))
		return no_fact(loader, yaml_get(node, "fact"), shortfall->fact);
	if (shortfall->sold_as && !fact_def_of(shortfall->sold_as, NULL))
		return no_fact(loader, yaml_get(node, "sold_as"), shortfall->sold_as);
	for (size_t i = 0; i < loader->shortfalls.len; i++) {
		const struct shortfall *other = loader->shortfalls.items[i];

		if (strcmp(other->fact, shortfall->fact) == 0)
			return yaml_error(yaml_get(node, "fact"), loader->err,
					  "'%s' has a diagnosis already", shortfall->fact);
	}
	pointers_add(loader->arena, &loader->shortfalls, shortfall);
	return 0;
}

static const struct shortfall *better(const struct shortfall *best, const struct shortfall *other,
				      const char *fact)
{
	size_t len = 0;

	while (other->fact[len] && other->fact[len] == fact[len])
		len++;
	/* All of its name, and what goes on is behind the dot of an open-ended one. */
	if (len == 0 || other->fact[len] || (fact[len] && fact[len - 1] != '.'))
		return best;
	return !best || len > strlen(best->fact) ? other : best;
}

const struct shortfall *shortfall_of(const struct loader *loader, const char *fact)
{
	const struct shortfall *best = NULL;

	for (size_t i = 0; i < loader->shortfalls.len; i++)
		best = better(best, loader->shortfalls.items[i], fact);
	/* Of two for the same name the first stands: the site's own. */
	for (size_t i = 0; loader->base && i < loader->base->n_shortfalls; i++)
		best = better(best, loader->base->shortfalls[i], fact);
	return best;
}
