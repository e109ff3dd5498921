/* SPDX-License-Identifier: GPL-2.0-or-later */
/* output: the answer goes out whole, or an error says why not */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/place.h"
#include "core/util.h"

void cli_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("stackcheck: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
}

static int open_failed(const struct error *err)
{
	show_place(stderr, err->text);
	return EXIT_DATA;
}

int cli_open_rules(struct cli *cli, struct session **ret)
{
	struct error err = { 0 };

	return session_open_rules(&cli->session, ret, &err) < 0 ? open_failed(&err) : 0;
}

/* Standard error is not buffered: it stands there before the trial begins. */
static void say_trial(void *ctx, const char *sentence)
{
	(void)ctx;
	cli_error("%s", sentence);
}

int cli_open(struct cli *cli, struct session **ret)
{
	struct error err = { 0 };

	cli->prove.say = say_trial;
	if (cli->session.prove && (cli->session.host || cli->session.root)) {
		cli_error("--prove: trials are made on this system alone, without --host and "
			  "--root");
		return EXIT_USAGE;
	}
	if (session_open(&cli->session, ret, &err) < 0)
		return open_failed(&err);
	if (session_assume(*ret, &err) < 0 || session_waive(*ret, &err) < 0) {
		cli_error("%s", err.text);
		session_close(*ret);
		*ret = NULL;
		return EXIT_USAGE;
	}
	return 0;
}

static int write_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		bytes += n;
		len -= (size_t)n;
	}
	return 0;
}

/*
 * The bytes, their way to the disk, and the name: in this order, so that no reader sees half a
 * file.
 */
static int write_and_sync(int fd, const char *bytes, size_t len)
{
	int r = write_all(fd, bytes, len);

	if (r < 0)
		return r;
	/* A pipe or terminal given by name cannot be synced, and need not be. */
	return fsync(fd) < 0 && errno != EINVAL && errno != EROFS ? -errno : 0;
}

/* A device or a pipe is written to; it cannot be replaced by a new file. */
static int write_special(const char *path, const char *bytes, size_t len)
{
	auto_close int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);

	return fd < 0 ? -errno : write_and_sync(fd, bytes, len);
}

static int write_file(const char *path, const char *bytes, size_t len)
{
	auto_free char *temporary = NULL;
	auto_close int fd = -1;
	mode_t mask = umask(0);
	struct stat st;
	int r;

	umask(mask);
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return write_special(path, bytes, len);
	if (asprintf(&temporary, "%s.XXXXXX", path) < 0)
		return -ENOMEM;
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = fchmod(fd, 0666 & ~mask) < 0 ? -errno : write_and_sync(fd, bytes, len);
	if (r >= 0 && rename(temporary, path) < 0)
		r = -errno;
	if (r < 0)
		unlink(temporary);
	return r;
}

int cli_finish(struct cli *cli, int code)
{
	const char *where = cli->output ? cli->output : "standard output";
	int r = 0;

	if (fclose(cli->out) != 0)
		r = -ENOMEM;
	else if (code >= EXIT_USAGE)
		/* There is no answer: a file that holds an older one is left alone. */
		r = 0;
	else if (cli->output)
		r = write_file(cli->output, cli->text, cli->text_len);
	else if (!cli->quiet)
		r = write_all(STDOUT_FILENO, cli->text, cli->text_len);
	free(cli->text);
	if (r >= 0)
		return code;
	cli_error("%s: %s", where, strerror(-r));
	return EXIT_SOFTWARE;
}
