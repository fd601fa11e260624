"""What was told apart in earlier runs is known again: a row of small numbers each, kept with a number of its own."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np

from tongchou.engines.benefits.bulk.columns import Numbers
from tongchou.engines.benefits.bulk.kinds import Told

_NO_SORT = -1
_DIFFERS = object()
"""Stands for a column that tells things apart, among those that are the same for all things of a run."""


class Sort(NamedTuple):
    """Things told apart by the same columns (over all things). Those of another `name` are never alike."""

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
        self._rows = np.zeros(0, dtype=np.int32)
        self._begin = np.zeros(2, dtype=np.int64)
        self._mixed = np.zeros(1, dtype=np.int64)

    def of(self, things: int, sorts: Sequence[Sort], run: Any) -> Numbers:
        """The number of each thing. `run`: the passes."""
        sort_of = np.full(things, _NO_SORT, dtype=np.int64)
        column_of: dict[int, tuple[int, Told]] = {}
        asked: list[int] = []
        start, names, most = [0], [], len(self._rows)
        for number, (name, members, told) in enumerate(sorts):
            sort_of[members] = number
            telling = [one for one in told if one.kinds.count > 1]
            asked += [column_of.setdefault(id(one), (len(column_of), one))[0] for one in telling]
            start.append(len(asked))
            same = [_DIFFERS if one.kinds.count > 1 else one.values[0] for one in told]
            names.append(self._numbered((name, *same)))
            most += len(members) * (1 + len(telling))
        values = np.empty((len(column_of), things), dtype=np.int32)
        for at, one in column_of.values():
            values[at] = self._numbers(one.values)[one.kinds.of]
        found = np.zeros(things, dtype=np.int64)
        room = self.count + things
        rows, begin, mixed = (
            _with_room(column, size) for column, size in ((self._rows, most), (self._begin, room), (self._mixed, room))
        )
        self.count = run.know_again(
            sort_of, np.array(names, np.int64), np.array([*asked, 0]), np.array(start), values,
            np.zeros(2 << room.bit_length(), np.int32), rows, begin, mixed, self.count, found,
        )  # fmt: skip
        self._begin, self._mixed = begin[: self.count + 1].copy(), mixed[: self.count].copy()
        self._rows = rows[: begin[self.count]].copy()
        return found

    def _numbered(self, value: Hashable) -> int:
        return self._number.setdefault(value, len(self._number))

    def _numbers(self, values: Sequence[Hashable]) -> Any:
        return np.array([self._numbered(value) for value in values], dtype=np.int32)


def _with_room(column: Any, size: int) -> Any:
    found = np.empty(size + 1, dtype=column.dtype)
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
