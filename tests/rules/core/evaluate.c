/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * evaluate: counts, expressions, groups and confirmations, on the running system and before there
 * is one
 */
#include "small.h"

#define UNKNOWN "{'unknown': 'permission'}"
#define FAST	"- {count: nics, id: fast, title: fast ports, where: speed >= 10 * Gbps, minimum: 2}"
#define G10	"{'speed': 10000000000}"
#define G1	"{'speed': 1000000000}"
#define DARK	"{'speed': " UNKNOWN "}"

static void a_count_is_decided_where_the_certain_ones_suffice_or_all_would_not(void **state)
{
	static const struct small_case cases[] = {
		{ FAST, "{'nics': [" G10 ", " G10 "]}", "met ready", 0 },
		{ NULL, "{'nics': [" G10 ", " G1 "]}", "unmet no", 0 },
		{ NULL, "{'nics': []}", "unmet no", 0 },
		{ NULL, "{'nics': null}", "unmet no", 0 },
		{ NULL, "{'nics': " UNKNOWN "}", "unknown no..ready", 0 },
		/* Undecided records. */
		{ NULL, "{'nics': [" G10 ", " DARK "]}", "unknown no..ready", 0 },
		{ NULL, "{'nics': [" G10 ", " G10 ", " DARK "]}", "met ready", 0 },
		{ NULL, "{'nics': [" G1 ", " DARK "]}", "unmet no", 0 },
		/* A list that is not known to be complete. */
		{ NULL, "{'nics': [" G10 ", '...']}", "unknown no..ready", 0 },
		{ NULL, "{'nics': [" G10 ", " G10 ", '...']}", "met ready", 0 },
		{ NULL, "{'nics': ['...']}", "unknown no..ready", 0 },
	};

	SMALL_CASES(state, cases);
}

static void a_maximum_of_a_count_is_never_met_by_a_list_with_gaps(void **state)
{
	static const struct small_case cases[] = {
		{ "- {count: nics, id: few, title: few ports, maximum: 1}", "{'nics': [" G1 "]}",
		  "met ready", 0 },
		{ NULL, "{'nics': [" G1 ", '...']}", "unknown no..ready", 0 },
		{ NULL, "{'nics': [" G1 ", " G1 ", '...']}", "unmet no", 0 },
		{ NULL, "{'nics': null}", "met ready", 0 },
	};

	SMALL_CASES(state, cases);
}

static void an_exact_count_is_open_between_its_ends(void **state)
{
	static const struct small_case cases[] = {
		{ "- {count: nics, id: two, title: two, where: speed >= 10 * Gbps, equals: 2}",
		  "{'nics': [" G10 ", " G10 "]}", "met ready", 0 },
		{ NULL, "{'nics': [" G10 ", " DARK "]}", "unknown no..ready", 0 },
		{ NULL, "{'nics': [" DARK "]}", "unmet no", 0 },
		{ NULL, "{'nics': [" G10 ", " G10 ", " G10 ", '...']}", "unmet no", 0 },
	};

	SMALL_CASES(state, cases);
}

static void a_record_without_the_field_does_not_fit(void **state)
{
	static const struct small_case cases[] = {
		{ "- {count: nics, id: fast, title: fast, where: physical && speed > 1, minimum: "
		  "1}",
		  "{'nics': [{'physical': false, 'speed': " UNKNOWN "}]}", "unmet no", 0 },
		{ "- {count: nics, id: held, title: held, where: held_by == null, minimum: 1}",
		  "{'nics': [{'name': 'eth0'}]}", "met ready", 0 },
	};

	SMALL_CASES(state, cases);
}

#define CHECK(text)                                                                             \
	"- {check: \"" text "\", id: c, title: T, diagnosis: [{cause: too-old, remedy: {kind: " \
	"reboot, text: t}}]}"

static void a_check_is_true_false_or_open(void **state)
{
	static const struct small_case cases[] = {
		{ CHECK("kvm.usable || xen.dom0"), "{'kvm.usable': true}", "met ready", 0 },
		{ NULL, "{'kvm.usable': false, 'xen.dom0': false}", "unmet reboot", 0 },
		{ NULL, "{'kvm.usable': false}", "unknown reboot..ready", 0 },
		{ CHECK("has(os.id)"), "{'os.id': null}", "unmet reboot", 0 },
		{ NULL, "{}", "unknown reboot..ready", 0 },
		{ CHECK("os.id == cpu.vendor"), "{}", "unknown reboot..ready", 0 },
		{ CHECK("os.id == null"), "{'os.id': null}", "met ready", 0 },
		{ CHECK("nics.exists(n, n.speed > 1)"), "{'nics': null}", "unmet reboot", 0 },
		{ CHECK("size(nics) == 0"), "{'nics': null}", "met ready", 0 },
	};

	SMALL_CASES(state, cases);
}

static void a_check_that_costs_too_much_is_no_verdict_and_is_counted(void **state)
{
	auto_small struct small small = { 0 };
	const struct finding *finding;
	char text[2048] = "cpu.cores > 0";

	/* Five of eight members each within the other, ten levels deep. */
	for (unsigned i = 0; i < 10; i++) {
		char inner[sizeof(text)];

		memcpy(inner, text, sizeof(inner));
		snprintf(text, sizeof(text), "[1,2,3,4,5].all(v%u, %.1900s)", i, inner);
	}
	small_write(state, &small, PATH(CHECK("%s"), text));
	small_load(state, &small, NULL);
	small_judge(&small, "{'cpu.cores': 4}", BASIS_RUNNING);
	finding = small.judgement->deployments[0].roles[0].uses[2].finding;
	assert_int_equal(finding->outcome, OUTCOME_UNKNOWN);
	assert_non_null(strstr(finding->rule_error, "the step limit is reached"));
	assert_int_equal(small.judgement->n_rule_errors, 1);
}

static void a_mistake_in_a_rule_is_no_verdict_and_is_counted(void **state)
{
	auto_small struct small small = { 0 };
	const struct finding *finding;

	small_write(state, &small, CHECK("1 / (cpu.cores - 4) > 0"));
	small_load(state, &small, NULL);
	small_judge(&small, "{'cpu.cores': 4}", BASIS_RUNNING);
	finding = small.judgement->deployments[0].roles[0].uses[2].finding;
	assert_int_equal(finding->outcome, OUTCOME_UNKNOWN);
	assert_non_null(finding->rule_error);
	assert_int_equal(small.judgement->n_rule_errors, 1);
	/* What is unknown wins over it. */
	small_judge(&small, "{}", BASIS_RUNNING);
	finding = small.judgement->deployments[0].roles[0].uses[2].finding;
	assert_null(finding->rule_error);
	assert_non_null(finding->unknown);
}

#define ANY(a, b) "- {any: [" a ", " b "], id: g, title: G}"
#define ALL(a, b) "- {all: [" a ", " b "], id: g, title: G}"
#define BMC	  "{need: host.bmc, equals: true}"
#define CORES	  "{need: cpu.cores, minimum: 4}"
#define PORT	  "{ports: 80/tcp}"

static void one_alternative_is_enough(void **state)
{
	static const struct small_case cases[] = {
		{ ANY(BMC, PORT), "{'host.bmc': true, 'port.free.80/tcp': false}", "met ready", 0 },
		{ NULL, "{'host.bmc': true}", "met ready", 0 },
		/* The easiest of those that are left. */
		{ NULL, "{'host.bmc': false, 'port.free.80/tcp': false}", "unmet setup", 0 },
		{ NULL, "{'port.free.80/tcp': false}", "unknown setup..ready", 0 },
		{ NULL, "{'host.bmc': false, 'ports': " UNKNOWN "}", "unknown setup..ready", 0 },
	};

	SMALL_CASES(state, cases);
}

static void all_is_as_good_as_its_worst_part(void **state)
{
	static const struct small_case cases[] = {
		{ ALL(BMC, PORT), "{'host.bmc': true, 'port.free.80/tcp': true}", "met ready", 0 },
		{ NULL, "{'host.bmc': true, 'port.free.80/tcp': false}", "unmet setup", 0 },
		{ NULL, "{'host.bmc': false, 'port.free.80/tcp': false}", "unmet no", 0 },
		{ NULL, "{'port.free.80/tcp': false}", "unmet no..setup", 0 },
		{ NULL, "{'port.free.80/tcp': true}", "unknown no..ready", 0 },
	};

	SMALL_CASES(state, cases);
}

static void parts_of_the_system_to_come_are_left_out_of_a_group(void **state)
{
	static const struct small_case cases[] = {
		{ ANY(BMC, PORT), "{'host.bmc': true}", "met ready", BASIS_NEW },
		{ NULL, "{'host.bmc': false}", "deferred ready", BASIS_NEW },
		{ NULL, "{}", "deferred ready", BASIS_NEW },
		{ ALL(BMC, PORT), "{'host.bmc': true}", "met ready", BASIS_NEW },
		{ NULL, "{'host.bmc': false}", "unmet no", BASIS_NEW },
		{ NULL, "{}", "unknown no..ready", BASIS_NEW },
		{ ALL(PORT, "{ports: 81/tcp}"), "{'port.free.80/tcp': false}", "deferred ready",
		  BASIS_NEW },
	};

	SMALL_CASES(state, cases);
}

static void a_group_blames_its_easiest_alternative_and_its_hardest_part(void **state)
{
	auto_small struct small any = { 0 }, all = { 0 };

	small_write(state, &any, ANY(BMC, PORT));
	small_load(state, &any, NULL);
	small_judge(&any, "{'host.bmc': false, 'port.free.80/tcp': false}", BASIS_RUNNING);
	assert_string_equal(any.judgement->deployments[0].roles[0].uses[2].finding->blamed->id,
			    "port.free.80/tcp");
	small_write(state, &all, ALL(BMC, PORT));
	small_load(state, &all, NULL);
	small_judge(&all, "{'host.bmc': false, 'port.free.80/tcp': false}", BASIS_RUNNING);
	assert_string_equal(all.judgement->deployments[0].roles[0].uses[2].finding->blamed->id,
			    "host.bmc");
}

#define CONFIRM "{confirm: may be wiped, id: wipe, fact: os.replaceable, destroys: true}"

static void a_confirmation_counts_only_once_it_is_answered(void **state)
{
	static const struct small_case cases[] = {
		{ "- " CONFIRM, "{}", "to-confirm ready", 0 },
		{ NULL, "{'os.replaceable': true}", "met ready", 0 },
		{ NULL, "{'os.replaceable': false}", "unmet no", 0 },
		{ NULL, "{'os.replaceable': false}", "unmet no", BASIS_NEW },
		{ NULL, "{}", "to-confirm ready", BASIS_NEW },
		{ "- {confirm: someone must know, id: nofact}", "{}", "to-confirm ready", 0 },
		{ NULL, "{'confirm.nofact': false}", "unmet no", 0 },
		{ "- {confirm: better so, id: better, weight: recommended}", "{}",
		  "to-confirm ready", 0 },
		{ NULL, "{'confirm.better': false}", "unmet limited", 0 },
	};

	SMALL_CASES(state, cases);
}

#define FLUSHES "{confirm: it flushes fast, id: flush, fact: disk.fsync_p99, maximum: 10 ms}"

static void a_number_confirms_by_its_limit(void **state)
{
	static const struct small_case cases[] = {
		{ "- " FLUSHES, "{}", "to-confirm ready", 0 },
		{ NULL, "{'disk.fsync_p99': 10000}", "met ready", 0 },
		/* the shipped remedies of a fact that falls short */
		{ NULL, "{'disk.fsync_p99': 10001}", "unmet no", 0 },
		/* where the number is not known the operator may know the answer */
		{ NULL, "{'confirm.flush': true}", "met ready", 0 },
		{ NULL, "{'disk.fsync_p99': 20000, 'confirm.flush': true}", "unmet no", 0 },
	};

	SMALL_CASES(state, cases);
}

static void a_group_that_waits_for_an_answer_alone_is_to_be_confirmed(void **state)
{
	static const struct small_case cases[] = {
		{ ALL(BMC, CONFIRM), "{'host.bmc': true}", "to-confirm ready", 0 },
		{ NULL, "{'host.bmc': false}", "unmet no", 0 },
		{ NULL, "{}", "unknown no..ready", 0 },
		{ NULL, "{'host.bmc': true, 'os.replaceable': true}", "met ready", 0 },
		{ ANY(BMC, CONFIRM), "{'host.bmc': false}", "to-confirm ready", 0 },
		{ NULL, "{'host.bmc': false, 'os.replaceable': false}", "unmet no", 0 },
	};

	SMALL_CASES(state, cases);
}

static void needs_on_the_installed_system_are_deferred_before_there_is_one(void **state)
{
	static const struct small_case cases[] = {
		{ "- {need: kernel.version, minimum: 5.4}", "{'kernel.version': '3.10'}",
		  "deferred ready", BASIS_NEW },
		{ "- {ports: 80/tcp}", "{'port.free.80/tcp': false}", "deferred ready", BASIS_NEW },
		{ "- {need: cpu.cores, minimum: 4}", "{'cpu.cores': 2}", "unmet no", BASIS_NEW },
		{ "- {need: host.bmc, equals: true}", "{'host.bmc': false}", "unmet no",
		  BASIS_NEW },
		{ CHECK("kvm.usable && cpu.smt"), "{'cpu.smt': false}", "deferred ready",
		  BASIS_NEW },
		{ CHECK("cpu.smt"), "{'cpu.smt': false}", "unmet reboot", BASIS_NEW },
	};

	SMALL_CASES(state, cases);
}

static void hardware_says_what_counts_before_there_is_a_system(void **state)
{
	static const struct small_case cases[] = {
		{ "- {check: kvm.usable, hardware: cpu.smt, id: c, title: T, diagnosis: "
		  "[{cause: too-old, remedy: {kind: reboot, text: t}}]}",
		  "{'kvm.usable': false, 'cpu.smt': true}", "met ready", BASIS_NEW },
		{ NULL, "{'kvm.usable': true, 'cpu.smt': false}", "unmet reboot", BASIS_NEW },
		{ NULL, "{'kvm.usable': false, 'cpu.smt': true}", "unmet reboot", 0 },
	};

	SMALL_CASES(state, cases);
}

static void all_disks_are_candidates_for_an_installation(void **state)
{
	static const struct small_case cases[] = {
		{ "- {count: disks, id: free, title: T, where: unused, minimum: 2}",
		  "{'disks': [{'unused': false}, {'unused': true}]}", "unmet no", 0 },
		{ NULL, "{'disks': [{'unused': false}, {'unused': true}]}", "met ready",
		  BASIS_NEW },
		{ NULL, "{'disks': [{'unused': false}]}", "unmet no", BASIS_NEW },
	};

	SMALL_CASES(state, cases);
}

static void a_condition_that_is_open_takes_no_side(void **state)
{
	static const struct small_case cases[] = {
		{ "- {need: cpu.cores, minimum: 4, when: cpu.smt}",
		  "{'cpu.cores': 2, 'cpu.smt': true}", "unmet no", 0 },
		{ NULL, "{'cpu.cores': 2, 'cpu.smt': false}", "not-applicable ready", 0 },
		{ NULL, "{'cpu.cores': 2}", "unknown no..ready", 0 },
		{ NULL, "{'cpu.cores': 4}", "met ready", 0 },
		{ NULL, "{'cpu.smt': true}", "unknown no..ready", 0 },
		{ NULL, "{'cpu.smt': false}", "not-applicable ready", 0 },
		{ NULL, "{}", "unknown no..ready", 0 },
	};

	SMALL_CASES(state, cases);
}

/* What runs now tells nothing of what will run. */
static void a_condition_on_the_installed_system_is_deferred_before_there_is_one(void **state)
{
	static const struct small_case cases[] = {
		{ "- {need: cpu.cores, minimum: 4, when: os.id == 'debian'}",
		  "{'cpu.cores': 2, 'os.id': 'debian'}", "deferred ready", BASIS_NEW },
		{ NULL, "{'cpu.cores': 2, 'os.id': 'fedora'}", "deferred ready", BASIS_NEW },
		{ NULL, "{'cpu.cores': 4, 'os.id': 'fedora'}", "met ready", BASIS_NEW },
		{ NULL, "{'cpu.cores': 2, 'os.id': 'fedora'}", "not-applicable ready", 0 },
		{ "- {need: cpu.cores, minimum: 4, when: cpu.smt && os.id == 'debian'}",
		  "{'cpu.cores': 2, 'cpu.smt': false}", "not-applicable ready", BASIS_NEW },
		{ NULL, "{'cpu.cores': 2, 'cpu.smt': true}", "deferred ready", BASIS_NEW },
		{ NULL, "{'cpu.cores': 2}", "unknown no..ready", BASIS_NEW },
		{ "- {need: cpu.cores, minimum: 4, when: cpu.smt || os.id == 'debian'}",
		  "{'cpu.cores': 2, 'cpu.smt': true}", "unmet no", BASIS_NEW },
	};

	SMALL_CASES(state, cases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_count_is_decided_where_the_certain_ones_suffice_or_all_would_not),
		TEST(a_maximum_of_a_count_is_never_met_by_a_list_with_gaps),
		TEST(an_exact_count_is_open_between_its_ends),
		TEST(a_record_without_the_field_does_not_fit),
		TEST(a_check_is_true_false_or_open),
		TEST(a_check_that_costs_too_much_is_no_verdict_and_is_counted),
		TEST(a_mistake_in_a_rule_is_no_verdict_and_is_counted),
		TEST(one_alternative_is_enough),
		TEST(all_is_as_good_as_its_worst_part),
		TEST(parts_of_the_system_to_come_are_left_out_of_a_group),
		TEST(a_group_blames_its_easiest_alternative_and_its_hardest_part),
		TEST(a_confirmation_counts_only_once_it_is_answered),
		TEST(a_number_confirms_by_its_limit),
		TEST(a_group_that_waits_for_an_answer_alone_is_to_be_confirmed),
		TEST(needs_on_the_installed_system_are_deferred_before_there_is_one),
		TEST(hardware_says_what_counts_before_there_is_a_system),
		TEST(all_disks_are_candidates_for_an_installation),
		TEST(a_condition_that_is_open_takes_no_side),
		TEST(a_condition_on_the_installed_system_is_deferred_before_there_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
