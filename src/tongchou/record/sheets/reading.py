"""Rows by declared columns: the header is found, each cell is read, and what is wrong is told with row and column."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tongchou.ground.errors import Place, Problem, ProblemError, fail
from tongchou.record.sheets.cells import Reader
from tongchou.record.sheets.content import LIMITS, Limits, Lost, Raw, sheets

HEADER_WITHIN = 10
"""Official sheets have titles above their header; it is looked for in so many rows."""
MOST_PROBLEMS = 10_000
"""Whoever has more is told so; they have one cause, and nobody reads them all."""
_REMEMBERED = 4096
"""Texts of a column whose values are remembered: most columns say the same few things again and again."""


@dataclass(frozen=True)
class Column:
    """A column that is looked for: `name` in the values of a line, `zh` and `en` its headers, `also` other headers,
    such as the national field name. `required`: no cell may be empty; `blank`: what an empty one is read as."""

    name: str
    zh: str
    en: str
    read: Reader
    required: bool = False
    also: tuple[str, ...] = ()
    blank: Any = None


@dataclass(frozen=True)
class Line:
    """A row that can be read: its number as a spreadsheet shows it, and its values by the names of the columns."""

    number: int
    values: dict[str, Any]


@dataclass
class Sheet:
    """What a sheet holds. `unknown`: headers that no column is read from, so that whoever uploaded it can be told."""

    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def read(content: bytes, columns: Sequence[Column], key: Sequence[str] = (), limits: Limits = LIMITS) -> Sheet:
    """All of the one sheet with these columns. `key`: the columns in which no two lines may be the same (U205).

    Raises U101–U111 for a file of which nothing can be read; what is wrong in its rows is in `problems`.
    """
    found, first = Sheet(), dict[tuple[Any, ...], int]()
    for one in stream(content, columns, found.unknown, limits):
        if isinstance(one, Line):
            found.lines.append(one)
            if key:
                same = tuple(one.values[name] for name in key)
                if same in first:
                    labels = "、".join(column.zh for column in columns if column.name in key)
                    details: dict[str, object] = {"columns": labels, "first": first[same]}
                    found.problems.append(Problem("U205", Place(table="sheet", row=one.number), details))
                first.setdefault(same, one.number)
        else:
            found.problems.append(one)
        if len(found.problems) >= MOST_PROBLEMS:
            found.problems.append(Problem("U204", Place(), {"most": MOST_PROBLEMS}))
            break
    if not found.lines and not found.problems:
        raise fail("U110")
    return found


def stream(
    content: bytes, columns: Sequence[Column], unknown: list[str] | None = None, limits: Limits = LIMITS
) -> Iterator[Line | Problem]:
    """Line after line of the one sheet with these columns, and the problems of a row in its place. `unknown` is filled
    with the headers that are not read. Raises as `read` does."""
    rows, header, begins = _find(sheets(content, limits), columns)
    places = [(at, column, dict[str, Any]()) for at, column in enumerate(header) if column is not None]
    if unknown is not None:
        unknown += [text for text in begins.unknown if text]
    absent = {column.name: column.blank for column in columns if column not in header}
    for number, row in enumerate(rows, begins.row + 1):
        if not any(row):
            continue
        values, problems = dict(absent), []
        for at, column, known in places:
            text = row[at] if at < len(row) else ""
            if text in known and type(text) is str:
                values[column.name] = known[text]
                continue
            try:
                values[column.name] = value = _value(column, text)
                if len(known) < _REMEMBERED:
                    known[text] = value
            except ProblemError as error:
                problems += [Problem(p.code, Place(table="sheet", row=number, column=column.zh), p.details)
                             for p in error.problems]  # fmt: skip
        if any(row[len(header) :]):
            problems.append(Problem("U206", Place(table="sheet", row=number), {"cells": len(header)}))
        if problems:
            yield from problems
        else:
            yield Line(number, values)


def _value(column: Column, text: str) -> Any:
    if not text:
        if column.required:
            raise fail("U201")
        return column.blank
    if isinstance(text, Lost):
        raise fail("U203", value=text)
    try:
        return column.read(text)
    except ValueError as error:
        zh, en = column.read.says
        raise fail("U202", value=text[:60], what=zh, what_en=en) from error


@dataclass(frozen=True)
class _Begins:
    row: int
    unknown: tuple[str, ...]


def _find(found: Sequence[Raw], columns: Sequence[Column]) -> tuple[Iterator[list[str]], list[Column | None], _Begins]:
    """The rows below the header, the column at each place, and the number of the header's row. Raises U107, U111."""
    by_header = {_plain(name): one for one in columns for name in (one.name, one.zh, one.en, *one.also)}
    needed = [one for one in columns if one.required]
    fits, nearest = [], list(needed)
    for sheet in found:
        for number, row in zip(range(1, HEADER_WITHIN + 1), sheet.rows, strict=False):
            header = [by_header.get(_plain(text)) for text in row]
            missing = [one for one in needed if one not in header]
            if not missing and any(header):
                fits.append((sheet, row, header, number))
                break
            if len(missing) < len(nearest):
                nearest = missing
    if not fits:
        raise fail("U107", columns="、".join(one.zh for one in nearest))
    if len(fits) > 1:
        raise fail("U111", sheets="、".join(sheet.name for sheet, *_ in fits))
    ((sheet, row, header, number),) = fits
    for one in columns:
        if header.count(one) > 1:
            raise fail("U112", column=one.zh)
    while row and not row[-1]:
        row, header = row[:-1], header[: len(row) - 1]
    unknown = tuple(text for text, column in zip(row, header, strict=True) if column is None)
    return sheet.rows, header, _Begins(number, unknown)


def _plain(text: str) -> str:
    """A header without what people write differently: width, case, spaces, line breaks, a star for what is required."""
    return "".join(unicodedata.normalize("NFKC", text).split()).strip("*").casefold()
