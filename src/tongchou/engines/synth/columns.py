"""Arrow columns made from whole numpy arrays: ids of fixed width, words, dates, decimals, maps and lists."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.synth.draw import NEVER, Bools, Ints

_DIGITS = np.frombuffer(b"".join(f"{n:04d}".encode() for n in range(10_000)), dtype=np.uint32)
"""Four digits of every number below ten thousand, as one number of four bytes each."""


def ids(letter: str, width: int, numbers: Ints, missing: Bools | None = None) -> Any:
    """A letter and the number in `width` digits."""
    size, wide = len(numbers), width + len(letter)
    text = np.empty((size, wide), dtype=np.uint8)
    text[:, : len(letter)] = np.frombuffer(letter.encode(), dtype=np.uint8)
    rest = numbers
    for end in range(wide, len(letter), -4):
        above = rest // 10_000
        four, rest = _DIGITS[rest - above * 10_000], above
        begin = max(end - 4, len(letter))
        if size and end - begin == 4:  # the four bytes of every row at once
            np.ndarray(size, np.uint32, text.data, begin, (wide,))[:] = four
        else:
            text[:, begin:end] = four.view(np.uint8).reshape(size, 4)[:, begin - end :]
    offsets = np.arange(0, (size + 1) * wide, wide, dtype=np.int32)
    found = pa.StringArray.from_buffers(size, pa.py_buffer(offsets), pa.py_buffer(text))
    return found if missing is None else blank(found, missing)


def blank(column: Any, missing: Bools) -> Any:
    """The column with empty cells where `missing`."""
    return pc.if_else(pa.array(missing), pa.scalar(None, column.type), column)


def words(texts: list[str], index: Ints) -> Any:
    """The word of each index, as a dictionary; -1 is an empty cell."""
    known = {text: at for at, text in enumerate(dict.fromkeys(texts))}
    place = np.array([*map(known.__getitem__, texts), 0], dtype=np.int8 if len(known) < 128 else np.int32)
    missing = index < 0  # these find the last place, which is nobody's
    at = pa.array(place[index], mask=missing if missing.any() else None)
    return pa.DictionaryArray.from_arrays(at, pa.array(list(known), pa.string()), safe=False)


def days(numbers: Ints) -> Any:
    """Days since 1970-01-01 as dates; NEVER is an empty cell."""
    return pa.array(numbers.astype(np.int32), pa.int32(), mask=numbers == NEVER).cast(pa.date32())


def times(seconds: Ints) -> Any:
    """Seconds since 1970 as times without zone."""
    return pa.array(seconds * 1_000_000, pa.int64()).cast(pa.timestamp("us"))


def decimals(numbers: Ints, digits: int, scale: int, missing: Bools | None = None) -> Any:
    """Numbers ≥ 0 that already carry `scale` digits after the point, as decimals of `digits` digits in all."""
    wide = np.zeros((len(numbers), 2), dtype=np.int64)
    wide[:, 0] = numbers
    # A missing cell is a cleared bit.
    known = None if missing is None else pa.py_buffer(np.packbits(~missing, bitorder="little"))
    return pa.Array.from_buffers(pa.decimal128(digits, scale), len(numbers), [known, pa.py_buffer(wide)])


def maps(facts: list[tuple[str, Any, Bools]], size: int) -> Any:
    """A map for each row. `facts`: name, a string column, and the rows that have it."""
    if not facts:
        return pa.nulls(size, pa.map_(pa.string(), pa.string()))
    has = np.stack([present for _, _, present in facts], axis=1)
    offsets = np.concatenate([[0], np.cumsum(has.sum(axis=1))]).astype(np.int32)
    keys = pa.array([name for name, _, _ in facts], pa.string())
    row, fact = np.nonzero(has)
    texts = [column.cast(pa.string()) for _, column, _ in facts]
    values = pa.concat_arrays(texts).take(pa.array(fact * size + row))
    return pa.MapArray.from_arrays(pa.array(offsets), keys.take(pa.array(fact)), values)


def lists(texts: list[str], has: Bools) -> Any:
    """A list for each row: the words whose column in `has` is true, in their order."""
    offsets = np.concatenate([[0], np.cumsum(has.sum(axis=1))]).astype(np.int32)
    _, at = np.nonzero(has)
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(texts, pa.string()).take(pa.array(at)))


def numbers_as_text(numbers: Ints) -> Any:
    """Small whole numbers as text."""
    return pa.array(numbers).cast(pa.string())
