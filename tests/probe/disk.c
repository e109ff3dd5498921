/* SPDX-License-Identifier: GPL-2.0-or-later */
/* disk: whole fixed disks, each once, and what uses them */
#include "fixture.h"

#include <string.h>

extern const struct probe probe_disk;

#define SATA "pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0"

/* A disk that nothing uses, of 1 TB, and everything that says so. */
static void add_disk(void **state, const char *name, const char *device, const char *number)
{
	const char *folder = PATH("/sys/devices/%s/block/%s", device, name);

	fixture_write(state, PATH("%s/size", folder), "1953525168\n");
	fixture_write(state, PATH("%s/dev", folder), PATH("%s\n", number));
	fixture_write(state, PATH("%s/ro", folder), "0\n");
	fixture_write(state, PATH("%s/removable", folder), "0\n");
	fixture_write(state, PATH("%s/hidden", folder), "0\n");
	fixture_write(state, PATH("%s/queue/rotational", folder), "1\n");
	fixture_write(state, PATH("%s/queue/logical_block_size", folder), "512\n");
	fixture_folder(state, PATH("%s/holders", folder));
	fixture_link(state, PATH("%s/device", folder), "../..");
	fixture_link(state, PATH("/sys/block/%s", name),
		     PATH("../devices/%s/block/%s", device, name));
	fixture_write(state, PATH("/run/udev/data/b%s", number),
		      "S:disk/by-id/ata-X\nI:123456\nE:ID_BUS=ata\nE:ID_SERIAL=X\n");
	fixture_absent(state, PATH("/sys/block/%s/*", name));
	fixture_write(state, "/proc/self/mountinfo", "26 1 254:1 / / rw - ext4 /dev/vdz1 rw\n");
	fixture_write(state, "/proc/swaps", "Filename Type Size Used Priority\n");
}

static void a_disk_that_nothing_uses_is_unused(void **state)
{
	struct facts *facts;

	add_disk(state, "sda", SATA, "8:0");
	fixture_write(state, "/sys/devices/" SATA "/model", "ST1000NM0011    \n");
	facts = fixture_run(state, &probe_disk);
	assert_field(facts, "disks", 0, "name", "sda");
	assert_field(facts, "disks", 0, "size", "1000204886016");
	assert_field(facts, "disks", 0, "kind", "hdd");
	assert_field(facts, "disks", 0, "transport", "sata");
	assert_field(facts, "disks", 0, "model", "ST1000NM0011");
	assert_field(facts, "disks", 0, "unused", "true");
	assert_field(facts, "disks", 0, "used_by", "null");
	assert_count(facts, "disk.count", 1);
	assert_count(facts, "disk.size", 1000204886016);
	assert_count(facts, "disk.unused", 1);
}

static void assert_used(void **state, const char *by)
{
	struct facts *facts = fixture_run(state, &probe_disk);

	assert_field(facts, "disks", 0, "unused", "false");
	assert_field(facts, "disks", 0, "used_by", by);
	assert_count(facts, "disk.unused", 0);
}

static void a_partition_uses_its_disk(void **state)
{
	add_disk(state, "sda", SATA, "8:0");
	fixture_write(state, "/sys/devices/" SATA "/block/sda/sda1/partition", "1\n");
	assert_used(state, "partitions");
}

static void an_empty_partition_table_is_a_signature_too(void **state)
{
	add_disk(state, "sda", SATA, "8:0");
	fixture_write(state, "/run/udev/data/b8:0", "I:1\nE:ID_PART_TABLE_TYPE=gpt\n");
	assert_used(state, "partition-table");
}

static void a_member_without_holder_is_known_by_its_signature(void **state)
{
	static const struct {
		const char *type, *by;
	} members[] = {
		{ "LVM2_member", "lvm" }, { "linux_raid_member", "md" },
		{ "zfs_member", "zfs" },  { "ceph_bluestore", "ceph" },
		{ "xfs", "xfs" },
	};

	add_disk(state, "sda", SATA, "8:0");
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		fixture_write(state, "/run/udev/data/b8:0",
			      PATH("I:1\nE:ID_FS_TYPE=%s\nE:ID_FS_USAGE=raid\n", members[i].type));
		assert_used(state, members[i].by);
	}
}

static void a_holder_uses_the_disk(void **state)
{
	add_disk(state, "sda", SATA, "8:0");
	fixture_link(state, "/sys/devices/" SATA "/block/sda/holders/dm-3", "../dm-3");
	fixture_write(state, "/sys/block/dm-3/dm/uuid", "LVM-abcdef\n");
	assert_used(state, "lvm");
	assert_field(fixture_run(state, &probe_disk), "disks", 0, "holder", "dm-3");
}

static void a_whole_disk_may_be_mounted_or_swapped_to(void **state)
{
	add_disk(state, "sda", SATA, "8:0");
	fixture_write(state, "/proc/self/mountinfo", "26 1 8:0 / /srv rw - ext4 /dev/root rw\n");
	assert_used(state, "mounted");
	fixture_write(state, "/proc/self/mountinfo",
		      "26 1 0:40 /sub /srv rw shared:1 - btrfs /dev/sda rw\n");
	assert_used(state, "mounted");
	fixture_write(state, "/proc/self/mountinfo", "26 1 18:0 / /srv rw - ext4 /dev/xsda rw\n");
	fixture_write(state, "/proc/swaps",
		      "Filename Type Size Used Priority\n/dev/sda partition 1 0 -2\n");
	assert_used(state, "swap");
}

static void a_disk_that_udev_does_not_know_may_be_used(void **state)
{
	struct facts *facts;

	add_disk(state, "sda", SATA, "8:0");
	add_disk(state, "sdb", "pci0000:00/0000:00:1f.2/ata2/host1/target1:0:0/1:0:0:0", "8:16");
	assert_int_equal(unlink(PATH("%s/run/udev/data/b8:16", fixture_path(state))), 0);
	fixture_absent(state, "/run/udev/data/b8:16");
	facts = fixture_run(state, &probe_disk);
	assert_field(facts, "disks", 1, "unused", "unknown:unsupported");
	assert_unknown(facts, "disk.unused", UNKNOWN_UNSUPPORTED);
	assert_count(facts, "disk.count", 2);
}

static void a_disk_that_cannot_be_written_is_not_free(void **state)
{
	add_disk(state, "sda", SATA, "8:0");
	fixture_write(state, "/sys/devices/" SATA "/block/sda/ro", "1\n");
	assert_count(fixture_run(state, &probe_disk), "disk.unused", 0);
}

static void behind_a_raid_controller_the_kind_is_unknown(void **state)
{
	struct facts *facts;

	add_disk(state, "sda", "pci0000:00/0000:03:00.0/host2/target2:2:0/2:2:0:0", "8:0");
	fixture_write(state, "/sys/bus/pci/devices/0000:03:00.0/class", "0x010400\n");
	facts = fixture_run(state, &probe_disk);
	assert_field(facts, "disks", 0, "kind", "unknown:unsupported");
	assert_count(facts, "disk.count", 1);
}

static void what_a_hypervisor_gives_is_of_unknown_kind(void **state)
{
	struct facts *facts;

	add_disk(state, "vda", "pci0000:00/0000:00:04.0/virtio1", "254:0");
	add_disk(state, "sda", SATA, "8:0");
	fixture_write(state, "/sys/devices/" SATA "/model", "QEMU HARDDISK\n");
	facts = fixture_run(state, &probe_disk);
	assert_field(facts, "disks", 0, "kind", "unknown:unsupported");
	assert_field(facts, "disks", 1, "kind", "unknown:unsupported");
	assert_field(facts, "disks", 1, "transport", "virtio");
}

static void solid_disks_are_told_from_turning_ones(void **state)
{
	struct facts *facts;

	add_disk(state, "nvme0n1", "pci0000:00/0000:04:00.0/nvme/nvme0", "259:0");
	add_disk(state, "sda", SATA, "8:0");
	fixture_write(state, "/sys/devices/" SATA "/block/sda/queue/rotational", "0\n");
	fixture_write(state, "/sys/bus/pci/devices/0000:04:00.0/numa_node", "1\n");
	facts = fixture_run(state, &probe_disk);
	assert_field(facts, "disks", 0, "kind", "nvme");
	assert_field(facts, "disks", 0, "numa_node", "1");
	assert_field(facts, "disks", 1, "kind", "ssd");
}

static void virtual_media_cards_and_removables_are_no_disks(void **state)
{
	const char *usb = "pci0000:00/0000:00:14.0/usb1/1-3/host5/target5:0:0/5:0:0:0";
	const char *card = "platform/mmc0/mmc_host/mmc0/mmc0:0001";

	add_disk(state, "sda", usb, "8:0");
	fixture_write(state, PATH("/sys/devices/%s/vendor", usb), "AMI     \n");
	fixture_write(state, PATH("/sys/devices/%s/model", usb), "Virtual HDisk0  \n");
	add_disk(state, "sdb", SATA, "8:16");
	fixture_write(state, "/sys/devices/" SATA "/block/sdb/removable", "1\n");
	add_disk(state, "mmcblk0", card, "179:0");
	fixture_write(state, PATH("/sys/devices/%s/type", card), "SD\n");
	add_disk(state, "mmcblk1", "platform/mmc1/mmc_host/mmc1/mmc1:0001", "179:8");
	fixture_write(state, "/sys/devices/platform/mmc1/mmc_host/mmc1/mmc1:0001/type", "MMC\n");
	add_disk(state, "mmcblk1boot0", "platform/mmc1/mmc_host/mmc1/mmc1:0001", "179:16");
	assert_count(fixture_run(state, &probe_disk), "disk.count", 1);
	assert_field(fixture_run(state, &probe_disk), "disks", 0, "name", "mmcblk1");
}

static void two_paths_to_one_disk_are_one_disk(void **state)
{
	const char *second = "pci0000:00/0000:05:00.1/host3/rport-3:0-1/target3:0:0/3:0:0:0";
	const char *first = "pci0000:00/0000:05:00.0/host2/rport-2:0-1/target2:0:0/2:0:0:0";
	struct facts *facts;

	add_disk(state, "sda", first, "8:0");
	add_disk(state, "sdb", second, "8:16");
	fixture_write(state, PATH("/sys/devices/%s/wwid", first), "naa.600140512345\n");
	fixture_write(state, PATH("/sys/devices/%s/wwid", second), "naa.600140512345\n");
	/* Nothing is on the multipath device that holds both. */
	fixture_folder(state, PATH("/sys/devices/%s/block/sda/holders/dm-0", first));
	fixture_write(state, "/sys/block/dm-0/dm/uuid", "mpath-3600140512345\n");
	fixture_write(state, "/sys/block/dm-0/dev", "253:0\n");
	fixture_folder(state, "/sys/block/dm-0/holders");
	fixture_write(state, "/run/udev/data/b253:0", "I:1\nE:DM_NAME=mpatha\n");
	facts = fixture_run(state, &probe_disk);
	assert_count(facts, "disk.count", 1);
	assert_field(facts, "disks", 0, "transport", "fc");
	assert_count(facts, "disk.unused", 1);
	fixture_write(state, "/run/udev/data/b253:0", "I:1\nE:ID_FS_TYPE=xfs\n");
	assert_used(state, "xfs");
}

static void disks_without_a_name_of_their_own_are_two(void **state)
{
	add_disk(state, "sda", SATA, "8:0");
	add_disk(state, "sdb", "pci0000:00/0000:00:1f.2/ata2/host1/target1:0:0/1:0:0:0", "8:16");
	fixture_write(state, "/sys/devices/" SATA "/wwid", "t10.ATA     DISK    1234567890\n");
	fixture_write(state,
		      "/sys/devices/pci0000:00/0000:00:1f.2/ata2/host1/target1:0:0/1:0:0:0/wwid",
		      "t10.ATA     DISK    1234567890\n");
	assert_count(fixture_run(state, &probe_disk), "disk.count", 2);
}

static void a_path_to_an_nvme_disk_is_known_by_its_name_where_nothing_says_hidden(void **state)
{
	struct facts *facts;

	add_disk(state, "nvme0c12n1", "pci0000:00/0000:04:00.0/nvme/nvme12", "259:1");
	add_disk(state, "nvme0n1", "virtual/nvme-subsystem/nvme-subsys0", "259:0");
	facts = fixture_run(state, &probe_disk);
	assert_count(facts, "disk.count", 1);
	assert_field(facts, "disks", 0, "name", "nvme0n1");
}

static void an_nvme_disk_with_multipath_is_its_head(void **state)
{
	struct facts *facts;

	add_disk(state, "nvme0c0n1", "pci0000:00/0000:04:00.0/nvme/nvme0", "259:1");
	fixture_write(state,
		      "/sys/devices/pci0000:00/0000:04:00.0/nvme/nvme0/block/nvme0c0n1/hidden",
		      "1\n");
	add_disk(state, "nvme0n1", "virtual/nvme-subsystem/nvme-subsys0", "259:0");
	fixture_write(state, "/sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme0/transport",
		      "pcie\n");
	facts = fixture_run(state, &probe_disk);
	assert_count(facts, "disk.count", 1);
	assert_field(facts, "disks", 0, "name", "nvme0n1");
	assert_field(facts, "disks", 0, "kind", "nvme");
	fixture_write(state, "/sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme0/transport",
		      "tcp\n");
	facts = fixture_run(state, &probe_disk);
	assert_field(facts, "disks", 0, "kind", "unknown:unsupported");
	assert_field(facts, "disks", 0, "transport", "nvme-fabrics");
}

static void free_space_is_of_the_path_that_is_asked_for(void **state)
{
	static const char *const names[] = { "disk.free./var/lib", "disk.free.var" };
	struct facts *facts;

	fixture_answer(state, "space.magic /var/lib", "61267");
	fixture_answer(state, "space.total /var/lib", "100000000000");
	fixture_answer(state, "space.free /var/lib", "40000000000");
	facts = fixture_run_asking(state, &probe_disk, names, ARRAY_SIZE(names));
	assert_count(facts, "disk.free./var/lib", 40000000000);
	assert_unknown(facts, "disk.free.var", UNKNOWN_UNSUPPORTED);
	assert_unknown(facts, "disk.root_free", UNKNOWN_NOT_RECORDED);
}

static void recorded_machines_have_their_disks(void **state)
{
	struct facts *facts;

	fixture_machine(state, "ghw/xeon-L5640-sriov.tar.gz", ".");
	facts = fixture_run(state, &probe_disk);
	assert_count(facts, "disk.count", 1);
	assert_field(facts, "disks", 0, "kind", "unknown:unsupported");
	assert_field(facts, "disks", 0, "used_by", "partitions");
}

static void a_recorded_pc_has_three_disks_of_two_kinds(void **state)
{
	struct facts *facts;

	fixture_machine(state, "util-linux/lsblk-simple-lvm.tar.xz", "simple-lvm");
	facts = fixture_run(state, &probe_disk);
	assert_count(facts, "disk.count", 3);
	assert_field(facts, "disks", 0, "kind", "nvme");
	assert_field(facts, "disks", 1, "kind", "ssd");
	assert_field(facts, "disks", 2, "kind", "hdd");
	assert_field(facts, "disks", 2, "size", "80026361856");
	assert_count(facts, "disk.unused", 0);
}

static void an_old_kernels_sata_disk_is_one(void **state)
{
	fixture_machine(state, "hwloc/32em64t-2n8c+dax+nvme+mic+dimms.tar.xz", "32em64t-2n8c+1mic");
	assert_field(fixture_run(state, &probe_disk), "disks", 0, "kind", "hdd");
	assert_count(fixture_run(state, &probe_disk), "disk.count", 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_disk_that_nothing_uses_is_unused),
		TEST(a_partition_uses_its_disk),
		TEST(an_empty_partition_table_is_a_signature_too),
		TEST(a_member_without_holder_is_known_by_its_signature),
		TEST(a_holder_uses_the_disk),
		TEST(a_whole_disk_may_be_mounted_or_swapped_to),
		TEST(a_disk_that_udev_does_not_know_may_be_used),
		TEST(a_disk_that_cannot_be_written_is_not_free),
		TEST(behind_a_raid_controller_the_kind_is_unknown),
		TEST(what_a_hypervisor_gives_is_of_unknown_kind),
		TEST(solid_disks_are_told_from_turning_ones),
		TEST(virtual_media_cards_and_removables_are_no_disks),
		TEST(two_paths_to_one_disk_are_one_disk),
		TEST(disks_without_a_name_of_their_own_are_two),
		TEST(a_path_to_an_nvme_disk_is_known_by_its_name_where_nothing_says_hidden),
		TEST(an_nvme_disk_with_multipath_is_its_head),
		TEST(free_space_is_of_the_path_that_is_asked_for),
		TEST(recorded_machines_have_their_disks),
		TEST(a_recorded_pc_has_three_disks_of_two_kinds),
		TEST(an_old_kernels_sata_disk_is_one),
	};

	return cmocka_run_group_tests_name("probe/disk", tests, NULL, NULL);
}
