/* SPDX-License-Identifier: GPL-2.0-or-later */
/* time: a kept clock, a clock that nobody keeps, and one that a hypervisor may keep */
#include <sys/timex.h>

#include "core/text.h"
#include "fixture.h"

extern const struct probe probe_time;

#define TIMESYNC "/sys/bus/vmbus/devices/2dd1ce17-079e-403c-b352-a1921ee207ee"

static struct facts *run_with(void **state, const char *adjtimex_state, const char *adjtimex_status,
			      const char *processes)
{
	struct facts *facts;

	fixture_answer(state, "adjtimex.state", adjtimex_state);
	fixture_answer(state, "adjtimex.status", adjtimex_status);
	facts = fixture_run(state, &probe_time);
	if (processes)
		facts_set_value(facts, "process.names",
				text_words(facts_arena(facts), processes, " "), "/proc/*/comm");
	probe_time.derive(facts);
	return facts;
}

static void a_clock_that_chrony_keeps_is_synchronised(void **state)
{
	struct facts *facts;

	fixture_absent(state, "/sys/bus/vmbus/*");
	facts = run_with(state, "0", "0x2001", "systemd chronyd");
	assert_bool(facts, "time.synchronized", true);
	assert_text(facts, "time.daemon", "chronyd");
	assert_text(facts, "time.discipline", "daemon");
}

static void a_daemon_that_runs_is_no_proof(void **state)
{
	struct facts *facts;

	fixture_absent(state, "/sys/bus/vmbus/*");
	facts = run_with(state, "5", "0x40", "systemd systemd-timesyn");
	assert_bool(facts, "time.synchronized", false);
	assert_text(facts, "time.daemon", "systemd-timesyncd");
	assert_text(facts, "time.discipline", "none");
}

static void a_clock_that_nobody_keeps_is_not_synchronised(void **state)
{
	struct facts *facts;

	fixture_absent(state, "/sys/bus/vmbus/*");
	facts = run_with(state, "5", "0x40", "init sshd");
	assert_bool(facts, "time.synchronized", false);
	assert_text(facts, "time.daemon", "none");
	assert_absent(facts, "time.hypervisor");
}

static void a_hypervisor_may_keep_a_clock_that_the_kernel_thinks_nobody_keeps(void **state)
{
	struct facts *facts;

	fixture_write(state, TIMESYNC "/class_id", "{9527e630-d0ae-497b-adce-e80ab0175caf}\n");
	fixture_write(state, "/sys/bus/vmbus/drivers/hv_utils/module", "");
	fixture_link(state, TIMESYNC "/driver", "../../drivers/hv_utils");
	facts = run_with(state, "5", "0x40", "systemd sshd");
	assert_unknown(facts, "time.synchronized", UNKNOWN_HIDDEN);
	assert_text(facts, "time.hypervisor", "hyperv");
	assert_text(facts, "time.discipline", "hypervisor");
}

static void vmware_tools_may_keep_the_clock_too(void **state)
{
	struct facts *facts;

	fixture_absent(state, "/sys/bus/vmbus/*");
	facts = run_with(state, "5", "0x40", "systemd vmtoolsd");
	assert_unknown(facts, "time.synchronized", UNKNOWN_HIDDEN);
	assert_text(facts, "time.hypervisor", "vmware");
}

static void a_recording_without_the_answer_does_not_know(void **state)
{
	struct facts *facts = fixture_run(state, &probe_time);

	assert_unknown(facts, "time.synchronized", UNKNOWN_NOT_RECORDED);
	assert_unknown(facts, "time.discipline", UNKNOWN_NOT_RECORDED);
}

static void a_sandbox_that_forbids_the_question_leaves_it_open(void **state)
{
	fixture_answer(state, "adjtimex.state", "!EPERM");
	assert_unknown(fixture_run(state, &probe_time), "time.synchronized", UNKNOWN_PERMISSION);
}

static void kvms_clock_sets_no_time_of_day(void **state)
{
	struct facts *facts;

	fixture_absent(state, "/sys/bus/vmbus/*");
	fixture_write(state, "/sys/devices/system/clocksource/clocksource0/current_clocksource",
		      "kvm-clock\n");
	facts = run_with(state, "5", "0x40", "systemd");
	assert_text(facts, "time.clocksource", "kvm-clock");
	assert_bool(facts, "time.synchronized", false);
	assert_text(facts, "time.discipline", "none");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_clock_that_chrony_keeps_is_synchronised),
		TEST(a_daemon_that_runs_is_no_proof),
		TEST(a_clock_that_nobody_keeps_is_not_synchronised),
		TEST(a_hypervisor_may_keep_a_clock_that_the_kernel_thinks_nobody_keeps),
		TEST(vmware_tools_may_keep_the_clock_too),
		TEST(kvms_clock_sets_no_time_of_day),
		TEST(a_recording_without_the_answer_does_not_know),
		TEST(a_sandbox_that_forbids_the_question_leaves_it_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
