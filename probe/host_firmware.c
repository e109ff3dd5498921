/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host_firmware: what firmware tells of the machine: its maker, how it boots, TPM, BMC */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "host_firmware.h"
#include "kernel.h"
#include "smbios.h"

#define DMI	"/sys/class/dmi/id"
#define EFI	"/sys/firmware/efi"
#define EFIVARS EFI "/efivars"
#define TREE	"/proc/device-tree"
#define ACPI	"/sys/firmware/acpi/tables"
#define TPM	"/sys/class/tpm"

/* --- maker and model --- */

/* What makers of boards leave for makers of machines to fill in. */
static const char *const junk[] = {
	"To Be Filled By O.E.M.",
	"To be filled by O.E.M.",
	"System manufacturer",
	"System Product Name",
	"System Name",
	"Default string",
	"Not Specified",
	"Not Applicable",
	"Unknown",
	"OEM",
	"O.E.M.",
	"empty",
	"None",
};

static bool is_junk(const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(junk); i++) {
		if (strcmp(text, junk[i]) == 0)
			return true;
	}
	return !*text;
}

/*
 * The first of these files that is there. /proc/device-tree is a link into /sys/firmware, which
 * containers hide: only the place itself shows that.
 */
static void set_name(const struct host *host, struct facts *facts, const char *name,
		     const char *const files[])
{
	auto_free char *text = NULL;
	struct error err = { 0 };
	const char *source = NULL;
	int r = -ENOENT;

	for (size_t i = 0; files[i] && r == -ENOENT; i++) {
		source = files[i];
		r = host_read_line(host, source, &text, &err);
	}
	if (r == 0 && !is_junk(text))
		facts_set_string(facts, name, text, source);
	else if (r == 0 || r == -ENOENT)
		facts_set_absent(facts, name, source);
	else
		facts_set_unknown(facts, name, &err);
}

/* --- how it boots --- */

static const char *without_efi(const struct host *host, struct facts *facts)
{
	const char *vm = facts_string(facts, "host.vm");

	/* A guest that its VMM starts at the kernel has no firmware, and no SMBIOS. */
	if (host_exists(host, TREE, NULL) > 0)
		return "devicetree";
	if (host_exists(host, DMI, NULL) > 0 || (vm && strcmp(vm, "none") == 0))
		return "bios";
	return "other";
}

static void set_firmware(const struct host *host, struct facts *facts, const char *cmdline)
{
	char value[KERNEL_PARAMETER_MAX];
	struct error err = { 0 };
	int r = host_exists(host, EFI, &err);

	if (r > 0)
		facts_set_string(facts, "host.firmware", "uefi", EFI);
	else if (r < 0)
		facts_set_unknown(facts, "host.firmware", &err);
	else if (cmdline && kernel_parameter(cmdline, "noefi", value))
		facts_set_unsupported(facts, "host.firmware",
				      "the kernel was told not to look (noefi)");
	else
		facts_set_string(facts, "host.firmware", without_efi(host, facts), EFI);
}

/* The variable of the EFI global namespace; four bytes of attributes stand before its value. */
#define SECURE_BOOT EFIVARS "/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

static void set_secure_boot(const struct host *host, struct facts *facts)
{
	const char *firmware = facts_string(facts, "host.firmware");
	auto_names struct host_names names = { 0 };
	unsigned char bytes[5];
	struct error err = { 0 };
	ssize_t n;

	if (!firmware || strcmp(firmware, "uefi") != 0) {
		if (firmware)
			facts_set_bool(facts, "host.secure_boot", false, EFI);
		else
			facts_set_unsupported(facts, "host.secure_boot",
					      "it is not known how this machine boots");
		return;
	}
	n = host_read_at(host, SECURE_BOOT, bytes, sizeof(bytes), 0, &err);
	if (n == sizeof(bytes))
		facts_set_bool(facts, "host.secure_boot", bytes[4] == 1, SECURE_BOOT);
	else if (n == -ENOENT && host_list(host, EFIVARS, &names, NULL) == 0 && names.len)
		facts_set_bool(facts, "host.secure_boot", false, EFIVARS);
	else if (n == -ENOENT || n >= 0)
		facts_set_unsupported(facts, "host.secure_boot", "efivarfs is not mounted");
	else
		facts_set_unknown(facts, "host.secure_boot", &err);
}

/* --- TPM --- */

/*
 * Where a kernel's driver tells the version: a number of its own
 * (Documentation/ABI/stable/sysfs-class-tpm), texts in older ones.
 */
static const struct {
	const char *file, *text, *version;
} tpm_files[] = {
	{ TPM "/tpm0/tpm_version_major", "2", "2.0" },
	{ TPM "/tpm0/tpm_version_major", "1", "1.2" },
	{ TPM "/tpm0/device/description", "TPM 2.0", "2.0" },
	{ TPM "/tpm0/caps", "", "1.2" }, /* only drivers of 1.2 have it */
	{ TPM "/tpm0/device/caps", "", "1.2" },
};

/* Firmware's tables tell of a TPM that no driver is loaded for. */
static const struct {
	const char *table, *version;
} tpm_tables[] = {
	{ ACPI "/TPM2", "2.0" },
	{ ACPI "/TCPA", "1.2" },
};

static bool set_tpm_by_driver(const struct host *host, struct facts *facts)
{
	for (size_t i = 0; i < ARRAY_SIZE(tpm_files); i++) {
		auto_free char *line = NULL;

		if (host_read_line(host, tpm_files[i].file, &line, NULL) == 0 &&
		    starts_with(line, tpm_files[i].text)) {
			facts_set_string(facts, "host.tpm", tpm_files[i].version,
					 tpm_files[i].file);
			return true;
		}
	}
	return false;
}

static void set_tpm(const struct host *host, struct facts *facts)
{
	struct error err = { 0 };
	int r = 0;

	if (set_tpm_by_driver(host, facts))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(tpm_tables) && r == 0; i++) {
		r = host_exists(host, tpm_tables[i].table, &err);
		if (r > 0) {
			facts_set_string(facts, "host.tpm", tpm_tables[i].version,
					 tpm_tables[i].table);
			return;
		}
	}
	if (r == 0 && host_exists(host, TPM "/tpm0", NULL) > 0)
		facts_set_unsupported(facts, "host.tpm", "the driver does not tell the version");
	else if (r == 0 && host_exists(host, ACPI, NULL) > 0)
		facts_set_string(facts, "host.tpm", "none", ACPI);
	else if (r == 0)
		facts_set_unsupported(facts, "host.tpm",
				      "there are no ACPI tables that would tell");
	else
		facts_set_unknown(facts, "host.tpm", &err);
}

/* --- what the SMBIOS structures tell --- */

/*
 * A network interface to the management controller, and Redfish over it (SMBIOS type 42; its layout
 * as in dmidecode.c, DSP0270).
 */
#define INTERFACE_NETWORK 0x40
#define PROTOCOL_REDFISH  0x04

/*
 * BIOS Characteristics Extension Byte 2 of type 0 (dmi_bios_characteristics_x2() of dmidecode.c):
 * a function key starts a boot from the network; the firmware knows UEFI, whichever way it booted.
 */
#define EXTENSION_2  0x13
#define NETWORK_BOOT (1 << 1)
#define UEFI_KNOWN   (1 << 3)

static bool is_redfish(const struct smbios_structure *at)
{
	uint64_t kind, len, records, protocol, size;
	size_t offset = 6;

	if (smbios_number(at, 4, 1, &kind) < 0 || kind != INTERFACE_NETWORK ||
	    smbios_number(at, 5, 1, &len) < 0)
		return false;
	offset += len;
	if (smbios_number(at, offset++, 1, &records) < 0)
		return false;
	while (records--) {
		if (smbios_number(at, offset, 1, &protocol) < 0 ||
		    smbios_number(at, offset + 1, 1, &size) < 0)
			return false;
		if (protocol == PROTOCOL_REDFISH)
			return true;
		offset += 2 + size;
	}
	return false;
}

struct told {
	bool bmc, redfish, network_boot;
	bool extension, uefi; /* there is such a byte; what it says */
};

static int read_smbios(const struct host *host, struct told *ret, struct error *err)
{
	auto_smbios struct smbios smbios = { 0 };
	struct smbios_structure at;
	size_t offset = 0;
	uint64_t bits;
	int r = smbios_read(host, &smbios, err);

	if (r < 0)
		return r;
	while (smbios_next(&smbios, &offset, &at) > 0) {
		ret->bmc |= at.type == SMBIOS_IPMI_DEVICE || at.type == SMBIOS_HOST_INTERFACE;
		ret->redfish |= at.type == SMBIOS_HOST_INTERFACE && is_redfish(&at);
		if (at.type == SMBIOS_FIRMWARE && smbios_number(&at, EXTENSION_2, 1, &bits) == 0) {
			ret->network_boot |= (bits & NETWORK_BOOT) != 0;
			ret->uefi |= (bits & UEFI_KNOWN) != 0;
			ret->extension = true;
		}
	}
	return 0;
}

/* Signs of a BMC that anyone may see: its driver's device, and which structures there are. */
static const char *const bmc_signs[] = {
	"/sys/class/ipmi/ipmi0",
	"/dev/ipmi0",
	"/sys/firmware/dmi/entries/38-0",
	"/sys/firmware/dmi/entries/42-0",
};

/* Missing tables disprove nothing: these facts are true or unknown. */
static void set_true_or_unknown(struct facts *facts, const char *name, const char *source,
				const struct error *err, const char *nothing)
{
	if (source)
		facts_set_bool(facts, name, true, source);
	else if (err->code && err->code != -ENOENT)
		facts_set_unknown(facts, name, err);
	else
		facts_set_unsupported(facts, name, nothing);
}

static void set_bmc(const struct host *host, struct facts *facts, const struct told *told,
		    const struct error *err)
{
	const char *source = told->bmc ? "SMBIOS type 38 or 42" : NULL;

	for (size_t i = 0; i < ARRAY_SIZE(bmc_signs) && !source; i++) {
		if (host_exists(host, bmc_signs[i], NULL) > 0)
			source = bmc_signs[i];
	}
	set_true_or_unknown(facts, "host.bmc", source, err, "nothing tells of a BMC");
	set_true_or_unknown(facts, "host.redfish", told->redfish ? "SMBIOS type 42" : NULL, err,
			    "nothing tells of a Redfish interface");
}

/* --- boot from the network --- */

#define IBFT_NIC "/sys/firmware/ibft/ethernet0"

/*
 * The head of a MAC address node in a device path: messaging, MAC address, 37 bytes
 * (MESSAGING_DEVICE_PATH, MSG_MAC_ADDR_DP in EDK II).
 */
static const unsigned char mac_node[] = { 0x03, 0x0b, 0x25, 0x00 };

static bool is_boot_option(const char *name)
{
	if (!starts_with(name, "Boot"))
		return false;
	for (size_t i = 4; i < 8; i++) {
		if (!isxdigit((unsigned char)name[i]))
			return false;
	}
	return name[8] == '-';
}

/* A boot option that leads to a NIC: the firmware's list has one. */
static bool has_network_option(const struct host *host)
{
	auto_names struct host_names names = { 0 };

	if (host_list(host, EFIVARS, &names, NULL) < 0)
		return false;
	for (size_t i = 0; i < names.len; i++) {
		auto_free char *bytes = NULL;
		size_t len;

		if (is_boot_option(names.names[i]) &&
		    host_read(host, PATH(EFIVARS "/%s", names.names[i]), &bytes, &len, NULL) == 0 &&
		    memmem(bytes, len, mac_node, sizeof(mac_node)))
			return true;
	}
	return false;
}

static void set_pxe(const struct host *host, struct facts *facts, const struct told *told,
		    const char *cmdline, const struct error *err)
{
	char value[KERNEL_PARAMETER_MAX];
	const char *source = NULL;

	if (told->network_boot)
		source = "SMBIOS type 0";
	else if (cmdline && kernel_parameter(cmdline, "BOOTIF", value))
		source =
			/* PXELINUX, iPXE and GRUB pass on which NIC it was */
			"/proc/cmdline BOOTIF";
	/* The NIC whose firmware fetched the system's disk (drivers/firmware/iscsi_ibft.c). */
	else if (host_exists(host, IBFT_NIC, NULL) > 0)
		source = IBFT_NIC;
	else if (has_network_option(host))
		source = EFIVARS "/Boot*";
	set_true_or_unknown(facts, "host.pxe", source, err,
			    "nothing tells whether this machine boots from the network");
}

static void set_uefi_supported(struct facts *facts, const struct told *told,
			       const struct error *err)
{
	const char *name = "host.uefi_supported", *firmware = facts_string(facts, "host.firmware");

	if (firmware && strcmp(firmware, "uefi") == 0)
		facts_set_bool(facts, name, true, EFI);
	else if (told->extension)
		facts_set_bool(facts, name, told->uefi, "SMBIOS type 0");
	else if (err->code && err->code != -ENOENT)
		facts_set_unknown(facts, name, err);
	else
		facts_set_unsupported(facts, name, "this machine's firmware does not tell");
}

void host_firmware_run(const struct host *host, struct facts *facts)
{
	static const char *const vendor_files[] = { DMI "/sys_vendor", NULL };
	static const char *const model_files[] = { DMI "/product_name", TREE "/model",
						   "/sys/firmware/devicetree/base/model", NULL };
	auto_free char *cmdline = NULL;
	struct told told = { 0 };
	struct error err = { 0 };

	host_read_line(host, "/proc/cmdline", &cmdline, NULL);
	set_name(host, facts, "host.vendor", vendor_files);
	set_name(host, facts, "host.model", model_files);
	set_firmware(host, facts, cmdline);
	set_secure_boot(host, facts);
	set_tpm(host, facts);
	read_smbios(host, &told, &err);
	set_uefi_supported(facts, &told, &err);
	set_bmc(host, facts, &told, &err);
	set_pxe(host, facts, &told, cmdline, &err);
}
