/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cli: what the commands share. A command is one file and one line in commands.def. */
#ifndef STACKCHECK_CLI_H
#define STACKCHECK_CLI_H

#include "host/identity.h"
#include "report.h"
#include "session.h"

/* Exit codes that other programs rely on; 1 to 3 are verdicts of what was asked. */
enum exit_code {
	EXIT_HOSTED = 0, /* ready or limited, or a survey that ran */
	EXIT_NO = 1,
	EXIT_FIXABLE = 2,
	EXIT_UNKNOWN = 3,
	EXIT_USAGE = 64, /* the command line is wrong */
	EXIT_DATA = 65, /* a rule, facts or recording file is wrong */
	EXIT_SOFTWARE = 70, /* stackcheck itself failed */
};

/* More than anyone names on one command line. */
#define MAX_ARGUMENTS 256

struct cli {
	struct session_options session;
	struct report_options report;
	const struct format *format;
	const char *output; /* --output; NULL: standard output */
	enum level require; /* LEVEL_LIMITED, or LEVEL_READY with --require ready */
	enum level allow; /* --allow: the worst level that passes; LEVEL_LIMITED without */
	bool together; /* --together: all of those asked on this one host */
	bool any; /* --any: one of those asked is enough */
	bool all; /* plan --all */
	bool strict;
	bool quiet;
	bool full;
	bool describe;
	struct prove_options prove; /* --prove; in the session's options where it was given */
	enum identity_mode identity; /* --identity */
	const char *identity_key; /* --identity-key */
	const char *assumptions[MAX_ARGUMENTS];
	const char *waived[MAX_ARGUMENTS];
	const char *arguments[MAX_ARGUMENTS]; /* behind the command */
	size_t n_arguments;
	/* What is to be written; a memory stream until cli_finish(). */
	FILE *out;
	char *text;
	size_t text_len;
};

struct cli_command {
	const char *name;
	const char *arguments; /* for --help: "ID[/ROLE]…" */
	const char *help; /* one phrase */
	/* Returns an exit code; writes its answer to cli->out and errors to standard error. */
	int (*run)(struct cli *cli);
};

/* Reads the command line. Returns the command, or NULL with *ret_exit (0 after --help). */
const struct cli_command *cli_parse(struct cli *cli, int argc, char **argv, int *ret_exit);

size_t cli_commands_count(void);
const struct cli_command *cli_command_at(size_t index);

/* Prints "stackcheck: …" on standard error. */
void cli_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Opens the session of the options, with assumptions; 0, or the exit code after an error that is
 * printed already.
 */
int cli_open(struct cli *cli, struct session **ret);

/* Only the rules. */
int cli_open_rules(struct cli *cli, struct session **ret);

/*
 * Writes what was put into cli->out: to standard output, or whole to --output (a temporary name
 * beside it, synced, renamed) or not at all; nothing where `code` is an error. Returns `code`, or
 * EXIT_SOFTWARE after an error.
 */
int cli_finish(struct cli *cli, int code);

#endif
