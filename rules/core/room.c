/* SPDX-License-Identifier: GPL-2.0-or-later */
/* room: how many units of a role a host carries, and what runs out first */
#include "core/evaluate.h"
#include "core/util.h"

static const struct amount any_amount = { 0, INT64_MAX };

/*
 * What an expression comes to: of an unknown everything is possible, of what is absent there is
 * none.
 */
static struct amount amount_of(struct judgement *judgement, const struct cel_expr *expr,
			       const struct value *record, enum basis basis,
			       const struct value_unknown **ret_unknown)
{
	const struct value value = evaluate_number(judgement, expr, record, NULL, basis);

	if (value.kind == VALUE_INT)
		return (struct amount){ value.i < 0 ? 0 : value.i, value.i < 0 ? 0 : value.i };
	if (value.kind == VALUE_NULL)
		return (struct amount){ 0, 0 };
	if (value.kind == VALUE_UNKNOWN)
		*ret_unknown = value.unknown;
	else
		judgement->n_rule_errors++;
	return any_amount;
}

static int64_t without(int64_t have, int64_t kept)
{
	if (have == INT64_MAX)
		return have;
	return kept >= have ? 0 : have - kept;
}

/* The fewest: the least there can be, after the most for the host, at the most for each. */
static struct amount units_of(const struct limit_finding *found)
{
	const int64_t least = without(found->have.least, found->host.most);
	const int64_t most = without(found->have.most, found->host.least);
	struct amount units = any_amount;

	if (found->each.most != INT64_MAX)
		units.least = found->each.most ? least / found->each.most : INT64_MAX;
	if (found->each.least && most != INT64_MAX)
		units.most = most / found->each.least;
	if (found->have.least == INT64_MAX)
		units.least = 0;
	return units;
}

static struct limit_finding judge_limit(struct judgement *judgement, const struct room_limit *limit,
					const struct value *record, enum basis basis)
{
	struct limit_finding found = { .limit = limit };

	if (limit->list)
		found.have = amount_of_records(judgement, limit->list, limit->where, limit->of,
					       NULL, basis, &found.unknown);
	else
		found.have = amount_of(judgement, limit->of, record, basis, &found.unknown);
	found.each = amount_of(judgement, limit->each, record, basis, &found.unknown);
	if (limit->host)
		found.host = amount_of(judgement, limit->host, record, basis, &found.unknown);
	found.units = units_of(&found);
	return found;
}

static int64_t min(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t add(int64_t a, int64_t b)
{
	return a > INT64_MAX - b ? INT64_MAX : a + b;
}

static struct amount added(struct amount a, struct amount b)
{
	return (struct amount){ add(a.least, b.least), add(a.most, b.most) };
}

/* The limits on one record of `within`, or on the whole host; their findings add to `limits`. */
static struct amount judge_limits(struct judgement *judgement, const struct room *room,
				  const struct value *record, enum basis basis,
				  struct limit_finding *limits)
{
	struct amount units = { INT64_MAX, INT64_MAX };

	for (size_t i = 0; i < room->n_limits; i++) {
		const struct limit_finding one =
			judge_limit(judgement, &room->limits[i], record, basis);

		units.least = min(units.least, one.units.least);
		units.most = min(units.most, one.units.most);
		limits[i].limit = one.limit;
		limits[i].each = one.each;
		limits[i].have = added(limits[i].have, one.have);
		limits[i].host = added(limits[i].host, one.host);
		limits[i].units = added(limits[i].units, one.units);
		if (one.unknown)
			limits[i].unknown = one.unknown;
	}
	/* Nothing that is counted takes anything: no bound is no room without end. */
	if (units.least == INT64_MAX)
		units.least = 0;
	return units;
}

/* What runs out first is that which allows the fewest at most; no other may allow fewer. */
static void find_first(struct room_finding *found)
{
	for (size_t i = 0; i < found->room->n_limits; i++)
		if (found->limits[i].units.most != INT64_MAX &&
		    (!found->first || found->limits[i].units.most < found->first->units.most))
			found->first = &found->limits[i];
	found->decided = found->first != NULL;
	for (size_t i = 0; found->first && i < found->room->n_limits; i++)
		if (&found->limits[i] != found->first &&
		    found->limits[i].units.least < found->first->units.most)
			found->decided = false;
}

struct room_finding judge_room(struct judgement *judgement, const struct role_finding *role,
			       const struct room *room)
{
	struct room_finding found = {
		.room = room,
		.limits = arena_alloc(&judgement->arena, room->n_limits * sizeof(*found.limits)),
	};
	const struct fact *fact = room->within ? facts_get(judgement->facts, room->within) : NULL;

	if (!fact) {
		found.units = judge_limits(judgement, room, NULL, role->basis, found.limits);
	} else if (fact->value.kind == VALUE_LIST && !fact->value.partial) {
		for (uint32_t i = 0; i < fact->value.len; i++)
			found.units = added(found.units,
					    judge_limits(judgement, room, &fact->value.items[i],
							 role->basis, found.limits));
	} else {
		found.units = any_amount;
		for (size_t i = 0; i < room->n_limits; i++)
			found.limits[i] = (struct limit_finding){
				.limit = &room->limits[i],
				.have = any_amount,
				.each = any_amount,
				.host = any_amount,
				.units = any_amount,
				.unknown = fact->value.kind == VALUE_UNKNOWN ? fact->value.unknown
									     : NULL,
			};
	}
	find_first(&found);
	return found;
}
