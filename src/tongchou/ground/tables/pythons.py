"""Cells of Arrow as Python values. Arrow holds days and times that Python's calendar has no value for."""

from __future__ import annotations

from typing import Any

import pyarrow as pa


class OffTheCalendar(str):
    """A day or time after the year 9999 or before the year 1, or finer than Python's, as Arrow prints it.

    The row reader finds no date in it and no text either, so its row is rejected with row and column.
    """


def python_values(cells: pa.Array | pa.ChunkedArray) -> list[Any]:
    """Each cell as a Python value. Raises what Arrow raises for a type that Python cannot hold at all."""
    values: list[Any]
    if not is_time(cells.type):
        values = cells.to_pylist()
        return values
    try:
        values = cells.to_pylist()
    except (ValueError, OverflowError):
        values = [python_value(cell) for cell in cells]
    return values


def python_value(cell: pa.Scalar) -> Any:
    """One cell of a type that `check_fits_python` has passed, a day or time off the calendar as `OffTheCalendar`."""
    try:
        return cell.as_py()
    except (ValueError, OverflowError):
        return OffTheCalendar(cell.cast(pa.string()).as_py())


def is_time(kind: pa.DataType) -> bool:
    return bool(pa.types.is_timestamp(kind) or pa.types.is_date(kind))
