/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * steps: what a remedy does, for a plan to merge, order and write as a script; and the names that
 * packages and firmware settings have here and there
 */
#ifndef STACKCHECK_STEPS_H
#define STACKCHECK_STEPS_H

#include <stddef.h>

#include "core/value.h"

/* The closed list; keys of `do:` in core/load_steps.c. */
enum step_kind {
	STEP_PACKAGE, /* name: of rules/remedies/packages.yaml */
	STEP_MODULE, /* name: loaded now and at every boot */
	STEP_MODULE_OPTION, /* name: module; value: "nested=1" */
	STEP_UNBLOCK, /* name: module that no blacklist or install line keeps from loading */
	STEP_SYSCTL, /* name: as sysctl(8) has it; value */
	STEP_CMDLINE, /* name: parameter; value: NULL where it has none; in place of any other value */
	STEP_CMDLINE_REMOVE, /* name: parameter; value: only this one; NULL: whatever it is */
	STEP_ENABLE, /* name: unit, or package with one; started, and at boot */
	STEP_DISABLE, /* name: unit; stopped, and no more at boot */
	STEP_HUGEPAGES, /* name: "2M" or "1G"; value: how many; NULL: what the need asks */
	STEP_SWAP_OFF,
	STEP_FIRMWARE, /* name: setting of rules/remedies/firmware.yaml; value: "on", "off" */
	STEP_RUN, /* name: a command that may run again without harm */
	STEP_GIVES, /* name: fact; value and operand: what it is once the remedy is carried out */
	N_STEP_KINDS,
};

/* Texts have the placeholders of remedies. */
struct step {
	enum step_kind kind;
	const char *name;
	const char *value; /* NULL: none */
	struct value operand; /* of STEP_GIVES; null where the value has a placeholder */
};

/* In the order of the names in a package's row. */
enum package_manager {
	MANAGER_APT,
	MANAGER_DNF,
	MANAGER_ZYPPER,
	MANAGER_PACMAN,
	MANAGER_APK,
	N_PACKAGE_MANAGERS,
};

struct package {
	const char *name; /* its key in rules/remedies/packages.yaml */
	const char *title;
	const char *names[N_PACKAGE_MANAGERS]; /* several with spaces between; NULL: it has none */
	const char *units[N_PACKAGE_MANAGERS]; /* the service that it brings; NULL: none */
	const char *const *sources;
	size_t n_sources;
};

/* A maker of machines or of their firmware. */
struct firmware_vendor {
	const char *name; /* "dell" */
	const char *title; /* "Dell" */
	const char *const *match; /* host.vendor begins so */
	size_t n_match;
};

/* What one maker calls a setting. */
struct firmware_menu {
	const char *vendor; /* struct firmware_vendor's name */
	const char *text; /* "System BIOS > Processor Settings > Virtualization Technology" */
	const char *const *sources;
	size_t n_sources;
};

struct firmware_setting {
	const char *name; /* "virtualization" */
	const char *title; /* the general term */
	const struct firmware_menu *menus;
	size_t n_menus;
};

const char *step_kind_name(enum step_kind kind); /* the key of `do:` */
const char *package_manager_name(enum package_manager manager); /* "apt", … */

#endif
