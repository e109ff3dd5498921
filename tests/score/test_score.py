#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A score counts only if what is wrong is seen as wrong: the words of labels and the reading of the peer."""

import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import label
import machine
import peer

KNOWN = {"state": "known", "value": ["cpu", "pids"]}
UNKNOWN = {"state": "unknown", "reason": "permission"}
ABSENT = {"state": "absent"}

NO_KVM = """  QEMU: Checking for hardware virtualization : PASS
  QEMU: Checking if device /dev/kvm exists   : FAIL (Check that the 'kvm-intel' or 'kvm-amd' \
modules are loaded & the BIOS has enabled virtualization)
  QEMU: Checking for device assignment IOMMU support : WARN (Unknown if this platform has IOMMU support)
"""


def unmet(*causes):
  return {"needs": {"hardware-virtualization": {"outcome": "unmet", "cause": list(causes)}}}


class Words(unittest.TestCase):
  def test_a_value_stands_for_a_known_fact_alone(self):
    self.assertTrue(label.holds(["cpu", "pids"], KNOWN))
    self.assertFalse(label.holds(["cpu"], KNOWN))
    self.assertFalse(label.holds(True, UNKNOWN))
    self.assertFalse(label.holds(1, True))

  def test_unknown_is_held_by_its_reason(self):
    self.assertTrue(label.holds({"unknown": True}, UNKNOWN))
    self.assertTrue(label.holds({"unknown": "permission"}, UNKNOWN))
    self.assertFalse(label.holds({"unknown": "hidden"}, UNKNOWN))
    self.assertFalse(label.holds({"unknown": True}, ABSENT))

  def test_not_forbids_a_value_and_allows_ignorance(self):
    self.assertTrue(label.holds({"not": False}, UNKNOWN))
    self.assertFalse(label.holds({"not": False}, {"state": "known", "value": False}))

  def test_lists_have_and_lack(self):
    self.assertTrue(label.holds({"has": ["cpu"], "lacks": ["memory"]}, KNOWN))
    self.assertFalse(label.holds({"has": ["memory"]}, KNOWN))
    self.assertFalse(label.holds({"lacks": ["memory"]}, UNKNOWN))
    self.assertTrue(label.holds({"among": ["busy", "in-conflict"]}, ["busy"]))
    self.assertFalse(label.holds({"among": ["busy"]}, ["busy", "too-old"]))

  def test_a_cause_is_the_whole_set(self):
    self.assertTrue(label.cause_held(["busy", "too-old"], ["too-old", "busy"], None))
    self.assertFalse(label.cause_held(["busy"], ["busy", "too-old"], None))
    self.assertFalse(label.cause_held(["busy"], [], None))

  def test_a_need_that_is_not_in_the_report_is_wrong(self):
    claims = label.claims_of({"needs": {"iommu": {"outcome": "met"}}}, {},
                             {"needs": {}, "deployments": []})
    self.assertFalse(any(claim.held for claim in claims))

  def test_a_label_that_claims_nothing_is_refused(self):
    with self.assertRaises(ValueError):
      label.claims_of({}, {}, {"needs": {}, "deployments": []})


class Peer(unittest.TestCase):
  def test_one_of_its_guesses_is_enough_for_its_cause(self):
    self.assertEqual(peer.judge(unmet("module-not-loaded"), NO_KVM)[0], "right")
    self.assertEqual(peer.judge(unmet("module-blocked"), NO_KVM)[0], "wrong")

  def test_a_wrong_verdict_is_wrong(self):
    self.assertEqual(peer.judge({"needs": {"hardware-virtualization": {"outcome": "met"}}}, NO_KVM)[0],
                     "wrong")

  def test_a_no_to_what_nobody_can_tell_is_wrong_and_a_yes_may_be_so(self):
    want = {"needs": {"hardware-virtualization": {"outcome": "unknown"}}}
    self.assertEqual(peer.judge(want, NO_KVM)[0], "wrong")
    self.assertEqual(peer.judge(want, NO_KVM.replace("FAIL", "PASS"))[0], "does not say")

  def test_what_it_does_not_know_it_does_not_say(self):
    for outcome in ("met", "unmet"):
      self.assertEqual(peer.judge({"needs": {"iommu": {"outcome": outcome}}}, NO_KVM)[0], "does not say")
    self.assertEqual(peer.judge({"facts": {"cpu.threads": 2}}, NO_KVM)[0], "does not say")


class Machines(unittest.TestCase):
  def test_parts_are_merged_key_by_key_and_lists_appended(self):
    merged = machine.merge({"a": {"b": 1, "l": [1]}, "c": 2}, {"a": {"l": [2]}, "c": 3})
    self.assertEqual(merged, {"a": {"b": 1, "l": [1, 2]}, "c": 3})


if __name__ == "__main__":
  unittest.main(argv=[sys.argv[0], "--quiet"])
