/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kept: what several probes ask a machine for and is asked for once. The kernel makes these files
 * anew at each reading: the list of processes and what it knows of CPUs and mounts are not cheap.
 */
#include "host/kept.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/util.h"
#include "host/private.h"

static const char *const paths[] = {
	"/proc",	"/proc/1/mounts", "/proc/cmdline",  "/proc/cpuinfo", "/proc/filesystems",
	"/proc/mounts", "/proc/swaps",	  "/sys/class/net",
};

/* A recorder and an archive have it in memory anyway. */
static bool is_kept(const struct host *host, const char *path)
{
	if (host->recorder || host->files)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		if (strcmp(paths[i], path) == 0)
			return true;
	return false;
}

const struct store_item *kept_find(const struct host *host, const char *path)
{
	/* A recorder is to see each question, also those that were asked before it was there. */
	if (host->recorder || !host->cache->kept.len)
		return NULL;
	return store_find(&host->cache->kept, path);
}

/* Without memory for it the next one asks again. */
void kept_file(const struct host *host, const char *path, const char *bytes, size_t len)
{
	if (is_kept(host, path))
		store_put(&host->cache->kept, path, STORE_FILE, bytes, len);
}

void kept_folder(const struct host *host, const char *path, const struct host_names *names)
{
	auto_free char *text = NULL;
	size_t size = 1, len = 0;

	if (!is_kept(host, path))
		return;
	for (size_t i = 0; i < names->len; i++)
		size += strlen(names->names[i]) + 1;
	text = calloc(1, size);
	if (!text)
		return;
	for (size_t i = 0; i < names->len; i++) {
		text[len++] = '/';
		len = (size_t)(stpcpy(text + len, names->names[i]) - text);
	}
	store_put(&host->cache->kept, path, STORE_FOLDER, text, len);
}
