"""The tables that a lake is poured from: a folder of canonical Parquet files, read a batch at a time in any order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import file_digest
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tongchou.ground.errors import Place, Problem, ProblemError, fail
from tongchou.ground.reasons import why
from tongchou.ground.tables import SETTLING, TABLES, Table
from tongchou.ground.tables.conform import CODED
from tongchou.ground.tables.files import check_columns, find
from tongchou.ground.tables.streaming import streamed

BATCH = 2**18
"""Rows read at once."""


@dataclass(frozen=True)
class Source:
    """One table: its file, the number of its rows and the Arrow schema of what is read from it."""

    table: Table
    path: Path
    rows: int
    schema: pa.Schema

    def batches(self, names: Sequence[str] | None = None, rows: int = BATCH) -> Iterator[pa.RecordBatch]:
        """All rows in the order of the file, so many at once, with all columns or these. `ProblemError` T102."""
        schema = self.schema if names is None else pa.schema([self.schema.field(name) for name in names])
        with _readable(self.path):
            coded = [field.name for field in schema if pa.types.is_dictionary(field.type)]
            file = streamed(self.path, coded)
            for batch in file.iter_batches(rows, columns=schema.names):
                batch.validate(full=True)
                yield batch.cast(schema) if batch.schema.types != schema.types else batch

    def filled(self) -> Source:
        """The same table without columns of which the file says that they are empty; those that are required stay."""
        with _readable(self.path):
            about = pq.ParquetFile(self.path).metadata
        empty = {name for name in self.schema.names if _empty(about, name)}
        wanted = {column.name for column in self.table.columns if column.required}
        kept = [field for field in self.schema if field.name in wanted or field.name not in empty]
        return replace(self, schema=pa.schema(kept))

    def coded(self) -> Source:
        """The same table with words as dictionaries."""
        words = {column.name for column in self.table.columns if column.is_word}
        fields = [
            field.with_type(CODED) if field.name in words and pa.types.is_string(field.type) else field
            for field in self.schema
        ]
        return replace(self, schema=pa.schema(fields))

    def digest(self) -> str:
        """SHA-256 of the file."""
        with self.path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()


def open_source(folder: Path) -> dict[str, Source]:
    """The tables of a folder, by name in canonical order.

    Raises `ProblemError` with every fault of the folder and the files as a whole: those of `read_tables` (T101, T102,
    T105 to T110), and K110 for a table that is not Parquet.
    """
    paths = find(folder, SETTLING)
    found: dict[str, Source] = {}
    problems: list[Problem] = []
    for table in TABLES.values():
        if table.name in paths:
            try:
                found[table.name] = _open(table, paths[table.name])
            except ProblemError as error:
                problems += error.problems
    if problems:
        raise ProblemError(*problems)
    return found


def _open(table: Table, path: Path) -> Source:
    if path.suffix != ".parquet":
        raise fail("K110", Place(file=path.name), table=table.name)
    with _readable(path):
        file = pq.ParquetFile(path)
        schema = pa.schema([field.with_type(_plain(field.type)) for field in file.schema_arrow])
        rows = file.metadata.num_rows
    check_columns(table, schema.names, path)
    return Source(table, path, rows, schema)


def _empty(about: pq.FileMetaData, name: str) -> bool:
    """Whether a column with no columns in it is known to be empty from end to end."""
    found = [i for i in range(about.num_columns) if about.schema.column(i).path == name]
    for group in range(about.num_row_groups) if found else ():
        column = about.row_group(group).column(found[0])
        counted = column.is_stats_set and column.statistics.has_null_count
        if not counted or column.statistics.null_count < column.num_values:
            return False
    return bool(found)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError, ValueError) as error:
        raise fail("T102", Place(file=path.name), **why(error)) from None


def _plain(kind: pa.DataType) -> Any:
    """The type without dictionaries, which are a way of storing: each batch may bring another."""
    if pa.types.is_dictionary(kind):
        return kind.value_type
    if pa.types.is_map(kind):
        return pa.map_(_plain(kind.key_type), _plain(kind.item_type))
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(_plain(field.type)) for field in kind])
    if pa.types.is_large_list(kind):
        return pa.large_list(_plain(kind.value_type))
    return pa.list_(_plain(kind.value_type)) if pa.types.is_list(kind) else kind
