/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cpuid: the CPUID instruction and MSRs, live and recorded */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/util.h"
#include "host/cpuid.h"
#include "host/cpuid_dump.h"
#include "host/private.h"
#include "host/recorder.h"

#define RECORDED_CPUID "/.stackcheck/cpuid.txt"

#define EXTENDED   0x80000000u /* the first of the extended leaves */
#define ENCRYPTION 0x1f

/* Of the leaves, those that decode() looks at: EAX, EBX, ECX, EDX of each. */
struct raw {
	uint32_t basic[2][4];
	uint32_t extended[ENCRYPTION + 1][4];
};

static void copy_leaf(const struct cpuid_dump *dump, uint32_t leaf, uint32_t to[4])
{
	const uint32_t *answer = cpuid_dump_leaf(dump, 0, leaf, 0);

	if (answer)
		memcpy(to, answer, 4 * sizeof(*to));
}

/* Of several CPUs the first counts. */
static int take_leaves(const struct cpuid_dump *dump, struct raw *ret, struct error *err)
{
	if (dump->midr)
		return error_set(err, -EOPNOTSUPP, "an Arm CPU has no CPUID");
	for (uint32_t i = 0; i < ARRAY_SIZE(ret->basic); i++)
		copy_leaf(dump, i, ret->basic[i]);
	for (uint32_t i = 0; i < ARRAY_SIZE(ret->extended); i++)
		copy_leaf(dump, EXTENDED + i, ret->extended[i]);
	return 0;
}

/* Not by libcpuid, so that an Arm machine judges the recording of a PC as a PC does. */
static int recorded_raw(const struct host *host, struct raw *ret, struct error *err)
{
	auto_cpuid_dump struct cpuid_dump dump = { 0 };
	int r = cpuid_dump_read(host, &dump, err);

	return r < 0 ? r : take_leaves(&dump, ret, err);
}

#if defined(__x86_64__) || defined(__i386__)
#include <libcpuid/libcpuid.h>
#include <sys/mman.h>

/*
 * Each CPUID leaves a virtual machine for its hypervisor, which takes tens of microseconds: only
 * the leaves that decode() looks at, where cpuid_get_raw_data() asks for some hundred. The brand is
 * left out, as a live kernel tells it.
 */
static int live_raw(struct raw *ret, struct error *err)
{
	static const uint32_t of_svm[] = { 10, ENCRYPTION };

	if (!cpuid_present())
		return error_set(err, -EOPNOTSUPP, "this CPU has no CPUID instruction");
	cpu_exec_cpuid(0, ret->basic[0]);
	cpu_exec_cpuid(1, ret->basic[1]);
	cpu_exec_cpuid(EXTENDED, ret->extended[0]);
	/* Above the highest leaf a CPU may answer with another leaf's values. */
	if (EXTENDED + 1 > ret->extended[0][0])
		return 0;
	cpu_exec_cpuid(EXTENDED + 1, ret->extended[1]);
	/* Nested paging and encryption of guests' memory come with SVM alone. */
	for (size_t i = 0; ret->extended[1][2] >> 2 & 1 && i < ARRAY_SIZE(of_svm); i++)
		if (EXTENDED + of_svm[i] <= ret->extended[0][0])
			cpu_exec_cpuid(EXTENDED + of_svm[i], ret->extended[of_svm[i]]);
	return 0;
}

/* libcpuid prints what it does not understand, which is the caller's to tell. */
static void silent(const char *message)
{
	(void)message;
}

/* For a recording all leaves that libcpuid knows, and what will be read of them then. */
static int keep_raw(const struct host *host, struct raw *ret, struct error *err)
{
	auto_close int fd = memfd_create("cpuid", MFD_CLOEXEC);
	struct cpu_raw_data_t raw = { 0 };
	auto_cpuid_dump struct cpuid_dump dump = { 0 };
	char name[32], text[64 * 1024];
	ssize_t len;
	int r;

	if (!cpuid_present())
		return error_set(err, -EOPNOTSUPP, "this CPU has no CPUID instruction");
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	cpuid_set_warn_function(silent);
	if (fd < 0 || cpuid_get_raw_data(&raw) < 0 || cpuid_serialize_raw_data(&raw, name) < 0)
		return error_set(err, -EIO, "cannot record CPUID: %s", cpuid_error());
	len = pread(fd, text, sizeof(text) - 1, 0);
	if (len <= 0)
		return error_set(err, -EIO, "cannot record CPUID");
	text[len] = '\0';
	host_keep_file(host, RECORDED_CPUID, text, (size_t)len);
	r = cpuid_dump_parse(text, &dump, err);
	return r < 0 ? r : take_leaves(&dump, ret, err);
}

static int live_hypervisor(const struct host *host, char ret_name[16], struct error *err)
{
	struct host_cpuid cpuid;
	uint32_t regs[4];
	int r = host_cpuid(host, &cpuid, err);

	if (r < 0)
		return r;
	if (!cpuid.hypervisor)
		return error_set(err, -ENOENT, "the CPU shows no hypervisor");
	cpu_exec_cpuid(0x40000000, regs);
	memset(ret_name, 0, 16);
	memcpy(ret_name, &regs[1], 12);
	return 0;
}
#else
static int live_raw(struct raw *ret, struct error *err)
{
	(void)ret;
	return error_set(err, -EOPNOTSUPP, "there is no CPUID on this architecture");
}

static int keep_raw(const struct host *host, struct raw *ret, struct error *err)
{
	(void)host;
	return live_raw(ret, err);
}

static int live_hypervisor(const struct host *host, char ret_name[16], struct error *err)
{
	(void)host;
	(void)ret_name;
	return error_set(err, -EOPNOTSUPP, "there is no CPUID on this architecture");
}
#endif

/* CPUID.0:EBX,EDX,ECX, in that order. */
static void decode_vendor(const uint32_t leaf[4], char vendor[16])
{
	memset(vendor, 0, 16);
	memcpy(vendor, &leaf[1], 4);
	memcpy(vendor + 4, &leaf[3], 4);
	memcpy(vendor + 8, &leaf[2], 4);
}

/* CPUID.1:EAX. The extended family adds to 15 alone, the extended model is the high digit. */
static void decode_signature(uint32_t signature, struct host_cpuid *ret)
{
	ret->family = (int)(signature >> 8 & 0xf);
	if (ret->family == 0xf)
		ret->family += (int)(signature >> 20 & 0xff);
	ret->model = (int)(signature >> 4 & 0xf) | (int)(signature >> 12 & 0xf0);
}

static void decode(const struct raw *raw, struct host_cpuid *ret)
{
	char brand[sizeof(ret->brand)] = "";

	*ret = (struct host_cpuid){
		.vmx = raw->basic[1][2] >> 5 & 1,
		.svm = raw->extended[1][2] >> 2 & 1,
		.npt = raw->extended[10][3] & 1,
		.hypervisor = raw->basic[1][2] >> 31 & 1,
		.sev = raw->extended[ENCRYPTION][0] >> 1 & 1,
		.sev_es = raw->extended[ENCRYPTION][0] >> 3 & 1,
		.sev_snp = raw->extended[ENCRYPTION][0] >> 4 & 1,
	};
	decode_vendor(raw->basic[0], ret->vendor);
	decode_signature(raw->basic[1][0], ret);
	for (size_t i = 0; i < 3; i++)
		memcpy(brand + 16 * i, raw->extended[2 + i], 16);
	strcpy(ret->brand, strip(brand));
}

/* Asked once: a virtual machine leaves for its hypervisor at each leaf. */
static int ask(const struct host *host, struct host_cpuid *ret, struct error *err)
{
	struct raw raw = { 0 };
	int r;

	if (host_is_recording(host))
		r = keep_raw(host, &raw, err);
	else
		r = host_is_live(host) ? live_raw(&raw, err) : recorded_raw(host, &raw, err);
	if (r < 0)
		return r;
	if (!raw.basic[0][1])
		return error_set(err, -EINVAL, "CPUID names no vendor");
	decode(&raw, ret);
	return 0;
}

int host_cpuid(const struct host *host, struct host_cpuid *ret, struct error *err)
{
	struct host_cache *cache = host->cache;

	if (!cache->cpuid) {
		auto_free struct host_cpuid *asked = calloc(1, sizeof(*asked));
		int r = asked ? ask(host, asked, err) : error_set(err, -ENOMEM, "out of memory");

		if (r < 0)
			return r;
		cache->cpuid = take(asked);
	}
	*ret = *cache->cpuid;
	return 0;
}

int host_cpuid_hypervisor(const struct host *host, char ret_name[16], struct error *err)
{
	auto_free char *text = NULL;
	int r;

	if (host_is_live(host)) {
		r = live_hypervisor(host, ret_name, err);
		if (r < 0 && r != -ENOENT)
			return host_keep_failure(host, "cpuid.hypervisor", r, err);
		host_keep_text(host, "cpuid.hypervisor", r < 0 ? "" : ret_name);
		return r;
	}
	r = host_recorded_answer(host, "cpuid.hypervisor", &text, err);
	if (r < 0)
		return r;
	if (!*text)
		return error_set(err, -ENOENT, "the CPU showed no hypervisor");
	memset(ret_name, 0, 16);
	memcpy(ret_name, text, strnlen(text, 12));
	return 0;
}

static int live_msr(const struct host *host, unsigned int cpu, uint32_t number, uint64_t *ret,
		    struct error *err)
{
	uint64_t value;
	ssize_t n;
	int r = host_exists(host, PATH("/sys/class/msr/msr%u", cpu), err);

	if (r < 0)
		return r;
	if (r == 0)
		return error_set(err, -EOPNOTSUPP, "the kernel's msr driver is not loaded");
	n = host_read_at(host, PATH("/dev/cpu/%u/msr", cpu), &value, sizeof(value), number, err);
	if (n < 0)
		return (int)n;
	if (n != sizeof(value))
		return error_set(err, -EIO, "/dev/cpu/%u/msr: short read", cpu);
	*ret = value;
	return 0;
}

int host_msr(const struct host *host, unsigned int cpu, uint32_t number, uint64_t *ret,
	     struct error *err)
{
	char key[40];
	int64_t value;
	int r;

	snprintf(key, sizeof(key), "msr.%u.%x", cpu, number);
	if (host_is_live(host)) {
		r = live_msr(host, cpu, number, ret, err);
		return host_keep_number(host, key, r, r < 0 ? 0 : (int64_t)*ret, err);
	}
	r = host_recorded_i64(host, key, &value, err);
	if (r < 0)
		return r;
	*ret = (uint64_t)value;
	return 0;
}
