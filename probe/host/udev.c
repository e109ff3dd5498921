/* SPDX-License-Identifier: GPL-2.0-or-later */
/* udev: what the device database keeps of a device */
#include "host/udev.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "core/util.h"
#include "host/library.h"
#include "host/private.h"

#ifndef WITHOUT_LIBUDEV
#include <libudev.h>

/* Loaded when the first device is asked for: a machine without disks, and a recording, needs none. */
struct host_udev {
	void *library; /* NULL: it is not installed */
	struct udev *context;
	__typeof__(udev_new) *new;
	__typeof__(udev_unref) *unref;
	__typeof__(udev_device_new_from_devnum) *device_new_from_devnum;
	__typeof__(udev_device_unref) *device_unref;
	__typeof__(udev_device_get_is_initialized) *device_get_is_initialized;
	__typeof__(udev_device_get_properties_list_entry) *device_get_properties_list_entry;
	__typeof__(udev_list_entry_get_next) *list_entry_get_next;
	__typeof__(udev_list_entry_get_name) *list_entry_get_name;
	__typeof__(udev_list_entry_get_value) *list_entry_get_value;
};

#define SYMBOL(name)                                            \
	{                                                       \
		"udev_" #name, offsetof(struct host_udev, name) \
	}

static const struct library_symbol symbols[] = {
	SYMBOL(new),
	SYMBOL(unref),
	SYMBOL(device_new_from_devnum),
	SYMBOL(device_unref),
	SYMBOL(device_get_is_initialized),
	SYMBOL(device_get_properties_list_entry),
	SYMBOL(list_entry_get_next),
	SYMBOL(list_entry_get_name),
	SYMBOL(list_entry_get_value),
};

/* NULL where libudev is not installed. */
static const struct host_udev *opened(const struct host *host)
{
	struct host_cache *cache = host->cache;

	if (!cache->udev) {
		cache->udev = calloc(1, sizeof(*cache->udev));
		if (!cache->udev)
			return NULL;
		cache->udev->library =
			library_open("libudev.so.1", symbols, ARRAY_SIZE(symbols), cache->udev);
		if (cache->udev->library)
			cache->udev->context = cache->udev->new ();
	}
	return cache->udev->context ? cache->udev : NULL;
}

void udev_close(struct host_udev *udev)
{
	if (!udev)
		return;
	if (udev->context)
		udev->unref(udev->context);
	if (udev->library)
		dlclose(udev->library);
	free(udev);
}

static int print_properties(const struct host_udev *udev, struct udev_device *device,
			    char **ret_lines)
{
	char *text = NULL;
	size_t len = 0;
	FILE *stream = open_memstream(&text, &len);
	struct udev_list_entry *entry;

	if (!stream)
		return -ENOMEM;
	for (entry = udev->device_get_properties_list_entry(device); entry;
	     entry = udev->list_entry_get_next(entry))
		fprintf(stream, "%s=%s\n", udev->list_entry_get_name(entry),
			udev->list_entry_get_value(entry));
	if (fclose(stream) != 0) {
		free(text);
		return -ENOMEM;
	}
	*ret_lines = text;
	return 0;
}

static int ask_libudev(const struct host_udev *udev, const char *number, char **ret_lines,
		       struct error *err)
{
	const char *colon = strchr(number, ':');
	struct udev_device *device;
	int r;

	if (!colon)
		return error_set(err, -EINVAL, "%s: not a device number", number);
	device = udev->device_new_from_devnum(udev->context, 'b',
					      makedev((unsigned int)strtoul(number, NULL, 10),
						      (unsigned int)strtoul(colon + 1, NULL, 10)));
	if (device && udev->device_get_is_initialized(device) > 0)
		r = print_properties(udev, device, ret_lines);
	else
		r = -EOPNOTSUPP;
	if (device)
		udev->device_unref(device);
	if (r == -EOPNOTSUPP)
		return error_set(err, r, "the udev database has no record of block device %s",
				 number);
	return r < 0 ? error_set(err, r, "libudev: out of memory") : 0;
}
#else

void udev_close(struct host_udev *udev)
{
	(void)udev;
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
	const struct host_udev *udev = host_is_this_system(host) ? opened(host) : NULL;

	if (udev)
		return ask_libudev(udev, number, ret_lines, err);
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
