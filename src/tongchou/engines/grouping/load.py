"""A scheme folder becomes a scheme, or every problem in it is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from tongchou.engines.grouping import atoms
from tongchou.engines.grouping.files import Line, Tables, read
from tongchou.engines.grouping.scheme import Mdc, Node, Rule, Scheme
from tongchou.engines.grouping.weights import Weight, read_weights
from tongchou.ground.errors import Place, Problem, ProblemError

NEWBORN_DAYS = 28
"""As in all published schemes; a scheme may say otherwise (`newborn_days`)."""
DAYS_OF_A_YEAR = 366
"""Nobody older than this is newborn anywhere."""
_KEYS: dict[str, type] = {
    "id": str, "retry_each_other_procedure": bool, "ungrouped_code": str, "base": str, "newborn_days": int,
    "title": str, "authority": str, "year": int, "icd10_edition": str, "icd9cm3_edition": str, "valid_from": date,
    "valid_to": date, "fictional": bool,
}  # fmt: skip
_NEEDED = ("id", "retry_each_other_procedure")
_QY = ("", "any_valid", "main_valid")


def load_scheme(folder: Path) -> Scheme:
    """Read and check a folder. Raises D101 to D111, as many as there are."""
    said, tables, hash_ = read(folder)
    loading = _Loading(said, tables)
    scheme = loading.scheme(hash_, Place(str(folder / "scheme.toml")))
    if loading.problems:
        raise ProblemError(*loading.problems)
    return scheme


def _is_day(value: Any) -> bool:
    """Whether a text is a day."""
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


class _Loading:
    def __init__(self, said: dict[str, Any], tables: Tables) -> None:
        self.said, self.tables = said, tables
        self.problems: list[Problem] = []
        self.newborn_days = NEWBORN_DAYS

    def scheme(self, hash_: str, toml: Place) -> Scheme:
        self._check_keys(toml)
        self.newborn_days = self._newborn_days(toml)
        rules = self._rules()
        nodes, falls_through = self._nodes(rules)
        return Scheme(
            id=str(self.said.get("id")),
            mdcs=tuple(self._mdcs(nodes)),
            falls_through=falls_through,
            retries=self.said.get("retry_each_other_procedure") is True,
            ungrouped=str(self.said.get("ungrouped_code", "0000")),
            newborn_days=self.newborn_days,
            lists=self._lists(),
            mcc=self._one_for_each("mcc"),
            cc=self._one_for_each("cc"),
            exclusions=self._one_for_each("exclusion"),
            valid_operations=frozenset(line.cells[0] for line in self.tables["valid_proc"]),
            names=self._pairs("drg_name"),
            icd10=self._pairs("icd10_name"),
            icd9cm3=self._pairs("icd9cm3_name"),
            icd10_map=self._one_for_each("icd10_map"),
            icd9cm3_map=self._one_for_each("icd9cm3_map"),
            weights=self._weights(Path(toml.file or "").parent),
            hash=hash_,
        )

    def _weights(self, folder: Path) -> tuple[Weight, ...]:
        """The weights of every code that a record can be given; those of the base for groups gone since say nothing."""
        known = {line.cells[2] for line in self.tables["drg"]} | {line.cells[3] for line in self.tables["adrg"]}
        known |= {f"{line.cells[1]}QY" for line in self.tables["mdc"]}
        lines = [
            line for line in self.tables["drg_weight"] if line.cells[0].strip() in known or line.file.parent == folder
        ]
        return read_weights(lines, known, self.problems)

    def _check_keys(self, toml: Place) -> None:
        for key, value in self.said.items():
            if key not in _KEYS:
                self._complain("D102", toml, key=key, value=value, known="、".join(_KEYS))
            elif type(value) is not _KEYS[key] and not (_KEYS[key] is date and _is_day(value)):
                self._complain("D102", toml, key=key, value=repr(value), known=_KEYS[key].__name__)
        first, last = (str(self.said.get(key, "")) for key in ("valid_from", "valid_to"))
        if first and last and last < first:
            self._complain("D102", toml, key="valid_to", value=last, known=f"≥ {first}")
        for key in _NEEDED:
            if key not in self.said:
                self._complain("D102", toml, key=key, value="—", known=_KEYS[key].__name__)

    def _newborn_days(self, toml: Place) -> int:
        said = self.said.get("newborn_days", NEWBORN_DAYS)
        if type(said) is int and not 0 <= said <= DAYS_OF_A_YEAR:
            self._complain("D115", toml, key="newborn_days", value=said, least=0, most=DAYS_OF_A_YEAR)
        return said if type(said) is int and 0 <= said <= DAYS_OF_A_YEAR else NEWBORN_DAYS

    def _mdcs(self, nodes: dict[str, list[Node]]) -> Iterator[Mdc]:
        listed = self._by_owner("mdc_dx", 0)
        known = {line.cells[1] for line in self.tables["mdc"]}
        for table, column in (("mdc_dx", 0), ("adrg", 1)):
            for line in self.tables[table]:
                if line.cells[column] not in known:
                    self._complain("D107", line.place, column="mdc", value=line.cells[column], table="mdc.csv")
        for line in self._in_order("mdc", 0):
            _, code, text, qy, *_ = line.cells
            entry = atoms.mdc_entry(text, self.newborn_days)
            if entry is None:
                self._complain("D105", line.place, text=text)
            if qy not in _QY:
                self._complain("D106", line.place, column="qy_rule", value=qy, known="、".join(_QY[1:]))
            rows = listed[code]
            # A code listed twice with two regions counts for the last row.
            regions = {row.cells[1]: row.cells[2] for row in rows if row.cells[2]}
            own = tuple(nodes[code])
            yield Mdc(code, text, entry or (), qy, own, frozenset(row.cells[1] for row in rows), regions)

    def _nodes(self, rules: dict[str, tuple[Rule, ...]]) -> tuple[dict[str, list[Node]], bool]:
        found: defaultdict[str, list[Node]] = defaultdict(list)
        ends = set()
        known = {line.cells[2] for line in self.tables["adrg"]}
        for line in self.tables["drg"]:
            if line.cells[0] not in known:
                self._complain("D107", line.place, column="node", value=line.cells[0], table="adrg.csv")
        for line in self._in_order("adrg", 0):
            _, mdc, name, adrg, text, after_qy, end = line.cells
            entry = atoms.node_entry(text, self.newborn_days)
            if entry is None:
                self._complain("D105", line.place, text=text)
            if after_qy not in ("", "Y", "N"):
                self._complain("D106", line.place, column="after_qy", value=after_qy, known="Y, N")
            if end not in ("adrg", "next"):
                self._complain("D106", line.place, column="no_drg", value=end, known="adrg, next")
            ends.add(end)
            if len(ends) > 1:
                self._complain("D108", line.place)
                ends = {end}
            found[mdc].append(Node(name, adrg, text, entry or (), after_qy == "Y", rules.get(name, ())))
        return found, ends == {"next"}

    def _rules(self) -> dict[str, tuple[Rule, ...]]:
        found: defaultdict[str, list[Rule]] = defaultdict(list)
        for line in self._in_order("drg", 1):
            node, _, drg, text, name = line.cells
            read = atoms.rule(text, node, self.newborn_days)
            if read is None:
                self._complain("D105", line.place, text=text)
            made, owner = read or ((), node)
            found[node].append(Rule(drg, name, text, made, owner))
        return {node: tuple(own) for node, own in found.items()}

    def _lists(self) -> dict[tuple[str, str, str], frozenset[str]]:
        """Lists by kind, owner and name. Those of a combination of operations have numbers; an operation that stands in
        two of them counts for the first."""
        found: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
        first: dict[tuple[str, str], str] = {}
        for kind, table in (("dx", "adrg_dx"), ("px", "adrg_proc")):
            for line in self.tables[table]:
                owner, name, code = line.cells
                if kind == "dx" or not name.isdigit() or first.setdefault((owner, code), name) == name:
                    found[kind, owner, name].add(code)
        return {key: frozenset(codes) for key, codes in found.items()}

    def _in_order(self, table: str, column: int) -> list[Line]:
        """The rows of a table by their number in `column`, those with the same one in their order."""
        numbered = []
        for line in self.tables[table]:
            text = line.cells[column]
            if not (text.isascii() and text.isdigit()):
                self._complain("D106", line.place, column="seq", value=text, known="1, 2, 3 …")
            else:
                numbered.append((int(text), line))
        return [line for _, line in sorted(numbered, key=lambda pair: pair[0])]

    def _by_owner(self, table: str, column: int) -> defaultdict[str, list[Line]]:
        found: defaultdict[str, list[Line]] = defaultdict(list)
        for owner, lines in groupby(self.tables[table], lambda line: line.cells[column]):
            found[owner] += lines
        return found

    def _pairs(self, table: str) -> dict[str, str]:
        return dict(_two(self.tables[table]))

    def _one_for_each(self, table: str) -> dict[str, str]:
        """What stands with each code; one with which two different things stand is told."""
        found: dict[str, str] = {}
        for line in self.tables[table]:
            code, value = line.cells
            if found.setdefault(code, value) != value:
                self._complain("D116", line.place, value=code, one=found[code], other=value)
        return found

    def _complain(self, code: str, place: Place, **details: object) -> None:
        self.problems.append(Problem(code, place, details))


def _two(lines: Iterable[Line]) -> Iterator[tuple[str, str]]:
    return ((line.cells[0], line.cells[1]) for line in lines)
