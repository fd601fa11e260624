"""Things told apart: a small number for each, the same where nothing that is asked tells two of them apart.

Numbers of 32 bits that are known to lie below a bound are put together by counting in mixed radix, without sorting and
without looking for the bounds again; that is what keeps millions of lines cheap.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Small = NDArray[np.int32]
_TABLE = 1 << 20
"""Kinds up to which a table over all of them costs nothing to speak of."""
_WIDE, _WIDEST = 2**31 - 1, 2**62
_NUMBER = (np.int32, np.int64)
"""What is counted in as long as numbers lie below `_WIDE`, and beyond."""
_FEW = 4
"""Beyond that, numbers spread over no more than so many times their count are found by a table, not by sorting."""


@dataclass(frozen=True)
class Kinds:
    """The kind of each thing: `of[i]`, below `count`. Not every number below it need be there (see `tight`)."""

    of: Small
    count: int

    @classmethod
    def none(cls, things: int) -> Kinds:
        """Nothing tells them apart."""
        return cls(np.zeros(things, dtype=np.int32), min(1, things))

    @classmethod
    def telling(cls, values: NDArray[Any]) -> Kinds:
        """Whole numbers of any size: equal kinds, equal numbers; in their order and without gaps."""
        low, high = (int(values.min()), int(values.max())) if len(values) else (0, 0)
        wide = high - low + 1
        if _by_table(wide, len(values)):
            return cls((values - low).astype(np.int32), wide).tight()
        known, of = np.unique(values, return_inverse=True)
        return cls(of.astype(np.int32), len(known))

    @classmethod
    def met(cls, values: NDArray[Any]) -> Kinds:
        """The same in the order in which they are met."""
        coded = pa.array(values).dictionary_encode()
        return cls(coded.indices.to_numpy(), len(coded.dictionary))

    def by(self, other: Kinds) -> Kinds:
        """Told apart by this and by another."""
        if other.count <= 1:
            return self
        if self.count <= 1:
            return other
        one, two = self, other
        if one.count * two.count > _TABLE:
            one, two = one.tight(), two.tight()
        wide = one.count * two.count
        if _by_table(wide, len(one.of)):
            return Kinds(one.of * np.int32(two.count) + two.of, wide)
        return Kinds.telling(one.of.astype(np.int64) * two.count + two.of)

    def tight(self) -> Kinds:
        """The same without gaps, in the same order."""
        seen = np.zeros(self.count, dtype=np.bool_)
        seen[self.of] = True
        if seen.all():
            return self
        number = np.cumsum(seen, dtype=np.int32) - np.int32(1)
        return Kinds(number[self.of], int(number[-1]) + 1)

    def among(self, members: NDArray[Any]) -> Kinds:
        """Those of some of the things."""
        return Kinds(self.of[members], self.count) if self.count > 1 else Kinds.none(len(members))

    def first(self) -> NDArray[np.int64]:
        """Where each kind stands first; for kinds without gaps."""
        found = np.zeros(self.count, dtype=np.int64)
        found[self.of[::-1]] = np.arange(len(self.of) - 1, -1, -1)
        return found


class Told(NamedTuple):
    """Kinds, and what each of them stands for: the same in every run, whatever else is there."""

    kinds: Kinds
    values: Sequence[Hashable]

    @classmethod
    def numbers(cls, values: NDArray[Any]) -> Told:
        """Whole numbers as they are."""
        kinds = Kinds.telling(values)
        return cls(kinds, values[kinds.first()].tolist())

    def at(self, places: NDArray[np.int64]) -> list[Hashable]:
        """What stands at these places."""
        return self.among(places).each()

    def each(self) -> list[Hashable]:
        """What stands in every place."""
        if self.kinds.count <= 1:
            return [self.values[0]] * len(self.kinds.of)
        return [self.values[kind] for kind in self.kinds.of.tolist()]

    def among(self, places: NDArray[Any]) -> Told:
        """That of these places."""
        return Told(self.kinds.among(places), self.values)

    def with_none(self) -> Told:
        """With nothing as the first of all, which stands in no place."""
        if self.kinds.count <= 1:
            return self
        of = np.append(np.int32(0), self.kinds.of + np.int32(1))
        return Told(Kinds(of, self.kinds.count + 1), (None, *self.values))


def told_apart(things: int, by: Iterable[Kinds]) -> Kinds:
    """Things told apart by all of these; without gaps."""
    telling = [kinds for kinds in by if kinds.count > 1]
    if not telling:
        return Kinds.none(things)
    together: NDArray[Any] = telling[0].of
    wide = telling[0].count
    for kinds in telling[1:]:
        if wide * kinds.count > _WIDEST:
            fewer = Kinds.met(together)
            together, wide = fewer.of, fewer.count
        wide *= kinds.count
        together = together * _NUMBER[wide > _WIDE](kinds.count) + kinds.of
    return Kinds(together, wide).tight() if wide <= things else Kinds.met(together)


@dataclass(frozen=True)
class Words:
    """The words of a column: kind 0 is an empty cell, kind k the word `list[k - 1]`."""

    kinds: Kinds
    list: pa.Array

    def told(self) -> Told:
        """With the words as what they stand for."""
        return Told(self.kinds, (None, *self.list.to_pylist()))

    def where(self, holds: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which cells have a word of which `holds` (by the place in `list`) is true."""
        return np.append(False, holds)[self.kinds.of]


def words(column: pa.ChunkedArray) -> Words:
    """The words of a text column, dictionary-encoded or not, in the order in which they appear."""
    if column.null_count == len(column):
        return Words(Kinds.none(len(column)), pa.array([], pa.string()))
    coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    coded = coded.unify_dictionaries()
    known = coded.chunk(0).dictionary
    of = np.empty(len(column), dtype=np.int32)
    at = 0
    for chunk in coded.chunks:
        codes = chunk.indices
        of[at : at + len(chunk)] = pc.fill_null(codes, -1) if codes.null_count else codes
        at += len(chunk)
    of += np.int32(1)
    return Words(Kinds(of, len(known) + 1), known)


def _by_table(wide: int, things: int) -> bool:
    return wide <= max(_TABLE, _FEW * things)
