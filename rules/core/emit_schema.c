/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * emit: the JSON Schema of rule files, with the names that there are put into its template, so that
 * an editor completes facts, features and capabilities too
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/emit.h"
#include "core/util.h"
#include "judge.h"

/* Names between quotes, with commas between them. */
struct names {
	FILE *out;
	size_t n;
};

static void put_name(struct names *names, const char *name)
{
	if (names->n++)
		fputs(", ", names->out);
	fputc('"', names->out);
	for (const char *c = name; *c; c++) {
		if (*c == '"' || *c == '\\')
			fputc('\\', names->out);
		fputc(*c, names->out);
	}
	fputc('"', names->out);
}

static void put_facts(struct names *names, const struct rules *rules)
{
	(void)rules;
	for (size_t i = 0; i < fact_defs_count(); i++)
		if (!ends_with(fact_def_at(i)->name, "."))
			put_name(names, fact_def_at(i)->name);
}

/* "kernel.config.": a kind of facts, with the dot. */
static void put_kinds(struct names *names, const struct rules *rules)
{
	(void)rules;
	for (size_t i = 0; i < fact_defs_count(); i++)
		if (ends_with(fact_def_at(i)->name, "."))
			put_name(names, fact_def_at(i)->name);
}

static void put_lists(struct names *names, const struct rules *rules)
{
	(void)rules;
	for (size_t i = 0; i < fact_defs_count(); i++)
		if (fact_def_at(i)->type == FACT_RECORDS)
			put_name(names, fact_def_at(i)->name);
}

/* One of the names that `is` lets through, as a pattern: a dot stands for itself. */
static void put_pattern(FILE *out, bool (*is)(const struct fact_def *def), const char *end)
{
	const char *between = "";

	fputs("\"^(", out);
	for (size_t i = 0; i < fact_defs_count(); i++) {
		if (!is(fact_def_at(i)))
			continue;
		fputs(between, out);
		for (const char *c = fact_def_at(i)->name; *c; c++)
			fprintf(out, "%s%c", *c == '.' ? "\\\\" : "", *c);
		between = "|";
	}
	fprintf(out, ")%s$\"", end);
}

static bool is_kind(const struct fact_def *def)
{
	return ends_with(def->name, ".");
}

static bool is_list(const struct fact_def *def)
{
	return def->type == FACT_RECORDS;
}

static void put_open_names(struct names *names, const struct rules *rules)
{
	(void)rules;
	put_pattern(names->out, is_kind, ".+");
}

static void put_list_names(struct names *names, const struct rules *rules)
{
	(void)rules;
	put_pattern(names->out, is_list, "");
}

#define FEATURE "feature."

static void put_features(struct names *names, const struct rules *rules)
{
	for (size_t i = 0; i < rules->n_capabilities; i++)
		if (starts_with(rules->capabilities[i].name, FEATURE))
			put_name(names, rules->capabilities[i].name + strlen(FEATURE));
}

static void put_capabilities(struct names *names, const struct rules *rules)
{
	for (size_t i = 0; i < rules->n_capabilities; i++)
		if (!starts_with(rules->capabilities[i].name, FEATURE))
			put_name(names, rules->capabilities[i].name);
}

static void put_causes(struct names *names, const struct rules *rules)
{
	(void)rules;
	for (int i = 0; i < N_CAUSES; i++)
		put_name(names, cause_name((enum cause)i));
}

static void put_remedies(struct names *names, const struct rules *rules)
{
	(void)rules;
	for (int i = 0; i < N_REMEDY_KINDS; i++)
		put_name(names, remedy_kind_name((enum remedy_kind)i));
}

static void put_weights(struct names *names, const struct rules *rules)
{
	(void)rules;
	for (int i = 0; i < N_WEIGHTS; i++)
		put_name(names, weight_name((enum weight)i));
}

static void put_verdicts(struct names *names, const struct rules *rules)
{
	(void)rules;
	for (int i = 0; i < N_VERDICTS; i++)
		put_name(names, verdict_name((enum verdict)i));
}

static void put_reasons(struct names *names, const struct rules *rules)
{
	(void)rules;
	for (int i = UNKNOWN_NONE + 1; i < N_UNKNOWN_REASONS; i++)
		put_name(names, unknown_reason_name((enum unknown_reason)i));
}

static const struct {
	const char *mark; /* with its quotes, as it stands in the template */
	void (*put)(struct names *names, const struct rules *rules);
} marks[] = {
	{ "\"@facts\"", put_facts },
	{ "\"@kinds\"", put_kinds },
	{ "\"@lists\"", put_lists },
	{ "\"@open-names\"", put_open_names },
	{ "\"@list-names\"", put_list_names },
	{ "\"@features\"", put_features },
	{ "\"@capabilities\"", put_capabilities },
	{ "\"@causes\"", put_causes },
	{ "\"@remedies\"", put_remedies },
	{ "\"@weights\"", put_weights },
	{ "\"@verdicts\"", put_verdicts },
	{ "\"@reasons\"", put_reasons },
};

/* One line of the template with the marks in it replaced. */
static void put_line(FILE *out, const char *line, const struct rules *rules)
{
	struct names names = { .out = out };

	while (*line) {
		size_t i = 0;

		while (i < ARRAY_SIZE(marks) && !starts_with(line, marks[i].mark))
			i++;
		if (i == ARRAY_SIZE(marks)) {
			fputc(*line++, out);
			continue;
		}
		names.n = 0;
		marks[i].put(&names, rules);
		line += strlen(marks[i].mark);
	}
}

int schema_emit(FILE *out, const char *template, const struct rules *rules, struct error *err)
{
	auto_file FILE *in = fopen(template, "re");
	auto_free char *line = NULL;
	size_t size = 0;

	if (!in)
		return error_set(err, -errno, "%s: %s", template, strerror(errno));
	while (getline(&line, &size, in) >= 0)
		put_line(out, line, rules);
	return ferror(in) ? error_set(err, -EIO, "%s: cannot be read", template) : 0;
}
