"""Names as 64-bit numbers that are the same in every run and on every machine.

Equal names have equal numbers. Two different names may share one; whoever uses the numbers takes them for one name, and
must be sound all the same: here that only ever brings rows together and never parts them.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Names = np.ndarray[Any, np.dtype[np.uint64]]

MISSING = np.uint64(0)
"""The number of an empty cell; no name has it."""

_U = np.uint64
_LOW_BYTES = np.array([2 ** (8 * n) - 1 for n in range(9)], dtype=np.uint64)


def texts(column: Any) -> Any:
    """A column of texts, however stored, as plain strings; every cell is empty when it holds something else."""
    if not is_text(column.type):
        return pa.nulls(len(column), pa.string())
    return column if pa.types.is_string(column.type) else column.cast(pa.string())


def is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def names(column: pa.Array, kind: str) -> Names:
    """The number of the name in every cell of one array; `kind` keeps a person apart from a claim of the same name."""
    found = texts(column)
    if found.null_count:
        found = pc.fill_null(found, "")
    _, offsets, data = found.buffers()
    at = np.frombuffer(offsets, np.int32, len(found) + 1, found.offset * 4).astype(np.int64)
    padded = np.zeros(at[-1] - at[0] + 8, dtype=np.uint8)  # so that eight bytes can be read at the last of them
    if at[-1] > at[0]:
        padded[:-8] = np.frombuffer(data, np.uint8)[at[0] : at[-1]]
    words = np.ndarray((len(padded) - 7,), "<u8", padded, strides=(1,))
    start, length = at[:-1] - at[0], np.diff(at)
    number = length.astype(np.uint64) + _seed(kind)
    wide = int(length[0]) if len(length) else 0
    if wide and (length == wide).all():  # as ids mostly are: then they lie at even distances
        for done in range(0, wide, 8):
            word = np.ndarray((len(length),), "<u8", padded, done, (wide,))
            number = mixed(number ^ (word & _LOW_BYTES[min(wide - done, 8)]))
        return np.asarray(np.maximum(number, _U(1)))
    rows, done = np.flatnonzero(length), 0
    while len(rows):
        rest = length[rows] - done
        word = words[start[rows] + done] & _LOW_BYTES[np.minimum(rest, 8)]
        number[rows] = mixed(number[rows] ^ word)
        rows, done = rows[rest > 8], done + 8
    return np.where(length == 0, MISSING, np.maximum(number, _U(1)))


def distinct(numbers: Names) -> tuple[Names, Any]:
    """The different numbers in order, and for each number its place among them."""
    # The lines of a claim stand together in most files, so there are far fewer runs than numbers.
    heads = np.append(True, numbers[1:] != numbers[:-1])[: len(numbers)]
    found, back = np.unique(numbers[heads], return_inverse=True)
    return found, back[np.cumsum(heads) - 1]


def in_order(numbers: list[Names]) -> Names:
    """Every number once, from the smallest. The list is emptied, so that memory holds them but once."""
    found = np.concatenate([*numbers, np.zeros(0, np.uint64)])
    numbers.clear()
    found.sort()
    first: Any = np.append(True, found[1:] != found[:-1])[: len(found)]
    return np.asarray(found[first])


def among(asked: Names, known: Names) -> Any:
    """Which of the names asked for are known; `known` is in order."""
    if not len(known):
        return np.zeros(len(asked), dtype=np.bool_)
    return known[np.minimum(np.searchsorted(known, asked), len(known) - 1)] == asked


def mixed(number: Names) -> Names:
    """Every bit of a number spread over all its bits (the finaliser of SplitMix64, Steele and others 2014)."""
    number = number + _U(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        number ^= number >> _U(shift)
        number *= _U(factor)
    number ^= number >> _U(31)
    return number


def _seed(kind: str) -> np.uint64:
    return _U(int.from_bytes(blake2b(kind.encode(), digest_size=8).digest(), "little"))
