/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pci: the machine's PCI functions, and how many virtual functions each can have */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "field.h"
#include "host/pci.h"
#include "probe.h"

static const struct field_def fields_of_pci[] = {
	{ "address", FACT_STRING, NULL, "domain:bus:device.function" },
	{ "vendor", FACT_STRING, NULL, "vendor id, four hexadecimal digits" },
	{ "device", FACT_STRING, NULL, "device id, four hexadecimal digits" },
	{ "class", FACT_STRING, NULL, "class and subclass, four hexadecimal digits" },
	{ "driver", FACT_STRING, NULL, "the driver that is bound; absent when none is" },
	{ "iommu_group", FACT_COUNT, NULL, "number of its IOMMU group; absent when in none" },
	{ "numa_node", FACT_COUNT, NULL, "number of the NUMA node that is near" },
	{ "sriov_total", FACT_COUNT, "virtual functions",
	  "what it, or its driver, offers; absent without SR-IOV" },
	{ "sriov_enabled", FACT_COUNT, "virtual functions", "how many there are now" },
	{ "sriov_reach", FACT_COUNT, "virtual functions",
	  "how many the bus numbers behind the port above leave room for" },
	{ "sriov_kernel", FACT_BOOL, NULL, "this kernel can enable them" },
	{ "physfn", FACT_BOOL, NULL, "it is a virtual function of a function of this list" },
	{ 0 },
};

static const struct fact_def facts_of_pci[] = {
	{ "pci", FACT_RECORDS, SCOPE_HARDWARE, .meaning = "the machine's PCI functions",
	  .source = "/sys/bus/pci/devices",
	  .privilege = "root, for SR-IOV where the kernel shows none", .fields = fields_of_pci },
};

#define PCI_CLASS_OF_NETWORK "02"
#define PCI_CLASS_OF_BRIDGE  "06"

/* One function while it is being read. */
struct function {
	const char *address;
	struct value vendor, device, class, driver;
	bool virtual; /* a VF whose physical function is seen */
	/* 1: the kernel shows it; -ENOENT: it shows none; else why it cannot be told */
	int has_sriov;
	struct value total, enabled, reach, kernel;
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

/* The bus number up to which the port above passes on: -1 where nothing tells. */
static int64_t last_bus_above(const struct host *host, const char *address)
{
	auto_free char *link = NULL;
	char *end, *parent;
	uint64_t last;

	/*
	 * The link is …/pci0000:00/0000:00:01.1/0000:02:00.0: the port above is the folder around
	 * it.
	 */
	if (host_read_link(host, PATH("/sys/bus/pci/devices/%s", address), &link, NULL) < 0)
		return -1;
	end = strrchr(link, '/');
	if (!end)
		return -1;
	*end = '\0';
	parent = strrchr(link, '/');
	if (!parent || strlen(parent + 1) < strlen("0000:00:00.0"))
		return -1;
	if (host_read_u64(host, PATH("/sys/bus/pci/devices/%s/subordinate_bus_number", parent + 1),
			  &last, NULL) < 0)
		return -1;
	return (int64_t)last;
}

/*
 * As pci_iov_virtfn_bus() in drivers/pci/iov.c counts: the first VF that would lie behind the last
 * bus does not fit.
 */
static struct value reach_of(const struct host *host, struct arena *arena, const char *address,
			     uint64_t total, uint64_t offset, uint64_t stride)
{
	const char *colon = strrchr(address, ':');
	uint64_t bus, routing, room;
	int64_t last;

	if (total == 0)
		return value_int(0);
	if (!colon || colon - address < 2 || offset == 0 || (stride == 0 && total > 1))
		return field_untold(arena, "the function does not tell where its VFs would be");
	last = last_bus_above(host, address);
	if (last < 0)
		return field_untold(arena, "the bus numbers behind the port above are not told");
	bus = strtoul(colon - 2, NULL, 16);
	routing = (strtoul(colon + 1, NULL, 16) << 3) + strtoul(colon + 4, NULL, 16) + offset;
	if ((int64_t)bus > last)
		return field_untold(arena, "the bus numbers of the port above make no sense");
	room = ((uint64_t)last - bus + 1) << 8;
	if (routing >= room)
		return value_int(0);
	room = stride ? (room - routing - 1) / stride + 1 : 1;
	return value_int((int64_t)(room < total ? room : total));
}

static uint64_t number_of(const struct value *value)
{
	return value->kind == VALUE_INT && value->i > 0 ? (uint64_t)value->i : 0;
}

/* What the kernel shows; where it shows nothing, has_sriov says so and the fields are absent. */
static void read_sriov(const struct host *host, struct arena *arena, struct function *function)
{
	const char *folder = PATH("/sys/bus/pci/devices/%s", function->address);
	struct error err = { 0 };
	struct value offset, stride;
	int64_t total;

	function->has_sriov = host_read_i64(host, PATH("%s/sriov_totalvfs", folder), &total, &err);
	if (function->has_sriov < 0) {
		function->total = function->enabled = function->reach = function->kernel =
			field_failed(arena, function->has_sriov, &err);
		return;
	}
	function->has_sriov = 1;
	function->total = value_int(total);
	function->enabled = field_count(host, arena, PATH("%s/sriov_numvfs", folder));
	function->kernel = value_bool(true);
	offset = field_count(host, arena, PATH("%s/sriov_offset", folder));
	stride = field_count(host, arena, PATH("%s/sriov_stride", folder));
	function->reach = reach_of(host, arena, function->address, (uint64_t)total,
				   number_of(&offset), number_of(&stride));
}

/*
 * The files are there for every function with the capability, if the kernel was built with PCI_IOV
 * at all. Where no function shows them it may not have been: then the capability itself tells, of
 * network functions only (reading configuration space is slow).
 */
static void ask_capability(const struct host *host, struct arena *arena, struct function *function)
{
	const char *class = function->class.kind == VALUE_STRING ? function->class.s : "";
	struct host_pci_sriov sriov;
	struct error err = { 0 };
	int r;

	if (starts_with(class, PCI_CLASS_OF_BRIDGE)) {
		function->total = function->enabled = function->reach = function->kernel =
			value_null();
		return;
	}
	if (!starts_with(class, PCI_CLASS_OF_NETWORK)) {
		function->total = function->enabled = function->reach = function->kernel =
			field_untold(arena, "nothing shows whether this kernel knows SR-IOV");
		return;
	}
	r = host_pci_sriov(host, function->address, &sriov, &err);
	if (r < 0) {
		function->total = function->enabled = function->reach = function->kernel =
			field_failed(arena, r, &err);
		return;
	}
	function->total = value_int(sriov.total);
	function->enabled = value_int(sriov.enabled);
	function->reach =
		reach_of(host, arena, function->address, sriov.total, sriov.offset, sriov.stride);
	function->kernel = value_bool(false);
}

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
	record_add(arena, &record, "iommu_group", group_of(host, arena, address));
	record_add(arena, &record, "numa_node",
		   field_node(host, arena, PATH("/sys/bus/pci/devices/%s/numa_node", address)));
	record_add(arena, &record, "sriov_total", function->total);
	record_add(arena, &record, "sriov_enabled", function->enabled);
	record_add(arena, &record, "sriov_reach", function->reach);
	record_add(arena, &record, "sriov_kernel", function->kernel);
	record_add(arena, &record, "physfn", value_bool(function->virtual));
	return record_value(&record);
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

		function->address = arena_strdup(arena, names.names[i]);
		read_identity(host, arena, function);
		read_sriov(host, arena, function);
		kernel_knows |= function->has_sriov == 1;
		function->virtual = function->has_sriov != 1 &&
				    host_exists(
					    host,
					    PATH("/sys/bus/pci/devices/%s/physfn", names.names[i]),
					    NULL) == 1;
		kernel_knows |= function->virtual;
	}
	for (size_t i = 0; i < names.len; i++) {
		if (!kernel_knows && !functions[i].virtual)
			ask_capability(host, arena, &functions[i]);
		list_add(arena, &list, record_of(host, arena, &functions[i]));
	}
	return facts_set_value(facts, "pci", list_value(&list), "/sys/bus/pci/devices");
}

const struct probe probe_pci = {
	.name = "pci", PROVIDES(facts_of_pci), .run = run, .in_worker = true
};
