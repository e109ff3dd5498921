/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel_module: loaded, built in, available or missing, and when none of these can be said */
#include "../fixture.h"

#include <glob.h>
#include <string.h>

#include "kernel.h"

extern const struct probe probe_kernel_config, probe_kernel_module;

#define R "/lib/modules/6.1.0-18-amd64"

static struct facts *ask(void **state, const char *name)
{
	return fixture_run_asking(state, &probe_kernel_module, &name, 1);
}

static void assert_module(void **state, const char *module, const char *expected)
{
	const char *name = PATH("kernel.module.%s", module);

	assert_text(ask(state, name), name, expected);
}

/* A distribution's kernel, with its index but for the list of what is built in. */
static void without_builtin(void **state)
{
	fixture_write(state, "/proc/sys/kernel/osrelease", "6.1.0-18-amd64\n");
	fixture_write(state, "/proc/cmdline", "quiet\n");
	fixture_write(state, "/proc/modules",
		      "overlay 163840 12 - Live 0x0000000000000000\n"
		      "vhost_net 36864 0 vhost, Unloading 0x0000000000000000\n"
		      "out_of_tree 16384 0 - Live 0x0000000000000000 (OE)\n");
	fixture_folder(state, "/sys/module/overlay");
	fixture_folder(state, "/sys/module/tcp_cubic");
	fixture_folder(state, "/sys/module/vhost_net");
	fixture_folder(state, "/sys/module/out_of_tree");
	fixture_write(state, R "/modules.dep",
		      "kernel/drivers/net/vxlan/vxlan.ko.xz: kernel/net/ipv4/udp_tunnel.ko.xz\n"
		      "kernel/net/8021q/8021q.ko.zst:\n"
		      "kernel/drivers/vhost/vhost_net.ko: kernel/drivers/vhost/vhost.ko\n"
		      "kernel/drivers/md/dm-thin-pool.ko: kernel/drivers/md/dm-bio-prison.ko\n"
		      "kernel/fs/overlayfs/overlay.ko:\n"
		      "extra/drbd9/drbd.ko.gz:\n");
}

static void distribution(void **state)
{
	without_builtin(state);
	fixture_write(state, R "/modules.builtin",
		      "kernel/fs/fuse/fuse.ko\nkernel/drivers/iommu/amd-v2.ko\n");
}

static void each_module_is_there_in_its_way(void **state)
{
	distribution(state);
	assert_module(state, "overlay", "loaded");
	assert_module(state, "out_of_tree", "loaded");
	assert_module(state, "tcp_cubic", "builtin");
	assert_module(state, "fuse", "builtin");
	assert_module(state, "vxlan", "available");
	assert_module(state, "8021q", "available");
	assert_module(state, "drbd", "available");
	assert_module(state, "zfs", "missing");
}

static void dash_and_underscore_are_one(void **state)
{
	distribution(state);
	assert_module(state, "dm_thin_pool", "available");
	assert_module(state, "dm-thin-pool", "available");
	assert_module(state, "amd_v2", "builtin");
	assert_module(state, "out-of-tree", "loaded");
}

static void a_longer_or_shorter_name_is_another_module(void **state)
{
	distribution(state);
	assert_module(state, "vhost", "missing"); /* it is only named behind the colon */
	assert_module(state, "overla", "missing");
	assert_module(state, "overlayfs", "missing");
}

static void a_module_that_is_being_unloaded_is_no_longer_loaded(void **state)
{
	distribution(state);
	assert_module(state, "vhost_net", "available");
}

static void without_an_index_nothing_is_missing(void **state)
{
	struct facts *facts;

	fixture_write(state, "/proc/sys/kernel/osrelease", "6.1.0-18-amd64\n");
	fixture_write(state, "/proc/modules", "tun 65536 2 - Live 0x0000000000000000\n");
	fixture_folder(state, "/sys/module/tun");
	fixture_absent(state, "/lib/modules/*");
	fixture_absent(state, "/run/booted-system/*");
	assert_module(state, "tun", "loaded");
	facts = ask(state, "kernel.module.vxlan");
	assert_bool(facts, "kernel.modules.indexed", false);
	assert_unknown(facts, "kernel.module.vxlan", UNKNOWN_UNSUPPORTED);
}

static void an_index_that_was_not_recorded_is_unknown(void **state)
{
	fixture_write(state, "/proc/sys/kernel/osrelease", "6.1.0-18-amd64\n");
	fixture_write(state, "/proc/modules", "tun 65536 2 - Live 0x0000000000000000\n");
	assert_unknown(ask(state, "kernel.module.vxlan"), "kernel.module.vxlan",
		       UNKNOWN_NOT_RECORDED);
}

static void half_an_index_disproves_nothing(void **state)
{
	without_builtin(state);
	fixture_error(state, R "/modules.builtin", "EACCES");
	assert_module(state, "vxlan", "available");
	assert_unknown(ask(state, "kernel.module.zfs"), "kernel.module.zfs", UNKNOWN_PERMISSION);
}

/* A kernel built without CONFIG_MODULES, as in micro virtual machines. */
static void monolithic(void **state, const char *config)
{
	fixture_write(state, "/proc/sys/kernel/osrelease", "6.1.0-18-amd64\n");
	fixture_absent(state, "/proc/modules");
	fixture_folder(state, "/sys/module/kvm");
	fixture_write(state, R "/config", config);
	fixture_absent(state, "/proc/config.gz");
	fixture_absent(state, R "/modules.dep");
	fixture_absent(state, "/run/booted-system/*");
}

static void a_kernel_that_loads_nothing_is_told_by_its_configuration(void **state)
{
	static const char *const names[] = { "kernel.module.vxlan", "kernel.module.vhost_net",
					     "kernel.module.kvm", "kernel.module.some_driver",
					     "kernel.module.rdma_cm" };
	struct facts *facts;

	monolithic(state, "CONFIG_VXLAN=y\n# CONFIG_VHOST_NET is not set\n");
	facts = fixture_run_all(state, names, ARRAY_SIZE(names));
	assert_bool(facts, "kernel.modules.loading", false);
	assert_text(facts, "kernel.module.vxlan", "builtin");
	assert_text(facts, "kernel.module.vhost_net", "missing");
	assert_text(facts, "kernel.module.kvm", "builtin");
	assert_unknown(facts, "kernel.module.some_driver", UNKNOWN_UNSUPPORTED);
	assert_unknown(facts, "kernel.module.rdma_cm", UNKNOWN_UNSUPPORTED);
}

static void where_modules_load_an_unset_option_disproves_nothing(void **state)
{
	static const char *const names[] = { "kernel.module.vxlan", "kernel.module.drbd" };
	struct facts *facts;

	monolithic(state, "CONFIG_MODULES=y\nCONFIG_VXLAN=y\n");
	fixture_write(state, "/proc/modules", "");
	facts = fixture_run_all(state, names, ARRAY_SIZE(names));
	assert_text(facts, "kernel.module.vxlan", "builtin");
	assert_unknown(facts, "kernel.module.drbd", UNKNOWN_UNSUPPORTED);
}

static void blocked_modules_are_found_wherever_it_says_so(void **state)
{
	static const char *const yes[] = { "pcspkr", "kvm_intel", "usb-storage", "nouveau",
					   "floppy", "dccp",	  "joined" };
	static const char *const no[] = { "fred", "covered", "loop", "kvm" };

	distribution(state);
	fixture_write(state, "/proc/cmdline",
		      "modprobe.blacklist=nouveau,floppy module_blacklist=dccp quiet\n");
	fixture_write(state, "/etc/modprobe.d/a.conf",
		      "# blacklist loop\nblacklist pcspkr\n  blacklist kvm-intel\n"
		      "install usb_storage /bin/true\nblacklist \\\njoined\n"
		      "install fred /sbin/modprobe barney; /sbin/modprobe --ignore-install fred\n"
		      "options kvm nx_huge_pages=never\n");
	fixture_write(state, "/etc/modprobe.d/notes.txt", "blacklist loop\n");
	fixture_write(state, "/etc/modprobe.d/b.conf", "");
	fixture_write(state, "/lib/modprobe.d/b.conf", "blacklist covered\n");
	fixture_absent(state, "/run/modprobe.d");
	fixture_absent(state, "/usr/local/lib/modprobe.d");
	for (size_t i = 0; i < ARRAY_SIZE(yes); i++)
		assert_bool(ask(state, PATH("kernel.module_blocked.%s", yes[i])),
			    PATH("kernel.module_blocked.%s", yes[i]), true);
	for (size_t i = 0; i < ARRAY_SIZE(no); i++)
		assert_bool(ask(state, PATH("kernel.module_blocked.%s", no[i])),
			    PATH("kernel.module_blocked.%s", no[i]), false);
}

static void out_of_tree(void **state, const char *sig_enforce)
{
	distribution(state);
	fixture_write(state, "/sys/module/module/parameters/sig_enforce", sig_enforce);
	fixture_write(state, R "/modules.dep",
		      "kernel/drivers/net/vxlan/vxlan.ko.xz:\n"
		      "updates/dkms/zfs.ko:\nupdates/dkms/spl.ko:\nextra/drbd9/drbd.ko.gz:\n");
	fixture_write(state, R "/updates/dkms/zfs.ko", "a module that nobody has signed, at all");
	fixture_write(state, R "/updates/dkms/spl.ko", "code~Module signature appended~\n");
	fixture_absent(state, "/etc/modprobe.d");
	fixture_absent(state, "/run/modprobe.d");
	fixture_absent(state, "/usr/local/lib/modprobe.d");
	fixture_absent(state, "/lib/modprobe.d");
}

static void a_kernel_that_asks_for_signatures_refuses_modules_without_one(void **state)
{
	static const char *const asked[] = { "kernel.module_blocked.zfs",
					     "kernel.module_blocked.spl",
					     "kernel.module_blocked.drbd",
					     "kernel.module_blocked.vxlan" };
	struct facts *facts;

	out_of_tree(state, "Y\n");
	facts = fixture_run_asking(state, &probe_kernel_module, asked, ARRAY_SIZE(asked));
	assert_bool(facts, "kernel.modules.signed_only", true);
	assert_list(facts, "kernel.modules.refused", "zfs");
	assert_list(facts, "kernel.modules.unproven", "spl drbd");
	assert_bool(facts, "kernel.module_blocked.zfs", true);
	assert_unknown(facts, "kernel.module_blocked.spl", UNKNOWN_UNSUPPORTED);
	assert_unknown(facts, "kernel.module_blocked.drbd", UNKNOWN_UNSUPPORTED);
	assert_bool(facts, "kernel.module_blocked.vxlan", false);
}

static void a_locked_kernel_asks_for_signatures_too(void **state)
{
	struct facts *facts;

	out_of_tree(state, "N\n");
	fixture_write(state, "/sys/kernel/security/lsm", "lockdown,capability\n");
	fixture_write(state, "/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	facts = fixture_run_all(state, NULL, 0);
	assert_bool(facts, "kernel.modules.signed_only", true);
	assert_list(facts, "kernel.modules.refused", "zfs");
}

static void where_no_signature_is_asked_for_none_is_missed(void **state)
{
	struct facts *facts;

	out_of_tree(state, "N\n");
	fixture_write(state, "/sys/kernel/security/lsm", "capability\n");
	fixture_absent(state, "/sys/kernel/security/lockdown");
	facts = fixture_run_all(state, NULL, 0);
	assert_bool(facts, "kernel.modules.signed_only", false);
	assert_list(facts, "kernel.modules.refused", "");
	assert_list(facts, "kernel.modules.unproven", "");
}

static void a_kernel_that_does_not_tell_of_lockdown_may_ask_for_signatures(void **state)
{
	struct facts *facts;

	out_of_tree(state, "N\n");
	facts = ask(state, "kernel.module_blocked.zfs");
	assert_unknown(facts, "kernel.modules.signed_only", UNKNOWN_UNSUPPORTED);
	assert_unknown(facts, "kernel.module_blocked.zfs", UNKNOWN_UNSUPPORTED);
}

static void what_is_blocked_is_unknown_where_a_file_cannot_be_read(void **state)
{
	distribution(state);
	fixture_error(state, "/etc/modprobe.d", "EACCES");
	assert_unknown(ask(state, "kernel.module_blocked.kvm"), "kernel.module_blocked.kvm",
		       UNKNOWN_PERMISSION);
}

static void parameters_are_read_of_loaded_modules(void **state)
{
	distribution(state);
	fixture_write(state, "/sys/module/overlay/parameters/metacopy", "N\n");
	fixture_write(state, "/sys/module/overlay/parameters/depth", "-2\n");
	fixture_absent(state, "/sys/module/overlay/parameters/none");
	fixture_absent(state, "/sys/module/kvm_intel");
	fixture_absent(state, "/sys/module/kvm_intel/*");
	assert_text(ask(state, "kernel.module_param.overlay.metacopy"),
		    "kernel.module_param.overlay.metacopy", "N");
	assert_count(ask(state, "kernel.module_param.overlay.depth"),
		     "kernel.module_param.overlay.depth", -2);
	assert_absent(ask(state, "kernel.module_param.overlay.none"),
		      "kernel.module_param.overlay.none");
	assert_unknown(ask(state, "kernel.module_param.kvm_intel.ept"),
		       "kernel.module_param.kvm_intel.ept", UNKNOWN_UNSUPPORTED);
}

static void loading_can_be_switched_off(void **state)
{
	distribution(state);
	fixture_write(state, "/proc/sys/kernel/modules_disabled", "1\n");
	assert_bool(fixture_run(state, &probe_kernel_module), "kernel.modules_disabled", true);
}

static void a_facts_file_answers_modules_that_are_asked_later(void **state)
{
	auto_facts struct facts *loaded = facts_new();

	distribution(state);
	facts_merge(loaded, fixture_run(state, &probe_kernel_module));
	assert_text(loaded, "kernel.module.vxlan", "available");
	assert_text(loaded, "kernel.module.zfs", "missing");
}

static void copy(void **state, const char *from, const char *to)
{
	auto_file FILE *file = fopen(from, "re");
	auto_free char *text = NULL;
	size_t size = 0;

	assert_non_null(file);
	assert_true(getdelim(&text, &size, '\0', file) > 0);
	fixture_write(state, to, text);
}

/* The lab fetches a distribution's kernel; the table has to say of it what its index says. */
static void the_table_of_options_agrees_with_a_real_kernel(void **state)
{
	static const struct {
		const char *module, *option;
	} rows[] = {
#define MODULE(module, option) { module, option },
#include "kernel-modules.def"
#undef MODULE
	};
	glob_t found;
	const char *release;
	struct facts *facts;

	if (glob("build/lab/cache/*/lib/modules/*", 0, NULL, &found) != 0) {
		print_message("no kernel in build/lab/cache: tests/lab/fetch gets one\n");
		skip();
	}
	release = strrchr(found.gl_pathv[0], '/') + 1;
	fixture_absent(state, "/proc/config.gz");
	fixture_write(state, "/proc/sys/kernel/osrelease", release);
	fixture_write(state, "/proc/modules", "");
	copy(state, PATH("%s/modules.dep", found.gl_pathv[0]),
	     PATH("/lib/modules/%s/modules.dep", release));
	copy(state, PATH("%s/modules.builtin", found.gl_pathv[0]),
	     PATH("/lib/modules/%s/modules.builtin", release));
	copy(state, PATH("%s/../../../boot/config-%s", found.gl_pathv[0], release),
	     PATH("/lib/modules/%s/config", release));
	facts = fixture_run_all(state, NULL, 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *value = "n";
		const char *by_index = kernel_module_state(facts, rows[i].module);
		const char *by_option;

		kernel_option(facts, rows[i].option, &value);
		by_option = *value == 'y' ? "builtin" : *value == 'm' ? "available" : "missing";
		if (strcmp(by_option, by_index) != 0)
			fail_msg("%s: CONFIG_%s=%s, but %s", rows[i].module, rows[i].option, value,
				 by_index);
	}
	globfree(&found);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(each_module_is_there_in_its_way),
		TEST(dash_and_underscore_are_one),
		TEST(a_longer_or_shorter_name_is_another_module),
		TEST(a_module_that_is_being_unloaded_is_no_longer_loaded),
		TEST(without_an_index_nothing_is_missing),
		TEST(an_index_that_was_not_recorded_is_unknown),
		TEST(half_an_index_disproves_nothing),
		TEST(a_kernel_that_loads_nothing_is_told_by_its_configuration),
		TEST(where_modules_load_an_unset_option_disproves_nothing),
		TEST(blocked_modules_are_found_wherever_it_says_so),
		TEST(a_kernel_that_asks_for_signatures_refuses_modules_without_one),
		TEST(a_locked_kernel_asks_for_signatures_too),
		TEST(where_no_signature_is_asked_for_none_is_missed),
		TEST(a_kernel_that_does_not_tell_of_lockdown_may_ask_for_signatures),
		TEST(what_is_blocked_is_unknown_where_a_file_cannot_be_read),
		TEST(parameters_are_read_of_loaded_modules),
		TEST(loading_can_be_switched_off),
		TEST(a_facts_file_answers_modules_that_are_asked_later),
		TEST(the_table_of_options_agrees_with_a_real_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
