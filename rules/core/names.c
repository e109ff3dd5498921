/* SPDX-License-Identifier: GPL-2.0-or-later */
/* names: how causes, remedies, weights and operators are spelled in rules and reports */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/util.h"
#include "rule.h"

static const char *const cause_names[N_CAUSES] = {
	[CAUSE_ABSENT_HARDWARE] = "absent-hardware",
	[CAUSE_DISABLED_FIRMWARE] = "disabled-firmware",
	[CAUSE_LOCKED_FIRMWARE] = "locked-firmware",
	[CAUSE_DISABLED_CMDLINE] = "disabled-cmdline",
	[CAUSE_NOT_BUILT] = "not-built",
	[CAUSE_MODULE_NOT_LOADED] = "module-not-loaded",
	[CAUSE_MODULE_BLOCKED] = "module-blocked",
	[CAUSE_NOT_CONFIGURED] = "not-configured",
	[CAUSE_HIDDEN_BY_HYPERVISOR] = "hidden-by-hypervisor",
	[CAUSE_HIDDEN_BY_CONTAINER] = "hidden-by-container",
	[CAUSE_BUSY] = "busy",
	[CAUSE_BROKEN_DRIVER] = "broken-driver",
	[CAUSE_IN_CONFLICT] = "in-conflict",
	[CAUSE_TOO_SMALL] = "too-small",
	[CAUSE_TOO_OLD] = "too-old",
};

static const char *const remedy_names[N_REMEDY_KINDS] = {
	[REMEDY_SETUP] = "setup",	  [REMEDY_REBOOT] = "reboot",
	[REMEDY_FIRMWARE] = "firmware",	  [REMEDY_PLATFORM] = "platform",
	[REMEDY_REINSTALL] = "reinstall", [REMEDY_HARDWARE] = "hardware",
};

static const char *const weight_names[N_WEIGHTS] = {
	[WEIGHT_OPTIONAL] = "optional",
	[WEIGHT_RECOMMENDED] = "recommended",
	[WEIGHT_HARD] = "hard",
};

static const char *const op_names[N_NEED_OPS] = {
	[OP_NONE] = "",		[OP_MINIMUM] = "minimum", [OP_MAXIMUM] = "maximum",
	[OP_EQUALS] = "equals", [OP_NOT] = "not",	  [OP_IN] = "in",
	[OP_NOT_IN] = "not_in", [OP_HAS] = "has",	  [OP_PRESENT] = "present",
	[OP_ABSENT] = "absent",
};

static const char *const kind_names[N_NEED_KINDS] = {
	[NEED_FACT] = "fact", [NEED_COUNT] = "count", [NEED_CHECK] = "check",
	[NEED_ANY] = "any",   [NEED_ALL] = "all",     [NEED_CONFIRM] = "confirm",
	[NEED_NOTE] = "note",
};

static int index_of(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			return (int)i;
	return -EINVAL;
}

const char *cause_name(enum cause cause)
{
	return cause_names[cause];
}

const char *remedy_kind_name(enum remedy_kind kind)
{
	return remedy_names[kind];
}

const char *weight_name(enum weight weight)
{
	return weight_names[weight];
}

const char *need_op_name(enum need_op op)
{
	return op_names[op];
}

const char *need_kind_name(enum need_kind kind)
{
	return kind_names[kind];
}

int cause_of_name(const char *name)
{
	return index_of(cause_names, N_CAUSES, name);
}

int remedy_kind_of_name(const char *name)
{
	return index_of(remedy_names, N_REMEDY_KINDS, name);
}

int weight_of_name(const char *name)
{
	return index_of(weight_names, N_WEIGHTS, name);
}

const struct package *rules_package(const struct rules *rules, const char *name)
{
	for (size_t i = 0; i < rules->n_packages; i++)
		if (strcmp(rules->packages[i].name, name) == 0)
			return &rules->packages[i];
	return NULL;
}

const struct firmware_setting *rules_setting(const struct rules *rules, const char *name)
{
	for (size_t i = 0; i < rules->n_settings; i++)
		if (strcmp(rules->settings[i].name, name) == 0)
			return &rules->settings[i];
	return NULL;
}

const struct firmware_vendor *rules_vendor(const struct rules *rules, const char *name)
{
	for (size_t i = 0; i < rules->n_vendors; i++)
		if (strcmp(rules->vendors[i].name, name) == 0)
			return &rules->vendors[i];
	return NULL;
}

const struct deployment *rules_deployment(const struct rules *rules, const char *name)
{
	int64_t id;
	bool by_number = parse_i64(name, 10, &id) == 0;

	for (size_t i = 0; i < rules->n_deployments; i++) {
		const struct deployment *deployment = &rules->deployments[i];

		if (by_number ? deployment->id == id : strcmp(deployment->name, name) == 0)
			return deployment;
	}
	return NULL;
}

const struct role *deployment_role(const struct deployment *deployment, const char *name)
{
	for (size_t i = 0; i < deployment->n_roles; i++)
		if (strcmp(deployment->roles[i].name, name) == 0)
			return &deployment->roles[i];
	return NULL;
}

const struct shortfall *rules_shortfall(const struct rules *rules, const char *fact)
{
	for (size_t i = 0; i < rules->n_shortfalls; i++)
		if (strcmp(rules->shortfalls[i]->fact, fact) == 0)
			return rules->shortfalls[i];
	return NULL;
}
