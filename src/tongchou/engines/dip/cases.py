"""Discharges as columns of whole numbers: codes by their place in a sorted list of words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

UNKNOWN = -1
"""In place of a number that is not known."""
NUMBERS = ("age", "age_days", "days", "weight", "icu_hours", "record_score", "since_previous")
PARTS = {"drugs": "drug_fee", "consumables": "consumable_fee"}
"""Parts of the cost that may have points of their own, and their columns, in fen."""
WORDS = ("principal", "outcome", "sex", "level", "provider", "person")


@dataclass(frozen=True)
class Lists:
    """A list of words for each case: case i has `words[start[i] : start[i + 1]]`, by number."""

    start: Any
    words: Any

    def rows(self) -> Any:
        """The case of each word."""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))

    def count(self) -> Any:
        return np.diff(self.start)

    def chosen(self, keep: Any) -> Lists:
        """Without those words for which `keep` is false."""
        kept = np.concatenate(([0], np.cumsum(keep)))
        return Lists(kept[self.start], self.words[keep])

    def taken(self, rows: Any) -> Lists:
        """Of these cases only, in this order."""
        count = self.count()[rows]
        start = np.concatenate(([0], np.cumsum(count)))
        places = np.repeat(self.start[rows] - start[:-1], count) + np.arange(start[-1])
        return Lists(start, self.words[places])

    def any(self, wanted: Any) -> Any:
        """Of each case whether any of its words is wanted (`wanted`: truth of each word)."""
        found = np.zeros(len(self.start) - 1, np.bool_)
        found[self.rows()[wanted[self.words]]] = True
        return found


@dataclass
class Cases:
    """`ids`: the discharge of each case; `year` of its discharge and the `day` (since 1970); `fee` in fen.

    `words[name]`: the different words of a column, sorted; `word[name]`: which of them each case has, -1 where none.
    `number[name]`: numbers, -1 where not known. `others`, `operations`: of each case, in its order; an operation once.
    The columns of `word`, `number` are those that the files have.
    """

    ids: pa.Array
    year: Any
    day: Any
    admitted: Any
    fee: Any
    words: dict[str, list[str]]
    word: dict[str, Any]
    number: dict[str, Any]
    others: Lists
    operations: Lists
    sets: dict[int, Any] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.fee)

    def taken(self, rows: Any) -> Cases:
        """These cases only, in this order."""
        return Cases(
            ids=self.ids.take(pa.array(rows)),
            year=self.year[rows],
            day=self.day[rows],
            admitted=self.admitted[rows],
            fee=self.fee[rows],
            words=self.words,
            word={name: column[rows] for name, column in self.word.items()},
            number={name: column[rows] for name, column in self.number.items()},
            others=self.others.taken(rows),
            operations=self.operations.taken(rows),
        )


def labels(lists: Lists, words: int) -> Any:
    """A number for each case, equal for those whose words are equal as a set; 0 for none."""
    rows, width = lists.rows(), max(words, 1)
    joined = np.sort(rows * width + lists.words)
    joined = joined[np.concatenate(([True], joined[1:] != joined[:-1]))] if len(joined) else joined
    rows, sorted_words = joined // width, joined % width
    start = np.searchsorted(rows, np.arange(len(lists.start)))
    count = np.diff(start)
    label = np.zeros(len(count), np.int64)
    most = 1
    for place in range(int(count.max(initial=0))):
        there = np.flatnonzero(count > place)
        pair = label[there] * width + sorted_words[start[there] + place]
        _, found = np.unique(pair, return_inverse=True)
        label[there] = most + found
        most += int(found.max(initial=0)) + 1
    return label
