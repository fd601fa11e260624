"""Whole tables between PostgreSQL and Arrow, by COPY: for work on everybody."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.csv as pc
from django.db import connection, models
from numpy.typing import NDArray

from tongchou.record.base.binary import HEAD, TAIL, can, rows_as_binary


def read(statement: str, parameters: Sequence[Any], types: Mapping[str, pa.DataType]) -> pa.Table:
    """The rows of a SELECT whose columns are named and typed by `types`."""
    buffer = io.BytesIO()
    with connection.cursor() as cursor, cursor.copy(f"COPY ({statement}) TO STDOUT (FORMAT csv)", parameters) as copy:
        for block in copy:
            buffer.write(block)
    if not buffer.tell():
        return pa.table({name: pa.array([], of) for name, of in types.items()})
    buffer.seek(0)
    return pc.read_csv(
        buffer,
        pc.ReadOptions(column_names=list(types)),
        pc.ParseOptions(newlines_in_values=True),
        pc.ConvertOptions(
            column_types=dict(types),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
        ),
    )


def statement_of(rows: models.QuerySet[Any]) -> tuple[str, tuple[Any, ...]]:
    """The SELECT of rows in scope, also where the scope leaves none."""
    return rows.query.get_compiler(rows.db, elide_empty=False).as_sql()


def write(model: type[models.Model], table: pa.Table) -> None:
    """Insert the rows of a table; its columns are named as those of the database."""
    if not len(table):
        return
    quote = connection.ops.quote_name
    columns = ", ".join(quote(name) for name in table.column_names)
    statement = f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN"
    kinds = [_kind(model, name) for name in table.column_names]
    binary = all(map(can, table.columns, kinds))
    if binary:
        statement += " (FORMAT binary)"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        if binary:
            copy.write(HEAD)
        for batch in table.to_batches(max_chunksize=20_000):
            copy.write(_bytes_of(rows_as_binary(batch, kinds)) if binary else _as_text(batch))
        if binary:
            copy.write(TAIL)


def _kind(model: type[models.Model], column: str) -> str:
    """The type of a column in the database."""
    field = next(one for one in model._meta.concrete_fields if one.column == column)
    return str(field.db_type(connection))


def _as_text(batch: pa.RecordBatch) -> bytes:
    """Rows as COPY reads them fastest: JSON, which is full of quotes, stands there as it is."""
    rows = compute.binary_join_element_wise(
        *map(_cells, batch.columns), "\t", null_handling="replace", null_replacement="\\N"
    )
    found: bytes = _bytes_of(compute.binary_join_element_wise(rows, "", "\n"))
    return found


def _cells(column: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if not pa.types.is_string(column.type):
        return column.cast(pa.string())
    there = _bytes_of(column)
    for sign, written in _WRITTEN.items():
        if sign.encode() in there:
            column = compute.replace_substring(column, sign, written)
    return column


_WRITTEN = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
"""What would end a cell or a row, and the sign by which these are written."""


def _bytes_of(texts: pa.Array) -> bytes:
    """All of an array's texts, one after another."""
    ends, letters = (texts.buffers()[number] for number in (1, 2))
    if letters is None:
        return b""
    first, last = np.frombuffer(ends, np.int32)[[texts.offset, texts.offset + len(texts)]].tolist()
    found: bytes = letters.slice(first, last - first).to_pybytes()
    return found


def numbers(model: type[models.Model], count: int) -> NDArray[np.int64]:
    """So many fresh ids for rows that will be written with `write`."""
    if not count:
        return np.zeros(0, dtype=np.int64)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [model._meta.db_table])
        (sequence,) = cursor.fetchone()
        # In one piece: the driver takes its time with each row.
        cursor.execute(_FRESH, [sequence, count])
        (found,) = cursor.fetchone()
    return np.frombuffer(found, ">i8").astype(np.int64)


_FRESH = "SELECT string_agg(int8send(nextval(%s::regclass)), '') FROM generate_series(1, %s)"


def as_array(values: Iterable[int | date]) -> str:
    """Whole numbers or days as PostgreSQL writes an array of them, for `%s::bigint[]` or `%s::date[]`: the driver would
    quote each one."""
    return "{" + ",".join(map(str, values)) + "}"
