/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load: how many units a role's host carries (`room:`), and sizes asked per unit (`per:`) */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "core/loader.h"
#include "core/quantity.h"
#include "core/util.h"

/* What a limit, or a room for all of its limits, says of where its figures come from. */
struct origin {
	const char *why;
	const char *const *sources;
	size_t n_sources;
};

static int read_origin(struct loader *loader, const struct yaml *node, struct origin *origin)
{
	const char *why;

	if (read_text(loader, node, "why", false, &why) < 0 ||
	    read_texts(loader, node, "source", &origin->sources, &origin->n_sources) < 0)
		return -EINVAL;
	if (why)
		origin->why = why;
	return 0;
}

static const struct field_def *field_named(const struct fact_def *list, const char *name)
{
	for (const struct field_def *field = list->fields; field && field->name; field++)
		if (strcmp(field->name, name) == 0)
			return field;
	return NULL;
}

static int find_list(struct loader *loader, const struct yaml *at, const char *name,
		     const struct fact_def **ret)
{
	*ret = fact_def_of(name, NULL);
	if (!*ret || (*ret)->type != FACT_RECORDS)
		return yaml_error(at, loader->err, "'%s' is no list of records", name);
	return 0;
}

/*
 * "133 MiB", a size of the limit's unit, or an expression. GB means for each what it means in
 * needs.
 */
static int read_amount(struct loader *loader, const struct yaml *node,
		       const struct room_limit *limit, const char *within,
		       const struct cel_expr **ret)
{
	const char *name = limit->fact ? limit->fact : "";
	const char *text = node->text;
	struct error err;
	int64_t number;

	if (node->kind != YAML_TEXT || !*text)
		return yaml_error(node, loader->err,
				  "expected an amount or an expression, found %s",
				  yaml_kind_name(node));
	if (isdigit((unsigned char)*text) &&
	    quantity_parse_unit(text, limit->unit, name, &number, &err) == 0) {
		if (number < 0)
			return yaml_error(node, loader->err, "'%s' is less than nothing", text);
		text = arena_printf(loader->arena, "%" PRId64, number);
	} else if (isdigit((unsigned char)*text) && !strpbrk(text, "*+-(?")) {
		return yaml_error(node, loader->err, "%s", err.text);
	}
	return compile_number(loader, node, text, within, ret);
}

/* What there is of it: a fact, an expression, the records of a list or a field of theirs. */
static int read_supply(struct loader *loader, const struct yaml *node, const char *within,
		       struct room_limit *limit)
{
	const struct yaml *of = yaml_get(node, "of"), *where = yaml_get(node, "where");
	const char *count, *sum, *text;
	const struct fact_def *def = NULL;

	if (read_text(loader, node, "count", false, &count) < 0 ||
	    read_text(loader, node, "sum", false, &sum) < 0 ||
	    read_text(loader, node, "of", false, &text) < 0 ||
	    read_text(loader, node, "unit", false, &limit->unit) < 0)
		return -EINVAL;
	if ((!!count + !!sum + (of && !sum)) != 1 || (sum && !of))
		return yaml_error(node, loader->err,
				  "what runs out? expected one of: of, count, or sum with of");
	if (where && !count && !sum)
		return yaml_error(where, loader->err, "where: of which list?");
	limit->list = count ? count : sum;
	if (limit->list &&
	    find_list(loader, yaml_get(node, count ? "count" : "sum"), limit->list, &def) < 0)
		return -EINVAL;
	if (where && read_expr(loader, where, limit->list, &limit->where) < 0)
		return -EINVAL;
	if (of &&
	    compile_number(loader, of, text, limit->list ? limit->list : within, &limit->of) < 0)
		return -EINVAL;
	limit->fact = limit->list;
	if (def && of && field_named(def, text) && !limit->unit)
		limit->unit = field_named(def, text)->unit;
	if (limit->list)
		return 0;
	def = fact_def_of(text, NULL);
	if (def && def->type == FACT_COUNT) {
		limit->fact = text;
		limit->unit = def->unit;
	}
	def = within ? fact_def_of(within, NULL) : NULL;
	if (def && field_named(def, text)) {
		limit->fact = within;
		limit->unit = field_named(def, text)->unit;
	}
	return 0;
}

static int load_limit(struct loader *loader, const struct yaml *node, const struct room *room,
		      const struct origin *outer, struct room_limit *limit)
{
	static const struct yaml one = { .kind = YAML_TEXT, .text = "1", .file = "" };
	const struct yaml *each = yaml_get(node, "each"), *host = yaml_get(node, "host");
	struct origin origin = *outer;
	const struct shortfall *known;

	if (read_keys(loader, node, "of count sum where each host title unit why source") < 0 ||
	    read_supply(loader, node, room->within, limit) < 0 ||
	    read_text(loader, node, "title", false, &limit->title) < 0 ||
	    read_origin(loader, node, &origin) < 0 ||
	    read_amount(loader, each ? each : &one, limit, room->within, &limit->each) < 0 ||
	    (host && read_amount(loader, host, limit, room->within, &limit->host) < 0))
		return -EINVAL;
	known = limit->fact && !limit->title ? shortfall_of(loader, limit->fact) : NULL;
	if (known)
		limit->title = known->title;
	if (!limit->title)
		return yaml_error(node, loader->err, "'title' is missing: what runs out?");
	if (!origin.why || !origin.n_sources)
		return yaml_error(node, loader->err,
				  "'%s' is missing: where do these figures come from?",
				  origin.why ? "source" : "why");
	limit->why = origin.why;
	limit->sources = origin.sources;
	limit->n_sources = origin.n_sources;
	return 0;
}

static int load_room(struct loader *loader, const struct yaml *node, struct room *room)
{
	const struct yaml *limits = yaml_get(node, "limits");
	struct room_limit *all;
	struct origin origin = { 0 };
	const struct fact_def *list;

	if (read_keys(loader, node, "unit units within limits why source") < 0 ||
	    read_text(loader, node, "unit", true, &room->unit) < 0 ||
	    read_text(loader, node, "units", false, &room->units) < 0 ||
	    read_text(loader, node, "within", false, &room->within) < 0 ||
	    read_origin(loader, node, &origin) < 0)
		return -EINVAL;
	if (room->within && find_list(loader, yaml_get(node, "within"), room->within, &list) < 0)
		return -EINVAL;
	if (!room->units)
		room->units = arena_printf(loader->arena, "%ss", room->unit);
	if (!limits || limits->kind != YAML_LIST || !limits->len)
		return yaml_error(limits ? limits : node, loader->err,
				  "limits: expected a list of what the units take");
	all = arena_alloc(loader->arena, limits->len * sizeof(*all));
	for (size_t i = 0; i < limits->len; i++)
		if (load_limit(loader, &limits->items[i], room, &origin, &all[i]) < 0)
			return -EINVAL;
	room->limits = all;
	room->n_limits = limits->len;
	return 0;
}

int load_rooms(struct loader *loader, const struct yaml *role_node, struct role *role)
{
	const struct yaml *list = yaml_get(role_node, "room");
	struct room *rooms;

	if (!list)
		return 0;
	if (list->kind != YAML_LIST)
		return yaml_error(list, loader->err, "room: expected a list, found %s",
				  yaml_kind_name(list));
	rooms = arena_alloc(loader->arena, list->len * sizeof(*rooms));
	for (size_t i = 0; i < list->len; i++)
		if (load_room(loader, &list->items[i], &rooms[i]) < 0)
			return -EINVAL;
	role->rooms = rooms;
	role->n_rooms = list->len;
	return 0;
}

/* --- sizes asked for each of something --- */

static int read_sum(struct loader *loader, const struct yaml *per, const struct fact_def *list,
		    struct need_scale *scale)
{
	const struct yaml *each = yaml_get(per, "each");
	const struct field_def *field;
	struct error err;

	if (read_text(loader, per, "of", false, &scale->field) < 0)
		return -EINVAL;
	field = scale->field ? field_named(list, scale->field) : NULL;
	if (!field || field->type != FACT_COUNT)
		return yaml_error(per, loader->err, "sum: expected 'of' with a number of %s",
				  list->name);
	scale->divisor = 1;
	if (each &&
	    (each->kind != YAML_TEXT ||
	     quantity_parse_unit(each->text, field->unit, list->name, &scale->divisor, &err) < 0 ||
	     scale->divisor <= 0))
		return yaml_error(each, loader->err, "each: expected a size above nothing");
	return 0;
}

int load_scale(struct loader *loader, const struct yaml *node, const struct fact_def *def,
	       const struct need_scale **ret)
{
	const struct yaml *per = yaml_get(node, "per"), *where;
	struct need_scale *scale = arena_alloc(loader->arena, sizeof(*scale));
	const struct fact_def *list;
	const char *count, *sum;
	struct error err;

	if (!per)
		return 0;
	if (def->type != FACT_COUNT)
		return yaml_error(per, loader->err, "per: %s is no number", def->name);
	if (read_keys(loader, per, "unit count sum of each where plus") < 0 ||
	    read_text(loader, per, "unit", true, &scale->unit) < 0 ||
	    read_text(loader, per, "count", false, &count) < 0 ||
	    read_text(loader, per, "sum", false, &sum) < 0 ||
	    read_text(loader, per, "plus", false, &scale->plus_text) < 0)
		return -EINVAL;
	if (!count == !sum)
		return yaml_error(per, loader->err, "per: expected one of: count, sum");
	scale->list = count ? count : sum;
	if (find_list(loader, yaml_get(per, count ? "count" : "sum"), scale->list, &list) < 0 ||
	    (sum && read_sum(loader, per, list, scale) < 0))
		return -EINVAL;
	where = yaml_get(per, "where");
	if (where && read_expr(loader, where, scale->list, &scale->where) < 0)
		return -EINVAL;
	if (scale->plus_text && quantity_parse(scale->plus_text, def, &scale->plus, &err) < 0)
		return yaml_error(yaml_get(per, "plus"), loader->err, "plus: %s", err.text);
	*ret = scale;
	return 0;
}
