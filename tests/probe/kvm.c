/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kvm: what /dev/kvm answers, what is done to prove it, and when nothing is done */
#include <string.h>
#include <unistd.h>

#include "fixture.h"
#include "host/kvm.h"

extern const struct probe probe_kvm;

/* A host whose KVM is loaded, whose device is there, and that runs no other hypervisor. */
static void kvm_files(void **state, const char *vendor, const char *module)
{
	fixture_write(state, "/proc/cpuinfo", PATH("vendor_id\t: %s\nflags\t\t: fpu\n", vendor));
	fixture_write(state, "/sys/class/misc/kvm/dev", "10:232\n");
	fixture_write(state, PATH("/sys/module/%s/refcnt", module), "0\n");
	fixture_write(state, "/proc/modules", PATH("%s 1 0 - Live 0x0\n", module));
	fixture_write(state, "/dev/kvm", "");
	fixture_absent(state, "/sys/devices/system/cpu/isolated");
	fixture_absent(state, "/sys/devices/system/cpu/nohz_full");
	fixture_absent(state, "/sys/module/*");
}

/* Its device answers to the one who asked. */
static void kvm_host(void **state, const char *vendor, const char *module)
{
	kvm_files(state, vendor, module);
	fixture_answer(state, "access /dev/kvm", "1");
	fixture_answer(state, "kvm.api_version", "12");
	fixture_answer(state, "kvm.cap.MAX_VCPUS", "1024");
}

static struct facts *run_kvm(void **state)
{
	return fixture_run(state, &probe_kvm);
}

static void a_guest_that_ran_proves_kvm(void **state)
{
	struct facts *facts;

	kvm_host(state, "GenuineIntel", "kvm_intel");
	fixture_write(state, "/sys/module/kvm_intel/parameters/nested", "Y\n");
	fixture_write(state, "/sys/module/kvm_intel/parameters/ept", "1\n");
	fixture_answer(state, "kvm.create_vm", "0");
	fixture_answer(state, "kvm.guest", "ran");
	facts = run_kvm(state);
	assert_bool(facts, "kvm.usable", true);
	assert_text(facts, "kvm.guest", "ran");
	assert_string_equal(facts_get(facts, "kvm.usable")->source, "a guest that ran (KVM_RUN)");
	assert_text(facts, "kvm.module", "kvm_intel");
	assert_bool(facts, "kvm.nested", true);
	assert_bool(facts, "kvm.ept", true);
	assert_bool(facts, "kvm.busy", false);
	assert_count(facts, "kvm.api_version", 12);
	assert_count(facts, "kvm.max_vcpus", 1024);
	assert_count(facts, "vm.count", 0);
}

static void a_vm_that_was_created_is_proof_where_no_guest_may_run(void **state)
{
	struct facts *facts;

	kvm_host(state, "AuthenticAMD", "kvm_amd");
	fixture_write(state, "/sys/module/kvm_amd/parameters/nested", "0\n");
	fixture_answer(state, "kvm.create_vm", "0");
	facts = run_kvm(state);
	assert_bool(facts, "kvm.usable", true);
	assert_text(facts, "kvm.guest", "not-run");
	assert_bool(facts, "kvm.nested", false);
	assert_string_equal(facts_get(facts, "kvm.usable")->source, "KVM_CREATE_VM");
}

static void a_guest_that_failed_disproves_kvm(void **state)
{
	struct facts *facts;

	kvm_host(state, "GenuineIntel", "kvm_intel");
	fixture_answer(state, "kvm.create_vm", "0");
	fixture_answer(state, "kvm.guest", "failed");
	facts = run_kvm(state);
	assert_bool(facts, "kvm.usable", false);
	assert_text(facts, "kvm.guest", "failed");
}

static void cpus_that_another_hypervisor_holds_are_busy(void **state)
{
	struct facts *facts;

	kvm_host(state, "GenuineIntel", "kvm_intel");
	fixture_answer(state, "kvm.create_vm", "!EBUSY");
	facts = run_kvm(state);
	assert_bool(facts, "kvm.busy", true);
	assert_bool(facts, "kvm.usable", false);
}

static void virtualbox_with_a_vm_is_left_alone(void **state)
{
	struct facts *facts;

	kvm_host(state, "GenuineIntel", "kvm_intel");
	fixture_write(state, "/proc/modules",
		      "vboxnetflt 1 0 - Live 0x0 (OE)\n"
		      "vboxdrv 1 3 vboxnetadp,vboxnetflt, Live 0x0 (OE)\n");
	fixture_answer(state, "kvm.create_vm", "0");
	facts = run_kvm(state);
	assert_bool(facts, "kvm.busy", true);
	assert_text(facts, "kvm.guest", "not-run");
	assert_unknown(facts, "kvm.usable", UNKNOWN_UNSUPPORTED);
}

static void virtualbox_that_only_its_own_modules_use_is_not_in_use(void **state)
{
	struct facts *facts;

	kvm_host(state, "GenuineIntel", "kvm_intel");
	fixture_write(state, "/proc/modules",
		      "vboxdrv 1 2 vboxnetadp,vboxnetflt, Live 0x0 (OE)\n"
		      "vboxdrv_like 1 9 - Live 0x0\nvmmon 1 0 - Live 0x0\n");
	fixture_answer(state, "kvm.create_vm", "0");
	facts = run_kvm(state);
	assert_bool(facts, "kvm.busy", false);
	assert_bool(facts, "kvm.usable", true);
}

static void isolated_cpus_are_not_made_to_enter_vmx(void **state)
{
	struct facts *facts;

	kvm_host(state, "GenuineIntel", "kvm_intel");
	fixture_write(state, "/sys/devices/system/cpu/isolated", "2-15\n");
	fixture_answer(state, "kvm.create_vm", "!EBUSY");
	facts = run_kvm(state);
	assert_bool(facts, "kvm.usable", true);
	assert_text(facts, "kvm.guest", "not-run");
	assert_non_null(strstr(facts_get(facts, "kvm.usable")->source, "no VM was created"));
}

static void isolated_cpus_that_are_in_vmx_already_do_not_hinder(void **state)
{
	kvm_host(state, "GenuineIntel", "kvm_intel");
	fixture_write(state, "/sys/devices/system/cpu/isolated", "2-15\n");
	fixture_write(state, "/sys/module/kvm/parameters/enable_virt_at_load", "Y\n");
	fixture_answer(state, "kvm.create_vm", "0");
	fixture_answer(state, "kvm.guest", "ran");
	assert_text(run_kvm(state), "kvm.guest", "ran");
}

static void vms_that_run_are_counted_by_their_folders(void **state)
{
	struct facts *facts;

	kvm_host(state, "GenuineIntel", "kvm_intel");
	fixture_write(state, "/sys/module/kvm_intel/refcnt", "6\n");
	fixture_write(state, "/sys/kernel/debug/kvm/exits", "1\n");
	fixture_write(state, "/sys/kernel/debug/kvm/1234-12/exits", "1\n");
	fixture_write(state, "/sys/kernel/debug/kvm/1240-13/exits", "1\n");
	fixture_write(state, "/sys/devices/system/cpu/isolated", "2-15\n");
	fixture_answer(state, "kvm.create_vm", "0");
	facts = run_kvm(state);
	assert_count(facts, "kvm.vms", 2);
	assert_count(facts, "vm.count", 2);
	/* the CPUs are in VMX already */
	assert_string_equal(facts_get(facts, "kvm.usable")->source, "KVM_CREATE_VM");
}

static void vms_that_run_are_counted_by_their_processes_files(void **state)
{
	struct facts *facts;

	kvm_host(state, "GenuineIntel", "kvm_pvm");
	fixture_write(state, "/sys/module/kvm_pvm/refcnt", "1\n");
	fixture_absent(state, "/sys/kernel/debug/kvm");
	fixture_folder(state, "/proc/1/fd");
	fixture_link(state, "/proc/77/fd/9", "anon_inode:kvm-vm");
	fixture_link(state, "/proc/77/fd/10", "anon_inode:kvm-vcpu:0");
	fixture_link(state, "/proc/78/fd/1", "/dev/null");
	facts = run_kvm(state);
	assert_count(facts, "kvm.vms", 1);
	assert_text(facts, "kvm.module", "kvm_pvm");
	assert_unknown(facts, "kvm.nested", UNKNOWN_UNSUPPORTED);
}

static void processes_of_others_leave_the_count_of_vms_unknown(void **state)
{
	kvm_host(state, "GenuineIntel", "kvm_intel");
	fixture_write(state, "/sys/module/kvm_intel/refcnt", "6\n");
	fixture_error(state, "/sys/kernel/debug/kvm", "EACCES");
	fixture_folder(state, "/proc/1");
	fixture_error(state, "/proc/1/fd", "EACCES");
	assert_unknown(run_kvm(state), "vm.count", UNKNOWN_PERMISSION);
}

static void processes_that_are_not_shown_leave_the_count_of_vms_unknown(void **state)
{
	kvm_host(state, "GenuineIntel", "kvm_intel");
	fixture_write(state, "/sys/module/kvm_intel/refcnt", "6\n");
	fixture_error(state, "/sys/kernel/debug/kvm", "EACCES");
	fixture_absent(state, "/proc/1");
	fixture_link(state, "/proc/77/fd/1", "/dev/null");
	assert_unknown(run_kvm(state), "kvm.vms", UNKNOWN_PERMISSION);
}

static void an_ordinary_user_outside_the_group_does_not_know(void **state)
{
	struct facts *facts;

	kvm_files(state, "GenuineIntel", "kvm_intel");
	fixture_answer(state, "access /dev/kvm", "0");
	fixture_answer(state, "kvm.api_version", "!EACCES");
	facts = run_kvm(state);
	assert_unknown(facts, "kvm.usable", UNKNOWN_PERMISSION);
	assert_unknown(facts, "kvm.api_version", UNKNOWN_PERMISSION);
	assert_unknown(facts, "kvm.guest", UNKNOWN_PERMISSION);
	assert_unknown(facts, "kvm.busy", UNKNOWN_PERMISSION);
	assert_bool(facts, "kvm.device", true);
	assert_bool(facts, "kvm.rw", true);
}

static void no_kvm_in_the_kernel_is_not_usable(void **state)
{
	struct facts *facts;

	fixture_write(state, "/proc/modules", "ext4 1 1 - Live 0x0\n");
	fixture_absent(state, "/sys/class/misc/kvm");
	fixture_absent(state, "/dev/kvm");
	fixture_answer(state, "kvm.api_version", "!ENOENT");
	facts = run_kvm(state);
	assert_bool(facts, "kvm.usable", false);
	assert_bool(facts, "kvm.device", false);
	assert_bool(facts, "kvm.rw", false);
	assert_absent(facts, "kvm.module");
	assert_absent(facts, "kvm.api_version");
	assert_count(facts, "kvm.vms", 0);
}

static void nested_kvm_is_unknown_while_no_kvm_module_is_loaded(void **state)
{
	fixture_absent(state, "/sys/class/misc/kvm");
	assert_unknown(run_kvm(state), "kvm.nested", UNKNOWN_UNSUPPORTED);
}

static void a_recording_without_answers_leaves_kvm_unknown(void **state)
{
	struct facts *facts = run_kvm(state);

	assert_unknown(facts, "kvm.usable", UNKNOWN_NOT_RECORDED);
	assert_unknown(facts, "kvm.guest", UNKNOWN_NOT_RECORDED);
	assert_unknown(facts, "kvm.device", UNKNOWN_NOT_RECORDED);
	assert_unknown(facts, "vm.count", UNKNOWN_NOT_RECORDED);
}

static void of_two_modules_built_in_the_cpus_own_runs(void **state)
{
	kvm_host(state, "HygonGenuine", "kvm_intel");
	fixture_write(state, "/sys/module/kvm_amd/parameters/nested", "1\n");
	fixture_write(state, "/sys/module/kvm_amd/parameters/npt", "N\n");
	assert_text(run_kvm(state), "kvm.module", "kvm_amd");
	assert_bool(run_kvm(state), "kvm.ept", false);
}

static void capabilities_are_asked_by_name(void **state)
{
	static const char *const names[] = { "kvm.cap.IRQCHIP", "kvm.cap.PIT2", "kvm.cap.NO_SUCH",
					     "kvm.cap.XSAVE" };
	struct facts *facts;

	kvm_host(state, "GenuineIntel", "kvm_intel");
	fixture_answer(state, "kvm.cap.IRQCHIP", "1");
	fixture_answer(state, "kvm.cap.PIT2", "0");
	facts = fixture_run_asking(state, &probe_kvm, names, 4);
	assert_bool(facts, "kvm.cap.IRQCHIP", true);
	assert_bool(facts, "kvm.cap.PIT2", false);
	assert_unknown(facts, "kvm.cap.NO_SUCH", UNKNOWN_UNSUPPORTED);
	assert_unknown(facts, "kvm.cap.XSAVE", UNKNOWN_NOT_RECORDED);
}

/* The one test that needs a machine with KVM: it says so where there is none. */
static void a_real_guest_runs_where_this_machine_has_kvm(void **state)
{
	enum host_kvm_guest guest = HOST_KVM_GUEST_NOT_RUN;
	auto_host struct host *host = NULL;
	struct host_options options = { 0 };
	struct error err = { 0 };

	(void)state;
	if (access("/dev/kvm", R_OK | W_OK) < 0) {
		print_message("SKIPPED: this account cannot use /dev/kvm\n");
		skip();
	}
	assert_int_equal(host_open_live(NULL, &options, &host, &err), 0);
	if (host_kvm_try(host, true, &guest, &err) < 0)
		fail_msg("%s", err.text);
#if defined(__x86_64__)
	if (guest != HOST_KVM_GUEST_RAN)
		fail_msg("%s", err.text);
#else
	assert_int_equal(guest, HOST_KVM_GUEST_NOT_RUN);
#endif
	assert_int_equal(host_kvm_try(host, false, &guest, &err), 0);
	assert_int_equal(guest, HOST_KVM_GUEST_NOT_RUN);
}

static void a_parameter_of_sev_counts_with_the_processor_that_keeps_the_keys(void **state)
{
	struct facts *facts;

	kvm_host(state, "AuthenticAMD", "kvm_amd");
	fixture_write(state, "/sys/module/kvm_amd/parameters/sev", "Y\n");
	fixture_write(state, "/sys/module/kvm_amd/parameters/sev_es", "1\n");
	fixture_write(state, "/sys/module/kvm_amd/parameters/sev_snp", "N\n");
	fixture_absent(state, "/sys/class/misc/sev");
	facts = run_kvm(state);
	assert_bool(facts, "kvm.sev", false);
	assert_bool(facts, "kvm.sev_es", false);
	assert_bool(facts, "kvm.sev_snp", false);
	fixture_write(state, "/sys/class/misc/sev/dev", "10:124\n");
	fixture_write(state, "/sys/fs/cgroup/misc.capacity", "sev 410\nsev_es 99\n");
	facts = run_kvm(state);
	assert_bool(facts, "kvm.sev", true);
	assert_bool(facts, "kvm.sev_es", true);
	assert_bool(facts, "kvm.sev_snp", false);
	assert_bool(facts, "kvm.tdx", false);
	assert_count(facts, "kvm.sev.guests", 410);
	assert_count(facts, "kvm.sev_es.guests", 99);
}

static void a_parameter_of_sev_on_a_cpu_without_it_is_an_intention(void **state)
{
	struct facts *facts;

	kvm_host(state, "AuthenticAMD", "kvm_amd");
	fixture_write(state, "/sys/module/kvm_amd/parameters/sev", "Y\n");
	fixture_write(state, "/sys/class/misc/sev/dev", "10:124\n");
	facts = run_kvm(state);
	assert_bool(facts, "kvm.sev", true);
	facts_set_bool(facts, "cpu.sev", false, "CPUID");
	probe_kvm.derive(facts);
	assert_bool(facts, "kvm.sev", false);
	assert_count(facts, "kvm.sev.guests", 0);
}

static void tdx_that_the_module_left_on_works(void **state)
{
	kvm_host(state, "GenuineIntel", "kvm_intel");
	fixture_write(state, "/sys/module/kvm_intel/parameters/tdx", "Y\n");
	assert_bool(run_kvm(state), "kvm.tdx", true);
}

static void without_kvm_nothing_tells_of_confidential_guests(void **state)
{
	fixture_absent(state, "/sys/class/misc/kvm");
	assert_unknown(run_kvm(state), "kvm.sev", UNKNOWN_UNSUPPORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_guest_that_ran_proves_kvm),
		TEST(a_parameter_of_sev_counts_with_the_processor_that_keeps_the_keys),
		TEST(a_parameter_of_sev_on_a_cpu_without_it_is_an_intention),
		TEST(tdx_that_the_module_left_on_works),
		TEST(without_kvm_nothing_tells_of_confidential_guests),
		TEST(a_vm_that_was_created_is_proof_where_no_guest_may_run),
		TEST(a_guest_that_failed_disproves_kvm),
		TEST(cpus_that_another_hypervisor_holds_are_busy),
		TEST(virtualbox_with_a_vm_is_left_alone),
		TEST(virtualbox_that_only_its_own_modules_use_is_not_in_use),
		TEST(isolated_cpus_are_not_made_to_enter_vmx),
		TEST(isolated_cpus_that_are_in_vmx_already_do_not_hinder),
		TEST(vms_that_run_are_counted_by_their_folders),
		TEST(vms_that_run_are_counted_by_their_processes_files),
		TEST(processes_of_others_leave_the_count_of_vms_unknown),
		TEST(processes_that_are_not_shown_leave_the_count_of_vms_unknown),
		TEST(an_ordinary_user_outside_the_group_does_not_know),
		TEST(no_kvm_in_the_kernel_is_not_usable),
		TEST(nested_kvm_is_unknown_while_no_kvm_module_is_loaded),
		TEST(a_recording_without_answers_leaves_kvm_unknown),
		TEST(of_two_modules_built_in_the_cpus_own_runs),
		TEST(capabilities_are_asked_by_name),
		TEST(a_real_guest_runs_where_this_machine_has_kvm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
