/* SPDX-License-Identifier: GPL-2.0-or-later */
/* udev: what the device database keeps of a device */
#include "host/udev.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "core/util.h"

#ifndef WITHOUT_LIBUDEV
#include <libudev.h>

static void unref_device(struct udev_device **device)
{
	if (*device)
		udev_device_unref(*device);
}

static void unref_udev(struct udev **udev)
{
	if (*udev)
		udev_unref(*udev);
}

static int print_properties(struct udev_device *device, char **ret_lines)
{
	char *text = NULL;
	size_t len = 0;
	FILE *stream = open_memstream(&text, &len);
	struct udev_list_entry *entry;

	if (!stream)
		return -ENOMEM;
	for (entry = udev_device_get_properties_list_entry(device); entry;
	     entry = udev_list_entry_get_next(entry))
		fprintf(stream, "%s=%s\n", udev_list_entry_get_name(entry),
			udev_list_entry_get_value(entry));
	if (fclose(stream) != 0) {
		free(text);
		return -ENOMEM;
	}
	*ret_lines = text;
	return 0;
}

static int ask_libudev(const char *number, char **ret_lines, struct error *err)
{
	__attribute__((cleanup(unref_udev))) struct udev *udev = udev_new();
	__attribute__((cleanup(unref_device))) struct udev_device *device = NULL;
	const char *colon = strchr(number, ':');
	dev_t dev;

	if (!udev)
		return error_set(err, -ENOMEM, "libudev: out of memory");
	if (!colon)
		return error_set(err, -EINVAL, "%s: not a device number", number);
	dev = makedev((unsigned int)strtoul(number, NULL, 10),
		      (unsigned int)strtoul(colon + 1, NULL, 10));
	device = udev_device_new_from_devnum(udev, 'b', dev);
	if (!device || udev_device_get_is_initialized(device) <= 0)
		return error_set(err, -EOPNOTSUPP,
				 "the udev database has no record of block device %s", number);
	return print_properties(device, ret_lines) < 0
		       ? error_set(err, -ENOMEM, "libudev: out of memory")
		       : 0;
}
#endif

/* Keeps the properties of a record, without their mark. */
static void keep_properties(char *record)
{
	char *to = record;

	for (char *line = record; *line;) {
		size_t len = strcspn(line, "\n");
		bool ended = line[len] == '\n';

		if (len > 2 && line[0] == 'E' && line[1] == ':') {
			memmove(to, line + 2, len - 2);
			to += len - 2;
			*to++ = '\n';
		}
		line += len + (ended ? 1 : 0);
	}
	*to = '\0';
}

int host_udev_block(const struct host *host, const char *number, char **ret_lines,
		    struct error *err)
{
	auto_free char *record = NULL;
	int r;

#ifndef WITHOUT_LIBUDEV
	if (host_is_this_system(host))
		return ask_libudev(number, ret_lines, err);
#endif
	r = host_read(host, PATH("/run/udev/data/b%s", number), &record, NULL, err);
	if (r == -ENOENT)
		return error_set(err, -EOPNOTSUPP,
				 "the udev database has no record of block device %s", number);
	if (r < 0)
		return r;
	keep_properties(record);
	*ret_lines = take(record);
	return 0;
}
