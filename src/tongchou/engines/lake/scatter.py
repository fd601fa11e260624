"""The first pass: the rows of one table, as they come, into one file from which each bucket can be read by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa
from pyarrow import ipc

from tongchou.engines.lake.codes import Codes
from tongchou.engines.lake.places import Buckets
from tongchou.ground.tables.vectors import Ints


def taken(column: pa.Array, order: Ints) -> pa.Array:
    """The cells in another order; half of the columns of many tables are empty, and in order as they are."""
    return column if column.null_count == len(column) else column.take(pa.array(order))


@dataclass(frozen=True)
class Scattered:
    """One table in a file by bucket; other processes may read it too. `parts`: bucket → its pieces of the file.

    `words`: column → the words for which numbers stand in the file; all of its pieces share them.
    """

    path: Path
    schema: pa.Schema
    parts: Mapping[int, Sequence[int]]
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def read(self, bucket: int, columns: Sequence[str] | None = None) -> pa.Table:
        """The rows of one bucket in the order in which they came, with all columns or these."""
        if not self.parts.get(bucket):
            return self.schema.empty_table().select(columns or self.schema.names)
        names = self.schema.names if columns is None else columns
        fields = sorted(self.schema.get_field_index(name) for name in names)
        with pa.OSFile(str(self.path)) as file:
            pieces = ipc.open_file(file, options=ipc.IpcReadOptions(included_fields=fields))
            batches = [pieces.get_batch(part) for part in self.parts[bucket]]
        schema = pa.schema([self.schema.field(at) for at in fields])
        words = {name: pa.array(self.words[name], pa.string()) for name in schema.names if name in self.words}
        return pa.Table.from_batches([_decoded(batch, words, schema) for batch in batches], schema)


def _decoded(batch: pa.RecordBatch, words: Mapping[str, pa.Array], schema: pa.Schema) -> pa.RecordBatch:
    columns = [
        pa.DictionaryArray.from_arrays(column, words[name]) if name in words else column
        for name, column in zip(schema.names, batch.columns, strict=True)
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


class Scatter:
    """Writes rows by bucket; a context manager. When the block ends the file can be read.

    It is packed (LZ4), for it holds a whole table; another thread sorts and packs, while the next rows are
    placed. Of columns that are dictionaries it holds the numbers of the words.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._parts: dict[int, list[int]] = {}
        self._count = 0
        self._codes = {each.name: Codes() for each in schema if pa.types.is_dictionary(each.type)}
        self._form = pa.schema([each.with_type(pa.int32()) if each.name in self._codes else each for each in schema])
        self._writer = ipc.new_file(path, self._form, options=ipc.IpcWriteOptions(compression="lz4"))
        words = {name: codes.words for name, codes in self._codes.items()}
        self.scattered = Scattered(path, schema, self._parts, words)
        self._thread = ThreadPoolExecutor(1)
        self._writing: Future[None] | None = None

    def add(self, batch: pa.RecordBatch, buckets: Buckets) -> None:
        """Rows and the bucket of each."""
        numbered = (
            self._codes[name].of(column) if name in self._codes else column
            for name, column in zip(self._form.names, batch.columns, strict=True)
        )
        batch = pa.RecordBatch.from_arrays(list(numbered), schema=self._form)
        self._written()
        self._writing = self._thread.submit(self._write, batch, buckets)

    def _write(self, batch: pa.RecordBatch, buckets: Buckets) -> None:
        order = np.argsort(buckets, kind="stable")
        buckets = buckets[order]
        batch = pa.RecordBatch.from_arrays([taken(column, order) for column in batch.columns], schema=self._form)
        present, start = np.unique(buckets, return_index=True)
        for bucket, first, last in zip(present.tolist(), start, [*start[1:], len(batch)], strict=True):
            self._writer.write_batch(batch.slice(first, last - first))
            self._parts.setdefault(bucket, []).append(self._count)
            self._count += 1

    def _written(self) -> None:
        """Wait for what is being written; whatever stopped it is raised here."""
        if self._writing is not None:
            self._writing.result()

    def __enter__(self) -> Scatter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._thread, self._writer:
            self._written()
