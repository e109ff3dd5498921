/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options: the command line, the same options for every command */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/cli.h"
#include "core/util.h"

#define COMMAND(name) extern const struct cli_command command_##name;
#include "cli/commands.def"
#undef COMMAND

#define COMMAND(name) &command_##name,
static const struct cli_command *const commands[] = {
#include "cli/commands.def"
};
#undef COMMAND

size_t cli_commands_count(void)
{
	return ARRAY_SIZE(commands);
}

const struct cli_command *cli_command_at(size_t index)
{
	return commands[index];
}

static const struct cli_command *command_of_name(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

/* --- what each option does --- */

static int set_format(struct cli *cli, const char *value)
{
	cli->format = format_of_name(value);
	return cli->format ? 0 : -EINVAL;
}

static int set_detail(struct cli *cli, const char *value)
{
	for (int i = 0; i < N_DETAILS; i++) {
		if (strcmp(detail_name((enum detail)i), value) == 0) {
			cli->report.detail = (enum detail)i;
			return 0;
		}
	}
	return -EINVAL;
}

static int set_output(struct cli *cli, const char *value)
{
	cli->output = value;
	return *value ? 0 : -EINVAL;
}

static int set_host(struct cli *cli, const char *value)
{
	cli->session.host = value;
	return *value ? 0 : -EINVAL;
}

static int set_root(struct cli *cli, const char *value)
{
	cli->session.root = value;
	return *value ? 0 : -EINVAL;
}

static int set_rules(struct cli *cli, const char *value)
{
	cli->session.rules = value;
	return *value ? 0 : -EINVAL;
}

static int set_os(struct cli *cli, const char *value)
{
	if (strcmp(value, "running") != 0 && strcmp(value, "new") != 0)
		return -EINVAL;
	cli->session.basis = *value == 'n' ? BASIS_NEW : BASIS_RUNNING;
	cli->session.basis_given = true;
	return 0;
}

static int set_assume(struct cli *cli, const char *value)
{
	if (cli->session.n_assumptions == MAX_ARGUMENTS)
		return -E2BIG;
	cli->assumptions[cli->session.n_assumptions++] = value;
	return 0;
}

/* Whether there is such a need the rules tell later; what is wrong in itself is said at once. */
static int set_waive(struct cli *cli, const char *value)
{
	char today[WAIVE_DAY];
	struct error err;

	if (cli->session.n_waived == MAX_ARGUMENTS)
		return -E2BIG;
	cli->waived[cli->session.n_waived++] = value;
	if (waive_check(value, waive_today(today), &err) >= 0)
		return 0;
	cli_error("--waive: %s", err.text);
	return -EINVAL;
}

static int set_waivers(struct cli *cli, const char *value)
{
	cli->session.waivers = value;
	return *value ? 0 : -EINVAL;
}

static int set_require(struct cli *cli, const char *value)
{
	if (strcmp(value, "ready") != 0 && strcmp(value, "limited") != 0)
		return -EINVAL;
	cli->require = *value == 'r' ? LEVEL_READY : LEVEL_LIMITED;
	return 0;
}

static int set_allow(struct cli *cli, const char *value)
{
	int kind = remedy_kind_of_name(value);

	if (kind < 0 || kind == REMEDY_HARDWARE)
		return -EINVAL;
	cli->allow = remedy_level((enum remedy_kind)kind);
	return 0;
}

static int set_identity(struct cli *cli, const char *value)
{
	static const char *const modes[] = {
		[IDENTITY_NONE] = "none", [IDENTITY_KEYED] = "keyed", [IDENTITY_PLAIN] = "plain"
	};

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		if (strcmp(modes[i], value) == 0) {
			cli->identity = (enum identity_mode)i;
			return 0;
		}
	}
	return -EINVAL;
}

static int set_identity_key(struct cli *cli, const char *value)
{
	cli->identity_key = value;
	return *value ? 0 : -EINVAL;
}

static int set_color(struct cli *cli, const char *value)
{
	if (strcmp(value, "always") == 0)
		cli->report.style.color = true;
	else if (strcmp(value, "never") == 0)
		cli->report.style.color = false;
	else
		return strcmp(value, "auto") == 0 ? 0 : -EINVAL;
	return 0;
}

static int set_timeout(struct cli *cli, const char *value)
{
	uint64_t seconds;

	if (parse_u64(value, 10, &seconds) < 0 || seconds == 0 || seconds > 3600)
		return -EINVAL;
	cli->session.timeout_ms = (unsigned int)seconds * 1000;
	return 0;
}

static int set_no_guest(struct cli *cli, const char *value)
{
	(void)value;
	cli->session.no_guest = true;
	return 0;
}

static int set_prove(struct cli *cli, const char *value)
{
	struct error err;

	cli->prove.list = value;
	cli->session.prove = &cli->prove;
	if (prove_check(value, &err) >= 0)
		return 0;
	cli_error("--prove: %s", err.text);
	return -EINVAL;
}

static int set_any(struct cli *cli, const char *value)
{
	(void)value;
	cli->any = true;
	return 0;
}

static int set_together(struct cli *cli, const char *value)
{
	(void)value;
	cli->together = true;
	return 0;
}

static int set_all(struct cli *cli, const char *value)
{
	(void)value;
	cli->all = true;
	return 0;
}

static int set_strict(struct cli *cli, const char *value)
{
	(void)value;
	cli->strict = true;
	return 0;
}

static int set_quiet(struct cli *cli, const char *value)
{
	(void)value;
	cli->quiet = true;
	return 0;
}

static int set_full(struct cli *cli, const char *value)
{
	(void)value;
	cli->full = true;
	return 0;
}

static int set_describe(struct cli *cli, const char *value)
{
	(void)value;
	cli->describe = true;
	return 0;
}

static const struct option_row {
	const char *name;
	/* how --help calls it, and what is expected; NULL: takes none; in brackets: may be left out */
	const char *value;
	const char *help; /* one phrase */
	int (*set)(struct cli *cli, const char *value); /* NULL: an optional one is not given */
} rows[] = {
	{ "format", "NAME", "how to write the answer: a format of those below", set_format },
	{ "detail", "verdicts|unmet|all", "how much of it", set_detail },
	{ "output", "FILE", "write it to a file, whole or not at all", set_output },
	{ "host", "PATH", "judge a recording, another tool's form of one, or facts (JSON)",
	  set_host },
	{ "root", "DIR", "this machine's proc, sys, etc lie below DIR", set_root },
	{ "rules", "DIR", "add a site's own rules", set_rules },
	{ "os", "running|new", "judge the system that runs, or one to be installed", set_os },
	{ "assume", "FACT=VALUE", "take a fact as given (may be repeated)", set_assume },
	{ "waive", "NEED[@ID[/ROLE]],until=DATE,owner=NAME,reason=TEXT",
	  "do without a need: its role is limited (may be repeated)", set_waive },
	{ "waivers", "FILE", "the same from a file", set_waivers },
	{ "require", "ready|limited", "gate: what is enough (default limited)", set_require },
	{ "allow", "setup|reboot|firmware|platform|reinstall",
	  "gate: let fixable pass up to that remedy", set_allow },
	{ "any", NULL, "gate: one of those asked is enough", set_any },
	{ "together", NULL, "gate: all of those asked, on this one host", set_together },
	{ "all", NULL, "plan: rank changes by how many deployments each opens", set_all },
	{ "strict", NULL, "survey: exit 3 where anything is unknown", set_strict },
	{ "prove", "[=TRIAL,…]", "do what only doing shows: all trials, or those named",
	  set_prove },
	{ "no-guest", NULL, "never run the one-instruction KVM guest", set_no_guest },
	{ "full", NULL, "facts: whole sets too (kernel configuration)", set_full },
	{ "describe", NULL, "facts: what they mean and where they are read", set_describe },
	{ "identity", "none|keyed|plain",
	  "record: names, serial numbers, UUIDs, addresses (default none)", set_identity },
	{ "identity-key", "FILE", "the key of --identity=keyed, the same on each host of a fleet",
	  set_identity_key },
	{ "color", "auto|always|never", "colours", set_color },
	{ "quiet", NULL, "no standard output: the exit code is the answer", set_quiet },
	{ "timeout", "SECONDS", "the most that slow devices may take (default 5)", set_timeout },
};

static bool may_be_left_out(const struct option_row *row)
{
	return row->value && row->value[0] == '[';
}

/* --- help --- */

#define USAGE_COLUMNS 32

/* Its letters: the bytes that follow a letter's first in UTF-8 take no column. */
static size_t columns_of(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

/* What is written and, beside or below it, what it does. */
static void print_row(FILE *out, const char *usage, const char *help)
{
	const size_t len = columns_of(usage);

	if (len > USAGE_COLUMNS)
		fprintf(out, "  %s\n  %*s %s\n", usage, USAGE_COLUMNS, "", help);
	else
		fprintf(out, "  %s%*s %s\n", usage, (int)(USAGE_COLUMNS - len), "", help);
}

static void print_help(FILE *out)
{
	char names[256];

	fputs("stackcheck tells what a Linux server can host.\n\n", out);
	print_row(out, "stackcheck", "survey: 40 deployments, grouped by what they take");
	print_row(out, "stackcheck ID|NAME[/ROLE]…", "gate: can it host these? (also /any, /each)");
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		char usage[64];

		snprintf(usage, sizeof(usage), "stackcheck %s %s", commands[i]->name,
			 commands[i]->arguments);
		print_row(out, usage, commands[i]->help);
	}
	fputs("\nOptions\n", out);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char usage[64];

		snprintf(usage, sizeof(usage), "--%s%s%s", rows[i].name,
			 rows[i].value && !may_be_left_out(&rows[i]) ? "=" : "",
			 rows[i].value ? rows[i].value : "");
		print_row(out, usage, rows[i].help);
	}
	fputs("\nFormats\n", out);
	for (size_t i = 0; i < formats_count(); i++)
		print_row(out, format_at(i)->name, format_at(i)->help);
	fprintf(out, "\nTrials\n  %s\n", prove_names(names, sizeof(names)));
	fputs("\nExit codes: 0 ready or limited, 1 no, 2 fixable, 3 unknown, 64 wrong command "
	      "line,\n"
	      "65 wrong rule, facts or recording file, 70 stackcheck itself failed.\n",
	      out);
}

/* --- parsing --- */

/*
 * Does the terminal take UTF-8? By the names that locale(7) goes by: setlocale(3) reads five files, to say
 * no where the locale is not installed, as in an installer.
 */
static bool is_utf8(void)
{
	static const char *const variables[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < ARRAY_SIZE(variables); i++) {
		const char *locale = getenv(variables[i]);

		if (locale && *locale)
			return strcasestr(locale, "utf-8") || strcasestr(locale, "utf8");
	}
	return false;
}

static void set_defaults(struct cli *cli)
{
	const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");
	bool terminal = isatty(STDOUT_FILENO);
	const char *columns = getenv("COLUMNS");
	struct winsize size = { 0 };
	uint64_t width;

	cli->format = format_of_name("text");
	cli->report.detail = DETAIL_UNMET;
	cli->require = LEVEL_LIMITED;
	cli->allow = LEVEL_LIMITED;
	/* https://no-color.org: set and not empty turns colours off. */
	cli->report.style.color =
		terminal && !(no_color && *no_color) && !(term && strcmp(term, "dumb") == 0);
	cli->report.style.unicode = is_utf8();
	cli->report.style.width = 100;
	/* As POSIX has it for those who say how wide (XBD 8.3), a pager for example. */
	if (columns && parse_u64(columns, 10, &width) == 0 && width >= 40 && width <= 1000)
		cli->report.style.width = (unsigned int)width;
	else if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
		cli->report.style.width = size.ws_col;
}

/* What an option takes: of --format the formats that there are. */
static void expected(const struct option_row *row, char *buffer, size_t size)
{
	size_t len = 0;

	snprintf(buffer, size, "%s", row->value);
	for (size_t i = 0; row->set == set_format && i < formats_count() && len < size; i++)
		len += (size_t)snprintf(buffer + len, size - len, "%s%s", i ? "|" : "",
					format_at(i)->name);
	if (row->set == set_prove)
		prove_names(buffer, size);
}

static bool set_option(struct cli *cli, const struct option_row *row, const char *value,
		       int *ret_exit)
{
	char words[256];

	if (row->set(cli, value) >= 0)
		return true;
	expected(row, words, sizeof(words));
	cli_error("--%s: '%s' is not what was expected: %s", row->name, value, words);
	*ret_exit = EXIT_USAGE;
	return false;
}

static void long_options(struct option *options)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		options[i] = (struct option){
			.name = rows[i].name,
			.has_arg = !rows[i].value	       ? no_argument
				   : may_be_left_out(&rows[i]) ? optional_argument
							       : required_argument,
			.val = (int)i + 256,
		};
	options[ARRAY_SIZE(rows)] = (struct option){ .name = "help", .val = 'h' };
	options[ARRAY_SIZE(rows) + 1] = (struct option){ 0 };
}

static const struct cli_command *read_command(struct cli *cli, char **words, size_t n,
					      int *ret_exit)
{
	const struct cli_command *command = n ? command_of_name(words[0]) : &command_survey;
	size_t skip = command && n ? 1 : 0;

	if (!command)
		command = &command_gate;
	if (n - skip > MAX_ARGUMENTS) {
		cli_error("more than %d arguments", MAX_ARGUMENTS);
		*ret_exit = EXIT_USAGE;
		return NULL;
	}
	for (size_t i = skip; i < n; i++)
		cli->arguments[cli->n_arguments++] = words[i];
	return command;
}

/* Some formats are a plan's alone. */
static const struct cli_command *check_format(const struct cli *cli,
					      const struct cli_command *command, int *ret_exit)
{
	if (!command || cli->format->survey || strcmp(command->name, "plan") == 0)
		return command;
	cli_error("--format %s is for plans alone: stackcheck plan ID[/ROLE] --format %s",
		  cli->format->name, cli->format->name);
	*ret_exit = EXIT_USAGE;
	return NULL;
}

const struct cli_command *cli_parse(struct cli *cli, int argc, char **argv, int *ret_exit)
{
	struct option options[ARRAY_SIZE(rows) + 2];
	int c;

	long_options(options);
	set_defaults(cli);
	cli->session.assumptions = cli->assumptions;
	cli->session.waived = cli->waived;
	while ((c = getopt_long(argc, argv, "hq", options, NULL)) != -1) {
		if (c >= 256) {
			if (!set_option(cli, &rows[c - 256], optarg, ret_exit))
				return NULL;
		} else if (c == 'q') {
			cli->quiet = true;
		} else if (c == 'h') {
			print_help(stdout);
			*ret_exit = fflush(stdout) == 0 ? 0 : EXIT_SOFTWARE;
			return NULL;
		} else {
			/* getopt has said what is wrong. */
			fputs("stackcheck --help lists commands and options.\n", stderr);
			*ret_exit = EXIT_USAGE;
			return NULL;
		}
	}
	return check_format(
		cli, read_command(cli, argv + optind, (size_t)(argc - optind), ret_exit), ret_exit);
}
