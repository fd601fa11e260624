"""Texts that name the same things in several tables, as numbers: persons, households, claims, settlements.

A text has the same number wherever it names the same kind of thing. Numbers count from 0; an empty cell is −1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tongchou.ground.tables.alike import Alike
from tongchou.ground.tables.canon import TABLES
from tongchou.ground.tables.vectors import Ints

HOUSEHOLD = "household_id"

_REFERRING = [(table.name, column.name, column.refers) for table in TABLES.values() for column in table.columns]
_NAMES: dict[str, list[tuple[str, str]]] = {
    kind: [(kind, TABLES[kind].key[0]), *((table, column) for table, column, to in _REFERRING if to == kind)]
    for kind in dict.fromkeys(to for _, _, to in _REFERRING if to)
} | {HOUSEHOLD: [("persons", HOUSEHOLD), ("households", HOUSEHOLD)]}
"""The columns that name each kind of thing: those that refer to a table, and the key of that table."""


@dataclass(frozen=True)
class Links:
    """`numbers[table, column]`: int32, one for each row, of every naming column. `counts[kind]`: numbers in use.

    `kind` is the table whose rows are named (`persons`, `claims`, `settlements`), or `household_id`. `alike[table]`:
    which of its rows are alike, where that was asked (`alike.alike`).
    """

    numbers: dict[tuple[str, str], NDArray[np.int32]]
    counts: dict[str, int]
    alike: dict[str, Alike] = field(default_factory=dict)

    def of(self, table: str) -> Iterator[tuple[str, NDArray[np.int32]]]:
        """The kind and the numbers of each naming column of a table."""
        for kind, places in _NAMES.items():
            for place in places:
                if place[0] == table:
                    yield kind, self.numbers[place]

    def without(self, chosen: Mapping[str, Ints]) -> Links:
        """The same of the rows that are not `chosen` (by table, indices from 0), numbered anew without gaps.

        Of rows that `sift` leaves, the number of a person or a claim is then the place of its own row: each is named
        first in its own table, and there once.
        """
        if not any(map(len, chosen.values())):
            return self
        numbers: dict[tuple[str, str], NDArray[np.int32]] = {}
        counts = {}
        for kind, places in _NAMES.items():
            left = {at: np.delete(self.numbers[at], chosen.get(at[0], [])) for at in places if at in self.numbers}
            used = np.zeros(self.counts[kind] + 1, dtype=np.bool_)
            for each in left.values():
                used[each] = True
            used[-1] = False  # an empty cell
            fresh = np.where(used, np.cumsum(used) - 1, -1).astype(np.int32)
            numbers |= {at: fresh[each] for at, each in left.items()}
            counts[kind] = int(used.sum())
        alike = {name: each.without(chosen[name]) for name, each in self.alike.items()}
        return Links(numbers, counts, alike)


def link(tables: Mapping[str, pa.Table]) -> Links:
    """The naming columns of conformed tables; a table that is not there names nothing."""
    numbers: dict[tuple[str, str], NDArray[np.int32]] = {}
    counts = {}
    for kind, places in _NAMES.items():
        there = [(table, column) for table, column in places if table in tables]
        found, counts[kind] = number([tables[table].column(column) for table, column in there])
        numbers |= dict(zip(there, found, strict=True))
    return Links(numbers, counts)


def relink(
    tables: Mapping[str, pa.Table],
    known: Mapping[tuple[str, str], NDArray[np.int32]],
    alike: Mapping[str, Alike],
) -> Links:
    """The naming columns of tables whose numbers are known; those that are not count the rows."""
    numbers: dict[tuple[str, str], NDArray[np.int32]] = {}
    counts = {}
    for kind, places in _NAMES.items():
        there = [place for place in places if place[0] in tables]
        for place in there:
            numbers[place] = known.get(place, np.arange(len(tables[place[0]]), dtype=np.int32))
        counts[kind] = _count(numbers[place] for place in there)
    return Links(numbers, counts, dict(alike))


def _count(numbered: Iterable[NDArray[np.int32]]) -> int:
    """How many different names these columns have."""
    return 1 + max((int(numbers.max(initial=-1)) for numbers in numbered), default=-1)


def number(columns: Sequence[pa.ChunkedArray]) -> tuple[list[NDArray[np.int32]], int]:
    """The texts of several columns numbered together, and how many different ones there are."""
    # Lines of one claim stand together: a text is looked up once for each run of it. Arrow drops pieces without rows.
    runs = [[pc.run_end_encode(chunk) for chunk in column.chunks if len(chunk)] for column in columns]
    values = pa.chunked_array([run.values for chunks in runs for run in chunks], pa.string())
    coded = iter(values.dictionary_encode().chunks)
    found = []
    for chunks in runs:
        parts = [np.zeros(0, dtype=np.int32)]
        for run in chunks:
            codes = next(coded).indices.fill_null(-1).to_numpy()
            parts.append(np.repeat(codes, np.diff(run.run_ends.to_numpy(), prepend=0)))
        found.append(np.concatenate(parts))
    return found, _count(found)
