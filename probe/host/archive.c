/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * archive: libarchive, loaded when an archive is read or written: it brings a dozen libraries, and no
 * survey needs it. Only tar, and only compressions that it does itself: for others it would run
 * programs (archive_read_filter(3)).
 */
#include "host/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/util.h"
#include "host/host.h"
#include "host/library.h"

/* All that is unpacked, with what is passed over: the log files of a sosreport are large. */
#define UNPACKED_MAX ((int64_t)2 * 1024 * 1024 * 1024)

/* The folder that a recording of ours unpacks to. */
#define TOP_FOLDER "recording"

struct libarchive {
	void *handle;
	__typeof__(archive_error_string) *error_string;
	__typeof__(archive_filter_bytes) *filter_bytes;
	__typeof__(archive_read_new) *read_new;
	__typeof__(archive_read_support_filter_gzip) *read_support_filter_gzip;
	__typeof__(archive_read_support_filter_bzip2) *read_support_filter_bzip2;
	__typeof__(archive_read_support_filter_xz) *read_support_filter_xz;
	__typeof__(archive_read_support_filter_zstd) *read_support_filter_zstd;
	__typeof__(archive_read_support_format_tar) *read_support_format_tar;
	__typeof__(archive_read_open_memory) *read_open_memory;
	__typeof__(archive_read_next_header) *read_next_header;
	__typeof__(archive_read_data) *read_data;
	__typeof__(archive_read_free) *read_free;
	__typeof__(archive_write_new) *write_new;
	__typeof__(archive_write_add_filter_gzip) *write_add_filter_gzip;
	__typeof__(archive_write_set_filter_option) *write_set_filter_option;
	__typeof__(archive_write_set_format_pax_restricted) *write_set_format_pax_restricted;
	__typeof__(archive_write_set_bytes_in_last_block) *write_set_bytes_in_last_block;
	__typeof__(archive_write_open) *write_open;
	__typeof__(archive_write_header) *write_header;
	__typeof__(archive_write_data) *write_data;
	__typeof__(archive_write_close) *write_close;
	__typeof__(archive_write_free) *write_free;
	__typeof__(archive_entry_new) *entry_new;
	__typeof__(archive_entry_free) *entry_free;
	__typeof__(archive_entry_clear) *entry_clear;
	__typeof__(archive_entry_filetype) *entry_filetype;
	__typeof__(archive_entry_pathname) *entry_pathname;
	__typeof__(archive_entry_symlink) *entry_symlink;
	__typeof__(archive_entry_hardlink) *entry_hardlink;
	__typeof__(archive_entry_size) *entry_size;
	__typeof__(archive_entry_set_pathname) *entry_set_pathname;
	__typeof__(archive_entry_set_size) *entry_set_size;
	__typeof__(archive_entry_set_filetype) *entry_set_filetype;
	__typeof__(archive_entry_set_perm) *entry_set_perm;
	__typeof__(archive_entry_set_mtime) *entry_set_mtime;
};

#define SYMBOL(name)                                                \
	{                                                           \
		"archive_" #name, offsetof(struct libarchive, name) \
	}

static const struct library_symbol symbols[] = {
	SYMBOL(error_string),
	SYMBOL(filter_bytes),
	SYMBOL(read_new),
	SYMBOL(read_support_filter_gzip),
	SYMBOL(read_support_filter_bzip2),
	SYMBOL(read_support_filter_xz),
	SYMBOL(read_support_filter_zstd),
	SYMBOL(read_support_format_tar),
	SYMBOL(read_open_memory),
	SYMBOL(read_next_header),
	SYMBOL(read_data),
	SYMBOL(read_free),
	SYMBOL(write_new),
	SYMBOL(write_add_filter_gzip),
	SYMBOL(write_set_filter_option),
	SYMBOL(write_set_format_pax_restricted),
	SYMBOL(write_set_bytes_in_last_block),
	SYMBOL(write_open),
	SYMBOL(write_header),
	SYMBOL(write_data),
	SYMBOL(write_close),
	SYMBOL(write_free),
	SYMBOL(entry_new),
	SYMBOL(entry_free),
	SYMBOL(entry_clear),
	SYMBOL(entry_filetype),
	SYMBOL(entry_pathname),
	SYMBOL(entry_symlink),
	SYMBOL(entry_hardlink),
	SYMBOL(entry_size),
	SYMBOL(entry_set_pathname),
	SYMBOL(entry_set_size),
	SYMBOL(entry_set_filetype),
	SYMBOL(entry_set_perm),
	SYMBOL(entry_set_mtime),
};

static int libarchive_open(struct libarchive *lib, struct error *err)
{
	lib->handle = library_open("libarchive.so.13", symbols, ARRAY_SIZE(symbols), lib);
	return lib->handle ? 0
			   : error_set(err, -EOPNOTSUPP,
				       "libarchive is not installed, which packs recordings");
}

static void libarchive_close(struct libarchive *lib)
{
	if (lib->handle)
		dlclose(lib->handle);
}
#define auto_libarchive __attribute__((cleanup(libarchive_close)))

/* --- reading --- */

/* One archive on its way into a store. */
struct reading {
	const struct libarchive *lib;
	struct archive *archive;
	struct store *store;
	struct error *err;
	size_t entries;
};

static int too_large(const struct reading *reading)
{
	return error_set(reading->err, -EFBIG,
			 "more than a recording holds: at most %zu MiB in %zu files were expected",
			 ARCHIVE_BYTES_MAX >> 20, ARCHIVE_ENTRIES_MAX);
}

static int damaged(const struct reading *reading)
{
	const char *why = reading->lib->error_string(reading->archive);

	return error_set(reading->err, -EINVAL, "expected a whole tar archive of a machine: %s",
			 why ? why : "it is damaged");
}

/*
 * A name in the archive as a path: "./a//b" is "/a/b". False for one that leads out of it: nothing of
 * an archive is where its own folders do not lead.
 */
static bool clean_path(const char *name, char *path, size_t size)
{
	size_t len = 0;

	for (; *name;) {
		size_t n = strcspn(name, "/");

		if (n == 2 && name[0] == '.' && name[1] == '.')
			return false;
		if (n && !(n == 1 && *name == '.')) {
			if (len + n + 2 > size)
				return false;
			path[len++] = '/';
			memcpy(path + len, name, n);
			len += n;
		}
		name += n;
		name += *name == '/';
	}
	path[len] = '\0';
	return len > 0;
}

/* The folders above a path, which a tar need not name. */
static int put_folders(struct store *store, const char *path)
{
	char folder[HOST_PATH_MAX * 2];

	strcpy(folder, path);
	for (char *slash = strrchr(folder, '/'); slash && slash > folder;
	     slash = strrchr(folder, '/')) {
		int r;

		*slash = '\0';
		r = store_put(store, folder, STORE_FOLDER, "", 0);
		if (r <= 0)
			return r;
	}
	return 0;
}

/* At most as much as is left; the size that the head claims is not believed. */
static int read_content(struct reading *reading, size_t left, char **ret, size_t *ret_len)
{
	size_t size = 4096, len = 0;
	auto_free char *bytes = malloc(size);

	for (;;) {
		char *larger;
		ssize_t n;

		if (!bytes)
			return error_set(reading->err, -ENOMEM, "out of memory");
		n = reading->lib->read_data(reading->archive, bytes + len, size - len);
		if (n < 0)
			return damaged(reading);
		if (n == 0)
			break;
		len += (size_t)n;
		if (len > left)
			return too_large(reading);
		if (len < size)
			continue;
		larger = realloc(bytes, size * 2);
		if (!larger)
			return error_set(reading->err, -ENOMEM, "out of memory");
		bytes = larger;
		size *= 2;
	}
	*ret = take(bytes);
	*ret_len = len;
	return 0;
}

bool archive_passes_over(const char *path)
{
	static const char *const folders[] = { "/var/log/",  "/var/crash/",   "/var/spool/",
					       "/sos_logs/", "/sos_reports/", "/sos_strings/" };

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		if (strstr(path, folders[i]))
			return true;
	return false;
}

/* Another name of a file that came before. */
static int put_hardlink(struct reading *reading, const char *path, const char *target)
{
	char clean[HOST_PATH_MAX * 2];
	const struct store_item *item =
		clean_path(target, clean, sizeof(clean)) ? store_find(reading->store, clean) : NULL;

	if (!item)
		return 0;
	if (item->len > ARCHIVE_BYTES_MAX - reading->store->total)
		return too_large(reading);
	/* A copy: storing may move the item, not its bytes. */
	return store_put(reading->store, path, item->kind, item->bytes, item->len);
}

static int put_entry(struct reading *reading, struct archive_entry *entry)
{
	const struct libarchive *lib = reading->lib;
	const char *name = lib->entry_pathname(entry), *link = lib->entry_symlink(entry);
	const char *hard = lib->entry_hardlink(entry);
	auto_free char *bytes = NULL;
	char path[HOST_PATH_MAX * 2];
	size_t len = 0;
	int r;

	if (lib->entry_size(entry) > UNPACKED_MAX)
		return too_large(reading);
	if (!name || !clean_path(name, path, sizeof(path)) || archive_passes_over(path))
		return 0;
	r = put_folders(reading->store, path);
	if (r < 0)
		return r;
	if (hard)
		return put_hardlink(reading, path, hard);
	switch (lib->entry_filetype(entry)) {
	case AE_IFLNK:
		return link ? store_put(reading->store, path, STORE_LINK, link, strlen(link)) : 0;
	case AE_IFDIR:
		return store_put(reading->store, path, STORE_FOLDER, "", 0);
	case AE_IFREG:
		break;
	default: /* a device, a pipe: nothing to be read */
		return 0;
	}
	if (lib->entry_size(entry) > (int64_t)(ARCHIVE_BYTES_MAX - reading->store->total))
		return too_large(reading);
	r = read_content(reading, ARCHIVE_BYTES_MAX - reading->store->total, &bytes, &len);
	return r < 0 ? r : store_put(reading->store, path, STORE_FILE, bytes, len);
}

static int read_entries(struct reading *reading)
{
	for (;;) {
		struct archive_entry *entry;
		int r = reading->lib->read_next_header(reading->archive, &entry);

		if (r == ARCHIVE_EOF)
			return 0;
		if (r < ARCHIVE_WARN)
			return damaged(reading);
		if (++reading->entries > ARCHIVE_ENTRIES_MAX ||
		    reading->lib->filter_bytes(reading->archive, 0) > UNPACKED_MAX)
			return too_large(reading);
		r = put_entry(reading, entry);
		if (r == -ENOMEM)
			error_set(reading->err, r, "out of memory");
		if (r < 0)
			return r;
	}
}

/* Is this folder a machine's root? */
static bool is_root(const struct store *store, const char *folder)
{
	static const char *const parts[] = { "proc", "sys", ".stackcheck", "sos_commands" };

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		const struct store_item *item = store_find(store, PATH("%s/%s", folder, parts[i]));

		if (item && item->kind == STORE_FOLDER)
			return true;
	}
	return false;
}

/* The archive's own root, or the first folder in it that is a machine's; NULL: none. */
static const char *find_root(const struct store *store)
{
	const char *found = NULL;

	if (is_root(store, ""))
		return "";
	for (size_t i = 0; i < store->len; i++) {
		const struct store_item *item = &store->items[i];

		if (item->kind == STORE_FOLDER && (!found || strlen(item->key) < strlen(found)) &&
		    is_root(store, item->key))
			found = item->key;
	}
	return found;
}

/* The same files with the machine's root at "/". */
static int put_below(const struct store *all, const char *root, struct store *store)
{
	const size_t cut = strlen(root);
	int r = store_put(store, "/", STORE_FOLDER, "", 0);

	for (size_t i = 0; r >= 0 && i < all->len; i++) {
		const struct store_item *item = &all->items[i];

		if (strncmp(item->key, root, cut) == 0 && item->key[cut] == '/')
			r = store_put(store, item->key + cut, item->kind, item->bytes, item->len);
	}
	return r < 0 ? r : 0;
}

static int into_store(struct reading *reading, const void *bytes, size_t len)
{
	const struct libarchive *lib = reading->lib;

	if (lib->read_support_filter_gzip(reading->archive) < ARCHIVE_WARN ||
	    lib->read_support_filter_bzip2(reading->archive) < ARCHIVE_WARN ||
	    lib->read_support_filter_xz(reading->archive) < ARCHIVE_WARN ||
	    lib->read_support_filter_zstd(reading->archive) < ARCHIVE_WARN ||
	    lib->read_support_format_tar(reading->archive) < ARCHIVE_WARN ||
	    lib->read_open_memory(reading->archive, bytes, len) != ARCHIVE_OK)
		return damaged(reading);
	return read_entries(reading);
}

int archive_read(const void *bytes, size_t len, struct store *store, struct error *err)
{
	auto_libarchive struct libarchive lib = { 0 };
	struct store all = { 0 };
	struct reading reading = { .lib = &lib, .store = &all, .err = err };
	const char *root;
	int r = libarchive_open(&lib, err);

	if (r < 0)
		return r;
	reading.archive = lib.read_new();
	if (!reading.archive)
		return error_set(err, -ENOMEM, "out of memory");
	r = into_store(&reading, bytes, len);
	lib.read_free(reading.archive);
	root = r < 0 ? NULL : find_root(&all);
	if (r >= 0 && !root)
		r = error_set(err, -EINVAL,
			      "not a recording: expected an archive that holds proc or sys");
	if (r >= 0 && (put_below(&all, root, store) < 0 || store_sort(store) < 0))
		r = error_set(err, -ENOMEM, "out of memory");
	store_free(&all);
	return r < 0 ? r : 0;
}

/* --- writing --- */

static la_ssize_t take_bytes(struct archive *archive, void *ctx, const void *bytes, size_t len)
{
	(void)archive;
	return fwrite(bytes, 1, len, ctx) == len ? (la_ssize_t)len : -1;
}

static bool write_item(const struct libarchive *lib, struct archive *archive,
		       struct archive_entry *entry, const struct store_item *item)
{
	lib->entry_clear(entry);
	lib->entry_set_pathname(entry, PATH(TOP_FOLDER "%s", item->key));
	lib->entry_set_filetype(entry, AE_IFREG);
	lib->entry_set_perm(entry, 0644);
	lib->entry_set_size(entry, (la_int64_t)item->len);
	lib->entry_set_mtime(entry, 0, 0); /* the same machine gives the same file */
	return lib->write_header(archive, entry) == ARCHIVE_OK &&
	       (!item->len ||
		lib->write_data(archive, item->bytes, item->len) == (la_ssize_t)item->len);
}

static bool write_all(const struct libarchive *lib, const struct store *store, FILE *out)
{
	struct archive *archive = lib->write_new();
	struct archive_entry *entry = lib->entry_new();
	bool done =
		archive && entry && lib->write_add_filter_gzip(archive) == ARCHIVE_OK &&
		lib->write_set_filter_option(archive, "gzip", "timestamp", NULL) == ARCHIVE_OK &&
		lib->write_set_format_pax_restricted(archive) == ARCHIVE_OK &&
		lib->write_set_bytes_in_last_block(archive, 1) == ARCHIVE_OK &&
		lib->write_open(archive, out, NULL, take_bytes, NULL) == ARCHIVE_OK;

	for (size_t i = 0; done && i < store->len; i++)
		done = write_item(lib, archive, entry, &store->items[store->order[i]]);
	done = done && lib->write_close(archive) == ARCHIVE_OK;
	if (entry)
		lib->entry_free(entry);
	if (archive)
		lib->write_free(archive);
	return done;
}

int archive_write(const struct store *store, char **ret_bytes, size_t *ret_len, struct error *err)
{
	auto_libarchive struct libarchive lib = { 0 };
	auto_free char *bytes = NULL;
	size_t len = 0;
	bool done;
	FILE *out;
	int r = libarchive_open(&lib, err);

	if (r < 0)
		return r;
	out = open_memstream(&bytes, &len);
	if (!out)
		return error_set(err, -ENOMEM, "out of memory");
	done = write_all(&lib, store, out);
	if (fclose(out) != 0 || !done)
		return error_set(err, -ENOMEM, "the recording cannot be packed: out of memory");
	*ret_bytes = take(bytes);
	*ret_len = len;
	return 0;
}
