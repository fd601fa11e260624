"""A memory that does not grow: what was asked for lately is kept, the rest is forgotten."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """Answers by key, at least the `most` asked for last and never more than twice as many.

    There are two halves: once the newer is full it becomes the older, whose answers are forgotten unless they have
    been asked for since. So nothing has to be moved or counted when an answer is simply found.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._newer: dict[Hashable, T] = {}
        self._older: dict[Hashable, T] = {}

    def __len__(self) -> int:
        return len(self._newer.keys() | self._older.keys())

    def get(self, key: Hashable) -> T | None:
        found = self._newer.get(key)
        if found is None:
            found = self._older.get(key)
            if found is not None:
                self.put(key, found)
        return found

    def put(self, key: Hashable, answer: T) -> None:
        if len(self._newer) >= self._most:
            self._older, self._newer = self._newer, {}
        self._newer[key] = answer
