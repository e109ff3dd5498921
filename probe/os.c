/* SPDX-License-Identifier: GPL-2.0-or-later */
/* os: which distribution runs, and how it takes packages; os-release(5) */
#include <errno.h>
#include <string.h>

#include "core/text.h"
#include "probe.h"

static const struct fact_def facts_of_os[] = {
	{ "os.id", FACT_STRING, SCOPE_OS, .meaning = "distribution (debian, ubuntu, rhel, …)",
	  .source = "ID in /etc/os-release" },
	{ "os.version", FACT_VERSION, SCOPE_OS, .meaning = "version of the distribution",
	  .source = "VERSION_ID in /etc/os-release" },
	{ "os.name", FACT_STRING, SCOPE_OS, .meaning = "name of the distribution as people say it",
	  .source = "PRETTY_NAME in /etc/os-release" },
	{ "os.like", FACT_STRINGS, SCOPE_OS,
	  .meaning = "distributions it descends from, the nearest first",
	  .source = "ID_LIKE in /etc/os-release" },
	{ "os.image_based", FACT_BOOL, SCOPE_OS,
	  .meaning = "the system is an image: packages are not installed one by one",
	  .source = "/etc/os-release, /run/ostree-booted" },
	{ "os.package_manager", FACT_STRING, SCOPE_OS, .meaning = "how packages are installed",
	  .source = "/usr/bin, /etc/os-release", .values = "apt dnf zypper pacman apk none" },
	{ "os.replaceable", FACT_BOOL, SCOPE_OPERATOR,
	  .meaning = "the installed system may be overwritten",
	  .source = "only who owns the machine can tell" },
	{ "os.subscription", FACT_BOOL, SCOPE_OPERATOR,
	  .meaning = "a subscription of the distribution's publisher covers the machine",
	  .source = "only who bought it can tell" },
};

/* Systems that are images whatever lies in them, by ID or by VARIANT_ID. */
static const char *const images[] = {
	"talos",
	"flatcar",
	"coreos",
	"rhcos",
	"nixos",
	"bottlerocket",
	"kairos",
	"silverblue",
	"iot",
	"sle-micro-rancher", /* Harvester */
	"opensuse-microos",
	"sle-micro",
	"sl-micro", /* packages go into the next snapshot */
};

static const struct {
	const char *program, *manager;
} managers[] = {
	{ "/usr/bin/apt-get", "apt" },	 { "/usr/bin/dnf", "dnf" },
	{ "/usr/bin/dnf5", "dnf" },	 { "/usr/bin/yum", "dnf" }, /* the same commands, older */
	{ "/usr/bin/zypper", "zypper" }, { "/usr/bin/pacman", "pacman" },
	{ "/sbin/apk", "apk" },		 { "/usr/sbin/apk", "apk" },
};

/*
 * A value as a shell would take it: without quotes, and a backslash in double quotes keeps the next
 * character.
 */
static char *unquoted(char *value)
{
	char quote = '\0';
	char *from = value;
	char *to = value;

	if (*value == '"' || *value == '\'')
		quote = *from++;
	for (; *from && (!quote || *from != quote); from++) {
		if (quote != '\'' && *from == '\\' && from[1])
			from++;
		*to++ = *from;
	}
	*to = '\0';
	return value;
}

struct release {
	const char *id, *version, *name, *like, *variant;
};

static struct release parse(char *text)
{
	struct release release = { 0 };
	const struct {
		const char *key;
		const char **value;
	} keys[] = {
		{ "ID", &release.id },
		{ "VERSION_ID", &release.version },
		{ "PRETTY_NAME", &release.name },
		{ "ID_LIKE", &release.like },
		{ "VARIANT_ID", &release.variant },
	};

	for (char *line; (line = text_line(&text));) {
		char *equals = strchr(line, '=');

		if (!equals)
			continue;
		*equals = '\0';
		for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
			if (strcmp(strip(line), keys[i].key) == 0)
				*keys[i].value = unquoted(strip(equals + 1));
	}
	return release;
}

static bool is_image(const char *name)
{
	for (size_t i = 0; name && i < ARRAY_SIZE(images); i++)
		if (strcmp(images[i], name) == 0)
			return true;
	return false;
}

static void set_text(struct facts *facts, const char *name, const char *value, const char *source)
{
	if (value && *value)
		facts_set_string(facts, name, value, source);
	else
		facts_set_absent(facts, name, source);
}

/* 1, 0, or negative where /run was not to be seen. */
static int set_image(const struct host *host, struct facts *facts, const struct release *release,
		     const char *source, struct error *err)
{
	int r;

	if (is_image(release->id) || is_image(release->variant)) {
		facts_set_bool(facts, "os.image_based", true, source);
		return 1;
	}
	/*
	 * libostree makes it when it boots a deployment: Fedora CoreOS, RHCOS, bootable containers
	 */
	r = host_exists(host, "/run/ostree-booted", err);
	if (r < 0)
		facts_set_unknown(facts, "os.image_based", err);
	else
		facts_set_bool(facts, "os.image_based", r > 0, "/run/ostree-booted");
	return r;
}

static void set_manager(const struct host *host, struct facts *facts, int image, struct error *err)
{
	static const char *const fact = "os.package_manager";
	struct error first = { 0 };

	if (image > 0) {
		facts_set_string(facts, fact, "none", "os.image_based");
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(managers); i++) {
		int r = host_exists(host, managers[i].program, err);

		if (r > 0 && image == 0) {
			facts_set_string(facts, fact, managers[i].manager, managers[i].program);
			return;
		}
		if (r < 0 && first.code == 0)
			first = *err;
	}
	if (image < 0)
		error_set(&first, -ENODATA, "whether the system is an image is not known");
	if (first.code != 0)
		facts_set_unknown(facts, fact, &first);
	else
		facts_set_string(facts, fact, "none", "/usr/bin");
}

/* os-release(5): the first one that is there. */
static int read_release(const struct host *host, char **ret, const char **ret_source,
			struct error *err)
{
	static const char *const files[] = { "/etc/os-release", "/usr/lib/os-release" };
	int r = -ENOENT;

	for (size_t i = 0; r == -ENOENT && i < ARRAY_SIZE(files); i++) {
		*ret_source = files[i];
		r = host_read(host, files[i], ret, NULL, err);
	}
	return r;
}

static int run(const struct host *host, struct facts *facts, struct error *err)
{
	auto_free char *text = NULL;
	struct release release;
	const char *source, *why;
	int r;

	facts_set_unsupported(facts, "os.replaceable", "only who owns the machine can tell");
	facts_set_unsupported(facts, "os.subscription", "only who bought it can tell");
	if (host_confined(host, &why) == 1)
		return error_because(err, -ENODATA, UNKNOWN_HIDDEN,
				     "the files here are not the host's: %s", why);
	r = read_release(host, &text, &source, err);
	if (r < 0)
		return r;
	release = parse(text);
	set_text(facts, "os.id", release.id ? release.id : "linux", source); /* its default */
	set_text(facts, "os.version", release.version, source);
	set_text(facts, "os.name", release.name ? release.name : "Linux", source);
	facts_set_value(facts, "os.like",
			text_words(facts_arena(facts), release.like ? release.like : "", " "),
			source);
	set_manager(host, facts, set_image(host, facts, &release, source, err), err);
	return 0;
}

const struct probe probe_os = { .name = "os", PROVIDES(facts_of_os), .run = run };
