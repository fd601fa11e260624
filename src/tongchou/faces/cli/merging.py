"""The results of many shares as one set of tables, in the order of events, never all of them in memory.

A part holds the results of one share in files that are cut at the same days. All that lies between two cuts is taken
from every part, put in order, numbered and written; then what lies between the next two.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tongchou.engines.benefits.bulk.turns import in_turn
from tongchou.engines.benefits.engine import SEMANTICS
from tongchou.engines.lake.packing import packing
from tongchou.faces.cli.judged import Judged
from tongchou.faces.cli.parts import write_batches
from tongchou.faces.cli.pieces import Pieces, write_pieces
from tongchou.faces.cli.shares import LINES_A_CLAIM, Shares
from tongchou.faces.cli.traces import KEPT, kept_file
from tongchou.ground.tables import TableWriter, schema

if TYPE_CHECKING:
    import pyarrow as pa

    from tongchou.engines.benefits.bulk.columns import Numbers
    from tongchou.engines.benefits.replay import Replay, Results

AT_ONCE = 400_000
"""Claims merged at most at once, with `LINES_A_CLAIM` times as many lines."""
_PIECES, _WORTH_A_PIECE = 8, 100_000
"""Pieces in which even a few claims are merged, so that one is written while the next is put in order."""
_DAY, _AT = "_day", "_at"
"""Beside each settlement in a part: its place in the order."""
_RECORDED = "recorded_at"
"""And when its event was recorded."""
_SAID = ("settlement_id", "event_no", "pack_hash", "semantics")
"""What is the same in all rows, or follows from others: it is not written into parts."""
_IDS = frozenset(("claim_id", "person_id", "line_id"))
"""Texts that hardly repeat."""
_ROWS_OF = {"line_results": "_lines", "traces": "_layers", "changes": "_keys"}
"""How many rows it has in each table that has several for one."""


@dataclass(frozen=True)
class Part:
    """The results of one share, by table, from one cut to the next."""

    tables: dict[str, Pieces]


@dataclass(frozen=True)
class Merged:
    """The form of the canonical tables. `by_line`: with line results; `traced`: with traces and changes."""

    pack_hash: str
    work: Path
    cuts: tuple[int, ...]
    by_line: bool = True
    traced: bool = False
    needed: None = None

    def settle(self, replay: Replay, share: Judged) -> Results:
        before = share.before.carried
        return replay.settle(share.tables, share.rest, self.by_line, before, self.traced, share.links)

    def leave(self, results: Results, share: int) -> Part:
        return write_part(results, self.cuts, self.work / f"part-{share}")

    def gather(self, left: list[Part], out: Path, format: str) -> dict[str, Any]:  # noqa: A002 (as TableWriter)
        written = merge(left, len(self.cuts) + 1, out, format, self.pack_hash, self.traced)
        return written if self.by_line else {**written, "line_fee": None}


def days_to_cut(shares: Shares, basis: str) -> tuple[int, ...]:
    """Days since 1970 between which there are about as many claims as can be merged at once, by those of one share.

    Which households a share holds is chance, so one is like the others. Nothing but memory hangs on the cuts.
    """
    from tongchou.engines.lake.order import when

    rows = shares.rows
    pieces = max(-(-rows["claims"] // AT_ONCE), -(-rows["lines"] // (AT_ONCE * LINES_A_CLAIM)))
    pieces = max(pieces, min(_PIECES, rows["claims"] // _WORTH_A_PIECE))
    if pieces < 2:
        return ()
    for number in shares:
        days, _ = when(shares.tables(number, ("claims",))["claims"], basis)
        if len(days):
            cuts = np.sort(days)[len(days) * np.arange(1, pieces) // pieces]
            return tuple(np.unique(cuts).tolist())
    return ()


def write_part(results: Results, cuts: Sequence[int], folder: Path) -> Part:
    """Write what a share left behind; it is in order already. What can be said at the end is left out."""
    import pyarrow as pa

    folder.mkdir()
    ends = np.searchsorted(results.day, [*cuts, np.iinfo(np.int64).max])
    settlements = _own(results.settlements).append_column(_RECORDED, results.events[_RECORDED])
    for name, values in {_DAY: results.day, _AT: results.at}.items():
        settlements = settlements.append_column(name, pa.array(values))
    found = {}
    for name, counted in _ROWS_OF.items():
        count = _rows_of(getattr(results, name), results.settlements)
        settlements = settlements.append_column(counted, pa.array(count))
        rows = _own(getattr(results, name), "claim_id")
        found[name] = write_pieces(rows, np.append(0, np.cumsum(count))[ends].tolist(), _IDS, folder / name)
    found["settlements"] = write_pieces(settlements, ends.tolist(), _IDS, folder / "settlements")
    return Part(found)


def _own(table: pa.Table, *said: str) -> pa.Table:
    return table.select([name for name in table.column_names if name not in (*_SAID, *said)])


def _rows_of(table: pa.Table, settlements: pa.Table) -> Any:
    """How many rows of a table each settlement has; those of one claim stand together."""
    import pyarrow.compute as pc

    count = np.zeros(len(settlements), dtype=np.int64)
    if not len(table):
        return count
    runs = pc.run_end_encode(table["claim_id"].combine_chunks())
    claim = pc.index_in(runs.values, value_set=settlements["claim_id"].combine_chunks())
    count[claim.to_numpy()] = np.diff(runs.run_ends.to_numpy(), prepend=0)
    return count


def merge(
    parts: Sequence[Part],
    pieces: int,
    out: Path,
    format: str,  # noqa: A002 (as TableWriter)
    pack_hash: str,
    traced: bool = False,
) -> dict[str, Any]:
    """Write the tables of all parts into `out`, numbered from 1; how many rows, and the sum of what lines cost (fen).

    `pieces`: one more than there are cuts. `traced`: traces and changes are written, too.
    """
    import pyarrow.compute as pc

    rows = dict.fromkeys(("settlements", "line_results", "events"), 0)
    line_fee = 0
    with ExitStack() as stack:
        write = {name: stack.enter_context(result_file(out, name, format)) for name in rows}
        if traced:
            write |= {name: stack.enter_context(kept_file(out, name)) for name in KEPT}
        # Arrow lets go of the interpreter while it takes rows and packs them.
        threads = stack.enter_context(ThreadPoolExecutor(os.cpu_count() or 1))
        writing: dict[str, Future[None]] = {}
        for piece in range(pieces):
            found = _read(parts, "settlements", piece)
            order = in_turn(found["claim_id"], *(found[key].to_numpy() for key in (_DAY, _AT)))
            made = {}
            for name in write:
                if name in _ROWS_OF:
                    made[name] = threads.submit(_rows, parts, piece, name, found, order)
                else:
                    made[name] = threads.submit(_numbered, found, order, rows["events"], pack_hash, name)
            for name, writer in write.items():
                table = made.pop(name).result()
                if name in rows:
                    rows[name] += len(table)
                if name == "line_results":
                    line_fee += pc.sum(table["amount"]).as_py() or 0
                if name in writing:
                    writing[name].result()
                writing[name] = threads.submit(writer, table)  # while the next piece is put in order
        for done in writing.values():
            done.result()
    return {"rows": rows, "line_fee": line_fee}


def _rows(parts: Sequence[Part], piece: int, name: str, settlements: pa.Table, order: Numbers) -> pa.Table:
    """What lies between two cuts of a table that has several rows for a settlement, these in this order."""
    import pyarrow as pa

    counted = settlements[_ROWS_OF[name]].to_numpy()
    start, size = (np.cumsum(counted) - counted)[order], counted[order]
    row = np.repeat(start - (np.cumsum(size) - size), size) + np.arange(int(size.sum()))
    claim = settlements["claim_id"].take(pa.array(np.repeat(order, size)))
    form = KEPT[name]() if name in KEPT else schema(name)
    return _said(_taken(_read(parts, name, piece), row), form, {"claim_id": claim, "settlement_id": claim})


def _numbered(settlements: pa.Table, order: Numbers, before: int, pack_hash: str, name: str) -> pa.Table:
    """Settlements in this order, or their events. `before`: events that come before."""
    import pyarrow as pa

    form = schema(name)
    table = settlements.select([each for each in settlements.column_names if each in form.names])
    number = pa.array(np.arange(before + 1, before + 1 + len(order)))
    said = {"event_no": number, "pack_hash": pack_hash, "semantics": str(SEMANTICS)}
    taken = _taken(table, order)
    said |= {"kind": "settle"} if name == "events" else {"settlement_id": taken["claim_id"]}
    return _said(taken, form, said)


def _said(table: pa.Table, form: pa.Schema, said: Mapping[str, Any]) -> pa.Table:
    """With what was left out: `said`, by column."""
    import pyarrow as pa

    columns = []
    for field in form:
        own = said.get(field.name)
        if isinstance(own, str):
            own = pa.repeat(own, len(table))
        if own is None:
            own = table[field.name] if field.name in table.column_names else pa.nulls(len(table))
        columns.append(own.cast(field.type))
    return pa.table(columns, form)


def _read(parts: Sequence[Part], name: str, piece: int) -> pa.Table:
    import pyarrow as pa

    pieces = [part.tables[name].read(piece) for part in parts]
    return pa.concat_tables(pieces, promote_options="permissive").combine_chunks()


def _taken(table: pa.Table, order: Numbers) -> pa.Table:
    import pyarrow as pa

    if np.array_equal(order, np.arange(len(order))):
        return table
    return table.take(pa.array(order))


@contextmanager
def result_file(out: Path, name: str, format: str) -> Iterator[Callable[[pa.Table], None]]:  # noqa: A002 (as TableWriter)
    """A table of results whose rows have been checked, written piece by piece."""
    import pyarrow.parquet as pq

    if format == "parquet":
        with pq.ParquetWriter(out / f"{name}.parquet", schema(name), **packing(schema(name))) as writer:
            yield writer.write_table
        return
    with TableWriter(out, name, format) as rows:
        yield lambda table: write_batches(table, rows)
