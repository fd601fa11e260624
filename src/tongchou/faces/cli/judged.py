"""A share ready to be settled: what is sound in it, what had to be read row by row, and what came before."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tongchou.faces.cli.shares import Shares
from tongchou.faces.cli.states import Before, Earlier
from tongchou.ground.tables import TABLES, Sifted, Tables, read_some
from tongchou.ground.tables.parquet import ROW

if TYPE_CHECKING:
    import pyarrow as pa

    from tongchou.ground.tables.links import Links


@dataclass(frozen=True)
class Judged:
    """`tables`: sound rows, each with the number of its row (`_row`), their names as numbers in `links`; `rest`:
    households with doubtful rows; `before`: what earlier runs left to all of them; `rows`: how many of each came.
    `whole`: the tables with all of their columns."""

    tables: Mapping[str, pa.Table]
    links: Links
    rest: Tables
    before: Before
    rows: Mapping[str, int]
    whole: Callable[[], Mapping[str, pa.Table]]


def judged(
    shares: Shares, number: int, earlier: Earlier | None, needed: Mapping[str, Collection[str]] | None = None
) -> Judged:
    """`needed`: the only columns of some tables that are wanted, if there is nothing `earlier`. `ProblemError` when the
    tables of the share cannot be used."""
    contents, sifted = shares.judged(number, needed if earlier is None else None)
    tables = _sound(contents, sifted)
    return Judged(
        tables,
        sifted.links.without(sifted.chosen),
        read_some(contents, sifted.chosen),
        Before() if earlier is None else earlier.of_share(sifted.tables),
        {name: len(table) for name, table in contents.items()},
        lambda: tables if _complete(tables) else _sound(*shares.judged(number)),
    )


def _sound(contents: Mapping[str, pa.Table], sifted: Sifted) -> dict[str, pa.Table]:
    return {name: _without(table, sifted.chosen[name], contents[name]) for name, table in sifted.tables.items()}


def _complete(tables: Mapping[str, pa.Table]) -> bool:
    return all(set(TABLES[name].names) <= set(table.column_names) for name, table in tables.items())


def _without(table: pa.Table, chosen: Any, content: pa.Table) -> pa.Table:
    """The rows that are not chosen, each with its number in the file."""
    import numpy as np
    import pyarrow as pa

    number = content[ROW] if ROW in content.column_names else pa.array(np.arange(1, len(table) + 1))
    table = table.append_column(ROW, number)
    if not len(chosen):
        return table
    kept = np.ones(len(table), dtype=bool)
    kept[chosen] = False
    return table.filter(pa.array(kept))
