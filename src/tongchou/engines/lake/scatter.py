"""The first pass: the rows of one table, as they come, into one file from which each bucket can be read by itself."""

from __future__ import annotations

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


class Scatter:
    """Rows by bucket, in the order in which they came. A context manager: it writes first, then reads.

    The file is removed when the block ends. It is packed (LZ4), for it holds a whole table.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.path, self.schema = path, schema
        self._parts: dict[int, list[int]] = {}
        self._count = 0
        self._writer = ipc.new_file(path, schema, options=ipc.IpcWriteOptions(compression="lz4"))
        self._file: pa.NativeFile | None = None

    def add(self, batch: pa.RecordBatch, buckets: Buckets) -> None:
        """Rows and the bucket of each."""
        order = np.argsort(buckets, kind="stable")
        batch = pa.RecordBatch.from_arrays([taken(column, order) for column in batch.columns], schema=self.schema)
        present, start = np.unique(buckets[order], return_index=True)
        for bucket, first, last in zip(present.tolist(), start, [*start[1:], len(batch)], strict=True):
            self._writer.write_batch(batch.slice(first, last - first))
            self._parts.setdefault(bucket, []).append(self._count)
            self._count += 1

    def done(self) -> None:
        """All rows were added; buckets can be read."""
        self._writer.close()
        self._file = pa.OSFile(str(self.path))
        self._reader = ipc.open_file(self._file)

    def read(self, bucket: int) -> pa.Table:
        parts = [self._reader.get_batch(part) for part in self._parts.get(bucket, ())]
        return pa.Table.from_batches(parts, self.schema)

    def __enter__(self) -> Scatter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()
        if self._file is not None:
            self._file.close()
        self.path.unlink()
