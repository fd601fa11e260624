"""The words of a column as numbers that are the same in all of its batches."""

from __future__ import annotations

import pyarrow as pa


class Codes:
    """Numbers of words, in the order in which they come up; `words` are those so far."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self._number: dict[str, int] = {}

    def of(self, column: pa.DictionaryArray) -> pa.Array:
        """The number of every cell, an empty one where nothing stands."""
        found = []
        for word in column.dictionary.to_pylist():
            if word not in self._number:
                self._number[word] = len(self.words)
                self.words.append(word)
            found.append(self._number[word])
        return pa.array(found, pa.int32()).take(column.indices)
