# SPDX-License-Identifier: GPL-2.0-or-later
"""same: what the catalogue and the rules call by different names.

The catalogue names what publishers' pages and scripts name; the rules ask for what the software lives on. Each row says by
which facts or needs of the rules a need of the catalogue is answered. A row is a claim: its comment says why it holds.
"""
import functools
import re

# A fact by another name: the figures of both are held against each other.
#   catalogue's name (a pattern, whole) → names in the rules (patterns, whole; \1 is the first group)
FACTS = [
    # Sizes as sold stand beside what the kernel manages; the loader compares them (rules/facts/memory.yaml, sold_as).
    (r"memory\.total", [r"memory\.(total|installed)"]),
    # Counts derive from the lists of records, so a count with a condition asks for the same ports.
    (r"nic\.count", [r"nic\.count", r"nics"]),
    (r"nic\.speed", [r"nic\.speed", r"nics\.speed_max"]),
    (r"nic\.sriov", [r"nic\.sriov(\.usable)?", r"nics\.sriov.*"]),
    (r"nic\.dpdk", [r"nic\.dpdk(\.free)?", r"nics\.dpdk.*"]),
    (r"nic\.rdma", [r"nic\.rdma", r"nics\.rdma"]),
    (r"disk\.count", [r"disk\.(count|unused)", r"disks"]),
    (r"disk\.size", [r"disk\.size", r"disks\.size"]),
    (r"swap\.total", [r"swap\.total", r"swaps"]),
    (r"gpu\.count", [r"gpu\.count", r"gpus"]),
    (r"hugepages\.(2M|1G)", [r"hugepages\.\1(\.(total|possible))?", r"hugepages"]),
    (r"cpu\.isolated", [r"cpu\.isolated(\.count)?"]),
    # The root file system is named so, or by its mount point.
    (r"disk\.free\./", [r"disk\.(root_free|free\./)"]),
    # What systemd started has it installed.
    (r"software\.systemd", [r"software\.systemd", r"host\.init"]),
    # The hypervisor that runs tells its version itself.
    (r"software\.xen", [r"software\.xen", r"xen\.version"]),
    # One name for two things: the hypervisor around the host, and the container.
    (r"host\.virtualization", [r"host\.(virtualization|vm|container)"]),
    # Modules and file systems are other names of the feature that the option builds.
    (r"kernel\.(module|filesystem)\.(.+)", [r"kernel\.(module|filesystem)\.\2"]),
]

# Answered by something else altogether: no figure can be held against it.
#   catalogue's name (a pattern, whole) → needs of the rules by id, facts that a need looks at, or such a fact and a text beside
#   it, as in `'pids' in cgroup.controllers` (patterns, whole)
ANSWERS = [
    # KVM that works has hardware, firmware switch, modules and device behind it; its diagnosis tells which is missing.
    (r"cpu\.virt(\.enabled)?|kvm\.(usable|rw)|kernel\.module\.kvm(_intel|_amd)?|dev\.kvm|kernel\.config\.KVM(_INTEL|_AMD)?",
     [r"kvm\.usable", r"hardware-virtualization"]),
    (r"cpu\.ept", [r"kvm\.ept", r"cpu\.ept"]),
    # KVM's API has had this version since Linux 2.6.22, and a VM that was made proves it.
    (r"kvm\.api_version", [r"kvm\.usable"]),
    # A unit that is used is one that is there.
    (r"iommu\.(hardware|enabled)", [r"iommu\.(enabled|groups|type|hardware)"]),
    (r"iommu\.interrupt_remapping", [r"iommu\.interrupt_remapping.*"]),
    # vhost_net stands on vhost.
    (r"kernel\.module\.vhost", [r"kernel\.module\.vhost(_net)?"]),
    (r"software\.podman\|docker", [r"software\.(podman|docker)"]),
    # The driver makes the device; opening it loads the driver.
    (r"dev\.net/tun|kernel\.module\.tun|kernel\.config\.TUN", [r"dev\.net/tun", r"kernel\.module\.tun"]),
    (r"dev\.vhost-net|kernel\.module\.vhost_net|kernel\.config\.VHOST_NET", [r"dev\.vhost-net", r"kernel\.module\.vhost_net"]),
    (r"dev\.vhost-vsock|kernel\.module\.vhost_vsock|kernel\.config\.VHOST_VSOCK",
     [r"dev\.vhost-vsock", r"kernel\.module\.vhost_vsock"]),
    (r"dev\.vfio/vfio|kernel\.module\.vfio.*|kernel\.config\.VFIO.*", [r"kernel\.module\.vfio.*", r"dev\.vfio/vfio"]),
    (r"dev\.fuse|kernel\.(module|filesystem)\.fuse|kernel\.config\.FUSE_FS", [r"dev\.fuse", r"kernel\.(module|filesystem)\.fuse"]),
    # The running kernel shows its namespaces and controllers: what its build said is then no question.
    (r"kernel\.config\.(PID|NET|IPC|UTS|USER|CGROUP|TIME)_NS", [r"kernel\.namespace\.\L1"]),
    (r"kernel\.config\.NAMESPACES", [r"kernel\.namespace\..*"]),
    (r"kernel\.config\.CGROUPS", [r"cgroup\..*"]),
    (r"kernel\.config\.CPUSETS", [r"cgroup\.controllers 'cpuset'"]),
    (r"kernel\.config\.MEMCG", [r"cgroup\.controllers 'memory'"]),
    (r"kernel\.config\.CGROUP_PIDS", [r"cgroup\.controllers 'pids'"]),
    (r"kernel\.config\.(CGROUP_SCHED|FAIR_GROUP_SCHED|CGROUP_CPUACCT)", [r"cgroup\.controllers 'cpu'", r"kernel\.config\.\1"]),
    (r"kernel\.config\.BLK_CGROUP", [r"cgroup\.controllers '(io|blkio)'"]),
    (r"kernel\.config\.CGROUP_HUGETLB", [r"cgroup\.controllers 'hugetlb'"]),
    # The freezer is a controller of version 1 alone; version 2 has it in every group.
    (r"kernel\.config\.CGROUP_FREEZER", [r"cgroup\.freezer", r"cgroup\.controllers '(freezer|pids)'"]),
    (r"kernel\.config\.(SECCOMP|SECCOMP_FILTER)", [r"kernel\.seccomp"]),
    # Options that the one asked for selects (net/xfrm/Kconfig, crypto/Kconfig).
    (r"kernel\.config\.(XFRM|XFRM_ALGO)", [r"kernel\.config\.XFRM_USER"]),
    (r"kernel\.config\.(CRYPTO|CRYPTO_AEAD|CRYPTO_GHASH)", [r"kernel\.config\.CRYPTO_GCM"]),
    # The back ends of Xen hang on XEN_BACKEND: where one is built, it is.
    (r"kernel\.config\.XEN_BACKEND", [r"kernel\.config\.XEN_(NET|BLK)DEV_BACKEND"]),
    # A kernel without MODULES loads none.
    (r"kernel\.config\.MODULES", [r"kernel\.modules\.loading"]),
    # Boot options stand for what they turn on and set aside, which is asked for itself; diagnoses name the option.
    (r"kernel\.cmdline\.(intel|amd)_iommu", [r"iommu\.(enabled|groups|type)"]),
    (r"kernel\.cmdline\.isolcpus", [r"cpu\.isolated\.count"]),
    # What only people, the fleet or a network can tell is asked of them.
    (r"(host\.(product_uuid|identity))\.unique", [r"\1\.unique"]),
    (r"os\.replaceable", [r"os\.replaceable", r"confirm\..*-replaceable"]),
    (r"memory\.per_osd", [r"confirm\.(ceph-memory-planned|memory-for-osds)", r"memory\.total>=4GB per OSD.*"]),
    (r"memory\.per_(mon|mgr)", [r"confirm\.(ceph-memory-planned|room-for-the-monitor)"]),
    (r"cpu\.cores\.per_osd", [r"confirm\.(ceph-cores-planned|cores-for-osds)", r"cpu\.cores>=1 per OSD.*"]),
    (r"cpu\.cores\.per_mon", [r"confirm\.room-for-the-monitor"]),
    (r"(memory|cpu\.cores)\.per_mds", [r"optional: metadata server.*"]),
    (r"memory\.per_storage_tib", [r"memory\.total>=32MB per TiB", r"memory\.per_storage_tib"]),
    (r"disk\.iops", [r"confirm\.disks?-of-\d+-iops", r"disk\.iops"]),
    # Where the system is still to be installed, its clock follows from time servers that answer.
    (r"time\.synchronized", [r"time\.synchronized", r"confirm\.time-servers-reachable"]),
    (r"kernel\.module\.drbd.*", [r"kernel\.module\.drbd", r"confirm\.drbd-9-for-this-kernel"]),
    (r"disk\.count", [r"solid-state-disk"]),
    # One sentence asks for all that tells a node from the others.
    (r"host\.product_uuid\.unique", [r"confirm\.(node-identity-unique|product-uuid-unique)"]),
    (r"software\.postgresql", [r"confirm\.maas-postgresql"]),
    (r"vm\.count", [r"confirm\.no-foreign-vms", r"vm\.count"]),
    # What dockerd is told in its settings, and rules made beside it, no file tells for sure.
    (r"docker\.firewall_backend", [r"confirm\.swarm-engine-settings"]),
    (r"software\.nftables-rules", [r"confirm\.no-nft-rules-beside-docker"]),
    # The setting appears with the module, and the installer makes it.
    (r"kernel\.sysctl\.net\.bridge\.bridge-nf-call-ip6?tables", [r"kernel\.module\.br_netfilter"]),
    (r"kernel\.config\.CGROUP_DEVICE", [r"feature\.devices-cgroup"]),
    (r"memory\.per_pod_overhead", [r"optional: .* beside what each pod asks for"]),
    (r"memory\.zfs_ceph", [r"memory\.total>=1GB per TB"]),
    (r"software\.qemu\.rbd", [r"optional: disks in Ceph"]),
    (r"nic\.model", [r"optional: NICs of a model.*"]),
    # os-release says 9.4 or 10.0 where the catalogue says 9 or 10: these compare as releases do.
    (r"os\.version", [r"(opennebula|cloudstack|bifrost)-(release|distribution)"]),
    # What is not enforcing is permissive or off.
    (r"security\.selinux", [r"cloudstack-selinux"]),
    # The first process is systemd where it is used as such.
    (r"software\.systemd", [r"systemd-init"]),
    (r"pci\.slots", [r"optional: .* slots for cards"]),
    # It stands on Xen's command line, which the control domain's kernel does not show.
    (r"kernel\.cmdline\.dom0_mem", [r"confirm\.dom0-memory-fixed"]),
    # KubeVirt's guide: the AppArmor profile that comes with libvirt is what stands in the way, its daemon running or not.
    (r"service\.active\.libvirtd", [r"libvirt-profile-absent"]),
    # One sentence asks for the volume group by its name and for what is free in it.
    (r"lvm\.vg\.microshift", [r"confirm\.microshift-volume-group"]),
    # A firewall that is installed and stopped filters nothing: kubeadm looks whether the service runs.
    (r"software\.firewalld", [r"service\.active\.firewalld"]),
    # Another hypervisor that is installed and idle is in nobody's way; one that holds the extension shows as KVM that is busy.
    (r"software\.other-hypervisor", [r"no-other-hypervisor"]),
    # The driver makes /dev/sev where the firmware's part of SEV is set up, and kvm_amd then says that guests may use it.
    (r"dev\.sev", [r"kvm\.sev"]),
    # Each target of the device mapper is built on it (drivers/md/Kconfig: DM_THIN_PROVISIONING depends on BLK_DEV_DM).
    (r"kernel\.config\.BLK_DEV_DM|kernel\.module\.dm_mod", [r"kernel\.(config\.BLK_DEV_DM|module\.dm_mod|module\.dm_thin_pool)"]),
]

# Needs that every host meets: they decide nothing, and the rules leave them out.
#   catalogue's name → the values that are no condition
TRIVIAL = {
    "cpu.cores": [1],
    "cpu.threads": [1],
    "nic.count": [0],
    "cgroup.version": [{"v1", "hybrid", "v2"}, {"v1", "v2", "hybrid", "none"}],
    "security.selinux": [{"enforcing", "permissive", "disabled"}],
    "cgroup.controllers": [[]],
}

# The catalogue's units, as the rules count: memory GB are GiB, disks' 10^9 (../shared/requirements/README.md).
UNITS = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12,
         "Gbit/s": 10**9, "Mbit/s": 10**6, "Kbps": 10**3, "Mbps": 10**6, "Gbps": 10**9,
         # Times are counted in microseconds.
         "ms": 10**3, "s": 10**6}

# Words by which the catalogue itself says that a need is conditional, or of one feature or tuning.
CONDITIONAL = re.compile(r"^(Only|Needed only|Required only)\b|\bonly (for|with|on|in|if|when|where)\b", re.I)


def expand(pattern, match):
    """`pattern` with the groups of `match` in it, \\L1 in small letters."""
    for i, group in enumerate(match.groups(), 1):
        pattern = pattern.replace(f"\\L{i}", re.escape((group or "").lower())).replace(f"\\{i}", re.escape(group or ""))
    return pattern


@functools.cache
def names_for(what, need):
    """The patterns of all rows of FACTS or ANSWERS that `need` fits."""
    found = []
    for pattern, answers in {"facts": FACTS, "answers": ANSWERS}[what]:
        match = re.fullmatch(pattern, need)
        if match:
            found += [re.compile(expand(answer, match)) for answer in answers]
    return found


def is_trivial(data):
    """Is this a minimum that no host falls short of?"""
    asked = data.get("minimum")
    return any((set(asked) if isinstance(asked, list) else asked) == value for value in TRIVIAL.get(data["need"], []))


# What the catalogue recommends and itself calls optional: one feature, one way among several, or tuning.
OPTIONAL = re.compile(
    r"^(Only|Optional|If|With|When|Where|Faster|Tuning)\b|\bonly (for|with|on|in|if|when|where|by|to|under)\b|"
    r"\boptional(ly)?\b|\badvice only\b|\bonly needed\b|\bkubeadm warns when it is missing\b|\bonly draw a warning\b|\bwarns about the second\b|"
    r"\b(tuning|faster|one way|live migration)\b", re.I)

# Sizes that only the deployment document's drawing gives: how many units a host carries, not whether it can be one.
EXAMPLES = ("cpu.cores", "cpu.threads", "memory.total", "disk.count", "disk.size", "gpu.count")


def is_optional(data):
    """Does the catalogue itself say of its recommendation that a host does without?"""
    example = data["need"] in EXAMPLES and data["source"] == ["seed"] and data.get("recommended") != 1
    return "recommended" in data and (example or bool(OPTIONAL.search(data["why"])))


def is_guess(data):
    """A recommendation that nobody has seen written: the rules may weigh it as they judge right."""
    return "minimum" not in data and data["source"] == ["unverified"]
