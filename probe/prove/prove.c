/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "prove/prove.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "core/text.h"
#include "kernel.h"
#include "probe.h"
#include "prove/trial.h"

#define TRIAL(name) extern const struct trial trial_##name;
#include "prove/trials.def"
#undef TRIAL

#define TRIAL(name) &trial_##name,
static const struct trial *const trials[] = {
#include "prove/trials.def"
};
#undef TRIAL

/* More pools of huge pages than any machine has. */
#define MAX_PLACES 256

/* How long a process that has said everything may take to end. */
#define END_MS 2000

static int set_outcome(struct outcome *outcome, int code, bool denied, const char *format,
		       va_list args)
{
	outcome->code = code;
	outcome->denied = denied;
	vsnprintf(outcome->text, sizeof(outcome->text), format, args);
	return code;
}

int trial_failed(struct outcome *outcome, int code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set_outcome(outcome, code, code == -EPERM || code == -EACCES, format, args);
	va_end(args);
	return code;
}

int trial_not_made(struct outcome *outcome, int code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set_outcome(outcome, code, true, format, args);
	va_end(args);
	return code;
}

/* --- what trials show --- */

void trial_learn_doubt(struct facts *facts, const char *fact, const struct outcome *outcome,
		       const char *source)
{
	struct error err = { 0 };

	error_set(&err, outcome->code, "%s: %s", source, outcome->text);
	facts_set_unknown(facts, fact, &err);
}

void trial_learn_bool(struct facts *facts, const char *fact, const struct outcome *outcome,
		      const char *source)
{
	if (outcome->code == 0)
		facts_set_bool(facts, fact, true, source);
	else if (!outcome->denied && facts_is_true(facts, fact))
		trial_learn_doubt(facts, fact, outcome, source);
}

/* What works is in a module that is loaded, proc(5), or else in the kernel itself. */
static const char *state_of_working(const struct host *host, const char *module)
{
	auto_free char *text = NULL;
	char begin[64];
	int r = host_read(host, "/proc/modules", &text, NULL, NULL);

	if (r < 0)
		return r == -ENOENT ? "builtin" : NULL;
	snprintf(begin, sizeof(begin), "\n%s ", module);
	return starts_with(text, begin + 1) || strstr(text, begin) ? "loaded" : "builtin";
}

void trial_learn_module(const struct host *host, struct facts *facts, const char *module,
			const struct outcome *outcome, const char *source)
{
	const char *fact = arena_printf(facts_arena(facts), "kernel.module.%s", module);
	const char *held = facts_string(facts, fact);
	const char *state = outcome->code == 0 ? state_of_working(host, module) : NULL;

	if (state)
		facts_set_string(facts, fact, state, source);
	else if (outcome->code && !outcome->denied && held &&
		 (strcmp(held, "builtin") == 0 || strcmp(held, "loaded") == 0))
		trial_learn_doubt(facts, fact, outcome, source);
}

/* --- which trials --- */

/* One that is to be made. */
struct wanted {
	const struct trial *trial;
	const char *on; /* what was named with it; NULL: nothing */
	bool by_name;
};

const char *prove_names(char *buffer, size_t size)
{
	size_t len = 0;

	for (size_t i = 0; i < ARRAY_SIZE(trials) && len < size; i++)
		len += (size_t)snprintf(buffer + len, size - len, "%s%s%s%s", i ? "|" : "",
					trials[i]->name, trials[i]->takes ? "=" : "",
					trials[i]->takes ? trials[i]->takes : "");
	return buffer;
}

static const struct trial *trial_of_name(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(trials); i++)
		if (strlen(trials[i]->name) == len && strncmp(trials[i]->name, name, len) == 0)
			return trials[i];
	return NULL;
}

static int read_word(const char *word, struct wanted *ret, struct error *err)
{
	const char *equals = strchr(word, '=');
	size_t len = equals ? (size_t)(equals - word) : strlen(word);
	const struct trial *trial = trial_of_name(word, len);
	const char *on = equals ? equals + 1 : NULL;

	if (!trial)
		return error_set(err, -EINVAL, "there is no trial '%.*s'", (int)len, word);
	if (on && !trial->takes)
		return error_set(err, -EINVAL, "%s takes no name", trial->name);
	if (!on && trial->takes && !trial->usual)
		return error_set(err, -EINVAL, "%s=%s: which?", trial->name, trial->takes);
	if (on && trial->fits && !trial->fits(on))
		return error_set(err, -EINVAL, "%s=%s: '%s' is none", trial->name, trial->takes,
				 on);
	*ret = (struct wanted){ trial, on ? on : trial->usual, true };
	return 0;
}

/* The list's trials, in `arena`; of an empty list all that need no name. */
static int read_list(struct arena *arena, const char *list, struct wanted **ret, size_t *ret_len,
		     struct error *err)
{
	size_t max = list ? strlen(list) + 1 : 0;
	struct wanted *wanted = arena_alloc(arena, (max + ARRAY_SIZE(trials)) * sizeof(*wanted));
	char *rest = list && *list ? arena_strdup(arena, list) : NULL, *word;
	size_t n = 0;

	while ((word = strsep(&rest, ",")))
		if (read_word(word, &wanted[n++], err) < 0)
			return -EINVAL;
	for (size_t i = 0; n == 0 && (!list || !*list) && i < ARRAY_SIZE(trials); i++)
		wanted[i] = (struct wanted){ trials[i], trials[i]->usual, false };
	*ret = wanted;
	*ret_len = n ? n : ARRAY_SIZE(trials);
	return 0;
}

int prove_check(const char *list, struct error *err)
{
	struct arena arena = { 0 };
	struct wanted *wanted;
	size_t n;
	int r = read_list(&arena, list, &wanted, &n, err);

	arena_free(&arena);
	return r;
}

/* --- one trial --- */

struct proving {
	const struct host *host;
	struct facts *facts;
	const struct prove_options *options;
	struct list results;
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void __attribute__((noreturn))
be_the_trial(const struct trial *trial, const struct trial_place *place, pid_t parent, int fd)
{
	struct outcome outcome = { 0 };

	if (!trial->outlives) {
		trial_die_with_parent();
		/* It may have died before that. */
		if (getppid() != parent)
			_exit(0);
	}
	trial->run(place, &outcome);
	if (write(fd, &outcome, sizeof(outcome)) < 0)
		_exit(1);
	_exit(0);
}

/* What was heard before the deadline; -ETIMEDOUT, or -ECHILD where it ended without a word. */
static int listen_to(int fd, struct outcome *outcome, int64_t end)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	int64_t left;
	int r;

	do {
		left = end - now_ms();
		r = left > 0 ? poll(&wait, 1, (int)left) : 0;
	} while (r < 0 && errno == EINTR);
	if (r <= 0)
		return -ETIMEDOUT;
	/* Written in one piece, which a pipe keeps in one piece, pipe(7). */
	return read(fd, outcome, sizeof(*outcome)) == (ssize_t)sizeof(*outcome) ? 0 : -ECHILD;
}

/* The status of a process that is about to end; 0 where that takes too long, as on a dead disk. */
static int status_of(pid_t pid)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	int64_t end = now_ms() + END_MS;
	int status = 0;

	while (waitpid(pid, &status, WNOHANG) == 0 && now_ms() < end)
		nanosleep(&pause, NULL);
	return status;
}

static void run_apart(const struct trial *trial, struct trial_place *place, struct outcome *outcome)
{
	pid_t parent = getpid(), pid;
	int ends[2], r, status;

	if (trial->look)
		trial->look(place);
	if (pipe(ends) < 0) {
		trial_not_made(outcome, -errno, "no pipe: %s", strerror(errno));
		return;
	}
	pid = fork();
	if (pid == 0)
		be_the_trial(trial, place, parent, ends[1]);
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		trial_not_made(outcome, -EAGAIN, "no process for it");
		return;
	}
	r = listen_to(ends[0], outcome, now_ms() + (int64_t)trial->seconds * 1000);
	close(ends[0]);
	if (r == -ETIMEDOUT) {
		/* What must put something away goes on, and does. */
		if (!trial->outlives)
			kill(pid, SIGKILL);
		trial_failed(outcome, r, "no answer within %u seconds%s", trial->seconds,
			     trial->outlives ? "; it is put away as soon as the driver answers"
					     : "");
	}
	status = status_of(pid);
	if (r != -ECHILD)
		return;
	trial_failed(outcome, r, "its process ended by signal %d (%s)", WTERMSIG(status),
		     strsignal(WTERMSIG(status)));
	if (trial->tidy)
		trial->tidy(place);
}

/* --- what is said --- */

static void __attribute__((format(printf, 3, 4)))
say(struct proving *proving, const char *name, const char *format, ...)
{
	char text[512], sentence[640];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	snprintf(sentence, sizeof(sentence), "trial %s: %s", name, text);
	proving->options->say(proving->options->ctx, sentence);
}

#define NOT_MADE "not-made"

static const char *word_of(const struct outcome *outcome)
{
	if (outcome->code == 0)
		return "worked";
	if (!outcome->denied)
		return "failed";
	return outcome->code == -EPERM || outcome->code == -EACCES ? "denied" : NOT_MADE;
}

static void keep(struct proving *proving, const struct trial *trial, const char *on,
		 const char *word, const char *detail)
{
	struct arena *arena = facts_arena(proving->facts);
	struct record record = { 0 };

	record_add(arena, &record, "name", value_string(trial->name));
	record_add(arena, &record, "on", value_string(on ? arena_strdup(arena, on) : NULL));
	record_add(arena, &record, "outcome", value_string(word));
	record_add(arena, &record, "detail",
		   value_string(*detail ? arena_strdup(arena, detail) : NULL));
	list_add(arena, &proving->results, record_value(&record));
}

static void make(struct proving *proving, const struct trial *trial, struct trial_place *place)
{
	struct arena *arena = facts_arena(proving->facts);
	const char *name =
		place->on ? arena_printf(arena, "%s on %s", trial->name, place->on) : trial->name;
	struct outcome outcome = { 0 };
	const char *word;

	say(proving, name, "%s", trial->does);
	run_apart(trial, place, &outcome);
	word = word_of(&outcome);
	say(proving, name, "%s%s%s", word, outcome.text[0] ? ": " : "", outcome.text);
	keep(proving, trial, place->on, word, outcome.text);
	trial->learn(proving->host, proving->facts, place, &outcome,
		     arena_printf(arena, "a trial (%s)", name));
}

/* Would the kernel load this module, or can that not be told? What it loads stays. */
static bool would_load(const struct proving *proving, const struct trial *trial)
{
	const char *state;

	if (!trial->module || facts_is_false(proving->facts, "kernel.modules.loading") ||
	    facts_is_true(proving->facts, "kernel.modules_disabled"))
		return false;
	if (trial->filesystem &&
	    text_listed(&facts_get(proving->facts, "kernel.filesystems")->value, trial->filesystem))
		return false;
	state = kernel_module_state(proving->facts, trial->module);
	if (state)
		return strcmp(state, "available") == 0;
	return host_exists(proving->host, PATH("/sys/module/%s", trial->module), NULL) != 1;
}

static void make_wanted(struct proving *proving, const struct wanted *wanted)
{
	const struct trial *trial = wanted->trial;
	struct trial_place places[MAX_PLACES] = { { .on = wanted->on, .node = -1 } };
	size_t n = 1;
	bool loads = would_load(proving, trial);

	if (loads && !wanted->by_name) {
		say(proving, trial->name,
		    "not made: the kernel would load the module %s for it, and keep it; --prove=%s "
		    "does it all the same",
		    trial->module, trial->name);
		keep(proving, trial, NULL, NOT_MADE, "it would load a module");
		return;
	}
	if (loads)
		say(proving, trial->name,
		    "the kernel may load the module %s for it, which then stays", trial->module);
	if (trial->places)
		n = trial->places(proving->facts, places, MAX_PLACES);
	if (!n) {
		say(proving, trial->name, "not made: there is none free");
		keep(proving, trial, NULL, NOT_MADE, "there is none free");
	}
	for (size_t i = 0; i < n; i++)
		make(proving, trial, &places[i]);
}

int prove(const struct host *host, struct facts *facts, const struct prove_options *options,
	  struct error *err)
{
	struct proving proving = { host, facts, options, { 0 } };
	struct wanted *wanted;
	size_t n;

	if (!host_is_this_system(host))
		return error_set(err, -EINVAL, "trials are made on this system alone");
	if (read_list(facts_arena(facts), options->list, &wanted, &n, err) < 0)
		return -EINVAL;
	for (size_t i = 0; i < n; i++)
		if (wanted[i].by_name || !wanted[i].trial->takes || wanted[i].trial->usual)
			make_wanted(&proving, &wanted[i]);
	return facts_set_value(facts, "trials", list_value(&proving.results), "--prove");
}
