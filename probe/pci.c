/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pci: the machine's PCI functions, and how many virtual functions each can have */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "field.h"
#include "host/pci.h"
#include "pci_sriov.h"
#include "probe.h"

static const struct field_def fields_of_pci[] = {
	{ "address", FACT_STRING, NULL, "domain:bus:device.function" },
	{ "vendor", FACT_STRING, NULL, "vendor id, four hexadecimal digits" },
	{ "device", FACT_STRING, NULL, "device id, four hexadecimal digits" },
	{ "class", FACT_STRING, NULL, "class and subclass, four hexadecimal digits" },
	{ "driver", FACT_STRING, NULL, "the driver that is bound; absent when none is" },
	{ "iommu_group", FACT_COUNT, NULL, "number of its IOMMU group; absent when in none" },
	{ "iommu_type", FACT_STRING, NULL,
	  "DMA, DMA-FQ, identity, …: what the group's default domain is; absent when in none" },
	{ "isolated", FACT_BOOL, NULL,
	  "its IOMMU group holds no other function but bridges, so that it can be given away "
	  "alone" },
	{ "numa_node", FACT_COUNT, NULL, "number of the NUMA node that is near" },
	{ "sriov_total", FACT_COUNT, "virtual functions",
	  "what it, or its driver, offers; absent without SR-IOV" },
	{ "sriov_enabled", FACT_COUNT, "virtual functions", "how many there are now" },
	{ "sriov_reach", FACT_COUNT, "virtual functions",
	  "how many bus numbers and the port above let through" },
	{ "sriov_room", FACT_BOOL, NULL,
	  "its virtual functions' memory has got addresses; absent without SR-IOV" },
	{ "ari", FACT_BOOL, NULL,
	  "the port above lets functions with numbers above 7 through; absent without SR-IOV" },
	{ "sriov_kernel", FACT_BOOL, NULL, "this kernel can enable them" },
	{ "physfn", FACT_BOOL, NULL, "it is a virtual function of a function of this list" },
	{ 0 },
};

static const struct fact_def facts_of_pci[] = {
	{ "pci", FACT_RECORDS, SCOPE_HARDWARE, .meaning = "the machine's PCI functions",
	  .source = "/sys/bus/pci/devices",
	  .privilege = "root, for SR-IOV where the kernel shows none", .fields = fields_of_pci },
};

/* One function while it is being read. */
struct function {
	const char *address;
	struct value vendor, device, class, driver;
	struct value physfn;
	bool virtual; /* a VF whose physical function is seen */
	struct pci_sriov sriov;
	struct value group, group_type, isolated;
	bool doubtful; /* alone in its group, which may have been made by force */
};

/* "8086" of "0x8086", "0X8086" or "8086"; the first four digits, in lower case. */
static struct value id_of(struct arena *arena, const char *text)
{
	char digits[5] = "";
	size_t len;

	if (strncasecmp(text, "0x", 2) == 0)
		text += 2;
	len = strspn(text, "0123456789abcdefABCDEF");
	if (len < 4)
		return field_untold(arena, "the id has no four digits");
	for (size_t i = 0; i < 4; i++)
		digits[i] = (char)(text[i] | (text[i] >= 'A' ? 0x20 : 0));
	return field_string(arena, digits);
}

static struct value id_in_file(const struct host *host, struct arena *arena, const char *address,
			       const char *file)
{
	struct value line =
		field_line(host, arena, PATH("/sys/bus/pci/devices/%s/%s", address, file));

	return line.kind == VALUE_STRING ? id_of(arena, line.s) : line;
}

/* PCI_CLASS is not padded: 20000 is class 02. */
static bool parse_uevent(struct arena *arena, const char *uevent, struct function *function)
{
	const char *class = field_of_lines(arena, uevent, "PCI_CLASS");
	const char *id = field_of_lines(arena, uevent, "PCI_ID");

	if (!class || !id || strlen(id) != strlen("8086:10c9"))
		return false;
	function->class =
		id_of(arena, arena_printf(arena, "%06" PRIx32, (uint32_t)strtoul(class, NULL, 16)));
	function->vendor = id_of(arena, id);
	function->device = id_of(arena, id + 5);
	function->driver = value_string(field_of_lines(arena, uevent, "DRIVER"));
	return true;
}

/* One file holds four fields; recordings of other tools may lack it. */
static void read_identity(const struct host *host, struct arena *arena, struct function *function)
{
	const char *path = PATH("/sys/bus/pci/devices/%s/uevent", function->address);
	auto_free char *uevent = NULL;

	if (host_read(host, path, &uevent, NULL, NULL) == 0 &&
	    parse_uevent(arena, uevent, function))
		return;
	function->class = id_in_file(host, arena, function->address, "class");
	function->vendor = id_in_file(host, arena, function->address, "vendor");
	function->device = id_in_file(host, arena, function->address, "device");
	function->driver =
		field_link(host, arena, PATH("/sys/bus/pci/devices/%s/driver", function->address));
}

/* --- IOMMU groups --- */

static struct value group_of(const struct host *host, struct arena *arena, const char *address)
{
	struct value link =
		field_link(host, arena, PATH("/sys/bus/pci/devices/%s/iommu_group", address));
	int64_t group;

	if (link.kind != VALUE_STRING)
		return link;
	return parse_i64(link.s, 10, &group) < 0
		       ? field_untold(arena, "the IOMMU group has no number")
		       : value_int(group);
}

static bool is_bridge(const struct function *function)
{
	return function->class.kind == VALUE_STRING &&
	       starts_with(function->class.s, PCI_CLASS_OF_BRIDGE);
}

/* Functions of one group beside each other, bridges last. */
static int by_group(const void *a, const void *b)
{
	const struct function *left = *(const struct function *const *)a;
	const struct function *right = *(const struct function *const *)b;

	if (left->group.i != right->group.i)
		return left->group.i < right->group.i ? -1 : 1;
	return is_bridge(left) - is_bridge(right);
}

/*
 * A patch that is not Linux's own makes groups of functions that nothing keeps apart, and is
 * switched on by this word of the command line.
 */
static bool are_groups_forged(const struct host *host)
{
	auto_free char *cmdline = NULL;

	return host_read_line(host, "/proc/cmdline", &cmdline, NULL) == 0 &&
	       strstr(cmdline, "pcie_acs_override=");
}

/* Is there another function in the same slot? Functions stand in the order of their addresses. */
static bool shares_slot(const struct function *function, const struct function *functions, size_t n)
{
	size_t at = (size_t)(function - functions), len = strlen(function->address) - 1;

	return (at > 0 && strncmp(functions[at - 1].address, function->address, len) == 0) ||
	       (at + 1 < n && strncmp(functions[at + 1].address, function->address, len) == 0);
}

/* Ports and functions on the way to this one that have to keep it apart. */
static struct value by_acs(const struct host *host, struct arena *arena,
			   const struct function *function, bool itself)
{
	auto_free char *path = NULL;
	struct error err = { 0 };
	char *save = NULL;

	if (host_read_link(host, PATH("/sys/bus/pci/devices/%s", function->address), &path, &err) <
	    0)
		return field_unknown(arena, &err);
	for (char *part = strtok_r(path, "/", &save); part; part = strtok_r(NULL, "/", &save)) {
		int r;

		if (!pci_is_address(part, strlen(part)) ||
		    (!itself && strcmp(part, function->address) == 0))
			continue;
		r = host_pci_acs(host, part, &err);
		if (r < 0)
			return field_unknown(arena, &err);
		/* Linux knows devices that keep apart without it (pci_dev_acs_enabled[]). */
		if (r == 0)
			return field_untold(arena,
					    arena_printf(arena,
							 "pcie_acs_override makes groups of what "
							 "%s does not keep apart by ACS",
							 part));
	}
	return value_bool(true);
}

static struct value type_of_group(const struct host *host, struct arena *arena, int64_t group)
{
	return field_line(host, arena,
			  PATH("/sys/kernel/iommu_groups/%lld/type", (long long)group));
}

/*
 * The kernel puts functions into one group where nothing keeps them from reaching each other past
 * the IOMMU: ports and multi-function devices without Access Control Services (pci_device_group()
 * in drivers/iommu/iommu.c). Bridges in it may stay with the host
 * (Documentation/driver-api/vfio.rst). `forged`: some groups
 * may be made of what nothing keeps apart.
 */
static void set_isolated(struct function **members, size_t n, bool forged)
{
	size_t n_others = 0;

	for (size_t i = 0; i < n; i++)
		n_others += !is_bridge(members[i]);
	for (size_t i = 0; i < n; i++) {
		bool alone = n_others - !is_bridge(members[i]) == 0;

		members[i]->isolated = value_bool(alone);
		members[i]->doubtful = alone && forged && !is_bridge(members[i]);
	}
}

static void read_groups(const struct host *host, struct arena *arena, struct function *functions,
			size_t n_functions)
{
	struct function **members =
		arena_alloc(arena, (n_functions + 1) * sizeof(struct function *));
	size_t n = 0, end;
	struct value type;
	bool forged;

	for (size_t i = 0; i < n_functions; i++) {
		struct function *function = &functions[i];

		function->group_type = function->group;
		function->isolated =
			function->group.kind == VALUE_NULL ? value_bool(false) : function->group;
		if (function->group.kind == VALUE_INT)
			members[n++] = function;
	}
	if (n == 0)
		return;
	forged = are_groups_forged(host);
	qsort(members, n, sizeof(*members), by_group);
	for (size_t i = 0; i < n; i = end) {
		for (end = i + 1; end < n && members[end]->group.i == members[i]->group.i;)
			end++;
		type = type_of_group(host, arena, members[i]->group.i);
		for (size_t k = i; k < end; k++)
			members[k]->group_type = type;
		set_isolated(members + i, end - i, forged);
	}
	for (size_t i = 0; i < n_functions; i++) {
		struct function *function = &functions[i];

		if (function->doubtful)
			function->isolated = by_acs(host, arena, function,
						    shares_slot(function, functions, n_functions));
	}
}

/* --- all together --- */

static struct value record_of(const struct host *host, struct arena *arena,
			      const struct function *function)
{
	struct record record = { 0 };
	const char *address = function->address;

	record_add(arena, &record, "address", value_string(address));
	record_add(arena, &record, "vendor", function->vendor);
	record_add(arena, &record, "device", function->device);
	record_add(arena, &record, "class", function->class);
	record_add(arena, &record, "driver", function->driver);
	record_add(arena, &record, "iommu_group", function->group);
	record_add(arena, &record, "iommu_type", function->group_type);
	record_add(arena, &record, "isolated", function->isolated);
	record_add(arena, &record, "numa_node",
		   field_node(host, arena, PATH("/sys/bus/pci/devices/%s/numa_node", address)));
	record_add(arena, &record, "sriov_total", function->sriov.total);
	record_add(arena, &record, "sriov_enabled", function->sriov.enabled);
	record_add(arena, &record, "sriov_reach", function->sriov.reach);
	record_add(arena, &record, "sriov_room", function->sriov.room);
	record_add(arena, &record, "sriov_kernel", function->sriov.kernel);
	record_add(arena, &record, "ari", function->sriov.ari);
	record_add(arena, &record, "physfn", function->physfn);
	return record_value(&record);
}

/* A recording that holds no such link is one of a function that has none. */
static struct value physfn_of(const struct host *host, struct arena *arena,
			      const struct function *function)
{
	struct error err = { 0 };
	int r = 0;

	if (function->sriov.has != 1)
		r = host_exists(host, PATH("/sys/bus/pci/devices/%s/physfn", function->address),
				&err);
	if (r < 0 && r != -ENODATA)
		return value_unknown(arena, err.reason, NULL, err.text);
	return value_bool(r == 1);
}

static int run(const struct host *host, struct facts *facts, struct error *err)
{
	struct arena *arena = facts_arena(facts);
	auto_names struct host_names names = { 0 };
	struct function *functions;
	struct list list = { 0 };
	bool kernel_knows = false;
	int r = host_list(host, "/sys/bus/pci/devices", &names, err);

	if (r == -ENOENT)
		return facts_set_unsupported(facts, "pci", "this kernel shows no PCI bus");
	if (r < 0)
		return facts_set_unknown(facts, "pci", err);
	functions = arena_alloc(arena, (names.len + 1) * sizeof(*functions));
	for (size_t i = 0; i < names.len; i++) {
		struct function *function = &functions[i];
		const char *address = arena_strdup(arena, names.names[i]);

		function->address = address;
		read_identity(host, arena, function);
		function->group = group_of(host, arena, address);
		pci_sriov_read(host, arena, address, &function->sriov);
		function->physfn = physfn_of(host, arena, function);
		function->virtual = function->physfn.kind == VALUE_BOOL && function->physfn.b;
		kernel_knows |= function->sriov.has == 1 || function->virtual;
	}
	read_groups(host, arena, functions, names.len);
	for (size_t i = 0; i < names.len; i++) {
		struct function *function = &functions[i];

		if (!kernel_knows && !function->virtual)
			pci_sriov_ask(host, arena, function->address,
				      function->class.kind == VALUE_STRING ? function->class.s : "",
				      &function->sriov);
		list_add(arena, &list, record_of(host, arena, function));
	}
	return facts_set_value(facts, "pci", list_value(&list), "/sys/bus/pci/devices");
}

const struct probe probe_pci = { .name = "pci", PROVIDES(facts_of_pci), .run = run };
