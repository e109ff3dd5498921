#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a site does without: what a waiver opens, that every report names it, and what is refused.

usage: tests/report/waivers.py BUILD
"""

import os
import shutil
import sys
from datetime import datetime, timedelta, timezone

sys.dont_write_bytecode = True

import jsonschema
import json

from program import (SCHEMAS, Skip, check, contains, deployment, equal, main, scratch,
                     write_recording)

REPORT = jsonschema.Draft202012Validator(json.loads((SCHEMAS / "report.json").read_text()))
UNTIL = "2099-12-31"


def waiver(need, scope="", until=UNTIL, owner="cloud team", reason="the pilot is small"):
  return "--waive=%s%s,until=%s,owner=%s,reason=%s" % (need, scope and "@" + scope, until, owner, reason)


def role_of(report, target):
  number, name = target.split("/")
  return next(role for role in deployment(report, int(number))["roles"] if role["role"] == name)


class Machine:
  """A recorded machine on which much is not met, and not known."""

  def __init__(self, program):
    self.program = program

  def __enter__(self):
    self.scratch = scratch()
    self.folder = self.scratch.__enter__()
    write_recording(self.folder / "host")
    return self

  def __exit__(self, *exception):
    self.scratch.__exit__(*exception)

  def run(self, *arguments):
    return self.program.run("--host", self.folder / "host", *arguments)

  def report(self, *arguments):
    report = self.program.report("--host", self.folder / "host", *arguments)
    REPORT.validate(report)
    return report

  def file(self, text):
    path = self.folder / "waivers.yaml"
    path.write_text(text)
    return "--waivers=%s" % path


def a_role_whose_needs_are_all_waived_is_limited(program):
  with Machine(program) as machine:
    before = machine.report()
    for target in ("62/host", "46/compute", "31/worker"):
      name = target.split("/")[1]
      roles = [role["role"] for role in deployment(before, int(target.split("/")[0]))["roles"]]
      target = target if name in roles else "%s/%s" % (target.split("/")[0], roles[0])
      role = role_of(before, target)
      check(role["verdict"] not in ("ready", "limited"), target)
      waivers = [waiver(need.split("@new")[0], target) for need in role["needs"]]
      after = role_of(machine.report(*waivers), target)
      equal(after["verdict"], "limited", target)
      check(set(role["needs"]) <= set(after["waived"]), target)
      equal(after["counts"], role["counts"])
      answer = machine.run(*waivers, target)
      equal(answer.code, 0, answer)
      equal(answer.err.splitlines()[-1], "stackcheck: PASS %s limited" % target)
      answer = machine.run(*waivers, "--require", "ready", target)
      check(answer.code in (1, 2, 3), answer)


def a_waiver_opens_nothing_else(program):
  with Machine(program) as machine:
    before, after = machine.report(), machine.report(waiver("systemd-init", "46/compute"))
    for old, new in zip(before["deployments"], after["deployments"]):
      for a, b in zip(old["roles"], new["roles"]):
        if (old["id"], a["role"]) != (46, "compute"):
          equal(b, a)


def every_report_names_need_owner_day_and_reason(program):
  with Machine(program) as machine:
    given = waiver("systemd-init", "46/compute")
    for command in ((), ("46/compute",), ("explain", "46/compute")):
      text = " ".join(machine.run(given, *command).out.split())
      contains(text, "Waived until %s by cloud team: systemd-init of 46/compute" % UNTIL,
               "(the pilot is small)", "[--waive]")
      check("waives nothing" not in text, text)
    report = machine.report(given)
    equal(report["waivers"], [{
      "need": "systemd-init", "for": "46/compute", "reason": "the pilot is small",
      "owner": "cloud team", "until": UNTIL, "from": "--waive", "waives": ["46/compute"]}])
    equal(role_of(report, "46/compute")["waived"], ["systemd-init"])
    check("systemd-init" in report["needs"])
    contains(machine.run(given, "46/compute").out, "(waived)",
             "waived until %s by cloud team: the pilot is small" % UNTIL)


def plans_and_what_shares_a_host_name_it_too(program):
  with Machine(program) as machine:
    given = waiver("systemd-init", "46/compute", reason="two\nlines")
    listed = machine.report(given)["waivers"]
    for name, command in (("plan", ("plan", "46/compute")), ("together", ("together", "46/compute", "62/node"))):
      schema = json.loads((SCHEMAS / (name + ".json")).read_text())
      answer = machine.run(given, *command, "--format", "json").json()
      jsonschema.Draft202012Validator(schema).validate(answer)
      equal(answer["waivers"], listed, name)
      contains(" ".join(machine.run(given, *command).out.split()), "Waived until " + UNTIL)
    for form in ("shell", "ansible"):
      text = machine.run(given, "plan", "46/compute", "--format", form).out
      contains(text, "# Waived until %s by cloud team: systemd-init of 46/compute" % UNTIL, "\n# lines)\n")


def a_waiver_that_waives_nothing_is_mentioned(program):
  with Machine(program) as machine:
    given = waiver("memory.total>=8GB", "46/compute")
    contains(" ".join(machine.run(given).out.split()), "it waives nothing here")
    equal(machine.report(given)["waivers"][0]["waives"], [])
    equal(machine.run(given, "46/compute").code, machine.run("46/compute").code)


def a_file_waives_what_options_do_and_both_add_up(program):
  with Machine(program) as machine:
    file = machine.file("- need: systemd-init\n  for: 46\n  owner: cloud team\n"
                        "  reason: the pilot is small\n  until: %s\n" % UNTIL)
    report = machine.report(file, waiver("clock-synchronised", "46/compute"))
    equal([one["need"] for one in report["waivers"]], ["systemd-init", "clock-synchronised"])
    contains(report["waivers"][0]["from"], "/waivers.yaml:1")
    check({"systemd-init", "clock-synchronised"} <= set(role_of(report, "46/compute")["waived"]))


def what_is_wrong_is_refused_with_its_place(program):
  yesterday = (datetime.now(timezone.utc) - timedelta(days=1)).strftime("%Y-%m-%d")
  with Machine(program) as machine:
    for option, part in (
        (waiver("systemd-init", until=yesterday), "the waiver of 'systemd-init' ended on " + yesterday),
        (waiver("systemd-init", until="soon"), "expected a date"),
        (waiver("systemd-ini"), "did you mean 'systemd-init'?"),
        (waiver("systemd-init", "46/comput"), "46 has no role 'comput'"),
        (waiver("systemd-init", owner=""), "'owner' is missing"),
        ("--waive=systemd-init", "'until' is missing")):
      answer = machine.run(option, "46")
      equal(answer.code, 64, answer)
      equal(answer.out, "")
      contains(answer.err, "--waive: ", part)
    entry = "- {need: %s, owner: ops, reason: r, until: %s}\n"
    for text, part in (
        (entry % ("systemd-init", yesterday), "waivers.yaml:1:54: the waiver of 'systemd-init' ended"),
        (entry % ("systemd-ini", UNTIL), "waivers.yaml:1:10: there is no need 'systemd-ini'"),
        ("need: systemd-init\n", "waivers.yaml:1:1: expected a list of waivers"),
        ("- {need: [\n", "waivers.yaml:")):
      answer = machine.run(machine.file(text))
      equal(answer.code, 65, answer)
      contains(answer.err, part)
    answer = machine.run("--waivers", "/nonexistent", "46")
    equal(answer.code, 65, answer)
    contains(answer.err, "/nonexistent: No such file")


def what_would_lose_data_is_never_waived(program):
  rules = program.run("list", "--format", "json").json()
  needs = {need["id"] for one in rules["deployments"] for role in one["roles"]
           for need in role["needs"] if need.get("destroys")}
  check(needs)
  with Machine(program) as machine:
    for need in sorted(needs):
      answer = machine.run(waiver(need), "46")
      equal(answer.code, 64, answer)
      contains(answer.err, "'%s' cannot be waived: data would be lost" % need)


def the_sites_file_is_read_on_the_machine_alone(program):
  if os.geteuid() != 0:
    raise Skip("not run as root")
  with scratch() as folder:
    shutil.copytree("/etc", folder / "etc", symlinks=True,
                    ignore=shutil.ignore_patterns("stackcheck", "shadow*", "gshadow*"))
    (folder / "etc/stackcheck").mkdir()
    (folder / "etc/stackcheck/waivers.yaml").write_text(
      "- {need: memory.total>=8GB, owner: o, reason: r, until: %s}\n" % UNTIL)
    before = ("unshare", "-m", "sh", "-c",
              "mount --bind %s /etc && exec \"$@\"" % (folder / "etc"), "sh")
    write_recording(folder / "host")
    here = program.report("--no-guest", before=before)
    equal([one["from"] for one in here["waivers"]], ["/etc/stackcheck/waivers.yaml:1"])
    equal(program.report("--host", folder / "host", before=before)["waivers"], [])
    (folder / "other.yaml").write_text("[]\n")
    equal(program.report("--waivers", folder / "other.yaml", before=before)["waivers"], [])


main([
  a_role_whose_needs_are_all_waived_is_limited, a_waiver_opens_nothing_else,
  every_report_names_need_owner_day_and_reason, plans_and_what_shares_a_host_name_it_too,
  a_waiver_that_waives_nothing_is_mentioned,
  a_file_waives_what_options_do_and_both_add_up, what_is_wrong_is_refused_with_its_place,
  what_would_lose_data_is_never_waived, the_sites_file_is_read_on_the_machine_alone,
])
