/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel_config: the configuration the running kernel was built with. The kernel shows its own as
 * /proc/config.gz, packages put it beside the modules or into /boot.
 */
#include <errno.h>
#include <libdeflate.h>
#include <string.h>

#include "core/text.h"
#include "kernel.h"
#include "probe.h"

/* A bomb is no configuration: real ones have a third of a megabyte. */
#define CONFIG_MAX ((size_t)16 << 20)

static int ask_option(const struct host *host, struct facts *facts, const char *name,
		      const char *rest);

/* No errno, which a file's own failure may be (MAX_ERRNO of include/linux/err.h is 4095). */
#define ANOTHER_KERNEL (-4096)

static const struct fact_def facts_of_kernel_config[] = {
	{ "kernel.config", FACT_MAP, SCOPE_OS,
	  .meaning = "options the running kernel was built with, those that are set",
	  .source = "/proc/config.gz, /lib/modules/RELEASE/config, /boot/config-RELEASE" },
	{ "kernel.config.", FACT_STRING, SCOPE_OS,
	  .meaning = "this option: y, m, a number or a text; absent: not set, or not known to this "
		     "kernel",
	  .source = "/proc/config.gz, /lib/modules/RELEASE/config, /boot/config-RELEASE",
	  .ask = ask_option },
	{ "kernel.config_readable", FACT_BOOL, SCOPE_OS,
	  .meaning = "the running kernel's configuration is there to be read",
	  .source = "/proc/config.gz, /lib/modules/RELEASE/config, /boot/config-RELEASE" },
};

int kernel_option(struct facts *facts, const char *option, const char **ret)
{
	const struct fact *config = facts_get(facts, "kernel.config");
	const struct value *value;

	if (config->value.kind != VALUE_MAP)
		return -ENODATA;
	value = value_get(&config->value, option);
	if (!value || value->kind != VALUE_STRING)
		return 0;
	*ret = value->s;
	return 1;
}

static int ask_option(const struct host *host, struct facts *facts, const char *name,
		      const char *rest)
{
	const struct fact *config = facts_get(facts, "kernel.config");
	const char *source = config->source ? config->source : "kernel.config";
	const char *value;
	int r;

	(void)host;
	if (kernel_set_is_unknown(facts, "kernel.config", name))
		return 0;
	r = kernel_option(facts, rest, &value);
	if (r < 0)
		return 0;
	if (r == 0)
		return facts_set_absent(facts, name, source);
	return facts_set_string(facts, name, value, source);
}

/*
 * Takes the gzip wrapper off into the arena; NULL and `err` where it is none, breaks off or holds
 * more than CONFIG_MAX.
 */
static char *inflate_text(struct arena *arena, char *data, size_t len, struct error *err)
{
	struct libdeflate_decompressor *gzip;
	enum libdeflate_result r;
	uint32_t size = 0;
	char *text;

	/* gzip's last four bytes are the length of what is in it */
	for (size_t i = 0; i < 4 && len >= 18; i++)
		size |= (uint32_t)(unsigned char)data[len - 4 + i] << (8 * i);
	if (size == 0) {
		error_set(err, -EBADMSG, "not a gzip file");
		return NULL;
	}
	if (size > CONFIG_MAX) {
		error_set(err, -EFBIG, "%u bytes are no kernel configuration", size);
		return NULL;
	}
	text = arena_alloc(arena, (size_t)size + 1);
	gzip = libdeflate_alloc_decompressor();
	if (!gzip) {
		error_set(err, -ENOMEM, "libdeflate has no memory");
		return NULL;
	}
	r = libdeflate_gzip_decompress(gzip, data, len, text, size, NULL);
	libdeflate_free_decompressor(gzip);
	if (r != LIBDEFLATE_SUCCESS) {
		error_set(err, -EBADMSG, "the gzip data is damaged");
		return NULL;
	}
	return text;
}

static struct value string_of(const char *text, size_t len)
{
	return (struct value){ .kind = VALUE_STRING, .len = (uint32_t)len, .s = text };
}

/* A text without its quotes and the backslashes in front of quotes and backslashes. */
static struct value unquoted(char *text)
{
	char *to = text;

	for (const char *from = text + 1; *from && *from != '"'; from++) {
		if (*from == '\\' && from[1])
			from++;
		*to++ = *from;
	}
	*to = '\0';
	return string_of(text, (size_t)(to - text));
}

/*
 * Adds the option that a line sets ("CONFIG_X=y"); "# CONFIG_X is not set" and all else sets none.
 */
static void add_option(struct name_map *map, char *line)
{
	static const char prefix[] = "CONFIG_";
	char *name = line + sizeof(prefix) - 1;
	char *equals, *text;

	if (*line != prefix[0] || strncmp(line, prefix, sizeof(prefix) - 1) != 0)
		return;
	equals = strchr(name, '=');
	if (!equals || equals == name)
		return;
	*equals = '\0';
	text = equals + 1;
	if (strcmp(text, "n") == 0 || !*text)
		return;
	name_map_add(map, string_of(name, (size_t)(equals - name)),
		     *text == '"' ? unquoted(text) : string_of(text, strlen(text)));
}

/* At most as many options as that are set. */
static size_t count_options(const char *text)
{
	size_t n = *text == 'C';

	for (; (text = strchr(text, '\n')); text++)
		n += text[1] == 'C';
	return n;
}

/*
 * The text stays where it is, with NULs cut into it: ten thousand options are not worth ten
 * thousand copies.
 */
static struct value config_map(struct arena *arena, char *text)
{
	struct name_map map;
	char *line;

	name_map_start(arena, &map, count_options(text));
	while ((line = text_line(&text)))
		add_option(&map, line);
	return name_map_value(&map);
}

/*
 * The head says "# Linux/x86 6.1.76 Kernel Configuration" where it says anything. The release that
 * the running kernel names may be another in its last part (6.1.0-18-amd64), so the series is what
 * has to agree.
 */
static bool of_this_release(const char *text, const char *release)
{
	static const char mark[] = "\n# Linux/";
	const char *head = memmem(text, strnlen(text, 512), mark, sizeof(mark) - 1);
	const char *version = head ? strchr(head + sizeof(mark), ' ') : NULL;
	size_t dots = 0;

	if (!version)
		return true;
	for (version++; *version && *version == *release; version++, release++)
		if (*version == '.' && ++dots == 2)
			return true;
	return false;
}

static int read_text(const struct host *host, struct arena *arena, const char *path, char **ret,
		     struct error *err)
{
	auto_free char *data = NULL;
	size_t len;
	int r = host_read(host, path, &data, &len, err);

	if (r < 0)
		return r;
	if (ends_with(path, ".gz")) {
		*ret = inflate_text(arena, data, len, err);
		if (*ret)
			return 0;
		error_wrap(err, "%s", path);
		return err->code;
	}
	*ret = arena_strndup(arena, data, len);
	return 0;
}

/*
 * True where /boot is an automount point, or where that cannot be told of a machine that runs:
 * opening it would mount it.
 */
static bool boot_would_mount(const struct host *host)
{
	auto_free char *mounts = NULL;

	int r = host_read(host, host_mounts(host), &mounts, NULL, NULL);

	/* A recording of others that holds no mounts has its /boot in it, or not. */
	if (r < 0)
		return host_is_live(host) || r != -ENODATA;
	return strstr(mounts, " /boot autofs ") != NULL;
}

struct place {
	const char *before,
		*after; /* of the release in the path; no `after`: the release is no part of it */
	bool in_boot;
	bool any_kernel; /* may be the tree of another kernel: its head is compared */
};

/*
 * The kernel's own first. /boot late: it may be a mount of its own, and a container's is another
 * kernel's.
 */
static const struct place places[] = {
	{ "/proc/config.gz", NULL, .in_boot = false },
	{ "/lib/modules/", "/config", .any_kernel = true },
	{ "/usr/lib/modules/", "/config", .any_kernel = true },
	{ "/usr/lib/kernel/config-", "", .any_kernel = true },
	{ "/usr/lib/ostree-boot/config-", "", .any_kernel = true },
	{ "/boot/config-", "", .in_boot = true, .any_kernel = true },
	{ "/usr/src/linux-headers-", "/.config", .any_kernel = true },
	{ "/lib/modules/", "/build/.config", .any_kernel = true },
};

/* ANOTHER_KERNEL: it is there and tells of another kernel. */
static int try_place(const struct host *host, struct facts *facts, const struct place *place,
		     const char *release, struct error *err)
{
	const char *path =
		place->after ? PATH("%s%s%s", place->before, release, place->after) : place->before;
	struct arena *arena = facts_arena(facts);
	char *text = NULL;
	int r;

	if (place->in_boot && boot_would_mount(host))
		return error_because(err, -ENODATA, UNKNOWN_UNSUPPORTED,
				     "/boot is mounted on demand, and probing mounts nothing");
	r = read_text(host, arena, path, &text, err);
	if (r < 0)
		return r;
	if (place->any_kernel && !of_this_release(text, release))
		return error_because(err, ANOTHER_KERNEL, UNKNOWN_UNSUPPORTED,
				     "%s is the configuration of another kernel than %s", path,
				     release);
	facts_set_value(facts, "kernel.config", config_map(arena, text), path);
	return facts_set_bool(facts, "kernel.config_readable", true, path);
}

/* No place had it: `first` is the first failure that was more than a missing file. */
static int set_not_found(struct facts *facts, const char *release, const struct error *first)
{
	if (first->code != 0) {
		facts_set_unknown(facts, "kernel.config", first);
		if (first->code != ANOTHER_KERNEL)
			return facts_set_unknown(facts, "kernel.config_readable", first);
	} else {
		facts_set_unsupported(
			facts, "kernel.config",
			PATH("no configuration of kernel %s is to be found", release));
	}
	return facts_set_bool(facts, "kernel.config_readable", false,
			      "/proc/config.gz, /lib/modules, /usr/lib, /boot, /usr/src");
}

static int run(const struct host *host, struct facts *facts, struct error *err)
{
	struct error first = { 0 };
	const char *release = NULL;
	int no_release = kernel_release(host, facts, &release, &first);

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		int r;

		if (places[i].after && no_release < 0)
			break; /* which it would be is not known, and `first` says why */
		r = try_place(host, facts, &places[i], release, err);
		if (r == 0)
			return 0;
		if (r != -ENOENT && first.code == 0)
			first = *err;
	}
	return set_not_found(facts, release, &first);
}

const struct probe probe_kernel_config = {
	.name = "kernel_config",
	PROVIDES(facts_of_kernel_config),
	.run = run,
};
