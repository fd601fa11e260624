"""The household of one claim, out of whatever a run settled, without reading a year row by row."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tongchou.faces.cli.comparing import InColumns
from tongchou.faces.cli.shares import InMemory, Shares, is_lake, is_parquet

if TYPE_CHECKING:
    from tongchou.ground.tables import Tables


def household_of(data: Path, claim_id: str) -> Tables:
    """The rows of everybody who ever lived with the person of a claim; all rows where the tables are text.

    `data`: a folder of tables or a lake. `KeyError` when no sound row of claims has the id; `ProblemError` when the
    tables as a whole cannot be read.
    """
    import pyarrow.compute as pc

    from tongchou.engines.lake import open_lake
    from tongchou.engines.lake.order import text_column
    from tongchou.ground.tables import load_arrow, read_tables

    if not is_lake(data) and not is_parquet(data):
        return read_tables(data)
    shares: Shares = open_lake(data) if is_lake(data) else InMemory(load_arrow(data) or {})
    for number in shares:
        ids = text_column(shares.tables(number, ("claims",))["claims"], "claim_id")
        if pc.index(ids, claim_id).as_py() >= 0:
            return InColumns(shares).households(number).of_claim(claim_id)
    raise KeyError(claim_id)
