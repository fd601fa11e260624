"""The sheets of published workbooks as rows of known columns, each cell with the place it stands at."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tongchou.engines.grouping.headers import Headers
from tongchou.ground.errors import Place, Problem

HEADER_WITHIN = 10
"""The header is looked for in so many first rows; above it stand titles."""
_CODES = {
    "mdc": (r"(?:MDC)?([A-Z])", "MDCA"),
    "adrg": (r"([A-Z]{2}[0-9A-Z])", "AB1"),
    "drg": (r"([A-Z]{2}[0-9A-Z]{2}|[A-Z]QY)", "AB11"),
    "icd10": (r"([A-Z][0-9][0-9A-Za-z.+*†\-/]*)", "J18.900"),
    "icd9cm3": (r"([0-9]{2}(?:\.[0-9A-Za-z]+)?)", "47.0100"),
    "exclusion_table": (r"[^0-9]*([0-9]{1,4})", "12"),
    "weight": (r"([0-9]{1,6}(?:\.[0-9]{1,6})?)", "1.25"),
    "average_cost": (r"([0-9]{1,9}(?:\.[0-9]{1,2})?)", "12000.50"),
    "average_stay": (r"([0-9]{1,4}(?:\.[0-9]{1,2})?)", "7.5"),
    "valid_from": (r"([0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01]))", "2026-01-01"),
}
_SEVERAL = {"icd10", "icd9cm3"}
"""A cell of these may hold more codes than one, apart from each other by line, 、 or ;."""


@dataclass(frozen=True)
class Item:
    """A row of a sheet by column; `row` as a spreadsheet counts."""

    sheet: Sheet
    row: int
    cells: dict[str, str]

    def place(self, column: str) -> Place:
        """Where a cell stands, its column as the workbook calls it."""
        return Place(table=self.sheet.name, row=self.row, column=self.sheet.headers.get(column, column))


@dataclass(frozen=True)
class Sheet:
    """`name`: the workbook and the sheet; `kind`: what it was taken for, None for nothing; `headers`: each column as it
    is written."""

    name: str
    kind: str | None
    headers: dict[str, str]
    items: list[Item] = field(default_factory=list, repr=False, compare=False)

    def __hash__(self) -> int:
        return hash(self.name)


def read_sheets(
    books: Iterable[tuple[str, Iterable[tuple[str, Sequence[Sequence[str]]]]]],
    headers: Headers,
    problems: list[Problem],
) -> list[Sheet]:
    """Every sheet of the workbooks (name, rows of texts); cells that are no code of their column are told."""
    return [
        _sheet(f"{book}!{title}", title, rows, headers, problems) for book, listed in books for title, rows in listed
    ]


def _sheet(name: str, title: str, rows: Sequence[Sequence[str]], headers: Headers, problems: list[Problem]) -> Sheet:
    best: tuple[int, dict[str, int], str | None] = (0, {}, None)
    for at, row in enumerate(rows[:HEADER_WITHIN]):
        columns: dict[str, int] = {}
        for place, cell in enumerate(row):
            found = headers.column(cell) if cell else None
            if found is not None:
                columns.setdefault(found, place)
        kind = headers.kind_of(title, columns)
        if kind is not None:
            best = (at, columns, kind)
            break
    at, columns, kind = best
    sheet = Sheet(name, kind, {column: rows[at][place].strip() for column, place in columns.items()})
    above: dict[str, str] = {}
    for number, row in enumerate(rows[at + 1 :] if kind else (), at + 2):
        cells = {column: _clean(column, row[place]) if place < len(row) else "" for column, place in columns.items()}
        if not any(cells.values()):
            continue
        for column in headers.filled_down:
            if column in cells:
                cells[column] = cells[column] or above.get(column, "")
                above[column] = cells[column]
        sheet.items.append(Item(sheet, number, cells))
    for item in sheet.items:
        _read_codes(item, problems)
    return sheet


def _clean(column: str, cell: str) -> str:
    """A cell without blanks around it, half-width but where it is a name: those stay as they are published."""
    return cell.strip() if column.endswith("_name") else unicodedata.normalize("NFKC", cell).strip()


def _read_codes(item: Item, problems: list[Problem]) -> None:
    """Bring every code to its form; one that has none is told and left empty."""
    for column, text in item.cells.items():
        if column not in _CODES or not text:
            continue
        pattern, known = _CODES[column]
        parts = re.split(r"[\n、;]+", text) if column in _SEVERAL else [text]
        read = []
        for part in map(str.strip, parts):
            match = re.fullmatch(pattern, part.upper() if column in ("mdc", "adrg", "drg") else part)
            if match:
                read.append(match[1])
            elif part:
                problems.append(Problem("D403", item.place(column), {"value": part[:40], "known": known}))
        item.cells[column] = "\n".join(read)


def codes(item: Item, column: str) -> Iterator[str]:
    """The codes of a cell."""
    yield from (code for code in item.cells.get(column, "").split("\n") if code)
