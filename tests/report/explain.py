#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""explain as people read it: every deployment, on kept machines, at the widths that terminals have.

usage: tests/report/explain.py BUILD
"""

import os
import re
import sys
import unicodedata

sys.dont_write_bytecode = True

from program import ROOT, check, contains, deployment, equal, main, scratch, write_recording

HOSTS = ("amd-everything-on", "dell-with-bmc", "xen-dom0")
WIDTHS = (80, 100, 120)
ALL = ["%d/each" % number for number in range(31, 71)]
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
COLOURS = {"ready": "\x1b[32m", "limited": "\x1b[36m", "fixable": "\x1b[33m", "no": "\x1b[31m",
           "unknown": "\x1b[2m"}
STROKES = {"C.UTF-8": ("┌", "└", "│"), "C": ("+", "+", "|")}


def recording(host):
  return ROOT / "tests/hosts" / host / "recording.tar.xz"


def explained(program, host, *arguments, columns=80, locale="C.UTF-8", colour="never", targets=ALL):
  answer = program.run("explain", "--host", recording(host), "--color", colour, *arguments, *targets,
                       env={"PATH": os.environ["PATH"], "LC_ALL": locale, "COLUMNS": str(columns)})
  equal((answer.code, answer.err), (0, ""), host)
  return answer.out


def width(text):
  return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
             for c in text)


def roles_of(report):
  for one in report["deployments"]:
    for role in one["roles"]:
      yield "%d/%s" % (one["id"], role["role"]), role


def sections(text):
  """The text of each role, by its name."""
  parts = re.split(r"^(\d+/[a-z0-9-]+):\s", text, flags=re.M)
  return dict(zip(parts[1::2], parts[2::2]))


def boxes(text, side, top):
  """Each box of a text: its lines without edges."""
  found, box = [], None
  for line in text.splitlines():
    if line.startswith(side):
      box.append(line[1:-1].strip())
    elif line.startswith(top) and box is None:
      box = []
    elif box is not None:
      found.append(box)
      box = None
  return found


def nothing_is_wider_than_the_terminal(program):
  for host in HOSTS:
    for columns in WIDTHS:
      for locale in STROKES:
        for colour in ("never", "always"):
          text = explained(program, host, columns=columns, locale=locale, colour=colour)
          equal("\x1b" in text, colour == "always")
          for line in ESCAPE.sub("", text).splitlines():
            check(width(line) <= columns, (host, columns, locale, line))
            equal(line, line.rstrip())


def colours_change_nothing_else(program):
  for locale in STROKES:
    plain = explained(program, HOSTS[0], locale=locale)
    equal(ESCAPE.sub("", explained(program, HOSTS[0], locale=locale, colour="always")), plain)
  check(explained(program, HOSTS[0], locale="C").isascii())


def each_role_has_its_stack_in_order_and_no_box_is_blank(program):
  rules = program.run("list", "--format", "json").json()
  for columns in WIDTHS:
    for locale, (top, _, side) in STROKES.items():
      roles = sections(explained(program, HOSTS[1], columns=columns, locale=locale))
      for one in rules["deployments"]:
        for role in one["roles"]:
          drawn = boxes(roles["%d/%s" % (one["id"], role["role"])], side, top)
          equal(len(drawn), len(one["stack"]), (one["id"], role["role"]))
          for box, layer in zip(drawn, one["stack"][::-1]):
            check(box[0].startswith(layer), (box, layer))
            check(len(box) >= 2 and all(box), box)


def boxes_stand_one_upon_the_other(program):
  for columns in WIDTHS:
    text = explained(program, HOSTS[0], columns=columns)
    edges = [line for line in text.splitlines() if line.startswith(("┌", "└"))]
    for line in edges:
      equal(len(line), columns)
    for above, below in zip(edges, edges[1:]):
      if above[0] == "└":
        equal("┬" in above, "▼" in below)
        if "┬" in above:
          equal(above.index("┬"), below.index("▼"))


def boxes_have_the_colours_of_their_verdicts(program):
  for host in HOSTS:
    report = program.report("--host", recording(host), "--detail", "all")
    text = explained(program, host, colour="always")
    roles = sections(text.replace("\x1b[1m", "").replace("\x1b[0m:", ":"))
    for name, role in roles_of(report):
      tops = re.findall(r"^(\x1b\[\d+m)┌", roles[name], re.M)
      verdicts = [layer["verdict"] for layer in role["layers"]][::-1]
      equal(tops, [COLOURS[verdict] for verdict in verdicts], (host, name))


def a_role_is_as_good_as_the_worst_of_its_layers(program):
  levels = ("no", "fixable", "limited", "ready")
  for host in HOSTS:
    report = program.report("--host", recording(host), "--detail", "all")
    for name, role in roles_of(report):
      for end in ("worst", "best"):
        worst = min((layer[end] for layer in role["layers"]), key=levels.index)
        equal(role[end], worst, (host, name, end))


def what_is_not_met_stands_before_what_is(program):
  order = {"✗": 0, "?": 1, "!": 2, "✓": 3, "…": 4, "·": 5}
  for host in HOSTS:
    for name, text in sections(explained(program, host)).items():
      for layer in re.split(r"\n\n(?! )", text):
        for part in re.split(r"^  optional, each.*$", layer, flags=re.M):
          marks = [order[mark] for mark in re.findall(r"^  ([✗?!✓…·]) ", part, re.M)]
          equal(marks, sorted(marks), (host, name, part[:400]))


def every_title_reason_and_number_of_a_source_is_there(program):
  rules = program.run("list", "--format", "json").json()
  for number, name in ((46, "compute"), (58, "converged"), (31, "manager"), (70, "k8s-worker")):
    one = deployment(rules, number)
    role = next(role for role in one["roles"] if role["role"] == name)
    text = explained(program, HOSTS[0], "--detail", "all", targets=["%d/%s" % (number, name)])
    words = text.replace(" ", "").replace("\n", "")
    for need in role["needs"]:
      for what in (need["title"], need["why"].removeprefix(need["title"] + ": "), need["id"]):
        check(what.replace(" ", "") in words, what)
    body, _, listed = text.partition("\nSources\n")
    numbers = set(re.findall(r"^ *(\d+) \S", listed, re.M))
    cited = {one for group in re.findall(r"\[(\d+(?:,\d+)*)\]", body) for one in group.split(",")}
    equal(numbers, cited)
    sources = {source for cites in (*role["needs"], *one.get("notes", ()), *filter(None, [one.get("release")]))
               for source in cites["source"]}
    sources |= {source for room in role.get("room", []) for limit in room["limits"] for source in limit["source"]}
    equal(len(numbers), len(sources))


def a_reason_is_said_once_for_those_that_share_it(program):
  for text in sections(explained(program, HOSTS[1], columns=120)).values():
    lines = [line.strip() for line in text.splitlines()]
    reasons = [line for line in lines if re.search(r"\[\d+(,\d+)*\]$", line)]
    for a, b in zip(reasons, reasons[1:]):
      check(a != b or a.startswith("["), a)


def notes_and_release_are_told(program):
  rules = """id: 1000
name: our-cache
title: Bare metal → our cache
summary: Keeps hot objects.
stack: [Bare metal]
status: active
release: {name: Our Cache 3.2, source: "https://example.org/cache"}
reviewed: 2026-11-22
notes:
  - {text: it asks for NVMe disks, since: "4.0", source: "https://example.org/roadmap"}
arch: [x86_64]
roles:
  - role: node
    primary: true
    layers:
      - layer: Bare metal
        needs:
          - {need: cpu.cores, minimum: 1, why: it runs, source: "https://example.org/cache"}
"""
  with scratch() as folder:
    write_recording(folder / "host")
    (folder / "rules").mkdir()
    (folder / "rules/own.yaml").write_text(rules)
    answer = program.run("explain", "our-cache", "--rules", folder / "rules", "--host", folder / "host")
    contains(answer.out, "Rules for Our Cache 3.2 [1], reviewed on 2026-11-22.",
             "Note (4.0): it asks for NVMe disks [2]", "   1 https://example.org/cache\n",
             "   2 https://example.org/roadmap\n")
    listed = program.run("list", "--format", "json", "--rules", folder / "rules").json()
    own = deployment(listed, 1000)
    equal(own["release"], {"name": "Our Cache 3.2", "source": ["https://example.org/cache"]})
    equal(own["reviewed"], "2026-11-22")
    equal(own["notes"], [{"text": "it asks for NVMe disks", "source": ["https://example.org/roadmap"],
                          "since": "4.0"}])


main([
  nothing_is_wider_than_the_terminal, colours_change_nothing_else,
  each_role_has_its_stack_in_order_and_no_box_is_blank, boxes_stand_one_upon_the_other,
  boxes_have_the_colours_of_their_verdicts, a_role_is_as_good_as_the_worst_of_its_layers,
  what_is_not_met_stands_before_what_is, every_title_reason_and_number_of_a_source_is_there,
  a_reason_is_said_once_for_those_that_share_it, notes_and_release_are_told,
])
