#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A file that never answers costs the facts of the probe that reads it; the run ends in time, and no verdict gets better.

usage: tests/report/hanging.py BUILD

Over each file in turn a filesystem in user space is mounted whose daemon answers nothing, as a dead lxcfs or network mount:
who opens it waits until he is killed (fuse(4)). Mounted in a namespace of its own, so that nobody else meets it.
"""

import concurrent.futures
import ctypes
import glob
import json
import os
import signal
import stat
import sys
import time

sys.dont_write_bytecode = True

from program import LEVELS, Skip, check, equal, main

# One for each probe that reads files which can be mounted over; those that this machine lacks are passed over.
FILES = (
  "/etc/os-release", "/proc/1/comm", "/proc/cmdline", "/proc/config.gz", "/proc/cpuinfo", "/proc/filesystems",
  "/proc/meminfo", "/proc/modules", "/proc/net/dev", "/proc/swaps", "/proc/sys/kernel/osrelease",
  "/proc/sys/kernel/seccomp/actions_avail", "/proc/sys/user/max_user_namespaces", "/sys/block/*/size",
  "/sys/bus/pci/devices/*/vendor", "/sys/class/net/e*/speed", "/sys/devices/system/cpu/online",
  "/sys/devices/system/node/node0/meminfo", "/sys/firmware/dmi/tables/DMI", "/var/lib/dpkg/status",
)
SECONDS = 5  # the default deadline
MARGIN = 6  # what a loaded machine takes on top of it
CLONE_NEWNS, MS_REC, MS_PRIVATE = 0x20000, 0x4000, 1 << 18
LIBC = ctypes.CDLL(None, use_errno=True)


def must(result):
  if result != 0:
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def mount_dead(path):
  """Returns the descriptor whose end ends the filesystem."""
  fuse = os.open("/dev/fuse", os.O_RDWR)
  must(LIBC.unshare(CLONE_NEWNS))
  must(LIBC.mount(None, b"/", None, MS_REC | MS_PRIVATE, None))
  kind = stat.S_IFMT(os.stat(path).st_mode)
  options = "fd=%d,rootmode=%o,user_id=0,group_id=0" % (fuse, kind)
  must(LIBC.mount(b"dead", path.encode(), b"fuse", 0, options.encode()))
  return fuse


def run_apart(program, path, into):
  """In a process of its own: the report of a run to which `path` never answers."""
  fuse = mount_dead(path)
  out = os.open(into, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
  command = [str(program.path), "--no-guest", "--format", "json", "--detail", "all"]
  pid = os.posix_spawn(command[0], command, {"LC_ALL": "C.UTF-8"},
                       file_actions=[(os.POSIX_SPAWN_DUP2, out, 1), (os.POSIX_SPAWN_CLOSE, fuse)])
  _, status = os.waitpid(pid, 0)
  os.close(fuse)
  return os.waitstatus_to_exitcode(status)


def report_without(program, path):
  """Exit code, seconds and report of a run to which `path` never answers; None where it cannot be mounted over."""
  into = "/tmp/stackcheck-hanging.%d.%s" % (os.getpid(), path.replace("/", "_"))
  started = time.monotonic()
  child = os.fork()
  if child == 0:
    try:
      signal.alarm(60)
      os._exit(run_apart(program, path, into))
    except OSError as error:
      print("%s: %s" % (path, error), file=sys.stderr)
      os._exit(99)
  _, status = os.waitpid(child, 0)
  took = time.monotonic() - started
  try:
    with open(into, encoding="utf-8") as out:
      text = out.read()
    os.unlink(into)
  except FileNotFoundError:
    text = ""
  return os.waitstatus_to_exitcode(status), took, text


def files():
  if os.geteuid() != 0 or not os.path.exists("/dev/fuse"):
    raise Skip("a filesystem that never answers can be mounted by root alone, with /dev/fuse")
  found = [next(iter(sorted(glob.glob(pattern))), None) for pattern in FILES]
  return [os.path.realpath(path) for path in found if path]


def a_file_that_never_answers_costs_its_facts_alone(program):
  whole = program.report("--no-guest", "--detail", "all")
  paths = files()
  with concurrent.futures.ThreadPoolExecutor(4) as pool:
    answers = list(pool.map(lambda path: report_without(program, path), paths))
  hung = 0
  for path, (code, took, text) in zip(paths, answers):
    if code == 99:
      print("SKIPPED: %s cannot be mounted over" % path)
      continue
    equal(code, 0, path)
    check(took < SECONDS + MARGIN, "%s: %.1f s" % (path, took))
    report = json.loads(text)
    timeouts = [key for key, need in report["needs"].items()
                if need.get("unknown", {}).get("reason") == "timeout"]
    hung += bool(timeouts)
    for one, other in zip(report["deployments"], whole["deployments"]):
      for end in ("worst",):
        check(LEVELS.index(one[end]) <= LEVELS.index(other[end]),
              "%s: %d is %s at %s, without the fault %s" % (path, one["id"], one[end], end, other[end]))
      check(LEVELS.index(one["best"]) >= LEVELS.index(other["best"]),
            "%s: %d is %s at best, without the fault %s" % (path, one["id"], one["best"], other["best"]))
      check(one["verdict"] != "no" or other["verdict"] == "no", "%s: %d is no" % (path, one["id"]))
  check(hung * 2 > len(paths), "only %d of %d files cost anything" % (hung, len(paths)))


def nothing_is_left_of_a_run_that_met_one(program):
  path = files()[0]
  report_without(program, path)
  for _ in range(50):
    left = [pid for pid in os.listdir("/proc") if pid.isdigit() and runs(pid, program)]
    if not left:
      return
    time.sleep(0.1)
  check(False, left)


def runs(pid, program):
  try:
    return os.readlink("/proc/%s/exe" % pid) == str(program.path)
  except OSError:
    return False


if __name__ == "__main__":
  main([a_file_that_never_answers_costs_its_facts_alone, nothing_is_left_of_a_run_that_met_one])
