/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stackcheck: the command */
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/cli.h"

/*
 * A descriptor that the caller closed must not be given to the next file that is opened: what is
 * printed would go there. Opened for reading alone, a write to it still fails and is told.
 */
static void keep_standard_descriptors(void)
{
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) < 0)
			return;
}

int main(int argc, char **argv)
{
	const struct cli_command *command;
	struct cli cli = { 0 };
	int code = 0;

	keep_standard_descriptors();
	/*
	 * Files of a megabyte are read one after the other: memory that one has given back serves the
	 * next, where fresh pages would cost a fault each.
	 */
	mallopt(M_MMAP_THRESHOLD, 32 << 20);
	mallopt(M_TRIM_THRESHOLD, 64 << 20);
	/* A reader that goes away is an error to report like any other. */
	signal(SIGPIPE, SIG_IGN);
	command = cli_parse(&cli, argc, argv, &code);
	if (!command)
		return code;
	cli.out = open_memstream(&cli.text, &cli.text_len);
	if (!cli.out) {
		cli_error("out of memory");
		return EXIT_SOFTWARE;
	}
	code = command->run(&cli);
	return cli_finish(&cli, code);
}
