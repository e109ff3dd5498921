/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xen: the control domain, its guests, and machines without Xen */
#include "fixture.h"

extern const struct probe probe_xen;

static void control_domain(void **state)
{
	fixture_write(state, "/sys/hypervisor/type", "xen\n");
	fixture_write(state, "/sys/hypervisor/properties/features", "0000a805\n");
	fixture_write(state, "/sys/hypervisor/properties/capabilities",
		      "xen-3.0-x86_64 hvm-3.0-x86_32 hvm-3.0-x86_64 \n");
	fixture_write(state, "/sys/hypervisor/version/major", "4\n");
	fixture_write(state, "/sys/hypervisor/version/minor", "17\n");
	fixture_write(state, "/sys/hypervisor/version/extra", ".3-pre\n");
}

static void the_control_domain_tells_what_xen_can_run(void **state)
{
	struct facts *facts;

	control_domain(state);
	facts = fixture_run(state, &probe_xen);
	assert_bool(facts, "xen.dom0", true);
	assert_bool(facts, "xen.domu", false);
	assert_bool(facts, "xen.hvm", true);
	assert_list(facts, "xen.caps", "xen-3.0-x86_64 hvm-3.0-x86_32 hvm-3.0-x86_64");
	assert_text(facts, "xen.version", "4.17.3-pre");
	assert_unknown(facts, "xen.directio", UNKNOWN_UNSUPPORTED);
}

static void a_guest_of_xen_is_no_control_domain(void **state)
{
	struct facts *facts;

	control_domain(state);
	fixture_write(state, "/sys/hypervisor/properties/features", "00000705\n");
	fixture_write(state, "/sys/hypervisor/properties/capabilities", "<denied>\n");
	facts = fixture_run(state, &probe_xen);
	assert_bool(facts, "xen.dom0", false);
	assert_bool(facts, "xen.domu", true);
	assert_unknown(facts, "xen.hvm", UNKNOWN_HIDDEN);
}

static void a_control_domain_of_old_is_known_by_xenfs(void **state)
{
	struct facts *facts;

	fixture_machine(state, "virt-what/rhel5-xen-dom0.tar.xz", "rhel5-xen-dom0");
	facts = fixture_run(state, &probe_xen);
	assert_bool(facts, "xen.dom0", true);
	assert_bool(facts, "xen.domu", false);
	assert_bool(facts, "xen.hvm", true);
}

static void an_hvm_guest_whose_kernel_knows_no_xen_is_known_by_its_cpu(void **state)
{
	struct facts *facts;

	fixture_absent(state, "/sys/hypervisor/*");
	fixture_absent(state, "/proc/xen/*");
	fixture_absent(state, "/proc/device-tree/*");
	fixture_answer(state, "cpuid.hypervisor", "XenVMMXenVMM");
	facts = fixture_run(state, &probe_xen);
	assert_bool(facts, "xen.dom0", false);
	assert_bool(facts, "xen.domu", true);
}

static void a_machine_without_xen_has_neither(void **state)
{
	struct facts *facts;

	fixture_absent(state, "/sys/hypervisor/*");
	fixture_absent(state, "/proc/xen/*");
	fixture_absent(state, "/proc/device-tree/*");
	fixture_answer(state, "cpuid.hypervisor", "");
	facts = fixture_run(state, &probe_xen);
	assert_bool(facts, "xen.dom0", false);
	assert_bool(facts, "xen.domu", false);
	assert_absent(facts, "xen.version");
	assert_bool(facts, "xen.hvm", false);
}

static void a_recording_that_holds_nothing_of_it_leaves_xen_unknown(void **state)
{
	assert_unknown(fixture_run(state, &probe_xen), "xen.dom0", UNKNOWN_NOT_RECORDED);
}

static void an_arm_guest_is_known_by_its_device_tree(void **state)
{
	fixture_absent(state, "/sys/hypervisor/*");
	fixture_absent(state, "/proc/xen/*");
	fixture_write(state, "/proc/device-tree/hypervisor/compatible", "xen,xen-4.11");
	assert_bool(fixture_run(state, &probe_xen), "xen.domu", true);
}

static void a_guest_of_another_hypervisor_is_no_control_domain(void **state)
{
	struct facts *facts = fixture_run(state, &probe_xen);

	assert_unknown(facts, "xen.dom0", UNKNOWN_NOT_RECORDED);
	facts_set_string(facts, "host.vm", "kvm", "a recording");
	probe_xen.derive(facts);
	assert_bool(facts, "xen.dom0", false);
	assert_bool(facts, "xen.domu", false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_guest_of_another_hypervisor_is_no_control_domain),
		TEST(the_control_domain_tells_what_xen_can_run),
		TEST(a_guest_of_xen_is_no_control_domain),
		TEST(a_control_domain_of_old_is_known_by_xenfs),
		TEST(an_hvm_guest_whose_kernel_knows_no_xen_is_known_by_its_cpu),
		TEST(a_machine_without_xen_has_neither),
		TEST(a_recording_that_holds_nothing_of_it_leaves_xen_unknown),
		TEST(an_arm_guest_is_known_by_its_device_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
