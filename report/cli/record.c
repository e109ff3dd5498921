/* SPDX-License-Identifier: GPL-2.0-or-later */
/* record: everything that the probes read of this machine in one file, which --host replays */
#include <string.h>

#include "cli/cli.h"
#include "core/util.h"
#include "host/recorder.h"

/* Nobody waits for the answer of a recording as for a survey's, and large files take time. */
#define DEFAULT_MS 60000

static int run(struct cli *cli)
{
	auto_session struct session *session = NULL;
	auto_free char *bytes = NULL;
	struct error err = { 0 };
	size_t len = 0;
	int code;

	if (cli->n_arguments != 1 || cli->session.host) {
		cli_error("record: expected one FILE to write, and no --host: `stackcheck record "
			  "host.tar.gz`");
		return EXIT_USAGE;
	}
	if (strcmp(cli->arguments[0], "-") != 0)
		cli->output = cli->arguments[0];
	cli->session.record = true;
	if (!cli->session.timeout_ms)
		cli->session.timeout_ms = DEFAULT_MS;
	code = cli_open(cli, &session);
	if (code)
		return code;
	if (host_save(session->host, &bytes, &len, &err) < 0) {
		cli_error("%s", err.text);
		return EXIT_SOFTWARE;
	}
	fwrite(bytes, 1, len, cli->out);
	return EXIT_HOSTED;
}

const struct cli_command command_record = {
	.name = "record",
	.arguments = "FILE",
	.help = "a recording of this host, for --host anywhere",
	.run = run,
};
