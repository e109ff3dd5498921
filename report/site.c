/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "site.h"

#include <errno.h>
#include <string.h>

#include "assume.h"
#include "core/util.h"
#include "yaml_file.h"

static int read_tree(struct arena *arena, const char *path, struct yaml *ret, struct error *err)
{
	int r = yaml_file_read(arena, path, ret, err);

	if (r > 0 && ret->kind != YAML_MAP)
		return yaml_error(ret, err,
				  "expected facts and their values (os.replaceable: true), "
				  "found %s",
				  yaml_kind_name(ret));
	return r;
}

/* As --assume has it: a list's texts with commas between. */
static int value_text(struct arena *arena, const struct yaml *value, const char **ret,
		      struct error *err)
{
	const char *text = value->kind == YAML_TEXT ? value->text : "";

	if (value->kind == YAML_MAP)
		return yaml_error(value, err,
				  "expected a value or a list of texts; records stand in "
				  "quotes, as JSON");
	for (size_t i = 0; value->kind == YAML_LIST && i < value->len; i++) {
		if (value->items[i].kind != YAML_TEXT)
			return yaml_error(&value->items[i], err, "expected a text, found %s",
					  yaml_kind_name(&value->items[i]));
		text = arena_printf(arena, "%s%s%s", text, i ? "," : "", value->items[i].text);
	}
	*ret = text;
	return 0;
}

/* Checked on facts of its own first: a mistake is one whether its answer counts or not. */
static int check_answer(const char *text, const struct yaml *key, const struct yaml *value,
			struct error *err)
{
	auto_facts struct facts *nothing = facts_new();
	struct error why;

	if (assume_fact(nothing, key->text, text, key->file, &why) < 0)
		return yaml_error(fact_def_of(key->text, NULL) ? value : key, err, "%s", why.text);
	return 0;
}

static int answer(struct arena *arena, struct facts *facts, const struct yaml *key,
		  const struct yaml *value, const char **ret, struct error *err)
{
	const struct fact *fact;
	const char *text = "";

	*ret = NULL;
	if (value_text(arena, value, &text, err) < 0 || check_answer(text, key, value, err) < 0)
		return -EINVAL;
	fact = facts_get(facts, key->text);
	if (fact && fact->value.kind != VALUE_UNKNOWN)
		return 0;
	*ret = arena_printf(arena, "%s=%s", key->text, text);
	return assume_fact(facts, key->text, text, key->file, err);
}

int site_read(struct arena *arena, const char *path, struct facts *facts, struct site_answers *ret,
	      struct error *err)
{
	struct yaml tree = { 0 };
	const char **texts;
	int r = read_tree(arena, path, &tree, err);

	*ret = (struct site_answers){ 0 };
	if (r <= 0)
		return r;
	texts = arena_alloc(arena, tree.len * sizeof(*texts));
	ret->texts = texts;
	for (size_t i = 0; i < tree.len; i++) {
		r = answer(arena, facts, &tree.keys[i], &tree.items[i], &texts[ret->len], err);
		if (r < 0)
			return r;
		ret->len += texts[ret->len] != NULL;
	}
	return 0;
}
