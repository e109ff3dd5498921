/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load: capabilities and kernel features, each when its name is first used */
#include <errno.h>
#include <string.h>

#include "core/loader.h"
#include "core/util.h"

int define(struct loader *loader, const struct yaml *key, const struct yaml *node, bool is_feature)
{
	struct index *index = is_feature ? &loader->features : &loader->capabilities;
	struct definition *definition = index_get(index, key->text);

	if (definition)
		return yaml_error(key, loader->err, "'%s' is defined already, at %s:%d", key->text,
				  definition->node->file, definition->node->line);
	definition = arena_alloc(loader->arena, sizeof(*definition));
	definition->name = key->text;
	definition->node = node;
	definition->is_feature = is_feature;
	pointers_add(loader->arena, &loader->definitions, definition);
	index_add(loader->arena, index, key->text, definition);
	return 0;
}

/* --- features --- */

/* "a || b", either may be missing. */
static const char *either(struct arena *arena, const char *a, const char *b)
{
	return a ? arena_printf(arena, "%s || %s", a, b) : b;
}

struct feature {
	const char *title;
	const char *works;
	const char *const *filesystems, *const *modules, *const *configs;
	size_t n_filesystems, n_modules, n_configs;
	const struct yaml *diagnosis; /* causes of its own, before those of all; NULL: none */
};

/*
 * Works now, else its filesystem is there, else one of its modules, else one of its options is
 * built in.
 */
static const char *feature_check(struct arena *arena, const struct feature *feature)
{
	const char *check = feature->works ? arena_printf(arena, "(%s)", feature->works) : NULL;

	for (size_t i = 0; i < feature->n_filesystems; i++)
		check = either(
			arena, check,
			arena_printf(arena, "kernel.filesystem['%s']", feature->filesystems[i]));
	for (size_t i = 0; i < feature->n_modules; i++)
		check = either(
			arena, check,
			arena_printf(arena,
				     "kernel.module['%s'] in ['loaded', 'builtin'] || "
				     "(kernel.module['%s'] == 'available' && "
				     "!kernel.module_blocked['%s'] && !kernel.modules_disabled)",
				     feature->modules[i], feature->modules[i],
				     feature->modules[i]));
	for (size_t i = 0; i < feature->n_configs; i++)
		check = either(
			arena, check,
			arena_printf(arena, "kernel.config['%s'] == 'y'", feature->configs[i]));
	return check;
}

static const char *for_each(struct arena *arena, const char *const *names, size_t n,
			    const char *format_before, const char *format_behind)
{
	const char *all = NULL;

	for (size_t i = 0; i < n; i++)
		all = either(arena, all,
			     arena_printf(arena, "%s%s%s", format_before, names[i], format_behind));
	return all ? all : "false";
}

/* `text` with the %s in it replaced. */
static const char *replace(struct arena *arena, const char *text, const char *by)
{
	const char *mark = strstr(text, "%s");

	return arena_printf(arena, "%.*s%s%s", (int)(mark - text), text, by, mark + 2);
}

/* Why a kernel feature is missing, the same for all of them; the last row always fits. */
enum feature_row {
	MODULES_DISABLED,
	REFUSED,
	BLOCKED_AT_BOOT,
	BLOCKED,
	IN_CONTAINER,
	NOT_INSTALLED,
	NOT_BUILT,
	N_FEATURE_ROWS,
};

/* %s in a text is the feature's title. */
static const struct {
	enum cause cause;
	enum remedy_kind kind;
	const char *text;
} feature_rows[N_FEATURE_ROWS] = {
	[MODULES_DISABLED] = { CAUSE_MODULE_BLOCKED, REMEDY_REBOOT,
			       "Module loading is switched off until the next boot "
			       "(kernel.modules_disabled); have %s loaded before that." },
	[REFUSED] = { CAUSE_MODULE_BLOCKED, REMEDY_REBOOT,
		      "Sign the module for %s with a key that the kernel trusts (mokutil --import, "
		      "then a boot), or boot without Secure Boot, lockdown= and "
		      "module.sig_enforce." },
	[BLOCKED_AT_BOOT] = { CAUSE_DISABLED_CMDLINE, REMEDY_REBOOT,
			      "Take the module for %s off module_blacklist= on the kernel "
			      "command line." },
	[BLOCKED] = { CAUSE_MODULE_BLOCKED, REMEDY_SETUP,
		      "Take the module for %s off the blacklist (/etc/modprobe.d, or "
		      "modprobe.blacklist= at boot)." },
	[IN_CONTAINER] = { CAUSE_HIDDEN_BY_CONTAINER, REMEDY_PLATFORM,
			   "%s is a matter of the kernel outside this container." },
	[NOT_INSTALLED] = { CAUSE_NOT_CONFIGURED, REMEDY_SETUP,
			    "This kernel has %s as a module that is not installed: install its "
			    "package of extra modules." },
	[NOT_BUILT] = { CAUSE_NOT_BUILT, REMEDY_REBOOT,
			"Boot a kernel with %s, which the distribution's standard one usually "
			"has." },
};

/*
 * What a plan does where something keeps a module from loading: on the system, on the kernel command
 * line, or at boot before loading is switched off.
 */
static struct step module_step(enum feature_row row, const char *module)
{
	switch (row) {
	case BLOCKED:
		return (struct step){ .kind = STEP_UNBLOCK, .name = module };
	case BLOCKED_AT_BOOT:
		return (struct step){ .kind = STEP_CMDLINE_REMOVE,
				      .name = "module_blacklist",
				      .value = module };
	default:
		return (struct step){ .kind = STEP_MODULE, .name = module };
	}
}

static void feature_steps(struct loader *loader, const struct feature *feature,
			  enum feature_row row, struct remedy *remedy)
{
	struct step *steps;

	if (row != BLOCKED && row != BLOCKED_AT_BOOT && row != MODULES_DISABLED)
		return;
	steps = arena_alloc(loader->arena, feature->n_modules * sizeof(*steps));
	for (size_t i = 0; i < feature->n_modules; i++) {
		steps[i] = module_step(row, feature->modules[i]);
		steps[i].operand = value_null();
	}
	remedy->steps = steps;
	remedy->n_steps = feature->n_modules;
}

/* When each row fits; NULL: always. */
static void feature_conditions(struct arena *arena, const struct feature *feature,
			       const char *whens[N_FEATURE_ROWS])
{
	const char *there = for_each(arena, feature->modules, feature->n_modules, "kernel.module['",
				     "'] == 'available'");

	whens[MODULES_DISABLED] = arena_printf(arena, "(%s) && kernel.modules_disabled", there);
	whens[REFUSED] = arena_printf(arena, "(%s) && (%s)", there,
				      for_each(arena, feature->modules, feature->n_modules, "'",
					       "' in kernel.modules.refused"));
	whens[BLOCKED_AT_BOOT] =
		arena_printf(arena, "(%s) && has(kernel.cmdline.module_blacklist) && (%s)", there,
			     for_each(arena, feature->modules, feature->n_modules,
				      "kernel.cmdline.module_blacklist.matches('(^|,)", "(,|$)')"));
	whens[BLOCKED] = arena_printf(arena, "(%s) && (%s)", there,
				      for_each(arena, feature->modules, feature->n_modules,
					       "kernel.module_blocked['", "']"));
	whens[IN_CONTAINER] = "host.container != 'none'";
	/*
	 * An option of a feature that has no module is part of the kernel or is not there at all.
	 */
	whens[NOT_INSTALLED] =
		for_each(arena, feature->configs, feature->n_modules ? feature->n_configs : 0,
			 "kernel.config['", "'] == 'm'");
	whens[NOT_BUILT] = NULL;
}

static int feature_diagnosis(struct loader *loader, const struct yaml *at,
			     const struct feature *feature, struct need *need)
{
	const size_t n_own = feature->diagnosis ? feature->diagnosis->len : 0;
	struct diagnosis *all = arena_alloc(loader->arena, (n_own + N_FEATURE_ROWS) * sizeof(*all));
	struct diagnosis *rows = all + n_own, *own = NULL;
	const char *whens[N_FEATURE_ROWS];

	if (feature->diagnosis && read_rows(loader, feature->diagnosis, &own) < 0)
		return -EINVAL;
	for (size_t i = 0; i < n_own; i++)
		all[i] = own[i];
	if (n_own && !own[n_own - 1].when)
		return yaml_error(feature->diagnosis, loader->err,
				  "a feature's own causes each have a 'when': others follow them");
	feature_conditions(loader->arena, feature, whens);
	for (size_t i = 0; i < N_FEATURE_ROWS; i++) {
		struct possible_cause *cause = arena_alloc(loader->arena, sizeof(*cause));

		cause->cause = feature_rows[i].cause;
		cause->remedy.kind = feature_rows[i].kind;
		cause->remedy.text = replace(loader->arena, feature_rows[i].text, feature->title);
		feature_steps(loader, feature, i, &cause->remedy);
		rows[i].causes = cause;
		rows[i].n_causes = 1;
		if (whens[i] && compile_text(loader, at, whens[i], NULL, &rows[i].when) < 0)
			return -EINVAL;
	}
	need->diagnoses = all;
	need->n_diagnoses = n_own + N_FEATURE_ROWS;
	return 0;
}

static int load_feature(struct loader *loader, const struct definition *definition,
			struct capability *capability)
{
	const struct yaml *node = definition->node;
	struct need *need = arena_alloc(loader->arena, sizeof(*need));
	struct feature feature = { 0 };
	const char *check;

	if (read_keys(loader, node, "title works filesystem module config diagnosis") < 0 ||
	    read_text(loader, node, "title", true, &feature.title) < 0 ||
	    read_text(loader, node, "works", false, &feature.works) < 0 ||
	    read_texts(loader, node, "filesystem", &feature.filesystems, &feature.n_filesystems) <
		    0 ||
	    read_texts(loader, node, "module", &feature.modules, &feature.n_modules) < 0 ||
	    read_texts(loader, node, "config", &feature.configs, &feature.n_configs) < 0)
		return -EINVAL;
	feature.diagnosis = yaml_get(node, "diagnosis");
	check = feature_check(loader->arena, &feature);
	if (!check)
		return yaml_error(node, loader->err,
				  "expected some of: works, filesystem, module, config");
	need->kind = NEED_CHECK;
	need->id = arena_printf(loader->arena, "feature.%s", definition->name);
	need->title = capability->title = feature.title;
	need->deferred = true;
	if (compile_text(loader, node, check, NULL, &need->expr) < 0 ||
	    feature_diagnosis(loader, node, &feature, need) < 0)
		return -EINVAL;
	return intern_need(loader, node, need, &capability->need);
}

/* --- capabilities --- */

static int load_bundle(struct loader *loader, const struct yaml *node,
		       struct capability *capability)
{
	struct use_context context = { .most = WEIGHT_HARD };
	struct uses uses = { 0 };

	if (read_keys(loader, node, "capability title needs why source") < 0 ||
	    read_text(loader, node, "why", false, &context.why) < 0 ||
	    read_texts(loader, node, "source", &context.sources, &context.n_sources) < 0 ||
	    load_needs(loader, yaml_get(node, "needs"), &context, &uses) < 0)
		return -EINVAL;
	capability->uses = uses.items;
	capability->n_uses = uses.len;
	return 0;
}

/* any, all and a plain need under a name: the group's id is the capability's. */
static int load_named_check(struct loader *loader, const struct yaml *node,
			    struct capability *capability)
{
	const struct yaml *check = yaml_get(node, "check"), *hardware = yaml_get(node, "hardware");
	struct need *need = arena_alloc(loader->arena, sizeof(*need));

	if (!check)
		return yaml_error(node, loader->err, "expected 'check' or 'needs'");
	need->kind = NEED_CHECK;
	need->id = capability->name;
	need->title = capability->title;
	if (read_keys(loader, node,
		      "capability title check hardware diagnosis excludes why source") < 0 ||
	    read_expr(loader, check, NULL, &need->expr) < 0 ||
	    (hardware && read_expr(loader, hardware, NULL, &need->hardware) < 0) ||
	    read_diagnosis(loader, node, &need->diagnoses, &need->n_diagnoses) < 0)
		return -EINVAL;
	need->deferred = !need->hardware && expr_is_deferred(need->expr, NULL);
	note_exclusions(loader, node, capability->name, true);
	return intern_need(loader, node, need, &capability->need);
}

static int load_definition(struct loader *loader, struct definition *definition)
{
	struct capability *capability = arena_alloc(loader->arena, sizeof(*capability));
	int r;

	capability->name = definition->is_feature
				   ? arena_printf(loader->arena, "feature.%s", definition->name)
				   : definition->name;
	definition->loading = true;
	if (definition->is_feature) {
		r = load_feature(loader, definition, capability);
	} else {
		r = read_text(loader, definition->node, "title", true, &capability->title);
		if (r >= 0)
			r = yaml_get(definition->node, "needs")
				    ? load_bundle(loader, definition->node, capability)
				    : load_named_check(loader, definition->node, capability);
	}
	definition->loading = false;
	definition->loaded = capability;
	return r;
}

static const struct capability *base_capability(const struct loader *loader, const char *name)
{
	for (size_t i = 0; loader->base && i < loader->base->n_capabilities; i++)
		if (strcmp(loader->base->capabilities[i].name, name) == 0)
			return &loader->base->capabilities[i];
	return NULL;
}

int find_capability(struct loader *loader, const struct yaml *at, const char *name, bool is_feature,
		    const struct capability **ret)
{
	struct definition *definition =
		index_get(is_feature ? &loader->features : &loader->capabilities, name);

	if (!definition) {
		*ret = base_capability(loader,
				       is_feature ? arena_printf(loader->arena, "feature.%s", name)
						  : name);
		return *ret ? 0 : no_capability(loader, at, name, is_feature);
	}
	if (definition->loading)
		return yaml_error(at, loader->err, "'%s' asks for itself in a circle", name);
	if (!definition->loaded && load_definition(loader, definition) < 0)
		return -EINVAL;
	*ret = definition->loaded;
	return 0;
}
