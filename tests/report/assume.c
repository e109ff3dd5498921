/* SPDX-License-Identifier: GPL-2.0-or-later */
/* assume: what the operator states, in each type of fact, and what he cannot mean */
#include "../fixture.h"

#include <errno.h>
#include <string.h>

#include "assume.h"

static struct facts *assumed(const char *assignment)
{
	struct facts *facts = facts_new();
	struct error err = { 0 };

	if (assume(facts, assignment, &err) < 0)
		fail_msg("%s: %s", assignment, err.text);
	return facts;
}

static void every_type_of_fact_can_be_stated(void **state)
{
	struct facts *facts;

	(void)state;
	facts = assumed("cpu.smt=true");
	assert_bool(facts, "cpu.smt", true);
	facts_free(facts);
	facts = assumed("memory.total=64GiB");
	assert_count(facts, "memory.total", INT64_C(64) << 30);
	facts_free(facts);
	facts = assumed("nic.speed=25 Gbit/s");
	assert_count(facts, "nic.speed", INT64_C(25000000000));
	facts_free(facts);
	facts = assumed("os.id=a=b");
	assert_text(facts, "os.id", "a=b");
	facts_free(facts);
	facts = assumed("os.id=absent");
	assert_absent(facts, "os.id");
	facts_free(facts);
	facts = assumed("cpu.features=aes, avx2,");
	assert_list(facts, "cpu.features", "aes avx2");
	facts_free(facts);
	facts = assumed("kernel.sysctl.vm.swappiness=60");
	assert_count(facts, "kernel.sysctl.vm.swappiness", 60);
	facts_free(facts);
	facts = assumed("nics=[{\"speed\": 10000000000}, {}]");
	assert_field(facts, "nics", 0, "speed", "10000000000");
	/* What was not said of a record is not known. */
	assert_field(facts, "nics", 0, "physical", "unknown:not-recorded");
	facts_free(facts);
	facts = assumed("kernel.config={\"KVM\": \"m\"}");
	assert_text(facts, "kernel.config.KVM", "m");
	facts_free(facts);
}

static void what_cannot_be_meant_is_refused_in_words(void **state)
{
	static const struct {
		const char *assignment, *message;
	} cases[] = {
		{ "cpu.smt", "expected FACT=VALUE" },
		{ "=true", "expected FACT=VALUE" },
		{ "cpu.smtt=true", "there is no fact 'cpu.smtt'; did you mean 'cpu.smt'?" },
		{ "cpu.smt=yes", "expected true or false, not 'yes'" },
		{ "cpu.smt=absent", "expected true or false" },
		{ "cpu.cores=four", "'four' is not a number" },
		{ "cpu.cores=4 GB", "'GB' is not a unit" },
		{ "memory.total=8 Gbps", "'Gbps' is not a unit" },
		{ "cgroup.version=v3", "'v3' is none of: v1 hybrid v2" },
		{ "nics=two", "expected JSON" },
		{ "nics={}", "expected a JSON array of objects" },
		{ "nics=[1]", "nics: " },
		{ "nics=[{\"speed\": \"fast\"}]", "nics: " },
		{ "kernel.config=[]", "expected a JSON object" },
		{ "port.free.=true", "there is no fact 'port.free.'" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		auto_facts struct facts *facts = facts_new();
		struct error err = { 0 };

		assert_int_equal(assume(facts, cases[i].assignment, &err), -EINVAL);
		if (!strstr(err.text, cases[i].message))
			fail_msg("%s: %s", cases[i].assignment, err.text);
	}
}

static void what_is_assumed_stays_whatever_is_found(void **state)
{
	struct facts *facts = assumed("cpu.cores=64");

	(void)state;
	facts_set_int(facts, "cpu.cores", 4, "/proc/cpuinfo");
	assert_count(facts, "cpu.cores", 64);
	assert_true(facts_get(facts, "cpu.cores")->assumed);
	facts_free(facts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_of_fact_can_be_stated),
		cmocka_unit_test(what_cannot_be_meant_is_refused_in_words),
		cmocka_unit_test(what_is_assumed_stays_whatever_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
