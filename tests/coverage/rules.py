# SPDX-License-Identifier: GPL-2.0-or-later
"""rules: what each role asks, down to the facts that its needs look at.

`stackcheck list --format json` has every need of every role as the program holds it: bundles expanded, weights as they
came out. What a check, a count's condition, a feature or an alternative looks at stands in the YAML files, found by id.
"""
import glob
import json
import re
import subprocess

import yaml

import same

OPS = ("minimum", "maximum", "equals", "not", "in", "not_in", "has", "present", "absent")
FORMS = ("need", "count", "check", "any", "all", "feature", "features", "ports", "capability", "confirm")
NAME = re.compile(r"""[a-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+(?!\()\b|\['[^']*'\])*""")
NUMBER = re.compile(r"(?<![\w.'])(\d+(?:\.\d+)?)(?:\s*\*?\s*([KMGT]i?B|[KMG]bps))?")


class Look:
    """One thing that a need looks at: a fact, how it is compared there, or the literals that stand beside it."""

    def __init__(self, name, op=None, value=None, text=None):
        self.name, self.op, self.value, self.text = name, op, value, text

    def names(self):
        return [self.name] + [f"{self.name} '{text}'" for text in self.strings()]

    def numbers(self):
        return {float(n) * same.UNITS.get(unit, 1) for n, unit in NUMBER.findall(re.sub(r"'[^']*'", "''", self.text or ""))}

    def strings(self):
        return set(re.findall(r"'([^']*)'", self.text or ""))


class Use:
    """A need as one role asks it."""

    def __init__(self, data, looks):
        self.data, self.looks = data, looks
        self.id, self.kind, self.weight = data["id"], data["kind"], data["weight"]
        self.conditional = "when" in data
        self.sources = data["source"]


def names_in(text):
    """The facts that an expression looks at, in dotted form."""
    keyed = re.sub(r"""(\w\[)?('[^']*'|"[^"]*")""", lambda m: m[0].replace('"', "'") if m[1] else "''", text)
    return {re.sub(r"\['([^']*)'\]", r".\1", name) for name in NAME.findall(keyed)}


def looks_of_text(text, fields_of=None):
    prefix = f"{fields_of}." if fields_of else ""
    names = names_in(text)
    return [Look(name, text=text) for name in names] + [Look(prefix + name, text=text) for name in names if prefix]


def words(value):
    return value if isinstance(value, list) else [value]


class Rules:
    def __init__(self, build, folder="rules"):
        self.defs, self.features = {}, {}
        for path in sorted(glob.glob(f"{folder}/capabilities/*.yaml") + glob.glob(f"{folder}/deployments/*.yaml")):
            with open(path, encoding="utf-8") as file:
                self.collect(yaml.safe_load(file))
        listed = subprocess.run([f"{build}/stackcheck", "list", "--format", "json"], stdout=subprocess.PIPE, check=True)
        self.deployments = {d["id"]: {r["role"]: self.role(r) for r in d["roles"]}
                            for d in json.loads(listed.stdout)["deployments"]}

    def collect(self, node):
        """Every definition that a need's id or a capability's name leads to."""
        if isinstance(node, list):
            for one in node:
                self.collect(one)
        if not isinstance(node, dict):
            return
        self.features.update(node.get("features") if isinstance(node.get("features"), dict) else {})
        if "capability" in node and ("check" in node or "needs" in node or "any" in node or "all" in node):
            self.defs[node["capability"]] = node
        elif "id" in node and any(form in node for form in FORMS):
            self.defs[node["id"]] = node
        for value in node.values():
            self.collect(value)

    def role(self, role):
        return [Use(need, self.looks_of_use(need)) for need in role["needs"]]

    def looks_of_use(self, need):
        looks = [Look(need["id"])]
        if "fact" in need:
            op = next((op for op in OPS if op in need), "present" if need["kind"] == "fact" else None)
            looks.append(Look(need["fact"], op, need.get(op, True)))
        if need["kind"] in ("confirm", "note"):
            looks += [Look(f"port.reachable.{port}") for port in ports_in(need["title"])]
        else:
            looks += self.looks_of_id(need["id"])
        return looks

    def looks_of_id(self, name):
        if name.startswith("feature."):
            return self.looks_of_feature(name[len("feature."):])
        node = self.defs.get(name) or self.defs.get(re.sub(r"\.recommended$", "", name))
        return self.looks_of_node(node) if node else []

    def looks_of_feature(self, name):
        feature = self.features[name]
        looks = [Look(f"feature.{name}")] + looks_of_text(str(feature.get("works", "")))
        for key in ("config", "module", "filesystem"):
            looks += [Look(f"kernel.{key}.{one}", "present", True) for one in words(feature.get(key, []))]
        return looks

    def looks_of_node(self, node):
        """What a definition, or a part of one, looks at."""
        looks = looks_of_text(str(node.get("check", "")))
        if "count" in node:
            looks += looks_of_text(str(node.get("where", "")), node["count"])
        for part in node.get("any") or node.get("all") or node.get("needs") or []:
            looks += self.looks_of_part(part)
        return looks

    def looks_of_part(self, part):
        looks = self.looks_of_node(part)
        if "need" in part:
            op = next((op for op in OPS if op in part), "minimum" if "recommended" in part else "present")
            looks.append(Look(part["need"], op, part.get(op, part.get("recommended", True)), text=str(part.get(op))))
        if "count" in part:
            looks.append(Look(part["count"], "minimum", part.get("minimum", part.get("recommended"))))
        for port in words(part.get("ports", [])):
            looks.append(Look(f"port.free.{port}", "equals", True))
        for name in words(part.get("features", [])) + words(part.get("feature", [])):
            looks += self.looks_of_feature(name)
        for name in words(part.get("capability", [])):
            looks += [Look(name)] + self.looks_of_id(name)
        return looks


def ports_in(title):
    """The ports that a sentence names: "2379-2380, 6443/tcp and 8472/udp"; the protocol stands behind the last of a run."""
    found, run = [], []
    for number, protocol in re.findall(r"(\d+(?:-\d+)?)(?:/(tcp|udp))?", title):
        run.append(number)
        if protocol:
            found += [f"{one}/{protocol}" for one in run]
            run = []
    return found
