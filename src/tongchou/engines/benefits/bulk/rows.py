"""Rows of canonical tables as the readers of files give them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tongchou.engines.benefits.from_tables import Row


def some(table: pa.Table, rows: NDArray[Any]) -> pa.Table:
    """A few rows, in the order of the table: to take them would copy a table that is in pieces as a whole first."""
    chosen = np.zeros(len(table), dtype=np.bool_)
    chosen[rows] = True
    return table.filter(pa.array(chosen))


def rows_of(table: pa.Table) -> list[Row]:
    """Each row by the names of its columns: maps as dicts, empty lists and maps where there is nothing."""
    columns = [_cells(column) for column in table.columns]
    names = table.column_names
    rows = [dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True)]
    if "_row" not in names:
        for number, row in enumerate(rows, 1):
            row["_row"] = number
    return rows


def _cells(column: pa.ChunkedArray) -> list[Any]:
    """The values of a column. Arrow makes each cell an object of its own before it makes it one of Python's; NumPy,
    where it has the same values, does not."""
    kind = column.type
    if pa.types.is_map(kind):
        return _nested(column, dict)
    if pa.types.is_list(kind):
        return _nested(column, list)
    if column.null_count == len(column):
        return [None] * len(column)
    found: list[Any]
    if pa.types.is_string(kind) or (pa.types.is_integer(kind) and not column.null_count):
        found = column.to_numpy().tolist()
    elif pa.types.is_date32(kind) or (pa.types.is_timestamp(kind) and kind.unit == "us" and kind.tz is None):
        found = column.to_numpy().astype(object).tolist()
    else:
        found = column.to_pylist()
    return found


def _nested(column: pa.ChunkedArray, make: Callable[..., Any]) -> list[Any]:
    """Lists or maps, of which most have nothing in them."""
    whole = column.combine_chunks()
    found = [make() for _ in range(len(whole))]
    for at in np.flatnonzero(np.diff(np.asarray(whole.offsets))).tolist():
        found[at] = make(whole[at].as_py())
    return found
