/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * firmware: settings of the firmware's setup that the kernel shows under their own names, where a
 * maker's driver does so (Documentation/ABI/testing/sysfs-class-firmware-attributes, since 5.11)
 */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "field.h"
#include "probe.h"

#define CLASS "/sys/class/firmware-attributes"

static const struct field_def fields_of_settings[] = {
	{ "purpose", FACT_STRING, NULL,
	  "what it switches: virtualization, iommu, sriov, smt, tpm, secure_boot" },
	{ "name", FACT_STRING, NULL, "as the firmware calls it" },
	{ "value", FACT_STRING, NULL, "how it stands" },
	{ 0 },
};

static const struct fact_def facts_of_firmware[] = {
	{ "firmware.settings", FACT_RECORDS, SCOPE_FIRMWARE,
	  .meaning = "settings of the firmware whose purpose is known here",
	  .source = CLASS "/*/attributes", .privilege = "root, for their values",
	  .fields = fields_of_settings },
	{ "firmware.virtualization", FACT_STRING, SCOPE_FIRMWARE,
	  .meaning = "name of the firmware's setting for VT-x or SVM",
	  .source = "firmware.settings" },
	{ "firmware.iommu", FACT_STRING, SCOPE_FIRMWARE,
	  .meaning = "name of the firmware's setting for the IOMMU",
	  .source = "firmware.settings" },
	{ "firmware.sriov", FACT_STRING, SCOPE_FIRMWARE,
	  .meaning = "name of the firmware's setting for SR-IOV", .source = "firmware.settings" },
	{ "firmware.smt", FACT_STRING, SCOPE_FIRMWARE,
	  .meaning = "name of the firmware's setting for multithreading",
	  .source = "firmware.settings" },
	{ "firmware.tpm", FACT_STRING, SCOPE_FIRMWARE,
	  .meaning = "name of the firmware's setting for the TPM", .source = "firmware.settings" },
	{ "firmware.secure_boot", FACT_STRING, SCOPE_FIRMWARE,
	  .meaning = "name of the firmware's setting for Secure Boot",
	  .source = "firmware.settings" },
};

/*
 * What Lenovo (think-lmi), Dell (dell-wmi-sysman) and HP (hp-bioscfg) call the settings that needs
 * hang on, as scripts for their WMI interfaces use them. Other models may have other names.
 */
static const struct setting {
	const char *purpose, *name;
} settings[] = {
	{ "virtualization", "VirtualizationTechnology" },
	{ "virtualization", "Virtualization" },
	{ "virtualization", "VirtualizationEnable" },
	{ "virtualization", "Virtualization Technology (VTx)" },
	{ "virtualization", "Virtualization Technology" },
	{ "virtualization", "SVM CPU Virtualization" },
	{ "iommu", "VTdFeature" },
	{ "iommu", "VtForDirectIo" },
	{ "iommu", "Virtualization Technology for Directed I/O (VTd)" },
	{ "iommu", "Virtualization Technology Directed I/O (VTd)" },
	{ "sriov", "SRIOVSupport" },
	{ "sriov", "SriovGlobalEnable" },
	{ "smt", "HyperThreading" },
	{ "smt", "LogicProc" },
	{ "smt", "LogicalProc" },
	{ "tpm", "SecurityChip" },
	{ "tpm", "TpmSecurity" },
	{ "tpm", "TPM Device" },
	{ "secure_boot", "SecureBoot" },
	{ "secure_boot", "Secure Boot" },
};

/* A slash in a name is a "!" among file names (kobject_set_name_vargs() of lib/kobject.c). */
static bool same_name(const char *file, const char *name)
{
	for (; *file && *name; file++, name++) {
		if (strncasecmp(file, name, 1) != 0 && !(*file == '!' && *name == '/'))
			return false;
	}
	return *file == *name;
}

static const struct setting *setting_of(const char *file)
{
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		if (same_name(file, settings[i].name))
			return &settings[i];
	}
	return NULL;
}

static void add_setting(const struct host *host, struct arena *arena, struct list *list,
			const char *folder, const char *file)
{
	const struct setting *setting = setting_of(file);
	struct record record = { 0 };

	if (!setting)
		return;
	record_add(arena, &record, "purpose", value_string(setting->purpose));
	record_add(arena, &record, "name", value_string(setting->name));
	record_add(arena, &record, "value",
		   field_line(host, arena, PATH("%s/%s/current_value", folder, file)));
	list_add(arena, list, record_value(&record));
}

static int run(const struct host *host, struct facts *facts, struct error *err)
{
	auto_names struct host_names drivers = { 0 };
	struct list list = { 0 };
	struct value all;
	int r = host_list(host, CLASS, &drivers, err);

	if (r < 0 && r != -ENOENT)
		return facts_set_unknown(facts, "firmware.settings", err);
	for (size_t i = 0; i < drivers.len; i++) {
		const char *folder = PATH(CLASS "/%s/attributes", drivers.names[i]);
		auto_names struct host_names files = { 0 };

		if (host_list(host, folder, &files, NULL) < 0)
			continue;
		for (size_t k = 0; k < files.len; k++)
			add_setting(host, facts_arena(facts), &list, folder, files.names[k]);
	}
	all = list_value(&list);
	return facts_set_value(facts, "firmware.settings", all, CLASS);
}

static const char *name_of(const struct value *all, const char *purpose)
{
	for (uint32_t i = 0; i < all->len; i++) {
		const char *its = field_text(&all->items[i], "purpose");

		if (its && strcmp(its, purpose) == 0)
			return field_text(&all->items[i], "name");
	}
	return NULL;
}

static void derive(struct facts *facts)
{
	const struct fact *all = facts_get(facts, "firmware.settings");

	for (size_t i = 0; i < ARRAY_SIZE(facts_of_firmware); i++) {
		const char *fact = facts_of_firmware[i].name;
		const char *name;

		if (facts_of_firmware[i].type != FACT_STRING)
			continue;
		if (all->value.kind != VALUE_LIST) {
			facts_set_value(facts, fact, all->value, NULL);
			continue;
		}
		name = name_of(&all->value, strchr(fact, '.') + 1);
		if (name)
			facts_set_string(facts, fact, name, all->source);
		else
			facts_set_absent(facts, fact, all->source);
	}
}

const struct probe probe_firmware = {
	.name = "firmware",
	PROVIDES(facts_of_firmware),
	.run = run,
	.derive = derive,
};
