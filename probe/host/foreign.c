/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/foreign.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/util.h"
#include "host/archive.h"

/* No recording is larger, packed or not. */
#define FILE_MAX ((off_t)ARCHIVE_BYTES_MAX)

static int read_file(const char *path, char **ret, size_t *ret_len, struct error *err)
{
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	auto_free char *bytes = NULL;
	struct stat st;
	size_t len = 0;

	if (fd < 0 || fstat(fd, &st) < 0)
		return error_set(err, -errno, "%s: %s", path, strerror(errno));
	if (st.st_size > FILE_MAX)
		return error_set(err, -EFBIG, "%s: larger than any recording", path);
	bytes = malloc((size_t)st.st_size + 1);
	if (!bytes)
		return error_set(err, -ENOMEM, "%s: out of memory", path);
	while (len < (size_t)st.st_size) {
		ssize_t n = read(fd, bytes + len, (size_t)st.st_size - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_set(err, -errno, "%s: %s", path, strerror(errno));
		if (n == 0)
			break;
		len += (size_t)n;
	}
	bytes[len] = '\0';
	*ret = take(bytes);
	*ret_len = len;
	return 0;
}

int foreign_read(const char *path, struct store *store, struct error *err)
{
	auto_free char *bytes = NULL;
	size_t len = 0;
	int r = read_file(path, &bytes, &len, err);

	if (r < 0)
		return r;
	r = archive_read(bytes, len, store, err);
	return r < 0 ? error_wrap(err, "%s", path) : 0;
}
