/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pci: functions, and their SR-IOV as the kernel, or else the capability, tells it */
#include "fixture.h"

#include <errno.h>
#include <string.h>

#include "host/pci.h"

extern const struct probe probe_pci;

#define FOLDER "/sys/devices/pci0000:00/0000:00:01.0/0000:02:00.0"

/* A network function behind a port, without SR-IOV so far. */
static void add_nic(void **state)
{
	fixture_write(
		state, FOLDER "/uevent",
		"DRIVER=igb\nPCI_CLASS=20000\nPCI_ID=8086:10C9\nPCI_SLOT_NAME=0000:02:00.0\n");
	fixture_write(state, FOLDER "/numa_node", "1\n");
	fixture_link(state, FOLDER "/iommu_group", "../../../../kernel/iommu_groups/14");
	fixture_link(state, "/sys/bus/pci/devices/0000:02:00.0",
		     "../../../devices/pci0000:00/0000:00:01.0/0000:02:00.0");
	fixture_absent(state, "/sys/bus/pci/devices/0000:02:00.0/physfn");
}

static void add_sriov_files(void **state, const char *total, const char *stride, const char *last)
{
	fixture_write(state, FOLDER "/sriov_totalvfs", total);
	fixture_write(state, FOLDER "/sriov_numvfs", "1\n");
	fixture_write(state, FOLDER "/sriov_offset", "128\n");
	fixture_write(state, FOLDER "/sriov_stride", stride);
	fixture_write(state, "/sys/devices/pci0000:00/0000:00:01.0/subordinate_bus_number", last);
	fixture_link(state, "/sys/bus/pci/devices/0000:00:01.0",
		     "../../../devices/pci0000:00/0000:00:01.0");
	fixture_write(state, "/sys/devices/pci0000:00/0000:00:01.0/uevent",
		      "PCI_CLASS=60400\nPCI_ID=8086:3408\n");
}

static void a_function_is_read_from_its_uevent(void **state)
{
	struct facts *facts;

	add_nic(state);
	facts = fixture_run(state, &probe_pci);
	assert_field(facts, "pci", 0, "address", "0000:02:00.0");
	assert_field(facts, "pci", 0, "vendor", "8086");
	assert_field(facts, "pci", 0, "device", "10c9");
	assert_field(facts, "pci", 0, "class", "0200");
	assert_field(facts, "pci", 0, "driver", "igb");
	assert_field(facts, "pci", 0, "iommu_group", "14");
	assert_field(facts, "pci", 0, "numa_node", "1");
	assert_field(facts, "pci", 0, "physfn", "false");
}

static void node_minus_one_is_no_node(void **state)
{
	add_nic(state);
	fixture_write(state, FOLDER "/numa_node", "-1\n");
	assert_field(fixture_run(state, &probe_pci), "pci", 0, "numa_node", "null");
}

static void what_the_kernel_offers_is_the_number_of_virtual_functions(void **state)
{
	struct facts *facts;

	add_nic(state);
	add_sriov_files(state, "8\n", "2\n", "3\n");
	facts = fixture_run(state, &probe_pci);
	assert_field(facts, "pci", 1, "sriov_total", "8");
	assert_field(facts, "pci", 1, "sriov_enabled", "1");
	assert_field(facts, "pci", 1, "sriov_reach", "8");
	assert_field(facts, "pci", 1, "sriov_kernel", "true");
	/* The port above has none, and this kernel would show it. */
	assert_field(facts, "pci", 0, "sriov_total", "unknown:not-recorded");
}

static void virtual_functions_do_not_reach_beyond_the_last_bus(void **state)
{
	add_nic(state);
	/* Routing ids 128, 130, … 254 on bus 2; bus 3 is not behind this port. */
	add_sriov_files(state, "100\n", "2\n", "2\n");
	assert_field(fixture_run(state, &probe_pci), "pci", 1, "sriov_reach", "64");
}

/*
 * 82576 without ARI: 64 functions from number 128 on, two apart, all on the function's own bus,
 * where the port lets through device 0 only.
 */
static void without_ari_no_function_behind_device_0_is_reached(void **state)
{
	struct facts *facts;

	add_nic(state);
	add_sriov_files(state, "64\n", "2\n", "2\n");
	fixture_write(state, FOLDER "/ari_enabled", "1\n");
	facts = fixture_run(state, &probe_pci);
	assert_field(facts, "pci", 1, "sriov_reach", "64");
	assert_field(facts, "pci", 1, "ari", "true");
	fixture_write(state, FOLDER "/ari_enabled", "0\n");
	facts = fixture_run(state, &probe_pci);
	assert_field(facts, "pci", 1, "sriov_total", "64");
	assert_field(facts, "pci", 1, "sriov_reach", "0");
	/* One bus more, and from number 384 on: there they may have any device number. */
	fixture_write(state, FOLDER "/sriov_offset", "384\n");
	fixture_write(state, "/sys/devices/pci0000:00/0000:00:01.0/subordinate_bus_number", "3\n");
	facts = fixture_run(state, &probe_pci);
	assert_field(facts, "pci", 1, "sriov_reach", "64");
}

/* An endpoint of the root complex: no port is above it, and ARI means nothing there. */
static void on_a_root_bus_all_functions_of_the_bus_are_reached(void **state)
{
	const char *folder = "/sys/devices/pci0000:00/0000:00:04.0";

	fixture_write(state, PATH("%s/uevent", folder), "PCI_CLASS=10802\nPCI_ID=1B36:0010\n");
	fixture_write(state, PATH("%s/sriov_totalvfs", folder), "4\n");
	fixture_write(state, PATH("%s/sriov_numvfs", folder), "0\n");
	fixture_write(state, PATH("%s/sriov_offset", folder), "1\n");
	fixture_write(state, PATH("%s/sriov_stride", folder), "1\n");
	fixture_write(state, PATH("%s/ari_enabled", folder), "0\n");
	fixture_link(state, "/sys/bus/pci/devices/0000:00:04.0",
		     "../../../devices/pci0000:00/0000:00:04.0");
	assert_field(fixture_run(state, &probe_pci), "pci", 0, "sriov_reach", "4");
	fixture_write(state, PATH("%s/sriov_stride", folder), "128\n");
	assert_field(fixture_run(state, &probe_pci), "pci", 0, "sriov_reach",
		     "unknown:unsupported");
}

#define SIX_BARS_AND_ROM                                             \
	"0x00000000f0000000 0x00000000f001ffff 0x0000000000040200\n" \
	"0x0000000000000000 0x0000000000000000 0x0000000000000000\n" \
	"0x0000000000000000 0x0000000000000000 0x0000000000000000\n" \
	"0x0000000000000000 0x0000000000000000 0x0000000000000000\n" \
	"0x0000000000000000 0x0000000000000000 0x0000000000000000\n" \
	"0x0000000000000000 0x0000000000000000 0x0000000000000000\n" \
	"0x00000000f0100000 0x00000000f017ffff 0x0000000000046200\n"
#define NO_BAR	     "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
#define FIVE_NO_BARS NO_BAR NO_BAR NO_BAR NO_BAR NO_BAR

static void make_config(uint8_t *config, size_t second, uint16_t id);

static void virtual_functions_without_addresses_have_no_room(void **state)
{
	uint8_t config[4096];

	add_nic(state);
	add_sriov_files(state, "8\n", "2\n", "3\n");
	fixture_write(state, FOLDER "/sriov_numvfs", "0\n");
	fixture_write(state, FOLDER "/resource",
		      SIX_BARS_AND_ROM
		      "0x00000000f0200000 0x00000000f021ffff 0x0000000000140204\n" FIVE_NO_BARS);
	assert_field(fixture_run(state, &probe_pci), "pci", 1, "sriov_room", "true");
	/* A kernel that keeps the BAR, marked as having no address. */
	fixture_write(state, FOLDER "/resource",
		      SIX_BARS_AND_ROM
		      "0x0000000000000000 0x000000000001ffff 0x0000000020140204\n" FIVE_NO_BARS);
	assert_field(fixture_run(state, &probe_pci), "pci", 1, "sriov_room", "false");
	/* A kernel that forgot it: only the capability still tells. */
	fixture_write(state, FOLDER "/resource", SIX_BARS_AND_ROM NO_BAR FIVE_NO_BARS);
	assert_field(fixture_run(state, &probe_pci), "pci", 1, "sriov_room",
		     "unknown:not-recorded");
	make_config(config, 0x160, 0x10);
	config[0x160 + 0x24] = 0x0c; /* 64 bits, prefetchable, no address */
	fixture_write_bytes(state, FOLDER "/config", config, sizeof(config));
	assert_field(fixture_run(state, &probe_pci), "pci", 1, "sriov_room", "false");
	/* Functions that are there have their memory. */
	fixture_write(state, FOLDER "/sriov_numvfs", "2\n");
	assert_field(fixture_run(state, &probe_pci), "pci", 1, "sriov_room", "true");
}

/* A function in an IOMMU group; `class` as uevent has it. */
static void add_member(void **state, const char *address, const char *class, const char *group)
{
	const char *folder = PATH("/sys/devices/pci0000:00/%s", address);

	fixture_write(state, PATH("%s/uevent", folder),
		      PATH("PCI_CLASS=%s\nPCI_ID=8086:1521\n", class));
	fixture_link(state, PATH("%s/iommu_group", folder),
		     PATH("../../../kernel/iommu_groups/%s", group));
	fixture_link(state, PATH("/sys/bus/pci/devices/%s", address),
		     PATH("../../../devices/pci0000:00/%s", address));
	fixture_write(state, PATH("/sys/kernel/iommu_groups/%s/type", group), "DMA-FQ\n");
}

static void a_function_is_isolated_when_only_bridges_share_its_group(void **state)
{
	struct facts *facts;

	fixture_write(state, "/proc/cmdline", "ro quiet\n");
	add_member(state, "0000:00:01.0", "60400", "1");
	add_member(state, "0000:00:02.0", "20000", "1");
	add_member(state, "0000:00:03.0", "20000", "2");
	add_member(state, "0000:00:03.1", "20000", "2");
	facts = fixture_run(state, &probe_pci);
	assert_field(facts, "pci", 1, "isolated", "true");
	assert_field(facts, "pci", 1, "iommu_type", "DMA-FQ");
	assert_field(facts, "pci", 2, "isolated", "false");
	assert_field(facts, "pci", 3, "isolated", "false");
}

static void groups_that_the_command_line_splits_prove_no_isolation(void **state)
{
	struct facts *facts;

	fixture_write(state, "/proc/cmdline", "ro pcie_acs_override=downstream,multifunction\n");
	add_member(state, "0000:00:02.0", "20000", "1");
	add_member(state, "0000:00:02.1", "20000", "3");
	add_member(state, "0000:00:03.0", "20000", "2");
	add_member(state, "0000:00:03.1", "20000", "2");
	facts = fixture_run(state, &probe_pci);
	assert_field(facts, "pci", 0, "isolated", "unknown:not-recorded");
	assert_field(facts, "pci", 1, "isolated", "unknown:not-recorded");
	assert_field(facts, "pci", 2, "isolated", "false");
}

/* Access Control Services of the port above vouch for a group that the command line made. */
static void access_control_vouches_for_a_group_of_its_own(void **state)
{
	uint8_t config[4096];

	fixture_write(state, "/proc/cmdline", "ro pcie_acs_override=downstream\n");
	add_nic(state);
	fixture_write(state, "/sys/kernel/iommu_groups/14/type", "DMA\n");
	fixture_link(state, "/sys/bus/pci/devices/0000:00:01.0",
		     "../../../devices/pci0000:00/0000:00:01.0");
	fixture_write(state, "/sys/devices/pci0000:00/0000:00:01.0/uevent",
		      "PCI_CLASS=60400\nPCI_ID=8086:3408\n");
	assert_field(fixture_run(state, &probe_pci), "pci", 1, "isolated", "unknown:not-recorded");
	make_config(config, 0x160, 0x0d);
	config[0x160 + 6] = 0x1d; /* control: validation, both redirections, upstream forwarding */
	fixture_write_bytes(state, "/sys/devices/pci0000:00/0000:00:01.0/config", config,
			    sizeof(config));
	assert_field(fixture_run(state, &probe_pci), "pci", 1, "isolated", "true");
	config[0x160 + 6] = 0x01;
	fixture_write_bytes(state, "/sys/devices/pci0000:00/0000:00:01.0/config", config,
			    sizeof(config));
	assert_field(fixture_run(state, &probe_pci), "pci", 1, "isolated", "unknown:unsupported");
}

static void a_function_in_no_group_is_not_isolated(void **state)
{
	add_nic(state);
	unlink(PATH("%s" FOLDER "/iommu_group", fixture_path(state)));
	fixture_absent(state, "/sys/bus/pci/devices/0000:02:00.0/iommu_group");
	assert_field(fixture_run(state, &probe_pci), "pci", 0, "isolated", "false");
}

static void a_virtual_function_is_marked(void **state)
{
	struct facts *facts;

	add_nic(state);
	fixture_write(state, "/sys/bus/pci/devices/0000:02:10.0/uevent",
		      "PCI_CLASS=20000\nPCI_ID=8086:10CA\n");
	fixture_link(state, "/sys/bus/pci/devices/0000:02:10.0/physfn", "../0000:02:00.0");
	fixture_absent(state, "/sys/bus/pci/devices/0000:02:10.0/*");
	facts = fixture_run(state, &probe_pci);
	assert_field(facts, "pci", 1, "physfn", "true");
	assert_field(facts, "pci", 1, "sriov_total", "null");
}

/* A PCI Express function; `next` is the second extended capability, `id` its id. */
static void make_config(uint8_t *config, size_t second, uint16_t id)
{
	memset(config, 0, 4096);
	config[0x06] = 0x10; /* it has a list of capabilities */
	config[0x34] = 0x40;
	config[0x40] = 0x10; /* PCI Express */
	config[0x100] = 0x01; /* advanced error reporting, version 1 */
	config[0x102] = (uint8_t)(0x1 | (second & 0xf) << 4);
	config[0x103] = (uint8_t)(second >> 4);
	config[second] = (uint8_t)id;
	config[second + 1] = (uint8_t)(id >> 8);
	config[second + 2] = 0x1;
	config[second + 0x0e] = 7; /* TotalVFs */
	config[second + 0x10] = 2; /* NumVFs */
	config[second + 0x14] = 0x80; /* offset */
	config[second + 0x16] = 4; /* stride */
}

static void a_kernel_without_sriov_leaves_it_to_the_capability(void **state)
{
	uint8_t config[4096];
	struct facts *facts;

	add_nic(state);
	fixture_absent(state, "/sys/bus/pci/devices/0000:02:00.0/sriov_totalvfs");
	make_config(config, 0x160, 0x10);
	fixture_write_bytes(state, FOLDER "/config", config, sizeof(config));
	facts = fixture_run(state, &probe_pci);
	assert_field(facts, "pci", 0, "sriov_total", "7");
	assert_field(facts, "pci", 0, "sriov_enabled", "2");
	assert_field(facts, "pci", 0, "sriov_kernel", "false");
}

static void a_capability_in_a_recording_without_the_kernels_files_says_nothing_of_the_kernel(
	void **state)
{
	uint8_t config[4096];
	struct facts *facts;

	fixture_write(state, "/sys/bus/pci/devices/0000:2e:00.0/vendor", "0x144d\n");
	fixture_write(state, "/sys/bus/pci/devices/0000:2e:00.0/device", "0xa826\n");
	fixture_write(state, "/sys/bus/pci/devices/0000:2e:00.0/class", "0x010802\n");
	make_config(config, 0x160, 0x10);
	fixture_write_bytes(state, "/sys/bus/pci/devices/0000:2e:00.0/config", config,
			    sizeof(config));
	facts = fixture_run(state, &probe_pci);
	assert_field(facts, "pci", 0, "sriov_total", "7");
	assert_field(facts, "pci", 0, "sriov_kernel", "unknown:not-recorded");
}

static void an_ordinary_user_sees_the_header_only(void **state)
{
	uint8_t config[4096];

	add_nic(state);
	make_config(config, 0x160, 0x10);
	fixture_write_bytes(state, FOLDER "/config", config, 64);
	assert_field(fixture_run(state, &probe_pci), "pci", 0, "sriov_total",
		     "unknown:not-recorded");
}

static void a_function_without_pci_express_has_no_sriov(void **state)
{
	uint8_t config[4096] = { 0 };

	add_nic(state);
	fixture_write_bytes(state, FOLDER "/config", config, 256);
	assert_field(fixture_run(state, &probe_pci), "pci", 0, "sriov_total", "null");
}

static void a_sleeping_function_is_not_read(void **state)
{
	uint8_t config[4096];

	add_nic(state);
	make_config(config, 0x160, 0x10);
	fixture_write_bytes(state, FOLDER "/config", config, sizeof(config));
	fixture_write(state, FOLDER "/power/runtime_status", "suspended\n");
	assert_field(fixture_run(state, &probe_pci), "pci", 0, "sriov_total",
		     "unknown:unsupported");
}

static void a_circle_of_capabilities_ends(void **state)
{
	struct host_pci_sriov sriov;
	struct error err = { 0 };
	uint8_t config[4096];

	add_nic(state);
	make_config(config, 0x100, 0x01); /* the first points at itself */
	fixture_write_bytes(state, FOLDER "/config", config, sizeof(config));
	assert_int_equal(host_pci_sriov(fixture_host(state), "0000:02:00.0", &sriov, &err), -EIO);
}

static void libpci_finds_the_same_capability(void **state)
{
	struct host_pci_sriov recorded, live;
	struct error err = { 0 };
	auto_host struct host *host = NULL;
	uint8_t config[4096];

	add_nic(state);
	make_config(config, 0x1f8, 0x10);
	fixture_write_bytes(state, FOLDER "/config", config, sizeof(config));
	assert_int_equal(host_pci_sriov(fixture_host(state), "0000:02:00.0", &recorded, &err), 0);
	assert_int_equal(host_open_live(fixture_path(state), NULL, &host, &err), 0);
	assert_int_equal(host_pci_sriov(host, "0000:02:00.0", &live, &err), 0);
	assert_int_equal(live.enabled, recorded.enabled);
	assert_int_equal(live.stride, recorded.stride);
	assert_int_equal(live.total, 7);
	make_config(config, 0x1f8, 0x0e);
	fixture_write_bytes(state, FOLDER "/config", config, sizeof(config));
	assert_int_equal(host_pci_sriov(host, "0000:02:00.0", &live, &err), -ENOENT);
}

static void no_pci_bus_is_not_an_empty_one(void **state)
{
	fixture_absent(state, "/sys/bus/pci/devices");
	assert_unknown(fixture_run(state, &probe_pci), "pci", UNKNOWN_UNSUPPORTED);
}

static void a_recorded_server_has_its_functions(void **state)
{
	struct facts *facts;
	const struct fact *pci;

	fixture_machine(state, "hwloc/32em64t-2n8c+dax+nvme+mic+dimms.tar.xz", "32em64t-2n8c+1mic");
	facts = fixture_run(state, &probe_pci);
	pci = facts_get(facts, "pci");
	assert_int_equal(pci->value.kind, VALUE_LIST);
	assert_int_equal(pci->value.len, 137);
	assert_field(facts, "pci", 0, "class", "0600");
}

/* Configuration space as lspci -xxxx prints it ("160: 10 00 01 00 …"); returns how many bytes. */
static size_t read_hex(void **state, const char *file, uint8_t *config)
{
	auto_file FILE *stream = fopen(PATH("%s/%s", fixture_path(state), file), "re");
	char line[256];
	size_t len = 0;

	assert_non_null(stream);
	while (fgets(line, sizeof(line), stream)) {
		char *at, *end;
		unsigned long offset = strtoul(line, &at, 16);

		if (*at != ':' || at[1] != ' ' || offset + 16 > 4096 || at - line > 3)
			continue;
		for (at += 1; offset < 4096; at = end) {
			unsigned long byte = strtoul(at, &end, 16);

			if (end == at)
				break;
			config[offset++] = (uint8_t)byte;
			len = offset;
		}
	}
	return len;
}

/* lspci's own reading of each stands in the same files. */
static void recorded_spaces_are_read_as_lspci_reads_them(void **state)
{
	static const struct {
		const char *file;
		int result;
		uint16_t total, enabled;
	} spaces[] = {
		{ "cap-pcie-2", 0, 8, 1 },
		{ "cap-phy32", 0, 64, 0 },
		{ "cap-pasid-pri", -ENOENT, 0, 0 },
	};

	fixture_machine(state, "pciutils/lspci-xxxx.tar.xz", "lspci-xxxx");
	add_nic(state);
	for (size_t i = 0; i < ARRAY_SIZE(spaces); i++) {
		struct host_pci_sriov sriov = { 0 };
		struct error err = { 0 };
		uint8_t config[4096];
		size_t len = read_hex(state, spaces[i].file, config);

		assert_int_equal(len, 4096);
		fixture_write_bytes(state, FOLDER "/config", config, len);
		assert_int_equal(host_pci_sriov(fixture_host(state), "0000:02:00.0", &sriov, &err),
				 spaces[i].result);
		assert_int_equal(sriov.total, spaces[i].total);
		assert_int_equal(sriov.enabled, spaces[i].enabled);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_function_is_read_from_its_uevent),
		TEST(node_minus_one_is_no_node),
		TEST(what_the_kernel_offers_is_the_number_of_virtual_functions),
		TEST(virtual_functions_do_not_reach_beyond_the_last_bus),
		TEST(without_ari_no_function_behind_device_0_is_reached),
		TEST(on_a_root_bus_all_functions_of_the_bus_are_reached),
		TEST(virtual_functions_without_addresses_have_no_room),
		TEST(a_function_is_isolated_when_only_bridges_share_its_group),
		TEST(groups_that_the_command_line_splits_prove_no_isolation),
		TEST(access_control_vouches_for_a_group_of_its_own),
		TEST(a_function_in_no_group_is_not_isolated),
		TEST(a_virtual_function_is_marked),
		TEST(a_kernel_without_sriov_leaves_it_to_the_capability),
		TEST(a_capability_in_a_recording_without_the_kernels_files_says_nothing_of_the_kernel),
		TEST(an_ordinary_user_sees_the_header_only),
		TEST(a_function_without_pci_express_has_no_sriov),
		TEST(a_sleeping_function_is_not_read),
		TEST(a_circle_of_capabilities_ends),
		TEST(libpci_finds_the_same_capability),
		TEST(no_pci_bus_is_not_an_empty_one),
		TEST(a_recorded_server_has_its_functions),
		TEST(recorded_spaces_are_read_as_lspci_reads_them),
	};

	return cmocka_run_group_tests_name("probe/pci", tests, NULL, NULL);
}
