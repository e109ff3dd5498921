/* SPDX-License-Identifier: GPL-2.0-or-later */
/* screen: text for a terminal: colours, widths, wrapping, and ASCII where there is no Unicode */
#ifndef STACKCHECK_SCREEN_H
#define STACKCHECK_SCREEN_H

#include "judge.h"
#include "report.h"

enum color {
	COLOR_NONE,
	COLOR_GOOD,
	COLOR_FAIR, /* works, with less than recommended */
	COLOR_WORK, /* can be made to work */
	COLOR_BAD,
	COLOR_DIM,
	COLOR_BOLD,
	N_COLORS,
};

enum color color_of_verdict(enum verdict verdict);
enum color color_of_outcome(enum outcome outcome);

/* Columns that a UTF-8 text takes, one for each character. */
size_t screen_columns(const char *text);

/*
 * Bytes of the longest start of `text` that fits into `columns` and ends before a space; all of it
 * where it fits. What has no space, as an address, is parted behind a stroke or the like.
 */
size_t screen_line(const char *text, size_t columns);

/*
 * Prints `text` in a colour, cut to `columns` (0: not cut) and padded to them where `pad`. Control
 * characters in it never reach the terminal.
 */
void screen_put(FILE *out, const struct style *style, enum color color, const char *text,
		size_t columns, bool pad);

/*
 * Prints `text` wrapped at the style's width, each line behind `indent` spaces; ends with a line's
 * end.
 */
void screen_wrap(FILE *out, const struct style *style, enum color color, size_t indent,
		 const char *text);

/*
 * The same where the first line has begun, at the column where the others are indented to. `note`
 * (NULL: none) comes dim behind the text, or on a line of its own where it does not fit.
 */
void screen_hang(FILE *out, const struct style *style, enum color color, size_t indent,
		 const char *text, const char *note);

/* A piece of a paragraph in its own colour. Pieces join where neither has a space. */
struct span {
	enum color color;
	const char *text;
};

/*
 * Prints a paragraph of spans wrapped at the style's width, the first line behind `indent` spaces and
 * the others behind `hang`; ends with a line's end.
 */
void screen_spans(FILE *out, const struct style *style, size_t indent, size_t hang,
		  const struct span *spans, size_t n);

/*
 * A line of what was stated and not read, by --assume and by the site's file, and one for each
 * waiver. Nothing where nothing was.
 */
void screen_given(FILE *out, struct session *session, const struct style *style);

/* The text itself, or its ASCII form ("->" for an arrow) where the terminal has no Unicode. */
const char *screen_text(struct arena *arena, const struct style *style, const char *text);

#endif
