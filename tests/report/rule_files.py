#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The JSON Schema of rule files: shipped ones fit it, wrong ones do not, and it has the keys that the loader has.

usage: tests/report/rule_files.py BUILD
"""

import copy
import json
import re
import sys

sys.dont_write_bytecode = True

import jsonschema
import yaml

from program import ROOT, check, equal, main

SCHEMA = json.loads((ROOT / sys.argv[1] / "schemas/rule-file.json").read_text())
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)


class Loader(yaml.SafeLoader):
  """YAML 1.2 as editors and libfyaml read it: no dates, and on, off, yes and no are texts."""

  yaml_implicit_resolvers = {}


for tag, pattern, first in (
    ("bool", r"^(?:true|false)$", "tf"), ("null", r"^(?:null|~|)$", ["n", "~", ""]),
    ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)$", "-+.0123456789"), ("merge", r"^<<$", "<")):
  Loader.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile(pattern), list(first))


def load(text):
  return yaml.load(text, Loader)


def wrong(document):
  """What is wrong, in the words of the deepest error: of alternatives that tells most."""
  errors = list(VALIDATOR.iter_errors(document))
  return [] if not errors else [
    "%s: %s" % ("/".join(map(str, error.absolute_path)), error.message[:200])
    for error in [jsonschema.exceptions.best_match(errors)]]


def shipped():
  return sorted(path for path in (ROOT / "rules").glob("*/*.yaml"))


# --- the loader's own words ---

def macros():
  found = {}
  for path in (ROOT / "rules/core").glob("*.[ch]"):
    for name, value in re.findall(r'#define (\w+)\s+("[^"]*")\s*$', path.read_text(), re.M):
      found[name] = value
  return found


def steps():
  table = (ROOT / "rules/core/load_steps.c").read_text()
  return frozenset(re.findall(r'\[STEP_\w+\] = \{ "(\w+)"', table))


def key_sets():
  """Each set of keys that some place of a rule file may have, by the calls of read_keys()."""
  known, sets = macros(), {}
  for path in sorted((ROOT / "rules/core").glob("*.c")):
    text = path.read_text()
    for call in re.finditer(r"\bread_keys\(", text):
      # The third argument, to the bracket that closes the call.
      depth, at, arguments, start = 1, call.end(), [], call.end()
      quoted = False
      while depth:
        c = text[at]
        if c == '"':
          quoted = not quoted
        elif not quoted:
          depth += c == "("
          depth -= c == ")"
          if (c == "," and depth == 1) or not depth:
            arguments.append(text[start:at].strip())
            start = at + 1
        at += 1
      if arguments[0].startswith("struct loader"):
        continue
      words = arguments[2]
      for name, value in known.items():
        words = re.sub(r"\b%s\b" % name, lambda _: value, words)
      place = "%s:%d" % (path.name, text.count("\n", 0, call.start()) + 1)
      if words.startswith("all_keys("):
        sets[place] = steps()
        continue
      check(re.fullmatch(r'(\s*"[^"]*")+\s*', words), "%s: keys that this test cannot read: %s" % (place, words))
      sets[place] = frozenset(" ".join(re.findall(r'"([^"]*)"', words)).split())
  return sets


def objects(node, path=""):
  """The schema's objects that have keys of their own, by where they stand."""
  if isinstance(node, dict):
    if node.get("additionalProperties") is False:
      yield path, frozenset(node["properties"])
    for key, value in node.items():
      yield from objects(value, path + "/" + key)
  elif isinstance(node, list):
    for i, value in enumerate(node):
      yield from objects(value, "%s/%d" % (path, i))


# Read by hand in the loader: {unknown: permission}.
BY_HAND = {frozenset(["unknown"])}


def the_schema_has_the_keys_that_the_loader_has(program):
  loader, schema = key_sets(), dict(objects(SCHEMA))
  check(len(loader) > 25, loader)
  check(frozenset(["capability", "role", "weight", "why", "source"]) in loader.values())
  for place, keys in loader.items():
    near = max(schema.items(), key=lambda item: len(item[1] & keys) - len(item[1] ^ keys))
    check(keys in schema.values(), "%s reads %s; the schema's nearest, %s, differs by %s" %
          (place, sorted(keys), near[0], sorted(near[1] ^ keys)))
  for path, keys in schema.items():
    check(keys in loader.values() or keys in BY_HAND,
          "%s has %s; nothing in the loader reads that" % (path, sorted(keys)))


# --- files ---

def shipped_files_fit(program):
  check(len(shipped()) > 100, len(shipped()))
  for path in shipped():
    found = wrong(load(path.read_text()))
    check(not found, "%s: %s" % (path.relative_to(ROOT), found))


# What a schema can see: a key, a shape, or a word of a closed list. Units, other names and expressions it cannot.
STRUCTURE = re.compile(
  r"unknown key|'\w+' is missing|is no cause|is no weight|is no kind of remedy|there is no fact|expected a mapping|"
  r"expected a list|is no list of records|expected true or false$|a key must be a text|expected a verdict|"
  r"expected new or running|expected small letters")
# Of those, what only the loader knows: what stands elsewhere, or what is missing hangs on a value.
BEYOND = {
  "source-missing": "a bundle may give it", "why-missing": "a bundle may give it",
  "cel-unknown-name": "in an expression", "room-without-source": "the room may give it",
  "room-without-title": "a fact may have one",
}


def wrong_files_do_not_fit(program):
  refused, taken = 0, []
  for path in sorted((ROOT / "tests/rules/bad").glob("*.yaml")):
    text = path.read_text()
    kind, message = re.match(r"# (\w+): \d+:\d+: (.*)", text).groups()
    if kind == "lint" or not STRUCTURE.search(message) or BEYOND.get(path.stem):
      continue
    try:
      document = load(text)
    except (yaml.YAMLError, TypeError):
      refused += 1
      continue
    if not wrong(document):
      taken.append("%s fits: %s" % (path.stem, message))
    refused += 1
  check(not taken, "\n".join(taken))
  check(refused > 30, refused)


def every_key_of_a_deployment_is_looked_at(program):
  """Each of these changes of a file that fits must be refused."""
  document = load((ROOT / "rules/deployments/46-openstack-kvm.yaml").read_text())
  role = document["roles"][0]
  changes = {
    "a stray key": lambda d: d.update(version=1),
    "no stack": lambda d: d.pop("stack"),
    "an id that is none": lambda d: d.update(id="forty-six"),
    "a name with capitals": lambda d: d.update(name="OpenStack"),
    "no roles": lambda d: d.update(roles=[]),
    "a role without a name": lambda d: d["roles"][0].pop("role"),
    "a stray key in a role": lambda d: d["roles"][0].update(needs=[]),
    "primary that is no bool": lambda d: d["roles"][0].update(primary="yes"),
    "a need with a stray key": lambda d: d["roles"][0]["layers"][0]["needs"].append({"need": "memory.total", "min": 1}),
    "a fact that is none": lambda d: d["roles"][0]["layers"][0]["needs"].append({"need": "memory.totl", "minimum": 1}),
    "a weight that is none": lambda d: d["roles"][0]["layers"][0]["needs"].append(
      {"need": "memory.total", "minimum": 1, "weight": "soft"}),
    "ports without a protocol": lambda d: d["roles"][0]["layers"][0]["needs"].append({"ports": ["6443"]}),
  }
  check(role and not wrong(document))
  for what, change in changes.items():
    broken = copy.deepcopy(document)
    change(broken)
    check(wrong(broken), "%s is taken" % what)


def the_schema_is_a_schema(program):
  jsonschema.Draft7Validator.check_schema(SCHEMA)
  check('"@' not in json.dumps(SCHEMA), "a mark of the template was not replaced")
  facts = program.run("facts", "--format", "json", "--full").json()["facts"]
  names = SCHEMA["definitions"]["fact"]["anyOf"]
  missing = [name for name in facts
             if name not in names[0]["enum"] and not re.match(names[1]["pattern"], name)]
  equal(missing, [])


if __name__ == "__main__":
  main([
    the_schema_is_a_schema, the_schema_has_the_keys_that_the_loader_has, shipped_files_fit,
    wrong_files_do_not_fit, every_key_of_a_deployment_is_looked_at,
  ])
