#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A site's answers: read on the machine alone, named in every report, and refused with their place.

usage: tests/report/site.py BUILD
"""

import json
import os
import shutil
import sys

sys.dont_write_bytecode = True

from program import SCHEMAS, Skip, check, contains, equal, main, scratch, write_recording

SITE = "/etc/stackcheck/site.yaml"


class Site:
  """The program where the machine's /etc has such a site file, and nothing else of stackcheck's."""

  def __init__(self, program, text):
    if os.geteuid() != 0:
      raise Skip("not run as root")
    self.program, self.text = program, text

  def __enter__(self):
    self.scratch = scratch()
    folder = self.scratch.__enter__()
    shutil.copytree("/etc", folder / "etc", symlinks=True,
                    ignore=shutil.ignore_patterns("stackcheck", "shadow*", "gshadow*"))
    (folder / "etc/stackcheck").mkdir()
    (folder / "etc/stackcheck/site.yaml").write_text(self.text)
    self.before = ("unshare", "-m", "sh", "-c",
                   "mount --bind %s /etc && exec \"$@\"" % (folder / "etc"), "sh")
    return self

  def __exit__(self, *exception):
    self.scratch.__exit__(*exception)

  def run(self, *arguments):
    return self.program.run(*arguments, before=self.before)


ANSWERS = "os.replaceable: true\nnet.peer_latency: 2 ms\nmemory.total: 1 TiB\n"


def answers_are_facts_with_their_source(program):
  with Site(program, ANSWERS) as site:
    facts = site.run("facts", "--format", "json").json()["facts"]
    equal(facts["os.replaceable"], {"state": "known", "value": True, "source": SITE, "assumed": True})
    equal(facts["net.peer_latency"]["value"], 2000)
    # What was read stands.
    equal(facts["memory.total"], program.facts()["memory.total"])


def answers_stand_in_every_report(program):
  with Site(program, ANSWERS) as site:
    for command in ((), ("51",), ("explain", "51")):
      out = " ".join(site.run(*command).out.split())
      contains(out, "Taken from %s: os.replaceable=true, net.peer_latency=2 ms" % SITE)
      check("memory.total=" not in out, out)
    report = site.run("--format", "json", "--detail", "all").json()
    equal(report["site_answers"], ["os.replaceable=true", "net.peer_latency=2 ms"])
    equal(report["needs"]["confirm.nomad-server-latency"]["outcome"], "met")


def assumptions_go_before_answers(program):
  with Site(program, ANSWERS) as site:
    facts = site.run("facts", "--format", "json", "--assume", "os.replaceable=false").json()["facts"]
    equal(facts["os.replaceable"]["value"], False)
    out = " ".join(site.run("--assume", "os.replaceable=false").out.split())
    contains(out, "Taken as given: os.replaceable=false")


def a_recording_has_no_answers_of_this_site(program):
  with scratch() as folder, Site(program, ANSWERS) as site:
    write_recording(folder)
    for options in (("--host", folder), ("--root", "/")):
      facts = site.run("facts", "--format", "json", *options).json()["facts"]
      equal(facts["os.replaceable"]["state"], "unknown", options)
    check("site_answers" not in site.run("--host", folder, "--format", "json").json())


def a_mistake_is_refused_at_its_place(program):
  with Site(program, "os.replaceable: true\nstorage.rwx: maybe\n") as site:
    for command in ((), ("51",), ("facts",), ("explain", "51")):
      answer = site.run(*command)
      equal((answer.code, answer.out), (65, ""), answer)
      contains(answer.err, "stackcheck: %s:2:14: expected true or false, not 'maybe'" % SITE)


def reports_with_answers_and_trials_fit_the_schema(program):
  try:
    import jsonschema
  except ImportError as missing:
    raise Skip("python3-jsonschema is not installed") from missing
  schema = json.loads((SCHEMAS / "report.json").read_text())
  with Site(program, ANSWERS) as site:
    report = site.run("--format", "json", "--prove=overlay,device-program").json()
  equal([trial["name"] for trial in report["trials"]], ["overlay", "device-program"])
  jsonschema.Draft202012Validator(schema).validate(report)
  for key, wrong in (("site_answers", []), ("trials", [{"name": "overlay"}])):
    check(list(jsonschema.Draft202012Validator(schema).iter_errors({**report, key: wrong})), key)


main([
  answers_are_facts_with_their_source, answers_stand_in_every_report, assumptions_go_before_answers,
  a_recording_has_no_answers_of_this_site, a_mistake_is_refused_at_its_place,
  reports_with_answers_and_trials_fit_the_schema,
])
