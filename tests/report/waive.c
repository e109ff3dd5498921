/* SPDX-License-Identifier: GPL-2.0-or-later */
/* waive: waivers of the command line and of a file, and what is refused */
#include "waive.h"

#include <errno.h>
#include <string.h>

#include "../fixture.h"
#include "core/util.h"

#define TODAY "2026-11-22"

static void refused(const char *text, const char *part)
{
	struct arena arena = { 0 };
	struct waiver waiver;
	struct error err = { 0 };
	int r = waive_parse(&arena, &rules_compiled_in, text, TODAY, &waiver, &err);

	if (r != -EINVAL || !strstr(err.text, part))
		fail_msg("%s: %s, expected %s", text, r < 0 ? err.text : "taken", part);
	arena_free(&arena);
}

static void a_waiver_names_need_place_day_owner_and_reason(void **state)
{
	struct arena arena = { 0 };
	struct waiver waiver;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(waive_parse(&arena, &rules_compiled_in,
				     "memory.total>=8GB@46/compute,until=2026-11-22,owner=cloud "
				     "team,reason=small, but owner=good, until=then",
				     TODAY, &waiver, &err),
			 0);
	assert_string_equal(waiver.need->id, "memory.total>=8GB");
	assert_int_equal(waiver.deployment->id, 46);
	assert_string_equal(waiver.role->name, "compute");
	assert_string_equal(waiver.until, "2026-11-22");
	assert_string_equal(waiver.owner, "cloud team");
	assert_string_equal(waiver.reason, "small, but owner=good, until=then");
	assert_string_equal(waive_scope(&arena, &waiver), "46/compute");
	arena_free(&arena);
}

static void day_and_owner_come_in_any_order_and_the_place_may_be_left_out(void **state)
{
	struct arena arena = { 0 };
	struct waiver waiver;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(
		waive_parse(&arena, &rules_compiled_in,
			    "host.arch in x86_64,aarch64,owner=o,until=2027-01-31,reason=r", TODAY,
			    &waiver, &err),
		0);
	assert_string_equal(waiver.need->id, "host.arch in x86_64,aarch64");
	assert_null(waiver.deployment);
	assert_string_equal(waive_scope(&arena, &waiver), "");
	arena_free(&arena);
}

static void a_waiver_that_lacks_a_part_or_is_over_is_refused(void **state)
{
	(void)state;
	refused("memory.total>=8GB", "'until' is missing");
	refused("memory.total>=8GB,until=2027-01-31,reason=r", "'owner' is missing");
	refused("memory.total>=8GB,until=2027-01-31,owner=o", "'reason' is missing");
	refused("memory.total>=8GB,until=2027-01-31,owner=,reason=r", "'owner' is missing");
	refused("@46,until=2027-01-31,owner=o,reason=r", "'need' is missing");
	refused("memory.total>=8GB,until=soon,owner=o,reason=r", "expected a date");
	refused("memory.total>=8GB,until=2026-11-21,owner=ops,reason=r",
		"the waiver of 'memory.total>=8GB' ended on 2026-11-21: renew it with ops");
}

static void what_nobody_asks_is_refused_with_the_nearest_name(void **state)
{
	(void)state;
	refused("memory.totl>=8GB@46/compute,until=2027-01-31,owner=o,reason=r",
		"46/compute has no need 'memory.totl>=8GB'; did you mean 'memory.total>=8GB'?");
	refused("systemd-initt,until=2027-01-31,owner=o,reason=r",
		"there is no need 'systemd-initt'; did you mean 'systemd-init'?");
	refused("systemd-init@46/computer,until=2027-01-31,owner=o,reason=r",
		"46 has no role 'computer'");
	refused("systemd-init@99,until=2027-01-31,owner=o,reason=r", "no deployment '99'");
}

/* A need of the shipped rules that data hangs on. */
static const char *destroying_need(void)
{
	for (size_t i = 0; i < rules_compiled_in.n_deployments; i++)
		for (size_t k = 0; k < rules_compiled_in.deployments[i].n_roles; k++) {
			const struct role *role = &rules_compiled_in.deployments[i].roles[k];

			for (size_t u = 0; u < role->n_uses; u++)
				if (need_destroys(role->uses[u].need))
					return role->uses[u].need->id;
		}
	fail_msg("no need of the shipped rules loses data");
	return NULL;
}

static void what_would_lose_data_is_never_waived(void **state)
{
	char text[256];

	(void)state;
	snprintf(text, sizeof(text), "%s,until=2027-01-31,owner=o,reason=r", destroying_need());
	refused(text, "cannot be waived: data would be lost");
}

/* --- files --- */

struct file {
	struct arena arena;
	struct waivers waivers;
	struct error err;
};

static void file_free(struct file *file)
{
	arena_free(&file->arena);
}
#define auto_waivers __attribute__((cleanup(file_free)))

static int read_file(void **state, struct file *file, const char *text)
{
	char path[512];

	if (text)
		fixture_write(state, "/waivers.yaml", text);
	snprintf(path, sizeof(path), "%s/waivers.yaml", fixture_path(state));
	return waive_read(&file->arena, &rules_compiled_in, path, TODAY, &file->waivers,
			  &file->err);
}

static void a_file_holds_a_list_of_waivers(void **state)
{
	auto_waivers struct file file = { 0 };

	assert_int_equal(
		read_file(state, &file,
			  "# ours\n"
			  "- need: memory.total>=8GB\n"
			  "  for: 46/compute\n"
			  "  reason: the pilot is small\n"
			  "  owner: cloud team\n"
			  "  until: 2027-01-31\n"
			  "- {need: systemd-init, reason: r, owner: o, until: 2026-11-22}\n"),
		1);
	assert_int_equal(file.waivers.len, 2);
	assert_string_equal(file.waivers.items[0].owner, "cloud team");
	assert_string_equal(file.waivers.items[0].role->name, "compute");
	assert_true(ends_with(file.waivers.items[0].from, "/waivers.yaml:2"));
	assert_null(file.waivers.items[1].deployment);
}

static void no_file_waives_nothing(void **state)
{
	auto_waivers struct file file = { 0 };

	assert_int_equal(read_file(state, &file, NULL), 0);
	assert_int_equal(file.waivers.len, 0);
}

static void what_is_wrong_in_a_file_is_said_with_its_place(void **state)
{
	static const struct wrong {
		const char *text, *expected;
	} cases[] = {
		{ "need: systemd-init\n", ":1:1: expected a list of waivers" },
		{ "- systemd-init\n", ":1:3: expected a waiver" },
		{ "- {need: systemd-init, by: me}\n", ":1:24: unknown key 'by'" },
		{ "- {need: [systemd-init]}\n", "need: expected a text, found a list" },
		{ "- {need: systemd-init, owner: o, until: 2027-01-31}\n",
		  "'reason' is missing: a waiver says" },
		{ "- need: systemd-init\n  reason: r\n  owner: ops\n  until: 2026-11-21\n",
		  ":4:10: the waiver of 'systemd-init' ended on 2026-11-21: renew it with ops" },
		{ "- {need: systemd-ini, owner: o, reason: r, until: 2027-01-31}\n",
		  ":1:10: there is no need 'systemd-ini'; did you mean 'systemd-init'?" },
		{ "- {need: systemd-init, for: 46/comput, owner: o, reason: r, until: "
		  "2027-01-31}\n",
		  ":1:29: 46 has no role 'comput'" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		auto_waivers struct file file = { 0 };
		int r = read_file(state, &file, cases[i].text);

		if (r != -EINVAL || !strstr(file.err.text, cases[i].expected) ||
		    !starts_with(file.err.text, fixture_path(state)))
			fail_msg("%s%s", cases[i].text, r < 0 ? file.err.text : "taken");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_waiver_names_need_place_day_owner_and_reason),
		TEST(day_and_owner_come_in_any_order_and_the_place_may_be_left_out),
		TEST(a_waiver_that_lacks_a_part_or_is_over_is_refused),
		TEST(what_nobody_asks_is_refused_with_the_nearest_name),
		TEST(what_would_lose_data_is_never_waived),
		TEST(a_file_holds_a_list_of_waivers),
		TEST(no_file_waives_nothing),
		TEST(what_is_wrong_in_a_file_is_said_with_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
