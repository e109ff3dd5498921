/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load: the tables that remedies name: packages, makers of firmware and their settings */
#include <errno.h>
#include <string.h>

#include "core/loader.h"
#include "core/util.h"

static const char *const manager_names[N_PACKAGE_MANAGERS] = {
	[MANAGER_APT] = "apt",	     [MANAGER_DNF] = "dnf", [MANAGER_ZYPPER] = "zypper",
	[MANAGER_PACMAN] = "pacman", [MANAGER_APK] = "apk",
};

#define MANAGERS "apt dnf zypper pacman apk"

const char *package_manager_name(enum package_manager manager)
{
	return manager_names[manager];
}

static int expect_map(struct loader *loader, const struct yaml *node, const char *what)
{
	if (node->kind == YAML_MAP)
		return 0;
	return yaml_error(node, loader->err, "%s: expected names and what they are, found %s", what,
			  yaml_kind_name(node));
}

/* One text for all package managers, or one for each. */
static int read_by_manager(struct loader *loader, const struct yaml *row, const char *key,
			   const char *ret[N_PACKAGE_MANAGERS])
{
	const struct yaml *node = yaml_get(row, key);

	if (!node)
		return 0;
	if (node->kind != YAML_TEXT && read_keys(loader, node, MANAGERS) < 0)
		return -EINVAL;
	for (size_t i = 0; i < N_PACKAGE_MANAGERS; i++)
		if (node->kind == YAML_TEXT
			    ? read_text(loader, row, key, true, &ret[i]) < 0
			    : read_text(loader, node, manager_names[i], false, &ret[i]) < 0)
			return -EINVAL;
	return 0;
}

static int read_sources(struct loader *loader, const struct yaml *row, const char *const **ret,
			size_t *ret_len)
{
	if (!yaml_get(row, "source"))
		return yaml_error(row, loader->err, "'source' is missing");
	return read_texts(loader, row, "source", ret, ret_len);
}

static int load_package(struct loader *loader, const struct yaml *key, const struct yaml *row)
{
	struct package *package = arena_alloc(loader->arena, sizeof(*package));

	package->name = key->text;
	if (read_keys(loader, row, "title names unit source") < 0 ||
	    read_text(loader, row, "title", true, &package->title) < 0 ||
	    read_by_manager(loader, row, "names", package->names) < 0 ||
	    read_by_manager(loader, row, "unit", package->units) < 0 ||
	    read_sources(loader, row, &package->sources, &package->n_sources) < 0)
		return -EINVAL;
	if (!yaml_get(row, "names"))
		return yaml_error(row, loader->err, "'names' is missing");
	pointers_add(loader->arena, &loader->packages, package);
	return 0;
}

int load_packages(struct loader *loader, const struct yaml *map)
{
	if (expect_map(loader, map, "packages") < 0)
		return -EINVAL;
	for (size_t i = 0; i < map->len; i++)
		if (load_package(loader, &map->keys[i], &map->items[i]) < 0)
			return -EINVAL;
	return 0;
}

int load_vendors(struct loader *loader, const struct yaml *map)
{
	if (expect_map(loader, map, "vendors") < 0)
		return -EINVAL;
	for (size_t i = 0; i < map->len; i++) {
		struct firmware_vendor *vendor = arena_alloc(loader->arena, sizeof(*vendor));
		const struct yaml *row = &map->items[i];

		vendor->name = map->keys[i].text;
		if (read_keys(loader, row, "title match") < 0 ||
		    read_text(loader, row, "title", true, &vendor->title) < 0 ||
		    read_texts(loader, row, "match", &vendor->match, &vendor->n_match) < 0)
			return -EINVAL;
		pointers_add(loader->arena, &loader->vendors, vendor);
	}
	return 0;
}

static bool is_vendor(const struct loader *loader, const char *name)
{
	for (size_t i = 0; i < loader->vendors.len; i++)
		if (strcmp(((const struct firmware_vendor *)loader->vendors.items[i])->name,
			   name) == 0)
			return true;
	return loader->base && rules_vendor(loader->base, name);
}

static int read_menu(struct loader *loader, const struct yaml *vendor, const struct yaml *row,
		     struct firmware_menu *menu)
{
	if (!is_vendor(loader, vendor->text))
		return yaml_error(vendor, loader->err, "there is no maker '%s' among 'vendors'",
				  vendor->text);
	menu->vendor = vendor->text;
	if (read_keys(loader, row, "menu source") < 0 ||
	    read_text(loader, row, "menu", true, &menu->text) < 0)
		return -EINVAL;
	return read_sources(loader, row, &menu->sources, &menu->n_sources);
}

static int load_setting(struct loader *loader, const struct yaml *key, const struct yaml *row)
{
	struct firmware_setting *setting = arena_alloc(loader->arena, sizeof(*setting));
	const struct yaml *menus = yaml_get(row, "menus");
	struct firmware_menu *items;

	setting->name = key->text;
	if (read_keys(loader, row, "title menus") < 0 ||
	    read_text(loader, row, "title", true, &setting->title) < 0 ||
	    (menus && expect_map(loader, menus, "menus") < 0))
		return -EINVAL;
	setting->n_menus = menus ? menus->len : 0;
	items = arena_alloc(loader->arena, setting->n_menus * sizeof(*items));
	for (size_t i = 0; i < setting->n_menus; i++)
		if (read_menu(loader, &menus->keys[i], &menus->items[i], &items[i]) < 0)
			return -EINVAL;
	setting->menus = items;
	pointers_add(loader->arena, &loader->settings, setting);
	return 0;
}

int load_settings(struct loader *loader, const struct yaml *map)
{
	if (expect_map(loader, map, "settings") < 0)
		return -EINVAL;
	for (size_t i = 0; i < map->len; i++)
		if (load_setting(loader, &map->keys[i], &map->items[i]) < 0)
			return -EINVAL;
	return 0;
}

/* The site's own rows stand before those of the base, and so go first. */
void finish_remedies(struct loader *loader, struct rules *ret)
{
	static const struct rules none = { 0 };
	const struct rules *base = loader->base ? loader->base : &none;
	struct package *packages = arena_alloc(
		loader->arena, (loader->packages.len + base->n_packages) * sizeof(*packages));
	struct firmware_vendor *vendors = arena_alloc(
		loader->arena, (loader->vendors.len + base->n_vendors) * sizeof(*vendors));
	struct firmware_setting *settings = arena_alloc(
		loader->arena, (loader->settings.len + base->n_settings) * sizeof(*settings));

	for (size_t i = 0; i < loader->packages.len; i++)
		packages[ret->n_packages++] = *(const struct package *)loader->packages.items[i];
	for (size_t i = 0; i < base->n_packages; i++)
		packages[ret->n_packages++] = base->packages[i];
	for (size_t i = 0; i < loader->vendors.len; i++)
		vendors[ret->n_vendors++] =
			*(const struct firmware_vendor *)loader->vendors.items[i];
	for (size_t i = 0; i < base->n_vendors; i++)
		vendors[ret->n_vendors++] = base->vendors[i];
	for (size_t i = 0; i < loader->settings.len; i++)
		settings[ret->n_settings++] =
			*(const struct firmware_setting *)loader->settings.items[i];
	for (size_t i = 0; i < base->n_settings; i++)
		settings[ret->n_settings++] = base->settings[i];
	ret->packages = packages;
	ret->vendors = vendors;
	ret->settings = settings;
}
