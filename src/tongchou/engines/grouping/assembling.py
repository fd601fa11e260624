"""From the sheets of published workbooks to the tables of a scheme folder, or every reason why not."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tongchou.engines.grouping import atoms
from tongchou.engines.grouping.files import COLUMNS
from tongchou.engines.grouping.headers import Headers
from tongchou.engines.grouping.load import NEWBORN_DAYS
from tongchou.engines.grouping.workbook import Item, Sheet, codes
from tongchou.ground.errors import Place, Problem

Row = tuple[str, ...]
_MEDICAL = "RSTUVWXYZ"
"""The second letter of a medical group, by the naming of CHS-DRG; J and before is surgery, K to Q other operations."""


@dataclass
class Assembled:
    """`tables` of the scheme folder by name, and what is wrong with the workbooks."""

    tables: dict[str, list[Row]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def assemble(sheets: Sequence[Sheet], headers: Headers, qy: str = "") -> Assembled:
    """Put the tables together. `qy`: the rule of ambiguous records, the same for all MDCs (see `mdc.csv`)."""
    return _Assembling(sheets, headers, qy).assembled()


def write_scheme(tables: dict[str, list[Row]], folder: Path, said: dict[str, str]) -> None:
    """Write a scheme folder; `said`: the texts of scheme.toml."""
    lines = [f"{key} = {_quoted(text)}" for key, text in said.items() if text]
    (folder / "scheme.toml").write_text("\n".join([*lines, "retry_each_other_procedure = false", ""]), "utf-8")
    for name, rows in tables.items():
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS[name])
        writer.writerows(rows)
        (folder / f"{name}.csv").write_text(out.getvalue(), "utf-8")


def _quoted(text: str) -> str:
    escaped = "".join("\\" + c if c in '"\\' else c if c.isprintable() else " " for c in text)
    return f'"{escaped}"'


class _Assembling:
    def __init__(self, sheets: Sequence[Sheet], headers: Headers, qy: str) -> None:
        self.sheets, self.headers, self.qy = sheets, headers, qy
        self.found = Assembled()
        self.adrgs: dict[str, Item] = {}
        self.entries: dict[str, str] = {}
        self.dx: dict[tuple[str, str, str], None] = {}
        self.px: dict[tuple[str, str, str], None] = {}
        self.listed: dict[str, set[str]] = {}

    def assembled(self) -> Assembled:
        for kind, table in (("lists", "adrg_dx、adrg_proc"), ("drg", "drg"), ("mdc_dx", "mdc_dx")):
            if not any(sheet.kind == kind for sheet in self.sheets):
                self._complain("D402", Place(), table=table)
        self._adrgs()
        tables = self.found.tables
        tables["mdc_dx"] = self._unique(
            (item.cells["mdc"], code, item.cells.get("region", ""))
            for item in self._items("mdc_dx", "mdc", "icd10")
            for code in codes(item, "icd10")
        )
        tables["adrg_dx"] = list[Row](self.dx)
        tables["adrg_proc"] = list[Row](self.px)
        tables["drg"], tables["drg_name"], weights = self._drgs()
        self.listed = {
            word: {adrg for adrg, name, _ in own if name == "A"}
            for word, own in (("pdx_in_A", self.dx), ("mainproc_in_A", self.px))
        }
        tables["adrg"] = [self._node(at, adrg) for at, adrg in enumerate(self.adrgs, 1)]
        tables["mdc"] = self._mdcs()
        self._complications()
        tables["exclusion"] = self._one_table(
            (item, code)
            for item in self._items("exclusion", "exclusion_table", "icd10")
            for code in codes(item, "icd10")
        )
        names = {name: self._names(name) for name in ("icd10", "icd9cm3")}
        tables["valid_proc"] = [(code, names["icd9cm3"].get(code, "")) for code in self._valid()]
        for name, own in names.items():
            if own:
                tables[f"{name}_name"] = sorted(own.items())
        if weights:
            tables["drg_weight"] = weights
        return self.found

    def _items(self, kind: str, *needed: str) -> Iterator[Item]:
        """The rows of all sheets of a kind; one that lacks a cell it needs is told and left out."""
        for sheet in self.sheets:
            for item in sheet.items if sheet.kind == kind else ():
                missing = [column for column in needed if not item.cells.get(column)]
                for column in missing:
                    self._complain("D404", item.place(column))
                if not missing:
                    yield item

    def _adrgs(self) -> None:
        """The groups in the order in which they stand first, with their lists."""
        for kind in ("adrg", "lists"):
            for item in self._items(kind, "adrg"):
                adrg = item.cells["adrg"]
                self.adrgs.setdefault(adrg, item)
                entry = item.cells.get("entry")
                if entry and (
                    self.entries.setdefault(adrg, entry) != entry or atoms.node_entry(entry, NEWBORN_DAYS) is None
                ):
                    self._complain("D405", item.place("entry"), value=entry)
                name = item.cells.get("list") or "A"
                self.dx |= dict.fromkeys((adrg, name, code) for code in codes(item, "icd10"))
                self.px |= dict.fromkeys((adrg, name, code) for code in codes(item, "icd9cm3"))

    def _node(self, at: int, adrg: str) -> Row:
        """The condition that is written, or the one that the lists mean: of principal diagnosis and main operation."""
        meant = [word for word, own in self.listed.items() if adrg in own]
        if adrg not in self.entries and not meant:
            self._complain("D406", self.adrgs[adrg].place("adrg"), value=adrg)
        entry = self.entries.get(adrg) or " & ".join(meant) or "*"
        after = "Y" if self.qy and adrg[1] in _MEDICAL else ""
        return str(at), adrg[0], adrg, adrg, entry, after, "adrg"

    def _drgs(self) -> tuple[list[Row], list[Row], list[Row]]:
        rules: list[Row] = []
        names: dict[str, str] = {}
        weights: dict[tuple[str, str, str], Row] = {}
        numbers: dict[str, int] = {}
        for item in self._items("drg", "drg"):
            drg, name = item.cells["drg"], item.cells.get("drg_name", "")
            adrg = item.cells.get("adrg") or drg[:3]
            if drg not in names and not drg.endswith("QY"):
                rule = item.cells.get("rule") or self.headers.rule(name)
                if adrg not in self.adrgs:
                    self._complain("D406", item.place("drg"), value=adrg)
                if atoms.rule(rule, adrg, NEWBORN_DAYS) is None:
                    self._complain("D405", item.place("rule"), value=rule)
                numbers[adrg] = numbers.get(adrg, 0) + 1
                rules.append((adrg, str(numbers[adrg]), drg, rule, name))
            names.setdefault(drg, name)
            if weight := item.cells.get("weight"):
                cost, stay = item.cells.get("average_cost", ""), item.cells.get("average_stay", "")
                key = drg, item.cells.get("level", ""), item.cells.get("valid_from", "")
                if key in weights:
                    self._complain("D407", item.place("drg"), value=drg)
                weights[key] = (drg, weight, cost, stay, *key[1:])
        return rules, list(names.items()), list(weights.values())

    def _mdcs(self) -> list[Row]:
        """Those that groups or diagnoses name, in the order of the declared ones, the others by letter."""
        counted = dict.fromkeys(self.headers.mdc, 0)
        for row in self.found.tables["mdc_dx"]:
            counted[row[0]] = counted.get(row[0], 0) + 1
        nodes = [row[1] for row in self.found.tables["adrg"]]
        known = {row[0] for row in self.found.tables["mdc_dx"]} | set(nodes)
        order = [*(mdc for mdc in self.headers.mdc if mdc in known), *sorted(known - set(self.headers.mdc))]
        return [
            (
                str(at),
                mdc,
                self.headers.mdc.get(mdc, "pdx_in_M"),
                self.qy,
                str(counted.get(mdc, 0)),
                str(nodes.count(mdc)),
            )
            for at, mdc in enumerate(order, 1)
        ]

    def _complications(self) -> None:
        rows: dict[str, list[tuple[Item, str]]] = {"mcc": [], "cc": []}
        for kind, own in rows.items():
            own += [(item, code) for item in self._items(kind, "icd10") for code in codes(item, "icd10")]
        for item in self._items("complications", "icd10", "complication"):
            kind = item.cells["complication"].lower()
            if kind not in rows:
                self._complain("D403", item.place("complication"), value=item.cells["complication"], known="MCC, CC")
                continue
            rows[kind] += [(item, code) for code in codes(item, "icd10")]
        for kind, own in rows.items():
            self.found.tables[kind] = self._one_table(own)

    def _one_table(self, rows: Iterable[tuple[Item, str]]) -> list[Row]:
        """A code stands in one exclusion table; one that is said to stand in two is told."""
        found: dict[str, str] = {}
        for item, code in rows:
            table = item.cells.get("exclusion_table", "")
            if found.setdefault(code, table) != table:
                self._complain("D408", item.place("icd10"), value=code, one=found[code], other=table)
        return list(found.items())

    def _valid(self) -> list[str]:
        """The operations that count for grouping: those listed, or else those of any group."""
        listed = [code for item in self._items("valid_proc", "icd9cm3") for code in codes(item, "icd9cm3")]
        return list(dict.fromkeys(listed or (code for _, _, code in self.px)))

    def _names(self, column: str) -> dict[str, str]:
        """What codes are called, where a row has one code and its name."""
        return {
            item.cells[column]: name
            for sheet in self.sheets
            for item in sheet.items
            if (name := item.cells.get(f"{column}_name")) and item.cells.get(column) and "\n" not in item.cells[column]
        }

    def _unique(self, rows: Iterable[Row]) -> list[Row]:
        return list(dict.fromkeys(rows))

    def _complain(self, code: str, place: Place, **details: object) -> None:
        self.found.problems.append(Problem(code, place, details))
