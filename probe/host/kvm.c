/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kvm: /dev/kvm asked and tried, live and recorded */
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "core/util.h"
#include "host/kvm.h"
#include "host/private.h"
#include "host/recorder.h"

#define DEVICE "/dev/kvm"

static const struct {
	const char *name;
	int number;
} capabilities[] = {
#define CAP(name, number) { #name, number },
#include "host/kvm-capabilities.def"
#undef CAP
};

/* Lends the device, which is opened once: rules ask for many capabilities. */
static int open_device(const struct host *host, int *ret_fd, struct error *err)
{
	int fd = host->cache->kvm_fd, r;

	if (fd >= 0) {
		*ret_fd = fd;
		return 0;
	}
	r = host_exists(host, "/sys/class/misc/kvm", err);
	if (r < 0)
		return r;
	if (r == 0)
		return error_set(err, -ENOENT, "no KVM runs in this kernel");
	fd = host_open_fd(host, DEVICE, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return host_failure(host, DEVICE, fd, err);
	*ret_fd = host->cache->kvm_fd = fd;
	return 0;
}

static int live_api_version(const struct host *host, int64_t *ret, struct error *err)
{
	int fd = -1;
	int r = open_device(host, &fd, err);

	if (r < 0)
		return r;
	r = ioctl(fd, KVM_GET_API_VERSION, 0);
	if (r < 0)
		return error_set(err, -errno, "KVM_GET_API_VERSION: %s", strerror(errno));
	*ret = r;
	return 0;
}

/* Rules to come may name capabilities that today's do not: a recording has all that are known here. */
static void keep_capabilities(const struct host *host)
{
	for (size_t i = 0; i < ARRAY_SIZE(capabilities); i++) {
		int64_t number;

		(void)host_kvm_capability(host, capabilities[i].name, &number, NULL);
	}
}

int host_kvm_api_version(const struct host *host, int64_t *ret, struct error *err)
{
	int r;

	if (!host_is_live(host))
		return host_recorded_i64(host, "kvm.api_version", ret, err);
	r = live_api_version(host, ret, err);
	if (r >= 0 && host_is_recording(host))
		keep_capabilities(host);
	return host_keep_number(host, "kvm.api_version", r, r < 0 ? 0 : *ret, err);
}

static int capability_number(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(capabilities); i++) {
		if (strcmp(capabilities[i].name, name) == 0)
			return capabilities[i].number;
	}
	return -EINVAL;
}

static int live_capability(const struct host *host, const char *name, int number, int64_t *ret,
			   struct error *err)
{
	int fd = -1;
	int r = open_device(host, &fd, err);

	if (r < 0)
		return r;
	r = ioctl(fd, KVM_CHECK_EXTENSION, (unsigned long)number);
	if (r < 0)
		return error_set(err, -errno, "KVM_CHECK_EXTENSION(KVM_CAP_%s): %s", name,
				 strerror(errno));
	*ret = r;
	return 0;
}

int host_kvm_capability(const struct host *host, const char *name, int64_t *ret, struct error *err)
{
	const char *key = PATH("kvm.cap.%s", name);
	int number = capability_number(name);
	int64_t value = 0;
	int r;

	if (number < 0)
		return error_set(err, -EINVAL, "KVM_CAP_%s is not known here", name);
	if (!host_is_live(host))
		return host_recorded_i64(host, key, ret, err);
	r = live_capability(host, name, number, &value, err);
	if (r >= 0)
		*ret = value;
	return host_keep_number(host, key, r, value, err);
}

/* --- the guest --- */

#if defined(__x86_64__)

#define GUEST_MEMORY 4096
#define GUEST_START  0x1000
#define GUEST_PORT   0x10
#define GUEST_VALUE  0x2a

/* mov al,2Ah; out 10h,al; hlt: in real mode, as every x86 CPU starts. */
static const unsigned char guest_code[] = { 0xb0, GUEST_VALUE, 0xe6, GUEST_PORT, 0xf4 };

#define GUEST_LIMIT_NS 250000000

/* What the guest is made of; all zero (and -1) is nothing yet. */
struct guest {
	int vcpu;
	void *memory;
	struct kvm_run *run;
	size_t run_size;
};

static int guest_error(struct error *err, const char *what)
{
	return error_set(err, -errno, "%s: %s", what, strerror(errno));
}

static int guest_map(int kvm, int vm, struct guest *guest, struct error *err)
{
	struct kvm_userspace_memory_region region = {
		.guest_phys_addr = GUEST_START,
		.memory_size = GUEST_MEMORY,
	};
	int size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);

	guest->memory = mmap(NULL, GUEST_MEMORY, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (guest->memory == MAP_FAILED || size < (int)sizeof(*guest->run))
		return guest_error(err, "no memory for a guest");
	memcpy(guest->memory, guest_code, sizeof(guest_code));
	region.userspace_addr = (uintptr_t)guest->memory;
	/* Intel CPUs without "unrestricted guest" need it for real mode; others ignore it. */
	(void)ioctl(vm, KVM_SET_TSS_ADDR, 0xfffbd000UL);
	if (ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region) < 0)
		return guest_error(err, "KVM_SET_USER_MEMORY_REGION");
	guest->vcpu = ioctl(vm, KVM_CREATE_VCPU, 0UL);
	if (guest->vcpu < 0)
		return guest_error(err, "KVM_CREATE_VCPU");
	guest->run_size = (size_t)size;
	guest->run =
		mmap(NULL, guest->run_size, PROT_READ | PROT_WRITE, MAP_SHARED, guest->vcpu, 0);
	return guest->run == MAP_FAILED ? guest_error(err, "mmap of the vCPU") : 0;
}

static int guest_start_state(const struct guest *guest, struct error *err)
{
	struct kvm_regs regs = { .rip = GUEST_START, .rflags = 2 };
	struct kvm_sregs sregs;

	if (ioctl(guest->vcpu, KVM_GET_SREGS, &sregs) < 0)
		return guest_error(err, "KVM_GET_SREGS");
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	if (ioctl(guest->vcpu, KVM_SET_SREGS, &sregs) < 0)
		return guest_error(err, "KVM_SET_SREGS");
	if (ioctl(guest->vcpu, KVM_SET_REGS, &regs) < 0)
		return guest_error(err, "KVM_SET_REGS");
	return 0;
}

/*
 * The guest's end, should it not end itself: a timer's signal that this thread has blocked, but for
 * the time inside KVM_RUN (KVM_SET_SIGNAL_MASK), where it makes KVM_RUN return with EINTR. It is
 * never delivered, so nobody's handler is touched.
 */
struct limit {
	int signal;
	timer_t timer;
	sigset_t before;
};

/* All signals but one stay blocked inside KVM_RUN; the kernel's mask is 64 bits. */
static int block_all_but(int vcpu, int signal)
{
	_Alignas(struct kvm_signal_mask) unsigned char
		bytes[sizeof(struct kvm_signal_mask) + sizeof(uint64_t)] = { 0 };
	struct kvm_signal_mask *mask = (struct kvm_signal_mask *)bytes;
	uint64_t blocked = ~(UINT64_C(1) << (signal - 1));

	mask->len = sizeof(blocked);
	memcpy(bytes + offsetof(struct kvm_signal_mask, sigset), &blocked, sizeof(blocked));
	return ioctl(vcpu, KVM_SET_SIGNAL_MASK, mask);
}

static int limit_set(struct limit *limit, int vcpu, struct error *err)
{
	struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID };
	struct itimerspec when = { .it_value = { .tv_nsec = GUEST_LIMIT_NS } };
	sigset_t set;

	limit->signal = SIGRTMAX - 1;
	sigemptyset(&set);
	sigaddset(&set, limit->signal);
	pthread_sigmask(SIG_BLOCK, &set, &limit->before);
	event.sigev_signo = limit->signal;
	event._sigev_un._tid = (pid_t)syscall(SYS_gettid);
	if (block_all_but(vcpu, limit->signal) < 0 ||
	    timer_create(CLOCK_MONOTONIC, &event, &limit->timer) < 0) {
		guest_error(err, "no time limit for the guest");
		pthread_sigmask(SIG_SETMASK, &limit->before, NULL);
		return err->code;
	}
	timer_settime(limit->timer, 0, &when, NULL);
	return 0;
}

static void limit_clear(struct limit *limit)
{
	struct timespec none = { 0 };
	sigset_t set;

	timer_delete(limit->timer);
	sigemptyset(&set);
	sigaddset(&set, limit->signal);
	while (sigtimedwait(&set, NULL, &none) > 0)
		; /* one that came in the meantime is taken back */
	pthread_sigmask(SIG_SETMASK, &limit->before, NULL);
}

static bool guest_has_spoken(const struct kvm_run *run)
{
	return run->exit_reason == KVM_EXIT_IO && run->io.direction == KVM_EXIT_IO_OUT &&
	       run->io.port == GUEST_PORT && run->io.size == 1 &&
	       *((const unsigned char *)run + run->io.data_offset) == GUEST_VALUE;
}

static int guest_execute(const struct guest *guest, struct error *err)
{
	struct limit limit;
	int r = limit_set(&limit, guest->vcpu, err);

	if (r < 0)
		return r;
	r = ioctl(guest->vcpu, KVM_RUN, 0UL) < 0 ? -errno : 0;
	limit_clear(&limit);
	if (r == -EINTR)
		return error_set(err, -ETIMEDOUT, "KVM_RUN: the guest did not end in time");
	if (r < 0)
		return error_set(err, r, "KVM_RUN: %s", strerror(-r));
	if (!guest_has_spoken(guest->run))
		return error_set(err, -EIO, "KVM_RUN: the guest came back for another reason (%u)",
				 guest->run->exit_reason);
	return 0;
}

static enum host_kvm_guest guest_try(int kvm, int vm, struct error *err)
{
	struct guest guest = { .vcpu = -1, .memory = MAP_FAILED, .run = MAP_FAILED };
	int r = guest_map(kvm, vm, &guest, err);

	if (r == 0)
		r = guest_start_state(&guest, err);
	if (r == 0)
		r = guest_execute(&guest, err);
	if (guest.run != MAP_FAILED)
		munmap(guest.run, guest.run_size);
	if (guest.vcpu >= 0)
		close(guest.vcpu);
	if (guest.memory != MAP_FAILED)
		munmap(guest.memory, GUEST_MEMORY);
	return r == 0 ? HOST_KVM_GUEST_RAN : HOST_KVM_GUEST_FAILED;
}

#else

static enum host_kvm_guest guest_try(int kvm, int vm, struct error *err)
{
	(void)kvm;
	(void)vm;
	(void)err;
	return HOST_KVM_GUEST_NOT_RUN;
}

#endif

static int recorded_try(const struct host *host, enum host_kvm_guest *ret_guest, struct error *err)
{
	auto_free char *guest = NULL;
	int64_t created;
	int r = host_recorded_i64(host, "kvm.create_vm", &created, err);

	if (r < 0)
		return r;
	*ret_guest = HOST_KVM_GUEST_NOT_RUN;
	if (host_recorded_answer(host, "kvm.guest", &guest, err) == 0) {
		if (strcmp(guest, "ran") == 0)
			*ret_guest = HOST_KVM_GUEST_RAN;
		else if (strcmp(guest, "failed") == 0)
			*ret_guest = HOST_KVM_GUEST_FAILED;
	}
	if (*ret_guest == HOST_KVM_GUEST_FAILED) {
		auto_free char *none = NULL;
		struct error why = { 0 };

		if (err && host_recorded_answer(host, "kvm.guest.error", &none, &why) != -ENODATA)
			*err = why;
	}
	return 0;
}

static int live_try(const struct host *host, bool run_guest, enum host_kvm_guest *ret_guest,
		    struct error *err)
{
	int fd = -1, vm;
	int r = open_device(host, &fd, err);

	if (r < 0)
		return r;
	do {
		vm = ioctl(fd, KVM_CREATE_VM, 0UL);
	} while (vm < 0 && errno == EINTR);
	if (vm < 0)
		return error_set(err, -errno, "KVM_CREATE_VM: %s", strerror(errno));
	/*
	 * Left open: kvm_destroy_vm() of virt/kvm/kvm_main.c waits for its readers, which is a millisecond
	 * that nobody needs to wait for with it.
	 */
	close_fd(&host->cache->vm_fd);
	host->cache->vm_fd = vm;
	*ret_guest = run_guest ? guest_try(fd, vm, err) : HOST_KVM_GUEST_NOT_RUN;
	return 0;
}

int host_kvm_try(const struct host *host, bool run_guest, enum host_kvm_guest *ret_guest,
		 struct error *err)
{
	static const char *const names[] = {
		[HOST_KVM_GUEST_NOT_RUN] = "not-run",
		[HOST_KVM_GUEST_RAN] = "ran",
		[HOST_KVM_GUEST_FAILED] = "failed",
	};
	int r;

	if (!host_is_live(host))
		return recorded_try(host, ret_guest, err);
	r = live_try(host, run_guest, ret_guest, err);
	if (host_keep_number(host, "kvm.create_vm", r, 0, err) < 0)
		return r;
	host_keep_text(host, "kvm.guest", names[*ret_guest]);
	if (*ret_guest == HOST_KVM_GUEST_FAILED && err)
		host_keep_failure(host, "kvm.guest.error", err->code, err);
	return r;
}
