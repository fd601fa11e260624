"""A table of any fitting Arrow types as the canonical one: each cell as the row reader would have read it.

A look at whole columns takes what is plainly sound. A cell that is not is read by itself, by the row reader; so are the
distinct values of a column that holds few of them, and all cells of a column whose type has no look of its own, which
is right as well and merely slow.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import lru_cache

import numpy as np
import pyarrow as pa

from tongchou.ground.tables import looks, nests
from tongchou.ground.tables.arrow import schema
from tongchou.ground.tables.pythons import python_values
from tongchou.ground.tables.shape import (
    DATE,
    DECIMALS,
    FEN,
    FENS,
    INT,
    NESTED,
    TEXT,
    TEXTS,
    TIMESTAMP,
    WORDS,
    Column,
    Table,
)
from tongchou.ground.tables.values import Fault, reader
from tongchou.ground.tables.vectors import Flags, given

CODED = pa.dictionary(pa.int32(), pa.string())
"""The type of words that come as a dictionary."""
_PIECE = 1 << 20
"""Rows looked at together: what is made on the way stays small beside the table."""


def conform(table: Table, content: pa.Table, standing: Collection[str] = ()) -> tuple[pa.Table, Flags]:
    """The table in the types of `schema(table)`, every column present and nullable, and which rows are faulty.

    Row i stays row i. A cell holds what `read_tables` reads in it: an alias its word, an empty text null, no list or
    map an empty one. A row is flagged when the row reader would reject one of its cells, and that cell is null (an
    empty list, an empty map); the others hold their values. A time finer than a microsecond is flagged as well.
    `content` is of `load_arrow`, which has refused types that Python cannot hold; unknown columns are left out. Words
    that come as a dictionary stay one.

    `standing`: columns that `stand` named when the same content was conformed before. They are not looked at again, and
    no row is flagged for them.
    """
    faulty = np.zeros(content.num_rows, dtype=np.bool_)
    fields = [schema(table).field(column.name).with_nullable(True) for column in table.columns]
    form = pa.schema(fields, schema(table).metadata)
    columns = []
    for column, field in zip(table.columns, form, strict=True):
        there = column.name in content.column_names
        cells = content.column(column.name) if there else pa.chunked_array([pa.nulls(content.num_rows)])
        kind = CODED if column.is_word and pa.types.is_dictionary(cells.type) else field.type
        if column.name in standing and cells.type == kind:
            columns.append(_as_they_stand(cells, kind))
            continue
        # The pieces of a column with nothing in it share their nothing.
        size = min(len(cells), _PIECE)
        nothing = _nothing(kind, size.bit_length()).slice(0, size) if cells.null_count == len(cells) else None
        done, start = [], 0
        for piece in _pieces(cells):
            sound, bad = _conformed(column, kind, piece) if nothing is None else (nothing, column.required)
            done.append(sound.slice(0, len(piece)))
            faulty[start : start + len(piece)] |= bad
            start += len(piece)
        columns.append(pa.chunked_array(done, kind))
    fields = [field.with_type(column.type) for field, column in zip(form, columns, strict=True)]
    return pa.Table.from_arrays(columns, schema=pa.schema(fields, form.metadata)), faulty


def stand(content: pa.Table, conformed: pa.Table) -> list[str]:
    """The columns of a content that its conformed table has as they stand, but for no list or map, which is empty."""
    kinds = {field.name: field.type for field in conformed.schema}
    alike = [name for name in kinds if name in content.column_names and content[name].type == kinds[name]]
    return [name for name in alike if _as_they_stand(content[name], kinds[name]).equals(conformed[name])]


def _as_they_stand(cells: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    return pa.chunked_array([_filled(chunk, kind) for chunk in cells.chunks if len(chunk)], kind)


def _filled(cells: pa.Array, kind: pa.DataType) -> pa.Array:
    """The cells with an empty list or map for none."""
    if pa.types.is_map(kind):
        return pa.MapArray.from_arrays(cells.offsets, cells.keys, cells.items, kind)
    return pa.ListArray.from_arrays(cells.offsets, cells.values, kind) if pa.types.is_list(kind) else cells


def _pieces(cells: pa.ChunkedArray) -> Iterator[pa.Array]:
    for chunk in cells.chunks:
        for start in range(0, len(chunk), _PIECE):
            yield chunk.slice(start, _PIECE)


@lru_cache(64)
def _nothing(kind: pa.DataType, bits: int) -> pa.Array:
    """As many empty cells as so many bits can count: tables of about the same size share them."""
    size = 1 << bits
    if not pa.types.is_nested(kind):
        return pa.nulls(size, kind)
    return pa.array([[]], kind).take(pa.array(np.zeros(size, dtype=np.int8)))


def _conformed(column: Column, kind: pa.DataType, cells: pa.Array) -> tuple[pa.Array, Flags]:
    look = _LOOKS.get(column.type)
    found = look(column, kind, cells) if look else None
    if found is None:
        return _told(column, kind, cells)
    sound, doubtful = found
    bad = ~given(cells) & column.required
    rows = np.flatnonzero(doubtful)
    if len(rows):
        told, bad[rows] = _told(column, kind, cells.take(pa.array(rows)))
        order = np.arange(len(cells))
        order[rows] = len(cells) + np.arange(len(rows))
        sound = pa.concat_arrays([sound, told]).take(pa.array(order))
    return sound, bad


def _told(column: Column, kind: pa.DataType, cells: pa.Array) -> tuple[pa.Array, Flags]:
    """The cells as the row reader reads them, each distinct one once where Arrow can tell."""
    coded = None if column.type in NESTED else _coded(cells)
    read = reader(column)
    values = python_values(cells if coded is None else coded.dictionary)
    bad = np.zeros(len(values), dtype=np.bool_)
    for place, value in enumerate(values):
        try:
            cell = read(value)
        except Fault:
            bad[place] = True
        # Of a time as pandas holds it Arrow would lose what is less than a microsecond.
        bad[place] |= column.type == TIMESTAMP and getattr(value, "nanosecond", 0) != 0
        values[place] = None if bad[place] else list(cell.items()) if isinstance(cell, dict) else cell
    if column.type in NESTED:
        values = [[] if value is None else value for value in values]
    sound = pa.array(values, pa.string() if kind == CODED else kind)
    if coded is None:
        return sound, bad
    empty = ~given(coded.indices) & column.required
    if bad.any():
        empty |= np.asarray(pa.array(bad).take(coded.indices).fill_null(False), dtype=np.bool_)
    return (_recoded(coded.indices, sound) if kind == CODED else sound.take(coded.indices)), empty


def _recoded(codes: pa.Array, words: pa.Array) -> pa.DictionaryArray:
    """`words[codes]`, each different word once; no word where there is none."""
    own = words.dictionary_encode()
    if len(own.dictionary) < len(words):
        codes, words = own.indices.take(codes), own.dictionary
    return pa.DictionaryArray.from_arrays(codes.cast(pa.int32()), words)


def _coded(cells: pa.Array) -> pa.DictionaryArray | None:
    """The distinct cells and which stands where; `None` for a type that Arrow cannot compare."""
    if pa.types.is_dictionary(cells.type):
        return cells
    try:
        return cells.dictionary_encode()
    except pa.ArrowNotImplementedError:
        return None


_LOOKS: dict[str, Callable[[Column, pa.DataType, pa.Array], looks.Look]] = {
    TEXT: looks.texts,
    FEN: looks.wholes,
    INT: looks.wholes,
    **dict.fromkeys(DECIMALS, looks.decimals),
    DATE: looks.dates,
    TIMESTAMP: looks.times,
    TEXTS: nests.lists,
    WORDS: nests.maps,
    FENS: nests.maps,
}
"""Of months, which are few, each is read by itself."""
