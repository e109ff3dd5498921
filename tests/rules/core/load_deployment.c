/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load_deployment: what a role looks like once it is installed, and whose ports are then its own */
#include "small.h"

#define HELD_BY(process) \
	"'port.free.80/tcp': false, 'ports': [{'proto': 'tcp', 'port': 80, 'process': " process "}]"

struct installed_case {
	const char *installed; /* the mapping as YAML */
	const char *facts;
	bool expected;
	const char *port; /* what port 80 comes to */
};

static void judge_case(void **state, const struct installed_case *this)
{
	auto_small struct small small = { 0 };
	const struct role_finding *role;
	const char *port;

	fixture_write(state, "/facts.yaml", SMALL_FACTS);
	fixture_write(state, "/seven.yaml",
		      arena_printf(&small.arena,
				   SMALL_HEAD("7", "seven") SMALL_ROLE(
					   "node", "    - {ports: 80/tcp, why: it serves, "
						   "source: seed}\n") "  installed: %s\n",
				   this->installed));
	small_load(state, &small, NULL);
	small_judge(&small, this->facts, BASIS_RUNNING);
	role = &small.judgement->deployments[0].roles[0];
	port = small_use_text(&small, role, -1);
	if (role->installed != this->expected || strcmp(port, this->port) != 0)
		fail_msg("%s on %s: %sinstalled, %s", this->installed, this->facts,
			 role->installed ? "" : "not ", port);
}

static void judge_cases(void **state, const struct installed_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++)
		judge_case(state, &cases[i]);
}

static void a_path_shows_that_a_role_is_installed(void **state)
{
	static const struct installed_case cases[] = {
		{ "{paths: [/srv/state], holders: [served]}",
		  "{'path.exists./srv/state': true, " HELD_BY("'served'") "}", true,
		  "met ready (in use)" },
		{ "{paths: [/srv/state], holders: [served]}",
		  "{'path.exists./srv/state': false, " HELD_BY("'served'") "}", false,
		  "unmet setup" },
		{ "{paths: [/srv/state], holders: [served]}",
		  "{'path.exists./srv/state': {'unknown': 'permission'}, " HELD_BY("'served'") "}",
		  false, "unmet setup" },
	};

	judge_cases(state, cases, ARRAY_SIZE(cases));
}

static void ports_of_the_kernel_are_the_roles_own_where_it_names_the_kernel(void **state)
{
	static const struct installed_case cases[] = {
		{ "{paths: [/srv/state], holders: [kernel]}",
		  "{'path.exists./srv/state': true, " HELD_BY("null") "}", true,
		  "met ready (in use)" },
		{ "{paths: [/srv/state], holders: [served]}",
		  "{'path.exists./srv/state': true, " HELD_BY("null") "}", true, "unmet setup" },
		{ "{paths: [/srv/state], holders: [kernel]}",
		  "{'path.exists./srv/state': true, " HELD_BY("{'unknown': 'permission'}") "}",
		  true, "unmet setup" },
	};

	judge_cases(state, cases, ARRAY_SIZE(cases));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_path_shows_that_a_role_is_installed),
		TEST(ports_of_the_kernel_are_the_roles_own_where_it_names_the_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
