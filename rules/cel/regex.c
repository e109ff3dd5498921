/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * regex: matches(), for the part of RE2's syntax (github.com/google/re2/wiki/Syntax) that rules
 * need.
 *
 * cel-spec promises time in proportion to the product of the sizes of pattern and text
 * (doc/langdef.md, "Time Complexity"). Neither regcomp(3) nor PCRE keeps that promise, and
 * regcomp(3) hangs on the locale besides, so a set of states is carried over the text here: at most
 * MAX_PROGRAM steps for each character, whatever the pattern.
 *
 * There are literals, \Q…\E, . [] [^] [:alpha:] \d \w \s and their opposites, \b \B ^ $ \A \z, | ()
 * (?:) (?P<name>) (?<name>) * + ? {n} {n,} {n,m} with ? behind them (what matches at all does not
 * hang on greed), \n \t and the like, \123 \xHH \x{H…}, and the flags i m s U as (?i), (?i:…), (?i-s).
 * Not there are classes of Unicode (\pL) and \C. Letters fold by case in ASCII only.
 */
#include "cel/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/util.h"

#define MAX_PROGRAM 2000
#define MAX_RANGES  1000
#define MAX_GROUPS  32
#define MAX_REPEAT  1000
#define NO_CHAR	    UINT32_MAX

enum inst_op { INST_CHAR, INST_ANY, INST_SET, INST_SPLIT, INST_ASSERT, INST_MATCH };

/* `x` and `y` of a split are relative, so that a fragment can be moved and copied. */
struct inst {
	uint8_t op;
	uint8_t flags; /* of those below, the ones under which it was written */
	bool negated; /* of a set */
	int16_t x, y; /* of a set its first range and how many; of an assertion its letter */
	uint32_t code;
};

struct range {
	uint32_t first, last;
};

struct program {
	struct inst insts[MAX_PROGRAM];
	struct range ranges[MAX_RANGES];
	int16_t n_insts, n_ranges;
};

enum { FLAG_FOLD = 1, FLAG_LINES = 2, FLAG_DOT_ALL = 4, FLAG_UNGREEDY = 8 };

struct compiler {
	struct program *program;
	const char *at, *end;
	const char *why;
	unsigned depth;
	uint8_t flags; /* up to the end of the group */
	bool quoted; /* behind \Q */
};

static const struct {
	const char *name;
	struct range ranges[4];
	size_t n;
} classes[] = {
	{ "d", { { '0', '9' } }, 1 },
	{ "w", { { '0', '9' }, { 'A', 'Z' }, { 'a', 'z' }, { '_', '_' } }, 4 },
	{ "s", { { '\t', '\n' }, { '\f', '\r' }, { ' ', ' ' } }, 3 },
	{ "alnum", { { '0', '9' }, { 'A', 'Z' }, { 'a', 'z' } }, 3 },
	{ "alpha", { { 'A', 'Z' }, { 'a', 'z' } }, 2 },
	{ "ascii", { { 0, 0x7f } }, 1 },
	{ "blank", { { '\t', '\t' }, { ' ', ' ' } }, 2 },
	{ "cntrl", { { 0, 0x1f }, { 0x7f, 0x7f } }, 2 },
	{ "digit", { { '0', '9' } }, 1 },
	{ "graph", { { '!', '~' } }, 1 },
	{ "lower", { { 'a', 'z' } }, 1 },
	{ "print", { { ' ', '~' } }, 1 },
	{ "punct", { { '!', '/' }, { ':', '@' }, { '[', '`' }, { '{', '~' } }, 4 },
	{ "space", { { '\t', '\r' }, { ' ', ' ' } }, 2 },
	{ "upper", { { 'A', 'Z' } }, 1 },
	{ "word", { { '0', '9' }, { 'A', 'Z' }, { 'a', 'z' }, { '_', '_' } }, 4 },
	{ "xdigit", { { '0', '9' }, { 'A', 'F' }, { 'a', 'f' } }, 3 },
};

static bool compile_alternatives(struct compiler *compiler);

static bool is_word(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z');
}

static bool fail(struct compiler *compiler, const char *why)
{
	if (!compiler->why)
		compiler->why = why;
	return false;
}

static bool peek(const struct compiler *compiler, const char *text)
{
	size_t len = strlen(text);

	return (size_t)(compiler->end - compiler->at) >= len &&
	       memcmp(compiler->at, text, len) == 0;
}

static bool skip(struct compiler *compiler, const char *text)
{
	if (!peek(compiler, text))
		return false;
	compiler->at += strlen(text);
	return true;
}

static bool emit(struct compiler *compiler, struct inst inst)
{
	struct program *program = compiler->program;

	if (program->n_insts == MAX_PROGRAM)
		return fail(compiler, "the pattern is too large");
	inst.flags = compiler->flags;
	program->insts[program->n_insts++] = inst;
	return true;
}

static bool emit_split(struct compiler *compiler, int x, int y)
{
	return emit(compiler, (struct inst){ .op = INST_SPLIT, .x = (int16_t)x, .y = (int16_t)y });
}

/* Puts a split in front of what was compiled from `start` on. */
static bool insert_split(struct compiler *compiler, int start, int x, int y)
{
	struct program *program = compiler->program;
	int len = program->n_insts - start;

	if (!emit_split(compiler, 0, 0))
		return false;
	memmove(&program->insts[start + 1], &program->insts[start],
		(size_t)len * sizeof(struct inst));
	program->insts[start] = (struct inst){ .op = INST_SPLIT, .x = (int16_t)x, .y = (int16_t)y };
	return true;
}

static bool add_range(struct compiler *compiler, uint32_t first, uint32_t last)
{
	struct program *program = compiler->program;

	if (program->n_ranges == MAX_RANGES)
		return fail(compiler, "the pattern has too many ranges");
	program->ranges[program->n_ranges++] = (struct range){ first, last };
	return true;
}

/* The complement where `negated`: what lies between the class's ranges, which are in order. */
static bool add_class(struct compiler *compiler, const char *name, size_t len, bool negated)
{
	for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
		uint32_t next = 0;

		if (strlen(classes[i].name) != len || memcmp(classes[i].name, name, len) != 0)
			continue;
		for (size_t j = 0; j < classes[i].n; j++) {
			const struct range *range = &classes[i].ranges[j];

			if (!negated && !add_range(compiler, range->first, range->last))
				return false;
			if (negated && range->first > next &&
			    !add_range(compiler, next, range->first - 1))
				return false;
			next = range->last + 1;
		}
		return !negated || add_range(compiler, next, 0x10ffff);
	}
	return fail(compiler, "there is no class of characters of that name");
}

static uint32_t next_char(struct compiler *compiler)
{
	size_t bytes;
	int code = compiler->at < compiler->end
			   ? cel_utf8_decode(compiler->at, (size_t)(compiler->end - compiler->at),
					     &bytes)
			   : -1;

	if (code < 0) {
		fail(compiler, "the pattern ends too early, or is not UTF-8");
		return NO_CHAR;
	}
	compiler->at += bytes;
	return (uint32_t)code;
}

static uint32_t hex_char(struct compiler *compiler)
{
	bool braces = skip(compiler, "{");
	uint32_t code = 0;
	size_t n = 0;

	for (; compiler->at < compiler->end && n < (braces ? 6 : 2); n++, compiler->at++) {
		static const char digits[] = "0123456789abcdef";
		char c = *compiler->at >= 'A' && *compiler->at <= 'F' ? (char)(*compiler->at | 0x20)
								      : *compiler->at;
		const char *digit = c ? strchr(digits, c) : NULL;

		if (!digit)
			break;
		code = code * 16 + (uint32_t)(digit - digits);
	}
	if (n == 0 || (braces ? !skip(compiler, "}") : n != 2) || code > 0x10ffff) {
		fail(compiler, "\\x takes two hexadecimal digits, or up to six in {}");
		return NO_CHAR;
	}
	return code;
}

static bool is_octal(const struct compiler *compiler)
{
	return compiler->at < compiler->end && *compiler->at >= '0' && *compiler->at <= '7';
}

/* \0 to \777: up to three digits. One alone that is not 0 would be a reference to a group. */
static uint32_t octal_char(struct compiler *compiler, uint32_t first)
{
	uint32_t code = first - '0';

	if (code > 0 && !is_octal(compiler)) {
		fail(compiler, "there are no references to groups");
		return NO_CHAR;
	}
	for (size_t n = 1; n < 3 && is_octal(compiler); n++)
		code = code * 8 + (uint32_t)(*compiler->at++ - '0');
	return code;
}

/* The character that is escaped; the backslash is behind us. */
static uint32_t escaped_char(struct compiler *compiler)
{
	static const char names[] = "afnrtv", meanings[] = "\a\f\n\r\t\v";
	uint32_t c = next_char(compiler);
	const char *name = c > 0 && c < 0x80 ? strchr(names, (int)c) : NULL;

	if (name)
		return (uint32_t)meanings[name - names];
	if (c == 'x')
		return hex_char(compiler);
	if (c >= '0' && c <= '7')
		return octal_char(compiler, c);
	if (c != NO_CHAR && (c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
			     (c >= 'a' && c <= 'z'))) {
		fail(compiler, "an escape that is not known here");
		return NO_CHAR;
	}
	return c;
}

/* \d \D \w \W \s \S; false also where it is none of them, with nothing said. */
static bool class_escape(struct compiler *compiler, bool *ret_found)
{
	char c = compiler->end - compiler->at > 1 && *compiler->at == '\\' ? compiler->at[1] : '\0';
	char lower = (char)(c | 0x20);

	*ret_found = c && strchr("dDwWsS", c);
	if (!*ret_found)
		return true;
	compiler->at += 2;
	return add_class(compiler, &lower, 1, c != lower);
}

static bool posix_class(struct compiler *compiler)
{
	bool negated = skip(compiler, "^");
	const char *name = compiler->at;

	while (compiler->at < compiler->end && *compiler->at >= 'a' && *compiler->at <= 'z')
		compiler->at++;
	if (!peek(compiler, ":]"))
		return fail(compiler, "[: is closed by :]");
	if (!add_class(compiler, name, (size_t)(compiler->at - name), negated))
		return false;
	return skip(compiler, ":]");
}

static bool bracket_range(struct compiler *compiler)
{
	uint32_t first = skip(compiler, "\\") ? escaped_char(compiler) : next_char(compiler);
	uint32_t last = first;

	if (peek(compiler, "-") && !peek(compiler, "-]")) {
		skip(compiler, "-");
		last = skip(compiler, "\\") ? escaped_char(compiler) : next_char(compiler);
	}
	if (compiler->why)
		return false;
	return first <= last ? add_range(compiler, first, last)
			     : fail(compiler, "a range runs backwards");
}

static bool compile_bracket(struct compiler *compiler)
{
	struct inst inst = { .op = INST_SET, .negated = skip(compiler, "^") };
	bool first = true, found;

	inst.x = compiler->program->n_ranges;
	for (; first || !peek(compiler, "]"); first = false) {
		if (compiler->at == compiler->end)
			return fail(compiler, "[ is not closed");
		if (!class_escape(compiler, &found))
			return false;
		if (found)
			continue;
		if (skip(compiler, "[:") ? !posix_class(compiler) : !bracket_range(compiler))
			return false;
	}
	skip(compiler, "]");
	inst.y = (int16_t)(compiler->program->n_ranges - inst.x);
	return emit(compiler, inst);
}

static bool compile_escape(struct compiler *compiler)
{
	struct inst inst = { .op = INST_SET, .x = compiler->program->n_ranges };
	bool found;

	compiler->at--;
	if (!class_escape(compiler, &found))
		return false;
	if (found) {
		inst.y = (int16_t)(compiler->program->n_ranges - inst.x);
		return emit(compiler, inst);
	}
	compiler->at++;
	if (peek(compiler, "p") || peek(compiler, "P"))
		return fail(compiler, "classes of Unicode (\\p) are not known here");
	for (const char *letter = "bBAz"; *letter; letter++) {
		if (compiler->at < compiler->end && *compiler->at == *letter) {
			compiler->at++;
			return emit(compiler, (struct inst){ .op = INST_ASSERT, .x = *letter });
		}
	}
	inst = (struct inst){ .op = INST_CHAR, .code = escaped_char(compiler) };
	return !compiler->why && emit(compiler, inst);
}

/* name> */
static bool skip_name(struct compiler *compiler)
{
	const char *start = compiler->at;

	while (compiler->at < compiler->end && is_word(*compiler->at))
		compiler->at++;
	return (compiler->at > start && skip(compiler, ">")) ||
	       fail(compiler, "a group's name is letters, digits and _ between < and >");
}

/* i m s U, and those behind a - off; *ret_off. */
static uint8_t read_flags(struct compiler *compiler, uint8_t *ret_off)
{
	static const char letters[] = "imsU";
	uint8_t flags[2] = { 0, 0 };
	size_t off = 0;

	for (; compiler->at < compiler->end; compiler->at++) {
		const char *letter = *compiler->at ? strchr(letters, *compiler->at) : NULL;

		if (*compiler->at == '-' && off == 0 && compiler->end - compiler->at > 1 &&
		    compiler->at[1] != ':' && compiler->at[1] != ')')
			off = 1;
		else if (letter)
			flags[off] |= (uint8_t)(1 << (letter - letters));
		else
			break;
	}
	*ret_off = flags[1];
	return flags[0];
}

/* What stands between (? and the group's own; *ret_group is false where it is (?i) alone. */
static bool compile_flags(struct compiler *compiler, bool *ret_group)
{
	uint8_t on, off;

	*ret_group = true;
	if (skip(compiler, "P<") || skip(compiler, "<"))
		return skip_name(compiler);
	on = read_flags(compiler, &off);
	*ret_group = skip(compiler, ":");
	if (!*ret_group && !skip(compiler, ")"))
		return fail(compiler, "of (?…) there are (?:…), (?P<name>…), (?<name>…) and the "
				      "flags imsU");
	compiler->flags = (uint8_t)((compiler->flags | on) & ~off);
	return true;
}

/* *ret_atom: there is something that can be repeated. */
static bool compile_group(struct compiler *compiler, bool *ret_atom)
{
	uint8_t flags = compiler->flags;
	bool ok;

	if (skip(compiler, "?") && !compile_flags(compiler, ret_atom))
		return false;
	if (!*ret_atom)
		return true;
	if (++compiler->depth > MAX_GROUPS)
		return fail(compiler, "groups nest too deep");
	ok = compile_alternatives(compiler);
	compiler->depth--;
	compiler->flags = flags;
	if (!ok)
		return false;
	return skip(compiler, ")") || fail(compiler, "( is not closed");
}

/* \Q…\E, of which each character is an atom, that the last one may be repeated behind \E. */
static bool compile_quoted(struct compiler *compiler, bool *ret_atom)
{
	uint32_t c;

	compiler->quoted = !skip(compiler, "\\E");
	*ret_atom = false;
	if (!compiler->quoted || compiler->at == compiler->end)
		return true;
	c = next_char(compiler);
	compiler->quoted = !skip(compiler, "\\E");
	*ret_atom = !compiler->quoted;
	return c != NO_CHAR && emit(compiler, (struct inst){ .op = INST_CHAR, .code = c });
}

static bool read_count(struct compiler *compiler, int *ret)
{
	const char *start = compiler->at;

	*ret = 0;
	for (; compiler->at < compiler->end && *compiler->at >= '0' && *compiler->at <= '9';
	     compiler->at++) {
		*ret = *ret * 10 + (*compiler->at - '0');
		if (*ret > MAX_REPEAT)
			return fail(compiler, "more than 1000 repetitions");
	}
	return compiler->at > start;
}

/* {n}, {n,} or {n,m}; what only looks like it stands for itself, as in RE2. */
static bool read_counts(struct compiler *compiler, int *ret_least, int *ret_most)
{
	const char *start = compiler->at;

	if (!skip(compiler, "{") || !read_count(compiler, ret_least))
		goto none;
	*ret_most = *ret_least;
	if (skip(compiler, ",") && !read_count(compiler, ret_most)) {
		if (compiler->why)
			goto none;
		*ret_most = -1;
	}
	if (skip(compiler, "}"))
		return true;
none:
	compiler->at = start;
	return false;
}

static bool compile_atom(struct compiler *compiler, bool *ret_atom)
{
	bool lines = compiler->flags & FLAG_LINES;
	int least, most;
	uint32_t c;

	*ret_atom = true;
	if (compiler->quoted || skip(compiler, "\\Q"))
		return compile_quoted(compiler, ret_atom);
	if (skip(compiler, "("))
		return compile_group(compiler, ret_atom);
	if (skip(compiler, "["))
		return compile_bracket(compiler);
	if (skip(compiler, "."))
		return emit(compiler, (struct inst){ .op = INST_ANY });
	if (skip(compiler, "^"))
		return emit(compiler, (struct inst){ .op = INST_ASSERT, .x = lines ? '^' : 'A' });
	if (skip(compiler, "$"))
		return emit(compiler, (struct inst){ .op = INST_ASSERT, .x = lines ? '$' : 'z' });
	if (skip(compiler, "\\"))
		return compile_escape(compiler);
	if (peek(compiler, "*") || peek(compiler, "+") || peek(compiler, "?"))
		return fail(compiler, "there is nothing to repeat before *, + or ?");
	if (read_counts(compiler, &least, &most))
		return fail(compiler, "there is nothing to repeat before {n}");
	c = next_char(compiler);
	return c != NO_CHAR && emit(compiler, (struct inst){ .op = INST_CHAR, .code = c });
}

static bool append_copy(struct compiler *compiler, int start, int len)
{
	for (int i = 0; i < len; i++)
		if (!emit(compiler, compiler->program->insts[start + i]))
			return false;
	return true;
}

static bool make_star(struct compiler *compiler, int start)
{
	int len = compiler->program->n_insts - start;

	return insert_split(compiler, start, 1, len + 2) &&
	       emit_split(compiler, -(len + 1), -(len + 1));
}

static bool make_optional(struct compiler *compiler, int start)
{
	return insert_split(compiler, start, 1, compiler->program->n_insts - start + 1);
}

/* What was compiled from `start` on, `least` times and up to `most`; -1: without end. */
static bool repeat(struct compiler *compiler, int start, int least, int most)
{
	int len = compiler->program->n_insts - start;
	int copies = most < 0 ? least + 1 : most;

	if (most >= 0 && most < least)
		return fail(compiler, "{n,m} with m below n");
	if (copies == 0)
		compiler->program->n_insts = (int16_t)start;
	/* The fragment itself is the first; a copy made optional keeps its own length. */
	for (int i = 1; i < copies; i++) {
		int at = compiler->program->n_insts;

		if (!append_copy(compiler, start, len))
			return false;
		if (i >= least &&
		    !(most < 0 ? make_star(compiler, at) : make_optional(compiler, at)))
			return false;
	}
	if (least > 0 || copies == 0)
		return true;
	/* The first copies were taken from it bare, so it becomes optional last. */
	if (most < 0)
		return make_star(compiler, start);
	return make_optional(compiler, start);
}

static bool compile_repeat(struct compiler *compiler, int start)
{
	int least, most;

	for (bool repeated = false;; repeated = true) {
		if (skip(compiler, "*"))
			least = 0, most = -1;
		else if (skip(compiler, "+"))
			least = 1, most = -1;
		else if (skip(compiler, "?"))
			least = 0, most = 1;
		else if (!read_counts(compiler, &least, &most))
			return !compiler->why;
		if (repeated)
			return fail(compiler, "a repetition of a repetition needs brackets");
		skip(compiler, "?");
		if (!repeat(compiler, start, least, most))
			return false;
	}
}

static bool compile_sequence(struct compiler *compiler)
{
	while (compiler->at < compiler->end &&
	       (compiler->quoted || (!peek(compiler, "|") && !peek(compiler, ")")))) {
		int start = compiler->program->n_insts;
		bool atom;

		if (!compile_atom(compiler, &atom) || (atom && !compile_repeat(compiler, start)))
			return false;
	}
	return true;
}

static bool compile_alternatives(struct compiler *compiler)
{
	int start = compiler->program->n_insts;

	if (!compile_sequence(compiler))
		return false;
	while (skip(compiler, "|")) {
		int len = compiler->program->n_insts - start, jump;

		if (!insert_split(compiler, start, 1, len + 2))
			return false;
		jump = compiler->program->n_insts;
		if (!emit_split(compiler, 0, 0) || !compile_sequence(compiler))
			return false;
		compiler->program->insts[jump].x = compiler->program->insts[jump].y =
			(int16_t)(compiler->program->n_insts - jump);
	}
	return true;
}

static bool compile(struct compiler *compiler)
{
	if (!compile_alternatives(compiler))
		return false;
	if (compiler->at < compiler->end)
		return fail(compiler, ") closes nothing");
	return emit(compiler, (struct inst){ .op = INST_MATCH });
}

/* The states that are reached, each once. */
struct states {
	int16_t list[MAX_PROGRAM];
	bool in[MAX_PROGRAM];
	int n;
};

struct matcher {
	const struct program *program;
	struct states states[2];
	const char *text, *at, *end;
	size_t work, most_work;
};

/* What a pattern costs that is compiled for one text, in bytes of memory as cel_charge() has it. */
#define COST_OF_COMPILING 512

/* Too large for the stack of a small thread. */
struct search {
	struct program program;
	struct matcher matcher;
};

static bool holds(const struct matcher *matcher, int16_t assertion)
{
	bool before, after;

	if (assertion == 'A')
		return matcher->at == matcher->text;
	if (assertion == 'z')
		return matcher->at == matcher->end;
	if (assertion == '^')
		return matcher->at == matcher->text || matcher->at[-1] == '\n';
	if (assertion == '$')
		return matcher->at == matcher->end || *matcher->at == '\n';
	before = matcher->at > matcher->text && is_word(matcher->at[-1]);
	after = matcher->at < matcher->end && is_word(*matcher->at);
	return (before != after) == (assertion == 'b');
}

/* Adds a state, and those that follow from it without a character; true: a match is among them. */
static bool add_state(struct matcher *matcher, struct states *states, int16_t state)
{
	int first = states->n;

	if (states->in[state])
		return false;
	states->in[state] = true;
	states->list[states->n++] = state;
	/* The list itself is the queue of what is still to be followed. */
	for (int i = first; i < states->n; i++) {
		int16_t from = states->list[i];
		const struct inst *inst = &matcher->program->insts[from];
		const int16_t to[] = {
			(int16_t)(from + (inst->op == INST_SPLIT ? inst->x : 1)),
			(int16_t)(from + (inst->op == INST_SPLIT ? inst->y : 1)),
		};

		matcher->work++;
		if (inst->op == INST_MATCH)
			return true;
		if (inst->op != INST_SPLIT && !(inst->op == INST_ASSERT && holds(matcher, inst->x)))
			continue;
		for (size_t j = 0; j < ARRAY_SIZE(to); j++) {
			if (states->in[to[j]])
				continue;
			states->in[to[j]] = true;
			states->list[states->n++] = to[j];
		}
	}
	return false;
}

static uint32_t other_case(uint32_t c)
{
	bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');

	return letter ? c ^ 0x20 : c;
}

static bool in_set(const struct program *program, const struct inst *inst, uint32_t c)
{
	for (int16_t i = inst->x; i < inst->x + inst->y; i++)
		if (c >= program->ranges[i].first && c <= program->ranges[i].last)
			return true;
	return false;
}

static bool takes(const struct program *program, const struct inst *inst, uint32_t c)
{
	bool fold = inst->flags & FLAG_FOLD;

	if (inst->op == INST_CHAR)
		return inst->code == c || (fold && inst->code == other_case(c));
	if (inst->op == INST_ANY)
		return inst->flags & FLAG_DOT_ALL || c != '\n';
	if (inst->op != INST_SET)
		return false;
	return (in_set(program, inst, c) || (fold && in_set(program, inst, other_case(c)))) !=
	       inst->negated;
}

/* Bytes of a fact that are no UTF-8 pass as one character each, which only . and [^…] take. */
static uint32_t text_char(const struct matcher *matcher, size_t *ret_bytes)
{
	int code = cel_utf8_decode(matcher->at, (size_t)(matcher->end - matcher->at), ret_bytes);

	if (code >= 0)
		return (uint32_t)code;
	*ret_bytes = 1;
	return 0xfffd;
}

/* 1, 0, or -E2BIG where it is given up. */
static int run(struct matcher *matcher)
{
	struct states *now = &matcher->states[0], *then = &matcher->states[1], *swap;
	size_t bytes;
	uint32_t c;

	for (;;) {
		/* A match may begin anywhere. */
		if (add_state(matcher, now, 0))
			return 1;
		if (matcher->at == matcher->end)
			return 0;
		if (matcher->work > matcher->most_work)
			return -E2BIG;
		c = text_char(matcher, &bytes);
		matcher->at += bytes;
		for (int i = 0; i < now->n; i++) {
			const struct inst *inst = &matcher->program->insts[now->list[i]];

			now->in[now->list[i]] = false;
			matcher->work += 1 + (inst->op == INST_SET ? (size_t)inst->y / 8 : 0);
			if (takes(matcher->program, inst, c) &&
			    add_state(matcher, then, (int16_t)(now->list[i] + 1)))
				return 1;
		}
		now->n = 0;
		swap = now;
		now = then;
		then = swap;
	}
}

static int search_text(struct search *search, struct compiler *compiler, const char *text,
		       size_t len, size_t most_work, size_t *ret_work, const char **ret_why)
{
	int r;

	compiler->program = &search->program;
	if (!compile(compiler)) {
		*ret_why = compiler->why ? compiler->why : "the pattern is wrong";
		return -EINVAL;
	}
	search->matcher.program = &search->program;
	search->matcher.text = search->matcher.at = text;
	search->matcher.end = text + len;
	search->matcher.most_work = most_work / 4;
	r = run(&search->matcher);
	*ret_work += (search->matcher.work + (size_t)search->program.n_insts) * 4;
	if (r == -E2BIG)
		*ret_why = "the text is too long for the pattern";
	return r;
}

int cel_regex_match(const char *pattern, size_t pattern_len, const char *text, size_t len,
		    size_t most_work, size_t *ret_work, const char **ret_why)
{
	struct compiler compiler = { .at = pattern, .end = pattern + pattern_len };
	struct search *memory = calloc(1, sizeof(*memory));
	int r;

	*ret_work = COST_OF_COMPILING + pattern_len * 4;
	if (!memory) {
		*ret_why = "out of memory";
		return -ENOMEM;
	}
	r = search_text(memory, &compiler, text, len, most_work, ret_work, ret_why);
	free(memory);
	return r;
}
