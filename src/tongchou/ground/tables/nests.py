"""A look at columns of lists and maps, as `looks` has for single values."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tongchou.ground.tables.looks import Look, is_text, wholes
from tongchou.ground.tables.shape import FENS, TEXT, Column
from tongchou.ground.tables.values import Fault, reader
from tongchou.ground.tables.vectors import Flags, Ints, given

_WORD = reader(Column("", TEXT, "", "", "", "", required=True))


def lists(column: Column, kind: pa.DataType, cells: pa.Array) -> Look:
    """Lists of texts; no list is an empty one."""
    t = pa.types
    if not (t.is_list(cells.type) or t.is_large_list(cells.type)) or not is_text(cells.type.value_type):
        return None
    ends = _ends(cells)
    if ends is None:
        return None
    texts = cells.values.slice(ends[0], ends[-1] - ends[0]).cast(pa.string())
    _, unsound = _words(texts)
    found = pa.ListArray.from_arrays(_offsets(ends), texts)
    return found, _rows_with(unsound, ends)


def maps(column: Column, kind: pa.DataType, cells: pa.Array) -> Look:
    """Maps from texts to texts or whole numbers; no map is an empty one. A key that stands twice is doubtful."""
    if not pa.types.is_map(cells.type) or not is_text(cells.type.key_type):
        return None
    ends = _ends(cells)
    if ends is None:
        return None
    inner = slice(ends[0], ends[-1])
    keys, items = cells.keys[inner].cast(pa.string()), cells.items[inner]
    if column.type == FENS:
        looked = wholes(column, kind.item_type, items)
    else:
        looked = (items.cast(pa.string()), _words(items)[1]) if is_text(items.type) else None
    if looked is None:
        return None
    values, unsound = looked
    codes, odd = _words(keys)
    unsound = unsound | ~given(values) | odd | _again(codes, ends)
    return pa.MapArray.from_arrays(_offsets(ends), keys, values), _rows_with(unsound, ends)


def _ends(cells: pa.Array) -> Ints | None:
    """Where each list begins and the last one ends; `None` when something stands behind an empty cell."""
    ends = cells.offsets.to_numpy().astype(np.int64)
    return None if (np.diff(ends)[~given(cells)] > 0).any() else ends


def _offsets(ends: Ints) -> pa.Array:
    return pa.array((ends - ends[0]).astype(np.int32))


def _owners(ends: Ints) -> Ints:
    return np.repeat(np.arange(len(ends) - 1), np.diff(ends))


def _rows_with(marked: Flags, ends: Ints) -> Flags:
    rows = np.zeros(len(ends) - 1, dtype=np.bool_)
    rows[_owners(ends)[marked]] = True
    return rows


def _words(texts: pa.Array) -> tuple[NDArray[np.int64], Flags]:
    """A number for each text, and which are empty or unsound; each distinct one is read once."""
    coded = texts.dictionary_encode()
    which = coded.indices.cast(pa.int64()).fill_null(len(coded.dictionary)).to_numpy()
    return which, np.array([not _is_sound(word) for word in (*coded.dictionary.to_pylist(), None)])[which]


def _is_sound(word: object) -> bool:
    try:
        _WORD(word)
    except Fault:
        return False
    return True


def _again(codes: Ints, ends: Ints) -> Flags:
    """Which keys stand in their map a second time."""
    pairs = _owners(ends) * (codes.max(initial=0) + 1) + codes
    again = np.ones(len(pairs), dtype=np.bool_)
    again[np.unique(pairs, return_index=True)[1]] = False
    return again
