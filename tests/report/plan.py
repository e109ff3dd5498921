#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Plans: what they promise comes true where their outcome is assumed, on every kept machine and for every role.

usage: tests/report/plan.py BUILD
"""

import concurrent.futures
import os
import runpy
import sys

sys.dont_write_bytecode = True

from program import (LEVELS, ROOT, check, deployment, equal, main, scratch)

REPLAY = runpy.run_path(str(ROOT / "tests/hosts/replay"))
HOSTS = ROOT / "tests/hosts"


def machines():
  return sorted(path.parent.name for path in HOSTS.glob("*/recording.tar.xz"))


def unpack(name, folder):
  """The recording of a kept machine, whole; its path."""
  REPLAY["unpack"](HOSTS / name / "recording.tar.xz", folder)
  for kernel in (HOSTS / name / "kernels").read_text().split():
    REPLAY["unpack"](HOSTS / f"kernels/{kernel}.tar.xz", folder)
  host, = folder.iterdir()
  return host


def roles_of(program):
  rules = program.run("list", "--format", "json").json()
  return [f"{one['id']}/{role['role']}" for one in rules["deployments"] for role in one["roles"]]


def outcome(report, name):
  number, _, role = name.partition("/")
  return next(one for one in deployment(report, int(number))["roles"] if one["role"] == role)


def broken(program, host, *asked):
  """What is wrong with the plan for these roles on that host, a sentence each."""
  arguments = ("--os", "running", "--host", host)
  answer = program.run("plan", "--format", "json", *asked, *arguments)
  if answer.code > 3:
    return [f"exit {answer.code}: {answer.err}"]
  plan = answer.json()
  assumed = [word for assumption in plan["assumptions"] for word in ("--assume", assumption)]
  report = program.report("--detail", "all", *arguments, *assumed)
  wrong = []
  for role in plan["roles"]:
    after = outcome(report, role["role"])
    for end in ("worst", "best"):
      if after[end] != role["promised"][end]:
        wrong.append(f"{end} is promised {role['promised'][end]} and is {after[end]}")
    # Nothing that a remedy is known for is left: what is no better than fixable is so for what nobody knows.
    if LEVELS.index(after["worst"]) < LEVELS.index("limited"):
      open_ends = {one["need"] for one in plan["open"] if one["kind"] == "unknown"}
      wrong += [f"{need} is still not met" for need in after["needs"]
                if report["needs"][need]["outcome"] == "unmet" and need not in open_ends]
  if len(asked) == 1:
    wrong += [f"{one['need']} is {one['kind']}: {one['text']}" for one in plan["open"]
              if one["kind"] in ("left", "in-conflict")]
  return wrong


def every_plan_keeps_its_promise_on_every_machine(program):
  roles, wrong, plans = roles_of(program), [], 0
  with scratch() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    for name in machines():
      (folder / name).mkdir()
      host = unpack(name, folder / name)
      for role, found in zip(roles, pool.map(lambda role: broken(program, host, role), roles)):
        plans += 1
        wrong += [f"{name}, {role}: {one}" for one in found]
  check(plans >= 37 * 40, f"only {plans} plans")
  check(not wrong, f"{len(wrong)} of {plans} plans\n" + "\n".join(wrong))


main([every_plan_keeps_its_promise_on_every_machine])
