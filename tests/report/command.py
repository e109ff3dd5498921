#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The command as its users meet it: exit codes, messages, what goes where, and what a broken input gives.

usage: tests/report/command.py BUILD
"""

import fcntl
import json
import os
import pty
import re
import stat
import struct
import subprocess
import sys
import termios

sys.dont_write_bytecode = True

from program import (ROOT, Skip, check, contains, deployment, equal, main, scratch, write_recording)

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")

# A site's own deployments: one for each verdict, whatever machine this is.
CAPABILITY = """  - capability: site-{name}
    title: a machine for {name}
    check: {check}
    diagnosis:
      - cause: {cause}
        remedy: {{kind: {kind}, text: Do what {name} asks.}}
"""
DEPLOYMENT = """id: {id}
name: site-{name}
title: Site {name}
summary: A site's own machine.
stack: [Machine]
status: active
arch: [x86_64, aarch64]
roles:
"""
ROLE = """  - role: {role}
    {primary}hosts: {{minimum: 1}}
    layers:
      - layer: Machine
        needs:
          - need: cpu.threads
            minimum: 1
            why: something must run it
            source: [seed]
          - capability: site-{need}
            {weight}why: something must run it
            source: [seed]
"""
CHECKS = {
  "ready": ("cpu.threads >= 1", "not-configured", "setup"),
  "setup": ("cpu.threads < 1", "not-configured", "setup"),
  "reboot": ("cpu.threads < 1 || cpu.cores < 1", "disabled-cmdline", "reboot"),
  "firmware": ("cpu.cores < 1", "disabled-firmware", "firmware"),
  "platform": ("cpu.sockets < 1", "hidden-by-hypervisor", "platform"),
  "reinstall": ("cpu.sockets < 1 || cpu.cores < 1", "in-conflict", "reinstall"),
  "no": ("cpu.threads > 1000000", "absent-hardware", "hardware"),
  "unknown": ("storage.rwx", "not-configured", "firmware"),
}
IDS = {name: 1000 + i for i, name in enumerate([*CHECKS, "limited", "mixed", "loss"])}
ASSUME = ("--assume", "cpu.threads=8", "--assume", "cpu.cores=4", "--assume", "cpu.sockets=1")


def write_rules(folder):
  (folder / "capabilities.yaml").write_text("capabilities:\n" + "".join(
    CAPABILITY.format(name=name, check=what, cause=cause, kind=kind)
    for name, (what, cause, kind) in CHECKS.items()))

  def role(name, need, primary=True, weight=""):
    return ROLE.format(role=name, need=need, primary="primary: true\n    " if primary else "",
                       weight=weight)
  roles = {name: role("node", name) for name in CHECKS}
  roles["limited"] = role("node", "no", weight="weight: recommended\n            ")
  roles["mixed"] = role("node", "setup") + role("worker", "no") + role("helper", "ready", False)
  roles["loss"] = role("node", "ready") + """          - confirm: the disk may be wiped
            id: site-disk-replaceable
            destroys: true
            why: it takes the disk
            source: [seed]
"""
  for name, number in IDS.items():
    (folder / ("%d.yaml" % number)).write_text(DEPLOYMENT.format(id=number, name=name) + roles[name])
  return folder


def last_line(answer):
  lines = answer.err.splitlines()
  return lines[-1] if lines else ""


class Gate:
  """stackcheck with the site's rules; `asks(…)` checks exit code and last line."""

  def __init__(self, program):
    self.program = program

  def __enter__(self):
    self.scratch = scratch()
    self.folder = write_rules(self.scratch.__enter__())
    return self

  def __exit__(self, *exception):
    self.scratch.__exit__(*exception)

  def run(self, *arguments, **options):
    return self.program.run("--rules", self.folder, *ASSUME, *map(str, arguments), **options)

  def asks(self, code, line, *arguments, **options):
    answer = self.run(*arguments, **options)
    equal(answer.code, code, "%s\n%s" % (arguments, answer))
    equal(last_line(answer), "stackcheck: " + line, arguments)
    equal(len(answer.err.splitlines()), 1, answer)
    return answer


# --- gates ---


def the_exit_code_of_a_gate_is_its_verdict(program):
  with Gate(program) as gate:
    gate.asks(0, "PASS 1000/node ready", 1000)
    gate.asks(0, "PASS 1008/node limited", 1008)
    gate.asks(2, "FAIL 1001/node fixable:setup site-setup not-configured", 1001)
    gate.asks(2, "FAIL 1002/node fixable:reboot site-reboot disabled-cmdline", 1002)
    gate.asks(2, "FAIL 1003/node fixable:firmware site-firmware disabled-firmware", 1003)
    gate.asks(2, "FAIL 1004/node fixable:platform site-platform hidden-by-hypervisor", 1004)
    gate.asks(2, "FAIL 1005/node fixable:reinstall site-reinstall in-conflict", 1005)
    gate.asks(1, "FAIL 1006/node no site-no absent-hardware", 1006)
    gate.asks(3, "FAIL 1007/node unknown site-unknown not-configured", 1007)


def a_gate_goes_by_name_and_by_role(program):
  with Gate(program) as gate:
    gate.asks(0, "PASS 1000/node ready", "site-ready")
    gate.asks(0, "PASS 1000/node ready", "gate", "site-ready")
    gate.asks(0, "PASS 1000/node ready", "site-ready/node")
    gate.asks(0, "PASS 1009/helper ready", "site-mixed/helper")
    gate.asks(1, "FAIL 1009/worker no site-no absent-hardware", "1009/worker")


def a_deployment_is_asked_for_its_best_primary_role(program):
  with Gate(program) as gate:
    gate.asks(2, "FAIL 1009/node fixable:setup site-setup not-configured", 1009)
    gate.asks(0, "PASS 1009/helper ready", "1009/any")
    gate.asks(1, "FAIL 1009/worker no site-no absent-hardware", "1009/each")
    gate.asks(0, "PASS 1000/node ready", "1000/each")


def of_several_the_first_row_of_the_table_counts(program):
  with Gate(program) as gate:
    gate.asks(0, "PASS 1000/node ready", 1000, 1008)
    gate.asks(3, "FAIL 1007/node unknown site-unknown not-configured", 1000, 1007)
    gate.asks(2, "FAIL 1003/node fixable:firmware site-firmware disabled-firmware", 1007, 1003, 1000)
    gate.asks(1, "FAIL 1006/node no site-no absent-hardware", 1000, 1007, 1003, 1006)
    gate.asks(1, "FAIL 1006/node no site-no absent-hardware", 1006, 1003, 1007, 1000)


def with_any_one_of_those_asked_is_enough(program):
  with Gate(program) as gate:
    gate.asks(0, "PASS 1000/node ready", "--any", 1006, 1007, 1000)
    gate.asks(1, "FAIL 1006/node no site-no absent-hardware", "--any", 1007, 1006)


def require_ready_asks_for_more_than_limited(program):
  with Gate(program) as gate:
    gate.asks(0, "PASS 1000/node ready", "--require", "ready", 1000)
    gate.asks(0, "PASS 1008/node limited", "--require=limited", 1008)
    gate.asks(1, "FAIL 1008/node no site-no absent-hardware", "--require", "ready", 1008)


def allow_lets_fixable_pass_up_to_its_remedy(program):
  kinds = ["setup", "reboot", "firmware", "platform", "reinstall"]
  with Gate(program) as gate:
    for allowed in kinds:
      for needed in kinds:
        passes = kinds.index(needed) <= kinds.index(allowed)
        answer = gate.run("--allow", allowed, IDS[needed])
        equal(answer.code, 0 if passes else 2, (allowed, needed))
        contains(last_line(answer), "PASS" if passes else "FAIL", "fixable:" + needed)
      equal(gate.run("--allow", allowed, IDS["no"]).code, 1, allowed)
    # What is unknown between firmware and ready passes where firmware does.
    equal(gate.run("--allow", "reboot", IDS["unknown"]).code, 3)
    equal(gate.run("--allow", "firmware", IDS["unknown"]).code, 0)


def data_that_is_lost_is_said_whatever_the_verdict(program):
  with Gate(program) as gate:
    contains(gate.asks(0, "PASS 1010/node ready", 1010).out, "data is lost: the disk may be wiped")


def quiet_leaves_the_exit_code_and_the_last_line(program):
  with Gate(program) as gate:
    for option in ("--quiet", "-q"):
      equal(gate.asks(0, "PASS 1000/node ready", option, 1000).out, "")
      equal(gate.asks(1, "FAIL 1006/node no site-no absent-hardware", option, 1006).out, "")


def a_gate_speaks_json(program):
  with Gate(program) as gate:
    answer = gate.asks(1, "FAIL 1006/node no site-no absent-hardware", "--format", "json", 1006)
    found = deployment(answer.json(), 1006)
    equal((found["verdict"], found["fix"], found["rules"].endswith("1006.yaml")), ("no", None, True))


def the_report_says_what_the_gate_says(program):
  with Gate(program) as gate:
    report = gate.run("--format", "json").json()
    for name, number in IDS.items():
      found = deployment(report, number)
      code = {"ready": 0, "limited": 0, "no": 1, "fixable": 2, "unknown": 3}[found["verdict"]]
      equal(gate.run(number).code, code, name)
    equal((deployment(report, 1007)["worst"], deployment(report, 1007)["best"]), ("fixable", "ready"))


def every_shipped_deployment_can_be_asked_for(program):
  with scratch() as folder:
    facts = folder / "facts.json"
    facts.write_text(program.run("facts", "--format", "json").out)
    for one in program.report("--host", facts)["deployments"]:
      answer = program.run("--host", facts, one["id"])
      code = {"ready": 0, "limited": 0, "no": 1, "fixable": 2, "unknown": 3}[one["verdict"]]
      equal(answer.code, code, one["id"])
      verdict = one["verdict"] + (":" + one["fix"] if one["fix"] else "")
      check(re.match(r"stackcheck: (PASS|FAIL) %d/[a-z0-9-]+ %s( |$)" % (one["id"], verdict),
                     last_line(answer)), answer)


def strict_makes_an_unknown_survey_fail(program):
  with Gate(program) as gate:
    equal(gate.run("--strict").code, 3)
    equal(gate.run().code, 0)


# --- assumptions and the basis ---


def what_is_assumed_counts(program):
  with Gate(program) as gate:
    equal(gate.run("--assume", "cpu.threads=2000000", "1006").code, 0)
    equal(gate.run("--assume", "storage.rwx=true", "1007").code, 0)
    equal(gate.run("--assume", "storage.rwx=false", "1007").code, 2)
    report = gate.run("--assume", "storage.rwx=true", "--format", "json").json()
    check("storage.rwx=true" in report["assumptions"])


def assumptions_take_units_lists_and_absence(program):
  def value(assumption):
    name = assumption.split("=")[0]
    return program.facts(name, "--assume", assumption)[name]
  equal(value("memory.total=64GiB")["value"], 64 << 30)
  equal(value("memory.total=64GB")["value"], 64 << 30)
  equal(value("disk.size=1TB")["value"], 10**12)
  equal(value("nic.speed=25Gbit/s")["value"], 25 * 10**9)
  equal(value("kvm.usable=false")["value"], False)
  equal(value("kernel.lsm=apparmor,lockdown")["value"], ["apparmor", "lockdown"])
  equal(value("nic.speed=absent")["state"], "absent")
  equal(value("kernel.version=5.10")["value"], "5.10")
  check(value("cpu.cores=3")["assumed"])


def what_derives_from_an_assumption_follows(program):
  disks = json.dumps([{"name": "sda", "size": 10**12, "kind": "ssd"},
                      {"name": "sdb", "size": 2 * 10**12, "kind": "hdd"}])
  facts = program.facts("--assume", "disks=" + disks)
  equal(facts["disk.count"]["value"], 2)
  equal(facts["disk.size"]["value"], 2 * 10**12)


def what_an_assumed_record_leaves_out_is_unknown(program):
  answer = program.run("facts", "disks", "--format", "json", "--assume", 'disks=[{"name": "sda"}]')
  record = answer.json()["facts"]["disks"]["value"][0]
  equal((record["name"], record["size"]), ("sda", {"state": "unknown", "reason": "not-recorded"}))
  equal(program.run("--assume", 'disks=[{"name": "sda"}]').err, "")


def wrong_assumptions_are_refused(program):
  for assumption, words in {
    "cpu.coress=4": ("there is no fact 'cpu.coress'", "did you mean 'cpu.cores'?"),
    "cpu.cores": ("expected FACT=VALUE",),
    "=4": ("expected FACT=VALUE",),
    "cpu.cores=four": ("'four'",),
    "kvm.usable=1": ("expected true or false, not '1'",),
    "memory.total=4Gbit/s": ("is not a unit of memory.total", "GiB"),
    "disks=sda": ("expected JSON",),
    "disks={}": ("expected a JSON array",),
    "disks=[4]": ("facts --describe disks",),
    'disks=[{"size": "large"}]': ("facts --describe disks",),
  }.items():
    answer = program.run("--assume", assumption)
    equal((answer.code, answer.out), (64, ""), answer)
    contains(answer.err, "--assume " + assumption, *words)


def a_new_system_is_judged_by_the_hardware_alone(program):
  with scratch() as folder:
    write_recording(folder)
    running = program.report("--host", folder)
    new = program.report("--host", folder, "--os", "new")
    equal((running["basis"], new["basis"]), ("running", "new"))
    counts = [role["counts"] for one in new["deployments"] for role in one["roles"]]
    check(any("deferred" in one for one in counts))
    contains(program.run("--host", folder, "--os", "new").out, "still to be installed")


def an_installer_is_judged_for_the_system_that_it_will_install(program):
  with scratch() as folder:
    write_recording(folder)
    (folder / "proc/cmdline").write_text("inst.stage2=hd:LABEL=RHEL quiet\n")
    equal(program.report("--host", folder)["basis"], "new")
    equal(program.report("--host", folder, "--os", "running")["basis"], "running")


# --- facts, list, explain, lint ---


def facts_by_name_are_those_alone(program):
  equal(list(program.facts("cpu.cores", "os.id")), ["cpu.cores", "os.id"])
  equal(len(program.run("facts", "kernel.version").out.splitlines()), 1)
  contains(program.run("facts", "kernel.version").out, "kernel.version", "[/proc/sys/kernel/osrelease]")


def open_ended_facts_can_be_asked_for(program):
  facts = program.facts("port.free.65123/tcp", "kernel.module.no_such_module", "dev.null", "path.exists./etc")
  equal(facts["port.free.65123/tcp"]["value"], True)
  equal(len(facts), 4)


def a_wrong_fact_name_is_told_the_right_one(program):
  for command in (("facts", "cpu.cors"), ("facts", "--describe", "cpu.cors")):
    answer = program.run(*command)
    equal((answer.code, answer.out), (64, ""))
    contains(answer.err, "there is no fact 'cpu.cors'", "did you mean 'cpu.cores'?")


def each_fact_is_described(program):
  described = program.run("facts", "--describe").out
  for name in program.facts():
    check(any(line.split(" ")[0] == name or
              (line.split(" ")[0].endswith(".NAME") and name.startswith(line.split(" ")[0][:-4]))
              for line in described.splitlines()), name)
  contains(program.run("facts", "--describe", "memory.total").out, "count in bytes", "/proc/meminfo")


def list_names_deployments_and_roles(program):
  answer = program.run("list")
  equal(answer.code, 0)
  rules = program.run("list", "--format", "json").json()
  for one in rules["deployments"]:
    contains(answer.out, "%3d  %s" % (one["id"], one["name"]))
  contains(answer.out, "compute*")


def version_names_program_and_rules(program):
  check(re.fullmatch(r"stackcheck \S+\nrules \S+, \d+ deployments, digest [0-9a-f]{16}\n",
                     program.run("version").out))


def help_names_commands_and_options(program):
  answer = program.run("--help")
  equal((answer.code, answer.err), (0, ""))
  contains(answer.out, "--assume", "explain", "lint", "Exit codes")
  check(all(len(line) <= 100 for line in answer.out.splitlines()))


def explain_of_what_is_not_there_is_a_usage_error(program):
  for target, words in (("999", "'999'"), ("openstack-kvmm", "did you mean 'openstack-kvm'?"),
                        ("46/compte", "expected controller, compute, storage, network, any or each")):
    for command in ((target,), ("explain", target)):
      answer = program.run(*command)
      equal((answer.code, answer.out), (64, ""), answer)
      contains(answer.err, words)


def without_unicode_all_is_ascii(program):
  for locale in ("C", "POSIX", ""):
    for command in ((), ("explain", "46"), ("list",), ("46", "62"), ("facts",)):
      answer = program.run(*command, env={"PATH": os.environ["PATH"], "LC_ALL": locale})
      check(answer.out.isascii(), (locale, command))
  contains(program.run("explain", "46").out, "┌", "→")
  contains(program.run("explain", "46", env={"LC_ALL": "C"}).out, "+----", "->")


def terminal(program, arguments, columns=80, **environment):
  """What the program writes on a terminal of so many columns."""
  process, descriptor = pty.fork()
  if process == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    os.execve(program.path, ["stackcheck", *arguments],
              {"LC_ALL": "C.UTF-8", "TERM": "xterm", **environment})
  text = b""
  try:
    while chunk := os.read(descriptor, 65536):
      text += chunk
  except OSError:  # the terminal's other side is closed
    pass
  os.close(descriptor)
  os.waitpid(process, 0)
  return text.decode().replace("\r\n", "\n")


def text_fits_a_terminal_of_80_columns(program):
  for locale in ("C.UTF-8", "C"):
    for arguments in ((), ("explain", "46"), ("explain", "54"), ("explain", "70"), ("46", "54")):
      text = terminal(program, arguments, LC_ALL=locale)
      check(text)
      for line in ESCAPE.sub("", text).splitlines():
        check(len(line) <= 80, (arguments, line))


def colours_are_for_terminals(program):
  check("\x1b[" in terminal(program, ()))
  check("\x1b[" not in terminal(program, (), NO_COLOR="1"))
  check("\x1b[" not in terminal(program, (), TERM="dumb"))
  check("\x1b[" not in terminal(program, ("--color=never",)))
  for command in ((), ("explain", "46"), ("46",), ("facts",), ("list",)):
    check("\x1b" not in program.run(*command).out, command)
    check("\x1b[" in program.run("--color=always", *command).out, command)
  with scratch() as folder:
    write_recording(folder)
    for command in ((), ("explain", "46"), ("46",), ("facts",)):
      coloured = program.run("--color=always", "--host", folder, *command).out
      equal(ESCAPE.sub("", coloured), program.run("--host", folder, *command).out, command)


def the_survey_is_one_screen(program):
  for arguments in ((), ("--os", "new"), ("--no-guest",)):
    answer = program.run(*arguments)
    equal((answer.code, answer.err), (0, ""))
    lines = answer.out.splitlines()
    check(len(lines) <= 50, "%d lines" % len(lines))
    check(all(len(line) <= 100 for line in lines), max(lines, key=len))
    for number in range(31, 71):
      check(re.search(r"^.{10} %d " % number, answer.out, re.M), number)


def a_good_run_says_nothing_on_standard_error(program):
  for command in ((), ("facts",), ("facts", "--describe"), ("list",), ("explain", "62"), ("version",),
                  ("--format", "json"), ("facts", "--format", "json", "--full"),
                  ("list", "--format", "json")):
    answer = program.run(*command)
    equal((answer.code, answer.err), (0, ""), command)


# --- the command line ---


def a_wrong_command_line_is_64(program):
  for arguments, words in {
    ("--bogus",): "unrecognized option",
    ("--format", "yaml"): "text|json",
    ("--format",): "requires an argument",
    ("--detail", "most"): "verdicts|unmet|all",
    ("--os", "old"): "running|new",
    ("--require", "no"): "ready|limited",
    ("--allow", "hardware"): "setup|reboot|firmware|platform|reinstall",
    ("--color", "red"): "auto|always|never",
    ("--timeout", "0"): "SECONDS",
    ("--timeout", "soon"): "SECONDS",
    ("--output", ""): "FILE",
    ("survey", "46"): "'46'",
    ("gate",): "which deployment",
    ("explain",): "which deployment",
    ("lint",): "which folder",
    ("opnstack-kvm",): "did you mean 'openstack-kvm'?",
  }.items():
    answer = program.run(*arguments)
    equal((answer.code, answer.out), (64, ""), "%s %s" % (arguments, answer))
    contains(answer.err, words)


def one_wrong_word_spoils_all(program):
  equal(program.run("62", "46/compute", "99").code, 64)


# --- broken rule files ---

GOOD = """id: 1000
name: site-box
title: Site box
summary: A site's own machine.
stack: [Machine]
status: active
arch: [x86_64, aarch64]
roles:
  - role: node
    primary: true
    hosts: {minimum: 1}
    layers:
      - layer: Machine
        needs:
          - need: cpu.cores
            minimum: 1
            why: something must run it
            source: [seed]
"""

# What is replaced by what, the line that is wrong then, and what the message must say.
BROKEN = {
  "not YAML": ("stack: [Machine]", "stack: [Machine", None, ("not YAML",)),
  "a tab": ("    layers:", "\tlayers:", None, ("not YAML",)),
  "an unknown key": ("primary: true", "primay: true", 10, ("primay", "primary")),
  "a missing title": ("title: Site box\n", "", None, ("'title' is missing",)),
  "a number that is none": ("id: 1000", "id: many", 1, ("id", "many")),
  "an id that is not a site's": ("id: 1000", "id: 99", 1, ("1000",)),
  "a bool that is none": ("primary: true", "primary: maybe", 10, ("true or false",)),
  "an unknown fact": ("need: cpu.cores", "need: cpu.coers", 15, ("there is no fact 'cpu.coers'", "cpu.cores")),
  "a wrong unit": ("minimum: 1\n", "minimum: 4 GB\n", 16, ("GB",)),
  "a wrong unit of memory": ("need: cpu.cores\n            minimum: 1\n",
                             "need: memory.total\n            minimum: 4 Gbit/s\n", 16, ("Gbit/s", "GiB")),
  "a size that is none": ("minimum: 1\n", "minimum: four\n", 16, ("four",)),
  "two operators": ("minimum: 1\n", "minimum: 1\n            maximum: 2\n", 17, ("maximum",)),
  "no operator": ("            minimum: 1\n", "", 15, ("minimum",)),
  "no why": ("            why: something must run it\n", "", 15, ("why",)),
  "no source": ("            source: [seed]\n", "", 15, ("source",)),
  "a layer that is not in the stack": ("layer: Machine", "layer: Cloud", 13, ("'Cloud' is no layer",)),
  "a weight that is none": ("why: some", "weight: soft\n            why: some", 17,
                            ("'soft' is no weight; expected hard, recommended or optional",)),
  "a capability that is not there": ("need: cpu.cores\n            minimum: 1\n",
                                     "capability: cgroup-v22\n", 15, ("cgroup-v22", "cgroup-v2")),
  "an expression that does not parse": ("why: some", "when: cpu.cores >\n            why: some", 17,
                                        ("expect",)),
  "an expression on a fact that is not there": (
    "why: some", "when: cpu.coers > 1\n            why: some", 17, ("cpu.coers", "cpu.cores")),
  "an expression that is no bool": ("why: some", "when: cpu.cores\n            why: some", 17,
                                    ("expected a bool",)),
  "types that do not fit": ("why: some", "when: cpu.cores == 'four'\n            why: some", 17, ()),
  "no primary role": ("    primary: true\n", "", None, ("primary",)),
  "no roles": (GOOD[GOOD.index("roles:"):], "roles: []\n", 8, ("role",)),
  "a list where a text is expected": ("title: Site box", "title: [Site, box]", 3, ("expected a text",)),
  "a text where a list is expected": ("stack: [Machine]", "stack: {a: b}", 5, ("a list of texts",)),
}


def broken_rule_files_are_65_with_their_place(program):
  with scratch() as folder:
    path = folder / "1000-site.yaml"
    path.write_text(GOOD)
    equal(program.run("--rules", folder, "1000").code, 0)
    equal(program.run("lint", folder).code, 0)
    for name, (old, new, line, words) in BROKEN.items():
      check(old in GOOD, name)
      path.write_text(GOOD.replace(old, new, 1))
      for command in (("--rules", folder), ("lint", folder), ("--rules", folder, "list")):
        answer = program.run(*command)
        equal((answer.code, answer.out), (65, ""), "%s: %s" % (name, answer))
        place = re.search(r"stackcheck: \S*1000-site\.yaml:(\d+):(\d+): .", answer.err)
        check(place, "%s: %s" % (name, answer.err))
        check(line is None or int(place[1]) == line, "%s, line %s: %s" % (name, line, answer.err))
        contains(answer.err, *words)


def the_mark_stands_under_the_place(program):
  """In characters, with tabs as wide as above; whatever is wrong is shown, and nothing of it on standard output."""
  line = "      - {why: \u201ewide\u201c \t \u2192, need: memory.totl, minimum: 1 GB, source: seed}"
  with scratch() as folder:
    path = folder / "x.yaml"
    path.write_text("capabilities:\n  - capability: a\n    title: A\n    needs:\n" + line + "\n")
    for command in ("lint", "test"):
      answer = program.run(command, path)
      equal((answer.code, answer.out), (65, ""), answer)
      message, shown, mark = answer.err.splitlines()
      contains(message, "x.yaml:5:", "did you mean 'memory.total'?")
      equal(shown, "    " + line)
      equal(shown[len(mark) - 1:].split(",")[0], "memory.totl")
      equal(mark.strip(), "^")


def lint_tells_all_that_makes_no_sense(program):
  with scratch() as folder:
    for name in ("minimum-above-maximum", "never-true"):
      text = (ROOT / "tests/rules/bad" / (name + ".yaml")).read_text()
      (folder / (name + ".yaml")).write_text(
        text.replace("id: 9", "id: %d" % (1000 + len(name))).replace("nine", name))
    answer = program.run("lint", folder)
    equal((answer.code, answer.out), (65, ""), answer)
    equal(answer.err.count("^\n"), 2, answer)
    # They load, and can be run: what makes no sense is no reason to refuse a site its rules.
    equal(program.run("--rules", folder, "list").code, 0)


def a_contradiction_with_a_bundle_is_told_where_the_role_asks(program):
  needs = """    - {need: cpu.threads, maximum: 1, why: w, source: seed}
    - {capability: hardware-virtualization, why: w, source: seed}
    - {capability: xen-host, why: w, source: seed}
    - {capability: kubeadm-control-plane-machine}
"""
  with scratch() as folder:
    path = folder / "x.yaml"
    path.write_text("id: 1000\nname: x\ntitle: T\nsummary: S\nstatus: active\nstack: [machine]\narch: x86_64\nroles:\n"
                    "- role: node\n  primary: true\n  layers:\n  - layer: machine\n    needs:\n" + needs)
    answer = program.run("lint", path)
    equal((answer.code, answer.out), (65, ""), answer)
    contains(answer.err, "x.yaml:14:8: cpu.threads: maximum 1 here, minimum 2 elsewhere in this role",
             "x.yaml:15:8: 'hardware-virtualization' and 'xen-dom0' exclude each other")


def a_test_without_examples_is_no_pass(program):
  with scratch() as folder:
    (folder / "site.yaml").write_text(GOOD)
    answer = program.run("test", folder)
    equal((answer.code, answer.out), (1, "0 passed, 0 failed\n"), answer)
    contains(answer.err, "no examples")
  answer = program.run("test")
  equal(answer.code, 0, answer)
  check(re.fullmatch(r"[0-9]{3,} passed, 0 failed\n", answer.out), answer)
  equal(program.run("test", "/nonexistent").code, 65)


def rules_that_are_no_rules_are_65(program):
  with scratch() as folder:
    for path, words in ((folder, "no rule files"), (folder / "none", "No such file"),
                        ("/dev/null", "Not a directory")):
      answer = program.run("--rules", path)
      equal((answer.code, answer.out), (65, ""))
      contains(answer.err, str(path), words)
    (folder / "x.yaml").write_bytes(b"\xff\xfe\x00\x01")
    equal(program.run("--rules", folder).code, 65)
    (folder / "x.yaml").write_text("")
    equal(program.run("--rules", folder).code, 65)
    (folder / "x.yaml").write_text("a: &a [*a, *a]\n")
    equal(program.run("--rules", folder).code, 65)


def two_deployments_of_one_id_do_not_both_count(program):
  with scratch() as folder:
    (folder / "a.yaml").write_text(GOOD)
    (folder / "b.yaml").write_text(GOOD)
    equal(program.run("--rules", folder).code, 65)


# --- facts files and recordings ---


def broken_facts_files_are_65_with_their_place(program):
  whole = program.run("facts", "--format", "json").out
  document = json.loads(whole)

  def with_fact(name, fact):
    return json.dumps({**document, "facts": {**document["facts"], name: fact}})
  broken = {
    "cut off": (whole[:len(whole) // 2], ":1:"),
    "empty": ("", "expected a recording"),
    "not JSON": ("hello\n", "expected a recording"),
    "broken on a later line": ("{\n  \"schema\":\n  oops\n}\n", ":3:"),
    "a list": ("[]", "stackcheck.facts/1"),
    "another schema": (whole.replace("stackcheck.facts/1", "stackcheck.facts/9", 1),
                       "schema is 'stackcheck.facts/9'; expected 'stackcheck.facts/1'"),
    "a report": (program.run("--format", "json").out, "expected 'stackcheck.facts/1'"),
    "no facts": (json.dumps({"schema": "stackcheck.facts/1"}), "'facts' is missing"),
    "a text for a count": (with_fact("cpu.cores", {"state": "known", "value": "four"}), "facts.cpu.cores"),
    "a real number": (with_fact("cpu.cores", {"state": "known", "value": 1.5}), "facts.cpu.cores"),
    "a number for a bool": (with_fact("kvm.usable", {"state": "known", "value": 1}), "facts.kvm.usable"),
    "no state": (with_fact("cpu.cores", {"value": 1}), "facts.cpu.cores"),
    "a plain value": (with_fact("cpu.cores", 4), "facts.cpu.cores"),
    "a reason that is none": (with_fact("cpu.cores", {"state": "unknown", "reason": "shy"}), "facts.cpu.cores"),
    "a list for records": (with_fact("disks", {"state": "known", "value": ["sda"]}), "facts.disks"),
    "the same key twice": (whole.replace('"facts":{', '"facts":{"cpu.cores":{"state":"absent"},', 1),
                           "cpu.cores"),
    "deeper than anything": ("[" * 100000, ":1:"),
  }
  with scratch() as folder:
    path = folder / "facts.json"
    for name, (text, words) in broken.items():
      path.write_text(text)
      answer = program.run("--host", path)
      equal((answer.code, answer.out), (65, ""), "%s: %s" % (name, answer))
      contains(answer.err, str(path), words)


def facts_of_a_newer_version_are_passed_over(program):
  document = program.run("facts", "--format", "json").json()
  document["facts"]["quantum.qubits"] = {"state": "known", "value": {"a": [1.5]}}
  document["later"] = True
  with scratch() as folder:
    path = folder / "facts.json"
    path.write_text(json.dumps(document))
    equal(program.run("--host", path).code, 0)


def a_host_that_is_none_is_65(program):
  with scratch() as folder:
    for path in (folder, folder / "none", "/dev/null", "/dev/null/x"):
      answer = program.run("--host", path)
      equal((answer.code, answer.out), (65, ""), answer)
      contains(answer.err, str(path))
    equal(program.run("--root", folder / "none").code, 65)


def a_recording_is_judged(program):
  with scratch() as folder:
    write_recording(folder)
    facts = program.facts("--host", folder)
    equal(facts["memory.total"]["value"], 65574112 * 1024)
    equal(facts["kernel.version"]["value"], "6.1.0")
    equal(facts["disks"]["reason"], "not-recorded")
    report = program.report("--host", folder)
    check(all(need["worst"] != "no" or need["best"] != "no" or need["outcome"] != "unknown"
              for need in report["needs"].values()))
    check("ready" not in {one["verdict"] for one in report["deployments"]})


def facts_given_back_give_the_same_verdicts(program):
  with scratch() as folder:
    path = folder / "facts.json"
    for arguments in ((), ("--full",)):
      path.write_text(program.run("facts", "--format", "json", *arguments).out)
      for options in ((), ("--os", "new"), ("--assume", "memory.total=1TiB"),
                      ("--assume", "kvm.usable=false", "--os", "running"),
                      ("--assume", "cgroup.version=v2", "--assume", "disk.count=9")):
        # The number of processes, free memory and the like change from run to run; verdicts do not.
        live = program.report(*options)
        back = program.report("--host", path, *options)
        for one, other in zip(live["deployments"], back["deployments"], strict=True):
          equal(other, one, options)
        equal(set(back["needs"]), set(live["needs"]), options)
        for key, need in live["needs"].items():
          equal((back["needs"][key]["outcome"], back["needs"][key].get("cause")),
                (need["outcome"], need.get("cause")), (options, key))


def a_recordings_facts_give_its_verdicts(program):
  with scratch() as folder:
    recording = write_recording(folder / "machine")
    path = folder / "facts.json"
    path.write_text(program.run("facts", "--format", "json", "--host", recording).out)
    equal(program.report("--host", path)["deployments"], program.report("--host", recording)["deployments"])


# --- where the answer goes ---


def a_closed_or_full_standard_output_is_70(program):
  for script, words in (("exec \"$0\" >&-", "Bad file descriptor"),
                        ("exec \"$0\" --format json >/dev/full", "No space left"),
                        ("exec \"$0\" list >/dev/full", "No space left"),
                        ("exec \"$0\" version >&-", "Bad file descriptor")):
    answer = program.shell(script)
    equal(answer.code, 70, answer)
    contains(answer.err, "stackcheck: standard output: ", words)
  # Nothing is written then, so nothing is lost; the line on standard error is the answer.
  equal(program.shell("exec \"$0\" --quiet >&-").code, 0)


def help_that_cannot_be_written_is_70(program):
  equal(program.shell("exec \"$0\" --help >/dev/full").code, 70)


def a_reader_that_leaves_is_70_and_no_signal(program):
  reader, writer = os.pipe()
  os.close(reader)
  done = subprocess.run([str(program.path), "list", "--format", "json"], stdout=writer,
                        stderr=subprocess.PIPE, text=True, timeout=60, check=False)
  os.close(writer)
  equal(done.returncode, 70)
  contains(done.stderr, "Broken pipe")


def output_writes_a_whole_file(program):
  with scratch() as folder:
    path = folder / "report.json"
    answer = program.run("--format", "json", "--output", path)
    equal((answer.code, answer.out, answer.err), (0, "", ""))
    check(json.loads(path.read_text())["deployments"])
    equal(list(folder.iterdir()), [path])
    equal(stat.S_IMODE(path.stat().st_mode), 0o666 & ~os.umask(os.umask(0o22) or 0o22) or 0o644)
    old = path.stat().st_ino
    equal(program.run("list", "--output", path).code, 0)
    check(path.stat().st_ino != old, "the old file was written into")
    contains(path.read_text(), "openstack-kvm")


def output_keeps_the_old_file_when_it_fails(program):
  with scratch() as folder:
    path = folder / "report.json"
    path.write_text("old")
    for arguments in (("--rules", folder / "none"), ("--assume", "cpu.coress=1"), ("--bogus",)):
      check(program.run("--output", path, *arguments).code in (64, 65))
      equal((path.read_text(), list(folder.iterdir())), ("old", [path]), arguments)


def output_that_cannot_be_written_is_70(program):
  with scratch() as folder:
    for path, words in (("/dev/full", "No space left"), (folder / "none/x", "No such file"),
                        (folder, "Is a directory"), ("/proc/x", "")):
      answer = program.run("--output", path)
      equal((answer.code, answer.out), (70, ""), answer)
      contains(answer.err, "stackcheck: %s: " % path, words)
    equal(list(folder.iterdir()), [])
  equal(program.run("--output", "/dev/null").code, 0)


def a_full_disk_leaves_nothing_half_written(program):
  if os.geteuid() != 0:
    raise Skip("mounting a small disk needs root")
  with scratch() as folder:
    # What fits into the disk is the old file, never the new one.
    done = subprocess.run(
      ["unshare", "-m", "sh", "-c",
       'mount -t tmpfs -o size=32k none "$1" && echo old >"$1/report.json" || exit 99\n'
       '"$0" list --format json --output "$1/report.json"; code=$?\n'
       'ls -A "$1"; cat "$1/report.json"; exit $code', str(program.path), str(folder)],
      stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    if done.returncode in (99, 1):
      raise Skip("no disk can be mounted here: " + done.stderr)
    equal((done.returncode, done.stdout), (70, "report.json\nold\n"), done.stderr)
    contains(done.stderr, "No space left on device")


# --- odd surroundings ---


def it_works_with_nothing_open_and_nothing_set(program):
  for closed in ("<&-", "2>&-", "<&- 2>&-"):
    answer = program.shell("exec env -i \"$0\" --format json " + closed)
    equal(answer.code, 0, answer)
    check(answer.json()["deployments"])
  equal(program.shell("exec env -i \"$0\" --quiet 46 <&- >&- 2>&-").code,
        program.shell("exec \"$0\" --quiet 46").code)
  for environment in ({}, {"LC_ALL": "xx_XX.nonsense"}, {"TERM": "nonsense"}, {"HOME": "/nonexistent"}):
    answer = program.run(env=environment)
    equal((answer.code, answer.err), (0, ""), environment)
    check(len(answer.out.splitlines()) > 40)


def closed_descriptors_are_never_written_to(program):
  with scratch() as folder:
    path = folder / "out"
    answer = program.shell("exec \"$0\" 99999 --output %s >&- 2>&-" % path)
    equal(answer.code, 64)
    check(not path.exists())
    answer = program.shell("exec \"$0\" 46 --output %s --quiet >&- 2>&-" % path)
    check(answer.code in (0, 1, 2, 3))
    check(not path.exists() or "stackcheck:" not in path.read_text())


def it_works_from_a_folder_that_is_gone(program):
  equal(program.shell('d=$(mktemp -d); cd "$d"; rmdir "$d"; exec "$0" --quiet').code, 0)


main([value for name, value in list(globals().items())
      if callable(value) and getattr(value, "__module__", "") == "__main__"
      and name.islower() and name not in ("write_rules", "last_line", "terminal")])
