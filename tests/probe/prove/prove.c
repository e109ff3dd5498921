/* SPDX-License-Identifier: GPL-2.0-or-later */
/* prove: what is a list of trials, and what facts a trial may change in which way */
#include "prove/prove.h"

#include <errno.h>
#include <string.h>

#include "../../fixture.h"
#include "prove/trial.h"

extern const struct trial trial_overlay, trial_vxlan, trial_tap, trial_device_program,
	trial_namespaces, trial_hugepages, trial_fsync, trial_vfs;

#define SOURCE "a trial (test)"

static void learn(void **state, const struct trial *trial, struct facts *facts,
		  const struct trial_place *place, int code, bool denied)
{
	struct outcome outcome = {
		.code = code, .denied = denied, .number = 4321, .text = "so it was"
	};

	trial->learn(fixture_host(state), facts, place, &outcome, SOURCE);
}

static const struct trial_place nowhere = { .node = -1 };

static void a_list_names_trials_that_there_are(void **state)
{
	static const char *const good[] = { NULL,
					    "",
					    "overlay",
					    "overlay,tap,overlay",
					    "fsync",
					    "fsync=/srv/etcd",
					    "vfs=0000:01:00.0",
					    "device-program,vfs=10000:e1:00.1" };
	static const char *const bad[] = { "everything", "overlay,",	",",
					   "vfs",	 "vfs=01:00.0", "vfs=../../etc",
					   "vfs=",	 "fsync=etcd",	"overlay=/tmp",
					   "overlays",	 "overlay tap" };
	struct error err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		if (prove_check(good[i], &err) < 0)
			fail_msg("%s: %s", good[i], err.text);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (prove_check(bad[i], &err) != -EINVAL)
			fail_msg("%s was taken for trials", bad[i]);
}

static void trials_are_made_on_this_system_alone(void **state)
{
	struct facts *facts = fixture_run_all(state, NULL, 0);
	const struct prove_options options = { .list = "overlay" };
	struct error err;

	assert_int_equal(prove(fixture_host(state), facts, &options, &err), -EINVAL);
	assert_unknown(facts, "trials", UNKNOWN_UNSUPPORTED);
}

static void what_worked_is_true_whatever_was_read(void **state)
{
	struct facts *facts = fixture_run_all(state, NULL, 0);

	facts_set_bool(facts, "kernel.filesystem.overlay", false, "/proc/filesystems");
	facts_set_unsupported(facts, "kernel.namespace_unprivileged", "not told");
	learn(state, &trial_overlay, facts, &nowhere, 0, false);
	learn(state, &trial_namespaces, facts, &nowhere, 0, false);
	assert_bool(facts, "kernel.filesystem.overlay", true);
	assert_string_equal(facts_get(facts, "kernel.filesystem.overlay")->source, SOURCE);
	assert_bool(facts, "kernel.namespace_unprivileged", true);
	assert_bool(facts, "kernel.namespace.net", true);
}

static void a_denial_says_nothing(void **state)
{
	struct facts *facts = fixture_run_all(state, NULL, 0);

	facts_set_bool(facts, "kernel.filesystem.overlay", true, "/proc/filesystems");
	facts_set_string(facts, "kernel.module.vxlan", "builtin", "/sys/module");
	facts_set_bool(facts, "dev.net/tun", true, "/dev/net/tun");
	facts_set_string(facts, "kernel.config.CGROUP_BPF", "y", "/proc/config.gz");
	learn(state, &trial_overlay, facts, &nowhere, -EPERM, true);
	learn(state, &trial_vxlan, facts, &nowhere, -EACCES, true);
	learn(state, &trial_tap, facts, &nowhere, -EPERM, true);
	learn(state, &trial_device_program, facts, &nowhere, -EPERM, true);
	assert_bool(facts, "kernel.filesystem.overlay", true);
	assert_text(facts, "kernel.module.vxlan", "builtin");
	assert_bool(facts, "dev.net/tun", true);
	assert_text(facts, "kernel.config.CGROUP_BPF", "y");
}

static void a_failure_takes_back_what_was_true_and_never_gives(void **state)
{
	struct facts *facts = fixture_run_all(state, NULL, 0);

	facts_set_bool(facts, "kernel.filesystem.overlay", true, "/proc/filesystems");
	facts_set_string(facts, "kernel.module.vxlan", "builtin", "/sys/module");
	facts_set_bool(facts, "dev.net/tun", false, "/dev");
	facts_set_string(facts, "kernel.config.CGROUP_BPF", "n", "/proc/config.gz");
	learn(state, &trial_overlay, facts, &nowhere, -ENODEV, false);
	learn(state, &trial_vxlan, facts, &nowhere, -EOPNOTSUPP, false);
	learn(state, &trial_tap, facts, &nowhere, -ENODEV, false);
	learn(state, &trial_device_program, facts, &nowhere, -EINVAL, false);
	assert_unknown(facts, "kernel.filesystem.overlay", UNKNOWN_ERROR);
	assert_unknown(facts, "kernel.module.vxlan", UNKNOWN_UNSUPPORTED);
	assert_bool(facts, "dev.net/tun", false);
	assert_text(facts, "kernel.config.CGROUP_BPF", "n");
}

/* A module that is there but not loaded is there still. */
static void a_failure_leaves_a_module_that_waits(void **state)
{
	struct facts *facts = fixture_run_all(state, NULL, 0);

	facts_set_string(facts, "kernel.module.vxlan", "available", "/lib/modules");
	learn(state, &trial_vxlan, facts, &nowhere, -EOPNOTSUPP, false);
	assert_text(facts, "kernel.module.vxlan", "available");
}

static void what_works_is_in_a_loaded_module_or_built_in(void **state)
{
	struct facts *facts;

	fixture_write(state, "/proc/modules",
		      "vxlan 151552 0 - Live 0x0\noverlay 1 0 - Live 0x0\n");
	facts = fixture_run_all(state, NULL, 0);
	facts_set_string(facts, "kernel.module.vxlan", "missing", "/lib/modules");
	learn(state, &trial_vxlan, facts, &nowhere, 0, false);
	learn(state, &trial_tap, facts, &nowhere, 0, false);
	learn(state, &trial_overlay, facts, &nowhere, 0, false);
	assert_text(facts, "kernel.module.vxlan", "loaded");
	assert_text(facts, "kernel.module.tun", "builtin");
	assert_text(facts, "kernel.module.overlay", "loaded");
}

/* Whether an ordinary user may is the question itself. */
static void a_refused_namespace_is_doubt_though_settings_allow_it(void **state)
{
	struct facts *facts = fixture_run_all(state, NULL, 0);

	facts_set_bool(facts, "kernel.namespace_unprivileged", true, "/proc/sys");
	learn(state, &trial_namespaces, facts, &nowhere, -EPERM, true);
	assert_unknown(facts, "kernel.namespace_unprivileged", UNKNOWN_PERMISSION);
	facts_set_bool(facts, "kernel.namespace_unprivileged", false, "/proc/sys");
	learn(state, &trial_namespaces, facts, &nowhere, -ENOSPC, false);
	assert_bool(facts, "kernel.namespace_unprivileged", false);
}

static struct facts *with_pools(void **state)
{
	fixture_write(state,
		      "/sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages",
		      "4\n");
	fixture_write(state,
		      "/sys/devices/system/node/node0/hugepages/hugepages-2048kB/free_hugepages",
		      "2\n");
	fixture_write(state,
		      "/sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages",
		      "8\n");
	fixture_write(state,
		      "/sys/devices/system/node/node1/hugepages/hugepages-2048kB/free_hugepages",
		      "0\n");
	return fixture_run_all(state, NULL, 0);
}

static void a_page_is_tried_where_one_is_free(void **state)
{
	struct facts *facts = with_pools(state);
	struct trial_place places[4];

	assert_int_equal(trial_hugepages.places(facts, places, ARRAY_SIZE(places)), 1);
	assert_int_equal(places[0].node, 0);
	assert_int_equal(places[0].size, 2 << 20);
}

static void a_page_that_did_not_come_is_promised_to_somebody(void **state)
{
	struct facts *facts = with_pools(state);
	const struct trial_place place = { .size = 2 << 20, .node = 0 };

	learn(state, &trial_hugepages, facts, &place, 0, false);
	assert_field(facts, "hugepages", 0, "free", "2");
	learn(state, &trial_hugepages, facts, &place, -EINVAL, true);
	assert_field(facts, "hugepages", 0, "free", "2");
	/* its process was ended by a limit of its own */
	learn(state, &trial_hugepages, facts, &place, -ECHILD, false);
	assert_field(facts, "hugepages", 0, "free", "2");
	learn(state, &trial_hugepages, facts, &place, -ENOMEM, false);
	assert_field(facts, "hugepages", 0, "free", "0");
	assert_field(facts, "hugepages", 0, "total", "4");
	assert_field(facts, "hugepages", 1, "total", "8");
	probes_derive(facts);
	assert_count(facts, "hugepages.2M", 0);
	assert_count(facts, "hugepages.2M.total", 12);
}

static void a_measured_latency_is_known(void **state)
{
	struct facts *facts = fixture_run_all(state, NULL, 0);

	learn(state, &trial_fsync, facts, &nowhere, -EACCES, true);
	assert_unknown(facts, "disk.fsync_p99", UNKNOWN_PERMISSION);
	learn(state, &trial_fsync, facts, &nowhere, 0, false);
	assert_count(facts, "disk.fsync_p99", 4321);
	learn(state, &trial_fsync, facts, &nowhere, -EOPNOTSUPP, true);
	assert_count(facts, "disk.fsync_p99", 4321);
}

static struct facts *with_nic(void **state)
{
	static const char *const files[][2] = {
		{ "vendor", "0x8086\n" },     { "device", "0x1572\n" },	 { "class", "0x020000\n" },
		{ "sriov_totalvfs", "64\n" }, { "sriov_numvfs", "0\n" }, { "sriov_offset", "16\n" },
		{ "sriov_stride", "1\n" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		fixture_write(state, PATH("/sys/bus/pci/devices/0000:01:00.0/%s", files[i][0]),
			      files[i][1]);
	return fixture_run_all(state, NULL, 0);
}

static void a_virtual_function_that_was_made_can_be_made(void **state)
{
	const struct trial_place place = { .on = "0000:01:00.0", .node = -1 };
	struct facts *facts = with_nic(state);

	assert_field(facts, "nics", 0, "sriov_usable", "unknown:unsupported");
	learn(state, &trial_vfs, facts, &place, 0, false);
	probes_derive(facts);
	assert_field(facts, "pci", 0, "sriov_kernel", "true");
	assert_field(facts, "pci", 0, "sriov_room", "true");
	assert_field(facts, "nics", 0, "sriov_usable", "true");
	learn(state, &trial_vfs, facts, &place, -EBUSY, true);
	assert_field(facts, "pci", 0, "sriov_room", "true");
}

static void one_that_could_not_be_made_is_doubt_and_no_hope(void **state)
{
	const struct trial_place place = { .on = "0000:01:00.0", .node = -1 };
	struct facts *facts = with_nic(state);

	learn(state, &trial_vfs, facts, &place, 0, false);
	learn(state, &trial_vfs, facts, &place, -ENOMEM, false);
	assert_field(facts, "pci", 0, "sriov_kernel", "unknown:error");
	assert_field(facts, "pci", 0, "sriov_room", "unknown:error");
	assert_field(facts, "pci", 0, "vendor", "8086");
	probes_derive(facts);
	assert_field(facts, "nics", 0, "sriov_usable", "unknown:error");
}

static void what_was_false_of_a_function_stays_false(void **state)
{
	const struct trial_place place = { .on = "0000:01:00.0", .node = -1 };
	struct facts *facts = fixture_run_all(state, NULL, 0);
	struct record row = { 0 };
	struct value function;

	record_add(facts_arena(facts), &row, "address", value_string(place.on));
	record_add(facts_arena(facts), &row, "sriov_reach", value_int(0));
	record_add(facts_arena(facts), &row, "sriov_room", value_bool(false));
	function = record_value(&row);
	facts_set_value(facts, "pci", value_list(&function, 1), "test");
	learn(state, &trial_vfs, facts, &place, -ENOMEM, false);
	assert_field(facts, "pci", 0, "sriov_room", "false");
	assert_field(facts, "pci", 0, "sriov_reach", "0");
	learn(state, &trial_vfs, facts, &place, 0, false);
	assert_field(facts, "pci", 0, "sriov_room", "true");
	assert_field(facts, "pci", 0, "sriov_reach", "1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_list_names_trials_that_there_are),
		TEST(trials_are_made_on_this_system_alone),
		TEST(what_worked_is_true_whatever_was_read),
		TEST(a_denial_says_nothing),
		TEST(a_failure_takes_back_what_was_true_and_never_gives),
		TEST(a_failure_leaves_a_module_that_waits),
		TEST(what_works_is_in_a_loaded_module_or_built_in),
		TEST(a_refused_namespace_is_doubt_though_settings_allow_it),
		TEST(a_page_is_tried_where_one_is_free),
		TEST(a_page_that_did_not_come_is_promised_to_somebody),
		TEST(a_measured_latency_is_known),
		TEST(a_virtual_function_that_was_made_can_be_made),
		TEST(one_that_could_not_be_made_is_doubt_and_no_hope),
		TEST(what_was_false_of_a_function_stays_false),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
