/* SPDX-License-Identifier: GPL-2.0-or-later */
/* os: distributions as they describe themselves, and those that are images */
#include "../fixture.h"

extern const struct probe probe_os;

static void ubuntu_reads_with_its_quotes_off(void **state)
{
	struct facts *facts;

	fixture_write(state, "/etc/os-release",
		      "PRETTY_NAME=\"Ubuntu 24.04.1 LTS\"\nNAME=\"Ubuntu\"\n# ID=no\n"
		      "VERSION_ID=\"24.04\"\nID=ubuntu\nID_LIKE=debian\n");
	fixture_absent(state, "/run/ostree-booted");
	fixture_write(state, "/usr/bin/apt-get", "");
	facts = fixture_run(state, &probe_os);
	assert_text(facts, "os.id", "ubuntu");
	assert_text(facts, "os.version", "24.04");
	assert_text(facts, "os.name", "Ubuntu 24.04.1 LTS");
	assert_list(facts, "os.like", "debian");
	assert_bool(facts, "os.image_based", false);
	assert_text(facts, "os.package_manager", "apt");
}

static void a_rolling_release_has_no_version(void **state)
{
	struct facts *facts;

	fixture_absent(state, "/etc/os-release");
	fixture_absent(state, "/run/ostree-booted");
	fixture_absent(state, "/usr/bin/*");
	fixture_write(state, "/usr/lib/os-release", "NAME='Arch Linux'\nID=arch\n");
	fixture_write(state, "/usr/bin/pacman", "");
	facts = fixture_run(state, &probe_os);
	assert_text(facts, "os.id", "arch");
	assert_absent(facts, "os.version");
	assert_list(facts, "os.like", "");
	assert_text(facts, "os.package_manager", "pacman");
}

static void images_take_no_packages(void **state)
{
	static const char *const systems[] = {
		"ID=talos\nVERSION_ID=v1.9.0\n",
		"ID=flatcar\nID_LIKE=coreos\n",
		"ID=nixos\n",
		"ID=fedora\nVARIANT_ID=coreos\n",
	};

	fixture_write(state, "/usr/bin/dnf", "");
	for (size_t i = 0; i < ARRAY_SIZE(systems); i++) {
		struct facts *facts;

		fixture_write(state, "/etc/os-release", systems[i]);
		facts = fixture_run(state, &probe_os);
		assert_bool(facts, "os.image_based", true);
		assert_text(facts, "os.package_manager", "none");
	}
}

static void what_ostree_booted_is_an_image(void **state)
{
	struct facts *facts;

	fixture_write(state, "/etc/os-release", "ID=\"rhel\"\nVERSION_ID=\"9.4\"\n");
	fixture_write(state, "/run/ostree-booted", "");
	fixture_write(state, "/usr/bin/dnf", "");
	facts = fixture_run(state, &probe_os);
	assert_bool(facts, "os.image_based", true);
	assert_text(facts, "os.package_manager", "none");
}

static void an_image_is_not_ruled_out_unseen(void **state)
{
	struct facts *facts;

	fixture_write(state, "/etc/os-release", "ID=\"rhel\"\nVERSION_ID=\"9.4\"\n");
	fixture_write(state, "/usr/bin/dnf", "");
	facts = fixture_run(state, &probe_os);
	assert_unknown(facts, "os.image_based", UNKNOWN_NOT_RECORDED);
	assert_unknown(facts, "os.package_manager", UNKNOWN_NOT_RECORDED);
}

static void a_recording_without_the_file_names_no_system(void **state)
{
	assert_unknown(fixture_run(state, &probe_os), "os.id", UNKNOWN_NOT_RECORDED);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(ubuntu_reads_with_its_quotes_off),
		TEST(a_rolling_release_has_no_version),
		TEST(images_take_no_packages),
		TEST(what_ostree_booted_is_an_image),
		TEST(an_image_is_not_ruled_out_unseen),
		TEST(a_recording_without_the_file_names_no_system),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
