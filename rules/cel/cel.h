/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cel: the Common Expression Language, in which rules say what they ask (cel-spec doc/langdef.md),
 * with unknown as a third value beside values and errors (cel-spec proto/cel/expr/eval.proto,
 * ExprValue).
 *
 * In place of protocol buffers, timestamps and durations there are the facts. What differs from the
 * specification, or adds to it:
 *
 * - A dotted name, with constant string indexes in it, is the longest name that the environment
 *   declares: dev['net/tun'] is the fact dev.net/tun.
 * - An unknown operand always wins over an error, so that learning more never turns an error into a
 *   verdict behind the reader's back.
 * - A list can be partial: records may be missing from it. exists() over it is never false, all() never
 *   true, its size is unknown, and an unknown member of it may turn out not to be there at all.
 * - has(name) is also allowed for a declared name, and false where it is absent (null); so is has() of a
 *   declared record's field. has() of a key in a plain map is the specification's.
 * - KiB MiB GiB TiB and Kbps Mbps Gbps are ints; version('5.10') compares as versions do (version.c),
 *   and a fact that is a version has no other order.
 * - matches() knows a subset of RE2 (regex.c) and keeps RE2's promise of linear time.
 */
#ifndef STACKCHECK_CEL_H
#define STACKCHECK_CEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/arena.h"
#include "core/error.h"
#include "core/value.h"

/* The bounds that make any expression harmless: they hold at load and while it runs. */
#define CEL_MAX_TEXT  8192 /* bytes */
#define CEL_MAX_NODES 1024
#define CEL_MAX_DEPTH 64 /* brackets, calls, unary operators and conditionals within each other */
#define CEL_MAX_STEPS 1000000 /* nodes evaluated, plus work done on strings and lists */
#define CEL_MAX_NAME  256 /* bytes of a dotted name with its NUL */

/* What the nodes of an expression do; the names are also those that cel_emit() writes. */
/* clang-format off */
#define CEL_OPS(X) \
	X(CONST) /* value */ \
	X(NAME) /* the fact that value names */ \
	X(PRESENT) /* has() of the fact that value names */ \
	X(LOCAL) /* a macro's variable: arg macros further out */ \
	X(UNBOUND) /* an error: what value says */ \
	X(SELECT) /* field value of the operand */ \
	X(HAS) /* has() of field value of the operand */ \
	X(LIST) X(MAP) /* of the operands; a map's are keys and values in turn */ \
	X(NOT) X(AND) X(OR) X(COND) \
	X(CALL) /* function arg of the operands */ \
	X(ALL) X(EXISTS) X(EXISTS_ONE) X(TRANSFORM) X(FILTER) /* list, then expressions */ \
	X(IDENT) /* only while it is compiled: a name not resolved yet */
/* clang-format on */

enum cel_op {
#define CEL_OP(name) CEL_##name,
	CEL_OPS(CEL_OP)
#undef CEL_OP
		N_CEL_OPS,
};

enum cel_function_id {
#define CEL_FUNCTION(id, ...) CEL_FN_##id,
#include "cel/functions.def"
#undef CEL_FUNCTION
	N_CEL_FUNCTIONS,
};

enum {
	CEL_VERSIONS = 1, /* of a comparison: of versions */
	CEL_LIST_EMPTY = 2, /* of a name or field: a list, empty where it is absent */
	CEL_RECORD = 4, /* of has(): the operand is a declared record, whose null is absence */
	CEL_ROOTED = 8, /* only while it is compiled: written with a leading dot */
};

/*
 * One node of a compiled expression: plain data without heap pointers, so that it can be emitted as
 * C.
 */
struct cel_node {
	uint8_t op; /* enum cel_op */
	uint8_t arg;
	uint8_t flags;
	uint16_t kid; /* index of the first operand; 0: none */
	uint16_t next; /* index of the parent's next operand; 0: none */
	uint16_t line, column; /* in the text, from 1, in characters */
	struct value value;
};

/*
 * The kind of a type that is not known before the expression runs, beside those of enum value_kind.
 */
enum { CEL_DYN = VALUE_ERROR + 1 };

struct cel_field;

/*
 * A type as the environment declares it. Null is allowed against every type: a fact can be absent.
 */
struct cel_type {
	uint8_t kind; /* enum value_kind, or CEL_DYN */
	bool is_version; /* of a string: it is before or after another only as a version is */
	const struct cel_type *element; /* of a list its items, of a map its values; NULL: any */
	const struct cel_field
		*fields; /* of a map that is a record with these fields and no others */
	size_t n_fields;
};

struct cel_field {
	const char *name;
	const struct cel_type *type;
};

/* The type of that kind with nothing else said: any items, any keys. `kind` may be CEL_DYN. */
const struct cel_type *cel_type(unsigned kind);

/* `int`, `string`, …, `dyn`. */
const char *cel_kind_name(unsigned kind);

/* What names mean while an expression is compiled. */
struct cel_env {
	/* The type of a dotted name; NULL where there is no such name. */
	const struct cel_type *(*declare)(void *ctx, const char *name);
	/* Optional: the declared name that is likest to one that is not; NULL: none is near. */
	const char *(*suggest)(void *ctx, const char *name);
	void *ctx;
	/* As the specification without its optional type check: types and unknown names are errors
	 * of the evaluation. */
	bool dynamic;
};

/* A compiled expression; node 0 is the whole. */
struct cel_expr {
	const struct cel_node *nodes;
	uint16_t n_nodes;
	uint8_t kind; /* of its result: enum value_kind (null apart), or CEL_DYN */
};

/*
 * Compiles `text`; everything `ret` points to is taken from `arena`, and nothing of `text` is kept.
 * -EINVAL: it does not parse, names what is not declared, or its types do not fit. -E2BIG: it is beyond
 * a limit above. The error's text begins with where in `text`, as in "1:14: …": see cel_error_at().
 */
int cel_compile(struct arena *arena, const char *text, const struct cel_env *env,
		struct cel_expr *ret, struct error *err);

/* The same for the first `len` bytes of a text that may hold NULs; text[len] must be one. */
int cel_compile_n(struct arena *arena, const char *text, size_t len, const struct cel_env *env,
		  struct cel_expr *ret, struct error *err);

/*
 * Splits a message of cel_compile(), or of an error value, into its position (from 1, in
 * characters) and the sentence behind it, which is returned. Without a position both are 0.
 */
const char *cel_error_at(const char *message, unsigned *ret_line, unsigned *ret_column);

/*
 * Likeness of names for "did you mean": of `n` names the one nearest to `name`, NULL: none is near.
 */
const char *cel_nearest(const char *name, const char *const *names, size_t n);

/*
 * The facts that an expression names, each once: start with *ret_at at 0; NULL behind the last. An
 * open index (port.free[x]) names the set itself.
 */
const char *cel_expr_name(const struct cel_expr *expr, uint16_t *ret_at);

/* Writes `static const struct cel_node SYMBOL[] = {…};`. -EIO: the stream has failed. */
int cel_emit(FILE *out, const struct cel_expr *expr, const char *symbol);

/* Writes the initialiser `{ .nodes = SYMBOL, … }` of the struct cel_expr over it. -EIO as above. */
int cel_emit_expr(FILE *out, const struct cel_expr *expr, const char *symbol);

/* What names stand for while an expression runs. */
struct cel_scope {
	/*
	 * The value of a name as compiled; absent is null. False: there is none, which is an error.
	 */
	bool (*resolve)(void *ctx, const char *name, struct value *ret);
	/* Optional: why the list of that name is partial; NULL: nothing more is known about it. */
	const struct value_unknown *(*incomplete)(void *ctx, const char *name);
	void *ctx;
	uint32_t max_steps; /* 0: CEL_MAX_STEPS */
};

/*
 * The value of `expr`. VALUE_ERROR has its message, with the position as cel_compile() gives it, in
 * `s`; VALUE_UNKNOWN chains every fact that it hangs on, each once. Strings and lists are lent from
 * the expression, from what the scope resolved, or taken from `arena`.
 */
struct value cel_eval(const struct cel_expr *expr, const struct cel_scope *scope,
		      struct arena *arena);

#endif
