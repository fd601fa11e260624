"""Cells of Arrow arrays as numpy sees them."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]


def numbers(cells: pa.Array | pa.ChunkedArray) -> tuple[Ints, Flags]:
    """The numbers of a canonical column, 0 for an empty cell, and which cells are filled.

    Fen and counts as they are, dates in days and times in microseconds since 1970, decimals in their last place.
    """
    if isinstance(cells, pa.ChunkedArray):
        parts = [numbers(chunk) for chunk in cells.chunks]
        if not parts:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.bool_)
        return np.concatenate([values for values, _ in parts]), np.concatenate([filled for _, filled in parts])
    if cells.null_count == len(cells):
        return np.zeros(len(cells), dtype=np.int64), np.zeros(len(cells), dtype=np.bool_)
    values = _values(cells)
    filled = given(cells)
    return (values if cells.null_count == 0 else np.where(filled, values, 0)), filled


def given(cells: pa.Array | pa.ChunkedArray) -> Flags:
    """Which cells are filled."""
    if cells.null_count == 0:
        return np.ones(len(cells), dtype=np.bool_)
    return np.asarray(pc.is_valid(cells), dtype=np.bool_)


def _values(cells: pa.Array) -> Ints:
    if pa.types.is_decimal(cells.type):
        # Eighteen digits fit the lower half of the 128 bits.
        halves = np.frombuffer(cells.buffers()[1], dtype="<i8")
        return halves[2 * cells.offset : 2 * (cells.offset + len(cells)) : 2]
    stored = np.dtype("<i4" if pa.types.is_date32(cells.type) else "<i8")
    values = np.frombuffer(cells.buffers()[1], dtype=stored)[cells.offset : cells.offset + len(cells)]
    return values.astype(np.int64, copy=False)
