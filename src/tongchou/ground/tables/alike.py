"""Rows of a table that no word tells apart, numbered: whoever asks for their words asks once for all that are alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tongchou.ground.tables.shape import NESTED, TEXTS, WORDS, Table
from tongchou.ground.tables.vectors import Ints, given

Codes = NDArray[np.int32]
WORTH = 8
"""Rows that must be alike, on average, for numbers to be of use."""
_WIDEST = 2**62


@dataclass(frozen=True)
class Alike:
    """`of`: a number for each row of a table, counted up as they come; `rows`: the first row with each."""

    of: Codes
    rows: pa.Table

    def without(self, chosen: Ints) -> Alike:
        """That of the rows that are not `chosen` (from 0), numbered anew without gaps."""
        left, numbers = _counted_up(np.delete(self.of, chosen))
        return Alike(left, self.rows.take(numbers))


def alike(table: Table, rows: pa.Table) -> Alike | None:
    """Rows of a conformed table are of one kind when they have the same words, lists of texts and facts, and the same
    cells empty. None where too few are alike (`WORTH`)."""
    together, wide = np.zeros(len(rows), dtype=np.int64), 1
    for codes in _columns(table, rows):
        count = int(codes.max(initial=0)) + 1
        if wide * count > _WIDEST:
            fewer, numbers = _counted_up(together)
            together, wide = fewer.astype(np.int64), len(numbers)
        together, wide = together * count + codes, wide * count
    of, numbers = _counted_up(together)
    if len(numbers) * WORTH > len(rows):
        return None
    first = np.zeros(len(rows), dtype=np.bool_)
    first[np.searchsorted(np.maximum.accumulate(of), np.arange(len(numbers)))] = True
    kept = rows.filter(pa.array(first))
    texts = [_plain(column) for column in kept.columns]
    return Alike(of, pa.table(texts, kept.column_names))


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def _counted_up(numbers: NDArray[Any]) -> tuple[Codes, pa.Array]:
    """Numbers as others without gaps, in the order in which they come up, and which each of these was."""
    coded = pa.array(numbers).dictionary_encode()
    return coded.indices.to_numpy().astype(np.int32), coded.dictionary


def _columns(table: Table, rows: pa.Table) -> Iterator[Codes]:
    """What stands in each column as numbers: of words which, of all others whether anything."""
    for column in table.columns:
        cells = rows[column.name].combine_chunks()
        if column.type == WORDS:
            yield from _entries(cells)
        elif column.type == TEXTS:
            yield _codes(pc.binary_join(cells, "\x1f"))
        elif column.type in NESTED:
            yield (np.diff(cells.offsets.to_numpy()) > 0).astype(np.int32)
        elif column.is_word:
            yield _codes(cells)
        elif cells.null_count not in (0, len(cells)):
            yield given(cells).astype(np.int32)


def _codes(cells: pa.Array) -> Codes:
    """Texts as numbers from 1 in the order in which they come up; 0 for an empty cell."""
    coded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
    return np.asarray(coded.indices.fill_null(-1).to_numpy(), dtype=np.int32) + np.int32(1)


def _entries(cells: pa.MapArray) -> Iterator[Codes]:
    """What stands in maps under each of their keys, which a conformed map has once."""
    ends = cells.offsets.to_numpy()
    row = np.repeat(np.arange(len(cells)), np.diff(ends))
    keys, items = (_codes(entries[ends[0] : ends[-1]]) for entries in (cells.keys, cells.items))
    for key in range(1, int(keys.max(initial=0)) + 1):
        mine = keys == key
        codes = np.zeros(len(cells), dtype=np.int32)
        codes[row[mine]] = items[mine]
        yield codes
