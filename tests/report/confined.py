#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Where stackcheck may see less than root on the whole machine, it must know less, never something else.

usage: tests/report/confined.py BUILD
"""

import fnmatch
import os
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True

from program import (NOBODY, Skip, check, contains, equal, main, scratch)

# What is another answer rightly: of the asking process itself, and what changes from run to run.
OWN = ("process.euid", "process.names", "process.running.*", "services", "host.container",
       "host.virtualization", "kvm.access", "kernel.sysctl.user.*",
       "memory.available", "disk.free.*", "disk.root_free", "hugepages*")


def differences(weak, strong):
  """Facts that `weak` claims to know and `strong` knows otherwise, as sentences."""
  wrong = []
  for name, fact in sorted(weak.items()):
    if any(fnmatch.fnmatchcase(name, pattern) for pattern in OWN):
      continue
    if fact["state"] == "unknown" or name not in strong:
      continue
    other = strong[name]
    if other["state"] == "unknown":
      # More cannot be known from a place that shows less.
      wrong.append("%s: %s, root does not know" % (name, fact))
    elif not agrees(fact.get("value"), other.get("value"), fact.get("partial")):
      wrong.append("%s: %s, root says %s" % (name, str(fact)[:300], str(other)[:300]))
  return wrong


def is_unknown(value):
  return isinstance(value, dict) and value.get("state") == "unknown"


def agrees(weak, strong, partial=False):
  if is_unknown(weak):
    return True
  if isinstance(weak, list) and isinstance(strong, list) and weak and isinstance(weak[0], dict):
    if len(weak) != len(strong):
      return bool(partial) and len(weak) < len(strong)
    return all(agrees(one, other) for one, other in zip(weak, strong))
  if isinstance(weak, list) and isinstance(strong, list) and partial:
    return set(weak) <= set(strong)
  if isinstance(weak, dict) and isinstance(strong, dict):
    return set(weak) == set(strong) and all(agrees(weak[key], strong[key]) for key in weak)
  return weak == strong


def bolder_verdicts(weak, strong):
  """A plain no of the confined run that the whole view does not give for the same cause."""
  wrong = []
  for key, need in weak["needs"].items():
    if need["best"] != "no":
      continue
    other = strong["needs"].get(key)
    if not other or other["best"] != "no" or other.get("cause") != need.get("cause"):
      wrong.append("need %s: no, but %s" % (key, other))
  for one, other in zip(weak["deployments"], strong["deployments"]):
    if one["verdict"] == "no" and other["verdict"] != "no":
      wrong.append("deployment %d: no, but %s" % (one["id"], other["verdict"]))
    for role, whole in zip(one["roles"], other["roles"]):
      if role["verdict"] == "no" and whole["verdict"] != "no":
        wrong.append("%d/%s: no, but %s" % (one["id"], role["role"], whole["verdict"]))
  return wrong


class Views:
  """What root on the whole machine is told; read once."""
  facts = report = None

  @classmethod
  def of_root(cls, program):
    if os.geteuid() != 0:
      raise Skip("not run as root")
    if not cls.facts:
      cls.facts = program.facts("--full")
      cls.report = program.report("--detail", "all")
    return cls.facts, cls.report


def holds_in(program, *before, alike=True):
  """The confined run ends well, and claims nothing that root does not. Returns its facts and report."""
  facts, report = Views.of_root(program)
  try_it = subprocess.run([*before, "true"] if before[0] != "chroot" else ["true"], check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
  if try_it.returncode != 0:
    raise Skip("this machine does not let us: " + try_it.stderr.strip())
  answers = [program.run("facts", "--full", "--format", "json", before=before),
             program.run("--format", "json", "--detail", "all", before=before),
             program.run(before=before)]
  for answer in answers:
    equal((answer.code, answer.err), (0, ""), answer)
  weak_facts, weak_report = answers[0].json()["facts"], answers[1].json()
  if alike:
    wrong = differences(weak_facts, facts) + bolder_verdicts(weak_report, report)
    check(not wrong, "\n".join(wrong))
  check(any(fact["state"] == "unknown" for fact in weak_facts.values()))
  return weak_facts, weak_report


def shell(script):
  """A command that runs what follows it after a script: mounts, in namespaces of its own."""
  return ("unshare", "-m", "sh", "-c", "set -e\n%s\nexec \"$@\"" % script, "sh")


def an_ordinary_user_knows_less_and_nothing_else(program):
  facts, report = holds_in(program, *NOBODY)
  equal(report["uid"], 65534)
  root_facts, _ = Views.of_root(program)
  missing = {name for name, fact in facts.items()
             if fact["state"] == "unknown" and fact["reason"] == "permission"}
  for name in missing:
    check(any(name == one or one.endswith(".") and name.startswith(one)
              for one in report["missing_privileges"]), name)
  for one in report["missing_privileges"]:
    check(any(name == one or one.endswith(".") and name.startswith(one) for name in missing), one)
  # What root knows and the user does not is for want of permission.
  for name, fact in facts.items():
    if fact["state"] == "unknown" and root_facts[name]["state"] != "unknown":
      equal(fact["reason"], "permission", name)


def an_ordinary_user_is_told_what_root_would_decide(program):
  _, report = holds_in(program, *NOBODY)
  waiting = [need for need in report["needs"].values()
             if need.get("unknown", {}).get("reason") == "permission"]
  if not waiting:
    raise Skip("an ordinary user may read everything here")
  check(re.search(r"Running as root decides \d+ more", program.run(before=NOBODY).out.replace("\n", " ")))
  check("Running as root" not in program.run().out)


def a_need_that_waits_for_permission_is_unknown(program):
  _, report = holds_in(program, *NOBODY)
  _, whole = Views.of_root(program)
  for key, need in report["needs"].items():
    if need.get("unknown", {}).get("reason") == "permission":
      equal(need["outcome"], "unknown", key)
      check(need["worst"] != need["best"], key)
  levels = ("no", "fixable", "limited", "ready")
  # Learning more may only narrow what is possible.
  for one, other in zip(report["deployments"], whole["deployments"]):
    check(levels.index(one["worst"]) <= levels.index(other["worst"]), (one["id"], "worst"))
    check(levels.index(one["best"]) >= levels.index(other["best"]), (one["id"], "best"))


def a_bare_chroot_without_proc_and_sys_knows_nothing(program):
  Views.of_root(program)
  with scratch() as folder:
    libraries = subprocess.run(["ldd", str(program.path)], check=True, text=True,
                               stdout=subprocess.PIPE).stdout
    for path in [str(program.path), *re.findall(r"(/\S+) \(0x", libraries)]:
      target = folder / path.lstrip("/")
      target.parent.mkdir(parents=True, exist_ok=True)
      shutil.copy(path, target)
    before = ("chroot", str(folder))
    facts, report = holds_in(program, *before)
    for name in ("memory.total", "kernel.release", "nics", "disks", "cgroup.version", "kvm.device"):
      equal(facts[name]["state"], "unknown", name)
    check("no" not in {one["verdict"] for one in report["deployments"]})
    check("ready" not in {one["verdict"] for one in report["deployments"]})
    equal(program.run("46", "--quiet", before=before).code, 3)


def an_empty_sys_hides_and_denies_nothing(program):
  facts, report = holds_in(program, *shell("mount -t tmpfs none /sys"))
  for name in ("nics", "disks", "pci", "host.tpm"):
    equal((facts[name]["state"], facts[name].get("reason")), ("unknown", "hidden"), name)
  check("no" not in {one["verdict"] for one in report["deployments"]})


def an_empty_firmware_folder_is_no_missing_table(program):
  facts, _ = holds_in(program, *shell("mount -t tmpfs none /sys/firmware"))
  for name in ("host.firmware", "host.secure_boot"):
    equal(facts[name]["state"], "unknown", name)


def an_empty_proc_hides_and_denies_nothing(program):
  facts, _ = holds_in(program, *shell("mount -t tmpfs none /proc"))
  equal(facts["memory.total"]["state"], "unknown")


def a_device_folder_without_kvm_is_no_missing_kvm(program):
  if not os.path.exists("/dev/kvm"):
    raise Skip("there is no /dev/kvm here")
  facts, report = holds_in(program, *shell(
    "mount -t tmpfs none /mnt\nmknod -m 666 /mnt/null c 1 3\nmount --move /mnt /dev"))
  equal((facts["kvm.device"]["state"], facts["kvm.device"].get("reason")), ("unknown", "hidden"))
  equal(report["needs"]["hardware-virtualization"]["outcome"], "unknown")


def another_network_namespace_shows_not_the_hosts_network(program):
  facts, report = holds_in(program, "unshare", "-n")
  for name in ("ports", "nics"):
    check(facts[name]["state"] == "unknown" or facts[name].get("partial") or
          facts[name] == Views.facts[name], (name, facts[name]))
  check(report["deployments"])


def another_process_namespace_shows_not_the_hosts_processes(program):
  holds_in(program, "unshare", "-mpf", "--mount-proc")


def another_user_namespace_is_no_root(program):
  holds_in(program, "unshare", "-U")
  holds_in(program, "unshare", "-Ur")


def all_namespaces_at_once(program):
  holds_in(program, "unshare", "-mpfniuC", "--mount-proc", "sh", "-c",
           "mount -t tmpfs none /sys && exec \"$@\"", "sh")


def as_an_ordinary_user_in_a_container_of_that_kind(program):
  holds_in(program, "unshare", "-mpfn", "--mount-proc", "sh", "-c",
           "mount -t tmpfs none /sys/firmware && exec \"$@\"", "sh", *NOBODY)


def a_gate_never_says_no_for_want_of_sight(program):
  _, report = Views.of_root(program)
  for one in report["deployments"]:
    for before in (NOBODY, shell("mount -t tmpfs none /sys")):
      answer = program.run("--quiet", one["id"], before=before)
      check(answer.code in (0, 1, 2, 3), answer)
      if answer.code == 1:
        equal(one["verdict"], "no", one["id"])
      contains(answer.err, "stackcheck: ")


main([
  an_ordinary_user_knows_less_and_nothing_else, an_ordinary_user_is_told_what_root_would_decide,
  a_need_that_waits_for_permission_is_unknown, a_bare_chroot_without_proc_and_sys_knows_nothing,
  an_empty_sys_hides_and_denies_nothing, an_empty_firmware_folder_is_no_missing_table,
  an_empty_proc_hides_and_denies_nothing, a_device_folder_without_kvm_is_no_missing_kvm,
  another_network_namespace_shows_not_the_hosts_network,
  another_process_namespace_shows_not_the_hosts_processes, another_user_namespace_is_no_root,
  all_namespaces_at_once, as_an_ordinary_user_in_a_container_of_that_kind,
  a_gate_never_says_no_for_want_of_sight,
])
