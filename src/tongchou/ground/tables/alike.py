"""Rows of a table that no word tells apart, numbered: whoever asks for their words asks once for all that are alike."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tongchou.ground.tables.shape import NESTED, TEXTS, WORDS, Table
from tongchou.ground.tables.vectors import given

Codes = NDArray[np.int32]
WORTH = 8
"""Rows that must be alike, on average, for numbers to be of use."""
_WIDEST = 2**62


def alike(table: Table, rows: pa.Table) -> Codes | None:
    """A number for each row of a conformed table, counted up as they come; the same for rows with the same words, lists
    of texts and facts, and with the same cells empty. None where too few are alike (`WORTH`)."""
    together, wide = np.zeros(len(rows), dtype=np.int64), 1
    for codes in _columns(table, rows):
        if wide * (int(codes.max(initial=0)) + 1) > _WIDEST:
            together, wide = _counted_up(together)
        count = int(codes.max(initial=0)) + 1
        together, wide = together * count + codes, wide * count
    found, kinds = _counted_up(together)
    return found.astype(np.int32) if kinds * WORTH <= len(rows) else None


def counted_up(numbers: NDArray[np.int32]) -> Codes:
    """The same numbered anew without gaps, in the order in which they come up."""
    return _counted_up(numbers)[0].astype(np.int32)


def _counted_up(numbers: NDArray[np.generic]) -> tuple[NDArray[np.int64], int]:
    coded = pa.array(numbers).dictionary_encode()
    return coded.indices.to_numpy().astype(np.int64), len(coded.dictionary)


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
