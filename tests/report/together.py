#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Roles that are to share a host: --together of a gate, the command together, room, in text and JSON.

usage: tests/report/together.py BUILD
"""

import copy
import json
import sys

sys.dont_write_bytecode = True

import jsonschema

from program import LEVELS, ROOT, SCHEMAS, check, contains, deployment, equal, main, scratch, verdict_of

HEAD = """id: {id}
name: site-{id}
title: Site {id}
summary: A site's own machine.
stack: [Machine]
status: active
arch: [x86_64, aarch64]
roles:
  - role: node
    primary: true
    hosts: {{minimum: {hosts}}}
    layers:
      - layer: Machine
        needs:
          - {{need: memory.total, minimum: {memory}, why: "what {id} keeps", source: [seed]}}
"""

# Ports that two want, an exclusion, and one that goes with all.
SITE = {
  2001: HEAD.format(id=2001, memory="8 GB", hosts=1) + """          - {ports: [7001/tcp], why: the door, source: [seed]}
    room:
      - unit: shard
        limits:
          - {of: memory.total, each: 4 GB, host: 2 GB, why: a shard's data, source: [seed]}
          - {of: cpu.threads, each: 1, why: a shard's thread, source: [seed]}
""",
  2002: HEAD.format(id=2002, memory="8 GB", hosts=1) + """          - {ports: [7000-7010/tcp], why: doors, source: [seed]}
""",
  2003: HEAD.format(id=2003, memory="4 GB", hosts=3) + """    excludes:
      - {role: 2002/node, why: they take each other's clock, source: ["https://example.org/clock"]}
""",
}

# Enough for two of them and not for three.
FACTS = {
  "schema": "stackcheck.facts/1", "version": "0", "collected_at": "2026-01-01T00:00:00Z",
  "facts": {
    "host.vm": {"state": "known", "value": "none"},
    "kernel.cmdline.mem": {"state": "absent"},
    "host.arch": {"state": "known", "value": "x86_64"},
    "cpu.threads": {"state": "known", "value": 16},
    "memory.total": {"state": "known", "value": 16 << 30, "unit": "bytes"},
    "ports": {"state": "known", "value": [{"proto": "tcp", "address": "127.0.0.1", "port": 22}]},
    "port.free.7001/tcp": {"state": "known", "value": True},
    "port.free.7000-7010/tcp": {"state": "known", "value": True},
  },
}


def schema(name):
  return jsonschema.Draft202012Validator(json.loads((SCHEMAS / (name + ".json")).read_text()))


def on_site(program, *arguments, facts=None):
  with scratch() as folder:
    rules = folder / "rules"
    rules.mkdir()
    for number, text in SITE.items():
      (rules / ("%d.yaml" % number)).write_text(text)
    path = folder / "facts.json"
    document = copy.deepcopy(FACTS)
    document["facts"].update(facts or {})
    for name in [key for key, value in document["facts"].items() if value is None]:
      del document["facts"][name]
    path.write_text(json.dumps(document))
    return program.run(*arguments, "--rules", rules, "--host", path)


def last(answer):
  return answer.err.splitlines()[-1]


def together_fails_where_each_alone_passes(program):
  equal(on_site(program, "2001", "2002").code, 0)
  answer = on_site(program, "2001", "2002", "--together")
  equal(answer.code, 1, answer)
  equal(last(answer), "stackcheck: FAIL 2001/node+2002/node no port.free.7001/tcp port")
  contains(answer.out, "together: no", "2001/node wants port 7001/tcp, 2002/node port 7000-7010/tcp")


def what_goes_together_passes(program):
  answer = on_site(program, "2001", "2003", "--together")
  equal(answer.code, 0, answer)
  equal(last(answer), "stackcheck: PASS 2001/node+2003/node ready")
  contains(answer.out, "together: ready")


def sizes_add_up_to_more_than_there_is(program):
  less = {"memory.total": {"state": "known", "value": 10 << 30, "unit": "bytes"}}
  answer = on_site(program, "2001", "2003", "--together", facts=less)
  equal(answer.code, 1, answer)
  contains(answer.out, "added up, memory: 10 GiB, 12 GiB asked", "Fit 2 GiB more memory")
  equal(last(answer), "stackcheck: FAIL 2001/node+2003/node no memory.total size")


def what_is_not_known_is_unknown(program):
  answer = on_site(program, "2001", "2003", "--together", facts={"memory.total": None})
  equal(answer.code, 3, answer)


def an_exclusion_says_who_says_so(program):
  answer = on_site(program, "2002", "2003", "--together")
  equal(answer.code, 1)
  contains(answer.out, "they take each other's clock", "https://example.org/clock")
  equal(last(answer), "stackcheck: FAIL 2002/node+2003/node no 2003/node excludes")


def any_and_together_are_one_too_many(program):
  equal(on_site(program, "2001", "2002", "--together", "--any").code, 64)


def the_gates_json_says_it_too(program):
  document = on_site(program, "2001", "2002", "--together", "--format", "json").json()
  schema("report").validate(document)
  together = document["together"]
  equal((together["verdict"], together["between"]), ("no", "no"))
  equal(together["roles"], ["2001/node", "2002/node"])
  equal([reason["kind"] for reason in together["reasons"]], ["port"])
  check("together" not in on_site(program, "2001", "--format", "json").json())


def the_command_tells_of_each_two_and_of_all(program):
  answer = on_site(program, "together", "2001", "2002", "2003")
  equal(answer.code, 1, answer)
  contains(answer.out, "2001/node + 2002/node + 2003/node: no",
           "2001/node + 2002/node: exclude each other here",
           "2001/node + 2003/node: can share this host",
           "2002/node + 2003/node: exclude each other here")
  document = on_site(program, "together", "2001", "2002", "2003", "--format", "json").json()
  schema("together").validate(document)
  equal([pair["between"] for pair in document["pairs"]], ["no", "ready", "no"])
  kinds = {reason["kind"] for reason in document["together"]["reasons"]}
  equal(kinds & {"port", "excludes", "size"}, {"port", "excludes", "size"})


def without_names_it_is_a_table_of_all_that_carry_workloads(program):
  answer = on_site(program, "together")
  equal((answer.code, answer.err), (0, ""))
  lines = answer.out.splitlines()
  rows = [line for line in lines if "/" in line.split(" ")[0]]
  check(len(rows) > 50, len(rows))
  for i, row in enumerate(rows):
    marks = row.split()[1]
    equal(len(marks), len(rows), row)
    equal(marks[i], ".", row)
    check(set(marks) <= set(".+-!?x"), row)
    for k, mark in enumerate(marks):
      equal(mark, rows[k].split()[1][i], "the table is the same both ways")
  document = on_site(program, "together", "--format", "json").json()
  schema("together").validate(document)
  check("together" not in document)
  equal(len(document["pairs"]), len(rows) * (len(rows) - 1) // 2)
  for pair in document["pairs"]:
    equal(pair["verdict"], verdict_of(pair["worst"], pair["best"]), pair)
    if pair["between"] != "ready":
      check([reason for reason in pair["reasons"] if reason["kind"] != "role"], pair)


def a_role_that_wants_three_hosts_is_not_carried_by_one(program):
  document = on_site(program, "--format", "json", "--detail", "all").json()
  schema("report").validate(document)
  equal(deployment(document, 2003)["alone"], False)
  equal([reason["kind"] for reason in deployment(document, 2003)["alone_reasons"]], ["hosts"])
  equal(deployment(document, 2001)["alone"], True)
  check("alone_reasons" not in deployment(document, 2001))
  contains(on_site(program, "explain", "2003").out, "cannot carry all of its roles", "wants 3 hosts")


def room_says_how_many_and_what_runs_out_first(program):
  answer = on_site(program, "2001")
  contains(answer.out, "Room: 3 shards; first to run out: memory.")
  contains(on_site(program, "explain", "2001").out, "memory: 16 GiB, 2 GiB of it for the host, 4 GiB for each: 3",
           "a shard's data [1]")
  document = on_site(program, "--format", "json", "--detail", "all").json()
  room = deployment(document, 2001)["roles"][0]["room"][0]
  equal((room["unit"], room["least"], room["most"], room["first"]), ("shards", 3, 3, "memory"))
  answer = on_site(program, "2001", facts={"memory.total": None})
  contains(answer.out, "Room: at most 16 shards")
  contains(json.dumps(on_site(program, "list", "--format", "json").json()), "a shard's data")


# --- recorded machines ---

def recorded():
  found = sorted((ROOT / "tests/hosts").glob("*/recording.tar.xz"))
  check(len(found) > 30, len(found))
  return found


def level(end):
  return LEVELS.index(end)


def on_recorded_machines_alone_follows_from_its_reasons_and_room_from_its_limits(program):
  for host in recorded()[::3]:
    document = program.report("--detail", "all", "--host", host)
    schema("report").validate(document)
    for one in document["deployments"]:
      reasons = one.get("alone_reasons", [])
      no = [reason for reason in reasons if level(reason["best"]) < level("limited")]
      open_ = [reason for reason in reasons if level(reason["worst"]) < level("limited")]
      equal(one["alone"], False if no else None if open_ else True, (host.parent.name, one["id"], reasons))
      for role in one["roles"]:
        for room in role.get("room", []):
          most = room["most"]
          check(most is None or room["least"] <= most, room)
          for limit in room["limits"]:
            upper = limit["units"]["most"]
            check(upper is None or (most is not None and most <= upper), (host.parent.name, room))


def on_recorded_machines_company_makes_nothing_better(program):
  asked = ("46/compute", "58/storage", "66", "36", "39/worker", "62")
  for host in recorded()[::4]:
    document = program.run("together", *asked, "--host", host, "--format", "json").json()
    turned = program.run("together", *reversed(asked), "--host", host, "--format", "json").json()
    whole = document["together"]
    equal((whole["worst"], whole["best"]), (turned["together"]["worst"], turned["together"]["best"]), host)
    alone = {role["role"]: role["verdict"] for role in document["roles"]}
    for pair in document["pairs"]:
      for end in ("worst", "best"):
        check(level(whole[end]) <= level(pair[end]), (host, pair))
      if "no" in (alone[pair["roles"][0]], alone[pair["roles"][1]]):
        equal(pair["verdict"], "no", (host, pair))


main([value for name, value in list(globals().items())
      if callable(value) and getattr(value, "__module__", "") == "__main__"
      and name.islower() and name not in ("schema", "on_site", "last", "recorded", "level")])
