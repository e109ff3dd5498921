/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "screen.h"

#include <stdlib.h>
#include <string.h>

#include "core/util.h"

/* The eight colours that every terminal has; the user's own palette decides how they look. */
static const char *const escapes[N_COLORS] = {
	[COLOR_NONE] = "",	   [COLOR_GOOD] = "\033[32m", [COLOR_FAIR] = "\033[36m",
	[COLOR_WORK] = "\033[33m", [COLOR_BAD] = "\033[31m",  [COLOR_DIM] = "\033[2m",
	[COLOR_BOLD] = "\033[1m",
};

enum color color_of_verdict(enum verdict verdict)
{
	static const enum color colors[N_VERDICTS] = {
		[VERDICT_NO] = COLOR_BAD,	[VERDICT_FIXABLE] = COLOR_WORK,
		[VERDICT_LIMITED] = COLOR_FAIR, [VERDICT_READY] = COLOR_GOOD,
		[VERDICT_UNKNOWN] = COLOR_DIM,
	};

	return colors[verdict];
}

enum color color_of_outcome(enum outcome outcome)
{
	static const enum color colors[N_OUTCOMES] = {
		[OUTCOME_MET] = COLOR_GOOD,	[OUTCOME_UNMET] = COLOR_BAD,
		[OUTCOME_UNKNOWN] = COLOR_WORK, [OUTCOME_NOT_APPLICABLE] = COLOR_DIM,
		[OUTCOME_DEFERRED] = COLOR_DIM, [OUTCOME_TO_CONFIRM] = COLOR_FAIR,
		[OUTCOME_NOTED] = COLOR_DIM,
	};

	return colors[outcome];
}

/* Bytes that carry on a UTF-8 character. */
static bool carries_on(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

size_t screen_columns(const char *text)
{
	size_t columns = 0;

	for (; *text; text++)
		columns += !carries_on(*text);
	return columns;
}

/* Bytes of the first `columns` characters. */
static size_t bytes_of(const char *text, size_t columns)
{
	size_t at = 0;

	while (text[at] && (columns > 0 || carries_on(text[at])))
		columns -= !carries_on(text[at++]);
	return at;
}

/*
 * Texts come from firmware, devices and other people's recordings: what would steer the terminal
 * (C0, DEL, and C1 as UTF-8) is shown as a question mark.
 */
static void put_plain(FILE *out, const char *text, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++) {
		unsigned char c = (unsigned char)text[i];
		bool is_c1 =
			c == 0xc2 && i + 1 < bytes && ((unsigned char)text[i + 1] & 0xe0) == 0x80;

		if (c == '\n' || c == '\t')
			fputc(' ', out);
		else
			fputc(c < 0x20 || c == 0x7f || is_c1 ? '?' : c, out);
		i += is_c1;
	}
}

void screen_put(FILE *out, const struct style *style, enum color color, const char *text,
		size_t columns, bool pad)
{
	size_t width = screen_columns(text);
	const char *mark = style->unicode ? "…" : ".";
	bool cut = columns && width > columns;

	if (style->color && color != COLOR_NONE)
		fputs(escapes[color], out);
	put_plain(out, text, cut ? bytes_of(text, columns - 1) : strlen(text));
	if (cut)
		fputs(mark, out);
	if (style->color && color != COLOR_NONE)
		fputs("\033[0m", out);
	for (; pad && width < columns; width++)
		fputc(' ', out);
}

size_t screen_line(const char *text, size_t columns)
{
	size_t fits = bytes_of(text, columns), at = fits;

	if (!text[fits])
		return fits;
	while (at > 0 && text[at] != ' ')
		at--;
	if (at > 0)
		return at;
	for (at = fits; at > 1 && !strchr("/,;=&", text[at - 1]); at--)
		;
	return at > 1 ? at : fits;
}

/*
 * Wraps with the first line's indent left to the caller, and the last line's end too; returns the
 * columns of that.
 */
static size_t wrap(FILE *out, const struct style *style, enum color color, size_t indent,
		   const char *text)
{
	size_t room = style->width > indent + 20 ? style->width - indent : 20;

	for (;;) {
		size_t bytes = screen_line(text, room), columns = 0;

		if (style->color && color != COLOR_NONE)
			fputs(escapes[color], out);
		put_plain(out, text, bytes);
		if (style->color && color != COLOR_NONE)
			fputs("\033[0m", out);
		for (size_t i = 0; i < bytes; i++)
			columns += !carries_on(text[i]);
		text += bytes;
		while (*text == ' ')
			text++;
		if (!*text)
			return indent + columns;
		fprintf(out, "\n%*s", (int)indent, "");
	}
}

void screen_wrap(FILE *out, const struct style *style, enum color color, size_t indent,
		 const char *text)
{
	fprintf(out, "%*s", (int)indent, "");
	wrap(out, style, color, indent, text);
	fputc('\n', out);
}

void screen_hang(FILE *out, const struct style *style, enum color color, size_t indent,
		 const char *text, const char *note)
{
	size_t columns = wrap(out, style, color, indent, text);

	if (note && columns + 2 + screen_columns(note) <= style->width)
		fputs("  ", out);
	else if (note)
		fprintf(out, "\n%*s", (int)indent, "");
	if (note)
		wrap(out, style, COLOR_DIM, indent, note);
	fputc('\n', out);
}

/* Where a paragraph of spans has come to. */
struct paragraph {
	FILE *out;
	const struct style *style;
	size_t hang;
	size_t column;
	bool begun; /* the line has a word */
};

static void next_line(struct paragraph *paragraph)
{
	fprintf(paragraph->out, "\n%*s", (int)paragraph->hang, "");
	paragraph->column = paragraph->hang;
	paragraph->begun = false;
}

static char *copy_of(const char *text, size_t bytes)
{
	char *copy = strndup(text, bytes);

	if (!copy)
		abort();
	return copy;
}

/* A word of any length: as much as fits, and the rest on lines of its own. */
static void put_word(struct paragraph *paragraph, enum color color, const char *word, bool apart)
{
	size_t width = screen_columns(word);

	apart &= paragraph->begun;
	/* What is longer than any line begins on this one. */
	if (paragraph->begun && paragraph->column + apart + width > paragraph->style->width &&
	    (width <= paragraph->style->width - paragraph->hang ||
	     paragraph->column + 20 > paragraph->style->width))
		next_line(paragraph);
	else if (apart)
		paragraph->column += (size_t)fprintf(paragraph->out, " ");
	while (width > paragraph->style->width - paragraph->column) {
		size_t bytes = screen_line(word, paragraph->style->width - paragraph->column);

		auto_free char *piece = copy_of(word, bytes);

		screen_put(paragraph->out, paragraph->style, color, piece, 0, false);
		word += bytes;
		width = screen_columns(word);
		next_line(paragraph);
	}
	screen_put(paragraph->out, paragraph->style, color, word, 0, false);
	paragraph->column += width;
	paragraph->begun = true;
}

static void put_words(struct paragraph *paragraph, const struct span *span, bool *ret_apart)
{
	for (const char *text = span->text; *text;) {
		size_t len = strcspn(text, " "), spaces = strspn(text + len, " ");

		if (len) {
			auto_free char *word = copy_of(text, len);

			put_word(paragraph, span->color, word, *ret_apart);
		}
		*ret_apart = len ? spaces > 0 : *ret_apart || spaces > 0;
		text += len + spaces;
	}
}

void screen_spans(FILE *out, const struct style *style, size_t indent, size_t hang,
		  const struct span *spans, size_t n)
{
	struct paragraph paragraph = {
		.out = out,
		.style = style,
		.hang = hang + 20 < style->width ? hang : 0,
		.column = (size_t)fprintf(out, "%*s", (int)indent, ""),
	};
	bool apart = false;

	for (size_t i = 0; i < n; i++)
		put_words(&paragraph, &spans[i], &apart);
	fputc('\n', out);
}

static const char *listed(struct arena *arena, const char *const *texts, size_t n)
{
	const char *list = "";

	for (size_t i = 0; i < n; i++)
		list = arena_printf(arena, "%s%s%s", list, i ? ", " : "", texts[i]);
	return list;
}

static void waived(FILE *out, struct session *session, const struct style *style,
		   const struct waiver *waiver)
{
	struct arena *arena = &session->arena;
	size_t count = waive_count(session->judgement, waiver);

	screen_wrap(
		out, style, count ? COLOR_FAIR : COLOR_DIM, 0,
		screen_text(arena, style,
			    arena_printf(arena, "%s%s [%s]", waive_words(arena, waiver),
					 count ? "" : "; it waives nothing here", waiver->from)));
}

void screen_given(FILE *out, struct session *session, const struct style *style)
{
	const struct session_options *options = &session->options;
	struct arena *arena = &session->arena;

	if (options->n_assumptions)
		screen_wrap(
			out, style, COLOR_NONE, 0,
			arena_printf(arena, "Taken as given: %s",
				     listed(arena, options->assumptions, options->n_assumptions)));
	if (session->site.len)
		screen_wrap(out, style, COLOR_NONE, 0,
			    arena_printf(arena, "Taken from %s: %s", SITE_ANSWERS,
					 listed(arena, session->site.texts, session->site.len)));
	for (size_t i = 0; session->judgement && i < session->waivers.len; i++)
		waived(out, session, style, &session->waivers.items[i]);
}

static const struct ascii_form {
	const char *unicode;
	const char *ascii;
} ascii_forms[] = {
	{ "→", "->" }, { "·", "-" }, { "×", "x" },  { "…", "..." }, { "–", "-" },
	{ "—", "-" },  { "’", "'" }, { "≥", ">=" }, { "µ", "u" },
};

const char *screen_text(struct arena *arena, const struct style *style, const char *text)
{
	char *copy, *to;

	if (style->unicode)
		return text;
	copy = to = arena_alloc(arena, strlen(text) * 3 + 1);
	while (*text) {
		const struct ascii_form *form = NULL;

		for (size_t i = 0; !form && i < ARRAY_SIZE(ascii_forms); i++)
			if (starts_with(text, ascii_forms[i].unicode))
				form = &ascii_forms[i];
		if (form) {
			to = stpcpy(to, form->ascii);
			text += strlen(form->unicode);
		} else if ((unsigned char)*text < 0x80) {
			*to++ = *text++;
		} else {
			*to++ = '?';
			do
				text++;
			while (carries_on(*text));
		}
	}
	return copy;
}
