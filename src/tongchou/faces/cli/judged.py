"""A share ready to be settled: what is sound in it, what had to be read row by row, and what came before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tongchou.faces.cli.shares import Shares
from tongchou.faces.cli.states import Before, Earlier
from tongchou.ground.tables import Tables, read_some
from tongchou.ground.tables.parquet import ROW

if TYPE_CHECKING:
    import pyarrow as pa

    from tongchou.ground.tables.links import Links


@dataclass(frozen=True)
class Judged:
    """`tables`: sound rows, each with the number of its row (`_row`), their names as numbers in `links`; `rest`:
    households with doubtful rows; `before`: what earlier runs left to all of them; `rows`: how many of each came."""

    tables: Mapping[str, pa.Table]
    links: Links
    rest: Tables
    before: Before
    rows: Mapping[str, int]


def judged(shares: Shares, number: int, earlier: Earlier | None) -> Judged:
    """`ProblemError` when the tables of the share cannot be used."""
    contents, sifted = shares.judged(number)
    return Judged(
        {name: _without(table, sifted.chosen[name], contents[name]) for name, table in sifted.tables.items()},
        sifted.links.without(sifted.chosen),
        read_some(contents, sifted.chosen),
        Before() if earlier is None else earlier.of_share(sifted.tables),
        {name: len(table) for name, table in contents.items()},
    )


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
