# SPDX-License-Identifier: GPL-2.0-or-later
"""What must come out of a lab machine: the lines after `expect` in its file, and whether they hold.

    ANSWER PATH OPERATOR [VALUE]      the value at PATH in what `ask ANSWER` gave
    ANSWER no-bolder-than OTHER [except NAME,NAME]
                                      the facts of one answer against those of another
    ANSWER within OTHER [except NAME,NAME]
                                      what is left open for each role and need holds what the other
                                      says; not for those named, and roles that fall short by those

PATH is keys joined by dots; a key may hold dots itself (kvm.usable). [id=62] picks the one list item
where it holds, [size=1,node=0] where both hold, [key] a key, [*] every item; what follows a [*]
yields a list. $exit, $stdout and $stderr are the parts of the answer. A fact stands for its value
when it is known; one that is not satisfies no comparison, and its state is reached by .state. VALUE
is JSON, or words parted by commas. A NAME may have wildcards (disk.free.*).
"""

import fnmatch
import json
import re


class Mismatch(Exception):
  """An expectation that does not hold; its text says what was found instead."""


def parse_value(text):
  """JSON where the text is JSON, else the text as it stands."""
  try:
    return json.loads(text)
  except ValueError:
    return text


def parse_list(text):
  value = parse_value(text)
  return value if isinstance(value, list) else [parse_value(part) for part in text.split(",")]


OPERATORS = {
  "==": (parse_value, lambda have, want: have == want),
  "!=": (parse_value, lambda have, want: have != want),
  ">=": (parse_value, lambda have, want: have >= want),
  "<=": (parse_value, lambda have, want: have <= want),
  "in": (parse_list, lambda have, want: have in want),
  "not-in": (parse_list, lambda have, want: have not in want),
  "has": (parse_list, lambda have, want: all(item in have for item in want)),
  "lacks": (parse_list, lambda have, want: not any(item in have for item in want)),
  "matches": (str, lambda have, want: re.search(want, have, re.MULTILINE) is not None),
}


def steps_of(path):
  """'a.b[c=d].e' as [('keys', 'a.b'), ('pick', 'c=d'), ('keys', 'e')]."""
  steps = []
  for keys, pick in re.findall(r"([^\[\]]+)|\[([^\]]*)\]", path):
    if pick:
      steps.append(("pick", pick))
    elif keys.strip("."):
      steps.append(("keys", keys.strip(".")))
  return steps


def is_fact(value):
  return isinstance(value, dict) and value.get("state") in ("known", "absent", "unknown")


def unwrapped(value):
  """The value of a known fact; any other value as it is."""
  return value["value"] if is_fact(value) and value["state"] == "known" else value


def near(words, value):
  """The keys beside a missing one that its first word shares, so that a typing error shows."""
  inner = unwrapped(value)
  names = sorted(key for key in inner if key.startswith(words[0])) if isinstance(inner, dict) else []
  return f"; there are {', '.join(names[:20])}" if names else ""


def follow_keys(value, keys):
  """Down by dotted keys; at each level the longest run of them that is a key there."""
  words = keys.split(".")
  while words:
    for length in range(len(words), 0, -1):
      key = ".".join(words[:length])
      inner = unwrapped(value)
      # A fact's own members (state, reason) come before those of its value.
      for place in (value, inner):
        if isinstance(place, dict) and key in place:
          value, words = place[key], words[length:]
          break
      else:
        continue
      break
    else:
      raise Mismatch(f"there is no {'.'.join(words)} in {shown(value)}{near(words, value)}")
  return value


def picked(value, pick):
  """What one [pick] leaves of a value: an item, or a list for [*]."""
  value = unwrapped(value)
  if pick == "*" and isinstance(value, dict):
    return list(value.values())
  if pick == "*" and isinstance(value, list):
    return value
  if isinstance(value, dict) and pick in value:
    return value[pick]
  if isinstance(value, list) and pick.isdigit() and int(pick) < len(value):
    return value[int(pick)]
  if isinstance(value, list) and "=" in pick:
    pairs = [pair.partition("=") for pair in pick.split(",")]
    items = [item for item in value if isinstance(item, dict)
             and all(unwrapped(item.get(key)) == parse_value(want) for key, _, want in pairs)]
    if len(items) == 1:
      return items[0]
    raise Mismatch(f"{len(items)} items have {pick}, in {shown(value)}")
  raise Mismatch(f"[{pick}] picks nothing from {shown(value)}")


def follow(value, steps):
  for i, (kind, text) in enumerate(steps):
    value = follow_keys(value, text) if kind == "keys" else picked(value, text)
    if (kind, text) == ("pick", "*"):
      rest = steps[i + 1:]
      results = [follow(item, rest) for item in value]
      # A second [*] opens a list in each item; what comes out is one flat list.
      return sum(results, []) if ("pick", "*") in rest else results
  return unwrapped(value)


def document_of(answer):
  """The JSON on an answer's standard output; of facts, the facts alone."""
  try:
    document = json.loads(answer["stdout"])
  except ValueError as error:
    raise Mismatch(f"exit {answer['exit']}, and its output is not JSON: {error}; "
                   f"standard error: {answer['stderr'].strip()[-300:]!r}") from None
  if str(document.get("schema", "")).startswith("stackcheck.facts/"):
    return document["facts"]
  return document


def value_at(answer, path):
  if path.startswith("$"):
    return answer[path[1:]]
  return follow(document_of(answer), steps_of(path))


def shown(value, limit=300):
  if is_fact(value):
    value = {key: value[key] for key in value if key != "source"}
  text = json.dumps(value, ensure_ascii=False)
  if len(text) <= limit:
    return text
  return f"an object of {len(value)} keys" if isinstance(value, dict) else text[:limit] + "…"


def boldness(weak, strong):
  """Where `weak` says something else than `strong` instead of unknown: the place, or None."""
  if is_fact(weak) and weak["state"] == "unknown":
    return None
  if is_fact(strong) and is_fact(weak) and weak["state"] == strong["state"]:
    return boldness(weak.get("value"), strong.get("value"))
  if is_fact(weak) or is_fact(strong):
    return f" is {shown(weak, 120)}, not {shown(strong, 120)}"
  if isinstance(weak, dict) and isinstance(strong, dict):
    for key in sorted(set(weak) | set(strong)):
      place = boldness(weak.get(key), strong.get(key))
      if place is not None:
        return f".{key}{place}"
    return None
  if isinstance(weak, list) and isinstance(strong, list) and len(weak) == len(strong):
    if all(isinstance(item, str) for item in weak + strong):
      weak, strong = sorted(weak), sorted(strong)  # a set: its order says nothing
    for i, (one, other) in enumerate(zip(weak, strong)):
      place = boldness(one, other)
      if place is not None:
        return f"[{i}]{place}"
    return None
  return None if weak == strong else f" is {shown(weak, 120)}, not {shown(strong, 120)}"


def check_no_bolder(weak, strong, exceptions):
  names = [name for name in set(weak) | set(strong)
           if not any(fnmatch.fnmatchcase(name, pattern) for pattern in exceptions)]
  if not names:
    raise Mismatch("there is no fact to compare")
  wrong = []
  for name in sorted(names):
    if name not in weak or name not in strong:
      wrong.append(f"{name} stands in one of the two only")
      continue
    place = boldness(weak[name], strong[name])
    if place is not None:
      wrong.append(name + place)
  if wrong:
    raise Mismatch("\n".join(wrong))


LEVELS = ("no", "fixable", "limited", "ready")


def interval_of(finding):
  """The worst and the best that a role or a need may come to, as places in LEVELS."""
  worst, best = (finding.get(end, finding.get("verdict")) for end in ("worst", "best"))
  return LEVELS.index(worst), LEVELS.index(best)


def findings_of(report):
  """All that a report judges, by name."""
  found = dict(report["needs"])
  for deployment in report["deployments"]:
    for role in deployment["roles"]:
      found[f"{deployment['id']}/{role['role']}"] = role
  return found


def excepted(name, finding, exceptions):
  names = [name, *finding.get("needs", []), *finding.get("recommended", [])]
  return any(fnmatch.fnmatchcase(one, pattern) for one in names for pattern in exceptions)


def check_within(weak, strong, exceptions):
  """Knowing less may leave more open; it never rules out what the other found."""
  wrong = []
  weak, strong = findings_of(weak), findings_of(strong)
  names = [name for name in sorted(set(weak) & set(strong))
           if not excepted(name, weak[name], exceptions)]
  if not names:
    raise Mismatch("there is nothing to compare")
  for name in names:
    if "not-applicable" in (weak[name].get("outcome"), strong[name].get("outcome")):
      continue
    low, high = interval_of(weak[name])
    worst, best = interval_of(strong[name])
    if worst < low or best > high:
      wrong.append(f"{name} is {LEVELS[low]} to {LEVELS[high]}, not {LEVELS[worst]} to {LEVELS[best]}")
  if wrong:
    raise Mismatch("\n".join(wrong))


COMPARISONS = {"no-bolder-than": check_no_bolder, "within": check_within}


def answer_named(answers, name):
  if name not in answers:
    raise Mismatch(f"there is no answer {name}: the guest did not come that far")
  return answers[name]


def parse(line):
  """The words of an expectation, in four; ValueError when the line is none."""
  words = line.split(None, 3)
  if len(words) >= 3 and words[1] in COMPARISONS:
    exceptions = words[3].removeprefix("except ").split(",") if len(words) == 4 else []
    return words[0], words[1], words[2], exceptions
  if len(words) == 4 and words[2] in OPERATORS:
    return tuple(words)
  raise ValueError(f"not an expectation: {line}")


def check(line, answers):
  """Raise Mismatch unless the expectation holds for the answers."""
  name, path, operator, text = parse(line)
  if path in COMPARISONS:
    COMPARISONS[path](document_of(answer_named(answers, name)),
                      document_of(answer_named(answers, operator)), text)
    return
  have = value_at(answer_named(answers, name), path)
  convert, holds = OPERATORS[operator]
  try:
    held = not is_fact(have) and holds(have, convert(text))
  except TypeError:
    held = False
  if not held:
    raise Mismatch(f"is {shown(have)}")
