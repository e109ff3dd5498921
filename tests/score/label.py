# SPDX-License-Identifier: GPL-2.0-or-later
"""What a case's label claims, held against what stackcheck said. README.md says how labels are written."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lab"))

import expect  # noqa: E402

WORDS = {"in", "not", "has", "lacks", "unknown", "absent", "or", "among", "first"}


class Claim:
  """One thing that a label says: which part of the score it belongs to, and what came out."""

  def __init__(self, kind, name, want, have, held):
    self.kind, self.name, self.want, self.have, self.held = kind, name, want, have, held

  def __str__(self):
    return f"{self.kind} {self.name}: {expect.shown(self.want)} expected, {expect.shown(self.have)}"


def state_of(value):
  return value["state"] if expect.is_fact(value) else "known"


def listed(value):
  return value if isinstance(value, list) else [value]


def same(have, want):
  if isinstance(want, bool) or isinstance(have, bool):
    return have is want
  return have == want


def word_holds(word, want, value):
  """One word of a claim such as {has: […]} on a value, which may be a fact that is not known."""
  state = state_of(value)
  known = state == "known"
  if word == "unknown":
    return state == "unknown" and want in (True, value.get("reason"))
  if word == "absent":
    return (state == "absent" or value is None) == want
  if word == "not":
    return not (known and same(expect.unwrapped(value), want))
  have = expect.unwrapped(value)
  if not known:
    return False
  if word == "in":
    return any(same(have, item) for item in want)
  items = listed(have)
  if word == "has":
    return all(item in items for item in want)
  if word == "lacks":
    return not any(item in items for item in want)
  if word == "among":
    return bool(items) and all(item in want for item in items)
  return word == "first" and bool(items) and items[0] in want


def holds(want, value):
  """A claim is a value, or words that must all hold; {…, or: unknown} is content with unknown too."""
  if isinstance(want, dict) and set(want) <= WORDS:
    if want.get("or") == "unknown" and state_of(value) == "unknown":
      return True
    return all(word_holds(word, expected, value) for word, expected in want.items() if word != "or")
  return state_of(value) == "known" and same(expect.unwrapped(value), want)


# --- facts ---

def fact_at(facts, path):
  """The fact's own record, so that its state can be seen; a name may hold dots."""
  name, bracket, rest = path.partition("[")
  if name in facts and not bracket:
    return facts[name]
  value = facts.get(name)
  for kind, text in expect.steps_of(bracket + rest):
    if kind == "pick":
      value = expect.picked(value, text)
    else:
      inner = expect.unwrapped(value)
      if not isinstance(inner, dict) or text not in inner:
        raise expect.Mismatch(f"there is no {text} in {expect.shown(value)}")
      value = inner[text]
  if value is None and not bracket:
    raise expect.Mismatch("there is no such fact")
  return value


def fact_claims(label, facts):
  for path, want in label.get("facts", {}).items():
    try:
      have = fact_at(facts, path)
      held = holds(want, have)
    except expect.Mismatch as wrong:
      have, held = str(wrong), False
    yield Claim("fact", path, want, have, held)
  for name, pattern in label.get("sources", {}).items():
    source = facts.get(name, {}).get("source", "")
    yield Claim("fact", f"{name}, its source", pattern, source, bool(re.search(pattern, source)))


# --- needs ---

def cause_held(want, have, any_cause):
  if isinstance(want, dict):
    return holds(want, have)
  if any_cause:
    return bool(have) and set(have) <= set(want)
  return set(have) == set(want)


def remedies_of(need):
  return [remedy for remedy in (need.get("remedy"), *need.get("other_remedies", [])) if remedy]


def remedy_held(want, remedies):
  kinds = [remedy["kind"] for remedy in remedies]
  if isinstance(want, list):
    return set(kinds) == set(want)
  return bool(kinds) and kinds[0] == want


def need_claims(label, needs):
  for name, want in label.get("needs", {}).items():
    need = needs.get(name)
    if need is None:
      yield Claim("verdict", name, want, "no such need in the report", False)
      continue
    causes = list(dict.fromkeys(need.get("cause", [])))
    have = {key: need[key] for key in ("outcome", "worst", "best", "have", "unknown") if key in need}
    for key in ("outcome", "worst", "best"):
      if key in want:
        yield Claim("verdict", f"{name} {key}", want[key], have, holds(want[key], need[key]))
    if "cause" in want:
      yield Claim("cause", name, want["cause"], causes,
                  cause_held(want["cause"], causes, want.get("any_cause")))
    if "first" in want:
      yield Claim("cause", f"{name}, the first", want["first"], causes,
                  causes[:1] == [want["first"]])
    remedies = remedies_of(need)
    if "remedy" in want:
      yield Claim("cause", f"{name} remedy", want["remedy"], [remedy["kind"] for remedy in remedies],
                  remedy_held(want["remedy"], remedies))
    if "text" in want:
      texts = " ".join(remedy["text"] for remedy in remedies)
      yield Claim("cause", f"{name} remedy's text", want["text"], texts,
                  bool(re.search(want["text"], texts)))


# --- roles and the report ---

def role_in(report, path):
  number, _, name = path.partition("/")
  for deployment in report["deployments"]:
    if str(deployment["id"]) == number:
      for role in deployment["roles"]:
        if role["role"] == name:
          return role
  return None


def role_claims(label, report):
  for path, want in label.get("roles", {}).items():
    role = role_in(report, path)
    for key, expected in want.items():
      have = (role or {}).get(key, [] if key in ("needs", "in_use", "met") else None)
      yield Claim("verdict", f"{path} {key}", expected, have, role is not None and holds(expected, have))
  for key, want in label.get("report", {}).items():
    yield Claim("verdict", f"report {key}", want, report.get(key), holds(want, report.get(key)))


def claims_of(label, facts, report):
  """All claims of a label; ValueError where it makes none."""
  claims = [*fact_claims(label, facts), *need_claims(label, report["needs"]),
            *role_claims(label, report)]
  if not claims:
    raise ValueError("the label claims nothing, so it could not be wrong")
  return claims
