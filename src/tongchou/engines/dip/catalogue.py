"""A catalogue read from its folder, by whomever it was made."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tongchou.engines.dip.codes import Expression, expression, length
from tongchou.ground.errors import Place, Problem, ProblemError, fail
from tongchou.ground.reasons import why
from tongchou.ground.region.dip.declaration import TREATMENTS
from tongchou.ground.region.dip.load import Dip, load_dip

FORM = "tongchou-dip-catalogue-1"
CATALOGUE, MEANS, AUXILIARY, PARTS = "catalogue.csv", "means.csv", "auxiliary.csv", "parts.csv"
DECLARATION, MANIFEST = "declaration", "manifest.json"
COLUMNS: dict[str, tuple[str, ...]] = {
    CATALOGUE: (
        "group", "kind", "treatment", "diagnosis", "operations", "cases", "cases_by_year", "kept", "mean", "stay",
        "deaths", "cv", "rw",
    ),
    MEANS: ("group", "year", "level", "cases", "mean"),
    PARTS: ("group", "part", "cases", "mean", "rw"),
    AUXILIARY: ("catalogue", "class", "group", "cases", "cost", "expected", "factor"),
}  # fmt: skip
ALL_KINDS = ("pre", "core", "basic", "comprehensive")
_DECIMAL = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,9}))?")
_OPERATIONS = re.compile(r"([0-9A-Za-z.]+(?:[+/][0-9A-Za-z.]+)*)?")


@dataclass(frozen=True)
class Row:
    """One group of a catalogue: `asked`, its operations; `rw` in units of the declared decimals; `mean` in fen; `stay`
    in hundredths of a day, -1 where not known; `span`: characters of its diagnosis, 0 for a chapter."""

    code: str
    kind: str
    treatment: str
    diagnosis: str
    asked: Expression
    span: int
    cases: int
    mean: int
    stay: int
    deaths: int
    rw: int


@dataclass(frozen=True)
class Catalogue:
    """A catalogue with the declaration it was built by. `means`: fen by group, year (0: all years weighted) and level
    ("": all). `factors`: units of the declared decimals by auxiliary catalogue, class and group (`*`: all)."""

    dip: Dip
    rows: list[Row]
    means: dict[tuple[str, int, str], int]
    factors: dict[tuple[str, str, str], int]
    hash: str


def hash_of(folder: Path) -> str:
    """The hash of what stands in a catalogue: its tables and its declaration."""
    digest = hashlib.sha256()
    names = [name for name in (CATALOGUE, MEANS, AUXILIARY, PARTS) if (folder / name).is_file()]
    inside = sorted(str(file.relative_to(folder)) for file in (folder / DECLARATION).rglob("*") if file.is_file())
    for name in (*names, *inside):
        content = (folder / name).read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


def read_catalogue(folder: Path, declaration: Path | None = None) -> Catalogue:
    """Read a catalogue folder: `catalogue.csv` and `declaration/`, with means and factors where there are any; a
    published catalogue may be put in this form. `declaration`: another one to assign by. Raises D331, D332, D334 and
    what the declaration raises."""
    if not (folder / CATALOGUE).is_file():
        raise fail("D331", Place(str(folder)), path=folder)
    found = hash_of(folder)
    manifest = folder / MANIFEST
    if manifest.is_file() and _hash_in(manifest) != found:
        raise fail("D334", Place(str(folder)))
    dip = load_dip(declaration or folder / DECLARATION)
    reading = _Reading(dip.said.catalogue.decimals)
    rows = [reading.row(place, cells) for place, cells in _rows(folder / CATALOGUE)]
    seen: set[str] = set()
    for place, cells in _rows(folder / CATALOGUE):
        if cells["group"] in seen:
            reading.wrong(place, "group", cells["group"])
        seen.add(cells["group"])
    means = {
        (cells["group"], reading.year(place, cells), cells["level"]): reading.whole(place, cells, "mean")
        for place, cells in _rows(folder / MEANS)
    }
    factors = {
        (cells["catalogue"], cells["class"], cells["group"]): reading.units(place, cells, "factor")
        for place, cells in _rows(folder / AUXILIARY)
    }
    if reading.problems:
        raise ProblemError(*reading.problems)
    return Catalogue(dip, rows, means, factors, found)


class _Reading:
    def __init__(self, decimals: int) -> None:
        self.decimals, self.problems = decimals, list[Problem]()

    def row(self, place: Place, cells: dict[str, str]) -> Row:
        for column, known in (("kind", ALL_KINDS), ("treatment", TREATMENTS if cells["kind"] != "pre" else ("",))):
            if cells[column] not in known:
                self.wrong(place, column, cells[column])
        if not _OPERATIONS.fullmatch(cells["operations"]):
            self.wrong(place, "operations", cells["operations"])
        if not cells["group"] or (cells["kind"] != "pre" and not cells["diagnosis"]):
            self.wrong(place, "diagnosis", cells["diagnosis"])
        return Row(
            code=cells["group"],
            kind=cells["kind"],
            treatment=cells["treatment"],
            diagnosis=cells["diagnosis"],
            asked=expression(cells["operations"]),
            span=0 if "-" in cells["diagnosis"] else length(cells["diagnosis"]),
            cases=self.whole(place, cells, "cases"),
            mean=self.whole(place, cells, "mean"),
            stay=self.units(place, cells, "stay", 2) if cells["stay"] else -1,
            deaths=self.whole(place, cells, "deaths"),
            rw=self.units(place, cells, "rw"),
        )

    def whole(self, place: Place, cells: dict[str, str], column: str) -> int:
        text = cells[column]
        if not (text.isascii() and text.isdigit() and len(text) <= 15):
            self.wrong(place, column, text)
            return 0
        return int(text)

    def year(self, place: Place, cells: dict[str, str]) -> int:
        """The year of a mean, 0 for all years weighted."""
        return self.whole(place, cells, "year") if cells["year"] else 0

    def units(self, place: Place, cells: dict[str, str], column: str, decimals: int | None = None) -> int:
        places = self.decimals if decimals is None else decimals
        match = _DECIMAL.fullmatch(cells[column])
        rest = (match[2] or "").ljust(places, "0") if match else ""
        if match is None or len(rest) > places:
            self.wrong(place, column, cells[column])
            return 0
        return int(match[1] + rest)

    def wrong(self, place: Place, column: str, value: str) -> None:
        self.problems.append(Problem("D332", place, {"column": column, "value": value}))


def _hash_in(manifest: Path) -> str | None:
    try:
        found = json.loads(manifest.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return str(found.get("hash")) if isinstance(found, dict) else None


def _rows(file: Path) -> Iterator[tuple[Place, dict[str, str]]]:
    """The rows of one of the tables, none where there is no such file. Raises D310, D311."""
    columns = COLUMNS[file.name]
    if not file.is_file():
        return
    try:
        reader = csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline=""), strict=True)
        header = tuple(next(reader, ()))
        for cells in reader:
            if header != columns or len(cells) != len(columns):
                break
            yield Place(str(file), reader.line_num), dict(zip(columns, cells, strict=True))
        else:
            if header == columns:
                return
        raise fail("D311", Place(str(file), reader.line_num), table=file.name, columns=",".join(columns))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise fail("D310", Place(str(file)), **why(error)) from error
