# SPDX-License-Identifier: GPL-2.0-or-later
"""What the peers say of a machine, in the words of our facts: each reader returns {fact: value}.

A fact is a name, "list.len", "list.field" (that field of all records, as a set), or "list[field=text].field".
What a peer tells and we have no fact for (caches, frequencies, stepping, distances) is left out here and nowhere else.
"""
import collections
import re
import xml.etree.ElementTree as ElementTree

from forms import MACHINES, devices_of_udev, functions_of_lspci, read

MIB = 1 << 20


def count_list(text):
    """How many numbers "0-3,8" names."""
    return sum(int(last or first) - int(first) + 1 for first, last in re.findall(r"(\d+)(?:-(\d+))?", text))


class Rounded:
    """A size that the peer printed with fewer digits than it has: equal where it would be printed so too."""

    def __init__(self, low, high, text):
        self.low, self.high, self.text = low, high, text

    def __eq__(self, other):
        return isinstance(other, int) and self.low <= other < self.high

    def __repr__(self):
        return self.text


def rounded(text):
    """"223.6G" of lsblk and lsmem, "126GiB" of hwloc: half of the last digit up or down."""
    number, unit = re.fullmatch(r"([\d.]+)([KMGT])(?:iB)?", text).groups()
    scale = {"K": 1 << 10, "M": MIB, "G": 1 << 30, "T": 1 << 40}[unit]
    half = (0.05 if "." in number else 0.5) * scale
    return Rounded(float(number) * scale - half, float(number) * scale + half, text)


# --- lscpu ---------------------------------------------------------------------------------------

# lscpu-virt.c of util-linux; what runs under z/VM or PR/SM has no word of its own among ours.
HYPERVISORS = {"KVM": "kvm", "Oracle": "virtualbox", "IBM": "other", "Xen": "xen", "Microsoft": "hyperv",
               "VMware": "vmware"}


def lscpu(row, _unpacked):
    summary, columns, rows = {}, None, []
    for line in read(f"{MACHINES}/{row.peer}").split("\n\n# The following")[0:2][0].splitlines():
        if ":" in line:
            key, value = line.split(":", 1)
            summary[key.strip()] = value.strip()
    table = read(f"{MACHINES}/{row.peer}").split("# CPU,")[1].split("\n\n")[0].splitlines()
    columns = ["CPU"] + table[0].split(",")
    rows = [dict(zip(columns, line.split(","))) for line in table[1:]]
    said = {
        "cpu.threads": count_list(summary["On-line CPU(s) list"]),
        "cpu.cores": len({r["Core"] for r in rows}),
        "cpu.sockets": len({r["Socket"] for r in rows}),
        "cpu.smt": int(summary["Thread(s) per core"]) > 1,
    }
    if "NUMA node(s)" in summary:
        said["cpu.numa_nodes"] = int(summary["NUMA node(s)"])
    for key, value in summary.items():
        node = re.fullmatch(r"NUMA node(\d+) CPU\(s\)", key)
        if node:
            said[f"numa[node={node.group(1)}].cpus.count"] = count_list(value)
    for key, fact in (("Vendor ID", "cpu.vendor"), ("Model name", "cpu.model")):
        if summary.get(key, "-") != "-":
            said[fact] = summary[key]
    if "Flags" in summary:
        said["cpu.features"] = set(summary["Flags"].split())
    if "Virtualization" in summary:
        said["cpu.virt"] = {"VT-x": "vmx", "AMD-V": "svm"}[summary["Virtualization"]]
    if "Hypervisor vendor" in summary:
        said["host.vm"] = HYPERVISORS[summary["Hypervisor vendor"]]
    return said


# --- lsmem, lsblk --------------------------------------------------------------------------------


def lsmem(row, _unpacked):
    online = re.search(r"^Total online memory: +(\S+)$", read(f"{MACHINES}/{row.peer}"), re.M).group(1)
    return {"memory.installed": rounded(online)}


def lsblk_columns(path):
    """Rows by name; a column begins where its title does, numbers end where it does."""
    lines = read(path).splitlines()
    titles = list(re.finditer(r"\S+", lines[0]))
    for line in lines[1:]:
        name = re.sub(r"^[ |`-]*", "", line[:titles[1].start()] if len(titles) > 1 else line).strip()
        yield name, line, {title.group(): title for title in titles}


def lsblk(row, _unpacked):
    said = {"disks.name": set()}
    base = f"{MACHINES}/{row.peer}"
    for _name, line, _titles in lsblk_columns(f"{base}-basic.expected"):
        fields = re.sub(r"^[ |`-]*", "", line).split()
        if fields[5] != "disk":
            continue
        said["disks.name"].add(fields[1])
        said[f"disks[name={fields[1]}].size"] = rounded(fields[4])
        said[f"disks[name={fields[1]}].unused"] = False  # every one of them has partitions in this listing
    for name, line, titles in lsblk_columns(f"{base}-vendor.expected"):
        if name in said["disks.name"]:
            said[f"disks[name={name}].model"] = line[titles["MODEL"].start():titles["VENDOR"].start()].strip()
    for name, line, _titles in lsblk_columns(f"{base}-topo.expected"):
        if name in said["disks.name"]:
            said[f"disks[name={name}].sector"] = int(line.split()[6])
    return said


# --- hwloc ---------------------------------------------------------------------------------------


def hwloc_of_console(path):
    """(type, name, attributes, texts) of each line "  Type L#n (attributes)"."""
    for line in read(path).splitlines():
        match = re.match(r' *(\w+?)(?:\[(\w+)\])?(?:\([^)]*\))?(?:\([^)]*\))? L#\d+(?: \((.*)\))?(?: "(.*)")?$', line)
        if line.startswith("Machine (") or match:
            kind, sub, inside, name = match.groups() if match else ("Machine", None, line[9:-1], None)
            words = dict(re.findall(r'(\w+)=("[^"]*"|\S+)', inside or ""))
            words = {key: value.strip('"') if value.startswith('"') else value.rstrip(")") for key, value in words.items()}
            number = re.search(r"P#(\d+)", inside or "")
            yield kind, sub, words, number and int(number.group(1)), name
    for key, value in re.findall(r"(OSRelease|Architecture|PageSizes)=(\S+)", read(path)):
        yield "Info", key, {"value": value}, None, None


def hwloc_console(row, _unpacked):
    said, count = {"numa.node": set()}, collections.Counter()
    vendors = set()
    for kind, sub, words, number, name in hwloc_of_console(f"{MACHINES}/{row.peer}"):
        count[kind] += 1
        if kind == "Machine":
            said |= hwloc_machine(words)
        elif kind == "Package":
            vendors |= {(words.get("CPUVendor"), words.get("CPUModel"))}
        elif kind == "NUMANode":
            said["numa.node"].add(number)
            said[f"numa[node={number}].memory"] = rounded(words["local"])
        elif kind == "PCI":
            said |= hwloc_pci(words["busid"], words["id"], words["class"][:4])
        elif kind == "OSDev" and sub == "Network":
            said.setdefault("nics.name", set()).add(name)
        elif kind == "OSDev" and sub == "Storage" and not words.get("Model", "").startswith("QEMU_DVD"):
            said.setdefault("disks.name", set()).add(name)
        elif kind == "Info":
            said |= hwloc_info(sub, words["value"])
    return finish_hwloc(said, count, vendors)


def hwloc_machine(words):
    names = {"DMIProductName": "host.model", "PlatformModel": "host.model", "DMISysVendor": "host.vendor"}
    return {names[key]: value.strip() for key, value in words.items() if key in names}


def hwloc_pci(address, identity, class_code):
    if len(address.split(":")[0]) < 4:
        address = f"0000:{address}"
    vendor, device = identity.split(":")
    said = {f"pci[address={address}].class": class_code}
    if identity != "0000:0000":  # only the first bytes of that configuration space were kept
        said |= {f"pci[address={address}].vendor": vendor, f"pci[address={address}].device": device}
    return said


def hwloc_info(key, value):
    if key == "OSRelease":
        return {"kernel.release": value}
    if key == "Architecture":
        return {"host.arch": value}
    return {"hugepages.size": {int(size) for size in value.strip(",").split(",")[1:] if size.isdigit()}}


def finish_hwloc(said, count, vendors):
    for kind, fact in (("Package", "cpu.sockets"), ("Core", "cpu.cores"), ("PU", "cpu.threads"),
                       ("NUMANode", "cpu.numa_nodes")):
        if count[kind]:
            said[fact] = count[kind]
    if len(vendors) == 1:
        vendor, model = vendors.pop()
        said |= {fact: " ".join(text.split()) for fact, text in (("cpu.vendor", vendor), ("cpu.model", model)) if text}
    if "cpu.cores" in said:
        said["cpu.smt"] = said["cpu.threads"] > said["cpu.cores"]
    return said


def hwloc_xml(row, _unpacked):
    root = ElementTree.parse(f"{MACHINES}/{row.peer}").getroot()
    said, count, vendors = {"numa.node": set()}, collections.Counter(), set()
    for info in root.findall("info"):
        said |= hwloc_info(info.get("name"), info.get("value")) if info.get("name") in (
            "OSRelease", "Architecture", "PageSizes") else {}
    for thing in root.iter("object"):
        kind = thing.get("type")
        words = {info.get("name"): info.get("value") for info in thing.findall("info")}
        count[kind] += 1
        if kind == "Machine":
            said |= hwloc_machine(words)
        elif kind == "Package":
            vendors |= {(words.get("CPUVendor"), words.get("CPUModel"))}
        elif kind == "NUMANode" and thing.get("local_memory"):
            said["numa.node"].add(int(thing.get("os_index")))
            said[f"numa[node={thing.get('os_index')}].memory"] = int(thing.get("local_memory"))
        elif kind == "PCIDev":
            class_code, identity = re.match(r"(\w{4}) \[(\w{4}:\w{4})\]", thing.get("pci_type")).groups()
            said |= hwloc_pci(thing.get("pci_busid"), identity, class_code)
        elif kind == "OSDev" and thing.get("osdev_type") == "16":
            said.setdefault("nics.name", set()).add(thing.get("name"))
        elif kind == "OSDev" and thing.get("subtype") == "Disk":
            said.setdefault("disks.name", set()).add(thing.get("name"))
        elif kind == "Misc" and thing.get("subtype") == "MemoryModule":
            said["memory.modules"] = count["Misc"]
    said.pop("memory.modules", None)  # slots with names and no sizes: hwloc put them in by hand
    return finish_hwloc(said, count, vendors)


def hwloc_of_cpuid(row, unpacked):
    """hwloc reads CPUID alone here: it knows no NUMA nodes then, and shows one."""
    said = hwloc_xml(row, unpacked)
    for fact in ("numa.node", "cpu.numa_nodes"):
        said.pop(fact)
    return said


# --- libcpuid ------------------------------------------------------------------------------------

# libcpuid's words where the kernel has others (cpu_feature_str() of libcpuid/cpuid_main.c, and
# arch/x86/include/asm/cpufeatures.h); None: /proc/cpuinfo does not show it, so neither do we.
KERNEL_WORDS = {"avx512vbmi2": "avx512_vbmi2", "avx512vnni": "avx512_vnni", "dts64": "dtes64", "fma3": "fma",
                "hwpstate": "hw_pstate", "pclmul": "pclmulqdq", "xd": "nx",
                "100mhzsteps": None, "fid": None, "osxsave": None, "stc": None, "tm_amd": None, "ts": None, "ttp": None,
                "vid": None}


def libcpuid(row, unpacked):
    blocks = []
    for part in re.split(r"^-{60,}$", read(f"{unpacked}/{row.root}"), flags=re.M)[1:]:
        lines = part.strip("\n").splitlines()
        if len(lines) > 3:
            blocks.append(lines)
    first = blocks[0]
    if first[0] != "x86":
        return {"cpu.vendor": {"65": "ARM"}[first[3]], "cpu.features": set(first[-1].split())}
    words = set(first[-1].split())
    return {"cpu.level": first[1], "cpu.cores": sum(int(block[8]) for block in blocks),
            "cpu.threads": sum(int(block[9]) for block in blocks), "cpu.hypervisor": "hypervisor" in words,
            "cpu.virt": "vmx" if "vmx" in words else "svm" if "svm" in words else "none",
            "cpu.features": {KERNEL_WORDS.get(word, word) for word in words} - {None}}


# --- lspci ---------------------------------------------------------------------------------------


def lspci(row, unpacked):
    """The text above each function's bytes, as lspci decoded it, and the identity in the bytes."""
    functions = functions_of_lspci(read(f"{unpacked}/{row.root}"))
    said = {"pci.address": {function["address"] for function in functions}}
    for function in functions:
        config, record = function["config"], f"pci[address={function['address']}]"
        text = "\n".join(function["lines"])
        said[f"{record}.vendor"] = f"{config[1]:02x}{config[0]:02x}"
        said[f"{record}.device"] = f"{config[3]:02x}{config[2]:02x}"
        said[f"{record}.class"] = f"{config[11]:02x}{config[10]:02x}"
        for pattern, field in ((r"Kernel driver in use: (\S+)", "driver"), (r"IOMMU group: (\d+)", "iommu_group"),
                               (r"Total VFs: (\d+)", "sriov_total"), (r"Number of VFs: (\d+)", "sriov_enabled")):
            match = re.search(pattern, text)
            if match:
                said[f"{record}.{field}"] = int(match.group(1)) if match.group(1).isdigit() else match.group(1)
        if "Capabilities:" in text and "(SR-IOV)" not in text and config[14] & 0x7f == 0:
            said[f"{record}.sriov_total"] = None
    return said


# --- libvirt -------------------------------------------------------------------------------------


def libvirt(row, _unpacked):
    """Sockets, cores and threads are those of one node, core, …"""
    number = {key: int(value) for key, value in re.findall(r"(\w+): (\d+)", read(f"{MACHINES}/{row.peer}"))}
    return {"cpu.threads": number["CPUs"], "cpu.numa_nodes": number["Nodes"],
            "cpu.sockets": number["Nodes"] * number["Sockets"],
            "cpu.cores": number["Nodes"] * number["Sockets"] * number["Cores"], "cpu.smt": number["Threads"] > 1}


def cgroup_mounts(row, unpacked):
    """Where libvirt finds each controller; it looks for those of version 1 that it uses."""
    lines = [line.split() for line in read(f"{unpacked}/cgroup-mounts/{row.root}.parsed").splitlines()]
    found = {controller for controller, place in lines if place != "<null>"}
    said = {"cgroup.version": "v2" if "unified" in found else "v1" if found else "none"}
    used = {controller for controller, _ in lines if controller not in ("name=systemd", "unified")}
    said["cgroup.v1.controllers.of_libvirt"] = found & used
    return said


# --- virt-what -----------------------------------------------------------------------------------

# Its words (virt-what(1)), and the fact that stands for each; words that only name a maker stand for nothing.
VIRT_WHAT = {"kvm": {"host.vm": "kvm"}, "hyperv": {"host.vm": "hyperv"}, "xen": {"host.vm": "xen"},
             "xen-dom0": {"host.vm": "none", "xen.dom0": True}, "xen-hvm": {"host.vm": "xen"},
             "crio": {"host.container": "kubernetes"}, "ibm_power-kvm": {"host.vm": "kvm"},
             "ibm_systemz": {}, "ibm_systemz-zvm": {"host.vm": "other"}, "redhat": {},
             "aws": {}}


def virt_what(row, _unpacked):
    words = read(f"{MACHINES}/{row.peer}").split()
    said = {} if words else {"host.vm": "none"}
    for word in words:
        said |= VIRT_WHAT[word]
    return said


# --- checkbox ------------------------------------------------------------------------------------


def checkbox(row, _unpacked):
    number = dict(re.findall(r"^(\w+)=(\d+)$", read(f"{MACHINES}/{row.peer}"), re.M))
    said = {"disk.count": int(number["DISK"])}
    if "NETWORK" in number:
        said["nic.count"] = int(number["NETWORK"])
    return said


def udev(row, unpacked):
    """Every PCI function of the export, by the properties that the kernel gave it."""
    said = {"pci.address": set()}
    for path, _node, properties in devices_of_udev(read(f"{unpacked}/{row.root}")):
        if properties.get("SUBSYSTEM") != "pci":
            continue
        record = f"pci[address={path.rsplit('/', 1)[1]}]"
        vendor, device = properties["PCI_ID"].lower().split(":")
        said["pci.address"].add(path.rsplit("/", 1)[1])
        said |= {f"{record}.vendor": vendor, f"{record}.device": device, f"{record}.driver": properties.get("DRIVER"),
                 f"{record}.class": f"{int(properties['PCI_CLASS'], 16):06x}"[:4]}
    return said


# --- kernel configurations -----------------------------------------------------------------------


def config(row, unpacked):
    """Every option of the file, "is not set" among them; a value keeps no quotes."""
    said = {}
    for line in read(f"{unpacked}/{row.root}/config").splitlines():
        on = re.match(r"CONFIG_(\w+)=(.*)$", line)
        off = re.match(r"# CONFIG_(\w+) is not set$", line)
        if on:
            said[f"kernel.config.{on.group(1)}"] = on.group(2).strip('"')
        elif off:
            said[f"kernel.config.{off.group(1)}"] = None
    return said


# --- the index that came with the recordings ------------------------------------------------------


def index(row, _unpacked):
    """facts.json: what a small reader, made apart from this project, found in the same files."""
    facts = dict(row.indexed or {})
    # Of other architectures it keeps numbers of makers, and boards in place of processors.
    if facts.get("vendor") not in ("GenuineIntel", "AuthenticAMD", "HygonGenuine"):
        facts.pop("vendor", None)
        facts.pop("model", None)
    plain = {"vendor": "cpu.vendor", "packages": "cpu.sockets", "cores": "cpu.cores", "threads_seen": "cpu.threads",
             "numa": "cpu.numa_nodes", "devices": "pci.len", "pci": "pci.len", "pus": "cpu.threads"}
    said = {fact: facts[key] for key, fact in plain.items() if facts.get(key)}
    if facts.get("model"):
        said["cpu.model"] = " ".join(facts["model"].split())
    if "MemTotal" in facts:
        said["memory.total"] = facts["MemTotal"] * 1024
    if "virt_flags" in facts:
        said["cpu.virt.flag"] = bool(re.search(r"\b(vmx|svm)\b", facts["virt_flags"]))
    for key in ("vmx", "svm"):
        if facts.get(key):
            said["cpu.virt"] = key
    if "hypervisor" in facts:
        said["cpu.hypervisor"] = bool(facts["hypervisor"])
    if "numa_ids" in facts:
        said["numa.node"] = set(facts["numa_ids"])
    for size, total in facts.get("hugepages", {}).items():
        said[f"hugepages[{size}].total"] = int(total)
    for node, sizes in facts.get("node_hugepages", {}).items():
        for size, total in sizes.items():
            said[f"hugepages[{size}@{node[4:]}].total"] = int(total)
    if "dmi" in facts:
        said |= {fact: facts["dmi"][key].strip() for key, fact in (
            ("sys_vendor", "host.vendor"), ("product_name", "host.model")) if key in facts["dmi"]}
    for text in facts.get("sriov", []):
        address, total, enabled = re.fullmatch(r"(\S+) total=(\d+) num=(\d+)", text).groups()
        said |= {f"pci[address={address}].sriov_total": int(total), f"pci[address={address}].sriov_enabled": int(enabled)}
    for text in facts.get("nics", []) + facts.get("pci_nics", []):
        address, vendor, device = re.match(r"(\S+) (\w{4}):(\w{4})", text).groups()
        said |= {f"pci[address={address}].vendor": vendor, f"pci[address={address}].device": device}
    if "vfs" in facts:
        said["pci.physfn.count"] = facts["vfs"]
    if "iommu_groups" in facts:
        said["pci.iommu_group.len"] = facts["iommu_groups"]
    return said
