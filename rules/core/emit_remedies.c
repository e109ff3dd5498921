/* SPDX-License-Identifier: GPL-2.0-or-later */
/* emit: the steps of remedies, and the tables that they name */
#include "core/emit.h"

void emit_steps(FILE *out, const struct remedy *remedy)
{
	if (!remedy->n_steps)
		return;
	fputs(" .steps = (const struct step[]){", out);
	for (size_t i = 0; i < remedy->n_steps; i++) {
		const struct step *step = &remedy->steps[i];

		fprintf(out, " { .kind = (enum step_kind)%d,", (int)step->kind);
		put_field(out, "name", step->name);
		put_field(out, "value", step->value);
		fputs(" .operand = ", out);
		put_value(out, &step->operand);
		fputs(" },", out);
	}
	fprintf(out, " }, .n_steps = %zu,", remedy->n_steps);
}

static void emit_list(FILE *out, const char *field, const char *const *texts, size_t n)
{
	if (!n)
		return;
	fprintf(out, " .%s = (const char *const[]){", field);
	for (size_t i = 0; i < n; i++) {
		fputc(' ', out);
		put_text(out, texts[i]);
		fputc(',', out);
	}
	fprintf(out, " }, .n_%s = %zu,", field, n);
}

static void emit_by_manager(FILE *out, const char *field, const char *const texts[])
{
	fprintf(out, " .%s = {", field);
	for (size_t i = 0; i < N_PACKAGE_MANAGERS; i++) {
		fputc(' ', out);
		put_text(out, texts[i]);
		fputc(',', out);
	}
	fputs(" },", out);
}

static void emit_packages(FILE *out, const struct rules *rules)
{
	fputs("static const struct package packages[] = {\n", out);
	for (size_t i = 0; i < rules->n_packages; i++) {
		const struct package *package = &rules->packages[i];

		fputs("\t{", out);
		put_field(out, "name", package->name);
		put_field(out, "title", package->title);
		emit_by_manager(out, "names", package->names);
		emit_by_manager(out, "units", package->units);
		emit_list(out, "sources", package->sources, package->n_sources);
		fputs(" },\n", out);
	}
	/* C has no empty array. */
	fputs("\t{ .name = NULL },\n};\n", out);
}

static void emit_vendors(FILE *out, const struct rules *rules)
{
	fputs("static const struct firmware_vendor vendors[] = {\n", out);
	for (size_t i = 0; i < rules->n_vendors; i++) {
		fputs("\t{", out);
		put_field(out, "name", rules->vendors[i].name);
		put_field(out, "title", rules->vendors[i].title);
		emit_list(out, "match", rules->vendors[i].match, rules->vendors[i].n_match);
		fputs(" },\n", out);
	}
	fputs("\t{ .name = NULL },\n};\n", out);
}

static void emit_menus(FILE *out, const struct firmware_setting *setting)
{
	if (!setting->n_menus)
		return;
	fputs(" .menus = (const struct firmware_menu[]){", out);
	for (size_t i = 0; i < setting->n_menus; i++) {
		fputs(" {", out);
		put_field(out, "vendor", setting->menus[i].vendor);
		put_field(out, "text", setting->menus[i].text);
		emit_list(out, "sources", setting->menus[i].sources, setting->menus[i].n_sources);
		fputs(" },", out);
	}
	fprintf(out, " }, .n_menus = %zu,", setting->n_menus);
}

static void emit_settings(FILE *out, const struct rules *rules)
{
	fputs("static const struct firmware_setting settings[] = {\n", out);
	for (size_t i = 0; i < rules->n_settings; i++) {
		fputs("\t{", out);
		put_field(out, "name", rules->settings[i].name);
		put_field(out, "title", rules->settings[i].title);
		emit_menus(out, &rules->settings[i]);
		fputs(" },\n", out);
	}
	fputs("\t{ .name = NULL },\n};\n", out);
}

void emit_remedy_tables(FILE *out, const struct rules *rules)
{
	emit_packages(out, rules);
	emit_vendors(out, rules);
	emit_settings(out, rules);
}
