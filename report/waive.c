/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "waive.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "core/date.h"
#include "core/util.h"
#include "yaml_file.h"

/* A waiver as it was written. */
struct words {
	const char *need, *scope, *reason, *owner, *until;
};

/* Where its parts stand, for errors: of the command line nowhere, NULL. */
struct places {
	const struct yaml *whole, *need, *scope, *until;
};

/* "file:line:column: …" where there is a place. */
static int error_at(const struct yaml *at, struct error *err)
{
	return at ? error_wrap(err, "%s:%d:%d", at->file, at->line, at->column) : err->code;
}

const char *waive_today(char buffer[WAIVE_DAY])
{
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(buffer, WAIVE_DAY, "%Y-%m-%d", &tm);
	return buffer;
}

/* --- what must hold of each --- */

static int check_days(const struct words *words, const char *today, struct error *err)
{
	const char *until = words->until ? words->until : "";

	if (!is_date(until))
		return error_set(err, -EINVAL, "until: expected a date (2027-01-31), not '%s'",
				 until);
	if (strcmp(until, today) < 0)
		return error_set(err, -EINVAL,
				 "the waiver of '%s' ended on %s: renew it with %s, or take it out",
				 words->need, until, words->owner);
	return 0;
}

static int check_words(const struct words *words, struct error *err)
{
	const struct part {
		const char *name, *text;
	} parts[] = {
		{ "need", words->need },
		{ "until", words->until },
		{ "owner", words->owner },
		{ "reason", words->reason },
	};

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (!parts[i].text || !*parts[i].text)
			return error_set(err, -EINVAL,
					 "'%s' is missing: a waiver says what, until "
					 "when, who answers for it, and why",
					 parts[i].name);
	return 0;
}

/* --- what it names --- */

static int find_scope(struct arena *arena, const struct rules *rules, const char *scope,
		      struct waiver *waiver, struct error *err)
{
	const char *slash = scope ? strchr(scope, '/') : NULL;
	size_t len = slash ? (size_t)(slash - scope) : scope ? strlen(scope) : 0;

	if (!scope)
		return 0;
	waiver->deployment = rules_deployment(rules, arena_strndup(arena, scope, len));
	if (!waiver->deployment)
		return error_set(err, -EINVAL, "there is no deployment '%.*s'", (int)len, scope);
	if (!slash)
		return 0;
	waiver->role = deployment_role(waiver->deployment, slash + 1);
	if (!waiver->role)
		return error_set(err, -EINVAL, "%.*s has no role '%s'", (int)len, scope, slash + 1);
	return 0;
}

static bool is_in_scope(const struct waiver *waiver, const struct deployment *deployment,
			const struct role *role)
{
	return (!waiver->deployment || waiver->deployment == deployment) &&
	       (!waiver->role || waiver->role == role);
}

/* The needs that the roles in its scope ask, each as often as it is asked. */
struct asked {
	const struct need **needs;
	const char **ids;
	size_t len;
};

static void ask(const struct rules *rules, const struct waiver *waiver, struct arena *arena,
		struct asked *ret)
{
	size_t room = 0;

	for (size_t i = 0; i < rules->n_deployments; i++)
		for (size_t k = 0; k < rules->deployments[i].n_roles; k++)
			room += rules->deployments[i].roles[k].n_uses;
	*ret = (struct asked){ .needs = arena_alloc(arena, room * sizeof(*ret->needs)),
			       .ids = arena_alloc(arena, room * sizeof(*ret->ids)) };
	for (size_t i = 0; i < rules->n_deployments; i++) {
		const struct deployment *deployment = &rules->deployments[i];

		for (size_t k = 0; k < deployment->n_roles; k++) {
			const struct role *role = &deployment->roles[k];

			for (size_t u = 0;
			     is_in_scope(waiver, deployment, role) && u < role->n_uses; u++) {
				ret->needs[ret->len] = role->uses[u].need;
				ret->ids[ret->len++] = role->uses[u].need->id;
			}
		}
	}
}

static int find_need(struct arena *arena, const struct rules *rules, const struct words *words,
		     struct waiver *waiver, struct error *err)
{
	const char *id = words->need ? words->need : "", *near;
	struct asked asked;

	ask(rules, waiver, arena, &asked);
	for (size_t i = 0; i < asked.len; i++) {
		if (strcmp(asked.ids[i], id) != 0)
			continue;
		waiver->need = asked.needs[i];
		return 0;
	}
	near = cel_nearest(id, asked.ids, asked.len);
	return error_set(err, -EINVAL, "%s no need '%s'%s%s%s",
			 words->scope ? arena_printf(arena, "%s has", words->scope) : "there is",
			 words->need, near ? "; did you mean '" : "", near ? near : "",
			 near ? "'?" : "");
}

static int resolve(struct arena *arena, const struct rules *rules, const struct words *words,
		   const struct places *places, struct waiver *ret, struct error *err)
{
	if (find_scope(arena, rules, words->scope, ret, err) < 0)
		return error_at(places->scope, err);
	if (find_need(arena, rules, words, ret, err) < 0)
		return error_at(places->need, err);
	if (need_destroys(ret->need)) {
		error_set(err, -EINVAL,
			  "'%s' cannot be waived: data would be lost. Who answers for it confirms "
			  "it with --assume, or in the site's answers",
			  words->need);
		return error_at(places->need, err);
	}
	ret->reason = words->reason;
	ret->owner = words->owner;
	ret->until = words->until;
	return 0;
}

/* --- on the command line --- */

/* Cuts ",name=…" off `text`, which ends there; NULL: it is not in it. */
static const char *cut(char *text, const char *mark)
{
	char *at = strstr(text, mark);

	if (!at)
		return NULL;
	*at = '\0';
	return strip(at + strlen(mark));
}

/* The reason stands last, and may hold whatever it wants to. */
static int split(struct arena *arena, const char *text, struct words *ret, struct error *err)
{
	char *rest = arena_strdup(arena, text), *until, *owner, *scope;

	*ret = (struct words){ .reason = cut(rest, ",reason=") };
	until = strstr(rest, ",until=");
	owner = strstr(rest, ",owner=");
	if (until && owner && until < owner) {
		ret->owner = cut(rest, ",owner=");
		ret->until = cut(rest, ",until=");
	} else {
		ret->until = cut(rest, ",until=");
		ret->owner = cut(rest, ",owner=");
	}
	scope = strrchr(rest, '@');
	if (scope) {
		*scope = '\0';
		ret->scope = strip(scope + 1);
	}
	ret->need = strip(rest);
	return check_words(ret, err);
}

int waive_check(const char *text, const char *today, struct error *err)
{
	struct arena arena = { 0 };
	struct words words;
	int r = split(&arena, text, &words, err);

	if (r >= 0)
		r = check_days(&words, today, err);
	arena_free(&arena);
	return r;
}

int waive_parse(struct arena *arena, const struct rules *rules, const char *text, const char *today,
		struct waiver *ret, struct error *err)
{
	static const struct places nowhere = { 0 };
	struct words words;

	*ret = (struct waiver){ .from = "--waive" };
	if (split(arena, text, &words, err) < 0 || check_days(&words, today, err) < 0)
		return err->code;
	return resolve(arena, rules, &words, &nowhere, ret, err);
}

/* --- in a file --- */

static int read_words(const struct yaml *entry, struct words *words, struct places *places,
		      struct error *err)
{
	const struct key {
		const char *name;
		const char **text;
		const struct yaml **place;
	} keys[] = {
		{ "need", &words->need, &places->need },
		{ "for", &words->scope, &places->scope },
		{ "reason", &words->reason, NULL },
		{ "owner", &words->owner, NULL },
		{ "until", &words->until, &places->until },
	};

	*words = (struct words){ 0 };
	*places = (struct places){ .whole = entry };
	if (entry->kind != YAML_MAP)
		return yaml_error(entry, err,
				  "expected a waiver (need, reason, owner, until), found %s",
				  yaml_kind_name(entry));
	for (size_t i = 0; i < entry->len; i++) {
		const struct key *key = NULL;

		for (size_t k = 0; !key && k < ARRAY_SIZE(keys); k++)
			if (strcmp(keys[k].name, entry->keys[i].text) == 0)
				key = &keys[k];
		if (!key)
			return yaml_error(
				&entry->keys[i], err,
				"unknown key '%s'; expected one of: need for reason owner "
				"until",
				entry->keys[i].text);
		if (entry->items[i].kind != YAML_TEXT)
			return yaml_error(&entry->items[i], err, "%s: expected a text, found %s",
					  key->name, yaml_kind_name(&entry->items[i]));
		*key->text = entry->items[i].text;
		if (key->place)
			*key->place = &entry->items[i];
	}
	return 0;
}

static int read_entry(struct arena *arena, const struct rules *rules, const struct yaml *entry,
		      const char *today, struct waiver *ret, struct error *err)
{
	struct places places;
	struct words words;

	if (read_words(entry, &words, &places, err) < 0)
		return -EINVAL;
	*ret = (struct waiver){ .from = arena_printf(arena, "%s:%d", entry->file, entry->line) };
	if (check_words(&words, err) < 0)
		return error_at(places.whole, err);
	if (check_days(&words, today, err) < 0)
		return error_at(places.until, err);
	return resolve(arena, rules, &words, &places, ret, err);
}

int waive_read(struct arena *arena, const struct rules *rules, const char *path, const char *today,
	       struct waivers *ret, struct error *err)
{
	struct yaml tree = { 0 };
	struct waiver *items;
	int r = yaml_file_read(arena, path, &tree, err);

	*ret = (struct waivers){ 0 };
	if (r <= 0)
		return r;
	if (tree.kind != YAML_LIST)
		return yaml_error(&tree, err,
				  "expected a list of waivers (need, for, reason, owner, until), "
				  "found %s",
				  yaml_kind_name(&tree));
	items = arena_alloc(arena, tree.len * sizeof(*items));
	for (size_t i = 0; i < tree.len; i++)
		if (read_entry(arena, rules, &tree.items[i], today, &items[i], err) < 0)
			return -EINVAL;
	*ret = (struct waivers){ .items = items, .len = tree.len };
	return 1;
}

/* --- for reports --- */

const char *waive_scope(struct arena *arena, const struct waiver *waiver)
{
	if (!waiver->deployment)
		return "";
	if (!waiver->role)
		return arena_printf(arena, "%" PRId64, waiver->deployment->id);
	return arena_printf(arena, "%" PRId64 "/%s", waiver->deployment->id, waiver->role->name);
}

const char *waive_words(struct arena *arena, const struct waiver *waiver)
{
	const char *scope = waive_scope(arena, waiver);

	return arena_printf(arena, "Waived until %s by %s: %s%s%s (%s)", waiver->until,
			    waiver->owner, waiver->need->id, *scope ? " of " : "", scope,
			    waiver->reason);
}

size_t waive_count(const struct judgement *judgement, const struct waiver *waiver)
{
	size_t count = 0;

	for (size_t i = 0; i < judgement->rules->n_deployments; i++) {
		const struct deployment_finding *finding = &judgement->deployments[i];

		for (size_t k = 0; k < finding->deployment->n_roles; k++)
			for (size_t u = 0; u < finding->roles[k].role->n_uses; u++)
				count += finding->roles[k].uses[u].waiver == waiver;
	}
	return count;
}
