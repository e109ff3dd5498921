/* SPDX-License-Identifier: GPL-2.0-or-later */
/* compare: what each operator means, with the corners of absent and unknown */
#include <string.h>

#include "cel/version.h"
#include "core/evaluate.h"

static enum tri tri(bool yes)
{
	return yes ? TRI_TRUE : TRI_FALSE;
}

static bool equal(const struct value *a, const struct value *b, bool is_version)
{
	if (a->kind == VALUE_STRING && b->kind == VALUE_STRING)
		return is_version ? cel_version_compare(a->s, b->s) == 0 : strcmp(a->s, b->s) == 0;
	if (a->kind != b->kind)
		return false;
	return a->kind == VALUE_BOOL ? a->b == b->b : a->kind == VALUE_INT && a->i == b->i;
}

/* The place of a text among the words of `values`, from 1; 0: it is none of them. */
static int place_among(const char *text, const char *values)
{
	size_t len = strlen(text);
	int place = 1;

	for (const char *at = values; *at; place++) {
		size_t word = strcspn(at, " ");

		if (word == len && memcmp(at, text, len) == 0)
			return place;
		at += word + (at[word] == ' ');
	}
	return 0;
}

/* Sign of have − asked in *ret; false where the two have no order. */
static bool order(const struct value *have, const struct value *asked, const char *values,
		  bool is_version, int *ret)
{
	int a, b;

	if (have->kind == VALUE_INT && asked->kind == VALUE_INT) {
		*ret = (have->i > asked->i) - (have->i < asked->i);
		return true;
	}
	if (have->kind != VALUE_STRING || asked->kind != VALUE_STRING)
		return false;
	if (is_version) {
		*ret = cel_version_compare(have->s, asked->s);
		return true;
	}
	a = values ? place_among(have->s, values) : 0;
	b = values ? place_among(asked->s, values) : 0;
	*ret = a - b;
	return a && b;
}

static enum tri at_least(const struct value *have, const struct value *asked, const char *values,
			 bool is_version, int sign)
{
	int found;

	if (!order(have, asked, values, is_version, &found))
		return TRI_UNKNOWN;
	return tri(found * sign >= 0);
}

/* Is `item` in the list? A member that is unknown may be it. */
static enum tri contains(const struct value *list, const struct value *item, bool is_version)
{
	enum tri found = list->partial ? TRI_UNKNOWN : TRI_FALSE;

	for (uint32_t i = 0; i < list->len; i++) {
		if (list->items[i].kind == VALUE_UNKNOWN)
			found = TRI_UNKNOWN;
		else if (equal(&list->items[i], item, is_version))
			return TRI_TRUE;
	}
	return found;
}

static enum tri has_all(const struct value *have, const struct value *asked, bool is_version)
{
	enum tri all = TRI_TRUE;

	for (uint32_t i = 0; i < asked->len; i++) {
		enum tri one = contains(have, &asked->items[i], is_version);

		if (one < all)
			all = one;
	}
	return all;
}

/* Asked, and there is no such thing: positive operators are not met, negative ones are. */
static enum tri on_absent(enum need_op op)
{
	return tri(op == OP_MAXIMUM || op == OP_NOT || op == OP_NOT_IN || op == OP_ABSENT);
}

enum tri compare(enum need_op op, const struct value *have, const struct value *asked,
		 const char *values, bool is_version)
{
	if (have->kind == VALUE_UNKNOWN)
		return TRI_UNKNOWN;
	if (have->kind == VALUE_NULL)
		return on_absent(op);
	/*
	 * An installed program whose version is not told: it is there, and nothing else is known.
	 */
	if (is_version && have->kind == VALUE_STRING && !*have->s && op != OP_PRESENT &&
	    op != OP_ABSENT)
		return TRI_UNKNOWN;
	switch (op) {
	case OP_MINIMUM:
		return at_least(have, asked, values, is_version, 1);
	case OP_MAXIMUM:
		return at_least(have, asked, values, is_version, -1);
	case OP_EQUALS:
		return tri(equal(have, asked, is_version));
	case OP_NOT:
		return tri(!equal(have, asked, is_version));
	case OP_IN:
		return contains(asked, have, is_version);
	case OP_NOT_IN:
		return tri(contains(asked, have, is_version) == TRI_FALSE);
	case OP_HAS:
		return has_all(have, asked, is_version);
	case OP_PRESENT:
		return TRI_TRUE;
	case OP_ABSENT:
		return TRI_FALSE;
	case OP_NONE:
	case N_NEED_OPS:
		break;
	}
	return TRI_UNKNOWN;
}
