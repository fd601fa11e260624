"""The rows of a table as far as words and facts tell them apart: what is asked of them is asked once of each kind.

A lake numbers the rows that are alike when it is poured (`ground.tables.alike`). Of a table that nobody numbered, every
row is of a kind of its own, and the same is found.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.entries import Entries
from tongchou.engines.benefits.bulk.kinds import Kinds, Small, Told, Words, told_apart, words
from tongchou.engines.benefits.bulk.rows import some
from tongchou.ground.tables.vectors import given


class Source:
    """The rows of `table`; `kind`: that of every row, numbered in the order in which they come up."""

    def __init__(self, table: pa.Table, alike: Small | None = None) -> None:
        self.table, self._alike = table, alike
        self._words: dict[str, Words] = {}
        self._told: dict[tuple[Sequence[str], ...], Told] = {}

    @cached_property
    def kind(self) -> Small:
        return np.arange(len(self.table), dtype=np.int32) if self._alike is None else self._alike

    @cached_property
    def rows(self) -> pa.Table:
        """One row of each kind."""
        if self._alike is None:
            return self.table
        return some(self.table, Kinds(self._alike, int(self._alike.max(initial=-1)) + 1).first())

    @cached_property
    def facts(self) -> Entries:
        """The facts of each kind."""
        return Entries(self.rows["facts"])

    def words(self, name: str) -> Words:
        """A column of each kind; lists as one word."""
        if name not in self._words:
            column = self.rows[name]
            self._words[name] = words(pc.binary_join(column, "\x1f") if pa.types.is_list(column.type) else column)
        return self._words[name]

    def told(self, columns: Sequence[str], facts: Sequence[str], filled: Sequence[str] = ()) -> Told:
        """The kinds as far as some columns and facts tell them apart, and whether other columns are `filled`."""
        key = (tuple(columns), tuple(facts), tuple(filled))
        if key not in self._told:
            by = [
                *(self.words(name).told() for name in columns),
                *(self.facts.words(name).told() for name in facts),
                *(_filled(self.rows[name]) for name in filled),
            ]
            kinds = told_apart(len(self.rows), [one.kinds for one in by])
            first = kinds.first()
            values = list(zip(*(one.at(first) for one in by), strict=True)) or [()]
            self._told[key] = Told(kinds, values)
        return self._told[key]


def _filled(column: pa.ChunkedArray) -> Told:
    """Rows told apart by whether a cell is filled."""
    if column.null_count in (0, len(column)):
        return Told(Kinds.none(len(column)), [column.null_count == 0])
    return Told(Kinds(given(column).astype(np.int32), 2), [False, True])
