/* SPDX-License-Identifier: GPL-2.0-or-later */
/* literal: numbers and strings as written (cel-spec doc/langdef.md, "String and Bytes Values") */
#include "cel/internal.h"

#include <errno.h>
#include <string.h>

#include "core/util.h"

static int fail(const struct cel_lexer *lexer, const struct cel_token *token, const char *why)
{
	return cel_fail(lexer->err, -EINVAL, token->line, token->column, "%s", why);
}

/* The length of a number's text; *ret_double where it has a fraction or an exponent. */
static size_t number_length(const char *text, bool *ret_double)
{
	static const char digits[] = "0123456789";
	size_t len, exponent;

	*ret_double = false;
	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		return 2 + strspn(text + 2, "0123456789abcdefABCDEF");
	len = strspn(text, digits);
	if (text[len] == '.' && strspn(text + len + 1, digits) > 0) {
		len += 1 + strspn(text + len + 1, digits);
		*ret_double = true;
	}
	if (text[len] == 'e' || text[len] == 'E') {
		exponent = len + 1 + (text[len + 1] == '+' || text[len + 1] == '-');
		if (strspn(text + exponent, digits) > 0) {
			len = exponent + strspn(text + exponent, digits);
			*ret_double = true;
		}
	}
	return len;
}

static int integer(const struct cel_lexer *lexer, struct cel_token *ret, const char *digits)
{
	bool hex = starts_with(digits, "0x") || starts_with(digits, "0X");
	int r = parse_u64(hex ? digits + 2 : digits, hex ? 16 : 10, &ret->value.u);

	if (r == -ERANGE)
		return fail(lexer, ret, "the number is larger than 64 bits hold");
	if (r < 0)
		return fail(lexer, ret, "hexadecimal digits were expected behind 0x");
	ret->value.kind = VALUE_INT;
	if (ret->text[ret->len] == 'u' || ret->text[ret->len] == 'U') {
		ret->value.kind = VALUE_UINT;
		ret->len++;
	}
	return 0;
}

int cel_lex_number(struct cel_lexer *lexer, struct cel_token *ret)
{
	bool is_double;
	char *digits;

	ret->kind = CEL_TOKEN_LITERAL;
	ret->len = number_length(ret->text, &is_double);
	digits = arena_strndup(lexer->arena, ret->text, ret->len);
	if (!is_double)
		return integer(lexer, ret, digits);
	ret->value.kind = VALUE_DOUBLE;
	if (cel_parse_double(digits, &ret->value.d) < 0)
		return fail(lexer, ret, "the number is larger than a double holds");
	return 0;
}

/* A string literal while it is read. */
struct quoted {
	const struct cel_lexer *lexer;
	const struct cel_token *token;
	const char *at;
	char *out;
	bool bytes;
};

static int put_code(struct quoted *quoted, uint32_t code, bool octet)
{
	if (octet && quoted->bytes) {
		*quoted->out++ = (char)code;
		return 0;
	}
	if (quoted->bytes)
		return fail(quoted->lexer, quoted->token,
			    "\\u and \\U are for strings, not for bytes");
	if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return fail(quoted->lexer, quoted->token, "the escape names no Unicode character");
	quoted->out += cel_utf8_encode(code, quoted->out);
	return 0;
}

/* A code of exactly `n` digits. */
static int put_digits(struct quoted *quoted, size_t n, int base)
{
	static const char digits[] = "0123456789abcdef";
	uint32_t code = 0;

	for (size_t i = 0; i < n; i++, quoted->at++) {
		char c = *quoted->at >= 'A' && *quoted->at <= 'F' ? (char)(*quoted->at | 0x20)
								  : *quoted->at;
		const char *digit = c ? memchr(digits, c, (size_t)base) : NULL;

		if (!digit)
			return fail(quoted->lexer, quoted->token,
				    "an escape has too few digits: \\xHH, \\uHHHH, \\UHHHHHHHH or "
				    "\\OOO");
		code = code * (uint32_t)base + (uint32_t)(digit - digits);
	}
	return put_code(quoted, code, n < 4);
}

static int put_escape(struct quoted *quoted)
{
	static const char names[] = "abfnrtv\\?\"'`", meanings[] = "\a\b\f\n\r\t\v\\?\"'`";
	char c = *quoted->at++;
	const char *name = c ? strchr(names, c) : NULL;

	if (name) {
		*quoted->out++ = meanings[name - names];
		return 0;
	}
	if (c == 'x' || c == 'X')
		return put_digits(quoted, 2, 16);
	if (c == 'u' || c == 'U')
		return put_digits(quoted, c == 'u' ? 4 : 8, 16);
	if (c >= '0' && c <= '3') {
		quoted->at--;
		return put_digits(quoted, 3, 8);
	}
	return fail(quoted->lexer, quoted->token,
		    "a backslash stands before one of abfnrtvxuU\\?\"'` or three octal digits; "
		    "in r'…' it stands for itself");
}

/* Reads up to the closing `quote` of `n` characters. */
static int put_string(struct quoted *quoted, char quote, size_t n, bool raw)
{
	int r;

	while (quoted->at[0] != quote ||
	       (n == 3 && (quoted->at[1] != quote || quoted->at[2] != quote))) {
		if (quoted->at == quoted->lexer->end)
			return fail(quoted->lexer, quoted->token, "the string is not closed");
		if (n == 1 && (*quoted->at == '\n' || *quoted->at == '\r'))
			return fail(quoted->lexer, quoted->token,
				    "the string is not closed on its line; use ''' for more lines");
		if (raw || *quoted->at != '\\') {
			*quoted->out++ = *quoted->at++;
			continue;
		}
		quoted->at++;
		r = put_escape(quoted);
		if (r < 0)
			return r;
	}
	quoted->at += n;
	return 0;
}

int cel_lex_string(struct cel_lexer *lexer, struct cel_token *ret)
{
	struct quoted quoted = {
		.lexer = lexer, .token = ret, .at = ret->text, .out = lexer->scratch
	};
	const char *text = lexer->scratch;
	bool raw = false;
	size_t n;
	int r;

	for (; *quoted.at != '"' && *quoted.at != '\''; quoted.at++) {
		raw |= *quoted.at == 'r' || *quoted.at == 'R';
		quoted.bytes |= *quoted.at == 'b' || *quoted.at == 'B';
	}
	n = quoted.at[1] == quoted.at[0] && quoted.at[2] == quoted.at[0] ? 3 : 1;
	quoted.at += n;
	r = put_string(&quoted, quoted.at[-1], n, raw);
	if (r < 0)
		return r;
	ret->kind = CEL_TOKEN_LITERAL;
	ret->len = (size_t)(quoted.at - ret->text);
	ret->value = (struct value){ .kind = quoted.bytes ? VALUE_BYTES : VALUE_STRING,
				     .len = (uint32_t)(quoted.out - text),
				     .s = arena_strndup(lexer->arena, text,
							(size_t)(quoted.out - text)) };
	return 0;
}
