/* SPDX-License-Identifier: GPL-2.0-or-later */
/* record: everything that the probes read of this machine in one file, which --host replays */
#include <string.h>

#include "cli/cli.h"
#include "core/util.h"
#include "host/recorder.h"

/* Nobody waits for the answer of a recording as for a survey's, and large files take time. */
#define DEFAULT_MS 60000

/* A key that could be guessed would be worse than none. */
#define KEY_MIN 16
#define KEY_MAX 4096

static int read_key(const char *path, char *key, size_t *ret_len)
{
	auto_file FILE *file = path ? fopen(path, "re") : NULL;
	size_t len;

	if (!file) {
		cli_error("--identity=keyed: %s%s", path ? path : "expected --identity-key=FILE",
			  path ? ": cannot be read" : "");
		return EXIT_USAGE;
	}
	len = fread(key, 1, KEY_MAX, file);
	while (len && (key[len - 1] == '\n' || key[len - 1] == '\r'))
		len--;
	if (len < KEY_MIN) {
		cli_error("--identity-key: %s: expected a key of %d bytes or more", path, KEY_MIN);
		return EXIT_USAGE;
	}
	*ret_len = len;
	return 0;
}

static int run(struct cli *cli)
{
	char key[KEY_MAX];
	struct identity_options identity = { .mode = cli->identity, .key = key };
	auto_session struct session *session = NULL;
	auto_free char *bytes = NULL;
	struct error err = { 0 };
	size_t len = 0;
	int code;

	/* What a trial showed is nothing that was read, and a recording keeps nothing else. */
	if (cli->n_arguments != 1 || cli->session.host || cli->session.prove) {
		cli_error("record: expected one FILE to write, and neither --host nor --prove: "
			  "`stackcheck record host.tar.gz`");
		return EXIT_USAGE;
	}
	if (cli->identity == IDENTITY_KEYED) {
		code = read_key(cli->identity_key, key, &identity.key_len);
		if (code)
			return code;
	}
	if (strcmp(cli->arguments[0], "-") != 0)
		cli->output = cli->arguments[0];
	cli->session.record = true;
	if (!cli->session.timeout_ms)
		cli->session.timeout_ms = DEFAULT_MS;
	code = cli_open(cli, &session);
	if (code)
		return code;
	if (host_save(session->host, &identity, &bytes, &len, &err) < 0) {
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
