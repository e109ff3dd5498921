/* SPDX-License-Identifier: GPL-2.0-or-later */
/* example: made-up hosts out of YAML */
#include <errno.h>
#include <string.h>

#include "core/load_example.h"
#include "core/load_files.h"
#include "core/util.h"

void examples_free(struct examples *examples)
{
	arena_free(&examples->arena);
	*examples = (struct examples){ 0 };
}

static struct example *new_example(struct examples *examples)
{
	struct example *example = arena_alloc(&examples->arena, sizeof(*example));

	examples->items = arena_grown(&examples->arena, examples->items, examples->len,
				      &examples->size, sizeof(*examples->items));
	examples->items[examples->len++] = example;
	return example;
}

/* --- facts --- */

static int read_facts(struct loader *loader, const struct yaml *map, struct example *example)
{
	if (!map)
		return 0;
	if (map->kind != YAML_MAP)
		return yaml_error(map, loader->err, "facts: expected facts and their values");
	example->given = arena_alloc(loader->arena, map->len * sizeof(*example->given));
	for (size_t i = 0; i < map->len; i++)
		if (read_given(loader, &map->keys[i], &map->items[i],
			       &example->given[example->n_given++]) < 0)
			return -EINVAL;
	return 0;
}

/* --- what is expected --- */

static int read_verdict(struct loader *loader, const struct yaml *node, enum verdict *ret)
{
	for (enum verdict verdict = VERDICT_NO; verdict < N_VERDICTS; verdict++) {
		if (node->kind == YAML_TEXT && strcmp(node->text, verdict_name(verdict)) == 0) {
			*ret = verdict;
			return 0;
		}
	}
	return yaml_error(node, loader->err,
			  "expected a verdict: no, fixable, limited, ready or unknown");
}

static int no_cause(struct loader *loader, const struct yaml *at)
{
	const char *names[N_CAUSES], *near;

	for (int i = 0; i < N_CAUSES; i++)
		names[i] = cause_name((enum cause)i);
	near = cel_nearest(at->text, names, N_CAUSES);
	return yaml_error(at, loader->err, "'%s' is no cause; did you mean '%s'?", at->text,
			  near ? near : cause_name(CAUSE_NOT_CONFIGURED));
}

static int read_reason(struct loader *loader, const struct yaml *map, struct expectation *ret)
{
	const struct yaml *remedy = yaml_get(map, "remedy"), *cause = yaml_get(map, "cause");

	if (read_text(loader, map, "need", false, &ret->need) < 0)
		return -EINVAL;
	ret->remedy = remedy ? remedy_kind_of_name(remedy->text) : -1;
	if (remedy && ret->remedy < 0)
		return yaml_error(remedy, loader->err,
				  "'%s' is no kind of remedy; expected setup, "
				  "reboot, firmware, platform, reinstall or hardware",
				  remedy->text);
	ret->cause = cause ? cause_of_name(cause->text) : -1;
	if (cause && ret->cause < 0)
		return no_cause(loader, cause);
	if (cause && !ret->need)
		return yaml_error(cause, loader->err, "cause: of which need?");
	return 0;
}

static int read_expectation(struct loader *loader, const struct yaml *node, struct expectation *ret)
{
	const struct yaml *verdict = yaml_get(node, "verdict");

	*ret = (struct expectation){ .at = node, .remedy = -1, .cause = -1 };
	if (node->kind == YAML_TEXT)
		return read_verdict(loader, node, &ret->verdict);
	if (read_keys(loader, node, "verdict remedy need cause installed in_use") < 0 ||
	    read_reason(loader, node, ret) < 0 ||
	    read_bool(loader, node, "installed", &ret->installed) < 0 ||
	    read_texts(loader, node, "in_use", &ret->in_use, &ret->n_in_use) < 0)
		return -EINVAL;
	if (!verdict)
		return yaml_error(node, loader->err, "'verdict' is missing");
	return read_verdict(loader, verdict, &ret->verdict);
}

/* One for every role, or a mapping of roles. */
static int read_expected(struct loader *loader, const struct yaml *node, struct example *example)
{
	const bool every = node->kind == YAML_TEXT || yaml_get(node, "verdict");

	if (node->kind == YAML_LIST)
		return yaml_error(node, loader->err,
				  "expect: expected a verdict, or roles and "
				  "their verdicts");
	example->n_expected = every ? 1 : node->len;
	example->expected =
		arena_alloc(loader->arena, example->n_expected * sizeof(*example->expected));
	if (every)
		return read_expectation(loader, node, &example->expected[0]);
	for (size_t i = 0; i < node->len; i++) {
		if (read_expectation(loader, &node->items[i], &example->expected[i]) < 0)
			return -EINVAL;
		example->expected[i].role = node->keys[i].text;
	}
	return 0;
}

/* --- files --- */

static int read_os(struct loader *loader, const struct yaml *node, struct example *example)
{
	const struct yaml *os = yaml_get(node, "os");

	if (!os)
		return 0;
	example->os_given = true;
	if (os->kind == YAML_TEXT && strcmp(os->text, "new") == 0)
		example->basis = BASIS_NEW;
	else if (os->kind != YAML_TEXT || strcmp(os->text, "running") != 0)
		return yaml_error(os, loader->err, "os: expected new or running");
	return 0;
}

static int read_host(struct loader *loader, const struct yaml *node, struct example *example)
{
	example->at = node;
	if (read_keys(loader, node, "host like os facts") < 0 ||
	    read_text(loader, node, "host", true, &example->name) < 0 ||
	    read_texts(loader, node, "like", &example->like_names, &example->n_likes) < 0 ||
	    read_os(loader, node, example) < 0)
		return -EINVAL;
	return read_facts(loader, yaml_get(node, "facts"), example);
}

static int read_example(struct loader *loader, const struct yaml *node, struct example *example)
{
	const struct yaml *expect = yaml_get(node, "expect");

	example->at = node;
	if (read_keys(loader, node, "example like os facts expect") < 0 ||
	    read_text(loader, node, "example", true, &example->name) < 0 ||
	    read_texts(loader, node, "like", &example->like_names, &example->n_likes) < 0 ||
	    read_os(loader, node, example) < 0)
		return -EINVAL;
	if (!expect)
		return yaml_error(node, loader->err, "'expect' is missing: what must it come to?");
	if (read_facts(loader, yaml_get(node, "facts"), example) < 0)
		return -EINVAL;
	return read_expected(loader, expect, example);
}

/* The deployment stands in for itself until there are rules to find it in. */
static int read_list(struct examples *examples, struct loader *loader, const struct yaml *list,
		     const struct yaml *id,
		     int (*read)(struct loader *loader, const struct yaml *node,
				 struct example *example))
{
	struct deployment *named = NULL;

	if (list->kind != YAML_LIST || !list->len)
		return yaml_error(list, loader->err, "expected a list of hosts and their facts");
	if (id) {
		named = arena_alloc(loader->arena, sizeof(*named));
		if (parse_i64(id->text, 10, &named->id) < 0)
			return yaml_error(id, loader->err, "expected a deployment's number");
	}
	for (size_t i = 0; i < list->len; i++) {
		struct example *example = new_example(examples);

		example->deployment = named;
		if (read(loader, &list->items[i], example) < 0)
			return -EINVAL;
	}
	return 0;
}

static int read_tree(struct examples *examples, struct loader *loader, const struct yaml *tree)
{
	const struct yaml *hosts = yaml_get(tree, "hosts"), *list = yaml_get(tree, "examples");
	const struct yaml *id = yaml_get(tree, "deployment");

	if (!hosts && !list)
		return 0;
	if (!id)
		id = yaml_get(tree, "id");
	if (list && !id)
		return yaml_error(list, loader->err, "examples of what? 'deployment' is missing");
	if (is_examples_file(tree) && read_keys(loader, tree, "deployment hosts examples") < 0)
		return -EINVAL;
	if (hosts && read_list(examples, loader, hosts, NULL, read_host) < 0)
		return -EINVAL;
	return list ? read_list(examples, loader, list, id, read_example) : 0;
}

int examples_parse(struct examples *examples, const char *file, const char *bytes, size_t len,
		   struct error *err)
{
	struct loader loader = { .arena = &examples->arena, .err = err };
	struct yaml *tree = arena_alloc(loader.arena, sizeof(*tree));

	if (yaml_parse(loader.arena, file, bytes, len, tree, err) < 0)
		return err->code;
	return read_tree(examples, &loader, tree);
}

int examples_read(struct examples *examples, const char *path, struct error *err)
{
	static const char *const folders[] = { "deployments", "examples" };
	struct loader loader = { .arena = &examples->arena, .err = err };
	struct rule_files files = { 0 };

	if (find_rule_files(&loader, path, folders, ARRAY_SIZE(folders), &files) < 0)
		return err->code;
	for (size_t i = 0; i < files.paths.len; i++)
		if (parse_rule_file(&loader, files.paths.items[i], &files) < 0)
			return err->code;
	for (size_t i = 0; i < files.trees.len; i++)
		if (read_tree(examples, &loader, files.trees.items[i]) < 0)
			return -EINVAL;
	return 0;
}

/* --- names --- */

/* Of its own deployment first, then hosts of all. */
static const struct example *example_named(const struct examples *examples,
					   const struct example *by, const char *name)
{
	for (int own = by->deployment ? 1 : 0; own >= 0; own--) {
		for (size_t i = 0; i < examples->len; i++) {
			const struct example *other = examples->items[i];

			if (other == by || (own != 0) != (other->deployment != NULL) ||
			    (own && other->deployment->id != by->deployment->id))
				continue;
			if (strcmp(other->name, name) == 0)
				return other;
		}
	}
	return NULL;
}

/* The place of a name in a list, or of the one name that stands there. */
static const struct yaml *item_at(const struct yaml *node, size_t index)
{
	return node->kind == YAML_LIST ? &node->items[index] : node;
}

static int find_likes(struct examples *examples, struct example *example, struct error *err)
{
	example->likes = arena_alloc(&examples->arena, example->n_likes * sizeof(struct example *));
	for (size_t i = 0; i < example->n_likes; i++) {
		const char *name = example->like_names[i];

		example->likes[i] = example_named(examples, example, name);
		if (!example->likes[i])
			return yaml_error(item_at(yaml_get(example->at, "like"), i), err,
					  "there is no example or host '%s' to be like", name);
	}
	return 0;
}

/* Nobody is like more than this, one behind the other. */
#define MAX_LIKE_DEPTH 16

static bool is_circle(const struct example *example, size_t depth)
{
	if (depth > MAX_LIKE_DEPTH)
		return true;
	for (size_t i = 0; i < example->n_likes; i++)
		if (is_circle(example->likes[i], depth + 1))
			return true;
	return false;
}

static bool role_has_need(const struct role *role, const char *id)
{
	for (size_t i = 0; i < role->n_uses; i++)
		if (strcmp(role->uses[i].need->id, id) == 0)
			return true;
	return false;
}

static int check_need(const struct deployment *deployment, const struct expectation *expected,
		      const char *id, const char *key, struct error *err)
{
	const char *names[1024], *near;
	size_t n = 0;

	for (size_t i = 0; i < deployment->n_roles; i++) {
		const struct role *role = &deployment->roles[i];

		if (expected->role && strcmp(role->name, expected->role) != 0)
			continue;
		if (role_has_need(role, id))
			return 0;
		for (size_t k = 0; k < role->n_uses && n < ARRAY_SIZE(names); k++)
			names[n++] = role->uses[k].need->id;
	}
	near = cel_nearest(id, names, n);
	return yaml_error(yaml_get(expected->at, key), err, "%s does not ask '%s'%s%s%s",
			  expected->role ? expected->role : deployment->name, id,
			  near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static int check_expectation(const struct deployment *deployment,
			     const struct expectation *expected, struct error *err)
{
	if (expected->role && !deployment_role(deployment, expected->role))
		return yaml_error(expected->at, err, "deployment %lld has no role '%s'",
				  (long long)deployment->id, expected->role);
	if (expected->need && check_need(deployment, expected, expected->need, "need", err) < 0)
		return -EINVAL;
	for (size_t i = 0; i < expected->n_in_use; i++)
		if (check_need(deployment, expected, expected->in_use[i], "in_use", err) < 0)
			return -EINVAL;
	return 0;
}

static int find_deployment(const struct rules *rules, struct example *example, struct error *err)
{
	const int64_t id = example->deployment->id;

	for (size_t i = 0; i < rules->n_deployments; i++) {
		if (rules->deployments[i].id == id) {
			example->deployment = &rules->deployments[i];
			return 0;
		}
	}
	return yaml_error(example->at, err, "there is no deployment %lld", (long long)id);
}

int examples_resolve(struct examples *examples, const struct rules *rules, struct error *err)
{
	for (size_t i = 0; i < examples->len; i++)
		if (find_likes(examples, examples->items[i], err) < 0)
			return -EINVAL;
	for (size_t i = 0; i < examples->len; i++) {
		struct example *example = examples->items[i];

		if (is_circle(example, 0))
			return yaml_error(example->at, err, "'%s' is like itself in a circle",
					  example->name);
		if (!example->deployment)
			continue;
		if (find_deployment(rules, example, err) < 0)
			return -EINVAL;
		for (size_t k = 0; k < example->n_expected; k++)
			if (check_expectation(example->deployment, &example->expected[k], err) < 0)
				return -EINVAL;
	}
	return 0;
}
