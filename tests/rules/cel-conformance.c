/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cel-conformance FILE: runs cases of CEL's conformance suite, one JSON object a line, against
 * rules/cel. cel-conformance --values [typed]: reads lines {"bindings": {…}} and {"expr": …} and writes of
 * each expression what it comes to in the bindings before it, for tests/differential.
 */
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cel/cel.h"
#include "core/util.h"

#define CASES_ARE \
	"a case is {\"suite\", \"name\", \"expr\", \"value\" or \"error\": true, \"bindings\"?}"

struct tally {
	unsigned passed, failed;
};

static int decode(struct arena *arena, const json_t *json, struct value *ret);

static int decode_bytes(struct arena *arena, const char *text, struct value *ret)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *bytes = arena_alloc(arena, strlen(text) + 1);
	uint32_t bits = 0, n = 0;
	unsigned have = 0;

	for (; *text && *text != '='; text++) {
		const char *digit = strchr(digits, *text);

		if (!digit)
			return -EINVAL;
		bits = bits << 6 | (uint32_t)(digit - digits);
		have += 6;
		if (have >= 8) {
			have -= 8;
			bytes[n++] = (char)(bits >> have);
		}
	}
	*ret = (struct value){ .kind = VALUE_BYTES, .len = n, .s = bytes };
	return 0;
}

static int decode_double(const json_t *json, struct value *ret)
{
	*ret = (struct value){ .kind = VALUE_DOUBLE, .d = json_number_value(json) };
	if (json_is_number(json))
		return 0;
	if (!json_is_string(json))
		return -EINVAL;
	ret->d = strtod(json_string_value(json), NULL);
	return 0;
}

static int decode_list(struct arena *arena, const json_t *json, struct value *ret)
{
	struct value *items = arena_alloc(arena, json_array_size(json) * sizeof(*items));
	size_t i;
	json_t *item;

	if (!json_is_array(json))
		return -EINVAL;
	json_array_foreach(json, i, item) if (decode(arena, item, &items[i]) < 0) return -EINVAL;
	*ret = value_list(items, json_array_size(json));
	return 0;
}

static int decode_map(struct arena *arena, const json_t *json, struct value *ret)
{
	struct value_entry *entries = arena_alloc(arena, json_array_size(json) * sizeof(*entries));
	size_t i;
	json_t *pair;

	if (!json_is_array(json))
		return -EINVAL;
	json_array_foreach(json, i,
			   pair) if (decode(arena, json_array_get(pair, 0), &entries[i].key) < 0 ||
				     decode(arena, json_array_get(pair, 1), &entries[i].value) <
					     0) return -EINVAL;
	*ret = value_map(entries, json_array_size(json));
	return 0;
}

static int decode_type(const char *name, struct value *ret)
{
	*ret = (struct value){ .kind = VALUE_TYPE, .type = VALUE_NULL };
	for (unsigned kind = 0; kind <= VALUE_TYPE; kind++)
		if (strcmp(cel_kind_name(kind), name) == 0)
			ret->type = kind;
	return ret->type != VALUE_NULL || strcmp(name, "null_type") == 0 ? 0 : -EINVAL;
}

static int decode_string(struct arena *arena, const json_t *json, struct value *ret)
{
	size_t len = json_string_length(json);

	if (!json_is_string(json))
		return -EINVAL;
	*ret = (struct value){ .kind = VALUE_STRING,
			       .len = (uint32_t)len,
			       .s = arena_strndup(arena, json_string_value(json), len) };
	return 0;
}

/* A value that is tagged with its type; -EINVAL: it is none. */
static int decode(struct arena *arena, const json_t *json, struct value *ret)
{
	void *first = json_object_iter((json_t *)json);
	const char *tag = first ? json_object_iter_key(first) : "";
	const json_t *inner = first ? json_object_iter_value(first) : NULL;
	const char *text = json_string_value(inner);

	if (strcmp(tag, "null") == 0)
		return *ret = value_null(), 0;
	if (strcmp(tag, "bool") == 0 && json_is_boolean(inner))
		return *ret = value_bool(json_is_true(inner)), 0;
	if (strcmp(tag, "double") == 0)
		return decode_double(inner, ret);
	if (strcmp(tag, "string") == 0)
		return decode_string(arena, inner, ret);
	if (strcmp(tag, "list") == 0)
		return decode_list(arena, inner, ret);
	if (strcmp(tag, "map") == 0)
		return decode_map(arena, inner, ret);
	if (!text)
		return -EINVAL;
	ret->kind = strcmp(tag, "uint") == 0 ? VALUE_UINT : VALUE_INT;
	if (strcmp(tag, "int") == 0)
		return parse_i64(text, 10, &ret->i);
	if (strcmp(tag, "uint") == 0)
		return parse_u64(text, 10, &ret->u);
	if (strcmp(tag, "bytes") == 0)
		return decode_bytes(arena, text, ret);
	return strcmp(tag, "type") == 0 ? decode_type(text, ret) : -EINVAL;
}

static const struct cel_type *declare(void *ctx, const char *name)
{
	return value_get(ctx, name) ? cel_type(CEL_DYN) : NULL;
}

static const struct cel_type *declare_typed(void *ctx, const char *name)
{
	const struct value *value = value_get(ctx, name);

	return value ? cel_type(value->kind) : NULL;
}

static bool resolve(void *ctx, const char *name, struct value *ret)
{
	const struct value *value = value_get(ctx, name);

	if (value)
		*ret = *value;
	return value;
}

static void print(FILE *out, const struct value *value)
{
	static const char *const separators[] = { "", ", " };

	fprintf(out, "%s", cel_kind_name(value->kind));
	switch ((enum value_kind)value->kind) {
	case VALUE_BOOL:
		fprintf(out, " %s", value->b ? "true" : "false");
		break;
	case VALUE_INT:
		fprintf(out, " %lld", (long long)value->i);
		break;
	case VALUE_UINT:
		fprintf(out, " %lluu", (unsigned long long)value->u);
		break;
	case VALUE_DOUBLE:
		fprintf(out, " %.17g", value->d);
		break;
	case VALUE_STRING:
	case VALUE_BYTES:
	case VALUE_ERROR:
		fprintf(out, " \"%.*s\"", (int)value->len, value->s);
		break;
	case VALUE_TYPE:
		fprintf(out, " %s", cel_kind_name((unsigned)value->type));
		break;
	case VALUE_LIST:
		fputs(" [", out);
		for (uint32_t i = 0; i < value->len; i++) {
			fputs(separators[i > 0], out);
			print(out, &value->items[i]);
		}
		fputs("]", out);
		break;
	case VALUE_MAP:
		fputs(" {", out);
		for (uint32_t i = 0; i < value->len; i++) {
			fputs(separators[i > 0], out);
			print(out, &value->entries[i].key);
			fputs(": ", out);
			print(out, &value->entries[i].value);
		}
		fputs("}", out);
		break;
	case VALUE_NULL:
	case VALUE_UNKNOWN:
		break;
	}
}

/* The same value of the same type; a map's entries in any order. NaN is itself here. */
static bool same(const struct value *a, const struct value *b)
{
	if (a->kind != b->kind)
		return false;
	switch ((enum value_kind)a->kind) {
	case VALUE_BOOL:
		return a->b == b->b;
	case VALUE_DOUBLE:
		return a->d == b->d || (isnan(a->d) && isnan(b->d));
	case VALUE_STRING:
	case VALUE_BYTES:
		return a->len == b->len && memcmp(a->s, b->s, a->len) == 0;
	case VALUE_LIST:
		for (uint32_t i = 0; i < a->len && a->len == b->len; i++)
			if (!same(&a->items[i], &b->items[i]))
				return false;
		return a->len == b->len;
	case VALUE_MAP:
		for (uint32_t i = 0; i < a->len && a->len == b->len; i++) {
			uint32_t j = 0;

			while (j < b->len && !same(&a->entries[i].key, &b->entries[j].key))
				j++;
			if (j == b->len || !same(&a->entries[i].value, &b->entries[j].value))
				return false;
		}
		return a->len == b->len;
	case VALUE_NULL:
		return true;
	case VALUE_INT:
	case VALUE_UINT:
	case VALUE_TYPE:
		return a->u == b->u;
	case VALUE_UNKNOWN:
	case VALUE_ERROR:
		break;
	}
	return false;
}

/* What the expression comes to; that it does not compile is an error too. */
static struct value evaluate(struct arena *arena, const json_t *text, struct value *bindings)
{
	struct cel_env env = { .declare = declare, .ctx = bindings, .dynamic = true };
	struct cel_scope scope = { .resolve = resolve, .ctx = bindings };
	struct cel_expr expr;
	struct error err = { 0 };
	struct value value = { .kind = VALUE_ERROR };

	if (cel_compile_n(arena, json_string_value(text), json_string_length(text), &env, &expr,
			  &err) == 0)
		return cel_eval(&expr, &scope, arena);
	value.s = arena_strdup(arena, err.text);
	value.len = (uint32_t)strlen(value.s);
	return value;
}

static int decode_bindings(struct arena *arena, const json_t *json, struct value *ret)
{
	struct record record = { 0 };
	const char *name;
	json_t *tagged;

	json_object_foreach((json_t *)json, name, tagged)
	{
		struct value value;

		if (decode(arena, tagged, &value) < 0)
			return -EINVAL;
		record_add(arena, &record, arena_strdup(arena, name), value);
	}
	*ret = record_value(&record);
	return 0;
}

static int run_case(struct arena *arena, const json_t *json, struct tally *tally)
{
	const char *text = json_string_value(json_object_get(json, "expr"));
	const char *suite = json_string_value(json_object_get(json, "suite"));
	const char *name = json_string_value(json_object_get(json, "name"));
	struct value want = { .kind = VALUE_ERROR }, bindings, got;
	bool error = json_is_true(json_object_get(json, "error"));

	if (!text || !suite || !name ||
	    (!error && decode(arena, json_object_get(json, "value"), &want) < 0) ||
	    decode_bindings(arena, json_object_get(json, "bindings"), &bindings) < 0)
		return -EINVAL;
	got = evaluate(arena, json_object_get(json, "expr"), &bindings);
	if (error ? got.kind == VALUE_ERROR : same(&want, &got)) {
		tally->passed++;
		return 0;
	}
	tally->failed++;
	printf("%s/%s: %s\n  expected ", suite, name, text);
	print(stdout, &want);
	printf("\n  got      ");
	print(stdout, &got);
	printf("\n");
	return 0;
}

static int run_file(const char *path, FILE *file, struct tally *tally)
{
	/* Numbers are doubles: an int or a uint is a string, so that none is too large. */
	const size_t flags = JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL;
	auto_free char *line = NULL;
	size_t size = 0, number = 0;
	ssize_t len;
	int r = 0;

	while (r == 0 && (len = getline(&line, &size, file)) >= 0) {
		json_error_t why = { 0 };
		struct arena arena = { 0 };
		json_t *json;

		number++;
		if (line[strspn(line, " \t\r\n")] == '\0')
			continue;
		json = json_loadb(line, (size_t)len, flags, &why);
		if (!json)
			fprintf(stderr, "%s:%zu:%d: %s\n", path, number, why.column, why.text);
		r = json ? run_case(&arena, json, tally) : -EINVAL;
		if (json && r < 0)
			fprintf(stderr, "%s:%zu: " CASES_ARE "\n", path, number);
		json_decref(json);
		arena_free(&arena);
	}
	if (r == 0 && ferror(file)) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return -EIO;
	}
	return r;
}

/* --- values, for another implementation to be compared with --- */

static void write_hex(FILE *out, const char *name, const void *bytes, size_t len)
{
	const uint8_t *at = bytes;

	fprintf(out, "%s ", name);
	for (size_t i = 0; i < len; i++)
		fprintf(out, "%02x", at[i]);
}

static void write_value(FILE *out, const struct value *value);

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Entries in the order of what is written of them, as a map has none of its own. */
static void write_map(FILE *out, const struct value *map)
{
	char **texts = calloc(map->len + (size_t)1, sizeof(*texts));

	for (uint32_t i = 0; texts && i < map->len; i++) {
		size_t len;
		FILE *text = open_memstream(&texts[i], &len);

		write_value(text, &map->entries[i].key);
		fputs(": ", text);
		write_value(text, &map->entries[i].value);
		fclose(text);
	}
	if (texts && map->len > 1)
		qsort(texts, map->len, sizeof(*texts), by_text);
	fputs("map {", out);
	for (uint32_t i = 0; texts && i < map->len; i++) {
		fprintf(out, "%s%s", i ? ", " : "", texts[i]);
		free(texts[i]);
	}
	fputs("}", out);
	free(texts);
}

static void write_list(FILE *out, const struct value *list)
{
	fputs("list [", out);
	for (uint32_t i = 0; i < list->len; i++) {
		fputs(i ? ", " : "", out);
		write_value(out, &list->items[i]);
	}
	fputs("]", out);
}

static void write_line(FILE *out, const char *message)
{
	fputs("error ", out);
	for (; *message; message++)
		putc(*message == '\n' || *message == '\r' ? ' ' : *message, out);
}

/* On one line and the same for equal values: texts in hexadecimal, doubles by their bits. */
static void write_value(FILE *out, const struct value *value)
{
	const double number = value->d;

	switch ((enum value_kind)value->kind) {
	case VALUE_DOUBLE:
		if (isnan(number))
			fputs("double nan", out);
		else
			fprintf(out, "double %016llx", (unsigned long long)value->u);
		break;
	case VALUE_STRING:
	case VALUE_BYTES:
		write_hex(out, cel_kind_name(value->kind), value->s, value->len);
		break;
	case VALUE_LIST:
		write_list(out, value);
		break;
	case VALUE_MAP:
		write_map(out, value);
		break;
	case VALUE_ERROR:
		write_line(out, value->s);
		break;
	default:
		print(out, value);
	}
}

/* What the expression comes to once its types are checked; false: it is refused for them. */
static bool evaluate_typed(struct arena *arena, const json_t *text, struct value *bindings,
			   struct value *ret)
{
	struct cel_env env = { .declare = declare_typed, .ctx = bindings };
	struct cel_scope scope = { .resolve = resolve, .ctx = bindings };
	struct cel_expr expr;
	struct error err = { 0 };

	if (cel_compile_n(arena, json_string_value(text), json_string_length(text), &env, &expr,
			  &err) < 0)
		return false;
	*ret = cel_eval(&expr, &scope, arena);
	return true;
}

static void write_one(struct arena *arena, const json_t *expr, struct value *bindings, bool typed)
{
	struct value value;

	if (!typed)
		value = evaluate(arena, expr, bindings);
	else if (!evaluate_typed(arena, expr, bindings, &value))
		value = (struct value){ .kind = VALUE_UNKNOWN };
	write_value(stdout, &value);
	putchar('\n');
}

static int write_values(FILE *in, bool typed)
{
	auto_free char *line = NULL;
	struct arena bound = { 0 };
	struct value bindings = value_map(NULL, 0);
	size_t size = 0;
	ssize_t len;
	int r = 0;

	while (r == 0 && (len = getline(&line, &size, in)) >= 0) {
		json_t *json = json_loadb(line, (size_t)len,
					  JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, NULL);
		const json_t *expr = json_object_get(json, "expr");
		struct arena arena = { 0 };

		if (json_is_string(expr))
			write_one(&arena, expr, &bindings, typed);
		else
			r = decode_bindings(&bound, json_object_get(json, "bindings"), &bindings);
		json_decref(json);
		arena_free(&arena);
	}
	arena_free(&bound);
	return r;
}

int main(int argc, char **argv)
{
	struct tally tally = { 0 };
	auto_file FILE *file = NULL;

	if (argc > 1 && strcmp(argv[1], "--values") == 0)
		return write_values(stdin, argc > 2) < 0 ? 65 : 0;
	if (argc != 2) {
		fprintf(stderr, "usage: cel-conformance FILE.ndjson, or --values [typed]\n");
		return 64;
	}
	file = fopen(argv[1], "re");
	if (!file) {
		fprintf(stderr, "%s: %s\n", argv[1], strerror(errno));
		return 66;
	}
	if (run_file(argv[1], file, &tally) < 0)
		return 65;
	printf("%u passed, %u failed\n", tally.passed, tally.failed);
	return tally.failed > 0;
}
