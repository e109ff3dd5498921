#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The evaluator of the lab's expectations: what it lets pass, and above all what it does not."""

import json
import unittest

import expect


def known(value):
  return {"state": "known", "value": value, "source": "/proc"}


def unknown(reason):
  return {"state": "unknown", "reason": reason}


def facts(**facts_by_name):
  named = {name.replace("__", "."): fact for name, fact in facts_by_name.items()}
  return answer({"schema": "stackcheck.facts/1", "facts": named})


def answer(document, status=0):
  return {"stdout": json.dumps(document), "stderr": "stackcheck: FAIL 62/node no\n", "exit": status}


ANSWERS = {
  "facts": facts(cpu__virt=known("svm"), cpu__virt__enabled=known(True), kvm__usable=unknown("permission"),
                 swap__total={"state": "absent"}, cgroup__controllers=known(["cpu", "memory"]),
                 numa=known([{"node": 0, "pages": 0}, {"node": 1, "pages": 1}])),
  "report": answer({
    "schema": "stackcheck.report/1",
    "needs": {"memory.total": {"outcome": "unmet", "cause": ["too-small"]}},
    "deployments": [{"id": 62, "verdict": "fixable", "roles": [{"needs": ["a"]}, {"needs": ["b"]}]},
                    {"id": 63, "verdict": "no", "roles": [{"needs": ["c"]}]}]}, 2),
  "broken": {"stdout": "", "stderr": "out of memory", "exit": 70},
}

HOLDING = (
  "facts cpu.virt == svm",
  "facts cpu.virt.enabled == true",
  "facts cpu.virt in vmx,svm",
  "facts cgroup.controllers has cpu,memory",
  "facts cgroup.controllers lacks io",
  "facts kvm.usable.state == unknown",
  "facts kvm.usable.reason == permission",
  "facts swap.total.state == absent",
  "facts numa[node=1].pages == 1",
  "facts numa[node=1,pages=1].node == 1",
  "facts numa[*].pages == [0, 1]",
  "facts numa[0].node >= 0",
  "report needs[memory.total].cause has too-small",
  "report deployments[id=62].verdict == fixable",
  "report deployments[*].roles[*].needs[*] has a,b,c",
  "report $exit == 2",
  "report $stderr matches ^stackcheck: FAIL 62/",
  "facts no-bolder-than facts",
)

FAILING = (
  "facts cpu.virt == vmx",
  "facts cpu.virt.enabled == false",
  "facts cpu.virt matches ^v",
  "facts cpu.virt >= 4",
  "facts cpu.missing == svm",
  "facts kvm.usable == true",
  "facts kvm.usable != true",
  "facts kvm.usable == false",
  "facts swap.total != 1",
  "facts cgroup.controllers has io",
  "facts cgroup.controllers lacks cpu",
  "facts numa[node=2].pages == 1",
  "facts numa[node=0,pages=1].node == 0",
  "report deployments[id=64].verdict == no",
  "report deployments[*].verdict == no",
  "report $exit == 0",
  "broken cpu.virt == svm",
  "other cpu.virt == svm",
)

NO_EXPECTATIONS = ("", "facts", "facts cpu.virt", "facts cpu.virt =", "facts cpu.virt is svm")


class Expectations(unittest.TestCase):
  def test_what_is_so_passes(self):
    for line in HOLDING:
      with self.subTest(line):
        expect.check(line, ANSWERS)

  def test_what_is_not_so_fails(self):
    for line in FAILING:
      with self.subTest(line), self.assertRaises(expect.Mismatch):
        expect.check(line, ANSWERS)

  def test_a_line_that_is_no_expectation_is_an_error(self):
    for line in NO_EXPECTATIONS:
      with self.subTest(line), self.assertRaises(ValueError):
        expect.parse(line)


class Boldness(unittest.TestCase):
  def compare(self, weak, strong, exceptions=""):
    line = "user no-bolder-than root" + (f" except {exceptions}" if exceptions else "")
    expect.check(line, {"user": facts(**weak), "root": facts(**strong)})

  def test_unknown_may_stand_for_anything_at_any_depth(self):
    self.compare({"a": unknown("permission"), "b": known([{"serial": unknown("permission")}])},
                 {"a": known(True), "b": known([{"serial": known("S")}])})

  def test_no_other_difference_passes(self):
    for weak in (known(False), {"state": "absent"}, known([1])):
      with self.subTest(weak), self.assertRaises(expect.Mismatch):
        self.compare({"a": weak}, {"a": known(True)})

  def test_a_shorter_list_or_a_missing_fact_does_not_pass(self):
    for weak in ({"a": known([1])}, {}):
      with self.subTest(weak), self.assertRaises(expect.Mismatch):
        self.compare(weak, {"a": known([1, 2])})

  def test_names_may_come_in_another_order(self):
    self.compare({"a": known(["x", "y"])}, {"a": known(["y", "x"])})
    with self.assertRaises(expect.Mismatch):
      self.compare({"a": known([1, 2])}, {"a": known([2, 1])})

  def test_knowing_more_than_the_other_does_not_pass(self):
    with self.assertRaises(expect.Mismatch):
      self.compare({"a": known(True)}, {"a": unknown("error")})

  def test_named_facts_may_differ(self):
    weak, strong = {"a": known(1), "b__c": known(2)}, {"a": known(1), "b__c": known(3)}
    self.compare(weak, strong, "b.c")
    self.compare(weak, strong, "x,b.*")
    with self.assertRaises(expect.Mismatch):
      self.compare(weak, strong, "a")


def finding(outcome, worst, best):
  return {"outcome": outcome, "verdict": outcome, "worst": worst, "best": best}


def report(role, need=("met", "ready", "ready")):
  """A report of a role that falls short by the need kvm, if it does, and of another need."""
  short = {"needs": ["kvm"] if need[0] == "unmet" else []}
  return answer({"schema": "stackcheck.report/1",
                 "needs": {"kvm": finding(*need), "memory": finding("met", "ready", "ready")},
                 "deployments": [{"id": 62, "roles": [{"role": "node", **finding(*role), **short}]}]})


class Within(unittest.TestCase):
  def compare(self, weak, strong, exceptions=""):
    line = "user within root" + (f" except {exceptions}" if exceptions else "")
    expect.check(line, {"user": weak, "root": strong})

  def test_an_interval_holds_itself_and_what_lies_in_it(self):
    for role in (("no", "no", "no"), ("unknown", "no", "fixable"), ("unknown", "no", "ready")):
      with self.subTest(role):
        self.compare(report(role), report(("no", "no", "no")))

  def test_what_the_other_found_is_not_ruled_out(self):
    fixable = ("fixable", "fixable", "fixable")
    for role in (("no", "no", "no"), ("ready", "ready", "ready"), ("unknown", "limited", "ready")):
      with self.subTest(role), self.assertRaises(expect.Mismatch):
        self.compare(report(role), report(fixable))
      with self.subTest(role), self.assertRaises(expect.Mismatch):
        self.compare(report(fixable, role), report(fixable, fixable))

  def test_a_narrower_interval_does_not_pass(self):
    with self.assertRaises(expect.Mismatch):
      self.compare(report(("fixable", "fixable", "fixable")), report(("unknown", "no", "fixable")))

  def test_a_named_need_excuses_the_roles_that_fall_short_by_it(self):
    weak = report(("no", "no", "no"), ("unmet", "no", "no"))
    strong = report(("ready", "ready", "ready"))
    self.compare(weak, strong, "kvm")
    for exceptions in ("", "memory"):
      with self.subTest(exceptions), self.assertRaises(expect.Mismatch):
        self.compare(weak, strong, exceptions)


if __name__ == "__main__":
  unittest.main()
