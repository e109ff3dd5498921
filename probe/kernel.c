/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel: which kernel runs, how it was started, and what of it is switched on for the whole system
 */
#include "kernel.h"

#include <errno.h>
#include <linux/auxvec.h>
#include <string.h>

#include "core/text.h"
#include "probe.h"

#define OSRELEASE "/proc/sys/kernel/osrelease"
#define SECURITY  "/sys/kernel/security"

static int ask_parameter(const struct host *host, struct facts *facts, const char *name,
			 const char *rest);

static const struct fact_def facts_of_kernel[] = {
	{ "kernel.version", FACT_VERSION, SCOPE_OS, .meaning = "version of the running kernel",
	  .source = OSRELEASE ", and what the distribution says it is based on" },
	{ "kernel.release", FACT_STRING, SCOPE_OS, .meaning = "release of the running kernel",
	  .source = OSRELEASE },
	{ "kernel.cmdline", FACT_STRING, SCOPE_OS, .meaning = "command line of the kernel",
	  .source = "/proc/cmdline" },
	{ "kernel.cmdline.", FACT_STRING, SCOPE_OS,
	  .meaning = "value of this boot parameter, empty for a bare word",
	  .source = "/proc/cmdline", .ask = ask_parameter },
	{ "kernel.page_size", FACT_COUNT, SCOPE_OS, .unit = "bytes",
	  .meaning = "size of a page of memory", .source = "AT_PAGESZ of /proc/self/auxv" },
	{ "kernel.lsm", FACT_STRINGS, SCOPE_OS, .meaning = "Linux security modules that are active",
	  .source = SECURITY "/lsm" },
	{ "kernel.lockdown", FACT_STRING, SCOPE_STATE,
	  .meaning = "how far the kernel is locked against root", .source = SECURITY "/lockdown",
	  .values = "none integrity confidentiality" },
	{ "kernel.seccomp", FACT_BOOL, SCOPE_OS,
	  .meaning = "processes can filter their system calls (seccomp filter mode)",
	  .source = "/proc/self/status" },
	{ "kernel.io_uring", FACT_BOOL, SCOPE_STATE, .meaning = "root's services may use io_uring",
	  .source = "/proc/sys/kernel/io_uring_disabled" },
	{ "kernel.ksm", FACT_BOOL, SCOPE_STATE, .meaning = "kernel same-page merging runs",
	  .source = "/sys/kernel/mm/ksm/run" },
};

/* A line that another fact holds already, else from its file. */
static int known_or_read(const struct host *host, struct facts *facts, const char *fact,
			 const char *path, const char **ret, struct error *err)
{
	const char *known = facts_string(facts, fact);
	auto_free char *line = NULL;
	int r;

	if (known) {
		*ret = known;
		return 0;
	}
	r = host_read_line(host, path, &line, err);
	if (r < 0)
		return r;
	*ret = arena_strdup(facts_arena(facts), line);
	return 0;
}

int kernel_release(const struct host *host, struct facts *facts, const char **ret,
		   struct error *err)
{
	return known_or_read(host, facts, "kernel.release", OSRELEASE, ret, err);
}

int kernel_cmdline(const struct host *host, struct facts *facts, const char **ret,
		   struct error *err)
{
	return known_or_read(host, facts, "kernel.cmdline", "/proc/cmdline", ret, err);
}

static char folded(char c)
{
	if (c == '-')
		return '_';
	return c;
}

bool kernel_same_name(const char *one, const char *other)
{
	for (; *one && folded(*one) == folded(*other); one++)
		other++;
	return *one == *other;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/*
 * One word of a command line, without the quotes around it, split at its first "=". NULL behind the
 * last one.
 */
static const char *next_parameter(const char **text, char name[KERNEL_PARAMETER_MAX],
				  const char **ret_value)
{
	size_t len = 0;
	char *value = NULL;
	bool quoted = false;

	*text += strspn(*text, " \t\n");
	if (!**text)
		return NULL;
	for (; **text && (quoted || !is_space(**text)); (*text)++) {
		if (**text == '"') {
			quoted = !quoted;
			continue;
		}
		if (len + 1 >= KERNEL_PARAMETER_MAX)
			continue;
		if (**text == '=' && !value) {
			name[len++] = '\0';
			value = name + len;
			continue;
		}
		name[len++] = **text;
	}
	name[len] = '\0';
	*ret_value = value ? value : name + len;
	return name;
}

/* What stands in front of its first dash or underscore is spelled in one way alone. */
static bool may_name(const char *cmdline, const char *name)
{
	return memmem(cmdline, strlen(cmdline), name, strcspn(name, "-_")) != NULL;
}

const char *kernel_parameter(const char *cmdline, const char *name,
			     char buffer[KERNEL_PARAMETER_MAX])
{
	char word[KERNEL_PARAMETER_MAX];
	const char *value;
	bool given = false;

	/* Most that are asked for are not given: a split of the line into words is spared. */
	if (!may_name(cmdline, name))
		return NULL;
	while (next_parameter(&cmdline, word, &value)) {
		if (strcmp(word, "--") == 0)
			break;
		if (!kernel_same_name(word, name))
			continue;
		memcpy(buffer, value, strlen(value) + 1);
		given = true;
	}
	return given ? buffer : NULL;
}

bool kernel_set_is_unknown(struct facts *facts, const char *set, const char *name)
{
	const struct fact *fact = facts_get(facts, set);
	const struct value_unknown *why;

	if (fact->value.kind != VALUE_UNKNOWN)
		return false;
	why = fact->value.unknown;
	if (fact->set && why)
		facts_set_reason(facts, name, why->reason, why->detail);
	return true;
}

static int ask_parameter(const struct host *host, struct facts *facts, const char *name,
			 const char *rest)
{
	char buffer[KERNEL_PARAMETER_MAX];
	const char *cmdline, *value;

	(void)host;
	if (kernel_set_is_unknown(facts, "kernel.cmdline", name))
		return 0;
	/* A facts file may say that there is none. */
	cmdline = facts_string(facts, "kernel.cmdline");
	value = cmdline ? kernel_parameter(cmdline, rest, buffer) : NULL;
	if (!value)
		return facts_set_absent(facts, name, "/proc/cmdline");
	return facts_set_string(facts, name, value, "/proc/cmdline");
}

static size_t version_len(const char *text)
{
	size_t len = strspn(text, "0123456789.");

	while (len && text[len - 1] == '.')
		len--;
	return len;
}

/*
 * Debian and Ubuntu name a release for its ABI, as in 6.1.0-18-amd64, and say elsewhere which
 * version it really is: "… Debian 6.1.76-1 (…)" as the build's version, "Ubuntu <package version>
 * 5.15.131" as its signature.
 */
static const char *based_on(const struct host *host, struct arena *arena, const char **ret_source)
{
	static const struct {
		const char *path;
		const char *before; /* what stands in front of the version */
		bool last; /* the version is the last word */
	} places[] = {
		{ "/proc/version_signature", "Ubuntu ", true },
		{ "/proc/sys/kernel/version", "Debian ", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		auto_free char *line = NULL;
		const char *at;

		if (host_read_line(host, places[i].path, &line, NULL) < 0)
			continue;
		at = strstr(line, places[i].before);
		if (!at)
			continue;
		at = places[i].last ? strrchr(line, ' ') + 1 : at + strlen(places[i].before);
		*ret_source = places[i].path;
		return arena_strndup(arena, at, version_len(at));
	}
	return NULL;
}

/* True where both name the same major and minor version. */
static bool same_series(const char *one, const char *other)
{
	size_t dots = 0;

	for (; *one && *one == *other; one++, other++)
		if (*one == '.' && ++dots == 2)
			return true;
	return false;
}

static void set_version(const struct host *host, struct facts *facts, const char *release,
			struct error *err)
{
	struct arena *arena = facts_arena(facts);
	const char *version = arena_strndup(arena, release, version_len(release));
	const char *source = OSRELEASE;

	if (!*version) {
		error_set(err, -EINVAL, "%s: '%s' starts with no version", OSRELEASE, release);
		facts_set_unknown(facts, "kernel.version", err);
		return;
	}
	if (ends_with(version, ".0")) {
		const char *real_source;
		const char *real = based_on(host, arena, &real_source);

		if (real && same_series(version, real)) {
			version = real;
			source = real_source;
		}
	}
	facts_set_string(facts, "kernel.version", version, source);
}

static void set_release(const struct host *host, struct facts *facts, struct error *err)
{
	auto_free char *release = NULL;
	const char *source = OSRELEASE;
	int r = host_read_line(host, OSRELEASE, &release, err);

	if (r == -ENODATA && !host_is_live(host) &&
	    host_recorded_answer(host, "uname.release", &release, NULL) == 0) {
		source = "uname(2)";
		r = 0;
	}
	if (r < 0) {
		facts_set_unknown(facts, "kernel.release", err);
		facts_set_unknown(facts, "kernel.version", err);
		return;
	}
	facts_set_string(facts, "kernel.release", release, source);
	set_version(host, facts, release, err);
}

static void set_cmdline(const struct host *host, struct facts *facts, struct error *err)
{
	auto_free char *line = NULL;

	if (host_read_line(host, "/proc/cmdline", &line, err) < 0)
		facts_set_unknown(facts, "kernel.cmdline", err);
	else
		facts_set_string(facts, "kernel.cmdline", line, "/proc/cmdline");
}

/* The auxiliary vector is pairs of words, type and value, up to a null type; getauxval(3). */
static int64_t page_size_of(const unsigned long *vector, size_t len)
{
	for (size_t i = 0; i + 1 < len && vector[i] != AT_NULL; i += 2)
		if (vector[i] == AT_PAGESZ)
			return (int64_t)vector[i + 1];
	return 0;
}

static void set_page_size(const struct host *host, struct facts *facts, struct error *err)
{
	unsigned long vector[128];
	ssize_t len = host_read_at(host, "/proc/self/auxv", vector, sizeof(vector), 0, err);
	int64_t size;

	if (len < 0) {
		facts_set_unknown(facts, "kernel.page_size", err);
		return;
	}
	size = page_size_of(vector, (size_t)len / sizeof(vector[0]));
	/* Only of a recording from a machine with other words or another order of bytes. */
	if (size < 4096 || size & (size - 1))
		facts_set_unsupported(facts, "kernel.page_size",
				      "/proc/self/auxv holds no AT_PAGESZ that could be one");
	else
		facts_set_int(facts, "kernel.page_size", size, "AT_PAGESZ of /proc/self/auxv");
}

/* Why there is no file of securityfs, where there is none. */
static void set_lsm_missing(const struct host *host, struct facts *facts, const char *name)
{
	auto_names struct host_names names = { 0 };

	if (host_list(host, SECURITY, &names, NULL) == 0 && names.len > 0)
		facts_set_unsupported(facts, name,
				      "this kernel does not list its security modules");
	else
		facts_set_unsupported(facts, name, "securityfs is not mounted on " SECURITY);
}

static void set_lockdown(const struct host *host, struct facts *facts, struct error *err)
{
	static const char *const path = SECURITY "/lockdown";
	auto_free char *line = NULL;
	char *active, *end;
	int r = host_read_line(host, path, &line, err);

	/* securityfs is there: it listed the security modules */
	if (r == -ENOENT && facts_get(facts, "kernel.lsm")->value.kind == VALUE_LIST) {
		facts_set_string(facts, "kernel.lockdown", "none", SECURITY "/lsm");
		return;
	}
	if (r == -ENOENT) {
		set_lsm_missing(host, facts, "kernel.lockdown");
		return;
	}
	if (r < 0) {
		facts_set_unknown(facts, "kernel.lockdown", err);
		return;
	}
	/* "none [integrity] confidentiality": the one in brackets; security/lockdown/lockdown.c */
	active = strchr(line, '[');
	end = active ? strchr(active, ']') : NULL;
	if (!end) {
		error_set(err, -EINVAL, "%s: '%s' marks no level", path, line);
		facts_set_unknown(facts, "kernel.lockdown", err);
		return;
	}
	*end = '\0';
	facts_set_string(facts, "kernel.lockdown", active + 1, path);
}

static void set_lsm(const struct host *host, struct facts *facts, struct error *err)
{
	auto_free char *line = NULL;
	int r = host_read_line(host, SECURITY "/lsm", &line, err);

	if (r == -ENOENT)
		set_lsm_missing(host, facts, "kernel.lsm");
	else if (r < 0)
		facts_set_unknown(facts, "kernel.lsm", err);
	else
		facts_set_value(facts, "kernel.lsm", text_words(facts_arena(facts), line, ","),
				SECURITY "/lsm");
}

/*
 * fs/proc/array.c, task_seccomp(), prints "NoNewPrivs:", behind it "Seccomp:" where the kernel has
 * seccomp, and since 5.9 "Seccomp_filters:" where it has filters. A kernel too old for the first of
 * these tells nothing by their absence.
 */
static int seccomp_in_status(const char *status)
{
	if (strstr(status, "\nSeccomp_filters:"))
		return 1;
	if (strstr(status, "\nNoNewPrivs:") && !strstr(status, "\nSeccomp:"))
		return 0;
	return -ENODATA;
}

static void set_seccomp(const struct host *host, struct facts *facts, struct error *err)
{
	static const char *const status_path = "/proc/self/status";
	/* since 4.14, and only with filters */
	static const char *const actions = "/proc/sys/kernel/seccomp/actions_avail";
	auto_free char *status = NULL;
	int r = host_read(host, status_path, &status, NULL, err);

	if (r < 0) {
		facts_set_unknown(facts, "kernel.seccomp", err);
		return;
	}
	r = seccomp_in_status(status);
	if (r >= 0) {
		facts_set_bool(facts, "kernel.seccomp", r > 0, status_path);
		return;
	}
	r = host_exists(host, actions, err);
	if (r > 0)
		facts_set_bool(facts, "kernel.seccomp", true, actions);
	else if (r == 0)
		facts_set_unsupported(facts, "kernel.seccomp",
				      "this kernel does not tell whether it filters system calls");
	else
		facts_set_unknown(facts, "kernel.seccomp", err);
}

/* 0: everybody; 1: root and a group; 2: nobody (Linux commit 76d3ccecfa18, in 6.6). */
static void set_io_uring(const struct host *host, struct facts *facts, struct error *err)
{
	static const char *const path = "/proc/sys/kernel/io_uring_disabled";
	uint64_t disabled;
	int r = host_read_u64(host, path, &disabled, err);

	if (r == 0)
		facts_set_bool(facts, "kernel.io_uring", disabled < 2, path);
	else if (r == -ENOENT)
		facts_set_unsupported(facts, "kernel.io_uring",
				      "this kernel has no io_uring_disabled setting");
	else
		facts_set_unknown(facts, "kernel.io_uring", err);
}

static void set_ksm(const struct host *host, struct facts *facts, struct error *err)
{
	static const char *const path = "/sys/kernel/mm/ksm/run";
	uint64_t running;
	int r = host_read_u64(host, path, &running, err);

	if (r == 0)
		facts_set_bool(facts, "kernel.ksm", running == 1, path);
	else if (r == -ENOENT)
		facts_set_bool(facts, "kernel.ksm", false, path);
	else
		facts_set_unknown(facts, "kernel.ksm", err);
}

static int run(const struct host *host, struct facts *facts, struct error *err)
{
	set_release(host, facts, err);
	set_cmdline(host, facts, err);
	set_page_size(host, facts, err);
	set_lsm(host, facts, err);
	set_lockdown(host, facts, err);
	set_seccomp(host, facts, err);
	set_io_uring(host, facts, err);
	set_ksm(host, facts, err);
	return 0;
}

/* What the running kernel did not tell may follow from how it was built. */
static void derive(struct facts *facts)
{
	static const struct {
		const char *fact, *option;
	} rows[] = {
		{ "kernel.io_uring", "IO_URING" },
		{ "kernel.seccomp", "SECCOMP_FILTER" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *value;
		int r = kernel_option(facts, rows[i].option, &value);

		if (r >= 0 && facts_get(facts, rows[i].fact)->value.kind == VALUE_UNKNOWN)
			facts_set_bool(facts, rows[i].fact, r > 0,
				       PATH("kernel.config.%s", rows[i].option));
	}
	if (kernel_option(facts, "SECURITY", &(const char *){ NULL }) != 0)
		return;
	if (facts_get(facts, "kernel.lsm")->value.kind == VALUE_UNKNOWN)
		facts_set_value(facts, "kernel.lsm", value_list(NULL, 0), "kernel.config.SECURITY");
	if (facts_get(facts, "kernel.lockdown")->value.kind == VALUE_UNKNOWN)
		facts_set_string(facts, "kernel.lockdown", "none", "kernel.config.SECURITY");
}

const struct probe probe_kernel = {
	.name = "kernel",
	PROVIDES(facts_of_kernel),
	.run = run,
	.derive = derive,
};
