/* SPDX-License-Identifier: GPL-2.0-or-later */
/* utf8: code points in strings (RFC 3629) */
#include "cel/internal.h"

#include "core/util.h"

/*
 * By the number of bytes: the lead byte's mark, its payload, and the first code point that needs
 * them.
 */
static const struct {
	uint8_t mask, mark;
	uint32_t first;
} forms[] = {
	{ 0x80, 0x00, 0 },
	{ 0xe0, 0xc0, 0x80 },
	{ 0xf0, 0xe0, 0x800 },
	{ 0xf8, 0xf0, 0x10000 },
};

int cel_utf8_decode(const char *text, size_t len, size_t *ret_bytes)
{
	uint8_t lead = (uint8_t)*text;

	for (size_t n = 0; n < ARRAY_SIZE(forms) && n < len; n++) {
		uint32_t code = lead & (uint8_t)~forms[n].mask;

		if ((lead & forms[n].mask) != forms[n].mark)
			continue;
		for (size_t i = 1; i <= n; i++) {
			if (((uint8_t)text[i] & 0xc0) != 0x80)
				return -1;
			code = code << 6 | ((uint8_t)text[i] & 0x3f);
		}
		if (code < forms[n].first || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
			return -1;
		*ret_bytes = n + 1;
		return (int)code;
	}
	return -1;
}

size_t cel_utf8_encode(uint32_t code, char *ret)
{
	size_t n = ARRAY_SIZE(forms) - 1;

	while (n > 0 && code < forms[n].first)
		n--;
	for (size_t i = n; i > 0; i--, code >>= 6)
		ret[i] = (char)(0x80 | (code & 0x3f));
	ret[0] = (char)(forms[n].mark | code);
	return n + 1;
}

size_t cel_utf8_length(const char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += ((uint8_t)text[i] & 0xc0) != 0x80;
	return n;
}

bool cel_utf8_valid(const char *text, size_t len)
{
	size_t bytes;

	for (size_t i = 0; i < len; i += bytes)
		if (cel_utf8_decode(text + i, len - i, &bytes) < 0)
			return false;
	return true;
}
