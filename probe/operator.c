/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * operator: what no probe can tell, only a person, the whole fleet or a trial. Each row's source
 * says who. They stay unknown until --assume answers them; rules ask for them as needs to confirm.
 */
#include <string.h>

#include "probe.h"

/*
 * A group with a volume in use has a folder of links to its volumes (lvm(8)); one without shows
 * nowhere but in LVM's own data.
 */
static bool has_volume(const struct host *host, const char *folder)
{
	auto_names struct host_names names = { 0 };

	if (host_list(host, folder, &names, NULL) < 0)
		return false;
	for (size_t i = 0; i < names.len; i++) {
		auto_free char *device = NULL, *uuid = NULL;

		if (host_read_link_name(host, PATH("%s/%s", folder, names.names[i]), &device,
					NULL) == 0 &&
		    starts_with(device, "dm-") &&
		    host_read_line(host, PATH("/sys/block/%s/dm/uuid", device), &uuid, NULL) == 0 &&
		    starts_with(uuid, "LVM-"))
			return true;
	}
	return false;
}

static int ask_volume_group(const struct host *host, struct facts *facts, const char *name,
			    const char *rest)
{
	const char *folder = PATH("/dev/%s", rest);

	if (!host)
		return 0;
	if (!strchr(rest, '/') && has_volume(host, folder))
		return facts_set_bool(facts, name, true, folder);
	return facts_set_unsupported(facts, name,
				     "only LVM as root lists its volume groups: see vgs");
}

static const struct fact_def facts_of_operator[] = {
	/* A rule's own question: it has no probe, and the rule has the words. */
	{ "confirm.", FACT_BOOL, SCOPE_OPERATOR, .meaning = "the answer to a need to confirm",
	  .source = "only --assume can tell" },
	/* the fleet: what must agree between hosts */
	{ "identity.uids_synced", FACT_BOOL, SCOPE_OPERATOR,
	  .meaning = "users and groups have the same numbers on all hosts",
	  .source = "only a comparison of all hosts can tell" },
	{ "lxd.same_pools", FACT_BOOL, SCOPE_OPERATOR,
	  .meaning = "all members have storage pools of the same names",
	  .source = "only a comparison of all members can tell" },
	/* how software that is not installed yet will be set up */
	{ "docker.firewall_backend", FACT_STRING, SCOPE_OPERATOR,
	  .meaning = "what Docker is to write its packet filter with",
	  .values = "iptables nftables", .source = "only who configures Docker can tell" },
	{ "lxd.nesting", FACT_BOOL, SCOPE_OPERATOR,
	  .meaning = "the LXD container has security.nesting on",
	  .source = "only the LXD host outside this container can tell" },
	{ "memory.per_pod_overhead", FACT_COUNT, SCOPE_OPERATOR, .unit = "bytes",
	  .meaning = "memory of the host left for each pod's own monitor",
	  .source = "only who plans the pods can tell" },
	{ "memory.zfs_ceph", FACT_STRING, SCOPE_OPERATOR,
	  .meaning = "memory set aside for ZFS and Ceph beside the guests'",
	  .source = "only who plans the storage can tell" },
	{ "user.subids", FACT_COUNT, SCOPE_OPERATOR,
	  .meaning = "subordinate user and group numbers of the account that runs rootless "
		     "containers",
	  .source = "only who chooses the account can tell: see its lines in /etc/subuid and "
		    "/etc/subgid" },
	/* the hardware as it was bought */
	{ "nic.model", FACT_STRING, SCOPE_OPERATOR,
	  .meaning = "the network cards are of a model that the publisher supports",
	  .source = "only a comparison with the publisher's list can tell" },
	{ "pci.slots", FACT_COUNT, SCOPE_OPERATOR, .meaning = "free slots for further cards",
	  .source = "only a look into the machine can tell for certain" },
	/* storage that lies outside */
	{ "fs.tmp_local", FACT_BOOL, SCOPE_OPERATOR,
	  .meaning = "jobs have a scratch folder on a local disk",
	  .source = "only who sets up the jobs can tell" },
	{ "storage.parallel_fs", FACT_BOOL, SCOPE_OPERATOR,
	  .meaning = "a parallel or shared filesystem is there for the jobs",
	  .source = "only who runs the storage can tell" },
	{ "storage.rwx", FACT_BOOL, SCOPE_OPERATOR,
	  .meaning = "volumes that several hosts write at once are there",
	  .source = "only who runs the storage can tell" },
	{ "lvm.vg.", FACT_BOOL, SCOPE_OPERATOR,
	  .meaning = "an LVM volume group of that name exists",
	  .source = "only LVM as root can tell (see vgs), or a volume of it that is in use",
	  .ask = ask_volume_group },
};

static int run(const struct host *host, struct facts *facts, struct error *err)
{
	(void)host;
	(void)err;
	for (size_t i = 0; i < ARRAY_SIZE(facts_of_operator); i++) {
		const struct fact_def *def = &facts_of_operator[i];

		if (!def->ask && !ends_with(def->name, "."))
			facts_set_unsupported(facts, def->name, def->source);
	}
	return 0;
}

const struct probe probe_operator = { .name = "operator", PROVIDES(facts_of_operator), .run = run };
