"""Texts that name the same things in several tables, as numbers: persons, households, claims, settlements.

A text has the same number wherever it names the same kind of thing. Numbers count from 0; an empty cell is −1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tongchou.ground.tables.canon import TABLES

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

    `kind` is the table whose rows are named (`persons`, `claims`, `settlements`), or `household_id`.
    """

    numbers: dict[tuple[str, str], NDArray[np.int32]]
    counts: dict[str, int]

    def of(self, table: str) -> Iterator[tuple[str, NDArray[np.int32]]]:
        """The kind and the numbers of each naming column of a table."""
        for kind, places in _NAMES.items():
            for place in places:
                if place[0] == table:
                    yield kind, self.numbers[place]


def link(tables: Mapping[str, pa.Table]) -> Links:
    """The naming columns of conformed tables; a table that is not there names nothing."""
    numbers: dict[tuple[str, str], NDArray[np.int32]] = {}
    counts = {}
    for kind, places in _NAMES.items():
        there = [(table, column) for table, column in places if table in tables]
        found, counts[kind] = number([tables[table].column(column) for table, column in there])
        numbers |= dict(zip(there, found, strict=True))
    return Links(numbers, counts)


def number(columns: Sequence[pa.ChunkedArray]) -> tuple[list[NDArray[np.int32]], int]:
    """The texts of several columns numbered together, and how many different ones there are."""
    # Lines of one claim stand together: a text is looked up once for each run of it.
    runs = [[pc.run_end_encode(chunk) for chunk in column.chunks] for column in columns]
    values = pa.chunked_array([run.values for chunks in runs for run in chunks], pa.string())
    coded = iter(values.dictionary_encode().chunks)
    found = []
    for chunks in runs:
        parts = [np.zeros(0, dtype=np.int32)]
        for run in chunks:
            codes = next(coded).indices.fill_null(-1).to_numpy()
            parts.append(np.repeat(codes, np.diff(run.run_ends.to_numpy(), prepend=0)))
        found.append(np.concatenate(parts))
    return found, 1 + max((int(codes.max(initial=-1)) for codes in found), default=-1)
