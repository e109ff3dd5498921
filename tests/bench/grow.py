# SPDX-License-Identifier: GPL-2.0-or-later
"""Machines of any size, made up: how the survey's cost grows with CPUs, PCI functions and disks.

No recording is as large as the machines that a survey must bear, so these are synthetic: the files that a kernel shows for
each thing, with the numbers of a plausible server in them, and nothing else.
"""
import os
import shutil

# What is counted, and the sizes that are compared: the larger is twice the smaller.
KINDS = {"CPUs": 4096, "PCI functions": 4096, "disks": 1024}


class Tree:
    def __init__(self, path):
        self.path = path
        self.folders = set()

    def write(self, name, text):
        self.folder(os.path.dirname(name))
        with open(f"{self.path}/{name}", "w", encoding="utf-8") as file:
            file.write(text)

    def link(self, name, target):
        self.folder(os.path.dirname(name))
        os.symlink(os.path.relpath(target, os.path.dirname(name)), f"{self.path}/{name}")

    def folder(self, name):
        if name not in self.folders:
            os.makedirs(f"{self.path}/{name}", exist_ok=True)
            self.folders.add(name)


def mount(tree, mounted):
    """The tables of mounts: the root, and (device, number) of others."""
    tree.write("proc/mounts", "/dev/mapper/root / ext4 rw 0 0\n" +
               "".join(f"/dev/{name} /srv/{name} xfs rw 0 0\n" for name, _ in mounted))
    tree.write("proc/self/mountinfo", "22 1 253:0 / / rw - ext4 /dev/mapper/root rw\n" +
               "".join(f"{n + 30} 22 {number} / /srv/{name} rw - xfs /dev/{name} rw\n"
                       for n, (name, number) in enumerate(mounted)))


def base(tree):
    """A machine with one CPU and nothing on its buses."""
    tree.write("proc/meminfo", "MemTotal:       263932672 kB\nMemFree:        200000000 kB\n"
               "MemAvailable:   250000000 kB\nHugePages_Total:       0\nHugepagesize:       2048 kB\n")
    mount(tree, [])
    tree.write("proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n")
    tree.write("proc/sys/kernel/osrelease", "6.1.0-25-amd64\n")
    tree.write("proc/cmdline", "quiet\n")
    for folder in ("sys/bus/pci/devices", "sys/class/net", "sys/block", "sys/class/block", "sys/kernel/iommu_groups"):
        tree.folder(folder)


PROCESSOR = """processor\t: {n}
vendor_id\t: GenuineIntel
cpu family\t: 6
model\t\t: 143
model name\t: Intel(R) Xeon(R) Platinum 8490H
physical id\t: {package}
core id\t\t: {core}
flags\t\t: """ + " ".join(
    "fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr sse sse2 ht syscall nx pdpe1gb "
    "rdtscp lm constant_tsc pni pclmulqdq vmx ssse3 fma cx16 sse4_1 sse4_2 movbe popcnt aes xsave avx f16c rdrand lahf_lm abm "
    "ept vpid fsgsbase bmi1 avx2 bmi2 erms avx512f avx512dq avx512cd avx512bw avx512vl".split()) + "\nvmx flags\t: ept\n\n"
THREADS = 2
CORES = 32


def processors(tree, count):
    """Packages of 32 cores with two threads; the second threads come after all cores, as on most servers."""
    cores = count // THREADS
    packages = max(1, cores // CORES)
    text = []
    for n in range(count):
        core = n % cores
        package = core // CORES
        low, high = package * CORES, (package + 1) * CORES - 1
        text.append(PROCESSOR.format(n=n, package=package, core=core % CORES))
        at = f"sys/devices/system/cpu/cpu{n}/topology"
        tree.write(f"{at}/core_cpus_list", f"{core},{core + cores}\n")
        tree.write(f"{at}/package_cpus_list", f"{low}-{high},{low + cores}-{high + cores}\n")
        tree.write(f"{at}/physical_package_id", f"{package}\n")
        tree.write(f"{at}/core_id", f"{core % CORES}\n")
    tree.write("proc/cpuinfo", "".join(text))
    tree.write("sys/devices/system/cpu/online", f"0-{count - 1}\n")
    tree.write("sys/devices/system/cpu/isolated", "\n")
    tree.write("sys/devices/system/node/online", f"0-{packages - 1}\n" if packages > 1 else "0\n")
    for node in range(packages):
        low, high = node * CORES, (node + 1) * CORES - 1
        at = f"sys/devices/system/node/node{node}"
        tree.write(f"{at}/cpulist", f"{low}-{high},{low + cores}-{high + cores}\n")
        tree.write(f"{at}/meminfo", f"Node {node} MemTotal:       {263932672 // packages} kB\n")
        for size in (2048, 1048576):
            for name in ("nr_hugepages", "free_hugepages"):
                tree.write(f"{at}/hugepages/hugepages-{size}kB/{name}", "0\n")


def functions(tree, count):
    """Below a port for each 64: every eighth a NIC with its netdev, the others NVMe controllers; each in a group of its own."""
    for n in range(count):
        bus, domain = n // 8 % 255 + 1, n // 8 // 255
        address, port = f"{domain:04x}:{bus:02x}:{n // 8 % 32:02x}.{n % 8}", f"{domain:04x}:00:{n // 64 % 32:02x}.0"
        nic = n % 8 == 0
        at = f"sys/devices/pci{domain:04x}:00/{port}/{address}"
        identity = ("8086", "1592", "020000", "ice") if nic else ("144d", "a826", "010802", "nvme")
        tree.write(f"{at}/uevent", f"DRIVER={identity[3]}\nPCI_CLASS={identity[2].lstrip('0')}\n"
                   f"PCI_ID={identity[0]}:{identity[1]}\nPCI_SLOT_NAME={address}\n".upper().replace("DRIVER=ICE", "DRIVER=ice")
                   .replace("DRIVER=NVME", "DRIVER=nvme"))
        for name, value in zip(("vendor", "device", "class"), identity):
            tree.write(f"{at}/{name}", f"0x{value}\n")
        tree.write(f"{at}/numa_node", f"{n % 8}\n")
        if nic:
            tree.write(f"{at}/sriov_totalvfs", "64\n")
            tree.write(f"{at}/sriov_numvfs", "0\n")
            tree.write(f"{at}/sriov_offset", "1\n")
            tree.write(f"{at}/sriov_stride", "1\n")
            interface(tree, f"{at}/net/eth{n // 8}", n // 8, at)
        tree.folder(f"sys/kernel/iommu_groups/{n}")
        tree.write(f"sys/kernel/iommu_groups/{n}/type", "DMA-FQ\n")
        tree.link(f"{at}/iommu_group", f"sys/kernel/iommu_groups/{n}")
        tree.link(f"sys/kernel/iommu_groups/{n}/devices/{address}", at)
        tree.link(f"{at}/driver", f"sys/bus/pci/drivers/{identity[3]}")
        tree.link(f"sys/bus/pci/devices/{address}", at)


def interface(tree, at, n, device):
    for name, value in (("type", "1"), ("speed", "100000"), ("operstate", "up"), ("carrier", "1"), ("ifindex", str(n + 2)),
                        ("dev_id", "0x0"), ("dev_port", "0"), ("address", f"02:00:00:00:{n // 256:02x}:{n % 256:02x}"),
                        ("uevent", f"INTERFACE=eth{n}\nIFINDEX={n + 2}")):
        tree.write(f"{at}/{name}", value + "\n")
    tree.link(f"{at}/device", device)
    tree.link(f"sys/class/net/eth{n}", at)


def disk_name(n):
    letters = ""
    n += 1
    while n:
        n, letter = divmod(n - 1, 26)
        letters = chr(ord("a") + letter) + letters
    return f"sd{letters}"


def disks(tree, count):
    """SAS disks on one controller; every fourth has a partition that is mounted."""
    mounted = []
    for n in range(count):
        name, number = disk_name(n), f"{8 + n // 16}:{n % 16 * 16}"
        device = f"sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/host0/target0:0:{n}/0:0:{n}:0"
        at = f"{device}/block/{name}"
        for file, value in (("size", "3907029168"), ("ro", "0"), ("removable", "0"), ("hidden", "0"), ("dev", number),
                            ("queue/rotational", "1"), ("queue/logical_block_size", "512"), ("ext_range", "256")):
            tree.write(f"{at}/{file}", value + "\n")
        for file, value in (("vendor", "SEAGATE"), ("model", "ST2000NX0253"), ("wwid", f"naa.5000c500{n:08x}"), ("type", "0")):
            tree.write(f"{device}/{file}", value + "\n")
        tree.folder(f"{at}/holders")
        tree.link(f"{at}/device", device)
        tree.link(f"sys/block/{name}", at)
        tree.link(f"sys/class/block/{name}", at)
        tree.write(f"run/udev/data/b{number}", "E:ID_BUS=scsi\nE:ID_TYPE=disk\n")
        if n % 4 == 0:
            tree.write(f"{at}/{name}1/partition", "1\n")
            tree.write(f"{at}/{name}1/dev", f"{8 + n // 16}:{n % 16 * 16 + 1}\n")
            tree.folder(f"{at}/{name}1/holders")
            mounted.append((f"{name}1", f"{8 + n // 16}:{n % 16 * 16 + 1}"))
    mount(tree, mounted)


MAKE = {"CPUs": processors, "PCI functions": functions, "disks": disks}


def machine(folder, kind, count):
    """The root of a made machine; made once for as long as this file does not change."""
    path = f"{folder}/{kind.replace(' ', '-')}-{count}"
    made = f"{path}/.made"
    if os.path.exists(made) and os.path.getmtime(made) >= os.path.getmtime(__file__):
        return path
    shutil.rmtree(path, ignore_errors=True)
    tree = Tree(path)
    base(tree)
    if count:
        MAKE[kind](tree, count)
    tree.write(".made", "")
    return path
