"""A slow grouper written apart from the product: tables as sets, conditions taken apart anew for each record."""

from __future__ import annotations

import csv
import re
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

COMPARED = re.compile(r"(?:(\d+) (<=?) )?(age|los|icu_hours|weight) (<=|>=|==|<|>) (\d+)")
SIGNS = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
}  # fmt: skip

Case = dict[str, Any]


class Oracle:
    """`case`: sex, age, age_days (None unknown), weight, los, discharge, icu_hours, dept, dx and px (lists)."""

    def __init__(self, folder: Path) -> None:
        def rows(name: str) -> list[list[str]]:
            with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
                return list(csv.reader(stream))[1:]

        self.toml = tomllib.loads((folder / "scheme.toml").read_text("utf-8"))
        self.mdcs = sorted(rows("mdc"), key=lambda row: int(row[0]))
        self.nodes: defaultdict[str, list[list[str]]] = defaultdict(list)
        for row in sorted(rows("adrg"), key=lambda row: int(row[0])):
            self.nodes[row[1]].append(row)
        self.rules: defaultdict[str, list[list[str]]] = defaultdict(list)
        for row in sorted(rows("drg"), key=lambda row: int(row[1])):
            self.rules[row[0]].append(row)
        self.mdc_dx: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for mdc, code, region in rows("mdc_dx"):
            self.mdc_dx[mdc][code] = region or self.mdc_dx[mdc].get(code, "")
        self.lists: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
        for kind, table in (("dx", "adrg_dx"), ("px", "adrg_proc")):
            for node, name, code in rows(table):
                if name.isdigit() and any(code in self.lists[kind, node, str(n)] for n in range(9) if str(n) != name):
                    continue
                self.lists[kind, node, name].add(code)
        self.mcc, self.cc, self.excluded = (dict(row[:2] for row in rows(n)) for n in ("mcc", "cc", "exclusion"))
        self.valid = {row[0] for row in rows("valid_proc")}

    def group(self, case: Case) -> tuple[str, str, str, str]:
        found = self.once(case)
        if self.toml.get("retry_each_other_procedure") and found[0] == "无法入组":
            for code in case["px"][1:]:
                found = self.once({**case, "px": [code]})
                if found[0] != "无法入组":
                    break
        return found

    def once(self, case: Case) -> tuple[str, str, str, str]:
        for _, mdc, entry, qy, *_ in self.mdcs:
            if not all(self.mdc_atom(atom, mdc, case) for atom in entry.split(" & ") if atom):
                continue
            asked = not qy
            for _, _, node, adrg, text, after, end in self.nodes[mdc]:
                if after == "Y" and not asked:
                    asked = True
                    if self.is_qy(qy, case):
                        return "歧义病案", f"MDC{mdc}", "QY", f"{mdc}QY"
                if not all(self.node_atom(atom, node, case) for atom in text.split(" & ")):
                    continue
                for _, _, drg, rule, _ in self.rules[node]:
                    if self.rule(rule, node, case):
                        return "分组成功", f"MDC{mdc}", adrg, drg
                if end == "adrg":
                    return "分组成功", f"MDC{mdc}", adrg, adrg
            if not asked and self.is_qy(qy, case):
                return "歧义病案", f"MDC{mdc}", "QY", f"{mdc}QY"
        return "无法入组", "0000", "00", self.toml.get("ungrouped_code", "0000")

    def is_qy(self, qy: str, case: Case) -> bool:
        valid = [code in self.valid for code in case["px"]]
        return any(valid) if qy == "any_valid" else bool(valid) and valid[0]

    def mdc_atom(self, atom: str, mdc: str, case: Case) -> bool:
        listed = self.mdc_dx[mdc]
        if atom == "pdx_in_M":
            return case["dx"][0] in listed
        if atom == "anydx_in_M":
            return any(code in listed for code in case["dx"])
        if atom.startswith("sex="):
            return case["sex"] == int(atom[4:])
        if atom == "age=0":
            return case["age"] == 0
        if atom == "regions>=2":
            return len({listed[code] for code in case["dx"] if listed.get(code)}) >= 2
        also = set(atom.partition(":")[2].split("|"))
        assert atom.startswith("mainproc_valid"), atom
        return bool(case["px"]) and case["px"][0] in self.valid | also

    def node_atom(self, atom: str, node: str, case: Case) -> bool:
        dx, px = case["dx"], case["px"]
        if atom == "*":
            return True
        if atom == "newborn":
            return case["age_days"] is not None and case["age_days"] <= self.toml.get("newborn_days", 28)
        if atom.startswith("weight"):
            sign, number = re.fullmatch(r"weight(>=|<)(\d+)", atom).groups()
            return case["weight"] > 0 and SIGNS[sign](case["weight"], int(number))
        if atom.startswith("proc_expr:"):
            terms = [term.split("&") for term in atom[10:].split("|")]
            return any(all(self.lists["px", node, name] & set(px) for name in term) for term in terms)
        if atom.endswith("valid"):
            any_valid, main = any(code in self.valid for code in px), bool(px) and px[0] in self.valid
            return {
                "mainproc_valid": main, "anyproc_valid": any_valid, "mainproc_notvalid": not main,
                "noproc_valid": not any_valid,
            }[atom]  # fmt: skip
        which, _, name = atom.partition("_in_")
        if atom.startswith("pdx_notin_"):
            return dx[0] not in self.lists["dx", node, atom[10:]]
        asked = {"pdx": dx[:1], "anydx": dx, "sdx": dx[1:], "mainproc": px[:1], "anyproc": px, "secproc": px[1:]}[which]
        return bool(self.lists["dx" if "dx" in which else "px", node, name] & set(asked))

    def rule(self, text: str, node: str, case: Case) -> bool:
        if text.startswith("@"):
            owner, _, atoms = text[1:].partition(": ")
            return all(self.rule_atom(atom, owner, case) for atom in atoms.split(" & "))
        return all(self.rule_atom(atom, node, case) for atom in text.split(" & "))

    def rule_atom(self, atom: str, owner: str, case: Case) -> bool:
        if atom == "never":
            return False
        if atom in ("MCC", "CC", "MCC|CC"):
            return any(self.counts(code, case["dx"][0], table) for table in atom.split("|") for code in case["dx"][1:])
        if compared := COMPARED.fullmatch(atom):
            low, sign, field, other, high = compared.groups()
            value = case[field]
            return value >= 0 and SIGNS[other](value, int(high)) and (low is None or SIGNS[sign](int(low), value))
        if atom.startswith("discharge in "):
            return case["discharge"] in [int(mode) for mode in re.findall(r"\d", atom)]
        if atom == "dept == 'ICU'":
            return bool(case["dept"] == "ICU")
        if ":" in atom and not atom.startswith("proc_expr"):
            which, _, codes = atom.partition(":")
            return bool(set(codes.split("|")) & set(case["px"][which == "secproc" :]))
        return self.node_atom(atom, owner, case)

    def counts(self, code: str, principal: str, table: str) -> bool:
        listed = self.mcc if table == "MCC" else self.cc
        return code in listed and (principal not in self.excluded or self.excluded[principal] != listed[code])
