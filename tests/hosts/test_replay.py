#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a replay lets pass, and above all what it does not."""

import runpy
import unittest
from pathlib import Path

REPLAY = runpy.run_path(str(Path(__file__).with_name("replay")))


def known(value):
  return {"state": "known", "value": value, "source": "/proc"}


class Replays(unittest.TestCase):
  def differ(self, kept, now):
    return REPLAY["difference"](kept, now, "facts")

  def test_new_facts_and_new_members_pass(self):
    self.assertEqual(self.differ({"a": 1}, {"a": 1, "b": 2}), [])
    self.assertEqual(self.differ([{"a": 1}], [{"a": 1, "b": 2}]), [])

  def test_what_is_kept_must_come_out_as_it_is(self):
    for kept, now in (({"a": 1}, {"a": 2}), ({"a": 1}, {}), ([1], [1, 2]), ([1, 2], [1]), ({"a": True}, {"a": None}),
                      ({"a": {"unknown": "hidden"}}, {"a": None}), ({"a": None}, {"a": {"unknown": "hidden"}}),
                      ({"a": {"unknown": "hidden"}}, {"a": {"unknown": "permission"}})):
      with self.subTest(kept=kept, now=now):
        self.assertNotEqual(self.differ(kept, now), [])

  def test_a_fact_is_its_value_or_why_it_has_none(self):
    bare = REPLAY["bare"]
    self.assertEqual(bare(known([known(1), {"state": "absent"}])), [1, None])
    self.assertEqual(bare({"state": "unknown", "reason": "hidden", "detail": "…"}), {"unknown": "hidden"})

  def test_a_verdict_has_both_ends_where_they_differ(self):
    role = {"role": "node", "verdict": "unknown", "worst": "fixable", "best": "ready", "fix": "reboot", "needs": ["a"]}
    report = {"needs": {"a": {"cause": ["busy"]}}, "deployments": [{"id": 62, "roles": [role]}]}
    self.assertEqual(REPLAY["verdicts_of"](report),
                     {"62/node": {"verdict": "fixable..ready (reboot)", "needs": {"a": ["busy"]}}})


if __name__ == "__main__":
  unittest.main()
