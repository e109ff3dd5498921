/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load: what a remedy does, as steps that a plan can merge (the key `do`) */
#include <errno.h>
#include <string.h>

#include "core/loader.h"
#include "core/util.h"

enum step_form {
	FORM_NAMES, /* a name or a list of names */
	FORM_ASSIGNMENTS, /* the same, of "name=value"; the value may be missing */
	FORM_MAP, /* names and values */
	FORM_OFF, /* off: nothing else can be said */
};

static const struct {
	const char *key;
	enum step_form form;
} step_kinds[N_STEP_KINDS] = {
	[STEP_PACKAGE] = { "packages", FORM_NAMES },
	[STEP_MODULE] = { "modules", FORM_NAMES },
	[STEP_MODULE_OPTION] = { "module_options", FORM_MAP },
	[STEP_UNBLOCK] = { "unblock", FORM_NAMES },
	[STEP_SYSCTL] = { "sysctl", FORM_MAP },
	[STEP_CMDLINE] = { "cmdline", FORM_ASSIGNMENTS },
	[STEP_CMDLINE_REMOVE] = { "cmdline_remove", FORM_ASSIGNMENTS },
	[STEP_ENABLE] = { "enable", FORM_NAMES },
	[STEP_DISABLE] = { "disable", FORM_NAMES },
	[STEP_HUGEPAGES] = { "hugepages", FORM_NAMES },
	[STEP_SWAP_OFF] = { "swap", FORM_OFF },
	[STEP_FIRMWARE] = { "firmware", FORM_MAP },
	[STEP_RUN] = { "run", FORM_NAMES },
	[STEP_GIVES] = { "gives", FORM_MAP },
};

const char *step_kind_name(enum step_kind kind)
{
	return step_kinds[kind].key;
}

static const char *all_keys(struct arena *arena)
{
	const char *keys = "";

	for (size_t i = 0; i < N_STEP_KINDS; i++)
		keys = arena_printf(arena, "%s%s%s", keys, i ? " " : "", step_kinds[i].key);
	return keys;
}

/* What a fact is afterwards: checked against its type, unless a placeholder says it later. */
static int read_gives(struct loader *loader, const struct yaml *name, const struct yaml *value,
		      struct step *step)
{
	const struct fact_def *def = fact_def_of(step->name, NULL);

	if (!def && !strchr(step->name, '{'))
		return no_fact(loader, name, step->name);
	if (!def || strchr(step->value, '{'))
		return 0;
	if (def->type == FACT_RECORDS || def->type == FACT_MAP)
		return yaml_error(name, loader->err,
				  "gives: '%s' is a %s; expected a fact with one value", step->name,
				  def->type == FACT_MAP ? "map" : "list of records");
	return read_fact_value(loader, def, value, &step->operand);
}

static int check_hugepages(struct loader *loader, const struct yaml *at, const struct step *step)
{
	if (step->kind != STEP_HUGEPAGES || strcmp(step->name, "2M") == 0 ||
	    strcmp(step->name, "1G") == 0)
		return 0;
	return yaml_error(at, loader->err, "hugepages: expected 2M or 1G, not '%s'", step->name);
}

static int read_name(struct loader *loader, const struct yaml *node, enum step_kind kind,
		     struct step *ret)
{
	const char *equals;

	if (node->kind != YAML_TEXT || !*node->text)
		return yaml_error(node, loader->err, "%s: expected a text or a list of texts",
				  step_kinds[kind].key);
	if (check_placeholders(loader, node, node->text) < 0)
		return -EINVAL;
	*ret = (struct step){ .kind = kind, .name = node->text, .operand = value_null() };
	equals = step_kinds[kind].form == FORM_ASSIGNMENTS ? strchr(node->text, '=') : NULL;
	if (equals) {
		ret->name = arena_strndup(loader->arena, node->text, (size_t)(equals - node->text));
		ret->value = equals + 1;
	}
	return check_hugepages(loader, node, ret);
}

static int read_pair(struct loader *loader, const struct yaml *key, const struct yaml *value,
		     enum step_kind kind, struct step *ret)
{
	if (value->kind != YAML_TEXT || !*value->text)
		return yaml_error(value, loader->err, "%s: expected a value for '%s', found %s",
				  step_kinds[kind].key, key->text, yaml_kind_name(value));
	if (check_placeholders(loader, key, key->text) < 0 ||
	    check_placeholders(loader, value, value->text) < 0)
		return -EINVAL;
	*ret = (struct step){
		.kind = kind, .name = key->text, .value = value->text, .operand = value_null()
	};
	if (kind == STEP_GIVES)
		return read_gives(loader, key, value, ret);
	if (kind == STEP_FIRMWARE && strcmp(value->text, "on") != 0 &&
	    strcmp(value->text, "off") != 0)
		return yaml_error(value, loader->err, "firmware: expected on or off, not '%s'",
				  value->text);
	return 0;
}

/* All of one kind, behind those that `steps` has. */
static int read_kind(struct loader *loader, const struct yaml *node, enum step_kind kind,
		     struct step *steps, size_t *n)
{
	enum step_form form = step_kinds[kind].form;

	if (form == FORM_MAP) {
		if (node->kind != YAML_MAP)
			return yaml_error(node, loader->err,
					  "%s: expected names and values, found %s",
					  step_kinds[kind].key, yaml_kind_name(node));
		for (size_t i = 0; i < node->len; i++)
			if (read_pair(loader, &node->keys[i], &node->items[i], kind,
				      &steps[(*n)++]) < 0)
				return -EINVAL;
		return 0;
	}
	if (form == FORM_OFF) {
		if (node->kind != YAML_TEXT || strcmp(node->text, "off") != 0)
			return yaml_error(node, loader->err, "%s: expected off",
					  step_kinds[kind].key);
		steps[(*n)++] = (struct step){ .kind = kind, .operand = value_null() };
		return 0;
	}
	if (node->kind != YAML_LIST)
		return read_name(loader, node, kind, &steps[(*n)++]);
	for (size_t i = 0; i < node->len; i++)
		if (read_name(loader, &node->items[i], kind, &steps[(*n)++]) < 0)
			return -EINVAL;
	return 0;
}

int read_steps(struct loader *loader, const struct yaml *node, struct remedy *ret)
{
	size_t size = 0, n = 0;
	struct step *steps;

	if (!node)
		return 0;
	if (read_keys(loader, node, all_keys(loader->arena)) < 0)
		return -EINVAL;
	for (size_t i = 0; i < node->len; i++)
		size += node->items[i].kind == YAML_TEXT ? 1 : node->items[i].len;
	steps = arena_alloc(loader->arena, size * sizeof(*steps));
	for (enum step_kind kind = 0; kind < N_STEP_KINDS; kind++) {
		const struct yaml *given = yaml_get(node, step_kinds[kind].key);

		if (given && read_kind(loader, given, kind, steps, &n) < 0)
			return -EINVAL;
	}
	ret->steps = steps;
	ret->n_steps = n;
	pointers_add(loader->arena, &loader->step_lists, (void *)node);
	return 0;
}

/* --- do the tables have what steps name? --- */

static bool is_package(const struct loader *loader, const char *name)
{
	for (size_t i = 0; i < loader->packages.len; i++)
		if (strcmp(((const struct package *)loader->packages.items[i])->name, name) == 0)
			return true;
	return loader->base && rules_package(loader->base, name);
}

static bool is_setting(const struct loader *loader, const char *name)
{
	for (size_t i = 0; i < loader->settings.len; i++)
		if (strcmp(((const struct firmware_setting *)loader->settings.items[i])->name,
			   name) == 0)
			return true;
	return loader->base && rules_setting(loader->base, name);
}

static int check_package(struct loader *loader, const struct yaml *at)
{
	if (strchr(at->text, '{') || is_package(loader, at->text))
		return 0;
	return yaml_error(at, loader->err,
			  "there is no package '%s' in the table of packages "
			  "(rules/remedies/packages.yaml)",
			  at->text);
}

int check_steps(struct loader *loader)
{
	for (size_t i = 0; i < loader->step_lists.len; i++) {
		const struct yaml *steps = loader->step_lists.items[i];
		const struct yaml *packages = yaml_get(steps, "packages");
		const struct yaml *firmware = yaml_get(steps, "firmware");

		if (packages && packages->kind == YAML_TEXT && check_package(loader, packages) < 0)
			return -EINVAL;
		for (size_t k = 0; packages && packages->kind == YAML_LIST && k < packages->len;
		     k++)
			if (check_package(loader, &packages->items[k]) < 0)
				return -EINVAL;
		for (size_t k = 0; firmware && k < firmware->len; k++)
			if (!is_setting(loader, firmware->keys[k].text))
				return yaml_error(
					&firmware->keys[k], loader->err,
					"there is no setting '%s' in the table of "
					"firmware settings (rules/remedies/firmware.yaml)",
					firmware->keys[k].text);
	}
	return 0;
}
