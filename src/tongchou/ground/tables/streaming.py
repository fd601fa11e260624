"""Parquet files that are read a batch at a time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq


def streamed(path: Path, words: Sequence[str] = ()) -> pq.ParquetFile:
    """A Parquet file for `iter_batches`, `words` to be read as dictionaries.

    Arrow would fetch all column chunks ahead and keep them until the last batch is read: the file would be in memory
    as a whole. What it raises for a file that is none is Arrow's.
    """
    return pq.ParquetFile(path, read_dictionary=words, pre_buffer=False)
