/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shipped: what must hold of every rule file that comes with stackcheck */
#include "random.h"

/* Calls `each` for every use of every role; tells where it stopped with false. */
static void every_use(const struct small *small,
		      bool (*each)(const struct role *role, const struct use *use))
{
	for (size_t i = 0; i < small->rules.n_deployments; i++) {
		const struct deployment *deployment = &small->rules.deployments[i];

		for (size_t r = 0; r < deployment->n_roles; r++)
			for (size_t u = 0; u < deployment->roles[r].n_uses; u++)
				if (!each(&deployment->roles[r], &deployment->roles[r].uses[u]))
					fail_msg("%s/%s: %s", deployment->name,
						 deployment->roles[r].name,
						 deployment->roles[r].uses[u].need->id);
	}
}

/* --- contradictions --- */

static bool holds_equal(const struct need *list, const struct value *value)
{
	for (uint32_t i = 0; i < list->operand.len; i++)
		if (list->operand.items[i].kind == value->kind &&
		    (value->kind == VALUE_STRING ? value_is(&list->operand.items[i], value->s)
						 : list->operand.items[i].i == value->i))
			return true;
	return false;
}

static bool lists_meet(const struct need *a, const struct need *b)
{
	for (uint32_t i = 0; i < a->operand.len; i++)
		if (holds_equal(b, &a->operand.items[i]))
			return true;
	return false;
}

static bool same_operand(const struct need *a, const struct need *b)
{
	if (a->operand.kind != b->operand.kind)
		return false;
	switch ((enum value_kind)a->operand.kind) {
	case VALUE_BOOL:
		return a->operand.b == b->operand.b;
	case VALUE_STRING:
		return strcmp(a->operand.s, b->operand.s) == 0;
	default:
		return a->operand.i == b->operand.i;
	}
}

/* Can no value meet both? */
static bool exclude_each_other(const struct need *a, const struct need *b)
{
	if (a->kind != NEED_FACT || b->kind != NEED_FACT || strcmp(a->fact, b->fact) != 0)
		return false;
	if (a->op == OP_EQUALS && b->op == OP_EQUALS)
		return !same_operand(a, b);
	if (a->op == OP_EQUALS && b->op == OP_NOT)
		return same_operand(a, b);
	if (a->op == OP_IN && b->op == OP_IN)
		return !lists_meet(a, b);
	if (a->op == OP_IN && b->op == OP_EQUALS)
		return !holds_equal(a, &b->operand);
	if (a->op == OP_NOT_IN && b->op == OP_EQUALS)
		return holds_equal(a, &b->operand);
	if (a->op == OP_ABSENT)
		return b->op == OP_PRESENT || b->op == OP_EQUALS || b->op == OP_MINIMUM ||
		       b->op == OP_IN || b->op == OP_HAS;
	return a->op == OP_MINIMUM && b->op == OP_MAXIMUM && a->operand.kind == VALUE_INT &&
	       a->operand.i > b->operand.i;
}

/* Both asked for always; the parts of "all" too. */
static bool no_part_excludes(const struct need *a, const struct need *b)
{
	if (a->kind == NEED_ALL) {
		for (size_t i = 0; i < a->n_parts; i++)
			if (!no_part_excludes(a->parts[i], b))
				return false;
		return true;
	}
	if (b->kind == NEED_ALL)
		return no_part_excludes(b, a);
	return !exclude_each_other(a, b) && !exclude_each_other(b, a);
}

static bool contradicts_no_other(const struct role *role, const struct use *use)
{
	for (size_t i = 0; i < role->n_uses; i++)
		if (use->weight == WEIGHT_HARD && role->uses[i].weight == WEIGHT_HARD &&
		    !use->when && !role->uses[i].when &&
		    !no_part_excludes(use->need, role->uses[i].need))
			return false;
	return true;
}

static void no_role_asks_for_what_excludes_each_other(void **state)
{
	every_use(*state, contradicts_no_other);
}

/* --- what every role has --- */

static bool says_why_and_where(const struct role *role, const struct use *use)
{
	return role->name && use->why && *use->why && use->n_sources && use->sources[0];
}

static void every_need_says_why_and_where_that_is_written(void **state)
{
	every_use(*state, says_why_and_where);
}

static void every_primary_role_asks_for_hardware_beside_its_architecture(void **state)
{
	const struct small *small = *state;

	for (size_t i = 0; i < small->rules.n_deployments; i++) {
		const struct deployment *deployment = &small->rules.deployments[i];

		for (size_t r = 0; r < deployment->n_roles; r++) {
			const struct role *role = &deployment->roles[r];
			size_t n = 0;

			for (size_t u = 0; u < role->n_uses; u++)
				n += role->uses[u].weight == WEIGHT_HARD &&
				     !role->uses[u].need->deferred &&
				     role->uses[u].need->kind != NEED_CONFIRM &&
				     role->uses[u].need->kind != NEED_NOTE;
			if (role->primary && n < 2)
				fail_msg("%s/%s", deployment->name, role->name);
		}
	}
}

/* --- causes --- */

static void assert_causes(struct judgement *judgement, const struct need *need, enum basis basis)
{
	const struct finding *finding = judge_need(judgement, need, basis);

	if (finding->rule_error)
		fail_msg("%s: %s", need->id, finding->rule_error);
	if (finding->outcome != OUTCOME_UNMET && finding->outcome != OUTCOME_UNKNOWN)
		return;
	/* Of an answer that is no nothing but the answer is the cause. */
	if (finding->blamed->kind == NEED_CONFIRM)
		return;
	if (!finding->n_causes)
		fail_msg("%s: %s without a cause", need->id, outcome_name(finding->outcome));
	for (size_t i = 0; i < finding->n_causes; i++)
		if (!finding->causes[i]->remedy.text || !*finding->causes[i]->remedy.text)
			fail_msg("%s: a cause without a remedy", need->id);
	assert_true(finding->interval.worst <= finding->interval.best);
}

static void assert_all_causes(struct small *small)
{
	for (enum basis basis = 0; basis < N_BASES; basis++) {
		judgement_free(small->judgement);
		small->judgement = judge(&small->rules, small->facts, basis);
		for (size_t i = 0; i < small->rules.n_needs; i++)
			assert_causes(small->judgement, small->rules.needs[i], basis);
		assert_int_equal(small->judgement->n_rule_errors, 0);
	}
}

static void start_without_facts(struct small *small)
{
	judgement_free(small->judgement);
	small->judgement = NULL;
	facts_free(small->facts);
	small->facts = facts_new();
}

static void every_need_has_causes_and_remedies_while_all_is_unknown(void **state)
{
	start_without_facts(*state);
	assert_all_causes(*state);
}

/* Every kernel has a version, and of everything that is counted there is a number. */
static struct value nothing_of(const struct fact_def *def)
{
	if (def->type == FACT_BOOL)
		return value_bool(false);
	if (def->type == FACT_COUNT)
		return value_int(0);
	return strcmp(def->name, "kernel.version") == 0 ? value_string("2.6") : value_null();
}

static void set_nothing(struct facts *facts, const char *name)
{
	const struct fact_def *def = fact_def_of(name, NULL);

	assert_non_null(def);
	assert_int_equal(facts_set_recorded(facts, name, nothing_of(def), NULL), 0);
}

static void every_need_has_causes_and_remedies_on_a_machine_without_anything(void **state)
{
	struct small *small = *state;

	start_without_facts(small);
	for (size_t i = 0; i < fact_defs_count(); i++)
		if (!ends_with(fact_def_at(i)->name, "."))
			set_nothing(small->facts, fact_def_at(i)->name);
	for (size_t i = 0; i < small->rules.n_names; i++)
		set_nothing(small->facts, small->rules.names[i]);
	assert_all_causes(small);
}

/* --- machines by chance --- */

static struct value random_string(struct chance *chance, struct facts *facts,
				  const struct fact_def *def)
{
	static const char *const words[] = { "none",	    "debian", "GenuineIntel",
					     "systemd",	    "kvm",    "ubuntu",
					     "y",	    "m",      "apt",
					     "AuthenticAMD" };
	char *rest = arena_strdup(facts_arena(facts), def->values ? def->values : "");
	const char *word = NULL;
	uint32_t n = 0;

	for (char *one; (one = strsep(&rest, " "));)
		if (*one && below(chance, ++n) == 0)
			word = one;
	return value_string(word ? word : words[below(chance, ARRAY_SIZE(words))]);
}

static struct value random_value(struct chance *chance, struct facts *facts,
				 const struct fact_def *def, bool known);

/* `known` here and in what it holds. */
static struct value random_list(struct chance *chance, struct facts *facts,
				const struct fact_def *def)
{
	struct arena *arena = facts_arena(facts);
	struct list list = { 0 };

	for (uint32_t n = below(chance, 4); n > 0; n--) {
		struct record record = { 0 };

		if (def->type == FACT_STRINGS) {
			list_add(arena, &list, random_string(chance, facts, def));
			continue;
		}
		for (const struct field_def *field = def->fields; field && field->name; field++) {
			const struct fact_def like = { .name = "",
						       .type = field->type,
						       .meaning = field->meaning };

			record_add(arena, &record, field->name,
				   random_value(chance, facts, &like, true));
		}
		list_add(arena, &list, record_value(&record));
	}
	return list_value(&list);
}

/* A field of a record only where its meaning says so. */
static bool may_be_absent(const struct fact_def *def)
{
	if (!*def->name)
		return strstr(def->meaning, "absent") != NULL;
	return def->type != FACT_BOOL && def->type != FACT_COUNT &&
	       strcmp(def->name, "kernel.version") != 0;
}

static struct value random_value(struct chance *chance, struct facts *facts,
				 const struct fact_def *def, bool known)
{
	static const int64_t numbers[] = { 0, 1, 2, 8, 64, INT64_C(16) << 30, INT64_C(1) << 40 };
	/* Only a program can be there without its version being told: the first of these. */
	static const char *const versions[] = { "", "3.10", "5.15.0", "22.04", "9.4" };
	uint32_t first = starts_with(def->name, "software.") ? 0 : 1;

	if (!known)
		return value_unknown(facts_arena(facts), UNKNOWN_PERMISSION, def->name, NULL);
	if (may_be_absent(def) && below(chance, 6) == 0)
		return value_null();
	switch (def->type) {
	case FACT_BOOL:
		return value_bool(below(chance, 2));
	case FACT_COUNT:
	case FACT_SCALAR:
		return value_int(numbers[below(chance, ARRAY_SIZE(numbers))]);
	case FACT_VERSION:
		return value_string(versions[first + below(chance, ARRAY_SIZE(versions) - first)]);
	case FACT_STRINGS:
	case FACT_RECORDS:
		return random_list(chance, facts, def);
	case FACT_STRING:
		return random_string(chance, facts, def);
	case FACT_MAP:
	case N_FACT_TYPES:
		break;
	}
	return value_null();
}

/*
 * Not learnt here: answers, which nobody counts before they are given, and what is installed beside
 * what the kernel has, which by its own rule may move a size across the border that was guessed.
 */
static bool is_left_alone(const struct fact_def *def)
{
	return def->scope == SCOPE_OPERATOR || strcmp(def->name, "memory.installed") == 0;
}

static void set_random(struct chance *chance, struct facts *facts, const char *name,
		       uint32_t unknown_in)
{
	const struct fact_def *def = fact_def_of(name, NULL);
	const struct fact *fact = facts_get(facts, name);

	if (is_left_alone(def) || (fact->recorded && fact->value.kind != VALUE_UNKNOWN))
		return;
	assert_int_equal(
		facts_set_recorded(facts, name,
				   random_value(chance, facts, def, below(chance, unknown_in) == 0),
				   NULL),
		0);
}

/* Every fact that is still unknown gets a value with a chance of one in `in`. */
static void learn_some(struct chance *chance, struct small *small, uint32_t in)
{
	for (size_t i = 0; i < fact_defs_count(); i++)
		if (!ends_with(fact_def_at(i)->name, "."))
			set_random(chance, small->facts, fact_def_at(i)->name, in);
	for (size_t i = 0; i < small->rules.n_names; i++)
		set_random(chance, small->facts, small->rules.names[i], in);
}

static void assert_narrowed(const struct judgement *before, const struct judgement *after)
{
	for (size_t i = 0; i < before->rules->n_deployments; i++) {
		const struct deployment_finding *a = &before->deployments[i];
		const struct deployment_finding *b = &after->deployments[i];

		for (size_t r = 0; r < a->deployment->n_roles; r++) {
			for (size_t u = 0; u < a->roles[r].role->n_uses; u++) {
				struct interval was = a->roles[r].uses[u].interval;
				struct interval is = b->roles[r].uses[u].interval;

				if (is.worst < was.worst || is.best > was.best)
					fail_msg("%s/%s: %s went from %d..%d to %d..%d",
						 a->deployment->name, a->roles[r].role->name,
						 a->roles[r].uses[u].use->need->id, was.worst,
						 was.best, is.worst, is.best);
			}
		}
		assert_true(b->interval.worst >= a->interval.worst);
		assert_true(b->interval.best <= a->interval.best);
	}
}

static void learning_more_of_any_machine_only_narrows(void **state)
{
	struct chance chance = { UINT64_C(0xfeedface) };
	struct small *small = *state;

	for (int i = 0; i < 6; i++) {
		enum basis basis = i % 3 == 2 ? BASIS_NEW : BASIS_RUNNING;

		start_without_facts(small);
		learn_some(&chance, small, 2);
		small->judgement = judge(&small->rules, small->facts, basis);
		for (int k = 0; k < 4; k++) {
			struct judgement *before = small->judgement;

			learn_some(&chance, small, 6);
			small->judgement = judge(&small->rules, small->facts, basis);
			assert_narrowed(before, small->judgement);
			judgement_free(before);
		}
		for (size_t n = 0; n < small->rules.n_needs; n++)
			assert_causes(small->judgement, small->rules.needs[n], basis);
	}
}

#define SHIPPED(test) cmocka_unit_test_setup_teardown(test, small_setup_shipped, small_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SHIPPED(no_role_asks_for_what_excludes_each_other),
		SHIPPED(every_need_says_why_and_where_that_is_written),
		SHIPPED(every_primary_role_asks_for_hardware_beside_its_architecture),
		SHIPPED(every_need_has_causes_and_remedies_while_all_is_unknown),
		SHIPPED(every_need_has_causes_and_remedies_on_a_machine_without_anything),
		SHIPPED(learning_more_of_any_machine_only_narrows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
