# SPDX-License-Identifier: GPL-2.0-or-later
"""The table that a run prints: a machine a line, what it was expected to be in columns."""

# What the first part of a fact's name, or an answer other than `facts`, is counted as.
COLUMNS = (
  ("cpu", ("cpu", "numa", "memory", "hugepages", "swap", "swaps")),
  ("kvm", ("kvm", "vm", "xen", "dev")),
  ("iommu", ("iommu", "pci")),
  ("nic", ("nic", "nics", "netdevs", "net")),
  ("disk", ("disk", "disks")),
  ("kernel", ("kernel", "cgroup", "security", "path")),
  ("host", ("host", "os", "process", "service", "services", "software", "packages", "time")),
  ("roles", ("report",)),
  ("gate", ("survey",)),
  ("user", ("facts-of-user", "report-of-user")),
  ("inside", ("facts-in-container", "report-in-container")),
)
OF_WORD = {word: name for name, words in COLUMNS for word in words}
NAME_WIDTH, WIDTH = 28, 7


def column_of(line):
  """Under which head an expectation counts."""
  answer, path = (line.split(None, 2) + [""])[:2]
  if answer in OF_WORD:
    return OF_WORD[answer]
  if path.startswith("$"):
    return "gate"
  return OF_WORD.get(path.split(".")[0].split("[")[0], "host")


def cell(outcomes):
  """How many were met, of how many where some were not."""
  met = sum(wrong is None for wrong in outcomes)
  if not outcomes:
    return "·"
  return str(met) if met == len(outcomes) else f"{met}/{len(outcomes)}"


def print_line(name, seconds, cells):
  print(f"{name:<{NAME_WIDTH}} {seconds:>4} " + "".join(f"{text:>{WIDTH}}" for text in cells))


def print_head():
  print("Expectations met on each machine; met/all where some were not.\n")
  print_line("machine", "s", [name for name, _ in COLUMNS])


def print_row(name, seconds, outcomes):
  """One machine, and below it each expectation that it does not meet, with what was found."""
  of_column = {column: [] for column, _ in COLUMNS}
  for line, wrong in outcomes:
    of_column[column_of(line)].append(wrong)
  print_line(name, f"{seconds:.0f}", [cell(of_column[column]) for column, _ in COLUMNS])
  # An answer that is missing fails many at once, for one reason.
  of_reason = {}
  for line, wrong in outcomes:
    if wrong is not None:
      of_reason.setdefault(wrong, []).append(line)
  for wrong, lines in of_reason.items():
    more = f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
    print(f"FAIL {name}: {lines[0]}{more}")
    print("".join(f"       {part}\n" for part in wrong.splitlines()), end="")
