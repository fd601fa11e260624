"""What the interface says: its transactions with their sections and fields, read from the tables beside this file."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

_LETTERED = ("feedetl_sn", "init_feedetl_sn")
"""Numbers of the institution that the base edition prints as digits and others write with letters (11, 2204)."""
TABLES = Path(__file__).parent / "tables"


@dataclass(frozen=True)
class Field:
    """A field. `length` as printed: characters, or digits and decimals; `codes`: the table of its codes, if any."""

    name: str
    label: str
    type: str
    length: str
    required: bool
    codes: str
    also: tuple[str, ...] = ()

    @property
    def decimals(self) -> int:
        return int(self.length.partition(",")[2] or 0)


@dataclass
class Section:
    """A section: its name is the key in JSON, empty where the fields stand directly in input or output. `rows` is
    `one`, `many`, or empty where the document does not say."""

    name: str
    rows: str
    kind: str
    fields: list[Field] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    also: tuple[str, ...] = ()

    def walk(self) -> Iterator[Section]:
        yield self
        for section in self.sections:
            yield from section.walk()


@dataclass
class Transaction:
    """A transaction by its number. `direction`: `in` from an institution, `out` to one, `local` on its machine."""

    infno: str
    name: str
    name_en: str
    group: str
    direction: str
    envelope: str
    status: str
    request: list[Section] = field(default_factory=list)
    response: list[Section] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)

    def section(self, side: str, path: str) -> Section:
        """The section at a path such as `data` or `drugdetail.durg_trac_info`. Raises KeyError."""
        names = path.split(".")
        level = self.request if side == "request" else self.response
        for name in names[:-1]:
            level = _named(level, name).sections
        return _named(level, names[-1])


@cache
def transactions() -> Mapping[str, Transaction]:
    """Every transaction by its number."""
    found = {row["infno"]: Transaction(**row) for row in _rows("transactions.csv")}
    for row in _rows("sections.csv"):
        *above, name = row["path"].split(".")
        transaction = found[row["infno"]]
        level = transaction.request if row["side"] == "request" else transaction.response
        for one in above:
            level = _within(level, one).sections
        section = _within(level, name)
        section.rows, section.kind = row["rows"], row["kind"]
    for file in sorted((TABLES / "fields").glob("*.csv")):
        for row in _rows(f"fields/{file.name}"):
            section = found[row["infno"]].section(row["side"], row["path"])
            section.fields.append(
                Field(
                    row["name"],
                    row["label"],
                    "string" if row["name"] in _LETTERED else row["type"],
                    row["length"],
                    row["required"] == "1",
                    row["codes"],
                )
            )
    for row in _rows("file_columns.csv"):
        found[row["infno"]].columns.append(row["name"])
    for row in _rows("aliases.csv"):
        _rename(found[row["infno"]].section("request", row["path"]), row["name"], row["also"])
    return found


@cache
def codes() -> Mapping[str, Mapping[str, str]]:
    """Table → code → label."""
    found: dict[str, dict[str, str]] = {}
    for row in _rows("codes.csv"):
        found.setdefault(row["table"], {})[row["code"]] = row["label"]
    return found


def _rename(section: Section, name: str, also: str) -> None:
    if not name:
        section.also = (*section.also, also)
        return
    section.fields = [
        one if one.name != name else Field(**{**vars(one), "also": (*one.also, also)}) for one in section.fields
    ]


def _within(level: list[Section], name: str) -> Section:
    """The section of a level; one that is only named as the parent of others is a plain one."""
    for section in level:
        if section.name == name:
            return section
    level.append(Section(name, "one", "json"))
    return level[-1]


def _named(level: list[Section], name: str) -> Section:
    for section in level:
        if section.name == name:
            return section
    raise KeyError(name)


def _rows(file: str) -> Iterator[dict[str, str]]:
    with (TABLES / file).open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)
