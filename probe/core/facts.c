/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/facts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "core/quantity.h"
#include "core/util.h"
#include "probe.h"

/*
 * The name's hash beside the fact: a wrong one is passed without looking at it. Small, as a survey
 * goes over the table some ten thousand times.
 */
struct slot {
	uint32_t hash;
	uint32_t number; /* of the fact, counted from 1; 0: free */
};

struct facts {
	struct arena arena;
	struct fact *defined; /* one for each definition; of an open-ended one unused */
	size_t n_defined;
	struct fact **asked; /* open-ended names */
	size_t n_asked, asked_size;
	struct slot *table; /* open addressing by name, a power of two */
	size_t table_size, table_used;
	struct fact **numbered; /* half as many as there are slots */
	const char *source, *detail; /* the ones set last: many facts have the same */
	bool from_file;
	size_t shared_size; /* of the mapping that all this lies in; 0: on the heap */
};

static const char *const type_names[N_FACT_TYPES] = {
	[FACT_BOOL] = "bool",	    [FACT_COUNT] = "count",	[FACT_STRING] = "string",
	[FACT_SCALAR] = "scalar",   [FACT_VERSION] = "version", [FACT_STRINGS] = "strings",
	[FACT_RECORDS] = "records", [FACT_MAP] = "map",
};

static const char *const scope_names[N_FACT_SCOPES] = {
	[SCOPE_HARDWARE] = "hardware", [SCOPE_FIRMWARE] = "firmware", [SCOPE_OS] = "os",
	[SCOPE_STATE] = "state",       [SCOPE_OPERATOR] = "operator",
};

const char *fact_type_name(enum fact_type type)
{
	return type_names[type];
}

const char *fact_scope_name(enum fact_scope scope)
{
	return scope_names[scope];
}

/* --- definitions --- */

size_t fact_defs_count(void)
{
	size_t count = 0;

	for (size_t i = 0; i < probes_count(); i++)
		count += probe_at(i)->n_facts;
	return count;
}

const struct fact_def *fact_def_at(size_t index)
{
	for (size_t i = 0; i < probes_count(); i++) {
		const struct probe *probe = probe_at(i);

		if (index < probe->n_facts)
			return &probe->facts[index];
		index -= probe->n_facts;
	}
	return NULL;
}

static bool is_open(const struct fact_def *def)
{
	return ends_with(def->name, ".");
}

/*
 * The length of a definition's name where that is `name`, or where it is open-ended and `name` goes on;
 * else 0.
 */
static size_t named_by(const struct fact_def *def, const char *name)
{
	size_t len = 0;

	while (def->name[len] && def->name[len] == name[len])
		len++;
	if (len == 0 || def->name[len])
		return 0;
	return (def->name[len - 1] == '.') == (name[len] != '\0') ? len : 0;
}

const struct fact_def *fact_def_of(const char *name, const char **ret_rest)
{
	const struct fact_def *best = NULL;
	size_t best_len = 0;

	for (size_t i = 0; i < probes_count(); i++) {
		const struct probe *probe = probe_at(i);

		for (size_t k = 0; k < probe->n_facts; k++) {
			size_t len = named_by(&probe->facts[k], name);

			if (len > best_len) {
				best = &probe->facts[k];
				best_len = len;
			}
		}
	}
	if (best && ret_rest)
		*ret_rest = name[best_len] ? name + best_len : NULL;
	return best;
}

/* Levenshtein distance, given up above `limit`. Names are short. */
static size_t distance(const char *a, const char *b, size_t limit)
{
	size_t row[96], la = strlen(a), lb = strlen(b);

	if (lb >= ARRAY_SIZE(row) || la > lb + limit || lb > la + limit)
		return limit + 1;
	for (size_t j = 0; j <= lb; j++)
		row[j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			size_t above = row[j], best = diagonal + (a[i - 1] != b[j - 1]);

			if (above + 1 < best)
				best = above + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			diagonal = above;
			row[j] = best;
		}
	}
	return row[lb];
}

const char *fact_name_near(const char *name)
{
	/* Of a short name most letters must be right. */
	size_t limit = strlen(name) < 9 ? strlen(name) / 3 : 3;
	size_t best_distance = limit + 1;
	const char *best = NULL;

	for (size_t i = 0, n = fact_defs_count(); i < n; i++) {
		const struct fact_def *def = fact_def_at(i);
		size_t d = distance(name, def->name, limit);

		if (d < best_distance) {
			best_distance = d;
			best = def->name;
		}
	}
	return best;
}

/* --- the set --- */

/*
 * Eight bytes at a time, the last ones overlapping (the finalizer's constant of MurmurHash3): a
 * survey looks up some ten thousand names.
 */
static uint32_t hash(const char *name, size_t len)
{
	uint64_t h = len, word = 0;

	if (len < sizeof(word)) {
		for (size_t i = 0; i < len; i++)
			word = word << 8 | (unsigned char)name[i];
	} else {
		for (size_t at = 0; at + sizeof(word) < len; at += sizeof(word)) {
			memcpy(&word, name + at, sizeof(word));
			h = (h ^ word) * 0xff51afd7ed558ccdu;
			h ^= h >> 32;
		}
		memcpy(&word, name + len - sizeof(word), sizeof(word));
	}
	h = (h ^ word) * 0xff51afd7ed558ccdu;
	return (uint32_t)(h >> 32);
}

static void table_put(struct slot *table, size_t size, struct slot slot)
{
	size_t at = slot.hash & (size - 1);

	while (table[at].number)
		at = (at + 1) & (size - 1);
	table[at] = slot;
}

static void table_grow(struct facts *facts)
{
	const size_t size = facts->table_size ? facts->table_size * 2 : 4096;
	struct slot *table = arena_alloc(&facts->arena, size * sizeof(*table));
	struct fact **numbered = arena_alloc(&facts->arena, size / 2 * sizeof(struct fact *));

	for (size_t i = 0; i < facts->table_size; i++)
		if (facts->table[i].number)
			table_put(table, size, facts->table[i]);
	if (facts->table_used)
		memcpy(numbered, facts->numbered, facts->table_used * sizeof(struct fact *));
	facts->table = table;
	facts->table_size = size;
	facts->numbered = numbered;
}

static void table_add(struct facts *facts, struct fact *fact)
{
	if ((facts->table_used + 1) * 2 > facts->table_size)
		table_grow(facts);
	facts->numbered[facts->table_used++] = fact;
	table_put(
		facts->table, facts->table_size,
		(struct slot){ hash(fact->name, strlen(fact->name)), (uint32_t)facts->table_used });
}

/* By the first `len` bytes of `name`. */
static struct fact *table_find(const struct facts *facts, const char *name, size_t len)
{
	const uint32_t wanted = hash(name, len);

	for (size_t at = wanted & (facts->table_size - 1); facts->table[at].number;
	     at = (at + 1) & (facts->table_size - 1)) {
		struct fact *fact;

		if (facts->table[at].hash != wanted)
			continue;
		fact = facts->numbered[facts->table[at].number - 1];
		if (strncmp(fact->name, name, len) == 0 && !fact->name[len])
			return fact;
	}
	return NULL;
}

static const struct value_unknown not_probed = {
	.reason = UNKNOWN_UNSUPPORTED,
	.detail = "was not probed",
};

static void define_all(struct facts *facts)
{
	size_t at = 0;

	facts->n_defined = fact_defs_count();
	facts->defined = arena_alloc(&facts->arena, facts->n_defined * sizeof(*facts->defined));
	for (size_t i = 0; i < probes_count(); i++) {
		const struct probe *probe = probe_at(i);

		for (size_t k = 0; k < probe->n_facts; k++) {
			struct fact *fact = &facts->defined[at++];

			fact->def = &probe->facts[k];
			fact->name = fact->def->name;
			fact->value =
				(struct value){ .kind = VALUE_UNKNOWN, .unknown = &not_probed };
			/*
			 * Open-ended names too, with their dot: no fact is named so, but prefixes
			 * are found.
			 */
			table_add(facts, fact);
		}
	}
}

struct facts *facts_new(void)
{
	struct facts *facts = calloc(1, sizeof(*facts));

	if (!facts)
		abort();
	define_all(facts);
	return facts;
}

/* Only what is used of it becomes memory; what does not fit ends the run. */
#define SHARED_SIZE ((size_t)1024 * 1024 * 1024)

struct facts *facts_new_shared(void)
{
	struct facts *facts = mmap(NULL, SHARED_SIZE, PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	const size_t head = (sizeof(*facts) + 63) & ~(size_t)63;

	if (facts == MAP_FAILED)
		return facts_new();
	facts->shared_size = SHARED_SIZE;
	facts->arena = arena_in((char *)facts + head, SHARED_SIZE - head);
	define_all(facts);
	return facts;
}

bool facts_are_shared(const struct facts *facts)
{
	return facts->shared_size != 0;
}

void facts_free(struct facts *facts)
{
	if (!facts)
		return;
	if (facts->shared_size) {
		munmap(facts, facts->shared_size);
		return;
	}
	arena_free(&facts->arena);
	free(facts);
}

struct arena *facts_arena(struct facts *facts)
{
	return &facts->arena;
}

/* The row of an open-ended name itself, which is no fact. */
static bool is_prefix(const struct fact *fact)
{
	return fact->name == fact->def->name && is_open(fact->def);
}

const struct fact_def *facts_def_of(const struct facts *facts, const char *name,
				    const char **ret_rest)
{
	const size_t len = strlen(name);
	const struct fact *fact = table_find(facts, name, len);

	if (ret_rest)
		*ret_rest = NULL;
	if (fact && !is_open(fact->def))
		return fact->def;
	if (fact && !is_prefix(fact)) {
		if (ret_rest)
			*ret_rest = name + strlen(fact->def->name);
		return fact->def;
	}
	/* The longest prefix that ends in a dot and has something behind it. */
	for (size_t dot = len; dot-- > 0;) {
		if (name[dot] != '.' || !name[dot + 1])
			continue;
		fact = table_find(facts, name, dot + 1);
		if (!fact)
			continue;
		if (ret_rest)
			*ret_rest = name + dot + 1;
		return fact->def;
	}
	return NULL;
}

static struct fact *fact_ask(struct facts *facts, const char *name, const struct fact_def *def)
{
	struct fact *fact = arena_alloc(&facts->arena, sizeof(*fact));

	fact->def = def;
	fact->name = arena_strdup(&facts->arena, name);
	fact->value = (struct value){ .kind = VALUE_UNKNOWN, .unknown = &not_probed };
	facts->asked = arena_grown(&facts->arena, facts->asked, facts->n_asked, &facts->asked_size,
				   sizeof(struct fact *));
	facts->asked[facts->n_asked++] = fact;
	table_add(facts, fact);
	return fact;
}

/* The fact's place, made if it is an open-ended name's first mention; NULL without a definition. */
static struct fact *fact_place(struct facts *facts, const char *name)
{
	struct fact *fact = table_find(facts, name, strlen(name));
	const struct fact_def *def;

	if (fact)
		return is_prefix(fact) ? NULL : fact;
	def = facts_def_of(facts, name, NULL);
	return def ? fact_ask(facts, name, def) : NULL;
}

const struct fact_def *facts_expect(struct facts *facts, const char *name, const char **ret_rest)
{
	const struct fact_def *def = facts_def_of(facts, name, ret_rest);

	if (*ret_rest && !table_find(facts, name, strlen(name)))
		fact_ask(facts, name, def);
	return def;
}

const struct fact *facts_get(struct facts *facts, const char *name)
{
	struct fact *fact = table_find(facts, name, strlen(name));
	const struct fact_def *def;

	if (fact && (fact->set || !is_open(fact->def)))
		return fact;
	fact = fact_place(facts, name);
	if (!fact)
		return NULL;
	def = fact->def;
	if (def->ask)
		def->ask(NULL, facts, fact->name, fact->name + strlen(def->name));
	if (!fact->set)
		facts_set_reason(facts, name, UNKNOWN_NOT_RECORDED,
				 "was not asked for when the facts were read");
	return fact;
}

bool facts_is_true(struct facts *facts, const char *name)
{
	const struct fact *fact = facts_get(facts, name);

	return fact && fact->value.kind == VALUE_BOOL && fact->value.b;
}

bool facts_is_false(struct facts *facts, const char *name)
{
	const struct fact *fact = facts_get(facts, name);

	return fact && fact->value.kind == VALUE_BOOL && !fact->value.b;
}

int64_t facts_int(struct facts *facts, const char *name, int64_t other)
{
	const struct fact *fact = facts_get(facts, name);

	return fact && fact->value.kind == VALUE_INT ? fact->value.i : other;
}

const char *facts_string(struct facts *facts, const char *name)
{
	const struct fact *fact = facts_get(facts, name);

	return fact && fact->value.kind == VALUE_STRING ? fact->value.s : NULL;
}

static int by_name(const void *a, const void *b)
{
	return strcmp((*(struct fact *const *)a)->name, (*(struct fact *const *)b)->name);
}

bool facts_next(struct facts *facts, size_t *ret_index, const struct fact **ret_fact)
{
	if (!*ret_fact) {
		*ret_index = 0;
		if (facts->n_asked > 1)
			qsort(facts->asked, facts->n_asked, sizeof(struct fact *), by_name);
	}
	while (*ret_index < facts->n_defined) {
		const struct fact *fact = &facts->defined[(*ret_index)++];

		if (!is_prefix(fact)) {
			*ret_fact = fact;
			return true;
		}
	}
	if (*ret_index - facts->n_defined >= facts->n_asked)
		return false;
	*ret_fact = facts->asked[(*ret_index)++ - facts->n_defined];
	return true;
}

/* --- setting --- */

static bool fits(const struct fact_def *def, const struct value *value)
{
	enum value_kind kind = (enum value_kind)value->kind;

	if (kind == VALUE_UNKNOWN)
		return true;
	if (kind == VALUE_NULL)
		return def->type != FACT_BOOL;
	switch (def->type) {
	case FACT_BOOL:
		return kind == VALUE_BOOL;
	case FACT_COUNT:
		return kind == VALUE_INT;
	case FACT_STRING:
	case FACT_VERSION:
		return kind == VALUE_STRING;
	case FACT_SCALAR:
		return kind == VALUE_STRING || kind == VALUE_INT;
	case FACT_STRINGS:
	case FACT_RECORDS:
		return kind == VALUE_LIST;
	case FACT_MAP:
		return kind == VALUE_MAP;
	case N_FACT_TYPES:
		break;
	}
	return false;
}

static struct fact *place_of(struct facts *facts, const char *name, const struct value *value)
{
	struct fact *fact = fact_place(facts, name);

	if (!fact || !fits(fact->def, value)) {
		fprintf(stderr, "stackcheck: %s '%s'\n",
			fact ? "a value of the wrong type was set for fact" : "there is no fact",
			name);
		abort();
	}
	return fact;
}

/* A copy of it, or the last one where that says the same. */
static const char *same_text(struct facts *facts, const char **last, const char *text)
{
	if (!*last || strcmp(*last, text) != 0)
		*last = arena_strdup(&facts->arena, text);
	return *last;
}

static int set(struct facts *facts, const char *name, struct value value, const char *source)
{
	struct fact *fact = place_of(facts, name, &value);

	if (fact->assumed)
		return 0;
	/*
	 * What a file knew stays known where the sets it followed from were not kept in the file.
	 */
	if (facts->from_file && fact->recorded && value.kind == VALUE_UNKNOWN)
		return 0;
	fact->value = value;
	fact->source = source ? same_text(facts, &facts->source, source) : NULL;
	fact->set = true;
	return 0;
}

int facts_set_bool(struct facts *facts, const char *name, bool value, const char *source)
{
	return set(facts, name, value_bool(value), source);
}

int facts_set_int(struct facts *facts, const char *name, int64_t value, const char *source)
{
	return set(facts, name, value_int(value), source);
}

int facts_set_string(struct facts *facts, const char *name, const char *value, const char *source)
{
	return set(facts, name, value_string(arena_strdup(&facts->arena, value)), source);
}

int facts_set_value(struct facts *facts, const char *name, struct value value, const char *source)
{
	return set(facts, name, value, source);
}

int facts_set_absent(struct facts *facts, const char *name, const char *source)
{
	return set(facts, name, value_null(), source);
}

int facts_set_reason(struct facts *facts, const char *name, enum unknown_reason reason,
		     const char *detail)
{
	struct value_unknown *why = arena_alloc(&facts->arena, sizeof(*why));
	const struct value value = { .kind = VALUE_UNKNOWN, .unknown = why };

	why->reason = reason;
	why->fact = place_of(facts, name, &value)->name;
	why->detail = detail ? same_text(facts, &facts->detail, detail) : NULL;
	return set(facts, name, value, NULL);
}

int facts_set_unknown(struct facts *facts, const char *name, const struct error *err)
{
	return facts_set_reason(facts, name, err->reason, err->text);
}

int facts_set_unsupported(struct facts *facts, const char *name, const char *detail)
{
	return facts_set_reason(facts, name, UNKNOWN_UNSUPPORTED, detail);
}

int facts_set_hidden(struct facts *facts, const char *name, const char *detail)
{
	return facts_set_reason(facts, name, UNKNOWN_HIDDEN, detail);
}

/* --- from outside: files and assumptions --- */

static bool field_fits(const struct field_def *field, const struct value *value)
{
	const struct fact_def as_fact = { .type = field->type };

	return value->kind == VALUE_NULL || fits(&as_fact, value);
}

static bool record_fits(const struct fact_def *def, const struct value *record)
{
	if (record->kind != VALUE_MAP)
		return false;
	for (const struct field_def *field = def->fields; field && field->name; field++) {
		const struct value *value = value_get(record, field->name);

		if (value && !field_fits(field, value))
			return false;
	}
	return true;
}

static bool outside_fits(const struct fact_def *def, const struct value *value)
{
	if (!fits(def, value))
		return false;
	for (uint32_t i = 0; value->kind == VALUE_LIST && i < value->len; i++) {
		const struct value *item = &value->items[i];

		if (def->type == FACT_RECORDS
			    ? !record_fits(def, item)
			    : item->kind != VALUE_STRING && item->kind != VALUE_INT &&
				      item->kind != VALUE_UNKNOWN)
			return false;
	}
	return true;
}

/* What the operator did not say of a record is not known; a rule would take it for absent. */
static void complete_records(struct facts *facts, const struct fact_def *def, struct value *value)
{
	struct value *items = arena_alloc(&facts->arena, value->len * sizeof(*items));

	for (uint32_t i = 0; i < value->len; i++) {
		const struct value *item = &value->items[i];
		struct record whole = { 0 };

		for (uint32_t k = 0; k < item->len; k++)
			record_add(&facts->arena, &whole, item->entries[k].key.s,
				   item->entries[k].value);
		for (const struct field_def *field = def->fields; field && field->name; field++)
			if (!value_get(item, field->name))
				record_add(&facts->arena, &whole, field->name,
					   value_unknown(&facts->arena, UNKNOWN_NOT_RECORDED, NULL,
							 NULL));
		items[i] = record_value(&whole);
	}
	value->items = items;
}

int facts_set_recorded(struct facts *facts, const char *name, struct value value,
		       const char *source)
{
	struct fact *fact = fact_place(facts, name);

	facts->from_file = true;
	if (!fact)
		return -ENOENT;
	if (!outside_fits(fact->def, &value))
		return -EINVAL;
	fact->value = value;
	fact->source = source;
	fact->set = true;
	fact->recorded = value.kind != VALUE_UNKNOWN;
	return 0;
}

int facts_set_assumed(struct facts *facts, const char *name, struct value value, const char *source)
{
	struct fact *fact = fact_place(facts, name);

	if (!fact)
		return -ENOENT;
	if (!outside_fits(fact->def, &value))
		return -EINVAL;
	if (fact->def->type == FACT_RECORDS && value.kind == VALUE_LIST)
		complete_records(facts, fact->def, &value);
	fact->value = value;
	fact->source = source;
	fact->set = true;
	fact->assumed = true;
	return 0;
}

void facts_merge(struct facts *facts, struct facts *from)
{
	const struct fact *fact = NULL;
	size_t index = 0;

	while (facts_next(from, &index, &fact))
		if (fact->set)
			set(facts, fact->name, value_copy(&facts->arena, &fact->value),
			    fact->source);
}
