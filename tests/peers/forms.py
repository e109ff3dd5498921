# SPDX-License-Identifier: GPL-2.0-or-later
"""The forms in which others keep machines: as `stackcheck --host` takes them, or laid out as a folder that it takes.

What a peer kept as the output of a program (dmidecode, uname, udevadm) is laid out as the files and answers that the program
read, and nothing is added that the peer did not see.
"""
import os
import re
import shutil
import subprocess

MACHINES = "../shared/machines"


class Folder:
    """A recording in the making."""

    def __init__(self, path):
        self.path = path
        shutil.rmtree(path, ignore_errors=True)
        os.makedirs(f"{path}/proc")
        os.makedirs(f"{path}/sys")

    def write(self, name, content):
        full = f"{self.path}/{name}"
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())

    def link(self, name, target):
        full = f"{self.path}/{name}"
        os.makedirs(os.path.dirname(full), exist_ok=True)
        os.symlink(target, full)

    def folder(self, name):
        os.makedirs(f"{self.path}/{name}", exist_ok=True)

    def answer(self, key, text):
        os.makedirs(f"{self.path}/.stackcheck", exist_ok=True)
        with open(f"{self.path}/.stackcheck/answers", "a", encoding="utf-8") as file:
            file.write(f"{key}\t{text}\n")

    def copy(self, source):
        shutil.copytree(source, self.path, symlinks=True, dirs_exist_ok=True)


def read(path, encoding="utf-8"):
    with open(path, encoding=encoding, errors="replace") as file:
        return file.read()


def unpack(archive, build):
    """Where an archive lies unpacked for all tests; the unit tests unpack it to the same place."""
    into = f"{build}/recordings/{archive}"
    if not os.path.isdir(into):
        made = f"{into}.{os.getpid()}"
        os.makedirs(made)
        subprocess.run(["tar", "xf", f"{MACHINES}/{archive}", "-C", made, "--no-same-owner"], check=True)
        subprocess.run(["chmod", "-R", "u+rwX", made], check=True)
        try:
            os.rename(made, into)
        except OSError:
            shutil.rmtree(made)
    return into


# --- forms: (unpacked folder, row of the table, scratch folder) -> what --host is given -------------


def archive(_unpacked, row, _scratch):
    """hwloc-gather-topology, lscpu's and lsmem's dumps, ghw: the archive as it came."""
    return f"{MACHINES}/{row.archive}"


def text(unpacked, row, _scratch):
    """libcpuid's raw text, `lspci -xxxx`: the file as it came."""
    return f"{unpacked}/{row.root}"


def cpuid_of_hwloc(unpacked, row, scratch):
    """One file for each logical CPU: "mask eax ebx ecx edx => eax ebx ecx edx"."""
    lines = []
    source = f"{unpacked}/{row.root}"
    for number in sorted(int(name[2:]) for name in os.listdir(source) if re.fullmatch(r"pu\d+", name)):
        lines.append(f"------[ CPUID Registers / Logical CPU #{number} ]------")
        for line in read(f"{source}/pu{number}").splitlines():
            if line.startswith("#") or "=>" not in line:
                continue
            asked, told = (part.split() for part in line.split("=>"))
            registers = "-".join(f"{int(word, 16):08X}" for word in told)
            subleaf = f" [SL {int(asked[3], 16):02X}]" if int(asked[0], 16) & 4 else ""
            lines.append(f"CPUID {int(asked[1], 16):08X}: {registers}{subleaf}")
    folder = Folder(scratch)
    folder.write(".stackcheck/cpuid.txt", "\n".join(lines) + "\n")
    return folder.path


def functions_of_lspci(printed):
    """What the text itself says of each function: the lines above the hex, and the bytes."""
    functions = []
    for line in printed.splitlines():
        first = re.match(r"((?:[0-9a-f]{4,}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]) ", line)
        row = re.match(r"([0-9a-f]{2,3}): ((?:[0-9a-f]{2} ?){16})$", line)
        if first:
            address = first.group(1)
            functions.append({"address": address if address.count(":") == 2 else f"0000:{address}",
                              "lines": [line], "config": bytearray()})
        elif row and functions:
            functions[-1]["config"] += bytes.fromhex(row.group(2))
        elif functions:
            functions[-1]["lines"].append(line)
    return functions


def devices_of_udev(text):
    """`udevadm info --export-db`: one block a device, "P: path", "N: name", "E: KEY=value"."""
    for block in text.split("\n\n"):
        path, node, properties = None, None, {}
        for line in block.splitlines():
            if line.startswith("P: "):
                path = line[3:]
            elif line.startswith("N: "):
                node = line[3:]
            elif line.startswith("E: ") and "=" in line:
                key, value = line[3:].split("=", 1)
                properties[key] = value
        if path:
            yield path, node, properties


# What a device's uevent file holds of its properties; the rest is udev's own (its database in /run).
OF_THE_KERNEL = re.compile(r"MAJOR|MINOR|DEVNAME|DEVTYPE|DRIVER|PCI_\w+|MODALIAS|INTERFACE|IFINDEX|PARTN")


def udev_export(unpacked, row, scratch):
    """The export laid out as sysfs and as udev's database; sysfs attributes are not in it."""
    folder = Folder(scratch)
    for path, _node, properties in devices_of_udev(read(f"{unpacked}/{row.root}")):
        subsystem, name = properties.get("SUBSYSTEM"), path.rsplit("/", 1)[1]
        up = "../" * (path.count("/") + 1)
        folder.folder(f"sys{path}")
        folder.write(f"sys{path}/uevent", "".join(
            f"{key}={value.removeprefix('/dev/') if key == 'DEVNAME' else value}\n"
            for key, value in properties.items() if OF_THE_KERNEL.fullmatch(key)))
        if not subsystem:
            continue
        if "MAJOR" in properties:
            number = f"{properties['MAJOR']}:{properties['MINOR']}"
            letter = "b" if subsystem == "block" else "c"
            folder.write(f"sys{path}/dev", f"{number}\n")
            folder.write(f"run/udev/data/{letter}{number}", "".join(
                f"E:{key}={value}\n" for key, value in properties.items() if not OF_THE_KERNEL.fullmatch(key)))
        if subsystem in ("net", "block", "infiniband", "nvme", "misc"):
            folder.link(f"sys/class/{subsystem}/{name}", f"../..{path}")
            folder.link(f"sys{path}/subsystem", f"{up[3:]}class/{subsystem}")
            parent = device_above(path, subsystem)
            if parent:
                folder.link(f"sys{path}/device", os.path.relpath(parent, path))
            if subsystem == "block" and properties.get("DEVTYPE") == "disk":
                folder.link(f"sys/block/{name}", f"..{path}")
            if subsystem == "block" and properties.get("DEVTYPE") == "partition":
                folder.write(f"sys{path}/partition", "1\n")
        elif subsystem == "pci":
            folder.link(f"sys/bus/pci/devices/{name}", f"../../..{path}")
            folder.link(f"sys{path}/subsystem", f"{up[3:]}bus/pci")
            if "DRIVER" in properties:
                folder.link(f"sys{path}/driver", f"{up[3:]}bus/pci/drivers/{properties['DRIVER']}")
    return folder.path


def device_above(path, subsystem):
    """Where the `device` link of a class device leads: what its folder of the class stands in."""
    above = path.rsplit("/", 1)[0]
    if above.endswith("/" + subsystem):
        above = above.rsplit("/", 1)[0]
    return above if not above.startswith("/devices/virtual") and above.count("/") > 1 else None


def printed_by_programs(unpacked, row, scratch):
    """virt-what replaces dmidecode, uname and its own CPUID helper by texts."""
    folder = Folder(scratch)
    source = f"{unpacked}/{row.root}"
    folder.copy(source)
    if os.path.exists(f"{source}/uname.txt"):
        folder.answer("uname.machine", read(f"{source}/uname.txt").strip())
    if os.path.exists(f"{source}/cpuid-hypervisor-signature.txt") and row.x86:
        folder.answer("cpuid.hypervisor", read(f"{source}/cpuid-hypervisor-signature.txt").strip("\n"))
    if os.path.exists(f"{source}/dmidecode.txt"):
        for name, value in names_of_dmidecode(read(f"{source}/dmidecode.txt")):
            folder.write(f"sys/class/dmi/id/{name}", value + "\n")
    return folder.path


DMI_FILES = {("BIOS Information", "Vendor"): "bios_vendor",
             ("System Information", "Manufacturer"): "sys_vendor",
             ("System Information", "Product Name"): "product_name",
             ("Base Board Information", "Manufacturer"): "board_vendor",
             ("Base Board Information", "Product Name"): "board_name"}


def names_of_dmidecode(text):
    title = None
    for line in text.splitlines():
        if line and not line[0].isspace():
            title = line
        match = re.match(r"\t([^:\t]+): (.*)", line)
        if match and (title, match.group(1)) in DMI_FILES:
            yield DMI_FILES[title, match.group(1)], match.group(2)


def kernel_config(unpacked, row, scratch):
    """A kernel's configuration alone, where a distribution puts it."""
    folder = Folder(scratch)
    folder.write(f"boot/config-{row.release}", read(f"{unpacked}/{row.root}/config"))
    folder.write("proc/sys/kernel/osrelease", row.release + "\n")
    return folder.path


def mounts(unpacked, row, scratch):
    """A table of mounts alone."""
    folder = Folder(scratch)
    folder.write("proc/mounts", read(f"{unpacked}/cgroup-mounts/{row.root}.mounts"))
    return folder.path
