/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * session: one run from options to a judgement: the rules, the facts (probed, or from a file) and
 * what they come to. The command, the daemon and the library all go through it.
 */
#ifndef STACKCHECK_SESSION_H
#define STACKCHECK_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "core/error.h"
#include "core/facts.h"
#include "host/host.h"
#include "judge.h"
#include "prove/prove.h"
#include "rule.h"
#include "site.h"
#include "waive.h"

struct session_options {
	const char *
		host; /* --host: a recording (folder or file) or a facts file; NULL: this machine */
	const char *root; /* --root */
	const char *rules; /* --rules: a folder beside the compiled-in rules */
	enum basis basis;
	bool basis_given; /* else an installer or a live system is judged for the one to come */
	bool no_guest;
	bool record; /* keep what is read of this machine, for host_save() */
	unsigned int timeout_ms; /* 0: the default */
	const char *const *assumptions; /* FACT=VALUE */
	size_t n_assumptions;
	const char *waivers; /* --waivers: a file; NULL: the site's, on the live machine */
	const char *const *waived; /* --waive: NEED[@ID[/ROLE]],until=…,owner=…,reason=… */
	size_t n_waived;
	const char *const *ask; /* open-ended facts wanted beside those that rules name */
	size_t n_ask;
	const struct prove_options *prove; /* --prove; NULL: no trial is made */
};

struct session {
	struct arena arena;
	struct session_options options;
	struct rules own_rules; /* with a site's, else unused */
	const struct rules *rules;
	struct host *host; /* NULL where the facts came from a file */
	struct facts *facts;
	struct judgement *judgement; /* NULL until session_judge() */
	struct waivers waivers; /* of the file, and behind them those of the options */
	struct site_answers site; /* what the site's file answered */
	const struct tenant *tenants; /* --together: the roles that are to share this host */
	size_t n_tenants;
	time_t collected_at; /* when the facts were read */
};

/*
 * Loads the rules and reads the facts. Errors carry a sentence with its place; the code tells what
 * failed: -EINVAL and others for a rule, facts or recording file, -ENODEV where this machine cannot
 * be opened at all.
 */
int session_open(const struct session_options *options, struct session **ret, struct error *err);

/* Only the rules, for commands that need no facts. */
int session_open_rules(const struct session_options *options, struct session **ret,
		       struct error *err);

/* Sets the facts that the options assume. -EINVAL with a sentence: one of them is wrong. */
int session_assume(struct session *session, struct error *err);

/* Takes up what the options waive. -EINVAL with a sentence: one of them is wrong, or over. */
int session_waive(struct session *session, struct error *err);

/* Holds the facts against the rules; once. */
void session_judge(struct session *session);

void session_close(struct session *session);

static inline void session_closep(struct session **session)
{
	session_close(*session);
}
#define auto_session __attribute__((cleanup(session_closep)))

/* Where a site keeps rules of its own; read when it is there, on the live machine alone. */
#define SITE_RULES "/etc/stackcheck/rules.d"

/* Where it keeps answers to what only people know; read likewise. */
#define SITE_ANSWERS "/etc/stackcheck/site.yaml"

/* Where it keeps what it waives; read likewise. */
#define SITE_WAIVERS "/etc/stackcheck/waivers.yaml"

#endif
