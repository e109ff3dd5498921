/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load: which files a folder of rules has, and their trees */
#include "core/load_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/util.h"

static int is_rule_file(const struct dirent *entry)
{
	return ends_with(entry->d_name, ".yaml") && entry->d_name[0] != '.';
}

static int add_folder(struct loader *loader, const char *folder, bool required,
		      struct rule_files *files)
{
	struct dirent **entries;
	int n = scandir(folder, &entries, is_rule_file, versionsort);

	if (n < 0 && errno == ENOENT && !required)
		return 0;
	if (n < 0)
		return error_set(loader->err, -errno, "%s: %s", folder, strerror(errno));
	for (int i = 0; i < n; i++) {
		pointers_add(loader->arena, &files->paths,
			     arena_printf(loader->arena, "%s/%s", folder, entries[i]->d_name));
		free(entries[i]);
	}
	free(entries);
	return 0;
}

int find_rule_files(struct loader *loader, const char *path, const char *const *folders,
		    size_t n_folders, struct rule_files *files)
{
	const size_t before = files->paths.len;
	struct stat st;

	if (stat(path, &st) == 0 && S_ISREG(st.st_mode)) {
		pointers_add(loader->arena, &files->paths, arena_strdup(loader->arena, path));
		return 0;
	}
	if (add_folder(loader, path, true, files) < 0)
		return loader->err->code;
	for (size_t i = 0; i < n_folders; i++)
		if (add_folder(loader, arena_printf(loader->arena, "%s/%s", path, folders[i]),
			       false, files) < 0)
			return loader->err->code;
	if (files->paths.len == before)
		return error_set(loader->err, -ENOENT, "%s: no rule files (*.yaml) in it", path);
	return 0;
}

static int read_bytes(struct loader *loader, const char *path, char **ret, size_t *ret_len)
{
	auto_file FILE *file = fopen(path, "re");
	auto_free char *bytes = malloc(YAML_MAX_BYTES + 1);

	if (!file)
		return error_set(loader->err, -errno, "%s: %s", path, strerror(errno));
	if (!bytes)
		return error_set(loader->err, -ENOMEM, "%s: out of memory", path);
	*ret_len = fread(bytes, 1, YAML_MAX_BYTES + 1, file);
	if (ferror(file))
		return error_set(loader->err, -EIO, "%s: cannot be read", path);
	*ret = take(bytes);
	return 0;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

int parse_rule_file(struct loader *loader, const char *path, struct rule_files *files)
{
	struct yaml *tree = arena_alloc(loader->arena, sizeof(*tree));
	const char *name = base_name(path);
	auto_free char *bytes = NULL;
	size_t len = 0;

	if (read_bytes(loader, path, &bytes, &len) < 0)
		return loader->err->code;
	sha256_update(&files->digest, strlen(name), (const uint8_t *)name);
	sha256_update(&files->digest, len, (const uint8_t *)bytes);
	if (yaml_parse(loader->arena, path, bytes, len, tree, loader->err) < 0)
		return loader->err->code;
	pointers_add(loader->arena, &files->trees, tree);
	return 0;
}

int read_rule_files(struct loader *loader, const char *path, struct rule_files *files)
{
	static const char *const folders[] = { "remedies", "facts", "capabilities", "deployments" };
	size_t at = files->paths.len;

	if (find_rule_files(loader, path, folders, ARRAY_SIZE(folders), files) < 0)
		return loader->err->code;
	for (; at < files->paths.len; at++)
		if (parse_rule_file(loader, files->paths.items[at], files) < 0)
			return loader->err->code;
	return 0;
}

bool is_examples_file(const struct yaml *tree)
{
	return !yaml_get(tree, "roles") && (yaml_get(tree, "hosts") || yaml_get(tree, "examples"));
}
