#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What `stackcheck record` writes replays to the same facts and verdicts, from whoever recorded.

usage: tests/report/record.py BUILD
"""

import fnmatch
import os
import subprocess
import sys

sys.dont_write_bytecode = True

from program import (NOBODY, Skip, contains, equal, main, scratch)

# What changes from one moment to the next.
CHANGING = ("memory.available", "memory.free*", "disk.free.*", "disk.root_free", "process.names",
            "process.running.*", "services", "ports", "port.*", "swap*", "hugepages*")


def told(facts):
  """Values and states, without where they were read: libraries tell what recordings tell in texts."""
  return {name: {key: value for key, value in fact.items() if key != "source"}
          for name, fact in facts.items()
          if not any(fnmatch.fnmatchcase(name, pattern) for pattern in CHANGING)}


def same_facts(live, again):
  equal(set(live), set(again), "names")
  live, again = told(live), told(again)
  for name, fact in live.items():
    equal(again[name], fact, name)


def record_as(program, folder, before=()):
  path = folder / ("recording-%d.tar.gz" % len(before))
  with open(path, "wb") as out:
    done = subprocess.run([*before, str(program.path), "record", "-"], stdout=out,
                          stderr=subprocess.PIPE, timeout=120)
  equal(done.returncode, 0, done.stderr.decode())
  return path


def replays(program, before=()):
  with scratch() as folder:
    path = record_as(program, folder, before)
    live = program.facts("--full", before=before)
    same_facts(live, program.facts("--full", "--host", path))
    os.chmod(folder, 0o755)
    os.chmod(path, 0o644)
    if os.geteuid() == 0:
      same_facts(live, program.facts("--full", "--host", path, before=NOBODY))
    subprocess.run(["tar", "xzf", path, "-C", folder], check=True)
    same_facts(live, program.facts("--full", "--host", folder / "recording"))


def a_recording_replays_to_the_same_facts(program):
  replays(program)


def an_ordinary_users_recording_replays_to_what_that_user_knew(program):
  if os.geteuid() != 0:
    raise Skip("only root can become an ordinary user")
  replays(program, before=NOBODY)


def a_recording_replays_to_the_same_verdicts(program):
  with scratch() as folder:
    path = record_as(program, folder)
    live, again = program.report(), program.report("--host", path)
    equal([(d["id"], d["verdict"]) for d in again["deployments"]],
          [(d["id"], d["verdict"]) for d in live["deployments"]], "verdicts")


def the_name_of_this_machine_is_not_in_a_recording(program):
  name = os.uname().nodename
  if len(name) < 5:
    raise Skip("its name is a word that may be found in many places")
  with scratch() as folder:
    path = record_as(program, folder)
    subprocess.run(["tar", "xzf", path, "-C", folder], check=True)
    done = subprocess.run(["grep", "-rlwF", name, folder / "recording" / "proc"],
                          stdout=subprocess.PIPE, text=True)
    equal(done.stdout, "", name)


def a_key_makes_the_same_of_the_same(program):
  with scratch() as folder:
    key = folder / "key"
    key.write_text("0123456789abcdef0123456789abcdef\n")
    for name in ("a", "b"):
      equal(program.run("record", "--identity", "keyed", "--identity-key", key, folder / name).code, 0)
      same_facts(program.facts("--full"), program.facts("--full", "--host", folder / name))


def a_key_that_is_missing_or_short_is_told(program):
  with scratch() as folder:
    key = folder / "key"
    key.write_text("short\n")
    for arguments, words in (([], "expected --identity-key"), (["--identity-key", key], "16 bytes"),
                             (["--identity-key", folder / "none"], "cannot be read")):
      answer = program.run("record", "--identity", "keyed", *arguments, folder / "out")
      equal(answer.code, 64, answer)
      contains(answer.err, words)
      equal((folder / "out").exists(), False, "a file was left")


def record_wants_one_file_and_no_other_host(program):
  for arguments in (("record",), ("record", "a", "b"), ("record", "--host", "/", "a")):
    answer = program.run(*arguments)
    equal(answer.code, 64, answer)
    contains(answer.err, "expected one FILE")


if __name__ == "__main__":
  main([
    a_recording_replays_to_the_same_facts,
    an_ordinary_users_recording_replays_to_what_that_user_knew,
    a_recording_replays_to_the_same_verdicts, the_name_of_this_machine_is_not_in_a_recording,
    a_key_makes_the_same_of_the_same, a_key_that_is_missing_or_short_is_told,
    record_wants_one_file_and_no_other_host,
  ])
