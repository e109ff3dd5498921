# SPDX-License-Identifier: GPL-2.0-or-later
"""What libvirt's virt-host-validate says of the needs that a case labels, held against the same labels.

It answers by lines "QEMU: Checking WHAT : PASS | WARN (hint) | FAIL (hint)"; the hints are the causes
that it names. It knows running machines alone, so that of recordings it says nothing.
"""

import re

LINE = re.compile(r"^\s*QEMU: Checking (.*?)\s*: (PASS|WARN|FAIL|NOTE)(?: \((.*)\))?$", re.MULTILINE)

# Need -> the lines that answer it. A need is met in its eyes when none of them warns or fails.
QUESTIONS = {
  "hardware-virtualization": ("for hardware virtualization", "if device /dev/kvm exists",
                              "if device /dev/kvm is accessible"),
  "iommu": ("for device assignment IOMMU support", "if IOMMU is enabled by kernel"),
  "cgroup-controllers-basic": ("for cgroup 'cpu' controller support",
                               "for cgroup 'cpuset' controller support",
                               "for cgroup 'memory' controller support"),
  "feature.memory-cgroup": ("for cgroup 'memory' controller support",),
  "feature.cpuset-cgroup": ("for cgroup 'cpuset' controller support",),
  "feature.devices-cgroup": ("for cgroup 'devices' controller support",),
  "feature.blkio-cgroup": ("for cgroup 'blkio' controller support",),
}

# What a hint says -> the causes that it names, in stackcheck's words. One that guesses at two names both.
HINTS = (
  (r"modules are loaded.*BIOS", {"module-not-loaded", "disabled-firmware"}),
  (r"CPU features not found", {"absent-hardware"}),
  (r"either disabled in BIOS or not supported", {"disabled-firmware", "absent-hardware"}),
  (r"Add (intel_iommu|amd_iommu|iommu)", {"disabled-cmdline"}),
  (r"disabled in kernel", {"disabled-cmdline"}),
  (r"Check /dev/kvm is world writable", {"permission"}),
  (r"Enable '\w+' in kernel Kconfig", {"not-built"}),
  (r"mount/enable cgroup", {"not-configured"}),
)
SAYS_NOTHING = re.compile(r"^Unknown if", re.IGNORECASE)


def lines_of(text):
  return {match.group(1): (match.group(2), match.group(3) or "") for match in LINE.finditer(text)}


def causes_in(hint):
  return set().union(*(causes for pattern, causes in HINTS if re.search(pattern, hint)), set())


def answer_to(need, lines):
  """'met', 'unmet' or None where it does not say, and the causes that it names."""
  asked = [lines[line] for line in QUESTIONS[need] if line in lines]
  bad = [hint for state, hint in asked if state in ("WARN", "FAIL")]
  if not asked or (bad and all(SAYS_NOTHING.match(hint) for hint in bad)):
    return None, set()
  return ("unmet" if bad else "met"), set().union(*(causes_in(hint) for hint in bad), set())


def outcomes_of(want):
  outcome = want.get("outcome")
  return set(outcome.get("in", []) if isinstance(outcome, dict) else [outcome])


def true_causes(want):
  cause = want.get("cause", [])
  if isinstance(cause, dict):
    return set(cause.get("among", cause.get("has", [])))
  return set(cause)


def judge(label, text):
  """'right', 'wrong' or 'does not say', and a sentence. A cause is right when it is among its guesses."""
  lines, verdicts = lines_of(text), []
  for need, want in label.get("needs", {}).items():
    outcomes = outcomes_of(want)
    if need not in QUESTIONS:
      continue
    says, causes = answer_to(need, lines)
    if says is None:
      verdicts.append(("does not say", f"{need}: does not say"))
    elif says == "met" and "unknown" in outcomes:
      continue  # it may well be so
    elif says not in outcomes:
      verdicts.append(("wrong", f"{need}: {says}"))
    elif says == "unmet" and "cause" in want and not causes & true_causes(want):
      verdicts.append(("wrong", f"{need}: {', '.join(sorted(causes)) or 'no cause'}"))
    else:
      verdicts.append(("right", f"{need}: {says}"))
  for state in ("wrong", "does not say", "right"):
    texts = [sentence for verdict, sentence in verdicts if verdict == state]
    if texts:
      return state, "; ".join(texts)
  return "does not say", "none of the labelled needs"
