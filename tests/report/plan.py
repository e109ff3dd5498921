#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Plans: what they promise comes true where their outcome is assumed, on every kept machine and for every role.

usage: tests/report/plan.py BUILD
"""

import concurrent.futures
import json
import os
import runpy
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True

import jsonschema

from program import (LEVELS, ROOT, SCHEMAS, Skip, check, contains, deployment, equal, main, scratch)

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
      open_ends = {one["need"] for one in plan["open"] if one["kind"] in ("unknown", "in-conflict")}
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


# What people may want together: of one stack, of several, all roles of one deployment; some exclude each other.
SETS = (("46/compute", "58/storage"), ("31", "32", "38/worker"), ("34", "62", "67"), ("40/each",), ("59/converged", "70/k8s-worker"),
        ("45", "46/compute", "56/kvm-node"), ("66", "62"), ("47/each", "51/each"))


def plans_for_several_roles_keep_their_promise_too(program):
  wrong = []
  with scratch() as folder:
    for name in ("dell-with-bmc", "amd-blocked-by-boot-options", "intel-without-vtx", "arm-el2-acpi", "xen-dom0"):
      (folder / name).mkdir()
      host = unpack(name, folder / name)
      for roles in SETS:
        wrong += [f"{name}, {' '.join(roles)}: {one}" for one in broken(program, host, *roles)]
  check(not wrong, "\n".join(wrong))


# --- the other forms ---

# Everything that a remedy can do; which facts are missing decides what is planned for.
RULES = """id: 1000
name: every-step
title: Every step
summary: A machine on which everything is to be done.
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
          - {need: cpu.threads, minimum: 1, why: something must run it, source: [seed]}
          - {capability: step-now, why: so, source: [seed]}
          - {capability: step-boot, why: so, source: [seed]}
          - {capability: step-firmware, why: so, source: [seed]}
"""
CAPABILITIES = """capabilities:
  - capability: step-now
    title: all that is done now
    check: storage.rwx
    diagnosis:
      - cause: not-configured
        remedy:
          kind: setup
          text: "Do what's to be done now."
          do:
            packages: [chrony]
            modules: [vxlan, br_netfilter]
            module_options: {kvm_intel: nested=1}
            unblock: [kvm-intel]
            sysctl: {net.ipv4.ip_forward: 1, net.core.somaxconn: 1024}
            enable: [chrony]
            disable: [firewalld]
            swap: off
            run: ["true"]
  - capability: step-boot
    title: all that is done at boot
    check: storage.parallel_fs
    diagnosis:
      - cause: disabled-cmdline
        remedy:
          kind: reboot
          text: "Boot otherwise."
          do: {cmdline: [intel_iommu=on, iommu=pt, nosmt], cmdline_remove: [clearcpuid, quiet, module_blacklist=kvm]}
  - capability: step-firmware
    title: a visit
    check: lxd.same_pools
    diagnosis:
      - cause: disabled-firmware
        remedy: {kind: firmware, text: "Turn the IOMMU on.", do: {firmware: {iommu: on}}}
"""
BEFORE = "BOOT_IMAGE=/vmlinuz root=/dev/sda1 clearcpuid=vmx quiet iommu=off module_blacklist=nouveau,kvm -- 5"
AFTER = ("BOOT_IMAGE=/vmlinuz root=/dev/sda1 intel_iommu=on iommu=pt nosmt module_blacklist=nouveau -- 5")
GIVEN = ("storage.rwx=false", "storage.parallel_fs=false", "lxd.same_pools=false", "os.package_manager=apt",
         "os.image_based=false", "host.container=none", "kernel.module.vxlan=available",
         "kernel.module.br_netfilter=available", "kernel.module.kvm-intel=available", "kernel.cmdline=" + BEFORE)


def every_step(program, folder, form, *more, capabilities=CAPABILITIES):
  """The plan for a role that asks for everything, on a machine that has nothing of it."""
  (folder / "rules").mkdir(exist_ok=True)
  (folder / "rules/role.yaml").write_text(RULES)
  (folder / "rules/capabilities.yaml").write_text(capabilities)
  assumed = [word for fact in (*GIVEN, *more) for word in ("--assume", fact)]
  answer = program.run("plan", "1000", "--rules", folder / "rules", "--format", form, *assumed)
  equal(answer.code, 2, answer)
  return answer.out


def steps_become_one_command_one_file_and_one_line(program):
  with scratch() as folder:
    actions = json.loads(every_step(program, folder, "json"))["actions"]
    text = every_step(program, folder, "text")
  equal(actions["install"], "apt-get install -y chrony")
  equal(actions["modules"], ["vxlan", "br_netfilter"])
  equal(actions["sysctl"], {"net.ipv4.ip_forward": "1", "net.core.somaxconn": "1024"})
  equal(actions["enable"], ["chrony"])
  equal(actions["cmdline"]["before"], BEFORE)
  equal(actions["cmdline"]["after"], AFTER)
  check(actions["swap_off"])
  contains(text, "apt-get install -y chrony", "vxlan, br_netfilter", "intel_iommu=on iommu=pt nosmt",
           "clearcpuid=vmx quiet iommu=off module_blacklist=nouveau,kvm")


KERNELS = """capabilities:
  - capability: step-now
    title: pipes
    check: storage.rwx
    diagnosis: [{cause: not-built, remedy: {kind: reboot, text: "Boot a kernel with pipes in it."}}]
  - capability: step-boot
    title: wires
    check: storage.parallel_fs
    diagnosis: [{cause: not-built, remedy: {kind: reboot, text: "Boot a kernel with wires in it."}}]
  - capability: step-firmware
    title: ropes
    check: lxd.same_pools
    diagnosis: [{cause: not-built, remedy: {kind: reboot, text: "Boot a kernel with ropes in it."}}]
"""


def kernels_that_lack_something_are_one_kernel_in_the_text(program):
  with scratch() as folder:
    text = every_step(program, folder, "text", capabilities=KERNELS)
  contains(text, "Boot a kernel with pipes, ropes and wires in it.")
  equal(text.count("Boot a kernel"), 1, text)


def an_image_or_a_container_is_given_no_commands(program):
  with scratch() as folder:
    for fact in ("os.image_based=true", "host.container=lxc"):
      for form in ("text", "shell", "ansible"):
        plan = every_step(program, folder, form, fact)
        for command in ("apt-get", "modprobe", "sysctl -w", "grubby"):
          check(command not in plan, f"{fact}: {command} in\n{plan}")
      check(json.loads(every_step(program, folder, "json", fact))["actions"]["closed"])


# What a plan calls, as far as it is not of the shell itself.
STUBS = ("apt-get", "modprobe", "sysctl", "systemctl", "swapoff", "update-grub")
RUN = """set -eu
mount -t tmpfs tmpfs /etc/default 2>/dev/null || { mkdir -p /etc/default; mount -t tmpfs tmpfs /etc/default; }
for folder in /etc/modprobe.d /etc/modules-load.d /etc/sysctl.d; do mkdir -p "$folder"; mount -t tmpfs tmpfs "$folder"; done
mkdir /etc/default/grub.d
printf '%s\\n' 'GRUB_CMDLINE_LINUX_DEFAULT="quiet clearcpuid=vmx splash"' "GRUB_CMDLINE_LINUX='iommu=off module_blacklist=nouveau,kvm'" >/etc/default/grub
printf '%s\\n' 'blacklist kvm_intel' 'blacklist other' 'install kvm_intel /bin/false' 'install kvm_amd /bin/false' >/etc/modprobe.d/a.conf
for time in first second; do
  echo "@$time"
  PATH="$1:$PATH" sh "$2"
done
echo @files
for file in /etc/modprobe.d/a.conf /etc/modprobe.d/stackcheck.conf /etc/modules-load.d/stackcheck.conf \\
  /etc/sysctl.d/99-stackcheck.conf; do echo "$file:"; cat "$file"; done
. /etc/default/grub
for file in /etc/default/grub.d/*.cfg; do . "$file"; done
echo "@line $GRUB_CMDLINE_LINUX $GRUB_CMDLINE_LINUX_DEFAULT" | tr -s ' '
"""


def the_script_does_what_it_says_and_the_second_time_nothing(program):
  if os.geteuid() != 0 or subprocess.run(["unshare", "--mount", "true"], check=False).returncode:
    raise Skip("not run as root, or mounts cannot be unshared")
  with scratch() as folder:
    script = folder / "plan.sh"
    script.write_text(every_step(program, folder, "shell"))
    (folder / "stubs").mkdir()
    for name in STUBS:
      (folder / "stubs" / name).write_text(f"#!/bin/sh\necho \"{name} $*\" >>{folder}/called\n")
      (folder / "stubs" / name).chmod(0o755)
    done = subprocess.run(["unshare", "--mount", "--propagation", "private", "sh", "-c", RUN, "sh",
                           folder / "stubs", script], check=False, capture_output=True, text=True)
    called = (folder / "called").read_text().splitlines()
  equal(done.returncode, 0, done.stdout + done.stderr)
  first, rest = done.stdout.split("@second\n")
  second, files = rest.split("@files\n")
  contains(first, "/etc/modules-load.d/stackcheck.conf: vxlan", "/etc/modprobe.d/a.conf: changed")
  check("changed" not in second.replace("has changed", "") and "stackcheck.conf: " not in second, second)
  contains(files, "# blacklist kvm_intel\nblacklist other\n# install kvm_intel /bin/false\ninstall kvm_amd /bin/false\n",
           "options kvm_intel nested=1\n", "vxlan\nbr_netfilter\n",
           "net.ipv4.ip_forward = 1\nnet.core.somaxconn = 1024\n")
  line = files.split("@line ")[1].split()
  equal(sorted(line), sorted("intel_iommu=on iommu=pt nosmt module_blacklist=nouveau splash".split()))
  contains("\n".join(called), "apt-get install -y chrony", "modprobe vxlan", "sysctl -w net.ipv4.ip_forward=1",
           "systemctl enable --now chrony", "systemctl disable --now firewalld")
  equal(called.count("update-grub "), 1, called)


def scripts_and_playbooks_are_clean(program):
  for tool in ("shellcheck", "ansible-playbook"):
    if not shutil.which(tool):
      raise Skip(f"{tool} is not installed")
  asked = (("46/compute", "58/storage"), ("34",), ("40/worker",), ("66",), ("70/each",), ("54", "33/each"))
  with scratch() as folder:
    scripts, playbooks = [], []
    for name in ("intel-iommu-off", "dell-with-bmc", "kvm-blocked-by-modprobe", "amd-blocked-by-boot-options"):
      (folder / name).mkdir()
      host = unpack(name, folder / name)
      for i, roles in enumerate(asked):
        for form, paths in (("shell", scripts), ("ansible", playbooks)):
          path = folder / f"{name}-{i}.{'sh' if form == 'shell' else 'yml'}"
          path.write_text(program.run("plan", *roles, "--host", host, "--format", form, "--require", "ready").out)
          paths.append(path)
    for form, paths in (("shell", scripts), ("ansible", playbooks)):
      path = folder / f"every.{'sh' if form == 'shell' else 'yml'}"
      path.write_text(every_step(program, folder, form))
      paths.append(path)
    for command in (["shellcheck", *scripts],
                    ["ansible-playbook", "--syntax-check", "-i", "localhost,", *playbooks]):
      done = subprocess.run(command, check=False, capture_output=True, text=True,
                            env={**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(folder)})
      equal(done.returncode, 0, done.stdout + done.stderr)


def plans_and_rankings_fit_their_schema(program):
  validator = jsonschema.Draft202012Validator(json.loads((SCHEMAS / "plan.json").read_text()))
  validator.check_schema(validator.schema)
  with scratch() as folder:
    plan = json.loads(every_step(program, folder, "json"))
  ranking = program.run("plan", "--all", "--format", "json").json()
  live = program.run("plan", "46", "58/each", "--format", "json").json()
  for document in (plan, ranking, live):
    errors = [error.message for error in validator.iter_errors(document)]
    check(not errors, errors[:3])
  for key in ("roles", "changes", "open", "assumptions", "actions"):
    check(not validator.is_valid({name: value for name, value in plan.items() if name != key}), key)
  check(not validator.is_valid({**plan, "ranking": []}))
  check(not validator.is_valid({**ranking, "hosts": 1}))


def the_ranking_begins_with_what_the_survey_hints_at(program):
  with scratch() as folder:
    (folder / "dell-with-bmc").mkdir()
    host = unpack("dell-with-bmc", folder / "dell-with-bmc")
    ranking = program.run("plan", "--all", "--format", "json", "--host", host).json()["ranking"]
    survey = " ".join(program.run("--host", host).out.split())
  order = [(one["opens"], one["blocks"]) for one in ranking]
  equal(order, sorted(order, reverse=True))
  most = max(ranking, key=lambda one: (one["blocks"],))
  if ranking[0]["opens"]:
    contains(survey, f"Opens {ranking[0]['opens']} by itself: {ranking[0]['text']}")
  if most["blocks"] > ranking[0]["blocks"]:
    contains(survey, f"In the way of {most['blocks']}: {most['text']}")


def exit_codes_are_those_of_a_gate(program):
  with scratch() as folder:
    (folder / "pc").mkdir()
    host = unpack("intel-without-vtx", folder / "pc")
    for role in ("46/compute", "33/login", "62", "58/storage"):
      words = (role, "--os", "running", "--host", host)
      if program.run(*words).code == 64:
        continue
      equal(program.run("plan", *words).code, program.run(*words).code, role)
  equal(program.run("plan").code, 64)
  equal(program.run("plan", "nothing-like-it").code, 64)
  equal(program.run("plan", "--all", "46").code, 64)
  equal(program.run("plan", "--all", "--format", "shell").code, 64)
  equal(program.run("--format", "shell").code, 64)
  equal(program.run("facts", "--format", "ansible").code, 64)


main([
  every_plan_keeps_its_promise_on_every_machine,
  plans_for_several_roles_keep_their_promise_too,
  steps_become_one_command_one_file_and_one_line,
  kernels_that_lack_something_are_one_kernel_in_the_text,
  an_image_or_a_container_is_given_no_commands,
  the_script_does_what_it_says_and_the_second_time_nothing,
  scripts_and_playbooks_are_clean,
  plans_and_rankings_fit_their_schema,
  the_ranking_begins_with_what_the_survey_hints_at,
  exit_codes_are_those_of_a_gate,
])
