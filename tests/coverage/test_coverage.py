#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the coverage of the catalogue lets pass, and above all what it does not."""
import os
import runpy
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import rules
import same

RUN = runpy.run_path(os.path.join(HERE, "run"))


def need(name, **more):
    data = {"need": name, "op": ">=", "why": "the service needs it", "source": ["page"], **more}
    return RUN["Need"](99, "node", data)


def use(weight="hard", kind="fact", name=None, looks=(), source=("page",), **more):
    data = {"id": name or more.get("fact", "x"), "kind": kind, "weight": weight, "source": list(source), **more}
    found = [rules.Look(data["id"])] + list(looks)
    if "fact" in data:
        op = next((op for op in rules.OPS if op in data), None)
        found.append(rules.Look(data["fact"], op, data.get(op, True)))
    return rules.Use(data, found)


def outcome(wanted, part, *uses):
    return RUN["split"](wanted, list(uses), part)[0]


class Coverage(unittest.TestCase):
    def test_what_nothing_asks_for_is_a_gap(self):
        self.assertEqual(outcome(need("cpu.threads", minimum=2), "minimum", use(fact="memory.total", minimum=1)), "gap")

    def test_the_same_fact_and_figure_cover(self):
        self.assertEqual(outcome(need("cpu.threads", minimum=2), "minimum", use(fact="cpu.threads", minimum=2)), "direct")

    def test_a_lower_and_a_higher_figure_are_gaps(self):
        for figure in (1, 3):
            self.assertEqual(outcome(need("cpu.threads", minimum=2), "minimum", use(fact="cpu.threads", minimum=figure)), "gap")

    def test_gigabytes_of_memory_are_binary_and_those_of_disks_decimal(self):
        memory, disk = need("memory.total", minimum=8, unit="GB"), need("disk.size", minimum=8, unit="GB")
        self.assertEqual(outcome(memory, "minimum", use(fact="memory.total", minimum=8 * 2**30)), "direct")
        self.assertEqual(outcome(memory, "minimum", use(fact="memory.total", minimum=8 * 10**9)), "gap")
        self.assertEqual(outcome(disk, "minimum", use(fact="disk.size", minimum=8 * 10**9)), "direct")

    def test_a_minimum_that_is_only_recommended_is_a_gap(self):
        self.assertEqual(outcome(need("cpu.threads", minimum=2), "minimum", use("recommended", fact="cpu.threads", minimum=2)), "gap")

    def test_what_the_catalogue_itself_makes_conditional_may_be_optional(self):
        wanted = need("kvm.nested", op="==", minimum=True, why="Only where tenants run hypervisors of their own")
        self.assertEqual(outcome(wanted, "minimum", use("optional", fact="kvm.nested", equals=True)), "optional")

    def test_a_recommendation_without_such_words_may_not(self):
        wanted = need("cpu.cores", recommended=4)
        self.assertEqual(outcome(wanted, "recommended", use("optional", fact="cpu.cores", minimum=4)), "gap")

    def test_what_is_optional_by_its_own_words_is_not_recommended_to_every_host(self):
        wanted = need("iommu.enabled", op="==", recommended=True, why="only for PCI passthrough")
        self.assertEqual(outcome(wanted, "recommended", use("recommended", fact="iommu.enabled", equals=True)), "gap")
        self.assertEqual(outcome(wanted, "recommended", use("recommended", fact="iommu.enabled", equals=True, when="x")), "direct")

    def test_a_range_of_ports_covers_those_in_it_and_no_others(self):
        asked = use(fact="port.free.2379-2380/tcp", equals=True)
        for port, came in (("2380/tcp", "direct"), ("2381/tcp", "gap"), ("2380/udp", "gap")):
            self.assertEqual(outcome(need(f"port.free.{port}", op="==", minimum=True), "minimum", asked), came)

    def test_each_word_of_a_list_must_be_asked_for(self):
        one = use(kind="check", looks=rules.looks_of_text("'cpu' in cgroup.controllers"))
        self.assertEqual(outcome(need("cgroup.controllers", op="has", minimum=["cpu"]), "minimum", one), "through")
        self.assertEqual(outcome(need("cgroup.controllers", op="has", minimum=["cpu", "pids"]), "minimum", one), "gap")

    def test_a_disk_of_a_kind_is_not_any_disk(self):
        wanted = need("disk.count", recommended=1, kind="nvme")
        self.assertEqual(outcome(wanted, "recommended", use(kind="count", fact="disks", minimum=1)), "gap")
        nvme = use(kind="count", fact="disks", minimum=1, looks=rules.looks_of_text("kind == 'nvme'", "disks"))
        self.assertEqual(outcome(wanted, "recommended", nvme), "direct")

    def test_names_in_an_expression_are_facts_and_keys_but_no_texts(self):
        self.assertEqual(rules.names_in("dev['net/tun'] || cpu.virt in ['vmx', 'svm'] && host.vm != 'none'") & {
            "dev.net/tun", "cpu.virt", "host.vm", "vmx", "none"}, {"dev.net/tun", "cpu.virt", "host.vm"})

    def test_ports_are_read_from_a_sentence(self):
        self.assertEqual(rules.ports_in("they reach each other on 2379-2380, 6443/tcp and 8472/udp"),
                         ["2379-2380/tcp", "6443/tcp", "8472/udp"])

    def test_an_option_s_controller_must_be_the_one_that_is_asked_for(self):
        pids = need("kernel.config.CGROUP_PIDS", op="in", minimum=["y"])
        for controller, came in (("pids", "through"), ("memory", "gap")):
            asked = use(kind="check", looks=rules.looks_of_text(f"'{controller}' in cgroup.controllers"))
            self.assertEqual(outcome(pids, "minimum", asked), came)

    def test_rows_of_the_tables_are_patterns(self):
        for table in ("facts", "answers"):
            self.assertEqual(same.names_for(table, "no.such.need"), [])
        self.assertTrue(any(p.fullmatch("kernel.namespace.pid") for p in same.names_for("answers", "kernel.config.PID_NS")))


class Sources(unittest.TestCase):
    def faults(self, **more):
        return RUN["faults_of_sources"](99, {"node": [use(fact="cpu.cores", minimum=1, **more)]})[0]

    def test_unverified_and_hard_by_judgement_are_faults(self):
        self.assertEqual(len(self.faults(source=["page", "unverified"])), 1)
        self.assertEqual(len(self.faults(source=["judgement"])), 1)
        self.assertEqual(self.faults(source=["judgement"], weight="recommended"), [])
        self.assertEqual(self.faults(source=["page", "judgement"]), [])


class Exceptions(unittest.TestCase):
    def exceptions(self, text):
        found = RUN["Exceptions"](0)
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(text)
            file.flush()
            found.read(file.name)
        return found

    def test_one_that_matches_excuses_with_its_reason(self):
        found = self.exceptions("- {role: node, need: cpu.cores, reason: nothing looks at it there}")
        self.assertEqual(found.excuse(need("cpu.cores", minimum=2), "minimum"), "nothing looks at it there")
        self.assertEqual(found.unused(), [])

    def test_one_of_another_role_need_or_part_does_not_and_is_told(self):
        for text in ("role: other, need: cpu.cores", "role: node, need: cpu.threads", "role: node, need: cpu.cores, part: recommended"):
            found = self.exceptions(f"- {{{text}, reason: nothing looks at it there}}")
            self.assertIsNone(found.excuse(need("cpu.cores", minimum=2), "minimum"))
            self.assertEqual(len(found.unused()), 1)

    def test_one_without_a_sentence_is_refused(self):
        self.assertEqual(len(self.exceptions("- {role: node, need: cpu.cores, reason: not needed}").errors), 1)


if __name__ == "__main__":
    unittest.main()
