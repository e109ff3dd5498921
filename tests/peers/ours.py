# SPDX-License-Identifier: GPL-2.0-or-later
"""Our own facts under the peers' names for them (see peers.py), and when two values are the same."""
import re

import peers

PAGES = re.compile(r"hugepages\[(\d+)(?:@(\d+))?\]\.total")


def plain(fact):
    """A fact's value: None where it is absent, "unknown:reason" where it is not known."""
    if fact is None:
        return "no such fact"
    if fact["state"] == "unknown":
        return f"unknown:{fact['reason']}"
    return fact.get("value")


def field(value):
    return f"unknown:{value['reason']}" if isinstance(value, dict) and value.get("state") == "unknown" else value


def records_of(facts, name):
    records = plain(facts.get(name))
    return records if isinstance(records, list) else None


def value_of(facts, name):
    pages = PAGES.fullmatch(name)
    if pages:
        return pages_of(facts, *pages.groups())
    for pattern, get in VIEWS:
        match = re.fullmatch(pattern, name)
        if match:
            return get(facts, *match.groups())
    return plain(facts.get(name))


def option(facts, name):
    options = plain(facts["kernel.config"])
    return options.get(name) if isinstance(options, dict) else options


def pages_of(facts, size, node):
    records = records_of(facts, "hugepages")
    if records is None:
        return plain(facts.get("hugepages"))
    return sum(record["total"] for record in records if record["size"] == int(size) * 1024 and
               (node is None or record["node"] == int(node)))


def one_field(facts, name, key, text, of):
    records = records_of(facts, name)
    if records is None:
        return plain(facts.get(name))
    for record in records:
        if str(record.get(key)) == text:
            if of == "cpus.count":
                cpus = field(record["cpus"])
                return cpus if cpus.startswith("unknown:") else peers.count_list(cpus)
            return field(record.get(of))
    return "no such record"


def all_fields(facts, name, of):
    records = records_of(facts, name)
    if records is None:
        return plain(facts.get(name))
    if of == "len":
        return len(records)
    return {field(record.get(of)) for record in records}


def known_count(facts, name, of, what):
    values = [field(record.get(of)) for record in records_of(facts, name) or []]
    if what == "count":
        return sum(1 for value in values if value is True)
    return len({value for value in values if value is not None and not str(value).startswith("unknown:")})


def of_libvirt(facts):
    """The controllers of version 1 that libvirt knows."""
    controllers = plain(facts.get("cgroup.v1.controllers"))
    known = {"cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "blkio", "net_cls", "perf_event"}
    return set(controllers) & known if isinstance(controllers, list) else controllers


# Names that are views of a fact, and how they are had.
VIEWS = (
    (r"kernel\.config\.(\w+)", option),
    (r"cgroup\.v1\.controllers\.of_libvirt", of_libvirt),
    (r"(pci)\.(physfn|iommu_group)\.(count|len)", known_count),
    (r"(\w+)\[(\w+)=([^\]]+)\]\.(.+)", one_field),
    (r"(pci|nics|disks|numa|hugepages)\.(len|address|name|node|size)", all_fields),
)


def words(value):
    return " ".join(value.split()) if isinstance(value, str) else value


def agree(fact, theirs, have):
    if fact == "cpu.features" and isinstance(have, list):
        return theirs <= set(have)
    if isinstance(theirs, set) and isinstance(have, list):
        have = set(have)
    return type(theirs) is not bool and words(theirs) == words(have) or theirs is have
