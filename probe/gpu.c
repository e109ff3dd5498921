/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gpu: the PCI functions that compute or draw for a workload; not the display of a BMC, nor one
 * that a hypervisor makes
 */
#include <string.h>

#include "field.h"
#include "probe.h"

static const struct field_def fields_of_gpus[] = {
	{ "address", FACT_STRING, NULL, "of its PCI function" },
	{ "vendor", FACT_STRING, NULL, "vendor id, four hexadecimal digits" },
	{ "device", FACT_STRING, NULL, "device id, four hexadecimal digits" },
	{ "driver", FACT_STRING, NULL, "the driver that is bound; absent when none is" },
	{ "numa_node", FACT_COUNT, NULL, "number of the NUMA node that is near" },
	{ "iommu_group", FACT_COUNT, NULL, "number of its IOMMU group; absent when in none" },
	{ "isolated", FACT_BOOL, NULL, "its IOMMU group holds no other function but bridges" },
	{ 0 },
};

static const struct fact_def facts_of_gpu[] = {
	{ "gpus", FACT_RECORDS, SCOPE_HARDWARE, .meaning = "graphics processors",
	  .source = "pci: display controllers (class 03)", .fields = fields_of_gpus },
	{ "gpu.count", FACT_COUNT, SCOPE_HARDWARE, "GPUs", .meaning = "graphics processors",
	  .source = "gpus" },
};

/*
 * Displays that compute nothing, as pci.ids names them; a NULL device stands for all of that
 * vendor.
 */
static const struct {
	const char *vendor, *device;
} displays[] = {
	/* of BMCs and server boards */
	{ "1a03", NULL }, /* ASPEED */
	{ "102b", NULL }, /* Matrox G200 and its descendants */
	{ "19e5", "1711" }, /* Huawei Hi171x */
	{ "18ca", "0020" }, /* XGI Z7/Z9 */
	{ "126f", "0750" }, /* Silicon Motion SM750 */
	{ "1002", "515e" }, /* ATI ES1000 */
	{ "1002", "4752" }, /* ATI Rage XL */
	/* of hypervisors */
	{ "1234", "1111" }, /* QEMU, Bochs */
	{ "1b36", "0100" }, /* QXL */
	{ "1013", "00b8" }, /* Cirrus GD 5446 */
	{ "1af4", "1050" }, /* virtio */
	{ "15ad", NULL }, /* VMware */
	{ "80ee", "beef" }, /* VirtualBox */
	{ "1414", "5353" }, /* Hyper-V */
};

static bool is_display_only(const char *vendor, const char *device)
{
	for (size_t i = 0; i < ARRAY_SIZE(displays); i++) {
		if (strcmp(vendor, displays[i].vendor) == 0 &&
		    (!displays[i].device || strcmp(device, displays[i].device) == 0))
			return true;
	}
	return false;
}

/* Class 03, or AMD's accelerators that call themselves processing accelerators (class 12). */
static bool is_gpu(const struct value *function)
{
	const char *class = field_text(function, "class");
	const char *vendor = field_text(function, "vendor");
	const char *device = field_text(function, "device");

	if (!class || !vendor || !device || field_true(function, "physfn"))
		return false;
	if (starts_with(class, "12"))
		return strcmp(vendor, "1002") == 0;
	return starts_with(class, "03") && !is_display_only(vendor, device);
}

static struct value record_of(struct arena *arena, const struct value *function)
{
	struct record record = { 0 };

	for (const struct field_def *field = fields_of_gpus; field->name; field++)
		record_add(arena, &record, field->name, field_get(function, field->name));
	return record_value(&record);
}

static void derive(struct facts *facts)
{
	const struct value *pci = &facts_get(facts, "pci")->value;
	struct arena *arena = facts_arena(facts);
	struct list list = { 0 };

	if (pci->kind != VALUE_LIST) {
		facts_set_value(facts, "gpus", *pci, NULL);
		facts_set_value(facts, "gpu.count", *pci, NULL);
		return;
	}
	for (uint32_t i = 0; i < pci->len; i++) {
		if (is_gpu(&pci->items[i]))
			list_add(arena, &list, record_of(arena, &pci->items[i]));
	}
	facts_set_value(facts, "gpus", list_value(&list), "pci");
	facts_set_int(facts, "gpu.count", (int64_t)list.len, "gpus");
}

const struct probe probe_gpu = { .name = "gpu", PROVIDES(facts_of_gpu), .derive = derive };
