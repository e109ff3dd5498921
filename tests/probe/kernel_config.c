/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel_config: where a configuration is found, how its lines read, and when it is another
 * kernel's
 */
#include "../fixture.h"

#include <libdeflate.h>
#include <string.h>

extern const struct probe probe_kernel_config;

#define RELEASE "6.1.0-18-amd64"

/* A machine of that release on which no place holds a configuration yet. */
static void machine(void **state)
{
	static const char *const nowhere[] = {
		"/proc/config.gz",
		"/lib/modules/" RELEASE "/config",
		"/usr/lib/modules/" RELEASE "/config",
		"/usr/lib/kernel/config-" RELEASE,
		"/usr/lib/ostree-boot/config-" RELEASE,
		"/usr/src/linux-headers-" RELEASE "/.config",
		"/lib/modules/" RELEASE "/build/.config",
	};

	fixture_write(state, "/proc/sys/kernel/osrelease", RELEASE "\n");
	fixture_write(state, "/proc/mounts", "/dev/sda1 / ext4 rw 0 0\n");
	for (size_t i = 0; i < ARRAY_SIZE(nowhere); i++)
		fixture_absent(state, nowhere[i]);
}

static struct facts *ask(void **state, const char *name)
{
	return fixture_run_asking(state, &probe_kernel_config, &name, 1);
}

static void options_read_as_they_are_written(void **state)
{
	static const struct {
		const char *name, *value;
	} rows[] = {
		{ "kernel.config.KVM", "m" },
		{ "kernel.config.CGROUPS", "y" },
		{ "kernel.config.NR_CPUS", "8192" },
		{ "kernel.config.PHYSICAL_START", "0x1000000" },
		{ "kernel.config.LSM", "lockdown,yama" },
		{ "kernel.config.QUOTED", "a \"b\" \\c" },
		{ "kernel.config.LOCALVERSION", "" },
		{ "kernel.config.LAST", "y" },
	};
	static const char *const not_set[] = { "kernel.config.KVM_XEN", "kernel.config.OLD_STYLE",
					       "kernel.config.KV", "kernel.config.KVM_INTEL" };

	machine(state);
	fixture_write(
		state, "/boot/config-" RELEASE,
		"#\n# Automatically generated file; DO NOT EDIT.\n"
		"# Linux/x86 6.1.76 Kernel Configuration\n#\n"
		"CONFIG_KVM=m\n# CONFIG_KVM_XEN is not set\nCONFIG_CGROUPS=y\n"
		"CONFIG_NR_CPUS=8192\nCONFIG_PHYSICAL_START=0x1000000\n"
		"CONFIG_LSM=\"lockdown,yama\"\nCONFIG_QUOTED=\"a \\\"b\\\" \\\\c\"\n"
		"CONFIG_LOCALVERSION=\"\"\nCONFIG_OLD_STYLE=n\nCONFIG_=y\nCONFIG_X\nnonsense\n"
		"CONFIG_LAST=y");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_text(ask(state, rows[i].name), rows[i].name, rows[i].value);
	for (size_t i = 0; i < ARRAY_SIZE(not_set); i++)
		assert_absent(ask(state, not_set[i]), not_set[i]);
	assert_bool(ask(state, "kernel.config.KVM"), "kernel.config_readable", true);
}

static void write_gzip(void **state, const char *path, const char *text, size_t cut)
{
	struct libdeflate_compressor *gzip = libdeflate_alloc_compressor(9);
	unsigned char packed[1024];
	size_t len;

	assert_non_null(gzip);
	len = libdeflate_gzip_compress(gzip, text, strlen(text), packed, sizeof(packed));
	libdeflate_free_compressor(gzip);
	assert_true(len > cut);
	fixture_write_bytes(state, path, packed, len - cut);
}

static void the_kernel_s_own_comes_before_boot(void **state)
{
	fixture_write(state, "/proc/sys/kernel/osrelease", RELEASE "\n");
	write_gzip(state, "/proc/config.gz", "CONFIG_KVM=y\n", 0);
	fixture_write(state, "/boot/config-" RELEASE, "CONFIG_KVM=m\n");
	assert_text(ask(state, "kernel.config.KVM"), "kernel.config.KVM", "y");
}

static void damaged_gzip_is_unknown_where_nothing_else_is(void **state)
{
	machine(state);
	fixture_absent(state, "/boot/config-" RELEASE);
	write_gzip(state, "/proc/config.gz", "CONFIG_KVM=y\nCONFIG_A=y\nCONFIG_B=m\n", 9);
	assert_unknown(ask(state, "kernel.config.KVM"), "kernel.config.KVM", UNKNOWN_ERROR);
	write_gzip(state, "/proc/config.gz", "", 12);
	assert_unknown(ask(state, "kernel.config.KVM"), "kernel.config.KVM", UNKNOWN_ERROR);
}

static void boot_behind_an_automount_stays_unopened(void **state)
{
	machine(state);
	fixture_write(state, "/proc/mounts",
		      "/dev/sda2 / ext4 rw 0 0\nsystemd-1 /boot autofs rw,direct 0 0\n");
	fixture_write(state, "/boot/config-" RELEASE, "CONFIG_KVM=m\n");
	assert_unknown(ask(state, "kernel.config.KVM"), "kernel.config.KVM", UNKNOWN_UNSUPPORTED);
}

static void another_kernel_s_configuration_is_not_this_one_s(void **state)
{
	struct facts *facts;

	machine(state);
	fixture_write(state, "/boot/config-" RELEASE,
		      "#\n# Linux/x86_64 6.10.3 Kernel Configuration\n#\nCONFIG_KVM=m\n");
	facts = ask(state, "kernel.config.KVM");
	assert_unknown(facts, "kernel.config.KVM", UNKNOWN_UNSUPPORTED);
	assert_bool(facts, "kernel.config_readable", false);
}

static void no_configuration_anywhere_is_unknown_and_not_a_no(void **state)
{
	struct facts *facts;

	machine(state);
	fixture_absent(state, "/boot/config-" RELEASE);
	facts = ask(state, "kernel.config.KVM");
	assert_unknown(facts, "kernel.config.KVM", UNKNOWN_UNSUPPORTED);
	assert_unknown(facts, "kernel.config", UNKNOWN_UNSUPPORTED);
	assert_bool(facts, "kernel.config_readable", false);
}

static void a_configuration_for_root_s_eyes_is_unknown(void **state)
{
	struct facts *facts;

	machine(state);
	fixture_error(state, "/boot/config-" RELEASE, "EACCES");
	facts = ask(state, "kernel.config.KVM");
	assert_unknown(facts, "kernel.config.KVM", UNKNOWN_PERMISSION);
	assert_unknown(facts, "kernel.config_readable", UNKNOWN_PERMISSION);
}

static void a_facts_file_answers_names_that_are_asked_later(void **state)
{
	auto_facts struct facts *loaded = facts_new();
	struct facts *facts;

	machine(state);
	fixture_write(state, "/boot/config-" RELEASE, "CONFIG_KVM=m\nCONFIG_TUN=y\n");
	facts = fixture_run(state, &probe_kernel_config);
	facts_merge(loaded, facts);
	assert_text(loaded, "kernel.config.TUN", "y");
	assert_absent(loaded, "kernel.config.VXLAN");
}

static void fixture_config(void **state, const char *machine, const char *release)
{
	fixture_machine(state, PATH("kernel-config/%s.tar.xz", machine), machine);
	fixture_write(state, "/proc/sys/kernel/osrelease", release);
	fixture_link(state, PATH("/lib/modules/%s/config", release), "../../../config");
}

static void real_configurations_read_as_the_field_reads_them(void **state)
{
	static const struct {
		const char *machine, *release, *option, *value;
	} rows[] = {
		{ "debian12-6.1-amd64", "6.1.0-51-amd64", "kernel.config.KVM_INTEL", "m" },
		{ "debian12-6.1-amd64", "6.1.0-51-amd64", "kernel.config.INTEL_IOMMU", "y" },
		{ "debian12-6.1-amd64", "6.1.0-51-amd64", "kernel.config.XEN_PVH", "y" },
		{ "debian12-6.1-amd64", "6.1.0-51-amd64", "kernel.config.INTEL_IOMMU_DEFAULT_ON",
		  NULL },
		{ "debian12-6.1-cloud-amd64", "6.1.0-51-cloud-amd64", "kernel.config.VFIO_PCI",
		  "m" },
		{ "debian12-6.1-cloud-amd64", "6.1.0-51-cloud-amd64", "kernel.config.AMD_IOMMU",
		  NULL },
		{ "firecracker-guest-6.1-x86_64", "6.1.167", "kernel.config.OVERLAY_FS", "y" },
		{ "firecracker-guest-6.1-x86_64", "6.1.167", "kernel.config.VXLAN", NULL },
		{ "openela9-5.14-aarch64", "5.14.0-503.el9.aarch64", "kernel.config.KVM", "y" },
		{ "openela9-5.14-aarch64", "5.14.0-503.el9.aarch64", "kernel.config.ARM_SMMU_V3",
		  "y" },
		{ "openela9-5.14-x86_64", "5.14.0-503.el9.x86_64", "kernel.config.VHOST_NET", "m" },
		{ "xcp-ng-4.19-dom0", "4.19.0+1", "kernel.config.XEN_DOM0", "y" },
		{ "xcp-ng-4.19-dom0", "4.19.0+1", "kernel.config.KVM", NULL },
		{ "xcp-ng-4.19-dom0", "4.19.0+1", "kernel.config.VHOST_NET", NULL },
	};

	fixture_absent(state, "/proc/config.gz");
	fixture_write(state, "/proc/mounts", "/dev/sda2 / ext4 rw 0 0\n");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (i == 0 || strcmp(rows[i].machine, rows[i - 1].machine) != 0)
			fixture_config(state, rows[i].machine, rows[i].release);
		if (rows[i].value)
			assert_text(ask(state, rows[i].option), rows[i].option, rows[i].value);
		else
			assert_absent(ask(state, rows[i].option), rows[i].option);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(options_read_as_they_are_written),
		TEST(the_kernel_s_own_comes_before_boot),
		TEST(damaged_gzip_is_unknown_where_nothing_else_is),
		TEST(boot_behind_an_automount_stays_unopened),
		TEST(another_kernel_s_configuration_is_not_this_one_s),
		TEST(no_configuration_anywhere_is_unknown_and_not_a_no),
		TEST(a_configuration_for_root_s_eyes_is_unknown),
		TEST(a_facts_file_answers_names_that_are_asked_later),
		TEST(real_configurations_read_as_the_field_reads_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
