/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nic_model: tables of network functions by PCI id, and looking them up */
#include "nic_model.h"

#include <stdlib.h>
#include <string.h>

#include "core/util.h"

/* Both tables are sorted by this, which is the head of their rows. */
struct id {
	uint16_t vendor, device;
};

static const struct dpdk_id {
	uint16_t vendor, device;
	const char *driver;
} dpdk_ids[] = {
#define DPDK(vendor, device, driver) { vendor, device, driver },
#include "dpdk-pci-ids.def"
#undef DPDK
};

static const struct nic_model models[] = {
#define MODEL(vendor, device, gbits, sriov, rdma) \
	{ vendor, device, gbits, NIC_MODEL_##sriov, NIC_MODEL_##rdma },
#include "nic-models.def"
#undef MODEL
};

static const char *const bifurcated_drivers[] = { "mlx4", "mlx5", "mana" };

static int compare_ids(const void *a, const void *b)
{
	const struct id *left = a, *right = b;

	if (left->vendor != right->vendor)
		return left->vendor < right->vendor ? -1 : 1;
	return (left->device > right->device) - (left->device < right->device);
}

static const void *find(const char *vendor, const char *device, const void *rows, size_t n,
			size_t size)
{
	struct id id;

	if (!vendor || !device)
		return NULL;
	id.vendor = (uint16_t)strtoul(vendor, NULL, 16);
	id.device = (uint16_t)strtoul(device, NULL, 16);
	return bsearch(&id, rows, n, size, compare_ids);
}

const struct nic_model *nic_model_of(const char *vendor, const char *device)
{
	return find(vendor, device, models, ARRAY_SIZE(models), sizeof(*models));
}

const char *nic_model_dpdk_driver(const char *vendor, const char *device)
{
	const struct dpdk_id *found =
		find(vendor, device, dpdk_ids, ARRAY_SIZE(dpdk_ids), sizeof(*dpdk_ids));

	return found ? found->driver : NULL;
}

bool nic_model_is_bifurcated(const char *driver)
{
	for (size_t i = 0; driver && i < ARRAY_SIZE(bifurcated_drivers); i++) {
		if (strcmp(driver, bifurcated_drivers[i]) == 0)
			return true;
	}
	return false;
}
