"""A look at a whole column: its cells in the canonical type, and which of them it cannot vouch for.

What a look does not doubt is empty, or a sound cell that the row reader reads as the very same value. It may doubt too
much: doubtful cells are read one by one. `None` stands for a type that has no look.
"""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.ground.money import MAX_FEN
from tongchou.ground.tables.shape import INT, Column
from tongchou.ground.tables.values import FIRST_DAY, LAST_DAY
from tongchou.ground.tables.vectors import Flags, numbers

Look: TypeAlias = tuple[pa.Array, Flags] | None

_PLAIN = "^[!-~]([ -~]*[!-~])?$"
_EPOCH = date(1970, 1, 1)
_FIRST, _LAST = (FIRST_DAY - _EPOCH).days, (LAST_DAY - _EPOCH).days
_DAY = 86_400_000_000  # microseconds


def texts(column: Column, kind: pa.DataType, cells: pa.Array) -> Look:
    """ASCII without blanks at either end; closed lists of words and other scripts are for the row reader."""
    if column.values or not is_text(cells.type):
        return None
    found = cells.cast(kind)
    # The slower look is for columns with a byte that is a blank, a control or not ASCII.
    if pc.min(pc.binary_length(found)).as_py() and _dense(found):
        return found, np.zeros(len(found), dtype=np.bool_)
    return found, ~np.asarray(pc.match_substring_regex(found, _PLAIN).fill_null(True), dtype=np.bool_)


def is_text(kind: pa.DataType) -> bool:
    """Whether Arrow can work on arrays of this type as texts; on views of texts it mostly cannot."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _dense(found: pa.Array) -> bool:
    ends = np.frombuffer(found.buffers()[1], dtype=np.int32)[found.offset : found.offset + len(found) + 1]
    letters = np.frombuffer(found.buffers()[2], dtype=np.uint8)[ends[0] : ends[-1]]
    return bool((letters - np.uint8(ord("!")) <= ord("~") - ord("!")).all())


def wholes(column: Column, kind: pa.DataType, cells: pa.Array) -> Look:
    """Fen and counts: integers, and decimals without places."""
    t = pa.types
    if not t.is_integer(cells.type) and not (t.is_decimal(cells.type) and cells.type.scale == 0):
        return None
    most = 2**63 - 1 if column.type == INT else MAX_FEN
    low = -most if column.low is None else int(column.low)
    high = most if column.high is None else int(column.high)
    return _within(cells, kind, low, high, [word for word in column.aliases if isinstance(word, int)])


def decimals(column: Column, kind: pa.DataType, cells: pa.Array) -> Look:
    """Decimals of any digits, as long as none is lost."""
    if not pa.types.is_decimal(cells.type):
        return None
    unit = 10**kind.scale
    low = -(10**kind.precision) if column.low is None else int(column.low * unit)
    high = 10**kind.precision if column.high is None else int(column.high * unit)
    return _within(cells, kind, low, high)


def dates(column: Column, kind: pa.DataType, cells: pa.Array) -> Look:
    """Days; times at midnight are few enough to be read by themselves."""
    return _within(cells, kind, _FIRST, _LAST) if pa.types.is_date32(cells.type) else None


def times(column: Column, kind: pa.DataType, cells: pa.Array) -> Look:
    """Times without zone, of any unit, as long as nothing is lost."""
    if not pa.types.is_timestamp(cells.type) or cells.type.tz is not None:
        return None
    return _within(cells, kind, _FIRST * _DAY, (_LAST + 1) * _DAY - 1)


def _within(cells: pa.Array, kind: pa.DataType, low: int, high: int, odd: list[int] | None = None) -> Look:
    try:
        found = cells.cast(kind)
    except pa.ArrowInvalid:  # something would be lost
        return None
    values, filled = numbers(found)
    doubtful = (values < low) | (values > high)
    if odd:
        doubtful |= np.isin(values, odd)
    return found, doubtful & filled
