/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "actions.h"

#include <string.h>

#include "core/util.h"

/* A name that is there already gets the newer value. */
static void add(struct arena *arena, struct action_list *list, const char *name, const char *value)
{
	for (size_t i = 0; i < list->len; i++) {
		if (strcmp(list->items[i].name, name) != 0)
			continue;
		list->items[i].value = value;
		return;
	}
	list->items = arena_grown(arena, list->items, list->len, &list->size, sizeof(*list->items));
	list->items[list->len++] = (struct action){ name, value };
}

/* --- packages and units --- */

static void add_packages(struct arena *arena, const struct rules *rules, struct actions *actions,
			 const char *name)
{
	const struct package *package = rules_package(rules, name);
	const char *names =
		package && actions->manager >= 0 ? package->names[actions->manager] : NULL;

	if (!names) {
		add(arena, &actions->unnamed, package ? package->title : name, NULL);
		return;
	}
	while (*names) {
		size_t len = strcspn(names, " ");

		add(arena, &actions->packages, arena_strndup(arena, names, len), NULL);
		names += len + strspn(names + len, " ");
	}
}

/* The unit that a package brings, or the unit of that name; NULL: the package's is not known here. */
static const char *unit_of(const struct rules *rules, const struct actions *actions,
			   const char *name)
{
	const struct package *package = rules_package(rules, name);

	if (!package)
		return name;
	return actions->manager >= 0 ? package->units[actions->manager] : NULL;
}

static void add_unit(struct arena *arena, const struct rules *rules, struct actions *actions,
		     struct action_list *list, const char *name)
{
	const char *unit = unit_of(rules, actions, name);

	if (unit)
		add(arena, list, unit, NULL);
	else
		add(arena, &actions->unnamed_units, rules_package(rules, name)->title, NULL);
}

/* --- the kernel command line --- */

/* The next word of a command line, quotes and all; false behind the last. */
static bool next_word(const char **line, const char **ret_word, size_t *ret_len)
{
	const char *at = *line + strspn(*line, " \t");
	bool quoted = false;
	size_t len = 0;

	for (; at[len] && (quoted || !strchr(" \t", at[len])); len++)
		quoted ^= at[len] == '"';
	*ret_word = at;
	*ret_len = len;
	*line = at + len;
	return len > 0;
}

static bool is_parameter(const char *word, size_t len, const char *name)
{
	size_t n = strlen(name);

	return len >= n && strncmp(word, name, n) == 0 && (len == n || word[n] == '=');
}

/* Is it taken off, by its whole text or by its name alone? */
static bool is_taken(const struct action_list *taken, const char *word, size_t len)
{
	for (size_t i = 0; i < taken->len; i++) {
		const char *text = taken->items[i].name;

		if (strchr(text, '=') ? strlen(text) == len && strncmp(text, word, len) == 0
				      : is_parameter(word, len, text))
			return true;
	}
	return false;
}

static bool is_put(const struct action_list *put, const char *word, size_t len)
{
	for (size_t i = 0; i < put->len; i++)
		if (strlen(put->items[i].name) == len &&
		    strncmp(put->items[i].name, word, len) == 0)
			return true;
	return false;
}

static const char *append(struct arena *arena, const char *line, const char *word, size_t len)
{
	return arena_printf(arena, "%s%s%.*s", line, *line ? " " : "", (int)len, word);
}

const char *actions_cmdline(struct arena *arena, const char *line, const struct action_list *taken,
			    const struct action_list *put)
{
	const char *made = "", *word;
	size_t len;

	/* What stands behind "--" is for init (admin-guide/kernel-parameters.rst of Linux). */
	while (next_word(&line, &word, &len)) {
		if (len == 2 && strncmp(word, "--", 2) == 0) {
			line = word;
			break;
		}
		if (!is_taken(taken, word, len) && !is_put(put, word, len))
			made = append(arena, made, word, len);
	}
	for (size_t i = 0; i < put->len; i++)
		made = append(arena, made, put->items[i].name, strlen(put->items[i].name));
	line += strspn(line, " \t");
	return *line ? append(arena, made, line, strlen(line)) : made;
}

const char *actions_taken(struct arena *arena, const struct actions *actions)
{
	const char *line = actions->before ? actions->before : "", *made = "", *word;
	size_t len;

	while (next_word(&line, &word, &len) && !(len == 2 && strncmp(word, "--", 2) == 0))
		if (is_taken(&actions->taken, word, len) && !is_put(&actions->put, word, len))
			made = append(arena, made, word, len);
	return made;
}

/* A list "a,b,c" without one of its members; NULL: nothing is left of it. */
static const char *without(struct arena *arena, const char *list, size_t len, const char *member)
{
	const char *left = NULL, *end = list + len;

	while (list < end) {
		size_t n = strcspn(list, ", \t");

		if (n > (size_t)(end - list))
			n = (size_t)(end - list);
		if (n != strlen(member) || strncmp(list, member, n) != 0)
			left = left ? arena_printf(arena, "%s,%.*s", left, (int)n, list)
				    : arena_strndup(arena, list, n);
		list += n + 1;
	}
	return left;
}

static void drop(struct action_list *list, const char *name)
{
	for (size_t i = 0; i < list->len; i++) {
		if (strcmp(list->items[i].name, name) != 0)
			continue;
		memmove(&list->items[i], &list->items[i + 1],
			(list->len - i - 1) * sizeof(*list->items));
		list->len--;
		return;
	}
}

/*
 * One value of a parameter goes: the words of the line that have it, alone or in a list, by what is
 * left of them. What an earlier step left is taken on from there.
 */
static void take_value(struct arena *arena, struct actions *actions, const struct step *step)
{
	const char *line = actions->before ? actions->before : "", *word;
	size_t len, name = strlen(step->name);
	bool seen = false;

	for (size_t i = 0; i < actions->put.len; i++) {
		const char *put = actions->put.items[i].name, *left;

		if (!is_parameter(put, strlen(put), step->name))
			continue;
		left = without(arena, put + name + 1, strlen(put) - name - 1, step->value);
		drop(&actions->put, put);
		if (left)
			add(arena, &actions->put, arena_printf(arena, "%s=%s", step->name, left),
			    NULL);
		return;
	}
	while (next_word(&line, &word, &len)) {
		const char *left;

		if (!is_parameter(word, len, step->name) || len <= name)
			continue;
		left = without(arena, word + name + 1, len - name - 1, step->value);
		if (left && strlen(left) == len - name - 1)
			continue;
		seen = true;
		add(arena, &actions->taken, arena_strndup(arena, word, len), NULL);
		if (left)
			add(arena, &actions->put, arena_printf(arena, "%s=%s", step->name, left),
			    NULL);
	}
	if (!seen && !actions->before)
		add(arena, &actions->taken, arena_printf(arena, "%s=%s", step->name, step->value),
		    NULL);
}

static void put_parameter(struct arena *arena, struct actions *actions, const struct step *step)
{
	add(arena, &actions->taken, step->name, NULL);
	for (size_t i = 0; i < actions->put.len; i++) {
		const char *put = actions->put.items[i].name;

		if (!is_parameter(put, strlen(put), step->name))
			continue;
		drop(&actions->put, put);
		break;
	}
	add(arena, &actions->put,
	    step->value ? arena_printf(arena, "%s=%s", step->name, step->value) : step->name, NULL);
}

/*
 * Pages of one size are set aside by a sysctl while the system runs, and at boot by two words that
 * belong together (admin-guide/mm/hugetlbpage.rst of Linux).
 */
static void add_hugepages(struct arena *arena, struct actions *actions, const struct step *step,
			  enum remedy_kind kind)
{
	if (!step->value)
		return;
	if (kind == REMEDY_SETUP && strcmp(step->name, "2M") == 0) {
		add(arena, &actions->sysctls, "vm.nr_hugepages", step->value);
		return;
	}
	add(arena, &actions->put,
	    arena_printf(arena, "hugepagesz=%s hugepages=%s", step->name, step->value), NULL);
}

/* --- all steps --- */

const char *firmware_menu(struct arena *arena, const struct rules *rules, const char *maker,
			  const char *setting)
{
	const struct firmware_setting *row = rules_setting(rules, setting);

	for (size_t i = 0; row && maker && i < row->n_menus; i++) {
		const struct firmware_vendor *vendor = rules_vendor(rules, row->menus[i].vendor);

		for (size_t k = 0; vendor && k < vendor->n_match; k++)
			if (strncasecmp(maker, vendor->match[k], strlen(vendor->match[k])) == 0)
				return arena_printf(arena, "%s: %s", vendor->title,
						    row->menus[i].text);
	}
	return NULL;
}

static void add_menu(struct arena *arena, const struct rules *rules, struct actions *actions,
		     const struct step *step)
{
	const struct firmware_setting *setting = rules_setting(rules, step->name);

	add(arena, &actions->menus,
	    arena_printf(arena, "%s: %s", setting ? setting->title : step->name, step->value),
	    firmware_menu(arena, rules, actions->maker, step->name));
}

static void add_step(struct arena *arena, const struct rules *rules, struct actions *actions,
		     enum remedy_kind kind, const struct step *step)
{
	switch (step->kind) {
	case STEP_PACKAGE:
		add_packages(arena, rules, actions, step->name);
		break;
	case STEP_MODULE:
		add(arena, kind == REMEDY_SETUP ? &actions->modules : &actions->modules_at_boot,
		    step->name, NULL);
		break;
	case STEP_MODULE_OPTION:
		add(arena, &actions->options, step->name, step->value);
		break;
	case STEP_UNBLOCK:
		add(arena, &actions->unblocked, step->name, NULL);
		break;
	case STEP_SYSCTL:
		add(arena, &actions->sysctls, step->name, step->value);
		break;
	case STEP_CMDLINE:
		put_parameter(arena, actions, step);
		break;
	case STEP_CMDLINE_REMOVE:
		if (step->value)
			take_value(arena, actions, step);
		else
			add(arena, &actions->taken, step->name, NULL);
		break;
	case STEP_ENABLE:
		add_unit(arena, rules, actions, &actions->enable, step->name);
		break;
	case STEP_DISABLE:
		add_unit(arena, rules, actions, &actions->disable, step->name);
		break;
	case STEP_HUGEPAGES:
		add_hugepages(arena, actions, step, kind);
		break;
	case STEP_SWAP_OFF:
		actions->swap_off = true;
		break;
	case STEP_FIRMWARE:
		add_menu(arena, rules, actions, step);
		break;
	case STEP_RUN:
		add(arena, &actions->run, step->name, NULL);
		break;
	case STEP_GIVES:
	case N_STEP_KINDS:
		break;
	}
}

static int manager_of(struct facts *facts)
{
	const char *name = facts_string(facts, "os.package_manager");

	for (int i = 0; name && i < N_PACKAGE_MANAGERS; i++)
		if (strcmp(package_manager_name((enum package_manager)i), name) == 0)
			return i;
	return -1;
}

static const char *closed_by(struct arena *arena, struct facts *facts)
{
	const char *container = facts_string(facts, "host.container");

	if (facts_is_true(facts, "os.image_based"))
		return "this system is an image: it is changed by its own configuration, not by "
		       "commands";
	if (container && strcmp(container, "none") != 0)
		return arena_printf(
			arena, "this is a %s container: its kernel and settings are the host's",
			container);
	return NULL;
}

struct actions *actions_new(struct arena *arena, struct facts *facts)
{
	struct actions *actions = arena_alloc(arena, sizeof(*actions));

	actions->closed = closed_by(arena, facts);
	actions->manager = manager_of(facts);
	actions->maker = facts_string(facts, "host.vendor");
	actions->before = facts_string(facts, "kernel.cmdline");
	return actions;
}

void actions_add(struct arena *arena, const struct rules *rules, struct actions *actions,
		 const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_changes; i++)
		for (size_t k = 0; k < plan->changes[i].n_steps; k++)
			add_step(arena, rules, actions, plan->changes[i].kind,
				 &plan->changes[i].steps[k]);
	if (actions->before)
		actions->after =
			actions_cmdline(arena, actions->before, &actions->taken, &actions->put);
}

bool actions_now(const struct actions *actions)
{
	return actions->packages.len || actions->modules.len || actions->modules_at_boot.len ||
	       actions->options.len || actions->unblocked.len || actions->sysctls.len ||
	       actions->enable.len || actions->disable.len || actions->run.len || actions->swap_off;
}

bool actions_reboot(const struct actions *actions)
{
	return actions->taken.len || actions->put.len;
}

const char *actions_install(struct arena *arena, const struct actions *actions)
{
	static const char *const commands[N_PACKAGE_MANAGERS] = {
		[MANAGER_APT] = "apt-get install -y",
		[MANAGER_DNF] = "dnf install -y",
		[MANAGER_ZYPPER] = "zypper --non-interactive install",
		[MANAGER_PACMAN] = "pacman -S --needed --noconfirm",
		[MANAGER_APK] = "apk add",
	};
	const char *command;

	if (!actions->packages.len || actions->manager < 0)
		return NULL;
	command = commands[actions->manager];
	for (size_t i = 0; i < actions->packages.len; i++)
		command = arena_printf(arena, "%s %s", command, actions->packages.items[i].name);
	return command;
}

/* "A && B"; the first has nothing in front. */
static const char *and_then(struct arena *arena, const char *command, const char *format,
			    const struct action_list *list)
{
	for (size_t i = 0; i < list->len; i++) {
		const char *part = list->items[i].name;

		if (list->items[i].value)
			part = arena_printf(arena, "%s=%s", part, list->items[i].value);
		command = arena_printf(arena, "%s%s%s%s", command, *command ? " && " : "", format,
				       part);
	}
	return command;
}

const char *actions_command(struct arena *arena, const struct rules *rules, struct facts *facts,
			    enum remedy_kind kind, const struct step *steps, size_t n)
{
	struct actions *actions = actions_new(arena, facts);
	const char *init = facts_string(facts, "host.init"), *install, *command;

	for (size_t i = 0; i < n; i++)
		add_step(arena, rules, actions, kind, &steps[i]);
	/* Files that are to be changed have no short command, and half of it would be none. */
	if (actions->closed || actions->unnamed.len || actions->unnamed_units.len ||
	    actions->unblocked.len || actions->options.len || actions->modules_at_boot.len ||
	    actions_reboot(actions) || actions->swap_off)
		return NULL;
	if ((actions->enable.len || actions->disable.len) &&
	    !(init && strcmp(init, "systemd") == 0))
		return NULL;
	install = actions_install(arena, actions);
	command = install ? install : "";
	command = and_then(arena, command, "modprobe ", &actions->modules);
	command = and_then(arena, command, "sysctl -w ", &actions->sysctls);
	command = and_then(arena, command, "systemctl disable --now ", &actions->disable);
	command = and_then(arena, command, "systemctl enable --now ", &actions->enable);
	command = and_then(arena, command, "", &actions->run);
	return *command ? command : NULL;
}
