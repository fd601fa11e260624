"""The order of the rows in a bucket, by names as they are written and not by their numbers.

People by household; claims by household, basis date, time and id, which is the order in which they settle; what belongs
to a claim in the order of the claims; then as in the file. A household is called by the smallest person id among all
whom it ever linked, as it is when claims are settled without a lake.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.lake.names import is_text, texts
from tongchou.engines.lake.ties import CLAIM, PERSON
from tongchou.ground.tables import TABLES
from tongchou.ground.tables.homes import homes
from tongchou.ground.tables.values import FIRST_DAY, LAST_DAY, Fault, reader
from tongchou.ground.tables.vectors import Ints

_DAY = 86_400_000_000
_NEVER = np.iinfo(np.int64).min
_FIRST, _LAST = ((day - date(1970, 1, 1)).days for day in (FIRST_DAY, LAST_DAY))
_DAY_BITS = (_LAST - _FIRST + 1).bit_length()


class Homes:
    """The households of one bucket: every person in it by the place of their id, and of the smallest at their home."""

    def __init__(self, tables: Mapping[str, pa.Table]) -> None:
        seen = [text_column(table, PERSON) for table in tables.values() if PERSON in table.column_names]
        people = pc.unique(_together(seen))
        people = people.filter(pc.not_equal(people, ""))
        self._people = people.take(pc.sort_indices(people))
        links = [tables[name] for name in ("persons", "households") if name in tables]
        person = np.concatenate([self.person(table) for table in links])
        named = _together([text_column(table, "household_id") for table in links])
        empty = pc.fill_null(pc.binary_length(named), 0).to_numpy() == 0
        home = np.where(empty, -1, _places(named, named))
        self._root = np.append(homes(person, home, len(self._people)), -1)  # the last is of somebody without a name

    def person(self, table: pa.Table) -> Ints:
        """The place of everybody's id among all in the bucket; -1 for nobody."""
        return _places(text_column(table, PERSON), self._people)

    def of(self, person: Ints) -> Ints:
        """The place of the smallest id at everybody's home."""
        return np.asarray(self._root[person])


def order_people(table: pa.Table, homes: Homes) -> Ints:
    """The rows of a table about persons: by household and person."""
    person = homes.person(table)
    return np.lexsort((person, homes.of(person)))


def order_claims(table: pa.Table, homes: Homes, basis: str) -> Ints:
    """The rows of claims. `basis`: the date that chooses version and year, admission, discharge or settlement."""
    day, at = when(table, basis)
    # A day that cannot be used goes before all others; the row will be refused for it.
    day = np.where((day < _FIRST) | (day > _LAST), 0, day - _FIRST + 1)
    home = homes.of(homes.person(table)) + 1
    key = home << _DAY_BITS | day
    return _by_time(_sorted(key), key, at, text_column(table, CLAIM))


def when(table: pa.Table, basis: str) -> tuple[Ints, Ints]:
    """The basis date of every claim, in days since 1970-01-01, and its time of settlement, in microseconds."""
    admitted, discharged = _days(table, "admitted_on"), _days(table, "discharged_on")
    discharged = np.where(discharged == _NEVER, admitted, discharged)
    at = _moments(table, "settled_at")
    settled = np.where(at == _NEVER, discharged, at // _DAY)
    at = np.where(at == _NEVER, settled * _DAY, at)
    return {"admission": admitted, "discharge": discharged, "settlement": settled}[basis], at


def order_of_claims(table: pa.Table, claims: pa.ChunkedArray) -> Ints:
    """The rows of what belongs to claims, `claims` being their ids in order; what belongs to none of them is last."""
    place = _places(text_column(table, CLAIM), claims)
    return _sorted(np.where(place < 0, len(claims), place))


def _sorted(numbers: Ints) -> Ints:
    """The places of numbers from 0 in order, of equal ones in the order in which they stand."""
    bits = len(numbers).bit_length()
    if int(numbers.max(initial=0)).bit_length() + bits > 63:
        return np.argsort(numbers, kind="stable")
    together = numbers << bits | np.arange(len(numbers))  # sorting these is ten times as fast
    together.sort()
    return together & ((1 << bits) - 1)


def _by_time(order: Ints, keys: Ints, at: Ints, ids: pa.ChunkedArray) -> Ints:
    """Claims of one household and day, which are few, by time and id."""
    equal = keys[order][1:] == keys[order][:-1]
    if not equal.any():
        return order
    tied = np.append(equal, False) | np.insert(equal, 0, False)
    run = np.cumsum(np.insert(~equal, 0, True))[tied]
    rows = order[tied]
    among = pa.table({"run": run, "at": at[rows], "id": ids.take(pa.array(rows))})
    order[tied] = rows[pc.sort_indices(among, sort_keys=[(name, "ascending") for name in among.column_names])]
    return order


def text_column(table: pa.Table, name: str) -> pa.ChunkedArray:
    """The names in a column; none when there is no such column, or one of something else."""
    if name not in table.column_names:
        return pa.chunked_array([pa.nulls(len(table), pa.string())])
    return pa.chunked_array([texts(chunk) for chunk in table[name].chunks], pa.string())


def _together(columns: list[pa.ChunkedArray]) -> pa.ChunkedArray:
    return pa.chunked_array([chunk for column in columns for chunk in column.chunks], pa.string())


def _places(column: pa.ChunkedArray, known: Any) -> Ints:
    """Where each name stands first among the known ones; -1 for none."""
    found = pc.index_in(column, value_set=known, skip_nulls=True)
    return np.asarray(pc.fill_null(found, -1).to_numpy(), dtype=np.int64)


def _days(table: pa.Table, name: str) -> Ints:
    """Days since 1970-01-01; `_NEVER` for a cell that is empty or is no date."""
    return _numbers(table, name, pa.date32(), pa.int32())


def _moments(table: pa.Table, name: str) -> Ints:
    """Microseconds since 1970-01-01, in Beijing time as written; `_NEVER` for a cell that is empty or is no time."""
    return _numbers(table, name, pa.timestamp("us"), pa.int64())


def _numbers(table: pa.Table, name: str, kind: pa.DataType, number: pa.DataType) -> Ints:
    if name not in table.column_names:
        return np.full(len(table), _NEVER)
    column = table[name]
    if is_text(column.type):
        column = pa.chunked_array([_read(column, name, kind)])
    elif not pa.types.is_date(column.type) and not (pa.types.is_timestamp(column.type) and column.type.tz is None):
        return np.full(len(table), _NEVER)
    found = pc.fill_null(column.cast(kind, safe=False).cast(number).cast(pa.int64()), _NEVER)
    return np.asarray(found.to_numpy())


def _read(column: pa.ChunkedArray, name: str, kind: pa.DataType) -> pa.Array:
    """Dates written as text, cell by cell as the reader of claims takes them."""
    read = reader(TABLES["claims"].column(name))
    cells: list[object] = []
    for text in column.to_pylist():
        try:
            cells.append(read(text))
        except Fault:
            cells.append(None)
    return pa.array(cells, kind)
