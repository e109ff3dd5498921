/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kvm_confidential: guests that KVM keeps from their host's eyes, by AMD SEV and Intel TDX */
#include <errno.h>
#include <string.h>

#include "core/text.h"
#include "core/util.h"
#include "kvm_confidential.h"

#define CAPACITY "/sys/fs/cgroup/misc.capacity"
#define SEV	 "/sys/class/misc/sev"

/*
 * Each kind: its fact, the CPU's, the module whose parameter says whether it is on, and what counts
 * its guests (Linux Documentation/admin-guide/cgroup-v2.rst, "Misc").
 */
static const struct kind {
	const char *fact, *cpu, *module, *parameter;
	const char *guests, *key;
} kinds[] = {
	{ "kvm.sev", "cpu.sev", "kvm_amd", "sev", "kvm.sev.guests", "sev" },
	{ "kvm.sev_es", "cpu.sev_es", "kvm_amd", "sev_es", "kvm.sev_es.guests", "sev_es" },
	{ "kvm.sev_snp", "cpu.sev_snp", "kvm_amd", "sev_snp", NULL, NULL },
	{ "kvm.tdx", "cpu.tdx", "kvm_intel", "tdx", "kvm.tdx.guests", "tdx" },
};

/* "sev 410\nsev_es 99\n": the number behind the key; false where there is no such line. */
static bool number_of(const char *capacity, const char *key, uint64_t *ret)
{
	const size_t len = strlen(key);

	for (const char *line = capacity; *line; line += strcspn(line, "\n")) {
		char number[24];

		line += *line == '\n';
		if (strncmp(line, key, len) == 0 && line[len] == ' ' &&
		    sscanf(line + len, "%23s", number) == 1 && parse_u64(number, 10, ret) == 0)
			return true;
	}
	return false;
}

static void set_guests(const struct host *host, struct facts *facts, const struct kind *kind,
		       bool on)
{
	auto_free char *text = NULL;
	struct error err = { 0 };
	uint64_t number;

	if (!kind->guests)
		return;
	if (!on)
		facts_set_int(facts, kind->guests, 0, kind->fact);
	else if (host_read(host, CAPACITY, &text, NULL, &err) == 0 &&
		 number_of(text, kind->key, &number))
		facts_set_int(facts, kind->guests, (int64_t)number, CAPACITY);
	else if (text || err.code == -ENOENT)
		facts_set_unsupported(facts, kind->guests, "this kernel does not count them");
	else
		facts_set_unknown(facts, kind->guests, &err);
}

/*
 * AMD's parameters say what was asked for and what the CPU has; the guests' keys are kept by a
 * processor of its own, whose driver registers a device.
 */
static int has_key_keeper(const struct host *host, const struct kind *kind, struct error *err)
{
	return strcmp(kind->module, "kvm_amd") == 0 ? host_exists(host, SEV, err) : 1;
}

static void set_kind(const struct host *host, struct facts *facts, const struct kind *kind)
{
	const char *path = PATH("/sys/module/%s/parameters/%s", kind->module, kind->parameter);
	auto_free char *line = NULL;
	struct error err = { 0 };
	bool on = false;
	int r = host_read_line(host, path, &line, &err);

	if (r == 0 && (*line == 'Y' || *line == '1')) {
		r = has_key_keeper(host, kind, &err);
		on = r > 0;
		if (r == 0)
			path = "no " SEV;
	}
	if (r < 0 && r != -ENOENT) {
		facts_set_unknown(facts, kind->fact, &err);
		if (kind->guests)
			facts_set_unknown(facts, kind->guests, &err);
		return;
	}
	facts_set_bool(facts, kind->fact, on, path);
	set_guests(host, facts, kind, on);
}

void kvm_confidential_set(const struct host *host, struct facts *facts, const char *module)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		const struct kind *kind = &kinds[i];

		if (module && strcmp(module, kind->module) == 0) {
			set_kind(host, facts, kind);
			continue;
		}
		if (module)
			facts_set_bool(facts, kind->fact, false, "kvm.module");
		else
			facts_set_unsupported(facts, kind->fact, "no KVM runs in this kernel");
		if (kind->guests && module)
			facts_set_int(facts, kind->guests, 0, "kvm.module");
		else if (kind->guests)
			facts_set_unsupported(facts, kind->guests, "no KVM runs in this kernel");
	}
}

void kvm_confidential_unknown(struct facts *facts, const struct error *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		facts_set_unknown(facts, kinds[i].fact, err);
		if (kinds[i].guests)
			facts_set_unknown(facts, kinds[i].guests, err);
	}
}

void kvm_confidential_derive(struct facts *facts)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (!facts_is_false(facts, kinds[i].cpu) || !facts_is_true(facts, kinds[i].fact))
			continue;
		facts_set_bool(facts, kinds[i].fact, false, kinds[i].cpu);
		if (kinds[i].guests)
			facts_set_int(facts, kinds[i].guests, 0, kinds[i].cpu);
	}
}
