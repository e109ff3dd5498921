/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "assume.h"
#include "core/load.h"
#include "core/util.h"
#include "facts_file.h"
#include "probe.h"

static int load_rules(struct session *session, struct error *err)
{
	const struct session_options *options = &session->options;
	const char *folder = options->rules;

	session->rules = &rules_compiled_in;
	if (!folder && !options->host && !options->root && access(SITE_RULES, F_OK) == 0)
		folder = SITE_RULES;
	if (!folder)
		return 0;
	if (rules_load(&session->arena, folder, &rules_compiled_in, &session->own_rules, err) < 0)
		return err->code;
	session->rules = &session->own_rules;
	return 0;
}

/* The open-ended names of the rules, and those the user asks for. */
static const char *const *all_names(struct session *session, size_t *ret_len)
{
	const struct session_options *options = &session->options;
	size_t n = session->rules->n_names;
	const char **names;

	*ret_len = n + options->n_ask;
	if (!options->n_ask)
		return session->rules->names;
	names = arena_alloc(&session->arena, *ret_len * sizeof(*names));
	if (n)
		memcpy(names, session->rules->names, n * sizeof(*names));
	for (size_t i = 0; i < options->n_ask; i++)
		names[n + i] = options->ask[i];
	return names;
}

static int probe_host(struct session *session, struct error *err)
{
	const struct prove_options *trials = session->options.prove;
	struct probe_options options = { .deadline_ms = session->options.timeout_ms };

	options.names = all_names(session, &options.n_names);
	probes_run(session->host, session->facts, &options);
	if (!trials)
		return 0;
	if (prove(session->host, session->facts, trials, err) < 0)
		return err->code;
	probes_derive(session->facts);
	return 0;
}

/*
 * Told by the content: JSON begins with a brace, and nothing else that is taken does. What is no
 * plain file can be read but once.
 */
static int is_facts_file(const char *path, struct error *err)
{
	auto_close int fd = -1;
	struct stat st;
	char head[64];
	ssize_t n;

	if (stat(path, &st) < 0)
		return error_set(err, -errno, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return !S_ISDIR(st.st_mode);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return error_set(err, -errno, "%s: %s", path, strerror(errno));
	n = read(fd, head, sizeof(head) - 1);
	if (n < 0)
		return error_set(err, -errno, "%s: %s", path, strerror(errno));
	head[n] = '\0';
	return head[strcspn(head, "{[")] && strspn(head, " \t\r\n") == strcspn(head, "{[");
}

static int read_facts(struct session *session, struct error *err)
{
	const struct session_options *options = &session->options;
	const struct host_options host_options = { .no_guest = options->no_guest,
						   .record = options->record };
	int r;

	session->collected_at = time(NULL);
	if (!options->host) {
		r = host_open_live(options->root, &host_options, &session->host, err);
		return r < 0 ? r : probe_host(session, err);
	}
	r = is_facts_file(options->host, err);
	if (r < 0)
		return r;
	if (r == 0) {
		r = host_open_recording(options->host, &session->host, err);
		return r < 0 ? r : probe_host(session, err);
	}
	r = facts_file_read(options->host, session->facts, &session->collected_at, err);
	if (r >= 0)
		probes_derive(session->facts);
	return r;
}

/* Of this machine alone: a recording is of another, maybe of another site. */
static int ask_site(struct session *session, struct error *err)
{
	int r;

	if (session->options.host || session->options.root)
		return 0;
	r = site_read(&session->arena, SITE_ANSWERS, session->facts, &session->site, err);
	if (r >= 0 && session->site.len)
		probes_derive(session->facts);
	return r;
}

/* One that was named must be there; the site's may be. */
static int read_waivers(struct session *session, struct error *err)
{
	const struct session_options *options = &session->options;
	const char *path = options->waivers;
	char today[WAIVE_DAY];
	int r;

	if (!path && (options->host || options->root))
		return 0;
	r = waive_read(&session->arena, session->rules, path ? path : SITE_WAIVERS,
		       waive_today(today), &session->waivers, err);
	return r == 0 && path ? error_set(err, -ENOENT, "%s: %s", path, strerror(ENOENT)) : r;
}

int session_waive(struct session *session, struct error *err)
{
	const struct session_options *options = &session->options;
	size_t n = session->waivers.len;
	struct waiver *items;
	char today[WAIVE_DAY];

	if (!options->n_waived)
		return 0;
	items = arena_alloc(&session->arena, (n + options->n_waived) * sizeof(*items));
	if (n)
		memcpy(items, session->waivers.items, n * sizeof(*items));
	waive_today(today);
	for (size_t i = 0; i < options->n_waived; i++)
		if (waive_parse(&session->arena, session->rules, options->waived[i], today,
				&items[n + i], err) < 0)
			return error_wrap(err, "--waive");
	session->waivers = (struct waivers){ .items = items, .len = n + options->n_waived };
	return 0;
}

int session_assume(struct session *session, struct error *err)
{
	const struct session_options *options = &session->options;

	for (size_t i = 0; i < options->n_assumptions; i++) {
		int r = assume(session->facts, options->assumptions[i], err);

		if (r < 0)
			return error_wrap(err, "--assume %s", options->assumptions[i]);
	}
	if (options->n_assumptions)
		probes_derive(session->facts);
	return 0;
}

int session_open_rules(const struct session_options *options, struct session **ret,
		       struct error *err)
{
	auto_session struct session *session = calloc(1, sizeof(*session));
	int r;

	if (!session)
		return error_set(err, -ENOMEM, "out of memory");
	session->options = *options;
	r = load_rules(session, err);
	if (r < 0)
		return r;
	*ret = take(session);
	return 0;
}

int session_open(const struct session_options *options, struct session **ret, struct error *err)
{
	auto_session struct session *session = NULL;
	int r = session_open_rules(options, &session, err);

	if (r < 0 || !session)
		return r;
	r = read_waivers(session, err);
	if (r < 0)
		return r;
	session->facts = options->host ? facts_new() : facts_new_shared();
	r = read_facts(session, err);
	if (r >= 0)
		r = ask_site(session, err);
	if (r < 0)
		return r;
	*ret = take(session);
	return 0;
}

/* Its kernel, ports and mounts go with it: they say nothing of the host that is to be. */
static bool is_passing_system(struct facts *facts)
{
	const char *environment = facts_string(facts, "host.environment");

	return environment &&
	       (strcmp(environment, "installer") == 0 || strcmp(environment, "live") == 0);
}

void session_judge(struct session *session)
{
	struct session_options *options = &session->options;

	if (session->judgement)
		return;
	if (!options->basis_given && is_passing_system(session->facts))
		options->basis = BASIS_NEW;
	session->judgement =
		judge_with(session->rules, session->facts, options->basis, &session->waivers);
}

void session_close(struct session *session)
{
	if (!session)
		return;
	judgement_free(session->judgement);
	host_close(session->host);
	facts_free(session->facts);
	arena_free(&session->arena);
	free(session);
}
