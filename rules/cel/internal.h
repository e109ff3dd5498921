/* SPDX-License-Identifier: GPL-2.0-or-later */
/* internal: what the parts of the expression engine share with each other and with nobody else */
#ifndef STACKCHECK_CEL_INTERNAL_H
#define STACKCHECK_CEL_INTERNAL_H

#include "cel/cel.h"
#include "cel/version.h"

/* Sets `err` to "<line>:<column>: <sentence>" and returns `code`. */
int cel_fail(struct error *err, int code, unsigned line, unsigned column, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* lex.c */
enum cel_token_kind {
	CEL_TOKEN_END,
	CEL_TOKEN_IDENT, /* also keywords and reserved words */
	CEL_TOKEN_QUOTED, /* a field in backquotes */
	CEL_TOKEN_LITERAL, /* an int's value is its magnitude, as uint */
	CEL_TOKEN_SYMBOL,
};

struct cel_token {
	enum cel_token_kind kind;
	const char *text;
	size_t len;
	uint16_t line, column;
	struct value value;
};

struct cel_lexer {
	struct arena *arena;
	struct error *err;
	const char *at, *end;
	char *scratch; /* as large as the text: no escape is longer as bytes than as text */
	uint16_t line, column;
};

int cel_lex(struct cel_lexer *lexer, struct cel_token *ret);
bool cel_token_is(const struct cel_token *token, const char *text);

/* literal.c: the token of a string or bytes literal whose prefix and quote stand at the lexer. */
int cel_lex_string(struct cel_lexer *lexer, struct cel_token *ret);
int cel_lex_number(struct cel_lexer *lexer, struct cel_token *ret);

/* utf8.c */
/* The code point at `text`, and its bytes (from 1); -1 where it is no UTF-8. */
int cel_utf8_decode(const char *text, size_t len, size_t *ret_bytes);
/* Up to 4 bytes; returns how many. */
size_t cel_utf8_encode(uint32_t code, char *ret);
size_t cel_utf8_length(const char *text, size_t len);
bool cel_utf8_valid(const char *text, size_t len);

/* number.c: as in the C locale, whatever the process has set. -EINVAL, -ERANGE. */
int cel_parse_double(const char *text, double *ret);
char *cel_print_double(struct arena *arena, double number);

/* parse.c: a tree in which node 0 stands for none; CEL_IDENT and has() are not resolved yet. */
struct cel_tree {
	struct arena *arena;
	struct error *err;
	struct cel_node *nodes;
	size_t n_nodes, size;
};

/* Returns the root; 0: `err` says why not. */
uint16_t cel_parse(struct cel_tree *tree, const char *text, size_t len);

/* check.c: resolves names, checks and notes types, in place. NULL: `err` says why not. */
const struct cel_type *cel_check(struct cel_tree *tree, const struct cel_env *env, uint16_t root);

/* names.c */
struct cel_local {
	const struct cel_local *up;
	const char *name;
	const struct cel_type *type;
};

/* The dotted name that a node spells; false where it spells none, or a macro's variable. */
bool cel_dotted(const struct cel_tree *tree, uint16_t at, const struct cel_local *locals,
		char ret[CEL_MAX_NAME]);
/* A constant of the language or ours: type denotations and units. */
bool cel_constant(const char *name, struct value *ret);

/* functions.c */
enum {
	CEL_OPERATOR = 1,
	CEL_GLOBAL = 2, /* f(x) */
	CEL_METHOD = 4, /* x.f() */
	CEL_FOLD = 8, /* of constants: computed when compiled */
};

struct cel_eval_state;

struct cel_function {
	const char *name;
	unsigned style;
	const char *forms;
	struct value (*call)(struct cel_eval_state *eval, const struct cel_node *node,
			     const struct value *args);
};

#define CEL_MAX_ARGS 2

extern const struct cel_function cel_functions[N_CEL_FUNCTIONS];

size_t cel_function_args(const struct cel_function *function);
/* -1: no function of that name, style and number of operands. */
int cel_function_find(const char *name, unsigned style, size_t n_args);
/*
 * True where some form takes these kinds; *ret_kind is the result's, CEL_DYN where it hangs on
 * CEL_DYN.
 */
bool cel_function_takes(const struct cel_function *function, const uint8_t *kinds,
			uint8_t *ret_kind);
/* "size() takes (string) or (list), not (int)" */
const char *cel_function_mismatch(struct arena *arena, const struct cel_function *function,
				  const uint8_t *kinds);
/* "there is no function 'siz'; did you mean size?" */
const char *cel_function_missing(struct arena *arena, const char *name, unsigned style,
				 size_t n_args);

/* eval.c */
struct cel_frame {
	const struct cel_frame *up;
	struct value value;
};

struct cel_eval_state {
	const struct cel_node *nodes;
	const struct cel_scope *scope;
	struct arena *arena;
	uint32_t steps; /* left */
};

struct value cel_run(struct cel_eval_state *eval, const struct cel_node *node,
		     const struct cel_frame *frame);
struct value cel_run_macro(struct cel_eval_state *eval, const struct cel_node *node,
			   const struct cel_frame *frame);
/* Calls with operands that are neither unknown nor error, whose kinds it checks. */
struct value cel_call(struct cel_eval_state *eval, const struct cel_node *node,
		      const struct value *args);
struct value cel_value_error(struct cel_eval_state *eval, const struct cel_node *node,
			     const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Whether an unknown that this node gave can only become a value, never an error. */
bool cel_settled(struct cel_eval_state *eval, const struct cel_node *node,
		 const struct cel_frame *frame);
/* Takes the steps that work on `bytes` of memory costs; false: there are too few left. */
bool cel_charge(struct cel_eval_state *eval, size_t bytes);

/* unknown.c */
/* Both chains in one, each fact once. */
struct value cel_unknown_merge(struct arena *arena, const struct value *a, const struct value *b);
/* What follows when neither `a` nor `b` decides: unknown before error before whatever `a` is. */
struct value cel_undecided(struct arena *arena, const struct value *a, const struct value *b);
/* `worst` with the unknown members of a list, which win over an error wherever they stand. */
struct value cel_worst_member(struct cel_eval_state *eval, const struct value *worst,
			      const struct value *list);
/*
 * The unknown that a partial list makes, and that of its unknown members. `node` computed the list.
 */
struct value cel_incomplete(struct cel_eval_state *eval, const struct cel_node *node,
			    const struct value *list);

/* compare.c */
enum cel_order { CEL_ORDER_LESS = -1, CEL_ORDER_SAME, CEL_ORDER_MORE, CEL_ORDER_NONE };

/* Numbers, strings, bytes or bools; CEL_ORDER_NONE: NaN is among them. */
enum cel_order cel_compare(const struct value *a, const struct value *b);
/* A bool, or unknown where members decide it that are not known. */
struct value cel_equal(struct cel_eval_state *eval, const struct cel_node *node,
		       const struct value *a, const struct value *b);
/* The entry of a key that is no unknown; NULL: none. */
const struct value_entry *cel_entry(struct cel_eval_state *eval, const struct value *map,
				    const struct value *key);

/*
 * regex.c: 1 where the pattern matches in the text, or 0. -EINVAL, or -E2BIG where that takes more
 * than `most_work`, with what is wrong in *ret_why. *ret_work is the work that was done, in any case.
 */
int cel_regex_match(const char *pattern, size_t pattern_len, const char *text, size_t len,
		    size_t most_work, size_t *ret_work, const char **ret_why);

/* The functions of functions.def. */
#define CEL_FUNCTION(id, name, style, forms, function)                                  \
	struct value function(struct cel_eval_state *eval, const struct cel_node *node, \
			      const struct value *args);
#include "cel/functions.def"
#undef CEL_FUNCTION

#endif
