"""Rows of a table that wait on disk for those of other shares: in pieces, each number in as few bytes as hold it.

What is read back lies where the system has the file in memory, and is not copied.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Pieces:
    """A file of record batches, one for each piece."""

    path: Path

    def read(self, piece: int) -> pa.Table:
        """The rows of one piece; types may be narrower than they were."""
        import pyarrow as pa
        from pyarrow import ipc

        with pa.memory_map(str(self.path)) as file:
            return pa.Table.from_batches([ipc.open_file(file).get_batch(piece)])


def write_pieces(table: pa.Table, ends: Sequence[int], ids: Collection[str], path: Path) -> Pieces:
    """The rows up to each of these ends, the last being the end of the table. `ids`: texts that hardly repeat."""
    from pyarrow import ipc

    rows = narrow(table, ids)
    with ipc.new_file(path, rows.schema) as writer:
        for start, end in pairwise((0, *ends)):
            writer.write_batch(rows.slice(start, end - start))
    return Pieces(path)


def narrow(table: pa.Table, ids: Collection[str]) -> pa.RecordBatch:
    """The same cells: words as dictionaries, whole numbers in the bytes that they need, empty columns without any."""
    import pyarrow as pa

    columns = [_narrow(name, table[name].combine_chunks(), ids) for name in table.column_names]
    return pa.RecordBatch.from_arrays(columns, table.column_names)


def _narrow(name: str, column: pa.Array, ids: Collection[str]) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    if column.null_count == len(column):
        return pa.nulls(len(column))
    if pa.types.is_string(column.type) and name not in ids:
        return column.dictionary_encode()
    if not pa.types.is_int64(column.type):
        return column
    ends = pc.min_max(column)
    bits = max(-1 - ends["min"].as_py(), ends["max"].as_py()).bit_length()
    kind = next(kind for kind in (pa.int8(), pa.int16(), pa.int32(), pa.int64()) if bits < kind.bit_width)
    return column.cast(kind, safe=False)
