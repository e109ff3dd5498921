/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * disk: the machine's whole fixed disks, each once, and what uses them; and the space that is free
 * on filesystems
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/text_map.h"
#include "field.h"
#include "host/pci.h"
#include "host/udev.h"
#include "probe.h"

static int ask_free(const struct host *host, struct facts *facts, const char *name,
		    const char *rest);

static const struct field_def fields_of_disks[] = {
	{ "name", FACT_STRING, NULL, "the kernel's name" },
	{ "size", FACT_COUNT, "bytes", "its size" },
	{ "kind", FACT_STRING, NULL,
	  "nvme, ssd or hdd; unknown where a controller or hypervisor hides it" },
	{ "unused", FACT_BOOL, NULL,
	  "no partition, signature, holder or mount, and it can be written" },
	{ "used_by", FACT_STRING, NULL,
	  "partitions, mounted, swap, lvm, md, zfs, ceph, multipath, a filesystem, …; absent where "
	  "nothing does" },
	{ "holder", FACT_STRING, NULL, "the devices on top of it" },
	{ "model", FACT_STRING, NULL, "as it names itself" },
	{ "transport", FACT_STRING, NULL, "nvme, sata, sas, usb, virtio, scsi, fc, iscsi, mmc, …" },
	{ "numa_node", FACT_COUNT, NULL, "number of the NUMA node that is near" },
	{ "read_only", FACT_BOOL, NULL, "it cannot be written" },
	{ "sector", FACT_COUNT, "bytes", "logical sector" },
	{ 0 },
};

static const struct fact_def facts_of_disk[] = {
	{ "disks", FACT_RECORDS, SCOPE_HARDWARE, .meaning = "whole fixed disks, each once",
	  .source = "/sys/block and the udev database", .fields = fields_of_disks },
	{ "disk.count", FACT_COUNT, SCOPE_HARDWARE, "disks", .meaning = "whole fixed disks",
	  .source = "disks" },
	{ "disk.size", FACT_COUNT, SCOPE_HARDWARE, "bytes", .meaning = "size of the largest disk",
	  .source = "disks" },
	{ "disk.unused", FACT_COUNT, SCOPE_STATE, "disks", .meaning = "disks that nothing uses",
	  .source = "disks" },
	{ "disk.root_free", FACT_COUNT, SCOPE_STATE, "bytes",
	  .meaning = "free on the filesystem of /", .source = "statfs(2)" },
	{ "disk.free.", FACT_COUNT, SCOPE_STATE, "bytes",
	  .meaning = "free on the filesystem of that path", .source = "statfs(2)",
	  .privilege = "root, below folders that are closed to others", .ask = ask_free },
	{ "disk.fsync_p99", FACT_COUNT, SCOPE_OPERATOR, "microseconds",
	  .meaning = "99th percentile of the time a synchronous write takes",
	  .source = "the operator" },
	{ "disk.iops", FACT_COUNT, SCOPE_OPERATOR, "operations/s",
	  .meaning = "random writes that a disk does", .source = "the operator" },
	{ "lvm.vg_free", FACT_COUNT, SCOPE_OPERATOR, "bytes",
	  .meaning = "free in the volume group that the software shall use",
	  .source = "the operator" },
};

/* sysfs counts in these, whatever the disk's own are: Documentation/ABI/stable/sysfs-block. */
#define SECTOR 512

/* What is read once for all disks. */
struct machine {
	const struct host *host;
	struct arena *arena;
	const char *mounts, *swaps; /* NULL: could not be read, see the errors */
	struct error no_mounts, no_swaps;
	struct text_map mounted; /* by "/dev/sda1" and by "8:1" */
	struct text_map swapped; /* by "/dev/sda1" */
	struct text_map wwids; /* of the disks that are in the list */
	bool incomplete; /* the list may lack one that could not be looked at */
};

struct disk {
	const char *name, *path; /* path: where its link leads */
	const char *vendor, *model, *transport;
	struct value used_by, holder;
};

static const char *text_of(const struct machine *machine, const char *path)
{
	struct value line = field_line(machine->host, machine->arena, path);

	return line.kind == VALUE_STRING ? line.s : "";
}

static bool is_set(const struct host *host, const char *path)
{
	uint64_t number;

	return host_read_u64(host, path, &number, NULL) == 0 && number != 0;
}

/* --- which block devices are disks --- */

static bool is_nvme_head(const char *path)
{
	/*
	 * With multipath the disk is the head; its paths are hidden. Over a network it has no other
	 * place either.
	 */
	return strstr(path, "/nvme-subsystem/") || strstr(path, "/nvme-fabrics/");
}

/*
 * One of the ways to a multipath disk ("nvme0c1n1"), which the kernel keeps hidden
 * (nvme_mpath_set_disk_name() of Linux drivers/nvme/host/multipath.c).
 */
static bool is_nvme_path(const char *name)
{
	int end = 0;

	return sscanf(name, "nvme%*dc%*dn%*d%n", &end) == 0 && end && !name[end];
}

static bool is_boot_area(const char *name)
{
	return starts_with(name, "mmcblk") && (strstr(name, "boot") || strstr(name, "rpmb"));
}

static bool is_kind_of_disk(const char *name, const char *path)
{
	static const char *const no_disks[] = { "sr", "fd",  "loop", "ram", "zram",    "dm-",
						"md", "nbd", "rbd",  "zd",  "mtdblock" };

	for (size_t i = 0; i < ARRAY_SIZE(no_disks); i++) {
		if (starts_with(name, no_disks[i]))
			return false;
	}
	return !is_boot_area(name) && !is_nvme_path(name) &&
	       (!strstr(path, "/devices/virtual/") || is_nvme_head(path));
}

/*
 * What a BMC lends names itself so: "iDRAC Virtual Floppy", "AMI Virtual HDisk0", "iLO Virtual USB
 * Key".
 */
static bool is_virtual_media(const struct disk *disk)
{
	return strcmp(disk->transport, "usb") == 0 &&
	       (strstr(disk->model, "Virtual") || strstr(disk->vendor, "Virtual") ||
		strcasestr(disk->vendor, "iDRAC"));
}

static bool is_card(const struct machine *machine, const struct disk *disk)
{
	return strcmp(disk->transport, "mmc") == 0 &&
	       strcmp(text_of(machine, PATH("/sys/block/%s/device/type", disk->name)), "SD") == 0;
}

/*
 * A second path to a disk shows the same world wide name; only forms that are unique by themselves
 * are trusted.
 */
static bool is_second_path(struct machine *machine, const struct disk *disk)
{
	static const char *const unique[] = { "naa.", "eui.", "uuid.", "nvme." };
	const char *wwid =
		text_of(machine, starts_with(disk->name, "nvme")
					 ? PATH("/sys/block/%s/wwid", disk->name)
					 : PATH("/sys/block/%s/device/wwid", disk->name));
	bool trusted = false;

	for (size_t i = 0; i < ARRAY_SIZE(unique); i++)
		trusted |= starts_with(wwid, unique[i]);
	if (!trusted)
		return false;
	return text_map_put(machine->arena, &machine->wwids, wwid, disk->name) != disk->name;
}

/* --- what kind it is --- */

static const struct {
	const char *part, *transport;
} transports[] = {
	{ "/nvme-fabrics/", "nvme-fabrics" },
	{ "/nvme", "nvme" },
	{ "/usb", "usb" },
	{ "/virtio", "virtio" },
	{ "/mmc_host/", "mmc" },
	{ "/ata", "sata" },
	{ "/end_device-", "sas" },
	{ "/session", "iscsi" },
	{ "/rport-", "fc" },
	{ "/vbd-", "xen" },
	{ "/VMBUS:", "hyperv" },
	{ "/MSFT1000:", "hyperv" },
	{ "/target", "scsi" },
};

/* A controller of a multipath disk's subsystem ("nvme0"); NULL where none is seen. */
static const char *controller_of_head(const struct machine *machine, const char *name)
{
	auto_names struct host_names names = { 0 };

	if (host_list(machine->host, PATH("/sys/block/%s/device", name), &names, NULL) < 0)
		return NULL;
	for (size_t i = 0; i < names.len; i++) {
		const char *rest = names.names[i];

		if (starts_with(rest, "nvme") && strspn(rest + 4, "0123456789") == strlen(rest + 4))
			return arena_strdup(machine->arena, names.names[i]);
	}
	return NULL;
}

static const char *transport_of_head(const struct machine *machine, const char *name)
{
	const char *controller = controller_of_head(machine, name);
	const char *transport;

	if (!controller)
		return "nvme";
	transport = text_of(machine, PATH("/sys/block/%s/device/%s/transport", name, controller));
	return !*transport || strcmp(transport, "pcie") == 0 ? "nvme" : "nvme-fabrics";
}

static const char *transport_of(const struct machine *machine, const struct disk *disk)
{
	const char *transport = "other";

	if (strstr(disk->path, "/nvme-subsystem/"))
		return transport_of_head(machine, disk->name);
	for (size_t i = 0; i < ARRAY_SIZE(transports); i++) {
		if (!strstr(disk->path, transports[i].part))
			continue;
		transport = transports[i].transport;
		break;
	}
	/*
	 * Old kernels show no ata part in the path, but libata has always put itself where the
	 * vendor stands.
	 */
	if (strcmp(transport, "scsi") == 0 && strcmp(disk->vendor, "ATA") == 0)
		return "sata";
	return transport;
}

/*
 * Disks of a RAID controller (class 0104) are what its firmware says they are. Not so where the
 * kernel drives the disks themselves: ahci in its RAID mode.
 */
static bool is_behind_raid(const struct machine *machine, const struct disk *disk)
{
	const char *address = pci_address_in(machine->arena, disk->path);

	if (!address || strstr(disk->path, "/ata") || strcmp(disk->transport, "usb") == 0)
		return false;
	return starts_with(text_of(machine, PATH("/sys/bus/pci/devices/%s/class", address)),
			   "0x0104");
}

static bool is_of_hypervisor(const struct disk *disk)
{
	static const char *const transports_of_guests[] = { "virtio", "xen", "hyperv" };
	static const char *const makers[] = { "QEMU",	"VMware",  "Msft",    "VBOX",
					      "Google", "Nutanix", "Red Hat", "VMWARE" };

	for (size_t i = 0; i < ARRAY_SIZE(transports_of_guests); i++) {
		if (strcmp(disk->transport, transports_of_guests[i]) == 0)
			return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(makers); i++) {
		if (starts_with(disk->vendor, makers[i]) || starts_with(disk->model, makers[i]))
			return true;
	}
	return false;
}

static struct value kind_of(const struct machine *machine, const struct disk *disk)
{
	struct error err = { 0 };
	uint64_t rotational;
	int r;

	if (strcmp(disk->transport, "nvme-fabrics") == 0)
		return field_untold(machine->arena, "the disk is elsewhere in a network");
	if (is_of_hypervisor(disk))
		return field_untold(machine->arena,
				    "the hypervisor does not tell what its disk is made of");
	if (strcmp(disk->transport, "nvme") == 0)
		return value_string("nvme");
	if (strcmp(disk->transport, "mmc") == 0)
		return value_string("ssd");
	if (is_behind_raid(machine, disk))
		return field_untold(machine->arena, "a RAID controller stands before it");
	r = host_read_u64(machine->host, PATH("/sys/block/%s/queue/rotational", disk->name),
			  &rotational, &err);
	if (r < 0)
		return r == -ENOENT ? field_untold(machine->arena, "this kernel does not tell")
				    : field_unknown(machine->arena, &err);
	if (rotational == 0)
		return value_string("ssd");
	/* 1 is also what the kernel takes for granted of a SCSI disk that says nothing. */
	if (strcmp(disk->transport, "sata") != 0 && strcmp(disk->transport, "sas") != 0)
		return field_untold(machine->arena,
				    "it is not sure that the disk itself says it turns");
	return value_string("hdd");
}

/* --- what uses it --- */

static bool is_mounted(const struct machine *machine, const char *name, const char *number)
{
	return text_map_get(&machine->mounted, PATH("/dev/%s", name)) ||
	       text_map_get(&machine->mounted, number);
}

static bool is_swap(const struct machine *machine, const char *name)
{
	return text_map_get(&machine->swapped, PATH("/dev/%s", name));
}

/* What a filesystem type of libblkid that stands for something else than a filesystem is called. */
static const struct {
	const char *type, *name;
} members[] = {
	{ "LVM2_member", "lvm" },    { "linux_raid_member", "md" },
	{ "zfs_member", "zfs" },     { "ceph_bluestore", "ceph" },
	{ "crypto_LUKS", "luks" },   { "mpath_member", "multipath" },
	{ "drbd", "drbd" },	     { "bcache", "bcache" },
	{ "isw_raid_member", "md" }, { "ddf_raid_member", "md" },
	{ "LVM1_member", "lvm" },
};

static const char *name_of_type(const char *type)
{
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		if (strcmp(type, members[i].type) == 0)
			return members[i].name;
	}
	return type;
}

/* What the udev database knows to be on it: NULL where nothing is. */
static int signature_of(const struct machine *machine, const char *number, const char **ret_name,
			struct error *err)
{
	auto_free char *lines = NULL;
	const char *type;
	int r = host_udev_block(machine->host, number, &lines, err);

	if (r < 0)
		return r;
	*ret_name = NULL;
	type = field_of_lines(machine->arena, lines, "ID_FS_TYPE");
	if (type && *type)
		*ret_name = name_of_type(type);
	else if (field_of_lines(machine->arena, lines, "ID_PART_TABLE_TYPE"))
		*ret_name = "partition-table";
	else if (field_of_lines(machine->arena, lines, "ID_FS_USAGE"))
		*ret_name = "filesystem";
	return 0;
}

/*
 * "lvm" of a mapped device "LVM-…", "multipath" of "mpath-…" (the prefix is its owner's, dm/uuid in
 * sysfs-block-dm).
 */
static const char *name_of_holder(const struct machine *machine, const char *holder)
{
	const char *uuid;

	if (!starts_with(holder, "dm-"))
		return starts_with(holder, "md")       ? "md"
		       : starts_with(holder, "bcache") ? "bcache"
		       : starts_with(holder, "drbd")   ? "drbd"
						       : "held";
	uuid = text_of(machine, PATH("/sys/block/%s/dm/uuid", holder));
	return starts_with(uuid, "LVM-")     ? "lvm"
	       : starts_with(uuid, "mpath-") ? "multipath"
	       : starts_with(uuid, "CRYPT-") ? "luks"
					     : "device-mapper";
}

/*
 * Names of the folder that begin with `prefix`, joined by spaces; NULL where there are none. -errno
 * as host_list().
 */
static int names_with(const struct machine *machine, const char *path, const char *prefix,
		      const char **ret, struct error *err)
{
	auto_names struct host_names names = { 0 };
	int r = host_list(machine->host, path, &names, err);

	if (r < 0)
		return r;
	*ret = NULL;
	for (size_t i = 0; i < names.len; i++) {
		if (!starts_with(names.names[i], prefix))
			continue;
		*ret = *ret ? arena_printf(machine->arena, "%s %s", *ret, names.names[i])
			    : arena_strdup(machine->arena, names.names[i]);
	}
	return 0;
}

static struct value use_of(const struct machine *machine, const char *name, const char *number,
			   struct value *ret_holder);

/* A path of a multipath device is used as that device is. */
static struct value use_of_holder(const struct machine *machine, const char *holder)
{
	const char *name = name_of_holder(machine, holder);
	struct value ignored;

	if (strcmp(name, "multipath") != 0 || strchr(holder, ' '))
		return value_string(name);
	return use_of(machine, holder, text_of(machine, PATH("/sys/block/%s/dev", holder)),
		      &ignored);
}

/*
 * What uses a disk: a name; absent, nothing does; unknown, where nothing seen does but not
 * everything can be seen. The surest and most telling comes first.
 */
static struct value use_of(const struct machine *machine, const char *name, const char *number,
			   struct value *ret_holder)
{
	struct error no_parts = { 0 }, no_holders = { 0 }, no_signature = { 0 };
	const char *parts = NULL, *holders = NULL, *signature = NULL;
	int parts_r = names_with(machine, PATH("/sys/block/%s", name), name, &parts, &no_parts);
	int holders_r =
		names_with(machine, PATH("/sys/block/%s/holders", name), "", &holders, &no_holders);

	*ret_holder = holders_r < 0 ? field_failed(machine->arena, holders_r, &no_holders)
				    : value_string(holders);
	if (parts)
		return value_string("partitions");
	if (holders)
		return use_of_holder(machine, holders);
	if (machine->mounts && is_mounted(machine, name, number))
		return value_string("mounted");
	if (machine->swaps && is_swap(machine, name))
		return value_string("swap");
	if (signature_of(machine, number, &signature, &no_signature) == 0 && signature &&
	    strcmp(signature, "multipath") != 0)
		return value_string(signature);
	if (parts_r < 0)
		return field_unknown(machine->arena, &no_parts);
	if (holders_r < 0)
		return field_unknown(machine->arena, &no_holders);
	if (!machine->mounts)
		return field_unknown(machine->arena, &machine->no_mounts);
	if (!machine->swaps)
		return field_unknown(machine->arena, &machine->no_swaps);
	if (no_signature.code)
		return field_unknown(machine->arena, &no_signature);
	return value_null();
}

/* --- the list --- */

static struct value size_of(const struct machine *machine, const char *name)
{
	struct value size =
		field_count(machine->host, machine->arena, PATH("/sys/block/%s/size", name));

	return size.kind == VALUE_INT ? value_int(size.i * SECTOR) : size;
}

static struct value node_of(const struct machine *machine, const struct disk *disk)
{
	const char *address = pci_address_in(machine->arena, disk->path);
	const char *head = strstr(disk->path, "/nvme-subsystem/")
				   ? controller_of_head(machine, disk->name)
				   : NULL;

	if (head)
		return field_node(machine->host, machine->arena,
				  PATH("/sys/block/%s/device/%s/numa_node", disk->name, head));
	if (!address)
		return value_null();
	return field_node(machine->host, machine->arena,
			  PATH("/sys/bus/pci/devices/%s/numa_node", address));
}

/* Which it is hangs on the vendor's name, where only that tells SATA from SCSI. */
static struct value told_transport(const struct machine *machine, const struct disk *disk)
{
	struct value vendor;

	if (strcmp(disk->transport, "scsi") != 0 || *disk->vendor)
		return value_string(disk->transport);
	vendor = field_line(machine->host, machine->arena,
			    PATH("/sys/block/%s/device/vendor", disk->name));
	return vendor.kind == VALUE_UNKNOWN && vendor.unknown->reason != UNKNOWN_NOT_RECORDED
		       ? vendor
		       : value_string(disk->transport);
}

static struct value record_of(const struct machine *machine, struct disk *disk, struct value size)
{
	const char *folder = PATH("/sys/block/%s", disk->name);
	struct arena *arena = machine->arena;
	struct record record = { 0 };
	struct value read_only = field_count(machine->host, arena, PATH("%s/ro", folder));
	struct value unused;

	disk->used_by = use_of(machine, disk->name, text_of(machine, PATH("%s/dev", folder)),
			       &disk->holder);
	if (read_only.kind == VALUE_INT)
		read_only = value_bool(read_only.i != 0);
	if (disk->used_by.kind == VALUE_STRING || (read_only.kind == VALUE_BOOL && read_only.b))
		unused = value_bool(false);
	else if (disk->used_by.kind == VALUE_NULL)
		unused = value_bool(true);
	else
		unused = disk->used_by;
	record_add(arena, &record, "name", value_string(disk->name));
	record_add(arena, &record, "size", size);
	record_add(arena, &record, "kind", kind_of(machine, disk));
	record_add(arena, &record, "unused", unused);
	record_add(arena, &record, "used_by", disk->used_by);
	record_add(arena, &record, "holder", disk->holder);
	record_add(arena, &record, "model", value_string(*disk->model ? disk->model : NULL));
	record_add(arena, &record, "transport", told_transport(machine, disk));
	record_add(arena, &record, "numa_node", node_of(machine, disk));
	record_add(arena, &record, "read_only", read_only);
	record_add(arena, &record, "sector",
		   field_count(machine->host, arena, PATH("%s/queue/logical_block_size", folder)));
	return record_value(&record);
}

static void add_disk(struct machine *machine, struct list *list, const char *name)
{
	auto_free char *path = NULL;
	struct disk disk = { .name = arena_strdup(machine->arena, name) };
	struct value size;
	int r = host_read_link(machine->host, PATH("/sys/block/%s", name), &path, NULL);

	/* A folder in its place is one of a recording that followed links. */
	machine->incomplete |= r < 0 && r != -ENOENT && r != -EINVAL;
	if (r < 0 || !is_kind_of_disk(name, path) ||
	    is_set(machine->host, PATH("/sys/block/%s/hidden", name)) ||
	    is_set(machine->host, PATH("/sys/block/%s/removable", name)))
		return;
	size = size_of(machine, name);
	if (size.kind == VALUE_INT && size.i == 0)
		return;
	disk.path = path;
	disk.vendor = text_of(machine, PATH("/sys/block/%s/device/vendor", name));
	disk.model = text_of(machine, PATH("/sys/block/%s/device/model", name));
	disk.transport = transport_of(machine, &disk);
	if (is_virtual_media(&disk) || is_card(machine, &disk) || is_second_path(machine, &disk))
		return;
	list_add(machine->arena, list, record_of(machine, &disk, size));
}

static const char *read_text(const struct host *host, struct arena *arena, const char *path,
			     struct error *err)
{
	auto_free char *text = NULL;

	return host_read(host, path, &text, NULL, err) < 0 ? NULL : arena_strdup(arena, text);
}

/*
 * mountinfo names the device number third and, after " - " and the type, the source:
 * proc_pid_mountinfo(5).
 */
static void index_mounts(struct machine *machine)
{
	char *rest = arena_strdup(machine->arena, machine->mounts), *line;

	while ((line = strsep(&rest, "\n"))) {
		char *words = line, *word;

		for (size_t i = 0; (word = strsep(&words, " ")); i++)
			if (i == 2 || starts_with(word, "/dev/"))
				text_map_put(machine->arena, &machine->mounted, word, word);
	}
}

/* The device is the first word of a line, proc_swaps(5). */
static void index_swaps(struct machine *machine)
{
	char *rest = arena_strdup(machine->arena, machine->swaps), *line;

	while ((line = strsep(&rest, "\n"))) {
		char *word = strsep(&line, " \t");

		text_map_put(machine->arena, &machine->swapped, word, word);
	}
}

static void read_mounts(struct machine *machine)
{
	machine->mounts =
		read_text(machine->host, machine->arena,
			  PATH("%s/mountinfo", host_process(machine->host)), &machine->no_mounts);
	machine->swaps =
		read_text(machine->host, machine->arena, "/proc/swaps", &machine->no_swaps);
	/* A kernel without swap has no such file. */
	if (!machine->swaps && machine->no_swaps.code == -ENOENT)
		machine->swaps = "";
	if (machine->mounts)
		index_mounts(machine);
	if (machine->swaps)
		index_swaps(machine);
}

static void find_disks(const struct host *host, struct facts *facts)
{
	struct machine machine = { .host = host, .arena = facts_arena(facts) };
	auto_names struct host_names names = { 0 };
	struct error err = { 0 };
	struct list list = { 0 };
	struct value disks;
	int r = host_list(host, "/sys/block", &names, &err);

	if (r < 0) {
		facts_set_unknown(facts, "disks", &err);
		return;
	}
	read_mounts(&machine);
	for (size_t i = 0; i < names.len; i++)
		add_disk(&machine, &list, names.names[i]);
	disks = list_value(&list);
	disks.partial = machine.incomplete;
	facts_set_value(facts, "disks", disks, "/sys/block");
}

static int set_free(const struct host *host, struct facts *facts, const char *name,
		    const char *path)
{
	struct host_space space = { 0 };
	struct error err = { 0 };
	const char *why = NULL;

	/* A container's / is a layer of its own; how much it may grow is not to be seen. */
	if (host_confined(host, &why) > 0)
		return facts_set_hidden(facts, name, why);
	if (host_space(host, path, &space, &err) < 0)
		return facts_set_unknown(facts, name, &err);
	return facts_set_int(facts, name, (int64_t)space.free, PATH("statfs %s", path));
}

static int ask_free(const struct host *host, struct facts *facts, const char *name,
		    const char *rest)
{
	if (!host)
		return 0;
	if (*rest != '/')
		return facts_set_unsupported(facts, name,
					     "not a path: it does not begin with a slash");
	return set_free(host, facts, name, rest);
}

static int run(const struct host *host, struct facts *facts, struct error *err)
{
	const char *why = NULL;

	(void)err;
	set_free(host, facts, "disk.root_free", "/");
	facts_set_unsupported(facts, "disk.fsync_p99", "only a trial write can tell");
	facts_set_unsupported(facts, "disk.iops", "only a trial can tell");
	facts_set_unsupported(facts, "lvm.vg_free",
			      "only the operator can tell which volume group");
	if (host_confined(host, &why) > 0)
		return facts_set_hidden(facts, "disks", why);
	find_disks(host, facts);
	return 0;
}

static void derive(struct facts *facts)
{
	static const char *const counted[] = { "disk.count", "disk.size", "disk.unused" };
	const struct value *disks = &facts_get(facts, "disks")->value;
	struct value largest = value_null();

	if (disks->kind != VALUE_LIST) {
		for (size_t i = 0; i < ARRAY_SIZE(counted); i++)
			facts_set_value(facts, counted[i], *disks, NULL);
		return;
	}
	for (uint32_t i = 0; i < disks->len && largest.kind != VALUE_UNKNOWN; i++) {
		struct value size = field_get(&disks->items[i], "size");

		if (size.kind == VALUE_UNKNOWN || largest.kind != VALUE_INT || size.i > largest.i)
			largest = size;
	}
	if (disks->partial) {
		facts_set_value(facts, "disk.count",
				field_untold(facts_arena(facts),
					     "the list may not hold all that are there"),
				NULL);
		largest = field_untold(facts_arena(facts),
				       "the list may not hold all that are there");
	} else {
		facts_set_int(facts, "disk.count", disks->len, "disks");
	}
	facts_set_value(facts, "disk.size", largest, "disks");
	facts_set_value(facts, "disk.unused", field_count_true(facts_arena(facts), disks, "unused"),
			"disks");
}

const struct probe probe_disk = {
	.name = "disk",
	PROVIDES(facts_of_disk),
	.run = run,
	.derive = derive,
};
