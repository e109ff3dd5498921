#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The published JSON schemas against what the program writes, and what schemas cannot say.

usage: tests/report/schemas.py BUILD
"""

import copy
import json
import os
import sys

sys.dont_write_bytecode = True

import jsonschema
import yaml

from program import (LEVELS, NOBODY, REMEDIES, ROOT, SCHEMAS, Skip, check, equal, main, scratch,
                     verdict_of, write_recording)

DETAILS = ("verdicts", "unmet", "all")


def schema(name):
  return json.loads((SCHEMAS / (name + ".json")).read_text())


VALIDATORS = {name: jsonschema.Draft202012Validator(schema(name))
              for name in ("facts", "report", "rules", "together")}


def fits(name, document, where=""):
  errors = sorted(VALIDATORS[name].iter_errors(document), key=lambda error: len(error.path))
  check(not errors, "%s: %s" % (where, "\n".join(
    "/".join(map(str, error.absolute_path)) + ": " + error.message[:300] for error in errors[:8])))


def breaks(name, document, how):
  """A schema that takes anything proves nothing: each of these changes must be refused."""
  for what, change in how.items():
    broken = copy.deepcopy(document)
    change(broken)
    check(broken != document, "%s: nothing was broken" % what)
    check(not VALIDATORS[name].is_valid(broken), "%s is taken" % what)


def put(*path):
  """A change: the last of `path` is set at the place that the others name."""
  *way, key, value = path

  def change(document):
    for step in way:
      document = document[step]
    document[key] = value
  return change


def drop(*path):
  *way, key = path

  def change(document):
    for step in way:
      document = document[step]
    del document[key]
  return change


def reports(program):
  """The report in every detail, of every kind of machine that can be had here."""
  kinds = {
    "live": ((), {}),
    "no guest": (("--no-guest",), {}),
    "new": (("--os", "new"), {}),
    "assumed": (("--assume", "memory.total=512GiB", "--assume", "nic.speed=absent"), {}),
  }
  if os.geteuid() == 0:
    kinds["ordinary user"] = ((), {"before": NOBODY})
  for name, (arguments, options) in kinds.items():
    for detail in DETAILS:
      yield name, detail, program.report("--detail", detail, *arguments, **options)
  with scratch() as folder:
    write_recording(folder)
    for detail in DETAILS:
      for basis in ("running", "new"):
        yield ("recording, " + basis, detail,
               program.report("--host", folder, "--detail", detail, "--os", basis))


def schemas_are_schemas(program):
  for validator in VALIDATORS.values():
    validator.check_schema(validator.schema)
    check(validator.schema["description"])


def facts_fit_their_schema(program):
  fits("facts", program.run("facts", "--format", "json").json(), "live")
  fits("facts", program.run("facts", "--format", "json", "--full").json(), "full")
  fits("facts", program.run("facts", "--format", "json", "nics", "kernel.config.KVM").json(), "named")
  fits("facts", program.run("facts", "--format", "json", "--assume", "cpu.cores=9").json(), "assumed")
  with scratch() as folder:
    fits("facts", program.run("facts", "--format", "json", "--host",
                              write_recording(folder)).json(), "recording")


def facts_of_an_ordinary_user_fit_their_schema(program):
  if os.geteuid() != 0:
    raise Skip("not run as root")
  fits("facts", program.run("facts", "--format", "json", before=NOBODY).json())


def facts_are_small_enough_to_collect(program):
  check(len(program.run("facts", "--format", "json").out) < 192 * 1024)
  check(len(program.run("facts", "--format", "json", "--full").out) < 2 * 1024 * 1024)


def broken_facts_are_refused(program):
  document = program.run("facts", "--format", "json").json()
  breaks("facts", document, {
    "another schema": put("schema", "stackcheck.facts/2"),
    "no time": drop("collected_at"),
    "a local time": put("collected_at", "2026-01-01 12:00"),
    "no facts": drop("facts"),
    "a stray key": put("hosts", {}),
    "a fact that is a plain value": put("facts", "cpu.cores", 4),
    "a state that is none": put("facts", "cpu.cores", {"state": "maybe"}),
    "known without a value": put("facts", "cpu.cores", {"state": "known"}),
    "absent with a value": put("facts", "cpu.cores", {"state": "absent", "value": 1}),
    "unknown without a reason": put("facts", "cpu.cores", {"state": "unknown"}),
    "a reason that is none": put("facts", "cpu.cores", {"state": "unknown", "reason": "shy"}),
    "a real number": put("facts", "cpu.cores", {"state": "known", "value": 1.5}),
    "null as a value": put("facts", "cpu.cores", {"state": "known", "value": None}),
    "a record in a record": put("facts", "disks", {"state": "known", "value": [{"a": {"b": 1}}]}),
    "a name that is none": put("facts", "CPU cores", {"state": "absent"}),
  })


def reports_fit_their_schema(program):
  for kind, detail, report in reports(program):
    fits("report", report, "%s, %s" % (kind, detail))
    equal(report["detail"], detail)


def broken_reports_are_refused(program):
  report = program.report("--detail", "all")
  unmet = next(key for key, need in report["needs"].items() if need["outcome"] == "unmet" and need.get("cause"))
  fixable = next(i for i, one in enumerate(report["deployments"]) if one["verdict"] != "unknown")
  breaks("report", report, {
    "another schema": put("schema", "stackcheck.report/0"),
    "no needs": drop("needs"),
    "no deployments": put("deployments", []),
    "a basis that is none": put("basis", "old"),
    "a detail that is none": put("detail", "some"),
    "a stray key": put("verdict", "ready"),
    "a short digest": put("rules", "digest", "abc"),
    "an assumption without a value": put("assumptions", ["cpu.cores"]),
    "a host fact that is none": put("host", "host.serial", "1"),
    "an outcome that is none": put("needs", unmet, "outcome", "short"),
    "a level that is none": put("needs", unmet, "worst", "bad"),
    "a need without its best": drop("needs", unmet, "best"),
    "a cause that is none": put("needs", unmet, "cause", ["broken"]),
    "a cause without a remedy": drop("needs", unmet, "remedy"),
    "a met need with a cause": put("needs", unmet, "outcome", "met"),
    "a remedy that is none": put("needs", unmet, "remedy", "kind", "magic"),
    "a remedy without words": drop("needs", unmet, "remedy", "text"),
    "a stray key in a need": put("needs", unmet, "layer", "x"),
    "a verdict that is none": put("deployments", 0, "verdict", "perhaps"),
    "a deployment without its worst": drop("deployments", fixable, "worst"),
    "fixable without a remedy": put("deployments", fixable, {
      **report["deployments"][fixable], "verdict": "fixable", "fix": None}),
    "no with a remedy": put("deployments", fixable, {
      **report["deployments"][fixable], "verdict": "no", "fix": "reboot"}),
    "hardware as a fix": put("deployments", fixable, {
      **report["deployments"][fixable], "verdict": "fixable", "fix": "hardware"}),
    "a role without counts": drop("deployments", 0, "roles", 0, "counts"),
    "a count of nothing": put("deployments", 0, "roles", 0, "counts", "met", 0),
    "a count of what is none": put("deployments", 0, "roles", 0, "counts", "bad", 1),
    "a role without a name": drop("deployments", 0, "roles", 0, "role"),
    "a deployment without roles": put("deployments", 0, "roles", []),
    "needs where only verdicts were asked for": put("detail", "verdicts"),
  })


def rules_fit_their_schema(program):
  rules = program.run("list", "--format", "json").json()
  fits("rules", rules)
  for deployment in rules["deployments"]:
    for role in deployment["roles"]:
      for need in role["needs"]:
        check(need["layer"] in deployment["stack"], need)


def every_shipped_deployment_says_when_it_was_reviewed(program):
  rules = program.run("list", "--format", "json").json()
  for one in rules["deployments"]:
    check(one.get("reviewed"), one["id"])
  check(sum("release" in one for one in rules["deployments"]) > 20)
  check(sum("notes" in one for one in rules["deployments"]) > 25)


def broken_rules_are_refused(program):
  rules = program.run("list", "--format", "json").json()
  need = ("deployments", 0, "roles", 0, "needs", 0)
  breaks("rules", rules, {
    "another schema": put("schema", "x"),
    "a need without a source": put(*need, "source", []),
    "a source that is none": put(*need, "source", ["somebody said so"]),
    "a need without a why": drop(*need, "why"),
    "a weight that is none": put(*need, "weight", "soft"),
    "a kind that is none": put(*need, "kind", "wish"),
    "a status that is none": put("deployments", 0, "status", "good"),
    "an operator that is none": put(*need, "about", 4),
    "a release without a source": put("deployments", 0, "release", {"name": "One 1"}),
    "a review without a day": put("deployments", 0, "reviewed", "2026"),
    "notes that are none": put("deployments", 0, "notes", []),
    "a note without a source": put("deployments", 0, "notes", [{"text": "it has moved on"}]),
  })


def report_is_small(program):
  sizes = {
    "default": (64, ()), "new": (64, ("--os", "new")),
    "verdicts": (8, ("--detail", "verdicts")),
    "verdicts, new": (8, ("--detail", "verdicts", "--os", "new")),
  }
  for name, (kilobytes, arguments) in sizes.items():
    size = len(program.run("--format", "json", *arguments).out.encode())
    check(size < kilobytes * 1024, "%s: %d bytes" % (name, size))


def report_of_an_ordinary_user_is_small(program):
  if os.geteuid() != 0:
    raise Skip("not run as root")
  for kilobytes, arguments in ((64, ()), (8, ("--detail", "verdicts"))):
    size = len(program.run("--format", "json", *arguments, before=NOBODY).out.encode())
    check(size < kilobytes * 1024, "%d bytes" % size)


def all_forty_deployments_are_there_in_order(program):
  ids = [one["id"] for one in program.report()["deployments"]]
  equal([one for one in ids if one < 1000], list(range(31, 71)))
  files = sorted((ROOT / "rules/deployments").glob("*.yaml"))
  equal([yaml.safe_load(path.read_text())["id"] for path in files], list(range(31, 71)))


def each_listed_id_is_in_needs(program):
  for kind, detail, report in reports(program):
    listed = set()
    for deployment in report["deployments"]:
      for role in deployment["roles"]:
        for key in ("needs", "to_confirm", "recommended", "in_use", "met"):
          listed.update(role.get(key, ()))
    missing = listed - set(report["needs"])
    check(not missing, "%s, %s: %s" % (kind, detail, missing))
    if detail == "unmet":
      equal(set(report["needs"]), listed, "%s: needs that nobody lists" % kind)


def intervals_are_in_order_and_verdicts_follow(program):
  for kind, detail, report in reports(program):
    ranges = list(report["needs"].values())
    judged = []
    for deployment in report["deployments"]:
      judged.append(deployment)
      judged.extend(deployment["roles"])
    ranges += [one for one in judged if "worst" in one]
    for one in ranges:
      check(LEVELS.index(one["worst"]) <= LEVELS.index(one["best"]), (kind, one))
    for one in judged:
      worst = one.get("worst", one["verdict"])
      if worst != "unknown":
        # Two fixable ends may ask for different remedies: then it is not settled how dear it is.
        allowed = {verdict_of(worst, one.get("best", worst))}
        if one.get("worst") == one.get("best") == "fixable":
          allowed.add("unknown")
        check(one["verdict"] in allowed, (kind, detail, one))


def a_deployment_is_as_good_as_its_best_primary_role(program):
  for kind, detail, report in reports(program):
    if detail != "all":
      continue
    for deployment in report["deployments"]:
      roles = [role for role in deployment["roles"] if role["primary"]]
      check(roles, deployment["id"])
      for end in ("worst", "best"):
        best = max((role[end] for role in roles), key=LEVELS.index)
        equal(deployment[end], best, (kind, deployment["id"], end))


def a_need_that_is_not_met_drags_its_role_down(program):
  for kind, detail, report in reports(program):
    if detail != "unmet":
      continue
    for deployment in report["deployments"]:
      for role in deployment["roles"]:
        if role["verdict"] == "ready":
          equal(role["needs"], [], (kind, deployment["id"], role["role"]))
        else:
          check(role["needs"], (kind, deployment["id"], role["role"], role["verdict"]))
        if role["verdict"] == "no":
          check(any(report["needs"][key]["worst"] == "no" for key in role["needs"]), (kind, role))
        if role["verdict"] == "fixable":
          check(role["fix"] in REMEDIES, (kind, role))


def counts_add_up(program):
  rules = program.run("list", "--format", "json").json()
  total = {(one["id"], role["role"]): len(role["needs"])
           for one in rules["deployments"] for role in one["roles"]}
  for kind, detail, report in reports(program):
    if detail == "verdicts":
      continue
    for deployment in report["deployments"]:
      for role in deployment["roles"]:
        counts = role["counts"]
        equal(sum(counts.values()), total[deployment["id"], role["role"]], (kind, role["role"]))
        equal(counts.get("to-confirm", 0), len(role["to_confirm"]), (kind, role["role"]))
        check(len(role["needs"]) <= counts.get("unmet", 0) + counts.get("unknown", 0), role)


def details_agree_on_verdicts(program):
  with scratch() as folder:
    write_recording(folder)
    seen = set()
    for detail in DETAILS:
      report = program.report("--host", folder, "--detail", detail)
      seen.add(json.dumps([(one["id"], one["verdict"], one.get("fix"),
                            [(role["role"], role["verdict"]) for role in one["roles"]])
                           for one in report["deployments"]]))
    equal(len(seen), 1)


main([
  schemas_are_schemas, facts_fit_their_schema, facts_of_an_ordinary_user_fit_their_schema,
  facts_are_small_enough_to_collect, broken_facts_are_refused, reports_fit_their_schema,
  broken_reports_are_refused, rules_fit_their_schema,
  every_shipped_deployment_says_when_it_was_reviewed, broken_rules_are_refused, report_is_small,
  report_of_an_ordinary_user_is_small, all_forty_deployments_are_there_in_order,
  each_listed_id_is_in_needs, intervals_are_in_order_and_verdicts_follow,
  a_deployment_is_as_good_as_its_best_primary_role, a_need_that_is_not_met_drags_its_role_down,
  counts_add_up, details_agree_on_verdicts,
])
