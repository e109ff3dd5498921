/* SPDX-License-Identifier: GPL-2.0-or-later */
/* memory: what the kernel manages, what is installed, and whether it corrects errors */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "host/xen.h"
#include "kernel.h"
#include "meminfo.h"
#include "probe.h"
#include "smbios.h"

#define BLOCKS "/sys/devices/system/memory"
#define EDAC   "/sys/devices/system/edac/mc"

static const struct fact_def facts_of_memory[] = {
	{ "memory.total", FACT_COUNT, SCOPE_HARDWARE, .unit = "bytes",
	  .meaning = "memory the kernel manages: less than what is installed",
	  .source = "MemTotal of /proc/meminfo" },
	{ "memory.installed", FACT_COUNT, SCOPE_HARDWARE, .unit = "bytes",
	  .meaning = "memory that is installed, as it was sold",
	  .source = "SMBIOS type 17, else 19, else the memory blocks of " BLOCKS,
	  .privilege = "root, for SMBIOS" },
	{ "memory.available", FACT_COUNT, SCOPE_STATE, .unit = "bytes",
	  .meaning = "memory that new programs can have now without swapping",
	  .source = "MemAvailable of /proc/meminfo" },
	{ "memory.ecc", FACT_BOOL, SCOPE_HARDWARE, .meaning = "memory corrects errors (ECC)",
	  .source = EDAC ", else SMBIOS type 16", .privilege = "root, for SMBIOS" },
	{ "memory.per_osd", FACT_COUNT, SCOPE_OPERATOR, .unit = "bytes",
	  .meaning = "memory for each Ceph OSD of this host",
	  .source = "only who plans the OSDs can tell" },
	{ "memory.per_mon", FACT_COUNT, SCOPE_OPERATOR, .unit = "bytes",
	  .meaning = "memory for a Ceph monitor on this host",
	  .source = "only who plans the cluster can tell" },
	{ "memory.per_mgr", FACT_COUNT, SCOPE_OPERATOR, .unit = "bytes",
	  .meaning = "memory for a Ceph manager on this host",
	  .source = "only who plans the cluster can tell" },
	{ "memory.per_mds", FACT_COUNT, SCOPE_OPERATOR, .unit = "bytes",
	  .meaning = "memory for each Ceph metadata server of this host",
	  .source = "only who plans the cluster can tell" },
	{ "memory.per_storage_tib", FACT_COUNT, SCOPE_OPERATOR, .unit = "bytes",
	  .meaning = "memory for each TiB of storage on this host",
	  .source = "only who plans the storage can tell" },
};

/* --- what the kernel manages --- */

static void set_field(struct facts *facts, const char *name, const char *meminfo, const char *field)
{
	int64_t bytes;
	int r = meminfo_field(meminfo, field, &bytes);

	if (r == -ENOENT)
		/* MemAvailable came with Linux 3.14 (proc(5)). */
		facts_set_unsupported(facts, name, "/proc/meminfo has no such line on this kernel");
	else if (r < 0)
		facts_set_reason(facts, name, UNKNOWN_ERROR, "/proc/meminfo: no number of bytes");
	else
		facts_set_int(facts, name, bytes, "/proc/meminfo");
}

static void set_managed(const struct host *host, struct facts *facts)
{
	auto_free char *meminfo = NULL;
	struct error err = { 0 };

	if (host_read(host, "/proc/meminfo", &meminfo, NULL, &err) < 0) {
		facts_set_unknown(facts, "memory.total", &err);
		facts_set_unknown(facts, "memory.available", &err);
		return;
	}
	set_field(facts, "memory.total", meminfo, "MemTotal");
	set_field(facts, "memory.available", meminfo, "MemAvailable");
}

/* --- what is installed --- */

/* Handles of the memory arrays that are main memory; others are flash, video or cache memory. */
struct arrays {
	uint16_t handles[256];
	size_t len;
	bool ecc, no_ecc;
};

/*
 * Values of type 16: use (offset 5) 3 is system memory; error correction (offset 6) 5 and 6 are ECC
 * of one and more bits.
 */
static int read_arrays(const struct smbios *smbios, struct arrays *ret)
{
	struct smbios_structure structure;
	size_t offset = 0;
	int r;

	while ((r = smbios_next_of(smbios, SMBIOS_MEMORY_ARRAY, &offset, &structure)) > 0) {
		uint64_t use = 0, correction = 0;

		if (smbios_number(&structure, 5, 1, &use) < 0 || use != 3 ||
		    ret->len == ARRAY_SIZE(ret->handles))
			continue;
		ret->handles[ret->len++] = structure.handle;
		if (smbios_number(&structure, 6, 1, &correction) == 0) {
			ret->ecc |= correction == 5 || correction == 6;
			ret->no_ecc |= correction == 3 || correction == 4;
		}
	}
	return r;
}

static bool is_main_memory(const struct arrays *arrays, const struct smbios_structure *device)
{
	uint64_t array = 0;

	if (smbios_number(device, 4, 2, &array) < 0)
		return false;
	for (size_t i = 0; i < arrays->len; i++)
		if (arrays->handles[i] == array)
			return true;
	return false;
}

/*
 * Bytes of a memory device; -ENODATA where the firmware does not know. The size at offset 0x0c is
 * in MiB, with bit 15 in KiB; 0x7fff sends to the extended size at 0x1c (save_mem_devices() of
 * drivers/firmware/dmi_scan.c).
 */
static int64_t size_of_device(const struct smbios_structure *device)
{
	uint64_t size = 0, extended = 0;

	if (smbios_number(device, 0x0c, 2, &size) < 0 || size == 0xffff)
		return -ENODATA;
	if (size & 0x8000)
		return (int64_t)(size & 0x7fff) << 10;
	if (size == 0x7fff && smbios_number(device, 0x1c, 4, &extended) == 0)
		return (int64_t)(extended & 0x7fffffff) << 20;
	return (int64_t)size << 20;
}

/*
 * The part of a device that is memory and not storage: technologies 4 to 7 (offset 0x28) keep their
 * content, and say at 0x3c how much of them is used as memory (dmi_decode() of systemd
 * src/udev/dmi_memory_id).
 */
static int64_t volatile_size(const struct smbios_structure *device)
{
	uint64_t technology = 0, size = 0;

	if (smbios_number(device, 0x28, 1, &technology) < 0 || technology < 4 || technology > 7)
		return size_of_device(device);
	if (smbios_number(device, 0x3c, 8, &size) < 0 || size > INT64_MAX)
		return -ENODATA;
	return (int64_t)size;
}

/* The sum of the memory devices; negative errno where it is not known to be whole. */
static int64_t sum_of_devices(const struct smbios *smbios, const struct arrays *arrays)
{
	struct smbios_structure device;
	size_t offset = 0;
	int64_t sum = 0;
	int r;

	while ((r = smbios_next_of(smbios, SMBIOS_MEMORY_DEVICE, &offset, &device)) > 0) {
		int64_t size = is_main_memory(arrays, &device) ? volatile_size(&device) : 0;

		if (size < 0)
			return size;
		if (__builtin_add_overflow(sum, size, &sum))
			return -EINVAL;
	}
	return r < 0 ? r : sum;
}

/*
 * The sum of the address ranges that the memory devices are mapped to (type 19), for firmware whose
 * devices tell no sizes: first and last KiB at 4 and 8, or bytes at 0x0f and 0x17 where the first
 * is all ones (dmi_decode() of dmidecode.c). -ENODATA: no range.
 */
static int64_t sum_of_ranges(const struct smbios *smbios)
{
	struct smbios_structure range;
	size_t offset = 0;
	int64_t sum = 0;
	int r;

	while ((r = smbios_next_of(smbios, SMBIOS_MEMORY_RANGE, &offset, &range)) > 0) {
		uint64_t first = 0, last = 0, unit = 1024;

		if (smbios_number(&range, 4, 4, &first) < 0 ||
		    smbios_number(&range, 8, 4, &last) < 0)
			return -ENODATA;
		if (first == UINT32_MAX) {
			unit = 1;
			if (smbios_number(&range, 0x0f, 8, &first) < 0 ||
			    smbios_number(&range, 0x17, 8, &last) < 0)
				return -ENODATA;
		}
		if (last < first || last - first >= (uint64_t)1 << 50 ||
		    __builtin_add_overflow(sum, (int64_t)((last - first + 1) * unit), &sum))
			return -ENODATA;
	}
	return r < 0 ? r : sum;
}

static bool is_online(const struct host *host, const char *block)
{
	auto_free char *state = NULL;

	return host_read_line(host, PATH(BLOCKS "/%s/state", block), &state, NULL) < 0 ||
	       strcmp(state, "offline") != 0;
}

/* "memory12" */
static bool is_block(const char *name)
{
	uint64_t number;

	return starts_with(name, "memory") && parse_u64(name + strlen("memory"), 10, &number) == 0;
}

/*
 * The memory blocks that are there, times their size
 * (Documentation/admin-guide/mm/memory-hotplug.rst). A mainframe shows standby memory as offline
 * blocks, so that states are read where the blocks are many more than what the kernel manages.
 */
static int read_blocks(const struct host *host, int64_t managed, int64_t *ret, struct error *err)
{
	auto_names struct host_names names = { 0 };
	auto_free char *hex = NULL;
	uint64_t size = 0, count = 0, online = 0;
	int r = host_read_line(host, BLOCKS "/block_size_bytes", &hex, err);

	if (r < 0)
		return r;
	if (parse_u64(hex, 16, &size) < 0 || size == 0 || size > (uint64_t)1 << 50)
		return error_set(err, -EINVAL, BLOCKS "/block_size_bytes: '%s'", hex);
	r = host_list(host, BLOCKS, &names, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < names.len; i++)
		count += is_block(names.names[i]);
	if (count * size / 8 * 7 <= (uint64_t)managed) {
		*ret = (int64_t)(count * size);
		return 0;
	}
	for (size_t i = 0; i < names.len; i++)
		online += is_block(names.names[i]) && is_online(host, names.names[i]);
	*ret = (int64_t)(online * size);
	return 0;
}

/* The kernel cannot manage more than there is: a smaller sum is firmware's mistake. */
static bool set_installed(struct facts *facts, int64_t bytes, int64_t managed, const char *source)
{
	if (bytes <= 0 || bytes < managed)
		return false;
	facts_set_int(facts, "memory.installed", bytes, source);
	return true;
}

/*
 * Blocks leave out what firmware keeps for itself and reach over the holes below 4 GiB, so that
 * their sum may be a little less or more than what is installed. It counts only where it is a size
 * as modules make it: a multiple of a quarter of its power of two.
 */
static bool is_as_sold(int64_t bytes)
{
	const int64_t quarter =
		bytes < 4 ? 1 : (int64_t)1 << (61 - __builtin_clzll((uint64_t)bytes));

	return bytes % quarter == 0;
}

/*
 * The kernel was told to leave memory out, and shows no blocks of it (mem=, memmap=: Linux
 * Documentation/admin-guide/kernel-parameters.txt).
 */
static bool is_limited(const struct host *host)
{
	char value[KERNEL_PARAMETER_MAX];
	auto_free char *cmdline = NULL;

	return host_read_line(host, "/proc/cmdline", &cmdline, NULL) == 0 &&
	       (kernel_parameter(cmdline, "mem", value) ||
		kernel_parameter(cmdline, "memmap", value));
}

static void find_installed(const struct host *host, struct facts *facts,
			   const struct smbios *smbios, const struct arrays *arrays, bool dom0,
			   struct error *err)
{
	int64_t managed = facts_int(facts, "memory.total", 0), bytes = 0;

	if (smbios && set_installed(facts, sum_of_devices(smbios, arrays), managed, smbios->source))
		return;
	if (smbios)
		bytes = sum_of_ranges(smbios);
	if (bytes > 0 && is_as_sold(bytes) &&
	    set_installed(facts, bytes, managed, "SMBIOS type 19"))
		return;
	if (smbios)
		error_set(err, -EINVAL, "%s: sizes of memory devices are missing or too small",
			  smbios->source);
	/* The control domain's blocks are its share. */
	if (!dom0 && !is_limited(host) && read_blocks(host, managed, &bytes, NULL) == 0 &&
	    is_as_sold(bytes) && set_installed(facts, bytes, managed, BLOCKS))
		return;
	facts_set_unknown(facts, "memory.installed", err);
}

/* --- error correction --- */

/*
 * A controller's driver names what it does for each module: "S4ECD4ED", "SECDED", "None"
 * (drivers/edac/edac_mc_sysfs.c).
 */
static bool corrects(const struct host *host, const char *controller)
{
	auto_names struct host_names names = { 0 };

	if (host_list(host, PATH(EDAC "/%s", controller), &names, NULL) < 0)
		return false;
	for (size_t i = 0; i < names.len; i++) {
		auto_free char *mode = NULL;

		if (!starts_with(names.names[i], "dimm") && !starts_with(names.names[i], "rank"))
			continue;
		if (host_read_line(host,
				   PATH(EDAC "/%s/%s/dimm_edac_mode", controller, names.names[i]),
				   &mode, NULL) == 0)
			return strstr(mode, "ECD") != NULL;
	}
	return false;
}

static bool kernel_corrects(const struct host *host)
{
	auto_names struct host_names names = { 0 };

	if (host_list(host, EDAC, &names, NULL) < 0)
		return false;
	for (size_t i = 0; i < names.len; i++)
		if (starts_with(names.names[i], "mc") && corrects(host, names.names[i]))
			return true;
	return false;
}

static void find_ecc(const struct host *host, struct facts *facts, const struct smbios *smbios,
		     const struct arrays *arrays, const struct error *err)
{
	if (kernel_corrects(host))
		facts_set_bool(facts, "memory.ecc", true, EDAC);
	else if (!smbios)
		facts_set_unknown(facts, "memory.ecc", err);
	else if (arrays->ecc != arrays->no_ecc)
		facts_set_bool(facts, "memory.ecc", arrays->ecc, smbios->source);
	else
		facts_set_unsupported(facts, "memory.ecc",
				      "the firmware does not tell, and no driver is there");
}

/* --- */

static void set_planned(struct facts *facts)
{
	for (size_t i = 0; i < ARRAY_SIZE(facts_of_memory); i++)
		if (facts_of_memory[i].scope == SCOPE_OPERATOR)
			facts_set_unsupported(facts, facts_of_memory[i].name,
					      facts_of_memory[i].source);
}

static int run(const struct host *host, struct facts *facts, struct error *err)
{
	auto_smbios struct smbios smbios = { 0 };
	struct arrays arrays = { 0 };
	const char *why = NULL;
	bool dom0, has_table;

	set_planned(facts);
	if (host_confined(host, &why) > 0)
		return error_because(err, -ENODATA, UNKNOWN_HIDDEN, "%s", why);
	dom0 = host_xen_dom0(host, NULL) > 0;
	has_table = smbios_read(host, &smbios, err) == 0 && read_arrays(&smbios, &arrays) == 0;
	if (smbios.table && !has_table)
		error_set(err, -EINVAL, "%s: the table breaks off", smbios.source);
	set_managed(host, facts);
	find_installed(host, facts, has_table ? &smbios : NULL, &arrays, dom0, err);
	find_ecc(host, facts, has_table ? &smbios : NULL, &arrays, err);
	if (dom0) {
		why = "Xen's control domain sees its own share alone";
		facts_set_hidden(facts, "memory.total", why);
		facts_set_hidden(facts, "memory.available", why);
	}
	return 0;
}

/* What a hypervisor writes into its guests' tables says nothing of the modules underneath. */
static void derive(struct facts *facts)
{
	const char *vm = facts_string(facts, "host.vm");

	if (vm && strcmp(vm, "none") != 0 &&
	    facts_get(facts, "memory.ecc")->value.kind == VALUE_BOOL)
		facts_set_hidden(facts, "memory.ecc",
				 "a hypervisor stands between this system and the memory");
}

const struct probe probe_memory = {
	.name = "memory",
	PROVIDES(facts_of_memory),
	.run = run,
	.derive = derive,
};
