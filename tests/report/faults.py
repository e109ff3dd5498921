#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every read of a survey fails in turn: it costs what hangs on it, and no verdict gets better for it.

usage: tests/report/faults.py BUILD

The survey of a recording is traced; then each path that it asked for is listed in .stackcheck/errors, which is how a host's
interface hands out a failure. The errnos take turns.
"""

import errno
import fnmatch
import os
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True

from program import LEVELS, ROOT, Skip, check, main, scratch

MACHINES = ROOT / "../shared/machines"
LARGE = "hwloc/32em64t-2n8c+dax+nvme+mic+dimms.tar.xz"
IN_TURN = ("EACCES", "EIO", "EPERM", "EINVAL", "ENODEV", "ENXIO", "EBUSY", "ENOMEM", "EAGAIN", "EMFILE", "ENFILE", "EOPNOTSUPP",
           "ESTALE", "ETIMEDOUT", "EFBIG", "EBADMSG")
OPENED = re.compile(r'^(?:openat2|readlinkat)\((\d+)(?:<(.*?)>)?, "((?:[^"\\]|\\.)*)"')

# Facts that rightly have another value when their best source fails: the next one in the order of trust tells less
# exactly, and the need that asks knows of it; and no guest is run where CPUs may be isolated.
SECOND_SOURCE = ("kvm.guest", "memory.installed", "cpu.model", "host.model", "host.vendor", "kernel.release", "kernel.version")


def roles_of(program, root):
  """Roles by their names, as a survey of the recording judges them."""
  report = program.report("--host", root)
  return {"%d/%s" % (one["id"], role["role"]): role
          for one in report["deployments"] for role in one["roles"]}


def facts_of(program, root):
  return program.facts("--host", root)


def asked_paths(program, root):
  """What a survey of the recording opens, below its root."""
  log = subprocess.run(["strace", "-y", "-s", "4096", "-e", "trace=openat2,readlinkat", "-o", "/dev/stdout",
                        str(program.path), "--host", str(root), "--output", "/dev/null"],
                       check=True, stdout=subprocess.PIPE, text=True).stdout
  paths = {}
  for line in log.splitlines():
    call = OPENED.match(line)
    if not call:
      continue
    folder, name = call.group(2) or "", call.group(3)
    path = os.path.normpath(name if name.startswith("/") else
                            "/" + os.path.relpath(os.path.join(folder, name), os.path.realpath(root)))
    if "O_DIRECTORY" in line and "O_PATH" in line or path.startswith("/.stackcheck") or path == "/":
      continue
    paths[path] = None
  return list(paths)


class Fault:
  """While it lasts, `path` fails with an errno."""

  def __init__(self, root, path, name):
    self.errors, self.line = root / ".stackcheck/errors", "%s\t%s\n" % (path, name)

  def __enter__(self):
    self.before = self.errors.read_text(encoding="utf-8")
    self.errors.write_text(self.before + self.line, encoding="utf-8")

  def __exit__(self, *_):
    self.errors.write_text(self.before, encoding="utf-8")


def better(roles, whole):
  """Roles whose interval is not within what it may be: sentences."""
  for name, role in roles.items():
    other = whole[name]
    ends = [role.get("worst", role["verdict"]), role.get("best", role["verdict"])]
    others = [other.get("worst", other["verdict"]), other.get("best", other["verdict"])]
    if LEVELS.index(ends[0]) > LEVELS.index(others[0]):
      yield "%s is at worst %s, without the fault %s" % (name, ends[0], others[0])
    if LEVELS.index(ends[1]) < LEVELS.index(others[1]):
      yield "%s is at best %s, without the fault %s" % (name, ends[1], others[1])


def place(item):
  """What tells a record of a list from the others: a fault may change their order."""
  return str([item.get(key) for key in ("address", "name") if isinstance(item.get(key), str)]
             if isinstance(item, dict) else item)


def contradictions(value, other, where=""):
  """Where a known value says something else than the whole truth does; what it leaves open is no contradiction."""
  if isinstance(value, dict) and value.get("state") == "unknown":
    return
  if isinstance(other, dict) and other.get("state") == "unknown":
    yield "%s: %s, unknown without the fault" % (where, value)
  elif isinstance(value, dict) and isinstance(other, dict):
    for key in sorted(set(value) | set(other)):
      yield from contradictions(value.get(key), other.get(key), "%s.%s" % (where, key))
  elif isinstance(value, list) and isinstance(other, list) and len(value) == len(other):
    for i, (one, two) in enumerate(zip(sorted(value, key=place), sorted(other, key=place))):
      yield from contradictions(one, two, "%s[%d]" % (where, i))
  elif value != other:
    yield "%s: %s, without the fault %s" % (where, str(value)[:200], str(other)[:200])


def bolder(facts, whole):
  """Facts that a fault makes known, or known otherwise: sentences."""
  for name, fact in facts.items():
    other = whole.get(name)
    if fact["state"] == "unknown" or other is None or any(fnmatch.fnmatch(name, one) for one in SECOND_SOURCE):
      continue
    if fact.get("partial") and isinstance(fact.get("value"), list):
      continue
    if other["state"] == "unknown":
      yield "%s: %s, unknown without the fault" % (name, str(fact)[:200])
    else:
      yield from contradictions(fact.get("value"), other.get("value"), name)


def hold(program, root):
  """Fails every path of the recording in turn. Returns how many faults there were."""
  errors = root / ".stackcheck/errors"
  errors.parent.mkdir(exist_ok=True)
  errors.touch()
  facts, roles = facts_of(program, root), roles_of(program, root)
  wrong, n = [], 0
  for i, path in enumerate(asked_paths(program, root)):
    name = IN_TURN[i % len(IN_TURN)]
    check(hasattr(errno, name), name)
    with Fault(root, path, name):
      found = [*bolder(facts_of(program, root), facts), *better(roles_of(program, root), roles)]
    wrong += ["%s with %s: %s" % (path, name, one) for one in found]
    n += 1
  check(not wrong, "%d of %d faults\n%s" % (len(wrong), n, "\n".join(wrong[:60])))
  return n


def unpacked(archive, folder, root):
  if not archive.exists():
    raise Skip("%s is not there" % archive)
  if not shutil.which("strace"):
    raise Skip("strace is not there")
  subprocess.run(["tar", "xf", str(archive), "-C", str(folder), "--no-same-owner"], check=True)
  subprocess.run(["chmod", "-R", "u+rwX", str(folder)], check=True)
  return folder / root


def no_failed_read_of_a_server_makes_a_verdict_better(program):
  with scratch() as folder:
    check(hold(program, unpacked(MACHINES / "ghw/xeon-L5640-sriov.tar.gz", folder, ".")) > 300)


def no_failed_read_of_a_large_server_makes_a_verdict_better(program):
  with scratch() as folder:
    check(hold(program, unpacked(MACHINES / LARGE, folder, "32em64t-2n8c+1mic")) > 300)


def no_failed_read_of_this_machine_makes_a_verdict_better(program):
  with scratch() as folder:
    made = program.run("record", folder / "host.tar")
    check(made.code == 0, made)
    # A folder that is not there is asked for once: a small machine has some 200 paths.
    check(hold(program, unpacked(folder / "host.tar", folder, "recording")) > 100)


if __name__ == "__main__":
  main([no_failed_read_of_this_machine_makes_a_verdict_better, no_failed_read_of_a_server_makes_a_verdict_better,
        no_failed_read_of_a_large_server_makes_a_verdict_better])
