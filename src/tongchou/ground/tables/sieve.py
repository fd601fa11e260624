"""Tables split in two without reading them row by row: what is surely sound, and what the row reader must judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from tongchou.ground.tables.canon import TABLES
from tongchou.ground.tables.closure import closure
from tongchou.ground.tables.conform import conform
from tongchou.ground.tables.links import Links, link
from tongchou.ground.tables.parquet import check_fit_python
from tongchou.ground.tables.suspects import suspects
from tongchou.ground.tables.vectors import Ints


@dataclass(frozen=True)
class Sifted:
    """`tables`: every row in the canonical types (`conform`). `chosen[name]`: rows for `read_some`, from 0, ascending.

    The guarantee: `read_tables` of the same tables keeps every row that is not chosen, as it stands in `tables`; and
    `read_some(contents, chosen)` keeps and rejects of the chosen rows what `read_tables` does, for the same reasons.
    The chosen are whole households: a claim that is not chosen has its person, its lines, and all rows about its
    person and everyone of the household among the rows that are not chosen. `links`: ids as numbers, for reuse.
    """

    tables: dict[str, pa.Table]
    chosen: dict[str, Ints]
    links: Links


def sift(contents: Mapping[str, pa.Table]) -> Sifted:
    """Conform the tables that `load_arrow` gave and choose the rows that might be rejected with all they touch."""
    tables, flags = {}, {}
    for name in TABLES:
        if name in contents:
            tables[name], flags[name] = conform(TABLES[name], contents[name])
    links = link(tables)
    for name, odd in suspects(tables, links).items():
        flags[name] |= odd
    return Sifted(tables, closure(flags, links), links)


def judge(contents: Mapping[str, pa.Table]) -> Sifted:
    """`sift` of tables from wherever they come. `ProblemError` T102 when one has a column that Python cannot hold."""
    check_fit_python(contents)
    return sift(contents)
