/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * parse: the grammar of cel-spec doc/langdef.md, by recursive descent; 0 is the node of what failed
 */
#include "cel/internal.h"

#include <errno.h>
#include <string.h>

#include "core/util.h"

struct parser {
	struct cel_tree *tree;
	struct cel_lexer lexer;
	struct cel_token token; /* the next one */
	unsigned depth;
};

/* The operands of a node while they are gathered. */
struct kids {
	uint16_t first, last;
	size_t n;
};

static const char *const keywords[] = { "false", "in", "null", "true" };

static const char *const reserved[] = {
	"as",  "break", "const",   "continue",	"else",	  "for", "function", "if",    "import",
	"let", "loop",	"package", "namespace", "return", "var", "void",     "while",
};

/* Binary operators by precedence, loosest first; those of a row go from left to right. */
static const struct {
	const char *text;
	uint8_t function;
} operators[][8] = {
	{ { "==", CEL_FN_EQUAL },
	  { "!=", CEL_FN_NOT_EQUAL },
	  { "<", CEL_FN_LESS },
	  { "<=", CEL_FN_LESS_EQUAL },
	  { ">", CEL_FN_GREATER },
	  { ">=", CEL_FN_GREATER_EQUAL },
	  { "in", CEL_FN_IN } },
	{ { "+", CEL_FN_ADD }, { "-", CEL_FN_SUBTRACT } },
	{ { "*", CEL_FN_MULTIPLY }, { "/", CEL_FN_DIVIDE }, { "%", CEL_FN_MODULO } },
};

/* Methods that take a variable and expressions over it. */
static const struct {
	const char *name;
	uint8_t op;
	uint8_t n_args;
} macros[] = {
	{ "all", CEL_ALL, 2 },
	{ "exists", CEL_EXISTS, 2 },
	{ "exists_one", CEL_EXISTS_ONE, 2 },
	{ "existsOne", CEL_EXISTS_ONE, 2 },
	{ "filter", CEL_FILTER, 2 },
	{ "map", CEL_TRANSFORM, 2 },
	{ "map", CEL_TRANSFORM, 3 },
};

static uint16_t parse_expr(struct parser *parser);
static uint16_t parse_unary(struct parser *parser);

static uint16_t fail_at(struct parser *parser, int code, const struct cel_token *token,
			const char *message)
{
	cel_fail(parser->tree->err, code, token->line, token->column, "%s", message);
	return 0;
}

/* "<what> was expected, not 'x'" */
static uint16_t expected(struct parser *parser, const char *what)
{
	const struct cel_token *token = &parser->token;

	if (token->kind == CEL_TOKEN_END)
		cel_fail(parser->tree->err, -EINVAL, token->line, token->column,
			 "%s was expected, but the expression ends", what);
	else
		cel_fail(parser->tree->err, -EINVAL, token->line, token->column,
			 "%s was expected, not %.*s", what,
			 (int)(token->len < 40 ? token->len : 40), token->text);
	return 0;
}

static bool next(struct parser *parser)
{
	return cel_lex(&parser->lexer, &parser->token) >= 0;
}

static bool is(const struct parser *parser, const char *text)
{
	return cel_token_is(&parser->token, text);
}

static bool is_one_of(const struct cel_token *token, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (cel_token_is(token, words[i]))
			return true;
	return false;
}

/* Moves over `text`, which must be next. */
static bool expect(struct parser *parser, const char *text)
{
	char quoted[16];

	if (is(parser, text))
		return next(parser);
	snprintf(quoted, sizeof(quoted), "'%s'", text);
	expected(parser, quoted);
	return false;
}

static uint16_t node_new(struct parser *parser, const struct cel_token *token, enum cel_op op,
			 uint16_t kid)
{
	struct cel_tree *tree = parser->tree;

	if (tree->n_nodes > CEL_MAX_NODES)
		return fail_at(parser, -E2BIG, token,
			       "the expression has more than 1024 parts; make it several");
	if (tree->n_nodes == tree->size) {
		struct cel_node *nodes = arena_alloc(tree->arena, tree->size * 2 * sizeof(*nodes));

		memcpy(nodes, tree->nodes, tree->n_nodes * sizeof(*nodes));
		tree->nodes = nodes;
		tree->size *= 2;
	}
	tree->nodes[tree->n_nodes] = (struct cel_node){
		.op = (uint8_t)op, .kid = kid, .line = token->line, .column = token->column
	};
	return (uint16_t)tree->n_nodes++;
}

static void kids_add(struct parser *parser, struct kids *kids, uint16_t kid)
{
	if (kids->last)
		parser->tree->nodes[kids->last].next = kid;
	else
		kids->first = kid;
	kids->last = kid;
	kids->n++;
}

static struct value word_value(struct parser *parser, const struct cel_token *token)
{
	if (token->kind == CEL_TOKEN_QUOTED)
		return token->value;
	return value_string(arena_strndup(parser->tree->arena, token->text, token->len));
}

/* Counts into brackets, calls, unary operators and conditionals. */
static bool enter(struct parser *parser)
{
	if (++parser->depth <= CEL_MAX_DEPTH)
		return true;
	fail_at(parser, -E2BIG, &parser->token,
		"the expression nests more than 64 levels; make it several");
	return false;
}

/* Expressions with commas between them, up to `close`; with `pairs`, key: value. */
static bool parse_list(struct parser *parser, const char *close, bool pairs, bool trailing,
		       struct kids *kids)
{
	bool more = !is(parser, close);

	/* Nothing but a comma, which the grammar lets stand behind no member as well as behind the last. */
	if (trailing && is(parser, ",")) {
		if (!next(parser))
			return false;
		more = false;
	}
	while (more) {
		uint16_t kid = parse_expr(parser);

		if (!kid)
			return false;
		kids_add(parser, kids, kid);
		if (pairs && kids->n % 2 == 1) {
			if (!expect(parser, ":"))
				return false;
			continue;
		}
		more = is(parser, ",");
		if (more && !next(parser))
			return false;
		if (trailing && is(parser, close))
			more = false;
	}
	if (is(parser, close))
		return next(parser);
	expected(parser, *close == ')'	 ? "',' or ')'"
			 : *close == ']' ? "',' or ']'"
					 : "',' or '}'");
	return false;
}

static uint16_t parse_aggregate(struct parser *parser, enum cel_op op, const char *close)
{
	struct cel_token start = parser->token;
	struct kids kids = { 0 };

	if (!enter(parser) || !next(parser) ||
	    !parse_list(parser, close, op == CEL_MAP, true, &kids))
		return 0;
	parser->depth--;
	return node_new(parser, &start, op, kids.first);
}

/* A call's node: a function, or in a dynamic environment the error that there is none. */
static uint16_t call_new(struct parser *parser, const struct cel_token *name, unsigned style,
			 const struct kids *kids)
{
	struct value word = word_value(parser, name);
	int function = cel_function_find(word.s, style, kids->n);
	uint16_t node;

	node = node_new(parser, name, function < 0 ? CEL_UNBOUND : CEL_CALL, kids->first);
	if (!node)
		return 0;
	if (function >= 0)
		parser->tree->nodes[node].arg = (uint8_t)function;
	else
		parser->tree->nodes[node].value = value_string(
			cel_function_missing(parser->tree->arena, word.s, style, kids->n));
	return node;
}

/*
 * range.name(variable, …): the node's value is the variable, its kids the range and the
 * expressions.
 */
static uint16_t macro_new(struct parser *parser, const struct cel_token *name, uint8_t op,
			  const struct kids *kids)
{
	struct cel_node *nodes = parser->tree->nodes;
	uint16_t variable = nodes[kids->first].next;
	uint16_t node;

	if (nodes[variable].op != CEL_IDENT || nodes[variable].flags) {
		cel_fail(parser->tree->err, -EINVAL, nodes[variable].line, nodes[variable].column,
			 "%.*s() takes the name of its variable first, as in nics.%.*s(nic, …)",
			 (int)name->len, name->text, (int)name->len, name->text);
		return 0;
	}
	nodes[kids->first].next = nodes[variable].next;
	node = node_new(parser, name, op, kids->first);
	if (node)
		parser->tree->nodes[node].value = parser->tree->nodes[variable].value;
	return node;
}

static uint16_t parse_method(struct parser *parser, const struct cel_token *name, uint16_t receiver)
{
	struct kids kids = { 0 };

	kids_add(parser, &kids, receiver);
	if (!enter(parser) || !next(parser) || !parse_list(parser, ")", false, false, &kids))
		return 0;
	parser->depth--;
	for (size_t i = 0; i < ARRAY_SIZE(macros); i++)
		if (cel_token_is(name, macros[i].name) && kids.n == macros[i].n_args + (size_t)1)
			return macro_new(parser, name, macros[i].op, &kids);
	return call_new(parser, name, CEL_METHOD, &kids);
}

static uint16_t parse_global(struct parser *parser, const struct cel_token *name)
{
	struct kids kids = { 0 };

	if (!enter(parser) || !next(parser) || !parse_list(parser, ")", false, false, &kids))
		return 0;
	parser->depth--;
	if (!cel_token_is(name, "has"))
		return call_new(parser, name, CEL_GLOBAL, &kids);
	if (kids.n != 1)
		return fail_at(parser, -EINVAL, name, "has() takes one name or field");
	return node_new(parser, name, CEL_HAS, kids.first);
}

/* A name or a call, with a leading dot or without. */
static uint16_t parse_name(struct parser *parser)
{
	bool rooted = is(parser, ".");
	struct cel_token name;
	uint16_t node;

	if (rooted && !next(parser))
		return 0;
	name = parser->token;
	if (name.kind != CEL_TOKEN_IDENT || is_one_of(&name, keywords, ARRAY_SIZE(keywords)))
		return expected(parser, rooted ? "a name" : "a value");
	if (is_one_of(&name, reserved, ARRAY_SIZE(reserved)))
		return expected(parser, "a name that is not reserved");
	if (!next(parser))
		return 0;
	if (is(parser, "("))
		return parse_global(parser, &name);
	node = node_new(parser, &name, CEL_IDENT, 0);
	if (node) {
		parser->tree->nodes[node].value = word_value(parser, &name);
		parser->tree->nodes[node].flags = rooted ? CEL_ROOTED : 0;
	}
	return node;
}

/* An int's magnitude has one more below zero than above. */
static bool apply_sign(struct value *value, bool negative)
{
	uint64_t most = (uint64_t)INT64_MAX + negative;

	if (value->kind == VALUE_DOUBLE) {
		value->d = negative ? -value->d : value->d;
		return true;
	}
	if (value->kind != VALUE_INT)
		return true;
	if (value->u > most)
		return false;
	value->i = negative ? (int64_t)(0 - value->u) : (int64_t)value->u;
	return true;
}

static uint16_t parse_literal(struct parser *parser, bool negative)
{
	struct cel_token token = parser->token;
	uint16_t node;

	if (!apply_sign(&token.value, negative))
		return fail_at(parser, -EINVAL, &token,
			       "the number is larger than an int holds; a uint ends in u");
	if (!next(parser))
		return 0;
	node = node_new(parser, &token, CEL_CONST, 0);
	if (node)
		parser->tree->nodes[node].value = token.value;
	return node;
}

static uint16_t parse_keyword(struct parser *parser, struct value value)
{
	struct cel_token token = parser->token;
	uint16_t node;

	if (!next(parser))
		return 0;
	node = node_new(parser, &token, CEL_CONST, 0);
	if (node)
		parser->tree->nodes[node].value = value;
	return node;
}

static uint16_t parse_bracketed(struct parser *parser)
{
	uint16_t node;

	if (!enter(parser) || !next(parser))
		return 0;
	node = parse_expr(parser);
	parser->depth--;
	return node && expect(parser, ")") ? node : 0;
}

static uint16_t parse_primary(struct parser *parser)
{
	if (parser->token.kind == CEL_TOKEN_LITERAL)
		return parse_literal(parser, false);
	if (is(parser, "("))
		return parse_bracketed(parser);
	if (is(parser, "["))
		return parse_aggregate(parser, CEL_LIST, "]");
	if (is(parser, "{"))
		return parse_aggregate(parser, CEL_MAP, "}");
	if (is(parser, "true") || is(parser, "false"))
		return parse_keyword(parser, value_bool(is(parser, "true")));
	if (is(parser, "null"))
		return parse_keyword(parser, value_null());
	if (parser->token.kind == CEL_TOKEN_IDENT || is(parser, "."))
		return parse_name(parser);
	return expected(parser, "a value");
}

static uint16_t parse_select(struct parser *parser, uint16_t operand)
{
	struct cel_token name;
	uint16_t node;

	if (!next(parser))
		return 0;
	name = parser->token;
	if (name.kind != CEL_TOKEN_QUOTED &&
	    (name.kind != CEL_TOKEN_IDENT || is_one_of(&name, keywords, ARRAY_SIZE(keywords))))
		return expected(parser, "the name of a field");
	if (!next(parser))
		return 0;
	if (is(parser, "(") && name.kind == CEL_TOKEN_IDENT)
		return parse_method(parser, &name, operand);
	node = node_new(parser, &name, CEL_SELECT, operand);
	if (node)
		parser->tree->nodes[node].value = word_value(parser, &name);
	return node;
}

static uint16_t parse_index(struct parser *parser, uint16_t operand)
{
	struct cel_token start = parser->token;
	struct kids kids = { 0 };
	uint16_t key, node;

	if (!enter(parser) || !next(parser))
		return 0;
	key = parse_expr(parser);
	parser->depth--;
	if (!key || !expect(parser, "]"))
		return 0;
	kids_add(parser, &kids, operand);
	kids_add(parser, &kids, key);
	node = node_new(parser, &start, CEL_CALL, kids.first);
	if (node)
		parser->tree->nodes[node].arg = CEL_FN_INDEX;
	return node;
}

static uint16_t parse_member(struct parser *parser, uint16_t node)
{
	while (node) {
		if (is(parser, "."))
			node = parse_select(parser, node);
		else if (is(parser, "["))
			node = parse_index(parser, node);
		else
			break;
	}
	return node;
}

static uint16_t parse_negative(struct parser *parser, const struct cel_token *sign)
{
	uint16_t node;

	if (parser->token.kind == CEL_TOKEN_LITERAL &&
	    (parser->token.value.kind == VALUE_INT || parser->token.value.kind == VALUE_DOUBLE))
		return parse_member(parser, parse_literal(parser, true));
	node = parse_unary(parser);
	node = node ? node_new(parser, sign, CEL_CALL, node) : 0;
	if (node)
		parser->tree->nodes[node].arg = CEL_FN_NEGATE;
	return node;
}

static uint16_t parse_unary(struct parser *parser)
{
	struct cel_token sign = parser->token;
	uint16_t node;

	if (!is(parser, "!") && !is(parser, "-"))
		return parse_member(parser, parse_primary(parser));
	if (!enter(parser) || !next(parser))
		return 0;
	if (cel_token_is(&sign, "-")) {
		node = parse_negative(parser, &sign);
	} else {
		node = parse_unary(parser);
		node = node ? node_new(parser, &sign, CEL_NOT, node) : 0;
	}
	parser->depth--;
	return node;
}

/* The function of the operator that is next and of that precedence; -1: none is. */
static int operator_next(const struct parser *parser, size_t level)
{
	for (size_t i = 0; i < ARRAY_SIZE(operators[level]) && operators[level][i].text; i++)
		if (is(parser, operators[level][i].text))
			return operators[level][i].function;
	return -1;
}

static uint16_t parse_binary(struct parser *parser, size_t level)
{
	uint16_t left, right;
	int function;

	if (level == ARRAY_SIZE(operators))
		return parse_unary(parser);
	left = parse_binary(parser, level + 1);
	while (left && (function = operator_next(parser, level)) >= 0) {
		struct cel_token sign = parser->token;

		if (!next(parser))
			return 0;
		right = parse_binary(parser, level + 1);
		if (!right)
			return 0;
		parser->tree->nodes[left].next = right;
		left = node_new(parser, &sign, CEL_CALL, left);
		if (left)
			parser->tree->nodes[left].arg = (uint8_t)function;
	}
	return left;
}

/* && and || take as many operands as are in a row, so that a long row is not a deep tree. */
static uint16_t parse_logic(struct parser *parser, enum cel_op op)
{
	struct cel_token sign = { 0 };
	struct kids kids = { 0 };

	for (;;) {
		uint16_t kid =
			op == CEL_OR ? parse_logic(parser, CEL_AND) : parse_binary(parser, 0);

		if (!kid)
			return 0;
		kids_add(parser, &kids, kid);
		if (!is(parser, op == CEL_OR ? "||" : "&&"))
			break;
		if (kids.n == 1)
			sign = parser->token;
		if (!next(parser))
			return 0;
	}
	return kids.n == 1 ? kids.first : node_new(parser, &sign, op, kids.first);
}

static uint16_t parse_conditional(struct parser *parser, uint16_t condition)
{
	struct cel_token sign = parser->token;
	struct kids kids = { 0 };
	uint16_t kid;

	kids_add(parser, &kids, condition);
	if (!enter(parser) || !next(parser))
		return 0;
	kid = parse_logic(parser, CEL_OR);
	if (!kid || !expect(parser, ":"))
		return 0;
	kids_add(parser, &kids, kid);
	kid = parse_expr(parser);
	if (!kid)
		return 0;
	kids_add(parser, &kids, kid);
	parser->depth--;
	return node_new(parser, &sign, CEL_COND, kids.first);
}

static uint16_t parse_expr(struct parser *parser)
{
	uint16_t node = parse_logic(parser, CEL_OR);

	return node && is(parser, "?") ? parse_conditional(parser, node) : node;
}

/* What cannot be an expression at all: too long, or not text. */
static bool text_fits(struct parser *parser, const char *text, size_t len)
{
	if (len > CEL_MAX_TEXT)
		return fail_at(parser, -E2BIG, &parser->token,
			       "the expression is longer than 8192 bytes; make it several");
	if (!cel_utf8_valid(text, len))
		return fail_at(parser, -EINVAL, &parser->token, "the expression is not UTF-8");
	return true;
}

uint16_t cel_parse(struct cel_tree *tree, const char *text, size_t len)
{
	struct parser parser = {
		.tree = tree,
		.lexer = { .arena = tree->arena,
			   .err = tree->err,
			   .at = text,
			   .end = text + len,
			   .line = 1,
			   .column = 1 },
		.token = { .line = 1, .column = 1 },
	};
	uint16_t root;

	if (!text_fits(&parser, text, len))
		return 0;
	tree->size = 32;
	tree->nodes = arena_alloc(tree->arena, tree->size * sizeof(*tree->nodes));
	tree->n_nodes = 1;
	parser.lexer.scratch = arena_alloc(tree->arena, len + 1);
	if (!next(&parser))
		return 0;
	root = parse_expr(&parser);
	if (root && parser.token.kind != CEL_TOKEN_END)
		return expected(&parser, "an operator or the end");
	return root;
}
