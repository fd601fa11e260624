"""A delimited file of DE-SynPUF, row by row, and its cells as text, date and fen."""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from tongchou.ground.errors import Place, Problem, ProblemError, fail
from tongchou.ground.reasons import why
from tongchou.ground.tables.values import shown

Row = dict[str, Any]
_EXTRA = "(cells beyond the header)"
_MONEY = re.compile(r"(-?)([0-9]{1,12})(?:\.([0-9]{1,2}))?")


class Bad(Exception):
    """One reason why a row is rejected."""

    def __init__(self, column: str, code: str, **details: object) -> None:
        super().__init__(code)
        self.column, self.code, self.details = column, code, details


def read_rows(path: Path, needed: Sequence[str]) -> Iterator[tuple[int, Row]]:
    """Rows of a CSV file, gzipped when it ends in `.gz`, counted from 1; `check_width` checks each before use.

    Raises `ProblemError`: T102 for an unreadable file, T110 for each column of `needed` that is missing.
    """
    try:
        with (
            gzip.open(path, "rt", encoding="utf-8-sig", newline="")
            if path.suffix == ".gz"
            else path.open(encoding="utf-8-sig", newline="")
        ) as file:
            lines = csv.DictReader(file, restkey=_EXTRA, strict=True)
            missing = [name for name in needed if name not in (lines.fieldnames or ())]
            if missing:
                raise ProblemError(*(Problem("T110", Place(file=path.name, key=n), {"name": n}) for n in missing))
            yield from enumerate(lines, 1)
    except (OSError, EOFError, zlib.error, ValueError, csv.Error) as error:
        raise fail("T102", Place(file=path.name), **why(error)) from None


def text_of(row: Row, name: str) -> str:
    """A cell that must be filled; `Bad` T122, T136."""
    return _printable(row, name) or _missing(name)


def codes_of(row: Row, names: Sequence[str]) -> list[str]:
    """Cells that may be empty or lack their column; `Bad` T136."""
    return [_printable(row, name) if name in row else "" for name in names]


def _printable(row: Row, name: str) -> str:
    text: str = row[name].strip()
    if not (text.isascii() and text.isprintable()):
        raise Bad(name, "T136", value=shown(text))
    return text


def _missing(name: str) -> NoReturn:
    raise Bad(name, "T122")


def date_of(row: Row, name: str) -> date:
    """A cell written YYYYMMDD, of the years 1900 to 2199; `Bad` T122, T124."""
    text = text_of(row, name)
    try:
        if not re.fullmatch("(19|20|21)[0-9]{6}", text):
            raise ValueError
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise Bad(name, "T124", value=shown(text)) from None


def fen_of(row: Row, name: str) -> int:
    """Dollars and cents as as many yuan and fen; `Bad` T122, T174."""
    match = _MONEY.fullmatch(text_of(row, name))
    if not match:
        raise Bad(name, "T174", value=shown(row[name]))
    sign, whole, cents = match.groups()
    fen = int(whole) * 100 + int((cents or "").ljust(2, "0"))
    return -fen if sign else fen


def check_width(row: Row) -> None:
    """Refuse a row that has fewer or more cells than the header."""
    extra: list[str] = row.get(_EXTRA, [])
    filled = sum(isinstance(value, str) for value in row.values()) + len(extra)
    columns = len(row) - (_EXTRA in row)
    if filled != columns:
        raise Bad("", "T120", cells=filled, columns=columns, value=shown(next(iter(row.values()))))
