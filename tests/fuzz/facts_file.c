/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz: any bytes as a facts file; what it holds is derived from, judged, put into words and
 * written again
 */
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/util.h"
#include "facts_file.h"
#include "hints.h"
#include "host/host.h"
#include "probe.h"
#include "words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void speak(struct judgement *judgement, const struct deployment_finding *deployment)
{
	for (size_t r = 0; r < deployment->deployment->n_roles; r++) {
		const struct role_finding *role = &deployment->roles[r];

		for (size_t u = 0; u < role->role->n_uses; u++) {
			const struct finding *finding = role->uses[u].finding;

			words_reason(&judgement->arena, role->uses[u].use->need, finding);
			for (size_t c = 0; c < finding->n_causes; c++)
				words_remedy(judgement, finding, finding->causes[c]);
		}
	}
}

/* One deployment for each input: all of them cost too much time. */
static void use(struct facts *facts, size_t which)
{
	struct rules one = rules_compiled_in;
	auto_judgement struct judgement *judgement = NULL;
	struct hint opens, blocks;

	probes_derive(facts);
	one.deployments += which % one.n_deployments;
	one.n_deployments = 1;
	judgement = judge(&one, facts, BASIS_RUNNING);
	speak(judgement, &judgement->deployments[0]);
	hints_of(judgement, &opens, &blocks);
	hints_permission(judgement);
	json_decref(facts_json(facts, 0, true));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_facts struct facts *facts = facts_new();
	auto_close int fd = memfd_create("facts", MFD_CLOEXEC);
	struct error err = { 0 };
	time_t when = 0;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	if (facts_file_read(PATH("/proc/self/fd/%d", fd), facts, &when, &err) == 0)
		use(facts, size);
	else if (!*err.text)
		abort();
	return 0;
}
