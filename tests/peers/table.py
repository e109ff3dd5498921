# SPDX-License-Identifier: GPL-2.0-or-later
"""The recordings of ../shared/machines: their forms, whose words they are held to, and where those words are wrong."""
import dataclasses
import os
import typing

import forms
import peers


@dataclasses.dataclass
class Row:
    archive: str
    root: str  # what of the archive is the machine
    form: typing.Callable
    readers: tuple
    peer: str = ""  # the peer's own words, where they are a file beside the archive
    release: str = ""  # of a kernel whose configuration is all there is
    x86: bool = True
    indexed: typing.Optional[dict] = None  # of facts.json

    @property
    def name(self):
        return self.archive.split("/")[1].split(".tar.")[0] + (
            f":{os.path.basename(self.root)}" if self.archive in SEVERAL else "")


# Archives that hold several recordings, and where in them.
SEVERAL = {"libcpuid/libcpuid.tar.xz": ("libcpuid/", ""), "pciutils/lspci-xxxx.tar.xz": ("lspci-xxxx/", ""),
           "libvirt/cgroup-mounts.tar.xz": ("cgroup-mounts/", ".mounts")}


def hwloc(name, words, root=None):
    reader = peers.hwloc_xml if words.endswith(".xml") else peers.hwloc_console
    return Row(f"hwloc/{name}.tar.xz", root or name, forms.archive, (reader, peers.index), f"hwloc/{name}.{words}")


def hwloc_cpuid(name):
    return Row(f"hwloc-cpuid/{name}.tar.xz", name, forms.cpuid_of_hwloc, (peers.hwloc_of_cpuid, peers.index),
               f"hwloc-cpuid/{name}.expected.xml")


def lscpu(name):
    return Row(f"util-linux/lscpu-{name}.tar.gz", name, forms.archive, (peers.lscpu, peers.index),
               f"util-linux/lscpu-{name}.expected")


def ghw(name):
    return Row(f"ghw/{name}.tar.gz", ".", forms.archive, (peers.index,))


def libcpuid(name):
    return Row("libcpuid/libcpuid.tar.xz", f"libcpuid/{name}", forms.text, (peers.libcpuid,))


def libvirt(name):
    return Row(f"libvirt/{name}.tar.xz", name, forms.archive, (peers.libvirt, peers.index), f"libvirt/{name}.expected")


def mounts(name):
    return Row("libvirt/cgroup-mounts.tar.xz", name, forms.mounts, (peers.cgroup_mounts,))


def virt_what(name, x86=True):
    return Row(f"virt-what/{name}.tar.xz", name, forms.printed_by_programs, (peers.virt_what, peers.index),
               f"virt-what/{name}.expected", x86=x86)


def lspci(name):
    return Row("pciutils/lspci-xxxx.tar.xz", f"lspci-xxxx/{name}", forms.text, (peers.lspci, peers.index))


def checkbox(name):
    return Row(f"checkbox/{name}.tar.xz", f"{name}/udevadm-export-db.txt", forms.udev_export,
               (peers.checkbox, peers.udev, peers.index), f"checkbox/{name}.expected")


def config(name, release):
    return Row(f"kernel-config/{name}.tar.xz", name, forms.kernel_config, (peers.config,), release=release)


ROWS = (
    hwloc("32em64t-2n8c+dax+nvme+mic+dimms", "expected.xml", "32em64t-2n8c+1mic"),
    hwloc("16amd64-4n4c-cgroup-distance-merge", "expected.console"),
    hwloc("128arm-2pa2n8cluster4co", "expected.console"),
    hwloc("offline-cpu0-node0", "expected.console"),
    hwloc("2i386-2t-hugepagesizecount", "expected.xml"),
    hwloc("nvidiagpunumanodes", "expected.console"),
    hwloc("2pa-pcidomain32bits", "expected.console"),
    hwloc("16amd64-8n2c", "expected.console"),
    hwloc("2arm-2c", "expected.console"),
    hwloc_cpuid("AMD-19h-Zen4-2xEpyc-9654"),
    hwloc_cpuid("AMD-17h-Zen-2xEpyc-7451"),
    hwloc_cpuid("Intel-SapphireRapids-2xXeonMax9460"),
    hwloc_cpuid("Intel-CascadeLake-2xXeon6230"),
    hwloc_cpuid("AMD-K8-SledgeHammer-2xOpteron-250"),
    hwloc_cpuid("Hygon-Dhyana-32cores"),
    lscpu("s390-lpar"),
    lscpu("s390-kvm"),
    lscpu("vbox-win"),
    lscpu("ppc64-POWER7"),
    lscpu("armv7"),
    lscpu("x86_64-dell_e4310"),
    Row("util-linux/lsmem-s390-zvm-6g.tar.xz", "s390-zvm-6g", forms.archive, (peers.lsmem,),
        "util-linux/lsmem-s390-zvm-6g.expected"),
    Row("util-linux/lsblk-simple-lvm.tar.xz", "simple-lvm", forms.archive, (peers.lsblk,),
        "util-linux/lsblk-simple-lvm"),
    ghw("xeon-L5640-sriov"),
    ghw("x1-carbon-i7-1270P-iommu"),
    ghw("ryzen-1600"),
    ghw("vm-skylake-offline-cpus"),
    ghw("aws-neoverse-n1"),
    libvirt("x86_64-test6"),
    libvirt("aarch64-f21-mustang"),
    libvirt("ppc64-subcores1"),
    libvirt("armv6l-raspberrypi"),
    mounts("all-in-one"),
    mounts("fedora-18"),
    mounts("fedora-21"),
    mounts("no-cgroups"),
    mounts("ovirt-node-6.6"),
    mounts("unified"),
    virt_what("rhel5-xen-dom0"),
    virt_what("rhel5-xen-domU-hvm"),
    virt_what("xen-arm", x86=False),
    virt_what("kvm"),
    virt_what("hyperv"),
    virt_what("aws-baremetal-x86"),
    virt_what("crio"),
    virt_what("ppc64-kvm", x86=False),
    virt_what("zvm", x86=False),
    virt_what("baremetal"),
    lspci("cap-pcie-2"),
    lspci("cap-phy32"),
    lspci("tree-asus-p6t6"),
    lspci("cap-pasid-pri"),
    lspci("cap-vendor-virtio"),
    lspci("broken-ecaps"),
    checkbox("NVIDIA_DGXA100"),
    checkbox("DELL_POWEREDGE_R820_NVME"),
    checkbox("QEMU_KVM"),
    libcpuid("amd-opteron-processor-6380.test"),
    libcpuid("intel-xeon-cpu-e7450-quad.test"),
    libcpuid("13th-gen-intel-core-i9-13900kf.test"),
    libcpuid("amd-ryzen-9-9950x-16-core-processor.test"),
    libcpuid("qemu-virtual-cpu-version.test"),
    libcpuid("neoverse-n2.test"),
    libcpuid("intel-xeon-cpu-2.80ghz-nocona-dual.test"),
    config("debian12-6.1-amd64", "6.1.192"),
    config("debian12-6.1-cloud-amd64", "6.1.192"),
    config("openela9-5.14-x86_64", "5.14.0-503.el9.x86_64"),
    config("openela9-5.14-aarch64", "5.14.0-503.el9.aarch64"),
    config("xcp-ng-4.19-dom0", "4.19.0+0"),
    config("firecracker-guest-6.1-x86_64", "6.1.167-27.319.amzn2023.x86_64"),
)



@dataclasses.dataclass
class Exemption:
    machine: str
    fact: str
    peer: str
    theirs: str
    ours: str
    why: str


def exceptions(machine, peer, why, *facts):
    """One reason for several facts: (fact, theirs, ours)."""
    return tuple(Exemption(machine, fact, peer, theirs, ours, why) for fact, theirs, ours in facts)


# Where a peer says otherwise, and why it is the one to be wrong (or answers another question). What is written there of the
# peers was read in their sources, or in the recording itself.
EXCEPTIONS = (
    *exceptions("32em64t-2n8c+dax+nvme+mic+dimms", "hwloc_xml",
                "hwloc's authors put nvme0n1 into sys/class/block by hand; the kernel lists whole disks in sys/block, and it is "
                "not there",
                ("disks.name", "{nvme0n1 sda}", "{sda}")),
    *exceptions("16amd64-4n4c-cgroup-distance-merge", "hwloc_console",
                "hwloc shows what its process was allowed to use: a cpuset confined it to 4 of the 16 CPUs and 2 of the 4 nodes "
                "(\"12 processors not represented\"). We tell what the machine has",
                ("numa.node", "{2 3}", "{0 1 2 3}"), ("cpu.sockets", "3", "4"), ("cpu.threads", "4", "16"),
                ("cpu.numa_nodes", "2", "4")),
    *exceptions("2i386-2t-hugepagesizecount", "hwloc_xml",
                "hwloc makes up a node with all memory where the kernel shows none (CONFIG_NUMA=n, or not recorded)",
                ("numa.node", "{0}", "unknown:not-recorded"),
                ("numa[node=0].memory", "409617181966336", "unknown:not-recorded"),
                ("cpu.numa_nodes", "1", "unknown:not-recorded")),
    *exceptions("2arm-2c", "hwloc_console",
                "hwloc makes up a node with all memory where the kernel shows none (CONFIG_NUMA=n, or not recorded)",
                ("numa.node", "{0}", "unknown:not-recorded"), ("numa[node=0].memory", "274MiB", "unknown:not-recorded"),
                ("cpu.numa_nodes", "1", "unknown:not-recorded")),
    *exceptions("nvidiagpunumanodes", "hwloc_console",
                "hwloc hides nodes that are the memory of NVIDIA GPUs (it names them so itself, HWLOC_KEEP_NVIDIA_GPU_NUMA_NODES); "
                "the kernel has them, without CPUs, and allocates from them",
                ("numa.node", "{0 8}", "{0 250 251 252 253 254 255 8}"), ("cpu.numa_nodes", "2", "8")),
    *exceptions("nvidiagpunumanodes", "hwloc_console",
                "hwloc takes the board from /proc/cpuinfo; we take it from the device tree, which was not recorded",
                ("host.model", "PowerNV 8335-GTW", "unknown:not-recorded")),
    *exceptions("lscpu-s390-lpar", "lscpu",
                "every mainframe runs its systems in partitions, and lscpu calls each virtualised (PR/SM); a partition has its own "
                "CPUs and memory, and KVM runs in it as on hardware: systemd-detect-virt says none too",
                ("host.vm", "other", "none")),
    *exceptions("lscpu-s390-lpar", "index",
                "the index counts physical_package_id, which is -1 for all; core_siblings tells 7 sockets with a CPU "
                "online, as lscpu prints them", ("cpu.sockets", "1", "7")),
    *exceptions("lscpu-s390-kvm", "index",
                "the index counts physical_package_id, which is -1 for all; core_siblings tells 3, as lscpu prints them",
                ("cpu.sockets", "1", "3")),
    *exceptions("lscpu-ppc64-POWER7", "index",
                "the index counts physical_package_id, which is -1 for all; core_siblings tells 4, as lscpu prints them",
                ("cpu.sockets", "1", "4")),
    *exceptions("lsmem-s390-zvm-6g", "lsmem",
                "lsmem adds the blocks that are online, 4.75 GiB: what z/VM lends its guest now, which is no size of modules that "
                "are installed", ("memory.installed", "4.8G", "unknown:not-recorded")),
    *exceptions("aarch64-f21-mustang", "libvirt",
                "an X-Gene has one socket: kernels before ACPI PPTT and clusters in sysfs show each cluster as a package, which "
                "libvirt takes for sockets", ("cpu.sockets", "4", "unknown:unsupported")),
    *exceptions("aarch64-f21-mustang", "index", "as libvirt: four clusters, one socket",
                ("cpu.sockets", "4", "unknown:unsupported")),
    *exceptions("aarch64-f21-mustang", "libvirt", "libvirt says 1 where there are no node folders, recorded or not",
                ("cpu.numa_nodes", "1", "unknown:not-recorded")),
    *exceptions("armv6l-raspberrypi", "libvirt", "libvirt says 1 where there are no node folders, recorded or not",
                ("cpu.numa_nodes", "1", "unknown:not-recorded")),
    *exceptions("ppc64-subcores1", "libvirt",
                "libvirt counts every thread of a core of which one is online, for what guests could have: 140 of these 160 are "
                "offline and run nothing", ("cpu.threads", "160", "20"), ("cpu.smt", "True", "False")),
    *exceptions("ppc64-kvm", "virt_what",
                "virt-what takes \"emulated by qemu\" of /proc/cpuinfo for KVM; QEMU writes the same where it emulates POWER in "
                "software", ("host.vm", "kvm", "qemu")),
    *exceptions("NVIDIA_DGXA100", "checkbox",
                "the seventh is a stick on USB (ID_BUS=usb), which checkbox leaves out by its bus; we leave out what the kernel "
                "calls removable, and an export of udev holds no attributes", ("disk.count", "6", "7")),
    *exceptions("libcpuid:amd-opteron-processor-6380.test", "libcpuid",
                "x86-64-v3 takes AVX2, BMI2 and MOVBE, which a Piledriver does not have, nor does libcpuid list them below",
                ("cpu.level", "x86-64-v3", "x86-64-v2")),
    *exceptions("libcpuid:amd-opteron-processor-6380.test", "libcpuid",
                "16 integer cores in 8 compute units that share fetch, decode and floating point: the kernel takes the halves of a "
                "unit for threads of a core, and so does the scheduler (amd_get_topology(), cu_id)", ("cpu.cores", "16", "8")),
    *exceptions("libcpuid:intel-xeon-cpu-e7450-quad.test", "libcpuid",
                "x86-64-v2 takes SSE4.2 and POPCNT, which a Dunnington does not have, nor does libcpuid list them below",
                ("cpu.level", "x86-64-v2", "x86-64-v1")),
    *exceptions("libcpuid:intel-xeon-cpu-e7450-quad.test", "libcpuid",
                "four packages of six cores without threads, by leaf 0Bh of all 24 CPUs; libcpuid takes the room that APIC ids "
                "have for their number", ("cpu.cores", "8", "24")),
    *exceptions("libcpuid:intel-xeon-cpu-2.80ghz-nocona-dual.test", "libcpuid",
                "libcpuid tells of one package; the APIC ids 0, 1, 6 and 7 are two packages of one core with two threads",
                ("cpu.cores", "1", "2")),
    *exceptions("libcpuid:neoverse-n2.test", "libcpuid",
                "features of an Arm CPU are told by the names of the kernel's HWCAPs, which depend on the kernel; the text has the "
                "CPU's ID registers alone",
                ("cpu.features", "{advsimd bbm bf16 bti crc32 dgh dit dotprod doublelock dpb2 e2h0 fcma fhm flagm2 fp16 "
                 "fpaccombine frintts i8mm jscvt lrcpc2 lse lse2 mte pacqarma5 pauth pmull rdm rng sb sha1 sha3 sha512 sm3 sm4 "
                 "ssbs2 sve sve2 sve_bitperm sve_pmull128 sve_sha3 sve_sm4}", "unknown:not-recorded")),
    *exceptions("libcpuid:qemu-virtual-cpu-version.test", "libcpuid",
                "the text is of the one CPU that its reader ran on, which does not tell how many there are",
                ("cpu.cores", "1", "unknown:not-recorded"), ("cpu.threads", "1", "unknown:not-recorded")),
    *exceptions("libcpuid:qemu-virtual-cpu-version.test", "libcpuid",
                "a guest that is not shown VMX does not know what the CPU below has", ("cpu.virt", "none", "unknown:hidden")),
)
