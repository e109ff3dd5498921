# SPDX-License-Identifier: GPL-2.0-or-later
"""The machine of a case, laid out as a folder that `stackcheck --host` reads.

README.md beside this file says what the keys of a case mean; each function here lays out one of them.
"""

import functools
import re
import shutil
import struct
import tarfile
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SHARED = ROOT.parent / "shared"

# Bits of CPUID leaf 1 and 80000001h, register ECX, that the hardware shows.
CPUID_1 = {"vmx": 1 << 5, "hypervisor": 1 << 31}
CPUID_EXTENDED_1 = {"svm": 1 << 2}
FIRST_NAMESPACES = {"pid": 4026531836, "user": 4026531837, "cgroup": 4026531835, "ipc": 4026531839,
                    "mnt": 4026531841, "net": 4026531840, "time": 4026531834, "uts": 4026531838}


class CaseError(Exception):
  """The file of a case is wrong."""


class NotHere(Exception):
  """What the case stands on is not on this system."""


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
  """YAML 1.2's words for bools: no and on are words, as they are in the rules."""


Loader.yaml_implicit_resolvers = {
  first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
  for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


@functools.lru_cache(maxsize=None)
def load(path):
  with open(path, encoding="utf-8") as text:
    return yaml.load(text, Loader=Loader)


def merge(base, top):
  """`top` over `base`: mappings key by key, lists one behind the other, all else replaced."""
  if isinstance(base, dict) and isinstance(top, dict):
    return {**base, **{key: merge(base[key], top[key]) if key in base else top[key] for key in top}}
  if isinstance(base, list) and isinstance(top, list):
    return base + top
  return top


def machine_of(case):
  """The keys of a case's machine, with the parts that it is like below its own."""
  machine = {}
  for name in case.get("like", []):
    machine = merge(machine, machine_of(load(HERE / "parts" / f"{name}.yaml")))
  return merge(machine, case.get("machine", {}))


class Layout:
  """A folder with proc, sys, … and what is no file in .stackcheck."""

  def __init__(self, folder):
    self.folder = folder
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("proc", "sys", ".stackcheck"):
      (folder / name).mkdir(parents=True)
    self.absent, self.errors, self.answers = [], {}, {}

  def path(self, name):
    path = self.folder / name.lstrip("/")
    path.parent.mkdir(parents=True, exist_ok=True)
    return path

  def write(self, name, content):
    path = self.path(name)
    if path.is_symlink() or path.exists():
      path.unlink()
    if isinstance(content, bytes):
      path.write_bytes(content)
    else:
      text = str(content)
      path.write_text(text if text.endswith("\n") or not text else text + "\n")

  def write_raw(self, name, content):
    self.path(name).write_bytes(content)

  def link(self, name, target):
    path = self.path(name)
    if path.is_symlink() or path.is_file():
      path.unlink()
    path.symlink_to(target)

  def remove(self, name):
    path = self.folder / name.lstrip("/")
    if not path.is_symlink() and not path.exists():
      raise CaseError(f"{name} is to be removed, but is not there")
    if path.is_dir() and not path.is_symlink():
      shutil.rmtree(path)
    else:
      path.unlink()

  def finish(self):
    keep = self.folder / ".stackcheck"
    (keep / "absent").write_text("".join(f"{name}\n" for name in self.absent))
    for name, lines in (("errors", self.errors), ("answers", self.answers)):
      (keep / name).write_text("".join(f"{key}\t{text}\n" for key, text in lines.items()))


# --- recordings of others ---

def shared_archive(name):
  path = SHARED / "machines" / name
  if not path.is_file():
    raise NotHere(f"../shared/machines/{name} is not there")
  return path


def lay_recording(layout, recording):
  """An archive of ../shared/machines with the folder in it that is the root."""
  root = recording.get("root", ".").strip("./")
  with tarfile.open(shared_archive(recording["archive"])) as archive:
    for member in archive:
      name = member.name[2:] if member.name.startswith("./") else member.name
      if root and not name.startswith(root + "/"):
        continue
      name = name[len(root) + 1:] if root else name
      if not name or name.startswith("/") or ".." in name.split("/"):
        continue
      if member.isdir():
        (layout.folder / name).mkdir(parents=True, exist_ok=True)
      elif member.issym():
        layout.link(name, member.linkname)
      elif member.isfile():
        layout.write_raw(name, archive.extractfile(member).read())


@functools.lru_cache(maxsize=None)
def member_of(archive, member):
  with tarfile.open(shared_archive(archive)) as tar:
    return tar.extractfile(member).read()


def lay_borrowed(layout, borrowed):
  for path, source in borrowed.items():
    content = member_of(source["archive"], source["member"])
    for pattern, replacement in source.get("change", {}).items():
      content, count = re.subn(pattern.encode(), replacement.encode(), content, flags=re.MULTILINE)
      if not count:
        raise CaseError(f"{path}: nothing matches {pattern}")
    layout.write_raw(path, content)


def lay_libcpuid(layout, member):
  text = member_of("libcpuid/libcpuid.tar.xz", f"libcpuid/{member}").decode()
  layout.write("/.stackcheck/cpuid.txt", text.partition("\n---")[0])


def lay_hwloc_cpuid(layout, archive):
  """CPU 0 of hwloc's dumps: a mask and eax ebx ecx edx that were asked, then those of the answer."""
  folder = Path(archive).name.removesuffix(".tar.xz")
  leaves = {}
  for line in member_of(archive, f"{folder}/pu0").decode().splitlines():
    asked, _, answer = line.partition("=>")
    if answer and not line.startswith("#"):
      leaves.setdefault(int(asked.split()[1], 16), answer.split())
  kinds = (("basic_cpuid", 0, 32), ("ext_cpuid", 0x80000000, 32))
  layout.write("/.stackcheck/cpuid.txt", "".join(
    f"{kind}[{number}]={' '.join(f'{int(word, 16):08x}' for word in leaves[first + number])}\n"
    for kind, first, count in kinds for number in range(count) if first + number in leaves))


def lay_lspci(layout, member):
  """Configuration spaces as `lspci -xxxx` printed them, behind one root port."""
  address, space = None, bytearray()
  text = member_of("pciutils/lspci-xxxx.tar.xz", f"lspci-xxxx/{member}").decode()
  for line in [*text.splitlines(), ""]:
    head = re.match(r"((?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]) ", line)
    row = re.match(r"([0-9a-f]{2,3}): ((?:[0-9a-f]{2} ?){16})$", line)
    if head:
      address, space = head.group(1), bytearray()
    elif row:
      space += bytes.fromhex(row.group(2))
    elif address and space:
      lay_recorded_function(layout, address if len(address) > 7 else f"0000:{address}", bytes(space))
      address, space = None, bytearray()


def lay_recorded_function(layout, address, space):
  folder = f"/sys/devices/pci0000:00/0000:00:01.0/{address}"
  layout.write(f"{folder}/vendor", f"0x{space[1]:02x}{space[0]:02x}")
  layout.write(f"{folder}/device", f"0x{space[3]:02x}{space[2]:02x}")
  layout.write(f"{folder}/class", f"0x{space[11]:02x}{space[10]:02x}{space[9]:02x}")
  layout.write(f"{folder}/config", space)
  layout.link(f"/sys/bus/pci/devices/{address}", "../../.." + folder.removeprefix("/sys"))


# --- the CPU ---

def cpuid_text(cpu):
  """What libcpuid writes of a CPU's registers: eax ebx ecx edx of each leaf."""
  shows = set(cpu.get("shows", []))
  unknown = shows - set(CPUID_1) - set(CPUID_EXTENDED_1)
  if unknown:
    raise CaseError(f"CPUID shows {unknown}, which this table does not have")
  vendor = cpu["vendor"].encode()
  words = [struct.unpack("<I", vendor[i:i + 4])[0] for i in (0, 4, 8)]
  family, model = cpu["family"], cpu["model"]
  signature = ((max(family - 15, 0) << 20) | ((model >> 4) << 16) | (min(family, 15) << 8)
               | ((model & 15) << 4) | 1)
  leaf_1 = sum(CPUID_1.get(flag, 0) for flag in shows)
  leaf_e1 = sum(CPUID_EXTENDED_1.get(flag, 0) for flag in shows)
  brand = struct.unpack("<12I", cpu["name"].encode().ljust(48, b"\0"))
  leaves = {
    "basic_cpuid[0]": (0x16, words[0], words[2], words[1]),
    "basic_cpuid[1]": (signature, 0, leaf_1, 0x178bfbff),
    "ext_cpuid[0]": (0x8000000a, 0, 0, 0),
    "ext_cpuid[1]": (signature, 0, leaf_e1, 0x2c100800),
    "ext_cpuid[2]": brand[0:4], "ext_cpuid[3]": brand[4:8], "ext_cpuid[4]": brand[8:12],
    "ext_cpuid[10]": (1, 0x8000, 0, 1 if "svm" in shows else 0),
  }
  return "".join(f"{name}={' '.join(f'{word:08x}' for word in words)}\n"
                 for name, words in leaves.items())


def lay_cpu(layout, cpu):
  threads = cpu.get("threads", 4)
  lines = []
  for number in range(threads):
    lines.append(f"processor\t: {number}\nvendor_id\t: {cpu['vendor']}\n"
                 f"cpu family\t: {cpu['family']}\nmodel\t\t: {cpu['model']}\n"
                 f"model name\t: {cpu['name']}\nphysical id\t: 0\nsiblings\t: {threads}\n"
                 f"core id\t\t: {number}\ncpu cores\t: {threads}\n"
                 f"flags\t\t: {' '.join(cpu.get('flags', []))}\n")
    topology = f"/sys/devices/system/cpu/cpu{number}/topology"
    layout.write(f"{topology}/physical_package_id", 0)
    layout.write(f"{topology}/core_id", number)
    layout.write(f"{topology}/thread_siblings_list", number)
    layout.write(f"{topology}/core_cpus_list", number)
    for name, value in cpu.get("msr", {}).items():
      layout.answers[f"msr.{number}.{name}"] = value
  layout.write("/proc/cpuinfo", "\n".join(lines))
  for name in ("online", "present", "possible"):
    layout.write(f"/sys/devices/system/cpu/{name}", f"0-{threads - 1}")
  layout.write("/.stackcheck/cpuid.txt", cpuid_text(cpu))


# --- PCI functions and network ports ---

def config_space(function):
  """4096 bytes: PCI Express at 40h, and from 100h on advanced errors and, where told, SR-IOV."""
  vendor, device = (int(part, 16) for part in function["id"].split(":"))
  space = bytearray(4096)
  struct.pack_into("<HHHH", space, 0, vendor, device, 0x0406, 0x0010)
  space[8:12] = bytes([0]) + int(function["class"], 16).to_bytes(3, "little")
  space[0x34] = 0x40
  struct.pack_into("<BBH", space, 0x40, 0x10, 0, 0x0002)
  sriov = function.get("sriov_capability")
  struct.pack_into("<I", space, 0x100, 0x00020001 | ((0x160 << 20) if sriov else 0))
  if sriov:
    struct.pack_into("<I", space, 0x160, 0x00010010)
    struct.pack_into("<HHHHHH", space, 0x160 + 0xc, sriov["total"], sriov["total"],
                     sriov.get("enabled", 0), 0, sriov["offset"], sriov["stride"])
  return bytes(space)


def lay_net(layout, folder, net):
  name = net["name"]
  place = f"{folder}/net/{name}"
  layout.write(f"{place}/type", net.get("type", 1))
  layout.write(f"{place}/addr_assign_type", 0)
  layout.write(f"{place}/address", net.get("address", "02:00:00:00:00:01"))
  layout.write(f"{place}/operstate", "up" if net.get("link") else "down")
  if net.get("link"):
    layout.write(f"{place}/carrier", 1)
    layout.write(f"{place}/speed", net["mbps"])
  else:
    # The kernel answers neither of a port that is not running (net-sysfs.c: netif_running()).
    for file in ("carrier", "speed"):
      layout.errors[f"/sys/class/net/{name}/{file}"] = "EINVAL"
  layout.link(f"{place}/device", "../..")
  layout.link(f"/sys/class/net/{name}", "../.." + place.removeprefix("/sys"))
  if "modes" in net:
    layout.answers[f"ethtool link-modes {name}"] = net["modes"]


def lay_function(layout, function):
  address = function["at"]
  above = function.get("above")
  folder = "/sys/devices/pci0000:00" + (f"/{above}" if above else "") + f"/{address}"
  vendor, device = function["id"].upper().split(":")
  driver = function.get("driver")
  layout.write(f"{folder}/uevent", (f"DRIVER={driver}\n" if driver else "") +
               f"PCI_CLASS={function['class'].upper().lstrip('0')}\nPCI_ID={vendor}:{device}\n"
               f"PCI_SLOT_NAME={address}\n")
  layout.write(f"{folder}/vendor", f"0x{vendor.lower()}")
  layout.write(f"{folder}/device", f"0x{device.lower()}")
  layout.write(f"{folder}/class", f"0x{function['class']}")
  layout.write(f"{folder}/numa_node", function.get("node", -1))
  layout.write(f"{folder}/config", config_space(function)[:function.get("readable", 4096)])
  if driver:
    layout.path(f"/sys/bus/pci/drivers/{driver}").mkdir(exist_ok=True)
    up = "../" * (folder.count("/") - 1)
    layout.link(f"{folder}/driver", f"{up}bus/pci/drivers/{driver}")
  for name, content in function.get("files", {}).items():
    layout.write(f"{folder}/{name}", content)
  if "group" in function:
    group = f"/sys/kernel/iommu_groups/{function['group']}"
    layout.path(f"{group}/devices/x")
    layout.link(f"{group}/devices/{address}", "../../../.." + folder.removeprefix("/sys"))
    layout.link(f"{folder}/iommu_group", "../" * (folder.count("/") - 1) + group[len("/sys/"):])
  layout.link(f"/sys/bus/pci/devices/{address}", "../../.." + folder.removeprefix("/sys"))
  if "net" in function:
    lay_net(layout, folder, function["net"])


# --- disks ---

def lay_disk(layout, disk):
  name, number = disk["name"], disk["number"]
  folder = f"/sys/devices/pci0000:00/{disk['place']}/block/{name}"
  layout.write(f"{folder}/dev", number)
  layout.write(f"{folder}/size", disk["sectors"])
  layout.write(f"{folder}/ro", 0)
  layout.write(f"{folder}/removable", int(disk.get("removable", False)))
  layout.write(f"{folder}/hidden", 0)
  layout.write(f"{folder}/queue/rotational", disk["rotational"])
  layout.write(f"{folder}/queue/logical_block_size", 512)
  layout.path(f"{folder}/holders").mkdir(exist_ok=True)
  for key in ("vendor", "model", "wwid"):
    if key in disk:
      layout.write(f"{folder}/device/{key}", disk[key])
  for part in disk.get("partitions", []):
    layout.path(f"{folder}/{part}").mkdir(exist_ok=True)
    layout.write(f"{folder}/{part}/partition", 1)
  for holder in disk.get("holders", []):
    layout.link(f"{folder}/holders/{holder}", f"../../../../../../../../virtual/block/{holder}")
  layout.link(f"/sys/block/{name}", ".." + folder.removeprefix("/sys"))
  layout.link(f"/sys/class/block/{name}", "../.." + folder.removeprefix("/sys"))
  if "udev" in disk:
    layout.write(f"/run/udev/data/b{number}",
                 "".join(f"E:{key}={value}\n" for key, value in disk["udev"].items()) or "I:1")


# --- firmware's tables and memory ---

def acpi_table(name, body):
  """The header that all ACPI tables have, then the body, which brings 12 bytes of its own head."""
  return (name.encode() + struct.pack("<IBB", 36 + len(body), 1, 0) + b"LAB   " + b"SCORE   " +
          struct.pack("<III", 1, 0, 1) + body)


# One remapping unit that covers all functions (DRHD), and one I/O virtualisation unit (IVHD).
ACPI_TABLES = {
  "DMAR": struct.pack("<BB10x", 45, 1) + struct.pack("<HHBBHQ", 0, 16, 1, 0, 0, 0xfed90000),
  "IVRS": struct.pack("<I8x", 0x203040) + struct.pack("<BBHHHQHHI", 0x10, 0, 24, 2, 0x40,
                                                       0xfeb80000, 0, 0, 0),
}


def lay_acpi_tables(layout, names):
  for name in names:
    layout.write(f"/sys/firmware/acpi/tables/{name}", acpi_table(name, ACPI_TABLES[name]))


def lay_smbios(layout, smbios):
  """Structures 16 and 17 for the memory that is installed, 38 where a BMC is described, 127."""
  sizes = smbios["modules_mib"]
  table = struct.pack("<BBHBBBIHH", 16, 15, 0x1000, 3, 3, 6, 0x80000000, 0xfffe, len(sizes))
  table += b"\0\0"
  for number, size in enumerate(sizes):
    table += struct.pack("<BBHHHHHH", 17, 40, 0x1100 + number, 0x1000, 0xfffe, 72, 64, size)
    table += bytes(40 - 14 - 2) + b"\0\0" + b"\0\0"
  if smbios.get("ipmi"):
    table += struct.pack("<BBHBBBBQBB", 38, 18, 0x2600, 1, 0x20, 0x20, 0xff, 0xca2, 0, 0) + b"\0\0"
  table += struct.pack("<BBH", 127, 4, 0x7f00) + b"\0\0"
  layout.write("/sys/firmware/dmi/tables/DMI", table)
  layout.write("/sys/firmware/dmi/tables/smbios_entry_point",
               b"_SM3_" + bytes([0, 24, 3, 2, 0, 1, 0]) + struct.pack("<IQ", len(table), 0x1000))


def lay_memory_blocks(layout, count):
  for number in range(count):
    layout.write(f"/sys/devices/system/memory/memory{number}/state", "online")


# --- processes and ports ---

def lay_processes(layout, names):
  for number, name in enumerate(names, 100):
    layout.write(f"/proc/{number}/comm", name)


HEADING = ("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  "
           "timeout inode\n")


def lay_listeners(layout, listeners):
  tables = {"tcp": HEADING, "udp": HEADING, "tcp6": HEADING, "udp6": HEADING}
  for number, listener in enumerate(listeners):
    proto, inode = listener["proto"], 1000 + number
    octets = bytes(int(part) for part in listener["address"].split("."))
    address = f"{struct.unpack('<I', octets)[0]:08X}:{listener['port']:04X}"
    state = "0A" if proto == "tcp" else "07"
    tables[proto] += (f"{number:4}: {address} 00000000:0000 {state} 00000000:00000000 00:00000000 "
                      f"00000000     0        0 {inode} 1 0000000000000000 100 0 0 10 0\n")
    layout.answers[f"socket.{inode}"] = (f"{listener.get('unit', '-')} "
                                         f"{listener['process']}")
  for name, text in tables.items():
    layout.write(f"/proc/net/{name}", text)


# --- the whole ---

def lay_modules(layout, modules):
  """All modules of the kernel, and which of them are loaded (name: users and who uses it)."""
  folder = f"/lib/modules/{modules['release']}"
  available = modules.get("only", modules.get("available", []))
  layout.write(f"{folder}/modules.dep", "".join(f"kernel/{name}.ko:\n" for name in available))
  layout.write(f"{folder}/modules.builtin", "".join(f"kernel/{name}.ko\n"
                                                    for name in modules.get("builtin", [])))
  loaded = modules.get("loaded", {})
  layout.write("/proc/modules", "".join(f"{name} 16384 {users} Live 0x0000000000000000\n"
                                        for name, users in loaded.items()))
  for name in loaded:
    layout.write(f"/sys/module/{name}/initstate", "live")


def lay_namespaces(layout, foreign):
  for name, number in FIRST_NAMESPACES.items():
    layout.link(f"/proc/self/ns/{name}", f"{name}:[{number + (1000 if name in foreign else 0)}]")


RECORDED = {"recording": lay_recording, "hwloc_cpuid": lay_hwloc_cpuid, "libcpuid": lay_libcpuid,
            "lspci": lay_lspci}
STEPS = {**RECORDED, "borrow": lay_borrowed, "cpu": lay_cpu, "modules": lay_modules,
         "acpi_tables": lay_acpi_tables, "smbios": lay_smbios, "memory_blocks": lay_memory_blocks,
         "processes": lay_processes, "listeners": lay_listeners}


def lay_out(case, folder):
  """Makes `folder` the machine of a case. CaseError: the case is wrong; NotHere: see there."""
  machine = machine_of(case)
  layout = Layout(folder)
  recorded = [key for key in RECORDED if key in machine]
  if not recorded:
    # A machine that a case describes is all that there is; of a recording the rest is not known.
    layout.absent.append("/*")
    lay_namespaces(layout, machine.get("foreign_namespaces", []))
  for name in machine.get("folders", []):
    layout.path(f"{name}/x")
  for key, lay in STEPS.items():
    if key in machine and key not in machine.get("without", []):
      lay(layout, machine[key])
  for key, lay in (("pci", lay_function), ("disks", lay_disk)):
    for item in machine.get(key, []):
      lay(layout, item)
  for name, content in machine.get("files", {}).items():
    layout.write(name, content)
  for name in machine.get("remove", []):
    layout.remove(name)
  for name, target in machine.get("links", {}).items():
    layout.link(name, target)
  layout.absent += machine.get("absent", [])
  layout.errors.update(machine.get("errors", {}))
  layout.answers.update(machine.get("answers", {}))
  layout.finish()
