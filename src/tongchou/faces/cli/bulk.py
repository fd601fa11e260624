"""Settle share after share: most households by the bulk run, those with doubtful rows one by one.

Every share leaves something behind, in the `Form` that was asked for: parts of the canonical tables (see `merging`), or
numbers alone (see `numbers`). How many shares there are, and how many processes settle them, changes nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from tongchou.engines.benefits.bulk.machine import machine, wanted
from tongchou.engines.benefits.carried import Seen
from tongchou.engines.benefits.replay import Replay
from tongchou.engines.benefits.to_tables import Totals
from tongchou.faces.cli.judged import Judged, judged
from tongchou.faces.cli.parts import write_rejects
from tongchou.faces.cli.shares import Shares
from tongchou.faces.cli.states import Before, keep_part, keep_states, read_earlier
from tongchou.faces.cli.workers import each_share
from tongchou.ground.tables import reject_row

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

    from tongchou.ground.region.pack import Pack

Row = dict[str, Any]


@dataclass(frozen=True)
class Counted:
    """Of each table in the folder: rows read = kept + rejected."""

    tables: Mapping[str, Mapping[str, int]]

    def counts(self) -> Mapping[str, Mapping[str, int]]:
        return self.tables


class Form(Protocol):
    """How results are stored. `needed`: the only columns of some tables that are wanted (`Shares.judged`)."""

    @property
    def needed(self) -> Mapping[str, Collection[str]] | None: ...

    def settle(self, replay: Replay, share: Judged) -> Any:
        """What is to be stored of a share."""
        ...

    def leave(self, results: Any, share: int) -> Any:
        """Store the results of a share, and say what `gather` must know of them."""
        ...

    def gather(self, left: list[Any], out: Path, format: str) -> dict[str, Any]:  # noqa: A002 (as TableWriter)
        """Finish what all shares left; the rows of each table (`rows`), and the sum of what lines cost (`line_fee`,
        fen; None without lines)."""
        ...


@dataclass(frozen=True)
class Settling:
    """All that a process needs to settle shares. `after`: earlier results to go on after."""

    pack: Pack
    shares: Shares
    work: Path
    form: Form
    assume: dict[str, str] = field(default_factory=dict)
    after: Path | None = None


@dataclass(frozen=True)
class Done:
    """What became of one share: its claims, what it left behind and the folder with its states, its totals, rows lost
    by table, and rejects; how far its claims reach, and which rows of the earlier states are of its people."""

    claims: int
    left: Any
    folder: Path
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
    written = what.form.gather([share.left for share in in_turn], out, format)
    earlier = read_earlier(what.pack, what.after)
    left = earlier and earlier.left(share.before for share in in_turn)
    keep_states(what.pack, [share.folder for share in in_turn], [share.seen for share in in_turn], out, left)
    rejects = write_rejects([row for share in in_turn for row in share.rejects], out, format)
    written["rows"]["rejects"] = len(rejects)
    lost = {name: sum(share.lost.get(name, 0) for share in in_turn) for name in what.shares.rows}
    counted = {
        name: {"read": rows, "kept": rows - lost[name], "rejected": lost[name]}
        for name, rows in what.shares.rows.items()
    }
    return Counted(counted), _in_all(in_turn), {**written, "rejects": rejects, "year_end_paid": 0}


def warm() -> None:
    """Load what takes a while, in a process that will settle."""
    machine(wanted())


class Settler:
    """Settles one share after another."""

    def __init__(self, what: Settling) -> None:
        self.what, self.replay, self.earlier = what, Replay(what.pack, what.assume), read_earlier(what.pack, what.after)

    def settle(self, number: int) -> Done:
        """Settle one share and write its part. `ProblemError` when its tables cannot be used."""
        share = judged(self.what.shares, number, self.earlier, self.what.form.needed)
        results = self.what.form.settle(self.replay, share)
        left = self.what.form.leave(results, number)
        folder = keep_part(self.what.work / f"states-{number}", share.before.and_now(results.states))
        return Done(
            share.rows["claims"],
            left,
            folder,
            results.totals(),
            {name: share.rest.read[name] - len(share.rest.rows[name]) for name in share.rows},
            [reject_row(problem) for problem in (*share.rest.problems, *results.rejects)],
            share.before.seen(results.seen()),
            Before(rows=share.before.rows),
        )


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
