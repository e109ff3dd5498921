/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * iommu: does the firmware describe an IOMMU, does the kernel drive it, and how. Each stage is a
 * fact of its own; groups alone prove nothing, as vfio makes some without an IOMMU.
 */
#include <errno.h>
#include <string.h>

#include "field.h"
#include "host/pci.h"
#include "iommu_firmware.h"
#include "probe.h"

#define TABLES IOMMU_TABLES
#define GROUPS "/sys/kernel/iommu_groups"
#define UNITS  "/sys/class/iommu"

static const struct fact_def facts_of_iommu[] = {
	{ "iommu.hardware", FACT_BOOL, SCOPE_FIRMWARE,
	  .meaning = "the firmware describes an IOMMU, or the kernel drives one",
	  .source = TABLES "/{DMAR,IVRS,VIOT,IORT}, device tree, " UNITS },
	{ "iommu.table", FACT_STRING, SCOPE_FIRMWARE, .meaning = "what describes it",
	  .source = TABLES ", device tree", .privilege = "root, for what is in the table",
	  .values = "DMAR IVRS VIOT IORT devicetree" },
	{ "iommu.units", FACT_STRINGS, SCOPE_STATE, .meaning = "IOMMUs that the kernel drives",
	  .source = UNITS },
	{ "iommu.enabled", FACT_BOOL, SCOPE_STATE,
	  .meaning = "the kernel drives an IOMMU, with PCI functions behind it",
	  .source = UNITS ", " GROUPS },
	{ "iommu.groups", FACT_COUNT, SCOPE_STATE, "groups", .meaning = "IOMMU groups",
	  .source = GROUPS },
	{ "iommu.type", FACT_STRING, SCOPE_STATE, .meaning = "what the groups' default domains are",
	  .source = GROUPS "/*/type", .values = "DMA DMA-FQ identity blocked mixed" },
	{ "iommu.interrupt_remapping", FACT_BOOL, SCOPE_STATE,
	  .meaning = "interrupts of devices are remapped, so that a guest cannot forge them",
	  .source = "/sys/kernel/irq/*/chip_name, else /proc/interrupts" },
	{ "iommu.interrupt_remapping.hardware", FACT_BOOL, SCOPE_HARDWARE,
	  .meaning = "every IOMMU that the kernel drives can remap interrupts",
	  .source = UNITS "/*/intel-iommu/ecap" },
	{ "iommu.interrupt_remapping.firmware", FACT_BOOL, SCOPE_FIRMWARE,
	  .meaning = "the firmware says that interrupts may be remapped", .source = TABLES "/DMAR",
	  .privilege = "root" },
	{ "iommu.noiommu", FACT_BOOL, SCOPE_STATE,
	  .meaning = "vfio gives PCI functions away without an IOMMU", .source = GROUPS "/*/name" },
};

/* What one look at the kernel's side gives. */
struct state {
	const struct host *host;
	struct arena *arena;
	bool xen; /* Xen keeps the IOMMU to itself */
	int units_r, groups_r; /* 0 or -errno of the two lists */
	struct error units_err, groups_err;
	struct host_names units, groups;
	size_t n_groups; /* without those of vfio's no-IOMMU mode */
	bool *without_iommu; /* per group: it is one of those */
	bool pci; /* a PCI function is in a group that has an IOMMU */
	bool noiommu; /* a PCI function is in one that has none */
};

static bool is_xen(const struct host *host)
{
	auto_free char *type = NULL;

	return host_read_line(host, "/sys/hypervisor/type", &type, NULL) == 0 &&
	       strcmp(type, "xen") == 0;
}

static bool holds_pci(const struct host *host, const char *group)
{
	auto_names struct host_names names = { 0 };

	if (host_list(host, PATH(GROUPS "/%s/devices", group), &names, NULL) < 0)
		return false;
	for (size_t i = 0; i < names.len; i++) {
		if (pci_is_address(names.names[i], strlen(names.names[i])))
			return true;
	}
	return false;
}

/*
 * vfio_noiommu_group_alloc() in drivers/vfio names its groups so; those of mediated devices too,
 * which hold no PCI function. Only where vfio is loaded, and either knows the mode or no unit is
 * there, can there be one.
 */
static bool may_have_noiommu(const struct state *state)
{
	auto_free char *unsafe = NULL;

	if (host_read_line(state->host, "/sys/module/vfio/parameters/enable_unsafe_noiommu_mode",
			   &unsafe, NULL) < 0)
		return state->units.len == 0;
	return *unsafe == 'Y' || state->units.len == 0;
}

static bool is_without_iommu(const struct host *host, const char *group)
{
	auto_free char *name = NULL;

	return host_read_line(host, PATH(GROUPS "/%s/name", group), &name, NULL) == 0 &&
	       strcmp(name, "vfio-noiommu") == 0;
}

static void look_at_groups(struct state *state)
{
	bool may_have = may_have_noiommu(state);

	state->without_iommu =
		arena_alloc(state->arena, (state->groups.len + 1) * sizeof(*state->without_iommu));
	for (size_t i = 0; i < state->groups.len; i++) {
		const char *group = state->groups.names[i];

		state->without_iommu[i] = may_have && is_without_iommu(state->host, group);
		if (state->without_iommu[i]) {
			state->noiommu |= holds_pci(state->host, group);
			continue;
		}
		state->n_groups++;
		state->pci = state->pci || holds_pci(state->host, group);
	}
}

/* --- what the kernel drives --- */

static void set_units(const struct state *state, struct facts *facts)
{
	struct list list = { 0 };

	if (state->units_r < 0 && state->units_r != -ENOENT) {
		facts_set_unknown(facts, "iommu.units", &state->units_err);
		return;
	}
	for (size_t i = 0; i < state->units.len; i++)
		list_add(state->arena, &list, field_string(state->arena, state->units.names[i]));
	facts_set_value(facts, "iommu.units", list_value(&list), UNITS);
}

static void set_groups(const struct state *state, struct facts *facts)
{
	if (state->groups_r < 0 && state->groups_r != -ENOENT) {
		facts_set_unknown(facts, "iommu.groups", &state->groups_err);
		facts_set_unknown(facts, "iommu.noiommu", &state->groups_err);
		return;
	}
	facts_set_int(facts, "iommu.groups", (int64_t)state->n_groups, GROUPS);
	facts_set_bool(facts, "iommu.noiommu", state->noiommu, GROUPS "/*/name");
}

static bool has_smmu_unit(const struct state *state)
{
	for (size_t i = 0; i < state->units.len; i++) {
		if (strstr(state->units.names[i], "smmu"))
			return true;
	}
	return false;
}

static void set_enabled(const struct state *state, struct facts *facts)
{
	const char *name = "iommu.enabled";

	if (state->units.len == 0 && state->xen)
		facts_set_hidden(facts, name, "Xen keeps the IOMMU to itself");
	else if (state->units_r < 0 && state->units_r != -ENOENT)
		facts_set_unknown(facts, name, &state->units_err);
	/*
	 * Before Linux 3.17 (Documentation/ABI/testing/sysfs-class-iommu) there were groups, but no
	 * units to see.
	 */
	else if (state->units_r == -ENOENT && state->pci)
		facts_set_unsupported(facts, name,
				      "there are groups, but this kernel shows no units");
	else if (state->units.len == 0)
		facts_set_bool(facts, name, false, UNITS);
	/* An SMMU makes its groups when devices behind it get their drivers. */
	else if (state->pci || has_smmu_unit(state))
		facts_set_bool(facts, name, true, UNITS ", " GROUPS);
	else if (state->groups_r < 0 && state->groups_r != -ENOENT)
		facts_set_unknown(facts, name, &state->groups_err);
	else
		facts_set_bool(facts, name, false, GROUPS);
}

/*
 * Documentation/ABI/testing/sysfs-kernel-iommu_groups tells of it since Linux 5.11, when it could
 * be written for the first time; to be read it was there before (iommu_group_show_type() in
 * drivers/iommu/iommu.c).
 */
static void set_type(const struct state *state, struct facts *facts)
{
	const char *type = NULL;

	if (state->groups_r < 0 && state->groups_r != -ENOENT) {
		facts_set_unknown(facts, "iommu.type", &state->groups_err);
		return;
	}
	for (size_t i = 0; i < state->groups.len; i++) {
		struct error err = { 0 };
		auto_free char *line = NULL;
		int r;

		if (state->without_iommu[i])
			continue;
		r = host_read_line(state->host, PATH(GROUPS "/%s/type", state->groups.names[i]),
				   &line, &err);
		if (r == -ENOENT) {
			facts_set_unsupported(facts, "iommu.type",
					      "this kernel is too old to tell");
			return;
		}
		if (r < 0) {
			facts_set_unknown(facts, "iommu.type", &err);
			return;
		}
		if (type && strcmp(type, line) != 0) {
			facts_set_string(facts, "iommu.type", "mixed", GROUPS "/*/type");
			return;
		}
		type = arena_strdup(state->arena, line);
	}
	if (type)
		facts_set_string(facts, "iommu.type", type, GROUPS "/*/type");
	else
		facts_set_absent(facts, "iommu.type", GROUPS);
}

/* --- interrupts --- */

enum remapping { REMAPPING_UNTOLD, REMAPPING_ON, REMAPPING_OFF, REMAPPING_XEN };

/*
 * What the name of an interrupt chip tells: on x86 IR- stands before the names of remapped ones, on
 * Arm an ITS isolates.
 */
static const struct {
	const char *start;
	enum remapping means;
} chips[] = {
	{ "IR-", REMAPPING_ON },   { "INTEL-IR", REMAPPING_ON }, { "AMD-IR", REMAPPING_ON },
	{ "ITS-", REMAPPING_ON },  { "PCI-MSI", REMAPPING_OFF }, { "GICv2m-", REMAPPING_OFF },
	{ "xen-", REMAPPING_XEN },
};

static enum remapping remapping_of(const char *chip)
{
	for (size_t i = 0; i < ARRAY_SIZE(chips); i++) {
		if (starts_with(chip, chips[i].start))
			return chips[i].means;
	}
	return REMAPPING_UNTOLD;
}

/*
 * One remapped interrupt decides. Without one, a few that are not do: an AMD IOMMU's own is not
 * remapped where all others are, and those come first by number.
 */
#define ENOUGH 16

static enum remapping remapping_of_irqs(const struct host *host, int *ret_r, struct error *err)
{
	auto_names struct host_names names = { 0 };
	enum remapping result = REMAPPING_UNTOLD;
	unsigned int n_off = 0;

	*ret_r = host_list(host, "/sys/kernel/irq", &names, err);
	for (size_t i = 0; i < names.len && n_off < ENOUGH; i++) {
		auto_free char *chip = NULL;
		enum remapping remapping;

		if (host_read_line(host, PATH("/sys/kernel/irq/%s/chip_name", names.names[i]),
				   &chip, NULL) < 0)
			continue;
		remapping = remapping_of(chip);
		if (remapping == REMAPPING_ON)
			return remapping;
		if (remapping != REMAPPING_UNTOLD)
			result = remapping;
		n_off += remapping == REMAPPING_OFF;
	}
	return result;
}

/* The chip stands behind the counts of each CPU; only its name begins so. */
static enum remapping remapping_in_table(const char *interrupts)
{
	if (strstr(interrupts, " IR-") || strstr(interrupts, " ITS-"))
		return REMAPPING_ON;
	if (strstr(interrupts, " xen-"))
		return REMAPPING_XEN;
	if (strstr(interrupts, " PCI-MSI") || strstr(interrupts, " GICv2m-"))
		return REMAPPING_OFF;
	return REMAPPING_UNTOLD;
}

static void set_remapping(const struct state *state, struct facts *facts)
{
	const char *name = "iommu.interrupt_remapping", *source = "/sys/kernel/irq/*/chip_name";
	struct error err = { 0 };
	auto_free char *interrupts = NULL;
	int r;
	enum remapping remapping = remapping_of_irqs(state->host, &r, &err);

	if (r < 0 && host_read(state->host, "/proc/interrupts", &interrupts, NULL, NULL) == 0) {
		source = "/proc/interrupts";
		remapping = remapping_in_table(interrupts);
		r = 0;
	}
	if (remapping == REMAPPING_ON || remapping == REMAPPING_OFF)
		facts_set_bool(facts, name, remapping == REMAPPING_ON, source);
	else if (remapping == REMAPPING_XEN || state->xen)
		facts_set_hidden(facts, name, "Xen has the interrupts");
	else if (r < 0 && r != -ENOENT)
		facts_set_unknown(facts, name, &err);
	else
		facts_set_unsupported(facts, name, "no interrupt chip tells");
}

/*
 * Bit 3 of a unit's extended capability register: it remaps interrupts (ecap_ir_support() in
 * drivers/iommu/intel/iommu.h); any user may read it
 * (Documentation/ABI/testing/sysfs-class-iommu-intel-iommu). 1, 0, -errno.
 */
static int unit_remaps(const struct host *host, const char *unit, struct error *err)
{
	const char *path = PATH(UNITS "/%s/intel-iommu/ecap", unit);
	auto_free char *text = NULL;
	uint64_t ecap;
	int r = host_read_line(host, path, &text, err);

	if (r < 0)
		return r;
	if (parse_u64(text, 16, &ecap) < 0)
		return error_set(err, -EINVAL, "%s: not a number", path);
	return ecap >> 3 & 1;
}

/* The kernel remaps only where every unit can (intel_prepare_irq_remapping()). */
static void set_remapping_units(const struct state *state, struct facts *facts)
{
	const char *name = "iommu.interrupt_remapping.hardware", *source = UNITS;
	struct error err = { 0 };
	int remaps = 1;

	if (facts_is_true(facts, "iommu.interrupt_remapping")) {
		facts_set_bool(facts, name, true, "iommu.interrupt_remapping");
		return;
	}
	if (state->units.len == 0) {
		facts_set_unsupported(facts, name, "the kernel drives no IOMMU that could tell");
		return;
	}
	for (size_t i = 0; i < state->units.len && remaps > 0; i++)
		remaps = unit_remaps(state->host, state->units.names[i], &err);
	if (remaps == -ENOENT)
		facts_set_unsupported(facts, name, "only Intel's units tell");
	else if (remaps < 0)
		facts_set_unknown(facts, name, &err);
	else
		facts_set_bool(facts, name, remaps > 0, source);
}

static int run(const struct host *host, struct facts *facts, struct error *err)
{
	struct state state = { .host = host, .arena = facts_arena(facts) };

	(void)err;
	state.xen = is_xen(host);
	state.units_r = host_list(host, UNITS, &state.units, &state.units_err);
	state.groups_r = host_list(host, GROUPS, &state.groups, &state.groups_err);
	look_at_groups(&state);
	iommu_firmware_run(host, facts, state.units.len > 0 ? UNITS : NULL, state.xen);
	set_units(&state, facts);
	set_groups(&state, facts);
	set_enabled(&state, facts);
	set_type(&state, facts);
	set_remapping(&state, facts);
	set_remapping_units(&state, facts);
	iommu_firmware_remapping(host, facts);
	host_names_free(&state.units);
	host_names_free(&state.groups);
	return 0;
}

const struct probe probe_iommu = { .name = "iommu", PROVIDES(facts_of_iommu), .run = run };
