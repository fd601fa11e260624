"""Rows as PostgreSQL's binary COPY has them: the server neither looks for the end of a cell nor reads numbers and times
from their digits.

Each row is the number of its cells, and of each cell its length and its bytes, of numbers the highest first.
What is as long in every row is put together for all rows at once, with the length of the text that comes next.
https://www.postgresql.org/docs/16/sql-copy.html#SQL-COPY-BINARY-FORMAT
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TAIL = b"\xff\xff"
_NULL = pa.scalar(b"\xff\xff\xff\xff")
_EPOCH = np.datetime64("2000-01-01")
_DAYS = int(_EPOCH.astype("datetime64[D]").astype(np.int64))
_MICROSECONDS = int(_EPOCH.astype("datetime64[us]").astype(np.int64))
_Whole = NDArray[Any]


@dataclass(frozen=True)
class _Fixed:
    """A type whose values are all as long: which columns have it, and their values (an empty one is anything)."""

    has: Callable[[pa.DataType], bool]
    values: Callable[[pa.Array], _Whole]


def _number(kind: str, of: pa.DataType) -> _Fixed:
    """Whole numbers: one that does not fit is refused."""
    return _Fixed(pa.types.is_integer, lambda column: _plain(column.cast(of)).astype(kind))


def _plain(column: pa.Array) -> _Whole:
    """The numbers of a column, nothing where it is empty."""
    return np.asarray(column.fill_null(0) if column.null_count else column)


_FIXED = {
    "bigint": _number(">i8", pa.int64()),
    "integer": _number(">i4", pa.int32()),
    "smallint": _number(">i2", pa.int16()),
    "boolean": _Fixed(pa.types.is_boolean, lambda column: _plain(column.cast(pa.uint8()))),
    "date": _Fixed(pa.types.is_date32, lambda column: (_plain(column.cast(pa.int32())) - _DAYS).astype(">i4")),
    "timestamp with time zone": _Fixed(
        lambda of: pa.types.is_timestamp(of) and of.unit == "us" and of.tz is not None,
        lambda column: (_plain(column.cast(pa.int64())) - _MICROSECONDS).astype(">i8"),
    ),
}
_TEXTS = {"text": b"", "json": b"", "jsonb": b"\1"}
"""What stands before a text: of `jsonb` the version of its form."""
_BASE, _DIGITS, _MINUS = 10_000, 4, 0x4000  # of a `numeric`
_LONGEST = 18  # digits of an exact number that fit into eight bytes


def can(column: pa.ChunkedArray, kind: str) -> bool:
    """Whether a column can be written as this type of the database."""
    of = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if kind in _FIXED:
        return _FIXED[kind].has(of)
    if pa.types.is_decimal128(of) and (exact := _exact(kind)) is not None:
        return of.precision <= _LONGEST and of.scale == exact
    return _text(kind) is not None and pa.types.is_string(of)


def _exact(kind: str) -> int | None:
    """How many digits of a `numeric` are decimals, where some are."""
    found = re.fullmatch(r"numeric\(\d+, (\d+)\)", kind)
    return None if found is None else int(found[1])


def _text(kind: str) -> bytes | None:
    return b"" if kind.startswith("varchar") else _TEXTS.get(kind)


def rows_as_binary(batch: pa.RecordBatch, kinds: list[str]) -> pa.Array:
    """These rows, each as bytes; `kinds`: the type of each column."""
    pieces = _Pieces(len(batch))
    pieces.same(len(kinds).to_bytes(2, "big"))
    for column, kind in zip(batch.columns, kinds, strict=True):
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        _add(pieces, column, kind)
    return pc.binary_join_element_wise(*pieces.all(), b"")


def _add(pieces: _Pieces, column: pa.Array, kind: str) -> None:
    """The cells of a column. Where some are empty, they are as long as they are."""
    if column.null_count == len(column):
        pieces.same(b"\xff\xff\xff\xff")
    elif column.null_count:
        own = _Pieces(len(column))
        _filled(own, column, kind)
        cells = pc.binary_join_element_wise(*own.all(), b"", null_handling="replace", null_replacement=b"")
        pieces.texts(pc.if_else(column.is_valid(), cells, _NULL))
    else:
        _filled(pieces, column, kind)


def _filled(pieces: _Pieces, column: pa.Array, kind: str) -> None:
    before = _text(kind)
    if before is not None:
        texts = column.cast(pa.binary())
        pieces.fixed((np.diff(_ends(texts)) + len(before)).astype(">i4"))
        pieces.same(before)
        pieces.texts(texts)
        return
    values = _FIXED[kind].values(column) if kind in _FIXED else _numeric(column)
    pieces.same(values.dtype.itemsize.to_bytes(4, "big"))
    pieces.fixed(values)


def _numeric(column: pa.Array) -> _Whole:
    """Exact numbers as digits of ten thousand, always as many: the server strikes those that are nothing, and refuses a
    number that is too long for its column."""
    decimals = column.type.scale
    before, behind = -(-(column.type.precision - decimals) // _DIGITS), -(-decimals // _DIGITS)
    units = np.frombuffer(column.buffers()[1], np.int64)[2 * column.offset :: 2][
        : len(column)
    ]  # the lower half of each
    units = np.where(np.asarray(column.is_valid()), units, 0)
    found = np.empty(len(column), [("head", ">i2", 4), ("digits", ">i2", before + behind)])
    found["head"] = (before + behind, before - 1, 0, decimals)
    found["head"][:, 2] = np.where(units < 0, _MINUS, 0)
    whole, part = np.divmod(np.abs(units), 10**decimals)
    part *= 10 ** (behind * _DIGITS - decimals)
    for at in reversed(range(behind)):
        part, found["digits"][:, before + at] = np.divmod(part, _BASE)
    for at in reversed(range(before)):
        whole, found["digits"][:, at] = np.divmod(whole, _BASE)
    return found


def _ends(texts: pa.Array) -> _Whole:
    """Where each text of an array begins, and where the last ends."""
    return np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]


class _Pieces:
    """What the rows are joined of."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._found: list[pa.Array] = []
        self._waiting: list[_Whole | bytes] = []

    def same(self, what: bytes) -> None:
        """The same in each row."""
        if what:
            self._waiting.append(what)

    def fixed(self, what: _Whole) -> None:
        """As long in each row."""
        self._waiting.append(what)

    def texts(self, what: pa.Array) -> None:
        """Of each row its own."""
        self._put()
        self._found.append(what)

    def all(self) -> Iterator[pa.Array]:
        self._put()
        yield from self._found

    def _put(self) -> None:
        """Put together what waits."""
        if not self._waiting:
            return
        parts = [np.void(one) if isinstance(one, bytes) else one for one in self._waiting]
        rows = np.empty(self._count, [(str(at), one.dtype) for at, one in enumerate(parts)])
        for at, one in enumerate(parts):
            rows[str(at)] = one
        ends = np.arange(self._count + 1, dtype=np.int32) * rows.dtype.itemsize
        buffers = [None, pa.py_buffer(ends), pa.py_buffer(rows)]
        self._found.append(pa.Array.from_buffers(pa.binary(), self._count, buffers))
        self._waiting.clear()
