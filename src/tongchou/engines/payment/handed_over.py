"""What DIP assignment and DRG grouping write, as groups of a clearing: tables, no engine knows another."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.payment.table_columns import TEXT
from tongchou.ground.errors import Place, Problem, ProblemError, fail

DIP = {"discharge_id": "settlement_id", "group": "group", "status": "status", "rw": "base_points",
       "reference_mean": "reference_mean", "factor": "auxiliary", "conduct": "conduct"}  # fmt: skip
"""Columns of an assignment, and what they are here."""
WEIGHTS = ("drg", "weight", "mean")
"""Columns of `drg_weights`: weight or base points of a group, and the mean cost (fen) that a case is compared with."""


def from_dip(assigned: pa.Table, path: Path) -> pa.Table:
    """The assignment that `tongchou dip assign` writes."""
    return pa.table({name: _column(assigned, column, path) for column, name in DIP.items()})


def from_drg(grouped: pa.Table, weights: pa.Table, path: Path) -> pa.Table:
    """The groups that `tongchou group` writes (`index` is the settlement's id), with the weights of a region. A group
    without a weight has none, and is paid as its path `zero_points` says; one with two is refused (Y204)."""
    drg, index, status = (_column(grouped, name, path) for name in ("drg", "index", "status"))
    groups, weight, mean = (_column(weights, name, path) for name in WEIGHTS)
    if pc.count_distinct(groups).as_py() < len(groups):
        counted = groups.value_counts()
        twice = counted.field(0).filter(pc.greater(counted.field(1), 1)).to_pylist()
        raise ProblemError(*(Problem("Y204", Place(table="drg_weights"), {"value": one}) for one in sorted(twice)))
    at = pc.index_in(drg, groups.combine_chunks())
    return pa.table(
        {
            "settlement_id": index,
            "group": drg,
            "status": status,
            "base_points": pc.fill_null(weight.take(at), "0"),
            "reference_mean": pc.fill_null(mean.take(at), "0"),
        }
    )


def _column(table: pa.Table, name: str, path: Path) -> pa.ChunkedArray:
    if name not in table.column_names:
        raise fail("Y202", Place(str(path)), table=path.name, column=name)
    return pc.fill_null(table[name].cast(TEXT), "")
