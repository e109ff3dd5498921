/* SPDX-License-Identifier: GPL-2.0-or-later */
/* foreign-text: what libcpuid, lspci and sos print, as the files of a recording */
#include "host/foreign-text.h"

#include <ctype.h>
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/util.h"
#include "host/host.h"

#define CPUID_FILE "/.stackcheck/cpuid.txt"
#define FUNCTIONS  "/sys/bus/pci/devices"

/* Folders above are put too. */
static int put(struct store *store, const char *path, enum store_kind kind, const void *bytes,
	       size_t len)
{
	char folder[HOST_PATH_MAX];
	int r;

	if (strlen(path) >= sizeof(folder))
		return 0;
	strcpy(folder, path);
	r = store_put(store, "/", STORE_FOLDER, "", 0);
	for (char *slash = strchr(folder + 1, '/'); r >= 0 && slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		r = store_put(store, folder, STORE_FOLDER, "", 0);
		*slash = '/';
	}
	return r < 0 ? r : store_put(store, path, kind, bytes, len);
}

static int put_text(struct store *store, const char *path, const char *text)
{
	return put(store, path, STORE_FILE, text, strlen(text));
}

/* --- CPUID --- */

bool text_is_cpuid(const char *text)
{
	return strstr(text, "basic_cpuid[0]=") || strstr(text, "arm_midr=") ||
	       starts_with(text, "CPUID 00000000") || strstr(text, "\nCPUID 00000000");
}

int text_read_cpuid(const char *text, size_t len, struct store *store)
{
	return put(store, CPUID_FILE, STORE_FILE, text, len);
}

/* --- lspci --- */

/* What was printed of one function. */
struct function {
	char address[32]; /* empty: none yet */
	unsigned int ids[3]; /* class, vendor, device, as its first line tells them */
	bool has_ids;
	char driver[64], group[16], node[16]; /* empty: not told */
	uint8_t config[PCI_CFG_SPACE_EXP_SIZE];
	size_t len; /* bytes that are told from the first on */
};

/* "00:1f.3", or with its domain "0000:00:1f.3", and a space behind. */
static bool parse_address(const char *line, char address[32])
{
	unsigned int domain = 0, bus, device, number;
	int n = 0;

	if (sscanf(line, "%8x:%2x:%2x.%1x %n", &domain, &bus, &device, &number, &n) < 4 || !n) {
		domain = 0;
		n = 0;
		if (sscanf(line, "%2x:%2x.%1x %n", &bus, &device, &number, &n) < 3 || !n)
			return false;
	}
	snprintf(address, 32, "%04x:%02x:%02x.%x", domain, bus, device, number);
	return isxdigit((unsigned char)*line) && line[n - 1] == ' ';
}

/* "1f0: 01 23 …": puts the bytes where they belong. False where it is no such line. */
static bool parse_hex(const char *line, struct function *function)
{
	unsigned int at, byte;
	int n = 0;
	size_t bytes = 0;

	if (!isxdigit((unsigned char)*line) || sscanf(line, "%3x:%n", &at, &n) != 1 || !n ||
	    line[n] != ' ' || at % 16)
		return false;
	for (line += n; sscanf(line, " %2x%n", &byte, &n) == 1 && isspace((unsigned char)*line);
	     line += n) {
		if (at + bytes >= sizeof(function->config) || bytes == 16)
			return false;
		/* A gap would be bytes that nobody told. */
		if (function->len == at + bytes)
			function->config[function->len++] = (uint8_t)byte;
		bytes++;
	}
	return bytes > 0;
}

/*
 * With -n "0200: 8086:1521", with -nn "Ethernet controller [0200]: Intel Corporation I350 [8086:1521]
 * (rev 01)": of names in brackets only the last that has both halves counts.
 */
static void parse_ids(const char *line, struct function *function)
{
	const char *rest = strchr(line, ' ');
	unsigned int *ids = function->ids;

	if (!rest)
		return;
	if (sscanf(rest, " %4x: %4x:%4x", &ids[0], &ids[1], &ids[2]) == 3) {
		function->has_ids = true;
		return;
	}
	rest = strstr(line, " [");
	if (!rest || sscanf(rest, " [%4x]:", &ids[0]) != 1)
		return;
	for (rest++; (rest = strchr(rest, '[')); rest++)
		if (sscanf(rest, "[%4x:%4x]", &ids[1], &ids[2]) == 2)
			function->has_ids = true;
}

static void parse_detail(const char *line, struct function *function)
{
	while (isspace((unsigned char)*line))
		line++;
	(void)sscanf(line, "Kernel driver in use: %63s", function->driver);
	(void)sscanf(line, "IOMMU group: %15s", function->group);
	(void)sscanf(line, "NUMA node: %15s", function->node);
}

static int put_number(struct store *store, const struct function *function, const char *name,
		      int digits, unsigned int number)
{
	char text[16];

	snprintf(text, sizeof(text), "0x%0*x\n", digits, number);
	return put_text(store, PATH(FUNCTIONS "/%s/%s", function->address, name), text);
}

/*
 * The numbers of its first line, else of the space itself. A virtual function's space has none (all
 * ones where vendor and device stand); only its line tells them.
 */
static int put_ids(struct store *store, const struct function *function)
{
	const uint8_t *config = function->config;
	unsigned int class = function->ids[0] << 8, vendor = function->ids[1];
	unsigned int device = function->ids[2];
	const bool has_space = function->len >= PCI_STD_HEADER_SIZEOF;
	const bool no_ids = has_space && config[0] == 0xff && config[1] == 0xff;
	int r;

	if (has_space && !no_ids) {
		class = (unsigned int)config[11] << 16 | (unsigned int)config[10] << 8 | config[9];
		vendor = (unsigned int)config[1] << 8 | config[0];
		device = (unsigned int)config[3] << 8 | config[2];
	} else if (!function->has_ids) {
		return 0;
	}
	r = put_number(store, function, "class", 6, class);
	if (r >= 0)
		r = put_number(store, function, "vendor", 4, vendor);
	if (r >= 0)
		r = put_number(store, function, "device", 4, device);
	if (r >= 0 && no_ids)
		r = put(store, PATH(FUNCTIONS "/%s/physfn", function->address), STORE_FOLDER, "",
			0);
	return r;
}

static int put_function(struct store *store, const struct function *function)
{
	const char *folder = PATH(FUNCTIONS "/%s", function->address);
	int r;

	if (!*function->address)
		return 0;
	r = put(store, folder, STORE_FOLDER, "", 0);
	if (r >= 0 && function->len >= PCI_STD_HEADER_SIZEOF)
		r = put(store, PATH("%s/config", folder), STORE_FILE, function->config,
			function->len);
	if (r >= 0)
		r = put_ids(store, function);
	if (r >= 0 && *function->driver) {
		const char *driver = PATH("../../drivers/%s", function->driver);

		r = put(store, PATH("%s/driver", folder), STORE_LINK, driver, strlen(driver));
	}
	if (r >= 0 && *function->group) {
		const char *group = PATH("../../../../kernel/iommu_groups/%s", function->group);

		r = put(store, PATH("%s/iommu_group", folder), STORE_LINK, group, strlen(group));
	}
	if (r >= 0 && *function->node)
		r = put_text(store, PATH("%s/numa_node", folder), function->node);
	return r;
}

bool text_is_lspci(const char *text)
{
	struct function function = { 0 };
	bool named = false;

	for (const char *at = text; at; at = strchr(at, '\n')) {
		char address[32], line[80];
		size_t len;

		at += *at == '\n';
		/* Cut off: sscanf(3) measures the whole text that it is given. */
		len = strcspn(at, "\n");
		len = len < sizeof(line) ? len : sizeof(line) - 1;
		memcpy(line, at, len);
		line[len] = '\0';
		if (parse_address(line, address))
			named = true;
		else if (named && parse_hex(line, &function))
			return true;
	}
	return false;
}

int text_read_lspci(char *text, struct store *store)
{
	auto_free struct function *function = calloc(1, sizeof(*function));
	char *rest = text, *line;
	int r = function ? 0 : -ENOMEM;

	while (r >= 0 && (line = strsep(&rest, "\n"))) {
		char address[32];

		if (isspace((unsigned char)*line)) {
			parse_detail(line, function);
		} else if (parse_address(line, address)) {
			r = put_function(store, function);
			*function = (struct function){ 0 };
			strcpy(function->address, address);
			parse_ids(line, function);
		} else {
			parse_hex(line, function);
		}
	}
	return r < 0 ? r : put_function(store, function);
}

/* --- sosreport: sos/report/plugins/ of github.com/sosreport/sos --- */

/* "uname -a": "Linux NAME RELEASE #1 SMP … MACHINE GNU/Linux" (uname(1)). */
static int put_uname(struct store *store, char *text)
{
	char release[128], *machine = NULL, *rest, *word, *before = NULL;
	int r;

	if (sscanf(text, "Linux %*s %127s", release) != 1)
		return 0;
	r = put_text(store, "/proc/sys/kernel/osrelease", release);
	for (rest = text; (word = strsep(&rest, " \n"));) {
		if (!*word)
			continue;
		machine = before;
		before = word;
	}
	/* The last word is the system's name. */
	if (r < 0 || !machine || strcmp(before, "GNU/Linux") != 0)
		return r;
	return put_text(store, "/.stackcheck/answers", PATH("uname.machine\t%s\n", machine));
}

/* "kernel.osrelease = 5.14.0": a dot stands for a slash, and a slash in a name for a dot (sysctl(8)). */
static int put_sysctl(struct store *store, char *text)
{
	char *rest = text, *line;
	int r = 0;

	while (r >= 0 && (line = strsep(&rest, "\n"))) {
		char *value = strstr(line, " = ");

		if (!value)
			continue;
		*value = '\0';
		for (char *c = line; *c; c++)
			*c = *c == '.' ? '/' : *c == '/' ? '.' : *c;
		r = put_text(store, PATH("/proc/sys/%s", line), value + 3);
	}
	return r;
}

/*
 * Its copy of /proc/bus/pci has the spaces: "00/1f.3", with a domain "0001:00/1f.3"
 * (pci_proc_attach_device() in drivers/pci/proc.c).
 */
static int put_spaces(struct store *store)
{
	static const char folder[] = "/proc/bus/pci/";
	int r = 0;

	for (size_t i = 0; r >= 0 && i < store->len; i++) {
		const struct store_item *item = &store->items[i];
		unsigned int domain = 0, bus, device, number;
		char path[64];

		if (item->kind != STORE_FILE || !starts_with(item->key, folder) ||
		    item->len < PCI_STD_HEADER_SIZEOF ||
		    (sscanf(item->key + strlen(folder), "%x:%2x/%2x.%1x", &domain, &bus, &device,
			    &number) != 4 &&
		     sscanf(item->key + strlen(folder), "%2x/%2x.%1x", &bus, &device, &number) !=
			     3))
			continue;
		snprintf(path, sizeof(path), FUNCTIONS "/%04x:%02x:%02x.%x/config",
			 domain & 0xffffff, bus, device, number);
		/* The bytes stay where they are while the items move. */
		r = put(store, path, STORE_FILE, item->bytes, item->len);
	}
	return r;
}

static int put_lspci(struct store *store, char *text)
{
	return text_read_lspci(text, store);
}

static const struct {
	const char *file;
	int (*read)(struct store *store, char *text);
} commands[] = {
	{ "/sos_commands/kernel/uname_-a", put_uname },
	{ "/sos_commands/host/uname_-a", put_uname },
	{ "/sos_commands/kernel/sysctl_-a", put_sysctl },
	{ "/sos_commands/pci/lspci_-nnvv", put_lspci },
};

int text_complete_sosreport(struct store *store)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < ARRAY_SIZE(commands); i++) {
		const struct store_item *item = store_find(store, commands[i].file);
		auto_free char *text = item ? strdup(item->bytes) : NULL;

		if (item && !text)
			return -ENOMEM;
		if (text)
			r = commands[i].read(store, text);
	}
	return r < 0 ? r : put_spaces(store);
}
