"""Table files: which are in a folder, and what stands in their cells before any of it is believed.

CSV and JSON Lines are UTF-8 (a byte order mark is allowed). Rows count from 1; a CSV header is not counted, a row of
JSON Lines is its line.
"""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tongchou.ground.errors import Place, Problem, ProblemError, fail
from tongchou.ground.reasons import why
from tongchou.ground.tables.canon import TABLES
from tongchou.ground.tables.shape import Table
from tongchou.ground.tables.values import parse_json, shown

FORMATS = ("parquet", "csv", "jsonl")


@dataclass
class Raw:
    """The cells of one file: a row number and a dict of raw cells for each row, and the rows that could not be cut."""

    rows: list[tuple[int, dict[str, object]]] = field(default_factory=list)
    broken: list[Problem] = field(default_factory=list)


def find(folder: Path, required: Sequence[str]) -> dict[str, Path]:
    """The one file of each table in `folder`. `ProblemError` with every fault: T101, T105, T106, T107."""
    try:
        entries = sorted(path for path in folder.iterdir() if path.suffix.lower().lstrip(".") in FORMATS)
    except OSError:
        raise fail("T101", Place(file=str(folder)), folder=folder) from None
    found: dict[str, list[Path]] = {}
    problems: list[Problem] = []
    for path in entries:
        if path.stem in TABLES and path.suffix.islower():
            found.setdefault(path.stem, []).append(path)
        else:
            near = nearest(path.stem.lower(), TABLES)
            problems.append(Problem("T107", Place(file=path.name), {"file": shown(path.name), "near": near}))
    for name, paths in found.items():
        if len(paths) > 1:
            problems.append(Problem("T105", Place(table=name), {"files": ", ".join(path.name for path in paths)}))
    problems += [Problem("T106", Place(table=name), {"table": name}) for name in required if name not in found]
    if problems:
        raise ProblemError(*problems)
    return {name: paths[0] for name, paths in found.items()}


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name most like `name`, or all of them when none is like it."""
    names = list(known)
    return next(iter(difflib.get_close_matches(name, names, 1)), "") or "、".join(names)


def load(table: Table, path: Path) -> Raw:
    """The raw cells of one file. `ProblemError` when the file as a whole cannot be used (T102…T112)."""
    return {".parquet": _parquet, ".csv": _csv, ".jsonl": _jsonl}[path.suffix](table, path)


def check_columns(table: Table, names: Sequence[str], path: Path) -> None:
    """Refuse unknown, repeated and missing columns, all at once: T108, T109, T110."""
    problems = []
    for position, name in enumerate(names):
        if name not in table.names:
            problems.append(Problem("T108", Place(file=path.name, line=1, key=name), unknown_column(table, name)))
        elif name in names[:position]:
            problems.append(Problem("T109", Place(file=path.name, line=1, key=name), {"name": name}))
    for column in table.columns:
        if column.required and column.name not in names:
            problems.append(Problem("T110", Place(file=path.name, line=1, key=column.name), {"name": column.name}))
    if problems:
        raise ProblemError(*problems)


def unknown_column(table: Table, name: str) -> dict[str, object]:
    """Details of “no such column”; a national field name is answered with our column."""
    ours = next((column.name for column in table.columns if column.national == name), None)
    return {"name": shown(name), "near": ours or nearest(name, table.names)}


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise fail("T102", Place(file=path.name), **why(error)) from None


def _decoded(path: Path) -> str:
    data = _bytes(path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        start = error.start
    line = data.count(b"\n", 0, start) + 1
    try:
        chinese = any("一" <= c <= "鿿" for c in data.decode("gb18030"))
    except UnicodeDecodeError:
        chinese = False
    raise fail("T104" if chinese else "T103", Place(file=path.name, line=line), line=line, byte=start + 1)


def _csv(table: Table, path: Path) -> Raw:
    lines = csv.reader(io.StringIO(_decoded(path), newline=""), strict=True)
    raw = Raw()
    try:
        header = next(lines, None)
        if not header:
            raise fail("T112", Place(file=path.name, line=1))
        check_columns(table, header, path)
        for number, cells in enumerate(lines, 1):
            if len(cells) == len(header):
                raw.rows.append((number, dict(zip(header, cells, strict=True))))
            elif cells:
                details = {"cells": len(cells), "columns": len(header), "value": shown(",".join(cells))}
                raw.broken.append(Problem("T120", Place(table=table.name, row=number), details))
    except csv.Error as error:
        line = lines.line_num
        raise fail("T111", Place(file=path.name, line=line), line=line, **why(error)) from None
    return raw


def _jsonl(table: Table, path: Path) -> Raw:
    raw = Raw()
    for number, line in enumerate(_decoded(path).split("\n"), 1):
        if not line.strip():
            continue
        place = Place(table=table.name, row=number)
        try:
            row = parse_json(line)
        except ValueError as error:
            raw.broken.append(
                Problem("T121", place, {**why(error, "不合 JSON 的写法,或同一个键写了两次"), "value": shown(line)})
            )
            continue
        if isinstance(row, dict):
            raw.rows.append((number, row))
        else:
            raw.broken.append(
                Problem(
                    "T121", place, {"reason": "是单个值或列表", "reason_en": type(row).__name__, "value": shown(line)}
                )
            )
    return raw


def _parquet(table: Table, path: Path) -> Raw:
    from tongchou.ground.tables.parquet import cells, content

    return Raw(cells(content(table, path)))
