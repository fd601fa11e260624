"""Settle share after share: most households by the bulk run, those with doubtful rows one by one.

Every share leaves a part behind (see `merging`). How many there are, and how many processes settle them, changes
nothing in the result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongchou.engines.benefits.bulk.machine import machine, wanted
from tongchou.engines.benefits.carried import Seen
from tongchou.engines.benefits.replay import Replay, Results
from tongchou.engines.benefits.to_tables import Totals
from tongchou.faces.cli.merging import Part, days_to_cut, merge, write_part
from tongchou.faces.cli.parts import write_rejects
from tongchou.faces.cli.shares import Shares
from tongchou.faces.cli.states import Before, keep_part, keep_states, read_earlier
from tongchou.faces.cli.workers import each_share
from tongchou.ground.tables import Tables, read_some, reject_row, sift
from tongchou.ground.tables.parquet import ROW, check_fits_python

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

    import pyarrow as pa

    from tongchou.ground.region.pack import Pack

Row = dict[str, Any]


@dataclass(frozen=True)
class Counted:
    """Of each table in the folder: rows read = kept + rejected."""

    tables: Mapping[str, Mapping[str, int]]

    def counts(self) -> Mapping[str, Mapping[str, int]]:
        return self.tables


@dataclass(frozen=True)
class Settling:
    """All that a process needs to settle shares. `cuts`: the days at which parts are cut for the merging; `by_line`:
    what was paid is also carried down to the lines; `after`: earlier results to go on after; `traced`: keep traces."""

    pack: Pack
    shares: Shares
    work: Path
    cuts: tuple[int, ...]
    assume: dict[str, str] = field(default_factory=dict)
    by_line: bool = True
    after: Path | None = None
    traced: bool = False


@dataclass(frozen=True)
class Done:
    """What became of one share: its claims, the part it left behind, its totals, rows lost by table, and rejects; how
    far its claims reach, and which rows of the earlier states are of its people."""

    claims: int
    part: Part
    totals: Totals
    lost: dict[str, int]
    rejects: list[Row]
    seen: Seen | None
    before: Before


def settle_in_bulk(
    what: Settling,
    processes: int | None,
    out: Path,
    format: str,  # noqa: A002 (as TableWriter)
    advance: Callable[[int], None],
    pool: ProcessPoolExecutor | None = None,
) -> tuple[Counted, Totals, dict[str, Any]]:
    """Write the results into `out`; rows read and kept, totals, and what was written, for the reconciliation.

    `processes` and `pool`: as for `each_share`.
    """
    shares = list(what.shares)
    done: dict[int, Done] = {}
    claims = 0
    for number, share in each_share(partial(_begin, what), shares, processes, pool):
        done[number] = share
        claims += share.claims
        advance(claims)
    in_turn = [done[number] for number in shares]
    written = merge([share.part for share in in_turn], len(what.cuts) + 1, out, format, what.pack.hash, what.traced)
    earlier = read_earlier(what.pack, what.after)
    left = earlier and earlier.left(share.before for share in in_turn)
    keep_states(what.pack, [share.part.folder for share in in_turn], [share.seen for share in in_turn], out, left)
    rejects = write_rejects([row for share in in_turn for row in share.rejects], out, format)
    written["rows"]["rejects"] = len(rejects)
    lost = {name: sum(share.lost.get(name, 0) for share in in_turn) for name in what.shares.rows}
    counted = {
        name: {"read": rows, "kept": rows - lost[name], "rejected": lost[name]}
        for name, rows in what.shares.rows.items()
    }
    if not what.by_line:
        written["line_fee"] = None
    return Counted(counted), _in_all(in_turn), {**written, "rejects": rejects, "year_end_paid": 0}


def settling(
    pack: Pack,
    shares: Shares,
    work: Path,
    assume: dict[str, str] | None = None,
    by_line: bool = True,
    after: Path | None = None,
    traced: bool = False,
) -> Settling:
    """What `settle_in_bulk` is to do, the parts to lie in the folder `work`."""
    cuts = days_to_cut(shares, pack.region.year.basis)
    return Settling(pack, shares, work, cuts, assume or {}, by_line, after, traced)


def warm() -> None:
    """Load what takes a while, in a process that will settle."""
    machine(wanted())


class Settler:
    """Settles one share after another."""

    def __init__(self, what: Settling) -> None:
        self.what, self.replay, self.earlier = what, Replay(what.pack, what.assume), read_earlier(what.pack, what.after)

    def settle(self, number: int) -> Done:
        """Settle one share and write its part. `ProblemError` when its tables cannot be used."""
        contents = self.what.shares.tables(number)
        if number == 0:
            contents |= self.what.shares.whole()
        for name, table in contents.items():
            check_fits_python(table, f"{name}.parquet")
        claims = len(contents["claims"])
        results, rest, before = self._results(contents)
        part = write_part(results, self.what.cuts, self.what.work / f"part-{number}")
        keep_part(part.folder, before.and_now(results.states))
        return Done(
            claims,
            part,
            results.totals(),
            {name: rest.read[name] - len(rest.rows[name]) for name in contents},
            [reject_row(problem) for problem in (*rest.problems, *results.rejects)],
            before.seen(results.seen()),
            Before(rows=before.rows),
        )

    def _results(self, contents: dict[str, pa.Table]) -> tuple[Results, Tables, Before]:
        sifted = sift(contents)
        rest = read_some(contents, sifted.chosen)
        sound = {name: _without(table, sifted.chosen[name], contents[name]) for name, table in sifted.tables.items()}
        before = Before() if self.earlier is None else self.earlier.of_share(sifted.tables)
        del sifted
        return self.replay.settle(sound, rest, self.what.by_line, before.carried, self.what.traced), rest, before


def _begin(what: Settling) -> Callable[[int], Done]:
    return Settler(what).settle


def _in_all(shares: list[Done]) -> Totals:
    """The totals of all shares, by name: in which order they were met says nothing."""
    totals = Totals()
    for share in shares:
        totals.merge(vars(share.totals))
    totals.layers = dict(sorted(totals.layers.items()))
    totals.refusals = dict(sorted(totals.refusals.items()))
    return totals


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
