/* SPDX-License-Identifier: GPL-2.0-or-later */
/* actions: steps of many changes as one line, one set, one file; and words for a shell */
#include "../fixture.h"

#include <string.h>

#include "actions.h"
#include "core/util.h"
#include "plan_shell.h"

static struct action_list list_of(struct arena *arena, const char *words)
{
	struct action_list list = { 0 };

	list.items = arena_alloc(arena, 16 * sizeof(*list.items));
	while (*words) {
		size_t len = strcspn(words, " ");

		list.items[list.len++].name = arena_strndup(arena, words, len);
		words += len + strspn(words + len, " ");
	}
	return list;
}

static void words_go_off_and_on_a_command_line(void **state)
{
	static const struct {
		const char *line, *taken, *put, *after;
	} cases[] = {
		{ "quiet", "", "iommu=pt", "quiet iommu=pt" },
		{ "", "", "iommu=pt", "iommu=pt" },
		{ "a quiet b", "quiet", "", "a b" },
		/* By its name alone whatever its value is; a longer name is another. */
		{ "iommu=off intel_iommu=off", "iommu", "", "intel_iommu=off" },
		{ "x=1 x=2", "x=2", "", "x=1" },
		/* What stands there already does not stand there twice. */
		{ "iommu=pt ro", "iommu", "iommu=pt", "ro iommu=pt" },
		{ "dyndbg=\"file a +p\" quiet", "quiet", "", "dyndbg=\"file a +p\"" },
		/* Behind the two dashes all is init's. */
		{ "ro -- quiet", "quiet", "x", "ro x -- quiet" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct arena arena = { 0 };
		const struct action_list taken = list_of(&arena, cases[i].taken);
		const struct action_list put = list_of(&arena, cases[i].put);

		assert_string_equal(actions_cmdline(&arena, cases[i].line, &taken, &put),
				    cases[i].after);
		arena_free(&arena);
	}
}

/* What two changes with these steps do on a system with this command line. */
static struct actions *merged(struct arena *arena, struct facts *facts, const struct step *steps,
			      size_t n, const struct rules *rules)
{
	struct change changes[2] = {
		{ .kind = REMEDY_SETUP, .steps = steps, .n_steps = n / 2 },
		{ .kind = REMEDY_REBOOT, .steps = steps + n / 2, .n_steps = n - n / 2 }
	};
	const struct plan plan = { .changes = changes, .n_changes = 2 };
	struct actions *actions = actions_new(arena, facts);

	actions_add(arena, rules, actions, &plan);
	return actions;
}

static void steps_of_several_changes_become_one(void **state)
{
	static const struct step steps[] = {
		{ .kind = STEP_PACKAGE, .name = "clock" },
		{ .kind = STEP_PACKAGE, .name = "clock" },
		{ .kind = STEP_SYSCTL, .name = "a.b", .value = "1" },
		{ .kind = STEP_HUGEPAGES, .name = "2M", .value = "512" },
		{ .kind = STEP_CMDLINE_REMOVE, .name = "module_blacklist", .value = "kvm" },
		{ .kind = STEP_CMDLINE_REMOVE, .name = "module_blacklist", .value = "kvm_amd" },
		{ .kind = STEP_HUGEPAGES, .name = "1G", .value = "4" },
		{ .kind = STEP_ENABLE, .name = "clock" },
	};
	static const struct package packages[] = {
		{ .name = "clock",
		  .title = "a clock",
		  .names = { [MANAGER_APT] = "chrony ntpdate" },
		  .units = { [MANAGER_APT] = "chrony" } },
	};
	const struct rules rules = { .packages = packages, .n_packages = 1 };
	auto_facts struct facts *facts = facts_new();
	struct arena arena = { 0 };
	const struct actions *actions;

	(void)state;
	facts_set_string(facts, "os.package_manager", "apt", "test");
	facts_set_string(facts, "kernel.cmdline", "ro module_blacklist=kvm,b,kvm_amd", "test");
	actions = merged(&arena, facts, steps, ARRAY_SIZE(steps), &rules);
	assert_string_equal(actions_install(&arena, actions), "apt-get install -y chrony ntpdate");
	assert_int_equal(actions->sysctls.len, 2);
	assert_string_equal(actions->sysctls.items[1].name, "vm.nr_hugepages");
	assert_string_equal(actions->enable.items[0].name, "chrony");
	assert_string_equal(actions->after, "ro module_blacklist=b hugepagesz=1G hugepages=4");
	arena_free(&arena);
}

static void a_package_whose_name_is_not_known_here_is_said_by_its_title(void **state)
{
	static const struct step steps[] = { { .kind = STEP_PACKAGE, .name = "clock" } };
	static const struct package packages[] = {
		{ .name = "clock", .title = "a clock", .names = { [MANAGER_APT] = "chrony" } },
	};
	const struct rules rules = { .packages = packages, .n_packages = 1 };
	auto_facts struct facts *facts = facts_new();
	struct arena arena = { 0 };
	const struct actions *actions;

	(void)state;
	facts_set_string(facts, "os.package_manager", "pacman", "test");
	actions = merged(&arena, facts, steps, ARRAY_SIZE(steps), &rules);
	assert_null(actions_install(&arena, actions));
	assert_string_equal(actions->unnamed.items[0].name, "a clock");
	arena_free(&arena);
}

static void a_word_for_the_shell_stays_one_word(void **state)
{
	struct arena arena = { 0 };

	(void)state;
	assert_string_equal(shell_quoted(&arena, "a b"), "'a b'");
	assert_string_equal(shell_quoted(&arena, "it's $x"), "'it'\\''s $x'");
	assert_string_equal(shell_quoted(&arena, ""), "''");
	arena_free(&arena);
}

static void the_menu_of_the_maker_is_named_where_it_is_known(void **state)
{
	static const char *const match[] = { "Dell" };
	static const struct firmware_vendor vendors[] = {
		{ .name = "dell", .title = "Dell", .match = match, .n_match = 1 },
	};
	static const struct firmware_menu menus[] = { { .vendor = "dell", .text = "A > B" } };
	static const struct firmware_setting settings[] = {
		{ .name = "iommu", .title = "the IOMMU", .menus = menus, .n_menus = 1 },
	};
	const struct rules rules = {
		.vendors = vendors, .n_vendors = 1, .settings = settings, .n_settings = 1
	};
	struct arena arena = { 0 };

	(void)state;
	assert_string_equal(firmware_menu(&arena, &rules, "Dell Inc.", "iommu"), "Dell: A > B");
	assert_null(firmware_menu(&arena, &rules, "HPE", "iommu"));
	assert_null(firmware_menu(&arena, &rules, "Dell Inc.", "smt"));
	assert_null(firmware_menu(&arena, &rules, NULL, "iommu"));
	arena_free(&arena);
}

/* What DMI tables of such machines begin with. */
static void shipped_menus_are_those_of_the_maker_as_its_machines_tell_it(void **state)
{
	static const struct {
		const char *maker, *setting, *menu;
	} cases[] = {
		{ "Dell Inc.", "virtualization",
		  "Dell PowerEdge: System BIOS > Processor Settings > Virtualization Technology" },
		{ "HPE", "uefi",
		  "HPE ProLiant: System Configuration > BIOS/Platform Configuration (RBSU) > Boot "
		  "Options > Boot Mode" },
		{ "HP", "secure-boot",
		  "HPE ProLiant: System Configuration > BIOS/Platform Configuration (RBSU) > "
		  "Server Security > Secure Boot" },
		{ "LENOVO", "secure-boot",
		  "Lenovo ThinkSystem: UEFI Setup > Security > Secure Boot" },
		{ "Supermicro", "sriov",
		  "Supermicro: Advanced > PCIe/PCI/PnP Configuration > SR-IOV Support" },
		{ "GIGABYTE", "tpm",
		  "Gigabyte with AMI Aptio: Advanced > Trusted Computing > Security Device "
		  "Support" },
		{ "Oracle Corporation", "iommu",
		  "Oracle with AMI Aptio: IO > IO Virtualization > VT-d" },
		{ "LENOVO", "virtualization", NULL },
		{ "QEMU", "virtualization", NULL },
	};
	struct arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *menu =
			firmware_menu(&arena, &rules_compiled_in, cases[i].maker, cases[i].setting);

		if (cases[i].menu)
			assert_string_equal(menu, cases[i].menu);
		else
			assert_null(menu);
	}
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_go_off_and_on_a_command_line),
		cmocka_unit_test(steps_of_several_changes_become_one),
		cmocka_unit_test(a_package_whose_name_is_not_known_here_is_said_by_its_title),
		cmocka_unit_test(a_word_for_the_shell_stays_one_word),
		cmocka_unit_test(the_menu_of_the_maker_is_named_where_it_is_known),
		cmocka_unit_test(shipped_menus_are_those_of_the_maker_as_its_machines_tell_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
