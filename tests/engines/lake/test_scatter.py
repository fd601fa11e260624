"""Rows scattered over buckets come back as they were, words as the same numbers in all of them."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from tongchou.engines.lake.scatter import Scatter
from tongchou.ground.tables.conform import CODED

SCHEMA = pa.schema([("id", pa.string()), ("word", CODED)])


def _batch(ids: list[str], words: list[str | None]) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array(ids), pa.array(words).dictionary_encode()], schema=SCHEMA)


def test_words_of_batches_with_dictionaries_of_their_own(tmp_path: Path) -> None:
    with Scatter(tmp_path / "file", SCHEMA) as scatter:
        scatter.add(_batch(["a", "b", "c"], ["x", None, "y"]), np.array([1, 0, 1], np.uint16))
        scatter.add(_batch(["d", "e"], ["y", "z"]), np.array([1, 1], np.uint16))
    found = scatter.scattered.read(1)
    assert found.to_pydict() == {"id": ["a", "c", "d", "e"], "word": ["x", "y", "y", "z"]}
    assert [chunk.dictionary.to_pylist() for chunk in found["word"].chunks] == [["x", "y", "z"]] * 2
    assert scatter.scattered.read(0).to_pydict() == {"id": ["b"], "word": [None]}
    assert scatter.scattered.read(0, ["word"]).schema.names == ["word"]


def test_a_bucket_without_rows_has_the_columns(tmp_path: Path) -> None:
    with Scatter(tmp_path / "file", SCHEMA) as scatter:
        scatter.add(_batch(["a"], ["x"]), np.array([1], np.uint16))
    assert scatter.scattered.read(0).schema == SCHEMA
    assert scatter.scattered.read(0, ["id"]).to_pydict() == {"id": []}
