#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What `stackcheck record` writes replays to the same facts and verdicts, from whoever recorded.

usage: tests/report/record.py BUILD
"""

import fnmatch
import os
import subprocess
import sys
import time

sys.dont_write_bytecode = True

from hanging import mount_dead
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


def record_with_a_dead_file(program, dead, path):
  """Exit code and seconds of a recording in a process to which `dead` never answers."""
  started = time.monotonic()
  child = os.fork()
  if child == 0:
    try:
      fuse = mount_dead(dead)
      pid = os.posix_spawn(str(program.path), [str(program.path), "record", "--timeout", "5", str(path)],
                           {"LC_ALL": "C.UTF-8"}, file_actions=[(os.POSIX_SPAWN_CLOSE, fuse)])
      os._exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    except OSError:
      os._exit(99)
  code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
  return code, time.monotonic() - started


def a_file_that_never_answers_holds_up_no_recording_and_stays_so_in_it(program):
  if os.geteuid() != 0 or not os.path.exists("/dev/fuse"):
    raise Skip("a filesystem that never answers can be mounted by root alone, with /dev/fuse")
  with scratch() as folder:
    code, took = record_with_a_dead_file(program, "/proc/swaps", folder / "r")
    if code == 99:
      raise Skip("/proc/swaps cannot be mounted over")
    equal(code, 0)
    equal(took < 15, True, took)
    facts = program.facts("--host", folder / "r")
    equal((facts["swaps"]["state"], facts["swaps"].get("reason")), ("unknown", "timeout"))
    # The others', before it and behind it, are there.
    for name in ("kernel.release", "memory.total", "cpu.threads", "time.kernel"):
      equal(facts[name]["state"], program.facts()[name]["state"], name)


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
    a_file_that_never_answers_holds_up_no_recording_and_stays_so_in_it,
    record_wants_one_file_and_no_other_host,
  ])
