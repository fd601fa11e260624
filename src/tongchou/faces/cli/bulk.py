"""Settle a folder of Parquet tables at once: most households by the bulk run, those with doubtful rows one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongchou.engines.benefits.replay import Replay
from tongchou.engines.benefits.to_tables import Totals
from tongchou.faces.cli.parts import write_rejects, write_result
from tongchou.faces.cli.states import Earlier, beside_accounts, keep_states
from tongchou.faces.cli.traces import write_traces
from tongchou.ground.tables import read_some, reject_row, sift

if TYPE_CHECKING:
    import pyarrow as pa

    from tongchou.ground.region.pack import Pack


@dataclass(frozen=True)
class Counted:
    """Of each table in the folder: rows read = kept + rejected."""

    tables: Mapping[str, Mapping[str, int]]

    def counts(self) -> Mapping[str, Mapping[str, int]]:
        return self.tables


def settle_in_bulk(
    pack: Pack,
    contents: Mapping[str, pa.Table],
    out: Path,
    format: str,  # noqa: A002 (as TableWriter)
    advance: Callable[[int], None],
    earlier: Earlier | None = None,
    traced: bool = False,
) -> tuple[Counted, Totals, dict[str, Any]]:
    """Write the results into `out`; rows read and kept, totals, and what was written, for the reconciliation."""
    import pyarrow.compute as pc

    sifted = sift(contents)
    rest = read_some(contents, sifted.chosen)
    sound = {name: _without(table, sifted.chosen[name]) for name, table in sifted.tables.items()}
    if earlier is not None:
        rows = sound["accounts"].to_pylist() if "accounts" in sound else []
        earlier = beside_accounts(earlier, [*rows, *rest.rows["accounts"]])
    results = Replay(pack).settle(sound, rest, before=earlier and earlier.carried, traced=traced)
    advance(len(contents["claims"]))
    rejects = write_rejects([reject_row(problem) for problem in (*rest.problems, *results.rejects)], out, format)
    tables = {name: getattr(results, name) for name in ("settlements", "line_results", "events")}
    for name, table in tables.items():
        write_result(table, name, out, format)
    keep_states(pack, results.states, results.seen(), out, earlier)
    if traced:
        write_traces(results.traces, out)
    lost = {name: rest.read[name] - len(rest.rows[name]) for name in contents}
    counted = {
        name: {"read": len(table), "kept": len(table) - lost[name], "rejected": lost[name]}
        for name, table in contents.items()
    }
    written = {
        "rows": {name: len(table) for name, table in tables.items()} | {"rejects": len(rejects)},
        "line_fee": pc.sum(results.line_results["amount"]).as_py() or 0,
        "rejects": rejects,
        "year_end_paid": 0,
    }
    return Counted(counted), results.totals(), written


def _without(table: pa.Table, chosen: Any) -> pa.Table:
    """The rows that are not chosen, each with its number in the file."""
    import numpy as np
    import pyarrow as pa

    kept = np.ones(len(table), dtype=bool)
    kept[chosen] = False
    return table.append_column("_row", pa.array(np.arange(1, len(table) + 1))).filter(pa.array(kept))
