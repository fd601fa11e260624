"""What `--numbers` writes: a folder for each table, in it a file for each share as it was settled, and nothing merged.

The tables are those of `engines.benefits.replay.numbered`; their rows name those of the data by number.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongchou.engines.benefits.replay.numbered import LINE_PARTS
from tongchou.engines.lake.lake import part_of
from tongchou.faces.cli.judged import Judged

if TYPE_CHECKING:
    import pyarrow as pa

    from tongchou.engines.benefits.replay import Replay
    from tongchou.engines.benefits.replay.numbered import Numbered
    from tongchou.engines.benefits.to_tables import Outcome
    from tongchou.ground.region.pack import Pack
    from tongchou.ground.tables import Tables


_LOOK = 1 << 12
"""Rows by which it is told how a column is best written."""


@dataclass(frozen=True)
class Numbers:
    """The form of numbers alone, written into the folder `out`. `by_line`: with lines; `traced`: with traces."""

    out: Path
    by_line: bool
    traced: bool

    @property
    def needed(self) -> Mapping[str, Collection[str]]:
        from tongchou.engines.benefits.bulk.sources import NEEDED

        return NEEDED

    @property
    def names(self) -> list[str]:
        """The tables that are written."""
        return ["amounts", *(["lines"] if self.by_line else []), *(["traces"] if self.traced else [])]

    def settle(self, replay: Replay, share: Judged) -> Numbered:
        before = share.before.carried
        return replay.numbers(share.tables, share.rest, self.by_line, before, self.traced, share.links, share.whole)

    def leave(self, results: Numbered, share: int) -> dict[str, int]:
        """The rows of each table, and the sum of what lines cost (`line_fee`, fen)."""
        import pyarrow.compute as pc

        for name in self.names:
            _write(results.tables[name], part_of(self.out, name, share))
        fee = sum(pc.sum(results.tables["lines"][part]).as_py() or 0 for part in LINE_PARTS)
        return {name: len(results.tables[name]) for name in self.names} | {"line_fee": fee}

    def gather(self, left: list[dict[str, int]], out: Path, format: str) -> dict[str, Any]:  # noqa: A002 (as TableWriter)
        rows = {name: sum(share[name] for share in left) for name in self.names}
        return {"rows": rows, "line_fee": sum(share["line_fee"] for share in left) if self.by_line else None}


def differing(folder: Path, outcome: Outcome, pack: Pack, came: Tables) -> list[str]:
    """In which cells the numbers in a folder are not those of this outcome; `came`: the data. `ProblemError` T102."""
    from tongchou.engines.benefits.claim import Settlement
    from tongchou.engines.benefits.replay.numbered import numbered_rows
    from tongchou.engines.benefits.to_tables import line_rows, settlement_row
    from tongchou.engines.benefits.traces import trace_rows

    settled = [outcome.result] if isinstance(outcome.result, Settlement) else []
    again = numbered_rows(
        [settlement_row(outcome, pack.hash)],
        [row for one in settled for row in line_rows(one)],
        [row for one in settled for row in trace_rows(one)],
        pack=pack,
        came=came,
    )
    asked = {"lines": [row["_row"] for row in again["lines"]]}
    found = []
    for name, rows in again.items():
        if name == "amounts" or (folder / name).is_dir():
            stored = _stored(folder, name, asked.get(name, [outcome.row["_row"]]))
            if len(stored) != len(rows):
                found.append(f"{name} rows: {len(stored)} ≠ {len(rows)}")
            for old, new in zip(stored, rows, strict=False):
                found += [f"{name} {cell}: {old[cell]} ≠ {new[cell]}" for cell in new if old[cell] != new[cell]]
    return found


def _stored(folder: Path, name: str, rows: list[int]) -> list[dict[str, Any]]:
    """The rows of a table of numbers that name these rows of the data."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from tongchou.ground.errors import Place, fail
    from tongchou.ground.reasons import why
    from tongchou.ground.tables.parquet import ROW

    try:
        found = pq.read_table(folder / name, filters=[(ROW, "in", rows)])
        stored: list[dict[str, Any]] = found.to_pylist()
    except (OSError, pa.ArrowException, ValueError) as error:
        raise fail("T102", Place(file=name), **why(error)) from None
    return stored


def _write(table: pa.Table, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    # Dictionaries for words alone: those of amounts would be begun and given up. Where most cells are 0, LZ4 is the
    # quickest to write and the smallest; elsewhere the differences between numbers are, packed.
    words = [field.name for field in table.schema if pa.types.is_dictionary(field.type)]
    dense = [field.name for field in table.schema if field.type == pa.int64() and _filled(table[field.name])]
    path.parent.mkdir(exist_ok=True)
    pq.write_table(
        table,
        path,
        compression={name: "none" if name in dense else "lz4" for name in table.column_names},
        column_encoding=dict.fromkeys(dense, "DELTA_BINARY_PACKED"),
        use_dictionary=words or False,
        write_statistics=["_row"],
    )


def _filled(amounts: pa.ChunkedArray) -> bool:
    """Whether a fourth or more of the first amounts are not 0."""
    import numpy as np

    first = np.asarray(amounts[:_LOOK])
    return np.count_nonzero(first) * 4 >= len(first) > 0
