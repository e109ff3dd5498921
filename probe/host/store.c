/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/util.h"
#include "host/host.h"

/* As many as Linux follows in one path (MAXSYMLINKS, path_resolution(7)). */
#define LINKS_MAX 40

/* FNV-1a. */
static size_t hash(const char *key)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (; *key; key++)
		h = (h ^ (unsigned char)*key) * 0x100000001b3u;
	return (size_t)(h ^ h >> 32);
}

/* The slot of a key: that of its item, or the empty one where it would stand. */
static size_t slot_of(const struct store *store, const char *key)
{
	size_t at = hash(key) & (store->n_slots - 1);

	while (store->slots[at] && strcmp(store->items[store->slots[at] - 1].key, key) != 0)
		at = (at + 1) & (store->n_slots - 1);
	return at;
}

const struct store_item *store_find(const struct store *store, const char *key)
{
	size_t at;

	if (!store->n_slots)
		return NULL;
	at = slot_of(store, key);
	return store->slots[at] ? &store->items[store->slots[at] - 1] : NULL;
}

/* Twice the room, before half of the slots are taken. */
static int grow(struct store *store)
{
	size_t size = store->size ? store->size * 2 : 256;
	struct store_item *items = realloc(store->items, size * sizeof(*items));
	uint32_t *slots = NULL;

	if (items)
		store->items = items;
	slots = items ? calloc(size * 2, sizeof(*slots)) : NULL;
	if (!slots)
		return -ENOMEM;
	free(store->slots);
	store->slots = slots;
	store->n_slots = size * 2;
	store->size = size;
	for (size_t i = 0; i < store->len; i++)
		slots[slot_of(store, items[i].key)] = (uint32_t)i + 1;
	return 0;
}

int store_put(struct store *store, const char *key, enum store_kind kind, const void *bytes,
	      size_t len)
{
	struct store_item item = { .len = len, .kind = kind };
	size_t at;

	if (store->len == store->size && grow(store) < 0)
		return -ENOMEM;
	at = slot_of(store, key);
	if (store->slots[at])
		return 0;
	item.key = strdup(key);
	item.bytes = malloc(len + 1);
	if (!item.key || !item.bytes) {
		free(item.key);
		free(item.bytes);
		return -ENOMEM;
	}
	if (len)
		memcpy(item.bytes, bytes, len);
	item.bytes[len] = '\0';
	store->items[store->len++] = item;
	store->slots[at] = (uint32_t)store->len;
	store->total += len;
	free(store->order);
	store->order = NULL;
	return 1;
}

void store_free(struct store *store)
{
	for (size_t i = 0; i < store->len; i++) {
		free(store->items[i].key);
		free(store->items[i].bytes);
	}
	free(store->items);
	free(store->slots);
	free(store->order);
	*store = (struct store){ 0 };
}

static int by_key(const void *a, const void *b, void *items)
{
	const struct store_item *all = items;

	return strcmp(all[*(const uint32_t *)a].key, all[*(const uint32_t *)b].key);
}

int store_sort(struct store *store)
{
	if (store->order || !store->len)
		return 0;
	store->order = malloc(store->len * sizeof(*store->order));
	if (!store->order)
		return -ENOMEM;
	for (size_t i = 0; i < store->len; i++)
		store->order[i] = (uint32_t)i;
	qsort_r(store->order, store->len, sizeof(*store->order), by_key, store->items);
	return 0;
}

size_t store_first(const struct store *store, const char *prefix)
{
	size_t low = 0, high = store->order ? store->len : 0;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (strcmp(store->items[store->order[middle]].key, prefix) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* What is still to be walked: the next part cut off its front. */
static char *next_part(char **rest)
{
	char *part;

	while ((part = strsep(rest, "/")))
		if (*part && strcmp(part, ".") != 0)
			return part;
	return NULL;
}

/* A link's text, with what stood behind the link, is walked next: `rest` points into `buffer`. */
static int splice(const struct store_item *link, char *buffer, size_t size, char **rest)
{
	auto_free char *joined = NULL;

	if (asprintf(&joined, "%s/%s", link->bytes, *rest ? *rest : "") < 0)
		return -ENOMEM;
	if (strlen(joined) >= size)
		return -ENAMETOOLONG;
	strcpy(buffer, joined);
	*rest = buffer;
	return 0;
}

int store_resolve(const struct store *store, const char *path, bool follow,
		  const struct store_item **ret)
{
	char done[HOST_PATH_MAX * 4] = "", buffer[HOST_PATH_MAX * 4];
	const struct store_item *item = store_find(store, path);
	char *rest = buffer, *part;
	int links = 0, r;

	/* Most are written as they are: a path of ours has no link in its way. */
	if (item && item->kind != STORE_LINK) {
		*ret = item;
		return 0;
	}
	if (strlen(path) >= sizeof(buffer))
		return -ENAMETOOLONG;
	strcpy(buffer, path);
	while ((part = next_part(&rest))) {
		size_t len = strlen(done);

		if (item && item->kind == STORE_FILE && len)
			return -ENOTDIR;
		if (strcmp(part, "..") == 0) {
			*strrchr(len ? done : strcpy(done, "/"), '/') = '\0';
			item = NULL;
			continue;
		}
		if (len + strlen(part) + 2 > sizeof(done))
			return -ENAMETOOLONG;
		snprintf(done + len, sizeof(done) - len, "/%s", part);
		item = store_find(store, done);
		if (!item)
			return -ENOENT;
		if (item->kind != STORE_LINK || (!follow && (!rest || !*rest)))
			continue;
		if (++links > LINKS_MAX)
			return -ELOOP;
		if (*item->bytes == '/')
			*done = '\0';
		else
			done[len] = '\0';
		r = splice(item, buffer, sizeof(buffer), &rest);
		if (r < 0)
			return r;
		item = NULL;
	}
	item = store_find(store, *done ? done : "/");
	if (!item)
		return -ENOENT;
	*ret = item;
	return 0;
}

int store_open(const struct store_item *item)
{
	int fd = memfd_create("stackcheck", MFD_CLOEXEC);
	size_t done = 0;

	if (fd < 0)
		return -errno;
	while (done < item->len) {
		ssize_t n = write(fd, item->bytes + done, item->len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			int r = -errno;

			close(fd);
			return r;
		}
		done += (size_t)n;
	}
	if (lseek(fd, 0, SEEK_SET) < 0) {
		close(fd);
		return -EIO;
	}
	return fd;
}
