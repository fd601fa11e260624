"""What was told apart in earlier runs is known again: a row of small numbers each, kept with a number of its own."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np

from tongchou.engines.benefits.bulk.columns import Numbers
from tongchou.engines.benefits.bulk.kinds import Told

_DIFFERS = object()
"""Stands for a column that tells things apart, among those that are the same for all things of a run."""


class Sort(NamedTuple):
    """Things told apart by the same columns (over the members). Those of another `name` are never alike."""

    name: Hashable
    members: Numbers
    told: Sequence[Told]


class Signatures:
    """Things alike have one number, in every run, above 0. What is of no sort has number 0.

    Values are compared as such: that two of them fall on the same place of the table says nothing.
    """

    def __init__(self) -> None:
        self.count = 1
        self._number: dict[Hashable, int] = {}  # of values, and of names with what is the same for all things
        self._rows, self._table = np.zeros((2, 0), dtype=np.int32)
        self._begin, self._mixed = np.zeros((2, 2), dtype=np.int64)

    def of(self, things: int, sorts: Sequence[Sort], run: Any) -> Numbers:
        """The number of each thing. `run`: the passes."""
        found = np.zeros(things, dtype=np.int64)
        for name, members, told in sorts:
            telling = [one for one in told if one.kinds.count > 1]
            values = np.empty((len(members), 1 + len(telling)), dtype=np.int32)
            values[:, 0] = self._numbered((name, *(_DIFFERS if one.kinds.count > 1 else one.values[0] for one in told)))
            for column, one in enumerate(telling, 1):
                values[:, column] = self._numbers(one.values)[one.kinds.of]
            of = np.empty(len(members), dtype=np.int64)
            placed = self._make_room(*values.shape)
            self.count = run.know_again(
                values, placed, self._table, self._rows, self._begin, self._mixed, self.count, of
            )
            found[members] = of
        return found

    def _make_room(self, things: int, wide: int) -> int:
        """Room for so many more; how many numbers have their place in the table."""
        room = self.count + things
        self._rows = _with_room(self._rows, int(self._begin[self.count]) + things * wide)
        self._begin, self._mixed = _with_room(self._begin, room + 1), _with_room(self._mixed, room)
        if len(self._table) > 2 * room:
            return self.count
        self._table = np.zeros(4 << room.bit_length(), dtype=np.int32)
        return 1

    def _numbered(self, value: Hashable) -> int:
        return self._number.setdefault(value, len(self._number))

    def _numbers(self, values: Sequence[Hashable]) -> Any:
        return np.array([self._numbered(value) for value in values], dtype=np.int32)


def _with_room(column: Any, size: int) -> Any:
    if len(column) >= size:
        return column
    found = np.zeros(2 * size, dtype=column.dtype)
    found[: len(column)] = column
    return found


class Answers:
    """What was found for things alike, in some columns of numbers. `none`, in all of them: nothing was, so it is asked
    again. In another run it may be another thing that stands for them."""

    def __init__(self, columns: int, none: int) -> None:
        self.signatures = Signatures()
        self._none, self._known = none, np.zeros((columns, 0), dtype=np.int64)

    def known(self, of: Numbers) -> Numbers:
        """The answers (column by column) to these signatures."""
        new = np.full((len(self._known), self.signatures.count - self._known.shape[1]), self._none, dtype=np.int64)
        self._known = np.append(self._known, new, axis=1)
        return self._known[:, of]

    def learn(self, of: Numbers, answers: Sequence[Numbers]) -> None:
        self._known[:, of] = answers
