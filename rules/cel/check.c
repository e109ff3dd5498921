/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check: names and types, before anything runs (cel-spec doc/langdef.md, "Gradual Type Checking")
 */
#include "cel/internal.h"

#include <errno.h>
#include <string.h>

#include "core/util.h"

struct checker {
	struct cel_tree *tree;
	const struct cel_env *env;
	const char
		*whole; /* the longest dotted name around the one that is looked at; NULL: none */
};

static const struct cel_type *check(struct checker *checker, uint16_t at,
				    const struct cel_local *locals);

const struct cel_type *cel_type(unsigned kind)
{
	static const struct cel_type types[] = {
		[VALUE_NULL] = { .kind = VALUE_NULL },
		[VALUE_BOOL] = { .kind = VALUE_BOOL },
		[VALUE_INT] = { .kind = VALUE_INT },
		[VALUE_UINT] = { .kind = VALUE_UINT },
		[VALUE_DOUBLE] = { .kind = VALUE_DOUBLE },
		[VALUE_STRING] = { .kind = VALUE_STRING },
		[VALUE_BYTES] = { .kind = VALUE_BYTES },
		[VALUE_LIST] = { .kind = VALUE_LIST },
		[VALUE_MAP] = { .kind = VALUE_MAP },
		[VALUE_TYPE] = { .kind = VALUE_TYPE },
		[VALUE_UNKNOWN] = { .kind = CEL_DYN },
		[VALUE_ERROR] = { .kind = CEL_DYN },
		[CEL_DYN] = { .kind = CEL_DYN },
	};

	return &types[kind < ARRAY_SIZE(types) ? kind : CEL_DYN];
}

static const struct cel_type *element_of(const struct cel_type *type)
{
	return type->element ? type->element : cel_type(CEL_DYN);
}

static bool is_number(const struct cel_type *type)
{
	return type->kind == VALUE_INT || type->kind == VALUE_UINT || type->kind == VALUE_DOUBLE;
}

/* The type of what is of either type. */
static const struct cel_type *join(const struct cel_type *a, const struct cel_type *b)
{
	if (a == b || b->kind == VALUE_NULL)
		return a;
	if (a->kind == VALUE_NULL)
		return b;
	return cel_type(a->kind == b->kind ? a->kind : CEL_DYN);
}

static struct cel_node *node_at(const struct checker *checker, uint16_t at)
{
	return &checker->tree->nodes[at];
}

/* What does not fit: refused, or in a dynamic environment left to the evaluation. */
static const struct cel_type *misfit(const struct checker *checker, const struct cel_node *node,
				     const char *message)
{
	if (checker->env->dynamic)
		return cel_type(CEL_DYN);
	cel_fail(checker->tree->err, -EINVAL, node->line, node->column, "%s", message);
	return NULL;
}

/* "cpu.cores (int)", "string" */
static const char *described(const struct checker *checker, uint16_t at,
			     const struct cel_type *type)
{
	const struct cel_node *node = node_at(checker, at);

	if (node->op == CEL_NAME || node->op == CEL_SELECT)
		return arena_printf(checker->tree->arena, "%s (%s)", node->value.s,
				    cel_kind_name(type->kind));
	return cel_kind_name(type->kind);
}

static const struct cel_type *declared(const struct checker *checker, const char *name)
{
	return checker->env->declare ? checker->env->declare(checker->env->ctx, name) : NULL;
}

/* Turns a node into the fact of that name, where there is one. */
static const struct cel_type *name_fact(struct checker *checker, uint16_t at, enum cel_op op,
					const char *name)
{
	const struct cel_type *type = declared(checker, name);
	struct cel_node *node = node_at(checker, at);

	if (!type)
		return NULL;
	/* It stands where its first part does. */
	for (const struct cel_node *part = node; part->kid;
	     node->line = part->line, node->column = part->column)
		part = node_at(checker, part->kid);
	node->op = (uint8_t)op;
	node->kid = 0;
	node->flags = op == CEL_NAME && type->kind == VALUE_LIST ? CEL_LIST_EMPTY : 0;
	node->value = value_string(arena_strdup(checker->tree->arena, name));
	return op == CEL_PRESENT ? cel_type(VALUE_BOOL) : type;
}

static const struct cel_type *name_missing(struct checker *checker, struct cel_node *node)
{
	struct arena *arena = checker->tree->arena;
	const char *name = checker->whole ? checker->whole : node->value.s;
	const char *near =
		checker->env->suggest ? checker->env->suggest(checker->env->ctx, name) : NULL;
	const char *message =
		near ? arena_printf(arena, "there is no '%s'; did you mean %s?", name, near)
		     : arena_printf(arena, "there is no '%s'", name);

	node->op = CEL_UNBOUND;
	node->value = value_string(message);
	return misfit(checker, node, message);
}

static const struct cel_type *check_ident(struct checker *checker, uint16_t at,
					  const struct cel_local *locals)
{
	struct cel_node *node = node_at(checker, at);
	const struct cel_type *type;
	uint8_t up = 0;

	for (; locals && !(node->flags & CEL_ROOTED); locals = locals->up, up++) {
		if (strcmp(locals->name, node->value.s) == 0) {
			node->op = CEL_LOCAL;
			node->arg = up;
			return locals->type;
		}
	}
	type = name_fact(checker, at, CEL_NAME, node->value.s);
	if (type)
		return type;
	if (cel_constant(node->value.s, &node->value)) {
		node->op = CEL_CONST;
		return cel_type(node->value.kind);
	}
	return name_missing(checker, node);
}

static const struct cel_type *field_of(struct checker *checker, const struct cel_node *node,
				       uint16_t operand, const struct cel_type *type,
				       const char *name)
{
	struct arena *arena = checker->tree->arena;
	char *fields;

	if (type->kind == CEL_DYN)
		return cel_type(CEL_DYN);
	if (type->kind != VALUE_MAP)
		return misfit(checker, node,
			      arena_printf(arena, "%s has no field '%s'",
					   described(checker, operand, type), name));
	if (!type->fields)
		return element_of(type);
	for (size_t i = 0; i < type->n_fields; i++)
		if (strcmp(type->fields[i].name, name) == 0)
			return type->fields[i].type;
	fields = arena_strdup(arena, "");
	for (size_t i = 0; i < type->n_fields; i++)
		fields = arena_printf(arena, "%s%s%s", fields, i ? ", " : "", type->fields[i].name);
	return misfit(checker, node,
		      arena_printf(arena, "there is no field '%s'; there are %s", name, fields));
}

/* The operand of a field or an index, whose own name may be shorter than the one around it. */
static const struct cel_type *check_operand(struct checker *checker, uint16_t operand,
					    const struct cel_local *locals, const char *whole)
{
	const char *before = checker->whole;
	const struct cel_type *type;

	if (!before && whole)
		checker->whole = arena_strdup(checker->tree->arena, whole);
	type = check(checker, operand, locals);
	checker->whole = before;
	return type;
}

static const struct cel_type *check_select(struct checker *checker, uint16_t at,
					   const struct cel_local *locals)
{
	struct cel_node *node = node_at(checker, at);
	const struct cel_type *type, *operand;
	char name[CEL_MAX_NAME];
	bool dotted = cel_dotted(checker->tree, at, locals, name);

	type = dotted ? name_fact(checker, at, CEL_NAME, name) : NULL;
	if (type)
		return type;
	operand = check_operand(checker, node->kid, locals, dotted ? name : NULL);
	if (!operand)
		return NULL;
	type = field_of(checker, node, node->kid, operand, node->value.s);
	if (type && type->kind == VALUE_LIST && operand->fields)
		node->flags |= CEL_LIST_EMPTY;
	return type;
}

static const struct cel_type *check_has(struct checker *checker, uint16_t at,
					const struct cel_local *locals)
{
	struct cel_node *node = node_at(checker, at);
	struct cel_node *field = node_at(checker, node->kid);
	const struct cel_type *type;
	char name[CEL_MAX_NAME];
	bool dotted = cel_dotted(checker->tree, node->kid, locals, name);

	type = dotted ? name_fact(checker, at, CEL_PRESENT, name) : NULL;
	if (type)
		return type;
	if (field->op != CEL_SELECT) {
		cel_fail(checker->tree->err, -EINVAL, field->line, field->column,
			 dotted ? "has() of '%s', which is no name"
				: "has() takes a name or a field, as in has(nic.speed)",
			 name);
		return NULL;
	}
	node->value = field->value;
	node->kid = field->kid;
	type = check_operand(checker, node->kid, locals, dotted ? name : NULL);
	if (!type || !field_of(checker, field, node->kid, type, node->value.s))
		return NULL;
	node->flags = type->fields ? CEL_RECORD : 0;
	return cel_type(VALUE_BOOL);
}

static const struct cel_type *check_bools(struct checker *checker, uint16_t at, uint16_t last,
					  const struct cel_local *locals)
{
	static const char *const names[] = {
		[CEL_NOT] = "'!'", [CEL_AND] = "'&&'", [CEL_OR] = "'||'", [CEL_COND] = "'?'"
	};
	const struct cel_node *node = node_at(checker, at);

	for (uint16_t kid = node->kid; kid != last; kid = node_at(checker, kid)->next) {
		const struct cel_type *type = check(checker, kid, locals);

		if (type && type->kind != VALUE_BOOL && type->kind != CEL_DYN)
			type = misfit(checker, node_at(checker, kid),
				      arena_printf(checker->tree->arena, "%s takes bool, not %s",
						   names[node->op], described(checker, kid, type)));
		if (!type)
			return NULL;
	}
	return cel_type(VALUE_BOOL);
}

static const struct cel_type *check_logic(struct checker *checker, uint16_t at,
					  const struct cel_local *locals)
{
	return check_bools(checker, at, 0, locals);
}

static const struct cel_type *check_conditional(struct checker *checker, uint16_t at,
						const struct cel_local *locals)
{
	uint16_t yes = node_at(checker, node_at(checker, at)->kid)->next;
	const struct cel_type *a, *b;

	if (!check_bools(checker, at, yes, locals))
		return NULL;
	a = check(checker, yes, locals);
	b = a ? check(checker, node_at(checker, yes)->next, locals) : NULL;
	return b ? join(a, b) : NULL;
}

/* The operands' common type; of a map's, that of every second one, from the second. */
static const struct cel_type *check_members(struct checker *checker, uint16_t at,
					    const struct cel_local *locals)
{
	const struct cel_node *node = node_at(checker, at);
	struct cel_type *type = arena_alloc(checker->tree->arena, sizeof(*type));
	size_t n = 0;

	type->kind = node->op == CEL_LIST ? VALUE_LIST : VALUE_MAP;
	for (uint16_t kid = node->kid; kid; kid = node_at(checker, kid)->next, n++) {
		const struct cel_type *member = check(checker, kid, locals);

		if (!member)
			return NULL;
		if (node->op == CEL_LIST || n % 2 == 1)
			type->element = type->element ? join(type->element, member) : member;
	}
	return type;
}

/* Hands the operands of version() to a comparison, which then compares versions. */
static void take_versions(struct checker *checker, struct cel_node *node)
{
	for (uint16_t *at = &node->kid; *at; at = &node_at(checker, *at)->next) {
		const struct cel_node *kid = node_at(checker, *at);
		uint16_t next = kid->next;

		if (kid->op != CEL_CALL || kid->arg != CEL_FN_VERSION)
			continue;
		node->flags |= CEL_VERSIONS;
		*at = kid->kid;
		node_at(checker, *at)->next = next;
	}
}

static bool is_comparison(const struct cel_node *node)
{
	return node->arg >= CEL_FN_EQUAL && node->arg <= CEL_FN_GREATER_EQUAL;
}

/* Whether values of the two types can be equal at all. */
static bool comparable(const struct cel_type *a, const struct cel_type *b)
{
	return a->kind == b->kind || a->kind == CEL_DYN || b->kind == CEL_DYN ||
	       a->kind == VALUE_NULL || b->kind == VALUE_NULL || (is_number(a) && is_number(b));
}

static bool takes_version(const struct cel_type *type, bool null)
{
	return type->kind == VALUE_STRING || type->kind == CEL_DYN ||
	       (null && type->kind == VALUE_NULL);
}

/* As texts 5.9 is later than 5.10: whoever orders versions means them as versions. */
static const struct cel_type *check_order(struct checker *checker, const struct cel_node *node,
					  const struct cel_type *const *types)
{
	uint16_t at = node->kid;

	for (size_t i = 0; i < CEL_MAX_ARGS; i++, at = node_at(checker, at)->next)
		if (types[i]->is_version && !(node->flags & CEL_VERSIONS))
			return misfit(checker, node,
				      arena_printf(checker->tree->arena,
						   "%s is a version, and as a text '10' is before "
						   "'9'; compare it with version('…')",
						   described(checker, at, types[i])));
	return cel_type(VALUE_BOOL);
}

static const struct cel_type *check_comparison(struct checker *checker, struct cel_node *node,
					       const struct cel_type *const *types)
{
	uint16_t left = node->kid, right = node_at(checker, left)->next;
	bool equality = node->arg == CEL_FN_EQUAL || node->arg == CEL_FN_NOT_EQUAL;
	const char *with = described(checker, right, types[1]);
	const char *what = described(checker, left, types[0]);

	if (node->flags & CEL_VERSIONS &&
	    (!takes_version(types[0], equality) || !takes_version(types[1], equality)))
		return misfit(checker, node,
			      arena_printf(checker->tree->arena,
					   "a version compares with a string, not %s",
					   takes_version(types[0], equality) ? with : what));
	if (equality && !comparable(types[0], types[1]))
		return misfit(checker, node,
			      arena_printf(checker->tree->arena,
					   "%s and %s are never equal: their types differ", what,
					   with));
	return equality ? cel_type(VALUE_BOOL) : check_order(checker, node, types);
}

static const struct cel_type *check_in(struct checker *checker, struct cel_node *node,
				       const struct cel_type *const *types)
{
	uint16_t right = node_at(checker, node->kid)->next;

	if (types[1]->kind == VALUE_LIST && !comparable(types[0], element_of(types[1])))
		return misfit(checker, node,
			      arena_printf(checker->tree->arena, "%s is never in a list of %s",
					   described(checker, node->kid, types[0]),
					   cel_kind_name(element_of(types[1])->kind)));
	if (types[1]->fields)
		return misfit(checker, node,
			      arena_printf(checker->tree->arena,
					   "%s is a record; ask has(record.field)",
					   described(checker, right, types[1])));
	return cel_type(VALUE_BOOL);
}

static const struct cel_type *check_index(struct checker *checker, struct cel_node *node,
					  const struct cel_type *const *types)
{
	const struct cel_node *key = node_at(checker, node_at(checker, node->kid)->next);

	if (types[0]->kind == VALUE_MAP && key->op == CEL_CONST && key->value.kind == VALUE_STRING)
		return field_of(checker, node, node->kid, types[0], key->value.s);
	return element_of(types[0]);
}

/*
 * A pattern or a version that is written down is looked at now rather than when it is first used.
 */
static const char *literal_fault(const struct checker *checker, const struct cel_node *node)
{
	const struct cel_node *first = node_at(checker, node->kid);
	const struct cel_node *last = node_at(checker, first->next);
	const char *why = NULL;
	size_t work;

	if (node->arg == CEL_FN_MATCHES && last->op == CEL_CONST &&
	    cel_regex_match(last->value.s, last->value.len, "", 0, SIZE_MAX, &work, &why) < 0)
		return arena_printf(checker->tree->arena, "matches(): %s", why);
	for (const struct cel_node *kid = first; node->flags & CEL_VERSIONS;
	     kid = node_at(checker, kid->next)) {
		if (kid->op == CEL_CONST && kid->value.kind == VALUE_STRING &&
		    !cel_version_valid(kid->value.s))
			return arena_printf(checker->tree->arena,
					    "'%s' is no version: it has no number", kid->value.s);
		if (!kid->next)
			break;
	}
	if (node->arg == CEL_FN_VERSION)
		return "version() can only be compared, by == != < <= > >=";
	return NULL;
}

/* Computes what has only constants to work on; false: it goes wrong, `err` says how. */
static bool fold(struct checker *checker, struct cel_node *node)
{
	struct cel_scope scope = { 0 };
	struct cel_eval_state eval = { .nodes = checker->tree->nodes,
				       .scope = &scope,
				       .arena = checker->tree->arena,
				       .steps = CEL_MAX_STEPS };
	struct value args[CEL_MAX_ARGS], result;
	size_t n = 0;

	if (!(cel_functions[node->arg].style & CEL_FOLD))
		return true;
	for (uint16_t kid = node->kid; kid; kid = node_at(checker, kid)->next) {
		if (node_at(checker, kid)->op != CEL_CONST)
			return true;
		args[n++] = node_at(checker, kid)->value;
	}
	result = cel_call(&eval, node, args);
	if (result.kind == VALUE_ERROR && !checker->env->dynamic) {
		error_set(checker->tree->err, -EINVAL, "%s", result.s);
		return false;
	}
	if (result.kind == VALUE_INT || result.kind == VALUE_UINT) {
		node->op = CEL_CONST;
		node->kid = 0;
		node->value = result;
	}
	return true;
}

/* A function's result where operands say more about it than its form does. */
static const struct cel_type *result_type(struct checker *checker, struct cel_node *node,
					  const struct cel_type *const *types, uint8_t kind)
{
	if (is_comparison(node))
		return check_comparison(checker, node, types);
	if (node->arg == CEL_FN_IN)
		return check_in(checker, node, types);
	if (node->arg == CEL_FN_INDEX)
		return check_index(checker, node, types);
	if (node->arg == CEL_FN_ADD && kind == VALUE_LIST)
		return join(types[0], types[1]);
	return cel_type(kind);
}

static const struct cel_type *check_call(struct checker *checker, uint16_t at,
					 const struct cel_local *locals)
{
	struct cel_node *node = node_at(checker, at);
	const struct cel_type *types[CEL_MAX_ARGS] = { cel_type(CEL_DYN), cel_type(CEL_DYN) };
	const struct cel_type *result;
	uint8_t kinds[CEL_MAX_ARGS] = { 0 }, kind = VALUE_BOOL;
	const char *fault;
	size_t n = 0;

	if (is_comparison(node))
		take_versions(checker, node);
	for (uint16_t kid = node->kid; kid; kid = node_at(checker, kid)->next, n++) {
		types[n] = check(checker, kid, locals);
		if (!types[n])
			return NULL;
		kinds[n] = types[n]->kind;
	}
	if (!(node->flags & CEL_VERSIONS) &&
	    !cel_function_takes(&cel_functions[node->arg], kinds, &kind))
		return misfit(checker, node,
			      cel_function_mismatch(checker->tree->arena, &cel_functions[node->arg],
						    kinds));
	result = result_type(checker, node, types, kind);
	fault = result ? literal_fault(checker, node) : NULL;
	if (fault)
		return misfit(checker, node, fault);
	return result && fold(checker, node) ? result : NULL;
}

static const struct cel_type *check_index_name(struct checker *checker, uint16_t at,
					       const struct cel_local *locals)
{
	char name[CEL_MAX_NAME];
	bool dotted = cel_dotted(checker->tree, at, locals, name);
	const struct cel_type *type = dotted ? name_fact(checker, at, CEL_NAME, name) : NULL;
	const char *before = checker->whole;

	if (type)
		return type;
	if (!before && dotted)
		checker->whole = arena_strdup(checker->tree->arena, name);
	type = check_call(checker, at, locals);
	checker->whole = before;
	return type;
}

static const struct cel_type *check_call_or_name(struct checker *checker, uint16_t at,
						 const struct cel_local *locals)
{
	if (node_at(checker, at)->arg == CEL_FN_INDEX)
		return check_index_name(checker, at, locals);
	return check_call(checker, at, locals);
}

/* What a macro's variable is bound to. */
static const struct cel_type *member_of(struct checker *checker, uint16_t range,
					const struct cel_type *type)
{
	if (type->kind == VALUE_LIST)
		return element_of(type);
	if (type->kind == VALUE_MAP)
		return cel_type(type->fields ? VALUE_STRING : CEL_DYN);
	if (type->kind == CEL_DYN)
		return type;
	return misfit(checker, node_at(checker, range),
		      arena_printf(checker->tree->arena, "a list or a map was expected, not %s",
				   described(checker, range, type)));
}

static const struct cel_type *macro_type(const struct checker *checker, const struct cel_node *node,
					 const struct cel_type *range,
					 const struct cel_type *element)
{
	struct cel_type *list;

	if (node->op != CEL_FILTER && node->op != CEL_TRANSFORM)
		return cel_type(VALUE_BOOL);
	if (node->op == CEL_FILTER && range->kind == VALUE_LIST)
		return range;
	list = arena_alloc(checker->tree->arena, sizeof(*list));
	list->kind = VALUE_LIST;
	list->element = element;
	return list;
}

static const struct cel_type *check_macro(struct checker *checker, uint16_t at,
					  const struct cel_local *locals)
{
	struct cel_node *node = node_at(checker, at);
	const struct cel_type *range = check(checker, node->kid, locals), *type = NULL;
	struct cel_local local = { .up = locals, .name = node->value.s };

	local.type = range ? member_of(checker, node->kid, range) : NULL;
	if (!local.type)
		return NULL;
	for (uint16_t kid = node_at(checker, node->kid)->next; kid;
	     kid = node_at(checker, kid)->next) {
		/* All but the last of map() are conditions. */
		bool condition = node->op != CEL_TRANSFORM || node_at(checker, kid)->next;

		type = check(checker, kid, &local);
		if (type && condition && type->kind != VALUE_BOOL && type->kind != CEL_DYN)
			type = misfit(checker, node_at(checker, kid),
				      arena_printf(checker->tree->arena,
						   "a condition was expected, not %s",
						   described(checker, kid, type)));
		if (!type)
			return NULL;
	}
	return macro_type(checker, node, range, node->op == CEL_FILTER ? local.type : type);
}

static const struct cel_type *check_const(struct checker *checker, uint16_t at,
					  const struct cel_local *locals)
{
	(void)locals;
	return cel_type(node_at(checker, at)->value.kind);
}

/* A call of a function that there is not. */
static const struct cel_type *check_unbound(struct checker *checker, uint16_t at,
					    const struct cel_local *locals)
{
	struct cel_node *node = node_at(checker, at);

	(void)locals;
	node->kid = 0;
	return misfit(checker, node, node->value.s);
}

static const struct cel_type *check(struct checker *checker, uint16_t at,
				    const struct cel_local *locals)
{
	static const struct cel_type *(*const checks[N_CEL_OPS])(
		struct checker * checker, uint16_t at, const struct cel_local *locals) = {
		[CEL_CONST] = check_const,	[CEL_IDENT] = check_ident,
		[CEL_UNBOUND] = check_unbound,	[CEL_SELECT] = check_select,
		[CEL_HAS] = check_has,		[CEL_LIST] = check_members,
		[CEL_MAP] = check_members,	[CEL_NOT] = check_logic,
		[CEL_AND] = check_logic,	[CEL_OR] = check_logic,
		[CEL_COND] = check_conditional, [CEL_CALL] = check_call_or_name,
		[CEL_ALL] = check_macro,	[CEL_EXISTS] = check_macro,
		[CEL_EXISTS_ONE] = check_macro, [CEL_TRANSFORM] = check_macro,
		[CEL_FILTER] = check_macro,
	};

	return checks[node_at(checker, at)->op](checker, at, locals);
}

const struct cel_type *cel_check(struct cel_tree *tree, const struct cel_env *env, uint16_t root)
{
	struct checker checker = { .tree = tree, .env = env };

	return check(&checker, root, NULL);
}
