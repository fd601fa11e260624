"""Exact sums of whole numbers by group. Groups are numbered from 0 in the order in which they first come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from tongchou.engines.benefits.bulk.columns import codes, numbers

Numbers = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Groups:
    """Rows that belong together: `of` has the group of each row, `first` the first row of each group."""

    of: Numbers
    first: Numbers

    def sums(self, amounts: Numbers) -> Numbers:
        """The sum of each group."""
        found = np.zeros(len(self.first), dtype=amounts.dtype)
        np.add.at(found, self.of, amounts)
        return found

    def count(self, which: Numbers | slice = slice(None)) -> Numbers:
        """How many rows of each group there are, among these."""
        return np.bincount(self.of[which], minlength=len(self.first))


def grouped(*keys: Numbers) -> Groups:
    """Rows grouped by columns of small numbers that are not negative."""
    key = keys[0]
    for more in keys[1:]:
        key = key * (int(more.max(initial=0)) + 1) + more
    of = np.asarray(pa.array(key).dictionary_encode().indices)
    first = np.zeros(int(of.max(initial=-1)) + 1, dtype=np.int64)
    first[of[::-1]] = np.arange(len(of))[::-1]  # of the rows of a group, the earliest is written last
    return Groups(of, first)


def grouped_by(*columns: pa.ChunkedArray) -> tuple[Groups, list[tuple[Any, ...]]]:
    """Rows grouped by columns of texts, and the texts of each group."""
    found = grouped(*(codes(column) for column in columns))
    first = pa.array(found.first)
    return found, list(zip(*(column.take(first).to_pylist() for column in columns), strict=True))


def whole(column: pa.ChunkedArray) -> Numbers:
    """A column of amounts (no cell empty) whose sums, and thousandths of whose sums, are exact.

    int64 while they surely fit; Python's integers otherwise, which are slow and never wrong.
    """
    amounts = numbers(column)
    most = max(int(amounts.max(initial=0)), -int(amounts.min(initial=0)))
    return amounts if most * len(amounts) * 1000 < 2**63 else amounts.astype(object)


def flat(payments: pa.ChunkedArray) -> tuple[Numbers, pa.ChunkedArray, Numbers]:
    """Maps of payments one after another: the row, the layer and the amount of each payment."""
    maps = payments.combine_chunks()
    offsets = np.asarray(maps.offsets)
    inside = slice(int(offsets[0]), int(offsets[-1]))
    rows = np.repeat(np.arange(len(maps)), np.diff(offsets))
    return rows, pa.chunked_array([maps.keys[inside]]), whole(pa.chunked_array([maps.items[inside]]))
