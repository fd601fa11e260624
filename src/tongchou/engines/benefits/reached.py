"""Which table cells the cases of a region reach: a cell that no case looks at is a figure nobody has tried."""

from __future__ import annotations

from collections.abc import Iterable

from tongchou.engines.benefits.claim import Result, Settlement
from tongchou.engines.benefits.numbers import LayerRow

Reached = set[tuple[str, tuple[tuple[str, str], ...]]]
"""(address of the fact, path of (dimension, word) to the cell)."""


def reached_cells(results: Iterable[Result | None]) -> Reached:
    """Every cell that some settlement looked up; refusals and grants reach none."""
    reached: Reached = set()
    for result in results:
        if isinstance(result, Settlement):
            for part in result.notes.get("parts", (result,)):
                for row in part.notes["rows"]:
                    reached |= _of_row(row)
    return reached


def _of_row(row: LayerRow) -> Reached:
    return {(use.fact.address, tuple((d, w) for d, w, _ in use.cells)) for use in row.uses if use.cells}
