/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/kmod: libkmod and the texts have to say the same of a distribution's kernel */
#include "host/kmod.h"

#include <errno.h>
#include <glob.h>
#include <string.h>

#include "fixture.h"

static const struct {
	const char *name;
} modules[] = {
#define MODULE(module, option) { module },
#include "kernel-modules.def"
#undef MODULE
};

/*
 * This system's own /sys/module is what libkmod looks at for what is loaded: such names prove
 * nothing here.
 */
static bool is_here(const struct host *host, const char *name)
{
	return host_exists(host, PATH("/sys/module/%s", name), NULL) != 0;
}

static const char *in_text(const char *path, const char *module)
{
	auto_file FILE *file = fopen(path, "re");
	char line[8192];

	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		char *colon = strchrnul(line, ':'), *name, *end;

		*colon = '\0';
		name = strrchr(line, '/');
		name = name ? name + 1 : line;
		end = strstr(name, ".ko");
		if (!end)
			continue;
		*end = '\0';
		for (char *c = name; *c; c++)
			*c = *c == '-' ? '_' : *c;
		if (strcmp(name, module) == 0)
			return path;
	}
	return NULL;
}

static const char *by_text(const char *folder, const char *module)
{
	if (in_text(PATH("%s/modules.builtin", folder), module))
		return "builtin";
	return in_text(PATH("%s/modules.dep", folder), module) ? "available" : "missing";
}

static void libkmod_and_the_texts_agree_on_a_distributions_kernel(void **state)
{
	auto_host struct host *host = NULL;
	struct error err = { 0 };
	size_t compared = 0;
	glob_t found;

	(void)state;
	if (glob("build/lab/cache/*/lib/modules/*/modules.dep.bin", 0, NULL, &found) != 0) {
		print_message("SKIPPED: no indexed kernel in build/lab/cache: tests/lab/fetch "
			      "gets one\n");
		skip();
	}
	*strrchr(found.gl_pathv[0], '/') = '\0';
	assert_int_equal(host_open_live(NULL, NULL, &host, &err), 0);
	for (size_t i = 0; i < ARRAY_SIZE(modules); i++) {
		const char *told = NULL, *read = by_text(found.gl_pathv[0], modules[i].name);

		if (is_here(host, modules[i].name))
			continue;
		if (host_kmod_state(host, found.gl_pathv[0], modules[i].name, &told, &err) < 0)
			fail_msg("%s: %s", modules[i].name, err.text);
		if (strcmp(told, read) != 0)
			fail_msg("%s: libkmod says %s, the texts %s", modules[i].name, told, read);
		compared++;
	}
	assert_true(compared > 20);
	globfree(&found);
}

static void of_another_system_libkmod_is_not_asked(void **state)
{
	auto_host struct host *host = NULL;
	const char *told = NULL;
	struct error err = { 0 };

	fixture_write(state, "/proc/cmdline", "");
	assert_int_equal(host_open_live(fixture_path(state), NULL, &host, &err), 0);
	assert_int_equal(host_kmod_state(host, "/lib/modules/1", "tun", &told, &err), -EOPNOTSUPP);
	assert_null(told);
}

static void without_indexes_libkmod_cannot_tell(void **state)
{
	auto_host struct host *host = NULL;
	const char *told = NULL;
	struct error err = { 0 };

	fixture_write(state, "/proc/cmdline", "");
	assert_int_equal(host_open_live(NULL, NULL, &host, &err), 0);
	assert_int_equal(host_kmod_state(host, fixture_path(state), "tun", &told, &err),
			 -EOPNOTSUPP);
	assert_null(told);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(libkmod_and_the_texts_agree_on_a_distributions_kernel),
		TEST(of_another_system_libkmod_is_not_asked),
		TEST(without_indexes_libkmod_cannot_tell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
