/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * functions: the table of functions.def, what it takes, and what to say where something else stands
 */
#include "cel/internal.h"

#include <string.h>

#include "core/util.h"

const struct cel_function cel_functions[N_CEL_FUNCTIONS] = {
#define CEL_FUNCTION(id, text, how, takes, function) \
	[CEL_FN_##id] = { .name = (text), .style = (how), .forms = (takes), .call = (function) },
#include "cel/functions.def"
#undef CEL_FUNCTION
};

/* Letters of forms and names of kinds. */
static const struct {
	char letter;
	const char *name;
} kinds_table[] = {
	[VALUE_NULL] = { 'n', "null" },	      [VALUE_BOOL] = { 'b', "bool" },
	[VALUE_INT] = { 'i', "int" },	      [VALUE_UINT] = { 'u', "uint" },
	[VALUE_DOUBLE] = { 'd', "double" },   [VALUE_STRING] = { 's', "string" },
	[VALUE_BYTES] = { 'y', "bytes" },     [VALUE_LIST] = { 'l', "list" },
	[VALUE_MAP] = { 'm', "map" },	      [VALUE_TYPE] = { 't', "type" },
	[VALUE_UNKNOWN] = { '?', "unknown" }, [VALUE_ERROR] = { '!', "error" },
	[CEL_DYN] = { '*', "dyn" },
};

const char *cel_kind_name(unsigned kind)
{
	return kind < ARRAY_SIZE(kinds_table) ? kinds_table[kind].name : "?";
}

static const char *letter_name(char letter)
{
	if (letter == '#')
		return "number";
	for (size_t i = 0; i < ARRAY_SIZE(kinds_table); i++)
		if (kinds_table[i].letter == letter)
			return letter == '*' ? "any" : kinds_table[i].name;
	return "?";
}

static uint8_t letter_kind(char letter)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds_table); i++)
		if (kinds_table[i].letter == letter)
			return (uint8_t)i;
	return CEL_DYN;
}

static bool letter_takes(char letter, uint8_t kind)
{
	if (letter == '*' || kind == CEL_DYN)
		return true;
	if (letter == '#')
		return kind == VALUE_INT || kind == VALUE_UINT || kind == VALUE_DOUBLE;
	return kinds_table[kind].letter == letter;
}

size_t cel_function_args(const struct cel_function *function)
{
	return strcspn(function->forms, " ") - 1;
}

bool cel_function_takes(const struct cel_function *function, const uint8_t *kinds,
			uint8_t *ret_kind)
{
	size_t n = cel_function_args(function);
	bool found = false;

	for (const char *form = function->forms; *form; form += n + 1 + (form[n + 1] == ' ')) {
		size_t i = 0;

		while (i < n && letter_takes(form[i], kinds[i]))
			i++;
		if (i < n)
			continue;
		if (found && *ret_kind != letter_kind(form[n])) {
			*ret_kind = CEL_DYN;
			return true;
		}
		*ret_kind = letter_kind(form[n]);
		found = true;
	}
	return found;
}

int cel_function_find(const char *name, unsigned style, size_t n_args)
{
	for (int i = 0; i < N_CEL_FUNCTIONS; i++)
		if (cel_functions[i].style & style && strcmp(cel_functions[i].name, name) == 0 &&
		    cel_function_args(&cel_functions[i]) == n_args)
			return i;
	return -1;
}

/* "(list)", "(int, string)" */
static char *operands_text(struct arena *arena, const char *const *names, size_t n)
{
	char *text = arena_strdup(arena, "(");

	for (size_t i = 0; i < n; i++)
		text = arena_printf(arena, "%s%s%s", text, i ? ", " : "", names[i]);
	return arena_printf(arena, "%s)", text);
}

static const char *display_name(struct arena *arena, const struct cel_function *function)
{
	return arena_printf(arena, function->style & CEL_OPERATOR ? "'%s'" : "%s()",
			    function->name);
}

const char *cel_function_mismatch(struct arena *arena, const struct cel_function *function,
				  const uint8_t *kinds)
{
	const char *names[CEL_MAX_ARGS] = { "", "" };
	size_t n = cel_function_args(function);
	char *forms = arena_strdup(arena, "");

	for (const char *form = function->forms; *form; form += n + 1 + (form[n + 1] == ' ')) {
		for (size_t i = 0; i < n; i++)
			names[i] = letter_name(form[i]);
		forms = arena_printf(arena, "%s%s%s", forms, *forms ? " or " : "",
				     operands_text(arena, names, n));
	}
	for (size_t i = 0; i < n; i++)
		names[i] = cel_kind_name(kinds[i]);
	return arena_printf(arena, "%s takes %s, not %s", display_name(arena, function), forms,
			    operands_text(arena, names, n));
}

/* Levenshtein's distance; names beyond 63 bytes are as far as can be. */
static size_t distance(const char *a, const char *b)
{
	size_t row[64], len = strlen(b);

	if (len >= ARRAY_SIZE(row) || strlen(a) >= ARRAY_SIZE(row))
		return SIZE_MAX;
	for (size_t j = 0; j <= len; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= len; j++) {
			size_t best = diagonal + (a[i - 1] != b[j - 1]);

			best = row[j] + 1 < best ? row[j] + 1 : best;
			best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
			diagonal = row[j];
			row[j] = best;
		}
	}
	return row[len];
}

const char *cel_nearest(const char *name, const char *const *names, size_t n)
{
	size_t nearest = strlen(name) / 3 + 2; /* farther is no slip of the pen */
	const char *best = NULL;

	for (size_t i = 0; i < n; i++) {
		size_t far = distance(name, names[i]);

		if (far < nearest) {
			nearest = far;
			best = names[i];
		}
	}
	return best;
}

/* Every name that can be written as a call in that style. */
static size_t call_names(unsigned style, const char **ret, size_t size)
{
	static const char *const macros[] = { "all", "exists", "exists_one", "filter", "map" };
	size_t n = 0;

	for (size_t i = 0; i < N_CEL_FUNCTIONS && n < size; i++)
		if (cel_functions[i].style & style)
			ret[n++] = cel_functions[i].name;
	for (size_t i = 0; i < ARRAY_SIZE(macros) && n < size && style & CEL_METHOD; i++)
		ret[n++] = macros[i];
	if (style & CEL_GLOBAL && n < size)
		ret[n++] = "has";
	return n;
}

const char *cel_function_missing(struct arena *arena, const char *name, unsigned style,
				 size_t n_args)
{
	const char *names[N_CEL_FUNCTIONS + 8];
	size_t n = call_names(style, names, ARRAY_SIZE(names));
	const char *near = cel_nearest(name, names, n);
	const char *dot = style & CEL_METHOD ? "." : "";

	if (near && strcmp(near, name) == 0)
		return arena_printf(arena, "%s%s() does not take %zu arguments", dot, name,
				    style & CEL_METHOD ? n_args - 1 : n_args);
	n = call_names(style ^ (CEL_METHOD | CEL_GLOBAL), names, ARRAY_SIZE(names));
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			return arena_printf(arena,
					    style & CEL_METHOD ? "%s() is written %s(x)"
							       : "%s() is written x.%s(…)",
					    name, name);
	if (near)
		return arena_printf(arena, "there is no function %s%s(); did you mean %s?", dot,
				    name, near);
	return arena_printf(arena, "there is no function %s%s()", dot, name);
}
