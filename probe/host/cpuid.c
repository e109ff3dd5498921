/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cpuid: the CPUID instruction and MSRs, live and recorded */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "core/error.h"
#include "core/util.h"
#include "host/cpuid.h"

#define RECORDED_CPUID "/.stackcheck/cpuid.txt"

#if defined(__x86_64__) || defined(__i386__)
#include <libcpuid/libcpuid.h>

/* libcpuid reads files by name only: a copy in memory keeps a recording's links from leading out of it. */
static int recorded_raw(const struct host *host, struct cpu_raw_data_t *ret, struct error *err)
{
	auto_free char *text = NULL;
	auto_close int fd = -1;
	char name[32];
	size_t len;
	int r = host_read(host, RECORDED_CPUID, &text, &len, err);

	if (r < 0)
		return r == -ENOENT ? error_set(err, -ENODATA, "CPUID was not recorded") : r;
	fd = memfd_create("cpuid", MFD_CLOEXEC);
	if (fd < 0 || write(fd, text, len) != (ssize_t)len)
		return error_set(err, -errno, "cannot copy " RECORDED_CPUID);
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	if (cpuid_deserialize_raw_data(ret, name) < 0)
		return error_set(err, -EINVAL, RECORDED_CPUID ": %s", cpuid_error());
	return 0;
}

static int raw_data(const struct host *host, struct cpu_raw_data_t *ret, struct error *err)
{
	if (!host_is_live(host))
		return recorded_raw(host, ret, err);
	if (cpuid_get_raw_data(ret) < 0)
		return error_set(err, -EOPNOTSUPP, "CPUID: %s", cpuid_error());
	return 0;
}

int host_cpuid(const struct host *host, struct host_cpuid *ret, struct error *err)
{
	struct cpu_raw_data_t raw = { 0 };
	struct cpu_id_t id = { 0 };
	int r = raw_data(host, &raw, err);

	if (r < 0)
		return r;
	if (cpu_identify(&raw, &id) < 0)
		return error_set(err, -EINVAL, "CPUID: %s", cpuid_error());
	*ret = (struct host_cpuid){
		.family = id.ext_family,
		.model = id.ext_model,
		.vmx = raw.basic_cpuid[1][2] >> 5 & 1,
		.svm = raw.ext_cpuid[1][2] >> 2 & 1,
		.npt = raw.ext_cpuid[10][3] & 1,
		.hypervisor = raw.basic_cpuid[1][2] >> 31 & 1,
	};
	snprintf(ret->vendor, sizeof(ret->vendor), "%.15s", id.vendor_str);
	snprintf(ret->brand, sizeof(ret->brand), "%.63s", id.brand_str);
	return 0;
}

static int live_hypervisor(char ret_name[16], struct error *err)
{
	uint32_t regs[4];

	cpu_exec_cpuid(1, regs);
	if (!(regs[2] >> 31 & 1))
		return error_set(err, -ENOENT, "the CPU shows no hypervisor");
	cpu_exec_cpuid(0x40000000, regs);
	memset(ret_name, 0, 16);
	memcpy(ret_name, &regs[1], 12);
	return 0;
}
#else
int host_cpuid(const struct host *host, struct host_cpuid *ret, struct error *err)
{
	(void)host;
	(void)ret;
	return error_set(err, -EOPNOTSUPP, "there is no CPUID on this architecture");
}

static int live_hypervisor(char ret_name[16], struct error *err)
{
	(void)ret_name;
	return error_set(err, -EOPNOTSUPP, "there is no CPUID on this architecture");
}
#endif

int host_cpuid_hypervisor(const struct host *host, char ret_name[16], struct error *err)
{
	auto_free char *text = NULL;
	int r;

	if (host_is_live(host))
		return live_hypervisor(ret_name, err);
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

	if (host_is_live(host))
		return live_msr(host, cpu, number, ret, err);
	snprintf(key, sizeof(key), "msr.%u.%x", cpu, number);
	r = host_recorded_i64(host, key, &value, err);
	if (r < 0)
		return r;
	*ret = (uint64_t)value;
	return 0;
}
