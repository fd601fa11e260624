"""Parquet files as they are: whole columns as Arrow holds them, and chosen rows as Python values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tongchou.ground.errors import Place, Problem, ProblemError, fail
from tongchou.ground.reasons import why
from tongchou.ground.tables.canon import SETTLING, TABLES
from tongchou.ground.tables.files import check_columns, find
from tongchou.ground.tables.pythons import is_time, python_value, python_values
from tongchou.ground.tables.shape import Table

ROW = "_row"
"""The column with the number of a row in its file, from 1, where a table is a share of one."""


def load_arrow(folder: Path, required: Sequence[str] = SETTLING) -> dict[str, pa.Table] | None:
    """Every canonical table of a folder of Parquet files, cell for cell; `None` when one of them is CSV or JSON Lines.

    Row i of a table is row i + 1 of its file. Words come dictionary-encoded. On `None` the
    caller uses `read_tables`, which reads every format and raises the same `ProblemError` for the same folder.
    """
    paths = find(folder, required)
    if any(path.suffix != ".parquet" for path in paths.values()):
        return None
    contents: dict[str, pa.Table] = {}
    faults: list[Problem] = []
    for table in TABLES.values():
        if table.name in paths:
            try:
                contents[table.name] = content(table, paths[table.name])
            except ProblemError as error:
                faults += error.problems
    if faults:
        raise ProblemError(*faults)
    return contents


def content(table: Table, path: Path) -> pa.Table:
    """What one file holds. `ProblemError` when it cannot be used as a whole: T102, T108, T109, T110."""
    words = [column.name for column in table.columns if column.is_word]
    try:
        with pa.memory_map(str(path)) as file:
            found = pq.read_table(file, read_dictionary=words)
        check_columns(table, found.column_names, path)
        found.validate(full=True)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise fail("T102", Place(file=path.name), **why(error)) from None
    check_fits_python(found, path.name)
    return found


def check_fits_python(found: pa.Table, file: str) -> None:
    """`ProblemError` T102 for this file when a column is of a type that Python has no values for, as an unknown zone.

    A single day or time off Python's calendar is no fault of the file: its row is rejected when it is read.
    """
    try:
        for column in found.columns:
            _fit_python(column)
    except (pa.ArrowException, ValueError, OverflowError) as error:
        raise fail("T102", Place(file=file), **why(error)) from None


def check_fit_python(contents: Mapping[str, pa.Table]) -> None:
    """`check_fits_python` of tables by name."""
    for name, found in contents.items():
        check_fits_python(found, f"{name}.parquet")


def cells(
    found: pa.Table, chosen: NDArray[np.int64] | Sequence[int] | None = None
) -> list[tuple[int, dict[str, object]]]:
    """Rows as Python values by column, each with its number from 1: the chosen (indices from 0, ascending), or all.

    The rows of a share of a file have their numbers in `_row`, and come in the order of the file.
    """
    names = [name for name in found.column_names if name != ROW]
    rows = list(range(len(found)) if chosen is None else map(int, chosen))
    columns = [_values(_decoded(found[name]), rows) for name in names if rows]
    values = (dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))
    if ROW not in found.column_names:
        return [(row + 1, own) for row, own in zip(rows, values, strict=True)]
    return sorted(zip(_values(found[ROW], rows), values, strict=True), key=lambda row: row[0])


def _decoded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Texts as themselves: Python asks a dictionary for each cell anew, which takes ten times as long."""
    coded = pa.types.is_dictionary(column.type) and pa.types.is_string(column.type.value_type)
    return column.cast(pa.string()) if coded else column


def _values(column: pa.ChunkedArray, rows: list[int]) -> list[Any]:
    values: list[Any]
    if len(rows) == len(column):
        values = python_values(column)
        return values
    picked = np.zeros(len(column), dtype=np.bool_)
    picked[rows] = True
    try:
        values = python_values(column.filter(pa.array(picked)))
    except pa.ArrowNotImplementedError:  # Arrow filters no views of texts
        values = [python_value(column[row]) for row in rows]
    return values


def _fit_python(column: pa.ChunkedArray) -> None:
    """Raise what turning the cells into Python values would raise, whatever the day or time."""
    if is_time(column.type):
        pa.scalar(0, column.type).as_py()
    elif not _always_fits(column.type):
        column.to_pylist()


def _always_fits(kind: pa.DataType) -> bool:
    t = pa.types
    if t.is_dictionary(kind) or t.is_list(kind) or t.is_large_list(kind):
        return _always_fits(kind.value_type)
    if t.is_map(kind):
        return _always_fits(kind.key_type) and _always_fits(kind.item_type)
    tests = (t.is_integer, t.is_floating, t.is_boolean, t.is_decimal, t.is_string, t.is_large_string, t.is_null)
    return any(test(kind) for test in tests)
