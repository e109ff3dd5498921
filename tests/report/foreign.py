#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What --host takes: recordings and other tools' forms, told apart by content; and what it refuses, with which words.

usage: tests/report/foreign.py BUILD
"""

import gzip
import io
import os
import subprocess
import sys
import tarfile

sys.dont_write_bytecode = True

from program import (RECORDING, ROOT, Skip, check, contains, equal, main, scratch, write_recording)

MACHINES = ROOT / "../shared/machines"


def known(facts, name):
  equal(facts[name]["state"], "known", "%s: %r" % (name, facts[name]))
  return facts[name]["value"]


def not_recorded(facts, *names):
  for name in names:
    equal((facts[name]["state"], facts[name].get("reason")), ("unknown", "not-recorded"), name)


def tar(path, files, mode="w"):
  """A tar of {name: text | ("link", target) | TarInfo}."""
  with tarfile.open(path, mode) as archive:
    for name, content in files.items():
      info = tarfile.TarInfo(name)
      if isinstance(content, tarfile.TarInfo):
        archive.addfile(content)
        continue
      if isinstance(content, tuple):
        info.type = tarfile.SYMTYPE if content[0] == "link" else tarfile.LNKTYPE
        info.linkname = content[1]
        archive.addfile(info)
        continue
      data = content if isinstance(content, bytes) else content.encode()
      info.size = len(data)
      archive.addfile(info, io.BytesIO(data))
  return path


def machine(prefix=""):
  return {prefix + name: text for name, text in RECORDING.items()}


# --- recordings ---

def a_folder_and_tars_of_it_give_the_same(program):
  with scratch() as folder:
    want = program.facts("--full", "--host", write_recording(folder / "machine"))
    for mode, prefix in (("w", ""), ("w:gz", "./"), ("w:bz2", "some/where/"), ("w:xz", "top/")):
      # The name tells nothing.
      path = tar(folder / "x.json", machine(prefix), mode)
      equal(program.facts("--full", "--host", path), want, mode)


def links_of_an_archive_lead_within_it(program):
  with scratch() as folder:
    files = machine()
    text = files.pop("proc/meminfo")
    for target, found in (("../data/real", True), ("/data/real", True),
                          ("../../../../../data/real", True), ("../data/none", False),
                          ("/etc/passwd", False), ("meminfo", False)):
      path = tar(folder / "a.tar", {**files, "data/real": text, "proc/meminfo": ("link", target)})
      facts = program.facts("--host", path)
      if found:
        equal(known(facts, "memory.total"), 65574112 * 1024, target)
      else:
        equal(facts["memory.total"]["state"], "unknown", target)


def the_command_takes_a_facts_file_as_before(program):
  with scratch() as folder:
    path = folder / "facts.tar.gz"
    path.write_text(program.run("facts", "--format", "json", "--host",
                                write_recording(folder / "machine")).out)
    equal(known(program.facts("--host", path), "memory.total"), 65574112 * 1024)


# --- other tools ---

def shared(path):
  path = MACHINES / path
  if not path.exists():
    raise Skip("../shared/machines is not there")
  return path


def trees_of_hwloc_and_lscpu_are_taken_packed(program):
  for path, name, value in (
      ("hwloc/32em64t-2n8c+dax+nvme+mic+dimms.tar.xz", "cpu.threads", 16),
      ("hwloc/128arm-2pa2n8cluster4co.tar.xz", "cpu.sockets", 2),
      ("util-linux/lscpu-x86_64-dell_e4310.tar.gz", "cpu.threads", 4),
      ("util-linux/lscpu-s390-lpar.tar.gz", "cpu.threads", 17)):
    facts = program.facts("--host", shared(path))
    equal(known(facts, name), value, path)
    not_recorded(facts, "os.id", "process.names")


def raw_cpuid_alone_tells_the_cpu(program):
  with scratch() as folder:
    subprocess.run(["tar", "xf", shared("libcpuid/libcpuid.tar.xz"), "-C", folder], check=True)
    facts = program.facts("--host", folder / "libcpuid/amd-opteron-processor-6380.test")
    equal(known(facts, "cpu.vendor"), "AuthenticAMD")
    equal(known(facts, "cpu.virt"), "svm")
    arm = program.facts("--host", folder / "libcpuid/neoverse-n2.test")
    check(arm["cpu.model"]["state"] == "known", arm["cpu.model"])
    # Neither the kernel's view nor firmware's setting is in it.
    check(facts["cpu.virt.enabled"]["state"] == "unknown", facts["cpu.virt.enabled"])
    not_recorded(facts, "cpu.virt.flag", "memory.total", "nics", "disks", "kernel.release")


def output_of_lspci_alone_tells_the_functions(program):
  with scratch() as folder:
    subprocess.run(["tar", "xf", shared("pciutils/lspci-xxxx.tar.xz"), "-C", folder], check=True)
    functions = known(program.facts("--host", folder / "lspci-xxxx/tree-asus-p6t6"), "pci")
    equal(len(functions), 53)
    equal([functions[0][key] for key in ("address", "vendor", "device", "class")],
          ["0000:00:00.0", "8086", "3405", "0600"])
    facts = program.facts("--host", folder / "lspci-xxxx/cap-pcie-2")
    function = known(facts, "pci")[0]
    equal([function[key] for key in ("vendor", "device", "class", "driver", "sriov_total")],
          ["8086", "10c9", "0200", "igb", 8])
    not_recorded(facts, "memory.total", "cpu.vendor", "kernel.release")


# Made for this test in lspci's form: a network function of Intel's, a virtual one beside it (which has no numbers in its
# own space), and a domain of more than four digits.
LSPCI = """00:1f.6 Ethernet controller [0200]: Intel Corporation Ethernet Connection [8086:15bb] (rev 10)
\tSubsystem: Example [1028:085c]
\tNUMA node: 1
\tIOMMU group: 12
00: 86 80 bb 15 06 04 10 00 10 00 00 02 00 00 00 00
10: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
20: 00 00 00 00 00 00 00 00 00 00 00 00 28 10 5c 08
30: 00 00 00 00 c8 00 00 00 00 00 00 00 ff 01 00 00
\tKernel driver in use: e1000e

10000:02:10.0 Ethernet controller [0200]: Intel Corporation Virtual Function [8086:10ca] (rev 01)
00: ff ff ff ff 00 00 10 00 01 00 00 02 00 00 00 00
10: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
20: 00 00 00 00 00 00 00 00 00 00 00 00 28 10 5c 08
30: 00 00 00 00 c8 00 00 00 00 00 00 00 ff 01 00 00
"""


def lspci_with_names_numbers_and_details(program):
  with scratch() as folder:
    path = folder / "pci.txt"
    path.write_text(LSPCI)
    first, second = known(program.facts("--host", path), "pci")
    equal([first[key] for key in ("address", "device", "class", "driver", "numa_node", "iommu_group")],
          ["0000:00:1f.6", "15bb", "0200", "e1000e", 1, 12])
    equal([second[key] for key in ("address", "vendor", "device", "physfn")],
          ["10000:02:10.0", "8086", "10ca", True])
    # No driver was named: that is not to have none.
    equal(second["driver"]["state"], "unknown")


def sosreport(prefix):
  """As sos lays it out: copies of files where they were, outputs of commands below sos_commands."""
  config = bytes.fromhex("8680bb150604100010000002") + bytes(52)
  return {
    prefix + "sos_commands/kernel/uname_-a":
      "Linux web01 5.14.0-427.el9.x86_64 #1 SMP PREEMPT_DYNAMIC x86_64 x86_64 x86_64 GNU/Linux\n",
    prefix + "sos_commands/kernel/sysctl_-a": "kernel.arch = x86_64\nvm.overcommit_memory = 1\n",
    prefix + "sos_commands/pci/lspci_-nnvv":
      "00:1f.6 Ethernet controller [0200]: Intel Corporation X [8086:15bb] (rev 10)\n"
      "\tKernel driver in use: e1000e\n",
    prefix + "proc/bus/pci/00/1f.6": config,
    prefix + "proc/meminfo": RECORDING["proc/meminfo"],
    prefix + "proc/cpuinfo": RECORDING["proc/cpuinfo"],
    prefix + "etc/os-release": RECORDING["etc/os-release"],
    prefix + "var/log/messages": "x" * 100000,
  }


def a_sosreport_is_read_packed_and_unpacked(program):
  with scratch() as folder:
    path = tar(folder / "s.tar.xz", sosreport("sosreport-web01-2024-05-06-abc/"), "w:xz")
    subprocess.run(["tar", "xf", path, "-C", folder], check=True)
    for host in (path, folder / "sosreport-web01-2024-05-06-abc"):
      facts = program.facts("--host", host, "kernel.release", "host.arch", "memory.total", "pci",
                            "os.id", "kernel.sysctl.vm.overcommit_memory", "disks", "nics", "kvm.usable")
      equal(known(facts, "kernel.release"), "5.14.0-427.el9.x86_64")
      equal(known(facts, "host.arch"), "x86_64")
      equal(known(facts, "os.id"), "debian")
      equal(known(facts, "memory.total"), 65574112 * 1024)
      equal(known(facts, "kernel.sysctl.vm.overcommit_memory"), 1)
      function = known(facts, "pci")[0]
      equal([function[key] for key in ("address", "vendor", "device", "class", "driver")],
            ["0000:00:1f.6", "8086", "15bb", "0200", "e1000e"])
      not_recorded(facts, "disks")
      check(facts["kvm.usable"]["state"] == "unknown", facts["kvm.usable"])


# --- what is refused ---

def refused(program, path, *words):
  answer = program.run("--host", path)
  equal(answer.code, 65, answer)
  equal(answer.out, "", "nothing on standard output")
  contains(answer.err, str(path), *words)


def what_is_no_machine_is_refused_with_what_was_expected(program):
  with scratch() as folder:
    for content in (b"", b"hello\n", b"\x7fELF\x02\x01\x01" + bytes(500), b"PK\x03\x04" + bytes(100),
                    os.urandom(5000), b"basic_cpu", b"00:1f.6 Ethernet controller\n"):
      path = folder / "x"
      path.write_bytes(content)
      refused(program, path, "expected", "recording")
    refused(program, tar(folder / "none.tar", {"readme": "no machine"}), "proc or sys")
    refused(program, folder / "missing")


def an_archive_that_breaks_off_is_refused(program):
  with scratch() as folder:
    whole = tar(folder / "a.tar.gz", {**machine(), "proc/noise": os.urandom(200000)}, "w:gz").read_bytes()
    path = folder / "cut"
    for length in (20, len(whole) // 3, len(whole) - 100):
      path.write_bytes(whole[:length])
      refused(program, path, "expected")
    plain = tar(folder / "a.tar", machine()).read_bytes()
    path.write_bytes(plain[:1500])
    refused(program, path, "expected")


def an_archive_bomb_is_refused_soon(program):
  with scratch() as folder:
    path = folder / "bomb.tar.gz"
    # A gigabyte of zeros in a megabyte, in a file that the machine would have.
    with gzip.open(path, "wb", compresslevel=9) as out:
      with tarfile.open(fileobj=out, mode="w|") as archive:
        info = tarfile.TarInfo("proc/meminfo")
        info.size = 1 << 30
        archive.addfile(info, Zeros(1 << 30))
    refused(program, path, "MiB")


class Zeros(io.RawIOBase):
  def __init__(self, left):
    super().__init__()
    self.left = left

  def read(self, size=-1):
    size = self.left if size < 0 else min(size, self.left)
    self.left -= size
    return bytes(size)


def a_tar_of_many_small_files_is_refused(program):
  with scratch() as folder:
    path = folder / "many.tar.gz"
    header = tarfile.TarInfo("proc/x").tobuf()
    with gzip.open(path, "wb", compresslevel=1) as out:
      for _ in range(450):
        out.write(header * 1000)
      out.write(bytes(1024))
    refused(program, path, "files")


def names_that_lead_out_are_passed_over(program):
  with scratch() as folder:
    secret = folder / "secret"
    secret.write_text("MemTotal: 1 kB\n")
    device = tarfile.TarInfo("proc/version")
    device.type, device.devmajor, device.devminor = tarfile.CHRTYPE, 1, 5
    fifo = tarfile.TarInfo("proc/modules")
    fifo.type = tarfile.FIFOTYPE
    files = machine("m/")
    del files["m/proc/meminfo"]
    path = tar(folder / "a.tar", {
      **files, "../../outside": "x", "m/../../outside": "x", str(folder) + "/absolute": "x",
      "m/proc/meminfo": ("link", str(secret)), "m/proc/swaps": ("hard", "../../../etc/passwd"),
      "m/sys/a": ("link", "b"), "m/sys/b": ("link", "a"), "device": device, "fifo": fifo})
    facts = program.facts("--host", path)
    equal(facts["memory.total"]["state"], "unknown", "a link out of the archive was followed")
    equal(sorted(os.listdir(folder)), ["a.tar", "secret"])


def nothing_is_written_while_an_archive_is_read(program):
  with scratch() as folder:
    path = tar(folder / "a.tar.gz", machine(), "w:gz")
    trace = folder / "trace"
    done = subprocess.run(["strace", "-f", "-o", trace, "-e", "trace=%file", str(program.path), "facts",
                           "--host", path], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    equal(done.returncode, 0, done.stderr.decode())
    for line in trace.read_text().splitlines():
      check("O_CREAT" not in line and "mkdir" not in line and "unlink" not in line, line)


if __name__ == "__main__":
  main([
    a_folder_and_tars_of_it_give_the_same, links_of_an_archive_lead_within_it,
    the_command_takes_a_facts_file_as_before, trees_of_hwloc_and_lscpu_are_taken_packed,
    raw_cpuid_alone_tells_the_cpu, output_of_lspci_alone_tells_the_functions,
    lspci_with_names_numbers_and_details, a_sosreport_is_read_packed_and_unpacked,
    what_is_no_machine_is_refused_with_what_was_expected, an_archive_that_breaks_off_is_refused,
    an_archive_bomb_is_refused_soon, a_tar_of_many_small_files_is_refused,
    names_that_lead_out_are_passed_over, nothing_is_written_while_an_archive_is_read,
  ])
