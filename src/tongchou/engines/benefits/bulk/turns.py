"""Rows in the order in which their claims settle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from tongchou.engines.benefits.bulk.columns import Numbers

_SECOND = 1_000_000  # microseconds
_MOST_BITS = 63


def in_turn(ids: pa.ChunkedArray, *keys: Numbers) -> Numbers:
    """Rows in the order of these keys, the first above all, and by id where they are the same."""
    if _in_turn(ids, keys):
        return np.arange(len(ids))
    order = _by(keys)
    same = np.ones(max(0, len(order) - 1), dtype=np.bool_)
    for key in keys:
        there = key[order]
        same &= there[1:] == there[:-1]
    tied = np.flatnonzero(np.append(same, False) | np.append(False, same)[: len(order)])
    rows = order[tied]
    by_id = np.empty(len(rows), dtype=np.int64)
    by_id[pc.sort_indices(ids.take(pa.array(rows))).to_numpy()] = np.arange(len(rows))
    order[tied] = rows[np.lexsort((by_id, *(key[rows] for key in keys[::-1])))]
    return order


def _in_turn(ids: pa.ChunkedArray, keys: Sequence[Numbers]) -> bool:
    """Whether the rows stand in this order as they are, as those of a lake do. Ids are compared where all else is the
    same, which is seldom."""
    same = np.ones(max(0, len(ids) - 1), dtype=np.bool_)
    for key in keys:
        if (same & (key[1:] < key[:-1])).any():
            return False
        same &= key[1:] == key[:-1]
    tied = np.flatnonzero(same)
    if not len(tied):
        return True
    one, other = (ids.take(pa.array(rows)) for rows in (tied, tied + 1))
    return bool(pc.all(pc.less_equal(one, other)).as_py())


def _by(keys: Sequence[Numbers]) -> Numbers:
    """Rows in the order of these keys, those that are equal as they stand."""
    count = len(keys[0])
    bits, together = count.bit_length(), np.zeros(count, dtype=np.int64)
    for key in keys:
        low, high = int(key.min()), int(key.max())
        each = _SECOND if (low % _SECOND == 0) and (key % _SECOND == 0).all() else 1
        wide = ((high - low) // each).bit_length()
        bits += wide
        if bits > _MOST_BITS:
            return np.lexsort(keys[::-1])
        together = together << wide | (key - low) // each
    if (together[1:] >= together[:-1]).all():
        return np.arange(count)
    together = together << count.bit_length() | np.arange(count)  # sorting numbers is ten times as fast as places
    together.sort()
    return together & ((1 << count.bit_length()) - 1)
