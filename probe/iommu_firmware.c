/* SPDX-License-Identifier: GPL-2.0-or-later */
/* iommu_firmware: does the firmware describe an IOMMU: in its ACPI tables, or in the device tree */
#include "iommu_firmware.h"

#include <errno.h>
#include <string.h>

#define TABLES IOMMU_TABLES

/* --- ACPI tables --- */

/*
 * Tables that list IOMMUs among other things, as include/acpi/actbl1.h, actbl2.h and actbl3.h lay
 * them out: their entries begin with a type, one byte or two, and hold their length.
 */
static const struct table {
	const char *file, *name;
	/* where the entries begin, or where that is told, and in how many bytes */
	size_t first, first_told_at, first_told_in;
	size_t type_size, length_at;
	size_t n_units;
	uint16_t units[3]; /* types of entries that are IOMMUs */
	/*
	 * Does the table's being there tell enough where its contents are for root? Intel's and
	 * AMD's specifications ask for a unit in each, and there is nothing else to say in them;
	 * IORT also describes machines without an SMMU.
	 */
	bool tells_by_name;
} tables[] = {
	{ "DMAR", "DMAR", 48, 0, 0, 2, 2, 1, { 0 }, true },
	/* So Xen renames it to keep Linux off (acpi_dmar_zap() in drivers/passthrough/vtd/dmar.c). */
	{ "XMAR", "DMAR", 48, 0, 0, 2, 2, 1, { 0 }, true },
	{ "IVRS", "IVRS", 48, 0, 0, 1, 2, 3, { 0x10, 0x11, 0x40 }, true },
	{ "VIOT", "VIOT", 0, 38, 2, 1, 2, 2, { 3, 4 }, true },
	{ "IORT", "IORT", 0, 40, 4, 1, 1, 2, { 3, 4 }, false },
};

#define HEADER_SIZE 48 /* of each of them, before the first entry */

static uint32_t number_at(const uint8_t *table, size_t at, size_t size)
{
	uint32_t number = 0;

	for (size_t i = 0; i < size; i++)
		number |= (uint32_t)table[at + i] << 8 * i;
	return number;
}

/* Is there an entry for a unit? Not asked of a table that is cut off within its header. */
static bool has_unit(const struct table *table, const uint8_t *bytes, size_t len)
{
	size_t at = table->first ? table->first
				 : number_at(bytes, table->first_told_at, table->first_told_in);

	while (at + 4 <= len) {
		uint32_t type = number_at(bytes, at, table->type_size);
		uint32_t size = number_at(bytes, at + table->length_at, 2);

		for (size_t i = 0; i < table->n_units; i++) {
			if (type == table->units[i])
				return true;
		}
		if (size == 0)
			return false;
		at += size;
	}
	return false;
}

int iommu_table_has_unit(const char *name, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
		if (strcmp(tables[i].file, name) == 0)
			return len < HEADER_SIZE ? -ENODATA : has_unit(&tables[i], bytes, len);
	}
	return -ENODATA;
}

static bool is_listed(const struct host_names *names, const char *file)
{
	for (size_t i = 0; i < names->len; i++) {
		if (strcmp(names->names[i], file) == 0)
			return true;
	}
	return false;
}

/* 1: this table describes an IOMMU; 0: it does not, or is not there; -errno: cannot be told. */
static int look_into(const struct host *host, const struct table *table,
		     const struct host_names *names, struct error *err)
{
	auto_free char *bytes = NULL;
	size_t len = 0;
	int r;

	/* The list is whole on a machine; in a recording only what was read is in it. */
	if (host_is_live(host) && !is_listed(names, table->file))
		return 0;
	r = host_read(host, PATH(TABLES "/%s", table->file), &bytes, &len, err);
	if (r == -ENOENT)
		return 0;
	if (r == 0 && len >= HEADER_SIZE)
		return iommu_table_has_unit(table->file, (const uint8_t *)bytes, len);
	/* A table that may not be read is there where its folder shows it: a policy may deny by name. */
	if (table->tells_by_name &&
	    (r == 0 || ((r == -EACCES || r == -EPERM) && is_listed(names, table->file))))
		return 1;
	return r < 0 ? r : error_set(err, -ENODATA, "%s: only a part of it is there", table->file);
}

/* 1: *ret is a table that describes an IOMMU; 0: none does; -errno: cannot be told. */
static int find_table(const struct host *host, const char **ret, struct error *err)
{
	auto_names struct host_names names = { 0 };
	struct error first = { 0 };
	int r = host_list(host, TABLES, &names, err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
		struct error one = { 0 };

		r = look_into(host, &tables[i], &names, &one);
		if (r > 0) {
			*ret = tables[i].name;
			return 1;
		}
		if (r < 0 && !first.code)
			first = one;
	}
	if (first.code < 0)
		*err = first;
	return first.code;
}

/* --- device tree --- */

static bool is_disabled(const struct host *host, const char *node)
{
	auto_free char *status = NULL;

	return host_read(host, PATH("%s/status", node), &status, NULL, NULL) == 0 &&
	       strcmp(status, "disabled") == 0;
}

/* 1 where the device tree has a node for an IOMMU that is not switched off. */
static int find_node(const struct host *host, const char *folder, int depth, struct error *err)
{
	auto_names struct host_names names = { 0 };
	int r = host_list(host, folder, &names, err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < names.len; i++) {
		const char *name = names.names[i];
		const char *node = PATH("%s/%s", folder, name);

		if ((starts_with(name, "iommu@") || starts_with(name, "smmu@")) &&
		    !is_disabled(host, node))
			return 1;
		/* Properties are files; of the nodes only buses ("soc", "bus@…") hold IOMMUs. */
		if (depth > 0 && (starts_with(name, "soc") || starts_with(name, "bus") ||
				  starts_with(name, "axi") || starts_with(name, "platform"))) {
			r = find_node(host, node, depth - 1, NULL);
			if (r > 0)
				return r;
		}
	}
	return 0;
}

/*
 * The tree may hold buses of other names. The kernel makes a platform device of a node that is on,
 * and names it for its address and the node: "5000000.iommu" (of_device_make_bus_id(), Linux
 * drivers/of).
 */
static bool has_platform_iommu(const struct host *host)
{
	auto_names struct host_names names = { 0 };

	if (host_list(host, "/sys/bus/platform/devices", &names, NULL) < 0)
		return false;
	for (size_t i = 0; i < names.len; i++) {
		const char *dot = strchr(names.names[i], '.');

		if (dot && (starts_with(dot + 1, "iommu") || starts_with(dot + 1, "smmu")))
			return true;
	}
	return false;
}

/* --- facts --- */

static void set_table(struct facts *facts, const char *table, bool xen, int tables_r, int r,
		      const struct error *err)
{
	if (r > 0)
		facts_set_string(facts, "iommu.table", table,
				 strcmp(table, "devicetree") == 0 ? "/sys/firmware/devicetree"
								  : TABLES);
	else if (r == 0 && xen)
		facts_set_hidden(facts, "iommu.table", "Xen keeps the IOMMU's table to itself");
	else if (r == 0)
		facts_set_absent(facts, "iommu.table", TABLES);
	else if (r == -ENOENT && tables_r == -ENOENT)
		facts_set_unsupported(facts, "iommu.table",
				      "this firmware has neither ACPI tables nor a device tree");
	else
		facts_set_unknown(facts, "iommu.table", err);
}

void iommu_firmware_run(const struct host *host, struct facts *facts, const char *driven, bool xen)
{
	struct error err = { 0 }, no_tree = { 0 };
	const char *table = NULL;
	int tables_r = find_table(host, &table, &err);
	int r = tables_r;

	if (r == -ENOENT) {
		table = "devicetree";
		r = find_node(host, "/sys/firmware/devicetree/base", 2, &no_tree);
		if (r == 0)
			r = has_platform_iommu(host);
	}
	set_table(facts, table, xen, tables_r, r, tables_r == -ENOENT ? &no_tree : &err);
	if (r > 0 || driven)
		facts_set_bool(facts, "iommu.hardware", true, r > 0 ? table : driven);
	else if (r == 0 && !xen)
		facts_set_bool(facts, "iommu.hardware", false, TABLES);
	else
		facts_set_value(facts, "iommu.hardware", facts_get(facts, "iommu.table")->value,
				NULL);
}

/* Bit 0 of the table's flags, INTR_REMAP (dmar_ir_support() in drivers/iommu/intel/dmar.c). */
#define DMAR_FLAGS	37
#define DMAR_INTR_REMAP 0x01

void iommu_firmware_remapping(const struct host *host, struct facts *facts)
{
	const char *name = "iommu.interrupt_remapping.firmware", *path = TABLES "/DMAR";
	const struct fact *table = facts_get(facts, "iommu.table");
	auto_free char *bytes = NULL;
	struct error err = { 0 };
	size_t len = 0;
	int r;

	if (facts_is_true(facts, "iommu.interrupt_remapping")) {
		facts_set_bool(facts, name, true, "iommu.interrupt_remapping");
		return;
	}
	if (facts_is_false(facts, "iommu.hardware")) {
		facts_set_bool(facts, name, false, "iommu.hardware");
		return;
	}
	if (!value_is(&table->value, "DMAR")) {
		facts_set_unsupported(facts, name, "only Intel's table tells");
		return;
	}
	r = host_read(host, path, &bytes, &len, &err);
	if (r == 0 && len < HEADER_SIZE)
		r = error_set(&err, -ENODATA, "%s: only a part of it is there", path);
	if (r == -ENOENT)
		facts_set_hidden(facts, name, "Xen keeps the IOMMU's table to itself");
	else if (r < 0)
		facts_set_unknown(facts, name, &err);
	else
		facts_set_bool(facts, name, bytes[DMAR_FLAGS] & DMAR_INTR_REMAP, path);
}
