/* SPDX-License-Identifier: GPL-2.0-or-later */
/* process: names of what runs, and no silence taken for absence */
#include "fixture.h"

extern const struct probe probe_process;

static const char *const asked[] = { "process.running.chronyd", "process.running.ntpd",
				     "process.running.systemd-timesyncd" };

static void write_processes(void **state)
{
	fixture_write(state, "/proc/1/comm", "systemd\n");
	fixture_write(state, "/proc/2/comm", "kthreadd\n");
	fixture_write(state, "/proc/2/task/2/children", "9 10 ");
	fixture_write(state, "/proc/9/comm", "kworker/0:1\n");
	fixture_write(state, "/proc/10/comm", "migration/0\n");
	fixture_write(state, "/proc/700/comm", "chronyd\n");
	fixture_write(state, "/proc/701/comm", "chronyd\n");
	fixture_write(state, "/proc/702/comm", "systemd-timesyn\n");
}

static void names_come_once_and_without_the_kernels_threads(void **state)
{
	struct facts *facts;

	write_processes(state);
	facts = fixture_run(state, &probe_process);
	assert_list(facts, "process.names", "systemd kthreadd chronyd systemd-timesyn");
}

static void a_process_can_be_asked_for_by_its_whole_name(void **state)
{
	struct facts *facts;

	write_processes(state);
	facts = fixture_run_asking(state, &probe_process, asked, ARRAY_SIZE(asked));
	assert_bool(facts, "process.running.chronyd", true);
	assert_bool(facts, "process.running.ntpd", false);
	/* The kernel keeps 15 letters. */
	assert_bool(facts, "process.running.systemd-timesyncd", true);
}

static void without_a_list_of_children_the_kernels_threads_are_names_too(void **state)
{
	struct facts *facts;

	fixture_write(state, "/proc/1/comm", "systemd\n");
	fixture_write(state, "/proc/2/comm", "kthreadd\n");
	fixture_absent(state, "/proc/2/task/2/children");
	fixture_write(state, "/proc/10/comm", "migration/0\n");
	facts = fixture_run(state, &probe_process);
	assert_list(facts, "process.names", "systemd kthreadd migration/0");
}

static void a_recording_without_processes_says_nothing_of_them(void **state)
{
	struct facts *facts;

	fixture_write(state, "/proc/cpuinfo", "");
	facts = fixture_run_asking(state, &probe_process, asked, ARRAY_SIZE(asked));
	assert_unknown(facts, "process.names", UNKNOWN_NOT_RECORDED);
	assert_unknown(facts, "process.running.chronyd", UNKNOWN_NOT_RECORDED);
}

static void with_hidepid_other_processes_are_unknown_and_not_absent(void **state)
{
	struct facts *facts;

	fixture_absent(state, "/proc/1/comm");
	fixture_write(state, "/proc/700/comm", "bash\n");
	facts = fixture_run_asking(state, &probe_process, asked, ARRAY_SIZE(asked));
	assert_unknown(facts, "process.names", UNKNOWN_PERMISSION);
	assert_unknown(facts, "process.running.chronyd", UNKNOWN_PERMISSION);
}

static void the_user_is_the_one_of_the_recording(void **state)
{
	struct facts *facts;

	fixture_answer(state, "process.euid", "1000");
	facts = fixture_run(state, &probe_process);
	assert_count(facts, "process.euid", 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names_come_once_and_without_the_kernels_threads),
		TEST(a_process_can_be_asked_for_by_its_whole_name),
		TEST(without_a_list_of_children_the_kernels_threads_are_names_too),
		TEST(a_recording_without_processes_says_nothing_of_them),
		TEST(with_hidepid_other_processes_are_unknown_and_not_absent),
		TEST(the_user_is_the_one_of_the_recording),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
