"""Text columns as numbers of sorted words, and declared figures looked up once for each scheme and level."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.payment.exact import Ints

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Words:
    """A column of words: which there are, in order, and which each row has."""

    words: tuple[str, ...]
    codes: Ints

    def among(self, words: tuple[str, ...]) -> Mask:
        wanted = np.array([word in words for word in self.words], dtype=bool)
        return wanted[self.codes] if len(self.words) else np.zeros(len(self.codes), dtype=bool)


def words(column: pa.ChunkedArray) -> Words:
    """The column by sorted words, so that the order of rows gives no word its number."""
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    order = pc.sort_indices(encoded.dictionary).to_numpy()
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    codes = place[np.asarray(encoded.indices.to_numpy(zero_copy_only=False), dtype=np.int64)]
    return Words(tuple(encoded.dictionary.take(pa.array(order)).to_pylist()), codes)


@dataclass(frozen=True)
class Cells:
    """Each row's scheme and level as one number; figures that are declared by them are evaluated once for each."""

    said: tuple[dict[str, str], ...]
    codes: Ints

    def figures(self, make: Callable[[dict[str, str]], Fraction], rows: Mask) -> tuple[Ints, Ints]:
        """Numerators and denominators by cell. Cells in which no row of `rows` lies are not asked."""
        above, below = np.zeros(len(self.said), dtype=np.int64), np.ones(len(self.said), dtype=np.int64)
        for cell in np.unique(self.codes[rows]).tolist():
            value = make(self.said[cell])
            above[cell], below[cell] = value.numerator, value.denominator
        return above, below

    def used(self, rows: Mask) -> Iterator[tuple[int, dict[str, str]]]:
        for cell in np.unique(self.codes[rows]).tolist():
            yield cell, self.said[cell]


def cells(schemes: Words, levels: Words) -> Cells:
    said = tuple({"scheme": s, "level": level} for s in schemes.words for level in levels.words)
    return Cells(said, schemes.codes * max(len(levels.words), 1) + levels.codes)
