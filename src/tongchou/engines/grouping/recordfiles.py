"""Records in files: CSV in UTF-8 or Parquet, read and written block by block."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from tongchou.ground.errors import Place, fail
from tongchou.ground.reasons import why
from tongchou.ground.tables.streaming import streamed

BLOCK = 16 << 20
"""Bytes of a CSV file that are read at once."""
ROWS = 200_000
"""Rows of a Parquet file that are read at once."""
Write = Callable[[pa.Table], None]


def is_parquet(path: Path) -> bool:
    return path.suffix == ".parquet"


def read_blocks(path: Path) -> Iterator[pa.Table]:
    """The records of a file, every CSV cell a text; a block without rows where there are none. Raises D204 for a file
    that cannot be read."""
    empty = None
    try:
        if is_parquet(path):
            with streamed(path) as file:
                empty = file.schema_arrow.empty_table()
                for batch in file.iter_batches(ROWS):
                    yield pa.table(batch)
                    empty = None
            if empty is not None:
                yield empty
            return
        with path.open("rb") as stream:
            header = stream.readline().decode("utf-8-sig").rstrip("\r\n").split(",")
        texts = dict.fromkeys((name.strip('"') for name in header), pa.string())
        convert = pc.ConvertOptions(column_types=texts, strings_can_be_null=False)
        with pc.open_csv(path, pc.ReadOptions(block_size=BLOCK), convert_options=convert) as reader:
            empty = reader.schema.empty_table()
            for batch in reader:
                yield pa.table(batch)
                empty = None
        if empty is not None:
            yield empty
    except (pa.ArrowException, UnicodeDecodeError, OSError) as error:
        raise fail("D204", Place(str(path)), **why(error)) from error


@contextmanager
def written(path: Path) -> Iterator[Write]:
    """A file that is there when the block ends well; what stood there before gives way then, and not before."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    try:
        handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}-")
    except OSError as error:
        error.filename = str(path.absolute().parent)
        raise
    os.close(handle)
    fresh, writer = Path(name), None

    def write(table: pa.Table) -> None:
        nonlocal writer
        plain = table.cast(pa.schema([(field.name, pa.string()) for field in table.schema]))
        if writer is None:
            make = pq.ParquetWriter if is_parquet(path) else pc.CSVWriter
            writer = make(fresh, plain.schema, **({} if is_parquet(path) else {"write_options": _UNQUOTED}))
        writer.write_table(plain)

    try:
        yield write
        if writer is not None:
            writer.close()
        fresh.chmod(0o644)
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)


_UNQUOTED = pc.WriteOptions(quoting_style="needed")
