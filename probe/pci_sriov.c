/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pci_sriov: how many virtual functions a PCI function offers, and whether bus numbers, the port
 * above and addresses leave room for them
 */
#include "pci_sriov.h"

#include <errno.h>
#include <linux/pci_regs.h>
#include <string.h>

#include "field.h"
#include "host/pci.h"

/* Where the virtual functions would be, counted in routing ids (bus, device and function). */
struct places {
	uint64_t total, offset, stride;
	bool no_ari; /* the port above is known to let device 0 through only */
};

enum { UNTOLD = -1, ROOT_BUS = -2 };

/* The bus number up to which the port above passes on; ROOT_BUS where there is no port. */
static int64_t last_bus_above(const struct host *host, const char *address)
{
	auto_free char *link = NULL;
	char *end, *parent;
	uint64_t last;

	/*
	 * The link is …/pci0000:00/0000:00:01.1/0000:02:00.0: the port above is the folder around
	 * it.
	 */
	if (host_read_link(host, PATH("/sys/bus/pci/devices/%s", address), &link, NULL) < 0)
		return UNTOLD;
	end = strrchr(link, '/');
	if (!end)
		return UNTOLD;
	*end = '\0';
	parent = strrchr(link, '/');
	if (!parent)
		return UNTOLD;
	if (!pci_is_address(parent + 1, strlen(parent + 1)))
		return starts_with(parent + 1, "pci") ? ROOT_BUS : UNTOLD;
	if (host_read_u64(host, PATH("/sys/bus/pci/devices/%s/subordinate_bus_number", parent + 1),
			  &last, NULL) < 0)
		return UNTOLD;
	return (int64_t)last;
}

/*
 * As pci_iov_virtfn_bus() in drivers/pci/iov.c counts: the first VF that would lie behind the last
 * bus does not fit. Below a port without ARI forwarding those on the function's own bus have to be
 * device 0 (only_one_child() in drivers/pci/probe.c, which quotes PCI Express 3.1, 7.3.1).
 */
static uint64_t count_places(const struct places *places, uint64_t routing, uint64_t room)
{
	uint64_t n = 0;

	for (uint64_t i = 0; i < places->total && routing < room; i++, routing += places->stride)
		n += !(places->no_ari && routing < 256 && routing >= 8);
	return n;
}

static struct value reach_of(const struct host *host, struct arena *arena, const char *address,
			     const struct places *places)
{
	const char *colon = strrchr(address, ':');
	uint64_t bus, routing;
	int64_t last;

	if (places->total == 0)
		return value_int(0);
	if (!colon || colon - address < 2 || places->offset == 0 ||
	    (places->stride == 0 && places->total > 1))
		return field_untold(arena, "the function does not tell where its VFs would be");
	bus = strtoul(colon - 2, NULL, 16);
	routing =
		(strtoul(colon + 1, NULL, 16) << 3) + strtoul(colon + 4, NULL, 16) + places->offset;
	last = last_bus_above(host, address);
	/* A root bus has no port that keeps anything away, but nothing tells where its numbers end. */
	if (last == ROOT_BUS && routing + places->stride * (places->total - 1) < 256)
		return value_int((int64_t)places->total);
	if (last < 0)
		return field_untold(arena, "the bus numbers behind the port above are not told");
	if ((int64_t)bus > last)
		return field_untold(arena, "the bus numbers of the port above make no sense");
	return value_int((int64_t)count_places(places, routing, ((uint64_t)last - bus + 1) << 8));
}

/* --- addresses --- */

/*
 * sysfs "resource" has a line for each BAR, start, end and flags: six of the function, its ROM, and
 * six of the memory of its virtual functions (resource_show() in drivers/pci/pci-sysfs.c,
 * PCI_IOV_RESOURCES in linux/pci.h).
 */
#define FIRST_OF_VFS	 7
#define IORESOURCE_UNSET 0x20000000 /* include/linux/ioport.h: has no address yet */

enum room { ROOM_UNTOLD, ROOM_NONE, ROOM_SOME, ROOM_NO_BARS };

/* What the lines say: no addresses, some, or that the kernel keeps nothing for these BARs. */
static enum room room_in(const char *lines)
{
	unsigned long long start, end, flags;
	bool some = false;
	int n = 0;

	for (int i = 0; lines && *lines && i < FIRST_OF_VFS + PCI_SRIOV_NUM_BARS; i++) {
		if (i >= FIRST_OF_VFS &&
		    sscanf(lines, "%llx %llx %llx", &start, &end, &flags) == 3) {
			if (flags && (start == 0 || (flags & IORESOURCE_UNSET)))
				return ROOM_NONE;
			some |= flags != 0;
			n++;
		}
		lines = strchr(lines, '\n');
		lines = lines ? lines + 1 : NULL;
	}
	if (n < PCI_SRIOV_NUM_BARS)
		return ROOM_UNTOLD;
	return some ? ROOM_SOME : ROOM_NO_BARS;
}

/*
 * sriov_enable() in drivers/pci/iov.c says "not enough MMIO resources for SR-IOV" where a BAR of
 * the virtual functions was given no address. The kernel then forgets the BAR, or marks it; where
 * it forgot, the capability still says that there is one.
 */
static struct value room_of(const struct host *host, struct arena *arena, const char *address,
			    const struct value *enabled)
{
	auto_free char *lines = NULL;
	struct host_pci_sriov sriov;
	struct error err = { 0 };
	enum room room;
	int r;

	if (enabled->kind == VALUE_INT && enabled->i > 0)
		return value_bool(true);
	r = host_read(host, PATH("/sys/bus/pci/devices/%s/resource", address), &lines, NULL, &err);
	if (r < 0)
		return field_unknown(arena, &err);
	room = room_in(lines);
	if (room == ROOM_UNTOLD)
		return field_untold(arena, "this kernel does not show the VFs' addresses");
	if (room != ROOM_NO_BARS)
		return value_bool(room == ROOM_SOME);
	r = host_pci_sriov(host, address, &sriov, &err);
	if (r < 0)
		return field_unknown(arena, &err);
	return sriov.has_bars
		       ? value_bool(false)
		       : field_untold(arena, "neither kernel nor capability tells of VFs' memory");
}

/* --- the capability --- */

/* The kernel's file on a function tells of the port above it (ari_enabled_show()). */
static struct value ari_of(const struct host *host, struct arena *arena, const char *address)
{
	struct value ari =
		field_count(host, arena, PATH("/sys/bus/pci/devices/%s/ari_enabled", address));

	if (ari.kind == VALUE_INT)
		return value_bool(ari.i != 0);
	return ari.kind == VALUE_NULL ? field_untold(arena, "this kernel does not tell") : ari;
}

static uint64_t number_of(const struct value *value)
{
	return value->kind == VALUE_INT && value->i > 0 ? (uint64_t)value->i : 0;
}

static void set_all(struct pci_sriov *sriov, struct value value)
{
	sriov->total = sriov->enabled = sriov->reach = sriov->room = sriov->kernel = sriov->ari =
		value;
}

void pci_sriov_read(const struct host *host, struct arena *arena, const char *address,
		    struct pci_sriov *ret)
{
	const char *folder = PATH("/sys/bus/pci/devices/%s", address);
	struct error err = { 0 };
	struct value offset, stride;
	struct places places;
	int64_t total;
	int r = host_read_i64(host, PATH("%s/sriov_totalvfs", folder), &total, &err);

	if (r < 0) {
		ret->has = r;
		set_all(ret, field_failed(arena, r, &err));
		return;
	}
	ret->has = 1;
	ret->total = value_int(total);
	ret->enabled = field_count(host, arena, PATH("%s/sriov_numvfs", folder));
	ret->kernel = value_bool(true);
	ret->ari = ari_of(host, arena, address);
	ret->room = room_of(host, arena, address, &ret->enabled);
	offset = field_count(host, arena, PATH("%s/sriov_offset", folder));
	stride = field_count(host, arena, PATH("%s/sriov_stride", folder));
	places = (struct places){
		.total = (uint64_t)total,
		.offset = number_of(&offset),
		.stride = number_of(&stride),
		.no_ari = ret->ari.kind == VALUE_BOOL && !ret->ari.b,
	};
	ret->reach = reach_of(host, arena, address, &places);
}

void pci_sriov_ask(const struct host *host, struct arena *arena, const char *address,
		   const char *class, struct pci_sriov *ret)
{
	struct host_pci_sriov sriov;
	struct error err = { 0 };
	struct places places;
	/* A recording of others without the kernel's files says nothing of the kernel. */
	bool untold = ret->has == -ENODATA;
	int r;

	if (starts_with(class, PCI_CLASS_OF_BRIDGE)) {
		set_all(ret, value_null());
		return;
	}
	if (!starts_with(class, PCI_CLASS_OF_NETWORK) && !untold) {
		set_all(ret, field_untold(arena, "nothing shows whether this kernel knows SR-IOV"));
		return;
	}
	r = host_pci_sriov(host, address, &sriov, &err);
	if (r < 0) {
		set_all(ret, field_failed(arena, r, &err));
		return;
	}
	ret->total = value_int(sriov.total);
	ret->enabled = value_int(sriov.enabled);
	if (!untold) {
		ret->kernel = value_bool(false);
		ret->room = field_untold(arena, "this kernel gives VFs no addresses");
	}
	ret->ari = ari_of(host, arena, address);
	places = (struct places){
		.total = sriov.total,
		.offset = sriov.offset,
		.stride = sriov.stride,
		.no_ari = ret->ari.kind == VALUE_BOOL && !ret->ari.b,
	};
	ret->reach = reach_of(host, arena, address, &places);
}
