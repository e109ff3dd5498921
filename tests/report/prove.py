#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Trials are made when they are asked for, said before they are done, and leave nothing behind, wherever they are killed.

usage: tests/report/prove.py BUILD
"""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True

from program import LEVELS, NOBODY, Skip, check, contains, equal, main, scratch

# All but the one that takes seconds, and the one that needs hardware.
QUICK = "--prove=namespaces,overlay,vxlan,bridge,tap,device-program,hugepages"
KILLS = 50


def as_root():
  if os.geteuid() != 0:
    raise Skip("not run as root")


def trials_of(answer):
  return {trial["name"]: trial for trial in answer.json()["facts"]["trials"]["value"]}


def processes_of(program):
  """The processes that run our program."""
  found = []
  for name in os.listdir("/proc"):
    try:
      if name.isdigit() and os.readlink("/proc/%s/exe" % name) == str(program.path):
        found.append(int(name))
    except OSError:
      continue
  return found


def read(path):
  with open(path) as file:
    return file.read()


def state_of_the_machine(program, folder):
  """All that a trial could leave."""
  meminfo = dict(re.findall(r"^(HugePages_\w+):\s+(\d+)", read("/proc/meminfo"), re.MULTILINE))
  return {
    "mounts": read("/proc/self/mountinfo"),
    "links": sorted(os.listdir("/sys/class/net")),
    "files": sorted(os.listdir(folder)),
    "hugepages": meminfo,
    "modules": read("/proc/modules") if os.path.exists("/proc/modules") else None,
    "processes": processes_of(program),
  }


def nothing_stays(program, folder, before):
  """The machine is as it was, once what was killed had its time to go."""
  end = time.monotonic() + 5
  while True:
    now = state_of_the_machine(program, folder)
    if now == before:
      return
    if time.monotonic() > end:
      equal({key: now[key] for key in now if now[key] != before[key]},
            {key: before[key] for key in now if now[key] != before[key]})
    time.sleep(0.01)


def no_trial_is_made_unasked(program):
  answer = program.run("facts", "trials", "--format", "json")
  equal((answer.code, answer.err), (0, ""), answer)
  equal(answer.json()["facts"]["trials"]["state"], "unknown")
  equal(program.run().err, "")


def wrong_words_make_no_trial(program):
  with scratch() as folder:
    for words in ("--prove=everything", "--prove=vfs", "--prove=vfs=../..", "--prove=overlay=x",
                  "--prove=fsync=etcd", "--prove=overlay,"):
      answer = program.run(words)
      equal(answer.code, 64, answer)
      contains(answer.err, "--prove", "namespaces|overlay")
      check("trial " not in answer.err.replace("there is no trial", ""), answer)
    for options in (("--host", folder), ("--root", "/")):
      answer = program.run("--prove", *options)
      equal((answer.code, answer.out), (64, ""), answer)
      contains(answer.err, "this system alone")
    equal(program.run("record", folder / "host.tar.gz", "--prove=overlay").code, 64)
    equal(list(folder.iterdir()), [])


def each_trial_is_said_and_told_of(program):
  answer = program.run("facts", "--format", "json", QUICK)
  equal(answer.code, 0, answer)
  for name, trial in trials_of(answer).items():
    check(trial["outcome"] in ("worked", "failed", "denied", "not-made"), trial)
    lines = [line for line in answer.err.splitlines() if "trial %s" % name in line]
    contains(lines[-1], trial["outcome"].split("-")[0])
    if trial["outcome"] != "not-made":
      equal(len(lines), 2, lines)


def a_trial_is_said_before_it_is_done(program):
  as_root()
  if not shutil.which("strace"):
    raise Skip("strace is not installed")
  with scratch() as folder:
    trace = folder / "trace"
    program.run("facts", "trials", "--prove=overlay,tap,device-program",
                before=("strace", "-f", "-s", "200", "-o", str(trace)))
    text = trace.read_text()
  for name, deed in (("overlay", r'mount\([^\n]*"overlay"'), ("tap", r'/dev/net/tun", O_RDWR'),
                     ("device-program", r"bpf\(BPF_PROG_LOAD")):
    said = text.find("trial %s: " % name)
    done = re.search(deed, text)
    check(said >= 0 and done and said < done.start(), name)
  check(not re.search(r"exec(ve|veat)\(", text[text.find("\n") + 1:]), "a program was run")


def what_was_shown_is_a_fact_with_its_source(program):
  as_root()
  names = {"overlay": "kernel.filesystem.overlay", "vxlan": "kernel.module.vxlan",
           "device-program": "kernel.config.CGROUP_BPF", "namespaces": "kernel.namespace_unprivileged"}
  answer = program.run("facts", "--format", "json", QUICK)
  facts = answer.json()["facts"]
  for name, trial in trials_of(answer).items():
    if trial["outcome"] == "worked" and name in names:
      fact = facts[names[name]]
      equal((fact["state"], fact["source"]), ("known", "a trial (%s)" % name))
  check(any(trial["outcome"] == "worked" for trial in trials_of(answer).values()))


def a_latency_is_measured_where_the_user_says(program):
  with scratch() as folder:
    os.chmod(folder, 0o777)
    answer = program.run("facts", "--format", "json", "--prove=fsync=%s" % folder)
    trial, fact = trials_of(answer)["fsync"], answer.json()["facts"]["disk.fsync_p99"]
    equal(list(folder.iterdir()), [])
    if trial["outcome"] != "worked":
      raise Skip(trial["detail"])
    equal(trial["on"], str(folder))
    check(fact["value"] > 0, fact)
    equal(fact["source"], "a trial (fsync on %s)" % folder)


def memory_is_no_disk(program):
  if not os.path.isdir("/dev/shm"):
    raise Skip("there is no /dev/shm here")
  answer = program.run("facts", "--format", "json", "--prove=fsync=/dev/shm")
  equal(trials_of(answer)["fsync"]["outcome"], "not-made")
  equal(answer.json()["facts"]["disk.fsync_p99"]["state"], "unknown")


def a_gates_last_line_stays_the_last(program):
  answer = program.run("31", "--quiet", "--prove=overlay")
  contains(answer.err.splitlines()[0], "trial overlay")
  check(re.match(r"stackcheck: (PASS|FAIL) 31/", answer.err.splitlines()[-1]), answer)


def nothing_stays_of_trials_that_end(program):
  as_root()
  with scratch() as folder:
    before = state_of_the_machine(program, folder)
    equal(program.run("facts", "trials", "--prove").code, 0)
    nothing_stays(program, folder, before)


def a_trial_that_does_not_answer_costs_itself_alone(program):
  as_root()
  if not shutil.which("strace"):
    raise Skip("strace is not installed")
  # strace ends when the call that it holds back does, whatever becomes of its process.
  answer = program.run("facts", "--format", "json", "--prove=overlay,device-program",
                       before=("strace", "-f", "-qq", "-o", "/dev/null", "-e",
                               "inject=mount:delay_enter=8000000:when=1"))
  trials, facts = trials_of(answer), answer.json()["facts"]
  equal(trials["overlay"]["outcome"], "failed")
  contains(trials["overlay"]["detail"], "no answer within")
  check(facts["kernel.filesystem.overlay"].get("reason") in (None, "timeout"), answer)
  check("no answer" not in (trials["device-program"]["detail"] or ""), answer)
  check(wait_for(lambda: not processes_of(program)), "a process stays")


def start(program, *arguments, before=()):
  return subprocess.Popen([*before, str(program.path), *arguments], stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          start_new_session=True)


def nothing_stays_of_trials_that_are_killed(program):
  as_root()
  dice = random.Random(7)
  with scratch() as folder:
    arguments = ("facts", "trials", QUICK + ",fsync=%s" % folder)
    begin = time.monotonic()
    start(program, "facts", "trials", QUICK).wait()
    length = time.monotonic() - begin
    before = state_of_the_machine(program, folder)
    killed = 0
    for _ in range(KILLS):
      run = start(program, *arguments)
      time.sleep(dice.uniform(0, length * 1.3))
      run.send_signal(signal.SIGKILL)
      killed += run.wait() == -signal.SIGKILL
      nothing_stays(program, folder, before)
    check(killed > KILLS / 2, "%d of %d were killed before their end" % (killed, KILLS))


def facts_of(program, *arguments, **options):
  return program.run("facts", "--format", "json", *arguments, **options).json()["facts"]


def an_ordinary_user_loses_no_answer(program):
  """What is denied for want of permission leaves what was read."""
  as_root()
  passive = facts_of(program, before=NOBODY)
  answer = program.run("facts", "--format", "json", QUICK, before=NOBODY)
  proved = answer.json()["facts"]
  for name, trial in trials_of(answer).items():
    if trial["outcome"] == "denied":
      for fact in {"tap": ("dev.net/tun",), "device-program": ("kernel.config.CGROUP_BPF",),
                   "overlay": ("kernel.filesystem.overlay",)}.get(name, ()):
        equal(proved[fact], passive[fact], fact)
  for name, fact in passive.items():
    if fact["state"] == "known" and fact.get("value") is True:
      check(proved[name].get("value") is True or proved[name]["state"] == "unknown", name)


def a_failed_trial_makes_nothing_better(program):
  """A node that is no TUN: what was taken for one is in doubt, and no need is better met."""
  as_root()
  if not os.path.exists("/dev/net/tun"):
    raise Skip("there is no /dev/net/tun here")
  before = ("unshare", "-m", "sh", "-c", "mount --bind /dev/null /dev/net/tun && exec \"$@\"", "sh")
  answer = program.run("facts", "--format", "json", "--prove=tap", before=before)
  equal(trials_of(answer)["tap"]["outcome"], "failed")
  equal(answer.json()["facts"]["dev.net/tun"]["state"], "unknown")
  passive = program.report("--detail", "all", before=before)
  proved = program.report("--detail", "all", "--prove=tap", before=before)
  for key, need in proved["needs"].items():
    for end in ("worst", "best"):
      check(LEVELS.index(need[end]) <= LEVELS.index(passive["needs"][key][end]), (key, end))


# --- virtual functions, on a made folder in place of the machine's ---

ADDRESS = "0000:01:00.0"


def make_function(folder, numvfs=0):
  function = folder / ADDRESS
  function.mkdir()
  (function / "sriov_numvfs").write_text("%d\n" % numvfs)
  (function / "sriov_totalvfs").write_text("4\n")
  (function / "sriov_drivers_autoprobe").write_text("1\n")
  (function / "virtfn0").symlink_to("../0000:01:00.1")
  (folder / "0000:01:00.1").mkdir()
  for name, text in (("vendor", "0x8086"), ("device", "0x1572"), ("class", "0x020000")):
    (function / name).write_text(text + "\n")
  return function


def with_functions(folder):
  """What runs behind it sees that folder as the machine's PCI functions."""
  return ("unshare", "-m", "sh", "-c",
          "mount --bind %s /sys/bus/pci/devices && exec \"$@\"" % folder, "sh")


def settings(function):
  return tuple((function / name).read_text() for name in ("sriov_numvfs", "sriov_drivers_autoprobe"))


def a_virtual_function_is_made_and_put_away(program):
  as_root()
  with scratch() as folder:
    function = make_function(folder)
    answer = program.run("facts", "--format", "json", "--prove=vfs=" + ADDRESS,
                         before=with_functions(folder))
    equal(trials_of(answer)["vfs"]["outcome"], "worked", answer)
    equal(settings(function), ("0\n", "1\n"))
    (function / "virtfn0").unlink()
    answer = program.run("facts", "--format", "json", "--prove=vfs=" + ADDRESS,
                         before=with_functions(folder))
    equal(trials_of(answer)["vfs"]["outcome"], "failed", answer)
    equal(settings(function), ("0\n", "1\n"))


def virtual_functions_that_are_in_use_stay(program):
  as_root()
  with scratch() as folder:
    function = make_function(folder, numvfs=2)
    answer = program.run("facts", "--format", "json", "--prove=vfs=" + ADDRESS,
                         before=with_functions(folder))
    equal(trials_of(answer)["vfs"]["outcome"], "not-made", answer)
    equal(settings(function), ("2\n", "1\n"))


def no_virtual_function_is_made_by_prove_alone(program):
  as_root()
  with scratch() as folder:
    make_function(folder)
    answer = program.run("facts", "--prove", before=with_functions(folder))
    check("trial vfs" not in answer.err, answer)


def named(program, comm):
  """Our processes of that name: the one that waits is stackcheck, the one that acts sriov-restore."""
  return [pid for pid in processes_of(program) if read_or_none("/proc/%d/comm" % pid) == comm]


def read_or_none(path):
  try:
    return read(path).strip()
  except OSError:
    return None


def wait_for(condition):
  end = time.monotonic() + 10
  while not condition() and time.monotonic() < end:
    time.sleep(0.002)
  return condition()


def killed_somewhere(program, folder, comm):
  """Every write is drawn out to 50 ms; at one of them the process of that name is killed, or all of the terminal."""
  as_root()
  if not shutil.which("strace"):
    raise Skip("strace is not installed")
  dice = random.Random(11)
  function = make_function(folder)
  slowly = ("strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=pwrite64:delay_exit=50000")
  seen = left = 0
  for i in range(KILLS // 2):
    run = start(program, "facts", "trials", "--prove=vfs=" + ADDRESS,
                before=(*with_functions(folder), *slowly))
    # On a busy machine it may have come and gone unseen.
    wait_for(lambda: named(program, "sriov-restore") or run.poll() is not None)
    seen += bool(named(program, "sriov-restore"))
    time.sleep(dice.uniform(0, 0.2))
    try:
      if comm:
        for pid in named(program, comm):
          os.kill(pid, signal.SIGKILL)
      else:
        os.killpg(run.pid, signal.SIGKILL)
    except ProcessLookupError:
      pass
    left += settings(function) != ("0\n", "1\n")
    run.wait()
    check(wait_for(lambda: not processes_of(program)), "a process stays")
    equal(settings(function), ("0\n", "1\n"), "run %d" % i)
  check(seen > KILLS // 8, "%d trials were seen" % seen)
  check(left > 0, "no kill fell into the time in which a virtual function was there")


def what_outlives_its_parent_puts_the_virtual_function_away(program):
  with scratch() as folder:
    killed_somewhere(program, folder, "stackcheck")


def who_kills_all_of_a_terminal_leaves_nothing_either(program):
  with scratch() as folder:
    killed_somewhere(program, folder, None)


def the_parent_puts_away_what_a_killed_trial_left(program):
  with scratch() as folder:
    killed_somewhere(program, folder, "sriov-restore")


main([
  no_trial_is_made_unasked, wrong_words_make_no_trial, each_trial_is_said_and_told_of,
  a_trial_is_said_before_it_is_done, what_was_shown_is_a_fact_with_its_source,
  a_latency_is_measured_where_the_user_says, memory_is_no_disk, a_gates_last_line_stays_the_last,
  nothing_stays_of_trials_that_end, a_trial_that_does_not_answer_costs_itself_alone,
  nothing_stays_of_trials_that_are_killed,
  an_ordinary_user_loses_no_answer, a_failed_trial_makes_nothing_better,
  a_virtual_function_is_made_and_put_away, virtual_functions_that_are_in_use_stay,
  no_virtual_function_is_made_by_prove_alone, what_outlives_its_parent_puts_the_virtual_function_away,
  the_parent_puts_away_what_a_killed_trial_left, who_kills_all_of_a_terminal_leaves_nothing_either,
])
