"""The first pass: the rows of one table, as they come, into one file from which each bucket can be read by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa
from pyarrow import ipc

from tongchou.engines.lake.places import Buckets
from tongchou.ground.tables.vectors import Ints


def taken(column: pa.Array, order: Ints) -> pa.Array:
    """The cells in another order; half of the columns of many tables are empty, and in order as they are."""
    return column if column.null_count == len(column) else column.take(pa.array(order))


@dataclass(frozen=True)
class Scattered:
    """One table in a file by bucket; other processes may read it too. `parts`: bucket → its pieces of the file."""

    path: Path
    schema: pa.Schema
    parts: Mapping[int, Sequence[int]]

    def read(self, bucket: int, columns: Sequence[str] | None = None) -> pa.Table:
        """The rows of one bucket in the order in which they came, with all columns or these."""
        names = self.schema.names if columns is None else columns
        fields = sorted(self.schema.get_field_index(name) for name in names)
        with pa.OSFile(str(self.path)) as file:
            pieces = ipc.open_file(file, options=ipc.IpcReadOptions(included_fields=fields))
            batches = [pieces.get_batch(part) for part in self.parts.get(bucket, ())]
            return pa.Table.from_batches(batches, pa.schema([self.schema.field(at) for at in fields]))


class Scatter:
    """Writes rows by bucket; a context manager. When the block ends the file can be read.

    It is packed (LZ4), for it holds a whole table; another thread packs, while the next rows are sorted.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._parts: dict[int, list[int]] = {}
        self._count = 0
        self._writer = ipc.new_file(path, schema, options=ipc.IpcWriteOptions(compression="lz4"))
        self.scattered = Scattered(path, schema, self._parts)
        self._thread = ThreadPoolExecutor(1)
        self._writing: Future[None] | None = None

    def add(self, batch: pa.RecordBatch, buckets: Buckets) -> None:
        """Rows and the bucket of each."""
        order = np.argsort(buckets, kind="stable")
        columns = [taken(column, order) for column in batch.columns]
        batch = pa.RecordBatch.from_arrays(columns, schema=self.scattered.schema)
        self._written()
        self._writing = self._thread.submit(self._write, batch, buckets[order])

    def _write(self, batch: pa.RecordBatch, buckets: Buckets) -> None:
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
