"""The entries of a map column, told apart by their names and texts once for all that ask for one of them."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tongchou.engines.benefits.bulk.kinds import Kinds, Words, words


class Entries:
    """Entry after entry: `row`, the row that has it; `names` and `texts`."""

    def __init__(self, column: pa.ChunkedArray) -> None:
        self.rows = len(column)
        starts = [np.asarray(chunk.offsets) for chunk in column.chunks if len(chunk)]
        chunks = [chunk for chunk in column.chunks if len(chunk)]
        size = np.concatenate([np.zeros(0, np.int32), *(np.diff(start) for start in starts)])
        self.row = np.repeat(np.arange(self.rows), size)
        self._cut = [(chunk, start[0], start[-1]) for chunk, start in zip(chunks, starts, strict=True)]

    @cached_property
    def names(self) -> Words:
        return words(pa.chunked_array([chunk.keys[a:b] for chunk, a, b in self._cut], pa.string()))

    @cached_property
    def texts(self) -> Words:
        return words(pa.chunked_array([chunk.items[a:b] for chunk, a, b in self._cut], pa.string()))

    def words(self, name: str) -> Words:
        """What stands under a name in every row; the first of its entries where it has several."""
        place = self._place.get(name) if len(self.row) else None
        if place is None:
            return self._nothing
        at = np.flatnonzero(self.names.kinds.of == place)[::-1]
        of: NDArray[Any] = np.zeros(self.rows, np.int32)
        of[self.row[at]] = self.texts.kinds.of[at]
        return Words(Kinds(of, self.texts.kinds.count), self.texts.list)

    @cached_property
    def _nothing(self) -> Words:
        return Words(Kinds.none(self.rows), pa.array([], pa.string()))

    @cached_property
    def _place(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.names.list.to_pylist(), 1)}
