"""The workbook of a report: text and numbers, a header row that stays in view. Equal content, equal bytes.

A text is always written as a text, so nothing in the data can become a formula or a link.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

LONGEST = 32_767
"""Characters a cell can hold (ECMA-376; Excel specifications and limits)."""
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FORMATS: dict[str, dict[str, Any]] = {
    "text": {"text_wrap": True, "valign": "top"},
    "header": {"bold": True, "text_wrap": True, "valign": "top"},
    "count": {"num_format": "#,##0"},
    "yuan": {"num_format": "#,##0.00"},
    "percent": {"num_format": "0.00%"},
    "plain": {"num_format": "0"},
}
_MADE = datetime(2000, 1, 1)  # noqa: DTZ001 (a workbook says when it was made; ours is the same whenever it is made)


@dataclass(frozen=True)
class Cell:
    """A value as it is written (a number as decimal text) and its format: text, header, count, yuan, percent, plain."""

    value: str
    format: str = "text"


Page = tuple[str, Sequence[Sequence[Cell | None]]]
"""A title and its rows; the first row is the header."""


def write_workbook(path: Path, pages: Sequence[Page]) -> None:
    """Write the pages as the sheets of a workbook. Titles are cut to 31 characters and made different."""
    from xlsxwriter import Workbook

    names: list[str] = []
    with Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}) as book:
        book.set_properties({"created": _MADE})
        formats = {name: book.add_format(made) for name, made in _FORMATS.items()}
        for title, rows in pages:
            names.append(_name(title, names))
            _fill(book.add_worksheet(names[-1]), rows, formats)


def _name(title: str, taken: Sequence[str]) -> str:
    plain = re.sub(r"[\[\]:*?/\\]", " ", title)[:31]
    return plain if plain not in taken else f"{plain[:28]} {len(taken) + 1}"


def _fill(sheet: Any, rows: Sequence[Sequence[Cell | None]], formats: dict[str, Any]) -> None:
    sheet.freeze_panes(1, 0)
    for column in range(max((len(row) for row in rows), default=0)):
        sheet.set_column(column, column, max((_width(row[column]) for row in rows if column < len(row)), default=8))
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell is None:
                continue
            if cell.format in ("text", "header"):
                sheet.write_string(at, column, _UNFIT.sub("�", cell.value)[:LONGEST], formats[cell.format])
            else:
                sheet.write_number(at, column, Decimal(cell.value), formats[cell.format])


def _width(cell: Cell | None) -> int:
    if cell is None:
        return 8
    first = cell.value.split("\n", 1)[0]
    wide = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in first)
    return min(60, max(8, wide + 3))
