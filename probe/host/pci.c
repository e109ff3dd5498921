/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pci: the SR-IOV capability of a PCI function, from its configuration space */
#include "host/pci.h"

#include <dlfcn.h>
#include <errno.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <string.h>
#include <sys/stat.h>

#include "core/util.h"
#include "host/library.h"
#include "host/private.h"

#ifndef WITHOUT_LIBPCI
#include <pci/pci.h>
#endif

#define EXTENDED_SIZE PCI_CFG_SPACE_EXP_SIZE
#define WAY_OUT_MAX   64 /* capabilities in 192 bytes cannot be more */

bool pci_is_address(const char *text, size_t len)
{
	return len >= strlen("0000:00:00.0") && strspn(text, "0123456789abcdef") >= 4 &&
	       text[len - 2] == '.' && text[len - 5] == ':' && text[len - 8] == ':';
}

const char *pci_address_in(struct arena *arena, const char *path)
{
	const char *found = NULL;
	size_t found_len = 0;

	for (const char *part = path; part; part = strchr(part, '/')) {
		size_t len;

		part += *part == '/';
		len = strcspn(part, "/");
		if (!pci_is_address(part, len))
			continue;
		found = part;
		found_len = len;
	}
	return found ? arena_strndup(arena, found, found_len) : NULL;
}

/*
 * Configuration space, read word by word as it is looked at: each word costs a microsecond, in a
 * virtual machine that emulates the bus tens of them.
 */
struct config {
	int fd;
	bool cut; /* a word was asked for that lies behind what may be read, or was recorded */
};

static void config_close(const struct config *config)
{
	close_fd(&config->fd);
}
#define auto_config __attribute__((cleanup(config_close)))

/* The aligned 32 bits at `offset`; 0, and cut, where they are out of reach. */
static uint32_t long_at(struct config *config, size_t offset)
{
	uint8_t bytes[4];

	if (pread(config->fd, bytes, sizeof(bytes), (off_t)offset) != sizeof(bytes)) {
		config->cut = true;
		return 0;
	}
	return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
	       (uint32_t)bytes[3] << 24;
}

static uint16_t word_at(struct config *config, size_t offset)
{
	return (uint16_t)(long_at(config, offset & ~(size_t)3) >> (offset & 2 ? 16 : 0));
}

/*
 * The offset of a capability of the first 256 bytes; 0 where there is none, or where the chain was
 * cut.
 */
static size_t find_capability(struct config *config, uint8_t id)
{
	size_t at;

	if (!(word_at(config, PCI_STATUS) & PCI_STATUS_CAP_LIST))
		return 0;
	at = long_at(config, PCI_CAPABILITY_LIST) & 0xfc;
	for (int i = 0; i < WAY_OUT_MAX && at >= PCI_STD_HEADER_SIZEOF && !config->cut; i++) {
		uint16_t header = word_at(config, at);

		if ((header & 0xff) == id && !config->cut)
			return at;
		at = header >> 8 & 0xfc;
	}
	return 0;
}

/*
 * The offset of an extended capability: 0 where there is none, -EIO where the chain runs in a
 * circle or out of the space.
 */
static int find_extended(struct config *config, uint16_t id)
{
	size_t at = PCI_CFG_SPACE_SIZE;

	for (size_t i = 0; i < (EXTENDED_SIZE - PCI_CFG_SPACE_SIZE) / 8; i++) {
		uint32_t header = long_at(config, at);

		if (header == 0 || header == UINT32_MAX)
			return 0;
		if (PCI_EXT_CAP_ID(header) == id)
			return at + PCI_EXT_CAP_SRIOV_SIZEOF > EXTENDED_SIZE ? -EIO : (int)at;
		at = PCI_EXT_CAP_NEXT(header);
		if (at == 0)
			return 0;
		if (at < PCI_CFG_SPACE_SIZE || at > EXTENDED_SIZE - 4)
			return -EIO;
	}
	return -EIO;
}

#ifndef WITHOUT_LIBPCI
/*
 * libpci's error callback must not return and is given no context: the one variable of this program
 * at file scope that is not const says where to go on.
 */
static _Thread_local jmp_buf *way_out;

static void libpci_failed(char *message, ...) __attribute__((noreturn));
static void libpci_failed(char *message, ...)
{
	(void)message;
	longjmp(*way_out, 1);
}

static void libpci_silent(char *message, ...)
{
	(void)message;
}

static int parse_address(const char *address, unsigned int ret[4])
{
	static const char ends[4] = { ':', ':', '.', '\0' };
	const char *at = address;

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		char *end;

		ret[i] = (unsigned int)strtoul(at, &end, 16);
		if (end == at || *end != ends[i])
			return -EINVAL;
		at = end + 1;
	}
	return 0;
}

/* Loaded when the first function is looked into that has an extended space. */
struct host_pci {
	void *library; /* NULL: it is not installed */
	__typeof__(pci_alloc) *alloc;
	__typeof__(pci_init) *init;
	__typeof__(pci_cleanup) *cleanup;
	__typeof__(pci_set_param) *set_param;
	__typeof__(pci_get_dev) *get_dev;
	__typeof__(pci_free_dev) *free_dev;
	__typeof__(pci_find_cap) *find_cap;
};

#define SYMBOL(name)                                          \
	{                                                     \
		"pci_" #name, offsetof(struct host_pci, name) \
	}

static const struct library_symbol symbols[] = {
	SYMBOL(alloc),	 SYMBOL(init),	   SYMBOL(cleanup),  SYMBOL(set_param),
	SYMBOL(get_dev), SYMBOL(free_dev), SYMBOL(find_cap),
};

/* NULL where libpci is not installed. */
static const struct host_pci *opened(const struct host *host)
{
	struct host_cache *cache = host->cache;

	if (!cache->pci) {
		cache->pci = calloc(1, sizeof(*cache->pci));
		if (!cache->pci)
			return NULL;
		cache->pci->library =
			library_open("libpci.so.3", symbols, ARRAY_SIZE(symbols), cache->pci);
	}
	return cache->pci->library ? cache->pci : NULL;
}

void pci_close(struct host_pci *pci)
{
	if (pci && pci->library)
		dlclose(pci->library);
	free(pci);
}

/* The same as find_extended(), by libpci, which knows the odd ones. -EIO where it gives up. */
static int libpci_find_extended(const struct host_pci *pci, const char *sysfs, const char *address,
				uint16_t id)
{
	struct pci_access *volatile access = NULL;
	struct pci_dev *function;
	struct pci_cap *capability;
	unsigned int number[4];
	jmp_buf here;
	int at;

	if (parse_address(address, number) < 0)
		return -EIO;
	way_out = &here;
	if (setjmp(here) != 0) {
		way_out = NULL;
		return -EIO; /* what libpci held is lost with its error */
	}
	access = pci->alloc();
	access->method = PCI_ACCESS_SYS_BUS_PCI;
	access->error = libpci_failed;
	access->warning = libpci_silent;
	pci->set_param(access, (char[]){ "sysfs.path" }, (char *)sysfs);
	pci->init(access);
	function = pci->get_dev(access, (int)number[0], (int)number[1], (int)number[2],
				(int)number[3]);
	capability = pci->find_cap(function, id, PCI_CAP_EXTENDED);
	at = capability ? (int)capability->addr : 0;
	pci->free_dev(function);
	pci->cleanup(access);
	way_out = NULL;
	return at;
}
#else

void pci_close(struct host_pci *pci)
{
	(void)pci;
}
#endif

static int find_by_library(const struct host *host, const char *address, struct config *config,
			   uint16_t id)
{
#ifndef WITHOUT_LIBPCI
	/*
	 * Not on a recording: libpci would follow links that lead out of it. Nor for one: what it
	 * reads would not be kept.
	 */
	const struct host_pci *pci =
		host_is_live(host) && !host_is_recording(host) ? opened(host) : NULL;

	if (pci)
		return libpci_find_extended(pci, PATH("%s/sys/bus/pci", host_root(host)), address,
					    id);
#endif
	(void)host;
	(void)address;
	return find_extended(config, id);
}

static int recorded_cut(const struct host *host, const char *path, struct error *err)
{
	auto_free char *none = NULL;
	struct error why = { 0 };
	int r = host_recorded_answer(host, PATH("cut %s", path), &none, &why);

	if (r == -ENODATA || r >= 0)
		return error_set(err, -ENODATA, "%s: only a part of it was recorded", path);
	if (err)
		*err = why;
	return r;
}

/* Why what was looked for lies behind the end of what could be read. */
static int look_where_cut(const struct host *host, const char *path, const struct config *config,
			  struct error *err)
{
	struct stat st;

	if (!host_is_live(host))
		return recorded_cut(host, path, err);
	if (fstat(config->fd, &st) == 0 && st.st_size == PCI_CFG_SPACE_SIZE &&
	    pread(config->fd, &(uint8_t){ 0 }, 1, PCI_CFG_SPACE_SIZE - 1) == 1)
		return error_set(err, -EOPNOTSUPP,
				 "%s: this kernel does not reach the extended space", path);
	return error_set(err, -EACCES, "%s: only its first bytes are for this user", path);
}

static int was_cut(const struct host *host, const char *path, const struct config *config,
		   struct error *err)
{
	struct error why = { 0 };
	int r = look_where_cut(host, path, config, &why);

	if (host_is_live(host))
		host_keep_failure(host, PATH("cut %s", path), r, &why);
	if (err)
		*err = why;
	return r;
}

/*
 * 0 where the function has an extended space that can be read; -ENOENT where it has none; else why
 * it was not read.
 */
static int check_extended(const struct host *host, const char *path, struct config *config,
			  struct error *err)
{
	size_t express = find_capability(config, PCI_CAP_ID_EXP);

	if (!express && !config->cut)
		return error_set(err, -ENOENT, "%s: not a PCI Express function", path);
	if (express)
		long_at(config, PCI_CFG_SPACE_SIZE);
	return config->cut ? was_cut(host, path, config, err) : 0;
}

/*
 * Reading may wake it, or a port above it: pci_read_config() in drivers/pci/pci-sysfs.c calls
 * pci_config_pm_runtime_get() of drivers/pci/pci.c.
 */
static bool is_asleep(const struct host *host, const char *address)
{
	auto_free char *status = NULL;

	return host_read_line(host, PATH("/sys/bus/pci/devices/%s/power/runtime_status", address),
			      &status, NULL) == 0 &&
	       strcmp(status, "suspended") == 0;
}

/*
 * The offset of an extended capability, with config->fd open for the caller to close, failed or not
 * (-1: it is not open).
 */
static int find_in_function(const struct host *host, const char *address, uint16_t id,
			    struct config *config, struct error *err)
{
	const char *path = PATH("/sys/bus/pci/devices/%s/config", address);
	int at, r;

	*config = (struct config){ .fd = -1 };
	if (is_asleep(host, address))
		return error_set(err, -EOPNOTSUPP, "%s: not read, the function sleeps", path);
	config->fd = host_open_file(host, path, err);
	if (config->fd < 0)
		return config->fd == -ENOENT
			       ? error_set(err, -ENODATA, "%s: there is no such file", path)
			       : config->fd;
	r = check_extended(host, path, config, err);
	if (r < 0)
		return r;
	at = find_by_library(host, address, config, id);
	if (at < 0)
		return error_set(err, -EIO, "%s: the chain of capabilities is broken", path);
	if (at == 0)
		return config->cut ? was_cut(host, path, config, err)
				   : error_set(err, -ENOENT, "%s: no such capability", path);
	return at;
}

static int check_whole(const struct host *host, const char *address, const struct config *config,
		       struct error *err)
{
	return config->cut
		       ? was_cut(host, PATH("/sys/bus/pci/devices/%s/config", address), config, err)
		       : 0;
}

int host_pci_sriov(const struct host *host, const char *address, struct host_pci_sriov *ret,
		   struct error *err)
{
	auto_config struct config config = { .fd = -1 };
	struct host_pci_sriov sriov = { 0 };
	int at = find_in_function(host, address, PCI_EXT_CAP_ID_SRIOV, &config, err);
	int r;

	if (at < 0)
		return at;
	sriov.total = word_at(&config, (size_t)at + PCI_SRIOV_TOTAL_VF);
	sriov.enabled = word_at(&config, (size_t)at + PCI_SRIOV_NUM_VF);
	sriov.offset = word_at(&config, (size_t)at + PCI_SRIOV_VF_OFFSET);
	sriov.stride = word_at(&config, (size_t)at + PCI_SRIOV_VF_STRIDE);
	for (size_t i = 0; i < PCI_SRIOV_NUM_BARS; i++)
		sriov.has_bars |= long_at(&config, (size_t)at + PCI_SRIOV_BAR + 4 * i) != 0;
	r = check_whole(host, address, &config, err);
	if (r == 0)
		*ret = sriov;
	return r;
}

/* What Linux asks of a port that keeps apart what is below it: REQ_ACS_FLAGS, drivers/iommu/iommu.c. */
#define ACS_ISOLATES (PCI_ACS_SV | PCI_ACS_RR | PCI_ACS_CR | PCI_ACS_UF)

int host_pci_acs(const struct host *host, const char *address, struct error *err)
{
	auto_config struct config config = { .fd = -1 };
	int at = find_in_function(host, address, PCI_EXT_CAP_ID_ACS, &config, err);
	uint16_t control;
	int r;

	if (at < 0)
		return at == -ENOENT ? 0 : at;
	control = word_at(&config, (size_t)at + PCI_ACS_CTRL);
	r = check_whole(host, address, &config, err);
	return r < 0 ? r : (control & ACS_ISOLATES) == ACS_ISOLATES;
}
