"""The tables of a scheme folder as rows with their lines, what a scheme builds on put before its own.

A table that stands in the folder replaces that of the base; `NAME.delta.csv`, with a first column `change` of `add` or
`remove`, changes single rows of it.
"""

from __future__ import annotations

import csv
import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tongchou.ground.errors import Place, fail
from tongchou.ground.reasons import why

COLUMNS: dict[str, tuple[str, ...]] = {
    "mdc": ("seq", "mdc", "entry", "qy_rule", "n_dx", "n_adrg"),
    "mdc_dx": ("mdc", "icd10", "body_region"),
    "adrg": ("seq", "mdc", "node", "adrg", "entry", "after_qy", "no_drg"),
    "adrg_dx": ("node", "list", "icd10"),
    "adrg_proc": ("node", "list", "icd9cm3"),
    "drg": ("node", "seq", "drg", "rule", "name"),
    "drg_name": ("drg", "name"),
    "mcc": ("icd10", "exclusion_table"),
    "cc": ("icd10", "exclusion_table"),
    "exclusion": ("principal_icd10", "exclusion_table"),
    "valid_proc": ("icd9cm3", "name"),
    "icd10_name": ("icd10", "name"),
    "icd9cm3_name": ("icd9cm3", "name"),
    "icd10_map": ("code", "mapped"),
    "icd9cm3_map": ("code", "mapped"),
    "drg_weight": ("drg", "weight", "average_cost", "average_stay", "level", "valid_from"),
}
OPTIONAL = frozenset({"icd10_name", "icd9cm3_name", "icd10_map", "icd9cm3_map", "drg_weight"})
_FREE_NAMES = frozenset({"icd10_name", "icd9cm3_name"})
"""Their first column may be called `code`."""


class Line(NamedTuple):
    """A row of a table and where it stands."""

    file: Path
    number: int
    cells: tuple[str, ...]

    @property
    def place(self) -> Place:
        return Place(str(self.file), self.number)


Tables = Mapping[str, list[Line]]


def read(folder: Path) -> tuple[dict[str, Any], Tables, str]:
    """What scheme.toml says, the tables, and a hash over both. Raises D101 to D104, D109 to D111."""
    return _read(folder, ())


def _read(folder: Path, above: tuple[Path, ...]) -> tuple[dict[str, Any], Tables, str]:
    toml = folder / "scheme.toml"
    if not toml.is_file():
        raise fail("D101", Place(str(folder)), folder=folder)
    try:
        said = tomllib.loads(toml.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise fail("D109", Place(str(toml)), **why(error)) from error
    found: dict[str, list[Line]] = {}
    digest = hashlib.sha256()
    if "base" in said:
        folder = folder.resolve()
        name = str(said["base"])
        base = folder.parent / name
        if Path(name).name in ("", "..") or Path(name).name != name or base in (*above, folder) or not base.is_dir():
            raise fail("D110", Place(str(toml), key="base"), base=said["base"], folder=folder.parent)
        told, of_base, hash_ = _read(base, (*above, folder))
        said, found = {**told, **said}, dict(of_base)
        digest.update(hash_.encode())
    digest.update(toml.read_bytes())
    for name in COLUMNS:
        for file in (folder / f"{name}.csv", folder / f"{name}.delta.csv"):
            if file.is_file():
                digest.update(file.read_bytes())
        if (folder / f"{name}.csv").is_file():
            found[name] = list(table_rows(folder / f"{name}.csv", name, COLUMNS[name]))
        if (folder / f"{name}.delta.csv").is_file():
            found[name] = _changed(found.get(name, []), folder / f"{name}.delta.csv", name)
        if name not in found and name not in OPTIONAL:
            raise fail("D103", Place(str(folder)), table=f"{name}.csv")
    return said, {name: found.get(name, []) for name in COLUMNS}, digest.hexdigest()[:16]


def table_rows(file: Path, name: str, columns: tuple[str, ...]) -> Iterator[Line]:
    """The rows of a table below its header. Raises D104, D109."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream)
            header = tuple(next(reader, ()))
            if header != columns and not (name in _FREE_NAMES and header == ("code", "name")):
                raise fail("D104", Place(str(file), 1), table=file.name, columns=",".join(columns))
            for cells in reader:
                if not cells:
                    continue
                if len(cells) != len(columns):
                    raise fail("D104", Place(str(file), reader.line_num), table=file.name, columns=",".join(columns))
                yield Line(file, reader.line_num, tuple(cells))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise fail("D109", Place(str(file)), **why(error)) from error


def _changed(before: list[Line], file: Path, name: str) -> list[Line]:
    """The rows of the base without those removed, those added behind."""
    known = {line.cells: number for number, line in enumerate(before)}
    gone, added = set[int](), []
    for line in table_rows(file, name, ("change", *COLUMNS[name])):
        change, cells = line.cells[0], line.cells[1:]
        if change == "add":
            added.append(Line(line.file, line.number, cells))
        elif change == "remove":
            if cells not in known:
                raise fail("D111", line.place)
            gone.add(known[cells])
        else:
            raise fail("D106", line.place, column="change", value=change, known="add, remove")
    return [line for number, line in enumerate(before) if number not in gone] + added
