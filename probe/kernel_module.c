/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel_module: how each module of the running kernel is there. The set is read from the indexes'
 * texts; a single module is asked of libkmod where that would look at the same system, and of the
 * set elsewhere. Formats: depmod(8), modules.dep(5), modprobe.d(5), proc(5).
 */
#include <errno.h>
#include <string.h>

#include "core/text.h"
#include "host/kmod.h"
#include "kernel.h"
#include "probe.h"

static int ask_module(const struct host *host, struct facts *facts, const char *name,
		      const char *rest);
static int ask_blocked(const struct host *host, struct facts *facts, const char *name,
		       const char *rest);
static int ask_module_param(const struct host *host, struct facts *facts, const char *name,
			    const char *rest);

#define SOURCES \
	"/proc/modules, /sys/module, modules.builtin and modules.dep of /lib/modules/RELEASE"

#define SIG_ENFORCE "/sys/module/module/parameters/sig_enforce"

static const struct fact_def facts_of_kernel_module[] = {
	{ "kernel.modules.loading", FACT_BOOL, SCOPE_OS, .meaning = "this kernel can load modules",
	  .source = "/proc/modules" },
	{ "kernel.modules_disabled", FACT_BOOL, SCOPE_STATE,
	  .meaning = "loading of modules is switched off until the next boot",
	  .source = "/proc/sys/kernel/modules_disabled" },
	{ "kernel.modules", FACT_MAP, SCOPE_OS,
	  .meaning = "modules of the running kernel and how each is there", .source = SOURCES },
	{ "kernel.modules.indexed", FACT_BOOL, SCOPE_OS,
	  .meaning = "the index of all modules of the running kernel was read",
	  .source = "/lib/modules/RELEASE" },
	{ "kernel.module.", FACT_STRING, SCOPE_OS, .meaning = "how this module is there",
	  .source = SOURCES, .values = "builtin loaded available missing", .ask = ask_module },
	{ "kernel.modules.signed_only", FACT_BOOL, SCOPE_STATE,
	  .meaning = "the kernel loads only modules whose signature it trusts",
	  .source = SIG_ENFORCE ", kernel.lockdown" },
	{ "kernel.modules.refused", FACT_STRINGS, SCOPE_STATE,
	  .meaning = "modules without a signature that the kernel refuses for that",
	  .source = "what did not come with the kernel in /lib/modules/RELEASE" },
	{ "kernel.modules.unproven", FACT_STRINGS, SCOPE_STATE,
	  .meaning = "modules that the kernel refuses unless it trusts their signature",
	  .source = "what did not come with the kernel in /lib/modules/RELEASE" },
	{ "kernel.modules.blocked", FACT_STRINGS, SCOPE_OS,
	  .meaning = "modules that the configuration keeps from being loaded",
	  .source = "blacklist and install lines of modprobe.d, /proc/cmdline" },
	{ "kernel.module_blocked.", FACT_BOOL, SCOPE_OS,
	  .meaning = "configuration, or its missing signature, keeps this module from being loaded",
	  .source = "blacklist and install lines of modprobe.d, /proc/cmdline, "
		    "kernel.modules.refused",
	  .ask = ask_blocked },
	{ "kernel.module_param.", FACT_SCALAR, SCOPE_STATE,
	  .meaning = "value of this parameter of a module (MODULE.PARAMETER)",
	  .source = "/sys/module/MODULE/parameters/PARAMETER", .privilege = "root, for some",
	  .ask = ask_module_param },
};

static const struct {
	const char *module, *option;
} built_by[] = {
#define MODULE(module, option) { module, option },
#include "kernel-modules.def"
#undef MODULE
};

/* A name as the kernel spells it: every `-` is a `_`. */
static struct value spelled(struct arena *arena, const char *name, size_t len)
{
	char *copy = arena_strndup(arena, name, len);

	for (char *c = copy; *c; c++)
		if (*c == '-')
			*c = '_';
	return (struct value){ .kind = VALUE_STRING, .len = (uint32_t)len, .s = copy };
}

/* --- what there is ------------------------------------------------------------------------- */

/* The texts that modules are named in; NULL where one was not to be had. */
struct index {
	char *loaded; /* /proc/modules */
	char *builtin; /* modules.builtin */
	char *dep; /* modules.dep */
	struct host_names sysfs; /* /sys/module */
	struct list foreign; /* paths in modules.dep that lie outside the kernel's own folder */
	int loading; /* 1: this kernel loads modules, 0: it cannot, negative: not known */
};

static void index_free(struct index *index)
{
	free(index->loaded);
	free(index->builtin);
	free(index->dep);
	host_names_free(&index->sysfs);
}

static size_t lines_of(const char *text)
{
	size_t n = 0;

	for (; text && *text; n++) {
		text = strchr(text, '\n');
		text = text ? text + 1 : NULL;
	}
	return n;
}

/*
 * "kernel/net/tun/tun.ko.xz: …" or "kernel/net/tun/tun.ko": the name between the last slash and
 * ".ko".
 */
static void add_paths(struct arena *arena, struct name_map *map, char *text, const char *state,
		      struct list *foreign)
{
	for (char *line; (line = text_line(&text));) {
		char *end = strchrnul(line, ':');
		char *name, *suffix;

		*end = '\0';
		if (foreign && !starts_with(line, "kernel/"))
			list_add(arena, foreign, value_string(arena_strdup(arena, line)));
		name = strrchr(line, '/');
		name = name ? name + 1 : line;
		suffix = strstr(name, ".ko");
		if (suffix && suffix > name)
			name_map_add(map, spelled(arena, name, (size_t)(suffix - name)),
				     value_string(state));
	}
}

/*
 * "tun 65536 2 vhost_net, Live 0x…": a module on its way out is loaded no longer, and can be again.
 */
static void add_loaded(struct arena *arena, struct name_map *map, char *text)
{
	for (char *line; (line = text_line(&text));) {
		size_t len = strcspn(line, " ");
		bool leaves = strstr(line, " Unloading ") != NULL;

		if (len > 0)
			name_map_add(map, spelled(arena, line, len),
				     value_string(leaves ? "available" : "loaded"));
	}
}

/*
 * A folder of /sys/module that is not of a loaded module is of a part of the kernel itself, which
 * has one where it has parameters or a version (Documentation/ABI/stable/sysfs-module). Only where
 * the loaded ones are known.
 */
static void add_sysfs(struct arena *arena, struct name_map *map, const struct index *index)
{
	if (!index->loaded && index->loading != 0)
		return;
	for (size_t i = 0; i < index->sysfs.len; i++)
		name_map_add(map,
			     spelled(arena, index->sysfs.names[i], strlen(index->sysfs.names[i])),
			     value_string("builtin"));
}

static struct value modules_of(struct arena *arena, struct index *index)
{
	size_t max = lines_of(index->loaded) + lines_of(index->builtin) + lines_of(index->dep) +
		     index->sysfs.len;
	struct name_map map;

	name_map_start(arena, &map, max);
	if (index->loaded)
		add_loaded(arena, &map, index->loaded);
	add_sysfs(arena, &map, index);
	if (index->builtin)
		add_paths(arena, &map, index->builtin, "builtin", NULL);
	if (index->dep && index->loading != 0)
		add_paths(arena, &map, index->dep, "available", &index->foreign);
	return name_map_value(&map);
}

/* Returns what listing /sys/module did. */
static int read_live(const struct host *host, struct facts *facts, struct index *index,
		     struct error *err)
{
	int r = host_read(host, "/proc/modules", &index->loaded, NULL, err);

	/*
	 * the file is there with every kernel that was built with CONFIG_MODULES:
	 * kernel/module/procfs.c
	 */
	index->loading = r == 0 ? 1 : r == -ENOENT ? 0 : r;
	if (index->loading >= 0)
		facts_set_bool(facts, "kernel.modules.loading", index->loading > 0,
			       "/proc/modules");
	else
		facts_set_unknown(facts, "kernel.modules.loading", err);
	r = host_list(host, "/sys/module", &index->sysfs, err);
	if (r < 0)
		index->sysfs = (struct host_names){ 0 };
	return r;
}

static void set_disabled(const struct host *host, struct facts *facts, struct error *err)
{
	static const char *const path = "/proc/sys/kernel/modules_disabled";
	uint64_t disabled;
	int r = host_read_u64(host, path, &disabled, err);

	if (r == 0)
		facts_set_bool(facts, "kernel.modules_disabled", disabled != 0, path);
	else if (r == -ENOENT) /* a kernel that loads none has no switch for it either */
		facts_set_bool(facts, "kernel.modules_disabled", false, path);
	else
		facts_set_unknown(facts, "kernel.modules_disabled", err);
}

/*
 * NixOS keeps the modules of the kernel that runs, and not those of the next one, under
 * /run/booted-system.
 */
static const char *const module_folders[] = {
	"/lib/modules",
	"/run/booted-system/kernel-modules/lib/modules",
};

/* Both lists of the release. -ENOENT: there is no folder of it anywhere. */
static int read_index(const struct host *host, struct facts *facts, struct index *index,
		      const char **ret_folder, struct error *err)
{
	const char *release = NULL;
	int r = kernel_release(host, facts, &release, err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < ARRAY_SIZE(module_folders); i++) {
		const char *folder = PATH("%s/%s", module_folders[i], release);

		r = host_read(host, PATH("%s/modules.dep", folder), &index->dep, NULL, err);
		if (r == -ENOENT)
			continue;
		if (r < 0)
			return r;
		*ret_folder = arena_strdup(facts_arena(facts), folder);
		return host_read(host, PATH("%s/modules.builtin", folder), &index->builtin, NULL,
				 err);
	}
	return r;
}

/* --- signatures ---------------------------------------------------------------------------- */

/*
 * The kernel asks for a signature where it was told to, or where it is locked down
 * (module_sig_check() of kernel/module/signing.c); without CONFIG_MODULE_SIG there is no parameter.
 */
static void set_signed_only(const struct host *host, struct facts *facts)
{
	static const char *const name = "kernel.modules.signed_only";
	const struct fact *lockdown = facts_get(facts, "kernel.lockdown");
	auto_free char *line = NULL;
	struct error err = { 0 };
	int r = host_read_line(host, SIG_ENFORCE, &line, &err);

	if (r < 0 && r != -ENOENT)
		facts_set_unknown(facts, name, &err);
	else if (r == -ENOENT || *line == 'Y')
		facts_set_bool(facts, name, r == 0, SIG_ENFORCE);
	else if (lockdown->value.kind == VALUE_STRING)
		facts_set_bool(facts, name, strcmp(lockdown->value.s, "none") != 0,
			       lockdown->source);
	else
		facts_set_unsupported(facts, name,
				      "it is not known whether the kernel is locked down");
}

/*
 * 1: a signature stands at the end of the module's file (MODULE_SIG_STRING of
 * include/linux/module_signature.h); 0: none does; -errno: it cannot be told, as of a compressed one.
 */
static int has_signature(const struct host *host, const char *path)
{
	static const char mark[] = "~Module signature appended~\n";
	char bytes[sizeof(mark) - 1];
	struct host_stat st;
	int r;

	if (!ends_with(path, ".ko"))
		return -EOPNOTSUPP;
	r = host_stat(host, path, &st, NULL);
	if (r < 0)
		return r;
	if (st.size < (off_t)sizeof(bytes))
		return 0;
	if (host_read_at(host, path, bytes, sizeof(bytes), st.size - (off_t)sizeof(bytes), NULL) !=
	    (ssize_t)sizeof(bytes))
		return -EIO;
	return memcmp(bytes, mark, sizeof(bytes)) == 0;
}

static struct value module_of_path(struct arena *arena, const char *path)
{
	const char *name = strrchr(path, '/');
	const char *suffix;

	name = name ? name + 1 : path;
	suffix = strstr(name, ".ko");
	return spelled(arena, name, suffix ? (size_t)(suffix - name) : strlen(name));
}

/* What came with the kernel was signed with it. */
static void set_signatures(const struct host *host, struct facts *facts, const char *folder,
			   const struct list *foreign)
{
	const bool none = facts_is_false(facts, "kernel.modules.signed_only");
	const bool sure = facts_is_true(facts, "kernel.modules.signed_only");
	struct arena *arena = facts_arena(facts);
	struct list refused = { 0 }, unproven = { 0 };

	for (size_t i = 0; !none && i < foreign->len; i++) {
		const char *path = foreign->items[i].s;
		int r = has_signature(host, PATH("%s/%s", folder, path));

		list_add(arena, r == 0 && sure ? &refused : &unproven, module_of_path(arena, path));
	}
	facts_set_value(facts, "kernel.modules.refused", list_value(&refused), folder);
	facts_set_value(facts, "kernel.modules.unproven", list_value(&unproven), folder);
}

static void set_modules(const struct host *host, struct facts *facts, struct error *err)
{
	__attribute__((cleanup(index_free))) struct index index = { 0 };
	struct error no_index = { 0 };
	const char *folder = NULL;
	int live = read_live(host, facts, &index, err);
	int r = read_index(host, facts, &index, &folder, &no_index);

	if (r == 0)
		facts_set_bool(facts, "kernel.modules.indexed", true, folder);
	else if (r == -ENOENT)
		facts_set_bool(facts, "kernel.modules.indexed", false, "/lib/modules");
	else
		facts_set_unknown(facts, "kernel.modules.indexed", &no_index);
	/* With no index, the loaded ones and /sys/module together show them; neither does alone. */
	if (r < 0 && !lines_of(index.loaded) &&
	    (index.loading < 0 || (live < 0 && live != -ENOENT)))
		facts_set_unknown(facts, "kernel.modules", err);
	else
		facts_set_value(facts, "kernel.modules", modules_of(facts_arena(facts), &index),
				folder ? folder : "/proc/modules, /sys/module");
	set_signed_only(host, facts);
	set_signatures(host, facts, folder, &index.foreign);
}

/* --- what is kept out ---------------------------------------------------------------------- */

/* An install command that loads nothing: some program called true or false, or none at all. */
static bool installs_nothing(char *command)
{
	char *program = text_word(&command, " \t");
	const char *name = program ? strrchr(program, '/') : NULL;

	name = name ? name + 1 : program;
	return !name || strcmp(name, "true") == 0 || strcmp(name, "false") == 0 ||
	       strcmp(name, ":") == 0 || strcmp(name, "null") == 0;
}

static void add_blocked(struct arena *arena, struct list *blocked, const char *name)
{
	struct value module = spelled(arena, name, strlen(name));
	struct value so_far = list_value(blocked);

	if (!text_listed(&so_far, module.s))
		list_add(arena, blocked, module);
}

/* A `\` at the end of a line: it goes on in the next one. */
static void join_lines(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		if (from[0] == '\\' && from[1] == '\n')
			from++;
		else
			*to++ = *from;
	}
	*to = '\0';
}

static void read_conf(struct arena *arena, struct list *blocked, char *text)
{
	join_lines(text);
	for (char *line; (line = text_line(&text));) {
		const char *verb = text_word(&line, " \t");
		const char *module = verb ? text_word(&line, " \t") : NULL;

		if (!module)
			continue;
		if (strcmp(verb, "blacklist") == 0 ||
		    (strcmp(verb, "install") == 0 && installs_nothing(line)))
			add_blocked(arena, blocked, module);
	}
}

/* In order of precedence: a file covers those of the same name in the folders behind it. */
static const char *const conf_folders[] = {
	"/etc/modprobe.d",
	"/run/modprobe.d",
	"/usr/local/lib/modprobe.d",
	"/lib/modprobe.d",
};

static bool is_covered(const struct host_names *folders, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < folders[i].len; k++)
			if (strcmp(folders[i].names[k], name) == 0)
				return true;
	return false;
}

static int read_conf_files(const struct host *host, struct arena *arena, struct list *blocked,
			   struct host_names *folders, struct error *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(conf_folders); i++) {
		int r = host_list(host, conf_folders[i], &folders[i], err);

		if (r == -ENOENT)
			continue;
		if (r < 0)
			return r;
		for (size_t k = 0; k < folders[i].len; k++) {
			const char *name = folders[i].names[k];
			auto_free char *text = NULL;

			if (!ends_with(name, ".conf") || is_covered(folders, i, name))
				continue;
			r = host_read(host, PATH("%s/%s", conf_folders[i], name), &text, NULL, err);
			if (r < 0 && r != -ENOENT) /* a link to nowhere */
				return r;
			if (r == 0)
				read_conf(arena, blocked, text);
		}
	}
	return 0;
}

/*
 * modprobe.blacklist= is modprobe's, module_blacklist= the kernel's own, rd.… are dracut's words
 * for the first.
 */
static void read_cmdline(struct arena *arena, struct list *blocked, const char *cmdline)
{
	static const char *const parameters[] = { "modprobe.blacklist", "module_blacklist",
						  "rd.driver.blacklist" };

	for (size_t i = 0; i < ARRAY_SIZE(parameters); i++) {
		char buffer[KERNEL_PARAMETER_MAX];
		char *rest = buffer;

		if (!kernel_parameter(cmdline, parameters[i], buffer))
			continue;
		for (const char *name; (name = text_word(&rest, ","));)
			add_blocked(arena, blocked, name);
	}
}

static void set_blocked(const struct host *host, struct facts *facts, struct error *err)
{
	struct host_names folders[ARRAY_SIZE(conf_folders)] = { 0 };
	struct arena *arena = facts_arena(facts);
	struct list blocked = { 0 };
	const char *cmdline = NULL;
	int r = kernel_cmdline(host, facts, &cmdline, err);

	if (r == 0) {
		read_cmdline(arena, &blocked, cmdline);
		r = read_conf_files(host, arena, &blocked, folders, err);
	}
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		host_names_free(&folders[i]);
	if (r < 0)
		facts_set_unknown(facts, "kernel.modules.blocked", err);
	else
		facts_set_value(facts, "kernel.modules.blocked", list_value(&blocked),
				"modprobe.d, /proc/cmdline");
}

/* --- asked by name ------------------------------------------------------------------------- */

/*
 * What the configuration says of a module of the kernel's own tree: builtin where its option is y;
 * missing where the option is not set and nothing can be loaded either. NULL: nothing that holds.
 */
static const char *state_by_option(struct facts *facts, const char *module)
{
	for (size_t i = 0; i < ARRAY_SIZE(built_by); i++) {
		const char *value;
		int r;

		/* As most differ in their first letter, which is never a dash. */
		if (built_by[i].module[0] != module[0] ||
		    !kernel_same_name(built_by[i].module, module))
			continue;
		r = kernel_option(facts, built_by[i].option, &value);
		if (r > 0 && strcmp(value, "y") == 0)
			return "builtin";
		if (r == 0 && facts_is_false(facts, "kernel.modules.loading"))
			return "missing";
	}
	return NULL;
}

const char *kernel_module_state(struct facts *facts, const char *module)
{
	const struct fact *modules = facts_get(facts, "kernel.modules");
	struct arena *arena = facts_arena(facts);
	const struct value *state;

	state = value_get(&modules->value, spelled(arena, module, strlen(module)).s);
	if (state && state->kind == VALUE_STRING)
		return state->s;
	if (modules->value.kind == VALUE_MAP && facts_is_true(facts, "kernel.modules.indexed"))
		return "missing";
	return state_by_option(facts, module);
}

/* By libkmod, where the set was read from an index that it can read too. */
static const char *state_by_libkmod(const struct host *host, struct facts *facts,
				    const char *module)
{
	const struct fact *indexed = facts_get(facts, "kernel.modules.indexed");
	const char *state;

	if (!host || !facts_is_true(facts, "kernel.modules.indexed") ||
	    host_kmod_state(host, indexed->source, module, &state, NULL) < 0)
		return NULL;
	return state;
}

static int ask_module(const struct host *host, struct facts *facts, const char *name,
		      const char *rest)
{
	const char *state = state_by_libkmod(host, facts, rest);
	const struct fact *modules = facts_get(facts, "kernel.modules");

	if (state)
		return facts_set_string(facts, name, state, "libkmod");
	state = kernel_module_state(facts, rest);
	if (state)
		return facts_set_string(facts, name, state,
					modules->source ? modules->source : "kernel.config");
	if (kernel_set_is_unknown(facts, "kernel.modules", name) ||
	    kernel_set_is_unknown(facts, "kernel.modules.indexed", name))
		return 0;
	return facts_set_unsupported(facts, name,
				     facts_is_false(facts, "kernel.modules.loading")
					     ? "this kernel loads no modules, and does not tell "
					       "whether it has this part built in"
					     : "there is no index of the running kernel's modules");
}

static bool names(const struct value *list, const char *module)
{
	for (uint32_t i = 0; list->kind == VALUE_LIST && i < list->len; i++) {
		if (list->items[i].kind == VALUE_STRING &&
		    kernel_same_name(list->items[i].s, module))
			return true;
	}
	return false;
}

static int ask_blocked(const struct host *host, struct facts *facts, const char *name,
		       const char *rest)
{
	const struct fact *blocked = facts_get(facts, "kernel.modules.blocked");
	bool refused, unproven;
	const char *state;

	(void)host;
	if (kernel_set_is_unknown(facts, "kernel.modules.blocked", name))
		return 0;
	if (names(&blocked->value, rest))
		return facts_set_bool(facts, name, true, blocked->source);
	refused = names(&facts_get(facts, "kernel.modules.refused")->value, rest);
	unproven = names(&facts_get(facts, "kernel.modules.unproven")->value, rest);
	state = refused || unproven ? kernel_module_state(facts, rest) : NULL;
	if (!state || strcmp(state, "available") != 0)
		return facts_set_bool(facts, name, false, blocked->source);
	if (refused)
		return facts_set_bool(facts, name, true, "kernel.modules.refused");
	return facts_set_unsupported(
		facts, name, "only loading it shows whether the kernel trusts its signature");
}

static int set_scalar(struct facts *facts, const char *name, const char *text, const char *source)
{
	int64_t number;

	if (parse_i64(text, 10, &number) == 0)
		return facts_set_value(facts, name, value_int(number), source);
	return facts_set_value(facts, name, value_string(arena_strdup(facts_arena(facts), text)),
			       source);
}

static int ask_module_param(const struct host *host, struct facts *facts, const char *name,
			    const char *rest)
{
	const char *dot = strchr(rest, '.');
	auto_free char *line = NULL;
	struct error err;
	const char *folder, *path;
	int r;

	if (!host || !dot || strchr(rest, '/'))
		return 0;
	folder = PATH("/sys/module/%s", spelled(facts_arena(facts), rest, (size_t)(dot - rest)).s);
	path = PATH("%s/parameters/%s", folder, dot + 1);
	r = host_read_line(host, path, &line, &err);
	if (r == 0)
		return set_scalar(facts, name, line, path);
	if (r == -ENOENT)
		r = host_exists(host, folder, &err);
	if (r == 0) /* with which value it would be loaded is not known */
		return facts_set_unsupported(facts, name, "the module is not loaded");
	if (r < 0)
		return facts_set_unknown(facts, name, &err);
	return facts_set_absent(facts, name, folder);
}

static int run(const struct host *host, struct facts *facts, struct error *err)
{
	set_modules(host, facts, err);
	set_disabled(host, facts, err);
	set_blocked(host, facts, err);
	return 0;
}

const struct probe probe_kernel_module = {
	.name = "kernel_module",
	PROVIDES(facts_of_kernel_module),
	.run = run,
};
