/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dev: nodes that are there, that are not, and that cannot be told */
#include "../fixture.h"

extern const struct probe probe_dev;

static void a_node_is_there_or_not(void **state)
{
	static const char *const names[] = { "dev.net/tun", "dev.vhost-net", "dev.fuse" };
	struct facts *facts;

	fixture_write(state, "/dev/net/tun", "");
	fixture_absent(state, "/dev/vhost-net");
	facts = fixture_run_asking(state, &probe_dev, names, ARRAY_SIZE(names));
	assert_bool(facts, "dev.net/tun", true);
	assert_bool(facts, "dev.vhost-net", false);
	assert_unknown(facts, "dev.fuse", UNKNOWN_NOT_RECORDED);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_node_is_there_or_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
