"""Rows that may break a rule, of a row by itself or between rows, found over whole columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.ground.tables.bills import odd_bills
from tongchou.ground.tables.canon import TABLES
from tongchou.ground.tables.links import Links, number
from tongchou.ground.tables.row_rules import odd_rows
from tongchou.ground.tables.shape import TEXT, Table
from tongchou.ground.tables.vectors import Flags, Ints, numbers


def suspects(tables: Mapping[str, pa.Table], links: Links) -> dict[str, Flags]:
    """Rows of conformed tables that may break a rule of `checks` or `relations`, by table.

    Together with the rows that `conform` flagged these are enough: a row that `read_tables` rejects is one of them, or
    it stands in the `closure` of one. On sound data there are none, but for lines of more than 400,000,000 yuan and
    refunds of more than 10⁸ units, whose products and sums 64 bits may not hold.
    """
    found = {}
    for name, table in TABLES.items():
        if name in tables:
            content = tables[name]
            found[name] = odd_rows(table, content) | _repeated(table, content, links) | _unknown(table, tables, links)
            if table.disjoint:
                found[name] |= _overlapping(table, content, links)
    if "claims" in tables and "lines" in tables:
        claims, lines = odd_bills(tables["claims"], tables["lines"], links)
        found["claims"] |= claims
        found["lines"] |= lines
    return found


def _repeated(table: Table, content: pa.Table, links: Links) -> Flags:
    """Rows that share their key with another."""
    names = table.key
    if not names or (len(names) == 1 and (table.name, names[0]) not in links.numbers and _rises(content[names[0]])):
        return np.zeros(len(content), dtype=np.bool_)
    group = _group(table, content, names, links)
    return np.bincount(group + 1)[group + 1] > 1


def _unknown(table: Table, tables: Mapping[str, pa.Table], links: Links) -> Flags:
    """Rows that name a row which no table at hand has, be it sound or not."""
    odd = np.zeros(len(tables[table.name]), dtype=np.bool_)
    for column in table.columns:
        if column.refers in tables:
            known = np.zeros(links.counts[column.refers] + 1, dtype=np.bool_)
            known[links.numbers[column.refers, TABLES[column.refers].key[0]]] = True
            known[-1] = True  # an empty cell names nothing
            odd |= ~known[links.numbers[table.name, column.name]]
    return odd


def _overlapping(table: Table, content: pa.Table, links: Links) -> Flags:
    """Rows whose period meets the next one of their group: where no two neighbours meet, no two meet at all."""
    group = _group(table, content, table.disjoint, links)
    start, _ = numbers(content["from_date"])
    through, ended = numbers(content["through_date"])
    order = np.lexsort((start, group))
    one, next_one = order[:-1], order[1:]
    meet = (group[one] == group[next_one]) & (~ended[one] | (start[next_one] <= through[one]))
    odd = np.zeros(len(content), dtype=np.bool_)
    odd[one[meet]] = odd[next_one[meet]] = True
    return odd


def _group(table: Table, content: pa.Table, names: Sequence[str], links: Links) -> Ints:
    """A number for each row, the same where all the columns are."""
    group = _codes(table, content, names[0], links)
    for name in names[1:]:
        codes = _codes(table, content, name, links)
        group = np.unique(group * (codes.max(initial=0) + 2) + codes + 1, return_inverse=True)[1]
    return group


def _codes(table: Table, content: pa.Table, name: str, links: Links) -> Ints:
    """A number for each cell of a column, the same where the cells are; an empty text is −1."""
    if (table.name, name) in links.numbers:
        return links.numbers[table.name, name].astype(np.int64)
    if TABLES[table.name].column(name).type == TEXT:
        return number([content[name].cast(pa.string())])[0][0].astype(np.int64)
    return np.unique(numbers(content[name])[0], return_inverse=True)[1]


def _rises(column: pa.ChunkedArray) -> bool:
    """Whether each cell is greater than the one before, as ids in the order of their making are: then none repeats."""
    last = None
    for chunk in column.chunks:
        if chunk.null_count or not pc.all(pc.less(chunk[:-1], chunk[1:]), min_count=0).as_py():
            return False
        if last is not None and not last < chunk[0].as_py():
            return False
        last = chunk[-1].as_py()
    return True
