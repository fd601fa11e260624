"""A file that is read batch after batch is never in memory as a whole."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tongchou.ground.tables.streaming import streamed

GROUPS, ROWS = 16, 100_000
PACKED = ROWS * 8  # bytes of a group: numbers by chance do not pack


@pytest.fixture
def path(tmp_path: Path) -> Path:
    chance = np.random.default_rng(7)
    with pq.ParquetWriter(tmp_path / "many.parquet", pa.schema({"n": pa.int64()}), use_dictionary=False) as writer:
        for _ in range(GROUPS):
            writer.write_table(pa.table({"n": chance.integers(0, 2**62, ROWS)}))
    return tmp_path / "many.parquet"


def held(batches: Iterator[pa.RecordBatch]) -> int:
    """The most bytes that are held at any batch, beyond those before the first."""
    before = _allocated()
    return max(_allocated() for _ in batches) - before


def _allocated() -> int:
    """Bytes in all pools: a test before this one may have chosen another for what Python asks for."""
    pools = [getattr(pa, f"{name}_memory_pool")() for name in pa.supported_memory_backends()]
    return sum(pool.bytes_allocated() for pool in pools)


def test_what_has_been_read_is_let_go_of(path: Path) -> None:
    assert held(streamed(path).iter_batches(ROWS)) < 4 * PACKED
    assert held(pq.ParquetFile(path).iter_batches(ROWS)) > GROUPS * PACKED  # the control


def test_words_come_as_dictionaries(tmp_path: Path) -> None:
    pq.write_table(pa.table({"word": ["a", "b", "a"]}), tmp_path / "words.parquet")
    (batch,) = streamed(tmp_path / "words.parquet", ["word"]).iter_batches()
    assert batch["word"].to_pylist() == ["a", "b", "a"]
    assert pa.types.is_dictionary(batch["word"].type)
