/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/emit.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "core/util.h"

/* Things that are emitted once and named by a number. */
struct emitter {
	FILE *out;
	const struct rules *rules;
	struct arena arena;
	const void **seen; /* expressions, diagnoses, shortfalls by address */
	size_t n_seen, seen_size;
};

/* The number of an address; *ret_new where it was not seen before. */
static size_t number_of(struct emitter *emitter, const void *address, bool *ret_new)
{
	for (size_t i = 0; i < emitter->n_seen; i++) {
		if (emitter->seen[i] == address) {
			*ret_new = false;
			return i;
		}
	}
	emitter->seen = arena_grown(&emitter->arena, emitter->seen, emitter->n_seen,
				    &emitter->seen_size, sizeof(void *));
	emitter->seen[emitter->n_seen] = address;
	*ret_new = true;
	return emitter->n_seen++;
}

static size_t known_number(struct emitter *emitter, const void *address)
{
	bool is_new;

	return number_of(emitter, address, &is_new);
}

void put_text(FILE *out, const char *text)
{
	if (!text) {
		fputs("NULL", out);
		return;
	}
	fputc('"', out);
	for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
		if (*c == '"' || *c == '\\' || *c == '?')
			fprintf(out, "\\%c", *c);
		else if (*c < 0x20 || *c >= 0x7f)
			fprintf(out, "\\%03o", *c);
		else
			fputc(*c, out);
	}
	fputc('"', out);
}

void put_field(FILE *out, const char *field, const char *text)
{
	if (!text)
		return;
	fprintf(out, " .%s = ", field);
	put_text(out, text);
	fputc(',', out);
}

/* Strings and lists of strings or numbers are all that operands are. */
void put_value(FILE *out, const struct value *value)
{
	switch ((enum value_kind)value->kind) {
	case VALUE_BOOL:
		fprintf(out, "{ .kind = VALUE_BOOL, .b = %d }", value->b);
		break;
	case VALUE_INT:
		fprintf(out, "{ .kind = VALUE_INT, .i = INT64_C(%" PRId64 ") }", value->i);
		break;
	case VALUE_STRING:
		fprintf(out, "{ .kind = VALUE_STRING, .len = %" PRIu32 ", .s = ", value->len);
		put_text(out, value->s);
		fputs(" }", out);
		break;
	case VALUE_LIST:
		fprintf(out,
			"{ .kind = VALUE_LIST, .len = %" PRIu32
			", .items = (const struct value[]){ ",
			value->len);
		for (uint32_t i = 0; i < value->len; i++) {
			put_value(out, &value->items[i]);
			fputs(", ", out);
		}
		fputs("} }", out);
		break;
	default:
		fputs("{ .kind = VALUE_NULL }", out);
	}
}

static void emit_texts(struct emitter *emitter, const char *const *texts, size_t n)
{
	bool is_new;
	size_t number;

	if (!n)
		return;
	number = number_of(emitter, texts, &is_new);
	if (!is_new)
		return;
	fprintf(emitter->out, "static const char *const texts_%zu[] = {", number);
	for (size_t i = 0; i < n; i++) {
		fputc(' ', emitter->out);
		put_text(emitter->out, texts[i]);
		fputc(',', emitter->out);
	}
	fputs(" };\n", emitter->out);
}

static void put_texts(struct emitter *emitter, const char *field, const char *const *texts,
		      size_t n)
{
	if (n)
		fprintf(emitter->out, " .%s = texts_%zu, .n_%s = %zu,", field,
			known_number(emitter, texts), field, n);
}

static void emit_expr(struct emitter *emitter, const struct cel_expr *expr)
{
	bool is_new;
	size_t number;
	char symbol[32];

	if (!expr)
		return;
	number = number_of(emitter, expr, &is_new);
	if (!is_new)
		return;
	snprintf(symbol, sizeof(symbol), "nodes_%zu", number);
	cel_emit(emitter->out, expr, symbol);
	fprintf(emitter->out, "static const struct cel_expr expr_%zu = ", number);
	cel_emit_expr(emitter->out, expr, symbol);
	fputs(";\n", emitter->out);
}

static void put_expr(struct emitter *emitter, const char *field, const struct cel_expr *expr)
{
	if (expr)
		fprintf(emitter->out, " .%s = &expr_%zu,", field, known_number(emitter, expr));
}

static void put_cause(FILE *out, const struct possible_cause *cause)
{
	const struct remedy *remedy = &cause->remedy;

	fprintf(out, "{ .cause = (enum cause)%d, .remedy = { .kind = (enum remedy_kind)%d,",
		(int)cause->cause, (int)remedy->kind);
	put_field(out, "text", remedy->text);
	if (remedy->n_commands) {
		fputs(" .commands = (const struct command[]){", out);
		for (size_t i = 0; i < remedy->n_commands; i++) {
			fputs(" {", out);
			put_field(out, "manager", remedy->commands[i].manager);
			put_field(out, "text", remedy->commands[i].text);
			fputs(" },", out);
		}
		fprintf(out, " }, .n_commands = %zu,", remedy->n_commands);
	}
	emit_steps(out, remedy);
	fputs(" } },", out);
}

static void emit_diagnoses(struct emitter *emitter, const struct diagnosis *rows, size_t n)
{
	FILE *out = emitter->out;
	size_t number;
	bool is_new;

	if (!n)
		return;
	for (size_t i = 0; i < n; i++)
		emit_expr(emitter, rows[i].when);
	number = number_of(emitter, rows, &is_new);
	if (!is_new)
		return;
	fprintf(out, "static const struct diagnosis diagnosis_%zu[] = {\n", number);
	for (size_t i = 0; i < n; i++) {
		fputs("\t{", out);
		put_expr(emitter, "when", rows[i].when);
		fprintf(out, " .freed = %d,", rows[i].freed);
		fputs(" .causes = (const struct possible_cause[]){ ", out);
		for (size_t k = 0; k < rows[i].n_causes; k++)
			put_cause(out, &rows[i].causes[k]);
		fprintf(out, " }, .n_causes = %zu },\n", rows[i].n_causes);
	}
	fputs("};\n", out);
}

static void put_diagnoses(struct emitter *emitter, const struct diagnosis *rows, size_t n)
{
	if (n)
		fprintf(emitter->out, " .diagnoses = diagnosis_%zu, .n_diagnoses = %zu,",
			known_number(emitter, rows), n);
}

static void emit_shortfall(struct emitter *emitter, const struct shortfall *shortfall)
{
	FILE *out = emitter->out;
	bool is_new;
	size_t number;

	emit_diagnoses(emitter, shortfall->diagnoses, shortfall->n_diagnoses);
	number = number_of(emitter, shortfall, &is_new);
	fprintf(out, "static const struct shortfall shortfall_%zu = {", number);
	put_field(out, "fact", shortfall->fact);
	put_field(out, "title", shortfall->title);
	put_field(out, "sold_as", shortfall->sold_as);
	if (shortfall->n_new_system) {
		fputs(" .new_system = (const struct value_entry[]){ ", out);
		for (size_t i = 0; i < shortfall->n_new_system; i++) {
			fputs("{ .key = ", out);
			put_value(out, &shortfall->new_system[i].key);
			fputs(", .value = ", out);
			put_value(out, &shortfall->new_system[i].value);
			fputs(" }, ", out);
		}
		fprintf(out, "}, .n_new_system = %zu,", shortfall->n_new_system);
	}
	put_diagnoses(emitter, shortfall->diagnoses, shortfall->n_diagnoses);
	fputs(" };\n", out);
}

static void put_scale(struct emitter *emitter, const struct need_scale *scale)
{
	FILE *out = emitter->out;

	if (!scale)
		return;
	fputs(" .scale = &(const struct need_scale){", out);
	put_field(out, "unit", scale->unit);
	put_field(out, "list", scale->list);
	put_expr(emitter, "where", scale->where);
	put_field(out, "field", scale->field);
	put_field(out, "plus_text", scale->plus_text);
	fprintf(out, " .divisor = INT64_C(%" PRId64 "), .plus = INT64_C(%" PRId64 ") },",
		scale->divisor, scale->plus);
}

static void emit_need(struct emitter *emitter, const struct need *need)
{
	FILE *out = emitter->out;

	if (need->scale)
		emit_expr(emitter, need->scale->where);
	emit_expr(emitter, need->expr);
	emit_expr(emitter, need->hardware);
	emit_diagnoses(emitter, need->diagnoses, need->n_diagnoses);
	fprintf(out, "static const struct need need_%" PRIu32 " = {", need->index);
	put_field(out, "id", need->id);
	put_field(out, "title", need->title);
	put_field(out, "fact", need->fact);
	put_field(out, "asked", need->asked);
	fputs(" .operand = ", out);
	put_value(out, &need->operand);
	fputc(',', out);
	put_scale(emitter, need->scale);
	put_expr(emitter, "expr", need->expr);
	put_expr(emitter, "hardware", need->hardware);
	if (need->n_parts) {
		fputs(" .parts = (const struct need *const[]){ ", out);
		for (size_t i = 0; i < need->n_parts; i++)
			fprintf(out, "&need_%" PRIu32 ", ", need->parts[i]->index);
		fprintf(out, "}, .n_parts = %zu,", need->n_parts);
	}
	if (need->shortfall)
		fprintf(out, " .shortfall = &shortfall_%zu,",
			known_number(emitter, need->shortfall));
	put_diagnoses(emitter, need->diagnoses, need->n_diagnoses);
	fprintf(out,
		" .kind = (enum need_kind)%d, .op = (enum need_op)%d, .index = %" PRIu32
		", .exact = %d, .destroys = %d, .deferred = %d };\n",
		(int)need->kind, (int)need->op, need->index, need->exact, need->destroys,
		need->deferred);
}

static void emit_uses(struct emitter *emitter, const struct use *uses, size_t n)
{
	FILE *out = emitter->out;
	size_t number;
	bool is_new;

	if (!n)
		return;
	for (size_t i = 0; i < n; i++) {
		emit_texts(emitter, uses[i].sources, uses[i].n_sources);
		emit_expr(emitter, uses[i].when);
	}
	number = number_of(emitter, uses, &is_new);
	fprintf(out, "static const struct use uses_%zu[] = {\n", number);
	for (size_t i = 0; i < n; i++) {
		const struct use *use = &uses[i];

		fprintf(out, "\t{ .need = &need_%" PRIu32 ",", use->need->index);
		put_field(out, "why", use->why);
		put_texts(emitter, "sources", use->sources, use->n_sources);
		put_expr(emitter, "when", use->when);
		put_field(out, "when_text", use->when_text);
		fprintf(out, " .layer = %u, .weight = %u },\n", use->layer, use->weight);
	}
	fputs("};\n", out);
}

static void put_uses(struct emitter *emitter, const struct use *uses, size_t n)
{
	if (n)
		fprintf(emitter->out, " .uses = uses_%zu, .n_uses = %zu,",
			known_number(emitter, uses), n);
}

static void put_limit(struct emitter *emitter, const struct room_limit *limit)
{
	FILE *out = emitter->out;

	fputs("\n\t\t\t{", out);
	put_field(out, "title", limit->title);
	put_field(out, "unit", limit->unit);
	put_field(out, "fact", limit->fact);
	put_field(out, "list", limit->list);
	put_expr(emitter, "where", limit->where);
	put_expr(emitter, "of", limit->of);
	put_expr(emitter, "each", limit->each);
	put_expr(emitter, "host", limit->host);
	put_field(out, "why", limit->why);
	put_texts(emitter, "sources", limit->sources, limit->n_sources);
	fputs(" },", out);
}

static void emit_rooms(struct emitter *emitter, const struct role *role)
{
	FILE *out = emitter->out;
	bool is_new;

	if (!role->n_rooms)
		return;
	for (size_t i = 0; i < role->n_rooms; i++)
		for (size_t k = 0; k < role->rooms[i].n_limits; k++) {
			const struct room_limit *limit = &role->rooms[i].limits[k];

			emit_expr(emitter, limit->where);
			emit_expr(emitter, limit->of);
			emit_expr(emitter, limit->each);
			emit_expr(emitter, limit->host);
			emit_texts(emitter, limit->sources, limit->n_sources);
		}
	fprintf(out, "static const struct room rooms_%zu[] = {\n",
		number_of(emitter, role->rooms, &is_new));
	for (size_t i = 0; i < role->n_rooms; i++) {
		const struct room *room = &role->rooms[i];

		fputs("\t{", out);
		put_field(out, "unit", room->unit);
		put_field(out, "units", room->units);
		put_field(out, "within", room->within);
		fputs(" .limits = (const struct room_limit[]){", out);
		for (size_t k = 0; k < room->n_limits; k++)
			put_limit(emitter, &room->limits[k]);
		fprintf(out, " }, .n_limits = %zu },\n", room->n_limits);
	}
	fputs("};\n", out);
}

static void put_rooms(struct emitter *emitter, const struct role *role)
{
	if (role->n_rooms)
		fprintf(emitter->out, " .rooms = rooms_%zu, .n_rooms = %zu,",
			known_number(emitter, role->rooms), role->n_rooms);
}

static void put_side(FILE *out, const char *field, const struct need *need)
{
	if (need)
		fprintf(out, " .%s = &need_%" PRIu32 ",", field, need->index);
}

static void emit_exclusions(struct emitter *emitter)
{
	const struct rules *rules = emitter->rules;
	FILE *out = emitter->out;

	if (!rules->n_exclusions)
		return;
	for (size_t i = 0; i < rules->n_exclusions; i++)
		emit_texts(emitter, rules->exclusions[i].sources, rules->exclusions[i].n_sources);
	fputs("static const struct exclusion exclusions[] = {\n", out);
	for (size_t i = 0; i < rules->n_exclusions; i++) {
		const struct exclusion *exclusion = &rules->exclusions[i];

		fputs("\t{", out);
		put_side(out, "need", exclusion->need);
		put_field(out, "role", exclusion->role);
		put_field(out, "name", exclusion->name);
		put_side(out, "other_need", exclusion->other_need);
		put_field(out, "other_role", exclusion->other_role);
		put_field(out, "other_name", exclusion->other_name);
		put_field(out, "why", exclusion->why);
		put_texts(emitter, "sources", exclusion->sources, exclusion->n_sources);
		fprintf(out, " .weight = %u,", exclusion->weight);
		fputs(" },\n", out);
	}
	fputs("};\n", out);
}

static void put_role(struct emitter *emitter, const struct role *role)
{
	FILE *out = emitter->out;

	fputs("\t{", out);
	put_field(out, "name", role->name);
	put_field(out, "title", role->title);
	fprintf(out,
		" .hosts_minimum = %" PRId64 ", .hosts_production = %" PRId64
		", .hosts_odd = %d, .primary = %d, .brings_os = %d, .optional = %d,",
		role->hosts_minimum, role->hosts_production, role->hosts_odd, role->primary,
		role->brings_os, role->optional);
	put_texts(emitter, "units", role->units, role->n_units);
	put_texts(emitter, "processes", role->processes, role->n_processes);
	put_texts(emitter, "marks", role->marks, role->n_marks);
	put_texts(emitter, "holders", role->holders, role->n_holders);
	put_uses(emitter, role->uses, role->n_uses);
	put_rooms(emitter, role);
	fputs(" },\n", out);
}

static void emit_notes(struct emitter *emitter, const struct deployment *deployment)
{
	FILE *out = emitter->out;

	emit_texts(emitter, deployment->release_sources, deployment->n_release_sources);
	for (size_t i = 0; i < deployment->n_notes; i++)
		emit_texts(emitter, deployment->notes[i].sources, deployment->notes[i].n_sources);
	if (!deployment->n_notes)
		return;
	fprintf(out, "static const struct note notes_%" PRId64 "[] = {\n", deployment->id);
	for (size_t i = 0; i < deployment->n_notes; i++) {
		const struct note *note = &deployment->notes[i];

		fputs("\t{", out);
		put_field(out, "text", note->text);
		put_field(out, "since", note->since);
		put_texts(emitter, "sources", note->sources, note->n_sources);
		fputs(" },\n", out);
	}
	fputs("};\n", out);
}

static void emit_roles(struct emitter *emitter, const struct deployment *deployment)
{
	emit_texts(emitter, deployment->stack, deployment->n_stack);
	emit_notes(emitter, deployment);
	for (size_t i = 0; i < deployment->n_roles; i++) {
		const struct role *role = &deployment->roles[i];

		emit_texts(emitter, role->units, role->n_units);
		emit_texts(emitter, role->processes, role->n_processes);
		emit_texts(emitter, role->marks, role->n_marks);
		emit_texts(emitter, role->holders, role->n_holders);
		emit_uses(emitter, role->uses, role->n_uses);
		emit_rooms(emitter, role);
	}
	fprintf(emitter->out, "static const struct role roles_%" PRId64 "[] = {\n", deployment->id);
	for (size_t i = 0; i < deployment->n_roles; i++)
		put_role(emitter, &deployment->roles[i]);
	fputs("};\n", emitter->out);
}

static void put_notes(struct emitter *emitter, const struct deployment *deployment)
{
	put_field(emitter->out, "release", deployment->release);
	put_texts(emitter, "release_sources", deployment->release_sources,
		  deployment->n_release_sources);
	put_field(emitter->out, "reviewed", deployment->reviewed);
	if (deployment->n_notes)
		fprintf(emitter->out, " .notes = notes_%" PRId64 ", .n_notes = %zu,",
			deployment->id, deployment->n_notes);
}

static void put_deployment(struct emitter *emitter, const struct deployment *deployment)
{
	FILE *out = emitter->out;

	fprintf(out, "\t{ .id = %" PRId64 ",", deployment->id);
	put_field(out, "name", deployment->name);
	put_field(out, "title", deployment->title);
	put_field(out, "summary", deployment->summary);
	put_field(out, "status", deployment->status);
	put_field(out, "file", deployment->file);
	put_texts(emitter, "stack", deployment->stack, deployment->n_stack);
	put_notes(emitter, deployment);
	fprintf(out, " .roles = roles_%" PRId64 ", .n_roles = %zu },\n", deployment->id,
		deployment->n_roles);
}

static void emit_capabilities(struct emitter *emitter)
{
	const struct rules *rules = emitter->rules;
	FILE *out = emitter->out;

	for (size_t i = 0; i < rules->n_capabilities; i++)
		emit_uses(emitter, rules->capabilities[i].uses, rules->capabilities[i].n_uses);
	fputs("static const struct capability capabilities[] = {\n", out);
	for (size_t i = 0; i < rules->n_capabilities; i++) {
		const struct capability *capability = &rules->capabilities[i];

		fputs("\t{", out);
		put_field(out, "name", capability->name);
		put_field(out, "title", capability->title);
		if (capability->need)
			fprintf(out, " .need = &need_%" PRIu32 ",", capability->need->index);
		put_uses(emitter, capability->uses, capability->n_uses);
		fputs(" },\n", out);
	}
	fputs("};\n", out);
}

static void emit_tables(struct emitter *emitter)
{
	const struct rules *rules = emitter->rules;
	FILE *out = emitter->out;

	fputs("static const struct need *const needs[] = {\n", out);
	for (size_t i = 0; i < rules->n_needs; i++)
		fprintf(out, "\t&need_%zu,\n", i);
	fputs("};\nstatic const struct shortfall *const shortfalls[] = {\n", out);
	for (size_t i = 0; i < rules->n_shortfalls; i++)
		fprintf(out, "\t&shortfall_%zu,\n", known_number(emitter, rules->shortfalls[i]));
	fputs("};\nstatic const struct deployment deployments[] = {\n", out);
	for (size_t i = 0; i < rules->n_deployments; i++)
		put_deployment(emitter, &rules->deployments[i]);
	fputs("};\n", out);
}

static void emit_rules(struct emitter *emitter)
{
	const struct rules *rules = emitter->rules;
	FILE *out = emitter->out;

	fputs("const struct rules rules_compiled_in = {", out);
	put_field(out, "version", rules->version);
	put_field(out, "digest", rules->digest);
	fprintf(out,
		" .needs = needs, .n_needs = %zu, .shortfalls = shortfalls, .n_shortfalls = %zu,"
		" .capabilities = capabilities, .n_capabilities = %zu,"
		" .deployments = deployments, .n_deployments = %zu,",
		rules->n_needs, rules->n_shortfalls, rules->n_capabilities, rules->n_deployments);
	fprintf(out,
		" .packages = packages, .n_packages = %zu, .vendors = vendors, .n_vendors = %zu,"
		" .settings = settings, .n_settings = %zu,",
		rules->n_packages, rules->n_vendors, rules->n_settings);
	if (rules->n_exclusions)
		fprintf(out, " .exclusions = exclusions, .n_exclusions = %zu,",
			rules->n_exclusions);
	put_texts(emitter, "names", rules->names, rules->n_names);
	fputs(" };\n", out);
}

int rules_emit(FILE *out, const struct rules *rules)
{
	struct emitter emitter = { .out = out, .rules = rules };

	fputs("/* Made by compile-rules from the rule files; do not edit. */\n"
	      "#include \"rule.h\"\n",
	      out);
	for (size_t i = 0; i < rules->n_shortfalls; i++)
		emit_shortfall(&emitter, rules->shortfalls[i]);
	/* Parts stand before the groups that name them: they were interned first. */
	for (size_t i = 0; i < rules->n_needs; i++)
		emit_need(&emitter, rules->needs[i]);
	emit_capabilities(&emitter);
	for (size_t i = 0; i < rules->n_deployments; i++)
		emit_roles(&emitter, &rules->deployments[i]);
	emit_texts(&emitter, rules->names, rules->n_names);
	emit_exclusions(&emitter);
	emit_tables(&emitter);
	emit_remedy_tables(out, rules);
	emit_rules(&emitter);
	arena_free(&emitter.arena);
	return ferror(out) ? -EIO : 0;
}
