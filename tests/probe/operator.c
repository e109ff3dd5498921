/* SPDX-License-Identifier: GPL-2.0-or-later */
/* operator: what only people can tell stays unknown until they do */
#include <string.h>

#include "fixture.h"

extern const struct probe probe_operator;

static void every_fact_of_the_operator_is_unknown_and_says_who_could_tell(void **state)
{
	struct facts *facts = fixture_run(state, &probe_operator);

	for (size_t i = 0; i < probe_operator.n_facts; i++) {
		const struct fact_def *def = &probe_operator.facts[i];

		assert_int_equal(def->scope, SCOPE_OPERATOR);
		assert_true(starts_with(def->source, "only "));
		if (!ends_with(def->name, "."))
			assert_unknown(facts, def->name, UNKNOWN_UNSUPPORTED);
	}
}

static void an_assumption_answers_for_the_operator(void **state)
{
	struct facts *facts = fixture_run(state, &probe_operator);

	assert_int_equal(
		facts_set_assumed(facts, "identity.uids_synced", value_bool(true), "assumed"), 0);
	probes_derive(facts);
	assert_bool(facts, "identity.uids_synced", true);
}

static void a_volume_group_can_be_asked_for_by_name(void **state)
{
	const char *names[] = { "lvm.vg.cinder-volumes" };
	struct facts *facts = fixture_run_asking(state, &probe_operator, names, 1);

	assert_unknown(facts, "lvm.vg.cinder-volumes", UNKNOWN_UNSUPPORTED);
}

static void a_volume_in_use_shows_its_group(void **state)
{
	const char *names[] = { "lvm.vg.cinder-volumes", "lvm.vg.mapper" };
	struct facts *facts;

	fixture_link(state, "/dev/cinder-volumes/volume-1", "../dm-3");
	fixture_link(state, "/dev/mapper/crypt", "../dm-4");
	fixture_write(state, "/sys/block/dm-3/dm/uuid", "LVM-abc\n");
	fixture_write(state, "/sys/block/dm-4/dm/uuid", "CRYPT-LUKS2-abc\n");
	facts = fixture_run_asking(state, &probe_operator, names, 2);
	assert_bool(facts, "lvm.vg.cinder-volumes", true);
	assert_unknown(facts, "lvm.vg.mapper", UNKNOWN_UNSUPPORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_fact_of_the_operator_is_unknown_and_says_who_could_tell),
		TEST(an_assumption_answers_for_the_operator),
		TEST(a_volume_group_can_be_asked_for_by_name),
		TEST(a_volume_in_use_shows_its_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
