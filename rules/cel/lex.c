/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lex: the words of an expression (cel-spec doc/langdef.md, "Syntax") */
#include "cel/internal.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "core/util.h"

/* The longer before those that they begin with. */
static const char *const symbols[] = {
	"&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "*",
	"/",  "%",  "?",  ":",	",",  ".",  "(", ")", "[", "]", "{", "}",
};

int cel_fail(struct error *err, int code, unsigned line, unsigned column, const char *format, ...)
{
	char text[400];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return error_set(err, code, "%u:%u: %s", line, column, text);
}

bool cel_token_is(const struct cel_token *token, const char *text)
{
	if (token->kind != CEL_TOKEN_SYMBOL && token->kind != CEL_TOKEN_IDENT)
		return false;
	for (size_t i = 0; i < token->len; i++)
		if (text[i] != token->text[i])
			return false;
	return !text[token->len];
}

/* Moves over `bytes`, which are whole characters, and counts lines and columns. */
static void advance(struct cel_lexer *lexer, size_t bytes)
{
	for (; bytes > 0; bytes--, lexer->at++) {
		if (*lexer->at == '\n') {
			lexer->line++;
			lexer->column = 1;
		} else if (((uint8_t)*lexer->at & 0xc0) != 0x80) {
			lexer->column++;
		}
	}
}

static void skip_blank(struct cel_lexer *lexer)
{
	while (lexer->at < lexer->end) {
		size_t blank = strspn(lexer->at, " \t\n\f\r");

		if (lexer->at[0] == '/' && lexer->at[1] == '/')
			blank = strcspn(lexer->at, "\n");
		if (blank == 0)
			return;
		advance(lexer, blank);
	}
}

static bool is_word(char c)
{
	return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A quote, with up to one each of the prefixes b and r before it. */
static bool is_string(const char *at)
{
	if (*at == 'b' || *at == 'B')
		at++;
	if (*at == 'r' || *at == 'R')
		at++;
	return *at == '"' || *at == '\'';
}

static int lex_word(struct cel_token *ret)
{
	ret->kind = CEL_TOKEN_IDENT;
	while (is_word(ret->text[ret->len]))
		ret->len++;
	return 0;
}

/*
 * cel-spec's escaped selectors (its conformance tests have them as fields/quoted_map_fields):
 * letters, digits and _ . - / and space between backquotes.
 */
static int lex_quoted(struct cel_lexer *lexer, struct cel_token *ret)
{
	const char *end = ret->text + 1;

	while (is_word(*end) || (*end && strchr(".-/ ", *end)))
		end++;
	if (*end != '`' || end == ret->text + 1)
		return cel_fail(lexer->err, -EINVAL, ret->line, ret->column,
				"a field in backquotes is letters, digits and any of _.-/ "
				"with a backquote behind");
	ret->kind = CEL_TOKEN_QUOTED;
	ret->value = value_string(
		arena_strndup(lexer->arena, ret->text + 1, (size_t)(end - ret->text) - 1));
	ret->len = (size_t)(end - ret->text) + 1;
	return 0;
}

static int lex_symbol(struct cel_lexer *lexer, struct cel_token *ret)
{
	ret->kind = CEL_TOKEN_SYMBOL;
	for (size_t i = 0; i < ARRAY_SIZE(symbols); i++) {
		if (*ret->text == *symbols[i] && starts_with(ret->text, symbols[i])) {
			ret->len = strlen(symbols[i]);
			return 0;
		}
	}
	if (*ret->text == '=' || *ret->text == '&' || *ret->text == '|')
		return cel_fail(lexer->err, -EINVAL, ret->line, ret->column,
				"'%c' is no operator; did you mean %c%c?", *ret->text, *ret->text,
				*ret->text);
	if ((uint8_t)*ret->text > ' ' && (uint8_t)*ret->text < 0x7f)
		return cel_fail(lexer->err, -EINVAL, ret->line, ret->column,
				"'%c' has no meaning here", *ret->text);
	return cel_fail(
		lexer->err, -EINVAL, ret->line, ret->column,
		"a character outside of a string that is not ASCII, or a control character");
}

int cel_lex(struct cel_lexer *lexer, struct cel_token *ret)
{
	int r;

	skip_blank(lexer);
	*ret = (struct cel_token){ .text = lexer->at,
				   .line = lexer->line,
				   .column = lexer->column };
	if (lexer->at == lexer->end)
		return 0;
	if (is_string(lexer->at))
		r = cel_lex_string(lexer, ret);
	else if (is_digit(*lexer->at) || (*lexer->at == '.' && is_digit(lexer->at[1])))
		r = cel_lex_number(lexer, ret);
	else if (is_word(*lexer->at))
		r = lex_word(ret);
	else if (*lexer->at == '`')
		r = lex_quoted(lexer, ret);
	else
		r = lex_symbol(lexer, ret);
	if (r < 0)
		return r;
	advance(lexer, ret->len);
	return 0;
}
