#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What CONTRIBUTING.md says of adding a deployment, done as it stands there.

usage: tests/report/contributing.py BUILD
"""

import re
import shlex
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True

import jsonschema

from program import ROOT, check, equal, main, scratch
from rule_files import SCHEMA, load

GUIDE = (ROOT / "CONTRIBUTING.md").read_text()


def block(begins):
  """The indented lines that begin so, without their indent."""
  lines = GUIDE[GUIDE.index("    " + begins):].split("\n")
  taken = []
  for line in lines:
    if line and not line.startswith("    "):
      break
    taken.append(line[4:])
  return "\n".join(taken).strip() + "\n"


def deployment():
  return block("# yaml-language-server: $schema=")


def commands():
  return [line.split("#")[0].split() for line in block("stackcheck lint our-cache.yaml").splitlines()]


def written(folder, change=lambda text: text):
  path = folder / "our-cache.yaml"
  path.write_text(change(deployment()))
  return path


def every_command_of_the_guide_works(program):
  check(len(commands()) == 4, commands())
  with scratch() as folder:
    written(folder)
    for command in commands():
      equal(command[0], "stackcheck")
      answer = program.run(*command[1:], cwd=folder)
      equal(answer.code, 0, "%s: %s" % (shlex.join(command), answer))


def its_examples_are_run(program):
  with scratch() as folder:
    answer = program.run("test", written(folder))
    equal(answer.out, "%d passed, 0 failed\n" % deployment().count("- example: "))
    answer = program.run("test", "--detail", "all", folder)
    check("1000 'it runs here already': as expected" in answer.out, answer)


def an_example_that_is_wrong_fails(program):
  with scratch() as folder:
    path = written(folder, lambda text: text.replace("memory.total: 16 GB", "memory.total: 64 GB"))
    answer = program.run("test", path)
    equal(answer.code, 1, answer)
    check(re.search(r"^\S+:\d+:\d+: 1000 'too little memory': node: expected no, is limited "
                    r"\(memory.total>=128GB too-small\)", answer.out, re.M), answer)
    equal(answer.out.splitlines()[-1], "3 passed, 1 failed")


def the_survey_and_the_explanation_have_it(program):
  with scratch() as folder:
    path = written(folder)
    report = program.report("--rules", path, "--detail", "all")
    mine = next(one for one in report["deployments"] if one["id"] == 1000)
    equal([role["role"] for role in mine["roles"]], ["node"])
    check("memory.total>=32GB" in report["needs"])
    answer = program.run("--rules", path, "explain", "our-cache/node")
    for words in ("Bare metal → our cache", "network ports of 10 Gbit/s", "clients and replication are apart"):
      check(words in answer.out, "%s: %s" % (words, answer))
    check("from 4.0 on it asks for NVMe disks" in program.run("--rules", path, "explain", "1000").out)


def an_editor_would_take_it(program):
  document = load(deployment())
  jsonschema.Draft7Validator(SCHEMA).validate(document)
  document["roles"][0]["layers"][0]["needs"][0]["minimun"] = "32 GB"
  check(not jsonschema.Draft7Validator(SCHEMA).is_valid(document))


def a_mistake_is_shown_with_its_line_and_a_mark(program):
  with scratch() as folder:
    path = written(folder, lambda text: text.replace("need: memory.total", "need: memory.totl"))
    answer = program.run("lint", path)
    equal(answer.code, 65, answer)
    message, line, mark = answer.err.splitlines()
    check(re.search(r"our-cache.yaml:\d+:\d+: there is no fact 'memory.totl'; did you mean 'memory.total'\?", message), message)
    equal(line[mark.index("^"):], "memory.totl")


def it_is_the_seventy_first_of_this_repository(program):
  """Its one file beside the shipped ones is compiled in, and they are still there."""
  with scratch() as folder:
    shutil.copytree(ROOT / "rules", folder / "rules", ignore=shutil.ignore_patterns("*.[ch]", "cel"))
    text = re.sub(r"^id: 1000.*", "id: 71", deployment(), flags=re.M)
    (folder / "rules/deployments/71-our-cache.yaml").write_text(text)
    compiler = program.path.parent / "compile-rules"
    done = subprocess.run([compiler, "rules", "out.c"], cwd=folder, capture_output=True, text=True)
    equal(done.returncode, 0, done.stderr)
    source = (folder / "out.c").read_text()
    check('"our-cache"' in source and '"opnfv"' in source)


if __name__ == "__main__":
  main([
    every_command_of_the_guide_works, its_examples_are_run, an_example_that_is_wrong_fails,
    the_survey_and_the_explanation_have_it, an_editor_would_take_it,
    a_mistake_is_shown_with_its_line_and_a_mark, it_is_the_seventy_first_of_this_repository,
  ])
