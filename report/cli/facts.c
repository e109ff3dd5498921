/* SPDX-License-Identifier: GPL-2.0-or-later */
/* facts: what the probes found, or what they look for */
#include <string.h>

#include "cli/cli.h"
#include "core/util.h"
#include "screen.h"

static void describe_one(FILE *out, const struct style *style, const struct fact_def *def)
{
	bool open = ends_with(def->name, ".");

	screen_put(out, style, COLOR_BOLD, def->name, 0, false);
	fprintf(out, "%s  %s%s%s, %s%s%s\n", open ? "NAME" : "", fact_type_name(def->type),
		def->unit ? " in " : "", def->unit ? def->unit : "", fact_scope_name(def->scope),
		def->values ? ": " : "", def->values ? def->values : "");
	fprintf(out, "    %s\n", def->meaning);
	if (def->source)
		fprintf(out, "    read from %s%s%s\n", def->source,
			def->privilege ? "; needs " : "", def->privilege ? def->privilege : "");
	for (const struct field_def *field = def->fields; field && field->name; field++)
		fprintf(out, "      .%-16s %s%s%s: %s\n", field->name, fact_type_name(field->type),
			field->unit ? " in " : "", field->unit ? field->unit : "", field->meaning);
}

static int unknown_name(const char *name)
{
	const char *near = fact_name_near(name);

	cli_error("there is no fact '%s'%s%s%s", name, near ? "; did you mean '" : "",
		  near ? near : "", near ? "'?" : "");
	return EXIT_USAGE;
}

static int describe(struct cli *cli)
{
	const struct style *style = &cli->report.style;

	for (size_t i = 0; i < cli->n_arguments; i++)
		describe_one(cli->out, style, fact_def_of(cli->arguments[i], NULL));
	for (size_t i = 0; !cli->n_arguments && i < fact_defs_count(); i++)
		describe_one(cli->out, style, fact_def_at(i));
	return EXIT_HOSTED;
}

static int run(struct cli *cli)
{
	auto_session struct session *session = NULL;
	int code;

	for (size_t i = 0; i < cli->n_arguments; i++)
		if (!fact_def_of(cli->arguments[i], NULL))
			return unknown_name(cli->arguments[i]);
	if (cli->describe)
		return describe(cli);
	cli->session.ask = cli->arguments;
	cli->session.n_ask = cli->n_arguments;
	code = cli_open(cli, &session);
	if (code)
		return code;
	cli->format->facts(cli->out, session, cli->arguments, cli->n_arguments, cli->full,
			   &cli->report);
	return EXIT_HOSTED;
}

const struct cli_command command_facts = {
	.name = "facts",
	.arguments = "[NAME…]",
	.help = "what the probes found",
	.run = run,
};
