"""Columns of whole numbers, multiplied and divided exactly: in int64 where it provably suffices, else as Python's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Factor = Any
"""A whole number, or a column of them."""
SAFE = 1 << 61
"""Products below this may be doubled in int64."""
BLOCK = 1 << 18
"""Rows that are held as Python's numbers at once."""


def ratio(above: Sequence[Factor], below: Sequence[Factor], rows: int, mode: str = "half_up") -> Ints:
    """∏ above ÷ ∏ below, whole, each row rounded once; nothing below is zero or negative, nothing above negative.

    Raises OverflowError where a result is beyond int64, and never gives a wrong one.

    >>> ratio([np.array([10**15, 7]), 10**6], [np.array([10**4, 2 * 10**6])], 2).tolist()
    [100000000000000000, 4]
    """
    if _bound(above) < SAFE and _bound(below) < SAFE:
        return _whole(_product(above, rows, False), _product(below, rows, False), mode)
    found = np.empty(rows, dtype=np.int64)
    for start in range(0, rows, BLOCK):
        rows_here = slice(start, min(start + BLOCK, rows))
        size = rows_here.stop - start
        tops, bottoms = ([_cut(factor, rows_here) for factor in side] for side in (above, below))
        wide = _bound(tops) >= SAFE or _bound(bottoms) >= SAFE
        found[rows_here] = _whole(_product(tops, size, wide), _product(bottoms, size, wide), mode)
    return found


def total(column: Ints) -> int:
    """The sum of a column, whatever its size."""
    return totals(np.zeros(len(column), dtype=np.int64), column, 1)[0]


def totals(codes: Ints, column: Ints, size: int) -> list[int]:
    """The sum of a column for each code from 0 to `size` - 1, exactly."""
    if len(column) == 0:
        return [0] * size
    found = [0] * size
    # Halves of 31 bits: no sum of fewer than 2**32 rows leaves int64.
    high, low = column >> 31, column & ((1 << 31) - 1)
    for part, weight in ((high, 1 << 31), (low, 1)):
        sums = np.zeros(size, dtype=np.int64)
        np.add.at(sums, codes, part)
        for i, value in enumerate(sums.tolist()):
            found[i] += value * weight
    return found


def spread(amounts: Sequence[int], cells: Ints, weights: Ints) -> Ints:
    """The amount of each cell over its rows as their weights are, to the last unit by largest remainder; of equal
    remainders the earlier row has it. A cell whose weights are all nothing gives nothing.

    >>> spread([100, 7], np.array([0, 0, 0, 1]), np.array([1, 1, 1, 5])).tolist()
    [34, 33, 33, 7]
    """
    rows, sums = len(cells), totals(cells, weights, len(amounts))
    found, rests = np.zeros(rows, dtype=np.int64), np.zeros(rows, dtype=np.int64)
    amount, whole = np.array(amounts, dtype=object), np.array([max(s, 1) for s in sums], dtype=object)
    for start in range(0, rows, BLOCK):
        here = slice(start, min(start + BLOCK, rows))
        at = cells[here]
        product, below = weights[here].astype(object) * amount[at], whole[at]
        floors = product // below
        found[here], rests[here] = floors.astype(np.int64), (product - floors * below).astype(np.int64)
    order = np.lexsort((-rests, cells))
    sizes = np.bincount(cells, minlength=len(amounts))
    starts = np.cumsum(sizes) - sizes
    given = totals(cells, found, len(amounts))
    left = np.array([a - g if s else 0 for a, g, s in zip(amounts, given, sums, strict=True)], dtype=np.int64)
    place = np.arange(rows) - np.repeat(starts, sizes)
    found[order[place < np.repeat(left, sizes)]] += 1
    return found


def _cut(factor: Factor, rows: slice) -> Factor:
    return factor[rows] if isinstance(factor, np.ndarray) else factor


def _bound(factors: Sequence[Factor]) -> int:
    bound = 1
    for factor in factors:
        if isinstance(factor, np.ndarray):
            bound *= max(int(factor.max()), 1) if len(factor) else 1
        else:
            bound *= max(int(factor), 1)
    return bound


def _product(factors: Sequence[Factor], rows: int, wide: bool) -> Any:
    product: Any = np.ones(rows, dtype=object if wide else np.int64)
    for factor in factors:
        column = factor.astype(object) if wide and isinstance(factor, np.ndarray) else factor
        product = product * column
    return product


def _whole(above: Any, below: Any, mode: str) -> Ints:
    if mode == "half_up":
        found = (2 * above + below) // (2 * below)
    elif mode == "down":
        found = above // below
    elif mode == "up":
        found = (above + below - 1) // below
    else:
        raise ValueError(f"unknown rounding mode {mode!r}")
    return np.asarray(found).astype(np.int64)
