/* SPDX-License-Identifier: GPL-2.0-or-later */
/* registry: all probes, out of probes.def */
#include "core/util.h"
#include "probe.h"

#define PROBE(name) extern const struct probe probe_##name;
#include "probes.def"
#undef PROBE

#define PROBE(name) &probe_##name,
static const struct probe *const probes[] = {
#include "probes.def"
};
#undef PROBE

size_t probes_count(void)
{
	return ARRAY_SIZE(probes);
}

const struct probe *probe_at(size_t index)
{
	return probes[index];
}
