"""What `sift` found in some tables, to be kept beside them: judging the same tables again is then reading it.

A verdict holds for these very tables and for the way in which they were judged (`VERSION`); whoever keeps one must see
that both are the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from hashlib import sha256

import numpy as np
import pyarrow as pa

from tongchou.ground.tables.alike import Alike, alike
from tongchou.ground.tables.canon import TABLES
from tongchou.ground.tables.conform import conform, stand
from tongchou.ground.tables.links import relink
from tongchou.ground.tables.parquet import check_fit_python
from tongchou.ground.tables.shape import Column, Table
from tongchou.ground.tables.sieve import Sifted

_NUMBER = 3
"""To be raised with whatever makes `sift` choose other rows, read other values or number names otherwise, and is not
told by the declaration of the tables: a rule between rows, the reader of a type, a range of days. And with what a
verdict says."""

_SAID = ("unit", "national", "doc_zh", "doc_en")
"""What is said of a column and is nothing to a cell of it."""

_CHOSEN, _STANDING, _EMPTY, _NUMBERS, _ALIKE = "chosen", "standing", "empty", "numbers", "alike"
_KINDS = "kinds"


def _version(tables: Mapping[str, Table]) -> str:
    """SHA-256 of the declaration of the tables without its explanations, and of the number above."""
    declared = [
        (table.name, table.in_order, table.disjoint, [_declared(column) for column in table.columns])
        for table in tables.values()
    ]
    return sha256(repr((_NUMBER, declared)).encode()).hexdigest()


def _declared(column: Column) -> tuple[object, ...]:
    return tuple(getattr(column, each.name) for each in fields(column) if each.name not in _SAID)


VERSION = _version(TABLES)
"""The way in which tables are judged. What was judged in another way is to be judged again."""


def verdict(contents: Mapping[str, pa.Table], sifted: Sifted) -> pa.RecordBatch:
    """What `sift` found in `contents`, as one row: of each table the rows that it chose, the columns that stand as they
    are and those without a cell, and which rows are alike; of each naming column the numbers, unless they do but count
    the rows, as ids in their own table do."""
    lists: dict[str, pa.Array] = {}
    for name, table in sifted.tables.items():
        lists[f"{_CHOSEN}/{name}"] = pa.array(sifted.chosen[name])
        lists[f"{_STANDING}/{name}"] = pa.array(stand(contents[name], table), pa.string())
        lists[f"{_EMPTY}/{name}"] = pa.array(_empty(contents[name]), pa.string())
        kinds = alike(TABLES[name], table)
        if kinds is not None:
            lists[f"{_ALIKE}/{name}"] = pa.array(kinds.of)
            for column in kinds.rows.column_names:
                lists[f"{_KINDS}/{name}/{column}"] = kinds.rows[column].combine_chunks()
    for (name, column), numbers in sifted.links.numbers.items():
        if not np.array_equal(numbers, np.arange(len(numbers))):
            lists[f"{_NUMBERS}/{name}/{column}"] = pa.array(numbers)
    cells = [pa.ListArray.from_arrays(pa.array([0, len(each)], pa.int32()), each) for each in lists.values()]
    return pa.RecordBatch.from_arrays(cells, list(lists))


def _empty(content: pa.Table) -> list[str]:
    return [name for name in content.column_names if content[name].null_count == len(content) > 0]


def empty_columns(kept: pa.RecordBatch) -> dict[str, list[str]]:
    """By table the columns that a verdict calls empty: nobody need read them."""
    return {
        name.removeprefix(f"{_EMPTY}/"): kept.column(name).values.to_pylist()
        for name in kept.schema.names
        if name.startswith(f"{_EMPTY}/")
    }


def kinds_alone(kept: pa.RecordBatch, needed: Mapping[str, Collection[str]]) -> bool:
    """Whether all that a verdict says of the tables of which only some columns are needed is what it says of their
    kinds: of each the rows are numbered, and none of any table was chosen."""
    chosen = [name for name in kept.schema.names if name.startswith(f"{_CHOSEN}/")]
    there = [name.removeprefix(f"{_CHOSEN}/") for name in chosen]
    numbered = all(f"{_ALIKE}/{name}" in kept.schema.names for name in there if name in needed)
    return numbered and not any(len(kept.column(name).values) for name in chosen)


def recall(
    contents: Mapping[str, pa.Table], kept: pa.RecordBatch, needed: Mapping[str, Collection[str]] | None = None
) -> Sifted:
    """What `sift` found in `contents` when it was kept as a `verdict`. `ProblemError` T102 as for `judge`.

    `needed`: of some tables the only columns that are there; theirs have no others.
    """
    check_fit_python(contents)
    lists = {name: kept.column(name).values for name in kept.schema.names}
    tables, chosen, numbers, of = {}, {}, {}, {}
    kinds: dict[str, dict[str, pa.Array]] = {}
    for name, table in TABLES.items():
        if name in contents:
            if needed is not None and name in needed:
                table = replace(table, columns=tuple(one for one in table.columns if one.name in needed[name]))
            tables[name], _ = conform(table, contents[name], lists[f"{_STANDING}/{name}"].to_pylist())
            chosen[name] = lists[f"{_CHOSEN}/{name}"].to_numpy()
    for name, cells in lists.items():
        kind, *place = name.split("/")
        if kind == _NUMBERS:
            numbers[place[0], place[1]] = cells.to_numpy()
        elif kind == _ALIKE:
            of[place[0]] = cells.to_numpy()
        elif kind == _KINDS:
            kinds.setdefault(place[0], {})[place[1]] = cells
    alike = {name: Alike(each, pa.table(kinds[name])) for name, each in of.items()}
    return Sifted(tables, chosen, relink(tables, numbers, alike))
