/* SPDX-License-Identifier: GPL-2.0-or-later */
/* library: the public interface of stackcheck.h */
#include "stackcheck.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/util.h"
#include "facts_file.h"
#include "report.h"
#include "session.h"

#define PUBLIC __attribute__((visibility("default")))

struct texts {
	const char **items;
	size_t len, size;
};

struct stackcheck {
	struct arena arena; /* the options' texts */
	struct session_options options;
	struct texts assumptions, waived;
	struct session *session;
	struct error err;
};

PUBLIC struct stackcheck *stackcheck_new(void)
{
	return calloc(1, sizeof(struct stackcheck));
}

PUBLIC void stackcheck_free(struct stackcheck *check)
{
	if (!check)
		return;
	session_close(check->session);
	arena_free(&check->arena);
	free(check);
}

PUBLIC const char *stackcheck_error(const struct stackcheck *check)
{
	return check->err.text;
}

/* Adds to a list of the options, whose memory is the check's. */
static void add_text(struct stackcheck *check, struct texts *texts, const char *text,
		     const char *const **ret, size_t *ret_len)
{
	texts->items =
		arena_grown(&check->arena, texts->items, texts->len, &texts->size, sizeof(char *));
	texts->items[texts->len++] = text;
	*ret = texts->items;
	*ret_len = texts->len;
}

PUBLIC int stackcheck_set(struct stackcheck *check, const char *option, const char *value)
{
	struct session_options *options = &check->options;
	const struct path_option {
		const char *name;
		const char **place;
	} paths[] = {
		{ "host", &options->host },
		{ "root", &options->root },
		{ "rules", &options->rules },
		{ "waivers", &options->waivers },
	};
	const char *copy;

	if (check->session)
		return error_set(&check->err, -EBUSY, "%s: the facts have been read already",
				 option);
	copy = arena_strdup(&check->arena, value);
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		if (strcmp(option, paths[i].name) == 0) {
			*paths[i].place = copy;
			return 0;
		}
	}
	if (strcmp(option, "assume") == 0) {
		add_text(check, &check->assumptions, copy, &options->assumptions,
			 &options->n_assumptions);
		return 0;
	}
	if (strcmp(option, "waive") == 0) {
		add_text(check, &check->waived, copy, &options->waived, &options->n_waived);
		return 0;
	}
	if (strcmp(option, "os") == 0 &&
	    (strcmp(value, "new") == 0 || strcmp(value, "running") == 0)) {
		options->basis = *value == 'n' ? BASIS_NEW : BASIS_RUNNING;
		options->basis_given = true;
		return 0;
	}
	if (strcmp(option, "no-guest") == 0 &&
	    (strcmp(value, "true") == 0 || strcmp(value, "false") == 0)) {
		options->no_guest = *value == 't';
		return 0;
	}
	return error_set(&check->err, -EINVAL, "'%s=%s' is no option of stackcheck", option, value);
}

/* The facts are read by the first call that needs them. */
static int open_session(struct stackcheck *check)
{
	struct session *session = NULL;
	int r;

	if (check->session)
		return 0;
	r = session_open(&check->options, &session, &check->err);
	if (r < 0)
		return r;
	r = session_assume(session, &check->err);
	if (r >= 0)
		r = session_waive(session, &check->err);
	if (r < 0) {
		session_close(session);
		return r;
	}
	check->session = session;
	return 0;
}

static char *text_of(struct stackcheck *check, json_t *json)
{
	char *text = json_dumps(json, JSON_COMPACT);

	json_decref(json);
	if (!text)
		error_set(&check->err, -ENOMEM, "out of memory");
	return text;
}

PUBLIC char *stackcheck_facts(struct stackcheck *check)
{
	if (open_session(check) < 0)
		return NULL;
	return text_of(check,
		       facts_json(check->session->facts, check->session->collected_at, false));
}

PUBLIC char *stackcheck_report(struct stackcheck *check)
{
	if (open_session(check) < 0)
		return NULL;
	session_judge(check->session);
	return text_of(check, report_json(check->session, DETAIL_UNMET));
}

PUBLIC char *stackcheck_rules(struct stackcheck *check)
{
	struct session *session = NULL;
	char *text;

	if (check->session)
		return text_of(check, rules_json(check->session->rules));
	if (session_open_rules(&check->options, &session, &check->err) < 0)
		return NULL;
	text = text_of(check, rules_json(session->rules));
	session_close(session);
	return text;
}

PUBLIC void stackcheck_free_text(char *text)
{
	free(text);
}
